"""Where the stream stands, kept from its events, with what is said of it. Never opens or closes it."""

from collections.abc import Callable

from msgspec.structs import replace

from xbtfx_tui.domain.clock import Clock
from xbtfx_tui.domain.store_events import (
    Message,
    QuotesMissing,
    StreamConnecting,
    StreamDelayed,
    StreamDown,
    StreamRefused,
    StreamUp,
)
from xbtfx_tui.domain.text_sanitizer import plain
from xbtfx_tui.store.changed_keys import DirtyKeys
from xbtfx_tui.store.feed_state import Feed, FeedConnecting, FeedDown, FeedIdle, FeedLive, FeedRefused
from xbtfx_tui.store.latest_quotes import QuoteBoard
from xbtfx_tui.store.messages import Sayings


class FeedBook:
    """`state` is where the stream stands. `say` takes a sentence."""

    def __init__(
        self,
        clock: Clock,
        dirty: DirtyKeys,
        sayings: Sayings,
        say: Callable[[Message | None], None],
        board: QuoteBoard,
    ) -> None:
        self._clock = clock
        self._dirty = dirty
        self._sayings = sayings
        self._say = say
        self._board = board
        self.state: Feed = FeedIdle()

    def connecting(self, event: StreamConnecting) -> None:
        self._turn_to(FeedConnecting(event.attempt))

    def up(self, event: StreamUp) -> None:
        now = self._clock.now()
        self._board.live_since = now
        self._turn_to(FeedLive(event.dialect, since=now))
        self._say(self._sayings.stream_up(now.wall))

    def delayed(self, event: StreamDelayed) -> None:
        if isinstance(self.state, FeedLive):
            self._board.is_late = event.seconds > 0
            self._turn_to(replace(self.state, late=event.seconds))

    def missing(self, event: QuotesMissing) -> None:
        if isinstance(self.state, FeedLive) and self.state.missing != event.symbols:
            self._turn_to(replace(self.state, missing=event.symbols))

    def down(self, event: StreamDown) -> None:
        now = self._clock.now()
        wait = max(0.0, event.retry_in)
        retry_at = replace(now, monotonic=now.monotonic + wait, boot=now.boot + wait, wall=now.wall + wait)
        self._turn_to(FeedDown(plain(event.reason), retry_at))
        self._say(self._sayings.stream_down(event, now.wall))

    def refused(self, event: StreamRefused) -> None:
        self._turn_to(FeedRefused(plain(event.message)))
        self._say(self._sayings.stream_refused(event, self._clock.now().wall))

    def _turn_to(self, feed: Feed) -> None:
        if not isinstance(feed, FeedLive):
            self._board.is_late = False
        self.state, self._dirty.feed = feed, True
