"""The order desk: one intent in, one request out at most, and its story told until the outcome is known.

It belongs to the program, never to a dialog: what it has begun, no screen can cancel. It never sends an
intent twice and never guesses an outcome.
"""

import asyncio
from collections import deque
from collections.abc import Callable
from uuid import UUID, uuid4

from xbtfx_tui.domain.clock import Clock
from xbtfx_tui.domain.events import (
    HistoryRead,
    KillSwitchPressed,
    Loudness,
    TradingChanged,
    TradingCloseOnly,
    TradingLocked,
    TradingOpen,
    TradingReadOnly,
)
from xbtfx_tui.domain.intents import CloseIntent, Intent, opens, tickets_of
from xbtfx_tui.domain.origins import BY_KEY, Origin
from xbtfx_tui.domain.outcomes import IntentRecord, IntentState
from xbtfx_tui.domain.positions import Deal, HistoryPeriod
from xbtfx_tui.orders.doubts import AgainNow, Doubt
from xbtfx_tui.orders.guards.closing import of_journal
from xbtfx_tui.orders.guards.problems import Limits, Problem, Taken
from xbtfx_tui.orders.guards.rules import guards
from xbtfx_tui.orders.journal.journal import Entry, Journal, JournalError, seen_of
from xbtfx_tui.orders.order import Order
from xbtfx_tui.orders.ports import ReadHistory, Sender, Sleep
from xbtfx_tui.orders.reconcile.evidence import known_deals
from xbtfx_tui.orders.reconcile.held import Watched
from xbtfx_tui.orders.reconcile.history import Deals
from xbtfx_tui.orders.reconcile.leftovers import leftovers_of
from xbtfx_tui.orders.reconcile.matching import before_send
from xbtfx_tui.orders.reconcile.order_registry import OrderRegistry
from xbtfx_tui.orders.reconcile.restart import TakeUp
from xbtfx_tui.orders.reconcile.watch import Watch
from xbtfx_tui.orders.reconcile.words import resend_words
from xbtfx_tui.orders.sending.resend import resend_of
from xbtfx_tui.orders.sending.sending import Sending
from xbtfx_tui.orders.sending.turns import before
from xbtfx_tui.orders.tasks import Tasks
from xbtfx_tui.orders.teller import Teller
from xbtfx_tui.orders.views import candidates, deals_seen, is_netting, view_of
from xbtfx_tui.store.store import Store
from xbtfx_tui.wire.errors import WireError
from xbtfx_tui.wire.requests import request_for

_TAKEN_KEPT_SECONDS = 60.0


