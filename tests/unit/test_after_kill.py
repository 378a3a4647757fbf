"""What opens though the kill switch was pressed is an alarm that names the key, and no ordinary line."""

from decimal import Decimal
from pathlib import Path

import pytest

from tests.unit.trading_desk import Trader
from xbtfx_tui.domain.accounts import MarginMode
from xbtfx_tui.domain.intents import CloseAllIntent
from xbtfx_tui.domain.order_outcomes import BulkClosed, BulkLine, Filled
from xbtfx_tui.domain.positions import Deal, DealEntry, Position
from xbtfx_tui.domain.sides import Side
from xbtfx_tui.domain.store_events import (
    PositionsRead,
    PositionUpdated,
    Severity,
    TradingChanged,
    TradingLocked,
)

HELD = Position(7, "EURUSD", Side.BUY, Decimal("0.20"), Decimal("1.08"), Decimal("1.082"))
NEW = Position(8, "EURUSD", Side.BUY, Decimal("0.10"), Decimal("1.08213"), Decimal("1.082"))
ALARM = "OPENED AFTER THE KILL SWITCH: EURUSD 8, buy 0.10 at 1.08213. X closes it."
MAYBE = "STILL OPEN (or opened since): EURUSD 8, buy 0.10 at 1.08213. X closes it."


def alarms(trader: Trader) -> list[str]:
    return [said.text for said in trader.store.messages if said.severity is Severity.ERROR]


def greens(trader: Trader) -> list[str]:
    return [said.text for said in trader.store.messages if said.severity is Severity.GOOD]


def lists(trader: Trader, *positions: Position) -> None:
    """A list alone; the stream tells nothing."""
    trader.store.apply(PositionsRead(positions, trader.store.mark()))


@pytest.fixture
async def trader(tmp_path: Path) -> Trader:
    one = Trader(tmp_path / "journal.db")
    one.listed = (HELD,)
    await one.sits_down()
    return one


async def test_what_the_stream_tells_as_opened_is_an_alarm_once(trader: Trader) -> None:
    trader.desk.kill("the kill switch was pressed")
    trader.stream_tells_opened(8)
    lists(trader, HELD, NEW)
    lists(trader, HELD, NEW)
    assert alarms(trader) == [ALARM]
    assert not any("EURUSD 8 opened" in said.text for said in trader.store.messages)


async def test_what_only_a_list_shows_is_an_alarm_too_but_may_have_been_open_all_the_time(
    trader: Trader,
) -> None:
    """The list at the press may have been a minute behind."""
    trader.desk.kill("the kill switch was pressed")
    lists(trader, HELD, NEW)
    lists(trader, HELD, NEW)
    assert alarms(trader) == [MAYBE]
    assert trader.store.opened_after_kill == 1


async def test_after_an_empty_list_at_the_press_nothing_is_known_to_be_new(tmp_path: Path) -> None:
    """The stream may tell an old opening again, and lists come back."""
    trader = Trader(tmp_path / "journal.db")
    await trader.sits_down()
    trader.desk.kill("the kill switch was pressed")
    trader.stream_tells_opened(8)
    lists(trader)
    lists(trader, HELD, NEW)
    assert alarms(trader) == [MAYBE, MAYBE.replace("8, buy 0.10 at 1.08213", "7, buy 0.20 at 1.08")]
    trader.stream_tells_opened(9)
    assert alarms(trader)[2:] == [ALARM.replace("EURUSD 8", "EURUSD 9")]


async def test_as_much_as_before_by_an_old_list_is_no_alarm(trader: Trader) -> None:
    trader.desk.kill("the kill switch was pressed")
    trader.store.apply(PositionUpdated(7, volume=Decimal("0.10")))
    lists(trader, HELD)
    assert alarms(trader) == []


async def test_a_position_that_grows_is_one(trader: Trader) -> None:
    trader.desk.kill("the kill switch was pressed")
    trader.store.apply(PositionUpdated(7, volume=Decimal("0.50")))
    assert alarms(trader) == ["OPENED AFTER THE KILL SWITCH: EURUSD 7, buy 0.50 at 1.08. X closes it."]
    trader.store.apply(PositionUpdated(7, volume=Decimal("0.10")))
    assert len(alarms(trader)) == 1


async def test_before_the_switch_and_once_trading_is_open_again_nothing_is_alarming(trader: Trader) -> None:
    trader.stream_tells_opened(8)
    trader.desk.kill("the kill switch was pressed")
    trader.store.apply(TradingChanged(TradingLocked("you locked it")))
    lists(trader, HELD, NEW)
    assert alarms(trader) == []
    assert trader.desk.unlock() is None
    trader.stream_tells_opened(9)
    assert alarms(trader) == []


