"""What a price move is worth: profit, pips, conversion. All Decimal, by the API's section 7.

Rates come in as a function, so that the live store and the paper exchange use their own prices.
"""

from collections.abc import Callable
from decimal import Decimal
from typing import TypeAlias

from xbtfx_tui.domain.pip_size import pips_of
from xbtfx_tui.domain.sides import Side
from xbtfx_tui.domain.symbol_spec import SymbolSpec

MidPrice: TypeAlias = Callable[[str], Decimal | None]
"""A symbol's mid price, or None where the symbol does not exist or has no quote."""

_SAME_VALUE = frozenset({frozenset({"USD", "USDT"})})
_BRIDGES = ("USD", "EUR")


def profit_in_quote_currency(
    side: Side, price_open: Decimal, price_close: Decimal, contract_size: Decimal, lots: Decimal
) -> Decimal:
    """(close - open) x contract_size x lots, signed by side, in the symbol's profit currency."""
    return (price_close - price_open) * side.sign * contract_size * lots


def pair_rate(source: str, target: str, mid: MidPrice) -> Decimal | None:
    """How many `target` one `source` is worth, by one pair alone (either way round); None without a quote."""
    if source == target or frozenset({source, target}) in _SAME_VALUE:
        return Decimal(1)
    if (direct := mid(source + target)) is not None and direct > 0:
        return direct
    if (inverse := mid(target + source)) is not None and inverse > 0:
        return 1 / inverse
    return None


def conversion_rate(source: str, target: str, mid: MidPrice) -> Decimal | None:
    """How many `target` one `source` is worth: by a pair, else over USD or EUR; None without quotes.

    USD and USDT are taken as equal: the API gives no pair between them.
    """
    if (rate := pair_rate(source, target, mid)) is not None:
        return rate
    for bridge in _BRIDGES:
        first, second = pair_rate(source, bridge, mid), pair_rate(bridge, target, mid)
        if first is not None and second is not None:
            return first * second
    return None


def conversion_symbols(source: str, target: str, exists: Callable[[str], bool]) -> tuple[str, ...]:
    """The symbols whose quotes `conversion_rate` would use, so that they can be subscribed."""

    def leg(one: str, other: str) -> tuple[str, ...] | None:
        if one == other or frozenset({one, other}) in _SAME_VALUE:
            return ()
        return next(((name,) for name in (one + other, other + one) if exists(name)), None)

    if (direct := leg(source, target)) is not None:
        return direct
    for bridge in _BRIDGES:
        first, second = leg(source, bridge), leg(bridge, target)
        if first is not None and second is not None:
            return first + second
    return ()


def pips_between(spec: SymbolSpec, side: Side, price_open: Decimal, price_now: Decimal) -> Decimal | None:
    """Pips in the position's favour, negative against it; None where the symbol has no pip that is known."""
    return pips_of(spec, (price_now - price_open) * side.sign)
