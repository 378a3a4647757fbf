"""One account with everything that keeps it true and trades on it, as the screen's backend.

It joins client, stream, store, sync and desk, decides when trading opens at the start, and ends them in
order. It draws nothing and reads no settings.
"""

import asyncio
import logging

import msgspec

from xbtfx_tui.api.client import ReadError, RestClient
from xbtfx_tui.domain.account_currency import ToldByTrader
from xbtfx_tui.domain.clock import Clock
from xbtfx_tui.domain.events import (
    DealDone,
    Event,
    Loudness,
    OrderAdded,
    OrderRemoved,
    PositionClosed,
    PositionOpened,
    Said,
    TradingChanged,
    TradingCloseOnly,
    TradingReadOnly,
)
from xbtfx_tui.domain.failures import GarbledAnswer
from xbtfx_tui.domain.outcomes import IntentState
from xbtfx_tui.domain.positions import Deal, HistoryPeriod
from xbtfx_tui.domain.secrets import ApiKey
from xbtfx_tui.domain.unread_rows import parted, unread_words
from xbtfx_tui.managing.alerts import AlertKeeper, NoShelf, Shelf
from xbtfx_tui.managing.currency_keeper import CurrencyKeeper, CurrencyShelf, NoCurrencyShelf
from xbtfx_tui.managing.trail_keeper import NoTrailShelf, TrailKeeper, TrailShelf
from xbtfx_tui.managing.trailing import Trailer
from xbtfx_tui.orders.desk import OrderDesk
from xbtfx_tui.orders.elsewhere import Elsewhere
from xbtfx_tui.orders.guards.problems import Limits
from xbtfx_tui.orders.journal.journal import Journal
from xbtfx_tui.store.feed import FeedDown
from xbtfx_tui.store.store import Store
from xbtfx_tui.stream.runner import StreamRunner
from xbtfx_tui.sync.line_lock import LineLock
from xbtfx_tui.sync.sync import Sync
from xbtfx_tui.wire.answers import OK

_log = logging.getLogger(__name__)

_IN_FLIGHT = frozenset({IntentState.JOURNALED, IntentState.SENDING})
FINISH_WITHIN = 9.0
"""Seconds that an order in flight is waited for at the end: the bridge gives up after 7."""


class Ends(msgspec.Struct, frozen=True):
    """Where an account is reached, and with what."""

    base_url: str
    ws_url: str
    key: ApiKey


_BEARS_WITNESS = (PositionOpened, PositionClosed, DealDone, OrderAdded, OrderRemoved)
"""What may tell an order's outcome. Profits tick by the hundred a second and tell none."""


