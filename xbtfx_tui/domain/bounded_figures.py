"""A figure that is known, or known only as a bound: what stands beside it is said, never left out.

Which of them a figure is, is decided where it is worked out; here is how it is carried and said.
"""

from collections.abc import Callable
from decimal import Decimal
from typing import TypeAlias

import msgspec


class AtMost(msgspec.Struct, frozen=True):
    """The figure is `value` or less."""

    value: Decimal


class AtLeast(msgspec.Struct, frozen=True):
    """The figure is `value` or more."""

    value: Decimal


Figure: TypeAlias = Decimal | AtMost | AtLeast


def careful_side(figure: Figure) -> Decimal:
    """The figure itself, or the end that it can't be beyond: what a guard counts with."""
    return figure if isinstance(figure, Decimal) else figure.value


def what_is_left(taken: Figure, left: Decimal | None) -> Figure | None:
    """`left`, worked out from the careful side of `taken`: of the most that is taken, the least is left."""
    return AtLeast(left) if left is not None and not isinstance(taken, Decimal) else left


def bound_words(figure: Figure) -> str:
    """`at most ` or `at least `, to be written before the amount; empty where it is known."""
    match figure:
        case AtMost():
            return "at most "
        case AtLeast():
            return "at least "
        case Decimal():
            return ""


def figure_words(figure: Figure | None, write: Callable[[Decimal | None], str]) -> str:
    """`at most 116.36 USD`; `write`'s own word for none."""
    return write(None) if figure is None else f"{bound_words(figure)}{write(careful_side(figure))}"
