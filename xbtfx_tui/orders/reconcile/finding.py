"""What is known of one order at one moment, all witnesses heard: proven, near, seen once or not. Pure.

It is the one place where an outcome becomes certain; when to ask again, and what to say, is the watch's.
"""

from collections.abc import Sequence
from decimal import Decimal
from typing import TypeAlias

import msgspec

from xbtfx_tui.domain.events import PositionOpened
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
from xbtfx_tui.domain.netting import held_volume
from xbtfx_tui.domain.outcomes import BulkClosed, Done, Filled, HalfReversed, Result, Reversed
from xbtfx_tui.domain.witnesses import Witness, is_proven
from xbtfx_tui.orders.reconcile.earlier_holdings import lacking_in_list, with_what_is_not_gone
from xbtfx_tui.orders.reconcile.evidence import Read, look_in_deals
from xbtfx_tui.orders.reconcile.held import Held, Sight, Watched
from xbtfx_tui.orders.reconcile.matching import Found, NotSeen, Several, look
from xbtfx_tui.orders.reconcile.near_matches import Near, look_near
from xbtfx_tui.orders.reconcile.proof import (
    events_since,
    is_shown_by_what_is_gone,
    opened_since,
    witnesses_of,
)

LISTED_SECONDS = 30.0
"""Where no second witness can be had, what was listed for so long, and in LISTED_TIMES lists, is there."""
LISTED_TIMES = 3
LISTED_TWICE = 2


class Listed(msgspec.Struct, frozen=True):
    """How often, and for how many seconds, lists asked for since the send have shown the same of an order."""

    times: int = 0
    seconds: float = 0.0


NOT_LISTED = Listed()


class Others(msgspec.Struct, frozen=True):
    """The other orders whose work could be taken for this one's: those on their way; on a netting account
    those just done, which may have made the same deals; and those found not filled, which may be late."""

    on_their_way: Sequence[Watched] = ()
    just_done: Sequence[Watched] = ()
    late: Sequence[Watched] = ()


class Proven(msgspec.Struct, frozen=True):
    """It was carried out. `difference` are clauses of how the outcome differs from what was asked for."""

    found: Found
    difference: tuple[str, ...] = ()
    volume: Decimal | None = None

    @property
    def clause(self) -> str | None:
        """The difference as one clause; None where there is none."""
        return ", ".join(self.difference) or None


class Witnessed(msgspec.Struct, frozen=True):
    """One witness alone says so; `by` is that one, none where only the merged picture shows it."""

    found: Found
    by: frozenset[Witness]


class Nearly(msgspec.Struct, frozen=True):
    """Something near is there; `is_proven` whether two witnesses agree on it."""

    near: Near
    is_proven: bool


Finding: TypeAlias = Proven | Witnessed | Nearly | NotSeen | Several


def find(
    watched: Watched,
    result: Result | None,
    others: Others,
    sight: Sight,
    read: Read | None,
    listed: Listed,
) -> Finding:
    """What is known of the order now; `result` is its last answer, `read` the last read of the history that
    counts for it, `listed` how long lists have shown the same."""
    rivals = others.on_their_way
    sight = with_what_is_not_gone(watched, result, sight, read, listed_long=_is_long(listed))
    if is_bulk(watched.intent):
        return _find_bulk(watched, result, sight, read, listed)
    seen = look(watched, rivals, sight)
    if isinstance(result, HalfReversed) and isinstance(seen, NotSeen):
        half = _find_half(watched, sight)
        if half is not None and (sight.is_netting or look_near(watched, rivals, sight) is None):
            return half
    if isinstance(seen, Several):
        seen = _named_by_answer(watched.intent, result, seen) or seen
    match seen:
        case Found():
            return _weigh(watched, result, seen, rivals, sight, read, listed)
        case Several():
            return seen
        case NotSeen():
            return _beyond_positions(watched, result, others, sight, read)


def lacking_of(
    watched: Watched, result: Result | None, sight: Sight, read: Read | None, listed: Listed
) -> tuple[int, ...]:
    """The positions that it is about, not known to be gone, that the last list lacks: with them, a look that
    shows nothing of the order proves nothing."""
    whole = with_what_is_not_gone(watched, result, sight, read, listed_long=_is_long(listed))
    return whole.lacking(watched.intent)


def _is_long(listed: Listed) -> bool:
    return listed.times >= LISTED_TIMES and listed.seconds >= LISTED_SECONDS


def shown_by_list(finding: Finding, watched: Watched, sight: Sight) -> tuple[object, ...] | None:
    """What the last list by itself shows of the order, as a key that is equal where two lists show the same;
    None where it shows nothing of it."""
    match finding:
        case Witnessed(found=found, by=by) if Witness.LIST in by:
            return "just so", found.ticket
        case Nearly(near=near) if any(ticket in sight.listed for ticket in near.tickets):
            return "near", near.found.ticket, near.difference
        case NotSeen() if is_bulk(watched.intent) and not watched.before:
            return None if _held_since_before(watched, sight) else ("nothing held",)
        case _ if lacking := lacking_in_list(watched, sight):
            return "lacking", *lacking
        case _:
            return None


def tickets_of(finding: Finding) -> tuple[int, ...]:
    """The positions that it may have led to."""
    match finding:
        case Several(tickets=tickets):
            return tickets
        case Nearly(near=near):
            return near.tickets
        case Witnessed(found=found) if found.ticket is not None:
            return (found.ticket,)
        case _:
            return ()


