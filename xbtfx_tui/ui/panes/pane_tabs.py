"""The line of pane names with their numbers; the one on screen stands out, counts say what is in them."""

from collections.abc import Mapping, Sequence

from xbtfx_tui.domain.positions import PendingOrder, Position
from xbtfx_tui.domain.read_states import ReadAt
from xbtfx_tui.domain.store_events import Reading
from xbtfx_tui.store.store import Store
from xbtfx_tui.ui import figure_format as fmt
from xbtfx_tui.ui.layout.layout_types import PANES
from xbtfx_tui.ui.widgets.one_line_widgets import CellLine, Item


class TabLine(CellLine):
    """Names of panes; the one on screen is in brackets, and bright where it also has the keys."""

    def __init__(self, store: Store) -> None:
        super().__init__(gap=0)
        self.add_class("tabs")
        self._store = store

    def show_tabs(self, panes: Sequence[str], shown: str, title: str, *, focused: bool) -> None:
        """`title` is what the pane on screen says of itself, empty where its name is all."""
        width = self.size.width
        words = {pane: self._words(pane) for pane in panes}
        words[shown] = title or words[shown]
        if _width_of(words) > width:
            words |= {pane: self._words(pane, letters=3) for pane in panes if pane != shown}
        if (over := _width_of(words) - width) > 0:
            words[shown] = fmt.left(words[shown], max(4, len(words[shown]) - over))
        bright = self.tint("tab" if focused else "tab-blurred")
        self.show(
            [
                Item(
                    ((f"[{text}]", bright) if pane == shown else (f" {text} ", self.tint("muted")),),
                    what=f"pane.{pane}",
                )
                for pane, text in words.items()
            ]
        )

    def _words(self, pane: str, letters: int | None = None) -> str:
        return f"{PANES.index(pane) + 1} {pane.capitalize()[:letters]}{self._count(pane)}"

    def _count(self, pane: str) -> str:
        """How many there are; with a question mark where that is not certain, and none where it is none."""
        held: Mapping[int, Position | PendingOrder]
        match pane:
            case "positions":
                held, listed = self._store.positions, Reading.POSITIONS
            case "orders":
                held, listed = self._store.orders, Reading.ORDERS
            case _:
                return ""
        rows = self._store.unread(listed)
        count = len(held) + sum(row.ticket not in held for row in rows)
        is_read = isinstance(self._store.read_state(listed), ReadAt)
        is_certain = is_read and not rows and self._store.doubted.isdisjoint(held)
        mark = "" if is_certain else "?"
        return f" {count or ''}{mark}" if count or mark else ""


def _width_of(words: Mapping[str, str]) -> int:
    return sum(len(text) + 2 for text in words.values())
