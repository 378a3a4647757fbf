"""What a trade does to what is held, on a netting account: one position a symbol (xbtfx-api.md section 3)."""

from collections.abc import Iterable
from decimal import Decimal
from typing import TypeAlias

import msgspec

from xbtfx_tui.domain.positions import Position
from xbtfx_tui.domain.sides import Side


class Opens(msgspec.Struct, frozen=True):
    """Nothing was held: a new position."""


class Adds(msgspec.Struct, frozen=True):
    """Same side: the position grows to `total` lots."""

    total: Decimal


class Reduces(msgspec.Struct, frozen=True):
    """Opposite and smaller: `left` lots stay open."""

    left: Decimal


class Closes(msgspec.Struct, frozen=True):
    """Opposite and equal: nothing stays open."""


class Flips(msgspec.Struct, frozen=True):
    """Opposite and larger: the position is closed, and `opened` lots stand on the other side."""

    opened: Decimal


NetEffect: TypeAlias = Opens | Adds | Reduces | Closes | Flips


def held_volume(positions: Iterable[Position], symbol: str) -> Decimal:
    """Lots held of the symbol, long positive, short negative."""
    return sum((p.side.sign * p.volume for p in positions if p.symbol == symbol), Decimal(0))


def net_effect(held: Decimal, side: Side, volume: Decimal) -> NetEffect:
    """What a trade of `volume` lots does to `held` lots (signed as in `held_volume`)."""
    after = held + side.sign * volume
    if not held:
        return Opens()
    if not after:
        return Closes()
    if (held > 0) != (after > 0):
        return Flips(abs(after))
    return Adds(abs(after)) if abs(after) > abs(held) else Reduces(abs(after))
