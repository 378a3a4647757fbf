"""The parts of a chart by key: what is turned on is drawn behind the dialog at once."""

from collections.abc import Mapping

from textual.widgets import Input

from tests.ui.still_desk import Desk, a_desk
from tests.ui.still_life import still_backend
from xbtfx_tui.domain.chart_parts import ChartPart, ChartParts
from xbtfx_tui.domain.chart_settings import ChartSettings
from xbtfx_tui.domain.indicators import Indicator, IndicatorKind
from xbtfx_tui.ui.dialogs.chart_parts_dialog import row_text, rows_of, turned


async def test_parts_are_turned_on_and_off_and_seen_at_once() -> None:
    async with a_desk(still_backend(), size=(160, 44)) as desk:
        await desk.sees_it_all()
        chart = desk.screen.chart
        assert "▲ tp 1.08500" in desk.text()
        await desk.presses("3", "p", "space")
        await desk.sees_it_all()
        assert "[ ] lines of positions" in desk.text()
        assert "tp 1.08500" not in desk.text()
        await desk.presses("end", "up", "up", "space", "home", "down", "down", "down", "down", "space")
        await desk.sees_it_all()
        assert chart.parts.below == (Indicator(IndicatorKind.RSI, 14),)
        assert chart.parts.over == (Indicator(IndicatorKind.SMA, 20),)
        await desk.presses("escape")
        await desk.sees_it_all()
        assert "─ RSI14 " in desk.text()
        assert {"▔", "▁"} & set(desk.text()), "the average is drawn in free cells"
        await desk.presses("p", "down", "down", "down", "space", "escape")
        await desk.sees_it_all()
        assert "RSI14" not in desk.text()


async def gives(desk: Desk, line: str) -> str:
    """Enter a line on the command bar; what the line of news then says."""
    await desk.presses("colon")
    desk.app.screen.query_one(Input).value = line
    await desk.presses("enter")
    await desk.sees_it_all()
    return desk.text().splitlines()[-2]


async def test_indicators_come_and_go_by_a_verb_and_stay_with_their_symbol() -> None:
    saved: list[Mapping[str, ChartSettings]] = []
    async with a_desk(still_backend(), size=(160, 33), save_charts=saved.append) as desk:
        await desk.sees_it_all()
        assert "EURUSD: EMA5." in await gives(desk, "chart ema 5")
        assert "EMA5 1.08" in desk.screen.chart.title
        told = await gives(desk, "chart rsi 7")
        assert "No room now for RSI7: panes come from 34 rows on. The chart of EURUSD: EMA5, RSI7." in told
        assert "There is no macd on this chart" in await gives(desk, "chart macd off")
        assert "2 to 500 candles" in await gives(desk, "chart sma 501")
        assert "EURUSD: EMA5." in await gives(desk, "chart rsi off")
        assert saved[-1]["EURUSD"].parts.over == (Indicator(IndicatorKind.EMA, 5),)


def test_each_row_is_turned_by_itself_and_a_period_of_ones_own_has_its_row() -> None:
    own = ChartParts(indicators=(Indicator(IndicatorKind.EMA, 9),))
    rows = rows_of(own)
    assert rows[:4] == list(ChartPart)
    assert Indicator(IndicatorKind.EMA, 9) in rows
    assert Indicator(IndicatorKind.EMA, 20) not in rows
    assert len(rows) == 4 + len(IndicatorKind)
    assert turned(own, Indicator(IndicatorKind.EMA, 9)) == ChartParts()
    assert turned(own, ChartPart.ASK) == ChartParts(frozenset({ChartPart.ASK}), own.indicators)


def test_what_is_turned_on_and_has_no_room_is_marked() -> None:
    rsi, macd = Indicator(IndicatorKind.RSI, 14), Indicator(IndicatorKind.MACD, 26)
    both = ChartParts(indicators=(rsi, macd))
    texts = [row_text(both, row, 1) for row in rows_of(both)]
    assert [text.strip()[:9] for text in texts if "(no room now)" in text] == ["[x] MACD "]
    assert not any("no room" in row_text(both, row, 2) for row in rows_of(both))
