"""The watchlist's groups: show another, make, rename, move, remove. What is done is done and kept at once.

It touches no order and no position.
"""

from rich.cells import cell_len
from textual import events, on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Input

from xbtfx_tui.domain.watchlists import WatchlistOutcome, Watchlists
from xbtfx_tui.ui.dialog_keys import hint_of, struck
from xbtfx_tui.ui.dialogs.confirm_dialog import YesNo
from xbtfx_tui.ui.dialogs.dialog_base import Dialog
from xbtfx_tui.ui.dialogs.dialog_fields import Field, Note, Tone, Words, set_tone
from xbtfx_tui.ui.figure_format import clean, left
from xbtfx_tui.ui.watchlist_service import Watching

_MOVES = {"down": 1, "j": 1, "up": -1, "k": -1}
_COMMANDS = ("dialog.new", "dialog.rename", "dialog.remove")
_NAME_HINT = "enter takes the name · escape goes back"


class GroupList(Words, can_focus=True):
    """As many groups as fit, one marked."""

    class Pressed(Message):
        """Enter, or one of the commands of the table of keys, by its id; `name` is the marked group's."""

        def __init__(self, command: str, name: str) -> None:
            super().__init__()
            self.command = command
            self.name = name

    def __init__(self, lists: Watchlists) -> None:
        super().__init__(id="groups")
        self._lists = lists
        self._marked = lists.active
        self._top = 0

    def offer(self, lists: Watchlists, marked: int) -> None:
        """Show these, one of them marked."""
        self._lists, self._marked = lists, max(0, min(marked, len(lists.groups) - 1))
        self.draw()

    @property
    def marked(self) -> int:
        return self._marked

    def on_mount(self) -> None:
        self.draw()

    def on_resize(self) -> None:
        self.draw()

    def on_key(self, event: events.Key) -> None:
        command = "enter" if event.key == "enter" else struck(self, event.key, *_COMMANDS)
        step = _MOVES.get(event.key)
        if command is None and step is None:
            return
        event.stop()
        event.prevent_default()
        if step is not None:
            self.offer(self._lists, self._marked + step)
        elif command is not None:
            self.post_message(self.Pressed(command, self._lists.groups[self._marked].name))

    def draw(self) -> None:
        """The rows around the mark, as many as there is room for."""
        height = max(1, self.screen.size.height - 9)
        self._top = max(min(self._top, self._marked), self._marked - height + 1, 0)
        width = max(cell_len(clean(group.name, 24)) for group in self._lists.groups)
        lines = []
        for index, group in enumerate(self._lists.groups[self._top : self._top + height], self._top):
            count = len(group.symbols)
            words = (
                f"{'>' if index == self._marked else ' '} {left(clean(group.name, 24), width)}"
                f"  {count:>4} symbol{'' if count == 1 else 's'}"
                f"{'  shown' if index == self._lists.active else ''}"
            )
            lines.append(Content.styled(words, "bold reverse" if index == self._marked else ""))
        self.say(Content("\n").join(lines))


class GroupsDialog(Dialog[bool]):
    """Dismisses with True once a group was chosen to be shown."""

    FIRST = "GroupList"

    def __init__(self, watching: Watching) -> None:
        super().__init__("question order groups")
        self._watching = watching
        self._list = GroupList(watching.lists)
        self._field = Field("name", takes_text=True)
        self._renames: str | None = None
        self._said = Words(id="general")
        self._hint = Words(self._hint_words(), id="hint")

    def compose(self) -> ComposeResult:
        with Vertical(id="frame"):
            yield self._list
            yield self._field
            yield self._said
            yield self._hint

    def on_mount(self) -> None:
        self._field.display = False
        self.write_title("Groups of the watchlist")

    def _hint_words(self) -> str:
        new, rename, remove = (hint_of(self, command) for command in _COMMANDS)
        return f"enter shows · {new} new · {rename} renames · {remove} removes · escape goes back"

    @on(GroupList.Pressed)
    def _pressed(self, event: GroupList.Pressed) -> None:
        event.stop()
        self._say(None)
        match event.command:
            case "enter":
                self._watching.switch_group(event.name)
                self.dismiss(True)
            case "dialog.remove":
                self._ask_to_remove(event.name)
            case _:
                self._ask_for_name(event.name if event.command == "dialog.rename" else None)

    # --- a name ---

    def _ask_for_name(self, renames: str | None) -> None:
        self._renames = renames
        self._field.input.rewrite(renames or "")
        self._field.input.select_all()
        self._field.say(Note("the new name" if renames else "of the new group, like Majors"))
        self._field.display = True
        self._hint.say(_NAME_HINT)
        self.set_focus(self._field.input)

    @on(Input.Submitted)
    def _named(self, event: Input.Submitted) -> None:
        event.stop()
        lists = self._watching.lists
        old = self._renames
        outcome = lists.add_group(event.value) if old is None else lists.rename_group(old, event.value)
        self._field.input.release()
        if (refusal := self._watching.take(outcome)) is not None:
            self._field.say(Note(refusal, Tone.WRONG))
            return
        self._end_naming()
        self._show_all(self._watching.lists.place_of(event.value))

    def _end_naming(self) -> None:
        self._field.display = False
        self._hint.say(self._hint_words())
        self.set_focus(self._list)

    # --- remove ---

    def _ask_to_remove(self, name: str) -> None:
        index = self._watching.lists.place_of(name)
        outcome: WatchlistOutcome = self._watching.lists.remove_group(name)
        if index is None or not isinstance(outcome, Watchlists):
            self._say(self._watching.take(outcome))
            return
        count = len(self._watching.lists.groups[index].symbols)
        question = (
            f"Remove the group {clean(name, 24)} with its {count} symbol{'' if count == 1 else 's'}?"
            " No position is touched."
        )

        def answered(yes: bool | None) -> None:
            if yes:
                self._say(self._watching.take(self._watching.lists.remove_group(name)))
                self._show_all(None)

        self.app.push_screen(YesNo("Remove a group", question), answered)

    def _show_all(self, marked: int | None) -> None:
        self._list.offer(self._watching.lists, self._list.marked if marked is None else marked)

    def _say(self, refusal: str | None) -> None:
        self._said.say(f"! {refusal}" if refusal else "")
        set_tone(self._said, (Tone.WRONG if refusal else Tone.QUIET,))

    def action_back(self) -> None:
        if self._field.display:
            self._end_naming()
        else:
            self.dismiss(False)
