"""Notices that time went on without the program: sleep, a clock that jumped, a process that stood still."""

import asyncio
from collections.abc import Callable
from typing import TypeAlias

import msgspec

from xbtfx_tui.domain.clock import Clock, Instant

BEAT_SECONDS = 1.0
GAP_SECONDS = 5.0


class Slept(msgspec.Struct, frozen=True):
    """The machine slept: boot time went on, monotonic did not."""

    seconds: float

    @property
    def clause(self) -> str:
        return f"this machine slept for {self.seconds:.0f} s"


class ClockJumped(msgspec.Struct, frozen=True):
    """The wall clock went ahead by itself (or the machine slept, where no boot clock can tell)."""

    seconds: float

    @property
    def clause(self) -> str:
        return f"the system clock jumped ahead by {self.seconds:.0f} s"


class ClockRanBack(msgspec.Struct, frozen=True):
    """The wall clock went back."""

    seconds: float

    @property
    def clause(self) -> str:
        return f"the system clock went back by {self.seconds:.0f} s"


class StoodStill(msgspec.Struct, frozen=True):
    """The program did not run (stopped, or blocked): what waits in the socket is as old as that."""

    seconds: float

    @property
    def clause(self) -> str:
        return f"the terminal stood still for {self.seconds:.0f} s"


LostTime: TypeAlias = Slept | ClockJumped | ClockRanBack | StoodStill


def gap_between(before: Instant, now: Instant) -> LostTime | None:
    """What happened to time between two beats, BEAT_SECONDS apart if nothing did."""
    ran = now.monotonic - before.monotonic
    slept = now.boot - before.boot - ran
    ahead = now.wall - before.wall - ran
    if slept > GAP_SECONDS:
        return Slept(slept)
    if ahead > GAP_SECONDS:
        return ClockJumped(ahead)
    if now.wall < before.wall or ahead < -GAP_SECONDS:
        return ClockRanBack(-ahead)
    if ran > BEAT_SECONDS + GAP_SECONDS:
        return StoodStill(ran)
    return None


async def watch(clock: Clock, on_gap: Callable[[LostTime], None]) -> None:
    """Compare the clocks every second, for ever."""
    before = clock.now()
    while True:
        await asyncio.sleep(BEAT_SECONDS)
        now = clock.now()
        if (gap := gap_between(before, now)) is not None:
            on_gap(gap)
        before = now
