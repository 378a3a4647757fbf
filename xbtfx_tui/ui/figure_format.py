"""How figures and texts are written on screen. Pure; never decides what a figure is."""

from collections.abc import Iterable
from decimal import Decimal
from functools import lru_cache

from rich.cells import cell_len, set_cell_size

from xbtfx_tui.domain.money_text import amount_text, money_text, signed_amount_text, signed_money_text
from xbtfx_tui.domain.pip_size import signed_pips_text
from xbtfx_tui.domain.text_sanitizer import plain

MINUS = "-"
NOTHING = "–"
_LONGEST_SYMBOL = 32
"""Characters that MetaTrader allows a symbol's name, and one."""
_NAME = 64
_DIGITS = 6


def price(value: float | Decimal | None, digits: int) -> str:
    """A price at the symbol's digits; a dash where there is none."""
    return NOTHING if value is None else f"{value:.{digits}f}"


def money(amount: Decimal | None, currency: str | None) -> str:
    """An amount without its currency's name; a dash where there is none."""
    return NOTHING if amount is None else amount_text(amount, currency)


def signed_money(amount: Decimal | None, currency: str | None) -> str:
    """The same with the sign of a gain."""
    return NOTHING if amount is None else signed_amount_text(amount, currency)


def money_named(amount: Decimal | None, currency: str | None) -> str:
    """An amount with its currency's name, where that is known; no unit stands behind a dash."""
    return NOTHING if amount is None else money_text(amount, currency)


def signed_money_named(amount: Decimal | None, currency: str | None) -> str:
    """The same with the sign of a gain."""
    return NOTHING if amount is None else signed_money_text(amount, currency)


def signed(figure: float | Decimal, decimals: int = 2) -> str:
    """A figure with its sign always written; what rounds to zero has none."""
    text = f"{figure:+.{decimals}f}"
    return text if text.strip("+-0.") else text[1:]


def lots(volume: Decimal | None) -> str:
    """A volume in lots with at least two decimals and no others than it needs."""
    if volume is None:
        return NOTHING
    _, _, exponent = volume.normalize().as_tuple()
    decimals = max(2, -exponent) if isinstance(exponent, int) else 2
    return f"{volume:.{decimals}f}"


def pips(count: Decimal | None) -> str:
    """Pips with their sign and one decimal; from 10,000 on whole ones, as a crypto CFD counts them."""
    return NOTHING if count is None else signed_pips_text(count)


def points(count: Decimal | None) -> str:
    """Points with their sign, as many decimals as they came with."""
    return NOTHING if count is None else f"{count.normalize():+f}" if count else "0"


def percent(value: Decimal | None, decimals: int = 2) -> str:
    return NOTHING if value is None else f"{value:z,.{decimals}f}%"


def units(volume: float, decimals: int = 0) -> str:
    """A depth volume in units, short: `850`, `12.5K`, `3.20M`; below 10,000 with so many decimals."""
    for limit, divisor, suffix in ((1e9, 1e9, "B"), (1e6, 1e6, "M"), (1e4, 1e3, "K")):
        if volume >= limit:
            return f"{f'{volume / divisor:#.3g}'.rstrip('.')}{suffix}"
    return f"{volume:.{decimals}f}"


def unit_decimals(volumes: Iterable[float]) -> int:
    """The decimals that depth volumes below 10,000 have in one column, as many as any of
    them needs: 0.8 stands as 0.80 above 2.64. No more than fit into six digits with the largest."""
    small = [volume for volume in volumes if volume < 10_000]
    most = max((len(f"{volume:.4g}".partition(".")[2]) for volume in small), default=0)
    return min(most, max(0, _DIGITS - len(f"{max(small, default=0):.0f}")))


def symbol(name: str) -> str:
    """A symbol's name, safe to show, and whole."""
    return clean(name, _LONGEST_SYMBOL)


def clean(text: str, limit: int = 400) -> str:
    """A text from outside, without control characters and no longer than `limit`."""
    return _clean_name(text, limit) if len(text) <= _NAME else plain(text, limit)


@lru_cache(maxsize=4096)
def _clean_name(text: str, limit: int) -> str:
    """Names of symbols and the like are cleaned at every paint."""
    return plain(text, limit)


def left(text: str, width: int) -> str:
    """Padded to `width` cells on the right; what does not fit ends in an ellipsis."""
    if text.isascii() and len(text) <= width:
        return text.ljust(width)
    return _fit(text, width) if cell_len(text) > width else text + " " * (width - cell_len(text))


def right(text: str, width: int) -> str:
    """Padded to `width` cells on the left; what does not fit ends in an ellipsis."""
    if text.isascii() and len(text) <= width:
        return text.rjust(width)
    return _fit(text, width) if cell_len(text) > width else " " * (width - cell_len(text)) + text


def _fit(text: str, width: int) -> str:
    return set_cell_size(text, width - 1) + "…" if width > 0 else ""
