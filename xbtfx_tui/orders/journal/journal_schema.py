"""The journal's tables, and how each version of them became the next. Opens no file, reads no row."""

from xbtfx_tui.disk.sqlite_file import Schema

_FIRST_SCHEMA = """
CREATE TABLE intents (
    id TEXT PRIMARY KEY,      -- the uuid4 idempotency key
    login INTEGER NOT NULL,
    kind TEXT NOT NULL,
    path TEXT NOT NULL,       -- of the request
    body BLOB NOT NULL,       -- of the request, byte for byte
    monotonic REAL NOT NULL,
    boot REAL NOT NULL,
    wall REAL NOT NULL,       -- unix time, UTC
    symbol TEXT,              -- NULL for close-all
    held TEXT NOT NULL,       -- JSON: the symbol's positions before the send
    intent TEXT NOT NULL      -- JSON
) STRICT;
CREATE TABLE transitions (
    intent_id TEXT NOT NULL REFERENCES intents (id),
    seq INTEGER NOT NULL,
    wall REAL NOT NULL,
    state TEXT NOT NULL,
    text TEXT NOT NULL,
    result TEXT,              -- JSON
    ticket INTEGER,
    PRIMARY KEY (intent_id, seq)
) STRICT;
CREATE INDEX intents_by_wall ON intents (wall)
"""
# deals: JSON, the symbol's deals known before the send; of a transition, held and deals are what was known
# at that step, from which on the intent is looked for. attempt: which try a step belongs to, from 1.
# begun: 1 where that try had begun to be written. (A comment inside would become a part of the schema.)
_TRIES_AND_DEALS = """
ALTER TABLE intents ADD COLUMN deals TEXT NOT NULL DEFAULT '[]';
ALTER TABLE transitions ADD COLUMN held TEXT;
ALTER TABLE transitions ADD COLUMN deals TEXT;
ALTER TABLE transitions ADD COLUMN attempt INTEGER;
ALTER TABLE transitions ADD COLUMN begun INTEGER
"""
# beside: JSON, the ids of orders whose work was not to be seen yet in `held`.
_BESIDE = """
ALTER TABLE intents ADD COLUMN beside TEXT NOT NULL DEFAULT '[]';
ALTER TABLE transitions ADD COLUMN beside TEXT
"""
# origin: who made the intent (domain.origins), NULL where a version that did not ask wrote it. From here on
# there is a file a login.
_ORIGIN = """
ALTER TABLE intents ADD COLUMN origin TEXT
"""
# difference: how what the step tells of differs from what was asked for, NULL where it does not or that is
# not known. decider: whose word the step is (domain.outcomes), NULL where an older version wrote it.
_FINDINGS = """
ALTER TABLE transitions ADD COLUMN difference TEXT;
ALTER TABLE transitions ADD COLUMN decider TEXT
"""
# rules: orders that wait in this program for a price, as the line that arms them. rule_steps: what became of
# each. firing: which firing of the rule a step tells of, from 1, once in the file. intent_id: the order that
# it was for, which is in intents from the moment that it may have been sent, and not before.
_RULES = """
CREATE TABLE rules (
    number INTEGER PRIMARY KEY,
    login INTEGER NOT NULL,
    wall REAL NOT NULL,
    symbol TEXT NOT NULL,
    line TEXT NOT NULL
) STRICT;
CREATE TABLE rule_steps (
    rule INTEGER NOT NULL REFERENCES rules (number),
    seq INTEGER NOT NULL,
    wall REAL NOT NULL,
    state TEXT NOT NULL,
    words TEXT NOT NULL,
    firing INTEGER,
    intent_id TEXT,
    PRIMARY KEY (rule, seq)
) STRICT;
CREATE UNIQUE INDEX rule_firings ON rule_steps (rule, firing)
"""

INTENT_COLUMNS = (
    "id",
    "login",
    "kind",
    "path",
    "body",
    "monotonic",
    "boot",
    "wall",
    "symbol",
    "intent",
    "held",
    "deals",
    "beside",
    "origin",
)
STEP_COLUMNS = (
    "intent_id",
    "seq",
    "wall",
    "state",
    "text",
    "result",
    "ticket",
    "attempt",
    "begun",
    "held",
    "deals",
    "beside",
    "difference",
    "decider",
)
RULE_COLUMNS = ("number", "login", "wall", "symbol", "line")
RULE_STEP_COLUMNS = ("rule", "seq", "wall", "state", "words", "firing", "intent_id")
SCHEMA = Schema(
    (_FIRST_SCHEMA, _TRIES_AND_DEALS, _BESIDE, _ORIGIN, _FINDINGS, _RULES),
    {
        "intents": INTENT_COLUMNS,
        "transitions": STEP_COLUMNS,
        "rules": RULE_COLUMNS,
        "rule_steps": RULE_STEP_COLUMNS,
    },
)
