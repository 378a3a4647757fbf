"""What a look at positions or deals showed of an order, in words for the trader. Pure."""

from collections.abc import Iterable, Mapping
from decimal import Decimal

from xbtfx_tui.domain.events import Loudness
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
    is_bulk,
)
from xbtfx_tui.domain.outcomes import BulkClosed, Filled, HalfReversed, Result, Reversed
from xbtfx_tui.domain.positions import PendingOrder, Position
from xbtfx_tui.domain.witnesses import Witness
from xbtfx_tui.domain.words import answer_words, done_words, lots_words
from xbtfx_tui.orders.doubts import AgainIn, NeverAgain
from xbtfx_tui.orders.reconcile.evidence import Read, closings_since, is_closed_again
from xbtfx_tui.orders.reconcile.finding import Finding, Nearly, Proven, Witnessed
from xbtfx_tui.orders.reconcile.held import Sight, Watched
from xbtfx_tui.orders.reconcile.matching import Several
from xbtfx_tui.orders.reconcile.near_matches import Near
from xbtfx_tui.orders.reconcile.patience import Ambiguity
from xbtfx_tui.orders.reconcile.proof import says_done
from xbtfx_tui.orders.sending.verdicts import not_done_words


def nothing_words(watched: Watched, positions: Mapping[int, Position]) -> str:
    """That nothing of the order is to be seen, as a clause after "positions: "."""
    match watched.intent:
        case OpenIntent(symbol=symbol, side=side, volume=volume):
            return f"no new {side.value} {lots_words(volume)} {symbol}"
        case ReverseIntent(ticket=ticket, symbol=symbol, side=side, held=held) if ticket not in positions:
            return f"ticket {ticket} is closed, no new {side.opposite.value} {lots_words(held)} {symbol}"
        case CloseIntent(ticket=ticket) | ReverseIntent(ticket=ticket) | CloseByIntent(ticket=ticket):
            position = positions.get(ticket)
            holds = f"holds {lots_words(position.volume)}" if position is not None else "is not among them"
            return f"ticket {ticket} {holds}"
        case CloseUnreadIntent(ticket=ticket):
            return f"ticket {ticket} is not known to be gone"
        case ModifyIntent(ticket=ticket):
            return f"the stops of ticket {ticket} are not as wanted"
        case CloseSymbolIntent() | CloseAllIntent():
            return f"still open: {_still_open(watched, positions) or 'not known'}"


def looked_words(finding: Finding, watched: Watched, positions: Mapping[int, Position]) -> str:
    """What a look showed, as a clause."""
    match finding:
        case Several(tickets=tickets):
            return f"not certain: {_listed(tickets) or 'what is gone'} could be it"
        case Nearly(near=near):
            return f"near: {', '.join(near.difference) or 'the same'}{_ticket(near.tickets)}"
        case Witnessed(found=found, by=by):
            named = f"ticket {found.ticket}" if found.ticket is not None else "done"
            return f"{named} by {_named(by)} alone, a second witness is looked for"
        case _:
            return nothing_words(watched, positions)


def history_words(watched: Watched, read: Read) -> str:
    """What a read of the history showed that settles nothing, as a clause."""
    if not is_bulk(watched.intent):
        return "no deal of it"
    count = closings_since(watched, read)
    return f"{count or 'no'} closing deal{'' if count == 1 else 's'} since it was sent"


def _named(by: Iterable[Witness]) -> str:
    return " and ".join(sorted(witness.value for witness in by)) or "what is shown"


def witnessed_words(finding: Witnessed) -> str:
    """That one witness alone tells of it after all this time."""
    named = f"as ticket {finding.found.ticket}" if finding.found.ticket is not None else "as done"
    return f"Unknown: told {named} by {_named(finding.by)} alone. Do not send it again; it is being checked."


def doubt_words(doubt: Ambiguity) -> str:
    """What the trader has to decide, and why."""
    if doubt.one_witness:
        return one_witness_words(doubt.tickets)
    return near_words(doubt) if doubt.differences else ambiguous_words(doubt.tickets)


def near_words(doubt: Ambiguity) -> str:
    """That something is there which is not just what was asked for: its work, or another hand's."""
    what = f"ticket {_listed(doubt.tickets)}" if doubt.tickets else "what is held"
    return (
        f"Not certain: {what} shows what is near ({', '.join(doubt.differences)}). "
        "Say whether it is this order's work."
    )


