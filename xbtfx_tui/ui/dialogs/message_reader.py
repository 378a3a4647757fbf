"""One message in full, as it was said: the Messages pane shows only what fits on a line."""

from textual.content import Content

from xbtfx_tui.domain.store_events import Message
from xbtfx_tui.ui.dialogs.reading_dialog import ReadingDialog
from xbtfx_tui.ui.figure_format import clean
from xbtfx_tui.ui.screen_times import ScreenTimes

_LONGEST = 4_000


class MessageDialog(ReadingDialog):
    """Shows one `Message`, with its time and how much it wants the eye, in words."""

    def __init__(self, said: Message, times: ScreenTimes) -> None:
        super().__init__("reader")
        self._said = said
        self._times = times

    def title_words(self) -> str:
        at = f"{self._times.clock(self._said.wall)} {self._times.word}"
        return f"{self._said.severity.value.capitalize()}, {at}"

    def page(self) -> Content:
        return Content(clean(self._said.text, _LONGEST))
