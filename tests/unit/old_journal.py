"""Journals as versions before the fourth schema wrote them: one file, whatever the login."""

import sqlite3
from pathlib import Path

_VERSION_1 = """
CREATE TABLE intents (
    id TEXT PRIMARY KEY, login INTEGER NOT NULL, kind TEXT NOT NULL, path TEXT NOT NULL, body BLOB NOT NULL,
    monotonic REAL NOT NULL, boot REAL NOT NULL, wall REAL NOT NULL, symbol TEXT, held TEXT NOT NULL,
    intent TEXT NOT NULL
) STRICT;
CREATE TABLE transitions (
    intent_id TEXT NOT NULL REFERENCES intents (id), seq INTEGER NOT NULL, wall REAL NOT NULL,
    state TEXT NOT NULL, text TEXT NOT NULL, result TEXT, ticket INTEGER, PRIMARY KEY (intent_id, seq)
) STRICT;
CREATE INDEX intents_by_wall ON intents (wall);
"""
_VERSION_3 = """
ALTER TABLE intents ADD COLUMN deals TEXT NOT NULL DEFAULT '[]';
ALTER TABLE transitions ADD COLUMN held TEXT;
ALTER TABLE transitions ADD COLUMN deals TEXT;
ALTER TABLE transitions ADD COLUMN attempt INTEGER;
ALTER TABLE transitions ADD COLUMN begun INTEGER;
ALTER TABLE intents ADD COLUMN beside TEXT NOT NULL DEFAULT '[]';
ALTER TABLE transitions ADD COLUMN beside TEXT;
"""


class OldTerminal:
    """What an older version's terminal does to the file, with a connection of its own."""

    def __init__(self, directory: Path, version: int = 3) -> None:
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.path = directory / "journal.sqlite3"
        is_new = not self.path.exists()
        self.connection = sqlite3.connect(self.path, isolation_level=None)
        self.connection.execute("PRAGMA journal_mode = WAL")
        if is_new:
            self.connection.executescript(_VERSION_1 + (_VERSION_3 if version == 3 else ""))
            self.connection.execute(f"PRAGMA user_version = {version}")

    def orders(self, intent_id: str, login: int, *states: str, wall: float = 1000.0) -> None:
        intent = f'{{"kind":"close-all","intent_id":"{intent_id}","tickets":[7],"comment":""}}'
        self.connection.execute(
            "INSERT INTO intents (id, login, kind, path, body, monotonic, boot, wall, symbol, held, intent) "
            "VALUES (?, ?, 'close-all', '/v1/close-all', x'7b7d', 1.5, 2.5, ?, NULL, '[]', ?)",
            (intent_id, login, wall, intent),
        )
        self.steps(intent_id, *states)

    def steps(self, intent_id: str, *states: str) -> None:
        for state in states:
            self.connection.execute(
                "INSERT INTO transitions (intent_id, seq, wall, state, text) SELECT ?, "
                "COALESCE(MAX(seq), 0) + 1, 1000, ?, 'It is so.' FROM transitions WHERE intent_id = ?",
                (intent_id, state, intent_id),
            )

    def closes(self) -> None:
        self.connection.close()
