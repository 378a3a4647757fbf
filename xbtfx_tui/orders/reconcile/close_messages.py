"""What is told of a close where others were closing the same, or something else may have ended it. Pure.

It never tells a volume that is not known, nor that something is still held which is gone.
"""

from collections.abc import Mapping, Sequence

from msgspec.structs import replace

from xbtfx_tui.domain.intents import (
    CloseByIntent,
    CloseIntent,
    CloseUnreadIntent,
    ModifyIntent,
    OpenIntent,
    is_bulk,
    tickets_of,
)
from xbtfx_tui.domain.money_text import signed_money_text
from xbtfx_tui.domain.order_outcomes import BulkClosed, Result
from xbtfx_tui.domain.order_text import done_words, lots_words
from xbtfx_tui.domain.positions import Position
from xbtfx_tui.domain.shell_wording import STAYS_WATCHED, WATCHED_UNTIL
from xbtfx_tui.domain.store_events import Severity
from xbtfx_tui.orders.reconcile.bulk_close_proof import against_nothing_held, counts_none, is_flat_since
from xbtfx_tui.orders.reconcile.close_figures import (
    CloseFigures,
    close_figures,
    pair_figures,
    unread_figures,
)
from xbtfx_tui.orders.reconcile.deal_evidence import Read, closings_since
from xbtfx_tui.orders.reconcile.holdings_snapshot import HoldingsSnapshot, TrackedOrder
from xbtfx_tui.orders.reconcile.outcome_findings import Proven
from xbtfx_tui.orders.reconcile.position_matching import can_be_late
from xbtfx_tui.orders.reconcile.volume_effects import stands_alone

UNKNOWN_WHOSE = "whether this order closed it is not known"
"""The clause of a close whose position is gone, and by whom nothing tells."""
_UNKNOWN = "what it closed is not known"


def closed_words(
    close: CloseIntent,
    watched: TrackedOrder,
    result: Result | None,
    sure: Proven,
    sight: HoldingsSnapshot,
    read: Read | None,
) -> tuple[str, Severity]:
    """What a close came to, and that nothing is left or that less was closed, where it is not just what was
    drafted; how loud."""
    asked, volume = close.volume, close.volume if sure.volume is None else sure.volume
    if sure.gone is not None:
        if sure.gone.lots is None:
            what = f"{close.symbol}, ticket {close.ticket}, is closed"
            return f"{what}, by this order or by another: nothing is left of it.", Severity.GOOD
        volume = sure.gone.lots
        close = replace(close, volume=volume, held=volume)
    known = close_figures(close, watched, result, volume, sight, read)
    done = done_words(close, known.price, volume=volume, made=made_words(known, sight))
    if volume == asked:
        return done, Severity.GOOD
    if sure.gone is not None:
        return f"{done.removesuffix('.')}: nothing is left of it.", Severity.GOOD
    less = f"{lots_words(asked - volume)} less than asked is closed."
    return f"{done.removesuffix('.')}: {less}", Severity.ERROR


def closed_otherwise_words(
    close: CloseUnreadIntent | CloseByIntent,
    watched: TrackedOrder,
    result: Result | None,
    sight: HoldingsSnapshot,
    read: Read | None,
) -> str:
    """What a close by number, or of two positions by each other, came to, with what is known of it."""
    if isinstance(close, CloseByIntent):
        known = pair_figures(close, watched, result, sight, read)
    else:
        known = unread_figures(close, watched, result, sight, read)
    return done_words(close, known.price, volume=known.volume, made=made_words(known, sight))


def made_words(known: CloseFigures, sight: HoldingsSnapshot) -> str | None:
    """What it realised, in words; None where that is not known."""
    return None if known.profit is None else signed_money_text(known.profit, sight.currency)


def gone_words(
    close: CloseIntent | CloseByIntent, positions: Mapping[int, Position], *, nets: bool
) -> str | None:
    """That what was to be closed is gone, though nothing shows that this order closed it; None while all of
    it is held. On a netting account (`nets`) its symbol may be held under another ticket by now: something
    ended the one that it was for, and what of it is in the new one is not told."""
    tickets = tickets_of(close)
    gone = [str(ticket) for ticket in tickets if ticket not in positions]
    if not gone:
        return None
    left = [str(ticket) for ticket in tickets if ticket in positions]
    named = f"ticket {gone[0]} is gone" if len(gone) == 1 else f"tickets {' and '.join(gone)} are gone"
    if (
        nets
        and (now := [one.ticket for one in positions.values() if one.symbol == close.symbol])
        and not left
    ):
        return f"{named.capitalize()}; {UNKNOWN_WHOSE}. Open now: {now[0]}."
    if not left:
        return f"Nothing is left of it: {named}; {UNKNOWN_WHOSE}."
    return f"{named.capitalize()}; {UNKNOWN_WHOSE}. Still open: {left[0]}."


