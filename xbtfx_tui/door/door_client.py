"""The other side of the door: finds the running terminal, says hello, calls, and waits for an answer.

It has no key of the account and can send nothing: what it asks for, the trader decides.
"""

import os
import socket
from collections.abc import Sequence
from pathlib import Path
from typing import TypeAlias

import msgspec

from xbtfx_tui.door.door_folder import folder_problem, peer_uid, sockets_in

ANSWERED_WITHIN = 10.0
"""Seconds in which a terminal answers what does not wait."""
_CHUNK = 64 * 1024
_LONGEST_ANSWER = 4 * 1024 * 1024


class DoorError(Exception):
    """It did not work out; the text is a sentence."""


class NoTerminalError(DoorError):
    """No terminal is there, or it lets nobody in."""


class SeveralTerminalsError(DoorError):
    """More than one is there, and none was named."""


class Refusal(msgspec.Struct, frozen=True):
    """The terminal's no: a word for programs, and a sentence."""

    code: str
    sentence: str


Told: TypeAlias = dict[str, object]


class OpenDoor:
    """A connection to one terminal, which has said hello. `mode` is `live` or `paper`."""

    def __init__(self, connection: socket.socket, path: Path, client: str) -> None:
        self.path = path
        self._socket = connection
        self._in = bytearray()
        self._id = 0
        self._write({"hello": 1, "client": client})
        hello = self._read(ANSWERED_WITHIN)
        self.login = hello.get("login")
        self.mode = str(hello.get("mode", ""))

    @property
    def words(self) -> str:
        """Which terminal it is: `PAPER 50012345`."""
        return f"{self.mode.upper()} {self.login if self.login is not None else '?'}"

    def call(self, do: str, args: Told, wait: float = 0.0) -> Told | Refusal:
        """The answer to a call. Raises DoorError where none comes."""
        self._id += 1
        self._write({"id": self._id, "do": do, "args": args, **({"wait": wait} if wait else {})})
        while True:
            told = self._read(wait + ANSWERED_WITHIN)
            if told.get("id") != self._id or "left" in told:
                continue
            if isinstance(no := told.get("no"), dict):
                return Refusal(str(no.get("code", "")), str(no.get("sentence", "")))
            if isinstance(ok := told.get("ok"), dict):
                return ok
            raise DoorError("The terminal's answer can't be read.")

    def close(self) -> None:
        self._socket.close()

    def _write(self, frame: dict[str, object]) -> None:
        try:
            self._socket.sendall(msgspec.json.encode(frame) + b"\n")
        except OSError:
            raise DoorError(_GONE) from None

    def _read(self, within: float) -> Told:
        self._socket.settimeout(within)
        while (end := self._in.find(b"\n")) < 0:
            try:
                data = self._socket.recv(_CHUNK)
            except TimeoutError:
                raise DoorError("The terminal does not answer.") from None
            except OSError:
                raise DoorError(_GONE) from None
            if not data or len(self._in) > _LONGEST_ANSWER:
                raise DoorError(_GONE)
            self._in += data
        line = bytes(self._in[:end])
        del self._in[: end + 1]
        try:
            told: Told = msgspec.json.decode(line, type=dict)
        except (msgspec.MsgspecError, ValueError, RecursionError):
            raise DoorError("The terminal's answer can't be read.") from None
        if "bye" in told:
            raise DoorError(f"The terminal says: {told['bye']}")
        return told


_GONE = "The terminal has gone: what became of the proposal is not known here. Its journal has what was sent."


def find_doors(folders: Sequence[Path]) -> Sequence[Path]:
    """The sockets of the terminals that may run, by name; dead ones may be among them."""
    found = {os.path.realpath(path): path for folder in folders for path in sockets_in(folder)}
    return sorted(found.values(), key=lambda path: path.name)


def open_door(paths: Sequence[Path], client: str, *, login: int | None, paper: bool) -> OpenDoor:
    """A connection to the one terminal that is meant. Raises NoTerminalError, and DoorError where it is there
    and does not answer as one."""
    doors: list[OpenDoor] = []
    troubles: list[str] = []
    for path in paths:
        try:
            door = _connect(path, client)
        except (ConnectionRefusedError, FileNotFoundError):
            continue  # nobody listens there any more
        except (DoorError, OSError) as error:
            troubles.append(str(error) if isinstance(error, DoorError) else f"{path}: {error.strerror}.")
            continue
        is_meant = (not paper or door.mode == "paper") and (login is None or door.login == login)
        doors.append(door) if is_meant else door.close()
    if len(doors) == 1:
        return doors[0]
    names = ", ".join(f"{door.words} ({door.path})" for door in doors)
    for door in doors:
        door.close()
    if doors:
        raise SeveralTerminalsError(
            f"{len(doors)} terminals run: {names}. Name one by --login, --paper or --socket."
        )
    if troubles:
        raise DoorError(troubles[0])
    raise NoTerminalError(_nobody(login, paper=paper))


def _connect(path: Path, client: str) -> OpenDoor:
    if (wrong := folder_problem(path.parent)) is not None:
        raise DoorError(f"The terminal's socket is not trusted: {wrong}.")
    connection = socket.socket(socket.AF_UNIX)
    connection.settimeout(ANSWERED_WITHIN)
    try:
        connection.connect(os.fspath(path))
        if peer_uid(connection) != os.geteuid():
            raise DoorError(f"Another user's program listens at {path}.")  # noqa: TRY301
        return OpenDoor(connection, path, client)
    except BaseException:
        connection.close()
        raise


def _nobody(login: int | None, *, paper: bool) -> str:
    of_login = "" if login is None else f" of {login}"
    which = f"No {'paper ' if paper else ''}terminal{of_login}"
    return (
        f"{which} runs here that lets scripts in. A live one does with [agents] let_in = "
        '"all" in its config; a paper one by itself: xbtfx-tui --paper.'
    )
