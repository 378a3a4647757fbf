"""Reads the history of deals for the orders in doubt: one read at a time, whatever is asked. Never raises.

It reads back to the oldest of them: one that was in doubt over a weekend is settled by a week's deals.
"""

from xbtfx_tui.api.rest_client import ReadError
from xbtfx_tui.domain.clock import Clock
from xbtfx_tui.domain.failure_messages import asked_again_words
from xbtfx_tui.domain.positions import HistoryPeriod
from xbtfx_tui.domain.store_events import HistoryRead
from xbtfx_tui.orders.desk_tasks import Tasks
from xbtfx_tui.orders.ports import ReadHistory
from xbtfx_tui.orders.reconcile.deal_evidence import Read
from xbtfx_tui.orders.reconcile.order_registry import OrderRegistry
from xbtfx_tui.store.store import Store

_A_DAY = 86_400.0
_REACHES = (
    (2 * _A_DAY, HistoryPeriod.LAST_3_DAYS),
    (6 * _A_DAY, HistoryPeriod.LAST_WEEK),
    (27 * _A_DAY, HistoryPeriod.LAST_MONTH),
    (88 * _A_DAY, HistoryPeriod.LAST_3_MONTHS),
)
"""Seconds back to which each period surely reaches: the API's "last 3 days" may begin two midnights ago."""


def reaching_back(seconds: float) -> HistoryPeriod:
    """The shortest period that surely has the deals of so many seconds ago."""
    return next((period for reach, period in _REACHES if seconds < reach), HistoryPeriod.ALL)


class Deals:
    """The last read of the history, and how the one after it failed, as a sentence; the store has each."""

    def __init__(
        self, read: ReadHistory, registry: OrderRegistry, store: Store, clock: Clock, lasting: Tasks
    ) -> None:
        self._read = read
        self._registry = registry
        self._store = store
        self._clock = clock
        self._lasting = lasting
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
        self._lasting.spawn(self._serve())

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
        period = reaching_back(self._registry.age_of_oldest(asked))
        try:
            deals = await self._read(period)
        except ReadError as error:
            self.failed = asked_again_words(error.failure)
        else:
            self.last, self.failed = Read(deals, asked, period), None
            self._store.apply(HistoryRead(period, deals, asked=asked))
