"""What the market shows: quotes and depth, as floats, for looking at.

Never used to compute a volume or a stop that is sent: those are Decimal (see `to_decimal`).
The types are msgspec structs because up to 5,000 of them are made a second.
"""

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

    `stamp` is the server's own time as it was sent, unread (wire.times reads it), None where there was none;
    freshness never leans on it, only on when the frame arrived here.
    """

    symbol: str
    bid: float
    ask: float
    stamp: str | int | float | None = None
    depth: Depth | None = None

    @property
    def mid(self) -> float:
        return (self.bid + self.ask) / 2


def to_decimal(price: float, digits: int) -> Decimal:
    """The price as the symbol writes it: rounded to its digits, exact from there on."""
    return Decimal(f"{price:.{digits}f}")
