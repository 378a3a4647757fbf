"""The trailing stops kept between runs: what was written is read, what is broken is said and kept."""

import stat
from decimal import Decimal
from pathlib import Path

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from xbtfx_tui.config.file_paths import StateDir
from xbtfx_tui.config.trails_file import (
    MOST_TRAILS,
    TrailsFiles,
    load_trails,
    save_trails,
    trails_path,
)
from xbtfx_tui.domain.sides import Side
from xbtfx_tui.domain.trailing_stop import KeptTrails, KnownStop, TrailingStop

D = Decimal
TRAILS = (
    TrailingStop(184729, "EURUSD", Side.BUY, D("15")),
    TrailingStop(184733, "XAUUSD", Side.SELL, D("280.5")),
)
KEPT = KeptTrails(TRAILS, {184729: KnownStop(D("1.08350"), 1_796_086_262.5)})
GOOD = '{"ticket": 184729, "symbol": "EURUSD", "side": "buy", "distance_pips": "15"}'


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return trails_path(StateDir(tmp_path / "state"), 7_100_001)


def write(path: Path, text: str) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_text(text)


def names(path: Path) -> list[str]:
    return sorted(file.name for file in path.parent.iterdir())


def test_each_account_has_its_own_file(tmp_path: Path) -> None:
    files = TrailsFiles(StateDir(tmp_path))
    assert files.save(7, KEPT) is None
    assert files.load(7, repairs=True) == (KEPT, None)
    assert files.load(8, repairs=True) == (KeptTrails(), None)
    assert names(trails_path(StateDir(tmp_path), 7)) == ["trails-7.json"]


def test_what_was_kept_is_read_again_and_only_the_owner_may(path: Path) -> None:
    assert save_trails(path, KEPT) is None
    assert load_trails(path) == (KEPT, None)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert names(path) == ["trails-7100001.json"]


def test_the_files_words_do_not_change(path: Path) -> None:
    save_trails(path, KeptTrails(TRAILS[:1]))
    assert msgspec.json.decode(path.read_bytes()) == {
        "version": 1,
        "trails": [{"ticket": 184729, "symbol": "EURUSD", "side": "buy", "distance_pips": "15"}],
    }


@pytest.mark.parametrize(
    "row",
    [
        '{"ticket": 0, "symbol": "EURUSD", "side": "buy", "distance_pips": "15"}',
        '{"ticket": 2, "symbol": "", "side": "buy", "distance_pips": "15"}',
        '{"ticket": 2, "symbol": "EURUSD", "side": "long", "distance_pips": "15"}',
        '{"ticket": 2, "symbol": "EURUSD", "side": "buy", "distance_pips": "0"}',
        '{"ticket": 2, "symbol": "EURUSD", "side": "buy", "distance_pips": "-15"}',
        '{"ticket": 2, "symbol": "EURUSD", "side": "buy", "distance_pips": "NaN"}',
        '{"ticket": 2, "symbol": "EURUSD", "side": "buy", "distance_pips": "1e99"}',
        '{"ticket": 2, "symbol": "EURUSD", "side": "buy"}',
        "[1, 2]",
        GOOD,
    ],
)
def test_a_row_that_makes_no_sense_is_left_out_and_the_file_is_kept(path: Path, row: str) -> None:
    write(path, f'{{"version": 1, "trails": [{GOOD}, {row}]}}')
    kept, trouble = load_trails(path)
    assert kept.trails == TRAILS[:1]
    assert trouble == (
        "Of the kept trailing stops, 1 can't be read and will not trail. "
        "The file is kept as trails-7100001.json.broken-1."
    )
    assert load_trails(path) == (KeptTrails(TRAILS[:1]), None)


@pytest.mark.parametrize("text", ["", "{", '{"version": 2, "trails": []}', "[" * 100_000, "x" * 2_000_000])
def test_a_file_that_can_not_be_read_is_set_aside(path: Path, text: str) -> None:
    write(path, text)
    kept, trouble = load_trails(path)
    assert kept.trails == ()
    assert trouble is not None
    assert trouble.startswith("The kept trailing stops can't be read (")
    assert names(path) == ["trails-7100001.json.broken-1"]


def test_more_than_an_account_has_positions_are_not_taken(path: Path) -> None:
    many = tuple(TrailingStop(one, "EURUSD", Side.BUY, D(15)) for one in range(1, MOST_TRAILS + 3))
    save_trails(path, KeptTrails(many))
    kept, trouble = load_trails(path)
    assert len(kept.trails) == MOST_TRAILS
    assert trouble is not None
    assert "2 can't be read" in trouble


def test_a_directory_in_its_place_is_said_and_never_raised(path: Path) -> None:
    path.mkdir(parents=True)
    (path / "x").touch()
    assert save_trails(path, KEPT) == ("The trailing stops can't be kept for the next run: Is a directory.")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_are_read_without_an_exception(path: Path, content: bytes) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(content)
    assert load_trails(path)[0].trails == ()


def test_where_a_stop_stood_is_kept_in_words_that_do_not_change(path: Path) -> None:
    save_trails(path, KeptTrails(TRAILS[:1], KEPT.stops))
    (row,) = msgspec.json.decode(path.read_bytes())["trails"]
    assert row["stop"] == {"sl": "1.08350", "known_at": 1_796_086_262.5}
    none = KeptTrails(TRAILS[:1], {184729: KnownStop(None, 3.0)})
    save_trails(path, none)
    assert load_trails(path) == (none, None)


@pytest.mark.parametrize(
    "stop",
    [
        "null",
        "1.0835",
        "[]",
        "{}",
        '{"sl": "1.0835"}',
        '{"sl": "NaN", "known_at": 3}',
        '{"sl": "1e99", "known_at": 3}',
        '{"sl": "0", "known_at": 3}',
        '{"sl": "much", "known_at": 3}',
        '{"sl": "1.0835", "known_at": -1}',
        '{"sl": "1.0835", "known_at": 1e300}',
    ],
)
def test_a_stop_that_makes_no_sense_costs_itself_alone(path: Path, stop: str) -> None:
    write(path, f'{{"version": 1, "trails": [{GOOD[:-1]}, "stop": {stop}}}]}}')
    kept, trouble = load_trails(path)
    assert kept == KeptTrails(TRAILS[:1])
    assert trouble == (
        "Of the kept trailing stops, 1 can't be read as to where the sl last stood: the list of positions "
        "alone tells it. The file is kept as trails-7100001.json.broken-1."
    )
    assert load_trails(path) == (kept, None)
