"""How a connection of the stream ends, and what comes next: which dialect, after what wait, or no more.

Each connection begins with the current dialect, unless the one before showed that the server does not
speak it. The older one, which has no account events, is tried when the current one was refused without a word
about the key or, as long as it has not worked in this run, was closed on in good order or twice in a row was
not answered: once may be the line. Where it has worked, silence is the line's, and a refusal has to be said
three times in a row: a server that restarts says such things. Unless the current dialect was refused in so
many words before it ever worked, the older one is a guess: after a while the current one is tried anew, once,
and after each loss. A key that was refused in so many words, or in both dialects before it ever worked in
this run, ends the stream for good.
"""

import re
from typing import TypeAlias

import msgspec

from xbtfx_tui.domain.store_events import Dialect, StreamRefused
from xbtfx_tui.stream.stream_timeouts import StreamTimings


class KeyRefused(msgspec.Struct, frozen=True):
    """The server said that the key is no good."""

    message: str


class DialectRefused(msgspec.Struct, frozen=True):
    """The server refused the first frame, and not clearly for the key."""

    message: str


class Unanswered(msgspec.Struct, frozen=True):
    """The connection ended, or was given up, before the key was accepted.

    `closed` is True where the server closed it in good order: the older dialect's way to refuse.
    """

    reason: str
    closed: bool


class Lost(msgspec.Struct, frozen=True):
    """The line, not the key: to be tried again."""

    reason: str


class Woken(msgspec.Struct, frozen=True):
    """Dropped on request (after the machine slept): to be tried again at once."""


class SecondLook(msgspec.Struct, frozen=True):
    """Left, while all was well, to see whether the server speaks the current dialect after all."""


Ending: TypeAlias = KeyRefused | DialectRefused | Unanswered | Lost | Woken | SecondLook

_KEY = r"(?:api[ _-]?key|key|token|credentials?|permissions?|account|login)"
_BAD = (
    r"(?:invalid|unknown|wrong|bad|revoked|expired|disabled|suspended|inactive|blocked|not found|not valid"
    r"|not active|not allowed|no such|does not exist|unrecogni[sz]ed|incorrect|denied)"
)
_FILLER = r"(?:api|auth|authentication|access|the|this|your|or|is|was|were|are|has|have|been)"
_BETWEEN = rf"(?:[\s:,'\"-]+{_FILLER})*[\s:,'\"-]+"
_ABOUT_THE_KEY = re.compile(
    rf"{_BAD}{_BETWEEN}{_KEY}\b|\b{_KEY}{_BETWEEN}{_BAD}|unauthori[sz]ed|forbidden", re.IGNORECASE
)


def is_about_the_key(message: str) -> bool:
    """Whether a refusal clearly means the key, and not the form in which it came."""
    return _ABOUT_THE_KEY.search(message) is not None


_SETTLED_STEP = 2
"""Of the waits, counted from 0: a line that comes up again and again is not left alone for long."""
_UNANSWERED = 2
"""Connections in a row without an answer to the key, after which it may be the dialect."""
_REFUSED = 3
"""Refusals in a row after which it may be the dialect, though it has worked in this run."""


class Retry:
    """Remembers what earlier connections ended with; `dialect` is the one to speak next."""

    def __init__(self, timings: StreamTimings) -> None:
        self._timings = timings
        self._failures = 0
        self._current_refused: str | None = None
        self._worked = self._current_worked = False
        self._unanswered = self._refusals = 0
        self._looked = False
        self.dialect = Dialect.CURRENT

    @property
    def second_look(self) -> float | None:
        """Seconds after which the connection to come is to be left for a second look; None: it stays."""
        is_certain = self._current_refused is not None and not self._current_worked
        if self.dialect is Dialect.CURRENT or is_certain or self._looked:
            return None
        return self._timings.second_look

    def after(self, ending: Ending, lived: float) -> float | StreamRefused:
        """Seconds until the next try, or the end. `lived` is how long quotes could flow, in seconds."""
        refused = self._choose_dialect(ending, worked=lived > 0)
        if refused is not None:
            return refused
        if isinstance(ending, Woken | SecondLook):
            self._failures = 0
            return 0.0
        if lived >= self._timings.steady:
            self._failures = 0
        elif lived >= self._timings.settled:
            self._failures = min(self._failures, _SETTLED_STEP)
        steps = self._timings.steps
        wait = steps[min(self._failures, len(steps) - 1)]
        self._failures += 1
        return wait

    def _choose_dialect(self, ending: Ending, *, worked: bool) -> StreamRefused | None:
        spoken = self.dialect
        self._worked |= worked
        if worked:
            self._unanswered = 0
            if spoken is Dialect.CURRENT:
                self._current_worked, self._looked, self._refusals = True, False, 0
        match ending:
            case KeyRefused(message):
                return StreamRefused(message)
            case SecondLook():
                self._looked, self._current_refused = True, None
                self.dialect = Dialect.CURRENT
            case DialectRefused(message) if spoken is Dialect.CURRENT:
                self._refusals += 1
                if not self._current_worked or self._looked or self._refusals >= _REFUSED:
                    self._current_refused = message
                    self.dialect = Dialect.OLDER
            case Unanswered(closed=closed) if spoken is Dialect.CURRENT and not self._current_worked:
                self._unanswered += 1
                if closed or self._looked or self._unanswered >= _UNANSWERED:
                    self._unanswered = 0
                    self.dialect = Dialect.OLDER
            case DialectRefused() | Unanswered(closed=True) if self._refused_for_good():
                return StreamRefused(self._current_refused or "")
            case DialectRefused() | Unanswered():
                self._current_refused = None
                self.dialect = Dialect.CURRENT
            case Lost() | Woken() if worked and (self._current_refused is None or self._current_worked):
                self._current_refused = None
                self.dialect = Dialect.CURRENT
            case _:  # the line failed before the dialect could: the same again
                pass
        return None

    def _refused_for_good(self) -> bool:
        """Both dialects were refused, and the key never worked: it is the key, not a server that is down."""
        return self._current_refused is not None and not self._worked
