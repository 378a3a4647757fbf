"""The guards of what closes or changes a position. Pure.

Closing is let through wherever only the server can know better (a warning): a rule of ours must never
keep a trader in a position.
"""

from collections.abc import Iterator
from datetime import datetime

from xbtfx_tui.domain.intents import (
    CloseByIntent,
    CloseIntent,
    CloseSymbolIntent,
    CloseUnreadIntent,
    Intent,
    Keep,
    ModifyIntent,
    MoveTo,
    ReverseIntent,
    opens,
    symbol_of,
)
from xbtfx_tui.domain.lot_steps import volume_problem, volume_steps
from xbtfx_tui.domain.order_text import intent_words, lots_words
from xbtfx_tui.domain.positions import PendingOrder, Position
from xbtfx_tui.domain.shell_wording import REMEMBERED
from xbtfx_tui.domain.sides import Side
from xbtfx_tui.domain.stop_rules import StopKind, frozen_problem
from xbtfx_tui.domain.trading_sessions import closed_now
from xbtfx_tui.orders.guards.guard_types import Problem, View
from xbtfx_tui.orders.guards.opening_guards import of_stop

_BLIND = "What is held is not known, for the positions can't be read: whatever it is, it is closed."


def of_held(ticket: int, view: View) -> Iterator[Problem]:
    """The position must be known, for what is done to it was reviewed."""
    if ticket in view.positions:
        return
    if view.knows_positions and ticket not in view.unread:
        yield Problem(f"Position {ticket} is not open any more.", True, "ticket")
    else:
        yield Problem(
            f"What position {ticket} holds can't be read now: close {ticket} closes all of it by its number.",
            True,
            "ticket",
        )


def of_close_unread(intent: CloseUnreadIntent, view: View) -> Iterator[Problem]:
    """Closing by the number alone: the server decides whether it is there."""
    if intent.ticket not in view.positions and view.knows_positions and intent.ticket not in view.unread:
        yield Problem(
            f"The list of positions does not have {intent.ticket}; the server decides.", False, "ticket"
        )


def of_doubt(view: View) -> Iterator[Problem]:
    """A position that may be gone is closed all the same, and that it may is said."""
    for ticket, why in view.doubted.items():
        yield Problem(f"{ticket} is in doubt ({why}): the server decides.", False, "ticket")


def of_journal(trouble: str | None) -> Iterator[Problem]:
    """A warning where the journal can't be written (`trouble`, a sentence): nobody is kept in by that."""
    if trouble is not None:
        yield Problem(f"{trouble} This is sent without it, and {REMEMBERED.on_screen}", False, "journal")


def of_closing(intent: Intent, view: View, at: datetime) -> Iterator[Problem]:
    """Warnings alone: what the trader should know of the market, and of earlier orders on the same ticket."""
    yield from of_doubt(view)
    symbol = symbol_of(intent)
    if view.distrust is not None and symbol is not None:
        yield Problem(
            f"The price of {symbol} on screen is not fresh ({view.distrust}); the server uses its own.",
            False,
            "market",
        )
    if view.spec is not None and (closed := closed_now(view.spec, at, view.opens_at)) is not None:
        yield Problem(
            f"The market for {symbol} seems closed.{closed.opens_words} The server decides.",
            False,
            "market",
        )
    if isinstance(intent, ModifyIntent):
        yield from _of_its_turn(intent, view)
    for record in view.unsettled:
        if symbol is None or symbol_of(record.intent) in (symbol, None):
            yield Problem(
                f"The outcome of an earlier order is not known yet ({intent_words(record.intent)}): look at "
                "the positions before you go on.",
                False,
                "ticket",
            )
            return
    if isinstance(intent, ModifyIntent):
        return
    coming = [record.intent for record in view.underway if opens(record.intent)]
    if words := [intent_words(one) for one in coming if symbol is None or symbol_of(one) == symbol]:
        more = f" and {len(words) - 1} more" if len(words) > 1 else ""
        yield Problem(f"On its way still: {words[0]}{more}. More of it may open after this.", False, "ticket")


def _of_its_turn(intent: ModifyIntent, view: View) -> Iterator[Problem]:
    """A change of stops waits for the earlier one of the same ticket."""
    for record in view.unsettled:
        if isinstance(record.intent, ModifyIntent) and record.intent.ticket == intent.ticket:
            yield Problem(
                "It will wait until the outcome of the earlier change of these stops is known "
                f"({intent_words(record.intent)}), or that one can't come after it any more; for a minute at "
                "most.",
                False,
                "ticket",
            )
            return


