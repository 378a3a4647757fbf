"""A stream, a store and who closes candles out of it, on a clock that a test moves."""

from datetime import datetime
from decimal import Decimal

from msgspec.structs import replace

from tests.unit.test_store_quotes import HandClock
from xbtfx_tui.archive.candle_watch import CandleWatch
from xbtfx_tui.archive.minute_folding import ClosedCandle
from xbtfx_tui.archive.seen_stretch import SeenStretch, closed_candles
from xbtfx_tui.domain.candles import Candle
from xbtfx_tui.domain.quotes import Quote
from xbtfx_tui.domain.store_events import (
    DateHeard,
    Dialect,
    Event,
    QuotesSeen,
    SpecRead,
    StreamUp,
    SymbolsRead,
)
from xbtfx_tui.domain.symbol_spec import SessionSpan, SymbolRow, SymbolSpec
from xbtfx_tui.store.feed_state import FeedLive
from xbtfx_tui.store.store import Store

ROW = SymbolRow("EURUSD", 5, Decimal(100_000), Decimal("0.00001"))
SPEC = SymbolSpec("EURUSD", 5, Decimal("0.00001"), Decimal(100_000))


class WatchedLine:
    """`closed` is what was handed over, `subscribed` what the stream is to send."""

    def __init__(self, wall: float, *, measured: bool = True, looked: bool = True) -> None:
        self.is_lively = True
        self.clock = HandClock()
        self.clock.wall_is(wall)
        self.store = Store(self.clock)
        self.subscribed: frozenset[str] = frozenset({"EURUSD"})
        self.closed: list[ClosedCandle] = []
        self.watch = CandleWatch(
            self.store, lambda: self.subscribed, lambda: frozenset({"EURUSD"}), self._take
        )
        self.store.apply(SymbolsRead((ROW,)))
        if measured:
            self.hears_a_date()
        if looked:
            self.looks()

    def _take(self, seen: list[SeenStretch]) -> None:
        self.closed += closed_candles(seen)

    def hears_a_date(self) -> None:
        self.store.apply(DateHeard(self.clock.now().wall, self.clock.now()))

    def comes_up(self) -> None:
        self.takes(StreamUp(Dialect.CURRENT))

    def takes(self, event: Event) -> None:
        self.store.apply(event)
        self.watch.on_event(event, self.clock.now())

    def quotes(self, bid: float, symbol: str = "EURUSD", time: datetime | None = None) -> None:
        self.takes(QuotesSeen((Quote(symbol, bid, bid + 0.0001, time),), self.clock.now()))

    def told_by_rest(self, bid: float) -> None:
        self.store.apply(SpecRead(replace(SPEC, bid=bid, ask=bid + 0.0001), self.clock.now()))

    def trades_in(self, *sessions: SessionSpan) -> None:
        self.store.apply(SpecRead(replace(SPEC, trade_sessions=sessions), self.clock.now()))

    def passes(self, seconds: float) -> None:
        """Time goes by, with a look at the end of each candle, as the loop's timer has it. While the line is
        live, some other symbol ticks after each."""
        until = self.clock.now().wall + seconds
        while (to_close := self.watch.next_close(self.clock.now())) <= until - self.clock.now().wall:
            self.clock.passes(to_close)
            self.looks()
            if self.is_lively and isinstance(self.store.feed, FeedLive):
                self.quotes(1.26, "OTHER")
        self.clock.passes(until - self.clock.now().wall)

    def looks(self) -> None:
        self.watch.close(self.clock.now())

    @property
    def candles(self) -> list[Candle]:
        return [one.candle for one in self.closed]

    def told(self) -> list[tuple[int, int, int, int]]:
        """Each candle's start (from the first's on), ticks, since and until."""
        first = self.closed[0].candle.start
        return [(one.start - first, one.ticks, one.since, one.until) for one in self.candles]
