"""Runs `xbtfx-tui candles import`: each file read, checked, taken and told. Decides no row itself."""

import difflib
import hashlib
import re
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing
from datetime import UTC, datetime
from pathlib import Path

import click
import msgspec

from xbtfx_tui.archive.archive_opening import open_archive
from xbtfx_tui.archive.candle_reader import BUSY_SECONDS
from xbtfx_tui.archive.candle_rows import symbol_keys
from xbtfx_tui.archive.filled_rows import ImportedFile, Over, Taken
from xbtfx_tui.archive.importing.candle_file import DAY, CandleFile, FileWish, read_candle_blocks
from xbtfx_tui.archive.importing.file_forms import FileRefusedError
from xbtfx_tui.archive.importing.file_taking import FileCheck, take_file
from xbtfx_tui.archive.importing.row_reading import RowProblem
from xbtfx_tui.disk.sqlite_file import reading
from xbtfx_tui.domain.day_clock import DayClock
from xbtfx_tui.domain.text_sanitizer import plain

MOST_BYTES = 1_000_000_000
"""Fifty years of minutes."""

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
    _look_at_file(file)
    symbol = _symbol(file, wish, sorted(symbol_keys(connection)))
    found, only = _looked_at(path, file, symbol, wish)
    _tell_problems(file, found)
    if found.bad and wish.is_strict:
        raise FileRefusedError(f"{_count(found.bad, 'row')} bad, and --strict is set.")
    noted = ImportedFile(
        name=plain(file.name, 200),
        sha256=found.sha256,
        zone="in the rows" if found.clock is None else found.clock.name,
        taken=wish.now,
    )
    done = Taken()
    for part in _blocks(file, wish) if only is None else (only,):
        done += take_file(connection, path, symbol, part, noted, Over(wish.over), is_tried=wish.is_tried)
        del part
    click.echo(f"{plain(file.name, 80)}: {_told(symbol, found, done, is_tried=wish.is_tried)}")
    return not (found.bad or done.differ)


def _look_at_file(file: Path) -> None:
    """Raises FileRefusedError where there is nothing to read."""
    if not file.exists():
        raise FileRefusedError("There is no such file.")
    if file.is_dir():
        raise FileRefusedError("It is a folder.")
    if file.is_file() and not file.stat().st_size:
        raise FileRefusedError("It is empty.")


class _Found(msgspec.Struct):
    """What a whole file came to, without its candles: `first` and `last` are where one begins, `problems` the
    first of the `bad` rows."""

    span: int
    clock: DayClock | None
    days: DayClock
    first: int
    last: int
    sha256: str = ""
    bad: int = 0
    fillers: int = 0
    forming: int = 0
    problems: list[RowProblem] = []

    def add(self, part: CandleFile) -> None:
        if part.candles:
            self.first = min(self.first, part.candles[0].start)
            self.last = max(self.last, part.candles[-1].start)
        self.problems += part.problems[: _SHOWN_PROBLEMS - len(self.problems)]
        self.bad += len(part.problems)
        self.fillers += part.fillers
        self.forming += part.forming


def _looked_at(path: Path, file: Path, symbol: str, wish: ImportWish) -> tuple[_Found, CandleFile | None]:
    """What the file comes to, read to its end and checked, before anything of it is taken; and its candles,
    where they are of one block. A longer file is read again to be taken."""
    check, digest = FileCheck(path, symbol, Over(wish.over)), hashlib.sha256()
    found: _Found | None = None
    only: CandleFile | None = None
    for part in _blocks(file, wish, digest.update):
        check.look_at(part)
        only = part if found is None else None
        if found is None:
            start = part.candles[0].start
            found = _Found(part.span, part.clock, part.days, start, start)
        found.add(part)
        del part  # the next block needs its room
    assert found is not None  # noqa: S101 there is one block at least
    check.judge()
    found.sha256 = digest.hexdigest()
    return found, only


def _blocks(
    file: Path, wish: ImportWish, heard: Callable[[bytes], object] = lambda _: None
) -> Iterator[CandleFile]:
    """The file's candles, block by block; `heard` is given all its bytes."""
    try:
        found = file.stat()
        size, written = found.st_size, int(found.st_mtime)
        if size > MOST_BYTES:
            raise FileRefusedError(
                f"It has {size / 1e6:,.0f} MB; {MOST_BYTES / 1e6:,.0f} MB is the most: cut it by years."
            )
        with file.open("rb") as opened:

            def read(most: int) -> bytes:
                content = opened.read(most)
                heard(content)
                return content

            read_as = FileWish(file.name, wish.form, wish.clock, wish.now, written)
            yield from read_candle_blocks(read, read_as)
    except OSError as error:
        raise FileRefusedError(f"It can't be read: {error.strerror}.") from None


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
    first = re.split(r"[_\-, ]+", file.stem)[0]
    named = f" {first}" if wish.is_new and _SYMBOL.fullmatch(first) else ""
    raise FileRefusedError(f"Its name does not tell which kept symbol it is of: add --symbol{named}.")


def _tell_problems(file: Path, found: _Found) -> None:
    for problem in found.problems:
        click.echo(f"{plain(file.name, 80)}, line {problem.line}: {problem.words}.", err=True)
    if (more := found.bad - _SHOWN_PROBLEMS) > 0:
        click.echo(f"{plain(file.name, 80)}: and {_count(more, 'more row')} bad.", err=True)


def _told(symbol: str, found: _Found, done: Taken, *, is_tried: bool) -> str:
    parts = [f"{done.taken:,} taken", f"{done.known:,} there already"]
    if done.differ:
        parts.append(
            f"{done.differ:,} kept as another file told them, with other prices (is --tz right? --over all "
            "takes these instead)"
        )
    if done.kept:
        parts.append(f"{done.kept:,} kept as seen live")
    if found.bad:
        parts.append(f"{_count(found.bad, 'row')} bad")
    if found.fillers:
        parts.append(f"{found.fillers:,} without trading left out")
    if found.forming:
        parts.append(f"{found.forming:,} that still formed left out")
    days = f" Charts show them where [day] begins is {found.days.name}." if found.span == DAY else ""
    tried = "Nothing was written: it would come to " if is_tried else ""
    time = f"{_when(found.first)} to {_when(found.last)} UTC"
    return f"{tried}{symbol} {_SPAN_WORDS[found.span]}, {time}: {', '.join(parts)}.{days}"


def _count(number: int, what: str) -> str:
    return f"{number:,} {what} is" if number == 1 else f"{number:,} {what}s are"


def _when(at: int) -> str:
    return f"{datetime.fromtimestamp(at, UTC):%Y-%m-%d %H:%M}"
