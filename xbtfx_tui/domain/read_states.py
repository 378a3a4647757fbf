"""How well a list or a figure that REST reads is known in this run: a state of its own, never an empty list.

Not read is not empty. Values only: who reads and when is sync's.
"""

from datetime import UTC, datetime
from typing import TypeAlias

import msgspec

from xbtfx_tui.domain.clock import Instant


class NeverRead(msgspec.Struct, frozen=True):
    """Nothing has been read in this run. `why` is how the last try failed, a sentence; None without one."""

    why: str | None = None


class ReadAt(msgspec.Struct, frozen=True):
    """Read, and the last try worked; `asked` is when that one was asked for."""

    asked: Instant


class Failing(msgspec.Struct, frozen=True):
    """Read before, asked for at `asked`; every try since `since` has failed, the last one as `why` says (a
    sentence)."""

    asked: Instant
    since: Instant
    why: str


ReadState: TypeAlias = NeverRead | ReadAt | Failing

NEVER_READ = NeverRead()


def after_failure(state: ReadState, at: Instant, why: str) -> ReadState:
    """The state after a try that failed."""
    match state:
        case NeverRead():
            return NeverRead(why)
        case ReadAt(asked=asked):
            return Failing(asked, at, why)
        case Failing(asked=asked, since=since):
            return Failing(asked, since, why)


def unread_clause(state: ReadState) -> str | None:
    """Why what is shown is not what the server has now: `not read yet`, `not read since 12:00:31 UTC`; None
    where the last try worked."""
    match state:
        case NeverRead():
            return "not read yet"
        case Failing(since=since):
            return f"not read since {datetime.fromtimestamp(since.wall, UTC):%H:%M:%S} UTC"
        case ReadAt():
            return None


def unread_sentence(what: str, state: ReadState) -> str | None:
    """The same of `what` ("The positions are") as a sentence, with how the last try failed; None as there."""
    clause = unread_clause(state)
    if clause is None or isinstance(state, ReadAt):
        return None
    return f"{what} {clause}.{f' {state.why}' if state.why else ''}"
