"""The latest quote of every symbol, how old it is and which way it went. The latest by its own time wins.

The path of a quote is hot (5,000 a second): floats only, no allocation but what a new candle needs. It tells
at a glance the quote that is surely of now and surely near the last one; any other goes to
`domain.quote_plausibility`, which decides.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime
from typing import TypeAlias

import msgspec

from xbtfx_tui.domain.clock import Instant, age_words
from xbtfx_tui.domain.quote_plausibility import OLD_AFTER, JumpReturned, Reach, Timing, is_ahead, timing
from xbtfx_tui.domain.quotes import Quote
from xbtfx_tui.domain.server_time import ServerTime
from xbtfx_tui.domain.store_events import DayReferences, QuotesSeen
from xbtfx_tui.domain.symbol_spec import SymbolSpec
from xbtfx_tui.store.feed_state import TOO_LATE, Feed, FeedLive, feed_trouble
from xbtfx_tui.store.quote_slot import ALWAYS, QuoteSlot

STALE_AFTER = TOO_LATE
_NEVER = datetime.max.replace(tzinfo=UTC)
_LOOK_EVERY = 0.25
"""Seconds between two looks at what the quotes' own times say of the server's clock."""


class NeverSeen(msgspec.Struct, frozen=True):
    """No quote of this symbol has come yet."""


class Fresh(msgspec.Struct, frozen=True):
    """`age` in seconds by the quote's own time, STALE_AFTER at most, and the feed is live.

    `jumped`: the price has just jumped so far that nothing may fire by it yet (domain.quote_plausibility).
    """

    age: float
    jumped: bool = False


class Stale(msgspec.Struct, frozen=True):
    """Not to be traded on. `age` in seconds by the quote's own time; `why` is a clause.

    `jumped`: for no other reason than a jump that nothing bears out yet.
    """

    age: float
    why: str
    jumped: bool = False

    @property
    def words(self) -> str:
        """What to say of the price: its age, or what is amiss where that is not the age: `6s old`, `in doubt:
        the stream is down`."""
        if self.jumped or self.age < 1:
            return f"in doubt: {self.why}"
        return f"{age_words(self.age)} old"


Freshness: TypeAlias = NeverSeen | Fresh | Stale

NEVER_SEEN = NeverSeen()


def may_fire(freshness: Freshness) -> bool:
    """Whether something may be set off by this price."""
    return isinstance(freshness, Fresh) and not freshness.jumped


def has_jumped(freshness: Freshness) -> bool:
    """Whether the price is one that nothing bears out yet."""
    return not isinstance(freshness, NeverSeen) and freshness.jumped


class LeftOut(msgspec.Struct, frozen=True):
    """A price that was none: it was far away, and the next was back near `back`. Both are bids."""

    symbol: str
    bid: float
    back: float


class QuoteBoard:
    """Every symbol's slot. `version` grows with each quote, for what is computed out of many of them.

    `live_since` is when the stream last came up: a quote from before it is of another connection.
    `server` is the server's clock. `is_late` is whether the line is known to hold quotes up.
    """

    __slots__ = (
        "_day",
        "_earliest",
        "_left_out",
        "_look_due",
        "_slots",
        "is_late",
        "live_since",
        "server",
        "slots",
        "version",
    )

    def __init__(self) -> None:
        self._slots: dict[str, QuoteSlot] = {}
        self.slots: Mapping[str, QuoteSlot] = self._slots
        self.version = 0
        self.live_since: Instant | None = None
        self.is_late = False
        self.server = ServerTime()
        self._left_out: list[LeftOut] = []
        self._earliest = ALWAYS
        self._look_due = 0.0
        self._day: int | None = None

    def take_day_references(self, event: DayReferences) -> Collection[str]:
        """Note what the day's change counts from; the symbols of which it is another one."""
        told = event.references
        if event.start != self._day:
            self._day = event.start
            for symbol, slot in self._slots.items():
                slot.day_reference = told.get(symbol)
            return self._slots.keys()
        for symbol, reference in told.items():
            if symbol in self._slots:
                self._slots[symbol].day_reference = reference
        return told.keys()

    def hear(self, date: float, now: Instant) -> None:
        """Take the Date (unix time) of an answer that was read at `now`."""
        self.server = self.server.heard(date, now)
        self._bound(now)

    def see(self, event: QuotesSeen) -> bool:  # noqa: C901 (each call costs a tick)
        """Put each quote in its slot; whether any was of now."""
        received, slots = event.received, self._slots
        wall = received.wall
        self.version += len(event.quotes)
        if not 0.0 <= self._look_due - received.monotonic <= _LOOK_EVERY:
            self._look(event)
        earliest, not_of_now = self._earliest, 0
        for quote in event.quotes:
            slot = slots.get(quote.symbol)
            if slot is None:
                not_of_now += not self._first(quote, received)
                continue
            time = quote.time
            if time is not None:
                if time > slot.time and time > earliest:
                    slot.time = time
                elif not self._is_of_now(slot, quote, time, received):
                    not_of_now += 1
                    continue
            bid, ask, last = quote.bid, quote.ask, slot.quote
            up = bid - last.bid
            ask_up = ask - last.ask
            if not up * up + ask_up * ask_up < slot.near and not self._is_drawn(slot, quote, received):
                continue
            if not slot.bar_start <= wall < slot.bar_end:
                slot.roll(bid, wall)
            slot.bar_ticks += 1
            if up > 0.0:
                slot.bid_move = 1
                slot.bid_moved = received
                if bid > slot.bar_high:
                    slot.bar_high = bid
            elif up < 0.0:
                slot.bid_move = -1
                slot.bid_moved = received
                if bid < slot.bar_low:
                    slot.bar_low = bid
                    slot.stay_near(quote)
            if ask_up:
                slot.ask_move = 1 if ask_up > 0.0 else -1
                slot.ask_moved = received
            slot.quote = quote
            slot.received = received
            if quote.depth is not None:
                slot.depth = quote.depth
                slot.depth_received = received
                slot.depth_time = time
        return not_of_now < len(event.quotes)

    def _first(self, quote: Quote, received: Instant) -> bool:
        """A symbol's first quote; whether it is of now."""
        is_old = timing(quote.time, None, received, self.server) is Timing.OLD
        self._slots[quote.symbol] = QuoteSlot(quote, received, is_old=is_old)
        return not is_old

    def _is_of_now(self, slot: QuoteSlot, quote: Quote, time: datetime, received: Instant) -> bool:
        """Look closer at a quote's time. One that is old is put in its slot here, to be shown."""
        found = timing(time, slot.time, received, self.server)
        if found is Timing.NOT_LATER:
            return False
        if time > slot.time or is_ahead(slot.time, received, self.server):
            slot.time = time
        if found is Timing.OLD:
            slot.believe(quote, received)
            slot.show(quote, received, is_old=True)
        return found is Timing.OF_NOW

    def _is_drawn(self, slot: QuoteSlot, quote: Quote, received: Instant) -> bool:
        """Look closer at a quote's price; whether it is one to draw."""
        last = slot.quote
        found = slot.believe(quote, received)
        if isinstance(found, JumpReturned) and found.jump.reach is Reach.DRAWS_NOTHING:
            self._left_out.append(LeftOut(quote.symbol, last.bid, quote.bid))
        if slot.jump is not None and slot.jump.reach is Reach.DRAWS_NOTHING:
            slot.show(quote, received, is_old=False)
            return False
        slot.is_old = False
        slot.draw(quote.bid, received.wall)
        return True

    def _look(self, event: QuotesSeen) -> None:
        received = event.received
        if (time := event.quotes[-1].time) is not None:
            self.server = self.server.seen(time, received, is_late=self.is_late)
        self._bound(received)

    def _bound(self, now: Instant) -> None:
        """Note from which time on a quote is surely not old until the next look."""
        self._look_due = now.monotonic + _LOOK_EVERY
        at = self.server.at(now)
        try:
            surely = ALWAYS if at is None else datetime.fromtimestamp(at - OLD_AFTER + _LOOK_EVERY, UTC)
        except (ValueError, OverflowError, OSError):  # a clock of another age: each time is looked at
            surely = _NEVER
        self._earliest = surely

    def take_left_out(self) -> Sequence[LeftOut]:
        """The prices that turned out to be none since this was last asked."""
        if not self._left_out:
            return ()
        left_out, self._left_out = self._left_out, []
        return left_out

    def see_spec(self, spec: SymbolSpec, received: Instant, feed: Feed) -> bool:
        """Take a spec's prices as a quote where the stream has no fresh one; whether it was taken.

        A server that has no price says 0: that is none.
        """
        if not spec.bid or not spec.ask:
            return False
        freshness = self.freshness(spec.name, received, feed)
        if isinstance(freshness, Fresh) or (isinstance(freshness, Stale) and freshness.jumped):
            return False
        quote = Quote(spec.name, spec.bid, spec.ask)
        slot = self._slots.get(spec.name)
        by_stream, bar = (None, None) if slot is None else (slot.by_stream, slot.kept_bar())
        self.see(QuotesSeen((quote,), received))
        slot = self._slots[spec.name]
        slot.take_out(bar)
        slot.told_by_rest(quote, by_stream)
        return True

    def freshness(self, symbol: str, now: Instant, feed: Feed) -> Freshness:
        """Whether the symbol's quote may be traded on at `now`."""
        slot = self._slots.get(symbol)
        if slot is None:
            return NEVER_SEEN
        found = self._judge(slot.received, slot.quote.time, now, feed)
        if type(found) is not Fresh or (jump := slot.let_stand(now)) is None:
            return found
        if jump.reach is Reach.DRAWS_NOTHING:
            return Stale(found.age, "it jumped far away, and no second quote bears that out yet", jumped=True)
        return Fresh(found.age, jumped=True)

    def depth_freshness(self, symbol: str, now: Instant, feed: Feed) -> Freshness:
        """Whether the symbol's book is one of this moment; a quote without a book does not renew it."""
        slot = self._slots.get(symbol)
        if slot is None or slot.depth_received is None:
            return NEVER_SEEN
        return self._judge(slot.depth_received, slot.depth_time, now, feed)

    def _judge(self, received: Instant, time: datetime | None, now: Instant, feed: Feed) -> Fresh | Stale:
        was = (None if time is None else self.server.age_of(time, received)) or 0.0
        late = feed.late if isinstance(feed, FeedLive) else 0.0
        age = max(0.0, received.age_at(now)) + max(was, late)
        if (trouble := feed_trouble(feed)) is not None:
            return Stale(age, trouble)
        if age > STALE_AFTER:
            return Stale(age, f"nothing new for over {STALE_AFTER:.0f} s")
        if self.live_since is not None and received.monotonic < self.live_since.monotonic:
            return Stale(age, "nothing new since the stream came back")
        return Fresh(age)
