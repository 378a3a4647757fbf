"""Where the door's sockets stand, and whose they are: a folder that is the user's alone, a name for each
terminal, the user at the other end. It listens to nothing.
"""

import contextlib
import os
import shlex
import socket
import stat
import struct
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec

LONGEST_PATH = 99
"""Bytes of a socket's path: the system takes 104 to 108, and what is longer is cut by some."""
SUFFIX = ".sock"
_PAPER = "paper-"
_LOCAL_PEERCRED, _SOL_LOCAL = 1, 0


class DoorPlace(msgspec.Struct, frozen=True):
    """Where a terminal's socket is to stand: the folders to try, in this order."""

    folders: tuple[Path, ...]
    is_paper: bool


class NoPlace(msgspec.Struct, frozen=True):
    """Why there is none, as a clause."""

    why: str


def socket_name(login: int | None, *, is_paper: bool) -> str:
    """`50012345.sock`; of a paper account by its process, for they all have one login."""
    return f"{_PAPER}{os.getpid()}{SUFFIX}" if is_paper else f"{login}{SUFFIX}"


def free_place(place: DoorPlace, login: int) -> Path | NoPlace:
    """The path to listen at, what was left there by a dead terminal taken away."""
    name = socket_name(login, is_paper=place.is_paper)
    why = "there is no folder for its socket"
    for folder in place.folders:
        path = folder / name
        if len(os.fsencode(path)) > LONGEST_PATH:
            why = f"the path of its socket is too long: {path}"
            continue
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            why = f"{folder} can't be made: {error.strerror}"
            continue
        if (wrong := folder_problem(folder)) is not None:
            return NoPlace(wrong)
        remove_dead(folder)
        if path.is_symlink() or path.exists():
            return NoPlace(f"another program listens at {path}")
        return path
    return NoPlace(why)


def folder_problem(folder: Path) -> str | None:
    """Why a folder is none for a socket, as a clause; None where it is ours alone, and no link."""
    try:
        found = folder.lstat()
    except OSError as error:
        return f"{folder} can't be looked at: {error.strerror}"
    if stat.S_ISLNK(found.st_mode):
        return f"{folder} is a link"
    if not stat.S_ISDIR(found.st_mode):
        return f"{folder} is no folder"
    if found.st_uid != os.geteuid():
        return f"{folder} is another user's"
    if stat.S_IMODE(found.st_mode) & 0o077:
        return f"others may look into {folder}: chmod 700 {shlex.quote(str(folder))}"
    return None


def remove_dead(folder: Path) -> None:
    """Take away the sockets at which nobody listens any more."""
    for path in sockets_in(folder):
        with contextlib.suppress(OSError):
            if is_dead(path):
                path.unlink()


def sockets_in(folder: Path) -> Sequence[Path]:
    """The sockets of a folder that is ours alone; none where it is not."""
    if folder_problem(folder) is not None:
        return ()
    with contextlib.suppress(OSError):
        found = [path for path in folder.iterdir() if path.suffix == SUFFIX]
        return sorted(path for path in found if stat.S_ISSOCK(path.lstat().st_mode))
    return ()


def is_dead(path: Path) -> bool:
    """Whether nobody listens there. Who is too busy to answer is no dead one."""
    with socket.socket(socket.AF_UNIX) as trying:
        trying.settimeout(0.2)
        try:
            trying.connect(os.fspath(path))
        except ConnectionRefusedError:
            return True
        except OSError:
            return False
    return False


def peer_uid(connection: socket.socket) -> int | None:
    """The user at the other end, by the kernel's word; None where the system does not tell.

    Linux: SO_PEERCRED. macOS: LOCAL_PEERCRED (xucred: version, uid), which was written by its manual and not
    tried.
    """
    try:
        if sys.platform == "darwin":
            found = connection.getsockopt(_SOL_LOCAL, _LOCAL_PEERCRED, 76)
            return int(struct.unpack_from("=II", found)[1])
        found = connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12)
        return int(struct.unpack("=iII", found)[1])
    except (OSError, struct.error):
        return None


def door_folders(environ: Mapping[str, str], state: Path, user_id: int) -> tuple[Path, ...]:
    """The folders where a terminal's socket may stand: the session's, the state's, one under /tmp.

    A script may have another environment than the terminal (cron has no XDG_RUNTIME_DIR): who looks for a
    terminal looks at `places_to_look`.
    """
    fixed = Path("/tmp") / f"xbtfx-tui-{user_id}"  # noqa: S108 - it is made, and checked to be, the user's own
    session = Path(environ.get("XDG_RUNTIME_DIR", ""))
    of_session = (session / "xbtfx-tui",) if session.is_absolute() else ()
    return (*of_session, state / "run", fixed)


def places_to_look(environ: Mapping[str, str], state: Path, user_id: int) -> tuple[Path, ...]:
    """The folders where a terminal of this user may have its socket."""
    usual = Path("/run/user") / str(user_id) / "xbtfx-tui"
    return tuple(dict.fromkeys((*door_folders(environ, state, user_id), usual)))
