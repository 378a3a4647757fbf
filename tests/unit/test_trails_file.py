"""The trailing stops kept between runs: what was written is read, what is broken is said and kept."""

import stat
from decimal import Decimal
from pathlib import Path

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from xbtfx_tui.config.paths import StateDir
from xbtfx_tui.config.trails_file import (
    MOST_TRAILS,
    KeptTrails,
    TrailsFiles,
    load_trails,
    save_trails,
    trails_path,
)
from xbtfx_tui.domain.sides import Side
from xbtfx_tui.domain.trailing import Trail

D = Decimal
TRAILS = (
    Trail(184729, "EURUSD", Side.BUY, D("15")),
    Trail(184733, "XAUUSD", Side.SELL, D("280.5")),
)
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
    assert files.save(7, TRAILS) is None
    assert files.load(7) == (TRAILS, None)
    assert files.load(8) == ((), None)
    assert names(trails_path(StateDir(tmp_path), 7)) == ["trails-7.json"]


def test_what_was_kept_is_read_again_and_only_the_owner_may(path: Path) -> None:
    assert save_trails(path, TRAILS) is None
    assert load_trails(path) == KeptTrails(TRAILS)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert names(path) == ["trails-7100001.json"]


def test_the_files_words_do_not_change(path: Path) -> None:
    save_trails(path, TRAILS[:1])
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
    kept = load_trails(path)
    assert kept.trails == TRAILS[:1]
    assert kept.trouble == (
        "Of the kept trailing stops, 1 can't be read and will not trail. "
        "The file is kept as trails-7100001.json.broken-1."
    )
    assert load_trails(path) == KeptTrails(TRAILS[:1])


@pytest.mark.parametrize("text", ["", "{", '{"version": 2, "trails": []}', "[" * 100_000, "x" * 2_000_000])
def test_a_file_that_can_not_be_read_is_set_aside(path: Path, text: str) -> None:
    write(path, text)
    kept = load_trails(path)
    assert kept.trails == ()
    assert kept.trouble is not None
    assert kept.trouble.startswith("The kept trailing stops can't be read (")
    assert names(path) == ["trails-7100001.json.broken-1"]


def test_more_than_an_account_has_positions_are_not_taken(path: Path) -> None:
    save_trails(path, tuple(Trail(one, "EURUSD", Side.BUY, D(15)) for one in range(1, MOST_TRAILS + 3)))
    kept = load_trails(path)
    assert len(kept.trails) == MOST_TRAILS
    assert kept.trouble is not None
    assert "2 can't be read" in kept.trouble


def test_a_directory_in_its_place_is_said_and_never_raised(path: Path) -> None:
    path.mkdir(parents=True)
    (path / "x").touch()
    assert save_trails(path, TRAILS) == ("The trailing stops can't be kept for the next run: Is a directory.")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_are_read_without_an_exception(path: Path, content: bytes) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(content)
    assert load_trails(path).trails == ()
