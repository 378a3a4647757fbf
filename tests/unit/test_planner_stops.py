"""What `be`, `sl`, `tp` and `trail` come to."""

from decimal import Decimal

import pytest
from msgspec.structs import replace

from tests.ui.still_life import SPECS
from tests.unit.planning_account import PlanAccount, a_position, an_account
from xbtfx_tui.domain.accounts import MarginMode
from xbtfx_tui.domain.intents import Keep, ModifyIntent, MoveTo, Remove
from xbtfx_tui.domain.order_outcomes import IntentRecord, IntentState
from xbtfx_tui.domain.sides import Side
from xbtfx_tui.domain.store_events import IntentMoved, StreamDown
from xbtfx_tui.planning.plan_types import Deed, NeedsSymbols, Plan

D = Decimal
# EURUSD stands at 1.08213/1.08221.
HELD = (
    a_position(21, "EURUSD", Side.BUY, "0.10", "1.08000", "1.08213", "21.30"),
    a_position(22, "EURUSD", Side.SELL, "0.10", "1.08500", "1.08221", "27.90", sl="1.08900"),
    a_position(23, "EURUSD", Side.BUY, "0.10", "1.08210", "1.08213", "0.30"),
    a_position(24, "EURUSD", Side.BUY, "0.10", "1.08000", "1.08213", "21.30", sl="1.08100"),
    a_position(25, "EURUSD", Side.SELL, "0.10", "1.08000", "1.08221", "-22.10"),
)


def held() -> PlanAccount:
    return an_account(HELD)


def changes(plan: Plan) -> dict[int, tuple[object, object]]:
    found: dict[int, tuple[object, object]] = {}
    for step in plan.steps:
        assert isinstance(step.intent, ModifyIntent)
        assert step.profit is None
        found[step.intent.ticket] = (step.intent.sl, step.intent.tp)
    return found


def test_breakeven_is_open_and_the_spread_on_those_that_are_up_enough() -> None:
    plan = held().plans("be 20p")
    assert changes(plan) == {21: (MoveTo(D("1.08008")), Keep()), 22: (MoveTo(D("1.08492")), Keep())}
    assert plan.headline == "Stop to breakeven on 2 positions."
    (remark,) = plan.remarks
    assert remark.startswith("Left out 24 EURUSD: The sl stands at 1.08100")


@pytest.mark.parametrize("state", [IntentState.UNKNOWN, IntentState.AMBIGUOUS])
def test_a_position_whose_last_change_is_in_doubt_comes_last(state: IntentState) -> None:
    """Its change has to wait, for a minute maybe: the others must not wait with it."""
    account = held()
    first, second = (step.intent for step in account.plans("be 20p").steps)
    assert isinstance(first, ModifyIntent) and isinstance(second, ModifyIntent)
    doubtful = replace(first, intent_id="earlier")
    account.store.apply(IntentMoved(IntentRecord(doubtful, state, ())))
    assert list(changes(account.plans("be 20p"))) == [second.ticket, first.ticket]
    account.store.apply(IntentMoved(IntentRecord(doubtful, IntentState.FOUND_FILLED, ())))
    assert list(changes(account.plans("be 20p"))) == [first.ticket, second.ticket]


def test_breakeven_where_none_is_up_enough_says_how_far_each_is() -> None:
    sentence = held().refuses("be 50p")
    assert sentence.startswith("No such position is 50 pips up. In pips: 21 EURUSD +21.3, 22 EURUSD +27.9")
    assert "25 EURUSD -22.1" in sentence


def test_breakeven_of_one_ticket_says_why_it_can_not_be_yet() -> None:
    assert changes(held().plans("be 21")) == {21: (MoveTo(D("1.08008")), Keep())}
    assert "must be above 1.08218" in held().refuses("be 23")
    assert "better already" in held().refuses("be 24")
    assert "not open" in held().refuses("be 99")


def test_breakeven_acts_on_a_fresh_price_alone() -> None:
    account = held()
    account.clock.at = 6.0
    planned = account.comes_to("be 20p")
    assert isinstance(planned, NeedsSymbols)
    assert planned.symbols == ("EURUSD",)
    account.store.apply(StreamDown("lost", 1.0))
    assert "the stream is down" in account.refuses("be 20p")


def test_a_stop_is_set_and_the_other_kept() -> None:
    for text, change in (
        ("sl 21 1.0790", (MoveTo(D("1.07900")), Keep())),
        ("sl 21 30p", (MoveTo(D("1.07700")), Keep())),
        ("sl 21 50$", (MoveTo(D("1.07500")), Keep())),
        ("tp 21 1.0950", (Keep(), MoveTo(D("1.09500")))),
        ("tp 22 2r", (Keep(), MoveTo(D("1.07700")))),
    ):
        assert list(changes(held().plans(text)).values()) == [change], text


