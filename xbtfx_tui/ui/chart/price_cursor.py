"""Where the chart's price cursor goes, and what it says: always a price that the symbol has. Pure.

The price is a Decimal on the tick size from its first row on; no cell of the screen is ever read for it.
"""

from decimal import ROUND_HALF_EVEN, Decimal

from xbtfx_tui.domain.pip_size import in_pips, pips_of, signed_pips_text
from xbtfx_tui.domain.price_grid import is_price, on_grid, tick_of
from xbtfx_tui.domain.symbol_spec import SymbolSpec
from xbtfx_tui.ui.chart.chart_drawing import ChartOrder


def row_step(order: ChartOrder, spec: SymbolSpec) -> Decimal:
    """The price distance from one row of the chart to the next, on the tick size; one tick at least."""
    height = 2 * (order.prices.high - order.prices.low) / (2 * order.rows - 1)
    return max(tick_of(spec), on_grid(Decimal(height), spec, ROUND_HALF_EVEN))


def moved_price(
    price: Decimal | None, steps: int, step: Decimal, start: Decimal, spec: SymbolSpec
) -> Decimal:
    """The cursor so many steps higher, or lower below 0: as long as that is a price. Without one it comes up
    at `start`, the market's price; `step` is on the tick size."""
    if price is None:
        return on_grid(start, spec, ROUND_HALF_EVEN)
    there = on_grid(price + steps * step, spec, ROUND_HALF_EVEN)
    return there if is_price(there, start) else price


def distance_words(price: Decimal, bid: Decimal, spec: SymbolSpec) -> str:
    """How far it is from the bid: `-12.3 pips`; empty where the symbol has no pip that is known."""
    pips = pips_of(spec, price - bid)
    return "" if pips is None else in_pips(signed_pips_text(pips))
