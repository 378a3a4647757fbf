"""`xbtfx-tui candles`: what the archive of candles holds, out of it into a file, and out of files into it.

It reaches no exchange and may run beside a terminal. What was seen live is replaced only where that is asked.
"""

import contextlib
import os
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from xbtfx_tui.cli_commands.table_output import print_lines
from xbtfx_tui.config.file_paths import state_dir

if TYPE_CHECKING:
    from xbtfx_tui.domain.day_clock import DayClock

FINE, FAILED = 0, 1
SPANS = ("10s", "1m", "5m", "15m", "1h", "4h", "1d", "1w")
_ALL = 2**40

_NONE_YET = "a terminal makes the archive when it first runs on an account"
_archive_option = click.option(
    "--archive",
    metavar="FILE",
    help="Which archive, by its file or the name of it; needed where there are several.",
)
_tz_option = click.option(
    "--tz",
    metavar="CLOCK",
    help="Of which clock times are: utc, ny17 (most MT5 servers), Europe/Athens, +02:00.",
)


@click.group(short_help="Tell, export and import the candles on disk.")
def candles() -> None:
    """Tell what candles are kept on disk, write them to a file, take those of a file.

    They are of the bid. Files of MetaTrader 5, HistData, Dukascopy and TradingView are taken.
    """


@candles.command("status", short_help="Tell what is kept of each symbol.")
@_archive_option
def candles_status(archive: str | None) -> int:
    """Tell of each symbol the first and the last candle, how many, and the gaps between its minutes.

    A gap is a minute and more of which nothing tells; a closed market counts, for sessions are not kept.

    Exit codes: 0 told, 1 could not be read, which is said, 2 wrong use.
    """
    from xbtfx_tui.cli_commands.candles_status import status_lines

    path = _archive(archive)
    with _told_in_words(path):
        lines = list(status_lines(path, time.time()))
    print_lines(lines)
    return FINE


@candles.command("export", short_help="Write a symbol's candles as MetaTrader's file or as CSV.")
@click.argument("symbol")
@click.argument("span", type=click.Choice(SPANS))
@click.option("--from", "since", metavar="WHEN", help="The first: 2026-01-31 or 2026-01-31T09:30.")
@click.option("--to", "until", metavar="WHEN", help="Up to this moment, which is left out.")
@_tz_option
@click.option("--format", "form", type=click.Choice(["mt5", "csv"]), default="csv", show_default=True)
@_archive_option
def export_candles(
    symbol: str,
    span: str,
    since: str | None,
    until: str | None,
    tz: str | None,
    form: str,
    archive: str | None,
) -> int:
    """Write the candles of SYMBOL, of SPAN each, to stdout; a row's time is when its candle begins.

    Times, those of --from and --to too, are of --tz, UTC without it; days and weeks begin by it. What
    nobody saw has no row.

    Exit codes: 0 written, 1 nothing there or it could not be read, 2 wrong use.
    """
    from xbtfx_tui.archive.candle_reader import CandleQuery, read_candles
    from xbtfx_tui.archive.exporting import ExportForm, exported_lines, is_forming
    from xbtfx_tui.domain.candles import Candle, Timeframe
    from xbtfx_tui.domain.day_clock import UTC_CLOCK

    clock = _clock(tz) or UTC_CLOCK
    first = 0 if since is None else _moment("--from", since, clock)
    end = _ALL if until is None else _moment("--to", until, clock)
    path = _archive(archive)
    timeframe = list(Timeframe)[SPANS.index(span)]
    with _told_in_words(path):
        _known_symbol(path, symbol)
        found = read_candles(path, CandleQuery(symbol, timeframe, end, _ALL), clock).candles
    chosen = [one for one in found if isinstance(one, Candle) and one.start >= first]
    if ExportForm(form) is ExportForm.MT5:
        # A program that reads that form takes its last row for a whole candle.
        over = [one for one in chosen if not is_forming(one, time.time())]
        if len(over) < len(chosen):
            click.echo("xbtfx-tui: the last candle still forms and is left out.", err=True)
        chosen = over
    if not chosen:
        raise click.ClickException(f"There is no candle of {symbol} of {span} in that time.")
    print_lines(exported_lines(chosen, ExportForm(form), clock))
    if parts := sum(one.covered < one.span for one in chosen):
        click.echo(
            f"xbtfx-tui: {parts:,} of {len(chosen):,} candles are of a part of their time: seen in part, "
            "still forming, or of hours in which the market was closed.",
            err=True,
        )
    return FINE


