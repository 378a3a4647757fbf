"""The base of every dialog: a titled frame over a dimmed screen.

The lock and the kill switch work over every one of them.
"""

import asyncio
import contextlib
from typing import ClassVar, Protocol, runtime_checkable

from textual import events
from textual.actions import SkipAction
from textual.await_complete import AwaitComplete
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.keys import key_to_character
from textual.reactive import Reactive
from textual.screen import ModalScreen, Screen, ScreenResultType
from textual.widget import Widget
from textual.widgets import Input

from xbtfx_tui.ui.dialog_keys import keys_of, normal_keys
from xbtfx_tui.ui.dialogs.dialog_fields import FieldInput
from xbtfx_tui.ui.key_bindings import OVER_DIALOGS
from xbtfx_tui.ui.ports import ScreenDesk
from xbtfx_tui.ui.terminal.key_turns import key_turns_of
from xbtfx_tui.ui.terminal.textual_internals import bind_first

SHORT_OR_TALL = [(0, "-short"), (23, "-tall")]
"""Breakpoints by rows, as style classes: a short terminal gets no blank rows between a dialog's parts."""

MOMENT_SECONDS = 0.050
"""How long a dialog stays for its order to be on the line."""


@runtime_checkable
class ActsOver(Protocol):
    """The screen below: what it does over a dialog, with what came of it as a sentence."""

    def act_over(self, action_id: str) -> str: ...


class Dialog(ModalScreen[ScreenResultType]):
    """Centres its `#frame`; escape is one step back, which `action_back` may override."""

    VERTICAL_BREAKPOINTS = SHORT_OR_TALL
    AUTO_FOCUS = ""
    # As Textual's, but for the repaint of the whole screen, with all behind it, at each change of the focus.
    focused: Reactive[Widget | None] = Reactive(None, repaint=False)
    FIRST: ClassVar[str] = "FieldInput"
    """What takes the focus when the dialog comes up, as a selector."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "back", "Back one step")]

    def __init__(self, classes: str = "") -> None:
        super().__init__(classes=f"dialog {classes}".strip())
        # Before it is laid out for the first time: a class that comes later costs a second layout and paint.
        height = self.app.size.height
        self.add_class(max(one for one in SHORT_OR_TALL if height >= one[0])[1], update=False)
        bind_over(self)
        self._titled: str | None = None
        self._is_dismissed = False
        self._leaves_with: tuple[ScreenResultType | None] | None = None
        self._has_said_over = False
        self._is_sending = False
        self._is_new = True

    @property
    def is_sending(self) -> bool:
        """Whether its order is on its way out just now: nothing may take the processor from it meanwhile."""
        return self._is_sending

    def write_title(self, words: str) -> None:
        """Write on the frame; the words are cleaned of control characters already and never markup."""
        if words != self._titled:
            self._titled = words
            self.query_one("#frame").border_title = Content(words)

    def on_screen_resume(self, event: events.ScreenResume) -> None:
        """As it comes up its styles have just been worked out; only after another dialog they may be old."""
        event.refresh_styles, self._is_new = not self._is_new, False
        if self._leaves_with is not None:
            self.call_later(self._leave)

    def on_screen_suspend(self) -> None:
        """A further dialog comes up: what is behind it is rendered anew, for it was drawn past Textual."""
        self.refresh()

    def on_mount(self) -> None:
        # Textual calls this beside a subclass's own on_mount, which therefore calls no super().
        self.call_later(self._take_focus)

    def _take_focus(self) -> None:
        found = self.query(self.FIRST)
        if found:
            self.set_focus(found.first())
        elif not self._is_dismissed and self.is_attached:
            self.call_later(self._take_focus)  # its parts are not there yet: no key may come before them

    def action_strike_over(self, action_id: str, key: str) -> None:
        """The lock or the kill switch. A letter that a field takes as text is typed there."""
        if is_text(self, key):
            raise SkipAction
        self._act_over(action_id)

    def _act_over(self, action_id: str) -> None:
        words = act_over(self, action_id)
        if words is not None and not self._is_dismissed:
            self.query_one("#frame").border_subtitle = Content(words)
            self._has_said_over = True
            # What another dialog says of the same thing is older.
            for screen in self.app.screen_stack:
                if isinstance(screen, Dialog) and screen is not self:
                    screen.unsay_over()

    def unsay_over(self) -> None:
        """Take away what the lock or the kill switch had it say: older than another word, or not so now."""
        if self._has_said_over:
            self.query_one("#frame").border_subtitle = Content("")
            self._has_said_over = False

    def dismiss(self, result: ScreenResultType | None = None) -> AwaitComplete:
        """As Textual's, but once, and of itself alone: Textual takes down whatever is on top, which for the
        second key of a burst is the screen behind it. Below another dialog it goes when that one has gone."""
        if self._is_dismissed:
            return AwaitComplete()
        self._is_dismissed = True
        key_turns_of(self.app).closed_by()
        if self.app.screen is not self:
            self._leaves_with = (result,)
            return AwaitComplete()
        return super().dismiss(result)

    def _leave(self) -> None:
        if self._leaves_with is not None:
            (result,), self._leaves_with = self._leaves_with, None
            super().dismiss(result)

    async def let_order_go_first(self, desk: ScreenDesk, intent_id: str) -> None:
        """Wait, for a moment at most, until the order is on the line: closing a dialog paints the whole
        screen, and the order must not wait for that."""
        self._is_sending = True
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(MOMENT_SECONDS):
                await desk.begun(intent_id)
        self._is_sending = False

    def action_back(self) -> None:
        """Close without a result."""
        self.dismiss(None)


def bind_over(screen: Screen[ScreenResultType]) -> None:
    """Give a screen that covers the panes the keys that work over it, as the config has them.

    Its `action_strike_over` is called with the action's id and the key. They are priority bindings, for a
    field would take a letter for text.
    """
    for action_id in OVER_DIALOGS:
        for key in normal_keys(keys_of(screen, action_id)):
            bind_first(screen, key, f"strike_over('{action_id}', '{key}')")


def is_text(screen: Screen[ScreenResultType], key: str) -> bool:
    """Whether the field that has the focus takes this key for a letter."""
    focused = screen.focused
    types = isinstance(focused, Input) and (not isinstance(focused, FieldInput) or focused.takes_text)
    return types and key_to_character(key) is not None


def act_over(screen: Screen[ScreenResultType], action_id: str) -> str | None:
    """Do it; what came of it, None where there is no screen below that could."""
    below = next((one for one in screen.app.screen_stack if isinstance(one, ActsOver)), None)
    return None if below is None else below.act_over(action_id)
