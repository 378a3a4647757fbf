"""How charts are set, kept a symbol at a time between runs."""

import stat
from pathlib import Path

import pytest

from xbtfx_tui.config.charts_file import MOST_CHARTS, ChartsFile, load_charts, save_charts
from xbtfx_tui.config.file_paths import StateDir
from xbtfx_tui.domain.candles import Timeframe
from xbtfx_tui.domain.chart_parts import ChartPart, ChartParts
from xbtfx_tui.domain.chart_settings import ChartSettings
from xbtfx_tui.domain.indicators import Indicator, IndicatorKind
from xbtfx_tui.ui.chart_book import ChartBook

PARTS = ChartParts(frozenset({ChartPart.ASK}), (Indicator(IndicatorKind.EMA, 50),))
ALL = {
    "EURUSD": ChartSettings(Timeframe.FOUR_HOURS, 4, PARTS),
    "XAUUSD": ChartSettings(Timeframe.TEN_SECONDS, 1),
    'A"B[/x]': ChartSettings(Timeframe.WEEK),
}


def test_what_is_saved_is_loaded_readable_by_its_owner_alone(tmp_path: Path) -> None:
    path = StateDir(tmp_path / "state").charts
    assert path.name == "charts.json"
    assert save_charts(path, ALL) is None
    assert load_charts(path) == ALL
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.parametrize("text", ["[1, 2", "[]", '{"EURUSD": 3}', '{"EURUSD": {"timeframe": 5}}', "\xff", ""])
def test_a_broken_file_is_set_aside_and_the_next_is_whole(tmp_path: Path, text: str) -> None:
    path = tmp_path / "charts.json"
    path.write_text(text, encoding="latin-1")
    file = ChartsFile(path)
    assert file.charts == {}
    assert not path.exists()
    assert len(list(tmp_path.iterdir())) == 1, "it is kept beside"
    assert file.save(ALL) is None
    assert load_charts(path) == ALL


@pytest.mark.parametrize(
    "row",
    [
        '{"timeframe": "2h"}',
        '{"timeframe": "1h", "columns": 3}',
        '{"timeframe": "1h", "off": ["everything"]}',
        '{"timeframe": "1h", "indicators": [["vwap", 20]]}',
        '{"timeframe": "1h", "indicators": [["ema", 0]]}',
    ],
)
def test_what_makes_no_sense_is_left_out_and_the_others_hold(tmp_path: Path, row: str) -> None:
    path = tmp_path / "charts.json"
    path.write_text(f'{{"EURUSD": {row}, "USDJPY": {{"timeframe": "1d", "later": true}}}}')
    assert load_charts(path) == {"USDJPY": ChartSettings(Timeframe.DAY)}


def test_two_terminals_keep_what_each_of_them_set(tmp_path: Path) -> None:
    path = tmp_path / "charts.json"
    one, other = ChartsFile(path), ChartsFile(path)
    one.save({"EURUSD": ALL["EURUSD"]})
    other.save({"XAUUSD": ALL["XAUUSD"]})
    assert load_charts(path) == {"EURUSD": ALL["EURUSD"], "XAUUSD": ALL["XAUUSD"]}


def test_of_more_than_a_thousand_those_set_last_stay(tmp_path: Path) -> None:
    path = tmp_path / "charts.json"
    many = {f"S{number}": ChartSettings() for number in range(MOST_CHARTS + 5)}
    book = ChartBook(many, ChartsFile(path).save)
    book.keep("S0", ChartSettings(Timeframe.HOUR))
    assert book.save_news() is None
    kept = load_charts(path)
    assert len(kept) == MOST_CHARTS
    assert kept["S0"].timeframe is Timeframe.HOUR
    assert "S1" not in kept


def test_a_book_is_written_once_for_what_changed_and_says_what_it_can_not() -> None:
    saved: list[int] = []

    def save(charts: object) -> str | None:
        saved.append(1)
        return "It can't be written."

    book = ChartBook(ALL, save)
    book.keep("EURUSD", ALL["EURUSD"])
    assert book.save_news() is None
    book.keep("EURUSD", ChartSettings())
    assert book.of("EURUSD") == ChartSettings()
    assert (book.save_news(), book.save_news(), saved) == ("It can't be written.", None, [1])


def test_what_can_not_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert "holds for this run alone" in (save_charts(tmp_path / "file" / "charts.json", ALL) or "")