@candles.command("import", short_help="Take the candles of files.")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE...")
@click.option("--symbol", metavar="NAME", help="Whose they are. [by the file's name]")
@click.option("--new", "is_new", is_flag=True, help="Take them though nothing is kept of the symbol yet.")
@_tz_option
@click.option(
    "--format",
    "form",
    type=click.Choice(["mt5", "histdata", "dukascopy", "tradingview", "csv"]),
    help="The kind of file. [by its first line]",
)
@click.option(
    "--over",
    type=click.Choice(["partial", "all"]),
    help="What gives way: candles that were seen in part, or all. [nothing]",
)
@click.option("--strict", is_flag=True, help="Take nothing of a file with a bad row.")
@click.option("--dry-run", is_flag=True, help="Say what would come of it; change nothing.")
@_archive_option
def import_candles(
    files: tuple[Path, ...],
    symbol: str | None,
    is_new: bool,
    tz: str | None,
    form: str | None,
    over: str | None,
    strict: bool,
    dry_run: bool,
    archive: str | None,
) -> int:
    """Take the candles of FILEs of 1 min, 1 h or 1 d, where the archive has none; a row's time is when it
    begins.

    What was seen live stays unless --over says otherwise. A file of MetaTrader needs --tz, its server's
    clock. A file twice is taken once.

    Exit codes: 0 all was taken or there already, 1 a row was bad or told otherwise before,
    or a file was refused, 2 wrong use.
    """
    from xbtfx_tui.cli_commands.candles_importing import ImportWish, import_files

    wish = ImportWish(symbol, is_new, _clock(tz), form, over or "nothing", strict, dry_run, int(time.time()))
    path = _archive(archive)
    with _told_in_words(path):
        is_whole = import_files(path, files, wish)
    return FINE if is_whole else FAILED


# --- what was typed ---


def _archive(named: str | None) -> Path:
    """The archive's file. Raises click.ClickException where none or several could be meant."""
    from xbtfx_tui.archive.archive_opening import FOLDER

    folder = state_dir(os.environ).root / FOLDER
    if named is not None:
        inside = folder / (named if named.endswith(".sqlite3") else f"{named}.sqlite3")
        path = inside if inside.exists() else Path(named)
        if not path.exists():
            raise click.ClickException(f"There is no archive {named}: {_archives_there(folder)}.")
        return path
    found = sorted(folder.glob("*.sqlite3"))
    match found:
        case [path]:
            return path
        case []:
            raise click.ClickException(f"No candles are kept yet: {_NONE_YET}.")
        case _:
            raise click.ClickException(f"Name the archive with --archive: {_archives_there(folder)}.")


def _archives_there(folder: Path) -> str:
    names = [path.stem for path in sorted(folder.glob("*.sqlite3"))]
    if not names:
        return f"there is none yet; {_NONE_YET}"
    return f"there are {', '.join(names)}"


def _clock(name: str | None) -> "DayClock | None":
    from xbtfx_tui.domain.day_clock import day_clock

    if name is None:
        return None
    try:
        return day_clock(name)
    except ValueError as error:
        raise click.UsageError(f'--tz "{name[:40]}": {error}.') from None


def _moment(option: str, text: str, clock: "DayClock") -> int:
    """What was typed, on the clock's face unless it has a zone, as unix seconds."""
    try:
        when = datetime.fromisoformat(text.strip())
    except ValueError:
        raise click.UsageError(
            f'{option} takes a day like 2026-01-31 or a time like 2026-01-31T09:30, not "{text[:40]}".'
        ) from None
    if when.tzinfo is not None:
        return int(when.timestamp())
    from datetime import UTC

    face = int(when.replace(tzinfo=UTC).timestamp())
    return face - clock.offset(face - clock.offset(face))


def _known_symbol(path: Path, symbol: str) -> None:
    from xbtfx_tui.cli_commands.candles_importing import kept_symbols, near_names

    kept = kept_symbols(path)
    if symbol not in kept:
        raise click.ClickException(f"Nothing is kept of {symbol[:40]}{near_names(symbol, kept)}.")


@contextlib.contextmanager
def _told_in_words(path: Path) -> Iterator[None]:
    """What an archive can fail by, as a sentence."""
    import sqlite3

    from xbtfx_tui.disk.sqlite_file import DamagedError

    try:
        yield
    except sqlite3.OperationalError as error:
        is_held = "locked" in str(error) or "busy" in str(error)
        why = "another program holds it; try again" if is_held else str(error)
    except (DamagedError, sqlite3.Error, ValueError) as error:
        why = str(error)
    except OSError as error:
        why = error.strerror or str(error)
    else:
        return
    raise click.ClickException(f"The archive {path.name} can't be used: {why}.")
