"""What a chart has besides its candles, as far as it is shown: lines and the money at them, deals, the ask,
indicators. It brings together what is known; it draws nothing."""

from collections.abc import Callable, Mapping, Sequence

import msgspec

from xbtfx_tui.domain.candles import Candle, Gap
from xbtfx_tui.domain.chart_parts import ChartPart, ChartParts
from xbtfx_tui.domain.indicators import Indicator
from xbtfx_tui.domain.symbol_spec import SessionSpan
from xbtfx_tui.store.latest_quotes import Fresh
from xbtfx_tui.ui.chart.candle_cells import TintedRun
from xbtfx_tui.ui.chart.chart_lines import Level
from xbtfx_tui.ui.chart.deal_marks import TimedDeal
from xbtfx_tui.ui.dialogs.beside_chart import DraftedStops
from xbtfx_tui.ui.panes.chart_day import ChartDay
from xbtfx_tui.ui.panes.chart_deals import ChartDeals
from xbtfx_tui.ui.panes.chart_levels import chart_levels, chart_notes
from xbtfx_tui.ui.ports import Backend
from xbtfx_tui.ui.screen_times import ScreenTimes

_NO_DEALS: tuple[TimedDeal, ...] = ()


class ChartLayers(msgspec.Struct, frozen=True):
    """`ask` is that of now, None where it is not shown or there is none; `bid` that of the quote, old or not,
    None where there is none. `over` are the indicators over the
    candles, `below` those below them."""

    levels: tuple[Level, ...] = ()
    notes: Mapping[Level, TintedRun] = msgspec.field(default_factory=dict)
    deals: tuple[TimedDeal, ...] = _NO_DEALS
    ask: float | None = None
    over: tuple[Indicator, ...] = ()
    below: tuple[Indicator, ...] = ()
    bid: float | None = None


class LayerSource:
    """`on_read` is called after each read. `plain`: a slow line, which shows no indicators and no ask."""

    def __init__(
        self, backend: Backend, times: ScreenTimes, on_read: Callable[[], None], *, plain: bool
    ) -> None:
        self._backend = backend
        self._is_plain = plain
        self._day = ChartDay(backend.candles, backend.clock, on_read)
        self._deals = ChartDeals(backend, times)
        self.parts = ChartParts()

    @property
    def reach(self) -> int:
        """How many candles before the picture its indicators look back at least."""
        shown = () if self._is_plain else (*self.parts.over, *self.parts.below)
        return max((one.reach for one in shown), default=0)

    @property
    def is_reading(self) -> bool:
        return self._day.is_reading

    def look_at(self, symbol: str, oldest: float | None) -> None:
        """Have read what is shown of this symbol, from the oldest candle in sight on (unix seconds)."""
        if self.parts.shows(ChartPart.LINES):
            self._day.look_at(symbol)
        if oldest is not None and self.parts.shows(ChartPart.MARKS):
            self._deals.need(oldest)

    def of(
        self,
        symbol: str,
        recent: Sequence[Candle],
        sessions: tuple[SessionSpan, ...] | None,
        drafted: DraftedStops,
        shown: Sequence[Candle | Gap],
    ) -> ChartLayers:
        """What is shown of this symbol now, over these candles."""
        levels: tuple[Level, ...] = ()
        if self.parts.shows(ChartPart.LINES):
            levels = chart_levels(
                self._backend, symbol, drafted, self._day.range_of(symbol, recent, sessions, shown)
            )
        return ChartLayers(
            levels,
            chart_notes(self._backend, levels),
            self._deals.of(symbol) if self.parts.shows(ChartPart.MARKS) else _NO_DEALS,
            self._ask(symbol),
            () if self._is_plain else self.parts.over,
            () if self._is_plain else self.parts.below,
            None if (slot := self._backend.store.slot(symbol)) is None else slot.sound.bid,
        )

    def stop(self) -> None:
        """Wait for nothing any more."""
        self._day.stop()

    def _ask(self, symbol: str) -> float | None:
        store = self._backend.store
        if self._is_plain or not self.parts.shows(ChartPart.ASK):
            return None
        slot = store.slot(symbol)
        if slot is None or not isinstance(store.freshness(symbol, self._backend.clock.now()), Fresh):
            return None
        return slot.sound.ask
