"""Times as the API writes them: ISO text with or without fraction and zone, unix seconds or milliseconds."""

import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# Above it a unix time is in milliseconds: as seconds it would lie in the year 5138.
_FIRST_IN_MS = 100_000_000_000
_LAST_MS = 253_402_300_799_000  # the end of the year 9999
_UNIX_TEXT = re.compile(r"\d{9,13}(\.\d{1,9})?", re.ASCII)
_LONGEST_TIME = 40
"""Characters; a longer text is no time."""


def moment(value: object) -> datetime | None:
    """The time in UTC, aware; one without a zone is UTC. None where the value is no time since 1970."""
    if type(value) is str:
        if len(value) > _LONGEST_TIME:
            return None
        if _UNIX_TEXT.fullmatch(value):
            return _from_unix(float(value))
        try:
            return _in_utc(datetime.fromisoformat(value))
        except (ValueError, OverflowError):
            return None
    if isinstance(value, datetime):
        return _in_utc(value)
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        return None
    return _from_unix(value)


def _in_utc(time: datetime) -> datetime | None:
    try:
        time = time.replace(tzinfo=UTC) if time.tzinfo is None else time.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return time if time > _EPOCH else None


def _from_unix(number: float | Decimal) -> datetime | None:
    ms = number if number >= _FIRST_IN_MS else number * 1000
    return _EPOCH + timedelta(milliseconds=round(ms)) if 0 < ms <= _LAST_MS else None
