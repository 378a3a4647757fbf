"""One account with everything that keeps it true and trades on it, as the screen's backend.

It joins client, stream, store, sync and desk, decides when trading opens at the start, and ends them in
order. It draws nothing and reads no settings.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from functools import partial

import msgspec

from xbtfx_tui.api.rest_client import ReadError, RestClient
from xbtfx_tui.archive.candle_archive import Archive, ArchiveOptions, CandleArchive, NoArchive
from xbtfx_tui.archive.day_references import DayReferenceFinder
from xbtfx_tui.automation.alert_repository import NoRepository, Repository
from xbtfx_tui.automation.alert_service import AlertKeeper
from xbtfx_tui.automation.currency_service import CurrencyKeeper, CurrencyRepository, NoCurrencyRepository
from xbtfx_tui.automation.trailing_engine import Trailer
from xbtfx_tui.automation.trailing_service import NoTrailRepository, TrailKeeper, TrailRepository
from xbtfx_tui.domain.account_currency import ToldByTrader
from xbtfx_tui.domain.api_key import ApiKey
from xbtfx_tui.domain.clock import Clock
from xbtfx_tui.domain.failures import GarbledAnswer
from xbtfx_tui.domain.order_outcomes import IntentState
from xbtfx_tui.domain.positions import Deal, HistoryPeriod
from xbtfx_tui.domain.store_events import (
    DealDone,
    Event,
    Message,
    OrderAdded,
    OrderRemoved,
    PositionClosed,
    PositionOpened,
    Severity,
    TradingChanged,
    TradingCloseOnly,
    TradingReadOnly,
    TrueWhile,
)
from xbtfx_tui.domain.unreadable_rows import parted, unread_words
from xbtfx_tui.door.door_folder import DoorPlace
from xbtfx_tui.door.door_keeper import DoorKeeper
from xbtfx_tui.door.line_planning import LinePlanning
from xbtfx_tui.door.proposal_desk import ProposalDesk
from xbtfx_tui.orders.foreign_orders import ForeignOrders
from xbtfx_tui.orders.guards.guard_types import Limits
from xbtfx_tui.orders.journal.order_journal import Journal
from xbtfx_tui.orders.order_desk import OrderDesk
from xbtfx_tui.rules.rule_keeper import RuleKeeper
from xbtfx_tui.store.feed_state import FeedDown
from xbtfx_tui.store.store import Store
from xbtfx_tui.stream.reconnecting_stream import StreamRunner
from xbtfx_tui.sync.account_sync import Sync
from xbtfx_tui.sync.reconnect_hold import ReconnectHold
from xbtfx_tui.wire.post_responses import OK

_log = logging.getLogger(__name__)

_IN_FLIGHT = frozenset({IntentState.JOURNALED, IntentState.SENDING})
FINISH_WITHIN = 9.0
"""Seconds that an order in flight is waited for at the end: the bridge gives up after 7."""


class AccountAccess(msgspec.Struct, frozen=True):
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
    `alert_shelf` is where its alerts are kept between runs, `archive` how its candles are; None keeps none of
    either. `currency` is the trader's setting of what the
    account is in, `currency_shelf` where an answer to the question for it is kept. `door` is where scripts
    find it; None lets none in.
    """

    def __init__(
        self,
        ends: AccountAccess,
        clock: Clock,
        journal: Journal,
        limits: Limits,
        *,
        read_only: bool,
        begins_open: bool,
        kept_trails: TrailRepository | None = None,
        alert_shelf: Repository | None = None,
        archive: ArchiveOptions | None = None,
        currency: ToldByTrader | None = None,
        currency_shelf: CurrencyRepository | None = None,
        door: DoorPlace | None = None,
    ) -> None:
        self.clock = clock
        self.store = Store(clock)
        self.limits = limits
        self._read_only = read_only
        self._begins_open = begins_open
        self._client = RestClient(ends.base_url, ends.key, clock, self.store.apply, on_date=self.store.apply)
        self._stream = StreamRunner(ends.ws_url, ends.key, clock, self._take)
        self.desk = OrderDesk(
            self._client, journal, self.store, clock, limits, self.read_again, self._deals_of
        )
        self._sync: Sync = Sync(self._client, self._stream, self.store, clock, self.desk.lock, self.desk.look)
        self._reconnect_hold = ReconnectHold(self.store, clock, opens_by_itself=begins_open)
        self._opening: asyncio.Task[None] | None = None
        self.trails = Trailer(self.store, self.desk, clock, self.say, self.read_again)
        self._trail_keeper = TrailKeeper(
            self.trails, self.store, kept_trails or NoTrailRepository(), lambda: self.desk.keeping, self.say
        )
        self._elsewhere = ForeignOrders(self.store, clock, self.say)
        self._watching: asyncio.Task[None] | None = None
        self.currency = CurrencyKeeper(
            self.store, currency_shelf or NoCurrencyRepository(), currency, self.say
        )
        self._shown: tuple[frozenset[str], str | None] = (frozenset(), None)
        self._histories: set[HistoryPeriod] = set()
        self.candles: Archive = NoArchive(limits.day)
        if archive is not None:
            self.candles = CandleArchive(
                self.store, clock, archive, lambda: self._stream.subscribed, self._warn
            )
        self._day_references = DayReferenceFinder(self.store, clock, self.candles)
        self.alerts = AlertKeeper(
            self.store,
            clock,
            alert_shelf or NoRepository(),
            self.store.apply,
            self._look_again,
            lambda: self.desk.keeping,
        )
        self.rules = RuleKeeper(self.store, self.desk, journal, clock, self._look_again, self._sync.need_spec)
        self.desk.on_kill = self.rules.look  # what waits to open ends by it, and that is on disk at once
        planning = LinePlanning(
            self.store, clock, self.desk, self.alerts, self.trails, self.need_spec, self.rules, limits.day
        )
        self._door = DoorKeeper(door, self.store, clock, planning, lambda: self.desk.keeping, self.say)

    @property
    def proposals(self) -> ProposalDesk:
        return self._door.proposals

    def _take(self, event: Event) -> None:
        parts = self.alerts.in_parts(event)
        for part in parts if len(parts) > 1 else self.rules.in_parts(event):
            self._sync.on_event(part)
            if isinstance(part, _BEARS_WITNESS):
                self.desk.look()
            self._reconnect_hold.on_event(part)
            self.alerts.on_event(part)
            self.rules.on_event(part)
        self.candles.on_event(event)

    def _warn(self, sentence: str) -> None:
        self.say(Severity.WARNING, sentence)

    def look_at(self, symbols: frozenset[str], depth: str | None) -> None:
        self._shown = symbols, depth
        self.candles.look_at(symbols)
        self._look_again()

    def _look_again(self) -> None:
        """Subscribe what is on screen, and what alerts and armed orders wait for."""
        symbols, depth = self._shown
        self._sync.look_at(symbols | self.alerts.symbols | self.rules.symbols, depth)

    def need_spec(self, symbol: str) -> None:
        self._sync.need_spec(symbol)

    def read_history(self, period: HistoryPeriod) -> None:
        self._sync.read_history(period)

    def need_history(self, period: HistoryPeriod) -> None:
        if period not in self._histories:
            self._histories.add(period)
            self._sync.need_history(period)

    def try_stream_now(self) -> bool:
        if not isinstance(self.store.feed, FeedDown):
            return False
        self._stream.reconnect_now()
        return True

    def read_again(self) -> None:
        self._sync.read_again()

    def say(self, severity: Severity, sentence: str, true_while: TrueWhile | None = None) -> None:
        self.store.apply(Message(self.clock.now().wall, severity, sentence, true_while))

    async def _deals_of(self, period: HistoryPeriod) -> tuple[Deal, ...]:
        """The deals that the desk looks through for an order whose outcome is not known."""
        deals, unread = parted(await self._client.history(period))
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
        self.candles.start()
        self._day_references.start()
        self.read_history(HistoryPeriod.TODAY)  # the loss limit of the day is judged by it
        await self.desk.start()
        self._trail_keeper.start()
        self.rules.start()
        self._door.start()
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
        await in_order(
            self.rules.stop,
            self._door.stop,
            self._trail_keeper.stop,
            partial(self.desk.finish, FINISH_WITHIN),
            self._day_references.stop,
            self.candles.stop,
            self.alerts.stop,
            self.currency.stop,
            self._sync.stop,
            self._client.aclose,
        )


async def in_order(*ends: Callable[[], Awaitable[None]]) -> None:
    """End one part after the other, the next also where one fails; the first failure is raised at last."""
    failures: list[Exception] = []
    for end in ends:
        try:
            await end()
        except Exception as error:
            _log.error("a part did not end as it should: %s", type(error).__name__, exc_info=error)
            failures.append(error)
    if failures:
        raise failures[0]
