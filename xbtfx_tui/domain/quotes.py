"""What the market shows: quotes and depth, as floats, for looking at.

Never used to compute a volume or a stop that is sent: those are Decimal (see `to_decimal`).
The types are msgspec structs because up to 5,000 of them are made a second.
"""

from datetime import datetime
from decimal import Decimal

import msgspec


class DepthLevel(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """One level of the book: `price` in the quote currency, `volume` in units of the base."""

    price: float
    volume: float


class Depth(msgspec.Struct, frozen=True, gc=False):
    """Up to five levels a side, best first."""

    bids: tuple[DepthLevel, ...] = ()
    asks: tuple[DepthLevel, ...] = ()


class Quote(msgspec.Struct, frozen=True, gc=False):
    """A symbol's latest prices.

    `time` is the server's own for it, aware and in UTC; None where it sent none that can be read. What it
    says of the quote is decided in `domain.quote_plausibility`.
    """

    symbol: str
    bid: float
    ask: float
    time: datetime | None = None
    depth: Depth | None = None

    @property
    def mid(self) -> float:
        return (self.bid + self.ask) / 2


def to_decimal(price: float, digits: int) -> Decimal:
    """The price as the symbol writes it: rounded to its digits, exact from there on."""
    return Decimal(f"{price:.{digits}f}")
