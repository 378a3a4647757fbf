"""What is asked for of orders that wait for a price, as values. They know no price, and nothing fires."""

from decimal import Decimal

import msgspec

from xbtfx_tui.domain.deadlines import Until
from xbtfx_tui.domain.position_sizing import Size
from xbtfx_tui.domain.sides import Side
from xbtfx_tui.domain.stop_input import AtPrice, InPips, StopForm


class ArmEntry(msgspec.Struct, frozen=True):
    """Buy or sell once a price is there: `limit` at it or better, `stop` at it or beyond.

    The stops' distances count from the price that it opens at then. `slip` is how far beyond the price it may
    still be sent (a price distance or pips), `cap` the widest spread in points. The first that fires of a
    `group` ends the others. `ticks` is how many in a row have to show the price, `most` the most lots that a
    risk may come to. `replaces` is the number of the one whose place it takes.
    """

    side: Side
    size: Size
    symbol: str
    limit: Decimal | None = None
    stop: Decimal | None = None
    sl: StopForm | None = None
    tp: StopForm | None = None
    comment: str | None = None
    cap: Decimal | None = None
    slip: AtPrice | InPips | None = None
    until: Until | None = None
    group: str | None = None
    ticks: int | None = None
    most: Decimal | None = None
    replaces: int | None = None


class Disarm(msgspec.Struct, frozen=True):
    """Take the armed order with this number away."""

    number: int


class ListRules(msgspec.Struct, frozen=True):
    """Show the armed orders with their numbers."""
