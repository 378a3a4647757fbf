"""The exchange in a process of its own, started and stopped by the terminal.

The child lives as long as its stdin is open: when this process ends, in whatever way, the pipe closes and
the child goes too. It has its own session, so that the terminal's ctrl+c is not its own, and writes
nothing to the terminal: the last of its stderr is kept here. Imports no server code: starting it costs
the caller little.
"""

import asyncio
import json
import os
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import msgspec
from msgspec.structs import replace

import xbtfx_tui
from xbtfx_tui.domain.api_key import ApiKey, redact
from xbtfx_tui.paper.exchange_options import ExchangeOptions, OptionError

KEY_VARIABLE = "XBTFX_PAPER_KEY"
_START_SECONDS = 20.0
_STOP_SECONDS = 3.0
_BYTES_KEPT = 4_096


class PaperProcessError(Exception):
    """The exchange's process did not start; the text is a sentence for the user."""


class PaperProcess(msgspec.Struct, frozen=True):
    """A running exchange. `last_words` is the end of what it wrote to stderr, bounded."""

    port: int
    key: ApiKey
    base_url: str
    ws_url: str
    login: int
    seed: int
    _child: Process
    _stderr: bytearray
    _drain: "asyncio.Task[None]"

    @property
    def pid(self) -> int:
        return self._child.pid

    @property
    def last_words(self) -> str:
        return self._stderr.decode(errors="replace")

    async def ended(self) -> int:
        """Wait until the process has ended, for whatever reason; its exit code."""
        return await self._child.wait()

    async def stop(self) -> None:
        """End it: by closing its stdin, and harder where that does not do. Safe to call again."""
        await _stop(self._child)
        self._drain.cancel()
        with suppress(asyncio.CancelledError):
            await self._drain


async def launch(options: ExchangeOptions) -> PaperProcess:
    """Start the exchange and wait until it listens.

    Raises PaperProcessError, with a sentence for the user, where it does not.
    """
    environment = {**without_keys(os.environ), "PYTHONPATH": _search_path()}
    if options.key is not None:
        environment[KEY_VARIABLE] = options.key.reveal()
    arguments = (sys.executable, "-P", "-m", "xbtfx_tui.paper", write_options(options))
    try:
        child = await asyncio.create_subprocess_exec(
            *arguments, stdin=PIPE, stdout=PIPE, stderr=PIPE, env=environment, start_new_session=True
        )
    except OSError as error:
        raise PaperProcessError(f"The paper exchange could not be started: {error.strerror}.") from error
    stderr = bytearray()
    drain = asyncio.create_task(_drained(child, stderr))
    try:
        said = await _said_at_start(child, drain, stderr)
        return PaperProcess(
            port=said["port"],
            key=ApiKey(said["key"]),
            base_url=said["base_url"],
            ws_url=said["ws_url"],
            login=said["login"],
            seed=said["seed"],
            _child=child,
            _stderr=stderr,
            _drain=drain,
        )
    except BaseException:
        drain.cancel()
        await asyncio.shield(_stop(child))
        raise


def without_keys(environ: Mapping[str, str]) -> dict[str, str]:
    """The environment without the program's own variables, and without any other that holds an API key: the
    exchange is to know no key but its own."""
    return {
        name: value
        for name, value in environ.items()
        if not name.startswith("XBTFX_") and redact(value) == value
    }


def write_options(options: ExchangeOptions) -> str:
    """The options as JSON for the child's arguments: all but the key."""
    plain = replace(
        options, key=None, replay={name: path.absolute() for name, path in options.replay.items()}
    )
    return msgspec.json.encode(plain, enc_hook=_path_as_text).decode()


def read_options(text: str) -> ExchangeOptions:
    """The options that `write_options` wrote. Raises OptionError."""
    try:
        return msgspec.json.decode(text, type=ExchangeOptions, dec_hook=_text_as_path)
    except msgspec.MsgspecError as error:
        raise OptionError(f"options are not understood: {error}") from error


async def _said_at_start(child: Process, drain: "asyncio.Task[None]", stderr: bytearray) -> dict[str, Any]:
    """What the child says of itself. Raises PaperProcessError where it can't start, ends or stays mute."""
    assert child.stdout is not None  # noqa: S101 it is a pipe
    try:
        async with asyncio.timeout(_START_SECONDS):
            line = await child.stdout.readline()
    except TimeoutError:
        raise PaperProcessError(f"The paper exchange said nothing for {_START_SECONDS:g} s.") from None
    if not line:
        await asyncio.wait({drain}, timeout=_STOP_SECONDS)
        reason = stderr.decode(errors="replace").strip().rpartition("\n")[2] or "it gave no reason"
        raise PaperProcessError(f"The paper exchange ended as it started: {reason}")
    said: dict[str, Any] = json.loads(line)
    if "error" in said:
        raise PaperProcessError(f"The paper exchange can't start: {said['error']}")
    return said


async def _drained(child: Process, kept: bytearray) -> None:
    """Read all that the child writes to stderr, so that it never blocks, and keep the end of it."""
    assert child.stderr is not None  # noqa: S101 it is a pipe
    while chunk := await child.stderr.read(_BYTES_KEPT):
        kept.extend(chunk)
        del kept[:-_BYTES_KEPT]


async def _stop(child: Process) -> None:
    if child.stdin is not None:
        child.stdin.close()
    for harder in (child.terminate, child.kill):
        try:
            async with asyncio.timeout(_STOP_SECONDS):
                await child.wait()
                return
        except TimeoutError:
            with suppress(ProcessLookupError):
                harder()
    await child.wait()


def _search_path() -> str:
    """Where the child finds this very package, whatever directory it starts in."""
    here = str(Path(xbtfx_tui.__file__).parent.parent)
    inherited = os.environ.get("PYTHONPATH")
    return here if not inherited else here + os.pathsep + inherited


def _path_as_text(value: object) -> str:
    if isinstance(value, Path):
        return str(value)
    raise NotImplementedError


def _text_as_path(wanted: type, value: object) -> object:
    if wanted is Path and isinstance(value, str):
        return Path(value)
    raise NotImplementedError
