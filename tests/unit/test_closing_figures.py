"""The price and the profit of a close: said where its own deal or its end tells them, and never another's."""

from decimal import Decimal

import pytest
from msgspec.structs import replace

from xbtfx_tui.domain.clock import Instant
from xbtfx_tui.domain.intents import CloseByIntent, CloseIntent, CloseUnreadIntent, Intent, ReverseIntent
from xbtfx_tui.domain.order_outcomes import Filled, Result, Reversed
from xbtfx_tui.domain.positions import Deal, DealEntry, Position
from xbtfx_tui.domain.sides import Side
from xbtfx_tui.domain.store_events import AccountEvent, DealDone, PositionClosed, PositionOpened
from xbtfx_tui.orders.reconcile.close_figures import CloseFigures, close_figures
from xbtfx_tui.orders.reconcile.deal_evidence import Read
from xbtfx_tui.orders.reconcile.holdings_snapshot import Grid, HeldBefore, HoldingsSnapshot, TrackedOrder
from xbtfx_tui.orders.reconcile.outcome_findings import Proven
from xbtfx_tui.orders.reconcile.outcome_messages import outcome_words
from xbtfx_tui.orders.reconcile.position_matching import CarriedOut

D = Decimal
SENT, LATER = Instant(10.0, 10.0, 1_700_000_000.0), Instant(11.0, 11.0, 1_700_000_001.0)
PART = CloseIntent("an-id", 7, "EURUSD", Side.BUY, D("0.05"), D("0.10"))
WHOLE = replace(PART, volume=D("0.10"))
PRICE, MADE = D("1.16398"), D("1.25")
BOTH, NEITHER = CloseFigures(PRICE, MADE), CloseFigures()


def held(ticket: int, volume: str) -> Position:
    return Position(ticket, "EURUSD", Side.BUY, D(volume), D("1.1"), D("1.1"))


def deal(ticket: int, volume: str = "0.05", position: int | None = None) -> Deal:
    entry = None if position is None else DealEntry.OUT
    return Deal(ticket, "EURUSD", Side.SELL, entry, D(volume), PRICE, MADE, None, ticket, position)


def sight(*events: AccountEvent, other: str = "0.10") -> HoldingsSnapshot:
    positions = {one.ticket: one for one in (held(7, "0.05"), held(8, other))}
    told = tuple((LATER, event) for event in events)
    return HoldingsSnapshot(positions, {}, False, LATER, frozenset(), positions, events=told, currency="USD")


def watched(close: CloseIntent) -> TrackedOrder:
    before = tuple(HeldBefore(ticket, "EURUSD", Side.BUY, D("0.10")) for ticket in (7, 8))
    return TrackedOrder(close, before, SENT, frozenset({500}), is_history_read=True)


STREAMED = DealDone(deal(501))


@pytest.mark.parametrize(
    ("close", "result", "seen", "deals", "figures"),
    [
        (PART, None, sight(STREAMED), (), BOTH),
        (PART, None, sight(STREAMED, STREAMED), (), BOTH),
        (PART, None, sight(STREAMED, DealDone(deal(502))), (), NEITHER),
        (PART, None, sight(STREAMED, other="0.05"), (), NEITHER),
        (PART, None, sight(DealDone(deal(500))), (), NEITHER),
        (PART, None, sight(DealDone(deal(501, "0.04"))), (), NEITHER),
        (
            PART,
            None,
            sight(STREAMED, PositionOpened(9, "EURUSD", Side.SELL, D("0.05"), PRICE)),
            (),
            NEITHER,
        ),
        (PART, Filled(deal=502, price=D("1.2")), sight(STREAMED), (), CloseFigures(D("1.2"))),
        (PART, Filled(deal=501), sight(STREAMED, DealDone(deal(502))), (), BOTH),
        # The answer names the deal of a part, and the rest came later.
        (PART, Filled(deal=501, price=PRICE), sight(DealDone(deal(501, "0.04"))), (), NEITHER),
        (PART, Filled(deal=501, volume=D("0.04"), price=PRICE), sight(), (), NEITHER),
        (PART, None, sight(), (deal(501, position=7),), BOTH),
        (PART, None, sight(), (deal(501, position=8),), NEITHER),
        (PART, None, sight(), (deal(501, position=7), deal(502, position=7)), NEITHER),
        (PART, None, sight(PositionClosed(7, "EURUSD", MADE)), (), NEITHER),
        (WHOLE, None, sight(PositionClosed(7, "EURUSD", MADE)), (), CloseFigures(None, MADE)),
        (WHOLE, None, sight(PositionClosed(8, "EURUSD", MADE)), (), NEITHER),
        (WHOLE, None, sight(PositionClosed(7, "EURUSD", MADE), STREAMED, DealDone(deal(502))), (), NEITHER),
        (WHOLE, None, sight(PositionClosed(7, "EURUSD", MADE), DealDone(deal(501, "0.04"))), (), NEITHER),
        (WHOLE, None, sight(PositionClosed(7, "EURUSD", MADE)), (deal(501, "0.04", position=7),), NEITHER),
    ],
)
def test_only_what_tells_of_this_very_close_counts(
    close: CloseIntent,
    result: Result | None,
    seen: HoldingsSnapshot,
    deals: tuple[Deal, ...],
    figures: CloseFigures,
) -> None:
    read = Read(deals, LATER) if deals else None
    assert close_figures(close, watched(close), result, close.volume, seen, read) == figures


