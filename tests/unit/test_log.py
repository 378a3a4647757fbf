"""The log file: closed to others from its first byte, rotated, and never with a key in it."""

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from xbtfx_tui import log_file
from xbtfx_tui.config.file_paths import StateDir

KEY = "xbtfx_live_" + "a1b2c3d4" * 4


@pytest.fixture
def state(tmp_path: Path) -> Iterator[StateDir]:
    state = StateDir(tmp_path / "deep/state")
    with log_file.logging_to(state):
        yield state


def test_the_directory_and_the_file_are_the_owners_alone(state: StateDir) -> None:
    assert state.root.stat().st_mode & 0o777 == 0o700
    assert state.log.stat().st_mode & 0o777 == 0o600


def test_a_file_that_was_left_open_is_closed(tmp_path: Path) -> None:
    state = StateDir(tmp_path)
    state.log.touch(0o644)
    with log_file.logging_to(state):
        assert state.log.stat().st_mode & 0o777 == 0o600


def test_no_key_is_in_a_message_an_argument_or_a_traceback(state: StateDir) -> None:
    logger = logging.getLogger("xbtfx")
    logger.warning("key %s", KEY)
    logger.warning(f"headers {{'Authorization': 'Bearer {KEY}'}}")
    try:
        int(KEY)
    except ValueError:
        logger.exception("refused: %r", {"token": KEY}, stack_info=True)
    text = state.log.read_text()
    assert KEY not in text
    assert KEY[12:] not in text
    assert text.count("xbtfx_live_a1b2...") == 4


def test_the_file_rotates_and_old_ones_stay_closed(state: StateDir, monkeypatch: pytest.MonkeyPatch) -> None:
    handler = next(h for h in logging.getLogger().handlers if isinstance(h, log_file.PrivateRotatingFile))
    monkeypatch.setattr(handler, "maxBytes", 200)
    for number in range(40):
        logging.getLogger("xbtfx").info("line %d of many", number)
    files = sorted(state.root.iterdir())
    assert [file.name for file in files] == ["xbtfx-tui.log", *(f"xbtfx-tui.log.{n}" for n in (1, 2, 3))]
    assert {file.stat().st_mode & 0o777 for file in files} == {0o600}
    assert "line 39 of many" in state.log.read_text()


def test_a_record_that_cannot_be_written_says_nothing_on_the_screen(
    state: StateDir, capsys: pytest.CaptureFixture[str]
) -> None:
    broken: tuple[object, ...] = (KEY, "one too many")
    handler = next(h for h in logging.getLogger().handlers if isinstance(h, log_file.PrivateRotatingFile))
    handler.handle(logging.LogRecord("xbtfx", logging.INFO, __file__, 1, "key %s", broken, None))
    assert capsys.readouterr().err == ""
    assert KEY not in state.log.read_text()


def test_afterwards_logging_is_as_it_was(tmp_path: Path) -> None:
    root = logging.getLogger()
    before = (list(root.handlers), root.level)
    with log_file.logging_to(StateDir(tmp_path)):
        assert root.handlers != before[0]
    assert (list(root.handlers), root.level) == before