def bulk_words(
    watched: TrackedOrder,
    result: Result | None,
    sight: HoldingsSnapshot,
    beside: Sequence[TrackedOrder] = (),
) -> tuple[str, Severity]:
    """What a bulk close came to, ticket by ticket, and how loud. Where another order was closing the same,
    `beside` it or done meanwhile, it is not told whose work it was."""
    intent, positions = watched.intent, sight.positions
    if not watched.before and isinstance(result, BulkClosed) and not _is_listed_since(watched, sight):
        tickets = tickets_words(tuple(sorted(line.ticket for line in result.lines)))
        count = "1 position" if result.closed == 1 else f"{result.closed} positions"
        return (
            f"Closed {count}, by the answer and the history's deals: {tickets}. Whether anything else is "
            "open is not known: the positions have not been read since.",
            Severity.WARNING,
        )
    if not watched.before:
        which = "position from before" if positions else "position"
        return f"Closed as asked: no {which} is listed any more.", Severity.GOOD
    left = [held.ticket for held in watched.before if held.ticket in positions]
    if not left and (before := _closed_before(result)):
        verb = "was" if len(before) == 1 else "were"
        words = f"{tickets_words(before)} {verb} closed already, by the server's word"
        if len(before) == len(watched.before):
            return f"Nothing is left to close: {words}.", Severity.WARNING
        return f"{done_words(intent).removesuffix('.')}: {words}.", Severity.GOOD
    if not left and any(_closes_of(one, watched) for one in (*beside, *watched.done)):
        symbol, held = watched.intent_symbol, len(watched.before)
        what = f"All of {symbol}" if symbol else "Everything"
        named = "1 position" if held == 1 else f"{held} positions"
        return f"{what} is closed ({named}), by this order or by others.", Severity.GOOD
    if not left:
        match result:
            case BulkClosed(closed=closed, total_profit=profit, tells_profit=True) if closed == len(
                watched.before
            ):
                counted = f" Profit {signed_money_text(profit, sight.currency)} by the server's count."
            case _:
                counted = ""
        return f"{done_words(intent)}{counted}", Severity.GOOD
    total = len(watched.before)
    return f"Closed {total - len(left)} of {total}. NOT closed: {tickets_words(tuple(left))}.", Severity.ERROR


def left_by_bulk(watched: TrackedOrder, positions: Mapping[int, Position], *, nets: bool) -> tuple[int, ...]:
    """What a bulk close has left open, or may have; on a netting account (`nets`) under whatever ticket the
    symbols have now, and for one that was sent blind all that is held."""
    if not watched.before:
        symbol = watched.intent_symbol
        return tuple(one.ticket for one in positions.values() if symbol in ("", one.symbol))
    if nets:
        symbols = {held.symbol for held in watched.before}
        return tuple(one.ticket for one in positions.values() if one.symbol in symbols)
    return tuple(held.ticket for held in watched.before if held.ticket in positions)


def not_all_closed_words(
    watched: TrackedOrder, result: Result | None, sight: HoldingsSnapshot, read: Read | None
) -> tuple[str, Severity, str]:
    """What is known of a bulk close that is not known to have closed all: as sentences, how loud, and
    as a clause."""
    left = left_by_bulk(watched, sight.positions, nets=sight.is_netting)
    named = tickets_words(left)
    if left and {held.ticket for held in watched.before}.issuperset(left):
        text = f"Not all is closed. Still open: {named}. Close them one by one."
        return text, Severity.ERROR, f"not all is closed, {named} still open"
    if left:
        # Sent blind, or under other tickets: they may have been opened since.
        text = f"Not all is known to be closed. Open now: {named}. Close them one by one."
        return text, Severity.ERROR, f"not all is known to be closed, {named} open"
    words = "no position is shown" if not sight.positions else "none of its positions is shown"
    if read is not None:
        words += f", and the history has {closings_words(watched, read)}"
    if counts_none(result):
        words += "; the server counts none closed"
    if watched.before:
        return f"{_UNKNOWN.capitalize()}: {words}.", Severity.ERROR, _UNKNOWN
    against = against_nothing_held(watched, sight, read)
    if is_flat := not watched.intent_symbol and is_flat_since(watched, sight):
        words += "; the account has no margin in use"
    if against.margin:
        words += "; but the account has margin in use: something is open"
    if told := dict.fromkeys((*against.told, *against.no_end)):
        words += f"; {tickets_words(tuple(told))} may be open, by the stream's or the history's word"
    severity = Severity.WARNING if is_flat and not against else Severity.ERROR
    return f"{_UNKNOWN.capitalize()}: {words}.", severity, _UNKNOWN


def closings_words(watched: TrackedOrder, read: Read) -> str:
    """How many closing deals the history has that may be a bulk close's, as a clause."""
    count = closings_since(watched, read)
    deals = f"{count or 'no'} closing deal{'' if count == 1 else 's'}"
    if not count or watched.is_history_read:
        return f"{deals} since it was sent"
    return f"{deals}, maybe from before it was sent: not all was known of it then"


def _closes_of(other: TrackedOrder, bulk: TrackedOrder) -> bool:
    """Whether another order closes something of what a bulk close was for."""
    if isinstance(other.intent, OpenIntent | ModifyIntent):
        return False
    shared = {held.ticket for held in bulk.before} & {held.ticket for held in other.before}
    return bool(shared) and (is_bulk(other.intent) or not shared.isdisjoint(tickets_of(other.intent)))


def _closed_before(result: Result | None) -> tuple[int, ...]:
    """The tickets of which the answer to a bulk close says that they were closed before it."""
    lines = result.lines if isinstance(result, BulkClosed) else ()
    return tuple(sorted(line.ticket for line in lines if line.was_closed_already))


def _is_listed_since(watched: TrackedOrder, sight: HoldingsSnapshot) -> bool:
    """Whether a list of the positions was asked for after the send."""
    return sight.asked is not None and watched.is_after_send(sight.asked)


def tickets_words(tickets: tuple[int, ...]) -> str:
    """The first ten, and how many more there are."""
    shown = ", ".join(str(ticket) for ticket in tickets[:10])
    return f"{shown} and {len(tickets) - 10} more" if len(tickets) > 10 else shown


def watching_words(watched: TrackedOrder, *, nets: bool) -> str:
    """That an order found not done stays watched, where what it may do later could be told as its work: until
    another one moves the same, unless it shows by a ticket of its own."""
    if not can_be_late(watched):
        return ""
    hint = STAYS_WATCHED if stands_alone(watched.intent, is_netting=nets) else WATCHED_UNTIL
    return f" {hint.on_screen}"
