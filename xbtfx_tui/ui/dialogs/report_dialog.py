"""A sheet to read: margin, exposure, profit, help. It changes nothing; its figures follow the account."""

import re
from collections.abc import Callable

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content

from xbtfx_tui.planning.plan_types import Planned, Sheet
from xbtfx_tui.ui.dialogs.dialog_fields import Words
from xbtfx_tui.ui.dialogs.reading_dialog import ReadingDialog
from xbtfx_tui.ui.figure_format import clean

_LONGEST_LINE = 400
_GAP = re.compile(r"( {2,}|^ +)")
LOOKS_PER_SECOND = 1


def clean_columns(line: str) -> str:
    """A line without control characters whose columns stay where they are."""
    parts = _GAP.split(line[:_LONGEST_LINE])
    return "".join(clean(part, _LONGEST_LINE) if part.strip(" ") else part for part in parts)


class SheetDialog(ReadingDialog):
    """Shows a Sheet; `plan_again` gives it anew, once a second. What is no sheet any more leaves the old."""

    def __init__(self, sheet: Sheet, plan_again: Callable[[], Planned]) -> None:
        super().__init__("reader sheet")
        self._sheet = sheet
        self._plan_again = plan_again
        self._page = Words(id="page")

    def title_words(self) -> str:
        return clean(self._sheet.title, 60)

    def page(self) -> Content:
        return Content("\n".join(map(clean_columns, self._sheet.lines)))

    def compose(self) -> ComposeResult:
        with VerticalScroll(id="frame", can_focus=True):
            yield self._page

    def on_mount(self) -> None:
        self._page.say(self.page())
        self.set_interval(1 / LOOKS_PER_SECOND, self._look_again)

    def _look_again(self) -> None:
        planned = self._plan_again()
        if isinstance(planned, Sheet) and planned != self._sheet:
            self._sheet = planned
            self._page.say(self.page())
