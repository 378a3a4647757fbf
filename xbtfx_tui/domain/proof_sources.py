"""What can bear witness that something was done on an account, and how many of them prove it. Pure.

The rule is this project's own (order safety): absence proves nothing by itself, one witness is not enough.
"""

from collections.abc import Collection
from enum import Enum

ENOUGH = 2


class Witness(Enum):
    """One independent source; the value is its name in a sentence."""

    ANSWER = "the server's answer"
    """An answer that names a deal. One without (`placed`, a bare `ok`, a count) is none."""
    EVENT = "the stream"
    """An event of the account channel."""
    LIST = "the list"
    """A snapshot that was asked for after it should have happened."""
    DEAL = "the history"
    """A deal in the history."""


def is_proven(witnesses: Collection[Witness]) -> bool:
    """Whether these together prove it: two different ones do."""
    return len(set(witnesses)) >= ENOUGH
