"""The list of alerts: what each waits for and where it stands; re-arm, remove, make one. It judges nothing.

A new alert is typed in the command line's own words behind `alert SYMBOL`; a whole one (`margin < 300%`) is
taken, too.
"""

from collections.abc import Callable
from functools import partial
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widgets import Input

from xbtfx_tui.commands.alert_commands import state_word
from xbtfx_tui.domain.alerts import Alert, AlertEnded, Fired, alert_words, news_words
from xbtfx_tui.planning.alert_planning import AlertDraft
from xbtfx_tui.ui.confirm_rule import could_confirm, could_repeat
from xbtfx_tui.ui.dialog_keys import dialog_binding, hint_of
from xbtfx_tui.ui.dialogs.alert_input import AlertTextWrong, meaning
from xbtfx_tui.ui.dialogs.confirm_guard import PRESS_AGAIN, ConfirmGuard, Rule
from xbtfx_tui.ui.dialogs.dialog_base import Dialog
from xbtfx_tui.ui.dialogs.dialog_fields import Field, Note, Tone, Words, set_tone
from xbtfx_tui.ui.figure_format import clean, left, right
from xbtfx_tui.ui.ports import Backend
from xbtfx_tui.ui.screen_times import ScreenTimes
from xbtfx_tui.ui.widgets.canvas import Cell
from xbtfx_tui.ui.widgets.table import Board
from xbtfx_tui.ui.widgets.table_columns import Column

LOOKS_PER_SECOND = 2
MOST_ROWS = 12
_NAME = 32


class AlertsBoard(Board[int]):
    """One row an alert, in the order they were made."""

    COLUMNS: ClassVar = (
        Column("number", "no", 3),
        Column("words", "waits for", 20, to_left=True, stretch=60, is_prose=True),
        Column("state", "state", 16, to_left=True),
    )
    PAST_TEXTUAL = False

    def __init__(self, backend: Backend, times: ScreenTimes) -> None:
        super().__init__(id="alerts-board")
        self._times = times
        self._alerts = backend.alerts
        self._clock = backend.clock
        self._shown: dict[int, Alert] = {}

    @property
    def alert(self) -> Alert | None:
        """The alert under the cursor, as it stands on screen."""
        return self._shown.get(self.cursor) if self.cursor is not None else None

    def title_of(self, column: Column, width: int) -> str:
        return f"state ({self._times.word})" if column.name == "state" else column.title

    def empty_words(self) -> str:
        return f"There is no alert yet. Press {hint_of(self, 'dialog.new')} to make one."

    def take(self) -> None:
        """Show the book as it is now."""
        book = self._alerts.book
        before, self._shown = self._shown, {alert.number: alert for alert in book.alerts}
        self.styles.height = min(MOST_ROWS, max(1, len(book.alerts))) + 1
        self.set_keys(list(self._shown))
        self.refresh_rows([n for n, alert in self._shown.items() if before.get(n) is not alert])

    def begin_on_the_latest_fired(self) -> None:
        fired = [(one.state.wall, n) for n, one in self._shown.items() if isinstance(one.state, Fired)]
        if fired:
            self.select(max(fired)[1])

    def row(self, key: int) -> dict[str, Cell]:
        alert = self._shown[key]
        tint = "warning" if isinstance(alert.state, Fired) else "text" if alert.is_live else "muted"
        texts = {
            "number": str(key),
            "words": clean(news_words(alert) or alert_words(alert)),
            "state": state_words(alert, self._clock.now().wall, self._times),
        }
        return {
            column.name: (((left if column.to_left else right)(texts[column.name], width), self.tint(tint)),)
            for column, width in self.layout_columns
        }


def state_words(alert: Alert, wall: float, times: ScreenTimes) -> str:
    """Where an alert stands and since when; `wall` is now. The day is told where it is another one."""
    match alert.state:
        case Fired(wall=at) | AlertEnded(wall=at):
            return f"{state_word(alert)} {times.clock_or_day(at, wall)}"
        case _:
            return state_word(alert)


