"""Candles of the bid in whole numbers, and the two ways to bring some together: one rule each. Pure.

`merged` is of one stretch of time as several witnesses tell it (two terminals, a recorder, a run before a
restart); `joined` is of stretches side by side that make a longer one. No candle is ever made up here: what
nobody saw is a Gap, and what was watched without a tick is a candle without a price.
"""

import math
from collections.abc import Sequence
from decimal import Decimal
from enum import Enum

import msgspec
from msgspec.structs import replace

MOST_DIGITS = 8
"""Digits after the point that a price may have; MetaTrader's own most."""

MOST_PRICE = 9e10
"""With all digits that there may be it is still a whole number of 64 bits."""

_MOST_POINTS = 2.0**52
"""Up to here floats are as fine as the whole numbers are, so that a price's digits can be told."""


class Timeframe(Enum):
    """How long a candle of a chart is; the value is its seconds, on a day without a change of clocks."""

    TEN_SECONDS = 10
    MINUTE = 60
    FIVE_MINUTES = 300
    QUARTER = 900
    HOUR = 3_600
    FOUR_HOURS = 14_400
    DAY = 86_400
    WEEK = 604_800


class Candle(msgspec.Struct, frozen=True, gc=False):
    """What the bid did from `start` (unix seconds, UTC) for `span` seconds. Prices are whole numbers of
    10^-`scale`.

    `since` and `until` are the first and the last second of it that somebody watched, counted from `start`;
    both are 0 where nobody did: an import, or a made past. `covered` is how many of its seconds are known,
    which in a long candle may be fewer than from `since` to `until`. Watched and without a tick it is quiet:
    its prices mean nothing and are 0.
    """

    start: int
    span: int
    scale: int
    open: int
    high: int
    low: int
    close: int
    ticks: int
    since: int
    until: int
    covered: int

    @property
    def is_watched(self) -> bool:
        """Whether somebody saw it form, in part at least."""
        return self.until > self.since

    @property
    def is_quiet(self) -> bool:
        """Whether it was watched and no tick came, so that it has no price."""
        return self.ticks == 0 and self.until > self.since

    @property
    def end(self) -> int:
        """The moment after it (unix seconds, UTC)."""
        return self.start + self.span

    def price(self, points: int) -> Decimal:
        """One of its prices, exact: `candle.price(candle.high)`."""
        return Decimal(points).scaleb(-self.scale)


class Gap(msgspec.Struct, frozen=True, gc=False):
    """From `start` until `end` (unix seconds, UTC) nobody watched, though the market was open or may have
    been."""

    start: int
    end: int


def quiet(start: int, span: int, scale: int, since: int, until: int) -> Candle:
    """A stretch that was watched and in which no tick came."""
    return Candle(start, span, scale, 0, 0, 0, 0, 0, since, until, until - since)


def rescaled(candle: Candle, scale: int) -> Candle:
    """The same prices with more digits. Raises ValueError for fewer: they would not be the same."""
    if scale == candle.scale:
        return candle
    if scale < candle.scale:
        raise ValueError(f"prices of {candle.scale} digits can't be written with {scale}")
    factor = 10 ** (scale - candle.scale)
    return replace(
        candle,
        scale=scale,
        open=candle.open * factor,
        high=candle.high * factor,
        low=candle.low * factor,
        close=candle.close * factor,
    )


def merged(one: Candle, other: Candle) -> Candle:
    """What two witnesses of one stretch know together: highest high, lowest low, most ticks, the open of who
    watched from earlier and the close of who watched for longer; where both did, the lower open and the
    higher close.

    Commutative and idempotent, so that it does not matter who writes first or twice. Raises ValueError for
    candles of two stretches.
    """
    if (one.start, one.span) != (other.start, other.span):
        raise ValueError(f"candles of {one.start} and {other.start} are of two stretches of time")
    scale = max(one.scale, other.scale)
    one, other = rescaled(one, scale), rescaled(other, scale)
    since, until = _merged_edges(one, other)
    covered = _merged_cover(one, other, since, until)
    told = [candle for candle in (one, other) if not candle.is_quiet]
    if not told:
        return quiet(one.start, one.span, scale, since, until)
    return Candle(
        start=one.start,
        span=one.span,
        scale=scale,
        open=min((_edges(candle)[0], candle.open) for candle in told)[1],
        high=max(candle.high for candle in told),
        low=min(candle.low for candle in told),
        close=max((_edges(candle)[1], candle.close) for candle in told)[1],
        ticks=max(one.ticks, other.ticks),
        since=since,
        until=until,
        covered=covered,
    )


def joined(parts: Sequence[Candle], start: int, span: int) -> Candle:
    """The candle of `span` seconds from `start` on that its parts come to. `parts` are one or more, in order
    of time, none over another; what lies between them was not seen."""
    scale = parts[0].scale
    if any(part.scale != scale for part in parts):
        scale = max(part.scale for part in parts)
        parts = [rescaled(part, scale) for part in parts]
    since = until = 0
    if any(part.until for part in parts):
        since = parts[0].start - start + _edges(parts[0])[0]
        until = parts[-1].start - start + _edges(parts[-1])[1]
    covered = sum([part.covered for part in parts])
    told = [part for part in parts if part.ticks or not part.is_quiet]
    if not told:
        return replace(quiet(start, span, scale, since, until), covered=covered)
    return Candle(
        start=start,
        span=span,
        scale=scale,
        open=told[0].open,
        high=max([part.high for part in told]),
        low=min([part.low for part in told]),
        close=told[-1].close,
        ticks=sum([part.ticks for part in told]),
        since=since,
        until=until,
        covered=covered,
    )


def _edges(candle: Candle) -> tuple[int, int]:
    """From when to when it is known; a whole one by a file's word."""
    return (candle.since, candle.until) if candle.is_watched else (0, candle.span)


def _merged_edges(one: Candle, other: Candle) -> tuple[int, int]:
    if not (one.is_watched and other.is_watched):
        return 0, 0
    return min(one.since, other.since), max(one.until, other.until)


def _merged_cover(one: Candle, other: Candle, since: int, until: int) -> int:
    """Of a minute all from first to last: a hole inside it is not told. Of a longer one no more than both
    surely come to."""
    if not (one.is_watched and other.is_watched):
        return one.span
    if one.span <= Timeframe.MINUTE.value:
        return until - since
    shared = max(0, min(one.until, other.until) - max(one.since, other.since))
    return max(one.covered, other.covered, one.covered + other.covered - shared)


# --- prices as whole numbers ---


def points_of(price: float, scale: int) -> int:
    """The whole number of 10^-`scale` that is nearest to the price."""
    return round(price * 10.0**scale)


def digits_needed(price: float, least: int) -> int | None:
    """How many digits after the point the price was written with, `least` at least; None for what is no
    price (0 and less, not finite, too large).

    A float is the one nearest to what was written: of the digits that suffice, the fewest give the same float
    again, or the one beside it where it was worked out (1.0812300000000001). What no number of digits
    explains keeps as many as there may be.
    """
    if not 0.0 < price < min(MOST_PRICE, _MOST_POINTS / 10.0**least):
        return None
    digits = least
    near = math.ulp(price)
    while abs(points_of(price, digits) / 10.0**digits - price) > near:
        if digits == MOST_DIGITS or price * 10.0 ** (digits + 1) >= _MOST_POINTS:
            break
        digits += 1
    return digits
