"""The order desk: one intent in, one request out at most, and its story told until the outcome is known.

It belongs to the program, never to a dialog: what it has begun, no screen can cancel. It never sends an
intent twice and never guesses an outcome.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Coroutine
from typing import Any
from uuid import UUID, uuid4

from xbtfx_tui.domain.clock import Clock
from xbtfx_tui.domain.events import (
    IntentMoved,
    Loudness,
    Said,
    TradingChanged,
    TradingCloseOnly,
    TradingLocked,
    TradingOpen,
    TradingReadOnly,
)
from xbtfx_tui.domain.failures import LineBroke
from xbtfx_tui.domain.intents import CloseIntent, Intent, OpenIntent
from xbtfx_tui.domain.outcomes import IntentRecord, IntentState, Result, StoryLine
from xbtfx_tui.domain.words import intent_words
from xbtfx_tui.orders.doubts import Doubt, NeverAgain
from xbtfx_tui.orders.guards import Limits, Problem, Taken, guards, opens
from xbtfx_tui.orders.journal import Entry, Journal, JournalError, Row
from xbtfx_tui.orders.leftovers import leftovers_of
from xbtfx_tui.orders.ports import ReadHistory, Sender, Sleep
from xbtfx_tui.orders.settle import verdict
from xbtfx_tui.orders.tasks import Tasks, place_of
from xbtfx_tui.orders.viewing import is_netting, view_of
from xbtfx_tui.orders.watch import Order, Watch
from xbtfx_tui.orders.watching import Watched, before_send
from xbtfx_tui.store.store import Store
from xbtfx_tui.wire.errors import WireError
from xbtfx_tui.wire.requests import Request, request_for

OPENING_AGES_AFTER = 5.0
CLOSING_AGES_AFTER = 60.0
WATCHED_FOR = 24 * 3600.0
_TAKEN_KEPT_SECONDS = 60.0
_WAIT_FOR_KEY = 0.1
_ON_ITS_WAY = frozenset({IntentState.DRAFTED, IntentState.JOURNALED, IntentState.SENDING})

_log = logging.getLogger(__name__)


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
        self._client = client
        self._journal = journal
        self._store = store
        self._clock = clock
        self._limits = limits
        self._sleep = sleep
        self._new_id = new_id
        self._history = history
        self._spent: set[str] = set()
        self._taken: deque[Taken] = deque()
        self._sending, self._moving, self._lasting = (Tasks(self._part_stopped) for _ in range(3))
        self._not_ready: str | None = "the journal of earlier orders has not been read yet"
        self._taken_up = asyncio.Event()
        self._finishing = False
        self._watch = Watch(
            store,
            clock,
            sleep,
            read_again,
            self._move,
            self._moving.spawn,
            self._lasting.spawn,
        )

    def new_intent_id(self) -> str:
        """An id for an intent that is being drafted: its idempotency key, spent by one `submit`."""
        return str(self._new_id())

    def problems(self, intent: Intent) -> tuple[Problem, ...]:
        """What stands against sending this intent now; the ones that block come first. Cheap enough to
        be asked at every key."""
        if self._finishing:
            return (Problem("The terminal is closing: no more orders are taken.", True, "trading"),)
        if self._not_ready is not None:
            return (Problem(f"Orders can't be sent yet: {self._not_ready}.", True, "trading"),)
        now = self._clock.now()
        while self._taken and now.monotonic - self._taken[0].at.monotonic >= _TAKEN_KEPT_SECONDS:
            self._taken.popleft()
        view = view_of(
            self._store,
            intent,
            now,
            self._taken,
            self._watch.underway(),
            spent=intent.intent_id in self._spent,
        )
        return guards(intent, view, self._limits, now)

    def submit(self, intent: Intent) -> tuple[Problem, ...]:
        """Hand the intent over. A blocking problem in the answer means that nothing happened; otherwise it
        is accepted (the answer holds warnings alone) and its id is spent."""
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
        held = before_send(intent, self._store.positions)
        order = Order(Watched(intent, held, now), IntentRecord(intent, IntentState.DRAFTED, ()))
        key = self._store.key
        entry = Entry(intent, key.login if key is not None else 0, request.path, request.body, now, held)
        self._spent.add(intent.intent_id)
        self._taken.append(Taken(intent, now))
        self._watch.add(order)
        self._sending.spawn(self._carry(order, entry, request))
        return found

    def lock(self, reason: str) -> None:
        """Refuse all orders from now on; `reason` is a clause ("you locked it")."""
        if not isinstance(self._store.trading, TradingReadOnly):
            self._store.apply(TradingChanged(TradingLocked(reason)))
            self._say(Loudness.WARNING, f"Trading is locked: {reason}.")

    def kill(self, reason: str) -> None:
        """Refuse whatever opens a position from now on; closing and modifying go on. `reason` is a clause."""
        if not isinstance(self._store.trading, TradingReadOnly):
            self._store.apply(TradingChanged(TradingCloseOnly(reason)))
            self._say(Loudness.WARNING, f"Nothing new is opened from now on: {reason}. Closing is possible.")

    def unlock(self) -> str | None:
        """Let orders through; a sentence that says why where that can't be."""
        key = self._store.key
        if isinstance(self._store.trading, TradingReadOnly):
            return f"Trading can't be unlocked: {self._store.trading.reason}."
        if key is None:
            return "Trading can't be unlocked yet: what the key may do has not been read."
        if not key.may_trade:
            return "Trading can't be unlocked: this key may only read."
        if self._not_ready is not None:
            return f"Trading can't be unlocked: {self._not_ready}."
        if not isinstance(self._store.trading, TradingOpen):
            self._store.apply(TradingChanged(TradingOpen()))
            self._say(Loudness.INFO, "Trading is open.")
        return None

    async def start(self) -> None:
        """Open the journal, and take up what an earlier run left open once the key's account is known.

        Says what is wrong, never raises; without a journal no order is taken.
        """
        try:
            await self._journal.open()
        except JournalError as error:
            self._refuse(error)
            return
        self._lasting.spawn(self._take_up())

    async def ready(self) -> str | None:
        """Wait until earlier orders are taken up; a clause where no order can be taken in this run."""
        await self._taken_up.wait()
        return self._not_ready

    async def finish(self, within: float) -> None:
        """Take no more orders, wait `within` seconds for those in flight, journal what is still open."""
        self._finishing = True
        if at_work := self._sending.running() | self._moving.running():
            await asyncio.wait(at_work, timeout=within)
        for order in self._watch.orders():
            if order.record.state is IntentState.SENDING:
                text = "Unknown: the terminal was closed before the answer came; the next start looks for it."
                await self._move(order, IntentState.UNKNOWN, text, Loudness.WARNING)
        for tasks in (self._sending, self._moving, self._lasting):
            await tasks.cancel()
        await self._journal.close()

    async def resolve(self, intent_id: str, ticket: int | None) -> str | None:
        """The trader's own word on an unknown or ambiguous intent: it became this position, or (None) it
        was never executed. A sentence where the intent is not open to that."""
        order = self._watch.take(intent_id)
        if order is None:
            return "There is nothing to decide about this order."
        if ticket is None:
            text = "You decided that it was never executed."
            await self._move(order, IntentState.FOUND_NOT_FILLED, text, Loudness.WARNING)
        else:
            text = f"You decided that it became position {ticket}."
            await self._move(order, IntentState.FOUND_FILLED, text, Loudness.WARNING, ticket=ticket)
        return None

    def doubts(self) -> tuple[Doubt, ...]:
        """The orders whose outcome nobody knows, oldest first."""
        return tuple(
            Doubt(order.record, order.watched.begun.wall, (), (), NeverAgain("it is still being looked for"))
            for order in sorted(self._watch.orders(), key=lambda order: order.watched.begun.wall)
            if order.record.state in (IntentState.UNKNOWN, IntentState.AMBIGUOUS)
        )

    def send_again(self, intent_id: str) -> str | None:
        """Send an unknown order once more with its own key; a sentence where that may not be."""
        return "It can't be sent again: it is still being looked for."

    def leftovers(self, intent_id: str) -> tuple[CloseIntent, ...]:
        """What a bulk close left open, as fresh intents to close it one by one; nothing is sent."""
        record = self._store.intents.get(intent_id)
        if record is None:
            return ()
        return leftovers_of(record.intent, self._store.positions, self.new_intent_id)

    # --- one order's way ---

    async def _carry(self, order: Order, entry: Entry, request: Request) -> None:
        try:
            await self._send_once(order, entry, request)
        except Exception as error:
            _log.error("order task failed: %s", place_of(error))
            self.lock("an order met a fault in this program; look at the positions")
            if order.record.state not in _ON_ITS_WAY:
                return
            if order.may_be_sent:
                text = "Unknown: a fault in this program came after it was begun. Look at the positions."
                await self._move(order, IntentState.UNKNOWN, text, Loudness.ERROR)
            else:
                text = "Not sent: a fault in this program stopped it."
                await self._move(order, IntentState.NOT_SENT, text, Loudness.ERROR)

    async def _send_once(self, order: Order, entry: Entry, request: Request) -> None:
        intent_id = order.record.intent.intent_id
        journaled = False
        try:
            line = order.step(self._clock.now(), IntentState.JOURNALED, "Written to the journal.")
            await self._journal.begin(entry, line)
            journaled = True
            self._store.apply(IntentMoved(order.record))
            line = order.step(self._clock.now(), IntentState.SENDING, "Being sent.")
            await self._journal.move(intent_id, line)
        except JournalError as error:
            text = f"Not sent: {error}"
            await self._move(order, IntentState.NOT_SENT, text, Loudness.ERROR, in_journal=journaled)
            return
        self._store.apply(IntentMoved(order.record))
        if (why := self._second_thoughts(order)) is not None:
            await self._move(order, IntentState.NOT_SENT, f"Not sent: {why}", Loudness.ERROR)
            return

        def on_begun() -> None:
            order.may_be_sent = True

        result = await self._client.send(request, intent_id, on_begun)
        begun = order.may_be_sent
        order.may_be_sent = begun or not isinstance(result, LineBroke) or result.begun
        account = self._store.account
        outcome = verdict(
            order.record.intent,
            result,
            begun=begun,
            is_netting=is_netting(self._store),
            currency=account.currency if account is not None else None,
        )
        if outcome.locks is not None:
            self.lock(outcome.locks)
        await self._move(
            order, outcome.state, outcome.text, outcome.loudness, result=result, ticket=outcome.ticket
        )

    def _second_thoughts(self, order: Order) -> str | None:
        """What changed between the trader's word and the first byte, so that it must not be sent."""
        if self._finishing:
            return "the terminal was closed before it could go."
        if not self._lets_through(order.record.intent):
            return "trading was locked before it could go."
        intent = order.record.intent
        at_most = OPENING_AGES_AFTER if isinstance(intent, OpenIntent) else CLOSING_AGES_AFTER
        waited = order.watched.begun.age_at(self._clock.now())
        backwards = order.watched.begun.ran_backwards_by(self._clock.now())
        if max(waited, backwards) > at_most:
            return "it was held up too long on this machine; look at the price and send it anew."
        return None

    def _lets_through(self, intent: Intent) -> bool:
        match self._store.trading:
            case TradingOpen():
                return True
            case TradingCloseOnly():
                return not opens(intent)
            case TradingLocked() | TradingReadOnly():
                return False

    def _move(
        self,
        order: Order,
        state: IntentState,
        text: str,
        loudness: Loudness,
        *,
        result: Result | None = None,
        ticket: int | None = None,
        in_journal: bool = True,
    ) -> Coroutine[Any, Any, None]:
        """Take an order a step further: its record at once; journal, screen and words by the coroutine."""
        line = order.step(self._clock.now(), state, text, result, ticket)
        return self._tell(order.record, line, loudness, result, ticket, in_journal=in_journal)

    async def _tell(
        self,
        record: IntentRecord,
        line: StoryLine,
        loudness: Loudness,
        result: Result | None,
        ticket: int | None,
        *,
        in_journal: bool,
    ) -> None:
        try:
            if in_journal:
                await self._journal.move(record.intent.intent_id, line, result, ticket)
        except JournalError as error:
            # The step is true all the same; but no further order goes out that could not be journaled.
            self.lock(f"the order journal failed ({str(error).rstrip('.')})")
        self._store.apply(IntentMoved(record))
        speaks_for_itself = line.state in (IntentState.FILLED, IntentState.FOUND_FILLED)
        self._say(
            loudness, line.text if speaks_for_itself else f"{intent_words(record.intent)} - {line.text}"
        )

    # --- taking up an earlier run ---

    async def _take_up(self) -> None:
        """Startup and crash recovery are one path; nothing is ever sent again here."""
        while (key := self._store.key) is None:
            await self._sleep(_WAIT_FOR_KEY)
        try:
            rows = await self._journal.open_rows(key.login)
        except JournalError as error:
            self._refuse(error)
            return
        now = self._clock.now()
        for row in rows:
            if row.entry.at.age_at(now) < WATCHED_FOR or row.state is IntentState.JOURNALED:
                await self._take_up_row(row)
        self._not_ready = None
        self._taken_up.set()

    async def _take_up_row(self, row: Row) -> None:
        intent = row.entry.intent
        self._spent.add(intent.intent_id)
        record = IntentRecord(intent, row.state, row.story, ticket=row.ticket)
        order = Order(Watched(intent, row.entry.held, row.entry.at), record)
        order.may_be_sent = row.state is not IntentState.JOURNALED
        if row.state is IntentState.JOURNALED:
            text = "The terminal stopped before this was sent: nothing was sent."
            await self._move(order, IntentState.ABANDONED, text, Loudness.WARNING)
            return
        self._watch.add(order)
        if row.state is IntentState.AMBIGUOUS:
            self._store.apply(IntentMoved(record))
            return
        text = "Unknown: the terminal stopped before the outcome was known. The positions are being checked."
        await self._move(order, IntentState.UNKNOWN, text, Loudness.WARNING)

    def _refuse(self, error: JournalError) -> None:
        self._not_ready = str(error).rstrip(".")
        self._taken_up.set()
        self._say(Loudness.ERROR, f"{error} No order can be sent.")

    # --- small things ---

    def _say(self, loudness: Loudness, text: str) -> None:
        self._store.apply(Said(self._clock.now().wall, loudness, text))

    def _part_stopped(self) -> None:
        self.lock("a part of the order desk stopped; start the terminal again")
