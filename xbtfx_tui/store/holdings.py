"""Positions and pending orders as the store holds them, with what proves an end. Never asks a server.

It takes the account channel, snapshots, answers and deals, and tells what changed in sentences. What is held
until its end is proven, and by whom, is store.snapshot_merge' and domain.proof_sources' rule.
"""

from collections import deque
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from xbtfx_tui.domain.accounts import Account
from xbtfx_tui.domain.clock import Clock, Instant
from xbtfx_tui.domain.intents import CloseIntent, ReverseIntent
from xbtfx_tui.domain.order_outcomes import (
    BulkClosed,
    Filled,
    HalfReversed,
    IntentRecord,
    IntentState,
    Reversed,
)
from xbtfx_tui.domain.positions import Deal, PendingOrder, Position
from xbtfx_tui.domain.proof_sources import Witness
from xbtfx_tui.domain.sides import Side
from xbtfx_tui.domain.stop_rules import StopKind
from xbtfx_tui.domain.store_events import (
    AccountEvent,
    Message,
    OrderAdded,
    OrderRemoved,
    OrdersRead,
    PositionClosed,
    PositionOpened,
    PositionsRead,
    PositionUpdated,
    Reading,
    SnapshotMark,
)
from xbtfx_tui.domain.unreadable_rows import UnreadRow, parted
from xbtfx_tui.store.changed_keys import DirtyKeys
from xbtfx_tui.store.closing_deals import ClosingDeals
from xbtfx_tui.store.kill_switch_alarm import AfterKill, Risen
from xbtfx_tui.store.messages import Sayings
from xbtfx_tui.store.position_ends import end_of
from xbtfx_tui.store.snapshot_merge import EndedItem, MergedBook, is_replaced

EVENTS_KEPT = 500
DEALS_CHECKED_WHOLE = 3_000
"""Deals of one read up to which each position held is looked for among them."""
LISTS_LAG = 90.0
"""Seconds from the first list in which what is gone may have been closed before this run."""
_PROFITS_KEPT = 1_000
_ENDED_KEPT = 200


