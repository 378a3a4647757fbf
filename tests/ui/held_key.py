"""A key that is held: one press, a silence, then a repeat every 30 ms, at the times of a bent clock."""

from collections.abc import Callable
from time import monotonic

from textual import events

from tests.ui.still_desk import Desk

EVERY = 0.030
DELAYS = (0.25, 0.4, 0.5, 0.66, 1.0)
"""Seconds until a held key begins to repeat, as terminals and systems have them."""
_AT_ONCE = 20


async def strikes_at(desk: Desk, key: str, *moments: float) -> None:
    """The key at these moments of the bent clock, all of which it has seen afterwards."""
    desk.backend.clock.at = moments[-1]
    for moment in moments:
        event = events.Key(key, None)
        event.time = monotonic() - (moments[-1] - moment)
        desk.app.post_message(event)
    await desk.app.key_turns.all_had()


async def holds(
    desk: Desk, delay: float, seconds: float, *, watches: Callable[[], object], key: str = "enter"
) -> None:
    """Hold the key for so long and let it go; `watches` is asked after every few repeats."""
    began = desk.backend.clock.at
    await strikes_at(desk, key, began)
    repeats = [began + delay + number * EVERY for number in range(max(2, round((seconds - delay) / EVERY)))]
    for first in range(0, len(repeats), _AT_ONCE):
        await strikes_at(desk, key, *repeats[first : first + _AT_ONCE])
        watches()
