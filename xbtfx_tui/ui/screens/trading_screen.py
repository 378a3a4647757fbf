"""The trading screen: what each key does. It opens dialogs and moves panes; the desk alone sends."""

from functools import partial
from typing import ClassVar

from textual.binding import Binding, BindingType

from xbtfx_tui.commands.command_types import Close, OneTicket
from xbtfx_tui.domain.action_results import NotDone
from xbtfx_tui.domain.intents import Intent
from xbtfx_tui.domain.store_events import Severity, TradingCloseOnly, TradingOpen, TradingReadOnly
from xbtfx_tui.domain.unfinished_orders import half_reversed
from xbtfx_tui.planning.plan_types import NeedsHistory, NeedsSymbols, Plan, PlanRefusal
from xbtfx_tui.ui.command_history import CommandHistory
from xbtfx_tui.ui.command_service import Commanding
from xbtfx_tui.ui.dialogs.alerts_dialog import AlertsDialog
from xbtfx_tui.ui.dialogs.batch_dialog import BatchDialog
from xbtfx_tui.ui.dialogs.breakeven_dialog import BreakevenDialog
from xbtfx_tui.ui.dialogs.close_all_dialog import KILLED, CloseAllDialog, CloseSymbolDialog
from xbtfx_tui.ui.dialogs.close_by_dialog import CloseByDialog
from xbtfx_tui.ui.dialogs.close_ticket import CloseTicket
from xbtfx_tui.ui.dialogs.command_bar import CommandBar
from xbtfx_tui.ui.dialogs.confirm_dialog import YesNo
from xbtfx_tui.ui.dialogs.currency_dialog import CurrencyDialog
from xbtfx_tui.ui.dialogs.dialog_base import Dialog
from xbtfx_tui.ui.dialogs.exposure_dialog import ExposureDialog
from xbtfx_tui.ui.dialogs.help_dialog import HelpDialog
from xbtfx_tui.ui.dialogs.message_reader import MessageDialog
from xbtfx_tui.ui.dialogs.modify_dialog import ModifyTicket
from xbtfx_tui.ui.dialogs.order_ticket import OrderTicket
from xbtfx_tui.ui.dialogs.proposals_dialog import ProposalsDialog
from xbtfx_tui.ui.dialogs.reverse_dialog import ReverseTicket
from xbtfx_tui.ui.dialogs.trailing_stop_dialog import TrailDialog
from xbtfx_tui.ui.dialogs.unknown_orders_dialog import DoubtDialog
from xbtfx_tui.ui.help_contents import help_sections
from xbtfx_tui.ui.key_bindings import ACTIONS, WORKS_UNSEEN, action
from xbtfx_tui.ui.ports import Backend
from xbtfx_tui.ui.quitting_text import what_stops_words
from xbtfx_tui.ui.screen_options import Mode, UiOptions
from xbtfx_tui.ui.screens.rule_keys import RuleKeys, changing_line
from xbtfx_tui.ui.suspended_words import open_orders_words, suspended_words
from xbtfx_tui.ui.terminal.key_turns import key_turns_of
from xbtfx_tui.ui.terminal.terminal_driver import redraw
from xbtfx_tui.ui.terminal_action_runner import do_deed, unlock
from xbtfx_tui.ui.widgets.one_line_widgets import CellLine
from xbtfx_tui.ui.widgets.table import Board


