"""How a run of `xbtfx-tui do` can end, with which exit code, and what each code means.

The guide and the help say it in these words; what a run came to is not decided here.
"""

from enum import Enum


class RunOutcome(Enum):
    """How a run ended; the value is its word in the JSON."""

    DONE = "done"
    PLANNED = "planned"
    REFUSED = "refused"
    FAILED = "failed"
    MISTAKE = "mistake"
    UNKNOWN = "unknown"
    TIMED_OUT = "timed out"
    OTHERWISE = "done otherwise"
    INTERRUPTED = "interrupted"

    @property
    def exit_code(self) -> int:
        return _EXIT_CODES[self]


_EXIT_CODES = {
    RunOutcome.DONE: 0,
    RunOutcome.PLANNED: 0,
    RunOutcome.REFUSED: 1,
    RunOutcome.FAILED: 1,
    RunOutcome.MISTAKE: 2,
    RunOutcome.UNKNOWN: 3,
    RunOutcome.TIMED_OUT: 4,
    RunOutcome.OTHERWISE: 5,
    RunOutcome.INTERRUPTED: 130,
}
MEANINGS = {
    0: "when all was done as asked",
    1: "when something was refused, failed or was not begun",
    2: "for wrong use or a mistake in the line",
    3: "when an outcome is not known",
    4: "when what is needed did not come in time, and nothing was sent",
    5: "when all was done, but something of it otherwise than asked or only in part (0.04 of 0.10, a stop "
    "that is missing, a reverse that only closed)",
    130: "when it was interrupted before anything was sent",
}


def exit_words() -> str:
    """The codes and what they mean, in a sentence without its beginning and full stop."""
    parts = [f"{code} {meaning}" for code, meaning in MEANINGS.items()]
    return f"{', '.join(parts[:-1])}, and {parts[-1]}"
