"""Two ways to ask before something is done: yes or no, and a word to be typed. They do nothing themselves."""

from collections.abc import Sequence
from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.css.scalar import Scalar
from textual.message import Message
from textual.screen import ScreenResultType
from textual.widgets import Input

from xbtfx_tui.ui.confirm_rule import could_end_word
from xbtfx_tui.ui.dialog_key_table import ANSWERS
from xbtfx_tui.ui.dialogs.confirm_guard import PRESS_AGAIN, ConfirmGuard
from xbtfx_tui.ui.dialogs.dialog_base import Dialog
from xbtfx_tui.ui.dialogs.dialog_fields import Field, Note, Tone, Words

_LEAST_LINES = 2
"""Rows of a list that stay in sight on the shortest screen, so that one sees that it scrolls."""


class Choices(Words, can_focus=True):
    """Two answers on one line, the harmless one marked at first; posts `Chosen`."""

    class Chosen(Message):
        def __init__(self, yes: bool) -> None:
            super().__init__()
            self.yes = yes

    def __init__(self, yes: str, no: str) -> None:
        super().__init__(id="choices")
        self._answers = (no, yes)
        self._marked = 0
        self._guard = ConfirmGuard(self)

    def on_mount(self) -> None:
        self._show()
        self._guard.ask()

    async def on_key(self, event: events.Key) -> None:
        if event.key not in ("enter", "tab", "shift+tab", "left", "right", *ANSWERS):
            return
        event.stop()
        event.prevent_default()
        answer = ANSWERS.get(event.key)
        if answer is False:
            self.post_message(self.Chosen(False))
        elif answer or event.key == "enter":
            if await self._guard.hears():
                self.post_message(self.Chosen(answer or bool(self._marked)))
            else:
                self._show(f"Press {event.key} again.")
        else:
            self._marked = 1 - self._marked
            self._show()

    def _show(self, asks: str = "") -> None:
        parts: list[str | tuple[str, str]] = []
        for index, answer in enumerate(self._answers):
            parts.append((f"> {answer} <", "bold reverse") if index == self._marked else f"  {answer}  ")
            parts.append("   ")
        self.say(Content.assemble(*parts, asks))


class YesNo(Dialog[bool]):
    """A question; dismisses with True for yes. The harmless answer is marked first, and keys typed ahead
    answer nothing."""

    FIRST = "Choices"

    def __init__(self, title: str, question: str, yes: str = "Yes", no: str = "No") -> None:
        super().__init__("question")
        self._title = title
        self._question = question
        self._choices = Choices(yes, no)

    def compose(self) -> ComposeResult:
        with VerticalScroll(id="frame", can_focus=False):
            yield Words(self._question, id="headline")
            yield self._choices
            yield Words("y yes · n no · arrows and enter choose · escape goes back", id="hint")

    def on_mount(self) -> None:
        self.write_title(self._title)

    @on(Choices.Chosen)
    def _chosen(self, event: Choices.Chosen) -> None:
        event.stop()
        self.dismiss(event.yes)

    def action_back(self) -> None:
        self.dismiss(False)


class ScrollingDialog(Dialog[ScreenResultType]):
    """A dialog whose `#lines` scroll with pgup and pgdn, and give way where the screen is short: what can be
    chosen, the question and the keys stay in sight."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("pageup", "scroll_lines(-1)", "Scroll up", show=False),
        Binding("pagedown", "scroll_lines(1)", "Scroll down", show=False),
    ]

    def on_mount(self) -> None:
        self.watch(self.query_one("#frame"), "virtual_size", self._fit_later)

    def on_resize(self) -> None:
        self._fit_later()

    def _fit_later(self) -> None:
        self.call_after_refresh(self._fit)

    def _fit(self) -> None:
        """Give the lines the rows that nothing else needs, up to what the style sheet lets them have."""
        if self._is_dismissed or not self.is_attached:
            return  # keys of one burst: its parts may be gone already
        frame, lines = self.query_one("#frame"), self.query_one("#lines", VerticalScroll)
        most = lines.styles.base.max_height
        others = frame.virtual_size.height - lines.outer_size.height
        rows = self.size.height - frame.styles.margin.height - frame.gutter.height - others
        fitting = None if most is None or rows >= most.value else max(_LEAST_LINES, rows)
        if lines.styles.inline.max_height != (None if fitting is None else Scalar.from_number(fitting)):
            lines.styles.max_height = fitting
            self.call_after_refresh(self.lines_were_fitted)

    def lines_were_fitted(self) -> None:
        """There are more or fewer of them in sight than before."""

    def action_scroll_lines(self, pages: int) -> None:
        lines = self.query_one("#lines", VerticalScroll)
        lines.scroll_relative(y=pages * max(1, lines.size.height - 1), animate=False)


class TypedWord(ScrollingDialog[bool]):
    """Asks for a word before something large is done; dismisses with True once it is typed in full.

    `lines` say what will be done, one position a line or as it comes.
    """

    def __init__(self, title: str, lines: Sequence[str], word: str) -> None:
        super().__init__("question order")
        self._guard = ConfirmGuard(self)
        self._title = title
        self._lines = lines
        self._word = word
        self._field = Field(word)

    def compose(self) -> ComposeResult:
        with VerticalScroll(id="frame", can_focus=False):
            with VerticalScroll(id="lines", can_focus=False):
                yield Words("\n".join(self._lines), id="headline")
            yield self._field
            yield Words(f"type {self._word} and enter to go on · escape goes back", id="hint")

    def on_mount(self) -> None:
        self.write_title(self._title)
        self._guard.ask()

    @on(Input.Changed)
    def _changed(self, event: Input.Changed) -> None:
        event.stop()
        self._field.say(Note(""))

    @on(Input.Submitted)
    async def _entered(self, event: Input.Submitted) -> None:
        event.stop()
        is_word = event.value.strip().lower() == self._word
        if is_word and await self._guard.hears(could_end_word):
            self.dismiss(True)
            return
        self._field.input.release()
        wrong = PRESS_AGAIN if is_word else f"Type the word {self._word}, or escape."
        self._field.say(Note(wrong, Tone.WRONG))

    def action_back(self) -> None:
        self.dismiss(False)
