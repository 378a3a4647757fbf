"""Which orders are on their way, what each is looked for by, and which positions are known to be whose work.
It never decides, tells or sends.

What one order is known to have moved is counted off from what the others are looked for by.
"""

from collections import deque
from collections.abc import Collection, Mapping
from decimal import Decimal

from msgspec.structs import replace

from xbtfx_tui.domain.clock import Instant
from xbtfx_tui.domain.intents import CloseIntent, Intent, ModifyIntent, OpenIntent, opens
from xbtfx_tui.domain.order_outcomes import IntentRecord, Result, deals_named
from xbtfx_tui.domain.stop_rules import StopKind
from xbtfx_tui.orders.order_state import Order
from xbtfx_tui.orders.reconcile.deal_evidence import known_deals
from xbtfx_tui.orders.reconcile.holdings_snapshot import HoldingsSnapshot, TrackedOrder
from xbtfx_tui.orders.reconcile.position_matching import before_send, wanted_stop
from xbtfx_tui.orders.reconcile.volume_effects import may_be_in, may_move_the_same, stands_alone
from xbtfx_tui.orders.store_views import deals_seen, is_netting, knows_all_deals, listing_of, sight_of
from xbtfx_tui.store.store import Store

_RECENT_FOR = 60.0
_RECENT_KEPT = 20


