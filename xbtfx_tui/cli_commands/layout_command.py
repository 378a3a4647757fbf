"""`xbtfx-tui layout`: hand the screen's layouts to another trader, and take another's. It loses none: what is
taken stands behind one's own, and no file is written over.
"""

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from xbtfx_tui.config.file_paths import home_dir, shown, state_dir

if TYPE_CHECKING:
    from xbtfx_tui.config.layouts_file import LayoutsFile

FINE = 0


@click.group(short_help="Hand the screen's layouts to another trader, or take another's.")
def layout() -> None:
    """Hand the screen's layouts to another trader, or take another's.

    A layout is which panes stand where, how large, and with which columns. It holds nothing of the account.
    """


@layout.command("export", short_help="Write the layouts to a file.")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--only", metavar="NAME", help="Only the layout of this name.")
def export_layouts(file: Path, only: str | None) -> int:
    """Write the layouts, or one of them, to FILE, which must not be there yet.

    Exit codes: 0 written, 1 not, which is said, 2 wrong use.
    """
    from xbtfx_tui.config.layouts_file import written_layouts
    from xbtfx_tui.ui.layout.layout_book import LayoutBook

    book = _kept().book
    if only is not None:
        names = [one.name for one in book.layouts]
        chosen = tuple(one for one in book.layouts if one.name.casefold() == only.casefold())
        if not chosen:
            raise click.ClickException(f"There is no layout {only!r}: there are {', '.join(names)}.")
        book = LayoutBook(chosen)
    try:
        with file.open("xb") as written:
            written.write(written_layouts(book))
    except FileExistsError:
        raise click.ClickException(f"{_named(file)} is there already, and is left as it is.") from None
    except OSError as error:
        raise click.ClickException(f"{_named(file)} can't be written: {error.strerror}.") from None
    click.echo(f"Written to {_named(file)}: {', '.join(one.name for one in book.layouts)}.")
    return FINE


@layout.command("import", short_help="Take the layouts of a file.")
@click.argument("file", type=click.Path(path_type=Path))
def import_layouts(file: Path) -> int:
    """Take the layouts of FILE, behind those there are; W goes round them.

    One that is there already is not taken twice, and one of a name that is used gets a number. A terminal
    that runs has them when it is started anew.

    Exit codes: 0 taken, 1 not, which is said, 2 wrong use.
    """
    from xbtfx_tui.config.atomic_file import read_kept
    from xbtfx_tui.config.layouts_file import LaterVersionError, read_layouts
    from xbtfx_tui.domain.text_sanitizer import plain
    from xbtfx_tui.ui.layout.layout_book import merged

    named = _named(file)
    try:
        there = read_layouts(read_kept(file))
    except OSError as error:
        raise click.ClickException(f"{named} can't be read: {error.strerror}.") from None
    except LaterVersionError:
        raise click.ClickException(f"{named} is of a later version of the program.") from None
    except (ValueError, RecursionError) as error:
        why = plain(str(error), 200).rstrip(".")
        raise click.ClickException(f"{named} holds no layouts: {why}. Nothing was changed.") from None
    kept = _kept()
    found = merged(kept.book, there.layouts)
    if isinstance(found, str):
        raise click.ClickException(f"{found} Nothing was changed.")
    if not found.taken:
        click.echo(f"All layouts of {named} are there already.")
        return FINE
    if (problem := kept.save(found.book)) is not None:
        raise click.ClickException(problem)
    click.echo(f"Taken from {named}: {', '.join(found.taken)}.")
    return FINE


def _kept() -> "LayoutsFile":
    from xbtfx_tui.config.layouts_file import LayoutsFile

    kept = LayoutsFile(state_dir(os.environ).layouts)
    if kept.problem is not None:
        raise click.ClickException(kept.problem)
    return kept


def _named(file: Path) -> str:
    return shown(file, home_dir(os.environ))