class OrderDesk:
    """Takes intents from the screen and answers at once; the work goes on in the desk's own tasks.

    Progress arrives in the store as `IntentMoved` and `Said` events. `read_again` asks for a fresh snapshot
    of the positions; it returns at once. `history` reads the deals of the last days, or raises ReadError.
    """

    def __init__(
        self,
        client: Sender,
        journal: Journal,
        store: Store,
        clock: Clock,
        limits: Limits,
        read_again: Callable[[], None],
        history: ReadHistory,
        sleep: Sleep = asyncio.sleep,
        new_id: Callable[[], UUID] = uuid4,
    ) -> None:
        self._journal = journal
        self._store = store
        self._clock = clock
        self._limits = limits
        self._new_id = new_id
        self._spent: set[str] = set()
        self._taken: deque[Taken] = deque()
        self._at_work, self._moving, self._lasting = (Tasks(self._part_stopped) for _ in range(3))
        self._not_ready: str | None = "the journal of earlier orders has not been read yet"
        self._taken_up = asyncio.Event()
        self._finishing = False
        self._teller = Teller(journal, store, clock)
        deals = Deals(history, clock, self._lasting.spawn, self._deals_read)
        self._registry = OrderRegistry(lambda: is_netting(store))
        self._watch = Watch(
            self._registry,
            store,
            clock,
            sleep,
            read_again,
            deals,
            self._teller,
            self._moving.spawn,
            self._lasting.spawn,
        )
        through, turn, answered = self._why_not_through, self._watch.begin_anew, self._watch.answered
        self._sending = Sending(client, journal, self._teller, store, clock, sleep, through, turn, answered)
        self._take_up = TakeUp(
            journal, store, clock, sleep, self._teller, self._registry, self._watch, deals, self._moving.idle
        )

    def new_intent_id(self) -> str:
        """An id for an intent that is being drafted: its idempotency key, spent by one `submit`."""
        return str(self._new_id())

    def problems(self, intent: Intent) -> tuple[Problem, ...]:
        """What stands against sending this intent now; the ones that block come first. Cheap enough to
        be asked at every key."""
        if self._finishing:
            return (Problem("The terminal is closing: no more orders are taken.", True, "trading"),)
        if self._not_ready is not None and opens(intent):
            return (Problem(f"Orders can't be sent yet: {self._not_ready}.", True, "trading"),)
        now = self._clock.now()
        while self._taken and now.monotonic - self._taken[0].at.monotonic >= _TAKEN_KEPT_SECONDS:
            self._taken.popleft()
        view = view_of(
            self._store,
            intent,
            now,
            self._taken,
            self._registry.underway(),
            spent=intent.intent_id in self._spent,
        )
        found = guards(intent, view, self._limits, now)
        # No rule keeps a trader in: what does not open goes without the journal where it has to.
        return found if opens(intent) else (*found, *of_journal(self._journal.trouble))

    def submit(self, intent: Intent, origin: Origin = BY_KEY) -> tuple[Problem, ...]:
        """Hand the intent over. A blocking problem in the answer means that nothing happened; otherwise it
        is accepted (the answer holds warnings alone) and its id is spent.

        Of what the terminal sends by itself, with no trader at the key (a trailing stop), only trouble is
        said, and it is none of the trader's orders a minute. It is journaled like any other.
        """
        found = self.problems(intent)
        if any(problem.blocks for problem in found):
            return found
        try:
            request = request_for(intent)
        except WireError as error:
            return (Problem(str(error), True, None), *found)
        now = self._clock.now()
        # What is done already is counted off before the new order remembers what was held.
        self._watch.look()
        held = before_send(intent, self._store.positions, self._store.last_list)
        known = known_deals(intent, deals_seen(self._store))
        watched = Watched(intent, held, now, known, self._registry.unseen())
        order = Order(
            watched, IntentRecord(intent, IntentState.DRAFTED, ()), request, quiet=origin.is_by_itself
        )
        login = self._store.key.login if self._store.key is not None else 0
        entry = Entry(intent, login, request.path, request.body, now, seen_of(watched), origin)
        self._spent.add(intent.intent_id)
        self._taken.append(Taken(intent, now, origin.is_by_itself))
        order.after = before(intent, self._registry.orders())
        self._watch.add(order)
        self._at_work.spawn(self._sending.carry(order, entry))
        return found

    def look(self) -> None:
        """Look now at what has come in, for what is on its way; cheap where nothing is."""
        self._watch.look_at_news()

    def withdraw(self, intent_id: str) -> None:
        """Let an order not go that still waits for an earlier one; any other goes on as it is."""
        order = self._registry.order(intent_id)
        if order is not None and order.after:
            order.withdrawn = True

    def is_changing(self, ticket: int) -> bool:
        """Whether an order is on its way, be it just handed over, that changes this position."""
        records = (order.record for order in self._registry.orders())
        return any(
            ticket in tickets_of(record.intent)
            for record in records
            if record.state.is_open or record.state is IntentState.DRAFTED
        )

    async def begun(self, intent_id: str) -> None:
        """Wait until an order that was handed over begins to be written, or is surely not going to be."""
        if (order := self._registry.order(intent_id)) is not None:
            await order.begun.wait()

    def lock(self, reason: str) -> None:
        """Refuse all orders from now on; `reason` is a clause ("you locked it")."""
        self._teller.lock(reason)

    def kill(self, reason: str) -> None:
        """Refuse whatever opens a position from now on; closing and modifying go on. What opens all the same
        is told as an alarm. `reason` is a clause."""
        if not isinstance(self._store.trading, TradingReadOnly):
            self._store.apply(TradingChanged(TradingCloseOnly(reason)))
            self._store.apply(KillSwitchPressed())
            self._teller.say(
                Loudness.WARNING, f"Nothing new is opened from now on: {reason}. Closing is possible."
            )

    def unlock(self) -> str | None:
        """Let orders through, without a journal those that open nothing; a sentence that says why where that
        can't be."""
        key = self._store.key
        if isinstance(self._store.trading, TradingReadOnly):
            return f"Trading can't be unlocked: {self._store.trading.reason}."
        if key is None:
            return "Trading can't be unlocked yet: what the key may do has not been read."
        if not key.may_trade:
            return "Trading can't be unlocked: this key may only read."
        if self._not_ready is not None and self._taken_up.is_set():
            self.kill(self._not_ready)
            return None
        if self._not_ready is not None:
            return f"Trading can't be unlocked: {self._not_ready}."
        if not isinstance(self._store.trading, TradingOpen):
            self._store.apply(TradingChanged(TradingOpen()))
            self._teller.say(Loudness.INFO, "Trading is open.")
        return None

    async def start(self) -> None:
        """Open the account's journal once the key tells which, and take up what an earlier run left open.

        Says what is wrong, never raises; without a journal nothing new is opened.
        """
        self._lasting.spawn(self._begin())

    async def ready(self) -> str | None:
        """Wait until earlier orders are taken up; a clause where no order can be taken in this run."""
        await self._taken_up.wait()
        return self._not_ready

    async def finish(self, within: float) -> None:
        """Take no more orders, wait `within` seconds for those in flight, journal what is still open."""
        self._finishing = True
        self._sending.end()
        if at_work := self._at_work.running() | self._moving.running():
            await asyncio.wait(at_work, timeout=within)
        for order in self._registry.orders():
            if order.record.state is IntentState.SENDING:
                text = "Unknown: the terminal was closed before the answer came; the next start looks for it."
                await self._teller.move(order, IntentState.UNKNOWN, text, Loudness.WARNING)
        for tasks in (self._at_work, self._moving, self._lasting):
            await tasks.cancel()
        await self._journal.close()

    async def resolve(self, intent_id: str, ticket: int | None) -> str | None:
        """The trader's own word on an unknown or ambiguous intent: it became this position, or (None) it
        was never executed. A sentence where the intent is not open to that."""
        order = self._registry.order(intent_id)
        if order is None or not order.in_doubt:
            return "There is nothing to decide about this order."
        if order.tries.in_flight:
            return "It is on its way again: wait for its answer."
        if ticket is None:
            text = "You decided that it was never executed. It stays watched for 24 h."
            await self._watch.give_up(order, text, Loudness.WARNING)
        else:
            await self._watch.trader_found(order, ticket)
        return None

    def doubts(self) -> tuple[Doubt, ...]:
        """The orders whose outcome nobody knows, oldest first."""
        now, sight = self._clock.now(), self._watch.sight()
        return tuple(
            Doubt(
                order.record,
                (order.tries.first or order.watched.begun).wall,
                tuple(order.looks.said),
                candidates(order, sight),
                resend_of(order, now),
            )
            for order in sorted(self._registry.orders(), key=lambda order: order.watched.begun.wall)
            if order.in_doubt
        )

    def send_again(self, intent_id: str) -> str | None:
        """Send an unknown order once more with its own key, byte for byte; a sentence where it may not be."""
        order = self._registry.order(intent_id)
        if order is None or not order.in_doubt:
            return "There is nothing to send again: its outcome is known."
        if self._finishing:
            return "It can't be sent again: the terminal is closing."
        if (why := self._why_not_through(order)) is not None:
            return f"It can't be sent again: {why}"
        self._watch.look()
        resend = resend_of(order, self._clock.now())
        if not isinstance(resend, AgainNow):
            return resend_words(resend)
        order.tries.in_flight = order.tries.resent = True
        self._at_work.spawn(self._sending.carry_again(order))
        return None

    def leftovers(self, intent_id: str) -> tuple[CloseIntent, ...]:
        """What a bulk close left open, as fresh intents to close it one by one; nothing is sent."""
        record = self._store.intents.get(intent_id)
        if record is None:
            return ()
        return leftovers_of(record.intent, self._store.positions, self.new_intent_id)

    # --- small things ---

    def _deals_read(self, deals: tuple[Deal, ...]) -> None:
        self._store.apply(HistoryRead(HistoryPeriod.LAST_3_DAYS, deals))

    async def _begin(self) -> None:
        try:
            why_not = await self._take_up.run()
            self._spent |= self._take_up.known
            self._not_ready = why_not
        except JournalError as error:
            self._refuse(error)
            return
        self._taken_up.set()

    def _refuse(self, error: JournalError) -> None:
        self._not_ready = str(error).rstrip(".")
        self._taken_up.set()
        words = "Nothing new can be opened; closing is possible without it, once trading is unlocked."
        self._teller.say(Loudness.ERROR, f"{error} {words}")

    def _why_not_through(self, order: Order) -> str | None:
        """Why trading, as it stands, does not let the order out; a clause with a full stop."""
        match self._store.trading:
            case TradingOpen():
                return None
            case TradingCloseOnly() if not opens(order.record.intent):
                return None
            case TradingCloseOnly(reason=reason):
                return f"nothing new is opened, for {reason}."
            case TradingLocked() | TradingReadOnly():
                return "trading was locked before it could go."

    def _part_stopped(self) -> None:
        self.lock("a part of the order desk stopped; start the terminal again")
