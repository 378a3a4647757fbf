"""A recording whose file can't be written for a while: said once, tried again, and nothing is lost of it."""

import asyncio
import sqlite3
from collections.abc import Callable
from pathlib import Path
from unittest import mock

import pytest

from tests.integration.fast_forward import (
    BASE_URL,
    SYMBOLS,
    LoopWriter,
    TapeClock,
    TapeReads,
    TapeStream,
)
from tests.unit.sync_terminal import LeapingLoop
from xbtfx_tui.archive import archive_opening, candle_archive
from xbtfx_tui.archive.archive_opening import archive_file
from xbtfx_tui.archive.archive_status import archive_status
from xbtfx_tui.archive.candle_archive import ArchiveOptions
from xbtfx_tui.recording.recorder import Outlet, Recorder
from xbtfx_tui.recording.symbol_choice import Wish
from xbtfx_tui.store.store import Store

HOUR = 3_600.0
AFTER = 2.0**33
"""After all that there is (unix seconds)."""
Put = Callable[[], None]


class Heard:
    """What a recording said, and what systemd was told."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.statuses: list[str] = []

    def notify(self, *states: str, status: str | None = None) -> None:
        self.statuses.append(f"{' '.join(states)} {status}")


def recorded(folder: Path, *changes: tuple[float, Put]) -> Heard:
    """Record for an hour; at each of these moments the disk changes."""
    loop, heard = LeapingLoop(), Heard()

    async def run() -> None:
        clock, ends = TapeClock(loop), asyncio.Event()
        store = Store(clock)
        outlet = Outlet(heard.lines.append, heard.notify)
        recorder = Recorder(
            *(TapeReads(clock, store), lambda emit: TapeStream(clock, emit), store, clock),
            *(ArchiveOptions(folder, BASE_URL, second=20.5), Wish(tuple(SYMBOLS)), outlet),
        )
        for at, change in changes:
            loop.call_at(at, change)
        loop.call_at(HOUR, ends.set)
        assert await recorder.run(ends) is None

    with mock.patch.object(candle_archive, "ArchiveThread", LoopWriter):
        loop.run_until_complete(run())
    loop.close()
    return heard


def path_in(folder: Path) -> Path:
    return archive_file(folder, BASE_URL, None, 1)


def no_minute_is_missing(folder: Path) -> bool:
    """One symbol has its first tick in the second minute."""
    return all(
        (one.minutes in (59, 60), one.gaps) == (True, 0) for one in archive_status(path_in(folder), AFTER)
    )


def test_a_directory_that_takes_nothing_is_said_once_and_what_waited_is_written(tmp_path: Path) -> None:
    folder = tmp_path / "candles"
    folder.write_text("in the way")
    heard = recorded(tmp_path, (25 * 60.0, folder.unlink))
    off, *others = [line for line in heard.lines if "archive" in line]
    assert off.startswith("The archive of candles is off: ")
    assert others == ["The archive of candles is written again."]
    assert "WATCHDOG=1 3 symbols, the archive can't be written" in heard.statuses
    assert heard.statuses[-1].startswith("WATCHDOG=1 3 symbols, written ")
    assert no_minute_is_missing(tmp_path)


def test_a_file_that_another_program_holds_is_said_once_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archive_opening, "BUSY_SECONDS", 0.0)
    held: list[sqlite3.Connection] = []

    def hold() -> None:
        held.append(sqlite3.connect(path_in(tmp_path)))
        held[0].execute("BEGIN EXCLUSIVE")

    heard = recorded(tmp_path, (10 * 60.0, hold), (20 * 60.0, lambda: held.pop().close()))
    assert [line.partition(".")[0] for line in heard.lines if "archive" in line] == [
        "The archive of candles is off: another program holds it",
        "The archive of candles is written again",
    ]
    assert no_minute_is_missing(tmp_path)
