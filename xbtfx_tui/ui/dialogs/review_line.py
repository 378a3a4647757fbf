"""The review line: says in words what enter will do, and hears nothing in its first 150 ms.

It decides nothing and sends nothing: it posts `Confirmed` or `Backed`, and its dialog acts.
"""

from time import monotonic

from textual import events
from textual.errors import NoWidget
from textual.message import Message

from xbtfx_tui.domain.clock import Clock
from xbtfx_tui.ui.dialogs.dialog_base import TypeaheadGuard
from xbtfx_tui.ui.dialogs.dialog_fields import Words

NOT_LAID_OUT = 0.02
"""Seconds until it is looked for again where the screen has no place for it yet."""


def waited(event: events.Event) -> float:
    """Seconds between a key's arrival and now, by the clock that Textual stamps events with."""
    return max(0.0, monotonic() - event.time)


class ReviewLine(Words, can_focus=True):
    """A few sentences, focused while they are up; every key but enter and escape is swallowed."""

    class Confirmed(Message):
        """Enter, by someone who had the time to see the words."""

    class Backed(Message):
        """Escape: one step back."""

    def __init__(self, clock: Clock) -> None:
        super().__init__(id="review")
        self._deafness = TypeaheadGuard(clock)

    def open(self, words: str) -> None:
        """Show the words, take the focus and start the deaf time once they are painted."""
        self._deafness.begin()
        self.say(words)
        self.screen.set_focus(self)
        self.call_after_refresh(self._come_up)

    def _come_up(self) -> None:
        """It is painted by now, unless the dialog is longer than the screen, or is not laid out yet."""
        if not (self.is_attached and self.said):
            return
        try:
            place = self.screen.find_widget(self)
        except NoWidget:
            self.set_timer(NOT_LAID_OUT, self._come_up)
            return
        if place.visible_region == place.region:
            self._deafness.painted()
            return
        self.scroll_visible(animate=False)
        self.call_after_refresh(self._deafness.painted)

    def close(self) -> None:
        self._deafness.begin()
        self.say("")

    @property
    def hears(self) -> bool:
        """Whether the deaf time is over."""
        return self._deafness.hears()

    def on_key(self, event: events.Key) -> None:
        event.stop()
        event.prevent_default()
        # A key that waited while the program was busy was struck that much earlier.
        if not self._deafness.hears(waited(event)):
            return
        if event.key == "enter":
            self.post_message(self.Confirmed())
        elif event.key == "escape":
            self.post_message(self.Backed())
