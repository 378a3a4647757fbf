"""A short list of things to do, one marked; what can't be done now stands dimmed with its reason.

It decides nothing: it posts `Chosen` or `Turned`, and its dialog acts. Keys typed ahead choose nothing.
"""

from collections.abc import Hashable, Sequence

import msgspec
from textual import events
from textual.content import Content
from textual.message import Message

from xbtfx_tui.ui.confirm_rule import could_repeat
from xbtfx_tui.ui.dialogs.confirm_guard import ConfirmGuard
from xbtfx_tui.ui.dialogs.dialog_fields import Words

_MOVES = {"down": 1, "j": 1, "up": -1, "k": -1}
_TURNS = {"right": 1, "tab": 1, "left": -1, "shift+tab": -1}


class ChoiceRow(msgspec.Struct, frozen=True):
    """One thing to do. `what` None is a heading, which can't be marked; `why_not` dims it."""

    words: str
    what: Hashable | None = None
    why_not: str | None = None


class ChoiceList(Words, can_focus=True):
    """The rows; the mark stays with what it marks when rows come and go, else goes back to the first."""

    class Chosen(Message):
        """Enter on a row, by someone who had the time to see it."""

        def __init__(self, row: ChoiceRow) -> None:
            super().__init__()
            self.row = row

    class Turned(Message):
        """To the next (1) or the previous (-1) page of whatever the dialog shows."""

        def __init__(self, step: int) -> None:
            super().__init__()
            self.step = step

    def __init__(self) -> None:
        super().__init__(id="choices")
        self._guard = ConfirmGuard(self)
        self._rows: Sequence[ChoiceRow] = ()
        self._marked: Hashable | None = None

    def offer(self, rows: Sequence[ChoiceRow], *, anew: bool = False) -> None:
        """Show the rows; `anew`: they are of another question, so the mark is on its first again."""
        choices = [row.what for row in rows if row.what is not None]
        if anew or self._marked not in choices:
            self._marked = choices[0] if choices else None
            self._guard.ask()
        self._rows = rows
        self._show()

    @property
    def marked(self) -> Hashable | None:
        return self._marked

    async def on_key(self, event: events.Key) -> None:
        if event.key not in ("enter", *_MOVES, *_TURNS):
            return
        event.stop()
        event.prevent_default()
        if (step := _TURNS.get(event.key)) is not None:
            self.post_message(self.Turned(step))
        elif (step := _MOVES.get(event.key)) is not None:
            self._move(step)
        elif await self._guard.hears(could_repeat):
            self._choose()

    def _choose(self) -> None:
        row = next((row for row in self._rows if row.what == self._marked), None)
        if row is not None:
            self.post_message(self.Chosen(row))

    def on_click(self, event: events.Click) -> None:
        """Mark the row; a second click on it chooses it. What is chosen is still asked about."""
        event.stop()
        below = 0
        for row in self._rows:
            below += self._rows_of(row)
            if event.y < below:
                self._clicked(row, is_second=event.chain > 1)
                return

    def _clicked(self, row: ChoiceRow, *, is_second: bool) -> None:
        if row.what is None:
            return
        if row.what == self._marked and is_second:
            self.post_message(self.Chosen(row))
        else:
            self._marked = row.what
            self._show()

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        event.stop()
        self._move(-1)

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        event.stop()
        self._move(1)

    def _rows_of(self, row: ChoiceRow) -> int:
        """Lines that the row takes at the width of now: long ones are wrapped."""
        width = self.content_size.width
        return max(1, Content(f"> {row.words}").get_height(self.styles.get_rules(), width)) if width else 1

    def _move(self, step: int) -> None:
        choices = [row.what for row in self._rows if row.what is not None]
        if self._marked in choices:
            self._marked = choices[(choices.index(self._marked) + step) % len(choices)]
            self._show()

    def _show(self) -> None:
        parts: list[str | tuple[str, str]] = []
        for number, row in enumerate(self._rows):
            if number:
                parts.append("\n")
            if row.what is None:
                parts.append((f"  {row.words}", "$foreground-muted"))
            elif row.what == self._marked:
                parts.append((f"> {row.words}", "bold dim reverse" if row.why_not else "bold reverse"))
            else:
                parts.append((f"  {row.words}", "$foreground-muted" if row.why_not else ""))
        self.say(Content.assemble(*parts))
