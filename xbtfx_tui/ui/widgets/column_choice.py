"""Which columns a table shows and in which order, while they are being chosen. A value; it draws nothing."""

from collections.abc import Collection, Sequence

import msgspec
from msgspec.structs import replace

from xbtfx_tui.ui.widgets.table_columns import Column


class ColumnChoice(msgspec.Struct, frozen=True):
    """`order` has the name of every column, as they stand; `shown` are those that are wanted. The first of
    all stays where it is and is always shown, for without it no row can be told."""

    order: tuple[str, ...]
    shown: frozenset[str]

    @property
    def names(self) -> tuple[str, ...]:
        """What a layout keeps."""
        return tuple(name for name in self.order if name in self.shown)

    def toggled(self, name: str) -> "ColumnChoice":
        """With the column, or without it; the first one stays, and one beside it."""
        if name == self.order[0]:
            return self
        shown = self.shown - {name} if name in self.shown else self.shown | {name}
        return replace(self, shown=shown) if len(shown) > 1 else self

    def moved(self, name: str, by: int) -> "ColumnChoice":
        """With the column so many places further on (negative: before), never before the first."""
        at = self.order.index(name)
        to = at + by
        if not at or not 1 <= to < len(self.order):
            return self
        order = [one for one in self.order if one != name]
        order.insert(to, name)
        return replace(self, order=tuple(order))


def choice_of(columns: Sequence[Column], chosen: Sequence[str], visible: Collection[str]) -> ColumnChoice:
    """The choice as it stands: `chosen` by the trader, else the usual ones with those extra ones that are
    `visible`; what is not shown comes after what is."""
    known = [column.name for column in columns]
    wanted = [name for name in dict.fromkeys((known[0], *chosen)) if name in known]
    if len(wanted) == 1:
        wanted = [one.name for one in columns if not one.is_extra or one.name in visible]
        return ColumnChoice(tuple(known), frozenset(wanted))
    return ColumnChoice((*wanted, *(name for name in known if name not in wanted)), frozenset(wanted))