def of_close(intent: CloseIntent, view: View) -> Iterator[Problem]:
    """The volume of a full or partial close."""
    yield from of_held(intent.ticket, view)
    volume = intent.volume
    if not volume.is_finite() or volume <= 0:
        yield Problem("The volume to close must be more than 0.", True, "volume")
        return
    position = view.positions.get(intent.ticket)
    if position is None:
        return
    if position.side is not intent.side or (not intent.is_full and position.volume < intent.held):
        # What was to stay open was reviewed, too: a part of less may be all of it.
        yield Problem(
            f"Position {intent.ticket} is {position.side.value} {lots_words(position.volume)} lots by now; "
            "draft it anew.",
            True,
            "volume",
        )
        return
    if volume == position.volume:
        return
    if intent.is_full and volume < position.volume:
        # A full close names no volume to the server: it would take more than was reviewed.
        yield Problem(
            f"Position {intent.ticket} holds {lots_words(position.volume)} lots by now; draft it anew.",
            True,
            "volume",
        )
        return
    if volume > position.volume:
        yield Problem(
            f"Position {intent.ticket} holds {lots_words(position.volume)} lots: close that or less.",
            True,
            "volume",
        )
    elif view.spec is not None:
        sentence = volume_problem(volume, volume_steps(view.spec))
        if sentence is not None:
            yield Problem(sentence, True, "volume")


def of_reverse(intent: ReverseIntent, view: View) -> Iterator[Problem]:
    """What is reversed must be what was reviewed, for the server takes the whole position."""
    yield from of_held(intent.ticket, view)
    position = view.positions.get(intent.ticket)
    if position is not None and (position.volume, position.side) != (intent.held, intent.side):
        yield Problem(
            f"Position {intent.ticket} is {position.side.value} {lots_words(position.volume)} lots by now; "
            "draft it anew.",
            True,
            "ticket",
        )


def of_modify(intent: ModifyIntent, view: View) -> Iterator[Problem]:
    """Stops of a position against the market, of a pending order against the order's own price."""
    changes = ((StopKind.SL, intent.sl), (StopKind.TP, intent.tp))
    if all(isinstance(change, Keep) for _, change in changes):
        yield Problem("Nothing would change: give an sl or a tp, or take one away.", True, "sl")
        return
    side: Side
    order: PendingOrder | None = None
    if (position := view.positions.get(intent.ticket)) is not None:
        side = position.side
    elif (order := view.orders.get(intent.ticket)) is not None:
        side = order.kind.side
    elif view.knows_positions and intent.ticket not in view.unread:
        yield Problem(f"There is no position or pending order {intent.ticket} any more.", True, "ticket")
        return
    else:
        yield Problem(
            f"What {intent.ticket} is can't be read now: its stops stay as they are.", True, "ticket"
        )
        return
    bid, ask = (order.price, order.price) if order is not None else (view.bid, view.ask)
    if view.spec is None or bid is None or ask is None:
        return
    # Against an old price the rule only knows what was: then it warns, and the server decides.
    certain = order is not None or view.distrust is None
    if (frozen := _frozen(position, order, view)) is not None:
        yield Problem(frozen, view.distrust is None, "ticket")
    for kind, change in changes:
        if isinstance(change, MoveTo):
            for problem in of_stop(kind, change.price, side, bid, ask, view.spec):
                yield problem if certain else Problem(problem.sentence, False, problem.about)


def _frozen(position: Position | None, order: PendingOrder | None, view: View) -> str | None:
    """That the broker lets nothing be changed of it so near the price, as a sentence; None where it does."""
    if view.spec is None or view.bid is None or view.ask is None:
        return None
    if position is not None:
        closing = view.bid if position.side is Side.BUY else view.ask
        return frozen_problem((("sl", position.sl), ("tp", position.tp)), closing, view.spec)
    if order is not None:
        opening = view.ask if order.kind.side is Side.BUY else view.bid
        return frozen_problem((("order", order.price),), opening, view.spec)
    return None


def of_close_by(intent: CloseByIntent, view: View) -> Iterator[Problem]:
    """Two open positions of one symbol, facing each other, on a hedging account."""
    if view.is_netting:
        yield Problem("A netting account has no close-by; use a close instead.", True, "ticket")
        return
    yield from of_held(intent.ticket, view)
    yield from of_held(intent.by_ticket, view)
    one, other = view.positions.get(intent.ticket), view.positions.get(intent.by_ticket)
    if one is None or other is None:
        return
    if one.symbol != other.symbol or one.side is other.side:
        yield Problem(
            f"Position {one.ticket} can only be closed by an opposite position in {one.symbol}.",
            True,
            "ticket",
        )


def of_close_symbol(intent: CloseSymbolIntent, view: View) -> Iterator[Problem]:
    """Something must be there to close, where that can be known."""
    if any(position.symbol == intent.symbol for position in view.positions.values()):
        return
    if view.knows_positions and not view.unread:
        yield Problem(f"There is no position in {intent.symbol} to close.", True, "symbol")
    else:
        yield Problem(_BLIND, False, "symbol")


def of_close_all(view: View) -> Iterator[Problem]:
    """Never held back: a list that is empty by mistake must not keep anyone in."""
    if not view.knows_positions:
        yield Problem(_BLIND, False, "ticket")
    elif not view.positions and not view.unread:
        yield Problem(
            "The list of positions is empty: there may be nothing to close. The server decides.",
            False,
            "ticket",
        )
