"""A moment of the past as a trader types it: `2026-11-12`, `12 nov 14:00`, `14:00`, `-3d`. Pure.

What has no year or no day is the latest that has been. What is wrong is said in a sentence.
"""

import re
from datetime import date, datetime, time, timedelta, tzinfo

import msgspec

EXAMPLE = "2026-11-12, 12 nov 14:00, 14:00 or -3d"
_FIRST_YEAR = 1970
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_UNITS = {"m": 60, "min": 60, "h": 3_600, "d": 86_400, "w": 7 * 86_400}
_BACK = re.compile(r"-\s*(\d{1,5})\s*(min|[mhdw])")
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_DAY = re.compile(r"(\d{1,2})[\s.]*([a-z]{3,9})\.?(?:\s+(\d{4}))?")
_CLOCK = re.compile(r"(?:^|[\st])(\d{1,2}):(\d{2})(?::(\d{2}))?$")


class BadMoment(msgspec.Struct, frozen=True):
    """Not a moment that can be gone to, with the sentence to show."""

    sentence: str


def parse_moment(text: str, now: float, zone: tzinfo | None) -> int | BadMoment:
    """Unix seconds. `now` is unix seconds, `zone` the one that times are told in, None the machine's own."""
    typed = " ".join(text.lower().split())
    if not typed:
        return BadMoment(f"Type a moment, like {EXAMPLE}.")
    if (back := _BACK.fullmatch(typed)) is not None:
        return _past(now - int(back[1]) * _UNITS[back[2]], now)
    clock = _CLOCK.search(typed)
    at = None if clock is None else _time(clock)
    if isinstance(at, BadMoment):
        return at
    day_text = typed if clock is None else typed[: clock.start()].strip()
    today = datetime.fromtimestamp(now, zone).date()
    if not day_text:
        moment = _at(today, at, zone)
        return int(moment if moment <= now else _at(today - timedelta(days=1), at, zone))
    day = _day(day_text, today)
    if isinstance(day, BadMoment):
        return day
    if day.year < _FIRST_YEAR:
        return _past(0.0, now)
    # No zone is two days ahead: so far the last years that there are need not be reckoned with.
    return _past(_at(min(day, today + timedelta(days=2)), at, zone), now)


def _at(day: date, at: time | None, zone: tzinfo | None) -> float:
    return datetime.combine(day, at or time(), zone).timestamp()


def _past(moment: float, now: float) -> int | BadMoment:
    if moment > now:
        return BadMoment("That has not come yet.")
    return int(moment) if moment > 0 else BadMoment("That is before 1970: no candle is that old.")


def _time(clock: re.Match[str]) -> time | BadMoment:
    try:
        return time(int(clock[1]), int(clock[2]), int(clock[3] or 0))
    except ValueError:
        return BadMoment(f"{clock[0].strip(' t')} is no time of day: 00:00 to 23:59.")


def _day(text: str, today: date) -> date | BadMoment:
    text = text.rstrip("t")
    if (iso := _ISO.fullmatch(text)) is not None:
        return _date(int(iso[1]), int(iso[2]), int(iso[3]), text)
    found = _DAY.fullmatch(text)
    month = None if found is None else next((one for one in _MONTHS if found[2].startswith(one)), None)
    if found is None or month is None:
        return BadMoment(f"{text[:24]} is no day. Like: {EXAMPLE}.")
    number = _MONTHS.index(month) + 1
    if found[3] is not None:
        return _date(int(found[3]), number, int(found[1]), text)
    this_year = _date(today.year, number, int(found[1]), text)
    if isinstance(this_year, BadMoment) or this_year > today:
        return _date(today.year - 1, number, int(found[1]), text)
    return this_year


def _date(year: int, month: int, day: int, text: str) -> date | BadMoment:
    try:
        return date(year, month, day)
    except ValueError:
        return BadMoment(f"There is no day {text[:24]}.")
