"""A market that stands still but for what it is told, and the small moves that keep a symbol fresh."""

import asyncio
import random
from functools import cache

from tests.integration.still_market import StillMarket
from tests.matrix.bent_clock import NOON, BentClock
from xbtfx_tui.paper.market.instruments import INSTRUMENTS
from xbtfx_tui.paper.market.market_hours import HoursMode
from xbtfx_tui.paper.market.paper_market import PaperMarket, Tick

SYMBOLS = ("EURUSD", "GBPUSD", "USDJPY", "XAUUSD")
_TICK = 2.0


class QuietMarket(StillMarket):
    """A still market that is made quickly: what never changes in it is made once."""

    def __init__(self) -> None:
        self._market = _standing_market()
        self._quotes = {name: self._market.quote_of(name) for name in self._market.specs}
        self._coming: list[Tick] = []
        self._thin: set[str] = set()


@cache
def _standing_market() -> PaperMarket:
    instruments = [one for one in INSTRUMENTS if one.spec.name in SYMBOLS]
    return PaperMarket(instruments, seed=1, hours=HoursMode.ALWAYS, start=NOON)


async def ticks(market: StillMarket, symbol: str, clock: BentClock, rng: random.Random) -> None:
    """The drawn symbol's price moves a little, so that it stays fresh."""
    first = market.quote_of(symbol)
    step = market.specs[symbol].point
    while True:
        moved = step * rng.randrange(-5, 6)
        market.moves(symbol, str(first.bid + moved), str(first.ask + moved), clock.utc())
        await asyncio.sleep(_TICK)