class Holdings:
    """One account's positions and pending orders.

    `account_events` are the account channel's last ones with when they came, newest last. `unlisted` are
    tickets not held here of which the stream told figures, with when last. `say` takes a
    sentence, `closing_price` is what a position of a side would close at, `intents` are the orders that this
    run knows of. `is_netting` and `account`
    are set once they are read.
    """

    def __init__(
        self,
        clock: Clock,
        dirty: DirtyKeys,
        sayings: Sayings,
        say: Callable[[Message | None], None],
        closing_price: Callable[[str, Side], Decimal | None],
        intents: Mapping[str, IntentRecord],
    ) -> None:
        self._clock = clock
        self._dirty = dirty
        self._sayings = sayings
        self._say = say
        self._closing_price = closing_price
        self._intents = intents
        self._began: float | None = None
        self._listed_first: frozenset[int] = frozenset()
        self._sequence = 0
        self._positions: MergedBook[Position] = MergedBook()
        self._orders: MergedBook[PendingOrder] = MergedBook()
        self._deals = ClosingDeals()
        self._closings: dict[int, PositionClosed] = {}
        self._ended: dict[int, Position] = {}  # the last ones, as they were held
        self._told_missing: set[int] = set()
        self._unlisted: dict[int, Instant] = {}
        self.unlisted: Mapping[int, Instant] = self._unlisted
        self.positions: Mapping[int, Position] = self._positions.items
        self.orders: Mapping[int, PendingOrder] = self._orders.items
        self.account_events: deque[tuple[Instant, AccountEvent]] = deque(maxlen=EVENTS_KEPT)
        self.is_netting = False
        self.after_kill: AfterKill | None = None
        self.account: Account | None = None

    # --- what is read ---

    def mark(self) -> SnapshotMark:
        """Where the account events stand now: to be taken right before positions or orders are asked for."""
        return SnapshotMark(self._next(), self._clock.now())

    @property
    def positions_mark(self) -> SnapshotMark | None:
        return self._positions.last_mark

    @property
    def last_list(self) -> Mapping[int, Position]:
        """The positions as the last snapshot listed them; empty before one, too."""
        return self._positions.last_list

    def unread(self, listed: Reading) -> Sequence[UnreadRow]:
        """The rows of the last list of positions or orders that can't be read."""
        return self._orders.unread if listed is Reading.ORDERS else self._positions.unread

    def listed(self, reading: Reading) -> int | None:
        """How many rows the last list of positions or orders has; None for what is neither."""
        match reading:
            case Reading.POSITIONS:
                return len(self._positions.last_list) + len(self._positions.unread)
            case Reading.ORDERS:
                return len(self._orders.last_list) + len(self._orders.unread)
            case _:
                return None

    @property
    def doubted(self) -> frozenset[int]:
        """The tickets of positions and orders that one witness says are gone."""
        return frozenset(self._positions.doubted | self._orders.doubted)

    def has_ended(self, ticket: int) -> bool:
        """Whether the position was held in this run, and its end is proven."""
        return self._positions.has_ended(ticket)

    def said_at(self, ticket: int) -> Instant | None:
        """When the position's figures were the server's."""
        return self._positions.said_at.get(ticket)

    def knows_stop(self, ticket: int, kind: StopKind) -> bool:
        """Whether a position's sl or tp was read: an opening that the stream tells of carries neither, and
        until then None is no word that it has none."""
        return ticket not in self.positions or self._positions.knows(ticket, kind.value)

    def doubt_of(self, ticket: int) -> str | None:
        """Why it is not certain that this is held, as a clause; None where nothing speaks against it."""
        book = self._positions if ticket in self.positions else self._orders
        if ticket in book.doubted:
            return self._sayings.doubt(book.gone_by(ticket))
        if book.unread and any(row.ticket == ticket for row in book.unread):
            return "its row in the last list can't be read"
        only_told = book.last_mark is not None and ticket in book.items and ticket not in book.last_list
        return "told by the stream, not in the list yet" if only_told else None

    # --- the account channel ---

    def position_opened(self, event: PositionOpened) -> None:
        """Take an opening. A netting account holds one position of a symbol: an older one is not held beside
        it, and an older one that is told now is not held at all."""
        price = event.price_open
        new = Position(event.ticket, event.symbol, event.side, event.volume, price, price)
        now = self._heard(event)
        if self.is_netting and any(is_replaced(new, held) for held in self.positions.values()):
            return
        if self._positions.opened(event.ticket, self._next(), now, lambda: new):
            self._dirty.positions = True
            for ended in self._positions.replaced_by(new, self._next(), now) if self.is_netting else ():
                self._position_ended(ended)
            if self.after_kill is None or event.ticket in self._told_closed():
                self._say(self._sayings.position_opened(event, now.wall))
            else:
                self._alarm(self.after_kill.opened(self.positions[event.ticket]))

    def position_updated(self, event: PositionUpdated) -> None:
        values: dict[str, Any] = {
            name: value
            for name, value in (("volume", event.volume), ("sl", event.sl), ("tp", event.tp))
            if value is not None
        }
        # A profit means nothing without the price it was valued at, and the other way round.
        price = event.price_current
        if event.profit is not None and price is None:
            held = self.positions.get(event.ticket)
            price = None if held is None else self._closing_price(held.symbol, held.side)
        if event.profit is not None and price is not None:
            values |= {"profit": event.profit, "price_current": price}
        now = self._clock.now()
        if event.volume is not None or event.sl is not None or event.tp is not None:
            self.account_events.append((now, event))
        if self._positions.updated(event.ticket, self._next(), now, values):
            self._dirty.positions = True
            if event.volume is not None and self.after_kill is not None:
                self._alarm(self.after_kill.updated(self.positions))
        elif event.ticket not in self.positions:
            self._note_unlisted(event.ticket, now)

    def position_closed(self, event: PositionClosed) -> None:
        now = self._heard(event)
        if len(self._closings) >= _PROFITS_KEPT:
            self._closings.clear()
        self._closings[event.ticket] = event  # a later one knows better
        self._position_ended(self._positions.closed(event.ticket, self._next(), now))
        self._unlisted.pop(event.ticket, None)
        self._dirty.positions = True

    def order_added(self, event: OrderAdded) -> None:
        now = self._heard(event)
        if self._orders.opened(event.order.ticket, self._next(), now, lambda: event.order):
            self._dirty.orders = True
            self._say(self._sayings.order_added(event, now.wall))

    def order_removed(self, event: OrderRemoved) -> None:
        now = self._heard(event)
        self._order_ended(self._orders.closed(event.ticket, self._next(), now))
        self._dirty.orders = True

    def _note_unlisted(self, ticket: int, now: Instant) -> None:
        if len(self._unlisted) >= _PROFITS_KEPT:
            self._unlisted.clear()
        self._unlisted[ticket] = now

    def _heard(self, event: AccountEvent) -> Instant:
        now = self._clock.now()
        self.account_events.append((now, event))
        return now

    # --- reads ---

    def positions_read(self, event: PositionsRead) -> bool:
        """Take a snapshot of the positions; whether it was taken."""
        listed, unread = parted(event.positions)
        taken = self._positions.read(listed, event.mark, unread, replaces=self.is_netting)
        if taken is None:
            return False
        if self._began is None:
            self._began = self._clock.now().monotonic
            self._listed_first = frozenset(self._positions.last_list)
        self._say(self._sayings.rows_unread(Reading.POSITIONS, unread, self._wall()))
        self._dirty.positions = True
        for ended in taken.ended:
            self._position_ended(ended)
        for position in taken.back:
            self._ended.pop(position.ticket, None)
            self._closings.pop(position.ticket, None)
            self._say(self._sayings.position_is_back(position, self._wall()))
        if self.after_kill is not None:
            self._alarm(
                self.after_kill.listed(self._positions.last_list, self.positions, self._told_closed())
            )
        # Told once, until a list has it again: the stream may tell of it between any two lists that do not.
        untold = set(taken.missing) - self._told_missing
        self._told_missing = (self._told_missing | untold) - self._positions.last_list.keys()
        if untold:
            missing = sorted(self._told_missing & self.positions.keys())
            self._say(self._sayings.positions_missing(missing, self._wall()))
        return True

    def orders_read(self, event: OrdersRead) -> bool:
        """Take a snapshot of the pending orders; whether it was taken."""
        listed, unread = parted(event.orders)
        taken = self._orders.read(listed, event.mark, unread)
        if taken is None:
            return False
        self._say(self._sayings.rows_unread(Reading.ORDERS, unread, self._wall()))
        self._dirty.orders = True
        for ended in taken.ended:
            self._order_ended(ended)
        return True

    # --- answers and deals ---

    def answered(self, record: IntentRecord) -> None:
        """Take what an answer says of tickets it closed by a deal that it names. An end that the stream told,
        or lists showed, before the answered try was sent is not this one."""
        if self.is_netting and isinstance(record.intent, ReverseIntent):
            return  # the position may keep its ticket
        sent = max((line.wall for line in record.story if line.state is IntentState.SENDING), default=None)
        for ticket in _closed_by_answer(record):
            now = self._clock.now()
            if sent is not None and self._positions.withdraw_what_was_before(ticket, sent):
                self._closings.pop(ticket, None)
            self._position_ended(self._positions.witnessed(ticket, Witness.ANSWER, self._next(), now))

    def history_read(self, deals: Iterable[Deal]) -> None:
        """Take a read of the history: which of the tickets in doubt its deals close."""
        read = tuple(deals)
        now = self._clock.now()
        doubted = [self.positions[ticket] for ticket in self._positions.doubted]
        self._positions.history_answered(self._deals.left_open(read, doubted))
        self._orders.history_answered()
        # Of what has ended, too: whose deal is known a list that lags does not bring back.
        asked = [*self._to_check(read), *self._ended.values()]
        for ticket in self._deals.closed_by(read, asked, is_netting=self.is_netting):
            self._position_ended(self._positions.witnessed(ticket, Witness.DEAL, self._next(), now), read)
        triggered = {deal.order for deal in read} & self._orders.doubted
        for ticket in sorted(ticket for ticket in triggered if ticket is not None):
            self._order_ended(self._orders.witnessed(ticket, Witness.DEAL, self._next(), now))
        in_doubt = self._positions.doubted
        self._deals.note(read, [one for one in self.positions.values() if one.ticket not in in_doubt])

    def _to_check(self, deals: Collection[Deal]) -> list[Position]:
        """The positions whose end the deals may show: all, where that costs little, else those in doubt."""
        if len(deals) <= DEALS_CHECKED_WHOLE:
            return list(self.positions.values())
        return [self.positions[ticket] for ticket in self._positions.doubted]

    # --- the kill switch ---

    def kill_switch_pressed(self) -> None:
        """Whatever opens from now on, or turns up, is an alarm, until `after_kill` is set to None."""
        is_read = self.positions_mark is not None
        self.after_kill = AfterKill(self.positions, is_read=is_read, nets=self.is_netting)

    def _alarm(self, risen: Sequence[Risen]) -> None:
        for one in risen:
            self._say(self._sayings.open_after_kill(one.position, self._wall(), is_new=one.is_new))

    def _told_closed(self) -> frozenset[int]:
        """The held tickets whose closing deal an answer names, or the history has."""
        by_deal = {Witness.ANSWER, Witness.DEAL}
        return frozenset(t for t in self._positions.doubted if by_deal & self._positions.gone_by(t))

    # --- ends ---

    def _position_ended(self, ended: EndedItem[Position] | None, deals: Iterable[Deal] = ()) -> None:
        if ended is None:
            return
        self._dirty.positions = True
        if len(self._ended) >= _ENDED_KEPT:
            del self._ended[next(iter(self._ended))]
        self._ended[ended.item.ticket] = ended.item
        told = self._closings.pop(ended.item.ticket, None)
        end = end_of(
            ended.item,
            told,
            deals,
            self.account_events,
            self._intents.values(),
            nets=self.is_netting,
            was_seen_long=self._was_seen_long(ended.item.ticket),
        )
        self._say(self._sayings.position_ended(ended, end, self.account, self._wall()))

    def _was_seen_long(self, ticket: int) -> bool:
        """Whether no order of an earlier run can have ended it: this run has read lists for longer than they
        lag, or the position was opened in it."""
        opened = any(
            isinstance(one, PositionOpened) and one.ticket == ticket for _, one in self.account_events
        )
        if opened and ticket not in self._listed_first:
            return True
        return self._began is not None and self._clock.now().monotonic - self._began >= LISTS_LAG

    def _order_ended(self, ended: EndedItem[PendingOrder] | None) -> None:
        if ended is not None:
            self._dirty.orders = True
            self._say(self._sayings.order_ended(ended.item, ended.by, self._wall()))

    def _next(self) -> int:
        self._sequence += 1
        return self._sequence

    def _wall(self) -> float:
        return self._clock.now().wall


def _closed_by_answer(record: IntentRecord) -> tuple[int, ...]:
    """The positions that the record's answer says are closed in full, by the deal that did it."""
    match record.intent, record.result:
        case CloseIntent(ticket=ticket, volume=asked) as close, Filled(deal=int(), volume=volume):
            return (ticket,) if close.is_full and (volume is None or volume >= asked) else ()
        case ReverseIntent(ticket=ticket), Reversed(close_deal=int()) | HalfReversed(close_deal=int()):
            return (ticket,)
        case _, BulkClosed(lines=lines):
            return tuple(line.ticket for line in lines if line.is_closed and line.deal)
        case _:
            return ()
