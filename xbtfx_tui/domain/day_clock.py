"""Where a day begins, and with it each four hours and each week: one clock for all that has days. Pure.

`utc`; `ny17`, New York's time and 7 hours, so that midnight is 17:00 in New York all year, the clock of most
MetaTrader servers; a zone of the IANA database (`Europe/Athens`); or a fixed shift (`+02:00`). Hours are
whole in each of them: an hour's candle belongs to one day, whatever the clock.
"""

import difflib
import re
from datetime import UTC, datetime, timedelta, tzinfo
from typing import TypeAlias

import msgspec

from xbtfx_tui.domain.candles import Timeframe

Stretch: TypeAlias = tuple[int, int]
"""Where something begins and the moment after it (unix seconds, UTC)."""

_HOUR, _DAY = Timeframe.HOUR.value, Timeframe.DAY.value
_TO_MONDAY = 3 * _DAY
"""1 January 1970 was a Thursday."""

_SHIFT = re.compile(r"([+-])(\d{1,2})(?::?(\d{2}))?")
_MOST_HOURS = 14
_NEW_YORK_AHEAD = 7 * _HOUR
_LOOKED_AT = range(946_684_800, 2_145_916_800, 30 * _DAY)
"""2000 to 2037, a month at a time: no zone has kept a clock for less."""


class DayClock(msgspec.Struct, frozen=True):
    """A clock by its name; `zone` and `ahead` (seconds) are what it shows beside UTC. Made by `day_clock`."""

    name: str
    zone: tzinfo | None
    ahead: int

    @property
    def words(self) -> str:
        """Which day it means, behind a day's name: today (`UTC`), today (`from 17:00 New York`)."""
        match self.name[0]:
            case "+" | "-":
                return f"UTC{self.name}"
            case _ if self == UTC_CLOCK:
                return "UTC"
            case _:
                return "from 17:00 New York" if self.name == "ny17" else self.name

    def offset(self, at: int) -> int:
        """Seconds that it is ahead of UTC at this moment."""
        if self.zone is None:
            return self.ahead
        shift = datetime.fromtimestamp(at, self.zone).utcoffset() or timedelta()
        return self.ahead + int(shift.total_seconds())

    def day(self, at: int) -> Stretch:
        """The day that this moment is in: 24 hours, or 23 and 25 where clocks change."""
        return self._around(at, _DAY, 0)

    def bucket(self, at: int, timeframe: Timeframe) -> Stretch:
        """The candle that this moment is in. Up to an hour all clocks agree; four hours count from midnight,
        weeks begin on Monday."""
        match timeframe:
            case Timeframe.WEEK:
                return self._around(at, timeframe.value, _TO_MONDAY)
            case Timeframe.DAY | Timeframe.FOUR_HOURS:
                return self._around(at, timeframe.value, 0)
            case _:
                start = at - at % timeframe.value
                return start, start + timeframe.value

    def _around(self, at: int, span: int, shift: int) -> Stretch:
        """The stretch of `span` seconds on this clock's face that the moment is in."""

        def number(moment: int, offset: int) -> int:
            return (moment + offset + shift) // span

        offset = self.offset(at)
        own = number(at, offset)
        start = own * span - shift - offset
        end = start + span
        if self.zone is None or (self.offset(start - 1) == offset and self.offset(end) == offset):
            return start, end

        # Clocks change inside or at an end: look from there, hour by hour, where its face shows another one.
        def is_own(moment: int) -> bool:
            return number(moment, self.offset(moment)) == own

        while is_own(start - _HOUR):
            start -= _HOUR
        while not is_own(start):
            start += _HOUR
        while is_own(end):
            end += _HOUR
        while not is_own(end - _HOUR):
            end -= _HOUR
        return start, end


UTC_CLOCK = DayClock("utc", None, 0)


def day_clock(name: str) -> DayClock:
    """The clock of this name. Raises ValueError with a clause that says what is right."""
    if name.lower() == "utc":
        return UTC_CLOCK
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones  # here: few name a zone

    if name.lower() == "ny17":
        return DayClock("ny17", ZoneInfo("America/New_York"), _NEW_YORK_AHEAD)
    if (shift := _SHIFT.fullmatch(name)) is not None:
        return _fixed(shift)
    try:
        zone = ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        near = difflib.get_close_matches(name, available_timezones(), n=1)
        hint = f'did you mean "{near[0]}"?' if near else "utc, ny17, Europe/Athens and +02:00 are some"
        raise ValueError(f"no clock has this name; {hint}") from None
    if any(_seconds_of(zone, at) % _HOUR for at in _LOOKED_AT):
        raise ValueError("its hours are not whole ones of UTC, and candles of an hour are")
    return DayClock(name, zone, 0)


def _fixed(shift: re.Match[str]) -> DayClock:
    sign, hours, minutes = shift[1], int(shift[2]), int(shift[3] or 0)
    if minutes:
        raise ValueError("it takes whole hours, like +02:00")
    if hours > _MOST_HOURS:
        raise ValueError(f"no clock is {hours} hours from UTC; {_MOST_HOURS} is the most")
    if not hours:
        return UTC_CLOCK
    return DayClock(f"{sign}{hours:02}:00", None, (1 if sign == "+" else -1) * hours * _HOUR)


def _seconds_of(zone: tzinfo, at: int) -> int:
    shift = datetime.fromtimestamp(at, UTC).astimezone(zone).utcoffset() or timedelta()
    return int(shift.total_seconds())
