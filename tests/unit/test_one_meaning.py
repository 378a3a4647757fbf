"""A key means one thing, on the panes and in the dialogs alike."""

from collections.abc import Iterator

from xbtfx_tui.ui.dialog_key_table import DIALOG_KEYS
from xbtfx_tui.ui.dialog_keys import normal_keys
from xbtfx_tui.ui.key_bindings import ACTIONS
from xbtfx_tui.ui.pane_key_table import MOVES

EXCEPT = {
    "f2": {"flip", "half"},  # f2 f3 f4 are a half, a third, a quarter; a close has no side to flip
    "n": {"new", "decline"},  # no, to who asks; what is one's own list takes a new one
    "e": {"breakeven", "edit"},  # a line of text has no stop, a position no text
}


def meanings() -> Iterator[tuple[str, str]]:
    """Each key with what it does: the last part of an action's id, `remove` of an alert and of a symbol."""
    tables = (
        *((one.id, one.keys) for one in ACTIONS),
        *((one.id, one.keys) for one in DIALOG_KEYS),
        *((move_id, keys) for move_id, keys, _ in MOVES),
    )
    for action_id, keys in tables:
        for key in normal_keys(keys):
            yield key, action_id.rpartition(".")[2]


def test_a_key_means_one_thing() -> None:
    found: dict[str, set[str]] = {}
    for key, meaning in meanings():
        found.setdefault(key, set()).add(meaning)
    assert {key: what for key, what in found.items() if len(what) > 1} == EXCEPT
