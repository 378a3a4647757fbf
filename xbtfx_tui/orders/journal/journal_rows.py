"""The journal's rows as values, and how they are read. A row that can't be read costs itself alone."""

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple, TypeVar

import msgspec
from msgspec.structs import replace

from xbtfx_tui.domain.clock import Instant
from xbtfx_tui.domain.intents import Intent
from xbtfx_tui.domain.order_origin import Origin, read_origin
from xbtfx_tui.domain.order_outcomes import Decider, IntentState, Result, StoryLine
from xbtfx_tui.orders.journal.journal_codec import (
    answer_from_json,
    held_from_json,
    held_to_json,
    intent_from_json,
)
from xbtfx_tui.orders.reconcile.holdings_snapshot import HeldBefore, TrackedOrder

T = TypeVar("T")

_COLUMNS = "id, login, path, body, monotonic, boot, wall, held, deals, beside, origin, intent"
_LAST_STATE = "(SELECT state FROM transitions WHERE intent_id = id ORDER BY seq DESC LIMIT 1)"
SINCE = f"SELECT {_COLUMNS} FROM intents WHERE wall >= ? ORDER BY rowid"  # noqa: S608 - constants alone
PAGE = f"SELECT {_COLUMNS} FROM intents WHERE wall >= ? AND rowid > ? AND rowid <= ? ORDER BY rowid"  # noqa: S608
END_OF_PAGE = """
SELECT MAX(rowid) FROM (SELECT rowid FROM intents WHERE wall >= ? AND rowid > ? ORDER BY rowid LIMIT ?)
"""
IN_STATES = f"""
SELECT {_COLUMNS} FROM intents
WHERE wall >= ? AND {_LAST_STATE} IN (SELECT value FROM json_each(?)) ORDER BY rowid
"""  # noqa: S608 - constants alone
WITHOUT_STATE = f"""
SELECT {_COLUMNS} FROM intents
WHERE {_LAST_STATE} IS NULL OR {_LAST_STATE} NOT IN (SELECT value FROM json_each(?)) ORDER BY rowid
"""  # noqa: S608 - constants alone
_STEPS = """
SELECT rowid, wall, state, text, ticket, attempt, begun, held, deals, beside, result, difference, decider
FROM transitions WHERE intent_id = ? ORDER BY seq
"""
_UNREADABLE = (ValueError, TypeError, KeyError, IndexError, AttributeError, OverflowError, RecursionError)


class SeenBefore(msgspec.Struct, frozen=True):
    """What was known at one moment, from which on an intent is looked for: none of it is the intent's work.

    `held` are the positions of its symbol, `deals` the tickets of the symbol's deals, `beside` the ids of
    orders whose work was not to be seen yet in what was held. `is_history_read` is whether `deals` are those
    of a history, too, and not the stream's alone.
    """

    held: tuple[HeldBefore, ...]
    deals: tuple[int, ...] = ()
    beside: tuple[str, ...] = ()
    is_history_read: bool = False


class _StreamsAlone(msgspec.Struct, frozen=True):
    """The deals where no history had been read: those that the stream had told."""

    told: tuple[int, ...]


def seen_of(watched: TrackedOrder) -> SeenBefore:
    """What a watched intent is looked for by, as it is journaled."""
    deals, beside = tuple(sorted(watched.not_its_own)), tuple(sorted(watched.beside - watched.shown))
    return SeenBefore(watched.before, deals, beside, watched.is_history_read)


class Entry(msgspec.Struct, frozen=True):
    """An intent as it is journaled. `body` is what is sent, byte for byte; `at` is when it was taken, `seen`
    what was known then; `origin` is None where a version that did not ask wrote it."""

    intent: Intent
    login: int
    path: str
    body: bytes
    at: Instant
    seen: SeenBefore
    origin: Origin | None = None


class Try(msgspec.Struct, frozen=True):
    """One try to send: when it was begun (unix time), and whether a byte of it may have left.

    `begun` is None where the program ended before that was written down.
    """

    number: int
    wall: float
    begun: bool | None


class JournalRow(msgspec.Struct, frozen=True):
    """An intent with its story so far; `ticket` is the last one that a step named, `answer` what the
    server answered last, where that was an answer.

    `seen` is what the intent is looked for by: what was known before the send, or at the last step that says
    so. The journal's steps are numbered in their order, over all intents: `taken_at` is the intent's first
    one, `seen_at` that of `seen`, `sent_at` that of its first try (an order may have to wait for it), or
    `taken_at` where none was made.
    """

    entry: Entry
    story: tuple[StoryLine, ...]
    seen: SeenBefore
    taken_at: int
    seen_at: int
    sent_at: int
    ticket: int | None = None
    answer: Result | None = None
    tries: tuple[Try, ...] = ()

    @property
    def state(self) -> IntentState:
        return self.story[-1].state


