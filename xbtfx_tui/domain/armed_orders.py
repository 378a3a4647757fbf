"""Orders that wait in this program for a price, and fire at most once. Pure: nothing is sent or kept here.

Which price: what a buy would be filled at is the ask, what a sell would be is the bid; the level itself
counts. A limit fires at its level or better. A stop fires at its level or beyond it, by its slip at the most:
seen further, it is dropped, for that price was not asked for.

What is on disk of a state is armed, fired or ended, and no more: whatever waited when a run ended is away in
the next one, and what is reached at the first sight after that is asked, never fired.
"""

from decimal import Decimal
from enum import Enum
from typing import TypeAlias

import msgspec
from msgspec.structs import replace

from xbtfx_tui.domain.clock import Instant
from xbtfx_tui.domain.deadlines import moment_words
from xbtfx_tui.domain.sides import Side
from xbtfx_tui.domain.text_sanitizer import plain

MOST_RULES = 200
_NAME = 32


class EntryKind(Enum):
    """On which side of its level an entry waits."""

    LIMIT = "limit"
    STOP = "stop"


# --- where one stands ---


class RuleArmed(msgspec.Struct, frozen=True):
    """Fires as soon as its price is there; `ticks` in a row have shown that by now."""

    ticks: int = 0


class RuleAway(msgspec.Struct, frozen=True):
    """Not watched since; what is reached at the first sight is asked. `why` is a clause."""

    why: str


class RuleAsked(msgspec.Struct, frozen=True):
    """Reached while it was not watched: the trader decides. `words` say so, without a full stop."""

    words: str


class RuleClearing(msgspec.Struct, frozen=True):
    """To wait on: armed once its price has been away from the level."""


class RuleFiring(msgspec.Struct, frozen=True):
    """Its firing is being written; nothing has been sent."""

    firing: int
    intent_id: str


class RuleFired(msgspec.Struct, frozen=True):
    """Fired at `wall` (unix time): what came of it is told by the order itself."""

    firing: int
    intent_id: str
    wall: float


class RuleEnded(msgspec.Struct, frozen=True):
    """It fires no more; `words` say why, without a full stop."""

    wall: float
    words: str


RuleState: TypeAlias = RuleArmed | RuleAway | RuleAsked | RuleClearing | RuleFiring | RuleFired | RuleEnded


class ArmedOrder(msgspec.Struct, frozen=True):
    """`number` is what it is called by, never used twice; `line` arms the same again.

    `slip` is how far beyond the level it may still be sent, as a price distance; `until` the moment (unix
    time) at which it ends, None: until cancelled. The first that fires of a `group` ends the others. `ticks`
    is how many in a row have to show the price. `firings` counts those so far.
    """

    number: int
    line: str
    symbol: str
    side: Side
    kind: EntryKind
    level: Decimal
    slip: Decimal
    made_at: float
    until: int | None = None
    group: str | None = None
    ticks: int = 1
    firings: int = 0
    state: RuleState = RuleArmed()

    @property
    def is_waiting(self) -> bool:
        """Whether it may still fire."""
        return isinstance(self.state, RuleArmed | RuleAway | RuleAsked | RuleClearing)

    @property
    def worst(self) -> Decimal:
        """The worst price at which it is sent."""
        return self.level + self.side.sign * self.slip

    @property
    def waits_below(self) -> bool:
        """Whether its price has to come down to the level."""
        return (self.side is Side.BUY) == (self.kind is EntryKind.LIMIT)

    def is_reached(self, price: Decimal) -> bool:
        """Whether the price that it would open at is at the level or past it."""
        return price <= self.level if self.waits_below else price >= self.level

    def is_too_far(self, price: Decimal) -> bool:
        """Whether the price is worse than it may be sent at."""
        return is_worse(self.side, price, self.worst)

    def to_go(self, price: Decimal) -> Decimal:
        """How far the price is from the level; below 0 once it is past."""
        return price - self.level if self.waits_below else self.level - price


def is_worse(side: Side, price: Decimal, worst: Decimal) -> bool:
    """Whether an opening price is worse than the worst."""
    return side.sign * (price - worst) > 0


def worst_words(side: Side, price: Decimal, worst: Decimal) -> str:
    """That an opening price is worse than the worst, as a sentence."""
    which = "ask" if side is Side.BUY else "bid"
    return f"The {which} is {price:f} by now, worse than {worst:f}, the worst that it goes at."


class Fires(msgspec.Struct, frozen=True):
    """It fires by this price, if nothing else stands against it."""


def judged(order: ArmedOrder, price: Decimal | None, wall: float, *, is_tick: bool) -> ArmedOrder | Fires:
    """The order after a look at `wall` (unix time); the same, by identity, where nothing changed.

    `price` is what it would open at, None where there is none that may fire; `is_tick`: it has just come.
    """
    if not order.is_waiting:
        return order
    if order.until is not None and wall >= order.until:
        return replace(order, state=RuleEnded(wall, f"its time was over, {moment_words(order.until)}"))
    if price is None:
        return order
    is_reached = order.is_reached(price)
    match order.state:
        case RuleArmed(ticks) if not is_reached:
            return order if not ticks else replace(order, state=RuleArmed())
        case RuleArmed() if order.is_too_far(price):
            return replace(order, state=RuleEnded(wall, _dropped_words(order, price)))
        case RuleArmed(ticks):
            # Of one that asks for a single tick any look will do: a jump stands after 2 s without another.
            if order.ticks == 1 or (is_tick and ticks + 1 >= order.ticks):
                return Fires()
            return replace(order, state=RuleArmed(ticks + 1)) if is_tick else order
        case RuleAway(why) if is_reached:
            return replace(order, state=RuleAsked(_asked_words(order, price, why)))
        case RuleAway() | RuleClearing() if not is_reached:
            return replace(order, state=RuleArmed())
        case _:
            return order


def is_asked_again(order: ArmedOrder) -> ArmedOrder:
    """The order that the trader lets wait on."""
    return replace(order, state=RuleClearing())


class HeldBack(msgspec.Struct, frozen=True):
    """Its price is there and something stands in the way: since when, and why, as a sentence."""

    since: Instant
    why: str


class SendReview(msgspec.Struct, frozen=True):
    """What sending one that is asked comes to now, in a sentence, and the worst price that it would go at."""

    sentence: str
    worst: Decimal


# --- words ---


def order_words(order: ArmedOrder) -> str:
    """`buy limit 0.10 EURUSD at 1.08200` without the lots, which the line has: `buy limit EURUSD 1.08200`."""
    return f"{order.side.value} {order.kind.value} {plain(order.symbol, _NAME)} {order.level:f}"


def price_word(order: ArmedOrder) -> str:
    """Which price it is judged by."""
    return "ask" if order.side is Side.BUY else "bid"


def state_word(state: RuleState) -> str:
    """Where it stands, in a word."""
    match state:
        case RuleArmed():
            return "armed"
        case RuleAway():
            return "away"
        case RuleAsked():
            return "ASKED"
        case RuleClearing():
            return "clearing"
        case RuleFiring() | RuleFired():
            return "fired"
        case RuleEnded():
            return "ended"


def _dropped_words(order: ArmedOrder, price: Decimal) -> str:
    return (
        f"dropped: the first {price_word(order)} past {order.level:f} was {price:f}, beyond {order.worst:f}"
    )


def _asked_words(order: ArmedOrder, price: Decimal, why: str) -> str:
    by = abs(order.to_go(price))
    passed = f"passed by {by:f}" if by else "reached"
    return f"{passed} while {why}: the {price_word(order)} is {price:f}"
