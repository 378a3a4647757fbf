"""How figures and texts are written on screen. Pure; never decides what a figure is."""

from datetime import UTC, datetime
from decimal import Decimal
from functools import lru_cache

from rich.cells import cell_len, set_cell_size

from xbtfx_tui.domain.accounts import money_decimals
from xbtfx_tui.domain.plain_text import plain

MINUS = "-"
NOTHING = "–"
_NAME = 64


def price(value: float | Decimal | None, digits: int) -> str:
    """A price at the symbol's digits; a dash where there is none."""
    return NOTHING if value is None else f"{value:.{digits}f}"


def money(amount: Decimal | None, currency: str | None) -> str:
    """An amount at its currency's decimals (as given while that is not known), thousands grouped, without the
    currency's name."""
    if amount is None:
        return NOTHING
    text = f"{amount:,.{money_decimals(amount, currency)}f}"
    return text[1:] if text.startswith("-") and not text.strip("-0.,") else text


def signed_money(amount: Decimal | None, currency: str | None) -> str:
    """Money with its sign always written, so that a gain needs no colour; zero has none."""
    text = money(amount, currency)
    return f"+{text}" if amount is not None and amount > 0 and text.strip("0.,") else text


def money_named(amount: Decimal | None, currency: str | None) -> str:
    """Money with its currency's name, where that is known."""
    return f"{money(amount, currency)} {currency}" if currency else money(amount, currency)


def money_if_known(amount: Decimal | None, currency: str | None) -> str:
    """The same, or `not known`: where a dash could be taken for nothing."""
    return "not known" if amount is None else money_named(amount, currency)


def signed_money_named(amount: Decimal | None, currency: str | None) -> str:
    """Signed money with its currency's name, where that is known."""
    return f"{signed_money(amount, currency)} {currency or ''}".rstrip()


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
    if count is None:
        return NOTHING
    return signed(count, 1 if abs(count) < 10_000 else 0)


def pips_from(count: Decimal | None, reference: str) -> str:
    """`-30.0 pips from open, ` before an amount; empty where pips are not known: the price says it all."""
    return "" if count is None else f"{pips(count)} pips from {reference}, "


def percent(value: Decimal | None, decimals: int = 2) -> str:
    return NOTHING if value is None else f"{value:,.{decimals}f}%"


def age(seconds: float) -> str:
    """How long ago, in the one unit that matters: `3s`, `4m`, `2h`, `5d`."""
    if seconds < 60:
        return f"{int(seconds)}s"
    if seconds < 3600:
        return f"{int(seconds // 60)}m"
    if seconds < 86400:
        return f"{int(seconds // 3600)}h"
    return f"{int(seconds // 86400)}d"


def clock_time(wall: float) -> str:
    """Unix time as HH:MM:SS, UTC, the time zone that the API speaks."""
    return datetime.fromtimestamp(wall, UTC).strftime("%H:%M:%S")


def units(volume: float) -> str:
    """A depth volume in units, short: `850`, `12.5K`, `3.2M`."""
    for limit, divisor, suffix in ((1e9, 1e9, "B"), (1e6, 1e6, "M"), (1e4, 1e3, "K")):
        if volume >= limit:
            return f"{volume / divisor:.3g}{suffix}"
    return f"{volume:.4g}"


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