def one_witness_words(tickets: tuple[int, ...]) -> str:
    """That one witness alone tells of it, and that the trader may decide."""
    named = f"position {_listed(tickets)}" if tickets else "this"
    return (
        f"Not certain: one witness alone tells of {named}. It goes on being looked for; say what became of "
        "it if you know better."
    )


def stops_not_listed_words(near: Near) -> str:
    """That it is there, and no list shows its stops yet."""
    return (
        f"Unknown: found as ticket {_listed(near.tickets)}, but no list has it yet, and its stops are not "
        "known. Do not send it again."
    )


def part_found_words(near: Near) -> str:
    """That a part of it is there, and the rest may still come."""
    return (
        f"Unknown: {', '.join(near.difference)} found{_ticket(near.tickets)}; the rest is being "
        "looked for. Do not send it again."
    )


def grown_words(ticket: int, volume: Decimal, asked: Decimal) -> str:
    """That more of an order was filled than was told."""
    return (
        f"LATE: position {ticket} holds {lots_words(volume)} by now, of {lots_words(asked)} asked for: more "
        "of the order was filled after all."
    )


def again_there_words(ticket: int) -> str:
    """The correction of a close that was told as done."""
    return f"CORRECTION: ticket {ticket} was told as closed and is listed again. It is being checked anew."


def outcome_words(
    watched: Watched, result: Result | None, sure: Proven, sight: Sight, read: Read | None
) -> tuple[str, Loudness]:
    """What became of the order, as a sentence with how it differs from what was asked; how loud."""
    intent, found, positions = watched.intent, sure.found, sight.positions
    if isinstance(result, HalfReversed) and sure.difference:
        return answer_words(intent, result), Loudness.ERROR
    price = found.price
    if isinstance(result, Filled) and result.price is not None:
        price = result.price
    if isinstance(result, Reversed) and result.open_price is not None:
        price = result.open_price
    match intent:
        case CloseSymbolIntent() | CloseAllIntent():
            return _bulk_outcome(watched, result, sure, positions)
        case OpenIntent(volume=asked) if sure.volume is not None and sure.volume != asked:
            done = done_words(intent, price, found.ticket, sure.volume).removesuffix(".")
            stops = "".join(f" It is {clause}." for clause in sure.difference[1:])
            return f"{done}: {sure.difference[0]}, the rest was NOT filled.{stops}", Loudness.ERROR
        case CloseIntent(volume=asked) if sure.volume is not None and sure.volume != asked:
            done = done_words(intent, price, volume=sure.volume).removesuffix(".")
            return f"{done}: {lots_words(asked - sure.volume)} less than asked is closed.", Loudness.ERROR
        case ReverseIntent(held=asked) if sure.volume is not None and sure.volume != asked:
            done = done_words(intent, price, found.ticket, sure.volume).removesuffix(".")
            part = f"{lots_words(sure.volume)} of {lots_words(asked)}"
            return f"{done}: {part}, the rest was NOT filled.", Loudness.ERROR
        case ModifyIntent(ticket=ticket, symbol=symbol) if sure.difference:
            return f"Changed {symbol}, ticket {ticket}, but {', '.join(sure.difference)}.", Loudness.ERROR
        case _:
            done = done_words(intent, price, found.ticket)
    if sure.difference:
        clauses = ", ".join(sure.difference)
        return f"{done.removesuffix('.')}, but {clauses}: m on it sets it.", Loudness.ERROR
    opened = isinstance(intent, OpenIntent | ReverseIntent) and found.ticket is not None
    if opened and found.ticket not in positions:
        is_closed = is_closed_again(found.ticket, watched, sight, read)
        return f"{done} {'It is closed again.' if is_closed else 'No list shows it yet.'}", Loudness.GOOD
    return done, Loudness.GOOD


def _bulk_outcome(
    watched: Watched, result: Result | None, sure: Proven, positions: Mapping[int, Position]
) -> tuple[str, Loudness]:
    intent = watched.intent
    if not watched.before:
        which = "position from before" if positions else "position"
        return f"Closed as asked: no {which} is listed any more.", Loudness.GOOD
    left = [held.ticket for held in watched.before if held.ticket in positions]
    if not left:
        match result:
            case BulkClosed(closed=closed, total_profit=profit) if closed == len(watched.before):
                counted = f" Profit {profit:+f} by the server's count."
            case _:
                counted = ""
        return f"{done_words(intent)}{counted}", Loudness.GOOD
    total = len(watched.before)
    return f"Closed {total - len(left)} of {total}. NOT closed: {_listed(tuple(left))}.", Loudness.ERROR


