"""The keys and what they do, as given by the registry of actions. Knows no key itself."""

from collections.abc import Sequence
from typing import ClassVar

from rich.table import Table
from rich.text import Text
from textual.binding import Binding, BindingType

from xbtfx_tui.ui.dialogs.reading_dialog import ReadingDialog


class HelpDialog(ReadingDialog):
    """`rows` are (key as it is written, what it does in words), in the order shown."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("question_mark", "back", "Close", show=False)]

    def __init__(self, rows: Sequence[tuple[str, str]]) -> None:
        super().__init__("reader")
        self._rows = rows

    def title_words(self) -> str:
        return "Keys"

    def page(self) -> Table:
        table = Table.grid(padding=(0, 2, 0, 0), expand=True)
        table.add_column(no_wrap=True)
        table.add_column(ratio=1)
        for key, words in self._rows:
            table.add_row(Text(key, style="bold"), Text(words))
        return table
