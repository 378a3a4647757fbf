"""The keys and the commands with what they do, in groups; typing shows those that fit. Knows no key."""

from collections.abc import Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Input

from xbtfx_tui.ui.dialogs.dialog_fields import FieldInput, Words
from xbtfx_tui.ui.dialogs.reading_dialog import ReadingDialog
from xbtfx_tui.ui.figure_format import clean
from xbtfx_tui.ui.help_pages import HelpSection, fitting, page_of

_AROUND, _BESIDE = 5, 5
"""Rows of the frame, the field and the hint; columns of the frame and the scroll bar."""


class _Filter(FieldInput):
    """What is looked for. The key that opened the help closes it."""

    def check_consume_key(self, key: str, character: str | None) -> bool:
        return character != "?" and super().check_consume_key(key, character)


class HelpDialog(ReadingDialog):
    """Shows these groups of rows."""

    FIRST = "_Filter"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("question_mark", "back", "Close", show=False, priority=True),
        Binding("home", "scroll_to(0)", "First", show=False, priority=True),
        Binding("end", "scroll_to(-1)", "Last", show=False, priority=True),
    ]

    def __init__(self, sections: Sequence[HelpSection]) -> None:
        super().__init__("help")
        self._sections = sections
        self._filter = _Filter("", on_steps=self._step, takes_text=True)
        self._page = Words(id="page")
        self._lines = VerticalScroll(self._page, id="lines", can_focus=False)
        self._whole = 0

    def title_words(self) -> str:
        return "Help"

    def page(self) -> Content:
        found = fitting(self._sections, self._filter.value)
        if not found:
            return Content(f'Nothing here fits "{clean(self._filter.value, 40)}".')
        size = self.app.size
        lines = page_of(found, size.width - _BESIDE, size.height - _AROUND)
        self._whole = max(self._whole, len(lines))
        return Content("\n").join(lines)

    def compose(self) -> ComposeResult:
        with Vertical(id="frame"):
            yield self._filter
            yield self._lines
            yield Words("type a word or a key to find it", id="hint")

    def on_mount(self) -> None:
        # The base's own comes, too: Textual calls both.
        self._show()

    def on_resize(self) -> None:
        self._whole = 0
        self._show()

    def _show(self) -> None:
        """The page for what is typed; the frame keeps the height that all of it needs."""
        self._page.say(self.page())
        self.query_one("#frame").styles.height = min(self._whole + _AROUND, self.app.size.height)
        self._lines.scroll_home(animate=False)

    @on(Input.Changed)
    def _changed(self, event: Input.Changed) -> None:
        event.stop()
        self._show()

    @on(Input.Submitted)
    def _entered(self, event: Input.Submitted) -> None:
        event.stop()
        self._filter.release()
        self.action_read()

    def _step(self, steps: int) -> None:
        rows = abs(steps) if abs(steps) == 1 else max(1, self._lines.size.height - 1)
        self._lines.scroll_relative(y=-rows if steps > 0 else rows, animate=False)

    def action_scroll_to(self, end: int) -> None:
        if end:
            self._lines.scroll_end(animate=False)
        else:
            self._lines.scroll_home(animate=False)
