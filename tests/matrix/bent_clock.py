"""The time of a run, as the terminal and the exchange see it. It goes by nothing but the run's loop."""

from datetime import UTC, datetime

from tests.matrix.leaps import LeapingLoop
from xbtfx_tui.domain.clock import Instant
from xbtfx_tui.sync.system_clock import SystemClock

# A Wednesday at noon, UTC.
NOON = datetime(2026, 4, 1, 12, tzinfo=UTC)


class BentClock:
    """Both sides' time: the loop's. `asleep` seconds passed without the terminal's machine; its wall clock
    is `jumped` ahead of the truth."""

    def __init__(self, loop: LeapingLoop) -> None:
        self._loop = loop
        self._began = Instant(1_000.0, 5_000.0, NOON.timestamp())
        self.asleep = 0.0
        self.jumped = 0.0

    def follows_the_machine(self) -> None:
        """From now on the machine's clocks are told: a program outside of this loop reads them."""
        now, went = SystemClock().now(), self._loop.time()
        self._began = Instant(now.monotonic - went, now.boot - went, now.wall - went)

    # the terminal's (domain.clock.Clock)

    def now(self) -> Instant:
        went, began = self._loop.time(), self._began
        aside = went + self.asleep
        return Instant(began.monotonic + went, began.boot + aside, began.wall + aside + self.jumped)

    def when(self, wall: float) -> float:
        """The loop's time at which the terminal's wall clock, never bent, showed this."""
        return wall - self._began.wall

    # the exchange's (paper.clocks.ExchangeClock)

    def utc(self) -> datetime:
        return datetime.fromtimestamp(self._began.wall + self._loop.time() + self.asleep, UTC)

    def monotonic(self) -> float:
        return self._loop.time() + self.asleep
