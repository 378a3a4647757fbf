"""What `close`, `reverse` and `closeby` come to: which positions, which part, what it realises."""

from decimal import Decimal

from msgspec.structs import replace

from tests.ui.still_life import SPECS
from tests.unit.planning_account import PlanAccount, a_position, an_account
from xbtfx_tui.domain.accounts import MarginMode
from xbtfx_tui.domain.intents import CloseByIntent, CloseIntent, ReverseIntent
from xbtfx_tui.domain.sides import Side
from xbtfx_tui.orders.guards.guard_types import Problem
from xbtfx_tui.planning.plan_types import NeedsSymbols, Plan

D = Decimal
HEDGED = (
    a_position(11, "EURUSD", Side.BUY, "0.30", "1.08100", "1.08213", "33.90"),
    a_position(12, "EURUSD", Side.SELL, "0.10", "1.08300", "1.08221", "7.90"),
    a_position(13, "EURUSD", Side.SELL, "0.01", "1.08000", "1.08221", "-2.21"),
    a_position(14, "NDXUSD", Side.BUY, "0.30", "18300.0", "18234.5", "-19.65"),
)


def hedged() -> PlanAccount:
    return an_account(HEDGED)


def closes(plan: Plan) -> dict[int, Decimal]:
    found = {}
    for step in plan.steps:
        assert isinstance(step.intent, CloseIntent)
        found[step.intent.ticket] = step.intent.volume
    return found


def test_targets_mean_the_positions_they_say() -> None:
    for text, tickets in (
        ("close 12", [12]),
        ("close all", [11, 12, 13, 14]),
        ("close losers", [13, 14]),
        ("close losers EUR*", [13]),
        ("close winners", [11, 12]),
        ("close profit>10", [11]),
        ("close profit<-20", []),
        ("close profit<=-19.65", [14]),
        ("close profit<0 NDX*", [14]),
        ("close NDX*", [14]),
    ):
        if tickets:
            assert list(closes(hedged().plans(text))) == tickets, text
        else:
            assert "No position has a profit < -20.00 USD" in hedged().refuses(text)


def test_a_full_close_takes_what_is_held_and_sums_what_it_realises() -> None:
    plan = hedged().plans("close EURUSD")
    assert closes(plan) == {11: D("0.30"), 12: D("0.10"), 13: D("0.01")}
    assert [step.profit for step in plan.steps] == [D("33.90"), D("7.90"), D("-2.21")]
    assert plan.profit == D("39.59")
    assert plan.headline == "Close 3 positions at market: about +39.59 USD in all."


def test_shares_are_rounded_down_to_the_step_and_what_is_too_small_is_left_out() -> None:
    plan = hedged().plans("close all half")
    assert plan.headline.startswith("Close 3 positions in part: about ")
    # Half of 0.30 NDXUSD is 0.15, whose step is 0.1; half of 0.01 is below the minimum.
    assert closes(plan) == {11: D("0.15"), 12: D("0.05"), 14: D("0.1")}
    (remark,) = plan.remarks
    assert remark.startswith("Left out 13 EURUSD: A half of 0.01 lots is below the minimum of 0.01")
    assert closes(hedged().plans("close 12 third")) == {12: D("0.03")}
    assert closes(hedged().plans("close 11 quarter")) == {11: D("0.07")}


def test_the_profit_of_a_part_is_its_share() -> None:
    (step,) = hedged().plans("close 11 0.10").steps
    assert step.profit == D("11.30")
    assert step.words == (
        "Close 0.10 of 0.30 EURUSD (buy, ticket 11) at market, now 1.08213: about +11.30 USD. "
        "0.20 stays open."
    )


def test_more_lots_than_are_held_are_refused_or_left_out() -> None:
    assert hedged().refuses("close 12 0.20") == ("Position 12 holds 0.10 lots: close that or less.")
    plan = hedged().plans("close EURUSD 0.10")
    assert closes(plan) == {11: D("0.10"), 12: D("0.10")}
    assert [remark[:18] for remark in plan.remarks] == ["Left out 13 EURUSD"]
    assert "does not fit the step" in hedged().refuses("close 11 0.015")


