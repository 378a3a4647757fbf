"""What a chart's picture is made of: what was seen in part, what is said of it, which prices stay."""

from collections.abc import Sequence

from msgspec.structs import replace

from tests.unit.candle_files import HOUR, MONDAY, minute, minutes
from xbtfx_tui.domain.candles import Candle, Gap, Timeframe, joined
from xbtfx_tui.domain.day_clock import UTC_CLOCK
from xbtfx_tui.domain.symbol_spec import SessionSpan
from xbtfx_tui.ui.chart.candle_cells import Bodies, PriceBar
from xbtfx_tui.ui.chart.chart_tape import ChartTape
from xbtfx_tui.ui.chart.chart_view import ChartView, ChartWindow, StandsAt, settled
from xbtfx_tui.ui.panes.chart_frame import ChartFrame
from xbtfx_tui.ui.panes.chart_layers import ChartLayers
from xbtfx_tui.ui.panes.chart_picture import ChartPicture, nearest_place, picture_of, places_of
from xbtfx_tui.ui.panes.chart_title import TitleFacts, chart_saying

NOW = MONDAY + 10 * HOUR
FRAME = ChartFrame(120, 30, 5, None, UTC_CLOCK, Bodies.COLOURED)


def picture(
    past: Sequence[Candle | Gap],
    recent: Sequence[Candle] = (),
    *,
    view: ChartView | None = None,
    read_at: float = NOW,
    sessions: tuple[SessionSpan, ...] | None = None,
    before: ChartPicture | None = None,
    is_fresh: bool = False,
) -> ChartPicture:
    view = view or ChartView(Timeframe.MINUTE)
    tape = ChartTape("EURUSD", view.timeframe, tuple(past), read_at=read_at)
    known = places_of(tape, recent, UTC_CLOCK)
    view, window = settled(view, known.starts, 40, None if before is None else before.window)
    return picture_of(known, tape, view, window, ChartLayers(), sessions, FRAME, before, is_fresh=is_fresh)


def muted(shown: ChartPicture) -> list[float]:
    return [bar.start for bar in shown.order.candles if isinstance(bar, PriceBar) and bar.is_partial]


def said_of(shown: ChartPicture, moment: int) -> str:
    pointed = replace(shown, view=replace(shown.view, crosshair=moment))
    return chart_saying(pointed, TitleFacts("Chart", 200, NOW, None, UTC_CLOCK, is_live=True)).title


def test_a_candle_that_was_seen_in_part_is_muted_and_says_how_much() -> None:
    part = minute(MONDAY + 60, since=10, until=30)
    shown = picture([minute(MONDAY), part, minute(MONDAY + 120, since=1, until=60)])
    assert muted(shown) == [part.start], "a second less is nothing"
    assert "seen 20 s of 1 min" in said_of(shown, part.start)
    assert "seen" not in said_of(shown, MONDAY)


def test_of_a_day_the_hours_of_its_market_count() -> None:
    hours = [replace(minute(MONDAY + n * HOUR), span=HOUR, covered=HOUR) for n in range(6)]
    day = joined(hours, MONDAY, 24 * HOUR)
    later = MONDAY + 48 * HOUR
    view = ChartView(Timeframe.DAY)
    of_six = tuple(SessionSpan(day, 0, 360) for day in range(5))
    assert muted(picture([day], view=view, read_at=later, sessions=of_six)) == []
    whole = picture([day], view=view, read_at=later)
    assert muted(whole) == [MONDAY]
    assert "seen 6 h of 24 h" in said_of(whole, MONDAY)


