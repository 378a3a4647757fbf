"""Which stops there are, and where the broker takes them. How they are typed is `stop_input`'s business."""

from collections.abc import Iterable
from decimal import Decimal
from enum import Enum

import msgspec

from xbtfx_tui.domain.pip_size import points_text
from xbtfx_tui.domain.sides import Side
from xbtfx_tui.domain.symbol_spec import SymbolSpec


class StopKind(Enum):
    """Which of the two stops; the value is the API's own word."""

    SL = "sl"
    TP = "tp"


class BadStop(msgspec.Struct, frozen=True):
    """Why a typed stop can't be used, as a sentence with an example of what can."""

    sentence: str


def is_as_good_sl(side: Side, sl: Decimal | None, other: Decimal | None) -> bool:
    """Whether this sl of a position of `side` is as good as the other, or better: as near the price, or
    nearer. Any sl is better than none (None)."""
    if sl is None or other is None:
        return other is None
    return sl >= other if side is Side.BUY else sl <= other


def stop_problem(
    price: Decimal, kind: StopKind, side: Side, bid: Decimal, ask: Decimal, spec: SymbolSpec
) -> str | None:
    """What is wrong with a stop against the market, as a sentence; None where it is right.

    MetaTrader checks a long's stops against the bid (it closes there) and a short's against the ask, and
    wants them at least `stops_level` points away.
    """
    closing = bid if side is Side.BUY else ask
    name = "bid" if side is Side.BUY else "ask"
    must_be_below = (side is Side.BUY) == (kind is StopKind.SL)
    if must_be_below and price >= closing:
        return f"The {kind.value} of a {side.value} must be below the {name}, {closing}."
    if not must_be_below and price <= closing:
        return f"The {kind.value} of a {side.value} must be above the {name}, {closing}."
    nearest = spec.stops_level * spec.point
    if abs(price - closing) < nearest:
        limit = closing - nearest if must_be_below else closing + nearest
        word = "at or below" if must_be_below else "at or above"
        return f"Too close: {spec.name} wants {points_text(spec.stops_level)}, so {word} {limit}."
    return None


def frozen_problem(
    stands: Iterable[tuple[str, Decimal | None]], closing: Decimal, spec: SymbolSpec
) -> str | None:
    """Which of these prices (each with its name) stands so near `closing` that the broker freezes it, as a
    sentence; None where none does.

    MetaTrader lets nothing be changed of a position or an order one of whose prices is within the symbol's
    freeze level.
    """
    nearest = spec.freeze_level * spec.point
    for name, price in stands:
        if price is not None and abs(price - closing) < nearest:
            return (
                f"The {name} at {price:f} is within {points_text(spec.freeze_level)} of the price, "
                f"{closing}: the broker freezes it there. Wait until the price is further away."
            )
    return None
