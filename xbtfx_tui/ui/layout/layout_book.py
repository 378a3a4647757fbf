"""The layouts that there are and the one that is shown, as a value; what names and sizes may become. Pure."""

import re
from collections.abc import Collection, Iterator, Sequence
from itertools import count

import msgspec
from msgspec.structs import replace

from xbtfx_tui.commands.command_types import (
    ChangeLayout,
    RemoveLayout,
    RenameLayout,
    SaveLayout,
    ShowLayout,
)
from xbtfx_tui.domain.text_sanitizer import plain
from xbtfx_tui.ui.layout.layout_types import (
    PANES,
    Arrangement,
    Axis,
    Layout,
    Node,
    PlacedSlot,
    Slot,
    Split,
    panes_of,
)
from xbtfx_tui.ui.layout.standard_layouts import STANDARD

LONGEST_NAME = 24
MOST_LAYOUTS = 20
_DEEPEST = 4
_LEAST_SHARE, _MOST_SHARE, _STEP = 5, 95, 4
"""Percent of a row or column that a part can be given by key, and how much more or less at a time."""
_MOST_WEIGHT = 100
_ALWAYS_THERE = frozenset(layout.name for layout in STANDARD)


class LayoutBook(msgspec.Struct, frozen=True):
    """At least one layout, names unlike each other; `active` is the place of the one shown."""

    layouts: tuple[Layout, ...]
    active: int = 0

    @property
    def shown(self) -> Layout:
        return self.layouts[self.active]

    def step(self, by: int) -> "LayoutBook":
        """The next one, or the one before."""
        return replace(self, active=(self.active + by) % len(self.layouts))

    def with_shown(self, layout: Layout) -> "LayoutBook":
        """The one shown as it is now."""
        before, after = self.layouts[: self.active], self.layouts[self.active + 1 :]
        return replace(self, layouts=(*before, layout, *after))


AT_FIRST = LayoutBook(tuple(STANDARD))


def problem_of(book: LayoutBook) -> str | None:
    """What is wrong with layouts from outside, as a sentence; None where they can be shown."""
    names = [layout.name for layout in book.layouts]
    if not 1 <= len(names) <= MOST_LAYOUTS:
        return f"It holds {len(names)} layouts, and 1 to {MOST_LAYOUTS} are taken."
    if not 0 <= book.active < len(names):
        return f"It says that layout {book.active} of {len(names)} is shown, counted from 0."
    if len({name.casefold() for name in names}) < len(names):
        return "Two of its layouts have one name."
    return next((problem for layout in book.layouts if (problem := _problem_of_layout(layout))), None)


def _problem_of_layout(layout: Layout) -> str | None:
    name = layout.name
    if not 0 < len(name) <= LONGEST_NAME or not name.isprintable() or not name.strip():
        return f"A name of a layout is 1 to {LONGEST_NAME} characters that can be seen."
    nodes = list(_nodes(layout.root))
    if any(depth > _DEEPEST for depth, _ in nodes):
        return f"The layout {name} is nested more than {_DEEPEST} deep."
    if any(isinstance(node, Split) and len(node.parts) < 2 for _, node in nodes) or any(
        isinstance(node, Slot) and not node.panes for _, node in nodes
    ):
        return f"The layout {name} has a part with nothing in it, or a split of one part."
    if sorted(panes_of(layout.root)) != sorted(PANES):
        return f"The layout {name} does not name each of the panes once: {', '.join(PANES)}."
    for _, node in nodes:
        if not 1 <= node.weight <= _MOST_WEIGHT or not (node.share is None or 1 <= node.share < 100):
            return f"The layout {name} has a weight that is not 1 to {_MOST_WEIGHT}, or a share not 1 to 99."
    return None


def _nodes(node: Node, depth: int = 0) -> Iterator[tuple[int, Node]]:
    yield depth, node
    if isinstance(node, Split) and depth <= _DEEPEST:
        for part in node.parts:
            yield from _nodes(part, depth + 1)


# --- by name ---


def layout_words(book: LayoutBook) -> str:
    """The layout of now, whole and first, and the others in the order of the key that goes round them."""
    others = (*book.layouts[book.active + 1 :], *book.layouts[: book.active])
    rest = f"; then {', '.join(layout.name for layout in others)}" if others else ""
    return f"Layout {book.shown.name}{rest}"


def changed(book: LayoutBook, command: ChangeLayout) -> LayoutBook | str:
    """The book as the command leaves it; a sentence where it can't be done."""
    match command:
        case ShowLayout(name):
            return at if isinstance(at := _place(book, name), str) else replace(book, active=at)
        case SaveLayout(name):
            return _saved(book, name)
        case RenameLayout(name, to):
            return _renamed(book, name, to)
        case RemoveLayout(name):
            return _removed(book, name)


def _place(book: LayoutBook, name: str) -> int | str:
    for at, layout in enumerate(book.layouts):
        if layout.name.casefold() == name.casefold():
            return at
    return f"There is no layout {plain(name, LONGEST_NAME)}: there are {_names(book)}."


def _names(book: LayoutBook) -> str:
    return ", ".join(layout.name for layout in book.layouts)


def _own_place(book: LayoutBook, name: str, what: str) -> int | str:
    """The place of a layout that is the trader's own."""
    at = _place(book, name)
    if isinstance(at, int) and name.casefold() in _ALWAYS_THERE:
        return f"{book.layouts[at].name} is one of the four that are always there: it can't be {what}."
    return at


