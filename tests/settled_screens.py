"""When a test's terminal has done all that was due: by what its loop still has to do, on a busy machine, too.

Textual takes a process that got no time of the processor for one that has nothing to do, and a test then
looks at a screen that is of before its key.
"""

import asyncio
import time
from collections.abc import Iterator
from typing import Any

import pytest
import textual.app
import textual.pilot
from textual.pilot import Pilot

_pause_of_textual = Pilot.pause

_ROUND = 1 / 50
"""Seconds: longer than a screen waits before it draws."""
_WORK = _ROUND / 20
"""Seconds of the processor in a round, from which on it is not at rest."""
_STEPS = 5000
"""Of the loop, in a round: two that wait in one loop must not wait for each other."""


@pytest.fixture(scope="session", autouse=True)
def screens_settle() -> Iterator[None]:
    """A pilot waits for what the loop has to do, and not for a process without work."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(textual.app, "wait_for_idle", _wait_until_settled)
        patch.setattr(textual.pilot, "wait_for_idle", _wait_until_settled)
        patch.setattr(Pilot, "pause", _pause)
        yield


async def _wait_until_settled(min_sleep: float = _ROUND, max_sleep: float = 1.0) -> None:
    """Textual's own parameters; the longest is counted in rounds, each of which does what is due in it."""
    for slept in range(1, 1 + max(1, round(max_sleep / _ROUND))):
        before = time.process_time()
        await asyncio.sleep(_ROUND)
        await _does_what_is_due()
        if slept * _ROUND >= min_sleep and time.process_time() - before < _WORK:
            return


async def _pause(pilot: Pilot[Any], delay: float | None = None) -> None:
    """What is due after the delay is done, too."""
    await _pause_of_textual(pilot, delay)
    await _does_what_is_due()


async def _does_what_is_due() -> None:
    """Until the loop has nothing left but to wait for time to go by, or for something from outside."""
    waiting = asyncio.get_running_loop()._ready  # type: ignore[attr-defined] # asyncio has no public word for it
    await asyncio.sleep(0)
    for _ in range(_STEPS):
        if not waiting:
            return
        await asyncio.sleep(0)
