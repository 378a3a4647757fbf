"""How charts are set, kept between runs, a symbol at a time. Never raises.

What makes no sense of a symbol is left out and logged; the others hold. Several terminals may write one file:
each writes what it changed itself into what stands there by then.
"""

import logging
from collections.abc import Mapping
from pathlib import Path

import msgspec

from xbtfx_tui.config.atomic_file import set_aside, write_kept
from xbtfx_tui.domain.chart_parts import ChartPart, ChartParts
from xbtfx_tui.domain.chart_settings import PITCHES, ChartSettings
from xbtfx_tui.domain.indicators import Indicator, IndicatorKind, period_problem
from xbtfx_tui.domain.timeframe_words import parse_timeframe, timeframe_code

_log = logging.getLogger(__name__)
MOST_CHARTS = 1_000


class _Kept(msgspec.Struct):
    timeframe: str
    columns: int = 2
    off: list[str] = []
    indicators: list[tuple[str, int]] = []


def load_charts(path: Path) -> dict[str, ChartSettings]:
    """The settings by symbol; none where there is no file or it can't be read. One that can't is set aside,
    so that the next one is not written over all of them."""
    try:
        kept = msgspec.json.decode(path.read_bytes(), type=dict[str, _Kept])
    except FileNotFoundError:
        return {}
    except (OSError, msgspec.MsgspecError, RecursionError) as error:
        _log.warning("The charts' settings can't be read: %s. %s", error, set_aside(path))
        return {}
    charts: dict[str, ChartSettings] = {}
    for symbol, row in list(kept.items())[-MOST_CHARTS:]:
        if (settings := _settings(row)) is None:
            _log.warning("The chart of a symbol makes no sense and is left out.")
        else:
            charts[symbol] = settings
    return charts


def _settings(row: _Kept) -> ChartSettings | None:
    timeframe = parse_timeframe(row.timeframe)
    if timeframe is None or row.columns not in PITCHES:
        return None
    try:
        off = frozenset(ChartPart(name) for name in row.off)
        indicators = tuple(Indicator(IndicatorKind(name), period) for name, period in row.indicators)
    except ValueError:
        return None
    if any(period_problem(one.kind, one.period) is not None for one in indicators):
        return None
    return ChartSettings(timeframe, row.columns, ChartParts(off, indicators))


def save_charts(path: Path, charts: Mapping[str, ChartSettings]) -> str | None:
    """Write them, mode 0600, whole and at once, the latest 1,000; a sentence where that could not be."""
    kept = {
        symbol: _Kept(
            timeframe_code(one.timeframe),
            one.pitch,
            sorted(part.value for part in one.parts.off),
            [(indicator.kind.value, indicator.period) for indicator in one.parts.indicators],
        )
        for symbol, one in list(charts.items())[-MOST_CHARTS:]
    }
    try:
        write_kept(path, msgspec.json.encode(kept), is_synced=False)
    except OSError as error:
        _log.warning("The charts' settings can't be kept: %s", error)
        return f"How the chart is set holds for this run alone: it can't be written ({error.strerror})."
    return None


class ChartsFile:
    """The file during a run; `charts` are those that it held at the start."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.charts: Mapping[str, ChartSettings] = load_charts(path)
        self._known = self.charts

    def save(self, charts: Mapping[str, ChartSettings]) -> str | None:
        """Keep what changed since the start or the last time; a sentence where that could not be."""
        kept = load_charts(self._path)
        if not self._path.is_file():  # it is gone, or was set aside: this run knows what it held
            kept = dict(self._known)
        for symbol, one in charts.items():
            if self._known.get(symbol) != one:
                kept.pop(symbol, None)  # what was set last is the last to go
                kept[symbol] = one
        self._known = dict(charts)
        return save_charts(self._path, kept)
