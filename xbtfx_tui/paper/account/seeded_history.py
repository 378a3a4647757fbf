"""A past for an account: a month of deals, three open positions and two pending orders, made by a seed.

Each deal was done at the bid that the market's past has at that moment, a buy with today's spread on top, so
that it lies in its candle. The past obeys the ledger's identity (balance = deposit + sum of the deals'
profit) and never holds two positions of one symbol at a time, so it is possible in both margin modes. Money
is converted at today's rates. An account too small for the smallest lots gets a shorter past, or none.
"""

import random
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from decimal import ROUND_HALF_EVEN, Decimal
from typing import TypeAlias

import msgspec

from xbtfx_tui.domain.positions import DealEntry, OrderKind
from xbtfx_tui.domain.sides import Side
from xbtfx_tui.domain.symbol_spec import SymbolSpec, TradeMode
from xbtfx_tui.paper.account.account_engine import Engine
from xbtfx_tui.paper.account.account_state import AccountState
from xbtfx_tui.paper.account.command_results import Cause
from xbtfx_tui.paper.account.fill_booking import Fill, book_deal, open_position
from xbtfx_tui.paper.account.fitting_volumes import daily_move, fitting_volume
from xbtfx_tui.paper.account.open_positions import HeldOrder
from xbtfx_tui.paper.account.swap_rollover import next_midnight, swap_for
from xbtfx_tui.paper.market.session_steps import STEP

PastBid: TypeAlias = Callable[[str, float], Decimal]
"""A symbol's bid at a moment that is over (unix seconds)."""

_DAYS = 30
_FAVOURITES = ("EURUSD", "XAUUSD", "BTCUSD", "GBPUSD", "USDJPY", "NDXUSD", "AUDUSD", "ETHUSD")
_MOST_SYMBOLS = 8
_OPEN_POSITIONS = 3
_PENDING_KINDS = (OrderKind.BUY_LIMIT, OrderKind.SELL_STOP)
_TRIES = 60
_FIRST_HOUR, _LAST_HOUR, _SATURDAY = 6, 21, 5


class _Trip(msgspec.Struct, frozen=True):
    """A position's life; `closed` and `price_close` are None while it is open. `swap` is what it cost."""

    symbol: str
    side: Side
    volume: Decimal
    opened: datetime
    price_open: Decimal
    closed: datetime | None = None
    price_close: Decimal | None = None
    swap: Decimal = Decimal(0)
    sl: Decimal | None = None
    tp: Decimal | None = None


def live_past(
    engine: Engine,
    rng: random.Random,
    quotes: Mapping[str, tuple[Decimal, Decimal]],
    now: datetime,
    bid_at: PastBid,
) -> None:
    """Give a new engine a past that ends at these quotes (symbol -> bid, ask), fed to it as ticks."""
    for symbol, (bid, ask) in quotes.items():
        engine.on_tick(symbol, bid, ask, now)
    # From a whole step of the market's past on, so that two starts a moment apart have the same one.
    until = now - timedelta(seconds=now.timestamp() % STEP)
    _Past(engine.state, rng, until, bid_at).write()
    engine.take_events()
    engine.take_moves()


