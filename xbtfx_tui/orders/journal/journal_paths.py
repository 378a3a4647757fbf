"""Where the journals are: a file a login in the state directory, and the one for all that came before."""

import re
from pathlib import Path

_OF_A_LOGIN = re.compile(r"journal-(\d{1,18})\.sqlite3")


def login_file(directory: Path, login: int) -> Path:
    """The journal of one login."""
    return directory / f"journal-{login}.sqlite3"


def login_files(directory: Path) -> dict[int, Path]:
    """The journals there are, by login. Raises OSError where the directory can't be read."""
    if not directory.is_dir():
        return {}
    found = ((_OF_A_LOGIN.fullmatch(path.name), path) for path in directory.iterdir())
    return {int(match[1]): path for match, path in sorted(found, key=lambda one: one[1].name) if match}


def shared_file(directory: Path) -> Path:
    """The journal of all logins that versions before the schema's fourth kept. It is read, never written."""
    return directory / "journal.sqlite3"


def lock_file(directory: Path, login: int) -> Path:
    """The lock of one login's journal. Versions before the fourth schema take the same one."""
    return directory / f"journal.sqlite3.{login}.lock"