def test_all_that_is_held_may_be_closed_by_its_lots_even_off_the_grid() -> None:
    odd = [a_position(5, "EURUSD", Side.BUY, "0.015", "1.08", "1.08213")]
    assert closes(an_account(odd).plans("close 5 0.015")) == {5: D("0.015")}
    assert closes(an_account(odd).plans("close 5")) == {5: D("0.015")}


def test_a_part_needs_the_terms_but_all_of_it_does_not() -> None:
    account = an_account(HEDGED, specs=())
    planned = account.comes_to("close all half")
    assert isinstance(planned, NeedsSymbols)
    assert planned.symbols == ("EURUSD", "NDXUSD")
    assert len(account.plans("close all").steps) == 4


def test_an_empty_target_says_what_there_is() -> None:
    assert hedged().refuses("close losers USD*").startswith("No position of USD* is losing. Open: 11 EURUSD")
    assert hedged().refuses("close 99").startswith("Position 99 is not open. Open: 11 EURUSD +33.90 USD")
    assert an_account([]).refuses("close all") == "Nothing is open."
    assert "pending order" in an_account().refuses("close 184750")


def test_what_a_guard_stops_is_left_out_of_many_and_refused_alone() -> None:
    account = hedged()
    account.desk.also = (Problem("The server is being served.", True, "trading"),)
    assert account.refuses("close 11") == "The server is being served."
    assert account.refuses("close all") == "The server is being served."


def test_a_warning_of_several_steps_is_said_once() -> None:
    account = hedged()
    account.clock.at = 6.0
    plan = account.plans("close EURUSD")
    assert len(plan.steps) == 3
    assert len(plan.remarks) == 1
    assert "not fresh" in plan.remarks[0]


def test_a_half_of_more_than_an_order_takes_is_capped() -> None:
    specs = [replace(spec, volume_max=D("0.10")) for spec in SPECS]
    assert closes(an_account(HEDGED, specs=specs).plans("close 11 half")) == {11: D("0.10")}


def test_reverse_says_what_is_closed_and_what_opens() -> None:
    plan = hedged().plans("reverse 11")
    assert isinstance(plan.steps[0].intent, ReverseIntent)
    assert (plan.steps[0].intent.side, plan.steps[0].intent.held) == (Side.BUY, D("0.30"))
    assert plan.headline == (
        "Reverse buy 0.30 EURUSD, ticket 11: realises about +33.90 USD, then sell 0.30 EURUSD."
    )
    assert plan.profit == D("33.90")
    assert hedged().refuses("reverse 99").startswith("Position 99 is not open.")


def test_close_by_says_what_remains_and_realises_the_way_between_the_opens() -> None:
    plan = hedged().plans("closeby 11 12")
    assert isinstance(plan.steps[0].intent, CloseByIntent)
    # 0.10 lots bought at 1.08100 against sold at 1.08300: 200 points.
    assert plan.profit == D("20.00000")
    assert plan.steps[0].words == (
        "Close buy 0.30 EURUSD, ticket 11 (+33.90 USD), by sell 0.10, ticket 12 (+7.90 USD): buy 0.20 of "
        "ticket 11 stays open. The pair realises about +20.00 USD, without swaps."
    )
    smaller_first = [*HEDGED[1:3], a_position(15, "EURUSD", Side.BUY, "0.01", "1.08", "1.08213")]
    (step,) = an_account(smaller_first).plans("closeby 15 12").steps
    assert "sell 0.09 of ticket 12 stays open" in step.words


def test_close_by_takes_an_opposite_of_the_same_symbol_alone() -> None:
    assert "Try closeby 12 11." in hedged().refuses("closeby 12 13")
    assert "opposite position of EURUSD" in hedged().refuses("closeby 11 14")
    assert "opposite position" in hedged().refuses("closeby 11 11")
    assert "99 is not open" in hedged().refuses("closeby 11 99")


def test_netting_has_no_close_by_and_says_why_but_it_has_a_reverse() -> None:
    held = [HEDGED[0]]
    account = an_account(held, mode=MarginMode.NETTING)
    assert account.refuses("closeby 11 12").startswith("A netting account holds one position a symbol")
    assert isinstance(account.plans("reverse 11").steps[0].intent, ReverseIntent)
    assert closes(account.plans("close EURUSD half")) == {11: D("0.15")}
