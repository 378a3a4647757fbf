"""What the server needs of a market, as a protocol, so that a test can set prices by hand. No code."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Protocol, TypeAlias

from xbtfx_tui.domain.symbol_spec import SymbolSpec
from xbtfx_tui.paper.market.paper_market import BookLevel, Tick

Levels: TypeAlias = tuple[Sequence[BookLevel], Sequence[BookLevel]]
"""Bids and asks, best first; volumes in units of the base."""


class MarketPort(Protocol):
    """Prices of every symbol, moved on by `advance`; see paper_market.PaperMarket."""

    @property
    def specs(self) -> Mapping[str, SymbolSpec]: ...

    def advance(self, now: datetime) -> Sequence[Tick]: ...

    def quote_of(self, symbol: str) -> Tick: ...

    def mid(self, symbol: str) -> Decimal | None: ...

    def depth_of(self, symbol: str) -> Levels: ...

    def is_open(self, symbol: str, now: datetime) -> bool: ...

    def next_open(self, symbol: str, now: datetime) -> datetime | None: ...

    def spread_points(self, symbol: str) -> int: ...
