"""The exchange's own time, passed in: UTC for the market and the account, monotonic for every time limit."""

import time
from datetime import UTC, datetime
from typing import Protocol


class ExchangeClock(Protocol):
    """Where the exchange reads its time."""

    def utc(self) -> datetime:
        """The moment, aware, UTC."""

    def monotonic(self) -> float:
        """Seconds that only ever go on."""


class ExchangeSystemClock:
    """The machine's own clocks."""

    def utc(self) -> datetime:
        return datetime.now(UTC)

    def monotonic(self) -> float:
        return time.monotonic()
