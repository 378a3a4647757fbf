"""What `xbtfx-tui candles status` says of an archive, as lines. Changes nothing."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from xbtfx_tui.archive.archive_status import SymbolStatus, archive_status
from xbtfx_tui.cli_commands.table_output import NOTHING, aligned

_MB = 1_000_000


def status_lines(path: Path, now: float) -> Iterator[str]:
    """A line for each symbol, then the file's size, at `now` (unix seconds).

    Raises DamagedError, OSError, sqlite3.Error.
    """
    found = archive_status(path, now)
    size = f"{path.name}: {path.stat().st_size / _MB:.1f} MB"
    if not found:
        yield f"{size}, no candle yet."
        return
    head = "<symbol <first <last minutes hours days gaps <longest"
    yield from aligned(head, [_row(one) for one in found])
    yield ""
    for one in found:
        if one.altered:
            rows, are = ("1 row", "is") if one.altered == 1 else (f"{one.altered:,} rows", "are")
            yield f"{one.symbol}: {rows} whose time can't be {are} left out."
    yield f"{size}. Times are UTC; gaps are those between minutes."


def _row(one: SymbolStatus) -> list[str]:
    longest = NOTHING
    if one.longest is not None:
        longest = f"{_when(one.longest.start, seconds=True)} to {_when(one.longest.end, seconds=True)}"
    return [
        one.symbol,
        _when(one.first),
        _when(one.last),
        *(f"{count:,}" for count in (one.minutes, one.hours, one.days, one.gaps)),
        longest,
    ]


def _when(at: int | None, *, seconds: bool = False) -> str:
    if at is None:
        return NOTHING
    moment = datetime.fromtimestamp(at, UTC)
    return f"{moment:%Y-%m-%d %H:%M:%S}" if seconds else f"{moment:%Y-%m-%d %H:%M}"
