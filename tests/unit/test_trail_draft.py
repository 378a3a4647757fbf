"""What turning a trailing stop on comes to, drafted for its dialog and for `trail`."""

from decimal import Decimal

import pytest
from msgspec.structs import replace

from tests.unit.planning_account import PlanAccount, a_position, an_account
from xbtfx_tui.commands.grammar import Known, parse
from xbtfx_tui.domain.intents import Keep, ModifyIntent, MoveTo
from xbtfx_tui.domain.sides import Side
from xbtfx_tui.domain.store_events import TradingChanged, TradingLocked
from xbtfx_tui.domain.trailing_stop import BadDistance
from xbtfx_tui.planning.plan_types import Deed, NeedsSymbols
from xbtfx_tui.planning.priced_symbol import PricedSymbol, last_market
from xbtfx_tui.planning.trail_draft import TrailDraft, draft_trail

D = Decimal
# EURUSD stands at 1.08213/1.08221.
LONG = a_position(21, "EURUSD", Side.BUY, "0.10", "1.08000", "1.08213", "21.30", sl="1.08100")
BARE = a_position(22, "EURUSD", Side.SELL, "0.10", "1.08500", "1.08221", "27.90")
RUNS = "never back, while this terminal runs; the broker keeps only the last stop."


def held() -> PlanAccount:
    return an_account((LONG, BARE))


def drafted(ticket: int, pips: str, account: PlanAccount | None = None) -> TrailDraft | BadDistance:
    account = account or held()
    market = last_market(account.store, "EURUSD", account.clock.now())
    assert isinstance(market, PricedSymbol)
    return draft_trail(account.store.positions[ticket], D(pips), market, account.view(), "the-id")


def draft_of(ticket: int, pips: str, account: PlanAccount | None = None) -> TrailDraft:
    draft = drafted(ticket, pips, account)
    assert isinstance(draft, TrailDraft), draft
    return draft


def test_the_first_stop_is_named_where_it_goes_at_once() -> None:
    draft = draft_of(22, "15")
    assert draft.order.intent == ModifyIntent("the-id", 22, "EURUSD", MoveTo(D("1.08371")), Keep())
    assert draft.beside == "sl 1.08371 first"
    begins = "sl from none to about 1.08371 first (+12.9 pips from open, +12.90 USD)"
    assert draft.line == f"22 EURUSD: {begins}, then follows by 1.5p or more"
    assert draft.order.sentence == (
        f"Trail EURUSD (sell 0.10, ticket 22) at 15p: {begins}, then follows by 1.5p or more, {RUNS}"
    )
    assert draft.order.problems == ()


def test_an_sl_that_is_good_enough_stays_until_a_price_that_is_named() -> None:
    draft = draft_of(21, "20")
    # 20 pips behind 1.08321 is a step of 2 pips above 1.08100.
    assert draft.order.intent == ModifyIntent("the-id", 21, "EURUSD", MoveTo(D("1.08013")), Keep())
    assert draft.beside == "sl stays 1.08100 for now"
    assert "sl stays 1.08100 until the bid is at or above 1.08320, then follows by 2p" in draft.order.sentence


def test_a_distance_of_a_quiver_is_warned_of() -> None:
    (problem,) = draft_of(22, "1").order.problems
    assert (problem.about, problem.blocks) == ("pips", False)
    assert problem.sentence == "1p is less than two spreads of EURUSD: a quiver of the price would close it."
    assert draft_of(22, "1.6").order.problems == ()


def test_a_distance_that_any_market_goes_in_a_moment_is_warned_of_whatever_the_spread_is_just_now() -> None:
    account = held()
    account.quote("EURUSD", 1.08213, 1.08214)
    (problem,) = draft_of(22, "1", account).order.problems
    assert problem.sentence == (
        "1p of EURUSD is 0.00010, less than 0.01% of its price: a quiver of the price would close it."
    )


def test_the_spread_of_the_terms_counts_where_that_of_the_moment_is_narrower() -> None:
    account = held()
    market = last_market(account.store, "EURUSD", account.clock.now())
    assert isinstance(market, PricedSymbol)
    wider = replace(market, spec=replace(market.spec, spread_points=11))
    draft = draft_trail(account.store.positions[22], D(2), wider, account.view(), "the-id")
    assert isinstance(draft, TrailDraft)
    (problem,) = draft.order.problems
    assert problem.sentence == "2p is less than two spreads of EURUSD: a quiver of the price would close it."


@pytest.mark.parametrize(
    ("pips", "said"),
    [
        ("0.01", "That is less than one point of EURUSD: try 0.1p."),
        ("20000", "20000p from 1.08213 is at or below zero: try 11.3p."),
    ],
)
def test_a_distance_that_no_stop_can_be_kept_at_is_refused(pips: str, said: str) -> None:
    assert drafted(21, pips) == BadDistance(said)
    assert held().refuses(f"trail {pips}p 21") == said


def test_what_the_desk_has_against_the_first_move_is_said() -> None:
    account = held()
    account.desk.moving_stops = frozenset({21})
    assert draft_of(21, "15", account).order.warnings == (
        "An order that moves the stops of 21 is not known yet: what stands here may be from before it.",
    )
    account.store.apply(TradingChanged(TradingLocked("you locked it")))
    blocking = draft_of(21, "15", account).order.first_blocking
    assert blocking is not None
    assert "Trading is locked" in blocking
    assert account.refuses("trail 15p 21") == account.refuses("trail 15p") == blocking


def test_several_are_listed_each_with_where_it_begins_and_their_warnings() -> None:
    deed = held().comes_to("trail 1p")
    assert isinstance(deed, Deed)
    assert deed.words == f"Trail 2 positions at 1p, {RUNS}"
    assert (deed.tickets, deed.needs_yes) == ((21, 22), True)
    assert deed.lines == (draft_of(21, "1").line, draft_of(22, "1").line)
    assert deed.remarks == draft_of(22, "1").order.warnings


def test_one_that_can_not_be_trailed_is_left_out_and_the_line_is_of_the_others() -> None:
    account = held()
    account.holds(LONG, replace(BARE, price_open=D("1.09"), sl=None))
    account.quote("EURUSD", 1.0, 1.00008)
    deed = account.comes_to("trail 10000p")
    assert isinstance(deed, Deed)
    assert (deed.tickets, deed.lines) == ((22,), ())
    assert deed.remarks[0].startswith("Left out 21 EURUSD: 10000p from 1.00000 is at or below zero")


def test_an_old_price_is_told_and_without_any_it_waits_for_one() -> None:
    account = held()
    account.clock.at = 6.0
    deed = account.comes_to("trail 15p 21")
    assert isinstance(deed, Deed)
    assert any("is not fresh" in remark for remark in deed.remarks)
    assert isinstance(an_account((LONG,), quoted=()).comes_to("trail 15p"), NeedsSymbols)


def test_a_trail_takes_its_distance_before_or_after_what_it_is_for() -> None:
    known = Known({"EURUSD"})
    assert parse("trail 184729 15p", known) == parse("trail 15p 184729", known)
    assert parse("trail winners 15p", known) == parse("trail 15p winners", known)
