"""A stream session and the two ends of it, for tests; there is no socket."""

import json

from xbtfx_tui.domain.api_key import ApiKey
from xbtfx_tui.domain.clock import Instant
from xbtfx_tui.domain.store_events import (
    Dialect,
    Event,
)
from xbtfx_tui.stream.quote_delay import DelayMeter
from xbtfx_tui.stream.stream_session import Session
from xbtfx_tui.stream.stream_timeouts import StreamTimings
from xbtfx_tui.stream.subscription_frames import Subscriptions

KEY = ApiKey("xbtfx_live_" + "ab12" * 8)
AUTH_OK = {
    Dialect.CURRENT: {"action": "auth_ok", "login": 1},
    Dialect.OLDER: {"type": "auth", "status": "ok"},
}


def at(seconds: float) -> Instant:
    return Instant(seconds, seconds, seconds)


class Line:
    """A session and the two ends of it: what the server says, what reaches it, what the store is told."""

    def __init__(
        self, dialect: Dialect = Dialect.CURRENT, *wanted: str, depth: str | None = None, begun: float = 0.0
    ) -> None:
        self.events: list[Event] = []
        self.dialect = dialect
        self.subscriptions = Subscriptions()
        self.subscriptions.want(frozenset(wanted), depth)
        self.time = 0.0
        self.session = Session(
            *(KEY, dialect, self.subscriptions, self.events.append, StreamTimings(), at(0), DelayMeter()),
            at(begun),
        )

    def says(self, frame: object) -> None:
        data = frame if isinstance(frame, bytes) else json.dumps(frame).encode()
        self.session.received([data], at(self.time))

    def flows(self) -> list[object]:
        """What the client sends now."""
        frames = self.session.take()
        self.session.sent()
        return [json.loads(frame) if isinstance(frame, str) else frame for frame in frames]

    def passes(self, seconds: float) -> None:
        self.time += seconds
        self.session.tick(at(self.time))

    def goes_live(self) -> "Line":
        self.flows()
        self.says(AUTH_OK[self.dialect])
        self.flows()
        return self

    def wants(self, *symbols: str, depth: str | None = None) -> list[object]:
        self.subscriptions.want(frozenset(symbols), depth)
        self.session.resubscribe()
        return self.flows()


def quote(symbol: str = "EURUSD") -> dict[str, object]:
    return {"channel": "quote", "symbol": symbol, "bid": 1.1, "ask": 1.2}


def subscribes(*symbols: str, **more: bool) -> dict[str, object]:
    return {"action": "subscribe", "channel": "quotes", "symbols": list(symbols), **more}


def unsubscribes(*symbols: str) -> dict[str, object]:
    return {"action": "unsubscribe", "channel": "quotes", "symbols": list(symbols)}
