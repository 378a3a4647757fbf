"""Whatever order the stream's events and the reads arrive in, the store ends with what the server holds.

The model is a server with a true history. Its events reach the store late but in order, some of them twice;
its snapshots are taken at some moment after they were asked for and arrive in any order.
"""

from collections import deque
from dataclasses import dataclass
from decimal import Decimal

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from msgspec.structs import replace

from tests.hypothesis_profiles import examples
from xbtfx_tui.domain.clock import Instant
from xbtfx_tui.domain.positions import HistoryPeriod, Position
from xbtfx_tui.domain.sides import Side
from xbtfx_tui.domain.store_events import (
    AccountEvent,
    HistoryRead,
    PositionClosed,
    PositionOpened,
    PositionsRead,
    PositionUpdated,
    SnapshotMark,
)
from xbtfx_tui.store.store import Store
from xbtfx_tui.store.ticket_track import TOMBSTONE_SECONDS

PRICE = Decimal("1.10000")


class HandClock:
    def __init__(self) -> None:
        self.seconds = 1_000.0

    def now(self) -> Instant:
        return Instant(self.seconds, self.seconds, self.seconds)


@dataclass
class Snapshot:
    """A read on its way: when it was asked, how much was told by then, and what it answered."""

    mark: SnapshotMark
    steps: int
    answer: tuple[Position, ...] | None = None


class ServerAndStore(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.clock = HandClock()
        self.store = Store(self.clock)
        self.held: dict[int, Position] = {}
        self.next_ticket = 1
        self.untold: deque[AccountEvent] = deque()
        self.told: list[AccountEvent] = []
        self.steps = 0
        self.last_profit: dict[int, tuple[int, Decimal | None]] = {}
        self.asked: list[Snapshot] = []
        self.newest_taken = 0
        self.seen = dict(self.store.positions)

    # --- what happens at the server ---

    @rule(lots=st.sampled_from(["0.10", "0.20"]))
    def opens(self, lots: str) -> None:
        ticket = self.next_ticket
        self.next_ticket += 1
        self.held[ticket] = Position(ticket, "EURUSD", Side.BUY, Decimal(lots), PRICE, PRICE)
        self.untold.append(PositionOpened(ticket, "EURUSD", Side.BUY, Decimal(lots), PRICE))

    @precondition(lambda self: self.held)
    @rule(data=st.data())
    def closes(self, data: st.DataObject) -> None:
        ticket = data.draw(st.sampled_from(sorted(self.held)))
        del self.held[ticket]
        self.untold.append(PositionClosed(ticket, "EURUSD", Decimal(1)))

    @precondition(lambda self: self.held)
    @rule(data=st.data(), profit=st.integers(-50, 50))
    def moves(self, data: st.DataObject, profit: int) -> None:
        ticket = data.draw(st.sampled_from(sorted(self.held)))
        price = PRICE + Decimal(profit) / 100_000
        self.held[ticket] = replace(self.held[ticket], profit=Decimal(profit), price_current=price)
        self.untold.append(PositionUpdated(ticket, Decimal(profit), price))

    @precondition(lambda self: self.held)
    @rule(data=st.data())
    def closes_in_part(self, data: st.DataObject) -> None:
        """The stream says nothing of it: the API lists no volume there."""
        ticket = data.draw(st.sampled_from(sorted(self.held)))
        self.held[ticket] = replace(self.held[ticket], volume=Decimal("0.05"))

    # --- what reaches the store ---

    @precondition(lambda self: self.untold)
    @rule(count=st.integers(1, 3))
    def the_stream_tells(self, count: int) -> None:
        for _ in range(min(count, len(self.untold))):
            event = self.untold.popleft()
            self.told.append(event)
            self.hears(event)

    @precondition(lambda self: self.told)
    @rule(data=st.data())
    def the_stream_repeats_itself(self, data: st.DataObject) -> None:
        self.hears(data.draw(st.sampled_from(self.told)))

    def hears(self, event: AccountEvent) -> None:
        self.steps += 1
        if isinstance(event, PositionUpdated):
            self.last_profit[event.ticket] = self.steps, event.profit
        self.store.apply(event)

    @precondition(lambda self: self.untold)
    @rule()
    def the_line_drops(self) -> None:
        """Events in flight are lost for good."""
        self.untold.clear()

    @rule(seconds=st.sampled_from([0.1, 1.0, 3.5, 31.0]))
    def time_passes(self, seconds: float) -> None:
        self.clock.seconds += seconds

    @rule()
    def a_read_is_asked_for(self) -> None:
        self.asked.append(Snapshot(self.store.mark(), self.steps))

    @precondition(lambda self: any(read.answer is None for read in self.asked))
    @rule(data=st.data())
    def the_server_takes_the_snapshot(self, data: st.DataObject) -> None:
        read = data.draw(st.sampled_from([read for read in self.asked if read.answer is None]))
        read.answer = tuple(self.held.values())

    @precondition(lambda self: any(read.answer is not None for read in self.asked))
    @rule(data=st.data())
    def the_answer_arrives(self, data: st.DataObject) -> None:
        read = data.draw(st.sampled_from([read for read in self.asked if read.answer is not None]))
        self.asked.remove(read)
        assert read.answer is not None
        before = dict(self.store.positions)
        self.store.apply(PositionsRead(read.answer, read.mark))
        if read.mark.sequence < self.newest_taken:
            assert dict(self.store.positions) == before, "an older snapshot was taken over a newer one"
            return
        self.newest_taken = read.mark.sequence
        self.what_was_told_since_is_not_lost(read)

    def what_was_told_since_is_not_lost(self, read: Snapshot) -> None:
        for ticket, (step, profit) in self.last_profit.items():
            if step > read.steps and ticket in self.store.positions and ticket not in self.told_closed():
                assert self.store.positions[ticket].profit == profit

    def told_closed(self) -> set[int]:
        return {event.ticket for event in self.told if isinstance(event, PositionClosed)}

    # --- what must always hold ---

    @invariant()
    def what_is_held_never_goes_out_of_sight(self) -> None:
        assert self.seen.keys() & self.held.keys() <= self.store.positions.keys()

    @invariant()
    def a_close_once_told_is_shown_as_a_doubt_at_most(self) -> None:
        assert self.told_closed() & self.store.positions.keys() <= self.store.doubted

    @invariant()
    def every_change_is_reported(self) -> None:
        changes = self.store.drain()
        now = dict(self.store.positions)
        assert changes.positions or now == self.seen
        self.seen = now

    def teardown(self) -> None:
        while self.untold:
            self.the_stream_tells(1)
        for read in self.asked:
            if read.answer is not None:
                self.store.apply(PositionsRead(read.answer, read.mark))
        for _ in range(4):
            self.clock.seconds += TOMBSTONE_SECONDS + 1
            self.store.apply(PositionsRead(tuple(self.held.values()), self.store.mark()))
            self.store.apply(HistoryRead(HistoryPeriod.TODAY, ()))
        assert dict(self.store.positions) == self.held
        assert self.store.doubted == frozenset()


TestServerAndStore = ServerAndStore.TestCase
TestServerAndStore.settings = settings(max_examples=examples(150), stateful_step_count=40, deadline=None)
