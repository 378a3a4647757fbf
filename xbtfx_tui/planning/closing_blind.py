"""Closing what is not known: positions that were not read, rows that can't be read. Nothing is guessed.

What can be named by its number is closed by it, in full; all there is is closed by the one order for that.
"""

import msgspec

from xbtfx_tui.commands.command import AllPositions, Close, OfSymbols, OneTicket, Share, Target
from xbtfx_tui.domain.events import Reading
from xbtfx_tui.domain.intents import CloseAllIntent, CloseSymbolIntent, CloseUnreadIntent
from xbtfx_tui.domain.plain_text import plain
from xbtfx_tui.domain.unread_rows import UnreadRow, unread_words
from xbtfx_tui.planning.assembling import plan_of_one
from xbtfx_tui.planning.plan import Plan, Refusal, Step
from xbtfx_tui.planning.ports import PlanView
from xbtfx_tui.planning.targets import is_hidden, nothing_known_words
from xbtfx_tui.planning.words import lacks_positions, name
from xbtfx_tui.store.store import Store

_WILD = frozenset("*?")


class UnreadSteps(msgspec.Struct, frozen=True):
    """Closes by number of rows that can't be read, and sentences on those that are left out."""

    steps: tuple[Step, ...]
    left_out: tuple[str, ...]


def closing_blind(command: Close, view: PlanView) -> Plan | Refusal | None:
    """The one order that closes what can't be seen; None where the target's positions are to be seen."""
    store, target = view.store, command.target
    match target:
        case OneTicket(ticket=ticket) if ticket not in store.positions and is_hidden(ticket, store):
            if ticket in store.orders:
                return None
            why = nothing_known_words(store)
            if command.part is not Share.ALL:
                return Refusal(f"{why} A part of it can't be told: close {ticket} closes all of it.")
            step = _by_number(ticket, view)
            is_named = any(row.ticket == ticket for row in store.unread(Reading.POSITIONS))
            headline = f"Close all of ticket {ticket}, whatever it holds."
            return plan_of_one(step, headline, view, () if is_named else (why,))
        case AllPositions() if _holds_nameless(store):
            if command.part is not Share.ALL:
                return Refusal(f"{nothing_known_words(store)} A part of it can't be told.")
            intent = CloseAllIntent(view.desk.new_intent_id(), ())
            return _whatever(Step(intent, "Close everything at market, whatever is held."), view)
        case OfSymbols(pattern=pattern) if _holds_nameless(store) and _WILD.isdisjoint(pattern.glob):
            if command.part is not Share.ALL:
                return Refusal(f"{nothing_known_words(store)} A part of it can't be told.")
            symbol = next((one for one in store.symbols if pattern.matches(one)), pattern.glob)
            words = f"Close all of {name(symbol)} at market, whatever is held of it."
            return _whatever(Step(CloseSymbolIntent(view.desk.new_intent_id(), symbol, ()), words), view)
        case _:
            return None


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


def unread_steps(command: Close, view: PlanView) -> UnreadSteps:
    """What the command comes to for rows that can't be read."""
    rows = view.store.unread(Reading.POSITIONS)
    meant = rows_of(command.target, view.store) if command.part is Share.ALL else ()
    closed = [row for row in meant if row.ticket is not None and row.ticket not in view.store.positions]
    steps = tuple(_by_number(row.ticket, view) for row in closed if row.ticket is not None)
    rest = [row for row in rows if row not in closed and row.ticket not in view.store.positions]
    left_out = (
        f"Left out: {unread_words(rest)}." if rest and not isinstance(command.target, OneTicket) else ""
    )
    return UnreadSteps(steps, (left_out,) if left_out else ())


def _by_number(ticket: int, view: PlanView) -> Step:
    row = next((row for row in view.store.unread(Reading.POSITIONS) if row.ticket == ticket), None)
    why = "" if row is None else f" (its row can't be read: {plain(row.why, 80)})"
    intent = CloseUnreadIntent(view.desk.new_intent_id(), ticket)
    return Step(intent, f"Close all of ticket {ticket} at market, whatever it holds{why}.")


def _whatever(step: Step, view: PlanView) -> Plan | Refusal:
    return plan_of_one(step, step.words, view, (nothing_known_words(view.store),))


def _holds_nameless(store: Store) -> bool:
    """Whether something may be held that can't be named."""
    return lacks_positions(store) or any(row.ticket is None for row in store.unread(Reading.POSITIONS))
