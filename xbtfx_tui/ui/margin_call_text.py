"""The way to a margin call in the few cells of a strip. Pure; planning.exposure_report says how far it is."""

from decimal import ROUND_DOWN, Decimal

from xbtfx_tui.domain.accounts import money_decimals
from xbtfx_tui.domain.exposure import AboveCall, AtCall, MarginDistance, NoMarginUsed, Pips, UnknownAmount
from xbtfx_tui.domain.pip_size import in_pips
from xbtfx_tui.ui import figure_format as fmt

_WHOLE_FROM = Decimal(100)
_FEW_DECIMALS = 2


def call_words(distance: MarginDistance, currency: str | None, *, brief: bool = False) -> str:
    """The distance for a line: `-1,234 (12%)`, what the equity may lose; empty where there is none.

    Rounded down, never to more room than there is; whole money from 100 on. `brief`: of a coin the percent
    alone, for its decimals take the room of two figures.
    """
    match distance:
        case AboveCall(money=money, percent=percent):
            if brief and money_decimals(money, currency) > _FEW_DECIMALS:
                return f"in {_down(percent, 0)}%"
            return f"-{_short(money, currency)} ({_down(percent, 0)}%)"
        case AtCall(short=short):
            return f"NOW, {_short(short, currency)} short"
        case NoMarginUsed() | UnknownAmount():
            return ""


def move_words(distance: MarginDistance) -> str:
    """What the largest exposure may move: `EURUSD 178 pips down`; empty where that says nothing."""
    match distance:
        case AboveCall(move=Pips(symbol=symbol, lots=lots, count=count)):
            way = "down" if lots > 0 else "up"
            return f"{fmt.clean(symbol, 16)} {in_pips(_down(count, 0))} {way}"
        case _:
            return ""


def _short(money: Decimal, currency: str | None) -> str:
    return _down(money, 0 if money >= _WHOLE_FROM else money_decimals(money, currency))


def _down(figure: Decimal, decimals: int) -> str:
    scale = Decimal(10) ** decimals
    return f"{(figure * scale).to_integral_value(ROUND_DOWN) / scale:z,.{decimals}f}"
