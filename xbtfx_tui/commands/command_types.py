"""The commands of the command line, as values: what was asked for, not yet what it comes to.

A command knows no position, price or account: the planner turns it into intents against what is held.
Nothing here is sent, sized or rounded.
"""

from decimal import Decimal
from enum import Enum
from fnmatch import fnmatchcase
from typing import TypeAlias

import msgspec

from xbtfx_tui.commands.chart_command_types import ChangeChart, ChangeIndicators
from xbtfx_tui.commands.rule_types import ArmEntry, Disarm, ListRules
from xbtfx_tui.domain.position_sizing import Lots, Size
from xbtfx_tui.domain.positions import HistoryPeriod
from xbtfx_tui.domain.sides import Side
from xbtfx_tui.domain.stop_input import StopForm
from xbtfx_tui.domain.stop_rules import StopKind


class Comparison(Enum):
    """How a figure is held against a limit; the value is the sign that is typed."""

    ABOVE = ">"
    BELOW = "<"
    AT_LEAST = ">="
    AT_MOST = "<="

    def holds(self, figure: Decimal, limit: Decimal) -> bool:
        match self:
            case Comparison.ABOVE:
                return figure > limit
            case Comparison.BELOW:
                return figure < limit
            case Comparison.AT_LEAST:
                return figure >= limit
            case Comparison.AT_MOST:
                return figure <= limit


class Share(Enum):
    """How much of each position; the value is the word that is typed."""

    ALL = "all"
    HALF = "half"
    THIRD = "third"
    QUARTER = "quarter"

    @property
    def divisor(self) -> int:
        """What a position's lots are divided by: 2 for half."""
        return {Share.ALL: 1, Share.HALF: 2, Share.THIRD: 3, Share.QUARTER: 4}[self]


class PercentOf(msgspec.Struct, frozen=True):
    """So many percent of each position's lots: above 0 and below 100."""

    percent: Decimal


Part: TypeAlias = Share | PercentOf | Lots
"""How much of each position: a share or percent of it, or so many lots."""


class SymbolPattern(msgspec.Struct, frozen=True):
    """Symbols by name: `*` is any characters, `?` is one; case does not matter. `EUR*`, `EURUSD`."""

    glob: str

    def matches(self, symbol: str) -> bool:
        # fnmatch knows sets in brackets too; here a bracket is a character like any other.
        return fnmatchcase(symbol.upper(), self.glob.upper().replace("[", "[[]"))


class OneTicket(msgspec.Struct, frozen=True):
    """The position with this ticket."""

    ticket: int


class AllPositions(msgspec.Struct, frozen=True):
    """Every open position."""


class Losers(msgspec.Struct, frozen=True):
    """The positions whose profit is below zero, of the pattern's symbols; None = of all."""

    pattern: SymbolPattern | None = None


class Winners(msgspec.Struct, frozen=True):
    """The positions whose profit is above zero, of the pattern's symbols; None = of all."""

    pattern: SymbolPattern | None = None


class ByProfit(msgspec.Struct, frozen=True):
    """The positions whose profit compares so with `amount`, which is in the account's currency and signed."""

    comparison: Comparison
    amount: Decimal
    pattern: SymbolPattern | None = None


class OfSymbols(msgspec.Struct, frozen=True):
    """The positions of the pattern's symbols."""

    pattern: SymbolPattern


Target: TypeAlias = OneTicket | AllPositions | Losers | Winners | ByProfit | OfSymbols


class Open(msgspec.Struct, frozen=True):
    """Buy or sell at market. The stops' distances count from the price it opens at; None = no stop. `cap` is
    the widest spread, in points, at which it is sent; None = any."""

    side: Side
    size: Size
    symbol: str
    sl: StopForm | None = None
    tp: StopForm | None = None
    comment: str | None = None
    cap: Decimal | None = None


class Close(msgspec.Struct, frozen=True):
    """Close this part of each of the target's positions."""

    target: Target
    part: Part = Share.ALL


class Reverse(msgspec.Struct, frozen=True):
    """Close a position and open its opposite of the same size."""

    ticket: int


class CloseBy(msgspec.Struct, frozen=True):
    """Close a position by an opposite one of the same symbol (hedging only)."""

    ticket: int
    other: int


class BreakevenFrom(msgspec.Struct, frozen=True):
    """Stop to breakeven on those of the target that are at least `pips` pips up."""

    pips: Decimal
    target: Target = AllPositions()


class Breakeven(msgspec.Struct, frozen=True):
    """Stop to breakeven on one position, however far it is up."""

    ticket: int


class Trail(msgspec.Struct, frozen=True):
    """Trail the stops of the target's positions at this distance in pips."""

    pips: Decimal
    target: Target = AllPositions()


class TrailOff(msgspec.Struct, frozen=True):
    """Trail the stops of the target's positions no longer; they stay where they are."""

    target: Target = AllPositions()


