"""An order that the desk has taken: its record, its tries, and what has been looked at to learn its outcome.

It decides nothing and sends nothing; desk, sending and watch keep their notes in it.
"""

import asyncio
from collections import deque
from collections.abc import Collection
from datetime import UTC, datetime

import msgspec
from msgspec.structs import replace

from xbtfx_tui.domain.clock import Instant
from xbtfx_tui.domain.order_outcomes import Decider, IntentRecord, IntentState, Result, StoryLine
from xbtfx_tui.orders.reconcile.holdings_snapshot import TrackedOrder
from xbtfx_tui.orders.reconcile.outcome_findings import Listed
from xbtfx_tui.wire.order_requests import Request

LOOKS_KEPT = 12
_IN_DOUBT = (IntentState.UNKNOWN, IntentState.AMBIGUOUS)


class Tries(msgspec.Struct):
    """The tries of one order. `first` is when the first one was made, None before it.

    `number` counts them all, `unreached` those of which nothing left, `bridge_down` those answered 503.
    `may_be_sent` is True once a byte of one may have left, `in_flight` while one is being made, `resent`
    once the trader had it sent again. `never_again` is why the key may not be used once more. `ended` is when
    the last one was over, its socket shut; of an earlier run's, when this one took it up.
    """

    first: Instant | None = None
    number: int = 0
    unreached: int = 0
    bridge_down: int = 0
    may_be_sent: bool = False
    in_flight: bool = False
    resent: bool = False
    never_again: str | None = None
    ended: Instant | None = None


class Looks(msgspec.Struct):
    """What the watch has seen of an order since `since`, when it came into its state.

    `reads` counts the snapshots asked for, `histories` the reads of deals. `clean` counts the snapshots that
    showed nothing of it, `snapshot` and `deals` are when the last ones looked at were asked for. `tickets`
    are what it may have led to, `near` what is known of them, a clause (None: nothing), `was_listed` is True
    once a list has shown one of them. `listed` is how long lists have shown the same of it, `shown` what that
    is, `listed_first` and `listed_at` when the first and the last list that were counted were asked for;
    `proof_asked` is when a second witness was last asked for. `is_told` is True once its acceptance is said;
    `waits_for_proof` where it is the trader's to decide since one witness alone told of it, and a second one
    would settle it. `differences` are how what is near differs from what was asked for, as clauses.
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
    said: deque[str] = msgspec.field(default_factory=lambda: deque(maxlen=LOOKS_KEPT))

    @property
    def not_listed(self) -> Listed:
        """What is known of lists where the last one shows nothing of it, or is not counted yet."""
        return Listed(was_open=self.snapshot is not None)

    def note_tickets(self, tickets: tuple[int, ...], listed: Collection[int]) -> None:
        """Note what it may have led to now, and which positions the last list has."""
        self.tickets = tickets
        self.was_listed = self.was_listed or any(ticket in listed for ticket in tickets)

    def note_doubt(self, tickets: tuple[int, ...], differences: tuple[str, ...], *, waits: bool) -> None:
        """It is the trader's to decide: whether it led to these, and how what is near differs."""
        self.tickets, self.differences, self.waits_for_proof = tickets, differences, waits

    def count_list(self, shown: tuple[object, ...] | None, asked: Instant) -> None:
        """Count a list that was asked for then and shows this of the order; None: nothing."""
        if shown != self.shown or self.listed_first is None:
            self.shown, self.listed_first, self.listed = shown, asked, Listed()
        self.listed_at = asked
        if shown is not None:
            seconds = asked.monotonic - self.listed_first.monotonic
            self.listed = replace(self.not_listed, times=self.listed.times + 1, seconds=seconds)

    def say(self, now: Instant, what: str) -> None:
        """Note a look for the trader, with its time (UTC)."""
        self.said.append(f"{datetime.fromtimestamp(now.wall, UTC):%H:%M:%S} {what}")


