"""Copies one login's orders out of an earlier journal into a new one: the file that all logins shared, or one
that was damaged and set aside. The earlier file is only read.

Each order is copied with all its steps or not at all: half a story could tell that nothing was sent.
"""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import msgspec

from xbtfx_tui.disk.sqlite_file import DamagedError, columns_of, reading
from xbtfx_tui.domain.order_outcomes import IntentState
from xbtfx_tui.orders.journal.journal_schema import INTENT_COLUMNS, STEP_COLUMNS

_IN_DOUBT = "Read from a damaged journal: whether it was sent is not certain."


class Copied(msgspec.Struct, frozen=True):
    """How many orders were copied, and how many were seen and could not be; `fault` is why the file itself
    could not be read to its end, as a clause, None where it could."""

    orders: int = 0
    lost: int = 0
    fault: str | None = None


def copy_orders(source: Path, target: sqlite3.Connection, login: int, *, is_damaged: bool) -> Copied:
    """Copy this login's orders that `target` does not have yet, within the caller's transaction.

    Of a damaged source whatever can be read is copied; where it says of an order no more than that it was
    journaled, that is no proof that it was not sent, and its outcome is unknown. Raises sqlite3.Error for
    trouble with the target alone.
    """
    known = {intent_id for (intent_id,) in target.execute("SELECT id FROM intents")}
    (base,) = target.execute("SELECT COALESCE(MAX(rowid), 0) FROM transitions").fetchone()
    last_steps: list[dict[str, object]] = []
    lost, fault = 0, None
    try:
        with reading(source) as earlier:
            for story in _stories(earlier, login, known, is_damaged=is_damaged):
                if story is not None and _insert(target, story, base):
                    last_steps.append(story.steps[-1] if story.steps else {})
                else:
                    lost += 1
    except (DamagedError, sqlite3.Error, OSError) as error:
        fault = str(error)
    if is_damaged:
        _raise_doubts(target, last_steps)
    return Copied(len(last_steps), lost, fault)


class _Story(msgspec.Struct):
    """An order's row and its steps, each column by its name."""

    intent: dict[str, object]
    steps: list[dict[str, object]]


def _stories(
    earlier: sqlite3.Connection, login: int, known: set[str], *, is_damaged: bool
) -> Iterator[_Story | None]:
    """The login's orders in their order; None for one that was seen and can't be read whole."""
    intent_columns = [name for name in INTENT_COLUMNS if name in columns_of(earlier, "intents")]
    step_columns = [name for name in STEP_COLUMNS if name in columns_of(earlier, "transitions")]
    if not intent_columns or not step_columns:
        return  # it was made, and never written
    step_columns.append("rowid")  # the steps' order over all orders
    find = f"SELECT {', '.join(intent_columns)} FROM intents WHERE login = ? ORDER BY rowid"  # noqa: S608
    steps_of = f"SELECT {', '.join(step_columns)} FROM transitions WHERE intent_id = ? ORDER BY seq"  # noqa: S608
    for found in _rows(earlier.execute(find, (login,)), is_damaged=is_damaged):
        intent = dict(zip(intent_columns, found, strict=True))
        if intent["id"] in known:
            continue
        try:
            steps = earlier.execute(steps_of, (intent["id"],)).fetchall()
        except sqlite3.DatabaseError:
            if not is_damaged:
                raise
            yield None
        else:
            yield _Story(intent, [dict(zip(step_columns, step, strict=True)) for step in steps])


def _rows(cursor: sqlite3.Cursor, *, is_damaged: bool) -> Iterator[tuple[object, ...]]:
    """What can be read of a query: of a damaged file, up to where it breaks."""
    try:
        yield from cursor
    except sqlite3.DatabaseError:
        if not is_damaged:
            raise


def _insert(target: sqlite3.Connection, story: _Story, base: int) -> bool:
    """Whether the order is copied, its steps' numbers from `base` on; a value that its column does not take
    leaves all of it out."""
    target.execute("SAVEPOINT an_order")
    try:
        _insert_row(target, "intents", story.intent)
        for step in story.steps:
            _insert_row(target, "transitions", step | {"rowid": base + _number(step["rowid"])})
    except (sqlite3.IntegrityError, sqlite3.DataError, OverflowError):
        target.execute("ROLLBACK TO an_order")
        return False
    finally:
        target.execute("RELEASE an_order")
    return True


def _raise_doubts(target: sqlite3.Connection, last_steps: list[dict[str, object]]) -> None:
    """What is only known to have been journaled may have gone further: its later steps may be what broke."""
    for step in last_steps:
        if step.get("state") == IntentState.JOURNALED.value:
            doubt = {
                "intent_id": step["intent_id"],
                "seq": _number(step["seq"]) + 1,
                "wall": step["wall"],
                "state": IntentState.UNKNOWN.value,
                "text": _IN_DOUBT,
            }
            _insert_row(target, "transitions", doubt)


def _insert_row(target: sqlite3.Connection, table: str, row: dict[str, object]) -> None:
    marks = ", ".join("?" * len(row))
    # Table and columns are this package's own names.
    target.execute(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({marks})", tuple(row.values()))  # noqa: S608


def _number(value: object) -> int:
    if not isinstance(value, int):
        raise sqlite3.DataError(f"{value!r} is no number")
    return value
