"""A file's candles into the archive, checked beside what it holds: 500 hours a transaction, so that no
terminal that writes the same archive waits long. Broken off and run again it comes to the same.
"""

import contextlib
import sqlite3
from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path

from xbtfx_tui.archive.candle_reader import CandleQuery, read_candles
from xbtfx_tui.archive.filled_rows import ImportedFile, Over, Taken, fill_candles
from xbtfx_tui.archive.importing.candle_file import DAY, HOUR, MINUTE, CandleFile, nearest
from xbtfx_tui.archive.importing.seen_checks import refuse_other_clock, refuse_other_symbol
from xbtfx_tui.disk.sqlite_file import transaction
from xbtfx_tui.domain.candles import Candle, Gap, Timeframe
from xbtfx_tui.domain.day_clock import UTC_CLOCK

_HOURS_AT_ONCE = 500
_LOOKED_AT = 20_000
"""Of the newest known candles beside a file so many are compared."""

_NEVER = 2**40
"""After all that there can be (unix seconds)."""


@contextlib.contextmanager
def _trial(connection: sqlite3.Connection) -> Iterator[None]:
    """A transaction of which nothing stays."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        connection.execute("ROLLBACK")


class FileCheck:
    """Compares a file, block by block, with what the archive at `path` has of the symbol; what other files
    told counts for its clock as well, unless it is to give way (`over`)."""

    def __init__(self, path: Path, symbol: str, over: Over = Over.NOTHING) -> None:
        self._over = over
        self._path = path
        self._symbol = symbol
        self._beside: tuple[Candle, Candle] | None = None
        """A candle of the file and the known one that is nearest to it, of all blocks so far."""

    def look_at(self, file: CandleFile) -> None:
        """Raises FileRefusedError where the candles are of another clock; DamagedError, OSError,
        sqlite3.Error."""
        if not file.candles:
            return
        path, symbol = self._path, self._symbol
        end = file.candles[-1].start + DAY
        near = _known(path, symbol, Timeframe.HOUR, end, 1) or _known(path, symbol, Timeframe.HOUR, _NEVER, 1)
        if near:
            pair = nearest(file.candles, near[-1].start), near[-1]
            if self._beside is None or _apart(pair) < _apart(self._beside):
                self._beside = pair
        if file.span <= HOUR:
            known = _known(path, symbol, Timeframe(file.span), end, _LOOKED_AT)
            refuse_other_clock(file.candles, known)
            if self._over is not Over.ALL:
                refuse_other_clock(file.candles, known, by_files=True)

    def judge(self) -> None:
        """Once all blocks were looked at. Raises FileRefusedError where they are of another symbol."""
        if self._beside is not None:
            refuse_other_symbol(*self._beside, self._symbol)


def _apart(pair: tuple[Candle, Candle]) -> int:
    return abs(pair[0].start - pair[1].start)


def check_file(path: Path, symbol: str, file: CandleFile) -> None:
    """Compare the candles of a short file with what the archive at `path` has of the symbol.

    Raises FileRefusedError where they are of another clock or symbol; DamagedError, OSError, sqlite3.Error.
    """
    check = FileCheck(path, symbol)
    check.look_at(file)
    check.judge()


def take_file(
    connection: sqlite3.Connection,
    path: Path,
    symbol: str,
    file: CandleFile,
    noted: ImportedFile,
    over: Over,
    *,
    is_tried: bool = False,
) -> Taken:
    """Fill the archive at `path`, which `connection` is open to, with the candles of a file or of a block of
    it; `is_tried` writes nothing and tells what would come of it.

    Raises DamagedError, OSError, sqlite3.Error.
    """
    candles: Sequence[Candle] = file.candles
    done = Taken()
    if file.span > MINUTE and candles:
        candles = _not_known(path, symbol, file)
        done = Taken(known=len(file.candles) - len(candles))
    for part in _parts(candles):
        with _trial(connection) if is_tried else transaction(connection):
            done += fill_candles(connection, symbol, part, over, noted)
    return done


def _parts(candles: Sequence[Candle]) -> Iterator[Sequence[Candle]]:
    for _, part in groupby(candles, lambda candle: candle.start // (_HOURS_AT_ONCE * HOUR)):
        yield list(part)


def _not_known(path: Path, symbol: str, file: CandleFile) -> list[Candle]:
    """Hours and days of the file but those that the archive has just so, out of its minutes for instance."""
    timeframe = Timeframe(file.span)
    before = file.candles[-1].start + file.span
    most = (before - file.candles[0].start) // file.span + 2
    known = read_candles(path, CandleQuery(symbol, timeframe, before, most), file.days).candles
    told = {_prices(one) for one in known if isinstance(one, Candle)}
    return [one for one in file.candles if _prices(one) not in told]


def _prices(candle: Candle) -> tuple[object, ...]:
    return candle.start, *(candle.price(one) for one in (candle.open, candle.high, candle.low, candle.close))


def _known(path: Path, symbol: str, timeframe: Timeframe, before: int, count: int) -> list[Candle]:
    found = read_candles(path, CandleQuery(symbol, timeframe, before, count), UTC_CLOCK).candles
    return [one for one in found if not isinstance(one, Gap)]
