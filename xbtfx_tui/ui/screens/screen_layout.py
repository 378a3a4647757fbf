"""What stands where on the trading screen: puts panes and tabs where the layout says. Sends nothing."""

from collections.abc import Mapping, Sequence
from typing import TypeAlias

from msgspec.structs import replace
from textual.geometry import Size
from textual.widget import Widget

from xbtfx_tui.ui.layout.layout_book import LayoutBook
from xbtfx_tui.ui.layout.layout_types import PANES, Arrangement, Box, PlacedSlot, Slot
from xbtfx_tui.ui.layout.pane_arrangement import HEAD, arranged
from xbtfx_tui.ui.panes.chart_pane import ChartPane
from xbtfx_tui.ui.panes.depth_pane import DepthPane
from xbtfx_tui.ui.panes.history_pane import HistoryPane
from xbtfx_tui.ui.panes.messages_pane import MessagesBoard
from xbtfx_tui.ui.panes.orders_pane import OrdersBoard
from xbtfx_tui.ui.panes.pane_tabs import TabLine
from xbtfx_tui.ui.panes.positions_pane import PositionsPane
from xbtfx_tui.ui.panes.quotes_pane import QuotesBoard
from xbtfx_tui.ui.screens.chart_wall import ChartWall
from xbtfx_tui.ui.widgets.table import Board

ALL_IN_ONE = Slot(PANES)


PaneWidget: TypeAlias = (
    QuotesBoard | DepthPane | ChartPane | PositionsPane | OrdersBoard | HistoryPane | MessagesBoard
)


class ScreenLayout:
    """The arrangement of now, and what it is made of: the layouts, the zoom, what was looked at last.

    `tabs` are as many lines of tabs as there can be slots with some.
    """

    def __init__(
        self, book: LayoutBook, panes: Mapping[str, PaneWidget], tabs: Sequence[TabLine], wall: ChartWall
    ) -> None:
        self.book = book
        self._wall = wall
        self._charts = (1, "")
        self.zoomed = False
        self.recent: list[str] = [PANES[0]]
        self.arrangement: Arrangement = ()
        self._panes = panes
        self._tabs = tabs
        self._size = Size()

    @property
    def shown(self) -> str:
        """The pane that has the keys."""
        return self.recent[0]

    @property
    def ring(self) -> tuple[str, ...]:
        """The panes on screen, in the order in which they are gone round; all of them where it is one."""
        if len(self.arrangement) <= 1:
            return PANES
        return tuple(slot.shown for slot in self.arrangement)

    def rows_of(self, pane: str) -> int:
        """The rows that a pane has now, its head line left out; 0 where it is not on screen."""
        return next((slot.box.height - HEAD for slot in self.arrangement if slot.shown == pane), 0)

    def look_at(self, pane: str) -> None:
        """This pane is the one that has the keys from now on."""
        self.recent = [pane, *(one for one in self.recent if one != pane)]

    def arrange(self, size: Size) -> bool:
        """Put all where it belongs in a body of this size; whether that moved anything."""
        root = ALL_IN_ONE if self.zoomed else self.book.shown.root
        needs = {name: pane.need() for name, pane in self._panes.items()}
        found = arranged(root, size.width, size.height, needs, self.recent)
        count = self._wall.several(size, is_zoomed=self.zoomed)
        charts = (count, self._wall.active.id or "")
        if (found, size, charts) == (self.arrangement, self._size, self._charts):
            return False
        self.arrangement, self._size, self._charts = found, size, charts
        slots = {slot.shown: slot for slot in found}
        for name, pane in self._panes.items():
            slot = slots.get(name)
            pane.display = slot is not None
            if slot is not None:
                _put_pane(pane, slot)
        for chart, slot in self._wall.place(slots.get("chart"), count):
            _put_pane(chart, slot)
        tabbed = [slot for slot in found if slot.is_tabbed]
        for index, line in enumerate(self._tabs):
            line.display = index < len(tabbed)
            if line.display:
                _put(line, replace(tabbed[index].box, height=HEAD))
                line.set_class(tabbed[index].is_beside, "-beside")
        return True

    def show_columns(self) -> None:
        """Have each table show the columns that were chosen for it in this layout."""
        for name, pane in self._panes.items():
            board = getattr(pane, "board", pane)
            if isinstance(board, Board):
                board.choose_columns(self.book.shown.columns.get(name, ()))

    def show_tabs(self) -> None:
        """Bring the lines of tabs up to date: what is in the panes, and which has the keys."""
        tabbed = (slot for slot in self.arrangement if slot.is_tabbed)
        for line, slot in zip(self._tabs, tabbed, strict=False):
            is_wall = slot.shown == "chart" and self._charts[0] > 1
            title = "" if is_wall else self._panes[slot.shown].title
            line.show_tabs(slot.panes, slot.shown, title, focused=slot.shown == self.shown)


def _put_pane(pane: PaneWidget, slot: PlacedSlot) -> None:
    box = slot.box
    pane.set_class(not slot.is_tabbed, "-framed")
    pane.set_class(slot.is_beside, "-beside")
    pane.set_class(slot.is_followed, "-followed")
    _put(pane, replace(box, y=box.y + HEAD, height=box.height - HEAD) if slot.is_tabbed else box)


def _put(widget: Widget, box: Box) -> None:
    styles = widget.styles
    styles.offset = (box.x, box.y)
    styles.width, styles.height = box.width, box.height
