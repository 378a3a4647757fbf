"""The kinds of word that a command is made of: what each is called, how it is read and how it is printed.

A word is read by the place it stands in, never by its size: a bare whole number is a ticket where a position
is named (`close 184729`) and lots where a size or a part is named (`buy 2 EURUSD`, `close 184729 2`). Pips
end in `p`, a margin level may end in `%`, money in `$`. A bare number is never a pattern of symbols, a bare
word of RESERVED never a symbol, a word in quotes never anything but a name: `close "ALL"` is for a symbol.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, TypeAlias

import msgspec

from xbtfx_tui.commands.command_types import Comparison, Part, PercentOf, Share, SymbolPattern
from xbtfx_tui.commands.known_names import Known
from xbtfx_tui.commands.lexer import Word, quoted
from xbtfx_tui.domain.currencies import ACCOUNT_CURRENCIES
from xbtfx_tui.domain.deadlines import parse_until, until_text
from xbtfx_tui.domain.indicators import IndicatorKind, indicator_kind, indicator_shown
from xbtfx_tui.domain.lot_steps import BadLots, parse_lots, read_lots
from xbtfx_tui.domain.position_sizing import BadSize, Lots, parse_size, size_text
from xbtfx_tui.domain.positions import HistoryPeriod
from xbtfx_tui.domain.stop_input import (
    AtPrice,
    BadStopForm,
    InMoney,
    InRisk,
    form_text,
    number_text,
    parse_money,
    parse_stop_form,
)
from xbtfx_tui.domain.timeframe_words import parse_timeframe, timeframe_code

RESERVED = frozenset({"all", "feed", "half", "losers", "margin", "off", "profit", "quarter", "remove"}) | {
    "rename",
    "save",
    "spread",
    "third",
    "winners",
}
"""Words with a meaning of their own; a name that is spelled like one is typed in quotes."""

_LONGEST_NAME = 64
_ALL_PERCENT = Decimal(100)
_MOST_DIGITS = 18  # within 64 bits, which is what a ticket has
_PLAIN_NAME = re.compile(r'[^\s"<>=+$-][^\s"<>=]*')
_NUMBER = re.compile(r"[0-9.,]+")
_OPTION = re.compile(r"[A-Za-z]+=")
_GROUP_WORD = re.compile(r"[A-Za-z0-9]{1,12}")
_TICKS = ("1", "2", "3", "4", "5")
_WILD = re.compile(r"[*?]")


class ArgumentFound(msgspec.Struct, frozen=True):
    """The word is of the kind, and means `value`."""

    value: object


class Other(msgspec.Struct, frozen=True):
    """The word is not of the kind."""


class ArgumentWrong(msgspec.Struct, frozen=True):
    """The word is meant to be of the kind but can't be used: why, as a sentence."""

    sentence: str


ArgumentReading: TypeAlias = ArgumentFound | Other | ArgumentWrong


class Meaning(msgspec.Struct, frozen=True):
    """What a keyword of a kind stands for, and that in a few words."""

    value: object
    words: str


@dataclass(frozen=True, slots=True, eq=False)
class Kind:
    """A kind of word. `label` names it in the help, `expects` in a sentence (`a size like 0.10`).

    `read` never fails; `text` gives for each value that `read` found a word that is read as that value.
    `keywords` are the words that it takes beside (or instead of) names and numbers.
    """

    label: str
    expects: str
    read: Callable[[Word, Known], ArgumentReading]
    text: Callable[[Any], str]
    keywords: Mapping[str, Meaning] = field(default_factory=dict)

    def __repr__(self) -> str:
        return self.label


def name_text(name: str) -> str:
    """A name as it is typed: in quotes where it would be read as something else without them."""
    is_plain = _PLAIN_NAME.fullmatch(name) and not _NUMBER.fullmatch(name)
    return name if is_plain and name.lower() not in RESERVED else quoted(name)


def can_be_typed(name: str) -> bool:
    """Whether a name that the server or a file gave can stand in a command at all."""
    return name.isprintable() and bool(name.strip()) and len(name) <= _LONGEST_NAME


def is_number(word: Word) -> bool:
    """Whether a word is a bare number, which stands for a ticket or a figure."""
    return not word.is_quoted and _NUMBER.fullmatch(word.text) is not None


def is_reserved(word: Word) -> bool:
    return not word.is_quoted and word.text.lower() in RESERVED


def is_symbol_like(word: Word) -> bool:
    """Whether a word could be a symbol's name or pattern, be it known or not."""
    return (
        not word.prefix
        and not is_reserved(word)
        and 0 < len(word.text.strip()) <= _LONGEST_NAME
        and (word.is_quoted or (word.text[0] not in "<>-+$" and not _OPTION.match(word.text)))
        and not is_number(word)
    )


def _bare(read: Callable[[str], object | None]) -> Callable[[Word, Known], ArgumentReading]:
    """A reader of words without quotes; `read` gives None for a word that is not of its kind."""

    def reader(word: Word, _known: Known) -> ArgumentReading:
        value = None if word.is_quoted else read(word.text)
        if isinstance(value, BadSize | BadStopForm | BadLots):
            return ArgumentWrong(value.sentence)
        return Other() if value is None else ArgumentFound(value)

    return reader


