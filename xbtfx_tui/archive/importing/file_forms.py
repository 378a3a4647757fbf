"""What the kinds of files have in common: where a row has what, and how its time is read. Reads no file.

Each kind has a module of its own with a function that knows it by its first line.
"""

import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import TypeAlias

import msgspec

from xbtfx_tui.domain.day_clock import UTC_CLOCK, DayClock

_DAYS_BEFORE = (0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334)
_LENGTHS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


class FaceTime(msgspec.Struct, frozen=True, gc=False):
    """What a clock showed, in seconds as though it were UTC's; `ahead` is by how many seconds it is before
    UTC, where the row itself tells that."""

    seconds: int
    ahead: int | None = None


ReadTime: TypeAlias = Callable[[Sequence[str]], FaceTime | None]
"""A row's fields to its time; None where they are none."""


class FileForm(msgspec.Struct, frozen=True):
    """How a file is laid out.

    `columns` are the places of open, high, low, close; `ticks` that of the number of ticks, None where the
    file has none. `clock` is that of the kind, None where `--tz` has to tell it. `fields` is how many a row
    has at least. `is_filled`: rows that are flat and without volume stand for no trading at all.
    """

    kind: str
    separator: str
    fields: int
    columns: tuple[int, int, int, int]
    ticks: int | None
    time: ReadTime
    clock: DayClock | None = UTC_CLOCK
    has_head: bool = True
    is_filled: bool = False
    volume: int | None = None


class FileRefusedError(Exception):
    """Nothing of the file is taken; the text is a sentence that says why and what to do."""


_DATED = re.compile(
    r"(\d{4})[.\-/]?(\d{2})[.\-/]?(\d{2})(?:[T ]?(\d{2}):?(\d{2})(?::?(\d{2})(?:\.\d{1,9})?)?)?"
    r"(?: ?(Z|[+-]\d{2}:?\d{2}))?"
)
_BETWEEN = (".", "-", "/")
_DAY_FIRST = re.compile(
    r"(\d{2})\.(\d{2})\.(\d{4}) (\d{2}):(\d{2}):(\d{2})(?:\.\d{1,3})?(?: GMT([+-]\d{4}))?"
)
_UNIX = re.compile(r"\d{9,13}")
_UNIX_MS = 100_000_000_000
"""From here on a unix time is in milliseconds: in seconds it would be the year 5138."""


def dated(text: str) -> FaceTime | None:
    """`2024.01.02 00:05:00`, `20240102 000500`, `2024-01-02T00:05Z` and a day alone."""
    cut = 10 if text[4:5] in _BETWEEN else 8
    day, face = _day_alone(text[:cut]), _time_alone(text[cut:])
    if day is None or face is None or day.ahead is not None:
        return _dated(text)
    return FaceTime(day.seconds + face.seconds, face.ahead)


@lru_cache(maxsize=4096)
def _day_alone(text: str) -> FaceTime | None:
    """Rows come by the thousand of one day, and each day has the same times: both are read once."""
    return _dated(text)


@lru_cache(maxsize=4096)
def _time_alone(text: str) -> FaceTime | None:
    return _dated(f"1970-01-01{text}")


def _dated(text: str) -> FaceTime | None:
    if (found := _DATED.fullmatch(text)) is None:
        return None
    year, month, day, hour, minute, second, zone = found.groups()
    face = _face(int(year), int(month), int(day), int(hour or 0), int(minute or 0), int(second or 0))
    return None if face is None else FaceTime(face, _ahead(zone))


def day_first(text: str) -> FaceTime | None:
    """`01.01.2017 22:00:00.000`, with ` GMT+0200` behind it or without."""
    if (found := _DAY_FIRST.fullmatch(text)) is None:
        return None
    day, month, year, hour, minute, second, zone = found.groups()
    face = _face(int(year), int(month), int(day), int(hour), int(minute), int(second))
    return None if face is None else FaceTime(face, _ahead(zone))


def unix_time(text: str) -> FaceTime | None:
    """Seconds or milliseconds since 1970."""
    if _UNIX.fullmatch(text) is None:
        return None
    number = int(text)
    return FaceTime(number // 1000 if number >= _UNIX_MS else number, 0)


def _ahead(zone: str | None) -> int | None:
    if zone is None:
        return None
    if zone == "Z":
        return 0
    seconds = int(zone[1:3]) * 3_600 + int(zone[-2:]) * 60
    return -seconds if zone[0] == "-" else seconds


def _face(year: int, month: int, day: int, hour: int, minute: int, second: int) -> int | None:
    """Seconds since 1970; None for what no calendar has."""
    if not (1970 <= year < 2200 and 1 <= month <= 12 and hour < 24 and minute < 60 and second < 60):
        return None
    is_leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    if not 1 <= day <= _LENGTHS[month - 1] or (month == 2 and day == 29 and not is_leap):
        return None
    before = year - 1
    days = before * 365 + before // 4 - before // 100 + before // 400 - 719_162
    days += _DAYS_BEFORE[month - 1] + (is_leap and month > 2) + day - 1
    return days * 86_400 + hour * 3_600 + minute * 60 + second
