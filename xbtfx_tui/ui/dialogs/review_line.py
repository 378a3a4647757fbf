"""The review line: says in words what enter will do, and hears an enter by the confirm rule alone.

It decides nothing and sends nothing: it posts `Confirmed` or `Backed`, and its dialog acts.
"""

from textual import events
from textual.content import Content
from textual.errors import NoWidget
from textual.message import Message

from xbtfx_tui.ui.dialogs.confirm_guard import PRESS_AGAIN, ConfirmGuard
from xbtfx_tui.ui.dialogs.dialog_fields import Words

NOT_LAID_OUT = 0.02
"""Seconds until it is looked for again where the screen has no place for it yet."""
_GOES_BACK = "escape goes back."


class ReviewLine(Words, can_focus=True):
    """A few sentences, focused while they are up; every key but enter and escape is swallowed."""

    class Confirmed(Message):
        """Enter, by someone who had the time to see the words."""

    class Backed(Message):
        """Escape: one step back."""

    def __init__(self) -> None:
        super().__init__(id="review")
        self._guard = ConfirmGuard(self)
        self._words: str | Content = ""
        self._asks_again = False
        self.is_judging = False
        """Whether an enter was struck of which it is not known yet if it counts: what it is about must not
        change meanwhile."""

    def open(self, words: str) -> None:
        """Show the words and take the focus; they can be answered once they were on screen for a moment."""
        self._guard.begin()
        self._asks_again = False
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
            self._guard.painted()
            return
        self.scroll_visible(animate=False)
        self.call_after_refresh(self._guard.painted)

    def close(self) -> None:
        self._guard.end()
        self._asks_again = False
        self.say("")

    def say(self, text: str | Content) -> None:
        """Show the words, and, where an enter was not heard, that it takes another."""
        self._words = text
        super().say(asked_again(text) if self._asks_again and isinstance(text, str) and text else text)

    @property
    def hears(self) -> bool:
        """Whether an enter struck now would be heard, as far as what came before it tells."""
        return self._guard.would_hear()

    async def on_key(self, event: events.Key) -> None:
        event.stop()
        event.prevent_default()
        if event.key == "escape":
            self.post_message(self.Backed())
        elif event.key == "enter":
            self.is_judging = True
            is_heard = await self._guard.hears()
            self.is_judging = False
            if is_heard:
                self.post_message(self.Confirmed())
            elif self._words:
                self._asks_again = True
                self.say(self._words)


def asked_again(words: str) -> str:
    """The words with that it takes another enter, right behind what enter does."""
    before, found, after = words.partition(_GOES_BACK)
    return f"{before}{found} {PRESS_AGAIN}{after}" if found else f"{words} {PRESS_AGAIN}"
