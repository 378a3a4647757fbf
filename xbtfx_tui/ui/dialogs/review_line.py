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
_FRAME = 4
"""Rows of a dialog that are its frame's: what is longer than the rest is read to its end by its last rows."""
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
        if not self._is_laid_out:
            self.set_timer(NOT_LAID_OUT, self._come_up)
        elif self._is_in_sight:
            self._guard.painted()
        else:
            self.scroll_visible(animate=False)
            self.call_after_refresh(self._guard.painted)

    @property
    def _is_laid_out(self) -> bool:
        try:
            self.screen.find_widget(self)
        except NoWidget:
            return False
        return True

    @property
    def _is_in_sight(self) -> bool:
        """Whether it can be read to its end, which says what enter does."""
        place = self.screen.find_widget(self)
        seen, whole = place.visible_region, place.region
        is_longer = whole.height >= self.screen.size.height - _FRAME
        return seen == whole or (is_longer and seen.height > 0 and seen.bottom == whole.bottom)

    def come_in_sight(self) -> None:
        """The screen has another size: what is up has to be seen again before it is answered."""
        if self._words and self._is_laid_out and not self._is_in_sight:
            self._guard.begin()
            self._come_up()

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
            if is_heard and self._is_laid_out and self._is_in_sight:
                self.post_message(self.Confirmed())
                return
            if is_heard:  # the terminal was made smaller: what enter does is read first, and then done
                self.come_in_sight()
            if self._words:
                self._asks_again = True
                self.say(self._words)


def asked_again(words: str) -> str:
    """The words with that it takes another enter, right behind what enter does."""
    before, found, after = words.partition(_GOES_BACK)
    return f"{before}{found} {PRESS_AGAIN}{after}" if found else f"{words} {PRESS_AGAIN}"
