"""Keeps the file: writes once a minute, packs hours that are over, takes away what is too old. Owned by one
thread; it starts none and knows no event loop.

What can't be done now (a full disk, a lock that another program holds) turns the archive off for a while and
is said once; what was not written waits. Nobody's trading depends on it.
"""

import errno
import logging
import sqlite3
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path

from xbtfx_tui.archive.archive_opening import FileMark, mark_of, open_archive
from xbtfx_tui.archive.candle_retention import Pruned, Retention, prune
from xbtfx_tui.archive.candle_rows import HOUR, merge_fresh, symbol_keys
from xbtfx_tui.archive.day_cache import keep_days
from xbtfx_tui.archive.hour_packing import pack_hours
from xbtfx_tui.archive.minute_folding import ClosedCandle, MinuteFold
from xbtfx_tui.disk.broken_files import broken_files
from xbtfx_tui.disk.sqlite_file import DamagedError, is_damage, transaction
from xbtfx_tui.domain.day_clock import DayClock

_log = logging.getLogger(__name__)

PACK_AFTER = 90
"""Seconds after an hour's end: who writes it too has committed by then."""
AGAIN_AFTER = 300
"""Seconds until a file that could not be written is tried again."""
CHART_MEANWHILE = "The chart lives on what this run sees;"


class ArchiveKeeper:
    """One file. `say` takes a sentence for the trader; it is called by the thread that calls this.
    `meanwhile` says what is to be had while the file can't be written."""

    def __init__(
        self,
        path: Path,
        clock: DayClock,
        retention: Retention,
        say: Callable[[str], None],
        meanwhile: str = CHART_MEANWHILE,
    ) -> None:
        self._path = path
        self._clock = clock
        self._retention = retention
        self._say = say
        self._meanwhile = meanwhile
        self._fold = MinuteFold()
        self._connection: sqlite3.Connection | None = None
        self._mark: FileMark | None = None
        self._packed_until = 0
        self._off_since: float | None = None
        self._said: set[str] = set()

    def is_due(self, now: float) -> bool:
        """Whether the file may be tried at `now` (unix seconds): not while it is off."""
        return self._off_since is None or not 0 <= now - self._off_since < AGAIN_AFTER

    def turn(
        self,
        closed: Iterable[ClosedCandle],
        now: float,
        wanted_days: Iterable[str] = (),
        *,
        ends: bool = False,
    ) -> bool:
        """Write these and what waits, then do whatever is due at `now`; whether the file is in order. `ends`:
        only write, for the program is about to end."""
        self._fold.take(closed)
        try:
            self._write(now)
            if not ends:
                self._keep_up(int(now), wanted_days)
        except (DamagedError, OSError, sqlite3.Error, ValueError) as error:
            self._turn_off(error, now)
            return False
        if self._off_since is not None:
            self._off_since = None
            self._say("The archive of candles is written again.")
        return True

    def close(self) -> None:
        """Let go of the file."""
        if self._connection is not None:
            with suppress(sqlite3.Error):
                self._connection.close()
        self._connection = None

    def _write(self, now: float) -> None:
        connection = self._open()
        if told := self._fold.unwritten():
            with transaction(connection):
                merge_fresh(connection, told)
            self._fold.written()

    def _open(self) -> sqlite3.Connection:
        if self._connection is not None and self._mark == mark_of(self._path):
            return self._connection
        # Another program may have set the file aside: what is written goes into the one of the name.
        self.close()
        before = self._mark
        self._connection, said = open_archive(self._path)
        self._mark = mark_of(self._path)
        if said is None and before is not None and before != self._mark:
            said = _another_file_words(self._path, before)
        if said is not None:
            self._say(said)
        return self._connection

    def _keep_up(self, now: int, wanted_days: Iterable[str]) -> None:
        connection = self._open()
        until = (now - PACK_AFTER) // HOUR * HOUR
        if until != self._packed_until:
            pack_hours(connection, until)
            self._tell_pruned(prune(connection, self._retention, now))
            self._packed_until = until
        for symbol in wanted_days:
            with transaction(connection):
                if (key := symbol_keys(connection).get(symbol)) is not None:
                    keep_days(connection, key, self._clock, until)

    def _tell_pruned(self, pruned: Pruned) -> None:
        most = f"{self._retention.most_bytes // 1_000_000:,} MB"
        if pruned.for_size:
            self._say_once(
                f"The archive of candles has reached {most}: its oldest minutes go, hours and days stay."
            )
        if pruned.is_over:
            self._say_once(
                f"The archive of candles is over {most} with the last 30 days alone, and they stay."
            )

    def _turn_off(self, error: Exception, now: float) -> None:
        self.close()
        if isinstance(error, DamagedError) or (isinstance(error, sqlite3.Error) and is_damage(error)):
            _log.warning("the archive of candles is damaged: %s", error)
            return  # the next opening sets it aside, and says so
        if self._off_since is None:
            self._say(
                f"The archive of candles is off: {trouble_words(error, self._path)}. {self._meanwhile} it is "
                f"tried again every {AGAIN_AFTER // 60} min."
            )
        self._off_since = now

    def _say_once(self, sentence: str) -> None:
        if sentence not in self._said:
            self._said.add(sentence)
            self._say(sentence)


def _another_file_words(path: Path, before: FileMark) -> str:
    """What became of the file that stood under the name before: set aside as damaged it is the same file."""
    kept = next((one for one in broken_files(path) if mark_of(one) == before), None)
    if kept is None:
        return (
            f"Another file stands in the place of the archive of candles ({path.name}): it goes on in that."
        )
    return (
        f"The archive of candles was damaged ({path.name}), as another program found. It is kept as {kept}, "
        "and it goes on in a new one."
    )


_FULL = {errno.ENOSPC, errno.EDQUOT}
_NO_LOCKS = {errno.ENOLCK, errno.ENOTSUP}
_NOT_ALLOWED = {errno.EACCES, errno.EPERM, errno.EROFS}
_PRIMARY = 0xFF


def trouble_words(error: Exception, path: Path) -> str:
    """Why the file can't be written, as a clause."""
    match error:
        case OSError(errno=number) if number in _FULL:
            return "the disk is full"
        case OSError(errno=number) if number in _NOT_ALLOWED:
            return f"{path.parent} can't be written to"
        case OSError(errno=number) if number in _NO_LOCKS:
            return "its disk knows no locks"
        case OSError():
            return f"{path} can't be opened ({error.strerror})"
        case sqlite3.Error():
            return _sqlite_words(error, path)
        case _:
            return str(error)


def _sqlite_words(error: sqlite3.Error, path: Path) -> str:
    code = getattr(error, "sqlite_errorcode", None) or 0
    if code in (sqlite3.SQLITE_IOERR_LOCK, sqlite3.SQLITE_IOERR_RDLOCK, sqlite3.SQLITE_NOLFS):
        return "its disk knows no locks"
    match code & _PRIMARY:
        case sqlite3.SQLITE_FULL:
            return "the disk is full"
        case sqlite3.SQLITE_READONLY | sqlite3.SQLITE_CANTOPEN | sqlite3.SQLITE_PERM:
            return f"{path} can't be written to"
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED | sqlite3.SQLITE_PROTOCOL:
            return "another program holds it"
        case _:
            return f"the disk fails ({error})"
