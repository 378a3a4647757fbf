"""What a look at positions or deals showed of an order, in words for the trader. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

import msgspec

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
from xbtfx_tui.domain.order_outcomes import Decider, Filled, HalfReversed, IntentRecord, Result, Reversed
from xbtfx_tui.domain.order_text import done_words, intent_words, lots_words
from xbtfx_tui.domain.positions import Position
from xbtfx_tui.domain.proof_sources import Witness
from xbtfx_tui.domain.shell_wording import (
    BEING_CHECKED,
    LOOKED_FOR,
    REST_LOOKED_FOR,
    SAY_WHAT,
    SAY_WHICH,
    SAY_WHOSE,
    SETS_STOPS,
    STILL_WATCHED,
)
from xbtfx_tui.domain.store_events import Severity
from xbtfx_tui.orders.reconcile.bulk_close_proof import counts_none
from xbtfx_tui.orders.reconcile.check_schedule import Ambiguity
from xbtfx_tui.orders.reconcile.close_messages import (
    UNKNOWN_WHOSE,
    bulk_words,
    closed_otherwise_words,
    closed_words,
    closings_words,
    gone_words,
    left_by_bulk,
    not_all_closed_words,
    tickets_words,
)
from xbtfx_tui.orders.reconcile.deal_evidence import Read, is_closed_again
from xbtfx_tui.orders.reconcile.holdings_snapshot import HoldingsSnapshot, Listing, TrackedOrder
from xbtfx_tui.orders.reconcile.order_evidence import StreamTold, says_done
from xbtfx_tui.orders.reconcile.outcome_findings import HALF_DONE, Finding, Nearly, Proven, Witnessed
from xbtfx_tui.orders.reconcile.partial_matches import NOT_OPENED, Near, stands_otherwise
from xbtfx_tui.orders.reconcile.position_matching import CarriedOut, Several
from xbtfx_tui.orders.reconcile.reverse_messages import (
    first_half_words,
    half_done_words,
    stops_offered_words,
)
from xbtfx_tui.orders.sending.reply_outcomes import not_done_words
from xbtfx_tui.orders.unknown_orders import AgainIn, NeverAgain

UNKNOWN_STOPS = "whether its stops were changed is not known"
"""What is known of a change of stops that nothing can tell of any more, as a clause."""


def nothing_words(watched: TrackedOrder, positions: Mapping[int, Position]) -> str:
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
        case ModifyIntent(ticket=ticket) if ticket not in positions and watched.held(ticket):
            return f"ticket {ticket} is not among them"
        case ModifyIntent(ticket=ticket):
            return f"the stops of ticket {ticket} are not as wanted"
        case CloseSymbolIntent() | CloseAllIntent():
            left = left_by_bulk(watched, positions, nets=False)
            open_now = "still open" if watched.before else "open now"
            return f"{open_now}: {tickets_words(left) or 'not known'}"


def looked_words(finding: Finding, watched: TrackedOrder, positions: Mapping[int, Position]) -> str:
    """What a look showed, as a clause."""
    match finding:
        case Several(tickets=tickets):
            return f"not certain: {tickets_words(tickets) or 'what is gone'} could be it"
        case Nearly(near=near):
            is_gone = bool(near.tickets) and positions.keys().isdisjoint(near.tickets)
            now = ", now not held" if is_gone and isinstance(watched.intent, OpenIntent) else ""
            return f"near: {', '.join(near.difference) or 'the same'}{_ticket(near.tickets)}{now}"
        case StreamTold(ticket=ticket):
            return f"{nothing_words(watched, positions)}; ticket {ticket} by the stream alone, now not held"
        case Witnessed(found=found, by=by):
            named = f"ticket {found.ticket}" if found.ticket is not None else "done"
            goes_on = "it is looked at for longer" if len(by) > 1 else "a second witness is looked for"
            return f"{named} by {_named(by)}{_how_sure(finding)}; {goes_on}"
        case _:
            return nothing_words(watched, positions)


def candidates_words(finding: Finding) -> str | None:
    """What is there that may be the order's work, as a clause; None where nothing is."""
    match finding:
        case Several(tickets=tickets):
            return f"{tickets_words(tickets) or 'what is gone'} could be it"
        case Nearly(near=near):
            found = ", ".join(near.difference) or "what was asked for"
            return f"{found} is there{_ticket(near.tickets)}, maybe its work"
        case Witnessed(found=found, by=by):
            named = f"as ticket {found.ticket}" if found.ticket is not None else "as done"
            return f"told {named} by {_named(by)}{_how_sure(finding)}"
        case _:
            return None


