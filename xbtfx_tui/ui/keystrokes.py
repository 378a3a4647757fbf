"""The keys as they were struck: when, and how long after the ones before. Knows no dialog and no clock.

The confirm rule is judged by it, so a key counts by the time at which it was read, not by when it is handled.
"""

from collections import deque
from enum import Enum, auto
from math import inf

import msgspec

RUN_GAP = 0.100
"""Seconds between two enters up to which they are a held key's repeats: no hand is that fast on one key."""
RUN_OVER = 2.0
"""Seconds of silence that end a run of repeats: a line that stalls holds back a few of them for less."""
ENTER = "enter"
HELD_FROM = 4
"""Strokes of one key in a run, each up to RUN_GAP after the last, from which on it is held."""
_REMEMBERED = 512


class KeyKind(Enum):
    """What the terminal tells of a key: one that reports no repeats tells nothing."""

    UNTOLD = auto()
    PRESS = auto()
    REPEAT = auto()


class Keystroke(msgspec.Struct, frozen=True):
    """One key, struck `at` (seconds, monotonic).

    `number` counts the keys; `follows` is the one before it, None = it is the first. `silence` is how long no
    key at all had been struck, `since_same` how long not this one; `in_run` whether it is an enter
    behind others that came like a held key's, up to RUN_OVER ago; `run` how many of the same key came right
    before it, each up to RUN_GAP after the last.
    """

    key: str
    at: float
    number: int = 0
    follows: str | None = None
    silence: float = inf
    since_same: float = inf
    in_run: bool = False
    kind: KeyKind = KeyKind.UNTOLD
    run: int = 0

    @property
    def is_held(self) -> bool:
        """Whether it is a held key's repeat, by the terminal's word or by what came before it."""
        return self.kind is KeyKind.REPEAT or (self.kind is KeyKind.UNTOLD and self.run >= HELD_FROM)


class Keystrokes:
    """The latest keys, in the order in which they came."""

    def __init__(self) -> None:
        self._latest: deque[Keystroke] = deque(maxlen=_REMEMBERED)
        self._struck_at: dict[str, float] = {}
        self._in_run = False

    @property
    def latest(self) -> Keystroke | None:
        return self._latest[-1] if self._latest else None

    def note(self, key: str, at: float, kind: KeyKind = KeyKind.UNTOLD) -> Keystroke:
        """A key has come. A time before that of the last one counts as the last one's."""
        stroke = self.if_struck(key, at, kind)
        self._in_run = stroke.in_run
        self._struck_at[key] = stroke.at
        self._latest.append(stroke)
        return stroke

    def if_struck(self, key: str, at: float, kind: KeyKind = KeyKind.UNTOLD) -> Keystroke:
        """What this key would be after those that have come."""
        before = self.latest
        at = at if before is None else max(at, before.at)
        follows, silence, number, run = None, inf, 0, 0
        if before is not None:
            follows, silence, number = before.key, at - before.at, before.number + 1
            run = before.run + 1 if key == follows and silence <= RUN_GAP else 0
        since_same = at - self._struck_at.get(key, -inf)
        # Another key ends a hold, and so does a press that is told as one.
        is_next = key == follows == ENTER and silence < RUN_OVER and kind is not KeyKind.PRESS
        in_run = is_next and (self._in_run or silence <= RUN_GAP)
        return Keystroke(key, at, number, follows, silence, since_same, in_run, kind, run)

    def after(self, stroke: Keystroke) -> Keystroke | None:
        """The key that was struck next; of those still known the first, None where none has come yet."""
        latest = self.latest
        if latest is None or latest.number <= stroke.number:
            return None
        steps = latest.number - stroke.number
        return self._latest[-steps] if steps <= len(self._latest) else self._latest[0]
