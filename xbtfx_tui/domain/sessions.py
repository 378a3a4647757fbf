"""When a symbol trades: open now, and when it opens or closes next. Times are UTC."""

from datetime import datetime, timedelta

from xbtfx_tui.domain.symbols import SessionSpan

_MINUTES_A_DAY = 1440


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
