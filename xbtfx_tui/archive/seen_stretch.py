"""What was seen of a symbol in 10 seconds, as it leaves the event loop, and the candle that it is.

The loop only picks up what there is; working out digits and sessions is left to the archive's thread. Pure.
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

import msgspec
from msgspec.structs import replace

from xbtfx_tui.archive.minute_folding import ClosedCandle
from xbtfx_tui.domain.candles import MOST_DIGITS, Candle, quiet, rescaled
from xbtfx_tui.domain.symbol_spec import SessionSpan
from xbtfx_tui.domain.trading_sessions import is_open
from xbtfx_tui.store.candle_ring import BASE_SECONDS, TickBar


class SeenStretch(msgspec.Struct, frozen=True, gc=False):
    """A symbol that was watched from the second `since` to `until` of the 10 from `start` on; `bar` is None
    where no tick came. `digits` are those of its prices as far as is known, `sessions` when it is quoted."""

    symbol: str
    start: int
    since: int
    until: int
    bar: TickBar | Candle | None
    digits: int
    sessions: tuple[SessionSpan, ...] | None
    is_fine: bool


def closed_candles(seen: Iterable[SeenStretch]) -> Iterator[ClosedCandle]:
    """The candles of these, without those of a closed market and those whose prices are none."""
    minutes: dict[int, datetime] = {}
    known: dict[tuple[int, int], bool] = {}
    for one in seen:
        minute = one.start // 60
        asked = minute, id(one.sessions)
        if one.sessions is not None and asked not in known:
            at = minutes.setdefault(minute, datetime.fromtimestamp(minute * 60, UTC))
            known[asked] = is_open(one.sessions, at)
        if one.sessions is None or known[asked]:
            candle = _candle(one)
            if candle is not None:
                yield ClosedCandle(one.symbol, candle, one.is_fine)


def _candle(seen: SeenStretch) -> Candle | None:
    least = max(0, min(seen.digits, MOST_DIGITS))
    match seen.bar:
        case TickBar() as bar:
            digits = bar.digits(least)
            return None if digits is None else bar.candle(digits, seen.since, seen.until)
        case Candle() as kept:
            whole = rescaled(kept, max(kept.scale, least))
            return replace(whole, since=seen.since, until=seen.until, covered=seen.until - seen.since)
        case None:
            return quiet(seen.start, BASE_SECONDS, least, seen.since, seen.until)
