"""Which orders close what is not known: positions that were not read, rows that can't be read. Nothing is
guessed.

What can be named by its number is closed by it, in full; all there is is closed by the one order for that.
"""

import msgspec

from xbtfx_tui.commands.command_types import AllPositions, Close, OfSymbols, OneTicket, Share, Target
from xbtfx_tui.domain.store_events import Reading
from xbtfx_tui.domain.unreadable_rows import UnreadRow, unread_words
from xbtfx_tui.planning.bulk_close_draft import draft_close_all, draft_close_symbol
from xbtfx_tui.planning.close_draft import draft_close_unread
from xbtfx_tui.planning.draft_types import OrderDraft
from xbtfx_tui.planning.plan_assembly import plan_of_draft
from xbtfx_tui.planning.plan_text import lacks_positions
from xbtfx_tui.planning.plan_types import Plan, PlanRefusal
from xbtfx_tui.planning.ports import PlanView
from xbtfx_tui.planning.target_positions import is_hidden, nothing_known_words
from xbtfx_tui.store.store import Store

_WILD = frozenset("*?")


class UnreadCloses(msgspec.Struct, frozen=True):
    """Closes by number of rows that can't be read, and sentences on those that are left out."""

    drafts: tuple[OrderDraft, ...]
    left_out: tuple[str, ...]


def closing_blind(command: Close, view: PlanView) -> Plan | PlanRefusal | None:
    """The one order that closes what can't be seen; None where the target's positions are to be seen."""
    store, target = view.store, command.target
    match target:
        case OneTicket(ticket=ticket) if ticket not in store.positions and is_hidden(ticket, store):
            if ticket in store.orders:
                return None
            why = nothing_known_words(store)
            if command.part is not Share.ALL:
                return PlanRefusal(f"{why} A part of it can't be told: close {ticket} closes all of it.")
            order = draft_close_unread(ticket, view, view.desk.new_intent_id())
            is_named = any(row.ticket == ticket for row in store.unread(Reading.POSITIONS))
            headline = f"Close all of ticket {ticket}, whatever it holds."
            return plan_of_draft(order, headline, () if is_named else (why,))
        case AllPositions() if _holds_nameless(store):
            bulk = draft_close_all(view, view.desk.new_intent_id())
        case OfSymbols(pattern=pattern) if _holds_nameless(store) and _WILD.isdisjoint(pattern.glob):
            symbol = next((one for one in store.symbols if pattern.matches(one)), pattern.glob)
            bulk = draft_close_symbol(symbol, view, view.desk.new_intent_id())
        case _:
            return None
    if command.part is not Share.ALL:
        return PlanRefusal(f"{nothing_known_words(store)} A part of it can't be told.")
    return plan_of_draft(bulk.order, bulk.order.sentence)


def rows_of(target: Target, store: Store) -> tuple[UnreadRow, ...]:
    """The rows that can't be read and that the target means by what they show."""
    rows = store.unread(Reading.POSITIONS)
    match target:
        case AllPositions():
            return tuple(rows)
        case OfSymbols(pattern=pattern):
            return tuple(row for row in rows if row.symbol is not None and pattern.matches(row.symbol))
        case _:
            return ()


def unread_closes(command: Close, view: PlanView) -> UnreadCloses:
    """What the command comes to for rows that can't be read."""
    rows = view.store.unread(Reading.POSITIONS)
    meant = rows_of(command.target, view.store) if command.part is Share.ALL else ()
    closed = [row for row in meant if row.ticket is not None and row.ticket not in view.store.positions]
    drafts = tuple(
        draft_close_unread(row.ticket, view, view.desk.new_intent_id())
        for row in closed
        if row.ticket is not None
    )
    rest = [row for row in rows if row not in closed and row.ticket not in view.store.positions]
    left_out = (
        f"Left out: {unread_words(rest)}." if rest and not isinstance(command.target, OneTicket) else ""
    )
    return UnreadCloses(drafts, (left_out,) if left_out else ())


def _holds_nameless(store: Store) -> bool:
    """Whether something may be held that can't be named."""
    return lacks_positions(store) or any(row.ticket is None for row in store.unread(Reading.POSITIONS))