class OrderRegistry:
    """All orders on their way, and for a day those that were found not filled, by intent id."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._orders: dict[str, Order] = {}
        self._claimed: set[int] = set()
        self._deals: frozenset[int] = frozenset()
        self._stops: dict[int, set[tuple[StopKind, Decimal]]] = {}
        self.stops_asked: Mapping[int, Collection[tuple[StopKind, Decimal]]] = self._stops
        """By ticket what orders asked for as stops of positions; 0 for none."""
        self._recent: deque[TrackedOrder] = deque(maxlen=_RECENT_KEPT)
        self.by_id: Mapping[str, Order] = self._orders

    def orders(self) -> tuple[Order, ...]:
        return tuple(self._orders.values())

    def order(self, intent_id: str) -> Order | None:
        return self._orders.get(intent_id)

    @property
    def claimed(self) -> frozenset[int]:
        """The tickets that are known to be some order's work."""
        return frozenset(self._claimed)

    def underway(self) -> tuple[IntentRecord, ...]:
        """The records whose outcome is still being learnt."""
        return tuple(order.record for order in self._orders.values() if order.is_under_way)

    def sight(self, found: int | None = None) -> HoldingsSnapshot:
        """What is held now, as far as an order can show by it; `found` is a ticket that one led to."""
        symbols = {order.watched.intent_symbol for order in self._orders.values()}
        tickets = {held.ticket for order in self._orders.values() for held in order.watched.before}
        return sight_of(self._store, self.claimed, symbols, {found, *tickets})

    def baseline(self, intent: Intent, begun: Instant) -> TrackedOrder:
        """What the intent is looked for by from now on: what is held before it, what is known of others."""
        own = intent.intent_id
        return TrackedOrder(
            intent,
            before_send(intent, self._store.positions, self._store.last_list),
            begun,
            known_deals(intent, deals_seen(self._store)),
            self.unseen() - {own},
            self.shown(self.sight(), own),
            is_history_read=knows_all_deals(self._store),
            listing=listing_of(self._store, intent),
        )

    def unseen(self) -> frozenset[str]:
        """The ids of the orders whose work, done or not, can't be seen in the positions yet."""
        return frozenset(order.id for order in self._orders.values() if not order.late)

    def shown(self, sight: HoldingsSnapshot, without: str = "") -> frozenset[str]:
        """The ids of those on their way whose work, done or not, may be in what is held now: to one that
        remembers this as held before it, they have done nothing since. `without` is that one's own id."""
        shown: dict[str, TrackedOrder] = {}
        for order in self._orders.values():
            if order.late or order.id == without:
                continue
            earlier = [one for known, one in shown.items() if known not in order.watched.shown]
            if may_be_in(replace(order.watched, done=(*order.watched.done, *earlier)), sight):
                shown[order.id] = order.watched
        return frozenset(shown)

    def look_from_now(self, order: Order) -> None:
        """What is held now is not the order's work: only what comes from here on could be."""
        now = self.baseline(order.record.intent, order.watched.begun)
        order.look_from(
            replace(
                order.watched,
                before=now.before,
                beside=now.beside,
                shown=now.shown,
                done=(),
                deals=order.watched.deals | now.deals,
                is_history_read=now.is_history_read,
            )
        )

    def claim(self, intent: Intent, ticket: int | None) -> None:
        """This position is known to have been opened by the intent: no other order led to it. One that waited
        for the trader's word on nothing but such positions is looked for again."""
        if isinstance(intent, OpenIntent) and ticket is not None:
            pairs = ((StopKind.SL, intent.sl), (StopKind.TP, intent.tp))
            self._stops.setdefault(ticket, set()).update((kind, price) for kind, price in pairs if price)
        if ticket is not None and opens(intent) and not is_netting(self._store):
            self._claimed.add(ticket)
            for order in self._orders.values():
                if order.looks.tickets and self._claimed.issuperset(order.looks.tickets):
                    order.note(replace(order.looks, waits_for_proof=True))

    def note_stops(self, intent: Intent) -> None:
        """An order, of this run or an earlier one, asked for these stops of a position."""
        if isinstance(intent, ModifyIntent):
            pairs = ((StopKind.SL, wanted_stop(intent.sl)), (StopKind.TP, wanted_stop(intent.tp)))
            wanted = {(kind, price) for kind, price in pairs if price is not None}
            self._stops.setdefault(intent.ticket, set()).update(wanted)

    def claim_deals(self, answer: Result | None) -> None:
        """The deals that this answer names are known to be its order's work: no other one made them."""
        if named := deals_named(answer):
            self._deals |= named
            for order in self._orders.values():
                order.note_deals_of_others(named)

    def add(self, order: Order) -> None:
        """Take an order in; it comes after all that are known to be done."""
        self.overtake(order)
        self.note_stops(order.record.intent)
        order.look_from(replace(order.watched, deals=order.watched.deals | self._deals))
        self._orders[order.id] = order

    def take_back(self, order: Order) -> None:
        """Take one in again whose work turned out not to be done."""
        self._orders[order.id] = order

    def drop(self, order: Order) -> None:
        self._orders.pop(order.id, None)

    def overtake(self, order: Order) -> None:
        """From here on what this order may move is no late work of an earlier one."""
        for late in [other for other in self._orders.values() if other.late]:
            if may_move_the_same(late.record.intent, order.record.intent, is_netting=is_netting(self._store)):
                self.drop(late)

    def is_done(self, order: Order, lots: Decimal | None = None) -> None:
        """Its work is known to be done, of `lots` where these are others than were asked for: no other order
        may take what it moved for its own."""
        if is_netting(self._store):
            self._recent.append(order.watched)
        self.claim_deals(order.record.result)
        self.count_off(order, lots)

    def count_off(self, order: Order, lots: Decimal | None = None) -> None:
        """Count what it moved off from what the others are looked for by, but for those that remember as held
        before them what it had moved already."""
        if stands_alone(order.record.intent, is_netting=is_netting(self._store)):
            return
        done = order.watched if lots is None else _of_lots(order.watched, lots)
        for other in self._orders.values():
            if order.id not in other.watched.shown:
                other.note_done_beside(done)

    def rivals(self, order: Order) -> list[TrackedOrder]:
        """The orders whose work could as well be what this one is looked for by."""
        return [other.watched for other in self._orders.values() if other is not order and not other.late]

    def spend_keys(self, reason: str) -> None:
        """No key of those on their way is used again; `reason` is a clause."""
        for order in self._orders.values():
            order.spend_key(reason)

    def age_of_oldest(self, now: Instant) -> float:
        """Seconds since the oldest order was sent whose outcome is being learnt; 0 where there is none."""
        ages = (order.watched.begun.age_at(now) for order in self._orders.values() if not order.late)
        return max(ages, default=0.0)

    def lates(self) -> tuple[TrackedOrder, ...]:
        """Those that were found not filled and may be late."""
        return tuple(order.watched for order in self._orders.values() if order.late)

    def just_done(self, begun: Instant) -> list[TrackedOrder]:
        """Netting: those done a moment before, whose deals look like an order's that was begun then. Of the
        net position they claim nothing: what they moved was there before, or is counted off."""
        if not is_netting(self._store):
            return []
        return [one for one in self._recent if begun.monotonic - one.begun.monotonic < _RECENT_FOR]


def _of_lots(watched: TrackedOrder, lots: Decimal) -> TrackedOrder:
    """An order of which another volume was done than asked for, by what was done."""
    match watched.intent:
        case OpenIntent() | CloseIntent() as intent:
            return replace(watched, intent=replace(intent, volume=lots))
        case _:
            return watched
