"""Stops as a trader types them and as the broker takes them: a price, pips (`30p`) or nothing."""

from decimal import ROUND_HALF_EVEN, Decimal, localcontext
from enum import Enum

import msgspec

from xbtfx_tui.domain.sides import Side
from xbtfx_tui.domain.symbols import SymbolSpec
from xbtfx_tui.domain.volumes import parse_lots


class StopKind(Enum):
    """Which of the two stops; the value is the API's own word."""

    SL = "sl"
    TP = "tp"


class BadStop(msgspec.Struct, frozen=True):
    """Why a typed stop can't be used, as a sentence with an example of what can."""

    sentence: str


def parse_stop(
    text: str, kind: StopKind, side: Side, reference: Decimal, spec: SymbolSpec
) -> Decimal | BadStop | None:
    """The stop's price from what was typed, at the symbol's digits; None for an empty field.

    `30p` is 30 pips from `reference`: below it for a long's sl and a short's tp, above it otherwise.
    """
    typed = text.strip().lower()
    if not typed:
        return None
    with localcontext() as context:
        context.prec = 200  # a server's prices and digits may have more than the usual 28 between them
        return _stop(typed, kind, side, reference, spec)


def _stop(typed: str, kind: StopKind, side: Side, reference: Decimal, spec: SymbolSpec) -> Decimal | BadStop:
    in_pips = typed.endswith("p")
    number = parse_lots(typed[:-1] if in_pips else typed)
    quantum = Decimal(1).scaleb(-spec.digits)
    if number is None or number <= 0:
        example = reference.quantize(quantum)
        return BadStop(f"{kind.value} takes a price like {example}, pips like 30p, or nothing.")
    if not in_pips:
        if number != number.quantize(quantum):
            return BadStop(f"{spec.name} has {spec.digits} decimals: try {number.quantize(quantum)}.")
        return number.quantize(quantum)
    down = (side is Side.BUY) == (kind is StopKind.SL)
    distance = number * spec.pip
    price = reference - distance if down else reference + distance
    if price <= 0:
        return BadStop(f"{kind.value} of {number}p would be below zero at {reference}.")
    return price.quantize(quantum, ROUND_HALF_EVEN)


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
        return f"Too close: {spec.name} wants {spec.stops_level} points, so {word} {limit}."
    return None