def test_the_preview_of_a_stop_says_what_it_comes_to_there() -> None:
    plan = held().plans("sl 22 1.0830")
    change = "sl from 1.08900 to 1.08300 (+20.0 pips from open, +20.00 USD)"
    assert plan.headline == f"Modify EURUSD, ticket 22: {change}."
    assert plan.steps[0].words == f"Modify EURUSD (sell 0.10, ticket 22): {change}; tp stays none."


def test_a_stop_that_can_not_be_is_refused_with_what_can() -> None:
    assert "must be below the bid" in held().refuses("sl 21 1.0830")
    assert "5 decimals" in held().refuses("sl 21 1.079005")
    assert "stands at 1.08900 already" in held().refuses("sl 22 1.0890")
    assert "needs an sl" in held().refuses("tp 21 2r")
    assert "no risk to count by" in held().refuses("tp 24 2r")
    assert "for the tp" in held().refuses("sl 21 2r")
    sentence = held().refuses("sl 99 30p")
    assert sentence.startswith("There is no position or pending order 99.")
    assert "184750" in sentence


def test_a_stop_is_taken_away_where_there_is_one() -> None:
    assert changes(held().plans("sl 22 off")) == {22: (Remove(), Keep())}
    assert held().refuses("tp 22 off").startswith("22 has no tp to take away")


def test_a_pending_orders_stop_takes_a_price_alone() -> None:
    account = an_account()
    assert changes(account.plans("sl 184750 1.2540")) == {184750: (MoveTo(D("1.25400")), Keep())}
    assert changes(account.plans("tp 184750 off")) == {184750: (Keep(), Remove())}
    assert account.refuses("sl 184750 30p") == (
        "184750 is a pending order: its sl takes a price, like sl 184750 1.26000, not 30p."
    )


def test_stops_need_the_terms_of_the_symbol() -> None:
    assert isinstance(an_account(HELD, specs=()).comes_to("sl 21 30p"), NeedsSymbols)


def test_stops_are_the_same_on_a_netting_account() -> None:
    account = an_account([HELD[0]], mode=MarginMode.NETTING)
    assert changes(account.plans("be 20p")) == {21: (MoveTo(D("1.08008")), Keep())}
    assert changes(account.plans("tp 21 1.09")) == {21: (Keep(), MoveTo(D("1.09000")))}


def test_trail_is_a_deed_that_is_confirmed() -> None:
    deed = held().comes_to("trail 15p 21")
    assert isinstance(deed, Deed)
    assert (deed.tickets, deed.needs_yes) == ((21,), True)
    assert deed.words == (
        "Trail EURUSD (buy 0.10, ticket 21) at 15p: sl from none to about 1.08063 first (+6.3 pips from open,"
        " +6.30 USD), then follows by 1.5p or more, never back, while this terminal runs; the broker keeps"
        " only the last stop."
    )


def test_trail_leaves_out_what_wants_more_distance() -> None:
    specs = [replace(spec, stops_level=200 if spec.name == "EURUSD" else 0) for spec in SPECS]
    deed = an_account(specs=specs).comes_to("trail 15p")
    assert isinstance(deed, Deed)
    assert deed.tickets == (184741, 184733)
    wants = "EURUSD wants stops 200 points away at least: try 20p."
    assert deed.remarks[0] == f"Left out 184729 EURUSD: {wants}"
    assert an_account(specs=specs).refuses("trail 15p 184729") == wants


def test_trail_off_is_about_those_that_are_trailed() -> None:
    deed = held().comes_to("trail off", trailed={22, 99})
    assert isinstance(deed, Deed)
    assert (deed.tickets, deed.needs_yes) == ((22, 99), False)
    some = held().comes_to("trail off 22", trailed={22, 99})
    assert isinstance(some, Deed)
    assert some.tickets == (22,)
    assert held().refuses("trail off", trailed=frozenset()) == "No stop is trailed. Try trail 15p."
    assert "Trailed: 22" in held().refuses("trail off 21", trailed={22})


def test_a_terminal_that_only_watches_says_who_keeps_the_trails() -> None:
    told = "Another terminal (pid 8165) was here first: trailing stops are changed there, or here after it."
    for text in ("trail 15p 21", "trail off", "trail off 22"):
        assert held().refuses(text, trailed=frozenset(), no_trails=told) == told
