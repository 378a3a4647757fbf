"""What a batch of orders asks: whether it closes so much that it wants a word, and what each one is about."""

from collections.abc import Hashable, Mapping

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
)
from xbtfx_tui.domain.net_positions import held_volume
from xbtfx_tui.domain.positions import Position
from xbtfx_tui.planning.plan_types import Plan, Planned, PlanStep

MOST_CLOSED_BY_ENTER = 5
"""Positions that may be closed at once by enter alone; more want the typed word."""


def closes_many(planned: Planned) -> bool:
    """Whether it closes more positions than enter alone may."""
    if not isinstance(planned, Plan):
        return False
    return sum(map(_closed_by, planned.steps)) > MOST_CLOSED_BY_ENTER


def _closed_by(step: PlanStep) -> int:
    """How many positions a step closes, in full or in part."""
    match step.intent:
        case CloseAllIntent(tickets=tickets) | CloseSymbolIntent(tickets=tickets):
            # Without tickets nobody knows how many: that wants the word as well.
            return len(tickets) or MOST_CLOSED_BY_ENTER + 1
        case CloseByIntent():
            return 2
        case CloseIntent() | CloseUnreadIntent() | ReverseIntent():
            return 1
        case OpenIntent() | ModifyIntent():
            return 0


def subject_of(intent: Intent, held: Mapping[int, Position]) -> Hashable:
    """What an order of a batch is about, whatever the prices do: another of these is another question."""
    match intent:
        case OpenIntent(symbol=symbol, side=side, volume=volume):
            # What a netting account makes of it depends on what is held.
            return symbol, side, volume, held_volume(held.values(), symbol)
        case CloseIntent(ticket=ticket, volume=volume):
            return ticket, volume
        case ModifyIntent(ticket=ticket) | CloseUnreadIntent(ticket=ticket):
            return ticket
        case ReverseIntent(ticket=ticket, side=side, held=lots):
            return ticket, side, lots
        case CloseByIntent(ticket=ticket, by_ticket=by_ticket):
            return tuple((one, held[one].volume if one in held else None) for one in (ticket, by_ticket))
        case CloseSymbolIntent(tickets=tickets) | CloseAllIntent(tickets=tickets):
            return tickets
