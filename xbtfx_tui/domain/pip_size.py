"""What one pip of a symbol is: the one place that decides it, for whatever counts in pips.

One pip is 10 points on forex symbols of 3 and 5 digits, otherwise 1 point (xbtfx-api.md section 7). Whether a
symbol is forex is told by its calculation mode or its folder where they come, else by its two currencies; its
description, its name and its digits can only speak against that. What can't be told has no pip, but words:
never a guess, for a pip that is too small makes an order ten times too large.
"""

import re
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import TypeAlias

import msgspec

from xbtfx_tui.domain.currencies import NATIONAL, code_of, words_of
from xbtfx_tui.domain.symbol_spec import CalcMode, SymbolSpec
from xbtfx_tui.domain.text_sanitizer import plain

_FRACTIONAL_DIGITS = (3, 5)
_NAME = 32
_EXAMPLE_SHARE = Decimal("0.995")
_FOREX_FOLDERS = words_of("forex fx majors minors exotics crosses")
_OTHER_FOLDERS = words_of(
    """
    cfd cfds indices index metals metal commodities commodity energies energy oil crypto cryptos coins
    cryptocurrencies cryptocurrency stocks stock shares equities etf etfs futures bonds
    """
)
_GENERAL_FOLDERS = frozenset({"cfd", "cfds"})
"""They say how a symbol is traded, not what it is: a folder inside says more."""
_OTHER_WORDS = words_of(
    """
    index indices gold silver platinum palladium copper oil brent wti crude gas future futures stock stocks
    share shares inc corp plc ltd etf bond bonds treasury stoxx nikkei nasdaq dax crypto coin bitcoin ethereum
    ether litecoin ripple dogecoin solana cardano
    """
)
_MONEY_WORDS = words_of(
    """
    euro dollar dollars yen pound sterling franc krona krone koruna zloty forint peso rand lira yuan renminbi
    shekel baht rupee rupiah ringgit real won ruble rouble leu lev dirham riyal
    """
)
_WORD = re.compile(r"[a-z]+")
_LETTERS = re.compile(r"[^A-Za-z]")
_DIGITS_OF_MONEY = {"JPY": (2, 3)} | dict.fromkeys(words_of("USD EUR GBP CHF CAD AUD NZD SGD"), (4, 5))
"""The digits that prices in these are written with, all the world over; others have more than one habit."""
_DIGITS_OF_ANY = (0, 1, 2, 3, 4, 5)


class NoPip(msgspec.Struct, frozen=True):
    """A symbol without a pip; `why` is a clause, `example` a price of it where one is known."""

    symbol: str
    why: str
    example: Decimal | None = None

    @property
    def sentence(self) -> str:
        """Why pips can't be counted, and what can be typed instead."""
        return self.sentence_at(self.example)

    def sentence_at(self, example: Decimal | None) -> str:
        """The same with another price for the example."""
        like = f", like {example:f}" if example is not None else ""
        name = plain(self.symbol, _NAME)
        return f"What a pip of {name} is can't be told: {self.why}. Give a price instead{like}."


Pip: TypeAlias = Decimal | NoPip
"""One pip as a price distance."""


def forex_of(spec: SymbolSpec) -> bool | None:
    """Whether the symbol is a pair of two countries' money, by what decides it; None where nothing tells.

    By its calculation mode, else its folder, else its two currencies.
    """
    said = [told for told in (_by_mode(spec), _by_folder(spec)) if told is not None]
    return said[0] if said else _by_currencies(spec)


@lru_cache(maxsize=4096)
def pip_of(spec: SymbolSpec) -> Pip:
    """One pip of the symbol as a price distance, or why there is none that is known."""
    why = _conflict(spec)
    if why is not None:
        return NoPip(spec.name, why, _example(spec))
    return spec.point * 10 if spec.digits in _FRACTIONAL_DIGITS and forex_of(spec) else spec.point


def no_pips_words(spec: SymbolSpec) -> str:
    """Why pips of the symbol can't be counted, as a sentence; empty where they can."""
    pip = pip_of(spec)
    return pip.sentence if isinstance(pip, NoPip) else ""


def pips_of(spec: SymbolSpec, distance: Decimal) -> Decimal | None:
    """A price distance in pips; None where the symbol has no pip that is known."""
    pip = pip_of(spec)
    return None if isinstance(pip, NoPip) else distance / pip


