"""Closes candles of 10 seconds by the clock, out of what the store has seen, of each symbol that is watched.

Watched is a symbol from its first quote on, while the feed is live and in time, the symbol subscribed, its
market in session where that is known, and the server's clock measured, so that old prices are told from new
ones. What does not hold for part of a candle is in its `since` and `until`; a symbol that is watched and has
no tick gives a quiet candle. A line that is dead looks like a quiet market at first: what ended is handed
over once a quote of any symbol has come after it. It asks no server, writes no file, and trusts no price that
REST told.
"""

import math
from collections import deque
from collections.abc import Callable, Iterator
from datetime import datetime

from msgspec.structs import replace

from xbtfx_tui.archive.seen_stretch import SeenStretch
from xbtfx_tui.domain.clock import Instant
from xbtfx_tui.domain.quote_plausibility import OLD_AFTER
from xbtfx_tui.domain.store_events import (
    Event,
    QuotesSeen,
    StreamDelayed,
    StreamDown,
    StreamRefused,
    StreamUp,
)
from xbtfx_tui.domain.trading_sessions import quoted_sessions
from xbtfx_tui.store.candle_ring import BASE_SECONDS
from xbtfx_tui.store.feed_state import FeedLive, feed_trouble
from xbtfx_tui.store.store import Store

LOOKS_AFTER = 0.05
"""Seconds after a candle's end: a quote that came right before it may be on its way through the store."""
STOOD_STILL = 5.0
"""Seconds after its time from which a look is too late: when what waited meanwhile was made is not known."""


SILENT_FOR = 40.0
"""Seconds for which a line may say nothing and still be taken for live, and a little more."""


