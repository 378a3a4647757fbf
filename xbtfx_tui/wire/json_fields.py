"""One JSON document as a tree, and one object's fields as the values they must be.

Numbers with a fraction become Decimal straight from their text, so that no money passes through a float.
Readers accept a number written as text; they refuse NaN, infinity and what no broker could mean.
"""

import json
import re
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from enum import Enum
from typing import TypeVar

import msgspec

from xbtfx_tui.domain.sides import Side
from xbtfx_tui.wire.api_times import moment
from xbtfx_tui.wire.wire_errors import WireError, clip, shown

_LONGEST_NUMBER = 60
_LARGEST_EXPONENT = 18
_SMALLEST_EXPONENT = -30
_LARGEST_INTEGER = 2**63 - 1
_LONGEST_NAME = 64
_ROWS_AT_A_TIME = 8
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?", re.ASCII)
_ZERO = Decimal(0)

EnumT = TypeVar("EnumT", bound=Enum)


def _exact(text: str) -> Decimal:
    if len(text) > _LONGEST_NUMBER:
        raise WireError(f"A number with {len(text)} digits is no price and no amount.")
    return Decimal(text)


_DECODER = msgspec.json.Decoder(float_hook=_exact)
_LIST = msgspec.json.Decoder(list[msgspec.Raw] | dict[str, msgspec.Raw])


def decode(body: bytes | str | msgspec.Raw, what: str) -> object:
    """The document as dicts, lists, str, int, bool, None and Decimal. Raises WireError; `what` names it."""
    try:
        return _DECODER.decode(body)
    except WireError:
        raise
    except (msgspec.MsgspecError, UnicodeError, ArithmeticError, RecursionError) as error:
        raise WireError(f"{what} is not readable JSON ({type(error).__name__}).") from None


def decode_loosely(body: bytes | msgspec.Raw, what: str) -> object:
    """As `decode`, but a value that JSON does not allow (NaN, a number without end, half a surrogate) costs
    itself alone: it stands there as the text that it was, which no reader takes for a number or a name."""
    try:
        return decode(body, what)
    except WireError as error:
        strict = error
    try:
        found: object = json.loads(
            bytes(body), parse_float=_exact_or_text, parse_int=_exact_or_text, parse_constant=str
        )
    except (ValueError, RecursionError):
        raise strict from None
    return found


def _exact_or_text(text: str) -> Decimal | str:
    if len(text) > _LONGEST_NUMBER:
        return text
    try:
        return Decimal(text)
    except ArithmeticError:  # an exponent out of all proportion
        return text


def normal(word: str) -> str:
    """A word with its case, spaces, hyphens and underscores taken out: how enum values are compared."""
    return re.sub(r"[\s_-]+", "", word).lower()


def listed(document: object, wrapper: str, what: str) -> list[object]:
    """The values of a list answer, bare or wrapped (`{wrapper: [...]}`). Raises WireError where it is no
    list."""
    found = document.get(wrapper) if isinstance(document, dict) else document
    if not isinstance(found, list):
        raise WireError(f"{what} holds no list of {wrapper}: it is {shown(found)}.")
    return found


def rows(document: object, wrapper: str, what: str) -> "list[JsonObject]":
    """The same as rows. Raises WireError for the first that is no object, too."""
    found = listed(document, wrapper, what)
    return [JsonObject(value, f"{what}, row {number},") for number, value in enumerate(found, 1)]


def long_values(body: bytes, wrapper: str, what: str, give_way: Callable[[], None]) -> Iterator[object]:
    """The same out of a body that may hold thousands of values, read one by one: there is never more than one
    as a tree. What stands beside the list is not read. `give_way` is called between them, for a reader in a
    thread. Raises WireError on the way.
    """
    try:
        found = _LIST.decode(body)
        if isinstance(found, dict) and wrapper in found:
            found = _LIST.decode(found[wrapper])
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        found = {}
    if not isinstance(found, list):
        yield from listed(decode_loosely(body, what), wrapper, what)  # or tells what is wrong
        return
    for number, raw in enumerate(found, 1):
        yield decode_loosely(raw, what)
        if number % _ROWS_AT_A_TIME == 0:
            give_way()