def _free_for(book: LayoutBook, name: str, layout: Layout) -> str | None:
    """Why no layout can have this name as a new one."""
    if any(one.name.casefold() == name.casefold() for one in book.layouts):
        return f"There is a layout {name} already: there are {_names(book)}."
    return _problem_of_layout(replace(layout, name=name))


def _saved(book: LayoutBook, name: str) -> LayoutBook | str:
    if (problem := _free_for(book, name, book.shown)) is not None:
        return problem
    if len(book.layouts) >= MOST_LAYOUTS:
        return f"There are {MOST_LAYOUTS} layouts, which are the most: layout remove takes one away."
    return LayoutBook((*book.layouts, replace(book.shown, name=name)), len(book.layouts))


def _renamed(book: LayoutBook, name: str, to: str) -> LayoutBook | str:
    at = _own_place(book, name, "renamed (layout save keeps it under another name, too)")
    if isinstance(at, str):
        return at
    layout, others = book.layouts[at], replace(book, layouts=(*book.layouts[:at], *book.layouts[at + 1 :]))
    if (problem := _free_for(others, to, layout)) is not None:
        return problem
    return replace(book, layouts=(*book.layouts[:at], replace(layout, name=to), *book.layouts[at + 1 :]))


def _removed(book: LayoutBook, name: str) -> LayoutBook | str:
    at = _own_place(book, name, "removed")
    if isinstance(at, str):
        return at
    if len(book.layouts) == 1:
        return f"{book.layouts[at].name} is the only layout there is."
    left = (*book.layouts[:at], *book.layouts[at + 1 :])
    return LayoutBook(left, min(book.active - (at < book.active), len(left) - 1))


# --- another's ---


class Merged(msgspec.Struct, frozen=True):
    """A book with layouts of another: those that came, under the names that they have in it."""

    book: LayoutBook
    taken: tuple[str, ...]


def merged(book: LayoutBook, others: Sequence[Layout]) -> Merged | str:
    """The book with what it lacks of these, behind its own; nothing of its own changes. One whose name is
    another's here gets a number. A sentence where they are too many."""
    layouts, taken = list(book.layouts), list[str]()
    for other in others:
        if any(_is_that(one, other) for one in layouts):
            continue
        name = _free_name(other.name, {layout.name.casefold() for layout in layouts})
        layouts.append(replace(other, name=name))
        taken.append(name)
    if len(layouts) > MOST_LAYOUTS:
        return f"That would be {len(layouts)} layouts; {MOST_LAYOUTS} are the most."
    return Merged(replace(book, layouts=tuple(layouts)), tuple(taken))


def _is_that(one: Layout, other: Layout) -> bool:
    """Whether the one is the other, under its own name or with the number that it got as it was taken."""
    numbered = re.fullmatch(rf"{re.escape(other.name)} \d+", one.name, re.IGNORECASE)
    is_named_so = one.name.casefold() == other.name.casefold() or numbered is not None
    return is_named_so and replace(one, name=other.name) == other


def _free_name(name: str, used: Collection[str]) -> str:
    if name.casefold() not in used:
        return name
    for number in count(2):
        ending = f" {number}"
        tried = f"{name[: LONGEST_NAME - len(ending)].rstrip()}{ending}"
        if tried.casefold() not in used:
            return tried
    raise AssertionError("there is always a next number")


# --- sizes ---


def resized(layout: Layout, arrangement: Arrangement, pane: str, axis: Axis, more: int) -> Layout | None:
    """The layout with the slot that shows this pane larger (`more` 1) or smaller (-1) along an axis; None
    where nothing stands beside it that way."""
    slot = next((slot for slot in arrangement if slot.shown == pane), None)
    if slot is None:
        return None
    root = _resized(layout.root, arrangement, slot, axis, more)
    return None if root is None else replace(layout, root=root)


def _resized(node: Node, arrangement: Arrangement, slot: PlacedSlot, axis: Axis, more: int) -> Node | None:
    """The node with the innermost split that can be moved moved; None where none can."""
    if isinstance(node, Slot):
        return None
    at = next(i for i, part in enumerate(node.parts) if set(panes_of(part)) & set(slot.panes))
    inner = _resized(node.parts[at], arrangement, slot, axis, more)
    if inner is not None:
        return replace(node, parts=_with(node.parts, at, inner))
    own = _extent(arrangement, panes_of(node.parts[at]), axis)
    whole = _extent(arrangement, panes_of(node), axis)
    if node.axis is not axis or own >= whole:
        return None
    share = round(own * 100 / whole) + _STEP * more
    share = max(_LEAST_SHARE, min(share, _MOST_SHARE))
    # What was given to others before gives way: else two sizes could contradict each other.
    parts = tuple(replace(part, share=share if i == at else None) for i, part in enumerate(node.parts))
    return replace(node, parts=parts)


def _with(parts: Sequence[Node], at: int, part: Node) -> tuple[Node, ...]:
    return (*parts[:at], part, *parts[at + 1 :])


def _extent(arrangement: Arrangement, panes: Sequence[str], axis: Axis) -> int:
    """How far the slots of these panes reach along an axis, from the first to the last."""
    boxes = [slot.box for slot in arrangement if set(slot.panes) & set(panes)]
    if axis is Axis.ROW:
        return max(box.x + box.width for box in boxes) - min(box.x for box in boxes)
    return max(box.y + box.height for box in boxes) - min(box.y for box in boxes)


def by_need(layout: Layout) -> Layout:
    """The layout without sizes of the trader's own."""
    return replace(layout, root=_by_need(layout.root))


def _by_need(node: Node) -> Node:
    if isinstance(node, Slot):
        return replace(node, share=None)
    return replace(node, share=None, parts=tuple(_by_need(part) for part in node.parts))
