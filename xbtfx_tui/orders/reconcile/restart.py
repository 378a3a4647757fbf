"""Takes up what earlier runs left open. Startup and crash recovery are one path; nothing is ever sent here.

Whoever holds the login's lock does this; a second terminal on the same account and journal only watches.
"""

from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime

from msgspec.structs import replace

from xbtfx_tui.domain.clock import Clock
from xbtfx_tui.domain.events import Loudness, TradingChanged, TradingReadOnly
from xbtfx_tui.domain.intents import opens
from xbtfx_tui.domain.outcomes import IntentRecord, IntentState
from xbtfx_tui.domain.words import intent_words
from xbtfx_tui.orders.journal.journal import Claimed, HeldByAnother, Journal, Row
from xbtfx_tui.orders.journal.rows import UnreadableRow
from xbtfx_tui.orders.order import Order
from xbtfx_tui.orders.ports import Sleep
from xbtfx_tui.orders.reconcile.earlier import done_beside, is_overtaken, watched_of
from xbtfx_tui.orders.reconcile.history import Deals
from xbtfx_tui.orders.reconcile.order_registry import OrderRegistry
from xbtfx_tui.orders.reconcile.patience import WATCHED_FOR
from xbtfx_tui.orders.reconcile.watch import Watch
from xbtfx_tui.orders.teller import Teller
from xbtfx_tui.orders.views import is_netting
from xbtfx_tui.store.store import Store

FIRST_LOOK_WITHIN = 10.0
_BEAT = 0.1
_CLAIMS_OF = 2 * WATCHED_FOR


class TakeUp:
    """One run's start: `run` ends once earlier orders are taken up and looked for a first time. `known` are
    the ids of earlier orders: each of them is spent. `all_told` waits until every step so far is told."""

    def __init__(
        self,
        journal: Journal,
        store: Store,
        clock: Clock,
        sleep: Sleep,
        teller: Teller,
        registry: OrderRegistry,
        watch: Watch,
        deals: Deals,
        all_told: Callable[[], Awaitable[None]],
    ) -> None:
        self._journal = journal
        self._store = store
        self._clock = clock
        self._sleep = sleep
        self._teller = teller
        self._registry = registry
        self._watch = watch
        self._deals = deals
        self._all_told = all_told
        self._taken: list[Order] = []
        self.known: set[str] = set()

    async def run(self) -> str | None:
        """Take up this login's orders; a clause where none can be taken in this run. Raises JournalError."""
        while (key := self._store.key) is None:
            await self._sleep(_BEAT)
        if isinstance(self._store.trading, TradingReadOnly) or not key.may_trade:
            return None  # another terminal may be trading on this account: its orders are its own
        match await self._journal.claim(key.login):
            case HeldByAnother(pid=holder):
                return self._only_watch(holder)
            case Claimed(notes=notes):
                for note in notes:
                    self._teller.say(note.loudness, note.sentence)
        now = self._clock.now()
        recent = await self._journal.rows(now.wall - _CLAIMS_OF)
        self.known |= {row.entry.intent.intent_id for row in recent}
        for row in recent:
            # Of one that is open still, the ticket is what an answer named: nothing is certain of it yet.
            if row.state in (IntentState.FILLED, IntentState.FOUND_FILLED):
                self._registry.claim(row.entry.intent, row.ticket)
                self._registry.claim_deals(row.answer)
        netting = is_netting(self._store)
        not_filled = await self._journal.not_filled_rows(now.wall - WATCHED_FOR)
        still_open = await self._journal.open_rows()
        self._say_what_is_unreadable(await self._journal.unreadable())
        # All at once, before anything is looked at: each may be what another one's position belongs to.
        for row in not_filled:
            if not is_overtaken(row, recent, is_netting=netting):
                self._watch.add(self._order(row, recent))
        orders = [self._order(row, recent) for row in still_open]
        for order in orders:
            self._watch.add(order)
        for order in orders:
            await self._take_up(order)
        await self._first_look()
        await self._all_told()
        self._say_what_was_found()
        return None

    def _only_watch(self, holder: int) -> str:
        named = f" (pid {holder})" if holder else ""
        reason = f"another terminal{named} trades on this account"
        self._store.apply(TradingChanged(TradingReadOnly(reason)))
        self._teller.say(Loudness.WARNING, f"This terminal only watches: {reason}.")
        return reason

    def _say_what_is_unreadable(self, rows: Sequence[UnreadableRow]) -> None:
        if not rows:
            return
        days = sorted({f"{datetime.fromtimestamp(row.wall, UTC):%Y-%m-%d}" for row in rows if row.wall})
        when = f" (of {', '.join(days[:3])}{' ...' if len(days) > 3 else ''})" if days else ""
        count = "1 order" if len(rows) == 1 else f"{len(rows)} orders"
        words = "what became of it is not known" if len(rows) == 1 else "what became of them is not known"
        self._teller.say(
            Loudness.ERROR,
            f"{count} in the journal{when} can't be read: {words}. Look at the positions.",
        )

    def _order(self, row: Row, recent: Sequence[Row]) -> Order:
        record = IntentRecord(row.entry.intent, row.state, row.story, row.answer, row.ticket)
        done = done_beside(row, recent, is_netting=is_netting(self._store))
        order = Order(replace(watched_of(row), done=done, is_taken_up=True), record, None)
        self.known.add(order.id)
        order.tries.number = max((one.number for one in row.tries), default=0)
        # What the watch sees from here on was seen after the earlier run's sockets were shut.
        order.look_anew(self._clock.now())
        self._teller.show(order)
        return order

    async def _take_up(self, order: Order) -> None:
        state = order.record.state
        # What does not open goes on where the journal fails: that it says no more of it proves nothing.
        if state is IntentState.JOURNALED and opens(order.record.intent):
            text = "The terminal stopped before this was sent: nothing was sent."
            await self._teller.move(order, IntentState.ABANDONED, text, Loudness.WARNING)
            return
        self._taken.append(order)
        if state in (IntentState.AMBIGUOUS, IntentState.UNKNOWN):
            return
        text = "Unknown: the terminal stopped before the outcome was known. The positions are being checked."
        await self._teller.move(order, IntentState.UNKNOWN, text, Loudness.WARNING)

    async def _first_look(self) -> None:
        """Wait until each order was looked for in positions and history, or for as long as that may take."""
        if not self._taken:
            return
        self._deals.ask()
        for _ in range(round(FIRST_LOOK_WITHIN / _BEAT)):
            if self._store.positions_asked is not None:
                self._watch.look()
                if self._deals.last is not None or not any(order.in_doubt for order in self._taken):
                    return
            await self._sleep(_BEAT)

    def _say_what_was_found(self) -> None:
        if not self._taken:
            return
        count = "1 order was" if len(self._taken) == 1 else f"{len(self._taken)} orders were"
        fates = "; ".join(f"{intent_words(order.record.intent)}: {_fate(order)}" for order in self._taken)
        doubtful = any(order.in_doubt for order in self._taken)
        text = f"At the last run's end {count} open. {fates}."
        self._teller.say(Loudness.WARNING if doubtful else Loudness.GOOD, text)


def _fate(order: Order) -> str:
    match order.record.state:
        case IntentState.FOUND_FILLED if order.record.ticket is not None:
            return f"found as ticket {order.record.ticket}"
        case IntentState.FOUND_FILLED:
            return "found done"
        case IntentState.FOUND_NOT_FILLED:
            return "found not filled"
        case IntentState.AMBIGUOUS:
            return "not certain, say which position it is"
        case _:
            return "not found yet, it is being looked for; nothing new is opened in its symbol"
