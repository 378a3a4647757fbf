"""When a symbol trades: open now, and when it opens or closes next. Times are UTC."""

from datetime import datetime, timedelta

import msgspec

from xbtfx_tui.domain.symbol_spec import SessionSpan, SymbolSpec

_MINUTES_A_DAY = 1440
_SECONDS_A_WEEK = 7 * _MINUTES_A_DAY * 60
_TO_MONDAY = 3 * _MINUTES_A_DAY * 60
"""1 January 1970 was a Thursday."""


class ClosedNow(msgspec.Struct, frozen=True):
    """A market that does not trade at the moment; `opens` is when it does again, None where nothing tells."""

    opens: datetime | None

    @property
    def opens_words(self) -> str:
        """When it opens, as a sentence with a space before it; empty where nothing tells."""
        return f" It opens on {self.opens:%a %d %b, %H:%M} UTC." if self.opens is not None else ""


def closed_now(spec: SymbolSpec, at: datetime, told: datetime | None = None) -> ClosedNow | None:
    """Whether the symbol is closed at `at` (aware, UTC): the server says so, or its sessions do; None where
    it is open or nothing tells.

    `told` is when it opens by the word of a refusal. A holiday is in no table of sessions: where they run
    and the server says closed, they do not tell when it opens.
    """
    in_session = is_open(spec.trade_sessions, at)
    if spec.tradeable and in_session:
        return None
    if told is not None and told > at:
        return ClosedNow(told)
    return ClosedNow(None if in_session else next_open(spec.trade_sessions, at))


def is_open(spans: tuple[SessionSpan, ...] | None, at: datetime) -> bool:
    """Whether a session runs at `at` (aware, UTC). Unknown sessions (None) count as open."""
    if spans is None:
        return True
    minute = at.hour * 60 + at.minute
    return any(s.day == at.weekday() and s.open_minute <= minute < s.close_minute for s in spans)


def next_open(spans: tuple[SessionSpan, ...] | None, at: datetime) -> datetime | None:
    """The next moment after `at` at which a session begins; None where there is none or it is unknown."""
    return _next_edge(spans, at, opening=True)


def next_close(spans: tuple[SessionSpan, ...] | None, at: datetime) -> datetime | None:
    """The next moment after `at` at which trading stops; spans that join over midnight count as one."""
    return _next_edge(spans, at, opening=False)


def _next_edge(spans: tuple[SessionSpan, ...] | None, at: datetime, *, opening: bool) -> datetime | None:
    if not spans:
        return None
    midnight = at.replace(hour=0, minute=0, second=0, microsecond=0)
    edges = sorted(
        edge
        for offset in range(-1, 8)
        for span in spans
        if span.day == (at.weekday() + offset) % 7
        if (
            edge := midnight
            + timedelta(
                days=offset, minutes=min(span.open_minute if opening else span.close_minute, _MINUTES_A_DAY)
            )
        )
        > at
    )
    minute = timedelta(minutes=1)
    for edge in edges:
        joined = is_open(spans, edge - minute) if opening else is_open(spans, edge)
        if not joined:
            return edge
    return None


def trades_within(spans: tuple[SessionSpan, ...] | None, start: int, end: int) -> bool:
    """Whether any session runs in the stretch from `start` until `end` (unix seconds, UTC). Unknown sessions
    (None) count as open."""
    if spans is None:
        return start < end
    first = (start + _TO_MONDAY) % _SECONDS_A_WEEK
    last = first + min(end - start, _SECONDS_A_WEEK)
    for span in spans:
        opens = (span.day * _MINUTES_A_DAY + span.open_minute) * 60
        closes = (span.day * _MINUTES_A_DAY + span.close_minute) * 60
        for week in (0, _SECONDS_A_WEEK):
            if opens + week < last and closes + week > first:
                return True
    return False


def open_seconds(spans: tuple[SessionSpan, ...] | None, start: int, end: int) -> int:
    """How many seconds of the stretch from `start` until `end` (unix seconds, UTC) sessions run. Unknown
    sessions (None) count as open."""
    if spans is None:
        return max(0, end - start)
    first = start + _TO_MONDAY
    last = end + _TO_MONDAY
    total = 0
    for week in range(first // _SECONDS_A_WEEK, last // _SECONDS_A_WEEK + 1):
        for span in spans:
            opens = week * _SECONDS_A_WEEK + (span.day * _MINUTES_A_DAY + span.open_minute) * 60
            closes = week * _SECONDS_A_WEEK + (span.day * _MINUTES_A_DAY + span.close_minute) * 60
            total += max(0, min(closes, last) - max(opens, first))
    return total


def quoted_sessions(spec: SymbolSpec) -> tuple[SessionSpan, ...] | None:
    """When the symbol is quoted; None where nothing tells."""
    return spec.trade_sessions if spec.quote_sessions is None else spec.quote_sessions