def _weigh(
    watched: Watched,
    result: Result | None,
    found: Found,
    rivals: Sequence[Watched],
    sight: Sight,
    read: Read | None,
    listed: Listed,
) -> Finding:
    by = witnesses_of(watched, result, found, _asked_volume(watched.intent), sight, read, rivals)
    if is_shown_by_what_is_gone(watched, sight):
        # Of a part close whose ticket is all gone, only what tells its own deal says that it was done.
        is_part = isinstance(watched.intent, CloseIntent) and not watched.intent.is_full
        own = by & {Witness.ANSWER, Witness.DEAL, Witness.EVENT}
        return Proven(found) if own or not is_part else Several(())
    if is_proven(by):
        return Proven(found)
    if Witness.LIST in by:
        # Of stops the stream tells nothing, and no deal is made: two lists are all there is.
        checked = isinstance(result, Done) or listed.times >= LISTED_TWICE
        if isinstance(watched.intent, ModifyIntent) and checked:
            return Proven(found)
        if _is_long(listed):
            return Proven(found)
    return Witnessed(found, by)


def _named_by_answer(intent: Intent, result: Result | None, several: Several) -> Found | None:
    """Which of several it is, where the answer names it."""
    match intent, result:
        case OpenIntent(), Filled(deal=int(), order=int() as order) if order in several.tickets:
            return Found(order)
        case ReverseIntent(), Reversed(open_deal=int(), open_order=int() as order) if (
            order in several.tickets
        ):
            return Found(order)
        case CloseIntent(), Filled(deal=int()):
            return Found()
        case _:
            return None


def _beyond_positions(
    watched: Watched,
    result: Result | None,
    others: Others,
    sight: Sight,
    read: Read | None,
) -> Finding:
    """What the positions do not show just so: work that came and went, and what is near."""
    made_alike = (*others.on_their_way, *others.just_done)
    by_deals = NotSeen() if read is None else look_in_deals(watched, made_alike, read, sight)
    if isinstance(by_deals, Found) and _tells_by_deals(watched.intent, sight):
        by = witnesses_of(watched, result, by_deals, _asked_volume(watched.intent), sight, read)
        by |= {Witness.DEAL}
        return Proven(by_deals) if is_proven(by) else Witnessed(by_deals, by)
    if isinstance(by_deals, Several):
        return by_deals
    near = look_near(watched, (*others.on_their_way, *others.late), sight)
    if near is None:
        told = opened_since(watched, sight)
        return NotSeen() if told is None else Witnessed(told, frozenset({Witness.EVENT}))
    by = witnesses_of(watched, result, near.found, near.volume, sight, read)
    # Of stops only a list can tell, and nothing near is looked for in any other.
    return Nearly(near, is_proven(by) or isinstance(watched.intent, ModifyIntent))


def _tells_by_deals(intent: Intent, sight: Sight) -> bool:
    """Whether deals may settle it: a position's own end is the store's to prove."""
    match intent:
        case OpenIntent() | ReverseIntent() | CloseByIntent():
            return True
        case CloseIntent():
            return sight.is_netting
        case CloseUnreadIntent() | ModifyIntent() | CloseSymbolIntent() | CloseAllIntent():
            return False


def _find_half(watched: Watched, sight: Sight) -> Proven | None:
    """A reverse of which the answer says that only its first half was done."""
    match watched.intent:
        case ReverseIntent(ticket=ticket) if not sight.is_netting:
            gone = ticket not in sight.positions
        case ReverseIntent(symbol=symbol):
            gone = not held_volume(sight.positions.values(), symbol)
        case _:
            return None
    return Proven(Found(), ("closed, its opposite NOT opened",)) if gone else None


def _find_bulk(
    watched: Watched, result: Result | None, sight: Sight, read: Read | None, listed: Listed
) -> Finding:
    """Ticket by ticket: each that was held is gone, or refused by the answer and still listed."""
    if sight.asked is None:
        return NotSeen()
    if not watched.before:
        return _find_blind_bulk(watched, sight, read, listed)
    left = [held.ticket for held in watched.before if _is_left(held, sight)]
    if not left:
        return Proven(Found())
    if not isinstance(result, BulkClosed) or not watched.is_after_send(sight.asked):
        return NotSeen()
    refused = {line.ticket for line in result.lines if line.is_refused}
    if set(left) <= refused and all(ticket in sight.listed for ticket in left):
        return Proven(Found(), (f"{len(left)} of {len(watched.before)} NOT closed",))
    return NotSeen()


def _is_left(held: Held, sight: Sight) -> bool:
    """Whether it may be held still; on a netting account under another ticket."""
    if sight.is_netting and any(one.symbol == held.symbol for one in sight.positions.values()):
        return True
    return sight.may_hold(held.ticket)


def _find_blind_bulk(watched: Watched, sight: Sight, read: Read | None, listed: Listed) -> Finding:
    """Nothing was known to be held: lists that have nothing of it for long are all there is."""
    seen = not _held_since_before(watched, sight) and not sight.unread
    return Proven(Found()) if seen and read is not None and _is_long(listed) else NotSeen()


def _held_since_before(watched: Watched, sight: Sight) -> bool:
    """Whether a position is held that a blind bulk close was for: not one that was opened since."""
    symbol = watched.intent_symbol
    opened = {
        event.ticket for event in events_since(watched.begun, sight) if isinstance(event, PositionOpened)
    }
    return any(symbol in ("", one.symbol) and one.ticket not in opened for one in sight.positions.values())


def _asked_volume(intent: Intent) -> Decimal | None:
    """Lots that its deal has; None where it makes none of its own."""
    match intent:
        case OpenIntent(volume=volume) | CloseIntent(volume=volume):
            return volume
        case ReverseIntent(held=held):
            return held
        case _:
            return None
