"""A chart as rows of (text, tint) runs: candles, lines at prices, axes. Pure; knows no widget and no store.

What is drawn here stands until a candle is finished, a line moves or the price range changes; the candle that
forms and the price of now are put over it by ui.chart.chart_forming.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, tzinfo
from decimal import Decimal

import msgspec

from xbtfx_tui.domain.candles import Gap, Timeframe
from xbtfx_tui.domain.day_clock import UTC_CLOCK, DayClock
from xbtfx_tui.ui.chart.candle_cells import (
    Bodies,
    PriceBar,
    PriceRange,
    TintedRun,
    candle_cells,
    pitch_of,
)
from xbtfx_tui.ui.chart.chart_lines import Level, LineFrame, line_labels, line_marks
from xbtfx_tui.ui.chart.deal_marks import CandleMarks, mark_cells
from xbtfx_tui.ui.chart.indicator_cells import IndicatorLine, PlacedCell, overlay_cells
from xbtfx_tui.ui.chart.tinted_runs import parted, text_of, with_cells, written_over


class ChartOrder(msgspec.Struct, frozen=True):
    """Everything one drawing depends on: equal orders give equal drawings.

    `candles` are finished ones, and gaps; the place after them is left to the one that forms, which began at
    `forms` (unix seconds, UTC; None: it is not in sight). Left of them `blank` places are free. A place is
    `pitch` columns wide. `zone` is that of the times below, None the machine's own; days are those of
    `clock`. `marks` are of deals, those of the forming candle too; of `overlays` each figure is one of
    `candles`.
    """

    candles: tuple[PriceBar | Gap, ...]
    forms: float | None
    levels: tuple[Level, ...]
    prices: PriceRange
    width: int
    height: int
    digits: int
    zone: tzinfo | None = UTC
    blank: int = 0
    pitch: int = 2
    bodies: Bodies = Bodies.COLOURED
    timeframe: Timeframe = Timeframe.TEN_SECONDS
    clock: DayClock = UTC_CLOCK
    marks: tuple[CandleMarks, ...] = ()
    overlays: tuple[IndicatorLine, ...] = ()

    @property
    def rows(self) -> int:
        """Rows of prices: the last one is the time's."""
        return max(2, self.height - 1)

    @property
    def axis(self) -> int:
        """Columns of the price axis: the widest price and the longest label before it."""
        return min(self.width, axis_width(self.digits, self.prices.high))

    @property
    def columns(self) -> int:
        """Columns left of the axis."""
        return self.width - self.axis

    @property
    def lines(self) -> LineFrame:
        """Its lines, with their words left of the candle that forms."""
        until = self.columns if self.forms is None else self.column_of(len(self.candles))
        return LineFrame(self.levels, self.prices, self.rows, min(until, self.columns), self.digits)

    def column_of(self, place: int) -> int:
        """The first column of a candle by its number: 0 is the oldest, the last is the one that forms."""
        return (self.blank + place) * pitch_of(self.pitch, self.bodies)

    def middle_of(self, place: int) -> int:
        """The column in its middle, in which its wick is."""
        return self.column_of(place) + max(0, (pitch_of(self.pitch, self.bodies) - 2) // 2)

    def row_of(self, price: float) -> int:
        """The row of a price, from the top; it may lie outside."""
        return self.prices.half_of(price, self.rows) // 2


_TIME_EVERY = 14
"""Columns from one time below to the next, about."""
_ROOM = 0.1


def axis_width(digits: int, highest: float) -> int:
    """Columns of the price axis of a chart that goes up to this price."""
    return len(f"{highest:.{digits}f}") + len(" open ")


def draw(order: ChartOrder) -> list[list[TintedRun]]:
    """The chart as rows of runs, the times last; each row is `width` columns."""
    rows = candle_cells(
        order.candles,
        order.prices,
        order.columns,
        order.rows,
        order.pitch,
        order.bodies,
        first=order.blank,
        lines=line_marks(order.lines),
    )
    steps = pitch_of(order.pitch, order.bodies)
    _put(rows, overlay_cells(order.overlays, order.prices, order.rows, order.blank, steps), only_free=True)
    _put(rows, _standing_marks(order), only_free=False)
    labels = _price_labels(order)
    for row, runs in enumerate(rows):
        label = labels.get(row, "").rjust(order.axis)[-order.width :]
        if len(label) > order.axis:  # it begins left of the axis, where no candle is as a rule
            rows[row] = written_over(
                [*runs, (" " * order.axis, "text")], order.width - len(label), [(label, "text")]
            )
        elif runs and runs[-1][1] == "text":
            runs[-1] = (runs[-1][0] + label, "text")
        elif label:
            runs.append((label, "text"))
    return [*rows, [(_times(order), "text")]]


def _put(rows: list[list[TintedRun]], cells: Iterable[PlacedCell], *, only_free: bool) -> None:
    by_row: dict[int, dict[int, TintedRun]] = {}
    for row, column, cell in cells:
        by_row.setdefault(row, {})[column] = cell
    for row, put in by_row.items():
        rows[row] = with_cells(rows[row], put, only_free=only_free)


def _standing_marks(order: ChartOrder) -> Iterator[PlacedCell]:
    """The marks of the finished candles."""
    marks = {one.start: one for one in order.marks}
    for place, candle in enumerate(order.candles if marks else ()):
        if isinstance(candle, PriceBar) and candle.start in marks:
            yield from placed_marks(order, place, candle, marks[candle.start])


def placed_marks(order: ChartOrder, place: int, candle: PriceBar, marks: CandleMarks) -> Iterator[PlacedCell]:
    """Where the marks of the candle at this place stand."""
    for row, glyph in mark_cells(marks, candle, order.prices, order.rows):
        yield row, order.middle_of(place), (glyph, "strong")


def limits(
    candles: Sequence[PriceBar | Gap],
    levels: Sequence[Level],
    digits: int,
    before: PriceRange | None,
    cursor: Decimal | None = None,
) -> PriceRange:
    """The price range: the candles, one at least, the price cursor, and the lines near them that trade; a far
    stop must not flatten the candles.

    `before` is the range of the last picture: it is kept while everything is inside and fills half of it, and
    left with room to spare, so that a market that moves does not have all drawn anew at each tick.
    """
    bars = [candle for candle in candles if isinstance(candle, PriceBar)]
    low = min(candle.low for candle in bars)
    high = max(candle.high for candle in bars)
    if cursor is not None:
        low, high = min(low, float(cursor)), max(high, float(cursor))
    least = 4 * 10.0**-digits
    reach = max(high - low, least)
    for level in levels:
        if level.kind.is_of_trading and low - reach <= level.price <= high + reach:
            low, high = min(low, level.price), max(high, level.price)
    filled = max(high - low, least)
    if (
        before is not None
        and before.low <= low
        and high <= before.high
        and filled >= (before.high - before.low) / 2
    ):
        return before
    middle, half = (low + high) / 2, filled * (0.5 + _ROOM)
    return PriceRange(middle - half, middle + half)


def _price_labels(order: ChartOrder) -> dict[int, str]:
    """What is on the axis by row: the lines, and plain prices where there is room between them."""
    labels = line_labels(order.lines)
    rows, prices = order.rows, order.prices
    a_half = (prices.high - prices.low) / (2 * rows - 1)
    before = ""
    for row in range(0, rows, max(3, rows // 5)):
        if not any(near in labels for near in (row - 1, row, row + 1)):
            plain = f"{prices.high - (2 * row + 0.5) * a_half:.{order.digits}f}"
            if plain != before:  # rows so near to each other are of one price as it is written
                labels[row] = before = plain
    return labels


def is_named(runs: Sequence[TintedRun], order: ChartOrder) -> bool:
    """Whether more than a plain price stands beside the axis of this row: it has no room for another word."""
    return any(letter.isalpha() for letter in text_of(parted(runs, order.columns)[1]))


def _times(order: ChartOrder) -> str:
    """The last row: times under their candles, counted from the oldest, so that none moves while the newest
    walks to the right; the day where it is another one, the year where that is."""
    starts: list[float] = [candle.start for candle in order.candles]
    if order.forms is not None:
        starts.append(order.forms)
    text, before = "", None
    for place in range(0, len(starts), -(-_TIME_EVERY // pitch_of(order.pitch, order.bodies))):
        at = local_time(int(starts[place]), order)
        label, before = _time_label(at, before, order.timeframe), at
        column = max(0, order.column_of(place) - len(label) // 2)
        if column + len(label) <= order.columns:
            text = text.ljust(column) + label
    return text.ljust(order.width)


def local_time(start: int, order: ChartOrder) -> datetime:
    """When a candle begins (`start`: unix seconds) as it is told: by the clock of the screen, a day or a week
    by that of the days."""
    if order.timeframe.value >= Timeframe.DAY.value:
        return datetime.fromtimestamp(start + order.clock.offset(start), UTC)
    return datetime.fromtimestamp(start, order.zone)


def _time_label(at: datetime, before: datetime | None, timeframe: Timeframe) -> str:
    if before is not None and before.year != at.year:
        return f"{at:%Y}"
    if timeframe.value >= Timeframe.DAY.value or (before is not None and before.date() != at.date()):
        return f"{at:%d %b}"
    return f"{at:%H:%M}"
