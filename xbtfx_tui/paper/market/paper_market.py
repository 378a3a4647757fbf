"""The paper exchange's market: every symbol's quotes, moved on by whoever owns the clock.

Sans-IO: time is passed in, nothing is sent, no account is known. The same instruments, seed, start and
sequence of advances always make the same ticks.
"""

import heapq
import math
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from random import Random
from types import MappingProxyType
from typing import NamedTuple

from msgspec.structs import replace

from xbtfx_tui.domain import trading_sessions
from xbtfx_tui.domain.symbol_spec import SymbolSpec
from xbtfx_tui.paper.market.depth_book import BookLevel, BookLevels, DepthBook
from xbtfx_tui.paper.market.instruments import Instrument
from xbtfx_tui.paper.market.market_hours import ALWAYS_OPEN, Hours, HoursMode, from_ms, to_ms
from xbtfx_tui.paper.market.price_model import CrossSource, PriceSource, ReplaySource, WalkSource
from xbtfx_tui.paper.market.tick_replay import Replay

__all__ = ["BookLevel", "PaperMarket", "Tick"]

_LONGEST_CATCH_UP_MS = 10_000.0
_FASTEST_RATE = 1000.0


class Tick(NamedTuple):
    """A quote; prices are exact at the symbol's digits, `time_ms` is unix milliseconds, UTC."""

    symbol: str
    bid: Decimal
    ask: Decimal
    time_ms: int


