"""Indicators over the candles, a third of a cell fine, in cells where nothing else is. Pure."""

from collections.abc import Iterator, Sequence
from typing import TypeAlias

import msgspec

from xbtfx_tui.domain.candles import Gap
from xbtfx_tui.domain.indicators import Indicator, doubtful, figures
from xbtfx_tui.ui.chart.candle_cells import PriceBar, PriceRange, TintedRun

PlacedCell: TypeAlias = tuple[int, int, TintedRun]
"""Row, column, and what stands there."""

_THIRDS = "▔─▁"
OVERLAY_TINTS = ("overlay-1", "overlay-2", "overlay-3", "overlay-4")
DOUBTFUL_TINT = "muted"


class IndicatorLine(msgspec.Struct, frozen=True):
    """One line: a figure a place, None where there is none. `is_doubtful` of each: it looks over a stretch
    that nobody saw. `name` is of the first line of an indicator, by which its figure is told."""

    figures: tuple[float | None, ...]
    is_doubtful: tuple[bool, ...]
    tint: str
    name: str = ""

    def figure_at(self, place: int | None) -> float | None:
        """The figure at this place, else the last one there is."""
        if place is not None and place < len(self.figures):
            return self.figures[place]
        return next((one for one in reversed(self.figures) if one is not None), None)


def indicator_lines(
    indicator: Indicator, places: Sequence[PriceBar | Gap], first: int, tint: str
) -> tuple[IndicatorLine, ...]:
    """The lines of an indicator from the place numbered `first` on; those before are what it is reckoned
    from. A gap has no figure."""
    bars: list[PriceBar] = []
    holes: list[bool] = []
    at_bar: list[int | None] = []
    has_hole = False
    for place in places:
        if isinstance(place, Gap):
            at_bar.append(None)
            has_hole = True
            continue
        at_bar.append(len(bars))
        bars.append(place)
        holes.append(has_hole)
        has_hole = False
    doubts = doubtful(indicator, holes)
    made = figures(
        indicator, [bar.high for bar in bars], [bar.low for bar in bars], [bar.close for bar in bars]
    )
    shown = at_bar[first:]
    return tuple(
        IndicatorLine(
            tuple(None if at is None else line[at] for at in shown),
            tuple(at is not None and doubts[at] for at in shown),
            tint,
            "" if number else indicator.words,
        )
        for number, line in enumerate(made)
    )


def figures_told(lines: Sequence[IndicatorLine], place: int | None, digits: int) -> tuple[str, ...]:
    """`EMA20 1.08102` of each indicator, of a band or a channel its upper and its lower line: at this place,
    else the last there is."""
    found: list[str] = []
    groups: list[list[IndicatorLine]] = []
    for line in lines:
        if line.name or not groups:
            groups.append([])
        groups[-1].append(line)
    for group in groups:
        edges = group[:1] if len(group) == 1 else (group[0], group[-1])
        figures = [line.figure_at(place) for line in edges]
        texts = [f"{figure:.{digits}f}" for figure in figures if figure is not None]
        if texts:
            found.append(f"{group[0].name} {'/'.join(texts)}")
    return tuple(found)


def overlay_cells(
    lines: Sequence[IndicatorLine], prices: PriceRange, rows: int, blank: int, pitch: int
) -> Iterator[PlacedCell]:
    """What is drawn of the lines in the picture: the first line last, so that it is over
    the others. A place takes `pitch` columns, the first one begins `blank` places from the left."""
    if prices.high <= prices.low:
        return
    last = 3 * rows - 1
    per_price = last / (prices.high - prices.low)
    for line in reversed(lines):
        for place, figure in enumerate(line.figures):
            if figure is None or not prices.low <= figure <= prices.high:
                continue
            row, third = divmod(round((prices.high - figure) * per_price), 3)
            cell = _THIRDS[third], DOUBTFUL_TINT if line.is_doubtful[place] else line.tint
            for column in range((blank + place) * pitch, (blank + place + 1) * pitch):
                yield row, column, cell