class TradingAccount:
    """The screen's Backend (ui.ports).

    `begins_open` True is a paper account: trading is open at the start, and again whenever a lost stream is
    back. False is a live one: locked until the trader unlocks it, after a long loss close-only until then.
    `kept_trails` keeps the trailing stops from run to run; None forgets them with this one.
    `alert_shelf` is where its alerts are kept between runs. `currency` is the trader's setting of what the
    account is in, `currency_shelf` where an answer to the question for it is kept.
    """

    def __init__(
        self,
        ends: Ends,
        clock: Clock,
        journal: Journal,
        limits: Limits,
        *,
        read_only: bool,
        begins_open: bool,
        kept_trails: TrailShelf | None = None,
        alert_shelf: Shelf | None = None,
        currency: ToldByTrader | None = None,
        currency_shelf: CurrencyShelf | None = None,
    ) -> None:
        self.clock = clock
        self.store = Store(clock)
        self._read_only = read_only
        self._begins_open = begins_open
        self._client = RestClient(ends.base_url, ends.key, clock, self.store.apply, on_date=self.store.apply)
        self._stream = StreamRunner(ends.ws_url, ends.key, clock, self._take)
        self.desk = OrderDesk(
            self._client, journal, self.store, clock, limits, self.read_again, self._deals_of_late
        )
        self._sync: Sync = Sync(self._client, self._stream, self.store, clock, self.desk.lock, self.desk.look)
        self._line_lock = LineLock(self.store, clock, opens_by_itself=begins_open)
        self._opening: asyncio.Task[None] | None = None
        self.trails = Trailer(self.store, self.desk, clock, self.say, self.read_again)
        self._trail_keeper = TrailKeeper(self.trails, self.store, kept_trails or NoTrailShelf(), self.say)
        self._elsewhere = Elsewhere(self.store, clock, self.say)
        self._watching: asyncio.Task[None] | None = None
        self.currency = CurrencyKeeper(self.store, currency_shelf or NoCurrencyShelf(), currency, self.say)
        self._shown: tuple[frozenset[str], str | None] = (frozenset(), None)
        self.alerts = AlertKeeper(
            self.store, clock, alert_shelf or NoShelf(), self.store.apply, self._look_again
        )

    def _take(self, event: Event) -> None:
        for part in self.alerts.in_parts(event):
            self._sync.on_event(part)
            if isinstance(part, _BEARS_WITNESS):
                self.desk.look()
            self._line_lock.on_event(part)
            self.alerts.on_event(part)

    def look_at(self, symbols: frozenset[str], depth: str | None) -> None:
        self._shown = symbols, depth
        self._look_again()

    def _look_again(self) -> None:
        """Subscribe what is on screen, and what the alerts wait for."""
        symbols, depth = self._shown
        self._sync.look_at(symbols | self.alerts.symbols, depth)

    def need_spec(self, symbol: str) -> None:
        self._sync.need_spec(symbol)

    def read_history(self, period: HistoryPeriod) -> None:
        self._sync.read_history(period)

    def try_stream_now(self) -> bool:
        if not isinstance(self.store.feed, FeedDown):
            return False
        self._stream.reconnect_now()
        return True

    def read_again(self) -> None:
        self._sync.read_again()

    def say(self, loudness: Loudness, sentence: str) -> None:
        self.store.apply(Said(self.clock.now().wall, loudness, sentence))

    async def _deals_of_late(self) -> tuple[Deal, ...]:
        """The deals that the desk looks through for an order whose outcome is not known."""
        deals, unread = parted(await self._client.history(HistoryPeriod.LAST_3_DAYS))
        if unread:
            # The one that can't be read may be the very deal: nothing is settled by those that can.
            raise ReadError(GarbledAnswer(OK, unread_words(unread)))
        return deals

    async def start(self) -> None:
        if self._read_only:
            reason = "the terminal was started with --read-only"
            self.store.apply(TradingChanged(TradingReadOnly(reason)))
        elif not self._begins_open:
            # Said before anything else, so that what is found of earlier orders has the last word.
            self.desk.lock("a live account starts locked")
        self.currency.start()
        await self._sync.start()
        self.alerts.start()
        self.read_history(HistoryPeriod.TODAY)  # the loss limit of the day is judged by it
        await self.desk.start()
        self._trail_keeper.start()
        self._watching = asyncio.create_task(self._elsewhere.watch(), name="orders from elsewhere")
        self._opening = asyncio.create_task(self._decide_trading(), name="trading at the start")
        self._opening.add_done_callback(self._decided)

    async def _decide_trading(self) -> None:
        """Once the journal and the key are read: read-only, or open on paper; a live account stays locked."""
        why_not = await self.desk.ready()
        if self._read_only or self.store.key is None:
            return
        if why_not is not None:
            if self._begins_open:
                self.desk.kill(why_not)  # closing is possible
            return  # the desk has said why
        if isinstance(self.store.trading, TradingCloseOnly):
            return  # the kill switch was faster
        if not self.store.key.may_trade:
            self.store.apply(TradingChanged(TradingReadOnly("this key may only read")))
        elif self._begins_open:
            self.desk.unlock()

    def _decided(self, task: "asyncio.Task[None]") -> None:
        if not task.cancelled() and (error := task.exception()) is not None:
            _log.error("trading at the start was not decided: %s", type(error).__name__)
            self.desk.lock("what may be traded could not be found out; restart the terminal")

    @property
    def in_flight(self) -> bool:
        """Whether an order is written or being sent, its answer not there yet."""
        return any(record.state in _IN_FLIGHT for record in self.store.intents.values())

    async def stop(self) -> None:
        for task in (self._opening, self._watching):
            if task is not None:
                task.cancel()
        try:
            await self._trail_keeper.stop()
            await self.desk.finish(FINISH_WITHIN)
        finally:
            await self.alerts.stop()
            await self.currency.stop()
            await self._sync.stop()
            await self._client.aclose()