def test_the_candle_that_forms_says_how_much_of_it_was_seen_up_to_now() -> None:
    view = ChartView(Timeframe.DAY)
    seen = [replace(minute(MONDAY + n * HOUR), span=HOUR, covered=HOUR, until=HOUR) for n in (8, 9)]
    day = joined(seen, MONDAY, 24 * HOUR)
    now = [Candle(NOW, 10, 5, 108_000, 108_000, 108_000, 108_000, 1, 0, 10, 10)]
    shown = picture([day], now, view=view)
    assert shown.forming is not None
    assert shown.forming.is_partial
    assert "seen 2 h of 10 h" in said_of(shown, MONDAY)
    of_two = tuple(SessionSpan(day, 8 * 60, 22 * 60) for day in range(5))
    for whole in (
        picture([day], now, view=view, sessions=of_two),
        picture([replace(day, covered=day.span, since=0, until=0)], now, view=view),
        picture([day], now, view=view, read_at=MONDAY + 60),
        picture([], now, view=view),
    ):
        assert whole.forming is not None
        assert not whole.forming.is_partial
        assert "seen" not in said_of(whole, MONDAY)


def test_what_the_archive_may_not_have_yet_is_not_judged() -> None:
    part = minute(MONDAY, until=20)
    assert muted(picture([part], read_at=part.end + 89)) == []
    assert muted(picture([part], read_at=part.end + 91)) == [MONDAY]


def test_what_this_run_alone_saw_is_not_judged() -> None:
    """Of its quiet seconds it keeps nothing."""
    seen = [Candle(MONDAY, 10, 5, 1000, 1001, 999, 1000, 1, 0, 10, 10)]
    later = [replace(seen[0], start=MONDAY + 600)]
    assert muted(picture([], [*seen, *later])) == []


def test_a_gap_says_from_when_to_when() -> None:
    hole = Gap(MONDAY + 60, MONDAY + 1800)
    shown = picture([minute(MONDAY), hole, minute(MONDAY + 1800)])
    assert said_of(shown, hole.start).startswith("Chart · no record ")
    assert nearest_place(shown.in_sight, MONDAY + 70) == hole
    assert nearest_place([minute(MONDAY), minute(MONDAY + 600)], MONDAY + 100) == minute(MONDAY)
    assert nearest_place([minute(MONDAY), minute(MONDAY + 600)], MONDAY + 500) == minute(MONDAY + 600)
    assert nearest_place([], MONDAY) is None


def test_a_picture_that_stands_keeps_its_prices_whatever_forms() -> None:
    past = minutes(MONDAY, 60)
    stands = ChartView(Timeframe.MINUTE, place=StandsAt(MONDAY + 25 * 60))
    before = picture(past, view=stands)
    jump = [Candle(MONDAY + 3600, 10, 5, 120_000, 120_000, 120_000, 120_000, 1, 0, 10, 10)]
    assert picture(past, jump, view=stands, before=before).order.prices == before.order.prices
    follows = picture(past, jump, before=picture(past))
    assert follows.order.prices.high > 1.2


def test_what_is_out_of_sight_forms_unseen_and_the_title_says_how_far_back() -> None:
    past = minutes(MONDAY, 400)
    forming = [Candle(NOW, 10, 5, 108_000, 108_000, 108_000, 108_000, 1, 0, 10, 10)]
    back = picture(past, forming, view=ChartView(Timeframe.MINUTE, place=StandsAt(MONDAY)))
    assert (back.forming, back.order.forms) == (None, None)
    title = chart_saying(back, TitleFacts("Chart", 200, NOW, None, UTC_CLOCK, is_live=True)).title
    assert title == "Chart · 9 h back"
    narrow = chart_saying(back, TitleFacts("Chart", 9, NOW, None, UTC_CLOCK, is_live=True))
    assert (narrow.title, narrow.above) == ("Chart", ("9 h back",)), "said all the same"
    here = picture(past, forming)
    assert here.forming is not None
    facts = TitleFacts("Chart", 200, NOW + 20, None, UTC_CLOCK, is_live=True)
    assert chart_saying(here, facts).title == "Chart · closes in 0:40"
    assert chart_saying(here, replace(facts, is_live=False)).title == "Chart"


def test_an_empty_window_points_at_nothing() -> None:
    assert ChartWindow().number_of(MONDAY) is None
    assert ChartWindow().in_sight == ()