def history_words(watched: TrackedOrder, read: Read) -> str:
    """What a read of the history showed that settles nothing, as a clause."""
    if not is_bulk(watched.intent):
        return "no deal of it"
    return closings_words(watched, read)


def _named(by: Iterable[Witness]) -> str:
    return " and ".join(sorted(witness.value for witness in by)) or "what is shown"


def _how_sure(finding: Witnessed) -> str:
    return ", and not certain yet" if len(finding.by) > 1 else " alone"


def witnessed_words(finding: Witnessed) -> str:
    """That one witness alone tells of it after all this time."""
    named = f"as ticket {finding.found.ticket}" if finding.found.ticket is not None else "as done"
    told = f"Unknown: told {named} by {_named(finding.by)}{_how_sure(finding)}."
    return f"{told} Do not send it again; {BEING_CHECKED.on_screen}"


def doubt_words(doubt: Ambiguity) -> str:
    """What the trader has to decide, and why."""
    if doubt.one_witness:
        return one_witness_words(doubt.tickets)
    return near_words(doubt) if doubt.differences else ambiguous_words(doubt.tickets)


def near_words(doubt: Ambiguity) -> str:
    """That something is there which is not just what was asked for: its work, or another hand's."""
    what = f"ticket {tickets_words(doubt.tickets)}" if doubt.tickets else "what is held"
    return f"Not certain: {what} shows what is near ({', '.join(doubt.differences)}). {SAY_WHOSE.on_screen}"


def one_witness_words(tickets: tuple[int, ...]) -> str:
    """That one witness alone tells of it, and that the trader may decide."""
    named = f"position {tickets_words(tickets)}" if tickets else "this"
    return f"Not certain: one witness alone tells of {named}. {LOOKED_FOR.on_screen} {SAY_WHAT.on_screen}"


def stops_not_listed_words(near: Near) -> str:
    """That it is there, and no list shows its stops yet."""
    return (
        f"Unknown: found as ticket {tickets_words(near.tickets)}, but no list has it yet, and its stops are "
        "not known. Do not send it again."
    )


def stops_doubtful_words(near: Near) -> str:
    """That stops were told as changed, and lists, which may be old, show others."""
    return (
        f"Unknown: told as done by the server, but in the list {', '.join(near.difference)}; a list may be a "
        f"minute old. Do not send it again; {BEING_CHECKED.on_screen}"
    )


def part_found_words(near: Near) -> str:
    """That a part of it is there, and the rest may still come."""
    clauses = ", ".join(near.difference)
    found = clauses if clauses.endswith(NOT_OPENED) else f"{clauses} found"
    return f"Unknown: {found}{_ticket(near.tickets)}; {REST_LOOKED_FOR.on_screen} Do not send it again."


def outcome_words(
    watched: TrackedOrder,
    result: Result | None,
    sure: Proven,
    sight: HoldingsSnapshot,
    read: Read | None,
    beside: Sequence[TrackedOrder] = (),
) -> tuple[str, Severity]:
    """What became of the order, as a sentence with how it differs from what was asked; how loud. `beside` are
    the others on their way."""
    intent, found = watched.intent, sure.found
    if isinstance(result, HalfReversed) and sure.difference == HALF_DONE:
        return half_done_words(watched, result, sight, read), Severity.ERROR
    if is_bulk(intent):
        return bulk_words(watched, result, sight, beside)
    if isinstance(intent, CloseIntent):
        return closed_words(intent, watched, result, sure, sight, read)
    if not sure.difference and isinstance(intent, CloseUnreadIntent | CloseByIntent):
        return closed_otherwise_words(intent, watched, result, sight, read), Severity.GOOD
    price, gone, severity = _told_price(result) or found.price, "", Severity.GOOD
    opened = isinstance(intent, OpenIntent | ReverseIntent) and found.ticket is not None
    if opened and found.ticket not in sight.positions:
        gone = " No list shows it yet."
        if is_closed_again(found.ticket, watched, sight, read):
            gone, severity = " It is closed again.", Severity.INFO
    if sure.difference:
        return f"{_differing(intent, sure, price, sight)}{gone}", Severity.ERROR
    made, stops = None, ""
    if isinstance(intent, ReverseIntent):
        made = first_half_words(intent, watched, result, sight, read)
        stops = "" if gone else stops_offered_words(intent, found.ticket, price, sight)
    return f"{done_words(intent, price, found.ticket, found.volume, made)}{gone}{stops}", severity


