"""Until when something waits, as it is typed, and which moment that is. Pure: `now` is passed in.

Typed times of day are UTC, days are those of the day clock (domain.day_clock). What is kept is a moment: it
means the same in another zone, after clocks have changed, and in a later run.
"""

import re
from datetime import UTC, datetime, timedelta
from typing import TypeAlias

import msgspec

from xbtfx_tui.domain.day_clock import DayClock

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_NAMES = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_TIME = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)")
_MOMENT = re.compile(r"(\d{4})-(\d\d)-(\d\d)[tT]([01]\d|2[0-3]):([0-5]\d)")
_A_DAY = 86_400
_MOST_DAYS = 9
"""Days that are looked through for the next one of a name: a week, and what clocks may change."""


class UntilToday(msgspec.Struct, frozen=True):
    """Until the day ends."""


class UntilWeekday(msgspec.Struct, frozen=True):
    """Until the next such day ends, today counted; Monday is 0."""

    weekday: int


class UntilTime(msgspec.Struct, frozen=True):
    """Until it is this time of day, UTC."""

    hour: int
    minute: int


class UntilMoment(msgspec.Struct, frozen=True):
    """Until this moment: unix time, a whole minute."""

    at: int


Until: TypeAlias = UntilToday | UntilWeekday | UntilTime | UntilMoment


def parse_until(text: str) -> Until | None:
    """What `today`, `fri`, `15:30` or `2026-12-04T22:00` means; None for anything else."""
    typed = text.lower()
    if typed == "today":
        return UntilToday()
    for names in (_DAYS, _NAMES):
        if typed in names:
            return UntilWeekday(names.index(typed))
    if (time := _TIME.fullmatch(text)) is not None:
        return UntilTime(int(time[1]), int(time[2]))
    if (moment := _MOMENT.fullmatch(text)) is None:
        return None
    try:
        at = datetime(*map(int, moment.groups()), tzinfo=UTC)  # type: ignore[arg-type, misc] # five numbers
    except ValueError:
        return None
    return UntilMoment(int(at.timestamp())) if at.year >= 1970 else None


def until_text(until: Until) -> str:
    """As it is typed: what this gives is parsed to the same again."""
    match until:
        case UntilToday():
            return "today"
        case UntilWeekday(weekday):
            return _DAYS[weekday]
        case UntilTime(hour, minute):
            return f"{hour:02}:{minute:02}"
        case UntilMoment(at):
            return f"{datetime.fromtimestamp(at, UTC):%Y-%m-%dT%H:%M}"


def moment_of(until: Until, wall: float, clock: DayClock) -> int:
    """The moment (unix time) that is meant at `wall`. It may be past, where a moment itself was typed."""
    now = int(wall)
    match until:
        case UntilToday():
            return clock.day(now)[1]
        case UntilWeekday(weekday):
            at = now
            for _ in range(_MOST_DAYS):
                start, end = clock.day(at)
                # A day is called by what its noon is called on the clock's own face.
                face = datetime.fromtimestamp((start + end) // 2 + clock.offset(at), UTC)
                if face.weekday() == weekday:
                    return end
                at = end
            return at
        case UntilTime(hour, minute):
            today = datetime.fromtimestamp(now, UTC).replace(hour=hour, minute=minute, second=0)
            at = int(today.timestamp())
            return at if at > now else int((today + timedelta(seconds=_A_DAY)).timestamp())
        case UntilMoment(at):
            return at


def moment_words(at: int) -> str:
    """`Fri 4 Dec 22:00 UTC`."""
    moment = datetime.fromtimestamp(at, UTC)
    return f"{moment:%a} {moment.day} {moment:%b %H:%M} UTC"
