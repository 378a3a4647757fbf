"""A market whose prices stand still until a test moves them, and a clock that a test can push forward."""

import time
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from xbtfx_tui.domain import trading_sessions
from xbtfx_tui.domain.symbol_spec import SymbolSpec
from xbtfx_tui.paper.market.instruments import INSTRUMENTS, Instrument
from xbtfx_tui.paper.market.market_hours import HoursMode
from xbtfx_tui.paper.market.paper_market import PaperMarket, Tick
from xbtfx_tui.paper.ports import Levels


class PushedClock:
    """The machine's clocks, ahead by what a test pushed them; `at` sets the UTC time it starts from."""

    def __init__(self, at: datetime | None = None) -> None:
        self._ahead = 0.0
        self._utc = timedelta(0) if at is None else at - datetime.now(UTC)

    def push(self, seconds: float) -> None:
        self._ahead += seconds

    def utc(self) -> datetime:
        return datetime.now(UTC) + self._utc + timedelta(seconds=self._ahead)

    def monotonic(self) -> float:
        return time.monotonic() + self._ahead


class StillMarket:
    """Every instrument at its start price; `moves` sets the next tick."""

    def __init__(self, hours: HoursMode = HoursMode.ALWAYS) -> None:
        start = datetime(2026, 4, 1, 12, tzinfo=UTC)
        self._market = PaperMarket(INSTRUMENTS, seed=1, hours=hours, start=start)
        self._quotes = {name: self._market.quote_of(name) for name in self._market.specs}
        self._coming: list[Tick] = []
        self._thin: set[str] = set()

    def moves(self, symbol: str, bid: str, ask: str, at: datetime | None = None) -> None:
        """Let the symbol tick at the exchange's next heartbeat."""
        stamp = at or datetime.now(UTC)
        tick = Tick(symbol, Decimal(bid), Decimal(ask), int(stamp.timestamp() * 1000))
        self._quotes[symbol] = tick
        self._coming.append(tick)

    def has_no_depth(self, symbol: str) -> None:
        self._thin.add(symbol)

    @property
    def specs(self) -> Mapping[str, SymbolSpec]:
        return self._market.specs

    @property
    def instruments(self) -> Mapping[str, Instrument]:
        return self._market.instruments

    def advance(self, now: datetime) -> list[Tick]:
        coming, self._coming = self._coming, []
        return coming

    def quote_of(self, symbol: str) -> Tick:
        return self._quotes[symbol]

    def mid(self, symbol: str) -> Decimal | None:
        tick = self._quotes.get(symbol)
        return None if tick is None else (tick.bid + tick.ask) / 2

    def depth_of(self, symbol: str) -> Levels:
        return ((), ()) if symbol in self._thin else self._market.depth_of(symbol)

    def is_open(self, symbol: str, now: datetime) -> bool:
        return trading_sessions.is_open(self.specs[symbol].trade_sessions, now)

    def next_open(self, symbol: str, now: datetime) -> datetime | None:
        return trading_sessions.next_open(self.specs[symbol].trade_sessions, now)

    def spread_points(self, symbol: str) -> int:
        tick = self._quotes[symbol]
        return int((tick.ask - tick.bid) / self.specs[symbol].point)
