"""Which terminal keeps what an account has one file of between runs: its trailing stops and its alerts. Pure.

It is the one that holds the login's lock. Any other changes none of these files: what it writes would be
lost, or would lose what the first one wrote.
"""

from typing import TypeAlias

import msgspec


class NotDecided(msgspec.Struct, frozen=True):
    """Whether this terminal holds the login's lock is not known yet."""


class KeptHere(msgspec.Struct, frozen=True):
    """This terminal holds the login's lock."""


class KeptByAnother(msgspec.Struct, frozen=True):
    """Another terminal holds it; `pid` is 0 where it can't be told."""

    pid: int


class KeptByNoLock(msgspec.Struct, frozen=True):
    """This terminal does not hold it, whoever else may; `reason` is a clause ("this key may only read")."""

    reason: str


KeptElsewhere: TypeAlias = KeptByAnother | KeptByNoLock
Keeping: TypeAlias = NotDecided | KeptHere | KeptElsewhere


def holder_words(pid: int) -> str:
    """Who holds a login's lock: `another terminal (pid 8165)`."""
    return f"another terminal (pid {pid})" if pid else "another terminal"


def no_trails_words(keeping: KeptElsewhere) -> str:
    """Why no trailing stop is begun or ended in this terminal."""
    match keeping:
        case KeptByAnother(pid):
            who = holder_words(pid).capitalize()
            return f"{who} was here first: trailing stops are changed there, or here after it."
        case KeptByNoLock(reason):
            return f"This terminal moves and changes no trailing stops: {reason}."


def alerts_words(keeping: KeptElsewhere) -> str:
    """Why alerts are of this run alone, as a clause."""
    match keeping:
        case KeptByAnother(pid):
            return f"{holder_words(pid)} was here first, and keeps the alerts"
        case KeptByNoLock(reason):
            return reason