def _above_zero(text: str) -> Decimal | None:
    number = parse_lots(text)
    return number if number is not None and number > 0 else None


def _pips(text: str) -> Decimal | None:
    return _above_zero(text[:-1]) if text.lower().endswith("p") else None


def _percent(text: str) -> Decimal | None:
    return _above_zero(text.removesuffix("%"))


def _money(text: str) -> Decimal | None:
    unsigned = text.removeprefix("-")
    amount = parse_money(unsigned) if "$" in unsigned else parse_lots(unsigned)
    return -amount if amount is not None and unsigned != text else amount


def _money_text(amount: Decimal) -> str:
    return ("-" if amount < 0 else "") + number_text(abs(amount))


def _count(text: str) -> int | None:
    is_count = text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS
    return (int(text) or None) if is_count else None


def _slip(text: str) -> object | None:
    form = parse_stop_form(text, counts_money=False)
    if isinstance(form, InMoney | InRisk) or (isinstance(form, AtPrice) and form.price <= 0):
        return BadStopForm(f"{text} is no slip: type a distance like 0.0003, or pips like 3p.")
    return form


def _read_group_word(word: Word, _known: Known) -> ArgumentReading:
    if not _GROUP_WORD.fullmatch(word.text):
        return ArgumentWrong("A group is a word of 12 letters and digits at most, like a.")
    return ArgumentFound(word.text.lower())


def _ticks(text: str) -> int | None:
    return int(text) if text in _TICKS else None


def _read_part(text: str) -> object | None:
    share = PART.keywords.get(text.lower())
    if share is not None:
        return share.value
    if text.endswith("%"):
        percent = _above_zero(text[:-1])
        if percent is None or percent > _ALL_PERCENT:
            return BadLots(f"{text} is no part of a position: type 25%, half or lots like 0.05.")
        return Share.ALL if percent == _ALL_PERCENT else PercentOf(percent)
    volume = read_lots(text)
    if volume is None or isinstance(volume, BadLots):
        return volume
    return Lots(volume) if volume > 0 else None


def _part_text(part: Part) -> str:
    match part:
        case Share():
            return part.value
        case PercentOf(percent=percent):
            return f"{number_text(percent)}%"
        case Lots():
            return size_text(part)


def _read_symbol(word: Word, known: Known) -> ArgumentReading:
    if word.prefix or not word.text.strip() or len(word.text) > _LONGEST_NAME:
        return Other()
    if not known.symbols:
        is_name = is_symbol_like(word) and word.text.isascii()
        return ArgumentFound(word.text.upper()) if is_name else Other()
    name = known.symbol(word.text)
    if name is not None and is_reserved(word):
        return ArgumentWrong(
            f"{word.text} means something of its own here: type {quoted(name)} for the symbol."
        )
    return Other() if name is None else ArgumentFound(name)


_CHART_NUMBERS = ("1", "2", "3", "4")


def _read_timeframe(word: Word, _known: Known) -> ArgumentReading:
    timeframe = None if word.prefix or word.is_quoted else parse_timeframe(word.text)
    return Other() if timeframe is None else ArgumentFound(timeframe)


def _read_chart_number(word: Word, _known: Known) -> ArgumentReading:
    is_number = not word.prefix and not word.is_quoted and word.text in _CHART_NUMBERS
    return ArgumentFound(int(word.text)) if is_number else Other()


def _chart_symbol_text(symbol: str) -> str:
    """A symbol called D, 2 or EMA is none where a length, a number or an indicator may stand, unless it is
    quoted."""
    is_other = parse_timeframe(symbol) is not None or symbol in _CHART_NUMBERS
    is_other = is_other or indicator_kind(symbol) is not None or indicator_shown(symbol) is not None
    return quoted(symbol) if is_other else name_text(symbol)


def _read_pattern(word: Word, known: Known) -> ArgumentReading:
    if not is_symbol_like(word):
        return Other()
    if not _WILD.search(word.text):
        reading = _read_symbol(word, known)
        return (
            ArgumentFound(SymbolPattern(str(reading.value)))
            if isinstance(reading, ArgumentFound)
            else reading
        )
    pattern = SymbolPattern(word.text.upper())
    is_known = any(map(pattern.matches, known.symbols)) if known.symbols else word.text.isascii()
    return ArgumentFound(pattern) if is_known else Other()


def _pattern_text(pattern: SymbolPattern) -> str:
    return name_text(pattern.glob)


def _read_group(word: Word, known: Known) -> ArgumentReading:
    if word.prefix or not word.text.strip() or (not word.is_quoted and word.text[0] in "<>"):
        return Other()
    if len(word.text) > _LONGEST_NAME:
        return ArgumentWrong(f"A group's name has {_LONGEST_NAME} characters at most, like Majors.")
    return ArgumentFound(known.group(word.text))


def _read_layout(word: Word, known: Known) -> ArgumentReading:
    if word.prefix or not word.text.strip() or len(word.text) > _LONGEST_NAME:
        return Other()
    if not word.is_quoted and (word.text[0] in "<>" or is_reserved(word)):
        return Other()
    return ArgumentFound(known.layout(word.text))


