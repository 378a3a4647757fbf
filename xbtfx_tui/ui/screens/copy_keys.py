"""The keys that copy what is focused to the clipboard, by the terminal itself (OSC 52). They change nothing.

Whether the terminal takes it nobody can tell: it never answers.
"""

from xbtfx_tui.domain.action_results import NotDone
from xbtfx_tui.ui import figure_format as fmt
from xbtfx_tui.ui.copied_text import story_of
from xbtfx_tui.ui.screens.one_click_keys import OneClickKeys

_LONGEST_COPIED = 4_000


class CopyKeys(OneClickKeys):
    """The panes, with the actions `copy.*` of the table."""

    def action_copy_row(self) -> None:
        """The number of the focused row, a symbol's name, or a message in full."""
        if self.shown == "messages" and isinstance(self.messages.cursor, int):
            said = self.messages.message(self.messages.cursor)
            self._copy(fmt.clean(said.text, _LONGEST_COPIED) if said is not None else None, "the message")
        elif self.shown == "history" and (deal := self.history.board.deal) is not None:
            self._copy(str(deal.ticket), str(deal.ticket))
        elif (ticket := self._focused_ticket) is not None:
            self._copy(str(ticket), str(ticket))
        else:
            self._copy(self.symbol_of_pane, fmt.clean(self.symbol_of_pane or ""))

    def action_copy_story(self) -> None:
        ticket = self._focused_ticket
        story = "" if ticket is None else story_of(ticket, self.backend.store.intents.values())
        self._copy(story or None, f"the story of {ticket}")

    @property
    def _focused_ticket(self) -> int | None:
        match self.shown:
            case "positions":
                return self.positions.board.cursor
            case "orders":
                return self.orders.cursor
            case "history":
                deal = self.history.board.deal
                return None if deal is None else deal.position
            case _:
                return None

    def _copy(self, text: str | None, words: str) -> None:
        self.notice.answer(self.copy_text(text, words))

    def copy_text(self, text: str | None, words: str) -> str:
        """Have the terminal take the text, None: there is none; what became of it, as a sentence."""
        if not self.options.copies:
            return NotDone("Copying is off: the config says copy = false.")
        if text is None:
            return NotDone("There is nothing to copy here: no order of this run is about it.")
        self.app.copy_to_clipboard(text)
        return f"Handed {words} to the terminal's clipboard."
