"""A row of (text, tint) runs: cut at a column, joined, written over in places. Pure.

A character is a column.
"""

from collections.abc import Mapping, Sequence

from xbtfx_tui.ui.chart.candle_cells import TintedRun


def parted(runs: Sequence[TintedRun], column: int) -> tuple[list[TintedRun], list[TintedRun]]:
    """The runs left of a column, and those from it on."""
    left: list[TintedRun] = []
    right: list[TintedRun] = []
    for text, tint in runs:
        if (kept := text[: max(0, column)]) != "":
            left.append((kept, tint))
        if len(text) > len(kept):
            right.append((text[len(kept) :], tint))
        column -= len(text)
    return left, right


def one_of_alike(runs: Sequence[TintedRun]) -> list[TintedRun]:
    """The same with neighbours of one tint in one run."""
    joined: list[TintedRun] = []
    for text, tint in runs:
        if joined and joined[-1][1] == tint:
            joined[-1] = (joined[-1][0] + text, tint)
        elif text:
            joined.append((text, tint))
    return joined


def written_over(runs: Sequence[TintedRun], column: int, over: Sequence[TintedRun]) -> list[TintedRun]:
    """The row with these runs in place of what stood from this column on; what has no room is left out."""
    width = sum(len(text) for text, _ in runs)
    left, rest = parted(runs, column)
    put, _ = parted(over, width - column)
    taken = sum(len(text) for text, _ in put)
    return one_of_alike([*left, *put, *parted(rest, taken)[1]])


def with_cells(
    runs: Sequence[TintedRun], cells: Mapping[int, TintedRun], *, only_free: bool = False
) -> list[TintedRun]:
    """The row with one character each in place of what stood in these columns; `only_free`: where that was
    nothing. Columns that the row has not are left out."""
    found: list[TintedRun] = []
    at = 0
    for text, tint in runs:
        begun = 0
        for index in range(len(text)):
            put = cells.get(at + index)
            if put is None or (only_free and text[index] != " "):
                continue
            found.append((text[begun:index], tint))
            found.append(put)
            begun = index + 1
        found.append((text[begun:], tint))
        at += len(text)
    return one_of_alike(found)


def text_of(runs: Sequence[TintedRun]) -> str:
    """The row's characters alone."""
    return "".join(text for text, _ in runs)
