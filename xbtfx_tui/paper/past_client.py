"""Asks an exchange of this machine for its candles of the past (`service.past_candles`): the terminal's side.

For the embedded exchange alone. What can't be had is none: a chart then shows what this run sees.
"""

import asyncio
import logging
from urllib.parse import urlencode, urlsplit

import msgspec

from xbtfx_tui.domain.api_key import ApiKey
from xbtfx_tui.domain.candles import Candle, Timeframe
from xbtfx_tui.domain.day_clock import DayClock

_log = logging.getLogger(__name__)

WITHIN = 15.0
"""Seconds for an answer."""
_MOST_BYTES = 8_000_000
_OK = b" 200 "

_Row = tuple[int, int, int, int, int, int, int, int, int, int, int]


class _Answer(msgspec.Struct):
    candles: list[_Row]


class PaperPast:
    """The past of the exchange at `base_url` (archive.joined_past.Past)."""

    def __init__(self, base_url: str, key: ApiKey) -> None:
        address = urlsplit(base_url)
        self._host, self._port = address.hostname or "", address.port or 80
        self._key = key

    async def read(
        self, symbol: str, timeframe: Timeframe, before: int, count: int, clock: DayClock
    ) -> tuple[Candle, ...]:
        """The last `count` candles that begin before `before` (unix seconds, UTC), oldest first."""
        query = {"symbol": symbol, "timeframe": timeframe.value, "before": before, "count": count}
        path = f"/paper/candles?{urlencode(query | {'clock': clock.name})}"
        try:
            async with asyncio.timeout(WITHIN):
                body = await self._got(path)
            rows = msgspec.json.decode(body, type=_Answer).candles
        except (OSError, TimeoutError, ValueError, asyncio.IncompleteReadError) as error:
            _log.warning("the paper exchange's past could not be read: %s", type(error).__name__)
            return ()
        return tuple(Candle(*row) for row in rows)

    async def _got(self, path: str) -> bytes:
        """The body of one GET on a connection of its own. Raises OSError, ValueError."""
        reader, writer = await asyncio.open_connection(self._host, self._port, limit=_MOST_BYTES)
        try:
            head = f"GET {path} HTTP/1.1\r\nHost: {self._host}\r\nConnection: close\r\n"
            writer.write(f"{head}Authorization: Bearer {self._key.reveal()}\r\n\r\n".encode())
            answered, _, body = (await reader.read(-1)).partition(b"\r\n\r\n")
        finally:
            writer.close()
        if _OK not in answered.partition(b"\r\n")[0] + b" ":
            raise ValueError(answered[:60])
        return body
