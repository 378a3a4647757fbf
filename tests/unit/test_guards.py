"""What keeps an order from being sent, in the trader's words."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from msgspec.structs import replace

from tests.unit.trading_desk import ACCOUNT, EURUSD, LOGIN, NOON
from xbtfx_tui.domain.accounts import KeyStatus, MarginMode, Permission
from xbtfx_tui.domain.clock import Instant
from xbtfx_tui.domain.intents import (
    CloseAllIntent,
    CloseByIntent,
    CloseIntent,
    CloseSymbolIntent,
    CloseUnreadIntent,
    Intent,
    Keep,
    ModifyIntent,
    MoveTo,
    OpenIntent,
    Remove,
    ReverseIntent,
)
from xbtfx_tui.domain.order_outcomes import IntentRecord, IntentState
from xbtfx_tui.domain.positions import OrderKind, PendingOrder, Position
from xbtfx_tui.domain.read_states import NeverRead
from xbtfx_tui.domain.sides import Side
from xbtfx_tui.domain.store_events import Reading, TradingLocked, TradingOpen, TradingReadOnly
from xbtfx_tui.domain.symbol_spec import SessionSpan, SymbolSpec, TradeMode
from xbtfx_tui.orders.guards.guard_types import NO_LIMITS, Limits, Problem, TakenIntent, View
from xbtfx_tui.orders.guards.order_guards import guards

D = Decimal
NOW = Instant(1_000.0, 5_000.0, NOON)
BOTH = frozenset({Permission.TRADE, Permission.READ})
KEY = KeyStatus(LOGIN, "standard", "active", BOTH, MarginMode.HEDGING)
LONG = Position(7, "EURUSD", Side.BUY, D("0.20"), D("1.08"), D("1.082"))
SHORT = Position(8, "EURUSD", Side.SELL, D("0.10"), D("1.08"), D("1.082"))
LIMIT = PendingOrder(9, "EURUSD", OrderKind.BUY_LIMIT, D("0.10"), D("1.07000"))
BUY = OpenIntent("new", "EURUSD", Side.BUY, D("0.10"), D("1.08213"))
SELL = replace(BUY, side=Side.SELL)
CLOSE = CloseIntent("new", 7, "EURUSD", Side.BUY, D("0.20"), D("0.20"))
PART = replace(CLOSE, volume=D("0.05"))
REVERSE = ReverseIntent("new", 7, "EURUSD", Side.BUY, D("0.20"))
MODIFY = ModifyIntent("new", 7, "EURUSD", MoveTo(D("1.08000")), Keep())
CLOSE_BY = CloseByIntent("new", 7, 8, "EURUSD")
BLIND = CloseUnreadIntent("new", 7)
WEEKEND = tuple(SessionSpan(day, 0, 1440) for day in (5, 6))
VIEW = View(
    trading=TradingOpen(),
    key=KEY,
    account=ACCOUNT,
    spec=EURUSD,
    bid=D("1.08200"),
    ask=D("1.08213"),
    distrust=None,
    positions={7: LONG, 8: SHORT},
    orders={9: LIMIT},
    rate=lambda currency: D(1),
    day_result=D(0),
    taken=(),
    underway=(),
    spent=False,
)


def found(intent: Intent, limits: Limits = NO_LIMITS, **seen: Any) -> tuple[Problem, ...]:
    return guards(intent, replace(VIEW, **seen), limits, NOW)


def blocked(intent: Intent, limits: Limits = NO_LIMITS, **seen: Any) -> Problem:
    (problem,) = (one for one in found(intent, limits, **seen) if one.blocks)
    assert problem.blocks
    return problem


def warned(intent: Intent, limits: Limits = NO_LIMITS, **seen: Any) -> Problem:
    (problem,) = found(intent, limits, **seen)
    assert not problem.blocks
    return problem


def record(intent: Intent, state: IntentState) -> IntentRecord:
    return IntentRecord(intent, state, ())


ALL_KINDS: list[Intent] = [
    BUY,
    CLOSE,
    PART,
    MODIFY,
    CLOSE_BY,
    REVERSE,
    CloseSymbolIntent("new", "EURUSD", (7, 8)),
    CloseAllIntent("new", (7, 8)),
    BLIND,
]


def kind(intent: Intent) -> str:
    return type(intent).__name__


@pytest.mark.parametrize("intent", ALL_KINDS, ids=kind)
def test_nothing_stands_against_a_good_order(intent: Intent) -> None:
    assert found(intent) == ()


@pytest.mark.parametrize("intent", ALL_KINDS, ids=kind)
def test_what_stops_every_kind_of_order(intent: Intent) -> None:
    assert blocked(intent, trading=TradingLocked("you locked it")).about == "trading"
    assert blocked(intent, trading=TradingReadOnly("this key may only read")).about == "trading"
    assert found(intent, key=None)[0].about == "trading"
    reader = replace(KEY, permissions=frozenset({Permission.READ}))
    assert blocked(intent, key=reader).about == "trading"
    assert blocked(intent, spent=True).about is None
    assert "1.0 s ago" in blocked(intent, taken=(TakenIntent(intent, Instant(999, 4_999, NOON)),)).sentence
    # a wall clock that jumped does not make a double a new order
    assert found(intent, taken=(TakenIntent(intent, Instant(999, 4_999, NOON - 3600)),)) != ()
    assert found(intent, taken=(TakenIntent(intent, Instant(997, 4_997, NOON)),)) == ()


def test_another_size_or_ticket_is_another_order() -> None:
    taken = (TakenIntent(replace(BUY, volume=D("0.11")), NOW), TakenIntent(replace(CLOSE, ticket=8), NOW))
    assert found(BUY, taken=taken) == ()
    assert found(CLOSE, taken=taken) == ()
    # The other half of a position: seen held by as much less.
    assert found(CLOSE, taken=(TakenIntent(replace(CLOSE, held=CLOSE.held + CLOSE.volume), NOW),)) == ()


@pytest.mark.parametrize("intent", [BUY, REVERSE], ids=kind)
def test_what_stops_an_opening(intent: Intent) -> None:
    assert blocked(intent, distrust="no quote for over 5 s").about == "market"
    assert blocked(intent, spec=None, bid=None, ask=None).about == "symbol"
    assert blocked(intent, spec=replace(EURUSD, trade_sessions=WEEKEND)).about == "market"
    assert blocked(intent, spec=replace(EURUSD, trade_mode=TradeMode.CLOSE_ONLY)).about == "symbol"
    assert blocked(intent, spec=replace(EURUSD, trade_mode=TradeMode.DISABLED)).about == "symbol"
    shut = blocked(intent, spec=replace(EURUSD, tradeable=False))
    assert (shut.about, "closed now" in shut.sentence, "disabled" in shut.sentence) == ("market", True, False)
    for state in (IntentState.UNKNOWN, IntentState.AMBIGUOUS):
        assert blocked(intent, underway=(record(replace(BUY, intent_id="old"), state),)).about == "symbol"
    assert blocked(intent, underway=(record(CloseAllIntent("old", ()), IntentState.UNKNOWN),)) is not None
    other = replace(BUY, intent_id="old", symbol="GBPUSD")
    assert found(intent, underway=(record(other, IntentState.UNKNOWN),)) == ()
    on_its_way = (record(replace(BUY, intent_id="old"), IntentState.PLACED),)
    assert warned(intent, underway=on_its_way).sentence.startswith("On its way already")


@pytest.mark.parametrize("intent", [CLOSE, CloseSymbolIntent("1", "EURUSD", (7,))], ids=kind)
def test_who_closes_is_told_of_what_may_open_after_it(intent: Intent) -> None:
    """Of an order that is filled in parts, one is closed: the rest of it may still come."""
    on_its_way = (record(replace(BUY, intent_id="old"), IntentState.PLACED),)
    problem = warned(intent, underway=on_its_way)
    assert problem.sentence == "On its way still: Buy 0.10 EURUSD. More of it may open after this."
    elsewhere = (record(replace(BUY, intent_id="old", symbol="GBPUSD"), IntentState.PLACED),)
    assert len(found(CLOSE, underway=elsewhere)) == 0


def test_the_closed_market_says_when_it_opens() -> None:
    problem = blocked(BUY, spec=replace(EURUSD, trade_sessions=WEEKEND))
    assert problem.sentence == "The market for EURUSD is closed now. It opens on Sat 10 Jan, 00:00 UTC."
    assert datetime.fromtimestamp(NOON, UTC).weekday() == 2


def test_stops_that_the_broker_freezes_are_not_moved_and_the_position_can_still_be_closed() -> None:
    frozen = replace(EURUSD, freeze_level=400)
    near = {7: replace(LONG, sl=D("1.07900"))}
    problem = blocked(MODIFY, spec=frozen, positions=near)
    assert "within 400 points" in problem.sentence
    doubted = found(MODIFY, spec=frozen, positions=near, distrust="the stream is down")
    assert [one for one in doubted if "within 400 points" in one.sentence and not one.blocks]
    assert found(MODIFY, spec=replace(EURUSD, freeze_level=100), positions=near) == ()
    assert found(CLOSE, spec=frozen, positions=near) == ()


def test_a_stop_between_two_ticks_is_refused() -> None:
    coarse = replace(EURUSD, tick_size=D("0.00025"))
    refused = blocked(replace(BUY, sl=D("1.07910"), tp=None), spec=coarse)
    assert "1.07900 or 1.07925" in refused.sentence


def test_long_only_and_short_only() -> None:
    assert found(BUY, spec=replace(EURUSD, trade_mode=TradeMode.LONG_ONLY)) == ()
    assert blocked(SELL, spec=replace(EURUSD, trade_mode=TradeMode.LONG_ONLY)).about == "symbol"
    assert found(SELL, spec=replace(EURUSD, trade_mode=TradeMode.SHORT_ONLY)) == ()
    assert blocked(REVERSE, spec=replace(EURUSD, trade_mode=TradeMode.LONG_ONLY)).about == "symbol"


@pytest.mark.parametrize("volume", ["0", "-1", "0.001", "0.015", "51", "1E+30", "NaN", "Infinity"])
def test_volumes_the_broker_does_not_take(volume: str) -> None:
    assert blocked(replace(BUY, volume=D(volume)), rate=lambda _: None).about == "volume"


def test_stops() -> None:
    assert found(replace(BUY, sl=D("1.08100"), tp=D("1.09000"))) == ()
    assert blocked(replace(BUY, sl=D("1.08300"))).about == "sl"
    assert "Too close" in blocked(replace(BUY, tp=D("1.08205"))).sentence
    assert blocked(replace(BUY, tp=D("1.090001"))).about == "tp"
    assert blocked(replace(BUY, tp=D("NaN"))).about == "tp"
    assert blocked(replace(SELL, sl=D("1.08100"))).about == "sl"


@pytest.mark.parametrize("comment", ["x" * 28, "é", "a\nb", "\x1b[31m"])
def test_comments(comment: str) -> None:
    assert blocked(replace(BUY, comment=comment)).about == "comment"
    assert found(replace(BUY, comment="x" * 27)) == ()


def test_the_traders_own_caps_hold_openings_alone() -> None:
    assert blocked(BUY, Limits(lots_per_order=D("0.09"))).about == "volume"
    assert blocked(REVERSE, Limits(lots_per_order=D("0.09"))).about == "volume"
    assert blocked(BUY, Limits(lots_per_symbol=D("0.39"))).about == "volume"
    assert found(BUY, Limits(lots_per_symbol=D("0.40"))) == ()
    coming = (record(replace(BUY, intent_id="old"), IntentState.PLACED),)
    assert blocked(BUY, Limits(lots_per_symbol=D("0.40")), underway=coming).about == "volume"
    taken = tuple(TakenIntent(replace(BUY, volume=D(n)), Instant(950.0, 4_950, NOON)) for n in (1, 2))
    assert blocked(BUY, Limits(orders_per_minute=2), taken=taken).about == "trading"
    assert found(BUY, Limits(orders_per_minute=3), taken=taken) == ()
    assert "-50.00 USD" in blocked(BUY, Limits(loss_per_day=D(50)), day_result=D(-50)).sentence
    assert blocked(BUY, Limits(loss_per_day=D(50)), day_result=None).about == "trading"
    tight = Limits(D("0.01"), D("0.01"), 0, D(0))
    for intent in (CLOSE, PART, MODIFY, CLOSE_BY, CloseAllIntent("new", (7, 8))):
        assert found(intent, tight, day_result=D(-50)) == ()


def test_netting_counts_what_is_held_with_its_sign() -> None:
    netting = replace(KEY, margin_mode=MarginMode.NETTING)
    cap = Limits(lots_per_symbol=D("0.20"))
    assert blocked(BUY, cap, key=netting, positions={7: LONG}).about == "volume"
    assert found(SELL, cap, key=netting, positions={7: LONG}) == ()
    assert "netting" in blocked(CLOSE_BY, key=netting).sentence


def test_200_positions() -> None:
    full = {ticket: replace(LONG, ticket=ticket, symbol="XAUUSD") for ticket in range(200)}
    assert blocked(BUY, positions=full).about == "market"
    netting = replace(KEY, margin_mode=MarginMode.NETTING)
    assert found(BUY, key=netting, positions={**full, 7: LONG}) == ()


def test_too_little_margin_is_a_warning() -> None:
    poor = replace(ACCOUNT, margin_free=D(50))
    assert "The server decides" in warned(BUY, account=poor).sentence
    assert found(BUY, account=poor, rate=lambda _: None) == ()


def test_a_close_is_warned_and_let_through() -> None:
    assert warned(CLOSE, distrust="the stream is down").about == "market"
    assert warned(CLOSE, spec=replace(EURUSD, trade_sessions=WEEKEND)).about == "market"
    assert warned(CLOSE, underway=(record(replace(CLOSE, intent_id="old"), IntentState.UNKNOWN),)) is not None
    assert found(CLOSE, spec=None, bid=None, ask=None) == ()


def test_what_is_gone_or_grown_or_never_was() -> None:
    for intent in (CLOSE, REVERSE, MODIFY):
        assert blocked(intent, positions={8: SHORT}).about == "ticket"
    assert blocked(replace(CLOSE, volume=D("0.30"))).about == "volume"
    assert blocked(replace(PART, volume=D("0.005"))).about == "volume"
    assert blocked(replace(PART, volume=D("NaN"))).about == "volume"
    # a full close names no volume, so it must be what the trader saw
    assert blocked(CLOSE, positions={7: replace(LONG, volume=D("0.30"))}).about == "volume"
    assert blocked(REVERSE, positions={7: replace(LONG, volume=D("0.30"))}).about == "ticket"
    assert blocked(CloseSymbolIntent("new", "XAUUSD", ())).about == "symbol"
    assert blocked(replace(CLOSE_BY, by_ticket=7)).about == "ticket"


def test_a_key_not_read_yet_keeps_nobody_in() -> None:
    changing: list[Intent] = [BUY, REVERSE, MODIFY]
    for intent in changing:
        assert blocked(intent, key=None).about == "trading"
    for intent in (one for one in ALL_KINDS if one not in changing):
        assert "the server decides" in found(intent, key=None)[0].sentence
        assert not any(problem.blocks for problem in found(intent, key=None))


@pytest.mark.parametrize("reading", [Reading.POSITIONS, Reading.ORDERS, Reading.ACCOUNT])
@pytest.mark.parametrize("intent", [BUY, REVERSE], ids=kind)
def test_nothing_opens_before_all_was_read_once(reading: Reading, intent: Intent) -> None:
    found_so = blocked(intent, never_read={reading: NeverRead("The server failed (500).")})
    assert found_so.about == "trading"
    assert "not been read yet, so nothing new is opened" in found_so.sentence
    assert found_so.sentence.endswith("The server failed (500).")


UNREAD_KINDS = [
    {"positions": {}, "never_read": {Reading.POSITIONS: NeverRead()}},
    {"positions": {}, "unread": frozenset({7, None})},
]


@pytest.mark.parametrize("seen", UNREAD_KINDS)
def test_what_is_not_read_can_be_closed_all_the_same(seen: dict[str, Any]) -> None:
    assert not any(problem.blocks for problem in found(BLIND, **seen))
    assert "What is held is not known" in warned(CloseAllIntent("new", ()), **seen).sentence
    assert "What is held is not known" in warned(CloseSymbolIntent("new", "EURUSD", ()), **seen).sentence
    # what was drafted by what is not known any more is not told as gone
    assert "close 7 closes all of it by its number" in blocked(CLOSE, **seen).sentence
    assert "can't be read now" in blocked(MODIFY, **seen).sentence


def test_a_list_that_is_empty_keeps_nobody_in() -> None:
    assert "The list of positions is empty" in warned(CloseAllIntent("new", ()), positions={}).sentence
    assert "does not have 7" in warned(BLIND, positions={8: SHORT}).sentence
    assert found(BLIND, unread=frozenset({7}), positions={8: SHORT}) == ()


def test_modify_of_a_position_and_of_a_pending_order() -> None:
    assert blocked(replace(MODIFY, sl=Keep())).about == "sl"
    assert found(replace(MODIFY, sl=Remove())) == ()
    assert blocked(replace(MODIFY, sl=MoveTo(D("1.09")))).about == "sl"
    assert found(replace(MODIFY, ticket=9, sl=MoveTo(D("1.06")))) == ()
    assert blocked(replace(MODIFY, ticket=9, sl=MoveTo(D("1.08")))).about == "sl"
    # against an old price it is only a warning
    stale = found(replace(MODIFY, sl=MoveTo(D("1.09"))), distrust="the stream is down")
    assert [problem.blocks for problem in stale] == [False, False]


@pytest.mark.parametrize("now", [replace(LONG, volume=D("0.05")), replace(LONG, side=Side.SELL)])
def test_a_part_of_what_is_another_position_by_now_is_drafted_anew(now: Position) -> None:
    problem = blocked(PART, positions={7: now})
    assert "by now; draft it anew" in problem.sentence
    assert found(PART, positions={7: replace(LONG, volume=D("0.50"))}) == ()


def test_an_opposite_position_makes_a_want_of_margin_a_perhaps_or_none_at_all() -> None:
    order = replace(BUY, volume=D("10"), sl=None, tp=None)
    poor = replace(ACCOUNT, margin=D(20_000), margin_free=ACCOUNT.equity - 20_000)
    short = (replace(SHORT, volume=D("12")),)

    def said(spec: SymbolSpec, beside: tuple[Position, ...] | None) -> list[str]:
        problems = found(order, account=poor, spec=spec, positions={}, beside=beside)
        return [one.sentence for one in problems if "free margin" in one.sentence]

    (alone,) = said(EURUSD, ())
    assert alone.startswith("Not enough free margin by our estimate: it takes 1")
    for beside in (short, None):
        (perhaps,) = said(EURUSD, beside)
        assert perhaps.startswith("Perhaps not enough free margin by our estimate: it takes at most 1")
    assert said(replace(EURUSD, margin_hedged=EURUSD.contract_size), short) == []
