"""The deals that were read, by period, with what is known to be missing of them. Views, never copies."""

from collections.abc import Mapping

from xbtfx_tui.domain.clock import Instant
from xbtfx_tui.domain.partial_history import PartsSoFar, WhatIsMissing
from xbtfx_tui.domain.positions import Deal, HistoryPeriod
from xbtfx_tui.domain.store_events import HistoryPartRead, HistoryRead
from xbtfx_tui.domain.unreadable_rows import UnreadRow, parted


class HistoryBook:
    """`deals` by period; `unread` are rows of it that can't be read, `missing` what was not to be had, and
    `so_far` how far a reading in parts has come, until it is done."""

    def __init__(self) -> None:
        self._deals: dict[HistoryPeriod, tuple[Deal, ...]] = {}
        self._unread: dict[HistoryPeriod, tuple[UnreadRow, ...]] = {}
        self._missing: dict[HistoryPeriod, WhatIsMissing] = {}
        self._so_far: dict[HistoryPeriod, PartsSoFar] = {}
        self._last_days: Instant | None = None  # when the last three were asked for
        self.deals: Mapping[HistoryPeriod, tuple[Deal, ...]] = self._deals
        self.unread: Mapping[HistoryPeriod, tuple[UnreadRow, ...]] = self._unread
        self.missing: Mapping[HistoryPeriod, WhatIsMissing] = self._missing
        self.so_far: Mapping[HistoryPeriod, PartsSoFar] = self._so_far

    def read(self, event: HistoryRead) -> tuple[Deal, ...]:
        """Keep what was read; the deals of it."""
        period = event.period
        self._deals[period], self._unread[period] = parted(event.deals)
        self._missing[period] = event.missing
        self._so_far.pop(period, None)
        if period is HistoryPeriod.LAST_3_DAYS and not self._unread[period] and not event.missing:
            self._last_days = event.asked
        return self._deals[period]

    @property
    def last_days_asked(self) -> Instant | None:
        """When the last three days were asked for that could be read whole; None before that."""
        return self._last_days

    def part_read(self, event: HistoryPartRead) -> None:
        """A further part of a period came."""
        self._so_far[event.period] = event.so_far
