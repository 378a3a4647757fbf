"""Whether armed orders were watched all the time, or for how long not. Decides nothing about one of them."""

import msgspec

from xbtfx_tui.domain.clock import Instant
from xbtfx_tui.domain.store_events import (
    Trading,
    TradingCloseOnly,
    TradingLocked,
    TradingOpen,
    TradingReadOnly,
)

UNWATCHED_AFTER = 30.0
"""Seconds without watching from which what is reached is asked, and no more fired: as long as the line's own
blip (sync.reconnect_hold)."""
STOOD_STILL = "this program stood still"


class NotWatching(msgspec.Struct, frozen=True):
    """Nothing can be opened now; `why` is a clause. `at_once`: the trader, or the start, has closed it."""

    why: str
    at_once: bool = False


def not_watching(trading: Trading, trouble: str | None) -> NotWatching | None:
    """Why nothing can be fired now, `trouble` being that of the feed; None where it can."""
    match trading:
        case TradingLocked():
            return NotWatching("trading was locked", at_once=True)
        case TradingReadOnly(reason):
            return NotWatching(reason, at_once=True)
        case TradingCloseOnly():
            return NotWatching("nothing new could be opened")
        case TradingOpen():
            return None if trouble is None else NotWatching(_past(trouble))


def _past(trouble: str) -> str:
    """`the stream is down` as what was so."""
    return trouble.replace(" is ", " was ", 1).replace("prices come", "prices came", 1)


class WatchGap:
    """Looked at with every tick and every look."""

    def __init__(self) -> None:
        self._last: Instant | None = None
        self._since: tuple[Instant, NotWatching] | None = None

    def look(self, now: Instant, hindrance: NotWatching | None) -> str | None:
        """Why what waited is away by now, as a clause; None where it was watched, or only just not."""
        last, self._last = self._last, now
        if last is not None and last.age_at(now) > UNWATCHED_AFTER:
            return STOOD_STILL
        if hindrance is not None and hindrance.at_once:
            self._since = (now, hindrance)
            return hindrance.why
        if self._since is None:
            self._since = None if hindrance is None else (now, hindrance)
            return None
        since, was = self._since
        if hindrance is None:
            self._since = None
        return was.why if since.age_at(now) > UNWATCHED_AFTER else None
