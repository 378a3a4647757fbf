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

from xbtfx_tui.domain.clock import Instant
from xbtfx_tui.domain.events import (
    AccountEvent,
    PositionClosed,
    PositionOpened,
    PositionsRead,
    PositionUpdated,
    SnapshotMark,
)
from xbtfx_tui.domain.positions import Position
from xbtfx_tui.domain.sides import Side
from xbtfx_tui.store.snapshots import SETTLING_SECONDS, TOMBSTONE_SECONDS
from xbtfx_tui.store.store import Store

PRICE = Decimal("1.10000")


class HandClock:
    def __init__(self) -> None:
        self.seconds = 1_000.0

    def now(self) -> Instant:
        return Instant(self.seconds, self.seconds, self.seconds)


@dataclass
class Snapshot:
    """A read on its way: when it was asked, what the server had closed by then, and what it answered."""

    mark: SnapshotMark
    dead: frozenset[int]
    told_lately: frozenset[int]
    steps: int
    answer: tuple[Position, ...] | None = None


class ServerAndStore(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.clock = HandClock()
        self.store = Store(self.clock)
        self.held: dict[int, Position] = {}
        self.closed: set[int] = set()
        self.next_ticket = 1
        self.untold: deque[AccountEvent] = deque()
        self.told: list[AccountEvent] = []
        self.told_open_at: dict[int, float] = {}
        self.steps = 0
        self.opened_in_step: dict[int, int] = {}
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
        self.closed.add(ticket)
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
            if isinstance(event, PositionOpened):
                self.told_open_at[event.ticket] = self.clock.seconds
                self.opened_in_step[event.ticket] = self.steps
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
        lately = self.clock.seconds - SETTLING_SECONDS
        told_lately = frozenset(ticket for ticket, at in self.told_open_at.items() if at > lately)
        self.asked.append(Snapshot(self.store.mark(), frozenset(self.closed), told_lately, self.steps))

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
        # What the server had closed before it was asked is gone, but for an opening told a moment ago or
        # since, whose close is still on its way.
        told_since = {t for t, at in self.told_open_at.items() if at >= read.mark.asked.monotonic}
        assert not set(self.store.positions) & (read.dead - read.told_lately - told_since)
        self.what_was_told_since_is_not_lost(read)

    def what_was_told_since_is_not_lost(self, read: Snapshot) -> None:
        told_closed = {event.ticket for event in self.told if isinstance(event, PositionClosed)}
        opened_since = {ticket for ticket, step in self.opened_in_step.items() if step >= read.steps}
        assert opened_since - told_closed <= set(self.store.positions)
        for ticket, (step, profit) in self.last_profit.items():
            if step > read.steps and ticket in self.store.positions:
                assert self.store.positions[ticket].profit == profit

    # --- what must always hold ---

    @invariant()
    def a_close_once_told_is_never_undone(self) -> None:
        told_closed = {event.ticket for event in self.told if isinstance(event, PositionClosed)}
        assert not told_closed & set(self.store.positions)

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
        self.clock.seconds += TOMBSTONE_SECONDS + 1
        self.store.apply(PositionsRead(tuple(self.held.values()), self.store.mark()))
        assert dict(self.store.positions) == self.held


TestServerAndStore = ServerAndStore.TestCase
TestServerAndStore.settings = settings(max_examples=150, stateful_step_count=40, deadline=None)
