"""What a quote is good for: whether it is of now by its own time, and whether to believe its price. Pure.

The one place where this is decided, for whatever fires (alerts, rules, trailing stops), sizes (tickets,
batches) and draws (charts, candles). It sees single quotes and keeps nothing.

A quote's own time, against the symbol's last and against the server's measured clock:
in milliseconds, it has to be later than the last one's, or it is a repeated or overtaken one;
on a whole second, which may be all that the server tells, it may be of any moment in it: two in the same
second both count;
no time, one that lies ahead of the server's clock, or no clock measured: it counts as of when it came.

A price that jumps away from the last one waits for a second that agrees, or for 2 s without a return: from
0.5 % for what fires. From 5 % and 20 spreads it sizes and draws nothing either, and waits for 10 s: a symbol
that ticks every few seconds has no second one sooner.
"""

from datetime import datetime, timedelta
from enum import Enum
from typing import TypeAlias

import msgspec

from xbtfx_tui.domain.clock import Instant
from xbtfx_tui.domain.quotes import Quote
from xbtfx_tui.domain.server_time import AGREES, ServerTime

OLD_AFTER = 5.0
"""Seconds by its own time from which a quote is of another moment than now."""

FIRES_BELOW = 0.005
DRAWS_BELOW, DRAWS_SPREADS = 0.05, 20
STANDS_AFTER, WILD_STANDS_AFTER = 2.0, 10.0
"""Seconds without a return after which a jump is the price; the second for one that draws nothing."""

_SAME_SECOND = timedelta(seconds=1)


class Timing(Enum):
    """What a quote's own time makes of it."""

    OF_NOW = "of now"
    OLD = "old"  # to be shown with its age, and for nothing else
    NOT_LATER = "not later"  # to be left alone: what is known is as new


def timing(time: datetime | None, last: datetime | None, received: Instant, server: ServerTime) -> Timing:
    """What this time says of a quote that came at `received`; `last` is the last one taken of its symbol."""
    if time is None:
        return Timing.OF_NOW
    age = server.age_of(time, received)
    if age is None and server.offset is not None:
        return Timing.OF_NOW
    if last is not None and not _is_later(time, last) and not is_ahead(last, received, server):
        return Timing.NOT_LATER
    return Timing.OLD if age is not None and age > OLD_AFTER else Timing.OF_NOW


def _is_later(time: datetime, last: datetime) -> bool:
    """A time on a whole second stands for all of it."""
    if time > last:
        return True
    return not time.microsecond and last - time < _SAME_SECOND


def is_ahead(time: datetime, now: Instant, server: ServerTime) -> bool:
    """Whether a time has not come yet by the server's clock (which was set back): it orders nothing."""
    at = server.at(now)
    return at is not None and time.timestamp() > at + AGREES


class Reach(Enum):
    """How far a price is from another."""

    NEAR = 0
    FIRES_NOTHING = 1
    DRAWS_NOTHING = 2  # and sizes and fires nothing


class Jump(msgspec.Struct, frozen=True):
    """The price left that of `left` at `since` (monotonic clock, seconds), and nothing bears it out yet."""

    left: Quote
    since: float
    reach: Reach

    def stands(self, now: float) -> bool:
        """Whether by `now` it has gone on for so long without a return that it is the price."""
        after = WILD_STANDS_AFTER if self.reach is Reach.DRAWS_NOTHING else STANDS_AFTER
        return not now - self.since < after


class JumpReturned(msgspec.Struct, frozen=True):
    """The price is back where `jump` had left it: what came between was no price."""

    jump: Jump


class BorneOut(msgspec.Struct, frozen=True):
    """The quote before stands, and so does this one, unless a new `jump` has begun with it."""

    jump: Jump | None = None


Believed: TypeAlias = Jump | JumpReturned | BorneOut


def reach(one: Quote, other: Quote) -> Reach:
    """How far `other` lies from `one`, by the side that went farther."""
    far = max(_share(one.bid, other.bid), _share(one.ask, other.ask))
    if far < FIRES_BELOW:
        return Reach.NEAR
    way = max(abs(other.bid - one.bid), abs(other.ask - one.ask))
    if far >= DRAWS_BELOW and not way < DRAWS_SPREADS * (one.ask - one.bid):
        return Reach.DRAWS_NOTHING
    return Reach.FIRES_NOTHING


def _share(one: float, other: float) -> float:
    if one == other:
        return 0.0
    return abs(other - one) / abs(one) if one else float("inf")


def believed(quote: Quote, last: Quote, jump: Jump | None, now: float) -> Believed:
    """What a quote that is of now makes of the symbol's price. `last` is the one before it, `jump` what was
    not borne out by then; `now` on the monotonic clock, in seconds."""
    if jump is None or jump.stands(now):
        far = reach(last, quote)
        return BorneOut(None if far is Reach.NEAR else Jump(last, now, far))
    if (far := reach(jump.left, quote)) is Reach.NEAR:
        return JumpReturned(jump)
    if reach(last, quote) is Reach.NEAR:
        return BorneOut()
    return Jump(jump.left, jump.since, far)