def ambiguous_words(tickets: tuple[int, ...]) -> str:
    """The same as the story's sentence."""
    return (
        "Not certain: more than one order and position could belong together "
        f"({_listed(tickets) or 'what was held is gone'}). Say which one it is."
    )


def not_filled_words(
    watched: Watched, positions: Mapping[int, Position], orders: Mapping[int, PendingOrder]
) -> tuple[str, Loudness]:
    """That nothing of the order was found, where it was looked for; how loud."""
    seen = "The positions, looked at three times and more, and the history of deals show"
    watching = "It stays watched for 24 h."
    intent = watched.intent
    match intent:
        case OpenIntent():
            return f"Not filled: {seen} nothing of it. {watching}", Loudness.WARNING
        case ReverseIntent(ticket=ticket) if ticket not in positions:
            half = f"Half done: position {ticket} is closed, its opposite was NOT opened."
            return f"{half} {watching}", Loudness.ERROR
        case CloseSymbolIntent() | CloseAllIntent():
            left = _still_open(watched, positions)
            if not left:
                # Sent blind, or its positions went some other way: which of them are open is not known.
                return f"What it closed is not known: {seen} nothing of it. {watching}", Loudness.ERROR
            return f"Not all is closed. Still open: {left}. Close them one by one.", Loudness.ERROR
        case ModifyIntent(ticket=ticket) if ticket not in positions and ticket not in orders:
            # With the ticket its stops went: which they were when it ended, nothing tells any more.
            gone = f"Whether its stops were changed is not known: ticket {ticket} is gone."
            return f"{gone} {watching}", Loudness.WARNING
        case _:
            return f"Not done: {seen} nothing of it. {not_done_words(intent)} {watching}", Loudness.ERROR


def still_unknown_words(finding: Finding, result: Result | None, seconds: float) -> str:
    """What is known of an order that was accepted so many seconds ago and is not borne out."""
    match finding:
        case Witnessed():
            return witnessed_words(finding)
        case Nearly(near=near) if near.is_short:
            return part_found_words(near)
        case Nearly(near=near):
            return stops_not_listed_words(near)
        case _:
            return placed_words(result, seconds)


def placed_words(result: Result | None, seconds: float) -> str:
    """That an order that was accepted, or told as done, was not seen."""
    said = "told as done" if says_done(result) else "accepted"
    return (
        f"Unknown: {said} by the server, but not borne out for {seconds:.0f} s. "
        "Do not send it again; it is still being watched."
    )


def late_words(done: str, intent: Intent) -> str:
    """The alarm: an order was found not filled, and its work is there after all."""
    if isinstance(intent, OpenIntent | ReverseIntent):
        return f"LATE: an order that was found not filled was filled after all. {done} Look at it now."
    return f"LATE: an order that was found not done seems to be done after all. {done}"


def resend_words(resend: NeverAgain | AgainIn) -> str:
    """Why an order can't be sent again now, as a sentence."""
    match resend:
        case NeverAgain(reason=reason):
            return f"It can't be sent again: {reason}."
        case AgainIn(seconds=seconds):
            return f"It can't be sent again yet: wait {seconds:.0f} s more."


def _still_open(watched: Watched, positions: Mapping[int, Position]) -> str:
    if not watched.before:  # sent blind
        symbol = watched.intent_symbol
        return _listed(tuple(one.ticket for one in positions.values() if symbol in ("", one.symbol)))
    return _listed(tuple(held.ticket for held in watched.before if held.ticket in positions))


def _ticket(tickets: tuple[int, ...]) -> str:
    """In brackets after what was found; nothing where none is held."""
    return f" (ticket {_listed(tickets)})" if tickets else ""


def _listed(tickets: tuple[int, ...]) -> str:
    shown = ", ".join(str(ticket) for ticket in tickets[:10])
    return f"{shown} and {len(tickets) - 10} more" if len(tickets) > 10 else shown
