"""Two opposite positions of a symbol set against each other (close-by, hedging accounts). Never sends."""

from collections.abc import Iterable
from decimal import Decimal

import msgspec

from xbtfx_tui.domain.order_estimates import AccountRate, price_move_value
from xbtfx_tui.domain.positions import Position
from xbtfx_tui.domain.sides import Side
from xbtfx_tui.domain.symbol_spec import SymbolSpec


class Remainder(msgspec.Struct, frozen=True):
    """What stays open of the larger of the two: `volume` in lots, under its own ticket."""

    ticket: int
    side: Side
    volume: Decimal


def opposites(position: Position, held: Iterable[Position]) -> tuple[Position, ...]:
    """The positions that this one can be closed by: same symbol, other side; the largest first."""
    fitting = (one for one in held if one.symbol == position.symbol and one.side is not position.side)
    return tuple(sorted(fitting, key=lambda one: (-one.volume, one.ticket)))


def remainder(one: Position, other: Position) -> Remainder | None:
    """What stays open once the smaller is closed (xbtfx-api.md section 2); None where both close."""
    larger, smaller = (one, other) if one.volume > other.volume else (other, one)
    left = larger.volume - smaller.volume
    return Remainder(larger.ticket, larger.side, left) if left else None


def pair_result(one: Position, other: Position, spec: SymbolSpec, rate: AccountRate) -> Decimal | None:
    """What the pair realises, in the account's currency and without swaps; None where no rate is known.

    MetaTrader closes each at the price the other was opened at: the result is fixed, whatever the market
    does, and the spread is not paid again.
    """
    volume = min(one.volume, other.volume)
    return price_move_value(spec, one.side, one.price_open, other.price_open, volume, rate)
