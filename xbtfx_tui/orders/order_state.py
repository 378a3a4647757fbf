"""The stages of an order that the desk has taken, the facts that exist in each, and every step between them.

    drafted, journaled    sending        placed, unknown, ambiguous     filled, found filled
    Waiting ------------> BeingSent ---> LookedFor <--> SentAgain ----> Settled
       |                     |            |     ^                         ^   |
       |                     |            |     +-- it is there again ----|---+
       |                     |            +---> FoundNotFilled -- late ---+
       +---------------------+----------------> Settled: not sent, rejected, abandoned

Who causes a step asks for it here: nobody else writes to an order. It decides, sends and tells nothing. The
journal has a step before what it leads to: `journaled` and `sending` before the first byte leaves, an outcome
before it is told.
"""

import asyncio
from typing import TypeAlias

import msgspec
from msgspec.structs import replace

from xbtfx_tui.domain.clock import Instant
from xbtfx_tui.domain.failures import BridgeDown, LineBroke
from xbtfx_tui.domain.order_outcomes import Decider, IntentRecord, IntentState, Result, StoryLine
from xbtfx_tui.orders.order_sightings import Looks
from xbtfx_tui.orders.reconcile.holdings_snapshot import TrackedOrder
from xbtfx_tui.wire.order_requests import Request

_NOT_SENT_YET = (IntentState.DRAFTED, IntentState.JOURNALED)


class Tries(msgspec.Struct, frozen=True):
    """The tries of one order. `first` is when the first one was made, None before it.

    `number` counts them all, `unreached` those of which nothing left, `bridge_down` those answered 503.
    `resent` is True once the trader had it sent again. `never_again` is why the key may not be used once
    more. `ended` is when the last one was over, its socket shut; of an earlier run's, when this one took it
    up.
    """

    first: Instant | None = None
    number: int = 0
    unreached: int = 0
    bridge_down: int = 0
    resent: bool = False
    never_again: str | None = None
    ended: Instant | None = None


class Waiting(msgspec.Struct, frozen=True):
    """Taken and not sent: it is written down, and waits until the outcome of those `after` which it goes is
    known."""

    after: "tuple[Order, ...]" = ()


class BeingSent(msgspec.Struct, frozen=True):
    """It is tried, or tried again in a moment. `may_be_sent` once a byte of a try may have left that is not
    known to have come to nothing."""

    may_be_sent: bool = False


class LookedFor(msgspec.Struct, frozen=True):
    """It was accepted, or nobody knows what became of it."""

    looks: Looks


class SentAgain(msgspec.Struct, frozen=True):
    """In doubt, and on the line once more at the trader's word: it is not looked for until that is over."""

    looks: Looks


class FoundNotFilled(msgspec.Struct, frozen=True):
    """Nothing came of it as far as is known; it is watched for a day, for it may be late."""

    looks: Looks


class Settled(msgspec.Struct, frozen=True):
    """Its outcome is known. What was seen of it until then counts again where that turns out otherwise."""

    looks: Looks


Stage: TypeAlias = Waiting | BeingSent | LookedFor | SentAgain | FoundNotFilled | Settled


