"""What is told of a reverse besides that it was done: what its close made, and which stops it is offered.

Pure. It tells no figure that another order's deal may have made.
"""

from decimal import Decimal

from xbtfx_tui.domain.intents import ReverseIntent
from xbtfx_tui.domain.order_outcomes import HalfReversed, Result
from xbtfx_tui.domain.order_text import half_reversed_words
from xbtfx_tui.domain.shell_wording import stops_offered_as_far
from xbtfx_tui.domain.stop_rules import StopKind
from xbtfx_tui.orders.reconcile.close_figures import turned_figures
from xbtfx_tui.orders.reconcile.close_messages import made_words
from xbtfx_tui.orders.reconcile.deal_evidence import Read
from xbtfx_tui.orders.reconcile.holdings_snapshot import HoldingsSnapshot, TrackedOrder


def first_half_words(
    reverse: ReverseIntent,
    watched: TrackedOrder,
    result: Result | None,
    sight: HoldingsSnapshot,
    read: Read | None,
) -> str | None:
    """What the close of a reverse came to, as a clause: `closed at 1.08213, +12.40 USD`; None where nothing
    is known of it."""
    known = turned_figures(reverse, watched, result, sight, read)
    at = None if known.price is None else f"closed at {known.price}"
    made = made_words(known, sight)
    if made is not None and at is None:
        return f"the old one made {made}"
    return at if made is None else f"{at}, {made}"


def half_done_words(
    watched: TrackedOrder, result: HalfReversed, sight: HoldingsSnapshot, read: Read | None
) -> str:
    """That a reverse only closed, with what that made where it is known."""
    match watched.intent:
        case ReverseIntent() as reverse:
            known = turned_figures(reverse, watched, result, sight, read)
            return half_reversed_words(reverse, result, made_words(known, sight))
        case other:
            return half_reversed_words(other, result)


def stops_offered_words(
    reverse: ReverseIntent, ticket: int | None, price: Decimal | None, sight: HoldingsSnapshot
) -> str:
    """Where stops of the old distances are from what a reverse opened at this price, and that it has none
    where a list shows that; empty where the old position had none, or the new one has its own."""
    listed = None if ticket is None else sight.listed.get(ticket)
    if listed is not None and (listed.side is reverse.side or (listed.sl, listed.tp) != (None, None)):
        return ""
    opened = price if listed is None else listed.price_open
    if ticket is None or opened is None:
        return ""
    digits = sight.grid(reverse.symbol).digits
    stops = {kind: reverse.stop_of_opposite(kind, opened) for kind in StopKind}
    named = [
        f"{kind.value} {price if digits is None else round(price, digits)}"
        for kind, price in stops.items()
        if price is not None
    ]
    if not named:
        return ""
    offer = stops_offered_as_far(sl=stops[StopKind.SL] is not None, tp=stops[StopKind.TP] is not None)
    lacks = " As" if listed is None else " It has no stops; as"
    return f"{lacks} far away as the old ones were: {', '.join(named)}{offer}"
