"""Alerts as they are typed and listed: commands to conditions, and conditions to commands. Pure."""

from collections.abc import Mapping
from typing import TypeAlias

from xbtfx_tui.commands.command_types import (
    AlertOnFeed,
    AlertOnMargin,
    AlertOnPrice,
    AlertOnProfit,
    AlertOnSpread,
    Comparison,
    RemoveAlert,
    SetAlert,
)
from xbtfx_tui.commands.grammar import print_command
from xbtfx_tui.domain.alerts import (
    Alert,
    Condition,
    Direction,
    FeedAlert,
    Fired,
    MarginLevelAlert,
    NoAlert,
    PriceAlert,
    ProfitAlert,
    SpreadAlert,
    WaitingToClear,
)
from xbtfx_tui.domain.positions import Position

AlertCommand: TypeAlias = SetAlert | RemoveAlert
"""The commands that alerts carry out."""


def condition_of(
    command: SetAlert, positions: Mapping[int, Position], currency: str | None
) -> Condition | NoAlert:
    """What a command waits for. Refused where it names a position that is not open.

    `currency` is the account's, for the words alone; None where it is not known.
    """
    match command:
        case AlertOnPrice(symbol, comparison, price):
            return PriceAlert(symbol, _direction(comparison), price)
        case AlertOnSpread(symbol, points):
            return SpreadAlert(symbol, Direction.ABOVE, points)
        case AlertOnProfit(ticket, comparison, amount):
            if (position := positions.get(ticket)) is None:
                return NoAlert(f"Position {ticket} is not open, so it has no profit to wait for.")
            return ProfitAlert(ticket, position.symbol, _direction(comparison), amount, currency)
        case AlertOnMargin(comparison, percent):
            return MarginLevelAlert(_direction(comparison), percent)
        case AlertOnFeed():
            return FeedAlert()


def typed(condition: Condition) -> str | None:
    """The command that sets this alert, as it is typed; None where there is no such command."""
    command: SetAlert
    match condition:
        case PriceAlert(symbol, direction, price):
            command = AlertOnPrice(symbol, _comparison(direction), price)
        case SpreadAlert(symbol, Direction.ABOVE, points):
            command = AlertOnSpread(symbol, points)
        case SpreadAlert():
            return None
        case ProfitAlert(ticket, _, direction, amount):
            command = AlertOnProfit(ticket, _comparison(direction), amount)
        case MarginLevelAlert(direction, percent):
            command = AlertOnMargin(_comparison(direction), percent)
        case FeedAlert():
            command = AlertOnFeed()
    return print_command(command)


def state_word(alert: Alert) -> str:
    """Where an alert stands, in a word or three."""
    match alert.state:
        case Fired():
            return "fired"
        case WaitingToClear():
            return "waiting to clear"
        case _:
            return "waiting" if alert.is_live else "ended"


def _direction(comparison: Comparison) -> Direction:
    match comparison:
        case Comparison.ABOVE | Comparison.AT_LEAST:
            return Direction.ABOVE
        case Comparison.BELOW | Comparison.AT_MOST:
            return Direction.BELOW


def _comparison(direction: Direction) -> Comparison:
    return Comparison.ABOVE if direction is Direction.ABOVE else Comparison.BELOW
