"""Rows of a list that the server sent and that can't be read: something is there, and not known what. Pure.

They are shown, counted and closed by their tickets; nothing is ever guessed of them.
"""

from collections.abc import Iterable, Sequence
from typing import TypeVar

import msgspec

from xbtfx_tui.domain.positions import Deal, PendingOrder, Position
from xbtfx_tui.domain.text_sanitizer import plain

_NAMED = 5
_WHY = 120


class UnreadRow(msgspec.Struct, frozen=True):
    """`ticket` and `symbol` where the row shows them, else None; `why` is a clause ("volume is 0, not a
    number above 0")."""

    ticket: int | None
    symbol: str | None
    why: str


RowT = TypeVar("RowT", Position, PendingOrder, Deal)


def parted(rows: Iterable[RowT | UnreadRow]) -> tuple[tuple[RowT, ...], tuple[UnreadRow, ...]]:
    """A list's rows that could be read, and those that could not, each in the list's order."""
    read: list[RowT] = []
    unread: list[UnreadRow] = []
    for row in rows:
        if isinstance(row, UnreadRow):
            unread.append(row)
        else:
            read.append(row)
    return tuple(read), tuple(unread)


def unread_words(unread: Sequence[UnreadRow]) -> str:
    """A clause: `1 row can't be read: ticket 51, volume is 0, not a number above 0`."""
    count = "1 row" if len(unread) == 1 else f"{len(unread)} rows"
    whys = list(dict.fromkeys(plain(row.why, _WHY) for row in unread))
    why = whys[0] if len(whys) == 1 else f"{whys[0]}; and other reasons"
    return f"{count} can't be read: {_tickets(unread)}, {why}"


def _tickets(unread: Sequence[UnreadRow]) -> str:
    tickets = [str(row.ticket) for row in unread if row.ticket is not None]
    nameless = len(unread) - len(tickets)
    if not tickets:
        return "no ticket to be seen"
    more = len(tickets) - _NAMED
    named = ", ".join(tickets[:_NAMED]) + (f" and {more} more" if more > 0 else "")
    shown = f"ticket {named}" if len(tickets) == 1 else f"tickets {named}"
    return f"{shown} ({nameless} without a ticket to be seen)" if nameless else shown
