"""The exchange's own JSON: requests read exactly (numbers are Decimal from their text), answers written.

Never shared with the client's codec: a common one would hide both sides' mistakes.
"""

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import NoReturn

import msgspec

_MOST_DIGITS = 24
_MOST_EXPONENT = 15
_COMMENT_MOST = 27

_encoder = msgspec.json.Encoder()


class BodyError(ValueError):
    """A request body that can't be taken; the text is a sentence that names the field."""


def write_json(value: object) -> bytes:
    """The value as JSON: Decimals as numbers with the digits they have, datetimes as ISO text in UTC.

    Decimals are written without an exponent (`0.00000000`, not `0E-8`), as no service writes money with one.
    """
    return _encoder.encode(_plain(value))


def _plain(value: object) -> object:
    if isinstance(value, Decimal):
        return msgspec.Raw(f"{value:f}".encode())
    if isinstance(value, Mapping):
        return {name: _plain(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    return value


class Fields:
    """A request's JSON object, read field by field. Unknown fields are ignored; null counts as left out."""

    def __init__(self, body: bytes) -> None:
        try:
            value: object = json.loads(
                body or b"{}", parse_float=Decimal, parse_int=Decimal, parse_constant=_refuse_constant
            )
        except (ValueError, RecursionError) as error:
            raise BodyError("The body is not valid JSON.") from error
        if not isinstance(value, dict):
            raise BodyError("The body must be a JSON object.")
        self._values: Mapping[str, object] = value

    def text(self, name: str) -> str:
        value = self._values.get(name)
        if not isinstance(value, str) or not value:
            raise BodyError(f"{name} is required and must be text.")
        return value

    def optional_number(self, name: str) -> Decimal | None:
        """A JSON number as the exact Decimal of its text; None where it was left out."""
        value = self._values.get(name)
        if value is None:
            return None
        if not isinstance(value, Decimal):
            raise BodyError(f"{name} must be a number.")
        if len(value.as_tuple().digits) > _MOST_DIGITS or abs(value.adjusted()) > _MOST_EXPONENT:
            raise BodyError(f"{name} is out of range.")
        return value

    def number(self, name: str) -> Decimal:
        value = self.optional_number(name)
        if value is None:
            raise BodyError(f"{name} is required and must be a number.")
        return value

    def ticket(self, name: str) -> int:
        value = self.number(name)
        if value <= 0 or value != value.to_integral_value():
            raise BodyError(f"{name} must be a whole number above 0.")
        return int(value)

    def stop(self, name: str) -> Decimal | None:
        """A stop's price, 0 = none; None where it was left out."""
        value = self.optional_number(name)
        if value is not None and value < 0:
            raise BodyError(f"{name} must be a price, or 0 for none.")
        return value

    def comment(self) -> str:
        value = self._values.get("comment")
        if value is None:
            return ""
        if not isinstance(value, str) or not value.isascii() or len(value) > _COMMENT_MOST:
            raise BodyError(f"comment must be ASCII text of {_COMMENT_MOST} characters at most.")
        return value


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(name)
