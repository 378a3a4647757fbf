"""The command line on screen: one line at the bottom, and in words what it will do before it is entered.

It understands by the grammar and plans by the planner; it sends nothing. What a line comes to is a sheet, a
deed or a plan, which their own dialogs show and confirm over it.
"""

from collections.abc import Callable
from typing import ClassVar

from rich.cells import cell_len
from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.timer import Timer
from textual.widgets import Input, Static

from xbtfx_tui.commands.command_types import Command
from xbtfx_tui.commands.completion import complete
from xbtfx_tui.commands.grammar import Mistake, parse
from xbtfx_tui.planning.plan_types import Deed, NeedsHistory, NeedsSymbols, Plan, Planned, PlanRefusal, Sheet
from xbtfx_tui.ui.command_service import Commanding
from xbtfx_tui.ui.dialogs.batch_dialog import BatchDialog
from xbtfx_tui.ui.dialogs.command_input import CommandInput
from xbtfx_tui.ui.dialogs.completion_list import Completions
from xbtfx_tui.ui.dialogs.dialog_base import Dialog
from xbtfx_tui.ui.dialogs.dialog_fields import FieldInput, Note, Tone, Words, set_tone
from xbtfx_tui.ui.dialogs.report_dialog import SheetDialog
from xbtfx_tui.ui.figure_format import clean

TICKS_PER_SECOND = 2
PLANNED_AT_ONCE = 20
"""Positions up to which a preview is worked out within the key's own turn."""
PREVIEW_SECONDS = 0.25
"""Between two previews of an account with more."""
_AFTER_THE_KEY = 0.03
_COMING = Note("What it comes to is being worked out.")
_PROMPT = ": "
_LONGEST = 240
_HINT = "tab completes · up: earlier lines · enter · escape leaves"


