"""What is left to learn of a change of stops in doubt once a later change of the same stops has gone. Pure.

A list shows one stop at a time: while it is not known that the later one was not done, it tells nothing of
the earlier one, and once the later one is done it never will.
"""

from xbtfx_tui.domain.intents import Intent, Keep, ModifyIntent
from xbtfx_tui.domain.order_outcomes import OrderStatus
from xbtfx_tui.orders.order_state import Order


def change_the_same(one: Intent, other: Intent) -> bool:
    """Whether both change one stop of one position, wherever to."""
    if not (isinstance(one, ModifyIntent) and isinstance(other, ModifyIntent)) or one.ticket != other.ticket:
        return False
    pairs = ((one.sl, other.sl), (one.tp, other.tp))
    return any(not isinstance(mine, Keep) and not isinstance(its, Keep) for mine, its in pairs)


def later_over(order: Order) -> Order | None:
    """The last change of the same stops that passed an order in doubt and is not known not to be done."""
    return next(
        (
            later
            for later in reversed(order.passed_by)
            if later.record.state.status is not OrderStatus.NOT_DONE
            and change_the_same(order.record.intent, later.record.intent)
        ),
        None,
    )


def overwritten_by(order: Order) -> Order | None:
    """The later change that is done, so that what the order in doubt came to can't be learnt any more."""
    later = later_over(order) if order.in_doubt and not order.is_being_resent else None
    return later if later is not None and later.record.state.is_done else None
