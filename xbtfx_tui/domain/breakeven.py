"""Breakeven: the stop at which closing a position costs nothing.

Says where that stop goes, or in words why it can't go there yet. Never sends anything, and never gives a stop
that is worse than the one that stands.
"""

from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal, localcontext

from xbtfx_tui.domain.positions import Position
from xbtfx_tui.domain.price_grid import on_grid
from xbtfx_tui.domain.sides import Side
from xbtfx_tui.domain.stop_rules import BadStop, is_as_good_sl
from xbtfx_tui.domain.symbol_spec import SymbolSpec


def breakeven_stop(position: Position, bid: Decimal, ask: Decimal, spec: SymbolSpec) -> Decimal | BadStop:
    """The sl at the open price plus the spread for a long, minus it for a short, on the symbol's grid.

    `bid` and `ask` are the symbol's present prices. A price that needs rounding (a netting account's open
    price is an average) is rounded away from a loss. The spread makes up for the slip between a stop's price
    and its fill; swap and commission are not counted. A `BadStop` where the price is not past the stop by the
    symbol's stops level, and where the sl that stands is as good already.
    """
    is_long = position.side is Side.BUY
    with localcontext() as context:
        context.prec = 200  # a server's prices and digits may have more than the usual 28 between them
        spread = max(ask - bid, Decimal(0))
        exact = position.price_open + spread if is_long else position.price_open - spread
        stop = on_grid(exact, spec, ROUND_CEILING if is_long else ROUND_FLOOR)
        if not stop or stop < 0 < position.price_open:
            return BadStop(f"Breakeven of {spec.name} would be at or below zero: set the sl by hand.")
        if is_as_good_sl(position.side, position.sl, stop):
            return BadStop(f"The sl stands at {position.sl}: that is breakeven ({stop}) or better already.")
        nearest = spec.stops_level * spec.point
        closing = bid if is_long else ask
        room = closing - stop if is_long else stop - closing
        if room <= 0 or room < nearest:
            limit = stop + nearest if is_long else stop - nearest
            way = "above" if is_long else "below"
            must = f"at {limit} or {way}" if nearest > 0 else f"{way} {limit}"
            return BadStop(f"{spec.name} must be {must} first; it is at {closing}.")
    return stop
