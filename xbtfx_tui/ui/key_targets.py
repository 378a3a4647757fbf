"""What a letter acts on: the row that has the keys, or what the one symbol of the screen comes to. Pure.

One rule for every key: what is selected in a pane that has not the keys is never acted on.
"""

from collections.abc import Collection
from typing import TypeAlias

import msgspec

from xbtfx_tui.domain.armed_orders import ArmedOrder
from xbtfx_tui.domain.positions import Deal, PendingOrder, Position
from xbtfx_tui.domain.unreadable_rows import UnreadRow
from xbtfx_tui.ui.figure_format import clean


class PositionTarget(msgspec.Struct, frozen=True):
    """A position."""

    position: Position


class UnreadTarget(msgspec.Struct, frozen=True):
    """A row of the positions that can't be read."""

    row: UnreadRow


class OrderTarget(msgspec.Struct, frozen=True):
    """A pending order."""

    order: PendingOrder


class RuleTarget(msgspec.Struct, frozen=True):
    """An order that waits in this program for a price."""

    order: ArmedOrder


class NoTarget(msgspec.Struct, frozen=True):
    """Nothing to act on; `reason` says why, None where the pane is empty."""

    reason: str | None = None


KeyTarget: TypeAlias = PositionTarget | UnreadTarget | OrderTarget | RuleTarget | NoTarget


def target_words(target: KeyTarget, symbol: str | None) -> str:
    """What the letters act on, as the line of keys names it: `XAUUSD #40000074`; empty where on nothing.

    `symbol` is the one that orders to open are about. A ticket is never cut.
    """
    name = "" if symbol is None else clean(symbol, 32)
    match target:
        case PositionTarget(position):
            return f"{clean(position.symbol, 32)} #{position.ticket}"
        case OrderTarget(order):
            return f"{clean(order.symbol, 32)} #{order.ticket}"
        case RuleTarget(rule):
            return f"{clean(rule.symbol, 32)} armed order {rule.number}"
        case UnreadTarget(row) if row.ticket is not None:
            return f"{name} #{row.ticket}".strip()
        case _:
            return name


def ticket_of(target: KeyTarget) -> int | None:
    """The position's ticket, whether its row can be read or not; None of anything else."""
    match target:
        case PositionTarget(position):
            return position.ticket
        case UnreadTarget(row):
            return row.ticket
        case _:
            return None


def target_of_symbol(symbol: str | None, held: Collection[Position], positions_key: str) -> KeyTarget:
    """What the keys of a position act on in a pane that shows one symbol: its position, if it has just one.

    `positions_key` is the key of Positions, which a sentence names.
    """
    if symbol is None:
        return NoTarget()
    of_symbol = [position for position in held if position.symbol == symbol]
    if len(of_symbol) == 1:
        return PositionTarget(of_symbol[0])
    name = clean(symbol, 32)
    if not of_symbol:
        return NoTarget(f"No position of {name} is open.")
    return NoTarget(f"{name} has {len(of_symbol)} positions: choose one in Positions ({positions_key}).")


def target_of_deal(deal: Deal | None, held: Collection[Position]) -> KeyTarget:
    """A deal's position, while it is open."""
    if deal is None:
        return NoTarget("No deal is selected.")
    if deal.position is None:
        return NoTarget("This deal names no position.")
    found = next((position for position in held if position.ticket == deal.position), None)
    if found is not None:
        return PositionTarget(found)
    return NoTarget(f"Position {deal.position} of this deal is not open.")


def target_of_order(order: PendingOrder | ArmedOrder | None) -> KeyTarget:
    """An order that waits, here or at the broker, where one is selected."""
    if isinstance(order, ArmedOrder):
        return RuleTarget(order)
    return NoTarget("No pending order is selected.") if order is None else OrderTarget(order)


def target_of_message(positions_key: str) -> KeyTarget:
    """A message is about no position that a key could mean. `positions_key` as above."""
    return NoTarget(f"A message is no position: choose one in Positions ({positions_key}).")
