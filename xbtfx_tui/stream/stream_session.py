"""One connection of the stream, without its socket: frames in, events and frames out, time passed in.

It never sleeps, never reconnects and never raises on what a server sends. Quotes for symbols that are not
subscribed are dropped, so that no server can fill the memory with names.
"""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import TypeAlias

import msgspec

from xbtfx_tui.domain.api_key import ApiKey
from xbtfx_tui.domain.clock import Instant
from xbtfx_tui.domain.quotes import Quote
from xbtfx_tui.domain.store_events import (
    AccountEventUnread,
    Dialect,
    Event,
    MalformedFrame,
    QuotesSeen,
    ServerNotice,
    StreamDelayed,
    StreamUp,
)
from xbtfx_tui.stream.quote_delay import DelayMeter
from xbtfx_tui.stream.reconnect_policy import (
    DialectRefused,
    Ending,
    KeyRefused,
    Lost,
    Unanswered,
    is_about_the_key,
)
from xbtfx_tui.stream.stream_timeouts import StreamTimings
from xbtfx_tui.stream.subscription_frames import Subscriptions
from xbtfx_tui.wire.stream_frames import (
    AccountFrame,
    AuthAccepted,
    AuthRefused,
    ErrorFrame,
    Incoming,
    PongFrame,
    SystemFrame,
    UnreadAccountFrame,
    account_frame,
    auth_frame,
    ping_frame,
    read_frame,
)
from xbtfx_tui.wire.wire_errors import WireError, key_cover


class WebSocketPing(msgspec.Struct, frozen=True):
    """A ping of the WebSocket itself is to be sent: the older dialect's keep-alive."""


class _Greeting(msgspec.Struct, frozen=True):
    """The key was sent; its acceptance has not come yet."""


class _Live(msgspec.Struct, frozen=True):
    since: Instant
    announced: bool = False


_State: TypeAlias = _Greeting | _Live

_LATE_STEP = 0.5
_PARTING_WORDS = {
    "subscription_limit": "too many symbols for one connection of this key",
    "connection_limit": "too many connections with this key",
    "rate_limited": "too many messages to the server",
}


