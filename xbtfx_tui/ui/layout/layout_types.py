"""What a layout is: slots for panes in rows and columns, as a value. It measures and draws nothing."""

from collections.abc import Mapping
from enum import Enum
from typing import TypeAlias

import msgspec

PANES = ("quotes", "depth", "chart", "positions", "orders", "history", "messages")
"""The panes by number, from 1."""


class Axis(Enum):
    """How the parts of a split stand: side by side, or one below the other."""

    ROW = "row"
    COLUMN = "column"


class Slot(msgspec.Struct, frozen=True, tag="slot"):
    """A place for one pane at a time. Of several, the one last looked at stands there, at first the first;
    the others are its tabs.

    Along its split, `weight` is its part of the room where several want more than there is; `share` is the
    part of it in percent that the trader gave it, whatever is needed; None: by need.
    """

    panes: tuple[str, ...]
    weight: int = 1
    share: int | None = None


class Split(msgspec.Struct, frozen=True, tag="split"):
    """Parts side by side or one below the other, what matters most first: where there is no room for all, the
    last one becomes a tab of the one before it. `weight` and `share` as a slot's."""

    axis: Axis
    parts: tuple["Slot | Split", ...]
    weight: int = 1
    share: int | None = None


Node: TypeAlias = Slot | Split


class Layout(msgspec.Struct, frozen=True):
    """A named arrangement of all panes; each is in one slot of `root`. `columns` are those that a table shows
    where the trader chose them, in their order, by pane; a pane that is not there shows its usual ones."""

    name: str
    root: Node
    columns: Mapping[str, tuple[str, ...]] = msgspec.field(default_factory=dict)


class Need(msgspec.Struct, frozen=True):
    """The room that a pane could fill now, in cells inside its frame."""

    columns: int
    rows: int


WITHOUT_END = 100_000
"""The columns or rows of a pane that fills whatever room there is."""


class Box(msgspec.Struct, frozen=True):
    """A rectangle of cells; `x` and `y` from 0, of the body's top left corner."""

    x: int
    y: int
    width: int
    height: int


class PlacedSlot(msgspec.Struct, frozen=True):
    """A slot as it stands on screen: `shown` of its `panes`, in this box, its head line included.

    `is_beside` True: another stands to its left, and a rule between the two is the first column of the box;
    `is_followed`: another stands to its right.
    """

    panes: tuple[str, ...]
    shown: str
    box: Box
    is_beside: bool
    is_followed: bool

    @property
    def is_tabbed(self) -> bool:
        """Whether its head line is a line of tabs, not the pane's own title."""
        return len(self.panes) > 1


Arrangement: TypeAlias = tuple[PlacedSlot, ...]
"""The slots on screen, left to right, then top to bottom; what is in none of them as shown is hidden."""


def panes_of(node: Node) -> tuple[str, ...]:
    """Every pane below a node, in the order that it names them."""
    if isinstance(node, Slot):
        return node.panes
    return tuple(pane for part in node.parts for pane in panes_of(part))
