"""The prices that a symbol has: the grid of its tick size, else of its point. Whatever is sent lies on it.

Rounds, and says which prices lie beside one that is none. Never looks at the market.
"""

import math
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_EVEN, Decimal, localcontext
from functools import lru_cache

from xbtfx_tui.domain.symbol_spec import SymbolSpec
from xbtfx_tui.domain.text_sanitizer import plain

_NAME = 32
_PRECISION = 200  # a server's prices and digits may have more than the usual 28 between them


def tick_of(spec: SymbolSpec) -> Decimal:
    """The distance between two neighbouring prices: the tick size where it comes, else the point.

    Where that has more decimals than the symbol's prices are written with, the least multiple that has not.
    """
    return _tick(spec.tick_size or spec.point, spec.digits)


@lru_cache(maxsize=1024)
def _tick(step: Decimal, digits: int) -> Decimal:
    with localcontext() as context:
        context.prec = _PRECISION
        written = Decimal(1).scaleb(-digits)
        _, _, exponent = step.as_tuple()
        shift = max(digits, -exponent if isinstance(exponent, int) else 0)
        common = math.lcm(int(step.scaleb(shift)), int(written.scaleb(shift)))
        return Decimal(common).scaleb(-shift).quantize(written)


def on_grid(price: Decimal, spec: SymbolSpec, rounding: str) -> Decimal:
    """The price of the grid that is nearest in this direction, written at the symbol's digits."""
    with localcontext() as context:
        context.prec = _PRECISION
        tick = tick_of(spec)
        return ((price / tick).to_integral_value(rounding) * tick).quantize(Decimal(1).scaleb(-spec.digits))


def is_price(price: Decimal, market: Decimal) -> bool:
    """Whether a stop can stand there: above zero, and below it only where the market itself is (oil was).

    Zero is the API's word for no stop.
    """
    return price > 0 or (price < 0 and market <= 0)


def grid_problem(price: Decimal, spec: SymbolSpec) -> str | None:
    """That the price does not lie on the grid, as a sentence with those beside it; None where it does."""
    below, above = on_grid(price, spec, ROUND_FLOOR), on_grid(price, spec, ROUND_CEILING)
    if below == above:
        return None
    name, tick = plain(spec.name, _NAME), tick_of(spec)
    if tick == Decimal(1).scaleb(-spec.digits):
        return f"{name} has {spec.digits} decimals: try {on_grid(price, spec, ROUND_HALF_EVEN)}."
    offered = f"{below} or {above}" if below > 0 or above < 0 else f"{above}"
    return f"{name} moves in steps of {tick.normalize():f}, {price:f} lies between two: try {offered}."
