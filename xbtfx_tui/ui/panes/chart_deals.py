"""The deals of a chart's symbol in order of time, out of what was read of the history so far; asks for more
once a run and period. Draws nothing."""

from datetime import UTC, datetime

from xbtfx_tui.domain.positions import Deal, HistoryPeriod
from xbtfx_tui.ui.chart.deal_marks import TimedDeal
from xbtfx_tui.ui.ports import Backend
from xbtfx_tui.ui.screen_times import ScreenTimes

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
        self._deals: dict[str, dict[int, Deal]] = {}
        self._sorted: tuple[str, tuple[TimedDeal, ...]] = ("", ())
        self._zone: object = None

    def need(self, oldest: float) -> None:
        """Have the deals from this moment on (unix seconds) read, unless they were asked for in this run."""
        now = self._backend.clock.now().wall
        if oldest < now - now % _DAY:  # today's are read in any case
            self._backend.need_history(period_back_to(oldest, now))

    def of(self, symbol: str) -> tuple[TimedDeal, ...]:
        """All that are known, in order of time; those whose time could not be read are left out."""
        seen = tuple(self._backend.store.history.values())
        is_new = len(seen) != len(self._seen) or any(
            one is not before for one, before in zip(seen, self._seen, strict=True)
        )
        if is_new:
            self._seen = seen
            for deals in seen:
                for deal in deals:
                    self._deals.setdefault(deal.symbol, {})[deal.ticket] = deal
        shift = self._times.of_server(_EPOCH)
        if is_new or self._sorted[0] != symbol or self._zone != shift:
            self._zone = shift
            timed = [self._timed(deal) for deal in self._deals.get(symbol, {}).values()]
            known = sorted((one for one in timed if one is not None), key=lambda one: (one.at, one.ticket))
            self._sorted = symbol, tuple(known)
        return self._sorted[1]

    def _timed(self, deal: Deal) -> TimedDeal | None:
        if deal.time is None:
            return None
        at = self._times.of_server(deal.time)
        return TimedDeal(at, deal.ticket, deal.side, deal.entry, deal.volume, deal.price, deal.profit)


_EPOCH = datetime(1970, 1, 2, tzinfo=UTC)


def period_back_to(oldest: float, now: float) -> HistoryPeriod:
    """The shortest period that surely has all from this moment on; both are unix seconds."""
    days = (now - oldest) / _DAY
    return next((period for period, reach in _REACHES if days <= reach), HistoryPeriod.ALL)
