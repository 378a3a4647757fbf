"""One message in full, as it was said: the Messages pane shows only what fits on a line."""

from textual.content import Content

from xbtfx_tui.domain.store_events import Message
from xbtfx_tui.ui.dialogs.reading_dialog import ReadingDialog
from xbtfx_tui.ui.figure_format import clean, clock_time

_LONGEST = 4_000


class MessageDialog(ReadingDialog):
    """Shows one `Message`, with its time (UTC) and how much it wants the eye, in words."""

    def __init__(self, said: Message) -> None:
        super().__init__("reader")
        self._said = said

    def title_words(self) -> str:
        return f"{self._said.severity.value.capitalize()}, {clock_time(self._said.wall)} UTC"

    def page(self) -> Content:
        return Content(clean(self._said.text, _LONGEST))
