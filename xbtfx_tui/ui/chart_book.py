"""How the charts are set while the terminal runs: looked up by symbol, changed, kept. Draws nothing."""

from collections.abc import Callable, Mapping

from xbtfx_tui.domain.chart_settings import ChartSettings


class ChartBook:
    """`save` is given all of them and says, as a sentence, what kept it from keeping them."""

    def __init__(
        self,
        charts: Mapping[str, ChartSettings],
        save: Callable[[Mapping[str, ChartSettings]], str | None],
    ) -> None:
        self._charts = dict(charts)
        self._save = save
        self._is_saved = True

    def of(self, symbol: str) -> ChartSettings | None:
        """How this symbol's chart was set last; None where it never was."""
        return self._charts.get(symbol)

    def keep(self, symbol: str, settings: ChartSettings) -> None:
        """It is set so from now on; written with the next `save_news`."""
        if self._charts.get(symbol) != settings:
            self._charts.pop(symbol, None)
            self._charts[symbol] = settings
            self._is_saved = False

    def save_news(self) -> str | None:
        """Write what changed since the last time, if anything did; a sentence where it can't be."""
        if self._is_saved:
            return None
        self._is_saved = True
        return self._save(self._charts)