def points_text(points: Decimal | int) -> str:
    """`1 point`, `3 points`."""
    return f"{Decimal(points):f} point{'' if points == 1 else 's'}"


def pips_text(pips: Decimal) -> str:
    """`30.0`: as `signed_pips_text`, without the sign."""
    return signed_pips_text(pips).lstrip("+-")


def in_pips(figure: str) -> str:
    """A figure as it is written with its unit: `-30.0 pips`, `1 pip`."""
    sign, digits = ("-", figure[1:]) if figure.startswith("-") else ("", figure.removeprefix("+"))
    return f"{sign}1 pip" if digits in {"1", "1.0"} else f"{figure} pips"


def signed_pips_text(pips: Decimal) -> str:
    """`-30.0`: with a sign, but for what rounds to zero, and one decimal; from 10,000 on whole ones, in
    groups of thousands, as a crypto CFD counts them: `+152,340`."""
    text = f"{pips:+,.{1 if abs(pips) < 10_000 else 0}f}"
    return text if text.strip("+-0.") else text[1:]


def _conflict(spec: SymbolSpec) -> str | None:
    """Why the pip is not known, as a clause; None where it is."""
    if spec.point != Decimal(1).scaleb(-spec.digits):
        return f"its point is {spec.point:f}, and its {spec.digits} digits speak of another"
    forex, described = forex_of(spec), _by_description(spec)
    if forex and described is not False:
        profit = code_of(spec.currency_profit) or ""
        usual = _DIGITS_OF_MONEY.get(profit, _DIGITS_OF_ANY)
        if spec.digits not in usual:
            of = f" in {profit}" if profit in _DIGITS_OF_MONEY else ""
            return f"it has {spec.digits} digits, which no price of a currency pair{of} has"
    if spec.digits not in _FRACTIONAL_DIGITS:
        return None  # forex or not, it is one point
    if forex is None:
        return "the server tells neither its kind nor its two currencies"
    mode, folder = _by_mode(spec), _by_folder(spec)
    if None not in (mode, folder) and mode != folder:
        return "its calculation mode and its folder speak of two kinds of market"
    if described is not None and described != forex:
        kind = "a currency pair" if forex else "no currency pair"
        return f"it is said to be {kind}, and its description or name speaks against that"
    return None


def _by_mode(spec: SymbolSpec) -> bool | None:
    mode = spec.calculation
    return None if mode is None else mode in (CalcMode.FOREX, CalcMode.FOREX_NO_LEVERAGE)


def _by_folder(spec: SymbolSpec) -> bool | None:
    """By the words of the broker's folders; the symbol's own name at their end is none."""
    folders = re.split(r"[\\/]", spec.path.lower())
    if folders[-1].strip() == spec.name.lower():
        folders.pop()
    words = {word for folder in folders for word in _WORD.findall(folder)}
    is_forex, others = bool(words & _FOREX_FOLDERS), words & _OTHER_FOLDERS
    if is_forex and not others - _GENERAL_FOLDERS:
        return True
    return False if others and not is_forex else None


def _by_currencies(spec: SymbolSpec) -> bool | None:
    base, profit = code_of(spec.currency_base), code_of(spec.currency_profit)
    if base is None or profit is None:
        return None
    return base != profit and base in NATIONAL and profit in NATIONAL


def _by_description(spec: SymbolSpec) -> bool | None:
    """What the description says, else the name: `Euro vs US Dollar`, `Gold vs US Dollar`, `EURUSD.r`."""
    words = _WORD.findall(spec.description.lower())
    if any(word in _OTHER_WORDS for word in words):
        return False
    codes = [word for word in words if len(word) == 3 and word.upper() in NATIONAL]
    if sum(word in _MONEY_WORDS for word in words) > 1 or len(set(codes)) > 1:
        return True
    letters = _LETTERS.sub("", spec.name).upper()
    first, second = letters[:3], letters[3:6]
    return True if first != second and first in NATIONAL and second in NATIONAL else None


def _example(spec: SymbolSpec) -> Decimal | None:
    """A price near the market, as a stop would be."""
    price = spec.bid or spec.ask
    if price is None or not 0 < price < float("inf"):
        return None
    try:
        return (Decimal(repr(price)) * _EXAMPLE_SHARE).quantize(spec.point)
    except InvalidOperation:  # more digits than a price has
        return None
