"""Takes up what earlier runs left open. Startup and crash recovery are one path; nothing is ever sent here.

Whoever holds the login's lock does this; a second terminal on the same account and journal only watches.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from msgspec.structs import replace

from xbtfx_tui.domain.clock import Clock, Instant
from xbtfx_tui.domain.intents import opens
from xbtfx_tui.domain.login_state_owner import (
    Keeping,
    KeptByAnother,
    KeptByNoLock,
    KeptHere,
    NotDecided,
    holder_words,
)
from xbtfx_tui.domain.order_outcomes import IntentRecord, IntentState
from xbtfx_tui.domain.order_text import intent_words
from xbtfx_tui.domain.shell_wording import TAKEN_UP
from xbtfx_tui.domain.store_events import Severity, TradingChanged, TradingReadOnly
from xbtfx_tui.domain.trailing_stop import KnownStop
from xbtfx_tui.orders.desk_tasks import Tasks
from xbtfx_tui.orders.journal.journal_rows import UnreadableRow
from xbtfx_tui.orders.journal.order_journal import Claimed, HeldByAnother, Journal, JournalError, JournalRow
from xbtfx_tui.orders.order_recorder import OrderRecorder
from xbtfx_tui.orders.order_state import Order
from xbtfx_tui.orders.ports import Sleep
from xbtfx_tui.orders.reconcile.check_schedule import WATCHED_FOR
from xbtfx_tui.orders.reconcile.deal_history_reader import Deals
from xbtfx_tui.orders.reconcile.journal_replay import (
    PlacedStop,
    done_beside,
    is_overtaken,
    later_changes,
    placed_stop,
    shown_before,
    stops_of,
    watched_of,
)
from xbtfx_tui.orders.reconcile.order_registry import OrderRegistry
from xbtfx_tui.orders.reconcile.order_tracker import OrderTracker
from xbtfx_tui.orders.store_views import is_netting
from xbtfx_tui.store.store import Store

FIRST_LOOK_WITHIN = 10.0
_BEAT = 0.1
_CLAIMS_OF = 2 * WATCHED_FOR


class CrashRecovery:
    """One run's start: `run` ends once earlier orders are taken up and looked for a first time. `known` are
    the ids of earlier orders: each of them is spent. `stops` is by ticket where those that are done have
    put stops."""

    def __init__(
        self,
        journal: Journal,
        store: Store,
        clock: Clock,
        sleep: Sleep,
        recorder: OrderRecorder,
        registry: OrderRegistry,
        tracker: OrderTracker,
        deals: Deals,
        moving: Tasks,
    ) -> None:
        self._journal = journal
        self._store = store
        self._clock = clock
        self._sleep = sleep
        self._recorder = recorder
        self._registry = registry
        self._tracker = tracker
        self._deals = deals
        self._moving = moving
        self._taken: list[Order] = []
        self.known: set[str] = set()
        self.stops: Mapping[int, Sequence[KnownStop]] = {}
        self.keeping: Keeping = NotDecided()
        """Whether this terminal holds the login's lock; decided once `stops` are known."""

    async def run(self) -> str | None:
        """Take up this login's orders; a clause where none can be taken in this run. Raises JournalError."""
        try:
            return await self._run()
        except JournalError:
            if isinstance(self.keeping, NotDecided):
                no_lock = KeptByNoLock("the lock of this account can't be had")
                self.keeping = KeptHere() if self._journal.is_claimed else no_lock
            raise

    async def _run(self) -> str | None:
        while (key := self._store.key) is None:
            await self._sleep(_BEAT)
        if isinstance(trading := self._store.trading, TradingReadOnly) or not key.may_trade:
            only_reads = "this key may only read"
            self.keeping = KeptByNoLock(
                trading.reason if isinstance(trading, TradingReadOnly) else only_reads
            )
            return None  # another terminal may be trading on this account: its orders are its own
        match await self._journal.claim(key.login):
            case HeldByAnother(pid=holder):
                return self._only_watch(holder)
            case Claimed(notes=notes):
                for note in notes:
                    self._recorder.say(note.severity, note.sentence)
        now = self._clock.now()
        not_filled = await self._journal.not_filled_rows(now.wall - WATCHED_FOR)
        still_open = await self._journal.open_rows()
        # Held only where one of these has to be told from the others' work: it may be tens of thousands.
        recent = await self._note_recent(now.wall - _CLAIMS_OF, keeps=bool(not_filled or still_open))
        self.keeping = KeptHere()
        netting = is_netting(self._store)
        self._say_what_is_unreadable(await self._journal.unreadable())
        # All at once, before anything is looked at: each may be what another one's position belongs to.
        for row in not_filled:
            if not is_overtaken(row, recent, is_netting=netting):
                self._tracker.add(self._order(row, recent))
        orders = [self._order(row, recent) for row in still_open]
        _note_later_changes(orders, still_open, recent, now)
        for order in orders:
            self._tracker.add(order)
        for order in orders:
            await self._take_up(order)
        await self._first_look()
        await self._moving.idle()  # until every step so far is told
        self._say_what_was_found()
        return None

    async def _note_recent(self, since: float, *, keeps: bool) -> Sequence[JournalRow]:
        """Note what the orders of the last days did; they themselves, where they are to be kept."""
        kept: list[JournalRow] = []
        placed: list[PlacedStop] = []
        async for rows in self._journal.pages(since):
            for row in rows:
                self.known.add(row.entry.intent.intent_id)
                self._registry.note_stops(row.entry.intent)
                # Of one that is open still, the ticket is what an answer named: nothing is certain of it yet.
                if row.state.is_done:
                    self._registry.claim(row.entry.intent, row.ticket)
                    self._registry.claim_deals(row.answer)
                if (stop := placed_stop(row)) is not None:
                    placed.append(stop)
            if keeps:
                kept += rows
        self.stops = stops_of(placed)
        return kept

    def _only_watch(self, holder: int) -> str:
        self.keeping = KeptByAnother(holder)
        reason = f"{holder_words(holder)} was here first; start this one anew after it"
        self._store.apply(TradingChanged(TradingReadOnly(reason)))
        self._recorder.say(Severity.WARNING, f"This terminal only watches: {reason}.")
        return reason

    def _say_what_is_unreadable(self, rows: Sequence[UnreadableRow]) -> None:
        if not rows:
            return
        days = sorted({f"{datetime.fromtimestamp(row.wall, UTC):%Y-%m-%d}" for row in rows if row.wall})
        when = f" (of {', '.join(days[:3])}{' ...' if len(days) > 3 else ''})" if days else ""
        count = "1 order" if len(rows) == 1 else f"{len(rows)} orders"
        words = "what became of it is not known" if len(rows) == 1 else "what became of them is not known"
        self._recorder.say(
            Severity.ERROR,
            f"{count} in the journal{when} can't be read: {words}. Look at the positions.",
        )

    def _order(self, row: JournalRow, recent: Sequence[JournalRow]) -> Order:
        done = done_beside(row, recent, is_netting=is_netting(self._store))
        watched = replace(watched_of(row), done=done, shown=shown_before(row, recent), is_taken_up=True)
        tries = max((one.number for one in row.tries), default=0)
        order = Order.of_earlier_run(watched, _record_of(row), tries, self._clock.now())
        self.known.add(order.id)
        self._recorder.show(order)
        return order

    async def _take_up(self, order: Order) -> None:
        state = order.record.state
        # What does not open goes on where the journal fails: that it says no more of it proves nothing.
        if state is IntentState.JOURNALED and opens(order.record.intent):
            text = "The terminal stopped before this was sent: nothing was sent."
            await self._recorder.move(order, IntentState.ABANDONED, text, Severity.WARNING)
            return
        self._taken.append(order)
        # While another one was written, the tracker may have found this one already.
        if not state.is_open or state.is_in_doubt:
            return
        text = f"Unknown: {TAKEN_UP.on_screen}"
        await self._recorder.move(order, IntentState.UNKNOWN, text, Severity.WARNING)

    async def _first_look(self) -> None:
        """Wait until each order was looked for in positions and history, or for as long as that may take."""
        if not self._taken:
            return
        self._deals.ask()
        for _ in range(round(FIRST_LOOK_WITHIN / _BEAT)):
            if self._store.positions_asked is not None:
                self._tracker.look()
                if self._deals.last is not None or not any(order.in_doubt for order in self._taken):
                    return
            await self._sleep(_BEAT)

    def _say_what_was_found(self) -> None:
        if not self._taken:
            return
        count = "1 order was" if len(self._taken) == 1 else f"{len(self._taken)} orders was"
        fates = "; ".join(f"{intent_words(order.record.intent)}: {_fate(order)}" for order in self._taken)
        doubtful = any(order.in_doubt for order in self._taken)
        text = f"At the last run's end the outcome of {count} not known. {fates}."
        self._recorder.say(Severity.WARNING if doubtful else Severity.GOOD, text)