class SetStop(msgspec.Struct, frozen=True):
    """Set one stop of a position or, as a price, of a pending order."""

    kind: StopKind
    ticket: int
    stop: StopForm


class RemoveStop(msgspec.Struct, frozen=True):
    """Take one stop of a position or of a pending order away."""

    kind: StopKind
    ticket: int


class ShowProfit(msgspec.Struct, frozen=True):
    """Show what was realised in the period, by symbol."""

    period: HistoryPeriod = HistoryPeriod.TODAY


class ShowMargin(msgspec.Struct, frozen=True):
    """Show the margin and how far the margin call is."""


class ShowExposure(msgspec.Struct, frozen=True):
    """Show the net exposure by symbol and by currency."""


class TellCurrency(msgspec.Struct, frozen=True):
    """Tell what the account is in, where the server does not name it."""

    currency: str


class ShowCurrency(msgspec.Struct, frozen=True):
    """Show what the account is in, and how that is known."""


class Watch(msgspec.Struct, frozen=True):
    """Put a symbol on the watchlist."""

    symbol: str


class Unwatch(msgspec.Struct, frozen=True):
    """Take a symbol off the watchlist."""

    symbol: str


class SwitchGroup(msgspec.Struct, frozen=True):
    """Show this group of the watchlist."""

    name: str


class ListGroups(msgspec.Struct, frozen=True):
    """Show which groups the watchlist has."""


class ListLayouts(msgspec.Struct, frozen=True):
    """Show which layouts of the screen there are."""


class ShowLayout(msgspec.Struct, frozen=True):
    """Lay the screen out by this layout."""

    name: str


class SaveLayout(msgspec.Struct, frozen=True):
    """Keep the layout of now, sizes and columns with it, under a name of its own."""

    name: str


class RenameLayout(msgspec.Struct, frozen=True):
    """Call a layout otherwise."""

    name: str
    to: str


class RemoveLayout(msgspec.Struct, frozen=True):
    """Take a layout away."""

    name: str


class AlertOnPrice(msgspec.Struct, frozen=True):
    """Tell once when the symbol's price is above or below `price`."""

    symbol: str
    comparison: Comparison
    price: Decimal


class AlertOnSpread(msgspec.Struct, frozen=True):
    """Tell once when the symbol's spread is above so many points."""

    symbol: str
    points: Decimal


class AlertOnProfit(msgspec.Struct, frozen=True):
    """Tell once when a position's profit (account's currency, signed) is above or below `amount`."""

    ticket: int
    comparison: Comparison
    amount: Decimal


class AlertOnMargin(msgspec.Struct, frozen=True):
    """Tell once when the margin level is above or below so many percent."""

    comparison: Comparison
    percent: Decimal


class AlertOnFeed(msgspec.Struct, frozen=True):
    """Tell when the feed is lost."""


class ListAlerts(msgspec.Struct, frozen=True):
    """Show the alerts with their numbers."""


class RemoveAlert(msgspec.Struct, frozen=True):
    """Take the alert with this number away."""

    number: int


class SetPreset(msgspec.Struct, frozen=True):
    """What the ticket of this symbol begins with; None = no stop."""

    symbol: str
    size: Size
    sl: StopForm | None = None
    tp: StopForm | None = None


class ClearPreset(msgspec.Struct, frozen=True):
    """The ticket of this symbol begins as any other again."""

    symbol: str


class Lock(msgspec.Struct, frozen=True):
    """Lock trading."""


class Unlock(msgspec.Struct, frozen=True):
    """Unlock trading."""


class Help(msgspec.Struct, frozen=True):
    """Show what a verb does; None = the verbs there are."""

    verb: str | None = None


OrderCommand: TypeAlias = Open | Close | Reverse | CloseBy | BreakevenFrom | Breakeven | SetStop | RemoveStop
"""Commands that lead to orders, once they are confirmed."""


ChangeLayout: TypeAlias = ShowLayout | SaveLayout | RenameLayout | RemoveLayout

SetAlert: TypeAlias = AlertOnPrice | AlertOnSpread | AlertOnProfit | AlertOnMargin | AlertOnFeed

TerminalCommand: TypeAlias = (
    Watch
    | Unwatch
    | SwitchGroup
    | ChangeLayout
    | ChangeChart
    | ChangeIndicators
    | SetAlert
    | RemoveAlert
    | ArmEntry
    | Disarm
    | SetPreset
    | ClearPreset
    | TellCurrency
    | Lock
    | Unlock
    | Trail
    | TrailOff
)
"""Commands that change the terminal alone: no order is sent at once."""

ReportCommand: TypeAlias = (
    ShowProfit
    | ShowMargin
    | ShowExposure
    | ShowCurrency
    | ListAlerts
    | ListRules
    | ListGroups
    | ListLayouts
    | Help
)
"""Commands that only show."""

Command: TypeAlias = OrderCommand | TerminalCommand | ReportCommand
"""Each command is of one of these three; what else it is stands in `command_facts`."""
