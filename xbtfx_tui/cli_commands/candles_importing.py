"""Runs `xbtfx-tui candles import`: each file read, checked, taken and told. Decides no row itself."""

import difflib
import hashlib
import re
import sqlite3
from collections.abc import Sequence
from contextlib import ExitStack, closing
from datetime import UTC, datetime
from pathlib import Path

import click
import msgspec

from xbtfx_tui.archive.archive_opening import open_archive
from xbtfx_tui.archive.candle_reader import BUSY_SECONDS
from xbtfx_tui.archive.candle_rows import symbol_keys
from xbtfx_tui.archive.filled_rows import ImportedFile, Over, Taken
from xbtfx_tui.archive.importing.candle_file import DAY, CandleFile, read_candle_file
from xbtfx_tui.archive.importing.file_forms import FileRefusedError
from xbtfx_tui.archive.importing.file_taking import check_file, take_file
from xbtfx_tui.disk.sqlite_file import reading
from xbtfx_tui.domain.day_clock import DayClock
from xbtfx_tui.domain.text_sanitizer import plain

MOST_BYTES = 64_000_000
"""Three years of minutes; all rows of a file are in memory at once."""

_SHOWN_PROBLEMS = 20
_SYMBOL = re.compile(r"[A-Za-z0-9._#&+\-]{1,32}")
_SPAN_WORDS = {60: "1 min", 3_600: "1 h", 86_400: "1 d"}


class ImportWish(msgspec.Struct, frozen=True):
    """What was typed: see the command's options. `now` is unix time."""

    symbol: str | None
    is_new: bool
    clock: DayClock | None
    form: str | None
    over: str
    is_strict: bool
    is_tried: bool
    now: int


def kept_symbols(path: Path) -> list[str]:
    """The symbols of which the archive keeps candles. Raises DamagedError, OSError, sqlite3.Error."""
    with reading(path, BUSY_SECONDS, "rw") as connection:
        return sorted(symbol_keys(connection))


def near_names(symbol: str, kept: Sequence[str]) -> str:
    """`; near to it are ...`, or nothing where none is near."""
    by_small = {name.lower(): name for name in kept}
    near = difflib.get_close_matches(symbol.lower(), by_small, n=3)
    return f"; near to it: {', '.join(by_small[one] for one in near)}" if near else ""


def import_files(path: Path, files: Sequence[Path], wish: ImportWish) -> bool:
    """Take the files one by one and tell of each; whether all rows of all were good.

    Raises DamagedError, OSError, sqlite3.Error, ValueError for what befalls the archive.
    """
    is_whole = True
    with ExitStack() as stack:
        connection, said = open_archive(path)
        stack.enter_context(closing(connection))
        if said is not None:
            click.echo(f"xbtfx-tui: {said}", err=True)
        for file in files:
            try:
                is_whole &= _import(connection, path, file, wish)
            except FileRefusedError as refused:
                click.echo(f"{plain(file.name, 80)}: {refused} Nothing of it was taken.", err=True)
                is_whole = False
    return is_whole


def _import(connection: sqlite3.Connection, path: Path, file: Path, wish: ImportWish) -> bool:
    content = _content(file)
    symbol = _symbol(file, wish, sorted(symbol_keys(connection)))
    read = read_candle_file(content, file.name, wish.form, wish.clock, wish.now)
    check_file(path, symbol, read)
    _tell_problems(file, read)
    if read.problems and wish.is_strict:
        raise FileRefusedError(f"{_count(len(read.problems), 'row')} bad, and --strict is set.")
    noted = ImportedFile(
        name=plain(file.name, 200),
        sha256=hashlib.sha256(content).hexdigest(),
        zone="in the rows" if read.clock is None else read.clock.name,
        taken=wish.now,
    )
    done = take_file(connection, path, symbol, read, noted, Over(wish.over), is_tried=wish.is_tried)
    click.echo(f"{plain(file.name, 80)}: {_told(symbol, read, done, is_tried=wish.is_tried)}")
    return not read.problems


def _content(file: Path) -> bytes:
    try:
        if file.is_dir():
            raise FileRefusedError("It is a folder.")
        size = file.stat().st_size
        if size > MOST_BYTES:
            raise FileRefusedError(
                f"It has {size / 1e6:,.0f} MB; {MOST_BYTES / 1e6:,.0f} MB is the most: cut it by years."
            )
        with file.open("rb") as opened:
            content = opened.read(MOST_BYTES + 1)
    except OSError as error:
        raise FileRefusedError(f"It can't be read: {error.strerror}.") from None
    if len(content) > MOST_BYTES:
        raise FileRefusedError(f"It has more than {MOST_BYTES / 1e6:,.0f} MB: cut it by years.")
    return content


def _symbol(file: Path, wish: ImportWish, kept: Sequence[str]) -> str:
    """Whose candles the file has: what was typed, or the one kept symbol that its name has in it."""
    if wish.symbol is not None:
        if wish.symbol in kept:
            return wish.symbol
        if wish.is_new and _SYMBOL.fullmatch(wish.symbol) is None:
            raise FileRefusedError(f"{plain(wish.symbol, 40)!r} is no name of a symbol.")
        if wish.is_new:
            return wish.symbol
        raise FileRefusedError(
            f"Nothing is kept of {plain(wish.symbol, 40)}{near_names(wish.symbol, kept)}. "
            "Add --new if it is the symbol's right name."
        )
    words = {word.lower() for word in re.split(r"[_\-, ]+", file.stem)}
    meant = [name for name in kept if name.lower() in words]
    if len(meant) == 1:
        return meant[0]
    raise FileRefusedError("Its name does not tell of which symbol it is: add --symbol.")


def _tell_problems(file: Path, read: CandleFile) -> None:
    for problem in read.problems[:_SHOWN_PROBLEMS]:
        click.echo(f"{plain(file.name, 80)}, line {problem.line}: {problem.words}.", err=True)
    if (more := len(read.problems) - _SHOWN_PROBLEMS) > 0:
        click.echo(f"{plain(file.name, 80)}: and {_count(more, 'more row')} bad.", err=True)


def _told(symbol: str, read: CandleFile, done: Taken, *, is_tried: bool) -> str:
    first, last = read.candles[0].start, read.candles[-1].start
    parts = [f"{done.taken:,} taken", f"{done.known:,} there already"]
    if done.kept:
        parts.append(f"{done.kept:,} kept as seen live")
    if read.problems:
        parts.append(f"{_count(len(read.problems), 'row')} bad")
    if read.fillers:
        parts.append(f"{read.fillers:,} without trading left out")
    days = f" Charts show them where [day] begins is {read.days.name}." if read.span == DAY else ""
    tried = "Nothing was written: it would come to " if is_tried else ""
    return (
        f"{tried}{symbol} {_SPAN_WORDS[read.span]}, {_when(first)} to {_when(last)} UTC: {', '.join(parts)}."
        f"{days}"
    )


def _count(number: int, what: str) -> str:
    return f"{number:,} {what} is" if number == 1 else f"{number:,} {what}s are"


def _when(at: int) -> str:
    return f"{datetime.fromtimestamp(at, UTC):%Y-%m-%d %H:%M}"
