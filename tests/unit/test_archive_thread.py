"""The archive's thread: what waits has an end, the end of a run writes what is here, a fault is said."""

from pathlib import Path
from unittest import mock

from tests.patience import PATIENCE
from tests.unit.candle_files import MONDAY, read
from xbtfx_tui.archive.archive_keeper import AGAIN_AFTER, ArchiveKeeper
from xbtfx_tui.archive.archive_thread import MOST_WAITING, ArchiveThread
from xbtfx_tui.archive.candle_retention import Retention
from xbtfx_tui.archive.seen_stretch import SeenStretch
from xbtfx_tui.domain.candles import Timeframe
from xbtfx_tui.domain.day_clock import UTC_CLOCK
from xbtfx_tui.store.candle_ring import TickBar


def seen(start: int) -> SeenStretch:
    return SeenStretch("EURUSD", start, 0, 10, TickBar(start, 1.1, 1.2, 1.0, 1.1, 3), 5, None, False)


class Run:
    """A thread over a file in a folder of the test's, on a clock that stands still."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "candles" / "a~b.sqlite3"
        self.said: list[str] = []
        self.now = MONDAY + 60.0
        self.keeper = ArchiveKeeper(self.path, UTC_CLOCK, Retention(), self.said.append)
        self.thread = ArchiveThread(self.keeper, lambda: self.now, 30.0, self.said.append)

    def ends(self) -> None:
        self.thread.end()
        assert self.thread.join(PATIENCE)


def test_what_waits_has_an_end_which_is_said_once(tmp_path: Path) -> None:
    run = Run(tmp_path)
    run.thread.put([seen(MONDAY)] * MOST_WAITING)
    assert run.said == []
    run.thread.put([seen(MONDAY)] * 10)
    run.thread.put([seen(MONDAY)])
    assert run.said == [
        "The archive of candles is not written: the oldest minutes of this run are lost to it."
    ]


def test_what_is_here_is_written_at_the_end(tmp_path: Path) -> None:
    run = Run(tmp_path)
    run.thread.start()
    run.thread.put([seen(MONDAY + 10), seen(MONDAY + 20)])
    run.ends()
    assert [one.start for one in read(run.path, Timeframe.MINUTE, MONDAY + 60)] == [MONDAY]
    assert run.said == []


def test_while_the_file_is_off_nothing_is_taken_out_of_the_queue(tmp_path: Path) -> None:
    (tmp_path / "candles").write_text("in the way")
    run = Run(tmp_path)
    assert not run.keeper.turn([], run.now)
    (tmp_path / "candles").unlink()
    run.thread.put([seen(MONDAY)])
    run.thread._turn(ends=False)
    assert not run.path.exists()
    run.now += AGAIN_AFTER
    run.thread._turn(ends=False)
    assert len(read(run.path, Timeframe.MINUTE, MONDAY + 60)) == 1
    run.keeper.close()


def test_a_fault_of_its_own_ends_it_and_is_said(tmp_path: Path) -> None:
    run = Run(tmp_path)
    with mock.patch.object(run.keeper, "turn", side_effect=ZeroDivisionError):
        run.thread.start()
        assert run.thread.join(PATIENCE)
    assert run.said == ["The archive of candles has stopped on an error of its own (ZeroDivisionError)."]
