"""The review line: says in words what enter will do, and hears nothing in its first 150 ms.

It decides nothing and sends nothing: it posts `Confirmed` or `Backed`, and its dialog acts.
"""

from time import monotonic

from textual import events
from textual.message import Message

from xbtfx_tui.domain.clock import Clock
from xbtfx_tui.ui.dialogs.parts import Words

DEAF_SECONDS = 0.150
"""How long keys are ignored once the words are painted, so that keys typed ahead can't confirm."""


class ReviewLine(Words, can_focus=True):
    """One sentence or two, focused while they are up; every key but enter and escape is swallowed."""

    class Confirmed(Message):
        """Enter, by someone who had the time to see the words."""

    class Backed(Message):
        """Escape: one step back."""

    def __init__(self, clock: Clock) -> None:
        super().__init__(id="review")
        self._clock = clock
        self._painted_at: float | None = None

    def open(self, words: str) -> None:
        """Show the words, take the focus and start the deaf time once they are painted."""
        self._painted_at = None
        self.say(words)
        self.screen.set_focus(self)
        self.call_after_refresh(self._painted)

    def close(self) -> None:
        self._painted_at = None
        self.say("")

    def hears(self, event: events.Event | None = None) -> bool:
        """Whether a key counts: it was struck, not only handled, after the deaf time.

        A key may have waited in the queue while the program was busy; that wait makes it older.
        """
        if self._painted_at is None:
            return False
        waited = max(0.0, monotonic() - event.time) if event is not None else 0.0
        return self._clock.now().monotonic - waited - self._painted_at >= DEAF_SECONDS

    def on_key(self, event: events.Key) -> None:
        event.stop()
        event.prevent_default()
        if not self.hears(event):
            return
        if event.key == "enter":
            self.post_message(self.Confirmed())
        elif event.key == "escape":
            self.post_message(self.Backed())

    def _painted(self) -> None:
        self._painted_at = self._clock.now().monotonic
