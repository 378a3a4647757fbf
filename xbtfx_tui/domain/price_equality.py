"""When two prices or two volumes are the same one. Pure.

A server may answer 0.9900000000000002 for the 0.99 that was sent: prices are equal when they are equal at the
symbol's digits, volumes when they are equal at its step (order-safety, "Near is a candidate").
"""

from decimal import ROUND_HALF_EVEN, Decimal, InvalidOperation

_FLOAT_NOISE = Decimal("1e-12")
_VOLUME_DECIMALS = 8
"""Where the step is not known: finer than any broker's."""


def same_price(one: Decimal | None, other: Decimal | None, digits: int | None) -> bool:
    """Whether both are the same price, or both None. `digits` None: not known, then they are compared as they
    stand, but for what a float adds."""
    if one is None or other is None:
        return one is other
    if digits is None:
        return abs(one - other) <= _FLOAT_NOISE * max(abs(one), abs(other))
    return _at(one, digits) == _at(other, digits)


def same_volume(one: Decimal, other: Decimal, step: Decimal | None) -> bool:
    """Whether both are the same number of lots. `step` None or 0: not known."""
    if step:
        return abs(one - other) < step / 2
    return _at(one, _VOLUME_DECIMALS) == _at(other, _VOLUME_DECIMALS)


def _at(number: Decimal, places: int) -> Decimal:
    try:
        return number.quantize(Decimal(1).scaleb(-places), ROUND_HALF_EVEN)
    except InvalidOperation:
        return number
