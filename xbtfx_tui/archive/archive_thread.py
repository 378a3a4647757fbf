"""The one thread that owns the archive's file: takes what the event loop closes, and has it written once a
minute. The loop never waits for it, and it never touches the loop.

What comes while the file can't be written waits in a queue that has an end: then the oldest go.
"""

import logging
import threading
from collections import deque
from collections.abc import Callable, Iterable

from xbtfx_tui.archive.archive_keeper import ArchiveKeeper
from xbtfx_tui.archive.seen_stretch import SeenStretch, closed_candles
from xbtfx_tui.domain.clock import to_next_beat

MOST_WAITING = 60_000
"""Candles: ten minutes of 1,000 symbols."""
TURN_EVERY = 60.0

_log = logging.getLogger(__name__)


class ArchiveThread:
    """`wall` tells unix seconds; `second` (0 to 59.99) is that of the minute at which it writes, another one
    in each program. `say` takes a sentence, in whichever thread; `turned` is told after each turn, in the
    thread, whether the file is in order."""

    def __init__(
        self,
        keeper: ArchiveKeeper,
        wall: Callable[[], float],
        second: float,
        say: Callable[[str], None],
        turned: Callable[[bool], None] = lambda _: None,
    ) -> None:
        self._keeper = keeper
        self._wall = wall
        self._second = second
        self._say = say
        self._turned = turned
        self._waiting: deque[SeenStretch] = deque(maxlen=MOST_WAITING)
        self._wanted_days: set[str] = set()
        self._has_dropped = False
        self._ends = threading.Event()
        self._thread = threading.Thread(target=self._run, name="candles", daemon=True)

    def start(self) -> None:
        """Begin; the first turn comes at once."""
        self._thread.start()

    def put(self, seen: Iterable[SeenStretch]) -> None:
        """Hand over what was seen; never waits."""
        before = len(self._waiting)
        count = 0
        for one in seen:
            self._waiting.append(one)
            count += 1
        if before + count > MOST_WAITING and not self._has_dropped:
            self._has_dropped = True
            self._say("The archive of candles is not written: the oldest minutes of this run are lost to it.")

    def want_days(self, symbol: str) -> None:
        """Have the symbol's days kept at the next turn: somebody reads them."""
        self._wanted_days.add(symbol)

    def end(self) -> None:
        """Have what is here written, and end; returns at once, see `join`."""
        self._ends.set()

    def join(self, seconds: float) -> bool:
        """Wait for the end; whether it came. One that hangs on its disk is left: it dies with the program."""
        if self._thread.ident is None:
            return True
        self._thread.join(seconds)
        return not self._thread.is_alive()

    def _run(self) -> None:
        try:
            while not self._ends.is_set():
                self._turn(ends=False)
                self._ends.wait(to_next_beat(self._wall() - self._second, TURN_EVERY))
            self._turn(ends=True)
        except Exception as error:
            _log.exception("the archive of candles failed")
            self._say(f"The archive of candles has stopped on an error of its own ({type(error).__name__}).")
        finally:
            self._keeper.close()

    def _turn(self, *, ends: bool) -> None:
        now = self._wall()
        if not self._keeper.is_due(now):
            self._turned(False)
            return
        days = set(self._wanted_days)
        self._wanted_days -= days
        self._turned(self._keeper.turn(closed_candles(self._taken()), now, days, ends=ends))

    def _taken(self) -> list[SeenStretch]:
        """What waits, in order; the loop may go on putting."""
        return [self._waiting.popleft() for _ in range(len(self._waiting))]
