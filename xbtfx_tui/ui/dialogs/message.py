"""One message in full, as it was said: the Messages pane shows only what fits on a line."""

from textual.content import Content

from xbtfx_tui.domain.events import Said
from xbtfx_tui.ui.dialogs.reader import Reader
from xbtfx_tui.ui.format import clean, clock_time

_LONGEST = 4_000


class MessageDialog(Reader):
    """Shows one `Said`, with its time (UTC) and how much it wants the eye, in words."""

    def __init__(self, said: Said) -> None:
        super().__init__("reader")
        self._said = said

    def title_words(self) -> str:
        return f"{self._said.loudness.value.capitalize()}, {clock_time(self._said.wall)} UTC"

    def page(self) -> Content:
        return Content(clean(self._said.text, _LONGEST))
