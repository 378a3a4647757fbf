"""What the change of a day counts from: yesterday's last bid, where it is known, else the first one of today.

A day begins at the day clock's midnight (domain.day_clock). Pure.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import TypeAlias

import msgspec

from xbtfx_tui.domain.candles import Candle
from xbtfx_tui.domain.symbol_spec import SessionSpan
from xbtfx_tui.domain.trading_sessions import is_open

KNOWN_TO_WITHIN = 600
"""Seconds before midnight, or before the market's end, to which a day has to be known for its last bid to be
taken for its close."""

_MINUTES_A_DAY = 1440
_DAYS_BACK = 8


class PreviousClose(msgspec.Struct, frozen=True, gc=False):
    """The last bid before midnight."""

    price: float


class FirstBid(msgspec.Struct, frozen=True, gc=False):
    """The first bid of today that is known; how yesterday ended is not."""

    price: float


DayReference: TypeAlias = PreviousClose | FirstBid

ABOUT = "~"
"""Before a change that counts from a FirstBid."""


def change_percent(bid: float, reference: DayReference) -> float:
    """How far the bid is from it, in percent; 0.0 where that was 0."""
    return (bid / reference.price - 1) * 100 if reference.price else 0.0


def previous_close(
    candles: Sequence[Candle], midnight: int, sessions: Sequence[SessionSpan] | None
) -> PreviousClose | None:
    """The close of the last candle with a price that begins before `midnight` (unix seconds, UTC), where the
    symbol was watched until shortly before then or before its market's end; else None.

    `candles` are in order of time; `sessions` those in which the symbol is quoted, None where nothing tells.
    """
    last = next((one for one in reversed(candles) if one.start < midnight and not one.is_quiet), None)
    if last is None:
        return None
    known_until = last.start + (last.until if last.is_watched else last.span)
    if known_until < min(midnight, market_end(sessions, midnight)) - KNOWN_TO_WITHIN:
        return None
    return PreviousClose(float(last.price(last.close)))


def market_end(sessions: Sequence[SessionSpan] | None, midnight: int) -> int:
    """When the market was open last up to this moment (unix seconds, UTC): that moment itself, where it is
    open then or nothing tells."""
    at = datetime.fromtimestamp(midnight, UTC)
    if not sessions or is_open(tuple(sessions), at - timedelta(minutes=1)):
        return midnight
    day = at.replace(hour=0, minute=0, second=0, microsecond=0)
    ends = (
        day - timedelta(days=back) + timedelta(minutes=min(span.close_minute, _MINUTES_A_DAY))
        for back in range(_DAYS_BACK)
        for span in sessions
        if span.day == (day - timedelta(days=back)).weekday()
    )
    return int(max((end for end in ends if end <= at), default=at).timestamp())


def first_bid(candles: Sequence[Candle], midnight: int) -> FirstBid | None:
    """The open of the first candle with a price that begins at `midnight` or later; `candles` are in order of
    time."""
    first = next((one for one in candles if one.start >= midnight and not one.is_quiet), None)
    return None if first is None else FirstBid(float(first.price(first.open)))
