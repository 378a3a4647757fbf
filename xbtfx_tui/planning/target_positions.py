"""Which positions a target of a command means, and in words what there is where it means none. Pure."""

from xbtfx_tui.commands.command_types import (
    AllPositions,
    ByProfit,
    Losers,
    OfSymbols,
    OneTicket,
    SymbolPattern,
    Target,
    Winners,
)
from xbtfx_tui.domain.money_text import signed_money_text
from xbtfx_tui.domain.positions import Position
from xbtfx_tui.domain.store_events import Reading
from xbtfx_tui.domain.text_sanitizer import plain
from xbtfx_tui.planning.plan_text import (
    currency_of,
    lacks_positions,
    nothing_words,
    open_words,
    positions_not_known,
)
from xbtfx_tui.planning.plan_types import PlanRefusal
from xbtfx_tui.planning.ports import PlanView
from xbtfx_tui.store.store import Store


def positions_of(target: Target, view: PlanView) -> tuple[Position, ...] | PlanRefusal:
    """The target's positions by symbol and ticket, at least one; profits are the live ones of now."""
    store = view.store
    if isinstance(target, OneTicket):
        found = position_of(target.ticket, view)
        return found if isinstance(found, PlanRefusal) else (found,)
    if lacks_positions(store):
        return PlanRefusal(f"{positions_not_known(store)[0]} {_BLIND}")
    held = sorted(store.positions.values(), key=lambda position: (position.symbol, position.ticket))
    chosen = tuple(position for position in held if _is_meant(position, target, store))
    return chosen or PlanRefusal(_none_words(target, store))


def position_of(ticket: int, view: PlanView) -> Position | PlanRefusal:
    """The position with this ticket."""
    store = view.store
    if (position := store.positions.get(ticket)) is not None:
        return position
    if ticket in store.orders:
        return PlanRefusal(
            f"{ticket} is a pending order, not a position: only its sl and tp can be changed, "
            f"like sl {ticket} off."
        )
    if is_hidden(ticket, store):
        return PlanRefusal(f"{nothing_known_words(store)} close {ticket} closes all of it by its number.")
    return PlanRefusal(f"Position {ticket} is not open. {open_words(store)}")


def is_hidden(ticket: int, store: Store) -> bool:
    """Whether a ticket that is not among the positions may be one all the same: not read, or in a row that
    can't be read."""
    tickets = {row.ticket for row in store.unread(Reading.POSITIONS)}
    return ticket in tickets or None in tickets or lacks_positions(store)


def nothing_known_words(store: Store) -> str:
    """Why what is held is not known, as a sentence."""
    return positions_not_known(store)[0]


_BLIND = "close all, or the kill switch, closes whatever is held; close and a ticket closes that one."


def _is_meant(position: Position, target: Target, store: Store) -> bool:
    match target:
        case OneTicket(ticket):
            return position.ticket == ticket
        case AllPositions():
            return True
        case OfSymbols(pattern=of):
            return _fits(of, position)
        case Losers(pattern=of):
            return _fits(of, position) and store.live_profit(position) < 0
        case Winners(pattern=of):
            return _fits(of, position) and store.live_profit(position) > 0
        case ByProfit(comparison, amount, pattern=of):
            return _fits(of, position) and comparison.holds(store.live_profit(position), amount)


def _fits(pattern: SymbolPattern | None, position: Position) -> bool:
    return pattern is None or pattern.matches(position.symbol)


def _none_words(target: Target, store: Store) -> str:
    if not store.positions:
        return nothing_words(store)
    return f"{_none_of(target, store)} {open_words(store)}"


def _none_of(target: Target, store: Store) -> str:
    match target:
        case Losers(pattern):
            return f"No position{_of(pattern)} is losing."
        case Winners(pattern):
            return f"No position{_of(pattern)} is winning."
        case ByProfit(comparison, amount, pattern):
            limit = signed_money_text(amount, currency_of(store))
            return f"No position{_of(pattern)} has a profit {comparison.value} {limit}."
        case OfSymbols(symbols):
            return f"No position{_of(symbols)} is open."
        case OneTicket() | AllPositions():
            return "There is no such position."


def _of(pattern: SymbolPattern | None) -> str:
    return "" if pattern is None else f" of {plain(pattern.glob, 32)}"
