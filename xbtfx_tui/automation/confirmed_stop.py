"""Where the sl of a position stands, of all that is known: orders of ours that were done, and lists. Pure.

A list may be old (a minute was seen), so one with a looser sl does not show that it was moved: an order of
ours explains it as long as the list may be from before it. Only a read that is later than that, and another
one after it, show another hand. One with a nearer sl counts at once, for a stop must never be loosened.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from enum import Enum

import msgspec

from xbtfx_tui.domain.sides import Side
from xbtfx_tui.domain.trailing_stop import KnownStop, better_stop

LIST_LAG = 60.0
"""Seconds that a list of positions may be behind."""
SURE_AFTER = 10.0
"""Seconds between two lists that show the same looser sl, at the least."""
TOLD_FOR = 86_400.0
"""Seconds for which a kept stop counts: of later ones it is not known what orders have done to them since."""


class ListedStop(Enum):
    """What a list says of the sl."""

    AS_KNOWN = "as known"
    DOUBTED = "doubted"  # looser than what is known, and not believed yet
    CAME_LATE = "came late"  # looser: an order of ours that was taken for not done explains it
    ANOTHER_HAND = "another hand"  # looser, and nothing of ours explains it


class StandingStop(msgspec.Struct):
    """`sl` is the stop that is never to be loosened; None: none is known to stand.

    Times are readings of the monotonic clock in seconds. `is_known` is False until something told of it.
    `earlier` is what stood before the last order of ours, which was done at `set_at`. `looser` is what a
    list that was asked for at `looser_since` showed. `not_done` are stops that orders of ours asked for and
    that came to nothing, as far as is known: none of them stood before, so that a list can't be too old to
    show one.
    """

    sl: Decimal | None = None
    is_known: bool = False
    set_at: float = float("-inf")
    earlier: Decimal | None = None
    looser: Decimal | None = None
    looser_since: float | None = None
    not_done: set[Decimal] = msgspec.field(default_factory=set)

    def set(self, sl: Decimal | None, now: float) -> None:
        """An order of ours put it there (None: took it away), as is known since `now`."""
        if self.is_known and now - self.set_at > LIST_LAG:
            self.earlier = self.sl
        self.sl, self.is_known, self.set_at, self.looser_since = sl, True, now, None
        if sl is not None:
            self.not_done.discard(sl)

    def shown(self, side: Side, sl: Decimal | None, asked: float) -> ListedStop:
        """Take what a list, asked for at `asked`, has for the sl of a position of this side."""
        if not self.is_known:
            self.sl, self.is_known = sl, True
        if sl == self.sl:
            self.looser_since = None
            return ListedStop.AS_KNOWN
        may_be_old = asked <= self.set_at + LIST_LAG
        if better_stop(side, sl, self.sl) == sl:
            if may_be_old and sl == self.earlier:
                return ListedStop.DOUBTED
            self.sl, self.looser_since = sl, None
            return ListedStop.AS_KNOWN
        if sl is not None and sl in self.not_done:
            self.set(sl, asked)
            return ListedStop.CAME_LATE
        if may_be_old:
            return ListedStop.DOUBTED
        if self.looser_since is None or sl != self.looser:
            self.looser, self.looser_since = sl, asked
            return ListedStop.DOUBTED
        if asked < self.looser_since + SURE_AFTER:
            return ListedStop.DOUBTED
        self.sl, self.looser_since = sl, None
        return ListedStop.ANOTHER_HAND


def of_earlier_runs(
    done: Sequence[KnownStop], kept: KnownStop | None, wall: float, now: float
) -> StandingStop:
    """Where the stop of a position stands as a run begins, which is `now` on the monotonic clock and `wall`
    in unix time.

    `done` is where orders of earlier runs have put it, in their order. `kept` is where it was last known to
    stand; what orders have told of it themselves counts with the times that they were done at.
    """
    standing = StandingStop()
    told = list(done)
    if kept is not None and wall - kept.known_at <= TOLD_FOR and all(one.sl != kept.sl for one in done):
        told.insert(sum(one.known_at <= kept.known_at for one in done), kept)
    for one in told:
        standing.set(one.sl, one.known_at)
    if told and wall - told[-1].known_at > LIST_LAG:
        standing.earlier = None  # no list is from before the last one: whoever shows it again has set it
    # No clock of the earlier run counts: the first lists may be from before all of it.
    standing.set_at = now
    return standing


class StandingStops:
    """By ticket where stops stand that no trail at work holds: known of earlier runs, or of a trail that was
    turned off."""

    def __init__(self) -> None:
        self._stops: dict[int, StandingStop] = {}

    def begin(
        self,
        done: Mapping[int, Sequence[KnownStop]],
        kept: Mapping[int, KnownStop],
        wall: float,
        now: float,
    ) -> None:
        """Take what is known of earlier runs; see `of_earlier_runs`."""
        self._stops |= {
            ticket: of_earlier_runs(done.get(ticket, ()), kept.get(ticket), wall, now)
            for ticket in done.keys() | kept.keys()
        }

    def leave(self, ticket: int, standing: StandingStop) -> None:
        """The trail of this position is turned off; its stop stands where it stood."""
        self._stops[ticket] = standing

    def take(self, ticket: int) -> StandingStop:
        """What is known of this position's, for the trail that works from now on."""
        return self._stops.pop(ticket, None) or StandingStop()
