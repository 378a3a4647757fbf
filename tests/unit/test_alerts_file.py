"""The alerts kept between runs: what was written is read, what is broken is said and kept."""

import os
import stat
from decimal import Decimal
from pathlib import Path

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.hypothesis_profiles import examples
from xbtfx_tui.config.alerts_file import KeptAlerts, alerts_path, load_alerts, save_alerts
from xbtfx_tui.config.file_paths import StateDir
from xbtfx_tui.domain.alerts import (
    Alert,
    AlertBook,
    AlertEnded,
    Armed,
    ArmedAway,
    Direction,
    FeedAlert,
    Fired,
    MarginLevelAlert,
    PriceAlert,
    ProfitAlert,
    SpreadAlert,
    WaitingToClear,
    resumed,
)

D = Decimal
RISE = Alert(1, PriceAlert("EURUSD", Direction.ABOVE, D("1.0900")), Armed(), 1_770_000_000.5)
BOOK = AlertBook(
    (
        RISE,
        Alert(3, SpreadAlert("XAUUSD", Direction.BELOW, D(25)), WaitingToClear(), 1.0),
        Alert(
            4,
            ProfitAlert(184729, "EURUSD", Direction.ABOVE, D("-0.00000001"), "BTC"),
            AlertEnded(9.0, "gone"),
            2.0,
        ),
        Alert(5, ProfitAlert(184729, "EURUSD", Direction.BELOW, D(-20)), Armed(), 2.0),
        Alert(
            6, MarginLevelAlert(Direction.BELOW, D(300)), Fired(8.5, "Margin level reached 300%: 287%"), 3.0
        ),
        Alert(7, FeedAlert(), Armed(), 4.0),
    ),
    12,
)
SINGLE = AlertBook((RISE,), 2)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return alerts_path(StateDir(tmp_path / "state"), 7_100_001)


def write(path: Path, content: bytes) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(content)


def names(path: Path) -> list[str]:
    return sorted(file.name for file in path.parent.iterdir())


def test_each_account_has_its_own_file(tmp_path: Path) -> None:
    assert alerts_path(StateDir(tmp_path), 7_100_001) == tmp_path / "alerts-7100001.json"


def test_what_was_kept_is_taken_up_again(path: Path) -> None:
    assert save_alerts(path, BOOK) is None
    kept = load_alerts(path)
    assert kept == KeptAlerts(resumed(BOOK))
    assert kept.book.alerts[0].state == ArmedAway()
    assert str(kept.book.alerts[0].condition.price) == "1.0900"  # type: ignore[union-attr]


def test_armed_away_is_kept_as_armed(path: Path) -> None:
    save_alerts(path, resumed(SINGLE))
    assert load_alerts(path).book == resumed(SINGLE)


def test_the_files_words_do_not_change(path: Path) -> None:
    save_alerts(path, SINGLE)
    assert msgspec.json.decode(path.read_bytes()) == {
        "version": 1,
        "next_number": 2,
        "alerts": [
            {
                "number": 1,
                "made_at": 1_770_000_000.5,
                "condition": {"on": "price", "symbol": "EURUSD", "direction": "above", "price": "1.0900"},
                "state": {"is": "armed"},
            }
        ],
    }


def test_no_file_is_an_empty_book(path: Path) -> None:
    assert load_alerts(path) == KeptAlerts(AlertBook())


def test_the_file_is_its_owners_alone_whatever_the_umask(path: Path) -> None:
    before = os.umask(0)
    try:
        save_alerts(path, BOOK)
    finally:
        os.umask(before)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert names(path) == ["alerts-7100001.json"]


def test_a_write_that_fails_leaves_the_old_file_and_no_draft(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    save_alerts(path, BOOK)

    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    assert save_alerts(path, AlertBook()) == (
        "The alerts can't be kept for the next run: No space left on device."
    )
    assert load_alerts(path).book == resumed(BOOK)
    assert names(path) == ["alerts-7100001.json"]


def test_a_place_that_can_not_be_written_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("a file where the directory should be")
    problem = save_alerts(tmp_path / "state" / "alerts-1.json", BOOK)
    assert problem is not None
    assert problem.startswith("The alerts can't be kept for the next run: ")


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b"\xff\xfe",
        b'{"version": 2, "next_number": 1, "alerts": []}',
        b'{"version": 1, "alerts": []}',
        b" " * 1_000_001,
        b"[" * 100_000,
    ],
)
def test_a_broken_file_is_said_and_kept_aside(path: Path, content: bytes) -> None:
    write(path, content)
    kept = load_alerts(path)
    assert kept.book == AlertBook()
    assert kept.trouble is not None
    assert kept.trouble.startswith("The kept alerts can't be read (")
    assert kept.trouble.endswith("so none is armed. The file is kept as alerts-7100001.json.broken-1.")
    assert path.with_name("alerts-7100001.json.broken-1").read_bytes() == content
    assert load_alerts(path) == KeptAlerts(AlertBook())