class AlertsDialog(Dialog[None]):
    """The list. `symbol` is the selected one, which a new alert is about; None = nothing is selected."""

    FIRST = "AlertsBoard"
    # Priority: the board binds some of them, too.
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "confirm", "Re-arm", priority=True),
        dialog_binding("dialog.rearm", "rearm", priority=True),
        dialog_binding("dialog.remove", "remove", priority=True),
        dialog_binding("dialog.new", "new", priority=True),
        Binding("a,q", "back", "Close", priority=True),
    ]

    def __init__(self, backend: Backend, symbol: str | None, times: ScreenTimes) -> None:
        super().__init__("alerts")
        self._backend = backend
        self._symbol = symbol
        self._board = AlertsBoard(backend, times)
        self._general = Words(id="general")
        self._hint = Words(id="hint")
        self._guard = ConfirmGuard(self)

    def compose(self) -> ComposeResult:
        with Vertical(id="frame"):
            yield self._board
            yield self._general
            yield self._hint

    def on_mount(self) -> None:
        self.write_title("Alerts")
        if (not_kept := self._backend.alerts.elsewhere) is not None:
            self._general.say(clean(not_kept))
        self._look()
        self._board.begin_on_the_latest_fired()
        self._guard.ask()
        self.set_interval(1 / LOOKS_PER_SECOND, self._look)

    def _look(self) -> None:
        """Follow the book; what fires under the trader's eyes has been looked at."""
        self._backend.alerts.looked()
        self._board.take()
        self._say_keys()

    def _say_keys(self) -> None:
        alert = self._board.alert
        rearm = "" if alert is None or alert.is_live else "enter re-arms · "
        remove = "" if alert is None else f"{hint_of(self, 'dialog.remove')} removes · "
        new = f"{hint_of(self, 'dialog.new')} makes a new one · "
        self._hint.say(f"{new}{rearm}{remove}escape closes")

    @on(Board.CursorMoved)
    def _moved(self, event: Board.CursorMoved) -> None:
        event.stop()
        self._say_keys()

    def action_confirm(self) -> None:
        if (alert := self._board.alert) is not None:
            self.call_later(self._once_heard, partial(self._backend.alerts.rearm, alert.number))

    def action_rearm(self) -> None:
        if (alert := self._board.alert) is not None:
            self.call_later(self._once_heard, partial(self._backend.alerts.rearm, alert.number), could_repeat)

    def action_remove(self) -> None:
        if (alert := self._board.alert) is not None:
            self.call_later(
                self._once_heard, partial(self._backend.alerts.remove, alert.number), could_repeat
            )

    async def _once_heard(self, does: Callable[[], str], rule: Rule = could_confirm) -> None:
        """In its own turn: the rule may take a moment."""
        if await self._guard.hears(rule):
            self._answer(does())
        elif rule is could_confirm:
            self._answer(PRESS_AGAIN)

    def action_new(self) -> None:
        self.app.push_screen(NewAlert(self._backend, self._symbol), self._made)

    def _made(self, sentence: str | None) -> None:
        if sentence is not None:
            self._answer(sentence)
            if self._board.keys:
                self._board.select(self._board.keys[-1])

    def _answer(self, sentence: str) -> None:
        self._general.say(clean(sentence))
        self._look()


class NewAlert(Dialog[str | None]):
    """A field for what to wait for, which begins with `text`. Dismisses with what came of it, as a sentence,
    or None."""

    def __init__(self, backend: Backend, symbol: str | None, text: str = "") -> None:
        super().__init__("order new-alert")
        self._backend = backend
        self._symbol = symbol
        self._field = Field("when", text, takes_text=True)
        self._general = Words(id="general")

    def compose(self) -> ComposeResult:
        with Vertical(id="frame"):
            yield self._field
            yield self._general
            yield Words("enter sets it · escape goes back", id="hint")

    def on_mount(self) -> None:
        about = "" if self._symbol is None else f" on {clean(self._symbol, _NAME)}"
        self.write_title(f"New alert{about}")
        self._tell()
        self.set_interval(1 / LOOKS_PER_SECOND, self._tell)

    def _tell(self) -> None:
        """What the text means at the prices of now, or what is wrong with it."""
        match self._meaning():
            case AlertDraft(sentence=sentence, refusal=None):
                self._note(Note(sentence))
            case AlertDraft(refusal=str(refusal)):
                self._note(Note(refusal, Tone.WARNING))
            case AlertTextWrong(sentence, is_unfinished):
                self._note(Note(sentence, Tone.QUIET if is_unfinished else Tone.WRONG))

    def _meaning(self) -> AlertDraft | AlertTextWrong:
        return meaning(self._field.text, self._symbol, self._backend)

    def _note(self, note: Note) -> None:
        self._general.say(clean(note.written))
        set_tone(self._general, (note.tone,))

    @on(Input.Changed)
    def _changed(self, event: Input.Changed) -> None:
        event.stop()
        self._tell()

    @on(Input.Submitted)
    def _entered(self, event: Input.Submitted) -> None:
        event.stop()
        match self._meaning():
            case AlertDraft(condition=condition, refusal=None):
                self.dismiss(self._backend.alerts.add(condition))
                return
            case AlertDraft(refusal=str(refusal)):
                self._note(Note(refusal, Tone.WRONG))
            case AlertTextWrong(sentence):
                self._note(Note(sentence, Tone.WRONG))
        self._field.input.release()
