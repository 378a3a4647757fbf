"""What a change of stops comes to, drafted for the dialogs and for the command line."""

from decimal import Decimal

import pytest
from msgspec.structs import replace

from tests.unit.planning_account import PlanAccount, a_position, an_account
from xbtfx_tui.cli_commands.plan_preview import Preview
from xbtfx_tui.domain.intents import Keep, ModifyIntent, MoveTo, Remove
from xbtfx_tui.domain.order_outcomes import IntentRecord, IntentState
from xbtfx_tui.domain.sides import Side
from xbtfx_tui.domain.stop_input import AtPrice, InMoney, InPips, InRisk
from xbtfx_tui.domain.stop_rules import StopKind, is_as_good_sl
from xbtfx_tui.domain.store_events import IntentMoved, PositionOpened
from xbtfx_tui.orders.guards.guard_types import NO_LIMITS
from xbtfx_tui.planning.draft_types import OrderDraft
from xbtfx_tui.planning.priced_symbol import PricedSymbol, last_market
from xbtfx_tui.planning.stop_draft import (
    StopDraft,
    StopWish,
    draft_breakeven,
    draft_stops,
    holder_of,
    overtaken_words,
)

D = Decimal
SL, TP = StopKind.SL, StopKind.TP
# EURUSD stands at 1.08213/1.08221.
LONG = a_position(21, "EURUSD", Side.BUY, "0.10", "1.08000", "1.08213", "21.30", sl="1.07500")
BARE = a_position(22, "EURUSD", Side.SELL, "0.10", "1.08500", "1.08221", "27.90")


def held() -> PlanAccount:
    return an_account((LONG, BARE))


def drafted(sl: StopWish, tp: StopWish, account: PlanAccount | None = None, ticket: int = 21) -> StopDraft:
    account = account or held()
    source = account.store.positions.get(ticket) or account.store.orders[ticket]
    return draft_stops(holder_of(source), sl, tp, account.view(), "the-id")


def blocking(order: OrderDraft) -> list[tuple[str | None, str]]:
    return [(one.about, one.sentence) for one in order.problems if one.blocks]


def test_both_stops_are_one_order_in_one_sentence() -> None:
    draft = drafted(InPips(D(20)), InRisk(D(2)))
    assert draft.order.intent == ModifyIntent(
        "the-id", 21, "EURUSD", MoveTo(D("1.07800")), MoveTo(D("1.08400"))
    )
    assert draft.order.sentence == (
        "Modify EURUSD (buy 0.10, ticket 21): sl from 1.07500 to 1.07800 (-20.0 pips from open, -20.00 USD);"
        " tp from none to 1.08400 (+40.0 pips from open, +40.00 USD)."
    )
    assert draft.beside == {
        SL: "1.07800: -20.0 pips from open, -20.00 USD",
        TP: "1.08400: +40.0 pips from open, +40.00 USD",
    }
    assert draft.order.problems == ()
    assert not draft.changes_nothing


def test_a_stop_that_is_taken_away_and_one_that_stays() -> None:
    draft = drafted(Remove(), Keep())
    assert draft.order.intent == ModifyIntent("the-id", 21, "EURUSD", Remove(), Keep())
    assert draft.order.sentence == (
        "Modify EURUSD (buy 0.10, ticket 21): sl 1.07500 is removed; tp stays none."
    )
    assert draft.beside == {SL: "removes 1.07500", TP: "none"}


def test_a_pending_orders_stops_count_from_its_own_price() -> None:
    draft = drafted(InPips(D(60)), Keep(), an_account(), 184750)
    assert draft.order.sentence == (
        "Modify GBPUSD (buy limit 0.20 at 1.26000, ticket 184750): sl from 1.25500 to 1.25400 (-60.0 pips"
        " from the order's price, -120.00 USD); tp stays 1.27000."
    )


@pytest.mark.parametrize(
    ("sl", "tp", "said"),
    [
        (Keep(), Keep(), []),
        (AtPrice(D("1.0750")), Keep(), [("sl", "The sl of 21 stands at 1.07500 already.")]),
        (Keep(), Remove(), [("tp", "21 has no tp to take away: EURUSD buy 0.10, ticket 21.")]),
    ],
)
def test_what_changes_nothing_says_so_where_something_was_wished(
    sl: StopWish, tp: StopWish, said: list[tuple[str, str]]
) -> None:
    draft = drafted(sl, tp)
    assert draft.changes_nothing
    assert blocking(draft.order) == said


def test_a_stop_that_is_wished_where_it_stands_hinders_no_other() -> None:
    draft = drafted(AtPrice(D("1.0750")), AtPrice(D("1.09")))
    assert draft.order.intent == ModifyIntent("the-id", 21, "EURUSD", Keep(), MoveTo(D("1.09000")))
    assert draft.order.problems == ()


