"""What the dialogs are built of: words that never flicker, and a field with its note beside it.

What is typed after enter never changes what enter meant. Nothing here knows an order, a price or the desk.
"""

from collections.abc import Callable, Iterable
from enum import Enum
from typing import TypeAlias

import msgspec
from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.geometry import Size
from textual.message import Message
from textual.reactive import Reactive
from textual.widget import Widget
from textual.widgets import Input, Static

from xbtfx_tui.ui.terminal.direct_drawing import draw_alone
from xbtfx_tui.ui.terminal.textual_internals import actions_of


class Tone(Enum):
    """How a note is meant; the value is its style class. Only WRONG keeps an order from its review."""

    QUIET = "quiet"
    WARNING = "warning"
    WRONG = "wrong"


class Note(msgspec.Struct, frozen=True):
    """A sentence beside a field or below them all."""

    text: str
    tone: Tone = Tone.QUIET

    @property
    def written(self) -> str:
        """The sentence with a mark that needs no colour."""
        return f"! {self.text}" if self.tone is not Tone.QUIET and self.text else self.text


NO_NOTE = Note("")

Stepper: TypeAlias = Callable[[str, int], str]
"""From what a field holds and a number of steps up (negative: down) to what it holds then."""

STEP_KEYS = {"up": 1, "down": -1, "shift+up": 10, "shift+down": -10, "pageup": 10, "pagedown": -10}


class Words(Static):
    """Text without markup that repaints only when it changed; takes no row while it is empty."""

    def __init__(self, text: str = "", *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002 (Textual's own name)
        super().__init__(text, markup=False, id=id, classes=classes)
        self._said: str | Content = text
        self.display = bool(text)

    def say(self, text: str | Content) -> None:
        """Show `text`, already cleaned of control characters.

        Only a text of another height has the screen laid out anew, and any other is drawn by itself: a price
        that moves in a dialog must not hold up the keys.
        """
        if text == self._said:
            return
        self._said = text
        before = self._height_of_text()
        self.display = bool(str(text))
        self.update(text, layout=False)
        if not before or self._height_of_text() != before:
            self.refresh(layout=True)
        else:
            draw_alone(self)

    def _height_of_text(self) -> int:
        """Rows that it takes at its width of now; 0 while it takes none."""
        width = self.content_size.width
        return self.visual.get_height(self.styles.get_rules(), width) if width and self.display else 0

    @property
    def said(self) -> str:
        """What it shows, as plain text."""
        return str(self._said)


def set_tone(widget: Widget, tones: Iterable[Tone]) -> None:
    """Give the widget the style class of the gravest of the tones."""
    present = frozenset(tones)
    gravest = next((tone for tone in (Tone.WRONG, Tone.WARNING) if tone in present), Tone.QUIET)
    for tone in Tone:
        widget.set_class(tone is gravest, f"-{tone.value}")


class FieldInput(Input):
    """A one-line input; from enter on it is deaf until `released`.

    `takes_text`: names and words are typed in it, so that every letter is a letter; else figures are.
    """

    # As Textual's, but without laying the whole screen out anew at each letter: its size is its style's.
    virtual_size: Reactive[Size] = Reactive(Size(0, 0))

    def __init__(
        self, value: str, *, on_steps: Callable[[int], None] | None = None, takes_text: bool = False
    ) -> None:
        # Compact, and valid, without its styles being worked out anew for each before it is anywhere.
        super().__init__(value, classes="-valid")
        self.set_reactive(Input.compact, True)
        self.add_class("-textual-compact", update=False)
        self.cursor_blink = False  # a dialog at rest sends nothing over a slow line
        self.takes_text = takes_text
        self._on_steps = on_steps
        self._held = False

    def check_consume_key(self, key: str, character: str | None) -> bool:
        """Whether a key is text here, whatever it is bound to. A figure has no X: that is the kill switch."""
        return self.takes_text and super().check_consume_key(key, character)

    def hold(self) -> None:
        """Ignore every key until `release`: what is under review must not change."""
        self._held = True

    def release(self) -> None:
        self._held = False

    async def on_key(self, event: events.Key) -> None:
        if self._held:
            if event.key != "escape":
                event.stop()
            event.prevent_default()
            return
        if self._on_steps is not None and (steps := STEP_KEYS.get(event.key)) is not None:
            event.stop()
            event.prevent_default()
            self._on_steps(steps)
            return
        for action in actions_of(self, event.key):
            if await self.app.run_action(action, self):
                event.stop()
                event.prevent_default()
                return

    class LinesLeftOut(Message):
        """More than one line was pasted: the first is in the field, `count` others are not."""

        def __init__(self, count: int) -> None:
            super().__init__()
            self.count = count

    def on_paste(self, event: events.Paste) -> None:
        if self._held:
            event.stop()
            event.prevent_default()
        elif others := len([line for line in event.text.splitlines() if line.strip()]) - 1:
            self.post_message(self.LinesLeftOut(max(0, others)))

    async def action_submit(self) -> None:
        self.hold()
        await super().action_submit()

    def rewrite(self, text: str) -> None:
        """Put `text` in the field with the cursor at its end, as if it had been typed."""
        self.value = text
        self.cursor_position = len(text)


class Field(Horizontal):
    """A label, its input, and beside it what the value comes to or what is wrong with it."""

    def __init__(
        self, name: str, value: str = "", *, stepper: Stepper | None = None, takes_text: bool = False
    ) -> None:
        super().__init__(id=name, classes=f"-{Tone.QUIET.value}")
        self.field_name = name
        self._stepper = stepper
        on_steps = self._step if stepper is not None else None
        self.input = FieldInput(value, on_steps=on_steps, takes_text=takes_text)
        self._note = Words(classes="note")

    def compose(self) -> ComposeResult:
        yield Static(self.field_name, markup=False, classes="label")
        yield self.input
        yield self._note

    def on_descendant_focus(self) -> None:
        self.add_class("-focused")

    def on_descendant_blur(self) -> None:
        self.remove_class("-focused")

    @property
    def text(self) -> str:
        return self.input.value

    @property
    def said(self) -> str:
        """The note as it is on screen."""
        return self._note.said

    def say(self, note: Note) -> None:
        self._note.say(note.written)
        set_tone(self, (note.tone,))

    def _step(self, steps: int) -> None:
        if self._stepper is not None:
            self.input.rewrite(self._stepper(self.text, steps))