class CandleWatch:
    """`subscribed` are the symbols that the stream is to send; `fine` those of which candles of 10 seconds
    are kept. `put` takes what is closed."""

    def __init__(
        self,
        store: Store,
        subscribed: Callable[[], frozenset[str]],
        fine: Callable[[], frozenset[str]],
        put: Callable[[list[SeenStretch]], None],
    ) -> None:
        self._store = store
        self._subscribed = subscribed
        self._fine = fine
        self._put = put
        self._followed: frozenset[str] = frozenset()
        self._since: dict[str, float] = {}
        self._waiting: set[str] = set()
        self._unjudged: dict[str, tuple[datetime | None, Instant]] = {}
        """First quotes that came before the server's clock was measured: their time and when they came."""
        self._start: int | None = None
        self._was_measured = False
        self._heard = float("-inf")
        """When the last quote of any symbol came."""
        self._unproven: deque[tuple[int, list[SeenStretch]]] = deque()
        """What ended after that, with its end."""

    def on_event(self, event: Event, now: Instant) -> None:
        """Take an event of the stream that the store has taken already."""
        match event:
            case QuotesSeen(quotes=quotes):
                self._heard = event.received.wall
                if self._unproven:
                    self._hand_over_proven(now)
                if self._subscribed() is not self._followed:
                    self._follow(now)
                if self._waiting:
                    is_measured = self._store.server_time().at(now) is not None
                    for quote in quotes:
                        if quote.symbol in self._waiting:
                            self._waiting.discard(quote.symbol)
                            self._since[quote.symbol] = event.received.wall
                            if not is_measured:
                                self._unjudged[quote.symbol] = quote.time, event.received
            case StreamUp() | StreamDown() | StreamRefused() | StreamDelayed():
                self._follow(now)
            case _:
                pass

    def next_close(self, now: Instant) -> float:
        """Seconds until the next look, shortly after the end of a candle."""
        return BASE_SECONDS - (now.wall - LOOKS_AFTER) % BASE_SECONDS

    def close(self, now: Instant) -> None:
        """Look after the end of a candle: hand over all that ended with it."""
        end = int(now.wall // BASE_SECONDS) * BASE_SECONDS
        start, self._start = self._start, end
        if start == end:
            return  # a timer may be early by a hair
        was_measured, self._was_measured = self._was_measured, self._store.server_time().at(now) is not None
        if start is None:
            self._judge_early_quotes(end + BASE_SECONDS)
        elif start != end - BASE_SECONDS or now.wall - end > STOOD_STILL:
            # It slept, stood still, or the wall clock was set: what came meanwhile is of no known time.
            self._since = dict.fromkeys(self._since, now.wall)
            self._unproven.clear()
            self._heard = float("-inf")
        elif not (was_measured and self._was_measured):
            # Until the server's clock is measured an old price looks like a new one.
            self._since = dict.fromkeys(self._since, float(end))
        else:
            # Since when a symbol is not subscribed any more is not known: what forms of it is left out.
            self._leave_out_unsubscribed()
            if seen := list(self._seen(start, BASE_SECONDS)):
                self._unproven.append((end, seen))
            self._hand_over_proven(now)
        self._follow(now)

    def _judge_early_quotes(self, end: int) -> None:
        """Of symbols whose first quote here was an old one, as it turns out now, or may have been, the candle
        that forms until `end` is left out."""
        server = self._store.server_time()
        for symbol, (time, received) in self._unjudged.items():
            age = None if time is None else server.age_of(time, received)
            if symbol in self._since and (age is None or age > OLD_AFTER):
                self._since[symbol] = float(end)
        self._unjudged.clear()

    def interrupt(self, now: Instant) -> None:
        """Hand over what forms, as far as it came: the feed is gone, or the program ends."""
        start = int(now.wall // BASE_SECONDS) * BASE_SECONDS
        if self._start == start - BASE_SECONDS:
            self.close(now)  # one has just ended that nobody looked at yet
        if self._start == start and self._was_measured:
            self._unproven.append((start + BASE_SECONDS, list(self._seen(start, BASE_SECONDS))))
        for _, seen in self._unproven:
            self._put([part for one in seen if (part := _until(one, self._heard)) is not None])
        self._unproven.clear()
        self._since.clear()
        self._waiting.clear()
        self._unjudged.clear()
        self._followed = frozenset()

    def _follow(self, now: Instant) -> None:
        """Bring what is watched in line with the feed and the subscriptions."""
        feed = self._store.feed
        if not isinstance(feed, FeedLive) or feed_trouble(feed) is not None:
            if self._since or self._waiting:
                self.interrupt(now)
            return
        wanted = self._leave_out_unsubscribed()
        self._waiting = {symbol for symbol in wanted if symbol not in self._since}

    def _leave_out_unsubscribed(self) -> frozenset[str]:
        """Watch no more what is not sent any more; what is."""
        feed = self._store.feed
        self._followed = self._subscribed()
        wanted = self._followed - (feed.missing if isinstance(feed, FeedLive) else frozenset())
        for symbol in [one for one in self._since if one not in wanted]:
            del self._since[symbol]
        return wanted

    def _hand_over_proven(self, now: Instant) -> None:
        """Hand over what ended before the line was last heard: on one connection nothing was lost before. A
        line that has been silent for longer than it may has been heard otherwise, or it would be down."""
        while self._unproven and self._unproven[0][0] <= max(self._heard, now.wall - SILENT_FOR):
            self._put(self._unproven.popleft()[1])

    def _seen(self, start: int, until: int) -> Iterator[SeenStretch]:
        """What each watched symbol did from `start` on, for `until` seconds."""
        fine, symbols, specs, slot_of = self._fine(), self._store.symbols, self._store.specs, self._store.slot
        for symbol, watched_from in self._since.items():
            since = math.floor(watched_from - start) if watched_from > start else 0
            slot = slot_of(symbol)
            if since < until and slot is not None:
                row, spec = symbols.get(symbol), specs.get(symbol)
                yield SeenStretch(
                    symbol,
                    start,
                    since,
                    until,
                    slot.bar_of(start),
                    0 if row is None else row.digits,
                    None if spec is None else quoted_sessions(spec),
                    symbol in fine,
                )


def _until(seen: SeenStretch, heard: float) -> SeenStretch | None:
    """As much of it as was seen by the time that the line was last heard."""
    until = min(seen.until, math.ceil(heard - seen.start)) if heard > seen.start else 0
    return replace(seen, until=until) if until > seen.since else None
