"""A small file of what the program keeps between its runs: read whole, written whole, never lost when broken.

Where a link of the trader's own stands in its place (layouts kept among other dotfiles, say), the file that
it names is read and written, and the link stays; a log, a lock and a draft are never written through one
(`disk.private_files`). It knows nothing of what is in it. Everything here touches the disk: call it off the
event loop.
"""

import codecs
import contextlib
import errno
import itertools
import os
import stat
import tempfile
from pathlib import Path

from xbtfx_tui.disk.private_files import make_private
from xbtfx_tui.domain.text_sanitizer import plain

_LARGEST_BYTES = 1_000_000


def read_kept(path: Path) -> bytes:
    """The file's content, without the mark that editors of Windows begin a text with. Raises OSError, also
    for a pipe or a device, which may never end; ValueError where it is larger than anything that is kept."""
    with open(path, "rb", opener=_without_waiting) as file:  # Path.open takes none
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise OSError(errno.EINVAL, "not a regular file", str(path))
        content = file.read(_LARGEST_BYTES + 1).removeprefix(codecs.BOM_UTF8)
    if len(content) > _LARGEST_BYTES:
        raise ValueError("it is larger than anything that is kept there")
    return content


def _without_waiting(path: str, flags: int) -> int:
    return os.open(path, flags | os.O_NONBLOCK)


def write_kept(path: Path, content: bytes, *, is_synced: bool = True) -> None:
    """Write the file, or the one that a link in its place names, mode 0600, so that it is the old one or the
    new one, whatever happens; not `is_synced`, as long as the machine does not crash: that does not wait for
    the disk.

    Raises OSError, also for a link to where others may write.
    """
    draft: Path | None = None
    try:
        make_private(path.parent)
        path = _behind_link(path)
        descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")  # made with mode 0600
        draft = Path(name)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            if is_synced:
                file.flush()
                os.fsync(file.fileno())
        draft.replace(path)
        draft = None
        if is_synced:
            _sync_directory(path.parent)
    finally:
        if draft is not None:
            with contextlib.suppress(OSError):
                draft.unlink()


def _behind_link(path: Path) -> Path:
    """The file that is meant: itself, or what a link in its place comes to in the end, be it there or not.

    Raises OSError where links lead in a circle, and where the directory that they lead to is another user's
    or open to all: what stands there may be theirs to choose.
    """
    if not path.is_symlink():
        return path
    target = Path(os.path.realpath(path))
    if target.is_symlink():
        raise OSError(errno.ELOOP, os.strerror(errno.ELOOP), str(path))
    found = target.parent.stat()
    if found.st_uid != os.geteuid() or found.st_mode & stat.S_IWOTH:
        raise PermissionError(errno.EPERM, "it is a link to a directory that is not yours alone", str(path))
    return target


def _sync_directory(directory: Path) -> None:
    """Make the renaming itself last; some file systems can't, and then it lasts a little later."""
    with contextlib.suppress(OSError):
        descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def set_aside(path: Path) -> str:
    """Rename the file, never over another one; the sentence that says where it is now. Of a link it is the
    file that the link names, and it stands beside that then."""
    try:
        there = _behind_link(path)
    except OSError:
        there = path
    for count in itertools.count(1):
        aside = there.with_name(f"{there.name}.broken-{count}")
        try:
            _move(there, aside)
        except FileExistsError:
            continue
        except OSError as error:
            return f"The file stays where it is, {path.name}: {plain(error.strerror or str(error))}."
        return f"The file is kept as {aside.name if there == path else plain(str(aside))}."
    raise AssertionError("there is always a next number")


def _move(path: Path, aside: Path) -> None:
    """Rename, but never over a file that is there. Raises OSError."""
    try:
        aside.hardlink_to(path)  # a rename would go over a file that another run set aside meanwhile
    except FileExistsError:
        raise
    except OSError:  # a directory, or a file system without links
        if aside.exists():
            raise FileExistsError(aside) from None
        path.rename(aside)
    else:
        path.unlink()
