"""Find a symbol among all of the account's: type a part of its name or description. Chooses, adds nothing."""

from collections.abc import Iterable, Sequence

from msgspec.structs import replace
from rich.cells import cell_len
from textual import events, on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Input

from xbtfx_tui.domain.nicknames import nicknames
from xbtfx_tui.domain.symbols import SymbolRow
from xbtfx_tui.ui.dialogs.dialog import Dialog
from xbtfx_tui.ui.dialogs.parts import FieldInput, Words
from xbtfx_tui.ui.format import clean, left
from xbtfx_tui.ui.ports import Backend

_LOOKS_PER_SECOND = 2
_NAME_WIDTH = 14


def matching(rows: Iterable[SymbolRow], query: str) -> list[SymbolRow]:
    """The rows that fit the query, best first; all of them, in their own order, for an empty one.

    Best is the name itself, then its beginning, a part of it, the beginning of a word of the description or
    of a nickname, a part of those, a part of the broker's folder, and last the query's letters in order
    within the name.
    Of several words each must fit.
    """
    words = query.casefold().split()
    if not words:
        return list(rows)
    ranked: list[tuple[int, str, SymbolRow]] = []
    for row in rows:
        words_of_row = f"{row.description} {nicknames(row.name)}"
        texts = row.name.casefold(), words_of_row.casefold(), row.path.casefold()
        ranks = [_rank(word, *texts) for word in words]
        if None not in ranks:
            ranked.append((sum(rank for rank in ranks if rank is not None), row.name, row))
    ranked.sort(key=lambda entry: entry[:2])
    return [row for _, _, row in ranked]


def _rank(word: str, name: str, description: str, path: str) -> int | None:
    if name.startswith(word):
        return 0 if name == word else 1
    if word in name:
        return 2
    if word in description:
        return 3 if f" {word}" in f" {description}" else 4
    if word in path:
        return 5
    letters = iter(name)
    return 6 if all(letter in letters for letter in word) else None


class Picks(Widget):
    """As many of the found symbols as fit, one marked; draws only those, however many there are."""

    class Clicked(Message):
        """A row was clicked; it is marked already."""

    def __init__(self) -> None:
        super().__init__(id="picks")
        self._rows: Sequence[SymbolRow] = ()
        self._marked = 0
        self._top = 0

    @property
    def marked(self) -> SymbolRow | None:
        return self._rows[self._marked] if self._rows else None

    def show(self, rows: Sequence[SymbolRow]) -> None:
        """Show these instead, the first one marked."""
        self._rows, self._marked, self._top = rows, 0, 0
        self.refresh()

    def move(self, count: int) -> None:
        """Mark the row `count` further down, as far as there are any."""
        self._marked = max(0, min(len(self._rows) - 1, self._marked + count))
        self.refresh()

    def render(self) -> Content:
        height, width = max(1, self.size.height), self.size.width
        self._top = max(min(self._top, self._marked), self._marked - height + 1, 0)
        lines = [
            _line(row, width, marked=index == self._marked)
            for index, row in enumerate(self._rows[self._top : self._top + height], self._top)
        ]
        return Content("\n").join(lines)

    def on_click(self, event: events.Click) -> None:
        index = self._top + event.y
        if index < len(self._rows):
            self._marked = index
            self.refresh()
            self.post_message(self.Clicked())


def _line(row: SymbolRow, width: int, *, marked: bool) -> Content:
    name, words = clean(row.name, 64), clean(row.description or row.path)
    head = f"{'>' if marked else ' '} {name.ljust(_NAME_WIDTH)} "
    line = left(head + words, width) if cell_len(head) < width else left(head, width)
    return Content.styled(line, "bold reverse" if marked else "")


class FindSymbol(Dialog[str | None]):
    """Dismisses with the chosen symbol's name, or None."""

    def __init__(self, backend: Backend) -> None:
        super().__init__("find")
        self._symbols = backend.store.symbols
        self._specs = backend.store.specs
        self._input = FieldInput("", on_steps=self._step)
        self._picks = Picks()
        self._count = Words(id="count")
        self._seen = -1

    def compose(self) -> ComposeResult:
        with Vertical(id="frame"):
            yield self._input
            yield self._picks
            yield self._count
            yield Words("type a part of a name or description · up/down · enter chooses", id="hint")

    def on_mount(self) -> None:
        self.write_title("Find a symbol")
        self._look()
        self.set_interval(1 / _LOOKS_PER_SECOND, self._look)

    def _look(self) -> None:
        """Take the list up once it has been read."""
        if len(self._symbols) != self._seen:
            self._seen = len(self._symbols)
            self._search(self._input.value)

    def _search(self, query: str) -> None:
        found = matching((self._described(row) for row in self._symbols.values()), query)
        self._picks.show(found)
        if not self._symbols:
            self._count.say("The list of symbols is still being read ...")
        elif not found:
            self._count.say(f'None of {len(self._symbols)} symbols fits "{clean(query, 40)}".')
        else:
            self._count.say(f"{len(found)} of {len(self._symbols)} symbols")

    def _described(self, row: SymbolRow) -> SymbolRow:
        """The list of symbols names no description; a spec that was read does, else the nicknames serve."""
        if row.description:
            return row
        spec = self._specs.get(row.name)
        words = spec.description if spec is not None else nicknames(row.name)
        return replace(row, description=words) if words else row

    def _step(self, count: int) -> None:
        self._picks.move(-count)

    @on(Input.Changed)
    def _changed(self, event: Input.Changed) -> None:
        event.stop()
        self._search(event.value)

    @on(Input.Submitted)
    @on(Picks.Clicked)
    def _chosen(self, event: Message) -> None:
        event.stop()
        row = self._picks.marked
        if row is None:
            self._input.release()
        else:
            self.dismiss(row.name)
