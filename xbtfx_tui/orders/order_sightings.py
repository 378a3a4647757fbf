"""What has been seen of an order that is looked for, as a value: it counts and remembers, no more."""

from collections.abc import Collection
from datetime import UTC, datetime

import msgspec
from msgspec.structs import replace

from xbtfx_tui.domain.clock import Instant
from xbtfx_tui.orders.reconcile.outcome_findings import Listed

LOOKS_KEPT = 12


class Looks(msgspec.Struct, frozen=True):
    """What the tracker has seen of an order since `since`, when it came into its state.

    `reads` counts the snapshots asked for, `histories` the reads of deals. `clean` counts the snapshots that
    showed nothing of it, `snapshot` and `deals` are when the last ones looked at were asked for. `tickets`
    are what it may have led to, `near` what is known of them, a clause (None: nothing), `was_listed` is True
    once a list has shown one of them. `listed` is how long lists have shown the same of it, `shown` what that
    is, `listed_first` and `listed_at` when the first and the last list that were counted were asked for;
    `proof_asked` is when a second witness was last asked for. `is_told` is True once its acceptance is said;
    `waits_for_proof` where it is the trader's to decide since one witness alone told of it, and a second one
    would settle it. `differences` are how what is near differs from what was asked for, as clauses. `said`
    are the last looks, as sentences.
    """

    since: Instant
    reads: int = 0
    histories: int = 0
    clean: int = 0
    snapshot: Instant | None = None
    deals: Instant | None = None
    tickets: tuple[int, ...] = ()
    was_listed: bool = False
    listed: Listed = Listed()
    shown: tuple[object, ...] | None = None
    listed_first: Instant | None = None
    listed_at: Instant | None = None
    proof_asked: Instant | None = None
    near: str | None = None
    is_told: bool = False
    waits_for_proof: bool = False
    differences: tuple[str, ...] = ()
    said: tuple[str, ...] = ()

    @property
    def not_listed(self) -> Listed:
        """What is known of lists where the last one shows nothing of it, or is not counted yet."""
        return Listed(was_open=self.snapshot is not None)

    def anew(self, now: Instant) -> "Looks":
        """Looked from here: nothing that was seen before this counts, but how long lists have shown it."""
        return Looks(
            now,
            said=self.said,
            was_listed=self.was_listed,
            listed=self.listed,
            shown=self.shown,
            listed_first=self.listed_first,
            listed_at=self.listed_at,
        )

    def with_near(self, near: str | None) -> "Looks":
        """This is known now of what it may have led to."""
        return self if near == self.near else replace(self, near=near)

    def with_tickets(self, tickets: tuple[int, ...], listed: Collection[int]) -> "Looks":
        """It may have led to these now; `listed` are the positions of the last list."""
        was_listed = self.was_listed or any(ticket in listed for ticket in tickets)
        if (tickets, was_listed) == (self.tickets, self.was_listed):
            return self  # as at most looks
        return replace(self, tickets=tickets, was_listed=was_listed)

    def with_doubt(self, tickets: tuple[int, ...], differences: tuple[str, ...], *, waits: bool) -> "Looks":
        """It is the trader's to decide: whether it led to these, and how what is near differs."""
        return replace(self, tickets=tickets, differences=differences, waits_for_proof=waits)

    def with_list(self, shown: tuple[object, ...] | None, asked: Instant) -> "Looks":
        """A list that was asked for then is counted, and shows this of the order; None: nothing."""
        looks = self
        if shown != looks.shown or looks.listed_first is None:
            looks = replace(looks, shown=shown, listed_first=asked, listed=Listed())
        if shown is None or looks.listed_first is None:
            return replace(looks, listed_at=asked)
        seconds = asked.monotonic - looks.listed_first.monotonic
        listed = replace(looks.not_listed, times=looks.listed.times + 1, seconds=seconds)
        return replace(looks, listed_at=asked, listed=listed)

    def saying(self, now: Instant, what: str) -> "Looks":
        """The same with a look told to the trader, by its time (UTC)."""
        line = f"{datetime.fromtimestamp(now.wall, UTC):%H:%M:%S} {what}"
        return replace(self, said=(*self.said, line)[-LOOKS_KEPT:])
