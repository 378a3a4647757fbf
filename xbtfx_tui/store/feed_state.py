"""Where the stream stands, as the screen shows it. Never opens or closes it."""

from typing import TypeAlias

import msgspec

from xbtfx_tui.domain.clock import Instant
from xbtfx_tui.domain.store_events import Dialect
from xbtfx_tui.domain.text_sanitizer import plain

TOO_LATE = 5.0
"""Seconds: a price that was made longer ago than that is an old one, however fast it came the last mile."""


class FeedIdle(msgspec.Struct, frozen=True):
    """Not begun yet."""


class FeedConnecting(msgspec.Struct, frozen=True):
    """Connecting or authenticating; `attempt` counts from 1."""

    attempt: int


class FeedLive(msgspec.Struct, frozen=True):
    """Authenticated and subscribed: the one state in which a quote can be fresh.

    `late` is how many seconds after they were made quotes arrive, where the line holds them up. `missing` are
    symbols whose prices move and of which no quotes come. `since` is when it came up.
    """

    dialect: Dialect
    late: float = 0.0
    missing: frozenset[str] = frozenset()
    since: Instant | None = None


class FeedDown(msgspec.Struct, frozen=True):
    """Lost; `reason` is a clause, `retry_at` is when the next try comes."""

    reason: str
    retry_at: Instant


class FeedRefused(msgspec.Struct, frozen=True):
    """The server refused the key: no more tries in this run."""

    message: str


Feed: TypeAlias = FeedIdle | FeedConnecting | FeedLive | FeedDown | FeedRefused


def missing_words(feed: Feed) -> str | None:
    """Of which symbols no quotes come though they move, as a clause; None where of none."""
    if not isinstance(feed, FeedLive) or not feed.missing:
        return None
    first, *others = sorted(feed.missing)
    more = f" and {len(others)} more" if others else ""
    return f"no quotes of {plain(first, 32)}{more} come, though prices move"


def feed_trouble(feed: Feed) -> str | None:
    """Why no quote can be fresh now, as a clause ("the stream is down"); None while the feed is live."""
    match feed:
        case FeedLive(late=late) if late > TOO_LATE:
            return f"the line is slow, prices come {late:.0f} s late"
        case FeedLive():
            return None
        case FeedRefused():
            return "the stream refused the key"
        case FeedDown():
            return "the stream is down"
        case FeedIdle() | FeedConnecting():
            return "the stream is not connected yet"