def _told_price(result: Result | None) -> Decimal | None:
    match result:
        case Filled(price=price) | Reversed(open_price=price):
            return price
        case _:
            return None


def _differing(intent: Intent, sure: Proven, price: Decimal | None, sight: HoldingsSnapshot) -> str:
    """What became of an order that was carried out otherwise than asked for."""
    volume, ticket, first = sure.volume, sure.found.ticket, sure.difference[0]
    clauses = ", ".join(sure.difference)
    match intent:
        case ReverseIntent(ticket=reversed_, symbol=symbol) if first.endswith(NOT_OPENED):
            return f"NOT reversed: {symbol}, ticket {reversed_}: {clauses}."
        case ReverseIntent(held=asked) if volume is not None:
            # On a netting account one deal closes and opens.
            opened = volume - asked if sight.is_netting else volume
            done = done_words(intent, price, ticket, opened).removesuffix(".")
            return f"{done}: {first}, the rest was NOT filled."
        case OpenIntent(volume=asked) if volume is not None and volume != asked:
            done = done_words(intent, price, ticket, volume).removesuffix(".")
            stops = "".join(f" It is {clause}." for clause in sure.difference[1:])
            return f"{done}: {first}, the rest was NOT filled.{stops}"
        case CloseByIntent():
            return f"{done_words(intent).removesuffix('.')}: {first}, the rest was NOT closed."
        case ModifyIntent(ticket=changed, symbol=symbol):
            return f"Changed {symbol}, ticket {changed}, but {clauses}."
        case OpenIntent():
            return (
                f"{done_words(intent, price, ticket).removesuffix('.')}, but {clauses}{SETS_STOPS.on_screen}"
            )
        case _:
            return f"{done_words(intent, price, ticket).removesuffix('.')}, but {clauses}."


def ambiguous_words(tickets: tuple[int, ...]) -> str:
    """The same as the story's sentence."""
    if not tickets:  # there is none to choose
        unknown = "Not certain: what was held is gone, and whether this order's work is in it is not known."
        return f"{unknown} {LOOKED_FOR.on_screen} {SAY_WHAT.on_screen}"
    several = "Not certain: more than one order and position could belong together"
    return f"{several} ({tickets_words(tickets)}). {SAY_WHICH.on_screen}"


class Absent(msgspec.Struct, frozen=True):
    """What is said of an order of which nothing was found, and how loud.

    `difference` is a clause on what is not known of it, or was done all the same; None: nothing was done.
    """

    text: str
    severity: Severity
    difference: str | None = None


def not_filled_words(
    watched: TrackedOrder, result: Result | None, sight: HoldingsSnapshot, finding: Finding, read: Read | None
) -> Absent:
    """That nothing of the order was found where it was looked for, whatever the stream has told."""
    seen = "The positions, looked at three times and more, and the history of deals show"
    intent, positions, orders = watched.intent, sight.positions, sight.orders
    match intent:
        case OpenIntent() | ReverseIntent() if isinstance(finding, StreamTold):
            return _told_words(f"{seen} nothing of it.", intent, positions, finding)
        case OpenIntent():
            return Absent(f"Not filled: {seen} nothing of it.", Severity.WARNING)
        case ReverseIntent(ticket=ticket) if ticket not in positions:
            half = f"position {ticket} is closed, its opposite was NOT opened"
            return Absent(f"Not reversed: {half}.", Severity.ERROR, half)
        case CloseSymbolIntent() | CloseAllIntent():
            return Absent(*not_all_closed_words(watched, result, sight, read))
        case CloseUnreadIntent(ticket=ticket) if (
            ticket not in positions and watched.listing is not Listing.HAD
        ):
            unknown = f"whether ticket {ticket} was closed is not known"
            unseen = "neither the stream nor the history tells of its end"
            return Absent(f"{unknown.capitalize()}: {unseen}.", Severity.ERROR, unknown)
        case ModifyIntent(ticket=ticket) if ticket not in positions and ticket not in orders:
            # With the ticket its stops went: which they were when it ended, nothing tells any more.
            gone = f"Whether its stops were changed is not known: ticket {ticket} is gone."
            return Absent(gone, Severity.WARNING, UNKNOWN_STOPS)
        case ModifyIntent(ticket=ticket) as change if all(
            held.ticket != ticket or held.stops is None for held in watched.before
        ):
            item = positions.get(ticket) or orders[ticket]
            stands = ", ".join(stands_otherwise(change, item, sight.grid(change.symbol).digits))
            text = (
                f"Whether its stops were changed is not known: {stands}, and where it was had not been read."
            )
            return Absent(text, Severity.WARNING, UNKNOWN_STOPS)
        case CloseIntent() | CloseByIntent() if ended := gone_words(intent, positions, nets=sight.is_netting):
            return Absent(ended, Severity.WARNING, UNKNOWN_WHOSE)
        case _:
            return Absent(f"Not done: {seen} nothing of it. {not_done_words(intent)}", Severity.ERROR)


