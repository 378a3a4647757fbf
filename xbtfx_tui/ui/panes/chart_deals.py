"""The deals of a chart's symbol in order of time, out of what was read of the history so far; asks for more
once a run and period. Draws nothing."""

from collections import deque
from datetime import UTC, datetime
from operator import attrgetter

from xbtfx_tui.domain.positions import Deal, HistoryPeriod
from xbtfx_tui.ui.chart.deal_marks import TimedDeal
from xbtfx_tui.ui.ports import Backend
from xbtfx_tui.ui.screen_times import ScreenTimes

AT_ONCE = 2_000
"""Deals that are taken in at a look: a few milliseconds."""
_DAY = 86_400
_REACHES = (
    (HistoryPeriod.LAST_3_DAYS, 2),
    (HistoryPeriod.LAST_WEEK, 6),
    (HistoryPeriod.LAST_MONTH, 27),
    (HistoryPeriod.LAST_3_MONTHS, 88),
    (HistoryPeriod.LAST_6_MONTHS, 178),
)
"""How many days back each surely tells all."""


class ChartDeals:
    """Keeps every deal that this run has read: a period that is read again has another beginning."""

    def __init__(self, backend: Backend, times: ScreenTimes) -> None:
        self._backend = backend
        self._times = times
        self._seen: tuple[tuple[Deal, ...], ...] = ()
        self._shift: float | None = None
        """How the server's times are told, by one of them: another way, and all are told anew."""
        self._waiting: deque[tuple[Deal, ...]] = deque()
        self._tickets: set[int] = set()
        self._deals: dict[str, list[TimedDeal]] = {}
        self._sorted: dict[str, tuple[TimedDeal, ...]] = {}

    def need(self, oldest: float) -> None:
        """Have the deals from this moment on (unix seconds) read, unless they were asked for in this run."""
        now = self._backend.clock.now().wall
        if oldest < now - now % _DAY:  # today's are read in any case
            self._backend.need_history(period_back_to(oldest, now))

    def of(self, symbol: str) -> tuple[TimedDeal, ...]:
        """All that are known, in order of time; those whose time could not be read are left out."""
        self._take_in()
        known = self._sorted.get(symbol)
        if known is None:
            deals = self._deals.get(symbol, [])
            deals.sort(key=attrgetter("at", "ticket"))
            known = self._sorted[symbol] = tuple(deals)
        return known

    def _take_in(self) -> None:
        """What was read since the last time, a part of it each time: a history has thousands of deals."""
        shift = self._times.of_server(_EPOCH)
        if shift != self._shift:
            self._shift, self._seen = shift, ()
            self._tickets, self._deals, self._sorted = set(), {}, {}
            self._waiting.clear()
        before = {id(deals) for deals in self._seen}
        self._seen = tuple(self._backend.store.history.values())
        self._waiting.extend(deals for deals in self._seen if id(deals) not in before)
        left = AT_ONCE
        while self._waiting and left > 0:
            deals = self._waiting.popleft()
            for deal in deals[:left]:
                self._add(deal)
            if len(deals) > left:
                self._waiting.appendleft(deals[left:])
            left -= len(deals)

    def _add(self, deal: Deal) -> None:
        if deal.ticket in self._tickets or deal.time is None:
            return
        self._tickets.add(deal.ticket)
        at = self._times.of_server(deal.time)
        timed = TimedDeal(at, deal.ticket, deal.side, deal.entry, deal.volume, deal.price, deal.profit)
        self._deals.setdefault(deal.symbol, []).append(timed)
        self._sorted.pop(deal.symbol, None)


_EPOCH = datetime(1970, 1, 2, tzinfo=UTC)


def period_back_to(oldest: float, now: float) -> HistoryPeriod:
    """The shortest period that surely has all from this moment on; both are unix seconds."""
    days = (now - oldest) / _DAY
    return next((period for period, reach in _REACHES if days <= reach), HistoryPeriod.ALL)
