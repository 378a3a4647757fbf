"""Times as the API writes them: ISO text with or without fraction and zone, unix seconds or milliseconds."""

import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# Above it a unix time is in milliseconds: as seconds it would lie in the year 5138.
_FIRST_IN_MS = 100_000_000_000
_LAST_MS = 253_402_300_799_000  # the end of the year 9999
_UNIX_TEXT = re.compile(r"\d{9,13}(\.\d{1,9})?", re.ASCII)
LONGEST_TIME = 40
"""Characters; a longer text is no time."""


def time_ms(value: object) -> int | None:
    """Unix milliseconds, UTC; a time without a zone is UTC. None where the value is no time."""
    if type(value) is str:
        if len(value) > LONGEST_TIME:
            return None
        if _UNIX_TEXT.fullmatch(value):
            return _from_unix(float(value))
        try:
            moment = datetime.fromisoformat(value)
            if moment.tzinfo is None:
                moment = moment.replace(tzinfo=UTC)
            ms = round(moment.timestamp() * 1000)
        except (ValueError, OverflowError):
            return None
        return ms if 0 < ms <= _LAST_MS else None
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        return None
    return _from_unix(value)


def moment(value: object) -> datetime | None:
    """As `time_ms`, as an aware datetime in UTC."""
    ms = time_ms(value)
    return None if ms is None else _EPOCH + timedelta(milliseconds=ms)


def _from_unix(number: float | Decimal) -> int | None:
    ms = number if number >= _FIRST_IN_MS else number * 1000
    return round(ms) if 0 < ms <= _LAST_MS else None