def overwritten_words(later: IntentRecord) -> Absent:
    """That what a change of stops came to can't be learnt, for this later change of them is done; of that one
    no more than is known."""
    by_word = "by your word " if later.story and later.story[-1].decider is Decider.TRADER else ""
    text = (
        "Whether it was done is not known, and can't be learnt any more: "
        f"{by_word}a later change of the same stops was done ({intent_words(later.intent)})."
    )
    return Absent(text, Severity.WARNING, UNKNOWN_STOPS)


def _told_words(seen: str, intent: Intent, positions: Mapping[int, Position], told: StreamTold) -> Absent:
    """The same of an order of which the stream alone has told."""
    clause = f"the stream told of position {told.ticket}"
    how = "opened and closed again" if told.is_closed else "opened"
    stream = f"T{clause[1:]} as {how}, which no list and no history has."
    match intent:
        case ReverseIntent(ticket=ticket) if ticket not in positions:
            half = f"position {ticket} is closed"
            text = f"Half done, as far as is known: {half}. {stream}"
            return Absent(text, Severity.ERROR, f"{half}, {clause}")
        case ReverseIntent():
            return Absent(f"Not done: {seen} {not_done_words(intent)} {stream}", Severity.ERROR, clause)
        case _:
            return Absent(f"Not filled: {seen} {stream}", Severity.WARNING, clause)


def still_unknown_words(intent: Intent, finding: Finding, result: Result | None, seconds: float) -> str:
    """What is known of an order that was accepted so many seconds ago and is not borne out."""
    match finding:
        case Witnessed():
            return witnessed_words(finding)
        case StreamTold(ticket=ticket):
            return witnessed_words(Witnessed(CarriedOut(ticket), frozenset({Witness.EVENT})))
        case Nearly(near=near) if isinstance(intent, ModifyIntent):
            return stops_doubtful_words(near)
        case Nearly(near=near) if near.is_short:
            return part_found_words(near)
        case Nearly(near=near):
            return stops_not_listed_words(near)
        case _:
            return placed_words(intent, result, seconds)


def placed_words(intent: Intent, result: Result | None, seconds: float) -> str:
    """That an order that was accepted, or told as done, was not seen."""
    said = "told as done" if says_done(result) else "accepted"
    unseen = f"Unknown: {said} by the server, but not borne out for {seconds:.0f} s."
    if counts_none(result):
        unseen = f"Unknown: the server counts none closed, and nothing bears that out for {seconds:.0f} s."
    if is_bulk(intent):
        # Nobody who wants out is told to wait: a second one can't open anything.
        return f"{unseen} Closing again closes what is open then; {STILL_WATCHED.on_screen}"
    return f"{unseen} Do not send it again; {STILL_WATCHED.on_screen}"


def resend_words(resend: NeverAgain | AgainIn) -> str:
    """Why an order can't be sent again now, as a sentence."""
    match resend:
        case NeverAgain(reason=reason):
            return f"It can't be sent again: {reason}."
        case AgainIn(seconds=seconds):
            return f"It can't be sent again yet: wait {seconds:.0f} s more."


def _ticket(tickets: tuple[int, ...]) -> str:
    """In brackets after what was found; nothing where none is held."""
    return f" (ticket {tickets_words(tickets)})" if tickets else ""
