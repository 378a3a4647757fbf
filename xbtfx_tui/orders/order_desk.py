"""The order desk: one intent in, one request out at most, and its story told until the outcome is known.

It belongs to the program, never to a dialog: what it has begun, no screen can cancel. It never sends an
intent twice and never guesses an outcome.
"""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from uuid import UUID, uuid4

from xbtfx_tui.domain.clock import Clock
from xbtfx_tui.domain.intents import CloseIntent, Intent, ModifyIntent, opens, tickets_of
from xbtfx_tui.domain.login_state_owner import Keeping
from xbtfx_tui.domain.order_origin import BY_KEY, Origin
from xbtfx_tui.domain.order_outcomes import Decider, IntentRecord, IntentState
from xbtfx_tui.domain.shell_wording import CLOSED_WAITING
from xbtfx_tui.domain.store_events import (
    KillSwitchPressed,
    Severity,
    TradingChanged,
    TradingCloseOnly,
    TradingOpen,
    TradingReadOnly,
)
from xbtfx_tui.domain.trailing_stop import KnownStop
from xbtfx_tui.orders.desk_tasks import Tasks
from xbtfx_tui.orders.guards.closing_guards import of_journal
from xbtfx_tui.orders.guards.guard_types import Limits, Problem, TakenIntent
from xbtfx_tui.orders.guards.order_guards import guards
from xbtfx_tui.orders.journal.order_journal import Entry, Journal, JournalError, seen_of
from xbtfx_tui.orders.order_recorder import OrderRecorder
from xbtfx_tui.orders.order_state import Order, Waiting
from xbtfx_tui.orders.ports import ReadHistory, Sender, Sleep
from xbtfx_tui.orders.reconcile.crash_recovery import CrashRecovery
from xbtfx_tui.orders.reconcile.deal_history_reader import Deals
from xbtfx_tui.orders.reconcile.order_registry import OrderRegistry
from xbtfx_tui.orders.reconcile.order_tracker import OrderTracker
from xbtfx_tui.orders.reconcile.outcome_messages import Absent, resend_words
from xbtfx_tui.orders.reconcile.remaining_closes import leftovers_of
from xbtfx_tui.orders.sending.manual_resend import resend_of
from xbtfx_tui.orders.sending.order_sender import NotNowError, OrderSender, why_not_through
from xbtfx_tui.orders.sending.stop_sequencing import before, is_past
from xbtfx_tui.orders.store_views import doubt_of, on_its_way_of, unread_tickets, view_of
from xbtfx_tui.orders.unknown_orders import AgainNow, Doubt, OnItsWay
from xbtfx_tui.store.store import Store
from xbtfx_tui.wire.order_requests import request_for
from xbtfx_tui.wire.wire_errors import WireError

_TAKEN_KEPT_SECONDS = 60.0