async def test_with_positions_never_read_the_first_list_is_no_news_and_what_comes_later_is_an_alarm(
    tmp_path: Path,
) -> None:
    trader = Trader(tmp_path / "journal.db")
    trader.desk.kill("the kill switch was pressed")
    trader.stream_tells_opened(8)
    assert alarms(trader) == [MAYBE]
    lists(trader, HELD, NEW)
    assert alarms(trader) == [MAYBE]
    lists(trader, HELD, NEW, Position(9, "EURUSD", Side.SELL, *[Decimal(1)] * 3))
    assert alarms(trader)[1:] == ["STILL OPEN (or opened since): EURUSD 9, sell 1 at 1. X closes it."]


@pytest.fixture
async def netter(tmp_path: Path) -> Trader:
    one = Trader(tmp_path / "journal.db", mode=MarginMode.NETTING)
    one.listed = (HELD,)
    await one.sits_down()
    one.desk.kill("the kill switch was pressed")
    return one


async def test_what_a_part_close_left_under_another_ticket_is_no_opening(netter: Trader) -> None:
    lists(netter, NEW)
    assert alarms(netter) == [MAYBE]
    netter.stream_tells_opened(9)
    assert "OPENED" not in alarms(netter)[-1]


@pytest.mark.parametrize(
    ("side", "volume"), [(Side.BUY, "0.30"), (Side.SELL, "0.10")], ids=["larger", "the other side"]
)
async def test_on_a_netting_account_what_is_larger_or_turned_is_new(
    netter: Trader, side: Side, volume: str
) -> None:
    netter.stream_tells_opened(9, side, volume)
    assert alarms(netter) == [
        f"OPENED AFTER THE KILL SWITCH: EURUSD 9, {side.value} {volume} at 1.08213. X closes it."
    ]


async def test_what_a_netting_account_opens_after_it_was_flat_is_measured_by_nothing(netter: Trader) -> None:
    netter.stream_tells_closed(7)
    netter.clock.turn(1)
    lists(netter, Position(5, "GBPUSD", Side.BUY, *[Decimal(1)] * 3))
    assert 7 not in netter.store.positions
    netter.stream_tells_opened(8)
    assert alarms(netter)[-1] == ALARM


async def test_an_order_that_is_found_filled_after_it_is_no_green_line(trader: Trader) -> None:
    trader.desk.submit(trader.drafts_buy())
    await trader.settles()
    trader.desk.kill("the kill switch was pressed")
    trader.clock.turn(1)
    trader.stream_tells_opened(8)
    lists(trader, HELD, NEW)
    for _ in range(20):
        trader.clock.turn(0.1)
        await trader.settles()
    assert alarms(trader)[0] == ALARM
    assert any("AFTER THE KILL SWITCH: X closes it." in text for text in alarms(trader)[1:])
    assert greens(trader) == []


CLOSED_TOO = BulkClosed(
    2, 0, Decimal(0), (BulkLine(7, "filled", 10009, 501), BulkLine(8, "filled", 10009, 502))
)


async def kills_and_closes_all(trader: Trader) -> None:
    """Close-all takes 8 as well, of which the terminal has heard nothing yet."""
    trader.desk.kill("the kill switch was pressed")
    trader.server.answers = [CLOSED_TOO]
    trader.is_honest = False
    trader.submits(CloseAllIntent(trader.desk.new_intent_id(), (7,)))
    await trader.settles()


async def test_an_opening_that_is_told_after_the_answer_that_closed_it_is_no_alarm(trader: Trader) -> None:
    await kills_and_closes_all(trader)
    trader.stream_tells_opened(8)
    trader.clock.turn(4)
    lists(trader)
    assert alarms(trader) == []
    assert 8 not in trader.store.positions


async def test_what_an_answer_told_as_closed_and_lists_go_on_with_is_an_alarm_after_all(
    trader: Trader,
) -> None:
    await kills_and_closes_all(trader)
    trader.stream_tells_opened(8)
    lists(trader, NEW)
    assert alarms(trader) == []
    trader.clock.turn(31)
    lists(trader, NEW)
    assert MAYBE in alarms(trader)


@pytest.mark.parametrize("history_only", [False, True])
async def test_an_order_of_before_that_the_bulk_close_has_closed_is_no_alarm(
    trader: Trader, *, history_only: bool
) -> None:
    trader.sees_history()
    trader.is_honest = False
    trader.server.answers = [Filled(10009, deal=500, order=8)]
    buy = trader.submits(trader.drafts_buy())
    await trader.settles()
    if not history_only:
        lists(trader, HELD, NEW)
    await kills_and_closes_all(trader)
    sides = (
        (500, 8, DealEntry.IN, Side.BUY),
        (501, 7, DealEntry.OUT, Side.SELL),
        (502, 8, DealEntry.OUT, Side.SELL),
    )
    trader.deals = tuple(
        Deal(number, "EURUSD", side, entry, Decimal("0.10"), NEW.price_open, Decimal(0), None, number, ticket)
        for number, ticket, entry, side in sides
    )
    lists(trader)
    await trader.waits(20)
    words = [line.text for line in trader.store.intents[buy.intent_id].story]
    assert words[-1] == "Bought 0.10 EURUSD at 1.08213, ticket 8. It is closed again."
    assert not trader.heard("X closes it")