class PaperMarket:
    """Quotes, depth and hours of a set of instruments.

    `start` is aware. `tick_rate` forces that many ticks a second on each symbol that isn't replayed (crosses
    may add some when their legs move). A replayed symbol takes the model's place and trades at any hour.
    A cross whose legs are not among the instruments walks by itself.
    Raises ValueError, with a sentence, for names that clash or don't exist, and for a tick rate out of range.
    """

    def __init__(
        self,
        instruments: Iterable[Instrument],
        seed: int,
        hours: HoursMode = HoursMode.ALWAYS,
        *,
        start: datetime,
        tick_rate: float | None = None,
        replays: Mapping[str, Replay] | None = None,
    ) -> None:
        if tick_rate is not None and not 0 < tick_rate <= _FASTEST_RATE:
            raise ValueError(f"The tick rate is more than 0 and at most {_FASTEST_RATE:.0f} a second.")
        replays = replays or {}
        real = {instrument.name: instrument for instrument in instruments}
        if unknown := sorted(set(replays) - set(real)):
            raise ValueError(f"{unknown[0]} can't be replayed: the paper exchange has no such symbol.")
        self._seed = seed
        self._interval = None if tick_rate is None else 1000 / tick_rate
        self._now = to_ms(start)
        self._books: dict[str, DepthBook] = {}
        shown = {
            name: _always_open(one) if hours is HoursMode.ALWAYS or name in replays else one
            for name, one in real.items()
        }
        self._sources: dict[str, PriceSource] = {}
        for instrument in _legs_first(shown.values()):
            self._sources[instrument.name] = self._source(instrument, replays.get(instrument.name))
        self.instruments: Mapping[str, Instrument] = MappingProxyType(shown)
        self.specs: Mapping[str, SymbolSpec] = MappingProxyType(
            {name: instrument.spec for name, instrument in shown.items()}
        )
        self._order = tuple(self._sources[name] for name in shown)
        self._due = [(source.first_tick(), place) for place, source in enumerate(self._order)]
        heapq.heapify(self._due)

    def _source(self, instrument: Instrument, replay: Replay | None) -> PriceSource:
        hours = Hours(instrument.spec.trade_sessions or ALWAYS_OPEN)
        if replay is not None:
            _check_digits(instrument, replay)
            return ReplaySource(instrument, replay, hours, self._now)
        chance = Random(f"{self._seed}/{instrument.name}")
        legs = instrument.legs
        if legs is None or legs.first not in self._sources or legs.second not in self._sources:
            return WalkSource(instrument, hours, self._now, chance, self._interval)
        first, second = self._sources[legs.first], self._sources[legs.second]
        cross = CrossSource(instrument, legs, (first, second), hours, self._now, chance, self._interval)
        first.crosses.append(cross)
        second.crosses.append(cross)
        return cross

    def advance(self, now: datetime) -> list[Tick]:
        """Every tick since the last call, in the order of time; none where `now` (aware) is not later.

        A pause of more than 10 s (the machine slept) is not lived through: what came due in it ticks once,
        at `now`, where its market is open then.
        """
        until = to_ms(now)
        if until <= self._now:
            return []
        if until - self._now > _LONGEST_CATCH_UP_MS:
            self._skip_to(until)
        self._now = until
        due, order = self._due, self._order
        ticks: list[Tick] = []
        while due and due[0][0] <= until:
            at, place = due[0]
            source = order[place]
            heapq.heapreplace(due, (source.tick(at), place))
            ticks.append(Tick(source.symbol, source.bid, source.ask, int(at)))
            if source.crosses:
                ticks.extend(
                    Tick(cross.symbol, cross.bid, cross.ask, int(at))
                    for cross in source.crosses
                    if cross.follow(at)
                )
        return ticks

    def _skip_to(self, until: float) -> None:
        self._due = [
            (at if at >= until else self._order[place].hours.opening(until), place) for at, place in self._due
        ]
        heapq.heapify(self._due)

    def next_tick_at(self) -> datetime | None:
        """When the next tick is due; None where no market ever opens again."""
        at = self._due[0][0] if self._due else math.inf
        return None if at == math.inf else from_ms(at)

    def quote_of(self, symbol: str) -> Tick:
        """The latest quote, there from the start. Raises KeyError for an unknown symbol."""
        source = self._sources[symbol]
        return Tick(symbol, source.bid, source.ask, int(source.time))

    def mid(self, symbol: str) -> Decimal | None:
        """The quote's middle, None for an unknown symbol (a domain.profit_calculation.MidPrice)."""
        source = self._sources.get(symbol)
        return None if source is None else (source.bid + source.ask) / 2

    def spread_points(self, symbol: str) -> int:
        """The quote's spread in points. Raises KeyError for an unknown symbol."""
        source = self._sources[symbol]
        return int((source.ask - source.bid) / source.instrument.spec.point)

    def depth_of(self, symbol: str) -> tuple[BookLevels, BookLevels]:
        """Bids and asks, five levels each, best first and equal to the quote; the same until the next tick.

        Raises KeyError for an unknown symbol.
        """
        source = self._sources[symbol]
        book = self._books.get(symbol)
        if book is None:
            book = self._books[symbol] = DepthBook(source.instrument, self._seed)
        return book.levels(source.bid, source.ask, source.count)

    def is_open(self, symbol: str, now: datetime) -> bool:
        """Whether the symbol trades at `now` (aware). Raises KeyError for an unknown symbol."""
        return self._sources[symbol].hours.is_open(to_ms(now))

    def next_open(self, symbol: str, now: datetime) -> datetime | None:
        """The next opening after `now`, None where it never closes. Raises KeyError for an unknown symbol."""
        return trading_sessions.next_open(self._sources[symbol].hours.spans, now.astimezone(UTC))


def _always_open(instrument: Instrument) -> Instrument:
    spec = replace(instrument.spec, trade_sessions=ALWAYS_OPEN, quote_sessions=ALWAYS_OPEN)
    return replace(instrument, spec=spec)


def _legs_first(instruments: Iterable[Instrument]) -> list[Instrument]:
    return sorted(instruments, key=lambda instrument: instrument.legs is not None)


def _check_digits(instrument: Instrument, replay: Replay) -> None:
    finest = max(-int(price.as_tuple().exponent) for tick in replay.ticks for price in (tick.bid, tick.ask))
    if finest > instrument.spec.digits:
        raise ValueError(
            f"{instrument.name} can't be replayed: the recorded prices have {finest} decimals,"
            f" the symbol {instrument.spec.digits}."
        )