class _Past:
    """Drafts what happened, then books it in the order in which it did."""

    def __init__(self, state: AccountState, rng: random.Random, now: datetime, bid_at: PastBid) -> None:
        self._state = state
        self._rng = rng
        self._now = now
        self._bid_at = bid_at
        self._volumes: dict[str, Decimal] = {}
        for symbol in self._candidates():
            volume = fitting_volume(state, symbol, rng)
            if volume is not None and len(self._volumes) < _MOST_SYMBOLS:
                self._volumes[symbol] = volume
        self._trips: list[_Trip] = []

    def write(self) -> None:
        if not self._volumes:
            return
        self._draft_open()
        for _ in range(self._rng.randint(28, 40)):
            self._draft_closed()
        self._book_trips()
        self._place_orders()

    def _candidates(self) -> list[str]:
        """Symbols that can be traded and valued, the traders' favourites first."""
        state = self._state
        names = [name for name in _FAVOURITES if name in state.specs]
        names += [name for name in state.specs if name not in _FAVOURITES]
        return [name for name in names if _is_free(state.specs[name]) and state.can_value(name)]

    # --- drafting ----------------------------------------------------------------------------------------

    def _draft_open(self) -> None:
        """The open positions: the first in loss, with both stops; the second with a stop loss alone."""
        for symbol in self._volumes:
            count = len(self._trips)
            if count == _OPEN_POSITIONS:
                return
            opened = self._open_moment(symbol, 3, 90)
            if opened is None:
                continue
            side = self._side_that(symbol, opened, loses=count == 0)
            price = self._fill(symbol, opened, side)
            volume = self._volumes[symbol]
            closing = self._state.closing_price(symbol, side)
            sl = self._level(symbol, closing, -1.5 * side.sign) if count < 2 else None
            tp = self._level(symbol, closing, 2.0 * side.sign) if count == 0 else None
            swap = self._swap(symbol, side, volume, opened, self._now)
            self._trips.append(_Trip(symbol, side, volume, opened, price, swap=swap, sl=sl, tp=tp))

    def _draft_closed(self) -> None:
        """One closed position, if one that fits is found: no overlap in its symbol."""
        rng = self._rng
        symbol = rng.choice(tuple(self._volumes))
        opened = self._open_moment(symbol, 6, _DAYS * 24)
        if opened is None:
            return
        closed = opened + timedelta(seconds=int(rng.lognormvariate(9.2, 1.1)))
        if (
            closed >= self._now
            or not self._traded_at(symbol, closed)
            or self._overlaps(symbol, opened, closed)
        ):
            return
        side = rng.choice((Side.BUY, Side.SELL))
        volume = self._volumes[symbol]
        price_open = self._fill(symbol, opened, side)
        price_close = self._fill(symbol, closed, side.opposite)
        swap = self._swap(symbol, side, volume, opened, closed)
        self._trips.append(_Trip(symbol, side, volume, opened, price_open, closed, price_close, swap))

    def _open_moment(self, symbol: str, least_hours: int, most_hours: int) -> datetime | None:
        """A past moment of a trader's day with the market open; None where none was found."""
        for _ in range(_TRIES):
            ago = timedelta(seconds=self._rng.randint(least_hours * 3600, most_hours * 3600))
            moment = self._now - ago
            if _FIRST_HOUR <= moment.hour < _LAST_HOUR and self._traded_at(symbol, moment):
                return moment
        return None

    def _traded_at(self, symbol: str, moment: datetime) -> bool:
        """Open then, and a weekday, for all but crypto: few trade the rest at weekends."""
        crypto = "crypto" in self._state.specs[symbol].path.lower()
        return (crypto or moment.weekday() < _SATURDAY) and self._state.is_open(symbol, moment)

    def _overlaps(self, symbol: str, opened: datetime, closed: datetime) -> bool:
        return any(
            trip.opened <= closed and opened <= (trip.closed or self._now)
            for trip in self._trips
            if trip.symbol == symbol
        )

    def _side_that(self, symbol: str, opened: datetime, *, loses: bool) -> Side:
        """The side that a position of that moment would now lose with, or else do better with."""
        state = self._state

        def gain(side: Side) -> Decimal:
            return (state.closing_price(symbol, side) - self._fill(symbol, opened, side)) * side.sign

        sides = sorted(Side, key=gain)
        return sides[0] if loses else sides[-1]

    def _fill(self, symbol: str, at: datetime, side: Side) -> Decimal:
        """Where an order of this side was filled then."""
        bid, ask = self._state.quotes[symbol]
        then = self._bid_at(symbol, at.timestamp())
        return then + ask - bid if side is Side.BUY else then

    def _swap(self, symbol: str, side: Side, volume: Decimal, opened: datetime, closed: datetime) -> Decimal:
        total, midnight = Decimal(0), next_midnight(opened)
        while midnight <= closed:
            total += swap_for(self._state, symbol, side, volume, midnight)
            midnight += timedelta(days=1)
        return total

    def _level(self, symbol: str, price: Decimal, days: float) -> Decimal:
        """A price so many usual days' moves from `price`, and farther than the broker's nearest."""
        spec = self._state.specs[symbol]
        nearest = (spec.stops_level + 10) * spec.point
        distance = max(price * Decimal(str(daily_move(spec) * abs(days))), nearest)
        level = price + distance if days > 0 else price - distance
        return level.quantize(Decimal(1).scaleb(-spec.digits), ROUND_HALF_EVEN)

    # --- booking -----------------------------------------------------------------------------------------

    def _book_trips(self) -> None:
        """Book every opening and closing in the order of their times, so that tickets rise with time."""
        steps = [(trip.opened, trip, False) for trip in self._trips]
        steps += [(trip.closed, trip, True) for trip in self._trips if trip.closed is not None]
        identifiers: dict[int, int] = {}
        for _, trip, closing in sorted(steps, key=lambda step: step[0]):
            if closing:
                self._book_close(trip, identifiers[id(trip)])
            else:
                identifiers[id(trip)] = self._book_open(trip)

    def _book_open(self, trip: _Trip) -> int:
        state = self._state
        order = state.book.new_order_ticket()
        fill = Fill(
            trip.symbol, trip.side, trip.volume, trip.price_open, order, trip.opened, trip.sl, trip.tp
        )
        deal = book_deal(state, fill, DealEntry.IN, Decimal(0), order)
        if trip.closed is None:
            state.book.charge(open_position(state, fill, trip.volume), trip.swap)
        state.ledger.executed(trip.opened, Cause.PAST, None, (order,), (deal,))
        return order

    def _book_close(self, trip: _Trip, position: int) -> None:
        if trip.closed is None or trip.price_close is None:
            return
        state, order = self._state, self._state.book.new_order_ticket()
        side, volume = trip.side.opposite, trip.volume
        fill = Fill(trip.symbol, side, volume, trip.price_close, order, trip.closed)
        result = state.profit(trip.symbol, trip.side, trip.price_open, trip.price_close, volume) + trip.swap
        deal = book_deal(state, fill, DealEntry.OUT, result, position)
        state.ledger.executed(trip.closed, Cause.PAST, None, (position,), (deal,))

    def _place_orders(self) -> None:
        """A buy limit with stops and a sell stop without, below the market, on symbols not held if any."""
        state = self._state
        names = sorted(self._volumes, key=lambda name: len(state.book.of(name)))
        for index, kind in enumerate(_PENDING_KINDS):
            symbol = names[index % len(names)]
            price = self._level(symbol, state.opening_price(symbol, kind.side), -1.0 - index / 2)
            sl = self._level(symbol, price, -1.0) if index == 0 else None
            tp = self._level(symbol, price, 2.0) if index == 0 else None
            ticket = state.book.new_order_ticket()
            volume = self._volumes[symbol]
            state.book.add_order(HeldOrder(ticket, symbol, kind, volume, price, None, sl, tp))


def _is_free(spec: SymbolSpec) -> bool:
    return spec.trade_mode is TradeMode.FULL and spec.tradeable