class Order(msgspec.Struct, eq=False):
    """One intent on its way, in its `stage`; `request` is None for one that an earlier run sent.

    `watched` is what it is looked for by, `record` what is shown of it. `taken` is when it was taken,
    `taken_up` when this run took one of an earlier run up, None of its own. `journaled` is False for one that
    the journal does not have: it is remembered here alone. Of a `quiet` one only trouble is said. `withdrawn`
    is True once the trader took one back that waited. `passed_by` are later changes of the same position's
    stops that went while its own outcome was in doubt, oldest first. `unread_before` are the tickets of rows
    that could not be read when it was taken (None: of one that showed none): such a row that comes since may
    be its work. `begun` is set once it begins to be written to the socket, or once it is clear that it is
    not; `settled` once its own outcome is known and told, on disk as well.
    """

    watched: TrackedOrder
    record: IntentRecord
    request: Request | None
    taken: Instant
    stage: Stage = Waiting()
    tries: Tries = Tries()
    journaled: bool = False
    quiet: bool = False
    withdrawn: bool = False
    passed_by: "tuple[Order, ...]" = ()
    taken_up: Instant | None = None
    unread_before: frozenset[int | None] = frozenset()
    begun: asyncio.Event = msgspec.field(default_factory=asyncio.Event)
    settled: asyncio.Event = msgspec.field(default_factory=asyncio.Event)

    @classmethod
    def of_earlier_run(cls, watched: TrackedOrder, record: IntentRecord, tries: int, now: Instant) -> "Order":
        """One that the journal tells of: what is seen from now on was seen after that run's sockets were
        shut."""
        state = IntentState.UNKNOWN if record.state.is_open else record.state
        order = cls(watched, record, None, watched.begun, _stage_in(state, Looks(now)))
        order.tries, order.journaled, order.taken_up = Tries(number=tries, ended=now), True, now
        order.note_told(record.state)
        return order

    @property
    def id(self) -> str:
        return self.record.intent.intent_id

    @property
    def since(self) -> Instant:
        """When this run came to have it."""
        return self.taken_up or self.taken

    @property
    def age_then(self) -> float:
        """How old it was then, in seconds; by the wall clock alone, for the others were another run's."""
        return max(0.0, self.since.wall - self.taken.wall)

    @property
    def is_under_way(self) -> bool:
        """Whether its outcome is not known yet, be it just handed over."""
        return not isinstance(self.stage, FoundNotFilled | Settled)

    @property
    def in_doubt(self) -> bool:
        return self.record.state.is_in_doubt

    @property
    def late(self) -> bool:
        """Whether it was found not filled, and is watched all the same."""
        return isinstance(self.stage, FoundNotFilled)

    @property
    def is_being_resent(self) -> bool:
        """Whether it is on the line once more, at the trader's word."""
        return isinstance(self.stage, SentAgain)

    @property
    def after(self) -> "tuple[Order, ...]":
        """Those whose outcome it waits for."""
        return self.stage.after if isinstance(self.stage, Waiting) else ()

    @property
    def looks(self) -> Looks:
        """What was seen of it; nothing before it was sent."""
        stage = self.stage
        return Looks(self.taken) if isinstance(stage, (Waiting, BeingSent)) else stage.looks

    # --- any step ---

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
        """Take it to this state, or say more of the one it is in; the new line of its story."""
        line = StoryLine(now.wall, state, text, difference, decider)
        if state is not self.record.state and state not in _NOT_SENT_YET:
            self.stage = _stage_in(state, self.looks.anew(now))
        self.record = replace(
            self.record,
            state=state,
            story=(*self.record.story, line),
            result=result if result is not None else self.record.result,
            ticket=ticket if ticket is not None else self.record.ticket,
            difference=difference,
        )
        return line

    def note_told(self, state: IntentState) -> None:
        """That it came to this state is told."""
        if not state.is_open and state is not IntentState.DRAFTED:
            self.settled.set()

    def note_trouble(self) -> None:
        """Trouble was told of it: whoever heard of that hears what became of it as well."""
        self.quiet = False

    # --- before it is sent ---

    def note_journaled(self) -> None:
        """The journal has it, and gets its further steps."""
        self.journaled = True

    def reword(self, text: str) -> None:
        """Tell the last step in other words."""
        *earlier, last = self.record.story
        self.record = replace(self.record, story=(*earlier, replace(last, text=text)))

    def withdraw(self) -> None:
        """The trader takes it back; one that does not wait goes on as it is."""
        self.withdrawn = self.withdrawn or bool(self.after)

    def end_wait(self, now: Instant) -> None:
        """It goes only now, also before those of the earlier ones that are in doubt still: what was seen
        until here is not its work."""
        for earlier in self.after:
            if not earlier.settled.is_set():
                earlier.passed_by = (*earlier.passed_by, self)
                # Executed after it, it would undo it.
                earlier._bar_key("a later change of the same position's stops was sent")
        self.stage = Waiting()
        self.watched = replace(self.watched, begun=now)

    # --- being sent ---

    def begin_try(self, now: Instant, text: str) -> StoryLine:
        """The next try is to be made; one that is sent again stays in doubt."""
        self.tries = replace(self.tries, number=self.tries.number + 1)
        return self.step(now, IntentState.UNKNOWN if self.is_being_resent else IntentState.SENDING, text)

    def note_sending(self, now: Instant) -> None:
        """The try is made now."""
        self.tries = replace(self.tries, first=self.tries.first or now)

    def note_begun(self) -> None:
        """A byte of it may have left."""
        if isinstance(self.stage, BeingSent):
            self.stage = BeingSent(may_be_sent=True)
        self.begun.set()

    def end_try(self, now: Instant) -> None:
        """The try is over, its socket shut."""
        self.tries = replace(self.tries, ended=now)

    def count_failure(self, result: Result) -> None:
        """Count what the try came to by what the next one depends on."""
        self.tries = replace(
            self.tries,
            unreached=self.tries.unreached + isinstance(result, LineBroke),
            bridge_down=self.tries.bridge_down + isinstance(result, BridgeDown),
        )

    def note_unsent(self) -> None:
        """The try is known to have come to nothing."""
        if isinstance(self.stage, BeingSent):
            self.stage = BeingSent()

    def spend_key(self, reason: str | None) -> None:
        """Its key is not used again, for this reason if there was none before; None: it may be."""
        self._bar_key(self.tries.never_again or reason)

    def note_fault(self) -> None:
        """A fault in this program came after it was begun."""
        self._bar_key("a fault in this program came after it was begun")

    def _bar_key(self, reason: str | None) -> None:
        self.tries = replace(self.tries, never_again=reason)

    def end_way(self) -> None:
        """It is over with sending it, whatever it came to."""
        match self.stage:
            case Waiting():
                self.stage = Waiting()
            case SentAgain(looks=looks):
                self.stage = LookedFor(looks)
            case _:
                pass
        self.begun.set()

    # --- looked for ---

    def send_again(self) -> None:
        """The trader has it sent once more, by its own key."""
        self.stage = SentAgain(self.looks)
        self.tries = replace(self.tries, resent=True)

    def note(self, looks: Looks) -> None:
        """This was seen of it by now; nothing of one that was not sent."""
        stage = self.stage
        if not isinstance(stage, (Waiting, BeingSent)) and looks is not stage.looks:
            self.stage = replace(stage, looks=looks)

    def look_from(self, watched: TrackedOrder) -> None:
        """From here on it is looked for by this."""
        self.watched = watched

    def note_done_beside(self, done: TrackedOrder) -> None:
        """This one's work is known to be done: it is not the order's own."""
        self.watched = replace(self.watched, done=(*self.watched.done, done))

    def note_deals_of_others(self, deals: frozenset[int]) -> None:
        """These deals are known to be other orders' work."""
        self.watched = replace(self.watched, theirs=self.watched.theirs | deals)

    def note_passed_by(self, later: "tuple[Order, ...]") -> None:
        """These later changes of the same stops went in an earlier run."""
        self.passed_by = later


def _stage_in(state: IntentState, looks: Looks) -> Stage:
    match state:
        case IntentState.DRAFTED | IntentState.JOURNALED:
            return Waiting()
        case IntentState.SENDING:
            return BeingSent()
        case IntentState.PLACED | IntentState.UNKNOWN | IntentState.AMBIGUOUS:
            return LookedFor(looks)
        case IntentState.FOUND_NOT_FILLED:
            return FoundNotFilled(looks)
        case _:
            return Settled(looks)
