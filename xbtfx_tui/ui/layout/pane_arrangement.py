"""From a layout, a size and what the panes could fill: where each stands. Pure; knows no widget.

What gives way where the room is small, in this order: the last part of a row or column becomes a tab of the
one before it, until the rest has its least size; tables then lose columns (widgets.table), never figures.
"""

from collections.abc import Mapping, Sequence

import msgspec
from msgspec.structs import replace

from xbtfx_tui.ui.layout.layout_types import (
    PANES,
    Arrangement,
    Axis,
    Box,
    Need,
    Node,
    PlacedSlot,
    Slot,
    Split,
    panes_of,
)

LEAST: Mapping[str, Need] = {
    "quotes": Need(48, 4),
    "depth": Need(28, 5),
    "chart": Need(36, 6),
    "positions": Need(95, 4),
    "orders": Need(84, 3),
    "history": Need(84, 4),
    "messages": Need(60, 3),
}
"""Without so much of it inside its frame a pane is not worth a place beside others; alone it takes less."""
HEAD = 1
"""Rows of a slot's title or tabs."""
RULE, GAP = 2, 1
"""Columns between a pane and its neighbours: the rule on its left with a blank, and a blank on its right."""
_HUNDRED = 100


class _Claim(msgspec.Struct, frozen=True):
    """What a part may have along its split: at least, at most, and its weight among the others."""

    least: int
    most: int
    weight: int


def arranged(
    root: Node, width: int, height: int, needs: Mapping[str, Need], recent: Sequence[str]
) -> Arrangement:
    """Where the panes stand in a body of this size.

    `recent` are the panes in the order in which they were last looked at, the latest first: of the tabs of a
    slot that one is shown.
    """
    fitting = _folded(root, width, height)
    return tuple(_placed(fitting, Box(0, 0, width, height), width, needs, recent))


def shown_of(panes: Sequence[str], recent: Sequence[str]) -> str:
    """Which of a slot's panes is looked at."""
    return next((pane for pane in recent if pane in panes), panes[0])


# --- what fits ---


def least_of(node: Node) -> Need:
    """The least size of a node, its frames included; the rule beside a slot is counted whether it has one."""
    if isinstance(node, Slot):
        columns = max(LEAST[pane].columns for pane in node.panes)
        return Need(columns + RULE + GAP, max(LEAST[pane].rows for pane in node.panes) + HEAD)
    parts = [least_of(part) for part in node.parts]
    if node.axis is Axis.ROW:
        return Need(sum(part.columns for part in parts), max(part.rows for part in parts))
    return Need(max(part.columns for part in parts), sum(part.rows for part in parts))


def _folded(node: Node, width: int, height: int) -> Node:
    """The node with as many parts apart as have their least size."""
    if isinstance(node, Slot):
        return node
    parts = [_folded(part, width, height) for part in node.parts]
    while len(parts) > 1 and _exceeds(Split(node.axis, tuple(parts)), width, height):
        last, before = parts.pop(), parts.pop()
        parts.append(replace(_together(before, last), weight=before.weight, share=before.share))
    if len(parts) == 1:
        return replace(parts[0], weight=node.weight, share=node.share)
    return replace(node, parts=tuple(parts))


def _exceeds(split: Split, width: int, height: int) -> bool:
    least = least_of(split)
    # The first of a row has no rule, the last one no blank behind it.
    return least.columns - RULE - GAP > width if split.axis is Axis.ROW else least.rows > height


def _together(*nodes: Node) -> Slot:
    """One slot with all the panes of these, the most important one first."""
    return Slot(tuple(pane for node in nodes for pane in panes_of(node)))


# --- how much each gets ---


def _placed(
    node: Node, box: Box, width: int, needs: Mapping[str, Need], recent: Sequence[str]
) -> list[PlacedSlot]:
    """The slots of a node in its box; `width` is the whole body's."""
    if isinstance(node, Slot):
        is_followed = box.x + box.width < width
        tabs = tuple(sorted(node.panes, key=PANES.index))
        return [PlacedSlot(tabs, shown_of(node.panes, recent), box, box.x > 0, is_followed)]
    is_row = node.axis is Axis.ROW
    total = box.width if is_row else box.height
    sizes = _shared_out(total, _claims(node, total, needs, recent))
    found: list[PlacedSlot] = []
    at = box.x if is_row else box.y
    for part, size in zip(node.parts, sizes, strict=True):
        inner = replace(box, x=at, width=size) if is_row else replace(box, y=at, height=size)
        found += _placed(part, inner, width, needs, recent)
        at += size
    return found


def _claims(node: Split, total: int, needs: Mapping[str, Need], recent: Sequence[str]) -> list[_Claim]:
    is_row = node.axis is Axis.ROW
    claims: list[_Claim] = []
    for index, part in enumerate(node.parts):
        least, need = least_of(part), _need_of(part, needs, recent)
        if not is_row:
            claims.append(_Claim(least.rows, max(least.rows, need.rows), part.weight))
            continue
        frame = RULE * (index == 0) + GAP * (index == len(node.parts) - 1)
        columns = least.columns - frame
        claims.append(_Claim(columns, max(columns, need.columns - frame), part.weight))
    spare = total - sum(claim.least for claim in claims)
    for index, part in enumerate(node.parts):
        if part.share is not None:
            claim = claims[index]
            size = max(claim.least, min(round(total * part.share / _HUNDRED), claim.least + spare))
            spare -= size - claim.least
            claims[index] = _Claim(size, size, claim.weight)
    return claims


def _need_of(node: Node, needs: Mapping[str, Need], recent: Sequence[str]) -> Need:
    """What a node could fill, its frames included."""
    if isinstance(node, Slot):
        need = needs[shown_of(node.panes, recent)]
        return Need(need.columns + RULE + GAP, need.rows + HEAD)
    parts = [_need_of(part, needs, recent) for part in node.parts]
    if node.axis is Axis.ROW:
        return Need(sum(part.columns for part in parts), max(part.rows for part in parts))
    return Need(max(part.columns for part in parts), sum(part.rows for part in parts))


def _shared_out(total: int, claims: Sequence[_Claim]) -> list[int]:
    """Cells for each claim, all of `total`: each its least, then by weight up to its most; what nobody needs
    goes to the first that the trader gave no size of its own."""
    sizes = [claim.least for claim in claims]
    for _ in range(total - sum(sizes)):
        wanting = [i for i, claim in enumerate(claims) if sizes[i] < claim.most]
        if not wanting:
            break
        sizes[min(wanting, key=lambda i: sizes[i] / claims[i].weight)] += 1
    free = next((i for i, claim in enumerate(claims) if claim.least < claim.most), 0)
    sizes[free] += total - sum(sizes)
    return sizes
