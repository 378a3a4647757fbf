"""What changes in the still account, borne out as it must be: by the stream and by a list read since."""

from decimal import Decimal

from xbtfx_tui.domain.positions import PendingOrder, Position
from xbtfx_tui.domain.store_events import OrderRemoved, OrdersRead, PositionClosed, PositionsRead
from xbtfx_tui.store.store import Store


def hold_only(store: Store, *held: Position) -> None:
    """From now on these are held; the end of every other is borne out by the stream and by the list."""
    for ticket in sorted(store.positions.keys() - {one.ticket for one in held}):
        store.apply(PositionClosed(ticket))
    store.apply(PositionsRead(held, store.mark()))


def ends(store: Store, ticket: int, profit: Decimal | None = None) -> None:
    """The position is closed, and both the stream and the list say so."""
    store.apply(PositionClosed(ticket, None, profit))
    hold_only(store, *(one for one in store.positions.values() if one.ticket != ticket))


def pend_only(store: Store, *pending: PendingOrder) -> None:
    """The same of the pending orders."""
    for ticket in sorted(store.orders.keys() - {one.ticket for one in pending}):
        store.apply(OrderRemoved(ticket))
    store.apply(OrdersRead(pending, store.mark()))
