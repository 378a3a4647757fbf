"""The tickets that the panes open: of a side, at a price of the book or the chart; and what is typed for the
chart. Each is a dialog of its own: nothing is sent from here."""

from functools import partial

from msgspec.structs import replace

from xbtfx_tui.domain.action_results import NotDone
from xbtfx_tui.domain.intents import Intent
from xbtfx_tui.domain.quotes import to_decimal
from xbtfx_tui.domain.sides import Side
from xbtfx_tui.ui import figure_format as fmt
from xbtfx_tui.ui.confirm_rule import is_new_press
from xbtfx_tui.ui.dialogs.alerts_dialog import NewAlert
from xbtfx_tui.ui.dialogs.modify_dialog import ModifyTicket
from xbtfx_tui.ui.dialogs.order_ticket import Begins, OrderTicket, begins_with
from xbtfx_tui.ui.dialogs.price_level_menu import (
    AsAlert,
    AsReference,
    AsStop,
    AsStopOf,
    LevelDialog,
    LevelUse,
    uses_of,
)
from xbtfx_tui.ui.key_bindings import action
from xbtfx_tui.ui.keystrokes import ENTER
from xbtfx_tui.ui.panes.depth_pane import DepthPane
from xbtfx_tui.ui.screens.copy_keys import CopyKeys
from xbtfx_tui.ui.store_lookup import digits_of
from xbtfx_tui.ui.terminal.key_turns import key_turns_of

_FEW = 4
"""Letters of a moment before it is called wrong."""


class TicketKeys(CopyKeys):
    """The panes, with what opens a ticket."""

    def is_pressed_here(self) -> bool:
        """Whether an enter on a pane is a press of its own; where it is not, that is said."""
        if self.is_too_small:
            return False
        turns = key_turns_of(self.app)
        enter = turns.current
        if enter is None or enter.key != ENTER or is_new_press(enter, turns.closed_at, turns.refused):
            return True
        if turns.refused is not None and enter.number == turns.refused.number + 1:
            turns.refused = enter
        self.notice.remark("Enter is held, or came right after another: press it again.")
        return False

    def after_order(self, intent: Intent | None) -> None:
        """A dialog closed; what was sent is followed in the notice line and in Messages."""
        self.frame()

    def action_ticket(self, side: str) -> None:
        if self.looked_symbol is not None:
            self.open_ticket(self.looked_symbol, Side(side))

    def open_ticket(self, symbol: str, side: Side, begins: Begins | None = None) -> None:
        """The order ticket; its fields begin with these texts, else with the symbol's preset."""
        preset = self.presets.of(symbol)
        if begins is None and preset is not None:
            begins = begins_with(preset)
        volume = self.options.default_volume
        ticket = OrderTicket(self.backend, symbol, side, volume, begins, self.presets.keep)
        self.app.push_screen(ticket, self.after_order)

    def on_depth_pane_level_chosen(self, message: DepthPane.LevelChosen) -> None:
        """A level of the book is to be a stop, or what pips count from: which, is asked first."""
        if not self.is_pressed_here():
            return
        if (reason := action("trade.buy").why_not(self.situation())) is not None:
            self.notice.answer(NotDone(reason))
            return
        price = to_decimal(message.price, digits_of(self.backend.store, message.symbol, message.price))
        uses = uses_of(price, is_bid=message.is_bid)
        dialog = LevelDialog(message.symbol, price, lambda: uses)
        self.app.push_screen(dialog, partial(self._open_at_level, message.symbol))

    def _open_at_level(self, symbol: str, use: LevelUse | None) -> None:
        if use is None:
            return
        preset = self.presets.of(symbol)
        begins = begins_with(preset) if preset is not None else Begins(fmt.lots(self.options.default_volume))
        match use:
            case AsStop(side, kind, price):
                self.open_ticket(symbol, side, replace(begins, **{kind.value: str(price)}))
            case AsReference(side, price):
                self.open_ticket(symbol, side, replace(begins, counts_from=price))
            case AsStopOf(ticket, kind, price):
                dialog = ModifyTicket(self.backend, ticket, {kind: str(price)})
                self.app.push_screen(dialog, self.after_order)
            case AsAlert(price, is_below):
                text = f"{'<' if is_below else '>'} {price}"
                self.app.push_screen(NewAlert(self.backend, symbol, text), self._after_alert)

    def _after_alert(self, sentence: str | None) -> None:
        if sentence is not None:
            self.notice.answer(sentence)
