"""What moves by itself over a drawn chart: the words of its lines, the candle that forms, the cursors, the
read-out. It makes rows and knows no widget; what lies over what is settled here alone."""

from collections.abc import Sequence

from xbtfx_tui.ui.chart.candle_cells import TintedRun, pitch_of
from xbtfx_tui.ui.chart.chart_cursors import with_crosshair, with_price_cursor, with_words_above
from xbtfx_tui.ui.chart.chart_forming import with_forming
from xbtfx_tui.ui.chart.chart_lines import with_notes
from xbtfx_tui.ui.chart.indicator_panes import PaneFrame, pane_rows
from xbtfx_tui.ui.panes.chart_picture import ChartPicture
from xbtfx_tui.ui.panes.chart_title import TitleFacts, moment_of


def laid_over(
    standing: list[list[TintedRun]],
    picture: ChartPicture,
    facts: TitleFacts,
    above: Sequence[str],
    price_readings: Sequence[str],
) -> list[list[TintedRun]]:
    """The rows of the picture as they are shown, its last layer on top: `above` is in the first ones,
    `price_readings` beside the price cursor."""
    order, view = picture.order, picture.view
    rows = with_notes(standing, order.lines, picture.layers.notes)
    if picture.forming is not None:
        ask, bid = picture.layers.ask, picture.layers.bid
        rows = with_forming(rows, order, picture.forming, ask, bid=bid, is_live=facts.is_live)
    if (place := picture.pointed_place) is not None:
        moment = moment_of(picture.in_sight[place].start, view.timeframe, facts)
        rows = with_crosshair(rows, order, place, moment)
    if view.price is not None:
        rows = with_price_cursor(rows, order, float(view.price), str(view.price), price_readings)
    rows = with_words_above(rows, order, above)
    if not picture.panes:
        return rows
    pitch = pitch_of(order.pitch, order.bodies)
    frame = PaneFrame(order.width, order.columns, order.blank, pitch, order.digits)
    below = [row for pane in picture.panes for row in pane_rows(pane, frame, picture.pointed_place)]
    return [*rows[: order.rows], *below, *rows[order.rows :]]
