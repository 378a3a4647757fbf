"""What the keys of the layout do: the next one, sizes, columns. All of it is kept; nothing is sent."""

from functools import partial

from msgspec.structs import replace

from xbtfx_tui.commands.command_types import ChangeLayout
from xbtfx_tui.domain.action_results import NotDone
from xbtfx_tui.ui.dialogs.chart_parts_dialog import ChartPartsDialog
from xbtfx_tui.ui.dialogs.columns_dialog import ColumnsDialog
from xbtfx_tui.ui.layout.layout_book import LayoutBook, by_need, changed, layout_words, resized
from xbtfx_tui.ui.layout.layout_types import Axis
from xbtfx_tui.ui.panes.chart_pane import ChartPane
from xbtfx_tui.ui.screens.watchlist_keys import WatchlistKeys
from xbtfx_tui.ui.widgets.table import Board


class LayoutKeys(WatchlistKeys):
    """The panes with the actions that move them."""

    def on_mouse_down(self) -> None:
        """A click gives a pane the keys: from then on letters are about it, and the line of keys says so."""
        focused = self.focused
        within = () if focused is None else focused.ancestors_with_self
        name = next((name for name, pane in self.panes.items() if pane in within), None)
        if name is not None and name != self.shown:
            self.focus_pane(name)

    def action_next_layout(self, step: str) -> None:
        book = self.panes_layout.book.step(int(step))
        self._take_layouts(book)
        self._answer_kept(layout_words(book))

    def change_layouts(self, command: ChangeLayout) -> str:
        """What `layout` on the command line asks for; what became of it, as a sentence."""
        book = changed(self.panes_layout.book, command)
        if isinstance(book, str):
            return NotDone(book)
        self._take_layouts(book)
        problem = self.options.save_layouts(book)
        return layout_words(book) if problem is None else NotDone(problem)

    def action_size_pane(self, axis: str, more: str) -> None:
        """The pane with the keys larger or smaller; what stands beside it gives or takes the room."""
        shown = self.panes_layout
        layout = resized(shown.book.shown, shown.arrangement, self.shown, Axis(axis), int(more))
        if layout is None or shown.zoomed:
            beside = "beside" if axis == Axis.ROW.value else "above or below"
            self.notice.answer(NotDone(f"Nothing stands {beside} this pane that could give or take room."))
            return
        before = shown.arrangement
        self._take_layouts(shown.book.with_shown(layout))
        if shown.arrangement == before:
            self.notice.answer(NotDone("There is no more room to move: each pane keeps its least size."))
        else:
            self._answer_kept("")

    def action_size_by_need(self) -> None:
        book = self.panes_layout.book
        self._take_layouts(book.with_shown(by_need(book.shown)))
        self._answer_kept(f"The panes of {book.shown.name} are as large as they need to be.")

    def action_choose_columns(self) -> None:
        """Which columns the table with the keys shows in this layout, and in which order; of the chart, its
        parts."""
        name, pane = self.shown, self.panes[self.shown]
        if isinstance(pane, ChartPane):
            dialog = ChartPartsDialog(
                "Parts of the chart", pane.parts, pane.show_parts, lambda: pane.panes_below
            )
            self.app.push_screen(dialog)
            return
        board = getattr(pane, "board", pane)
        if not isinstance(board, Board):
            self.notice.answer(NotDone("This pane has no columns to choose."))
            return
        chosen = self.panes_layout.book.shown.columns.get(name, ())
        self.app.push_screen(
            ColumnsDialog(board, name.capitalize(), chosen, partial(self._take_columns, name))
        )

    def _take_columns(self, pane: str, names: tuple[str, ...]) -> str | None:
        book = self.panes_layout.book
        columns = {**book.shown.columns, pane: names}
        kept = {one: chosen for one, chosen in columns.items() if chosen}
        self.panes_layout.book = book.with_shown(replace(book.shown, columns=kept))
        self.panes_layout.show_columns()
        self.lay_out_panes()
        return self.options.save_layouts(self.panes_layout.book)

    def _take_layouts(self, book: LayoutBook) -> None:
        is_another = book.shown.name != self.panes_layout.book.shown.name
        self.panes_layout.book = book
        self.panes_layout.zoomed = False
        if is_another:
            self.panes_layout.recent = [self.shown]
            self.panes_layout.show_columns()
        self.lay_out_panes()
        self.panes_layout.show_tabs()

    def _answer_kept(self, sentence: str) -> None:
        """Keep the layouts; the sentence, or why they could not be kept."""
        problem = self.options.save_layouts(self.panes_layout.book)
        if problem is not None:
            self.notice.answer(NotDone(problem))
        elif sentence:
            self.notice.answer(sentence)
