"""What was told of one ticket, position or pending order, and how long that counts. Does no I/O.

What is made of it, with the lists and the other tickets beside it, is store.snapshot_merge'.
"""

from typing import Any

import msgspec

from xbtfx_tui.domain.clock import Instant
from xbtfx_tui.domain.proof_sources import Witness, is_proven
from xbtfx_tui.domain.store_events import SnapshotMark

TOMBSTONE_SECONDS = 30.0
DEAL_TOMBSTONE_SECONDS = 90.0
"""The same where the history has the deal of its end, or stream and answer tell it: lists are known to lag by
a minute."""
SETTLING_SECONDS = 3.0
ABSENT_LOOKS = 3
ABSENT_SECONDS = 30.0


class TicketTrack(msgspec.Struct):
    """What was told of one ticket: each word with its number. `ended` is the number at which its end was
    proven; `lacked_since` is when the first of the lists was asked for that lack it, `absent_looks` and
    `absent_since` count those that go to prove its end. `was_lacked_before_close`: lists lacked it already
    when a close was sent that is answered as done. `is_replaced`: where a symbol has one item, another was
    told as opened since."""

    touched: Instant
    opened: int = 0
    opened_at: Instant | None = None
    closed: int = 0
    closed_at: Instant | None = None
    ended: int = 0
    ended_at: Instant | None = None
    gone_by: dict[Witness, Instant] = msgspec.field(default_factory=dict)
    lacked_since: Instant | None = None
    was_lacked_before_close: bool = False
    absent_looks: int = 0
    absent_since: Instant | None = None
    history_answered: bool = False
    is_replaced: bool = False
    fields: dict[str, tuple[int, Any]] = msgspec.field(default_factory=dict)

    def keeps_away(self, mark: SnapshotMark) -> bool:
        """Whether a ticket whose end is proven stays away from a snapshot that lists it."""
        if not self.ended or self.ended_at is None:
            return False
        if self.ended > mark.sequence:
            return True
        if self.opened > self.ended:
            return self.opened > mark.sequence
        beside_lists = self.gone_by.keys() - {Witness.LIST}
        is_known = self.is_replaced or Witness.DEAL in beside_lists or is_proven(beside_lists)
        kept = DEAL_TOMBSTONE_SECONDS if is_known else TOMBSTONE_SECONDS
        return self.ended_at.age_at(mark.asked) < kept

    def withdraw_what_was_not_so(self, mark: SnapshotMark) -> None:
        """A snapshot asked for long after a witness lists the ticket all the same: that one was wrong."""
        for witness, at in list(self.gone_by.items()):
            kept = DEAL_TOMBSTONE_SECONDS if witness is Witness.DEAL else TOMBSTONE_SECONDS
            if at.age_at(mark.asked) >= kept:
                del self.gone_by[witness]
                if witness is Witness.EVENT:
                    self.closed, self.closed_at = 0, None

    def not_listed_yet(self, mark: SnapshotMark) -> bool:
        """Whether a snapshot of this mark may not list it yet."""
        if self.closed or self.opened_at is None:
            return False
        return self.opened > mark.sequence or self.opened_at.age_at(mark.asked) < SETTLING_SECONDS

    def is_new(self, mark: SnapshotMark) -> bool:
        """Whether it was told so lately that a list which lags by a minute can't have it."""
        return self.opened_at is not None and self.opened_at.age_at(mark.asked) < DEAL_TOMBSTONE_SECONDS

    def later_than(self, mark: SnapshotMark) -> dict[str, Any]:
        return {name: value for name, (sequence, value) in self.fields.items() if sequence > mark.sequence}

    def is_listed(self) -> None:
        self.lacked_since, self.was_lacked_before_close = None, False
        self.forget_lists()

    def forget_lists(self) -> None:
        """That lists lack it says nothing so far."""
        self.absent_looks, self.absent_since, self.history_answered = 0, None, False
        self.gone_by.pop(Witness.LIST, None)

    def lacks(self, asked: Instant, *, bears_witness: bool) -> None:
        """A list that was asked for then lacks it."""
        self.lacked_since = self.lacked_since or asked
        if bears_witness and not self.was_lacked_before_close:
            self.gone_by.setdefault(Witness.LIST, asked)
        self.absent_looks += 1
        self.absent_since = self.absent_since or asked

    @property
    def is_doubted(self) -> bool:
        """Whether anything says that it is gone."""
        return bool(self.gone_by) or self.absent_looks > 0

    def is_long_gone(self, asked: Instant) -> bool:
        """Whether it was looked for long enough, where no second witness can be had."""
        if self.absent_looks < ABSENT_LOOKS or self.absent_since is None or not self.history_answered:
            return False
        # What lists lacked before its close they may lack for as long as they lag.
        needed = DEAL_TOMBSTONE_SECONDS if self.was_lacked_before_close else ABSENT_SECONDS
        return asked.monotonic - self.absent_since.monotonic >= needed