def test_a_second_broken_file_does_not_take_the_place_of_the_first(path: Path) -> None:
    for content in (b"one", b"two"):
        write(path, content)
        load_alerts(path)
    assert [file.read_bytes() for file in sorted(path.parent.iterdir())] == [b"one", b"two"]


def test_a_directory_in_its_place_is_moved_aside(path: Path) -> None:
    path.mkdir(parents=True)
    assert load_alerts(path).trouble is not None
    assert names(path) == ["alerts-7100001.json.broken-1"]
    assert save_alerts(path, BOOK) is None


def test_one_alert_that_can_not_be_read_does_not_take_the_others_with_it(path: Path) -> None:
    save_alerts(path, BOOK)
    content = path.read_bytes().replace(b'"price": "1.0900"', b'"price": "dear"')
    path.write_bytes(content)
    kept = load_alerts(path)
    assert kept.book == resumed(AlertBook(BOOK.alerts[1:], 12))
    assert kept.trouble == (
        "Of the kept alerts, 1 can't be read and will not fire."
        " The file is kept as alerts-7100001.json.broken-1."
    )
    assert path.with_name("alerts-7100001.json.broken-1").read_bytes() == content
    assert load_alerts(path) == KeptAlerts(kept.book)


@pytest.mark.parametrize(
    ("was", "becomes"),
    [
        (b'"price": "1.0900"', b'"price": "NaN"'),
        (b'"price": "1.0900"', b'"price": "1e999999"'),
        (b'"price": "1.0900"', b'"price": "-1"'),
        (b'"direction": "above"', b'"direction": "sideways"'),
        (b'"symbol": "EURUSD"', b'"symbol": ""'),
        (b'"symbol": "EURUSD"', b'"symbol": "\\ud800"'),
        (b'"on": "price"', b'"on": "weather"'),
        (b'"on": "price"', b'"on": ["price"]'),
        (b'"is": "armed"', b'"is": "armed away"'),
        (b'"is": "armed"', b'"is": "fired", "wall": 1e300, "words": ""'),
        (b'"number": 1', b'"number": 0'),
        (b'"number": 1', b'"number": 99999999999999999999999'),
        (b'"made_at": 1770000000.5', b'"made_at": 1e300'),
        (b'"made_at": 1770000000.5', b'"made_at": null'),
    ],
)
def test_a_senseless_alert_is_not_armed(path: Path, was: bytes, becomes: bytes) -> None:
    save_alerts(path, SINGLE)
    content = path.read_bytes()
    assert was in content
    path.write_bytes(content.replace(was, becomes))
    kept = load_alerts(path)
    assert kept.book.alerts == ()
    assert kept.trouble is not None


def test_of_two_alerts_with_one_number_the_first_is_kept_and_numbers_go_on(path: Path) -> None:
    save_alerts(path, AlertBook((RISE, Alert(1, FeedAlert(), Armed(), 1.0)), 1))
    kept = load_alerts(path)
    assert kept.book == resumed(SINGLE)
    assert kept.trouble is not None


def test_words_from_the_file_are_made_harmless(path: Path) -> None:
    save_alerts(path, AlertBook((Alert(1, FeedAlert(), Fired(1.0, "lost \x1b[31m\nand red"), 1.0),), 2))
    assert load_alerts(path).book.alerts[0].state == Fired(1.0, "lost and red")


@settings(max_examples=examples(300), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_no_content_makes_it_raise_or_disappear(path: Path, data: st.DataObject) -> None:
    save_alerts(path, BOOK)
    good = path.read_bytes()
    start = data.draw(st.integers(0, len(good)))
    end = data.draw(st.integers(start, min(len(good), start + 20)))
    content = good[:start] + data.draw(st.binary(max_size=12)) + good[end:]
    path.write_bytes(content)
    kept = load_alerts(path)
    if kept.trouble is not None:
        aside = [file for file in path.parent.iterdir() if file != path]
        assert [file.read_bytes() for file in aside] == [content]
        aside[0].unlink()
    assert save_alerts(path, kept.book) is None
    assert load_alerts(path).trouble is None
