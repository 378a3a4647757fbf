"""What a single setting may be: readers from a raw value to a typed one, and the words for what is wrong.

Readers raise `WrongValueError` with a clause that says what is right; the caller knows which setting it was
and where it came from, and makes the sentence. No reader knows a file or the environment.
"""

import json
import re
from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Generic, TypeVar

import msgspec

from xbtfx_tui.domain.api_key import ApiKey, redact
from xbtfx_tui.domain.chart_glyphs import ChartGlyphs
from xbtfx_tui.domain.currencies import ACCOUNT_CURRENCIES
from xbtfx_tui.domain.day_clock import DayClock
from xbtfx_tui.domain.day_clock import day_clock as clock_of_days
from xbtfx_tui.domain.event_sounds import SoundWay
from xbtfx_tui.domain.proposals import LetIn
from xbtfx_tui.domain.time_zones import TimesIn, ZoneChoice

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)

NO_CAP = "none"
_LONGEST_SHOWN = 60
_MOST_TOLD = 20
_NUMBER = re.compile(r"[0-9]{0,9}(\.[0-9]{0,8})?")
_SMALLEST, _LARGEST = Decimal("0.00000001"), Decimal(999_999_999)
_SYMBOL = re.compile(r"[!-~]{1,32}")
_KEY_BODY = re.compile(r"xbtfx_live_(.*)", re.DOTALL)
_KEPT = re.compile(r"([0-9]{1,5})([hd])")
_UNITS = {"h": 3_600, "d": 86_400}
_USER_IN_URL = re.compile(r"//[^/]*@")


class SettingsError(Exception):
    """Settings can't be used: sentences that name each, its source and what is right. Never a key."""

    def __str__(self) -> str:
        if len(self.args) == 1:
            return str(self.args[0])
        told = [str(sentence) for sentence in self.args[:_MOST_TOLD]]
        left = len(self.args) - len(told)
        rest = [f"and {left} more."] if left else []
        return "\n  ".join((f"{len(self.args)} settings can't be used:", *told, *rest))


class WrongValueError(ValueError):
    """A value is not what its setting takes; the text is the clause that says what is."""


class Sourced(msgspec.Struct, Generic[T_co], frozen=True):
    """A value with the words for where it was set: `--fps`, `XBTFX_BASE_URL`, `config.toml, line 3: fps`."""

    value: T_co
    origin: str


ValueReader = Callable[[object], T]


def read(raw: object, origin: str, reader: ValueReader[T]) -> Sourced[T]:
    """The raw value as its setting takes it. Raises SettingsError: the origin, the value, what is right."""
    try:
        return Sourced(reader(raw), origin)
    except WrongValueError as wrong:
        shown = "" if reader is api_key else f" is {in_words(raw)}"
        joint = " " if reader is api_key else "; "
        raise SettingsError(f"{origin}{shown}{joint}{wrong}.") from None


def in_words(raw: object) -> str:
    """A raw value for an error sentence: short, on one line, without any secret it may hold."""
    if isinstance(raw, str):
        clean = _USER_IN_URL.sub("//...@", redact(raw))
        text = json.dumps(clean, ensure_ascii=True)
        return text if len(text) <= _LONGEST_SHOWN else text[: _LONGEST_SHOWN - 4] + '..."'
    if isinstance(raw, bool):
        return "true" if raw else "false"
    if isinstance(raw, list):
        return "a list"
    if isinstance(raw, dict):
        return "a section"
    try:
        return str(raw)[:_LONGEST_SHOWN]
    except ValueError:  # an integer of more digits than Python will print
        return "a huge number"


def whole_number(low: int, high: int) -> ValueReader[int]:
    """A reader for a whole number from `low` to `high`, both included."""

    def reader(raw: object) -> int:
        if not isinstance(raw, int) or isinstance(raw, bool) or not low <= raw <= high:
            raise WrongValueError(f"it takes a whole number from {low} to {high}")
        return raw

    return reader


def positive_decimal(example: str) -> ValueReader[Decimal]:
    """A reader for an exact number above 0, written as a number or as text; `example` is one in words."""

    def reader(raw: object) -> Decimal:
        wrong = WrongValueError(f"it takes a number above 0, like {example}")
        if isinstance(raw, bool) or not isinstance(raw, int | Decimal | str):
            raise wrong
        if isinstance(raw, str) and not (raw and _NUMBER.fullmatch(raw)):
            raise wrong
        try:
            number = Decimal(raw)
        except InvalidOperation:
            raise wrong from None
        if not number.is_finite() or not _SMALLEST <= number <= _LARGEST:
            raise wrong
        plain = f"{number:f}"
        if not _NUMBER.fullmatch(plain):
            raise wrong
        return Decimal(plain)

    return reader


def cap(reader: ValueReader[T]) -> "ValueReader[T | None]":
    """A reader for a cap: what `reader` takes, or "none" for no cap at all."""

    def read_cap(raw: object) -> T | None:
        if raw == NO_CAP:
            return None
        try:
            return reader(raw)
        except WrongValueError as wrong:
            raise WrongValueError(f'{wrong}, or "{NO_CAP}" for no limit') from None

    return read_cap


def flag(raw: object) -> bool:
    """true or false."""
    if not isinstance(raw, bool):
        raise WrongValueError("it takes true or false")
    return raw


def name(raw: object) -> str:
    """A short word without spaces."""
    if not isinstance(raw, str) or not _SYMBOL.fullmatch(raw):
        raise WrongValueError("it takes a name without spaces")
    return raw