class UnreadableRow(msgspec.Struct, frozen=True):
    """An intent whose row or steps make no sense; `wall` is when it was taken, where that can be seen."""

    intent_id: str
    wall: float | None


def read_rows(
    connection: sqlite3.Connection, query: str, values: Sequence[object]
) -> Iterator[JournalRow | UnreadableRow]:
    """The rows that one of this module's queries finds. Raises sqlite3.Error."""
    for columns in connection.execute(query, values).fetchall():
        try:
            yield _row(connection, *columns)
        except _UNREADABLE:
            intent_id, wall = columns[0], columns[6]
            yield UnreadableRow(str(intent_id), wall if isinstance(wall, float) else None)


def seen_to_json(seen: SeenBefore) -> tuple[str, str, str]:
    """The columns held, deals and beside."""
    deals = seen.deals if seen.is_history_read else _StreamsAlone(seen.deals)
    return held_to_json(seen.held), msgspec.json.encode(deals).decode(), json.dumps(seen.beside)


class _Step(NamedTuple):
    """A row of the table of steps."""

    number: int
    wall: float
    state: str
    text: str
    ticket: int | None
    attempt: int | None
    begun: int | None
    held: str | None
    deals: str | None
    beside: str | None
    result: str | None
    difference: str | None
    decider: str | None


def _row(
    connection: sqlite3.Connection,
    intent_id: str,
    login: int,
    path: str,
    body: bytes,
    monotonic: float,
    boot: float,
    wall: float,
    held: str,
    deals: str,
    beside: str,
    origin: str | None,
    intent: str,
) -> JournalRow:
    steps = [_Step(*columns) for columns in connection.execute(_STEPS, (intent_id,))]
    at = Instant(monotonic, boot, wall)
    before = _seen_from_json(held, deals, beside)
    seen, seen_at = before, steps[0].number
    for step in steps:
        if step.held is not None:
            seen, seen_at = _seen_from_json(step.held, step.deals, step.beside), step.number
    return _typed(
        JournalRow(
            Entry(intent_from_json(intent), login, path, body, at, before, read_origin(origin)),
            tuple(map(_line, steps)),
            seen,
            steps[0].number,
            seen_at,
            next((step.number for step in steps if step.attempt is not None), steps[0].number),
            _last(step.ticket for step in steps),
            answer_from_json(_last(step.result for step in steps)),
            _tries(steps),
        )
    )


def _line(step: _Step) -> StoryLine:
    decider = Decider.TERMINAL if step.decider is None else Decider(step.decider)
    return StoryLine(step.wall, IntentState(step.state), step.text, step.difference, decider)


def _typed(row: JournalRow) -> JournalRow:
    """The row itself. Raises TypeError for a value of the wrong type: a table may have been made anew to take
    anything."""
    entry = row.entry
    for value, kind in (
        (entry.login, int),
        (entry.path, str),
        (entry.body, bytes),
        (entry.at.monotonic, float),
        (entry.at.boot, float),
        (entry.at.wall, float),
        *((line.wall, float) for line in row.story),
        *((line.text, str) for line in row.story),
        *((line.difference, str | None) for line in row.story),
        *((one.number, int) for one in row.tries),
        (row.ticket, int | None),
    ):
        if not isinstance(value, kind):
            raise TypeError(f"{value!r} is not of type {kind}")
    return row


def _last(values: Iterable[T | None]) -> T | None:
    return next((value for value in reversed(list(values)) if value is not None), None)


def _tries(steps: Sequence[_Step]) -> tuple[Try, ...]:
    """One for each attempt that a step names: its first step tells when, a later one whether it had begun."""
    tries: dict[int, Try] = {}
    for step in steps:
        if step.attempt is not None:
            known = tries.get(step.attempt, Try(step.attempt, step.wall, None))
            tries[step.attempt] = known if step.begun is None else replace(known, begun=bool(step.begun))
    return tuple(tries.values())


def _seen_from_json(held: str, deals: str | None, beside: str | None) -> SeenBefore:
    known = msgspec.json.decode(deals or "[]", type=tuple[int, ...] | _StreamsAlone)
    is_history_read = not isinstance(known, _StreamsAlone)
    return SeenBefore(
        held_from_json(held),
        known if not isinstance(known, _StreamsAlone) else known.told,
        msgspec.json.decode(beside or "[]", type=tuple[str, ...]),
        is_history_read,
    )
