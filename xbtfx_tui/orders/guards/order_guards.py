"""What keeps an order from being sent, decided before the journal: pure rules over what is on screen.

Never sends, never asks the server, never reads a clock: everything that a rule looks at is in its `View`.
"""

from collections.abc import Iterator
from datetime import UTC, datetime

from xbtfx_tui.domain.clock import Instant
from xbtfx_tui.domain.intents import (
    CloseAllIntent,
    CloseByIntent,
    CloseIntent,
    CloseSymbolIntent,
    CloseUnreadIntent,
    Intent,
    ModifyIntent,
    OpenIntent,
    ReverseIntent,
    opens,
)
from xbtfx_tui.domain.shell_wording import CLOSING_UNLOCKS, UNLOCKS
from xbtfx_tui.domain.store_events import TradingCloseOnly, TradingLocked, TradingOpen, TradingReadOnly
from xbtfx_tui.orders.guards.closing_guards import (
    of_close,
    of_close_all,
    of_close_by,
    of_close_symbol,
    of_close_unread,
    of_closing,
    of_doubt,
    of_modify,
    of_reverse,
)
from xbtfx_tui.orders.guards.guard_types import Limits, Problem, View
from xbtfx_tui.orders.guards.opening_guards import of_open, of_opening, of_order_cap, of_spread

MAX_COMMENT = 27
SAME_ORDER_SECONDS = 3.0


def guards(intent: Intent, view: View, limits: Limits, now: Instant) -> tuple[Problem, ...]:
    """Everything that stands against sending this intent, what blocks first.

    Rules: order-safety, "Guards before the journal". Sessions are judged at `now.wall`.
    """
    if view.spent:
        return (Problem("This order has already been sent; draft a new one.", True, None),)
    found = [*_of_trading(intent, view), *_of_comment(intent), *_of_repeats(intent, view, now)]
    at = datetime.fromtimestamp(now.wall, UTC)
    match intent:
        case OpenIntent():
            found += of_opening(intent.symbol, intent.side, view, limits, now, at)
            found += of_open(intent, view, limits)
            found += of_spread(intent.symbol, intent.spread_cap, view, limits)
        case ReverseIntent():
            found += [*of_reverse(intent, view), *of_doubt(view)]
            found += of_opening(intent.symbol, intent.side.opposite, view, limits, now, at)
            found += of_order_cap(intent.held, limits)
            found += of_spread(intent.symbol, None, view, limits)
        case CloseIntent():
            found += of_close(intent, view)
            found += of_closing(intent, view, at)
        case CloseUnreadIntent():
            found += of_close_unread(intent, view)
            found += of_closing(intent, view, at)
        case ModifyIntent():
            found += of_modify(intent, view)
            found += of_closing(intent, view, at)
        case CloseByIntent():
            found += of_close_by(intent, view)
            found += of_closing(intent, view, at)
        case CloseSymbolIntent():
            found += of_close_symbol(intent, view)
            found += of_closing(intent, view, at)
        case CloseAllIntent():
            found += [*of_close_all(view), *of_doubt(view)]
    return tuple(sorted(found, key=lambda problem: not problem.blocks))


def _of_trading(intent: Intent, view: View) -> Iterator[Problem]:
    match view.trading:
        case TradingReadOnly(reason=reason):
            yield Problem(f"Orders can't be sent: {reason}.", True, "trading")
        case TradingLocked(reason=reason):
            yield Problem(f"Trading is locked: {reason}.{UNLOCKS.on_screen}", True, "trading")
        case TradingCloseOnly(reason=reason) if opens(intent):
            yield Problem(f"Nothing new can be opened: {reason}.{CLOSING_UNLOCKS.on_screen}", True, "trading")
        case TradingOpen() | TradingCloseOnly():
            if view.key is None:
                # Whether it may trade is for the server to say: nobody is kept in by a status not read.
                sentence = "What this key may do has not been read yet"
                if opens(intent) or isinstance(intent, ModifyIntent):
                    yield Problem(f"{sentence}; wait a moment.", True, "trading")
                else:
                    yield Problem(f"{sentence}; the server decides.", False, "trading")
            elif not view.key.may_trade:
                yield Problem("This key may only read; use one with the trade permission.", True, "trading")


def _of_comment(intent: Intent) -> Iterator[Problem]:
    comment = "" if isinstance(intent, ModifyIntent) else intent.comment
    if len(comment) > MAX_COMMENT:
        yield Problem(
            f"The comment has {len(comment)} characters; {MAX_COMMENT} is the most.", True, "comment"
        )
    if any(not " " <= character <= "~" for character in comment):
        yield Problem("The comment takes plain letters, digits and signs only (ASCII).", True, "comment")


def _of_repeats(intent: Intent, view: View, now: Instant) -> Iterator[Problem]:
    # The monotonic clock alone: a wall clock that jumps ahead must not make a double a new order.
    for taken in view.taken:
        passed = now.monotonic - taken.at.monotonic
        if passed < SAME_ORDER_SECONDS and _shape(taken.intent) == _shape(intent):
            yield Problem(
                f"The same order was sent {max(0.0, passed):.1f} s ago; to send it again, wait until "
                f"{SAME_ORDER_SECONDS:.0f} s have passed.",
                True,
                None,
            )
            return


def are_same_order(one: Intent, other: Intent) -> bool:
    """Whether the second of the two is refused where it is sent right after the first."""
    return _shape(one) == _shape(other)


def _shape(intent: Intent) -> tuple[object, ...]:
    """What makes two orders the same: the kind and what is traded, not an opening's stops or a comment."""
    match intent:
        case OpenIntent(symbol=symbol, side=side, volume=volume):
            return ("open", symbol, side, volume)
        case CloseIntent(ticket=ticket, volume=volume, held=held):
            # The other half, once the first is seen closed, is another order.
            return ("close", ticket, volume, held)
        case CloseUnreadIntent(ticket=ticket):
            return ("close-unread", ticket)
        case ModifyIntent(ticket=ticket, sl=sl, tp=tp):
            return ("modify", ticket, sl, tp)
        case CloseByIntent(ticket=ticket, by_ticket=by_ticket):
            return ("close-by", frozenset({ticket, by_ticket}))
        case ReverseIntent(ticket=ticket):
            return ("reverse", ticket)
        case CloseSymbolIntent(symbol=symbol, tickets=tickets):
            return ("close-symbol", symbol, frozenset(tickets))
        case CloseAllIntent(tickets=tickets):
            return ("close-all", frozenset(tickets))
