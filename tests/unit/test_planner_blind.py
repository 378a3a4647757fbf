"""What the command line comes to where positions are not read, in doubt, or in rows that can't be read."""

from decimal import Decimal

import pytest
from msgspec.structs import replace

from tests.ui.still_life import account, positions
from tests.unit.planning_account import PlanAccount, an_account
from xbtfx_tui.cli_commands.account_commands import _position_lines
from xbtfx_tui.cli_commands.account_reads import HeldRead
from xbtfx_tui.domain.failures import ServerFault
from xbtfx_tui.domain.intents import CloseAllIntent, CloseIntent, CloseSymbolIntent, CloseUnreadIntent, Intent
from xbtfx_tui.domain.sides import Side
from xbtfx_tui.domain.store_events import PositionClosed, PositionOpened, PositionsRead, ReadFailed, Reading
from xbtfx_tui.domain.unreadable_rows import UnreadRow
from xbtfx_tui.planning.plan_types import Sheet

ODD = UnreadRow(52, "EURUSD", "volume is 0, not a number above 0")
NAMELESS = UnreadRow(None, None, "is not a JSON object but 5")
NOT_READ = "The positions are not read yet. The server failed (HTTP 500)."


def never_read() -> PlanAccount:
    one = an_account(is_read=False)
    one.store.apply(ReadFailed(Reading.POSITIONS, ServerFault(500, ""), one.clock.now()))
    return one


def with_rows(*rows: UnreadRow) -> PlanAccount:
    one = an_account()
    one.store.apply(PositionsRead((*positions(), *rows), one.store.mark()))
    return one


def intents(account: PlanAccount, text: str) -> list[Intent]:
    return [step.intent for step in account.plans(text).steps]


def test_a_ticket_is_closed_by_its_number_where_nothing_was_read() -> None:
    plan = never_read().plans("close 123")
    (step,) = plan.steps
    assert isinstance(step.intent, CloseUnreadIntent)
    assert step.intent.ticket == 123
    assert plan.headline == "Close all of ticket 123, whatever it holds."
    assert NOT_READ in plan.remarks
    assert plan.profit is None


def test_everything_is_closed_blind_and_it_is_said() -> None:
    plan = never_read().plans("close all")
    (step,) = plan.steps
    assert isinstance(step.intent, CloseAllIntent)
    assert step.intent.tickets == ()
    assert NOT_READ in plan.remarks


def test_a_symbol_is_closed_blind_but_not_what_has_to_be_looked_at() -> None:
    (intent,) = intents(never_read(), "close eurusd")
    assert isinstance(intent, CloseSymbolIntent)
    assert (intent.symbol, intent.tickets) == ("EURUSD", ())
    for text in ("close EUR*", "close losers", "close winners", "close profit>10"):
        assert never_read().refuses(text).startswith(NOT_READ)
    for text in ("close 123 half", "close all half"):
        assert "A part of it can't be told" in never_read().refuses(text)


@pytest.mark.parametrize("text", ["be 123", "reverse 123", "sl 123 1.08", "closeby 123 124"])
def test_what_has_to_be_known_is_refused_with_the_way_out(text: str) -> None:
    said = never_read().refuses(text)
    assert said.startswith(NOT_READ)
    assert "is not open" not in said


def test_what_the_stream_told_is_closed_as_what_it_is() -> None:
    one = never_read()
    one.store.apply(PositionOpened(9, "EURUSD", Side.BUY, Decimal("0.10"), Decimal("1.08")))
    (intent,) = intents(one, "close 9")
    assert isinstance(intent, CloseIntent)


def test_nothing_new_opens() -> None:
    assert "not been read yet, so nothing new is opened" in never_read().refuses("buy 0.10 EURUSD")


def test_sheets_do_not_call_it_empty() -> None:
    sheet = never_read().comes_to("exposure")
    assert isinstance(sheet, Sheet)
    assert sheet.lines[0] == NOT_READ
    assert never_read().refuses("margin") == "The account is not read yet."


def test_a_row_that_can_not_be_read_is_closed_with_the_others() -> None:
    plan = with_rows(ODD).plans("close all")
    assert {type(step.intent) for step in plan.steps} == {CloseIntent, CloseUnreadIntent}
    assert len(plan.steps) == 4
    assert plan.profit is None
    assert plan.headline == (
        "Close 3 positions and 1 that can't be read at market: about +22.10 USD in all, swap +0.68 USD."
    )
    (last,) = [step for step in plan.steps if isinstance(step.intent, CloseUnreadIntent)]
    assert "whatever it holds (its row can't be read: volume is 0" in last.words


def test_a_row_of_its_symbol_is_and_one_of_another_is_left_out_aloud() -> None:
    assert any(isinstance(intent, CloseUnreadIntent) for intent in intents(with_rows(ODD), "close EUR*"))
    plan = with_rows(ODD).plans("close XAU*")
    assert [type(step.intent) for step in plan.steps] == [CloseIntent]
    assert any("52" in remark and "Left out" in remark for remark in plan.remarks)
    assert any("Left out" in remark for remark in with_rows(ODD).plans("close losers").remarks)


def test_alone_it_is_no_nothing_is_open() -> None:
    one = an_account([])
    one.store.apply(PositionsRead((ODD,), one.store.mark()))
    (intent,) = intents(one, "close all")
    assert isinstance(intent, CloseUnreadIntent)
    said = one.refuses("close losers")
    assert "1 row can't be read" in said
    assert "Nothing is open" not in said


def test_with_a_row_that_shows_no_ticket_everything_goes_by_one_order() -> None:
    plan = with_rows(NAMELESS).plans("close all")
    (step,) = plan.steps
    assert isinstance(step.intent, CloseAllIntent)
    assert step.words == (
        "Close everything, whatever is held: 1 row can't be read: no ticket to be seen, is not a JSON object "
        "but 5."
    )


def test_a_position_in_doubt_is_closed_and_it_is_said() -> None:
    one = an_account()
    one.store.apply(PositionsRead(positions()[1:], one.store.mark()))
    plan = one.plans("close 184729")
    assert isinstance(plan.steps[0].intent, CloseIntent)
    assert any("184729 is in doubt (missing in the last list)" in remark for remark in plan.remarks)
    assert "Position 9 is not open." in one.refuses("close 9")


# --- an empty list beside margin in use ---


def listed_empty() -> PlanAccount:
    """The server lists no position, and its figures of the account have margin in use."""
    return an_account((), figures=account())


EMPTY = "No position is listed, but the account has margin in use: the list may lack some."


def test_an_empty_list_beside_margin_in_use_is_no_word_that_nothing_is_open() -> None:
    assert EMPTY in listed_empty().plans("close all").remarks
    assert isinstance(intents(listed_empty(), "close all")[0], CloseAllIntent)
    assert listed_empty().refuses("close losers").startswith(EMPTY)
    assert "Nothing is open." in an_account(()).refuses("close all")


def test_right_after_an_end_the_figures_may_be_of_before_it() -> None:
    one = listed_empty()
    one.store.apply(PositionClosed(7, "EURUSD", Decimal(0)))
    assert "Nothing is open." in one.refuses("close all")


def test_the_list_on_the_command_line_is_in_doubt_too() -> None:
    assert HeldRead((), (), account(), {}).is_empty_in_doubt
    flat = HeldRead((), (), replace(account(), margin=Decimal(0)), {})
    assert not flat.is_empty_in_doubt
    assert _position_lines((), flat, None) == ["No position is open."]