class JsonObject:
    """One JSON object. Each reader takes the field's names, newest first; null counts as missing.

    Readers without "or" in their name raise WireError for a missing field; all raise it for a bad value.
    """

    __slots__ = ("_values", "_what")

    def __init__(self, value: object, what: str) -> None:
        if not isinstance(value, dict):
            raise WireError(f"{what} is not a JSON object but {shown(value)}.")
        self._values = value
        self._what = what

    def raw(self, *names: str) -> object:
        """The first of the fields that is there; None where none is."""
        for name in names:
            value: object = self._values.get(name)
            if value is not None:
                return value
        return None

    def row_or_none(self, name: str) -> "JsonObject | None":
        value = self.raw(name)
        return None if value is None else JsonObject(value, f"{self._what} {name}")

    def bad(self, names: Sequence[str], value: object, wanted: str) -> WireError:
        missing = "is missing" if value is None else f"is {shown(value)}"
        return WireError(f"{self._what} {names[0]} {missing}, not {wanted}.")

    # --- text ---

    def text_or_none(self, *names: str) -> str | None:
        value = self.raw(*names)
        if value is None:
            return None
        return clip(value) if isinstance(value, str) else clip(str(value)) if _is_scalar(value) else None

    def name(self, *names: str) -> str:
        """A name: text that is not empty, of at most 64 characters, all of them printable.

        Names go into paths, journal and messages as they are: one that steers, hides or can't be encoded
        (control, format and bidi characters, lone surrogates) is none, nor is one with a key in it.
        """
        value = self.raw(*names)
        if (
            not isinstance(value, str)
            or not 0 < len(value) <= _LONGEST_NAME
            or not value.isprintable()
            or clip(value) != value
        ):
            raise self.bad(names, value, "a name")
        return value

    # --- numbers ---

    def decimal(self, *names: str) -> Decimal:
        value = self.raw(*names)
        number = as_decimal(value)
        if number is None:
            raise self.bad(names, value, "a number")
        return number

    def decimal_or_none(self, *names: str) -> Decimal | None:
        return None if self.raw(*names) is None else self.decimal(*names)

    def decimal_or_zero(self, *names: str) -> Decimal:
        return _ZERO if self.raw(*names) is None else self.decimal(*names)

    def positive(self, *names: str) -> Decimal:
        """A number above 0: a volume, a point."""
        number = self.decimal(*names)
        if number <= 0:
            raise self.bad(names, self.raw(*names), "a number above 0")
        return number

    def positive_or_none(self, *names: str) -> Decimal | None:
        """As `positive`; 0 means that there is none."""
        if self.raw(*names) is None or not self.decimal(*names):
            return None
        return self.positive(*names)

    def look_or_none(self, *names: str) -> float | None:
        """A price to look at, as a float; None where it is missing, 0 or no number."""
        number = as_decimal(self.raw(*names))
        return float(number) if number else None

    def price(self, *names: str) -> Decimal:
        """A price, which may be negative and is never 0: that is the API's way to say that there is none."""
        number = self.decimal(*names)
        if not number:
            raise self.bad(names, self.raw(*names), "a price")
        return number

    def nonzero_or_none(self, *names: str) -> Decimal | None:
        """A price, which may be negative; 0 means that there is none (the API's way for sl, tp and unknown
        prices)."""
        return self.decimal_or_none(*names) or None

    def integer(self, *names: str) -> int:
        value = self.raw(*names)
        number = as_decimal(value)
        if number is None or number != number.to_integral_value() or abs(number) > _LARGEST_INTEGER:
            raise self.bad(names, value, "a whole number")
        return int(number)

    def integer_or_none(self, *names: str) -> int | None:
        return None if self.raw(*names) is None else self.integer(*names)

    def ticket(self, *names: str) -> int:
        number = self.integer(*names)
        if number <= 0:
            raise self.bad(names, number, "a number above 0")
        return number

    def ticket_or_none(self, *names: str) -> int | None:
        """As `ticket`; 0 means that there is none."""
        return self.ticket(*names) if self.integer_or_none(*names) else None

    # --- the rest ---

    def side(self, *names: str) -> Side:
        side = self.side_or_none(*names)
        if side is None:
            raise self.bad(names, self.raw(*names), "buy or sell")
        return side

    def side_or_none(self, *names: str) -> Side | None:
        return self.enum_or_none(Side, *names)

    def enum_or_none(self, kind: type[EnumT], *names: str) -> EnumT | None:
        """The member of that value, in any case; None where it is missing or a word not known."""
        value = self.raw(*names)
        if not isinstance(value, str):
            return None
        try:
            return kind(value.strip().lower())
        except ValueError:
            return None

    def moment_or_none(self, *names: str) -> datetime | None:
        """An aware time in UTC; None where it is missing or can't be read."""
        return moment(self.raw(*names))


def as_decimal(value: object) -> Decimal | None:
    """The exact number, also from text; None for anything else and for what is out of all proportion."""
    if isinstance(value, Decimal):
        number = value
    elif isinstance(value, int) and not isinstance(value, bool):
        if abs(value) > _LARGEST_INTEGER:
            return None
        number = Decimal(value)
    elif isinstance(value, str) and len(value) <= _LONGEST_NUMBER and _NUMBER.fullmatch(value.strip()):
        number = Decimal(value.strip())
    else:
        return None
    if not number:
        return _ZERO
    return number if _SMALLEST_EXPONENT < number.adjusted() < _LARGEST_EXPONENT + 1 else None


def _is_scalar(value: object) -> bool:
    return isinstance(value, int | Decimal)
