"""When Python looks for garbage in a terminal that runs for days: not in its start, then briefly and often.

Collects and forgets nothing of its own.
"""

import asyncio
import gc

SETTLED_AFTER = 10.0
"""Seconds after which the screen, the contracts and the symbols of an account are there to stay."""
COLLECTED_EVERY = 60.0
"""Seconds. By itself Python looks at what has grown old once in half an hour of quotes, and until then keeps
the room of every tuple that it once had: megabytes. Once a minute it takes less than a millisecond."""


class Garbage:
    """Needs a running loop. Garbage is looked for from `settle_later` on, once all stands."""

    def __init__(self) -> None:
        self._next: asyncio.TimerHandle | None = None

    def settle_later(self) -> None:
        """Once all that has just been begun stands, it stays: with the next account, that one, too."""
        self.stop()
        self._next = asyncio.get_running_loop().call_later(SETTLED_AFTER, self.settle)

    def settle(self) -> None:
        """All stands now."""
        self.stop()
        keep_out_of_collections()
        self._collect_later()

    def stop(self) -> None:
        """Do nothing more by itself."""
        if self._next is not None:
            self._next.cancel()
            self._next = None

    def _collect(self) -> None:
        gc.collect()
        self._collect_later()

    def _collect_later(self) -> None:
        self._next = asyncio.get_running_loop().call_later(COLLECTED_EVERY, self._collect)


def keep_out_of_collections() -> None:
    """What lives as long as the run is looked through once for garbage, and no more: on a slow core that
    stops everything for 60 ms, an order's way included. From now on what comes later is.

    The second look counts what is left, next to nothing. Python lets garbage grow to a fourth of what the
    last one counted before it looks again: of all that was just put aside, that were megabytes.
    """
    gc.collect()
    gc.freeze()
    gc.collect()
    gc.enable()