class CommandBar(Dialog[None]):
    """`text` is what it opens with, the cursor behind it. Dismisses with None, whatever was done."""

    FIRST: ClassVar[str] = "CommandInput"

    def __init__(self, commanding: Commanding, text: str = "") -> None:
        super().__init__("command")
        self._commanding = commanding
        self._input = CommandInput(
            text,
            {
                "up": lambda: self._choose(-1),
                "down": lambda: self._choose(1),
                "tab": self._insert,
                "shift+tab": lambda: self._choose(-1),
                "ctrl+u": lambda: self._input.rewrite(""),
            },
            {
                "dialog.older": lambda: self._look_back(-1),
                "dialog.newer": lambda: self._look_back(1),
            },
        )
        self._completions = Completions()
        self._marks = Words(id="marks")
        self._meaning = Words(id="meaning")
        self._hint = Words(_HINT, id="hint")
        self._changes_until_hint = 0
        self._entered: str | None = None
        self._recalled: str | None = None
        self._waiting: Command | None = None
        self._meant: Command | None = None
        self._coming: Timer | None = None
        self._previewed_at = float("-inf")

    def compose(self) -> ComposeResult:
        with Vertical(id="frame"):
            yield self._completions
            with Horizontal(id="line"):
                yield Static(_PROMPT, markup=False, id="prompt")
                yield self._input
            yield self._marks
            yield self._meaning
            yield self._hint

    def on_mount(self) -> None:
        self.write_title("command")
        self._input.cursor_position = len(self._input.value)
        self._look()
        self.set_interval(1 / TICKS_PER_SECOND, self._tick)
        self.watch(self._input, "cursor_position", self._look, init=False)

    def _tick(self) -> None:
        self._look()
        if self._waiting is not None:
            self._go_on(self._waiting)

    # --- what is typed ---

    @property
    def _text(self) -> str:
        return self._input.value

    def _look(self) -> None:
        """Say what stands in the bar: what can follow, and what it comes to at the market of now."""
        known = self._commanding.known()
        offered = complete(self._text, self._input.cursor_position, known, self._commanding.tickets)
        is_recalled = self._recalled is not None
        self._completions.offer(() if is_recalled else offered)
        understood = parse(self._text, known)
        if isinstance(understood, Mistake):
            self._meant = None
            self._show_mistake(understood, is_typing=bool(offered) and self._is_at_end_of(understood))
        else:
            self._preview(understood)

    def _preview(self, command: Command) -> None:
        """Say what the command comes to: at once, or on a full account once the key is painted. What is
        confirmed is planned anew in any case."""
        if len(self._commanding.backend.store.positions) <= PLANNED_AT_ONCE:
            self._say_meaning(command)
            return
        if command != self._meant:
            self._meant = None
            self._show(_COMING)
        if self._coming is None:
            since = self._commanding.backend.clock.now().monotonic - self._previewed_at
            self._coming = self.set_timer(max(_AFTER_THE_KEY, PREVIEW_SECONDS - since), self._catch_up)

    def _catch_up(self) -> None:
        self._coming = None
        understood = parse(self._text, self._commanding.known())
        if not isinstance(understood, Mistake):
            self._say_meaning(understood)

    def _say_meaning(self, command: Command) -> None:
        self._meant = command
        self._previewed_at = self._commanding.backend.clock.now().monotonic
        self._show(_meaning(self._commanding.plan(command)))

    def _is_at_end_of(self, mistake: Mistake) -> bool:
        """Whether what is wrong may only be unfinished."""
        return mistake.end == len(self._text) == self._input.cursor_position

    def _show_mistake(self, mistake: Mistake, *, is_typing: bool) -> None:
        example = f"e.g. {mistake.example}"
        is_missing = mistake.start == mistake.end
        if self._text == self._entered or not (is_typing or is_missing):
            self._show(Note(f"{mistake.sentence} {example}", Tone.WRONG), mistake)
        elif is_missing:
            self._show(Note(f"{mistake.sentence} {example}"))
        else:
            self._show(Note(example))

    def _show(self, note: Note, mistake: Mistake | None = None) -> None:
        self._meaning.say(clean(note.written, _LONGEST))
        set_tone(self._meaning, (note.tone,))
        self._marks.say(self._marks_under(mistake) if mistake is not None else " ")

    def _marks_under(self, mistake: Mistake) -> str:
        """`^^^` under the wrong word, where it is in sight; one `^` where words are missing."""
        scrolled = int(self._input.scroll_offset.x)
        start = cell_len(self._text[: mistake.start]) - scrolled
        end = max(start + 1, cell_len(self._text[: mistake.end]) - scrolled)
        start, end = max(0, start), min(end, max(1, self._input.size.width))
        return " " * (len(_PROMPT) + start) + "^" * (end - start) or " "

    @on(Input.Changed)
    def _changed(self, event: Input.Changed) -> None:
        event.stop()
        if self._recalled is not None and self._text != self._recalled:
            self._recalled = None
            self._commanding.history.leave()
        self._entered = self._waiting = None
        if self._changes_until_hint:
            self._changes_until_hint -= 1
            if not self._changes_until_hint:
                self._hint.say(_HINT)
        self._look()

    @on(FieldInput.LinesLeftOut)
    def _lines_left_out(self, event: FieldInput.LinesLeftOut) -> None:
        event.stop()
        # It stands while the pasted line does: the paste itself is the first change after this.
        self._changes_until_hint = 2
        lines = "1 more pasted line is" if event.count == 1 else f"{event.count} more pasted lines are"
        self._hint.say(f"! {lines} left out: one line is one command")

    # --- completions and history ---

    def _choose(self, count: int) -> None:
        """The arrows: among earlier lines while one is shown or nothing is typed, else among what fits."""
        if self._recalled is not None or (count < 0 and not self._text and self._completions.marked is None):
            self._look_back(count)
        else:
            self._completions.move(count)

    def _look_back(self, count: int) -> None:
        history = self._commanding.history
        line = history.older(self._text) if count < 0 else history.newer()
        if line is None:
            return
        self._recalled = line if history.is_looking_back else None
        self._input.rewrite(line)

    @on(Completions.Picked)
    def _picked(self, event: Completions.Picked) -> None:
        event.stop()
        self._insert()

    def _insert(self) -> None:
        """Put what is marked, or the first that fits, in place of the word that is typed."""
        # By what stands there now: in a burst of keys the rows on screen may be of an earlier moment.
        known = self._commanding.known()
        offered = complete(self._text, self._input.cursor_position, known, self._commanding.tickets)
        marked = self._completions.marked
        if not offered:
            return
        chosen = marked if marked is not None and marked in offered else offered[0]
        after = self._text[chosen.end :]
        gap = "" if chosen.text.endswith("=") or after[:1].isspace() else " "
        before = f"{self._text[: chosen.start]}{chosen.text}{gap}"
        self._input.value = before + after
        self._input.cursor_position = len(before) + (after[:1].isspace() and not gap)

    # --- enter ---

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        if self._completions.marked is not None:
            self._insert()
            self._stay()
            return
        command = parse(self._text, self._commanding.known())
        if isinstance(command, Mistake):
            self._entered = self._text
            if command.start < len(self._text):
                self._input.cursor_position = command.end
            self._stay()
            return
        self._commanding.history.add(self._text)
        self._recalled = None
        self._go_on(command)

    def _go_on(self, command: Command) -> None:
        """Do, show or have confirmed what the command comes to; wait for what has to be read first."""
        has_waited, self._waiting = self._waiting is not None, None
        match planned := self._commanding.plan(command):
            case PlanRefusal():
                self._entered = self._text
                self._stay()
            case NeedsHistory() | NeedsSymbols():
                if isinstance(planned, NeedsHistory) and not has_waited:
                    self._commanding.backend.read_history(planned.period)
                self._waiting = command
                self._stay()
            case Sheet():
                if planned.period is not None and not has_waited:
                    self._commanding.backend.read_history(planned.period)
                self._open(SheetDialog(planned, lambda: self._commanding.plan(command)))
            case Deed(needs_yes=False):
                self._commanding.carry_out(planned)
                self.dismiss(None)
            case Plan() | Deed():
                self._open(BatchDialog(self._commanding, command, planned, self._anew()))

    def _open(self, dialog: SheetDialog | BatchDialog) -> None:
        """Show it in the bar's place, at once, so that no key of a burst falls through to the panes.

        Never over the bar: Textual paints nothing anew that lies behind two dialogs, and prices there would
        stand still.
        """
        self.app.switch_screen(dialog)

    def _anew(self) -> "Callable[[], CommandBar]":
        """The way back to the bar with what stands in it now."""
        commanding, text = self._commanding, self._text
        return lambda: CommandBar(commanding, text)

    def _stay(self) -> None:
        self._input.release()
        self._look()


def _meaning(planned: Planned) -> Note:
    """What a command comes to, in a sentence or two."""
    match planned:
        case Plan(headline=words, remarks=remarks) | Deed(words=words, remarks=remarks):
            return Note(" ".join((words, *remarks[:1])))
        case Sheet(title=title):
            return Note(f"Shows: {title}.")
        case PlanRefusal(sentence=sentence):
            return Note(sentence, Tone.WRONG)
        case NeedsHistory(sentence=sentence) | NeedsSymbols(sentence=sentence):
            return Note(sentence)
