"""Reads the deals of a period whole, also where they are too many for one answer: by ranges of days then.

From now backwards, 90 days at a time (the API's most), fewer where those are too many, down to a single day.
A day that is too large by itself is left out and told. It asks at a poll's turn, so that orders go first.
"""

from collections.abc import Awaitable, Callable
from datetime import date, timedelta
from typing import Protocol, TypeAlias

import msgspec

from xbtfx_tui.api.rest_client import ReadError
from xbtfx_tui.domain.failures import AnswerTooLarge, LineBroke, LinePart
from xbtfx_tui.domain.partial_history import NOTHING_MISSING, PartsSoFar, WhatIsMissing
from xbtfx_tui.domain.positions import Deal, HistoryPeriod
from xbtfx_tui.domain.unreadable_rows import UnreadRow

RANGES = (90, 30, 10, 3, 1)
"""Days of a range, from the API's most to the least there is."""

EMPTY_DAYS_END_IT = 365
"""So many days without a deal, before the oldest one, are taken for the account's beginning, and said."""

MOST_DEALS = 500_000

_DAYS_BACK = {
    HistoryPeriod.LAST_MONTH: 30,
    HistoryPeriod.LAST_3_MONTHS: 90,
    HistoryPeriod.LAST_6_MONTHS: 180,
    HistoryPeriod.ALL: None,
}
"""The periods that may be read in parts. The short ones may not: what is judged by them (the day's loss, an
order's outcome) must not be judged by a part."""

DealRows: TypeAlias = tuple[Deal | UnreadRow, ...]


class HistoryReads(Protocol):
    """The client, as far as this needs it. Both raise ReadError."""

    async def history(self, period: HistoryPeriod) -> DealRows: ...

    async def history_between(self, first: date, last: date) -> DealRows: ...


class PeriodRead(msgspec.Struct, frozen=True):
    """The deals of a period, in no order, and what is missing of them."""

    rows: DealRows
    missing: WhatIsMissing = NOTHING_MISSING


async def read_period(
    client: HistoryReads, period: HistoryPeriod, today: date, tell: Callable[[PartsSoFar], None]
) -> PeriodRead:
    """The period's deals, in one answer where it can be. `today` is in UTC, `tell` hears of each part.

    Raises ReadError where the server can't be read; for a short period also where it is too large.
    """
    try:
        return PeriodRead(await client.history(period))
    except ReadError as error:
        if not isinstance(error.failure, AnswerTooLarge) or period not in _DAYS_BACK:
            raise
    days = _DAYS_BACK[period]
    first = None if days is None else today - timedelta(days=days)
    return await _Parts(client.history_between, first, today, tell).read()


class _Parts:
    """One reading in parts. Ranges share their border days: whether `to` counts is not documented."""

    def __init__(
        self,
        read: Callable[[date, date], Awaitable[DealRows]],
        first: date | None,
        today: date,
        tell: Callable[[PartsSoFar], None],
    ) -> None:
        self._read = read
        self._first = first
        self._tell = tell
        self._deals: dict[int, Deal] = {}
        self._unread: dict[UnreadRow, None] = {}
        self._days: list[date] = []
        self._end = today + timedelta(days=1)
        self._oldest_with_deals = self._end

    async def read(self) -> PeriodRead:
        size = 0
        while (asked_to := self._limit()) is None:
            begin = self._end - timedelta(days=RANGES[size])
            begin = begin if self._first is None else max(begin, self._first)
            try:
                rows = await self._read(begin, self._end)
            except ReadError as error:
                if not _may_be_smaller(error):
                    raise
                if size + 1 < len(RANGES):
                    size += 1
                    continue
                rows = await self._single_days(begin)
            self._take(rows, begin)
            self._end = begin
            size = max(0, size - 1)
        whole = asked_to == self._first
        missing = WhatIsMissing(tuple(sorted(set(self._days))), None if whole else asked_to)
        return PeriodRead((*self._deals.values(), *self._unread), missing)

    def _limit(self) -> date | None:
        """The day at which it ends, None where it goes on."""
        if self._first is not None and self._end <= self._first:
            return self._first
        empty = (self._oldest_with_deals - self._end).days
        if self._first is None and (empty >= EMPTY_DAYS_END_IT or len(self._deals) >= MOST_DEALS):
            return self._end
        return None

    async def _single_days(self, begin: date) -> DealRows:
        """The two border days of the least range, each by itself; what is too large even so is left out."""
        rows: list[Deal | UnreadRow] = []
        too_large: list[date] = []
        for day in (self._end, begin):
            try:
                rows += await self._read(day, day)
            except ReadError as error:
                if not isinstance(error.failure, AnswerTooLarge):
                    raise
                too_large.append(day)
        # Too many together and none by themselves: then the server does not count the last day of a range.
        self._days += too_large if rows or too_large else (self._end, begin)
        return tuple(rows)

    def _take(self, rows: DealRows, begin: date) -> None:
        for row in rows:
            match row:
                case Deal():
                    self._deals[row.ticket] = row
                case _:
                    self._unread[row] = None
        if rows:
            self._oldest_with_deals = begin
        self._tell(PartsSoFar(len(self._deals), begin))


def _may_be_smaller(error: ReadError) -> bool:
    """Whether a shorter range may succeed: too large, or so much that it was not told in time."""
    match error.failure:
        case AnswerTooLarge():
            return True
        case LineBroke(part=LinePart.TIME_OUT, begun=True):
            return True
        case _:
            return False
