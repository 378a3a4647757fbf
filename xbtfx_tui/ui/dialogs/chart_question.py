"""A line that is typed for the chart: how long its candles are, or where to go. It changes no chart."""

from collections.abc import Callable
from typing import Generic, TypeVar

import msgspec
from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Input

from xbtfx_tui.domain.candles import Timeframe
from xbtfx_tui.domain.timeframe_words import parse_timeframe, timeframe_words
from xbtfx_tui.ui.dialogs.dialog_base import Dialog
from xbtfx_tui.ui.dialogs.dialog_fields import Field, Note, Tone, Words, set_tone
from xbtfx_tui.ui.figure_format import clean

Answer = TypeVar("Answer")
TIMEFRAMES = "10s, 1, 5, 15 (minutes), 1h, 4h, d or w"


class Understood(msgspec.Struct, Generic[Answer], frozen=True):
    """What the text means, and in words."""

    answer: Answer
    words: str


class NotUnderstood(msgspec.Struct, frozen=True):
    """Why it means nothing, as a sentence; `is_unfinished` where there is only more to type."""

    sentence: str
    is_unfinished: bool = False


Reader = Callable[[str], Understood[Answer] | NotUnderstood]


def read_timeframe(text: str) -> Understood[Timeframe] | NotUnderstood:
    """A timeframe as it is typed."""
    found = parse_timeframe(text)
    if found is not None:
        return Understood(found, f"Candles of {timeframe_words(found)}.")
    sentence = f"Candles are of {TIMEFRAMES}."
    return NotUnderstood(sentence, is_unfinished=text.strip() in {"", "10", "2", "24"})


class ChartQuestion(Dialog[Answer | None]):
    """One field. Dismisses with what was typed, or None."""

    def __init__(self, title: str, label: str, read: Reader[Answer], symbol: str) -> None:
        super().__init__("order chart-question")
        self._title = f"{title} of {clean(symbol, 32)}"
        self._read = read
        self._field = Field(label, takes_text=True)
        self._general = Words(id="general")

    def compose(self) -> ComposeResult:
        with Vertical(id="frame"):
            yield self._field
            yield self._general
            yield Words("enter takes it · escape goes back", id="hint")

    def on_mount(self) -> None:
        self.write_title(self._title)
        self._tell()

    def _tell(self) -> None:
        match self._read(self._field.text):
            case Understood(words=words):
                self._note(Note(words))
            case NotUnderstood(sentence, is_unfinished):
                self._note(Note(sentence, Tone.QUIET if is_unfinished else Tone.WRONG))

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
        match self._read(self._field.text):
            case Understood(answer=answer):
                self.dismiss(answer)
            case NotUnderstood(sentence):
                self._note(Note(sentence, Tone.WRONG))
                self._field.input.release()
