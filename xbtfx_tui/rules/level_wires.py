"""Where a quote has to go for armed orders to be looked at: a few comparisons a tick, so that none is missed.

A wire that trips says "look", never "it is reached": it is set a hair early and knows nothing of old prices.
"""

from collections.abc import Iterable, Mapping

from xbtfx_tui.domain.armed_orders import ArmedOrder, RuleArmed, RuleAway, RuleClearing
from xbtfx_tui.domain.sides import Side

_HAIR = 1e-9
_NEVER = float("inf")


class LevelWire:
    """The nearest levels of one symbol's orders, as prices."""

    __slots__ = ("_ask_high", "_ask_low", "_bid_high", "_bid_low")

    def __init__(self) -> None:
        self._ask_high = self._bid_high = _NEVER
        self._ask_low = self._bid_low = -_NEVER

    def trips(self, bid: float, ask: float) -> bool:
        """Whether a quote may have reached a level."""
        return ask <= self._ask_low or ask >= self._ask_high or bid <= self._bid_low or bid >= self._bid_high

    def at_every_quote(self) -> None:
        self._ask_high = -_NEVER

    def set(self, order: ArmedOrder) -> None:
        level = float(order.level)
        match order.side, order.waits_below:
            case Side.BUY, True:
                self._ask_low = max(self._ask_low, level * (1 + _HAIR))
            case Side.BUY, False:
                self._ask_high = min(self._ask_high, level * (1 - _HAIR))
            case Side.SELL, True:
                self._bid_low = max(self._bid_low, level * (1 + _HAIR))
            case _:
                self._bid_high = min(self._bid_high, level * (1 - _HAIR))


def level_wires(orders: Iterable[ArmedOrder]) -> Mapping[str, LevelWire]:
    """The wires of those that wait, by symbol; one that is asked waits for the trader alone."""
    wires: dict[str, LevelWire] = {}
    for order in orders:
        match order.state:
            case RuleArmed(0):
                wires.setdefault(order.symbol, LevelWire()).set(order)
            case RuleArmed() | RuleAway() | RuleClearing():
                wires.setdefault(order.symbol, LevelWire()).at_every_quote()
            case _:
                pass
    return wires
