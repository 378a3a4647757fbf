"""One terminal a login: advisory lock files, held for the run, freed by any death.

One stands beside the journal, which has one writer; others where all terminals of this user on this machine
meet, whatever directory each keeps its state in. They keep nobody from looking.
"""

import contextlib
import fcntl
import os
import stat
from pathlib import Path
from urllib.parse import quote, urlsplit

import msgspec


class MeetingPlaces(msgspec.Struct, frozen=True):
    """Where the terminals of one user on this machine find each other: the directories to try, all of which
    are used that can be, and the server that logins are of (a login number alone names an account of one)."""

    directories: tuple[Path, ...]
    base_url: str

    def file_name(self, login: int) -> str:
        parts = urlsplit(self.base_url)
        return f"{quote(parts.netloc.lower() + parts.path.rstrip('/'), safe='')}-{login}.lock"


class OwnerLock:
    """The right to trade on one login."""

    def __init__(self, beside_journal: Path, login: int, places: MeetingPlaces | None = None) -> None:
        self._beside_journal = beside_journal
        self._login = login
        self._places = places
        self._files: list[int] = []
        self.is_seen_elsewhere = False
        """Whether a terminal with another state directory sees it."""

    @property
    def is_taken(self) -> bool:
        return bool(self._files)

    def take(self) -> int | None:
        """None where it is ours from now on, else the pid of its holder (0 where that can't be read).

        Raises OSError where the file beside the journal can't be had.
        """
        if self._files:
            return None  # it is ours already
        if (holder := self._lock(self._beside_journal)) is not None:
            return holder
        for directory in self._places.directories if self._places is not None else ():
            try:
                self._files.append(_make_own(directory))
                holder = self._lock(directory / self._places.file_name(self._login)) if self._places else None
            except OSError:
                continue  # another place may do
            if holder is not None:
                self.free()
                return holder
            self.is_seen_elsewhere = True
        return None

    def free(self) -> None:
        """Give it up. The files stay: to remove one would open a gap in which two could hold it."""
        while self._files:
            os.close(self._files.pop())

    def _lock(self, path: Path) -> int | None:
        file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.pread(file, 20, 0).strip()
            os.close(file)
            return int(holder) if holder.isdigit() else 0
        except BaseException:
            os.close(file)
            raise
        self._files.append(file)
        with contextlib.suppress(OSError):  # a full disk: it is held all the same, by nobody named
            os.ftruncate(file, 0)
            os.pwrite(file, str(os.getpid()).encode(), 0)
        return None


def _make_own(directory: Path) -> int:
    """Make the directory, the user's alone; it, open. Raises OSError where it is another's: what others may
    write to proves nothing, and what lies there may be a trap."""
    with contextlib.suppress(FileExistsError):
        directory.mkdir(mode=0o700)
    file = os.open(directory, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    try:
        _check_own(file)
        # Held, it is passed over by what cleans temporary directories of old files (systemd-tmpfiles).
        fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BaseException:
        os.close(file)
        raise
    return file


def _check_own(directory: int) -> None:
    found = os.fstat(directory)
    if found.st_uid != os.geteuid():
        raise PermissionError("it is another user's directory")
    if stat.S_IMODE(found.st_mode) & 0o077:
        os.fchmod(directory, 0o700)
