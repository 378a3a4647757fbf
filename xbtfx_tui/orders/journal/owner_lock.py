"""One terminal a login: an advisory lock file beside the journal, held for the run, freed by any death."""

import fcntl
import os
from pathlib import Path


class OwnerLock:
    """The right to trade on one login with one journal. It keeps nobody from looking."""

    def __init__(self, journal: Path, login: int) -> None:
        self.path = journal.with_name(f"{journal.name}.{login}.lock")
        self._file: int | None = None

    def take(self) -> int | None:
        """None where it is ours from now on, else the pid of its holder (0 where that can't be read).

        Raises OSError where the file can't be had.
        """
        file = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.pread(file, 20, 0).strip()
            os.close(file)
            return int(holder) if holder.isdigit() else 0
        except BaseException:
            os.close(file)
            raise
        os.ftruncate(file, 0)
        os.pwrite(file, str(os.getpid()).encode(), 0)
        self._file = file
        return None

    def free(self) -> None:
        """Give it up. The file stays: to remove it would open a gap in which two could hold it."""
        if self._file is not None:
            os.close(self._file)
            self._file = None
