"""Whose turn it is: changes of one ticket's stops go to the server in the order in which they were asked for.

A server may execute two that are on the line at once either way round, and the older one would then stand. So
a later one waits, journaled and not sent, until each earlier one is known and on disk, or is past: in doubt
still, and too old to be executed after it. Nothing else waits: a close never does. Pure.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from decimal import Decimal

from xbtfx_tui.domain.clock import Instant
from xbtfx_tui.domain.intents import Intent, ModifyIntent, MoveTo, Remove, tickets_of
from xbtfx_tui.domain.order_text import intent_words
from xbtfx_tui.domain.positions import Position
from xbtfx_tui.domain.stop_rules import is_as_good_sl
from xbtfx_tui.orders.order_state import Order
from xbtfx_tui.orders.sending.retry_policy import CLOSING_AGES_AFTER

SAID_AFTER = 2.0
"""Seconds of waiting after which it is said: an answer ordinarily comes sooner."""

KEY_KNOWN_FOR = 120.0
"""Seconds for which the server knows a key."""
LAST_WORK_AFTER = 35.0
"""Seconds after its socket was shut in which an order may be executed still: 30 (order-safety, Reconciling),
and as long as it takes to learn then that it was not done, which is the better reason to go."""

_JOURNALED = "Written to the journal."


def before(intent: Intent, orders: Iterable[Order]) -> tuple[Order, ...]:
    """Those that have to be known before this one may go, oldest first."""
    if not isinstance(intent, ModifyIntent):
        return ()
    return tuple(order for order in orders if not order.settled.is_set() and _changes(order, intent.ticket))


def _changes(order: Order, ticket: int) -> bool:
    return isinstance(order.record.intent, ModifyIntent) and order.record.intent.ticket == ticket


def is_past(order: Order, asked: Instant | None, listed: Collection[int], now: Instant) -> bool:
    """Whether an order in doubt can't be executed any more after one that is sent now, as far as is known: a
    list that was `asked` for long enough after its socket was shut has its position, or its key is forgotten.
    By the monotonic clock, of seconds in which this program was awake."""
    ended = order.tries.ended
    if not order.in_doubt or order.is_being_resent or ended is None:
        return False
    if now.monotonic - ended.monotonic >= KEY_KNOWN_FOR:
        return True
    is_listed = any(ticket in listed for ticket in tickets_of(order.record.intent))
    return is_listed and asked is not None and asked.monotonic - ended.monotonic >= LAST_WORK_AFTER


def first_in_line(order: Order, is_past: Callable[[Order], bool]) -> Order | None:
    """The one that the order waits for now; None where it is its turn."""
    return next((one for one in order.after if not (one.settled.is_set() or is_past(one))), None)


def turned_words(order: Order, positions: Mapping[int, Position]) -> str | None:
    """Why it must not go any more: its position was turned while it waited (a netting account keeps the
    ticket). A clause with a full stop; None where it may go. That it is gone is the server's to say.
    """
    for held in order.watched.before:
        now = positions.get(held.ticket)
        if now is not None and held.ticket in tickets_of(order.record.intent) and now.side is not held.side:
            return f"position {held.ticket} is a {now.side.value} by now; look at it and draft it anew."
    return None


def overtaken_words(order: Order) -> str | None:
    """Why a stop that is only ever moved nearer stays: what it waited for set one as good. A clause with a
    full stop."""
    match order.record.intent:
        case ModifyIntent(ticket=ticket, sl=MoveTo(price=price), only_nearer=True):
            side = next((held.side for held in order.watched.before if held.ticket == ticket), None)
            sl = _set_by(order.after)
            if side is None or sl is None or not is_as_good_sl(side, sl, price):
                return None
            return f"the sl of {ticket} stands at {sl:f} by now: that is {price:f} or better."
        case _:
            return None


def _set_by(earlier: Sequence[Order]) -> Decimal | None:
    """The sl that the last of these to be done set; None where none did, or it took the sl away."""
    sl = None
    for one in earlier:
        if not one.record.state.is_done:
            continue
        match one.record.intent:
            case ModifyIntent(sl=MoveTo(price=price)):
                sl = price
            case ModifyIntent(sl=Remove()):
                sl = None
    return sl


def journaled_words(order: Order, is_past: Callable[[Order], bool]) -> str:
    """How its story begins."""
    if first_in_line(order, is_past) is None:
        return _JOURNALED
    return f"{_JOURNALED} It waits for an earlier change of the same stops."


def waits_words(earlier: Order) -> str:
    """That it is not sent yet, and for what it waits, as a sentence of its story."""
    named = intent_words(earlier.record.intent)
    if earlier.in_doubt:
        return (
            f"Not sent yet: whether the earlier change was done ({named}) is not known. "
            "This one goes as soon as it is, or as the earlier one can't come after it any more, within "
            f"{CLOSING_AGES_AFTER:.0f} s of your word; "
            "closing waits for nothing."
        )
    return f"Not sent yet: it waits for the answer to the earlier change ({named})."


def gave_up_words(earlier: Order) -> str:
    """Why it waits no longer; a clause with a full stop."""
    named = intent_words(earlier.record.intent)
    if earlier.in_doubt:
        return f"whether the earlier change was done ({named}) is still not known; look at the position."
    return f"the earlier change ({named}) was not answered in time; look at the position."
