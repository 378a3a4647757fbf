"""Directories and files that are the user's alone: made so, or refused. Knows nothing of what is in them."""

import errno
import os
import stat
from pathlib import Path


def make_private(directory: Path) -> None:
    """Make the directory and what is missing above it, mode 0700, or make it the owner's alone.

    Raises OSError; PermissionError where it is another user's: what others may write to proves nothing.
    """
    missing = []
    parent = directory
    while not parent.exists() and parent != parent.parent:
        missing.append(parent)
        parent = parent.parent
    for one in reversed(missing):
        one.mkdir(mode=0o700, exist_ok=True)
    found = directory.stat()
    if not stat.S_ISDIR(found.st_mode):
        raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), str(directory))
    if found.st_uid != os.geteuid():
        raise PermissionError(errno.EPERM, "it is another user's directory", str(directory))
    if stat.S_IMODE(found.st_mode) & 0o077:
        directory.chmod(0o700)


def open_private(path: Path, flags: int) -> int:
    """The file's descriptor, the file made with mode 0600 or given it. Raises OSError, also for a symbolic
    link in its place: what is written must not land in another file."""
    try:
        descriptor = os.open(path, flags | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    except OSError as error:
        if error.errno == errno.ELOOP:
            raise OSError(errno.ELOOP, "it is a symbolic link", str(path)) from None
        raise
    try:
        os.fchmod(descriptor, 0o600)
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor
