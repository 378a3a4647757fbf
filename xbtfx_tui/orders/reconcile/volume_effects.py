"""What an order does to what is held: which volume it moves, and what another one leaves for it. Pure."""

from collections.abc import Sequence
from decimal import Decimal

from xbtfx_tui.domain.intents import (
    CloseAllIntent,
    CloseByIntent,
    CloseIntent,
    CloseSymbolIntent,
    CloseUnreadIntent,
    Intent,
    Keep,
    ModifyIntent,
    OpenIntent,
    ReverseIntent,
    is_bulk,
    symbol_of,
    tickets_of,
)
from xbtfx_tui.domain.net_positions import held_volume
from xbtfx_tui.orders.reconcile.holdings_snapshot import HoldingsSnapshot, TrackedOrder

_NOTHING_HELD = Decimal(0)
_RIVALS_WEIGHED = 10


def stands_alone(intent: Intent, *, is_netting: bool) -> bool:
    """Whether what it does shows by a ticket of its own."""
    return isinstance(intent, OpenIntent) and not is_netting


def may_move_the_same(one: Intent, other: Intent, *, is_netting: bool) -> bool:
    """Whether both could move one ticket or one net position, so that a move may be either one's work."""
    match one, other:
        case ModifyIntent(), ModifyIntent():
            return one.ticket == other.ticket and _may_set_the_same(one, other)
        case (ModifyIntent(), _) | (_, ModifyIntent()):
            return False  # one moves stops, the other lots
    if stands_alone(one, is_netting=is_netting) or stands_alone(other, is_netting=is_netting):
        return False
    symbols = {symbol_of(one), symbol_of(other)}
    if len(symbols) > 1 and None not in symbols:
        return False
    return is_netting or _may_share_a_ticket(one, other)


def _may_share_a_ticket(one: Intent, other: Intent) -> bool:
    """Whether a position may be closed by either; a bulk close takes whatever is there when it comes."""
    if is_bulk(one) or is_bulk(other):
        return True
    return not set(tickets_of(one)).isdisjoint(tickets_of(other))


def _may_set_the_same(one: ModifyIntent, other: ModifyIntent) -> bool:
    """Whether the stops that one wants could come to stand by the other's work."""
    pairs = ((one.sl, other.sl), (one.tp, other.tp))
    both = [pair for pair in pairs if not any(isinstance(change, Keep) for change in pair)]
    return bool(both) and all(wanted == set_to for wanted, set_to in both)


def may_move_what_it_closes(other: Intent, close: CloseIntent, sight: HoldingsSnapshot) -> bool:
    """Whether another order may change the volume of what a close is for."""
    if isinstance(other, ModifyIntent):
        return False
    if not may_move_the_same(other, close, is_netting=sight.is_netting):
        return False
    tickets = tickets_of(other)
    return sight.is_netting or not tickets or close.ticket in tickets


def takes_all(intent: Intent) -> bool:
    """Whether it closes all that is there when it comes, whatever that is."""
    match intent:
        case CloseIntent():
            return intent.is_full
        case CloseUnreadIntent() | CloseSymbolIntent() | CloseAllIntent():
            return True
        case _:
            return False


def is_taken_by_another(close: CloseIntent, watched: TrackedOrder, sight: HoldingsSnapshot) -> bool:
    """Whether another order is known to have closed all that it found of what a close is for."""
    return any(
        takes_all(one.intent) and may_move_what_it_closes(one.intent, close, sight) for one in watched.done
    )


def may_be_taken_for(other: TrackedOrder, watched: TrackedOrder) -> bool:
    """Netting: whether another order closes all that it finds, by a deal of the same symbol and side: of just
    as many lots as this one's, maybe."""
    symbol = watched.intent_symbol
    if not takes_all(other.intent) or other.intent_symbol not in (symbol, ""):
        return False
    return net_effect_of(other, symbol) * net_effect_of(watched, symbol) >= 0


def left_by_others(close: CloseIntent, watched: TrackedOrder, sight: HoldingsSnapshot) -> Decimal:
    """Lots that were there for a full close, once what others are known to have done is counted off; nothing
    where one of them is known to have closed all."""
    if is_taken_by_another(close, watched, sight):
        return _NOTHING_HELD
    done = [one for one in watched.done if may_move_what_it_closes(one.intent, close, sight)]
    held = watched.net(close.symbol) * close.side.sign if sight.is_netting else watched.held(close.ticket)
    return held - sum((taken_of(one, close, sight) for one in done), _NOTHING_HELD)


def taken_of(other: TrackedOrder, close: CloseIntent, sight: HoldingsSnapshot) -> Decimal:
    """Lots that another order takes off what a close is for; less than nothing where it adds to it."""
    if sight.is_netting:
        return -close.side.sign * net_effect_of(other, close.symbol)
    return off_by((other,), close.ticket)


def off_by(others: Sequence[TrackedOrder], ticket: int) -> Decimal:
    """Lots that these orders take off the ticket together, on a hedging account."""
    return sum((taken_off(other).get(ticket, _NOTHING_HELD) for other in others), _NOTHING_HELD)


def may_be_in(watched: TrackedOrder, sight: HoldingsSnapshot) -> bool:
    """Whether what is held has moved by so much that its work may be in it, once what is known to be others'
    work is counted off."""
    if sight.is_netting:
        symbol = watched.intent_symbol
        own = net_effect_of(watched, symbol)
        moved = held_volume(sight.positions.values(), symbol) - watched.net(symbol)
        moved -= sum((net_effect_of(one, symbol) for one in watched.done), _NOTHING_HELD)
        return own != 0 and moved / own >= 1
    taken = taken_off(watched)
    left = {ticket: one.volume for ticket, one in sight.positions.items()}
    return bool(taken) and all(
        watched.held(ticket) - left.get(ticket, _NOTHING_HELD) - off_by(watched.done, ticket) >= volume > 0
        for ticket, volume in taken.items()
    )


def taken_off(watched: TrackedOrder) -> dict[int, Decimal]:
    """Lots that an intent takes off each ticket, on a hedging account."""
    match watched.intent:
        case CloseIntent(ticket=ticket, volume=volume):
            return {ticket: volume}
        case CloseByIntent(ticket=ticket, by_ticket=by_ticket):
            smaller = min(watched.held(ticket), watched.held(by_ticket))
            return {ticket: smaller, by_ticket: smaller}
        case ReverseIntent(ticket=ticket, held=held):
            return {ticket: held}
        case CloseSymbolIntent() | CloseAllIntent():
            return {held.ticket: held.volume for held in watched.before}
        case OpenIntent() | ModifyIntent() | CloseUnreadIntent():
            return {}


def net_effect_of(watched: TrackedOrder, symbol: str) -> Decimal:
    """Lots by which an intent moves the symbol's signed volume, on a netting account."""
    match watched.intent:
        case OpenIntent(symbol=own, side=side, volume=volume) if own == symbol:
            return side.sign * volume
        case CloseIntent(symbol=own, side=side, volume=volume) if own == symbol:
            return -side.sign * volume
        case ReverseIntent(symbol=own, side=side, held=held) if own == symbol:
            return -2 * side.sign * held
        case CloseSymbolIntent(symbol=own) if own == symbol:
            return -watched.net(symbol)
        case CloseAllIntent():
            return -watched.net(symbol)
        case _:
            return _NOTHING_HELD


def sums_of(start: Decimal, effects: Sequence[Decimal]) -> set[Decimal]:
    """All that the first and any of the others come to together."""
    sums = {start}
    for effect in effects[:_RIVALS_WEIGHED]:
        sums |= {total + effect for total in sums}
    return sums


def is_all_gone(close: CloseIntent, sight: HoldingsSnapshot) -> bool:
    """Whether nothing is held of what it closes: on a netting account nothing of its symbol, for the ticket
    may be another one by now."""
    if sight.is_netting:
        return not sight.unread and all(one.symbol != close.symbol for one in sight.positions.values())
    return not sight.may_hold(close.ticket)