def _read_comment(word: Word, _known: Known) -> ArgumentReading:
    return ArgumentFound(word.text) if word.text.strip() else Other()


def _one_of(label: str, keywords: Mapping[str, Meaning], text: Callable[[Any], str]) -> Kind:
    def read(word: str) -> object | None:
        meaning = keywords.get(word.lower())
        return meaning and meaning.value

    return Kind(label, listed(list(keywords)), _bare(read), text, keywords)


def listed(names: list[str]) -> str:
    """`a, b or c`."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} or {names[-1]}"


SIZE = Kind("SIZE", "a size like 0.10, 1% or 50$", _bare(parse_size), size_text)
SLIP = Kind("SLIP", "a distance like 0.0003 or 3p", _bare(_slip), form_text)
UNTIL = Kind(
    "UNTIL", "today, a weekday like fri, 15:30 or 2026-12-04T22:00 (UTC)", _bare(parse_until), until_text
)
OCO = Kind("WORD", "a word like a", _read_group_word, str)
TICKS = Kind("TICKS", "how many ticks in a row, 1 to 5", _bare(_ticks), str)
LOTS = Kind("LOTS", "lots like 0.10", _bare(_above_zero), number_text)
STOP = Kind("STOP", "a stop like 1.0820, 30p, 50$ or 2r", _bare(parse_stop_form), form_text)
PIPS = Kind("PIPS", "pips like 20p", _bare(_pips), lambda pips: f"{number_text(pips)}p")
TICKET = Kind("TICKET", "a ticket like 184729", _bare(_count), str)
RULE_NUMBER = Kind("NUMBER", "an armed order's number like 12", _bare(_count), str)
ALERT_NUMBER = Kind("NUMBER", "an alert's number like 2", _bare(_count), str)
PRICE = Kind("PRICE", "a price like 1.0900", _bare(_above_zero), number_text)
POINTS = Kind("POINTS", "points like 20", _bare(_above_zero), number_text)
PERCENT = Kind("PERCENT", "a margin level like 300%", _bare(_percent), lambda level: f"{number_text(level)}%")
MONEY = Kind("MONEY", "an amount like 50 or -20", _bare(_money), _money_text)
SYMBOL = Kind("SYMBOL", "a symbol like EURUSD", _read_symbol, name_text)
PATTERN = Kind("PATTERN", "a symbol or a pattern like EUR*", _read_pattern, _pattern_text)
GROUP = Kind("NAME", "a group's name like Majors", _read_group, name_text)
CHART_NUMBER = Kind("NUMBER", "which chart: 1 to 4", _read_chart_number, str)
CHART_SYMBOL = Kind("SYMBOL", "a symbol like EURUSD", _read_symbol, _chart_symbol_text)
TIMEFRAME = Kind(
    "LENGTH", "how long candles are: 10s, 1, 5, 15, 1h, 4h, d, w", _read_timeframe, timeframe_code
)
CANDLES = Kind("CANDLES", "a number of candles like 20", _bare(_count), str)
LAYOUT = Kind("LAYOUT", "a layout's name like chart", _read_layout, name_text)
COMMENT = Kind("WORDS", 'a word or "words in quotes"', _read_comment, name_text)
PART = Kind(
    "half|third|quarter|all|LOTS|PERCENT",
    "half, third, quarter, all, 25% or lots like 0.05",
    _bare(_read_part),
    _part_text,
    {
        "half": Meaning(Share.HALF, "half of the lots"),
        "third": Meaning(Share.THIRD, "a third of the lots"),
        "quarter": Meaning(Share.QUARTER, "a quarter of the lots"),
        "all": Meaning(Share.ALL, "all of the lots"),
    },
)
PERIOD = _one_of(
    "PERIOD",
    {period.value: Meaning(period, period.words) for period in HistoryPeriod},
    lambda period: period.value,
)
_INDICATORS = {kind.value: Meaning(kind, kind.title) for kind in IndicatorKind}
INDICATOR = Kind(
    "INDICATOR",
    "an indicator like ema or bollinger",
    _bare(indicator_kind),
    lambda kind: kind.value,
    _INDICATORS,
)
SHOWN_INDICATOR = Kind(
    "NAME", "an indicator as the chart names it, like BB20", _bare(indicator_shown), lambda one: one.words
)
CURRENCY = _one_of(
    "CODE", {code.lower(): Meaning(code, "an account in it") for code in ACCOUNT_CURRENCIES}, str
)
_SIGN_WORDS = {
    Comparison.ABOVE: "above",
    Comparison.BELOW: "below",
    Comparison.AT_LEAST: "at least",
    Comparison.AT_MOST: "at most",
}
_SIGNS = {sign.value: Meaning(sign, words) for sign, words in _SIGN_WORDS.items()}
ABOVE_BELOW = _one_of(">|<", {sign: _SIGNS[sign] for sign in (">", "<")}, lambda sign: sign.value)
COMPARISON = _one_of(">|<|>=|<=", _SIGNS, lambda sign: sign.value)