def account_currency(raw: object) -> str:
    """One of the currencies that an account may be in, in any case."""
    code = raw.strip().upper() if isinstance(raw, str) else None
    if code not in ACCOUNT_CURRENCIES:
        raise WrongValueError(f"it takes {', '.join(ACCOUNT_CURRENCIES[:-1])} or {ACCOUNT_CURRENCIES[-1]}")
    return code


def time_zone(raw: object) -> ZoneChoice:
    """`utc`, `local`, `broker`, or a zone of this machine's time zone database by its name."""
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError  # here: few name a zone

    wanted = WrongValueError('it takes "utc", "local", "broker", or a time zone like "Europe/Athens"')
    if not isinstance(raw, str):
        raise wanted
    if raw.lower() in {choice.value for choice in TimesIn}:
        return TimesIn(raw.lower())
    try:
        return ZoneInfo(raw)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise wanted from None


def day_clock(raw: object) -> DayClock:
    """`utc`, `ny17`, a zone like `Europe/Athens` or a shift like `+02:00`, of whole hours."""
    if not isinstance(raw, str):
        raise WrongValueError('it takes "utc", "ny17", a zone like "Europe/Athens", or "+02:00"')
    try:
        return clock_of_days(raw)
    except ValueError as error:
        raise WrongValueError(str(error).removesuffix("?")) from None


def kept_for(least_hours: int) -> ValueReader[int]:
    """A reader for how long something is kept, in hours or days: `"12h"`, `"3d"`; seconds, no less than so
    many hours."""
    least = f"{least_hours // 24}d" if least_hours % 24 == 0 else f"{least_hours}h"

    def reader(raw: object) -> int:
        found = _KEPT.fullmatch(raw) if isinstance(raw, str) else None
        seconds = int(found[1]) * _UNITS[found[2]] if found else 0
        if seconds < least_hours * 3600:
            raise WrongValueError(f'it takes days or hours, like "3d" or "12h", "{least}" at least')
        return seconds

    return reader


def glyphs(raw: object) -> ChartGlyphs:
    """`full`, or `plain` for a font that has few."""
    if raw not in [one.value for one in ChartGlyphs]:
        raise WrongValueError('it takes "full" or "plain"')
    return ChartGlyphs(raw)


def telling(raw: object) -> SoundWay:
    """How something is told: `both`, `bell`, `text`, `off`."""
    if not isinstance(raw, str) or raw not in {way.value for way in SoundWay}:
        raise WrongValueError('it takes "both", "bell", "text" or "off"')
    return SoundWay(raw)


def let_in(raw: object) -> LetIn:
    """Which terminals scripts are let into: `paper`, `all`, `none`."""
    if not isinstance(raw, str) or raw not in {one.value for one in LetIn}:
        raise WrongValueError('it takes "paper", "all" or "none"')
    return LetIn(raw)


def text(raw: object) -> str:
    """Text that is not empty."""
    if not isinstance(raw, str) or not raw.strip():
        raise WrongValueError("it takes text in quotes")
    return raw


def symbols(raw: object) -> tuple[str, ...]:
    """Symbols in the order given, each once. Whether the account has them is known only when it is read."""
    if not isinstance(raw, list) or not all(isinstance(s, str) and _SYMBOL.fullmatch(s) for s in raw):
        raise WrongValueError('it takes a list of symbols, like ["EURUSD", "XAUUSD"]')
    return tuple(dict.fromkeys(raw))


def points_by_symbol(raw: object) -> Mapping[str, Decimal]:
    """Points by symbol: `{ EURUSD = 20, XAUUSD = 60 }`."""
    wrong = WrongValueError("it takes points by symbol, like { EURUSD = 20, XAUUSD = 60 }")
    if not isinstance(raw, dict) or not all(isinstance(s, str) and _SYMBOL.fullmatch(s) for s in raw):
        raise wrong
    points = positive_decimal("20")
    try:
        return {symbol: points(number) for symbol, number in raw.items()}
    except WrongValueError:
        raise wrong from None


def keys(raw: object) -> tuple[str, ...]:
    """One key or several: `"b"`, `"ctrl+l"`, `["j", "down"]`."""
    given = [raw] if isinstance(raw, str) else raw
    if not isinstance(given, list) or not given:
        raise WrongValueError('it takes a key like "ctrl+l", or a list of keys')
    if not all(isinstance(k, str) and _SYMBOL.fullmatch(k) for k in given):
        raise WrongValueError('it takes a key like "ctrl+l", or a list of keys')
    return tuple(dict.fromkeys(given))


def api_key(raw: object) -> ApiKey:
    """An API key by its form. The clause of a wrong one shows its prefix at most."""
    wanted = "a key is xbtfx_live_ and 32 hex digits"
    if not isinstance(raw, str):
        raise WrongValueError(f"is not text; {wanted}")
    key = ApiKey(raw.strip())
    if key.looks_right:
        return key
    body = _KEY_BODY.fullmatch(key.reveal())
    if body is None:
        raise WrongValueError(
            f"does not look like an API key: {wanted}, and this does not begin with xbtfx_live_"
        )
    digits = body[1]
    if len(digits) != 32:
        raise WrongValueError(
            f"does not look like an API key: {wanted}, and this has {len(digits)} after xbtfx_live_"
        )
    raise WrongValueError(
        f"does not look like an API key: {wanted}, and in {key.prefix} there is a character"
        " that is not one of 0-9 and a-f"
    )
