"""The keys of a dialog as the config has them, and why it, or a pane, can't have one. It runs nothing."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol, runtime_checkable

from textual.binding import Binding
from textual.dom import DOMNode
from textual.keys import key_to_character
from textual.widgets import Input

from xbtfx_tui.ui.dialog_key_table import DIALOG_KEYS, Where
from xbtfx_tui.ui.dialogs.dialog_fields import STEP_KEYS
from xbtfx_tui.ui.key_bindings import ACTIONS, OVER_DIALOGS, action, first_key, key_name
from xbtfx_tui.ui.pane_key_table import MOVES
from xbtfx_tui.ui.screen_options import UiOptions

_BY_ID = {one.id: one for one in DIALOG_KEYS}
_TYPED_IN = {Where.TICKET, Where.CLOSE, Where.FIND, Where.COMMAND}
"""Where a field has the focus: what types or edits in it is not free."""
_STEERS = frozenset(
    {"enter", "escape", "tab", "shift+tab", "ctrl+c", "ctrl+p", "ctrl+q", "ctrl+z", *STEP_KEYS}
)
"""All of them but those with ctrl are told by FIXED_KEYS."""
_ANSWERS = frozenset(
    {*"ynaqjk0123456789pr", "full_stop", "comma", "minus", "plus", "percent_sign", "dollar_sign"}
)
"""Keys that a question or a list hears, and of which figures are made."""
_ANOTHERS = {"ctrl+m": "enter", "ctrl+i": "tab", "ctrl+h": "backspace"} | dict.fromkeys(
    ("ctrl+[", "ctrl+left_square_bracket"), "escape"
)
"""Keys that a terminal sends as another: who strikes one to flip an order would confirm it."""
_TAKEN: Mapping[Where, Sequence[str]] = {
    Where.ALERTS: ["a", "q"],
    Where.PROPOSALS: ["P", "q"],
    Where.GROUPS: ["j", "k"],
    Where.BATCH: ["q"],
    Where.COLUMNS: ["j", "k", "q"],
}
_MOVE_IDS = frozenset(move_id for move_id, _, _ in MOVES)
_EDITS = frozenset(key for one in Input.BINDINGS if isinstance(one, Binding) for key in one.key.split(","))


def dialog_binding(action_id: str, action: str, *, priority: bool = False) -> Binding:
    """The binding of an entry of the table, which follows the config's keys."""
    one = _BY_ID[action_id]
    return Binding(one.keys, action, one.words, id=action_id, show=False, priority=priority)


@runtime_checkable
class _Configured(Protocol):
    options: UiOptions


def keys_of(node: DOMNode, action_id: str) -> str:
    """The keys of an entry of the table, or of an action that works over dialogs, in the app of this node, as
    remapped. Raises KeyError without one."""
    usual = _usual(action_id)
    return node.app.options.keys.get(action_id, usual) if isinstance(node.app, _Configured) else usual


def _usual(action_id: str) -> str:
    return action(action_id).keys if action_id in OVER_DIALOGS else _BY_ID[action_id].keys


def hint_of(node: DOMNode, action_id: str) -> str:
    """The key of an entry as a hint names it."""
    return first_key(keys_of(node, action_id))


def struck(node: DOMNode, key: str, *action_ids: str) -> str | None:
    """Which of these entries of the table a key stands for in the app of this node."""
    return next((one for one in action_ids if key in normal_keys(keys_of(node, one))), None)


def normal_keys(keys: str) -> tuple[str, ...]:
    """Keys by the names that a terminal's keys come with: `?` is `question_mark`."""
    return tuple(one.key for one in Binding.make_bindings([Binding(keys, "")]))


def find_clash(remapped: Mapping[str, str]) -> tuple[str, str] | None:
    """The first action whose keys of the config can't be there, and why, to follow on where it was set.

    `remapped` are keys by action, as in UiOptions. Keys of different dialogs, or of a dialog and the panes,
    never meet.
    """
    for one in DIALOG_KEYS:
        if one.id not in remapped:
            continue
        for where in one.heard:
            for key in normal_keys(remapped[one.id]):
                if (why := _why_not(key, where)) is not None:
                    return one.id, (f'takes the key "{key_name(key)}", which {why}.')
    return _over_dialogs_clash(remapped) or _double_clash(remapped) or _panes_clash(remapped)


def _over_dialogs_clash(remapped: Mapping[str, str]) -> tuple[str, str] | None:
    for action_id in OVER_DIALOGS:
        for key in normal_keys(remapped[action_id]) if action_id in remapped else ():
            if key in _STEERS or key in _ANOTHERS or key in _ANSWERS:
                return action_id, f'takes the key "{key_name(key)}", which the dialogs themselves use.'
    return None


def _double_clash(remapped: Mapping[str, str]) -> tuple[str, str] | None:
    for where in Where:
        owner: dict[str, str] = {}
        for action_id, keys in _effective(where, remapped):
            for key in normal_keys(keys):
                if (other := owner.setdefault(key, action_id)) == action_id:
                    continue
                mine, theirs = (action_id, other) if action_id in remapped else (other, action_id)
                return mine, (f'takes the key "{key_name(key)}", which {theirs} has already.')
    return None


def _panes_clash(remapped: Mapping[str, str]) -> tuple[str, str] | None:
    """A key of two actions on the panes. What one pane hears alone never meets what another one does."""
    tables = (*((one.id, one.keys) for one in ACTIONS), *((move_id, keys) for move_id, keys, _ in MOVES))
    owners: dict[str, list[str]] = {}
    for action_id, keys in tables:
        for key in normal_keys(remapped.get(action_id, keys)):
            for other in owners.setdefault(key, []):
                if action_id not in remapped and other not in remapped:
                    continue
                panes = {_pane_of(action_id), _pane_of(other)}
                if None not in panes and len(panes) > 1:
                    continue
                mine, theirs = (action_id, other) if action_id in remapped else (other, action_id)
                return mine, f'takes the key "{key_name(key)}", which {theirs} has already.'
            owners[key].append(action_id)
    return None


def _pane_of(action_id: str) -> str | None:
    """The one pane that hears it; None for what more than one does."""
    room = action_id.partition(".")[0]
    return room if action_id in _MOVE_IDS and room in ("watchlist", "history", "chart") else None


def _effective(where: Where, remapped: Mapping[str, str]) -> Iterable[tuple[str, str]]:
    """What is heard in a dialog, and by which keys, in the order of the table."""
    for one in DIALOG_KEYS:
        if where in one.heard:
            yield one.id, remapped.get(one.id, one.keys)
    for action_id in OVER_DIALOGS:
        yield action_id, remapped.get(action_id, _usual(action_id))
    if where in {Where.ALERTS, Where.PROPOSALS}:
        for move_id, keys, _ in MOVES:
            if move_id.startswith("move.") and move_id != "move.choose":
                yield move_id, remapped.get(move_id, keys)


def _why_not(key: str, where: Where) -> str | None:
    """What a key does in this dialog whatever the config says; None where it is free."""
    if (sent_as := _ANOTHERS.get(key)) is not None:
        return f"a terminal sends as {sent_as}"
    if key in _STEERS or key in _TAKEN.get(where, ()):
        return f"the dialog itself uses ({where.value})"
    if where in _TYPED_IN and (key in _EDITS or key_to_character(key) is not None):
        return f"types or edits in a field ({where.value})"
    return None
