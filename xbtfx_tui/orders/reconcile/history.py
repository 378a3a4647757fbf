"""Reads the history of deals for the orders in doubt: one read at a time, whatever is asked. Never raises."""

from collections.abc import Callable, Coroutine
from typing import Any

from xbtfx_tui.api.client import ReadError
from xbtfx_tui.domain.clock import Clock
from xbtfx_tui.domain.failure_words import asked_again_words
from xbtfx_tui.domain.positions import Deal
from xbtfx_tui.orders.ports import ReadHistory
from xbtfx_tui.orders.reconcile.evidence import Read


class Deals:
    """The last read of the history, and how the one after it failed, as a sentence. `note` hears of each
    read."""

    def __init__(
        self,
        read: ReadHistory,
        clock: Clock,
        spawn: Callable[[Coroutine[Any, Any, None]], None],
        note: Callable[[tuple[Deal, ...]], None],
    ) -> None:
        self._read = read
        self._clock = clock
        self._spawn = spawn
        self._note = note
        self._is_reading = False
        self._asked_again = False
        self.last: Read | None = None
        self.failed: str | None = None

    def ask(self) -> None:
        """Read now, or right after the read that is under way; returns at once."""
        if self._is_reading:
            self._asked_again = True
            return
        self._is_reading = True
        self._spawn(self._serve())

    async def _serve(self) -> None:
        try:
            await self._read_once()
            while self._asked_again:
                self._asked_again = False
                await self._read_once()
        finally:
            self._is_reading = False

    async def _read_once(self) -> None:
        asked = self._clock.now()
        try:
            deals = await self._read()
        except ReadError as error:
            self.failed = asked_again_words(error.failure)
        else:
            self.last, self.failed = Read(deals, asked), None
            self._note(deals)
