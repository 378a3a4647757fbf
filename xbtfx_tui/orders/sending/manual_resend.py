"""Whether the trader may send an unknown order once more with its own key. Pure.

The server knows a key for 120 s; after that the same request would execute again. So the window is narrow,
and whatever makes the age of a key doubtful shuts it.
"""

from collections.abc import Collection

from xbtfx_tui.domain.clock import Instant
from xbtfx_tui.domain.intents import is_bulk, opens
from xbtfx_tui.domain.order_outcomes import IntentState
from xbtfx_tui.orders.order_state import Order
from xbtfx_tui.orders.unknown_orders import AgainIn, AgainNow, NeverAgain, Resend

NOT_BEFORE = 10.0
"""Seconds after the first send: the bridge gives up at 7."""
NOT_AFTER = 60.0
_CLOCKS_AGREE = 1.0


def resend_of(order: Order, now: Instant, held: Collection[int]) -> Resend:
    """What may be done with the order's key now; the rules are order-safety's. `held` are the positions that
    are held as far as is known."""
    if (reason := _never(order, held)) is not None:
        return NeverAgain(reason)
    first = order.tries.first
    if first is None or order.request is None:
        return NeverAgain("the terminal was started anew since")
    return window(first, now)


def window(first: Instant, now: Instant) -> Resend:
    """The same by time alone; `first` is when the key was first sent."""
    if (distrust := clocks_distrust(first, now)) is not None:
        return NeverAgain(distrust)
    age = first.age_at(now)
    if age >= NOT_AFTER:
        return NeverAgain(f"it was sent over {NOT_AFTER:.0f} s ago")
    return AgainIn(NOT_BEFORE - age) if age < NOT_BEFORE else AgainNow(NOT_AFTER - age)


def _never(order: Order, held: Collection[int]) -> str | None:
    tries = order.tries
    if order.record.state is IntentState.AMBIGUOUS or order.looks.tickets:
        is_there = opens(order.record.intent) and any(ticket in held for ticket in order.looks.tickets)
        return "a position is there that may be its work" if is_there else "what was seen may be its work"
    if order.record.state is not IntentState.UNKNOWN:
        return "its outcome is known"
    if is_bulk(order.record.intent):
        return "the server does not promise to do a bulk close only once"
    if order.is_being_resent:
        return "it is on its way again"
    if tries.resent:
        return "it was sent again already"
    return tries.never_again


def clocks_distrust(before: Instant, now: Instant) -> str | None:
    """Why the three clocks can't be trusted to tell the time between, as a clause; None where they can."""
    if before.ran_backwards_by(now) > 0:
        return "a clock of this machine ran backwards"
    ran = now.monotonic - before.monotonic
    if now.boot - before.boot - ran > _CLOCKS_AGREE:
        return "this machine slept"
    if abs(now.wall - before.wall - ran) > _CLOCKS_AGREE:
        return "the clock of this machine jumped"
    return None
