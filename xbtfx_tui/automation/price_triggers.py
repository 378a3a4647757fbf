"""Where a quote has to go for an alert to be looked at: two comparisons a tick, so that no spike is missed.

A wire that trips says "look", never "it holds": it is set a hair early and knows nothing of old prices. What
a wire can't tell (profits, the margin level, the feed, an alert that waits to clear) is found by looking now
and then.
"""

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal

from xbtfx_tui.domain.alerts import Alert, Armed, ArmedAway, Direction, PriceAlert, SpreadAlert

_HAIR = 1e-9
"""A share of the price that floats can't tell apart in earnest."""
_NEVER = float("inf")


class Wire:
    """The nearest levels of one symbol's alerts, as prices."""

    __slots__ = ("_above", "_below", "_tight", "_wide")

    def __init__(self) -> None:
        self._above = self._wide = _NEVER
        self._below = self._tight = -_NEVER

    def trips(self, bid: float, ask: float) -> bool:
        """Whether a quote may have reached a level."""
        if bid >= self._above or ask <= self._below:
            return True
        return not self._tight < ask - bid < self._wide

    def at_every_quote(self) -> None:
        self._above = -_NEVER

    def at_price(self, direction: Direction, price: float) -> None:
        if direction is Direction.ABOVE:
            self._above = min(self._above, price * (1 - _HAIR))
        else:
            self._below = max(self._below, price * (1 + _HAIR))

    def at_spread(self, direction: Direction, spread: float, hair: float) -> None:
        if direction is Direction.ABOVE:
            self._wide = min(self._wide, spread - hair)
        else:
            self._tight = max(self._tight, spread + hair)


def wires_of(alerts: Iterable[Alert], point: Callable[[str], Decimal | None]) -> Mapping[str, Wire]:
    """The wires of these alerts by symbol; `point` gives None where a symbol's is not known."""
    wires: dict[str, Wire] = {}
    for alert in alerts:
        condition = alert.condition
        if not isinstance(condition, PriceAlert | SpreadAlert):
            continue
        match alert.state, condition:
            case ArmedAway(), _:
                wires.setdefault(condition.symbol, Wire()).at_every_quote()
            case Armed(), PriceAlert(symbol, direction, price):
                wires.setdefault(symbol, Wire()).at_price(direction, float(price))
            case Armed(), SpreadAlert(symbol, direction, points):
                if (size := point(symbol)) is not None:
                    spread = float(points * size)
                    wires.setdefault(symbol, Wire()).at_spread(direction, spread, float(size) * 0.01)
            case _:
                pass
    return wires