class Session:
    """From the opened socket to its end. `ending` says how it ended, None while it lasts."""

    def __init__(
        self,
        key: ApiKey,
        dialect: Dialect,
        subscriptions: Subscriptions,
        emit: Callable[[Event], None],
        timings: StreamTimings,
        now: Instant,
        delay: DelayMeter,
        begun: Instant | None = None,
    ) -> None:
        """`now` is when the socket was open; `begun` when that was begun, where it took a while."""
        self._cover = key_cover(key)
        self._dialect = dialect
        self._subscriptions = subscriptions
        self._emit = emit
        self._timings = timings
        self._state: _State = _Greeting()
        self._opened = self._heard = self._pinged = now
        self._begun = begun or now
        self._delay = delay
        self._meter_due = 0.0
        self._on = subscriptions.on
        self._unanswered = 0
        self._proving: Instant | None = None
        self._proved = False
        self._told_late = 0.0
        self._malformed_said: Instant | None = None
        self._malformed_unsaid = 0
        self._left_out_said = False
        self._last_words: str | None = None
        self._outgoing: list[str | WebSocketPing] = [auth_frame(dialect, key)]
        self.ending: Ending | None = None
        subscriptions.forget()

    # --- what the socket's keeper asks and tells ---

    @property
    def has_news(self) -> bool:
        """Whether there is something to send or to announce, or the end has come."""
        if self._outgoing or self.ending is not None:
            return True
        return isinstance(self._state, _Live) and not self._state.announced

    def take(self) -> list[str | WebSocketPing]:
        """What is to be sent now, in order; taken once."""
        outgoing, self._outgoing = self._outgoing, []
        return outgoing

    def sent(self) -> None:
        """All that was taken is on its way. The first time after the key was accepted, the stream is up."""
        match self._state:
            case _Live(since, announced=False) if not self._outgoing:
                self._state = _Live(since, announced=True)
                self._emit(StreamUp(self._dialect))
                self._say_what_is_left_out()

    def received(self, frames: Iterable[bytes], now: Instant) -> None:
        """Whole messages, text or binary, in the order they came; `now` is when they were read. After the end
        none is heard."""
        self._heard = now
        secret, prefix = self._cover
        quotes: list[Quote] = []
        for frame in frames:
            if self.ending is not None:
                break
            try:
                incoming = read_frame(frame.replace(secret, prefix) if secret in frame else frame)
            except WireError as error:
                self._malformed(str(error), now)
                continue
            if type(incoming) is Quote:
                quotes.append(incoming)
                continue
            self._quoted(quotes, now)
            quotes = []
            self._other(incoming, now)
        self._quoted(quotes, now)

    def _quoted(self, quotes: list[Quote], now: Instant) -> None:
        if quotes and now.monotonic >= self._meter_due:
            self._meter_due = now.monotonic + self._timings.metered
            self._meter(quotes[-1].time, now)
        if wanted := tuple([quote for quote in quotes if quote.symbol in self._on]):
            self._emit(QuotesSeen(wanted, now))

    def pong(self, now: Instant) -> None:
        """A ping was answered: one that came back at once proves that nothing is late."""
        self._heard = now
        self._unanswered = max(0, self._unanswered - 1)
        if self._proving is not None and not self._unanswered:
            if self._proving.age_at(now) < self._timings.prompt:
                self._delay.relearn()
                self._proved = False
                self._tell_late(0.0)
            else:
                self._proved = True
            self._proving = None

    def resubscribe(self) -> None:
        """What is wanted may have changed."""
        if isinstance(self._state, _Live):
            self._outgoing += self._subscriptions.frames(self._dialect)
            if self._state.announced:
                self._say_what_is_left_out()

    def closed(self, reason: str, now: Instant, *, in_good_order: bool) -> None:
        """The socket is gone. `reason` is a clause for the trader."""
        if self.ending is None:
            words = self._last_words or reason
            live = isinstance(self._state, _Live)
            refused = in_good_order and not self._is_late(now)
            self.ending = Lost(words) if live else Unanswered(words, closed=refused)

    def lived(self, now: Instant) -> float:
        """Seconds since the key was accepted; 0.0 where it was not."""
        match self._state:
            case _Live(since):
                # An accepted key counts, however short its connection was.
                return max(since.age_at(now), 1e-6)
            case _Greeting():
                return 0.0

    # --- time ---

    def tick(self, now: Instant) -> None:
        """Does what is due: keep-alive, giving up on a silent line, a held-back count of bad frames."""
        if self.ending is not None:
            return
        if isinstance(self._state, _Greeting) and self._opened.age_at(now) >= self._timings.answer:
            reason = f"no answer to the key in {self._timings.answer:g} s"
            self.ending = Unanswered(reason, closed=False)
        elif self._heard.age_at(now) >= self._timings.silence:
            self.ending = Lost(f"no answer for {self._timings.silence:g} s")
        elif isinstance(self._state, _Live) and self._pinged.age_at(now) >= self._timings.ping:
            self._ping(now)
        if self._malformed_unsaid and self._may_say_malformed(now):
            self._say_malformed("Frames that make no sense keep coming", now)

    def idle(self, now: Instant) -> float:
        """Seconds until the next `tick` is due; 0.0 where it is."""
        due = [self._timings.silence - self._heard.age_at(now)]
        if isinstance(self._state, _Greeting):
            due.append(self._timings.answer - self._opened.age_at(now))
        else:
            due.append(self._timings.ping - self._pinged.age_at(now))
        if self._malformed_unsaid and self._malformed_said is not None:
            due.append(self._timings.malformed - self._malformed_said.age_at(now))
        return max(0.0, min(due))

    # --- frames ---

    def _other(self, incoming: Incoming, now: Instant) -> None:
        live = isinstance(self._state, _Live)
        match incoming:
            case AccountFrame(event) if live:
                self._emit(event)
            case UnreadAccountFrame(why) if live:
                self._malformed(why, now)
                self._emit(AccountEventUnread())
            case AuthAccepted() if not live:
                self._state = _Live(now)
                self._pinged = now
                if self._dialect is Dialect.CURRENT:
                    self._outgoing.append(account_frame())
                self._outgoing += self._subscriptions.frames(self._dialect)
            case AuthRefused(dialect, message):
                self._refused(dialect, message, now, live=live)
            case ErrorFrame(dialect, "auth_error", message):
                self._refused(dialect, message, now, live=live)
            case ErrorFrame(_, code, message):
                self._parting(code, message, now, live=live)
            case SystemFrame(event, message):
                self._emit(ServerNotice(event, message))
            case PongFrame():
                self.pong(now)
            case _:  # kinds that are not known
                pass

    def _is_late(self, now: Instant) -> bool:
        """Whether a refusal that comes now may be for a key that a stalled line held up."""
        return self._begun.age_at(now) >= self._timings.refusal

    def _refused(self, dialect: Dialect, message: str, now: Instant, *, live: bool) -> None:
        words = message or "the server refused the key without saying why"
        if not live and self._is_late(now):
            self.ending = Unanswered(words, closed=False)
        elif is_about_the_key(words) or (not live and dialect is self._dialect is Dialect.OLDER):
            self.ending = KeyRefused(words)
        elif live:  # the next connection will tell whether it is the key
            self._emit(ServerNotice("auth_error", words))
            self.ending = Lost(words)
        else:
            self.ending = DialectRefused(words)

    def _parting(self, code: str, message: str, now: Instant, *, live: bool) -> None:
        """An error frame: the server disconnects after it."""
        self._emit(ServerNotice(code, message or code))
        if code in _PARTING_WORDS:
            if code == "subscription_limit":
                self._subscriptions.lower_limit()
            self.ending = Lost(_PARTING_WORDS[code])
        elif live:
            self._last_words = message or code
        elif self._is_late(now):
            self.ending = Unanswered(message or code, closed=False)
        else:
            self.ending = DialectRefused(message or code)

    # --- quotes that come late ---

    def _ping(self, now: Instant) -> None:
        self._pinged = now
        self._unanswered += 1
        self._outgoing.append(ping_frame() if self._dialect is Dialect.CURRENT else WebSocketPing())

    def _meter(self, time: datetime | None, now: Instant) -> None:
        """Look at a quote's own time; a delay that it speaks of counts once a ping is held up as well."""
        self._delay.look(time, now)
        late = self._delay.suspected
        if late < self._timings.late:
            self._proving, self._proved = None, False
            self._tell_late(0.0)
            return
        if self._proving is None:
            since = self._pinged.age_at(now)
            if isinstance(self._state, _Live) and since >= self._timings.late:
                if not self._proved and since > late + self._timings.prompt:
                    self._unanswered = 0  # what was not answered by now never will be: it is not this answer
                self._ping(now)
                self._proving = now
        elif self._proving.age_at(now) >= self._timings.prompt:
            self._proved = True
        if self._proved:
            self._tell_late(late)

    def _tell_late(self, seconds: float) -> None:
        if abs(seconds - self._told_late) >= _LATE_STEP or (not seconds and self._told_late):
            self._told_late = seconds
            self._emit(StreamDelayed(seconds))

    # --- what must not drown the screen ---

    def _say_what_is_left_out(self) -> None:
        left_out, limit = self._subscriptions.left_out, self._subscriptions.limit
        if left_out and not self._left_out_said:
            sentence = f"{left_out} symbols over the limit of {limit} get no quotes"
            self._emit(ServerNotice("subscription_limit", sentence))
        self._left_out_said = left_out > 0

    def _malformed(self, detail: str, now: Instant) -> None:
        if self._may_say_malformed(now):
            self._say_malformed(detail, now)
        else:
            self._malformed_unsaid += 1

    def _may_say_malformed(self, now: Instant) -> bool:
        return self._malformed_said is None or self._malformed_said.age_at(now) >= self._timings.malformed

    def _say_malformed(self, detail: str, now: Instant) -> None:
        more = f" (and {self._malformed_unsaid:,} more)" if self._malformed_unsaid else ""
        self._malformed_said, self._malformed_unsaid = now, 0
        self._emit(MalformedFrame(detail + more))