class TradingScreen(RuleKeys):
    """The panes with the actions of the table in ui.key_bindings as methods."""

    # Priority: the app then acts on a key as it arrives, so that in a burst the keys that follow `b` reach
    # the ticket. The priority bindings of a screen below a dialog don't fire.
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(one.keys, f"do('{one.id}')", one.label or one.words, id=one.id, show=False, priority=True)
        for one in ACTIONS
    ]

    def __init__(self, backend: Backend, mode: Mode, options: UiOptions) -> None:
        super().__init__(backend, mode, options)
        history = CommandHistory(options.commands, options.save_commands)
        self._trading_told = backend.store.trading
        self.commanding = Commanding(
            backend,
            history,
            lambda deed: do_deed(deed, self),
            self.batches,
            self.watching,
            lambda: self.panes_layout.book,
            self.notice.answer,
            self.why_no_chart,
        )

    def frame(self) -> None:
        super().frame()
        self._unsay_over_dialogs()
        if self.backend.currency.must_ask and self.app.screen is self:
            self._ask_currency()

    def _unsay_over_dialogs(self) -> None:
        """What a dialog's edge tells of trading goes the moment that trading is otherwise."""
        if self._trading_told is not self.backend.store.trading:
            self._trading_told = self.backend.store.trading
            for screen in self.app.screen_stack:
                if isinstance(screen, Dialog):
                    screen.unsay_over()

    def _ask_currency(self) -> None:
        """What the account is in, once a login; it waits while another question stands there."""

        def answered(currency: str | None) -> None:
            self.notice.answer(self.backend.currency.answer(currency))

        self.app.push_screen(CurrencyDialog(self.backend.store.currency), answered)

    def action_do(self, action_id: str) -> None:
        """Run an action of the table, or say why it does not work now."""
        one, turns = action(action_id), key_turns_of(self.app)
        if self.is_too_small and action_id not in WORKS_UNSEEN:
            turns.refused = turns.current
            return
        if (reason := one.why_not(self.situation())) is not None:
            turns.refused = turns.current
            self.notice.answer(NotDone(reason))
            return
        name, _, argument = one.run.rstrip(")").partition("(")
        method = getattr(self, f"action_{name}")
        method(*(part.strip("' ") for part in argument.split(",") if part))

    def act_over(self, action_id: str) -> str:
        """The lock or the kill switch over a dialog, which stays as it is; what came of it, in a sentence."""
        if (reason := action(action_id).why_not(self.situation())) is not None:
            return reason
        if action_id == "trade.lock":
            return self._turn_lock()
        if isinstance(self.app.screen, CloseAllDialog) and self.app.screen.is_asking:
            self._block_openings()
        else:
            self.action_close_all()
        return "New orders are blocked; ctrl+l lets them through again."

    def on_board_chosen(self, message: Board.Chosen) -> None:
        if not self.is_pressed_here():
            return
        if message.control is self.quotes:
            self.action_do("trade.buy")
        elif message.control is self.positions.board:
            self.action_do("trade.close")
        elif message.control is self.orders and self.rule is not None:
            self.decide_rule(self.rule.number)
        elif message.control is self.orders:
            self.action_do("trade.modify")
        elif message.control is self.messages and isinstance(message.key, int):
            self.show_message(message.key)

    def on_cell_line_item_clicked(self, message: CellLine.ItemClicked) -> None:
        """A click on a pane's name or on a key of the line does what the key does: none of them sends."""
        message.stop()
        if not message.what.startswith("one_click."):
            self.action_do(message.what)

    def action_close_position(self) -> None:
        if self.position is not None:
            self.app.push_screen(CloseTicket(self.backend, self.position.ticket), self.after_order)
        elif self.unread_row is not None and self.unread_row.ticket is not None:
            self._close_by_number(self.unread_row.ticket)

    def _close_by_number(self, ticket: int) -> None:
        """What can't be read is closed as the command line closes it: in full, whatever it holds."""
        command = Close(OneTicket(ticket))
        match self.commanding.plan(command):
            case Plan() as plan:
                line = f"close {ticket}"
                back = partial(CommandBar, self.commanding, line)
                self.app.push_screen(BatchDialog(self.commanding, command, plan, back), self.after_command)
            case (
                PlanRefusal(sentence=sentence)
                | NeedsHistory(sentence=sentence)
                | NeedsSymbols(sentence=sentence)
            ):
                self.notice.answer(NotDone(sentence))
            case _:
                pass

    def action_modify(self) -> None:
        if self.rule is not None:
            self.action_command(changing_line(self.rule))
            return
        target = self.order or self.position
        if target is not None:
            self.app.push_screen(ModifyTicket(self.backend, target.ticket), self.after_order)

    def action_breakeven(self) -> None:
        if self.position is not None:
            self.app.push_screen(BreakevenDialog(self.backend, self.position.ticket), self.after_order)

    def action_trail(self) -> None:
        """Off at once where it is on; else its dialog."""
        ticket, trails = self.trailed_ticket, self.backend.trails
        if ticket is not None and any(trail.ticket == ticket for trail in trails.trails()):
            self.notice.answer(trails.stop(ticket))
            self.show_trails()
        elif self.position is not None:
            dialog = TrailDialog(self.backend, self.position.ticket)

            def after_trail(begun: Intent | None) -> None:
                self.show_trails()
                if begun is not None:
                    self.notice.answer(dialog.answer)

            self.app.push_screen(dialog, after_trail)

    def show_trails(self) -> None:
        """What trails is marked at once, not at the next second."""
        self.frame()
        self.positions.board.refresh_visible()
        self.top_line.redraw()
        self.show_keys()

    def action_reverse(self) -> None:
        if self.rule is not None:
            self.action_command(self.rule.line)
            return
        if self.position is not None:
            self.app.push_screen(ReverseTicket(self.backend, self.position.ticket), self.after_order)

    def action_reenter(self) -> None:
        """The other half of the latest reverse that came back half done, ready to be reviewed."""
        if halves := half_reversed(self.backend.store.intents):
            ticket = OrderTicket(self.backend, halves[-1].symbol, halves[-1].side.opposite, halves[-1].held)
            self.app.push_screen(ticket, self.after_order)

    def action_close_by(self) -> None:
        if self.position is not None:
            self.app.push_screen(CloseByDialog(self.backend, self.position.ticket), self.after_order)

    def action_exposure(self) -> None:
        self.app.push_screen(ExposureDialog(self.backend))

    def action_close_symbol(self) -> None:
        if self.looked_symbol is not None:
            self.app.push_screen(CloseSymbolDialog(self.backend, self.looked_symbol), self.after_order)

    def action_close_all(self) -> None:
        """The kill switch: nothing new is opened from this key on, whatever becomes of the dialog.

        A lock blocks more than that already; it stays until the word is typed.
        """
        self._block_openings()
        # Also where the list is empty: it may be so by mistake, and nobody is kept in by that.
        self.app.push_screen(CloseAllDialog(self.backend), self.after_close_all)

    def _block_openings(self) -> None:
        self.backend.proposals.decline_openings(KILLED)
        trading = self.backend.store.trading
        if isinstance(trading, TradingOpen | TradingCloseOnly) and trading != TradingCloseOnly(KILLED):
            self.backend.desk.kill(KILLED)
            self.frame()

    def after_close_all(self, intent: Intent | None) -> None:
        """Without the word nothing was closed; what was blocked stays so, and that is said."""
        if intent is None and isinstance(self.backend.store.trading, TradingCloseOnly):
            self.frame()
            self.notice.answer("Nothing was closed. New orders stay blocked; ctrl+l lets them through again.")
        else:
            self.after_order(intent)

    def action_doubt(self) -> None:
        self.app.push_screen(DoubtDialog(self.backend, self.times, self.copy_text), self.after_doubt)

    def after_doubt(self, _: None) -> None:
        self.frame()

    def action_lock(self) -> None:
        self.notice.answer(self._turn_lock())
        self.show_keys()

    def _turn_lock(self) -> str:
        """Lock what is open, unlock what is not; what came of it, in a sentence."""
        desk = self.backend.desk
        match self.backend.store.trading:
            case TradingReadOnly(reason=reason):
                return NotDone(f"There is nothing to unlock: {reason}.")
            case TradingOpen():
                desk.lock("you locked it")
                answer = "Trading is locked. ctrl+l unlocks it."
            case _:
                answer = unlock(self.backend)
        self.frame()
        return answer

    def action_show_pane(self, name: str) -> None:
        self.focus_pane(name)

    def action_next_pane(self, step: str) -> None:
        if self.shown == "chart" and (chart := self.wall.beside(int(step))) is not None:
            self.give_keys_to(chart)
            return
        ring = self.panes_layout.ring
        here = ring.index(self.shown) if self.shown in ring else 0
        self.focus_pane(ring[(here + int(step)) % len(ring)])

    def action_zoom(self) -> None:
        self.panes_layout.zoomed = not self.panes_layout.zoomed
        self.focus_pane(self.shown)

    def action_alerts(self) -> None:
        self.backend.alerts.looked()
        self.top_line.redraw()
        self.app.push_screen(AlertsDialog(self.backend, self.looked_symbol, self.times))

    def action_proposals(self) -> None:
        self.app.push_screen(ProposalsDialog(self.commanding), self.after_command)

    def action_command(self, text: str = "") -> None:
        """The command line, with `text` typed in it already."""
        self.app.push_screen(CommandBar(self.commanding, text), self.after_command)

    def after_command(self, _: None) -> None:
        self.frame()

    def action_help(self) -> None:
        self.app.push_screen(HelpDialog(help_sections(self.options.keys)))

    def show_message(self, key: int) -> None:
        """A message in full."""
        said = self.messages.message(key)
        if said is not None:
            self.app.push_screen(MessageDialog(said, self.times))

    def action_redraw(self) -> None:
        """What another program wrote over the screen, or the line garbled, goes; a lost stream is tried."""
        redraw(self.app)
        if self.backend.try_stream_now():
            self.backend.say(Severity.INFO, "The stream is tried again now.")

    def action_palette(self) -> None:
        self.app.action_command_palette()

    def suspended_words(self) -> str:
        """What stands still while the program is suspended, for the shell's screen."""
        backend = self.backend
        orders = open_orders_words(backend.store.intents.values())
        alerts = sum(alert.is_live for alert in backend.alerts.book.alerts)
        rules = sum(one.is_waiting for one in backend.rules.orders)
        return suspended_words(orders, self.batches.waiting, len(backend.trails.trails()), alerts, rules)

    def action_suspend(self) -> None:
        self.app.call_later(self.app.run_action, "suspend")

    def action_quit(self) -> None:
        in_flight = open_orders_words(self.backend.store.intents.values())
        stops_with_it = what_stops_words(self.backend)
        if not in_flight and not self.batches.waiting and not stops_with_it:
            self.app.exit(0)
            return
        sentences = []
        if in_flight:
            sentences.append(f"{in_flight}: the journal keeps that, and the next start goes on looking.")
        if waiting := self.batches.waiting:
            more = f"{waiting} more order{'' if waiting == 1 else 's'}"
            sentences.append(f"{more} of a command will not be sent.")
        question = " ".join((*sentences, *stops_with_it, "Quit?"))
        self.app.push_screen(YesNo("Quit", question), self.after_quit)

    def after_quit(self, yes: bool | None) -> None:
        if yes:
            self.app.exit(0)
