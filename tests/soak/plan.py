"""What goes wrong on the line and when, drawn from a seed: phases of trouble with calm in between. Pure.

It touches no socket and reads no clock: the proxy carries out a phase, the command keeps the time.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import TypeAlias

FIRST_CALM = 20.0
"""Seconds without trouble at the start, in which the terminal's own measure is taken."""
LONG_CALM = 60.0
"""Seconds of every fourth calm: longer than the terminal may take to be live again."""
_LONG_EVERY = 4
_SHORT_CALM = (3.0, 18.0)
_STALL = (0.5, 40.0)
_AT_ONCE = 0.25
"""The share of troubles that the next one follows without a calm."""


class Way(Enum):
    """Which way the bytes go that a trouble is about; up is from the terminal to the exchange."""

    UP = "up"
    DOWN = "down"
    BOTH = "both ways"


@dataclass(frozen=True, slots=True)
class Calm:
    """All bytes pass at once."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Cut:
    """Every connection is cut at the start: `hard` by a reset, else in good order. New ones are taken."""

    seconds: float
    hard: bool


@dataclass(frozen=True, slots=True)
class CutAtOrder:
    """The first order that comes is cut off: `carried` after it was passed on, else before."""

    seconds: float
    carried: bool


@dataclass(frozen=True, slots=True)
class Stall:
    """No byte passes this way; what has come by then goes on afterwards."""

    seconds: float
    way: Way


@dataclass(frozen=True, slots=True)
class Trickle:
    """A thin line: this many bytes a second for each connection, this way."""

    seconds: float
    way: Way
    bytes_a_second: float


@dataclass(frozen=True, slots=True)
class Refuse:
    """New connections are refused; those that are there stay, unless `cut`."""

    seconds: float
    cut: bool


Phase: TypeAlias = Calm | Cut | CutAtOrder | Stall | Trickle | Refuse


def plan(seed: int, seconds: float, squeeze: float = 1.0) -> Sequence[Phase]:
    """The phases of a run of about so many seconds, the first and the last one calm.

    Every duration is drawn at its usual length and multiplied by `squeeze`, so that a short run has as many
    troubles. The same seed makes the same plan, and a longer run begins with a shorter one's phases.
    """
    chance = random.Random(f"line {seed}")
    phases: list[Phase] = [Calm(FIRST_CALM * squeeze)]
    calms, kinds = 0, list[int]()
    lasted = phases[0].seconds
    while lasted < seconds:
        if not kinds:
            kinds = list(range(len(_KINDS)))
            chance.shuffle(kinds)
        trouble = _KINDS[kinds.pop()](chance, squeeze)
        phases.append(trouble)
        lasted += trouble.seconds
        if chance.random() < _AT_ONCE:
            continue
        calms += 1
        calm = Calm((LONG_CALM if calms % _LONG_EVERY == 0 else chance.uniform(*_SHORT_CALM)) * squeeze)
        phases.append(calm)
        lasted += calm.seconds
    if not isinstance(phases[-1], Calm):
        phases.append(Calm(chance.uniform(*_SHORT_CALM) * squeeze))
    return tuple(phases)


def _cut(chance: random.Random, squeeze: float) -> Phase:
    return Cut(chance.uniform(0.5, 2.0) * squeeze, chance.random() < 0.7)


def _cut_at_order(chance: random.Random, squeeze: float) -> Phase:
    return CutAtOrder(chance.uniform(15.0, 30.0) * squeeze, chance.random() < 0.6)


def _stall(chance: random.Random, squeeze: float) -> Phase:
    return Stall(chance.uniform(*_STALL) * squeeze, chance.choice(list(Way)))


def _short_stall(chance: random.Random, squeeze: float) -> Phase:
    return Stall(chance.uniform(_STALL[0], 8.0) * squeeze, chance.choice(list(Way)))


def _trickle(chance: random.Random, squeeze: float) -> Phase:
    rate = 10 ** chance.uniform(1.0, 3.5)
    return Trickle(chance.uniform(5.0, 30.0) * squeeze, chance.choice(list(Way)), rate)


def _refuse(chance: random.Random, squeeze: float) -> Phase:
    return Refuse(chance.uniform(2.0, 25.0) * squeeze, chance.random() < 0.7)


_KINDS = (_cut, _cut_at_order, _cut_at_order, _stall, _stall, _short_stall, _trickle, _refuse)
"""Each is drawn once before any is drawn again."""
