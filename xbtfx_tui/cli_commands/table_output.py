"""How the commands without a screen print: plain lines, aligned tables, JSON with figures as text.

No colour codes, and nothing is cut off: what is printed may be piped. Never decides what a figure is.
"""

import json
import os
import sys
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from decimal import Decimal

import click

NOTHING = "-"
_GAP = "  "


def print_lines(lines: Iterable[str]) -> None:
    """Print the lines; a reader of the pipe that has left is no failure."""
    try:
        for line in lines:
            click.echo(line)
    except BrokenPipeError:
        forget_output()


def print_json(value: object) -> None:
    """Print one JSON document, ASCII only; a reader of the pipe that has left is no failure."""
    print_lines([json.dumps(value, indent=2, ensure_ascii=True)])


def forget_output() -> None:
    """The reader of the pipe has gone: let Python's last flush write to nowhere."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)


def aligned(head: str, rows: Sequence[Sequence[str]]) -> list[str]:
    """A table as lines. `head` has the columns' names; one that begins with `<` is aligned to the left.

    `aligned("<symbol bid", [["EURUSD", "1.08213"]])` gives `symbol      bid` and `EURUSD  1.08213`.
    """
    names = head.split()
    titles = [name.removeprefix("<") for name in names]
    widths = [max(len(row[column]) for row in (titles, *rows)) for column in range(len(names))]
    lines = []
    for row in (titles, *rows):
        cells = [
            cell.ljust(width) if name.startswith("<") else cell.rjust(width)
            for name, cell, width in zip(names, row, widths, strict=True)
        ]
        lines.append(_GAP.join(cells).rstrip())
    return lines


def money(amount: Decimal | None, currency: str | None) -> str:
    """An amount at its currency's decimals, without its name; zero has no sign."""
    from xbtfx_tui.domain.money_text import amount_text

    return NOTHING if amount is None else amount_text(amount, currency, is_grouped=False)


def signed_money(amount: Decimal | None, currency: str | None) -> str:
    """The same with the sign of a gain."""
    from xbtfx_tui.domain.money_text import signed_amount_text

    return NOTHING if amount is None else signed_amount_text(amount, currency, is_grouped=False)


def price(value: Decimal | None, digits: int | None) -> str:
    """A price at the symbol's digits; as the server sent it where they are not known."""
    if value is None:
        return NOTHING
    return f"{value:f}" if digits is None else f"{value:.{digits}f}"


def exact(value: Decimal | None) -> str | None:
    """A figure for JSON: all its digits, as text, without an exponent."""
    return None if value is None else f"{value:f}"


def iso(when: datetime | None) -> str | None:
    """A time for JSON: ISO 8601 in UTC, to the millisecond."""
    if when is None:
        return None
    return when.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def clock(when: datetime | None) -> str:
    """A time for people, UTC: `2026-01-31 09:30:00`."""
    return NOTHING if when is None else when.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S")
