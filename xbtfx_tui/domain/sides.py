"""Which way a trade faces. Never says how a side is written on the wire."""

from enum import Enum


class Side(Enum):
    """A trade's direction; the value is the API's own word."""

    BUY = "buy"
    SELL = "sell"

    @property
    def opposite(self) -> "Side":
        return Side.SELL if self is Side.BUY else Side.BUY

    @property
    def sign(self) -> int:
        """+1 for a long, -1 for a short: the factor of (close - open) in a profit."""
        return 1 if self is Side.BUY else -1
