"""The trails that the last run kept, until they are taken up, turned off or left. Moves and says nothing."""

from collections.abc import Iterable, Mapping, Sequence

from xbtfx_tui.domain.login_state_owner import KeptElsewhere, no_trails_words
from xbtfx_tui.domain.positions import Position
from xbtfx_tui.domain.trailing_stop import KnownStop, TrailingStop

MISSED_FOR = 35.0
"""Seconds that the lists of a new run have to lack a position whose trail was kept."""
NOT_TAKEN_UP = "The trailing stops of the last run are not taken up yet; wait a moment."


class KeptOfLastRun:
    """`waiting` are those that are not taken up yet. `elsewhere` is a sentence where another terminal keeps
    the account's trails, or may: then none is taken up, begun or ended here."""

    def __init__(self) -> None:
        self.is_decided = False
        """Whether it is known which there are, or that they are another terminal's."""
        self.waiting: tuple[TrailingStop, ...] = ()
        self.elsewhere: str | None = None
        self._stops: Mapping[int, KnownStop] = {}
        self._missed: float | None = None

    def begin(self, trails: Iterable[TrailingStop], stops: Mapping[int, KnownStop]) -> None:
        """These were kept; `stops` is by ticket where their sl was known to stand."""
        self.waiting, self._stops, self.is_decided = tuple(trails), stops, True

    def leave_to(self, keeping: KeptElsewhere) -> None:
        """They are not this terminal's."""
        self.elsewhere, self.is_decided = no_trails_words(keeping), True

    @property
    def stops(self) -> Mapping[int, KnownStop]:
        """Where the stops of those that wait were known to stand."""
        return {one.ticket: self._stops[one.ticket] for one in self.waiting if one.ticket in self._stops}

    @property
    def hindrance(self) -> str | None:
        """Why none can be begun or ended for what is kept; a sentence."""
        return self.elsewhere if self.is_decided else NOT_TAKEN_UP

    def drop(self, ticket: int) -> None:
        """It is to be taken up no more."""
        self.waiting = tuple(one for one in self.waiting if one.ticket != ticket)

    def clear(self) -> None:
        self.waiting, self.is_decided = (), True

    def due(
        self, positions: Mapping[int, Position], asked: float
    ) -> tuple[Sequence[TrailingStop], Sequence[TrailingStop]]:
        """Those whose positions are in the list that was asked for at `asked` (the monotonic clock), and
        those that are left, for lists have lacked them for long; neither waits any more."""
        here = [one for one in self.waiting if one.ticket in positions and one.is_of(positions[one.ticket])]
        gone = [one for one in self.waiting if one not in here]
        self._missed = asked if self._missed is None else self._missed
        if asked < self._missed + MISSED_FOR:
            self.waiting, gone = tuple(gone), []
        else:
            self.waiting = ()
        return here, gone
