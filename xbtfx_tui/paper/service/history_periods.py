"""Which stretch of time GET /v1/history is asked for (xbtfx-api.md section 2). Pure; days are UTC."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta

from xbtfx_tui.domain.positions import HistoryPeriod
from xbtfx_tui.paper.service.http_replies import invalid_request

MOST_DAYS = 90

_DAYS_BACK = {
    HistoryPeriod.TODAY: 0,
    HistoryPeriod.LAST_3_DAYS: 3,
    HistoryPeriod.LAST_WEEK: 7,
    HistoryPeriod.LAST_MONTH: 30,
    HistoryPeriod.LAST_3_MONTHS: 90,
    HistoryPeriod.LAST_6_MONTHS: 180,
}


def asked_stretch(query: Mapping[str, str], now: datetime) -> tuple[datetime | None, datetime | None]:
    """Start (inclusive) and end (exclusive) of what was asked; None = open. Both days of from+to count.

    Raises ApiError (invalid_request) with a sentence for a query that makes no sense.
    """
    period, first, last = query.get("period"), query.get("from"), query.get("to")
    if period is not None:
        if first is not None or last is not None:
            raise invalid_request("Give either period or from and to, not both.")
        return _start_of(period, now), None
    if first is None or last is None:
        raise invalid_request("Give period, or both from and to as YYYY-MM-DD.")
    start, end = _day("from", first), _day("to", last)
    if end < start:
        raise invalid_request("from must not be after to.")
    if (end - start).days > MOST_DAYS:
        raise invalid_request(f"The range may be {MOST_DAYS} days at most.")
    return _midnight(start), _midnight(end) + timedelta(days=1)


def _start_of(period: str, now: datetime) -> datetime | None:
    try:
        known = HistoryPeriod(period)
    except ValueError:
        names = ", ".join(one.value for one in HistoryPeriod)
        raise invalid_request(f"period must be one of {names}.") from None
    if known is HistoryPeriod.ALL:
        return None
    return _midnight(now.astimezone(UTC).date()) - timedelta(days=_DAYS_BACK[known])


def _day(name: str, text: str) -> date:
    try:
        day = datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC).date()
    except ValueError:
        raise invalid_request(f"{name} must be a day as YYYY-MM-DD.") from None
    if day.year >= date.max.year or len(text) != len("YYYY-MM-DD"):
        raise invalid_request(f"{name} must be a day as YYYY-MM-DD.")
    return day


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)
