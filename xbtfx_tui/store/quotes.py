"""The latest quote of every symbol, how old it is and which way it went. The latest wins.

The path of a quote is hot (5,000 a second): floats only, no allocation but what a new candle needs.
"""

from collections.abc import Mapping, Sequence
from typing import TypeAlias

import msgspec

from xbtfx_tui.domain.clock import Instant
from xbtfx_tui.domain.events import QuotesSeen
from xbtfx_tui.domain.quotes import Depth, Quote
from xbtfx_tui.domain.symbols import SymbolSpec
from xbtfx_tui.store.candles import BASE_SECONDS, Candle, CandleBook, CandleSeconds
from xbtfx_tui.store.feed import TOO_LATE, Feed, FeedLive, feed_trouble

STALE_AFTER = TOO_LATE
_DAY = 86_400.0


class NeverSeen(msgspec.Struct, frozen=True):
    """No quote of this symbol has come yet."""


class Fresh(msgspec.Struct, frozen=True):
    """`age` in seconds, STALE_AFTER at most, and the feed is live."""

    age: float


class Stale(msgspec.Struct, frozen=True):
    """Not to be traded on. `age` in seconds; `why` is a clause ("no quote for over 5 s")."""

    age: float
    why: str


Freshness: TypeAlias = NeverSeen | Fresh | Stale

NEVER_SEEN = NeverSeen()


class QuoteSlot:
    """One symbol's latest quote. Lives as long as the store and changes in place: read it, keep nothing.

    `bid_move` and `ask_move` are the direction of the last change (-1, 1; 0 before any), `bid_moved` and
    `ask_moved` when it came. `first_bid` is the first bid seen in the UTC day of the last quote.
    `depth` is the last book that was sent and `depth_received` when: a quote without a book keeps it, so
    judge its age by `depth_received`, never by `received`.
    """

    __slots__ = (
        "ask_move",
        "ask_moved",
        "bar_end",
        "bar_high",
        "bar_low",
        "bar_open",
        "bar_start",
        "bid_move",
        "bid_moved",
        "candle_book",
        "day_end",
        "depth",
        "depth_received",
        "first_bid",
        "quote",
        "received",
    )

    def __init__(self, quote: Quote, received: Instant) -> None:
        bid = quote.bid
        self.quote = quote
        self.received = received
        self.bid_move = 0
        self.ask_move = 0
        self.bid_moved: Instant | None = None
        self.ask_moved: Instant | None = None
        self.depth: Depth | None = quote.depth
        self.depth_received: Instant | None = None if quote.depth is None else received
        self.first_bid = bid
        self.day_end = received.wall - received.wall % _DAY + _DAY
        self.candle_book: CandleBook | None = None
        self._begin_bar(bid, received.wall)

    @property
    def change(self) -> float:
        """Bid now minus the first bid seen today (UTC)."""
        return self.quote.bid - self.first_bid

    @property
    def change_percent(self) -> float:
        """The same in percent of the first bid; 0.0 where that was 0."""
        return (self.quote.bid / self.first_bid - 1) * 100 if self.first_bid else 0.0

    def roll(self, bid: float, wall: float) -> None:
        """The 10-second candle is over (or the wall clock ran back): keep it and begin the next."""
        if self.candle_book is None:
            self.candle_book = CandleBook()
        self.candle_book.add(self._forming())
        if not self.day_end - _DAY <= wall < self.day_end:
            self.first_bid = bid
            self.day_end = wall - wall % _DAY + _DAY
        self._begin_bar(bid, wall)

    def candles(self, seconds: CandleSeconds) -> Sequence[Candle]:
        return (self.candle_book or CandleBook()).with_forming(seconds, self._forming())

    def _begin_bar(self, bid: float, wall: float) -> None:
        self.bar_start = wall - wall % BASE_SECONDS
        self.bar_end = self.bar_start + BASE_SECONDS
        self.bar_open = self.bar_high = self.bar_low = bid

    def _forming(self) -> Candle:
        return Candle(self.bar_start, self.bar_open, self.bar_high, self.bar_low, self.quote.bid)


class QuoteBoard:
    """Every symbol's slot. `version` grows with each quote, for what is computed out of many of them.

    `live_since` is when the stream last came up: a quote from before it is of another connection.
    """

    __slots__ = ("_slots", "live_since", "slots", "version")

    def __init__(self) -> None:
        self._slots: dict[str, QuoteSlot] = {}
        self.slots: Mapping[str, QuoteSlot] = self._slots
        self.version = 0
        self.live_since: Instant | None = None

    def see(self, event: QuotesSeen) -> None:
        """Put each quote in its slot."""
        received, slots = event.received, self._slots
        wall = received.wall
        self.version += len(event.quotes)
        for quote in event.quotes:
            slot = slots.get(quote.symbol)
            if slot is None:
                slots[quote.symbol] = QuoteSlot(quote, received)
                continue
            bid, ask, last = quote.bid, quote.ask, slot.quote
            if not slot.bar_start <= wall < slot.bar_end:
                slot.roll(bid, wall)
            if bid > last.bid:
                slot.bid_move = 1
                slot.bid_moved = received
                if bid > slot.bar_high:
                    slot.bar_high = bid
            elif bid < last.bid:
                slot.bid_move = -1
                slot.bid_moved = received
                if bid < slot.bar_low:
                    slot.bar_low = bid
            if ask != last.ask:
                slot.ask_move = 1 if ask > last.ask else -1
                slot.ask_moved = received
            slot.quote = quote
            slot.received = received
            if quote.depth is not None:
                slot.depth = quote.depth
                slot.depth_received = received

    def see_spec(self, spec: SymbolSpec, received: Instant, feed: Feed) -> bool:
        """Take a spec's prices as a quote where the stream has no fresh one; whether it was taken.

        A server that has no price says 0: that is none.
        """
        if not spec.bid or not spec.ask:
            return False
        if isinstance(self.freshness(spec.name, received, feed), Fresh):
            return False
        self.see(QuotesSeen((Quote(spec.name, spec.bid, spec.ask),), received))
        return True

    def freshness(self, symbol: str, now: Instant, feed: Feed) -> Freshness:
        """Whether the symbol's quote may be traded on at `now`."""
        slot = self._slots.get(symbol)
        return self._judge(None if slot is None else slot.received, now, feed)

    def depth_freshness(self, symbol: str, now: Instant, feed: Feed) -> Freshness:
        """Whether the symbol's book is one of this moment; a quote without a book does not renew it."""
        slot = self._slots.get(symbol)
        return self._judge(None if slot is None else slot.depth_received, now, feed)

    def _judge(self, received: Instant | None, now: Instant, feed: Feed) -> Freshness:
        if received is None:
            return NEVER_SEEN
        age = max(0.0, received.age_at(now)) + (feed.late if isinstance(feed, FeedLive) else 0.0)
        if (trouble := feed_trouble(feed)) is not None:
            return Stale(age, trouble)
        if age > STALE_AFTER:
            return Stale(age, f"nothing new for over {STALE_AFTER:.0f} s")
        if self.live_since is not None and received.monotonic < self.live_since.monotonic:
            return Stale(age, "nothing new since the stream came back")
        return Fresh(age)
