"""`GET /paper/candles`: what a symbol did before the exchange began. The live API has no such path.

`symbol`, `timeframe` (a candle's seconds, 10 to 604800), `count`, and where wanted `before` (unix seconds)
and `clock` (by which days begin, see domain.day_clock). A row is start, span, scale, open, high, low, close,
ticks, since, until, covered (domain.candles.Candle); the oldest is first. Candles are made in slices, so that
the market goes on between them.
"""

import asyncio
from collections.abc import Callable, Mapping

from xbtfx_tui.domain.candles import Candle, Timeframe
from xbtfx_tui.domain.day_clock import DayClock, day_clock
from xbtfx_tui.domain.text_sanitizer import plain
from xbtfx_tui.paper.market.market_past import MarketPast
from xbtfx_tui.paper.service.fault_hooks import IncomingCall
from xbtfx_tui.paper.service.http_replies import ApiError, Reply, invalid_request, reply

PAST_PATH = "/paper/candles"
MOST_CANDLES = 20_000
_SLICE = 0.002
"""Seconds of making candles, after which whatever else is due comes first."""
_ALL = 2**40
_TIMEFRAMES = {str(one.value): one for one in Timeframe}


class PastCandles:
    """The endpoint. `monotonic` tells seconds that only ever go on."""

    def __init__(self, past: MarketPast, monotonic: Callable[[], float]) -> None:
        self._past = past
        self._monotonic = monotonic

    async def answer(self, call: IncomingCall) -> Reply:
        """Raises ApiError for what can't be asked."""
        asked = call.query
        symbol = asked.get("symbol", "")
        if symbol not in self._past:
            raise ApiError(400, "invalid_symbol", f"There is no symbol {plain(symbol, 40)!r}.")
        timeframe = _TIMEFRAMES.get(asked.get("timeframe", ""))
        if timeframe is None:
            raise invalid_request(f"timeframe must be one of {', '.join(_TIMEFRAMES)} (seconds).")
        count = _whole(asked, "count", 500)
        if not 0 < count <= MOST_CANDLES:
            raise invalid_request(f"count must be 1 to {MOST_CANDLES}.")
        made = await self._made(symbol, timeframe, _whole(asked, "before", _ALL), count, _clock(asked))
        rows = [
            (
                *(one.start, one.span, one.scale, one.open, one.high, one.low, one.close),
                *(one.ticks, one.since, one.until, one.covered),
            )
            for one in reversed(made)
        ]
        return reply({"symbol": symbol, "candles": rows})

    async def _made(
        self, symbol: str, timeframe: Timeframe, before: int, count: int, clock: DayClock
    ) -> list[Candle]:
        made: list[Candle] = []
        begun = self._monotonic()
        for candle in self._past.candles(symbol, timeframe, before, clock):
            made.append(candle)
            if len(made) == count:
                break
            if self._monotonic() - begun > _SLICE:
                await asyncio.sleep(0)
                begun = self._monotonic()
        return made


def _whole(asked: Mapping[str, str], name: str, usual: int) -> int:
    text = asked.get(name)
    if text is None:
        return usual
    if not (text.isascii() and text.isdigit() and len(text) <= 15):
        raise invalid_request(f"{name} must be a whole number.")
    return int(text)


def _clock(asked: Mapping[str, str]) -> DayClock:
    try:
        return day_clock(asked.get("clock", "utc"))
    except ValueError as error:
        raise invalid_request(f"clock: {error}.") from None