def test_a_stop_that_was_not_read_yet_is_not_taken_for_none() -> None:
    account = held()
    account.store.apply(PositionOpened(30, "EURUSD", Side.BUY, D("0.10"), D("1.08100")))
    draft = drafted(Keep(), Remove(), account, 30)
    ((about, sentence),) = blocking(draft.order)
    assert (about, sentence.startswith("Whether 30 has a tp is not known yet")) == ("tp", True)
    draft = drafted(AtPrice(D("1.0790")), Keep(), account, 30)
    assert "sl from not known to 1.07900" in draft.order.sentence
    assert "tp stays as it is." in draft.order.sentence


def test_what_can_not_be_is_said_by_its_field_and_the_desk_is_asked_of_the_rest() -> None:
    draft = drafted(InRisk(D(2)), AtPrice(D("1.07")))
    assert draft.order.intent == ModifyIntent("the-id", 21, "EURUSD", Keep(), MoveTo(D("1.07000")))
    assert [about for about, _ in blocking(draft.order)] == ["sl", "tp"]
    assert "must be above the bid" in blocking(draft.order)[1][1]


def test_a_multiple_needs_an_sl_that_is_at_risk_as_it_is_then() -> None:
    sentence = "The sl 1.08100 is past 1.08000: there is no risk to count by. Try pips like 30p, or a price."
    draft = drafted(AtPrice(D("1.0810")), InRisk(D(2)))
    assert blocking(draft.order) == [("tp", sentence)]
    assert "needs an sl" in blocking(drafted(Remove(), InRisk(D(2))).order)[0][1]


def test_without_the_symbols_terms_a_stop_is_taken_away_and_none_is_put_anywhere() -> None:
    account = an_account((LONG,), specs=())
    assert drafted(Remove(), Keep(), account).order.problems == ()
    assert blocking(drafted(InPips(D(20)), Keep(), account).order) == [
        ("sl", "Waiting for the terms and a fresh price of EURUSD.")
    ]


def test_an_order_on_its_way_that_moves_the_same_stops_is_told() -> None:
    account = held()
    account.desk.moving_stops = frozenset({21})
    told = "An order that moves the stops of 21 is not known yet: what stands here may be from before it."
    assert drafted(InMoney(D(20)), Keep(), account).order.warnings == (told,)
    assert drafted(Keep(), Keep(), account).order.warnings == (told,)
    assert drafted(InPips(D(90)), Keep(), account, 22).order.warnings == ()
    assert secured(account).warnings == (told,)


def test_without_a_desk_an_order_on_its_way_is_known_from_the_journal() -> None:
    account = held()
    preview = Preview(account.store, account.clock, NO_LIMITS)
    order = drafted(InPips(D(20)), Keep()).order.intent
    for state, is_moving in ((IntentState.UNKNOWN, True), (IntentState.FOUND_FILLED, False)):
        account.store.apply(IntentMoved(IntentRecord(order, state, ())))
        assert preview.is_moving_stops(21) is is_moving
        assert not preview.is_moving_stops(22)


# --- breakeven ---


def secured(account: PlanAccount, stop: str = "1.08008") -> OrderDraft:
    market = last_market(account.store, "EURUSD", account.clock.now())
    assert isinstance(market, PricedSymbol)
    return draft_breakeven(account.store.positions[21], D(stop), market, account.view(), "the-id")


def test_breakeven_says_what_it_locks_in_and_what_stays() -> None:
    order = secured(held())
    assert order.intent == ModifyIntent(
        "the-id", 21, "EURUSD", MoveTo(D("1.08008")), Keep(), only_nearer=True
    )
    assert order.sentence == (
        "Breakeven for EURUSD (buy 0.10, ticket 21): sl from 1.07500 to 1.08008 (open 1.08000 and the"
        " spread), which locks in +0.8 pips from open, +0.80 USD; tp stays none. It is at 1.08213 now."
    )
    assert order.problems == ()


def test_breakeven_does_not_call_an_old_price_the_one_of_now() -> None:
    account = held()
    account.clock.at = 8.0
    assert secured(account).sentence.endswith(" It was at 1.08213 last: price 8s old.")


def test_breakeven_takes_no_stop_back_that_is_as_good() -> None:
    account = held()
    account.holds(replace(LONG, sl=D("1.08008")), BARE)
    order = secured(account)
    assert order.first_blocking == "The sl of 21 stands at 1.08008 by now: that is 1.08008 or better."
    assert overtaken_words(order.intent, account.store.positions) == order.first_blocking
    assert overtaken_words(order.intent, {21: LONG}) is None
    assert overtaken_words(order.intent, {}) is None


@pytest.mark.parametrize("side", Side)
def test_the_sl_nearer_the_price_is_the_better_and_any_is_better_than_none(side: Side) -> None:
    near, far = (D(2), D(1)) if side is Side.BUY else (D(1), D(2))
    assert is_as_good_sl(side, near, far)
    assert is_as_good_sl(side, near, near)
    assert not is_as_good_sl(side, far, near)
    assert is_as_good_sl(side, far, None)
    assert not is_as_good_sl(side, None, far)
    assert is_as_good_sl(side, None, None)
