"""The server's clock as far as it was measured, by the Date of its answers and its quotes' own times. Pure.

This machine's clock is never taken for the server's. Quotes tell the time to the millisecond, but one may be
old, or its time nonsense; an answer's Date is of now, but in whole seconds, and may come from another machine
than the quotes. So Date sets the clock until quotes bear it out or, going on at the pace of time for a while,
contradict it: a broker's clock may stand in a zone that its quotes do not name.
"""

from datetime import datetime, timedelta

import msgspec
from msgspec.structs import replace

from xbtfx_tui.domain.clock import Instant

AGREES = 2.0
"""Seconds by which a quote's time and the clock may differ and still be of one moment."""

DATE_AGREES = 3.0
"""The same for an answer's Date, which is cut to whole seconds and travelled."""

DRIFT = 1e-4
"""Seconds a second by which two clocks may go apart."""

AGAINST_DATE, AGAINST_QUOTES = 5.0, 60.0
"""Seconds for which quotes have to go on at another time before that is the clock: against one that only a
Date has set, and against one that quotes have borne out."""


A_ZONE_STEP = 3600.0
"""Brokers' clocks are whole hours from UTC; less may be a feed that is some minutes late."""

ZONE_AGREES = 30.0
"""Seconds by which quotes and Dates may differ from a whole hour and still be of clocks that are right."""

FARTHEST_ZONE = 14 * 3600.0


class Rival(msgspec.Struct, frozen=True):
    """Another clock that quotes speak of: `offset` as below, since `since` (boot clock, seconds)."""

    offset: float
    since: float
    first: datetime
    newest: datetime


class ServerTime(msgspec.Struct, frozen=True):
    """A value: each look gives another one.

    `offset` is the server's unix time minus this machine's boot clock, in seconds; None until measured.
    `by_quotes` is whether quotes bore it out, the last at `agreed` (boot clock). `by_date` is the last Date's
    offset.
    """

    offset: float | None = None
    by_quotes: bool = False
    agreed: float = 0.0
    by_date: float | None = None
    rival: Rival | None = None

    def at(self, now: Instant) -> float | None:
        """The server's unix time at `now`; None where it was not measured."""
        return None if self.offset is None else now.boot + self.offset

    @property
    def ahead_of_utc(self) -> timedelta | None:
        """How far the clock of the server's quotes is ahead of UTC, which a Date always tells (RFC 9110,
        5.6.7); None where one of the two was not measured, or what lies between them is no zone's."""
        if self.offset is None or self.by_date is None or not self.by_quotes:
            return None
        ahead = self.offset - self.by_date
        zone = round(ahead / A_ZONE_STEP) * A_ZONE_STEP
        if abs(ahead - zone) > ZONE_AGREES or abs(zone) > FARTHEST_ZONE:
            return None
        return timedelta(seconds=zone)

    def age_of(self, time: datetime, received: Instant) -> float | None:
        """How many seconds old a quote of that time was when it came; 0.0 and more.

        A time on a whole second may be of any moment within it: that second is not held against it. None
        where no clock was measured, and for a time that has not come yet, which says nothing.
        """
        if self.offset is None:
            return None
        age = received.boot + self.offset - time.timestamp()
        if age < -AGREES:
            return None
        return max(0.0, age if time.microsecond else age - 1.0)

    def heard(self, date: float, now: Instant) -> "ServerTime":
        """After an answer with this Date (unix time), read at `now`."""
        offset = date - now.boot
        if self.by_date is not None and 0.0 <= self.by_date - offset <= DATE_AGREES:
            offset = self.by_date - DRIFT  # of many Dates the one that travelled least counts
        if self.by_quotes:
            return replace(self, by_date=offset)
        return replace(self, by_date=offset, offset=offset)

    def seen(self, time: datetime, now: Instant, *, is_late: bool = False) -> "ServerTime":
        """After a quote of this time that came at `now`. `is_late`: the line is known to hold quotes up, so
        they prove no other clock."""
        offset = time.timestamp() - now.boot
        if self.offset is not None and abs(offset - self.offset) <= AGREES:
            stands = self.offset - max(0.0, now.boot - self.agreed) * DRIFT if self.by_quotes else self.offset
            return replace(self, offset=max(offset, stands), by_quotes=True, agreed=now.boot, rival=None)
        rival = self.rival
        if rival is None or abs(offset - rival.offset) > AGREES:
            return replace(self, rival=Rival(offset, now.boot, time, time))
        if time <= rival.newest:
            return self
        if not is_late and self._gives_way(rival, time, now):
            return ServerTime(offset, by_quotes=True, agreed=now.boot, by_date=self.by_date)
        return replace(self, rival=replace(rival, newest=time, offset=max(offset, rival.offset)))

    def _gives_way(self, rival: Rival, time: datetime, now: Instant) -> bool:
        """Whether the other clock has gone on for long enough, and as time does."""
        went = now.boot - rival.since
        if abs((time - rival.first).total_seconds() - went) > AGREES:
            return False
        if self.offset is None:
            return True
        if self.by_quotes and self.by_date is not None and abs(rival.offset - self.by_date) <= DATE_AGREES:
            return True
        return went >= (AGAINST_QUOTES if self.by_quotes else AGAINST_DATE)
