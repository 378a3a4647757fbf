"""The commands of the command line, as values: what was asked for, not yet what it comes to.

A command knows no position, price or account: the planner turns it into intents against what is held.
Nothing here is sent, sized or rounded.
"""

from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from fnmatch import fnmatchcase
from typing import TypeAlias

from xbtfx_tui.domain.positions import HistoryPeriod
from xbtfx_tui.domain.sides import Side
from xbtfx_tui.domain.sizing import Lots, Size
from xbtfx_tui.domain.stop_forms import StopForm
from xbtfx_tui.domain.stops import StopKind


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


Part: TypeAlias = Share | Lots
"""How much of each position: a share of it, or so many lots."""


@dataclass(frozen=True, slots=True)
class SymbolPattern:
    """Symbols by name: `*` is any characters, `?` is one; case does not matter. `EUR*`, `EURUSD`."""

    glob: str

    def matches(self, symbol: str) -> bool:
        # fnmatch knows sets in brackets too; here a bracket is a character like any other.
        return fnmatchcase(symbol.upper(), self.glob.upper().replace("[", "[[]"))


@dataclass(frozen=True, slots=True)
class OneTicket:
    """The position with this ticket."""

    ticket: int


@dataclass(frozen=True, slots=True)
class AllPositions:
    """Every open position."""


@dataclass(frozen=True, slots=True)
class Losers:
    """The positions whose profit is below zero, of the pattern's symbols; None = of all."""

    pattern: SymbolPattern | None = None


@dataclass(frozen=True, slots=True)
class Winners:
    """The positions whose profit is above zero, of the pattern's symbols; None = of all."""

    pattern: SymbolPattern | None = None


@dataclass(frozen=True, slots=True)
class ByProfit:
    """The positions whose profit compares so with `amount`, which is in the account's currency and signed."""

    comparison: Comparison
    amount: Decimal
    pattern: SymbolPattern | None = None


@dataclass(frozen=True, slots=True)
class OfSymbols:
    """The positions of the pattern's symbols."""

    pattern: SymbolPattern


Target: TypeAlias = OneTicket | AllPositions | Losers | Winners | ByProfit | OfSymbols


@dataclass(frozen=True, slots=True)
class Open:
    """Buy or sell at market. The stops' distances count from the price it opens at; None = no stop."""

    side: Side
    size: Size
    symbol: str
    sl: StopForm | None = None
    tp: StopForm | None = None
    comment: str | None = None


@dataclass(frozen=True, slots=True)
class Close:
    """Close this part of each of the target's positions."""

    target: Target
    part: Part = Share.ALL


@dataclass(frozen=True, slots=True)
class Reverse:
    """Close a position and open its opposite of the same size."""

    ticket: int


@dataclass(frozen=True, slots=True)
class CloseBy:
    """Close a position by an opposite one of the same symbol (hedging only)."""

    ticket: int
    other: int


@dataclass(frozen=True, slots=True)
class BreakevenFrom:
    """Stop to breakeven on those of the target that are at least `pips` pips up."""

    pips: Decimal
    target: Target = AllPositions()


@dataclass(frozen=True, slots=True)
class Breakeven:
    """Stop to breakeven on one position, however far it is up."""

    ticket: int


@dataclass(frozen=True, slots=True)
class Trail:
    """Trail the stops of the target's positions at this distance in pips."""

    pips: Decimal
    target: Target = AllPositions()


@dataclass(frozen=True, slots=True)
class TrailOff:
    """Trail the stops of the target's positions no longer; they stay where they are."""

    target: Target = AllPositions()


@dataclass(frozen=True, slots=True)
class SetStop:
    """Set one stop of a position or, as a price, of a pending order."""

    kind: StopKind
    ticket: int
    stop: StopForm


@dataclass(frozen=True, slots=True)
class RemoveStop:
    """Take one stop of a position or of a pending order away."""

    kind: StopKind
    ticket: int


@dataclass(frozen=True, slots=True)
class ShowProfit:
    """Show what was realised in the period, by symbol."""

    period: HistoryPeriod = HistoryPeriod.TODAY


@dataclass(frozen=True, slots=True)
class ShowMargin:
    """Show the margin and how far the margin call is."""


@dataclass(frozen=True, slots=True)
class ShowExposure:
    """Show the net exposure by symbol and by currency."""


@dataclass(frozen=True, slots=True)
class Watch:
    """Put a symbol on the watchlist."""

    symbol: str


@dataclass(frozen=True, slots=True)
class Unwatch:
    """Take a symbol off the watchlist."""

    symbol: str


@dataclass(frozen=True, slots=True)
class SwitchGroup:
    """Show this group of the watchlist."""

    name: str


@dataclass(frozen=True, slots=True)
class ListGroups:
    """Show which groups the watchlist has."""


@dataclass(frozen=True, slots=True)
class AlertOnPrice:
    """Tell once when the symbol's price is above or below `price`."""

    symbol: str
    comparison: Comparison
    price: Decimal


@dataclass(frozen=True, slots=True)
class AlertOnSpread:
    """Tell once when the symbol's spread is above so many points."""

    symbol: str
    points: Decimal


@dataclass(frozen=True, slots=True)
class AlertOnProfit:
    """Tell once when a position's profit (account's currency, signed) is above or below `amount`."""

    ticket: int
    comparison: Comparison
    amount: Decimal


@dataclass(frozen=True, slots=True)
class AlertOnMargin:
    """Tell once when the margin level is above or below so many percent."""

    comparison: Comparison
    percent: Decimal


@dataclass(frozen=True, slots=True)
class AlertOnFeed:
    """Tell when the feed is lost."""


@dataclass(frozen=True, slots=True)
class ListAlerts:
    """Show the alerts with their numbers."""


@dataclass(frozen=True, slots=True)
class RemoveAlert:
    """Take the alert with this number away."""

    number: int


@dataclass(frozen=True, slots=True)
class SetPreset:
    """What the ticket of this symbol begins with; None = no stop."""

    symbol: str
    size: Size
    sl: StopForm | None = None
    tp: StopForm | None = None


@dataclass(frozen=True, slots=True)
class ClearPreset:
    """The ticket of this symbol begins as any other again."""

    symbol: str


@dataclass(frozen=True, slots=True)
class Lock:
    """Lock trading."""


@dataclass(frozen=True, slots=True)
class Unlock:
    """Unlock trading."""


@dataclass(frozen=True, slots=True)
class Help:
    """Show what a verb does; None = the verbs there are."""

    verb: str | None = None


Command: TypeAlias = (
    Open
    | Close
    | Reverse
    | CloseBy
    | BreakevenFrom
    | Breakeven
    | Trail
    | TrailOff
    | SetStop
    | RemoveStop
    | ShowProfit
    | ShowMargin
    | ShowExposure
    | Watch
    | Unwatch
    | SwitchGroup
    | ListGroups
    | AlertOnPrice
    | AlertOnSpread
    | AlertOnProfit
    | AlertOnMargin
    | AlertOnFeed
    | ListAlerts
    | RemoveAlert
    | SetPreset
    | ClearPreset
    | Lock
    | Unlock
    | Help
)
