"""The rows above a command bar: what can stand at the cursor, one of them marked. It inserts nothing."""

from collections.abc import Sequence

from textual import events
from textual.content import Content
from textual.message import Message
from textual.timer import Timer

from xbtfx_tui.commands.completion import Completion
from xbtfx_tui.ui.dialogs.dialog_fields import Words
from xbtfx_tui.ui.figure_format import clean, left

MOST_ROWS, MOST_ROWS_SHORT = 8, 4
SHRINKS_AFTER = 0.3
"""Seconds after the last key."""
_NAME_WIDTH = 12
_LONGEST = 80


class Completions(Words):
    """As many as there is room for, in a window that follows the mark; none is marked at first.

    It grows at once and shrinks once the keys rest: another height has the whole screen laid out anew, which
    takes longer than a key may.
    """

    def __init__(self) -> None:
        super().__init__(id="completions")
        self._offered: Sequence[Completion] = ()
        self._marked: int | None = None
        self._top = 0
        self._height = 0
        self._blank = 0
        self._shrinking: Timer | None = None

    class Picked(Message):
        """A row was clicked; it is marked already."""

    def on_click(self, event: events.Click) -> None:
        index = self._top + event.y - self._blank
        if self._top <= index < len(self._offered):
            self._marked = index
            self._show()
            self.post_message(self.Picked())

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        event.stop()
        self.move(-1)

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        event.stop()
        self.move(1)

    @property
    def offered(self) -> Sequence[Completion]:
        return self._offered

    @property
    def marked(self) -> Completion | None:
        """The one that was chosen with the arrows."""
        return None if self._marked is None else self._offered[self._marked]

    def offer(self, completions: Sequence[Completion]) -> None:
        """Show these; the mark stays only while they are the same, whatever their words say of the prices."""
        if [(one.text, one.start, one.end) for one in completions] == [
            (one.text, one.start, one.end) for one in self._offered
        ]:
            self._offered = completions
            self._show()
            return
        self._offered, self._marked, self._top = completions, None, 0
        self._show()

    def move(self, count: int) -> None:
        """Mark another row: down from none is the first, up from none the last, around at the ends."""
        if not self._offered:
            return
        if self._marked is None:
            self._marked = 0 if count > 0 else len(self._offered) - 1
        else:
            self._marked = (self._marked + count) % len(self._offered)
        self._show()

    def _show(self) -> None:
        rows = MOST_ROWS if self.screen.size.height >= 24 else MOST_ROWS_SHORT
        width = max(20, self.screen.size.width - 2)
        marked = self._marked or 0
        self._top = max(min(self._top, marked, max(0, len(self._offered) - rows)), marked - rows + 1, 0)
        shown = self._offered[self._top : self._top + rows]
        if not shown:
            self._say([])
            return
        names = [clean(one.text, _LONGEST) for one in shown]
        name_width = min(max(_NAME_WIDTH, *map(len, names)), width // 2)
        below = len(self._offered) - self._top - len(shown)
        lines = []
        for index, (name, one) in enumerate(zip(names, shown, strict=True), self._top):
            is_marked = index == self._marked
            words = clean(one.words, _LONGEST)
            if below and index == self._top + len(shown) - 1:
                words = f"{words}  (and {below} more)".strip()
            head = f"{'>' if is_marked else ' '} {left(name, name_width)}"
            if is_marked:
                lines.append(Content.styled(left(f"{head}  {words}", width), "bold reverse"))
            else:
                rest = left(f"  {words}", width - name_width - 2).rstrip()
                lines.append(Content.assemble(head, (rest, "$foreground-muted")))
        self._say(lines)

    def _say(self, lines: list[Content]) -> None:
        if self._shrinking is not None:
            self._shrinking.stop()
            self._shrinking = None
        self._blank = max(0, self._height - len(lines))
        if self._blank:
            self._shrinking = self.set_timer(SHRINKS_AFTER, self._shrink)
        self._height = len(lines) + self._blank
        self.say(Content("\n").join([Content("")] * self._blank + lines) if self._height else "")

    def _shrink(self) -> None:
        self._height = 0
        self._show()