def test_a_close_says_its_price_and_what_it_made() -> None:
    sure = Proven(CarriedOut())
    words, _ = outcome_words(watched(PART), None, sure, sight(STREAMED), None)
    assert words == "Closed 0.05 of 0.10 EURUSD at 1.16398, ticket 7, +1.25 USD."
    words, _ = outcome_words(watched(PART), None, sure, sight(), None)
    assert words == "Closed 0.05 of 0.10 EURUSD, ticket 7."


# --- a reverse, two by each other, one by its number ---

REVERSE = ReverseIntent("r", 7, "EURUSD", Side.BUY, D("0.10"), "", D("0.005"), D("0.01"))
ENDED = PositionClosed(7, "EURUSD", MADE)


def turned(*events: AccountEvent, sl: str | None = None) -> HoldingsSnapshot:
    new = Position(9, "EURUSD", Side.SELL, D("0.10"), D("1.16"), D("1.16"), None if sl is None else D(sl))
    seen = sight(*events)
    return replace(seen, positions={9: new}, listed={9: new}, grids={"EURUSD": Grid(5, D("0.01"))})


def told(intent: Intent, seen: HoldingsSnapshot, *deals: Deal, result: Result | None = None) -> str:
    order = TrackedOrder(intent, watched(WHOLE).before, SENT, frozenset({500}), is_history_read=True)
    ticket = 9 if isinstance(intent, ReverseIntent) else None
    read = Read(deals, LATER) if deals else None
    return outcome_words(order, result, Proven(CarriedOut(ticket)), seen, read)[0]


DONE = "Reversed EURUSD, ticket 7: now sell 0.10, ticket 9"
OFFER = (
    " It has no stops; as far away as the old ones were: sl 1.16500, tp 1.15000: m on the new one begins with"
    " both as far away."
)


def test_a_reverse_tells_what_its_close_made_and_which_stops_there_are_to_offer() -> None:
    opening = replace(deal(502, "0.10"), profit=D(0))
    both = turned(DealDone(deal(501, "0.10")), DealDone(opening), ENDED)
    assert told(REVERSE, both) == f"{DONE}; closed at 1.16398, +1.25 USD.{OFFER}"
    assert told(REVERSE, turned(ENDED)) == f"{DONE}; the old one made +1.25 USD.{OFFER}"
    assert told(REVERSE, turned()) == f"{DONE}.{OFFER}"
    twice = turned(DealDone(deal(501, "0.10")), DealDone(deal(502, "0.10")), ENDED)
    assert told(REVERSE, twice) == f"{DONE}.{OFFER}"
    assert told(REVERSE, turned(sl="1.17")) == f"{DONE}."
    assert told(replace(REVERSE, sl_away=None, tp_away=None), turned()) == f"{DONE}."
    unlisted = replace(turned(), listed={})
    at_once = told(REVERSE, unlisted, result=Reversed(open_price=D("1.16000"), volume=D("0.10")))
    as_far = OFFER.removeprefix(" It has no stops; as")
    assert at_once == f"{DONE.replace(', ticket 9', ' at 1.16000, ticket 9')}. As{as_far}", (
        "no list tells it yet"
    )
    assert told(REVERSE, unlisted) == f"{DONE}.", "and not from a price that nobody told"
    by_history = told(REVERSE, turned(), deal(501, "0.10", position=7))
    assert by_history.startswith(f"{DONE}; closed at 1.16398, +1.25 USD.")


def test_two_that_closed_each_other_tell_lots_and_what_both_made() -> None:
    pair = CloseByIntent("b", 7, 8, "EURUSD")
    seen = replace(sight(), positions={}, listed={})
    one, other = (
        replace(deal(number, "0.10", position=ticket), entry=DealEntry.OUT_BY, order=77, side=side)
        for number, ticket, side in ((501, 7, Side.SELL), (502, 8, Side.BUY))
    )
    done = "Closed 0.10 EURUSD, ticket 7 by ticket 8, +2.50 USD."
    assert told(pair, seen, one, other) == done
    assert told(pair, seen, one, replace(other, order=78)) == "Closed EURUSD, ticket 7 by ticket 8."
    assert told(pair, seen, one) == "Closed EURUSD, ticket 7 by ticket 8."
    streamed = tuple((LATER, DealDone(each)) for each in (one, other))
    assert told(pair, replace(seen, events=streamed)) == done
    more = (*streamed, (LATER, DealDone(deal(503))))
    assert told(pair, replace(seen, events=more)) == "Closed EURUSD, ticket 7 by ticket 8."


def test_a_close_by_number_tells_what_its_own_deals_made() -> None:
    by_number = CloseUnreadIntent("u", 7)
    assert told(by_number, sight()) == "Closed ticket 7."
    mine = told(by_number, sight(), deal(501, position=7), deal(502, position=8))
    assert mine == "Closed 0.05 lots of ticket 7 at 1.16398, +1.25 USD."
