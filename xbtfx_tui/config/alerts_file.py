"""The alerts of an account kept between runs: read at the start, written whole. Never raises.

Both ends touch the disk, and writing waits for it: call them off the event loop. Of two terminals on the
same account, the one that holds the login's lock alone may write.
"""

import logging
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

from xbtfx_tui.config.atomic_file import read_kept, set_aside, write_kept
from xbtfx_tui.config.file_paths import StateDir
from xbtfx_tui.domain.alerts import (
    MOST_ALERTS,
    Alert,
    AlertBook,
    AlertEnded,
    AlertState,
    Armed,
    ArmedAway,
    Condition,
    FeedAlert,
    Fired,
    MarginLevelAlert,
    PriceAlert,
    ProfitAlert,
    SpreadAlert,
    WaitingToClear,
    condition_problem,
    resumed,
)
from xbtfx_tui.domain.text_sanitizer import plain

_log = logging.getLogger(__name__)
_VERSION = 1
_LARGEST_NUMBER = 10**9
_YEAR_10000 = 253_402_300_800.0

# The file's words: they never change, for what an earlier version wrote must be read.
_CONDITIONS: dict[str, type[Condition]] = {
    "price": PriceAlert,
    "spread": SpreadAlert,
    "profit": ProfitAlert,
    "margin level": MarginLevelAlert,
    "feed": FeedAlert,
}
_STATES: dict[str, type[AlertState]] = {
    "armed": Armed,
    "waiting to clear": WaitingToClear,
    "fired": Fired,
    "ended": AlertEnded,
}
_CONDITION_WORDS = {kind: word for word, kind in _CONDITIONS.items()}
# What was armed is armed away from this terminal once it has stopped: the reader says so, not the file.
_STATE_WORDS = {kind: word for word, kind in _STATES.items()} | {ArmedAway: "armed"}


class _File(msgspec.Struct):
    version: int
    next_number: int
    alerts: list[msgspec.Raw]


class _Row(msgspec.Struct):
    number: int
    made_at: float
    condition: dict[str, Any]
    state: dict[str, Any]


class KeptAlerts(msgspec.Struct, frozen=True):
    """The book to go on with, and what could not be read of it as a sentence or two; None where all was."""

    book: AlertBook
    trouble: str | None = None


def alerts_path(state: StateDir, login: int) -> Path:
    """Where the alerts of this account are kept."""
    return state.root / f"alerts-{login}.json"


def load_alerts(path: Path, *, repairs: bool = True) -> KeptAlerts:
    """The kept alerts as a new run takes them up (`resumed`); an empty book where there are none.

    A file that can't be read, in whole or in part, is renamed and kept, and what could be read is written
    anew in its place; without `repairs` it is left as it is.
    """
    try:
        book, lost = _decoded(read_kept(path))
    except FileNotFoundError:
        return KeptAlerts(AlertBook())
    except (OSError, ValueError, RecursionError, msgspec.MsgspecError) as error:
        why = (error.strerror if isinstance(error, OSError) else None) or str(error)
        _log.warning("The kept alerts can't be read: %s", why)
        told = f"The kept alerts can't be read ({plain(why)}), so none is armed."
        return KeptAlerts(AlertBook(), f"{told} {set_aside(path)}" if repairs else told)
    if not lost:
        return KeptAlerts(resumed(book))
    told = f"Of the kept alerts, {lost} can't be read and will not fire."
    if not repairs:
        return KeptAlerts(resumed(book), told)
    told = f"{told} {set_aside(path)}"
    if book.alerts and (problem := save_alerts(path, book)) is not None:
        told = f"{told} {problem}"
    return KeptAlerts(resumed(book), told)


def save_alerts(path: Path, book: AlertBook) -> str | None:
    """Write the book, mode 0600, so that the file is the old one or the new one whatever happens.

    What went wrong, as a sentence; None where nothing did.
    """
    try:
        write_kept(path, _encoded(book))
    except OSError as error:
        _log.warning("The alerts can't be kept: %s", error)
        return f"The alerts can't be kept for the next run: {plain(error.strerror or str(error))}."
    return None


class AlertFiles(msgspec.Struct, frozen=True):
    """The alerts of each account in a file of its own, under the state directory."""

    state: StateDir

    def load(self, login: int, *, repairs: bool) -> KeptAlerts:
        return load_alerts(alerts_path(self.state, login), repairs=repairs)

    def save(self, login: int, book: AlertBook) -> str | None:
        return save_alerts(alerts_path(self.state, login), book)


def _encoded(book: AlertBook) -> bytes:
    rows = [
        {
            "number": alert.number,
            "made_at": alert.made_at,
            "condition": {"on": _CONDITION_WORDS[type(alert.condition)]} | _fields(alert.condition),
            "state": {"is": _STATE_WORDS[type(alert.state)]} | _fields(alert.state),
        }
        for alert in book.alerts
    ]
    content = {"version": _VERSION, "next_number": book.next_number, "alerts": rows}
    return msgspec.json.format(msgspec.json.encode(content))


def _fields(value: Condition | AlertState) -> dict[str, Any]:
    fields: dict[str, Any] = msgspec.to_builtins(value)
    return fields


def _decoded(content: bytes) -> tuple[AlertBook, int]:
    """The book, and how many alerts of it can't be read. Raises ValueError where none can."""
    file = msgspec.json.decode(content, type=_File)
    if file.version != _VERSION:
        raise ValueError(f"it is of version {file.version}, and this program reads version {_VERSION}")
    alerts: dict[int, Alert] = {}
    lost = 0
    for raw in file.alerts:
        alert = _alert(raw)
        if alert is None or alert.number in alerts or len(alerts) >= MOST_ALERTS:
            lost += 1
        else:
            alerts[alert.number] = alert
    said = file.next_number if 1 <= file.next_number <= _LARGEST_NUMBER else 1
    return AlertBook(tuple(alerts.values()), max(said, *(number + 1 for number in (0, *alerts)))), lost


def _alert(raw: msgspec.Raw) -> Alert | None:
    try:
        row = msgspec.json.decode(raw, type=_Row)
        condition = msgspec.convert(*_typed(row.condition, "on", _CONDITIONS))
        state = msgspec.convert(*_typed(row.state, "is", _STATES))
    except (msgspec.MsgspecError, KeyError, TypeError, ValueError, ArithmeticError) as error:
        _log.warning("A kept alert can't be read: %s", error)
        return None
    walls = [row.made_at]
    if isinstance(state, Fired | AlertEnded):
        state = type(state)(state.wall, plain(state.words))
        walls.append(state.wall)
    if not 1 <= row.number <= _LARGEST_NUMBER or not all(0 <= wall < _YEAR_10000 for wall in walls):
        _log.warning("A kept alert has a number or a time out of all proportion.")
        return None
    if (problem := condition_problem(condition)) is not None:
        _log.warning("A kept alert makes no sense: %s", problem)
        return None
    return Alert(row.number, condition, state, row.made_at)


def _typed(fields: Mapping[str, Any], tag: str, kinds: Mapping[str, type[Any]]) -> tuple[Any, type[Any]]:
    """The fields without their tag, and the type that the tag names. Raises KeyError, TypeError."""
    return {name: value for name, value in fields.items() if name != tag}, kinds[fields[tag]]
