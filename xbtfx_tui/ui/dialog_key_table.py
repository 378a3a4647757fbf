"""The table of what keys do in the dialogs: id, keys, words, and which dialogs hear them. It runs nothing."""

from collections.abc import Mapping, Sequence
from enum import Enum

import msgspec


class Where(Enum):
    """The dialog that hears a key; the value names it in the help."""

    TICKET = "Ticket"
    CLOSE = "Close"
    FIND = "Find"
    ALERTS = "Alerts"
    PROPOSALS = "Proposals"
    GROUPS = "Groups"
    BATCH = "Orders of a command"
    COMMAND = "Command line"
    COLUMNS = "Columns"


class DialogKey(msgspec.Struct, frozen=True):
    """One thing that a key does in these dialogs. `keys` as Textual writes them, comma between."""

    id: str
    keys: str
    words: str
    heard: tuple[Where, ...]

    @property
    def told(self) -> str:
        """What it does, with where, for the help."""
        return f"{', '.join(where.value for where in self.heard)}: {self.words}"


DIALOG_KEYS: Sequence[DialogKey] = (
    DialogKey("dialog.flip", "f2", "buy or sell instead", (Where.TICKET,)),
    DialogKey("dialog.keep_preset", "ctrl+s", "keep the fields as the symbol's preset", (Where.TICKET,)),
    DialogKey("dialog.half", "f2", "a half of the position", (Where.CLOSE,)),
    DialogKey("dialog.third", "f3", "a third of it", (Where.CLOSE,)),
    DialogKey("dialog.quarter", "f4", "a quarter of it", (Where.CLOSE,)),
    # ctrl+a would be nearer, but is the key that screen and many a tmux listen to.
    DialogKey("dialog.add_all", "ctrl+g", "add all that is listed", (Where.FIND,)),
    DialogKey("dialog.new", "n", "make a new one", (Where.ALERTS, Where.GROUPS)),
    DialogKey("dialog.rearm", "A", "re-arm the alert, as enter does", (Where.ALERTS,)),
    DialogKey("dialog.rename", "N", "rename the group", (Where.GROUPS,)),
    DialogKey("dialog.remove", "delete", "remove it", (Where.ALERTS, Where.GROUPS)),
    DialogKey("dialog.decline", "n", "decline it, with a note", (Where.PROPOSALS,)),
    DialogKey("dialog.edit", "e", "take its line into :", (Where.PROPOSALS,)),
    DialogKey("dialog.halt", "x", "send nothing more", (Where.BATCH,)),
    DialogKey("dialog.toggle", "space", "show the column or the part, or not", (Where.COLUMNS,)),
    DialogKey("dialog.usual", "equals_sign", "the usual ones again", (Where.COLUMNS,)),
    DialogKey("dialog.older", "ctrl+up", "an earlier line", (Where.COMMAND,)),
    DialogKey("dialog.newer", "ctrl+down", "a later line", (Where.COMMAND,)),
)
"""The dialogs' own keys. A letter means one thing, here and on the panes."""

FIXED_KEYS: Sequence[tuple[str, str]] = (
    ("enter", "on to the review; there it sends. In a list: what the marked row says"),
    ("escape", "back one step, and out; in a list q as well"),
    ("tab,shift+tab", "the next field, and the one before"),
    ("up,down", "the next step of a figure, a row of a list; in : an earlier line"),
    ("shift+up,shift+down", "ten steps of a figure; in Columns and Groups the row itself moves"),
    ("pageup,pagedown", "ten steps of a figure, a page of a list or a text"),
    ("left,right", "unknown orders: the one before, the next; a question: the other answer"),
    ("y,n", "a question: yes, no"),
)
"""Keys that no setting changes, and what they do: what confirms and what leaves is the same everywhere."""

ANSWERS: Mapping[str, bool] = {"y": True, "n": False}
"""Yes and no, where that is asked and no letter of a table is heard."""
