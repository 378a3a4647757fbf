"""Find a symbol among all of the account's: by a part of its name or description, or by kind of market.

Chooses one, or all that are listed; adds nothing itself.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence

import msgspec
from msgspec.structs import replace
from rich.cells import cell_len
from textual import events, on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Input

from xbtfx_tui.domain.symbol_aliases import nicknames
from xbtfx_tui.domain.symbol_categories import category_of
from xbtfx_tui.domain.symbol_spec import SymbolRow
from xbtfx_tui.ui.dialog_keys import hint_of, struck
from xbtfx_tui.ui.dialogs.confirm_dialog import YesNo
from xbtfx_tui.ui.dialogs.dialog_base import Dialog
from xbtfx_tui.ui.dialogs.dialog_fields import FieldInput, Words
from xbtfx_tui.ui.figure_format import clean, left
from xbtfx_tui.ui.ports import Backend

_LOOKS_PER_SECOND = 2
_NAME_WIDTH = 14
_ALL = "All"
_UNASKED = 20
"""So many symbols are added at once without a question."""
_TURNS = {"tab": 1, "shift+tab": -1}


class Many(msgspec.Struct, frozen=True):
    """All of these were chosen at once, by name."""

    symbols: tuple[str, ...]


def matching(rows: Iterable[SymbolRow], query: str) -> list[SymbolRow]:
    """The rows that fit the query, best first; all of them, in their own order, for an empty one.

    Best is the name itself, then its beginning, a part of it, the beginning of a word of the description or
    of a nickname, a part of those, a part of the broker's folder or of the kind of market, and last the
    query's letters in order within the name.
    Of several words each must fit. Of equals those in US dollars come first: they are what is traded most.
    """
    words = query.casefold().split()
    if not words:
        return list(rows)
    ranked: list[tuple[int, bool, str, SymbolRow]] = []
    for row in rows:
        words_of_row = f"{row.description} {nicknames(row.name)}"
        kind = f"{row.path} {category_of(row.name, row.path)}"
        texts = row.name.casefold(), words_of_row.casefold(), kind.casefold()
        ranks = [_rank(word, *texts) for word in words]
        if None not in ranks:
            rank = sum(rank for rank in ranks if rank is not None)
            ranked.append((rank, "USD" not in row.name, row.name, row))
    ranked.sort(key=lambda entry: entry[:3])
    return [row for *_, row in ranked]


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

    def __init__(self, watched: Collection[str] = ()) -> None:
        super().__init__(id="picks")
        self._watched = watched
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
            _line(row, width, marked=index == self._marked, watched=row.name in self._watched)
            for index, row in enumerate(self._rows[self._top : self._top + height], self._top)
        ]
        return Content("\n").join(lines)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        event.stop()
        self.move(-1)

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        event.stop()
        self.move(1)

    def on_click(self, event: events.Click) -> None:
        index = self._top + event.y
        if index < len(self._rows):
            self._marked = index
            self.refresh()
            self.post_message(self.Clicked())


def _line(row: SymbolRow, width: int, *, marked: bool, watched: bool) -> Content:
    name, words = clean(row.name, 64), clean(row.description or row.path)
    head = f"{'>' if marked else ' '}{'*' if watched else ' '}{name.ljust(_NAME_WIDTH)} "
    line = left(head + words, width) if cell_len(head) < width else left(head, width)
    return Content.styled(line, "bold reverse" if marked else "")


class Query(FieldInput):
    """What is looked for; its own keys too are taken in the order typed."""

    def __init__(self, on_steps: Callable[[int], None], on_turn: Callable[[int], None]) -> None:
        super().__init__("", on_steps=on_steps, takes_text=True)
        self._on_turn = on_turn

    class AllAsked(Message):
        """All that is listed, please."""

    async def on_key(self, event: events.Key) -> None:
        adds_all = struck(self, event.key, "dialog.add_all") is not None
        if self._held or not (adds_all or event.key in _TURNS):
            return  # a field's own handler has it next
        event.stop()
        event.prevent_default()
        if adds_all:
            self.hold()
            self.post_message(self.AllAsked())
        else:
            self._on_turn(_TURNS[event.key])


class KindLine(Words):
    """The kinds of market, of which a click chooses one; `places` are their first cells, ends and names."""

    def __init__(self, choose: Callable[[str], None]) -> None:
        super().__init__(id="categories")
        self.places: list[tuple[int, int, str]] = []
        self._choose = choose

    def on_click(self, event: events.Click) -> None:
        event.stop()
        if (
            kind := next((name for start, end, name in self.places if start <= event.x < end), None)
        ) is not None:
            self._choose(kind)


class FindSymbol(Dialog[str | Many | None]):
    """Dismisses with the chosen symbol's name, with Many of them, or None.

    `watched` are those in the group shown, which are marked, and `group` is its name.
    """

    def __init__(self, backend: Backend, watched: Collection[str] = (), group: str = "") -> None:
        super().__init__("find")
        self._watched = watched
        self._group = clean(group, 24) or "the watchlist"
        self._category = _ALL
        self._found: Sequence[SymbolRow] = ()
        self._symbols = backend.store.symbols
        self._specs = backend.store.specs
        self._input = Query(self._step, self._turn)
        self._categories = KindLine(self._turn_to)
        self._picks = Picks(watched)
        self._count = Words(id="count")
        self._kinds = [_ALL]
        self._seen = -1

    def compose(self) -> ComposeResult:
        with Vertical(id="frame"):
            yield self._input
            yield self._categories
            yield self._picks
            yield self._count
            add_all = hint_of(self, "dialog.add_all")
            yield Words(f"type a part of a name · enter adds · tab kinds · {add_all} all", id="hint")

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
        rows = [self._described(row) for row in self._symbols.values()]
        kinds = {row.name: category_of(row.name, row.path) for row in rows}
        counts = Counter(kinds.values())
        if self._category not in counts:
            self._category = _ALL
        self._kinds = [_ALL, *sorted(counts, key=lambda kind: (-counts[kind], kind))]
        self._show_kinds(counts)
        here = [row for row in rows if self._category in (_ALL, kinds[row.name])]
        found = self._found = matching(here, query)
        self._picks.show(found)
        if not self._symbols:
            self._count.say("The list of symbols is still being read ...")
        elif not found:
            self._count.say(f'None of {len(here)} symbols fits "{clean(query, 40)}".')
        else:
            words = f"{len(found)} of {len(self._symbols)} symbols"
            if any(row.name in self._watched for row in found):
                words += f" · * in {self._group}"
            if self._category != _ALL and not all(row.path for row in found):
                words += " · kinds guessed by name"
            self._count.say(words)

    def _show_kinds(self, counts: Counter[str]) -> None:
        """The kinds of market with how many symbols each has, on one line around the one listed."""
        if not self._symbols:
            return
        words = [f"{clean(kind, 16)} {counts[kind] or len(self._symbols)}" for kind in self._kinds]
        here = first = self._kinds.index(self._category)
        room = self._input.size.width - len(words[here]) - 4
        while first > 0 and (room := room - len(words[first - 1]) - 3) >= 0:
            first -= 1
        parts: list[str | tuple[str, str]] = ["… " if first else ""]
        self._categories.places, x = [], len(parts[0])
        for index, text in enumerate(words[first:], first):
            parts += [(f"[{text}]", "bold") if index == here else f" {text} ", " "]
            self._categories.places.append((x, x + cell_len(text) + 2, self._kinds[index]))
            x += cell_len(text) + 3
        self._categories.say(Content.assemble(*parts))

    def _turn(self, step: int) -> None:
        """To the next or the previous kind of market."""
        here = self._kinds.index(self._category)
        self._category = self._kinds[(here + step) % len(self._kinds)]
        self._search(self._input.value)

    def _turn_to(self, kind: str) -> None:
        self._category = kind
        self._search(self._input.value)

    @on(Query.AllAsked)
    def _all_asked(self, event: Query.AllAsked) -> None:
        """Take all that is listed; more than a screenful is asked about first."""
        event.stop()
        names = tuple(row.name for row in self._found if row.name not in self._watched)
        if not names:
            self._input.release()
            self._count.say(f"! All that is listed is in {self._group} already." if self._found else "")
        elif len(names) <= _UNASKED:
            self.dismiss(Many(names))
        else:
            question = f"Add {len(names)} symbols to {self._group}?"

            def answered(yes: bool | None) -> None:
                self._input.release()
                if yes:
                    self.dismiss(Many(names))

            self.app.push_screen(YesNo("Add all that is listed", question), answered)

    def _described(self, row: SymbolRow) -> SymbolRow:
        """The list of symbols names no description; a spec that was read does, else the nicknames serve."""
        if row.description and row.path:
            return row
        spec = self._specs.get(row.name)
        words = row.description or (spec.description if spec is not None else nicknames(row.name))
        path = row.path or (spec.path if spec is not None else "")
        return replace(row, description=words, path=path)

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