def _note_later_changes(
    orders: Sequence[Order], rows: Sequence[JournalRow], recent: Sequence[JournalRow], now: Instant
) -> None:
    """Note with the orders taken up, and their rows, which later changes of the same stops went."""
    by_id = {order.id: order for order in orders}
    for order, row in zip(orders, rows, strict=True):
        order.note_passed_by(
            tuple(
                by_id.get(later.entry.intent.intent_id)
                or Order.of_earlier_run(watched_of(later), _record_of(later), 0, now)
                for later in later_changes(row, recent)
            )
        )


def _record_of(row: JournalRow) -> IntentRecord:
    difference = row.story[-1].difference
    entry = row.entry
    return IntentRecord(
        entry.intent, row.state, row.story, row.answer, row.ticket, difference, origin=entry.origin
    )


def _fate(order: Order) -> str:
    record = order.record
    but = f", but {record.difference}" if record.difference is not None else ""
    near = f"not certain, {order.looks.near}" if order.looks.near is not None else None
    match record.state:
        case IntentState.FILLED | IntentState.FOUND_FILLED if record.ticket is not None:
            return f"found as ticket {record.ticket}{but}"
        case IntentState.FILLED | IntentState.FOUND_FILLED:
            return f"found done{but}"
        case IntentState.FOUND_NOT_FILLED:
            return record.difference or ("found not filled" if opens(record.intent) else "found not done")
        case IntentState.AMBIGUOUS:
            return near or "not certain, say what became of it"
        case _:
            barred = "nothing new is opened in its symbol" if opens(record.intent) else ""
            looked_for = "it is being looked for" + (f"; {barred}" if barred else "")
            return f"{near or 'not found yet'}, {looked_for}"
