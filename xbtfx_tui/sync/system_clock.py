"""The machine's own clocks: the one place that reads real time for freshness and ages."""

import time

from xbtfx_tui.domain.clock import Instant


class SystemClock:
    """Monotonic, boot-time and wall clock. Boot time goes on while the machine sleeps; where the system has
    no such clock, monotonic stands in, and sleep shows by the wall clock alone."""

    def __init__(self) -> None:
        self._boot_clock: int | None = getattr(time, "CLOCK_BOOTTIME", None)
        if self._boot_clock is not None:
            try:
                time.clock_gettime(self._boot_clock)
            except OSError:
                self._boot_clock = None

    def now(self) -> Instant:
        monotonic = time.monotonic()
        boot = monotonic if self._boot_clock is None else time.clock_gettime(self._boot_clock)
        return Instant(monotonic, boot, time.time())
