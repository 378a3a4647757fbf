"""Which orders are on their way, and which positions are known to be whose work. Never looks, tells or sends.

What one order is known to have moved is counted off from what the others are looked for by.
"""

from collections import deque
from collections.abc import Callable, Mapping

from msgspec.structs import replace

from xbtfx_tui.domain.clock import Instant
from xbtfx_tui.domain.intents import Intent, opens
from xbtfx_tui.domain.outcomes import IntentRecord, IntentState, Result, deals_named
from xbtfx_tui.orders.order import Order
from xbtfx_tui.orders.reconcile.held import Watched
from xbtfx_tui.orders.reconcile.matching import may_move_the_same, stands_alone

_RECENT_FOR = 60.0
_RECENT_KEPT = 20
_DONE = (IntentState.FILLED, IntentState.FOUND_FILLED)


class OrderRegistry:
    """All orders on their way, and for a day those that were found not filled, by intent id.

    `nets` tells whether the account nets; False until that is known.
    """

    def __init__(self, nets: Callable[[], bool]) -> None:
        self._nets = nets
        self._orders: dict[str, Order] = {}
        self._claimed: set[int] = set()
        self._deals: frozenset[int] = frozenset()
        self._recent: deque[Watched] = deque(maxlen=_RECENT_KEPT)
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
        records = (order.record for order in self._orders.values())
        drafted = IntentState.DRAFTED
        return tuple(record for record in records if record.state.is_open or record.state is drafted)

    def unseen(self) -> frozenset[str]:
        """The ids of the orders whose work, done or not, can't be seen in the positions yet."""
        return frozenset(order.id for order in self._orders.values() if not order.late)

    def claim(self, intent: Intent, ticket: int | None) -> None:
        """This position is known to have been opened by the intent: no other order led to it."""
        if ticket is not None and opens(intent) and not self._nets():
            self._claimed.add(ticket)

    def claim_deals(self, answer: Result | None) -> None:
        """The deals that this answer names are known to be its order's work: no other one made them."""
        if named := deals_named(answer):
            self._deals |= named
            for order in self._orders.values():
                order.watched = replace(order.watched, deals=order.watched.deals | named)

    def add(self, order: Order) -> None:
        """Take an order in; it comes after all that are known to be done."""
        self.overtake(order)
        watched = order.watched
        done, deals = (*watched.done, *self.counted()), watched.deals | self._deals
        order.watched = replace(watched, done=done, deals=deals)
        self._orders[order.id] = order

    def take_back(self, order: Order) -> None:
        """Take one in again whose work turned out not to be done."""
        order.counted = False
        self._orders[order.id] = order

    def drop(self, order: Order) -> None:
        self._orders.pop(order.id, None)

    def overtake(self, order: Order) -> None:
        """From here on what this order may move is no late work of an earlier one."""
        for late in [other for other in self._orders.values() if other.late]:
            if may_move_the_same(late.record.intent, order.record.intent, is_netting=self._nets()):
                self.drop(late)

    def is_done(self, order: Order) -> None:
        """Its work is known to be done: no other order may take what it moved for its own."""
        if self._nets():
            self._recent.append(order.watched)
        self.claim_deals(order.record.result)
        self.count_off(order)

    def count_off(self, order: Order) -> None:
        """Count what it moved off from what the others are looked for by, once."""
        alone = stands_alone(order.record.intent, is_netting=self._nets())
        if order.counted or alone or order.record.state not in _DONE:
            return
        order.counted = True
        for other in self._orders.values():
            if other is not order and not other.counted:
                other.watched = replace(other.watched, done=(*other.watched.done, order.watched))

    def counted(self) -> tuple[Watched, ...]:
        """Those whose work is known to be done, and that are still held."""
        return tuple(order.watched for order in self._orders.values() if order.counted)

    def rivals(self, order: Order) -> list[Watched]:
        """The orders whose work could as well be what this one is looked for by."""
        return [
            other.watched
            for other in self._orders.values()
            if other is not order and not other.late and not other.counted
        ]

    def lates(self) -> tuple[Watched, ...]:
        """Those that were found not filled and may be late."""
        return tuple(order.watched for order in self._orders.values() if order.late)

    def just_done(self, begun: Instant) -> list[Watched]:
        """Netting: those done a moment before, whose deals look like an order's that was begun then. Of the
        net position they claim nothing: what they moved was there before, or is counted off."""
        if not self._nets():
            return []
        return [one for one in self._recent if begun.monotonic - one.begun.monotonic < _RECENT_FOR]