class Order:
    """One intent on its way; `request` is None for one that an earlier run sent. `counted` is True once its
    work, known to be done, is counted off from what other orders are looked for by. `begun` is set once it
    begins to be written to the socket, or once it is clear that it is not. `after` are those whose outcome it
    waits for before it is sent, `withdrawn` is True once the trader took one back that waited; `settled` is
    set once its own outcome is known and told, on disk as well. `passed_by` are later changes of the same
    position's stops that went while its own outcome was in doubt, oldest first. `taken` is when it was taken.
    This run has it `since` then, when it was `age_then` seconds old: 0 unless an earlier run sent it. Of a
    `quiet` one only trouble is said. `unread_before` are the tickets of rows that could not be read when it
    was taken (None: of one that showed none): such a row that comes since may be its work. `journaled` is
    False for one that the journal does not have: it is remembered here alone."""

    __slots__ = (
        "after",
        "age_then",
        "begun",
        "counted",
        "journaled",
        "looks",
        "passed_by",
        "quiet",
        "record",
        "request",
        "settled",
        "since",
        "taken",
        "tries",
        "unread_before",
        "watched",
        "withdrawn",
    )

    def __init__(
        self, watched: TrackedOrder, record: IntentRecord, request: Request | None, *, quiet: bool = False
    ) -> None:
        self.watched = watched
        self.record = record
        self.request = request
        self.counted = False
        self.journaled = True
        self.quiet = quiet
        self.begun = asyncio.Event()
        self.taken = self.since = watched.begun
        self.age_then = 0.0
        self.after: tuple[Order, ...] = ()
        self.passed_by: tuple[Order, ...] = ()
        self.withdrawn = False
        self.settled = asyncio.Event()
        self.note_told(record.state)
        self.tries = Tries()
        self.unread_before: frozenset[int | None] = frozenset()
        self.looks = Looks(watched.begun)

    @property
    def id(self) -> str:
        return self.record.intent.intent_id

    @property
    def in_doubt(self) -> bool:
        return self.record.state in _IN_DOUBT

    @property
    def late(self) -> bool:
        """Whether it was found not filled, and is watched all the same."""
        return self.record.state is IntentState.FOUND_NOT_FILLED

    def taken_up(self, now: Instant) -> None:
        """An earlier run sent it: what is seen from here on was seen after that run's sockets were shut."""
        self.since, self.age_then = now, max(0.0, now.wall - self.taken.wall)
        self.tries.ended = now
        self.look_anew(now)

    def note_told(self, state: IntentState) -> None:
        """That it came to this state is told."""
        if not state.is_open and state is not IntentState.DRAFTED:
            self.settled.set()

    def look_anew(self, now: Instant) -> None:
        """Begin to look from here: nothing that was seen before this counts."""
        before = self.looks
        self.looks = Looks(now)
        self.looks.said, self.looks.was_listed = before.said, before.was_listed
        self.looks.listed, self.looks.shown = before.listed, before.shown
        self.looks.listed_first, self.looks.listed_at = before.listed_first, before.listed_at

    def reword(self, text: str) -> None:
        """Tell the last step in other words."""
        *earlier, last = self.record.story
        self.record = replace(self.record, story=(*earlier, replace(last, text=text)))

    def step(
        self,
        now: Instant,
        state: IntentState,
        text: str,
        result: Result | None = None,
        ticket: int | None = None,
        difference: str | None = None,
        decider: Decider = Decider.TERMINAL,
    ) -> StoryLine:
        """Take the record a step further; the new line of its story."""
        line = StoryLine(now.wall, state, text, difference, decider)
        if state is not self.record.state:
            self.look_anew(now)
        self.record = replace(
            self.record,
            state=state,
            story=(*self.record.story, line),
            result=result if result is not None else self.record.result,
            ticket=ticket if ticket is not None else self.record.ticket,
            difference=difference,
        )
        return line