class OrderDesk:
    """Takes intents from the screen and answers at once; the work goes on in the desk's own tasks.

    Progress arrives in the store as `IntentMoved` and `Message` events. `read_again` asks for a fresh
    snapshot of the positions; it returns at once. `history` reads deals, or raises ReadError.
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
        self._taken: deque[TakenIntent] = deque()
        self._not_ready: str | None = "the journal of earlier orders has not been read yet"
        self._taken_up = asyncio.Event()
        self._finishing = False
        self.kills = 0  # how often `kill` blocked what opens; `on_kill` hears of each at once
        self.on_kill: Callable[[], None] = lambda: None
        self._recorder = OrderRecorder(journal, store, clock)
        self._at_work, self._moving, self._lasting = (Tasks(self._recorder.part_stopped) for _ in range(3))
        self._sender = OrderSender(client, journal, self._recorder, store, clock, sleep)
        self._registry = OrderRegistry(store)
        deals = Deals(history, self._registry, store, clock, self._lasting)
        self._tracker = OrderTracker(
            self._registry,
            store,
            clock,
            sleep,
            read_again,
            deals,
            self._recorder,
            self._moving,
            self._lasting,
        )
        self._recovery = CrashRecovery(
            journal, store, clock, sleep, self._recorder, self._registry, self._tracker, deals, self._moving
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
            self._taken
            if opens(intent)
            else [one for one in self._taken if not self._was_refused(one.intent)],
            self._registry.underway(),
            spent=intent.intent_id in self._spent,
            day=self._limits.day,
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
        self._tracker.look()
        watched = self._registry.baseline(intent, now)
        order = Order(
            watched,
            IntentRecord(intent, IntentState.DRAFTED, (), origin=origin),
            request,
            now,
            Waiting(before(intent, self._registry.orders())),
            quiet=origin.is_quiet,
            unread_before=unread_tickets(self._store),
        )
        login = self._store.key.login if self._store.key is not None else 0
        entry = Entry(intent, login, request.path, request.body, now, seen_of(watched), origin)
        self._spent.add(intent.intent_id)
        self._taken.append(TakenIntent(intent, now, origin.is_by_itself))
        self._tracker.add(order)
        self._at_work.spawn(self._carry(order, entry))
        return found

    async def _carry(self, order: Order, entry: Entry) -> None:
        """The way of an order: on disk, its turn, on the line, what the answer proves, what bears it out.
        From there on the tracker follows it, look by look, until its outcome is known."""
        async with self._to_its_end(order):
            try:
                await self._sender.write_down(order, entry)
                if order.after:
                    await self._sender.wait_for_turn(order)
                    self._tracker.begin_anew(order)
                last = await self._sender.send(order)
            except (JournalError, NotNowError) as reason:
                await self._sender.conclude_unsent(order, reason)
            else:
                await self._sender.conclude(order, last)
                self._tracker.look_for(order)

    async def _carry_again(self, order: Order) -> None:
        """The same of one in doubt that the trader has sent again."""
        async with self._to_its_end(order):
            try:
                last = await self._sender.send_again(order)
            except (JournalError, NotNowError) as reason:
                await self._sender.conclude_unsent(order, reason)
            else:
                await self._sender.conclude(order, last)
                self._tracker.look_for(order)

    @asynccontextmanager
    async def _to_its_end(self, order: Order) -> AsyncIterator[None]:
        """Whatever meets it on its way, what can be known of it is told, and nobody waits for it in vain."""
        try:
            yield
        except Exception as error:
            await self._sender.conclude_fault(order, error)
        finally:
            order.end_way()

    def look(self) -> None:
        """Look now at what has come in, for what is on its way; cheap where nothing is."""
        self._tracker.look_at_news()

    def withdraw(self, intent_id: str) -> None:
        """Let an order not go that still waits for an earlier one; any other goes on as it is."""
        if (order := self._registry.order(intent_id)) is not None:
            order.withdraw()

    def is_changing(self, ticket: int) -> bool:
        """Whether an order is on its way, be it just handed over, that changes this position: not one in
        doubt that can't be executed after what is sent now."""
        asked, listed, now = self._store.positions_asked, self._store.last_list, self._clock.now()
        return any(
            ticket in tickets_of(order.record.intent) and not is_past(order, asked, listed, now)
            for order in self._registry.orders()
            if order.is_under_way
        )

    async def begun(self, intent_id: str) -> None:
        """Wait until an order that was handed over begins to be written, or is surely not going to be."""
        if (order := self._registry.order(intent_id)) is not None:
            await order.begun.wait()

    @property
    def keeping(self) -> Keeping:
        """Whether this terminal holds the login's lock, and so keeps what is kept of the account."""
        return self._recovery.keeping

    def earlier_stops(self) -> Mapping[int, Sequence[KnownStop]]:
        """By ticket where the orders of earlier runs have put stops, in their order; none before the journal
        is read."""
        return self._recovery.stops

    def lock(self, reason: str) -> None:
        """Refuse all orders from now on; `reason` is a clause ("you locked it")."""
        self._recorder.lock(reason)

    def kill(self, reason: str) -> None:
        """Refuse whatever opens a position from now on; closing and modifying go on. What opens all the same
        is told as an alarm. `reason` is a clause."""
        if not isinstance(self._store.trading, TradingReadOnly):
            self.kills += 1
            self._store.apply(TradingChanged(TradingCloseOnly(reason)))
            self._store.apply(KillSwitchPressed())
            self.on_kill()
            self._recorder.say_of_trading(
                Severity.WARNING, f"Nothing new is opened from now on: {reason}. Closing is possible."
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
            self._recorder.say_of_trading(Severity.INFO, "Trading is open.")
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
        self._sender.end()
        if at_work := self._at_work.running() | self._moving.running():
            await asyncio.wait(at_work, timeout=within)
        for order in self._registry.orders():
            if order.record.state is IntentState.SENDING:
                text = f"Unknown: {CLOSED_WAITING.on_screen}"
                await self._recorder.move(order, IntentState.UNKNOWN, text, Severity.WARNING)
        for tasks in (self._at_work, self._moving, self._lasting):
            await tasks.cancel()
        await self._journal.close()

    async def resolve(self, intent_id: str, ticket: int | None) -> str | None:
        """The trader's own word on an unknown or ambiguous intent: it became this position, or (None) it
        was never executed. A sentence where the intent is not open to that."""
        order = self._to_decide(intent_id)
        if isinstance(order, str):
            return order
        if ticket in self._registry.claimed:
            return f"Position {ticket} is known to be another order's work."
        if ticket is None:
            absent = Absent("You decided that it was never executed.", Severity.WARNING)
            await self._tracker.give_up(order, absent, Decider.TRADER)
        else:
            await self._tracker.trader_found(order, ticket)
        return None

    async def resolve_done(self, intent_id: str, *, as_shown: bool = False) -> str | None:
        """The same of one that opens nothing: it was done, or just what is shown of it."""
        order = self._to_decide(intent_id)
        if isinstance(order, str):
            return order
        if opens(order.record.intent):
            return "Say which position it became."
        await self._tracker.trader_found(order, None, order.looks.differences if as_shown else ())
        return None

    def doubts(self) -> tuple[Doubt, ...]:
        """The orders whose outcome nobody knows, oldest first."""
        now, sight = self._clock.now(), self._registry.sight()
        orders = sorted(self._registry.orders(), key=lambda order: order.watched.begun.wall)
        return tuple(doubt_of(o, sight, resend_of(o, now, sight.positions)) for o in orders if o.in_doubt)

    def on_their_way(self) -> tuple[OnItsWay, ...]:
        """The orders that are being sent, or were accepted and are being checked, oldest first. Not those in
        doubt, and none that the terminal sends by itself."""
        now = self._clock.now()
        return tuple(
            on_its_way_of(order, now)
            for order in sorted(self._registry.orders(), key=lambda order: order.taken.monotonic)
            if order.is_under_way and not (order.in_doubt or order.quiet)
        )

    def is_moving_stops(self, ticket: int) -> bool:
        """Whether an order whose outcome is not known yet changes the stops of this ticket."""
        moving = (order.record.intent for order in self._registry.orders() if order.record.state.is_open)
        return any(isinstance(intent, ModifyIntent) and intent.ticket == ticket for intent in moving)

    def send_again(self, intent_id: str) -> str | None:
        """Send an unknown order once more with its own key, byte for byte; a sentence where it may not be."""
        order = self._registry.order(intent_id)
        if order is None or not order.in_doubt:
            return "There is nothing to send again: its outcome is known."
        if self._finishing:
            return "It can't be sent again: the terminal is closing."
        if (why := why_not_through(self._store.trading, order.record.intent)) is not None:
            return f"It can't be sent again: {why}"
        self._tracker.look()
        resend = resend_of(order, self._clock.now(), self._store.positions)
        if not isinstance(resend, AgainNow):
            return resend_words(resend)
        order.send_again()
        self._at_work.spawn(self._carry_again(order))
        return None

    def leftovers(self, intent_id: str) -> tuple[CloseIntent, ...]:
        """What a bulk close left open, as fresh intents to close it one by one; nothing is sent."""
        record = self._store.intents.get(intent_id)
        if record is None:
            return ()
        return leftovers_of(record.intent, self._store.positions, self.new_intent_id)

    # --- small things ---

    def _to_decide(self, intent_id: str) -> Order | str:
        """The order that is the trader's to decide; else why it is not, as a sentence."""
        order = self._registry.order(intent_id)
        if order is None or not order.in_doubt:
            return "There is nothing to decide about this order."
        return "It is on its way again: wait for its answer." if order.is_being_resent else order

    def _was_refused(self, intent: Intent) -> bool:
        """Whether it is known not to have been done: nobody is kept in by having tried to get out."""
        record = self._store.intents.get(intent.intent_id)
        return record is not None and record.state in (IntentState.REJECTED, IntentState.NOT_SENT)

    async def _begin(self) -> None:
        try:
            why_not = await self._recovery.run()
            self._spent |= self._recovery.known
            self._not_ready = why_not
        except JournalError as error:
            self._refuse(error)
            return
        self._taken_up.set()

    def _refuse(self, error: JournalError) -> None:
        self._not_ready = str(error).rstrip(".")
        self._taken_up.set()
        words = "Nothing new can be opened; closing is possible without it, once trading is unlocked."
        self._recorder.say_of_trading(Severity.ERROR, f"{error} {words}")
