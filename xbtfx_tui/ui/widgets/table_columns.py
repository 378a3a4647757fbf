"""The columns of a table: which of them there is room for, and how wide each is. Pure; draws nothing."""

from collections.abc import Sequence

import msgspec
from msgspec.structs import replace

LEAST_WORD = 4
"""Cells that a column of words keeps where figures need its room."""


class Column(msgspec.Struct, frozen=True):
    """A column of a board.

    `width` in cells; `rank` says what goes first when the board is narrow: the highest, of equal ones the
    last; the first column stays. `stretch` columns share the cells that are left over, up to `width +
    stretch`. `is_prose` True: its words may be cut, for they can be guessed; a figure or a name that is cut
    lies, so that all others are whole or not there. `is_extra` True: only there where the others have half of
    what they stretch to; of those the first come first. `unseen` is what a row does not tell without it,
    where that may cost money.
    """

    name: str
    title: str
    width: int
    rank: int = 0
    to_left: bool = False
    stretch: int = 0
    is_prose: bool = False
    is_extra: bool = False
    unseen: str = ""


def fit_columns(columns: Sequence[Column], width: int) -> list[tuple[Column, int]]:
    """The columns that fit into `width` with a gap of one cell between, and how wide each is drawn."""
    chosen = _with_extras(columns, width)
    while len(chosen) > 1 and sum(c.width + 1 for c in chosen) - 1 > width:
        least = sum(min(c.width, LEAST_WORD) if c.is_prose else c.width for c in chosen) + len(chosen) - 1
        at = max(range(1, len(chosen)), key=lambda i: (chosen[i].rank, i))
        if chosen[at].rank == 0 and least <= width:
            break
        del chosen[at]
    spare = width - (sum(c.width + 1 for c in chosen) - 1)
    widths = [c.width for c in chosen]
    for index, column in enumerate(chosen):
        if spare < 0 and column.is_prose:
            given = min(-spare, max(0, column.width - LEAST_WORD))
            widths[index] -= given
            spare += given
    while spare > 0 and any(w < c.width + c.stretch for c, w in zip(chosen, widths, strict=True)):
        for index, column in enumerate(chosen):
            if spare > 0 and widths[index] < column.width + column.stretch:
                widths[index] += 1
                spare -= 1
    return list(zip(chosen, widths, strict=True))


def chosen_columns(columns: Sequence[Column], names: Sequence[str]) -> Sequence[Column]:
    """The columns of these names in their order, after the first of all, without which no row can be told.

    An extra one that was chosen is no extra any more, and goes before the others where there is no room.
    """
    by_name = {column.name: column for column in columns}
    known = dict.fromkeys((columns[0].name, *(name for name in names if name in by_name)))
    if len(known) == 1:
        return columns
    highest = max(column.rank for column in columns)
    return [
        replace(one, is_extra=False, rank=highest + 1 + index) if one.is_extra else one
        for index, one in enumerate(by_name[name] for name in known)
    ]


def _with_extras(columns: Sequence[Column], width: int) -> list[Column]:
    usual = [column for column in columns if not column.is_extra]
    room = width - sum(c.width + c.stretch // 2 + 1 for c in usual) + 1
    extras = set[str]()
    for column in columns:
        if column.is_extra:
            room -= column.width + 1
            if room < 0:
                break
            extras.add(column.name)
    return [column for column in columns if not column.is_extra or column.name in extras]
