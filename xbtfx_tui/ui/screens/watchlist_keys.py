"""What the keys of symbols and watchlists do: find, remove, move, groups, spec sheet, one symbol alone.

The command line reaches the same by `watching`, whose methods answer in a sentence.
"""

from xbtfx_tui.domain.action_results import NotDone
from xbtfx_tui.ui.dialogs.symbol_search import FindSymbol, Many
from xbtfx_tui.ui.dialogs.symbol_spec_dialog import SpecSheet
from xbtfx_tui.ui.dialogs.watchlist_groups import GroupsDialog
from xbtfx_tui.ui.key_bindings import key_name
from xbtfx_tui.ui.panes.quote_sorting import Sorting
from xbtfx_tui.ui.screens.trading_panes import PanesScreen


class WatchlistKeys(PanesScreen):
    """The panes with the actions that change no order and no position."""

    # --- the watchlist -----------------------------------------------------------------------------------

    def action_find(self) -> None:
        shown = self.watching.lists.shown
        self.app.push_screen(FindSymbol(self.backend, shown.symbols, shown.name), self.after_find)

    def after_find(self, found: str | Many | None) -> None:
        match found:
            case str(symbol):
                if symbol not in self.watchlist:
                    self._say(self.watching.take(self.watching.lists.add(symbol)))
                self.focus_pane("quotes")
                self.quotes.select(symbol)
            case Many(symbols):
                self._say(self.watching.watch_all(symbols))
                self.focus_pane("quotes")
            case None:
                pass

    def action_remove_symbol(self) -> None:
        if self.symbol_of_pane is not None:
            self._say(self.watching.unwatch(self.symbol_of_pane))

    def action_move_symbol(self, rows: int) -> None:
        """Move the selected row in its group; only where the rows stand as set."""
        if self.symbol is None:
            return
        if self.quotes.sorting is not Sorting.AS_SET:
            key = key_name(self.options.keys.get("watchlist.sort", "o"))
            self._say(
                f"The rows stand {self.quotes.sorting.value}: {key} goes on to as set, where they move."
            )
            return
        self._say(self.watching.take(self.watching.lists.move(self.symbol, rows)))

    def action_groups(self) -> None:
        self.app.push_screen(GroupsDialog(self.watching), self.after_groups)

    def after_groups(self, switched: bool | None) -> None:
        if switched:
            self.focus_pane("quotes")

    def action_next_group(self, step: str) -> None:
        self._say(self.watching.take(self.watching.lists.step(int(step))))

    # --- one symbol --------------------------------------------------------------------------------------

    def action_spec(self) -> None:
        if self.looked_symbol is None:
            self._say(NotDone("No symbol is selected. Press / to find one."))
        else:
            self.app.push_screen(SpecSheet(self.backend, self.looked_symbol, self.options.default_volume))

    def action_only_symbol(self) -> None:
        """Only the selected row's symbol in Positions, Orders or History, and all of them again."""
        pane = self.panes[self.shown]
        if pane is not self.positions and pane is not self.orders and pane is not self.history:
            return
        if pane.only.symbol is not None:
            pane.show_only(None)
        elif self.looked_symbol is not None:
            pane.show_only(self.looked_symbol)
        else:
            self._say(NotDone("No symbol is selected. Press / to find one."))
        self.show_keys()

    def _say(self, sentence: str | None) -> None:
        if sentence:
            self.notice.answer(sentence)
