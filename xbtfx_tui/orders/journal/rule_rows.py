"""The rows of armed orders in the journal: the line of each, and its steps. It decides nothing.

A step of a firing is unique by (rule, firing): a second one is refused by the file itself.
"""

import sqlite3
from collections.abc import Iterable, Sequence
from enum import Enum

import msgspec


class RuleStepKind(Enum):
    """What a step says. The value is the journal's word, and never changes."""

    ARMED = "armed"
    FIRED = "fired"
    ENDED = "ended"


class RuleRow(msgspec.Struct, frozen=True):
    """An armed order as it was written: `line` arms it, `wall` is when it was made (unix time)."""

    number: int
    login: int
    wall: float
    symbol: str
    line: str


class RuleStep(msgspec.Struct, frozen=True):
    """What became of a rule at `wall` (unix time); `firing` and `intent_id` where it fired."""

    number: int
    wall: float
    kind: RuleStepKind
    words: str = ""
    firing: int | None = None
    intent_id: str | None = None


class RuleFound(msgspec.Struct, frozen=True):
    """A rule that may want something: its row, its last step, how often it fired, and whether the order of
    the last firing is in the journal; `ended_with_it` are those of its group that this firing ended."""

    row: RuleRow
    last: RuleStep
    firings: int
    has_order: bool
    ended_with_it: tuple[RuleRow, ...] = ()


_INSERT_STEP = (
    "INSERT INTO rule_steps (rule, seq, wall, state, words, firing, intent_id) "
    "SELECT number, (SELECT COALESCE(MAX(seq), 0) + 1 FROM rule_steps WHERE rule = number), ?, ?, ?, ?, ? "
    "FROM rules WHERE number = ?"
)
_UNENDED = """
SELECT r.number, r.login, r.wall, r.symbol, r.line, s.wall, s.state, s.words, s.firing, s.intent_id,
    (SELECT COALESCE(MAX(firing), 0) FROM rule_steps WHERE rule = r.number),
    EXISTS (SELECT 1 FROM intents WHERE id = s.intent_id)
FROM rules r JOIN rule_steps s ON s.rule = r.number
WHERE s.seq = (SELECT MAX(seq) FROM rule_steps WHERE rule = r.number) AND s.state != 'ended'
ORDER BY r.number
"""


_ENDED_WITH_IT = """
SELECT r.number, r.login, r.wall, r.symbol, r.line FROM rules r JOIN rule_steps s ON s.rule = r.number
WHERE s.state = 'ended' AND s.wall = ? AND s.words = ? ORDER BY r.number
"""


def group_end_words(number: int) -> str:
    """Why one ended whose group's `number` fired."""
    return f"{number} of its group fired"


def insert_rule(connection: sqlite3.Connection, row: RuleRow) -> None:
    """Write a new rule, within the caller's transaction. Raises sqlite3.Error."""
    connection.execute(
        "INSERT INTO rules (number, login, wall, symbol, line) VALUES (?, ?, ?, ?, ?)",
        (row.number, row.login, row.wall, row.symbol, row.line),
    )


def insert_steps(connection: sqlite3.Connection, steps: Iterable[RuleStep]) -> None:
    """Write these steps, within the caller's transaction; that of a rule which never came to the file has
    nothing to tell of. Raises sqlite3.Error, also for a firing that is there already or has no rule."""
    for step in steps:
        done = connection.execute(
            _INSERT_STEP,
            (step.wall, step.kind.value, step.words, step.firing, step.intent_id, step.number),
        )
        if step.firing is not None and done.rowcount != 1:
            raise sqlite3.IntegrityError(f"rule {step.number} is not in it")


def next_number(connection: sqlite3.Connection) -> int:
    """The first number that no rule of the file ever had."""
    (number,) = connection.execute("SELECT COALESCE(MAX(number), 0) + 1 FROM rules").fetchone()
    return int(number)


def unended_rules(connection: sqlite3.Connection) -> Sequence[RuleFound]:
    """The rules whose last step is no end. A row that makes no sense is left out by raising ValueError."""
    return [
        RuleFound(
            RuleRow(number, login, made, symbol, line),
            RuleStep(number, wall, RuleStepKind(state), words, firing, intent_id),
            firings,
            bool(has_order),
            tuple(
                RuleRow(*mate) for mate in connection.execute(_ENDED_WITH_IT, (wall, group_end_words(number)))
            ),
        )
        for (
            number,
            login,
            made,
            symbol,
            line,
            wall,
            state,
            words,
            firing,
            intent_id,
            firings,
            has_order,
        ) in connection.execute(_UNENDED)
    ]
