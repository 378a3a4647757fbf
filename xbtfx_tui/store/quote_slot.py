"""One symbol's latest quote, which way it went, and the candle that forms of it. Judges no age.

Changes in place, at each quote; what is rare (a jump, a quote to be shown alone) is done by methods here, the
ordinary tick by the board.
"""

import math
from datetime import UTC, datetime
from typing import NamedTuple

from xbtfx_tui.domain.candles import Candle
from xbtfx_tui.domain.clock import Instant
from xbtfx_tui.domain.day_change import DayReference, change_percent
from xbtfx_tui.domain.quote_plausibility import FIRES_BELOW, Believed, BorneOut, Jump, Reach, believed
from xbtfx_tui.domain.quotes import Depth, Quote
from xbtfx_tui.store.candle_ring import BASE_SECONDS, CandleRing, TickBar

ALWAYS = datetime.min.replace(tzinfo=UTC)
_SURELY_NEAR = 0.9 * FIRES_BELOW
"""A share of the price; a smaller step is no jump, whatever the other side does."""
_NEVER_NEAR = -1.0


class KeptBar(NamedTuple):
    """What a quote changes of the candle that forms, so that one which is no tick can be taken out again."""

    start: float
    end: float
    open: float
    high: float
    low: float
    close: float
    ticks: int


class QuoteSlot:
    """One symbol's latest quote. Lives as long as the store and changes in place: read it, keep nothing.

    `quote` is shown, whatever it is good for; `sound` is the one to reckon with: a jump that nothing bears
    out is left out of it. `received` is when `quote` came, `time` the newest own time of any.
    `bid_move` and `ask_move` are the direction of the last change (-1, 1; 0 before any), `bid_moved` and
    `ask_moved` when it came. `day_reference` is what the day's change counts from, None while that is not
    known.
    `depth` is the last book that was sent and `depth_received` when: a quote without a book keeps it, so
    judge its age by `depth_received`, never by `received`.
    """

    __slots__ = (
        "_before_rest",
        "_by_rest",
        "ask_move",
        "ask_moved",
        "bar_end",
        "bar_high",
        "bar_low",
        "bar_open",
        "bar_start",
        "bar_ticks",
        "bars_high",
        "bars_low",
        "bid_move",
        "bid_moved",
        "candle_ring",
        "day_reference",
        "depth",
        "depth_received",
        "depth_time",
        "held_close",
        "is_borne_out",
        "is_old",
        "jump",
        "near",
        "quote",
        "received",
        "time",
    )

    def __init__(self, quote: Quote, received: Instant, *, is_old: bool = False) -> None:
        """`is_old`: by its own time, so that it is shown and nothing else."""
        self.is_old = is_old
        self.quote = quote
        self.received = received
        self.time = quote.time or ALWAYS
        self.bid_move = 0
        self.ask_move = 0
        self.bid_moved: Instant | None = None
        self.ask_moved: Instant | None = None
        self.depth: Depth | None = None
        self.depth_received: Instant | None = None
        self.depth_time: datetime | None = None
        if quote.depth is not None:
            self.depth, self.depth_received, self.depth_time = quote.depth, received, quote.time
        self._by_rest: Quote | None = None
        self._before_rest: Quote | None = None
        self.day_reference: DayReference | None = None
        self.jump: Jump | None = None
        self.is_borne_out = False
        self.near = _NEVER_NEAR
        self.candle_ring: CandleRing | None = None
        self.bar_start = self.bar_end = 0.0
        self.bar_open = self.bar_high = self.bar_low = quote.bid
        self.bar_ticks = 0
        self.held_close: float | None = None
        self.bars_high = self.bars_low = quote.bid
        if not is_old:
            self._begin_bar(quote.bid, received.wall)
            self.bar_ticks = 1

    @property
    def by_stream(self) -> Quote | None:
        """The last quote that the stream told, whatever REST told after it; None while it told none."""
        return self._before_rest if self.quote is self._by_rest else self.quote

    def told_by_rest(self, quote: Quote, before: Quote | None) -> None:
        """Note that `quote` is REST's; `before` is what was `by_stream` when it came."""
        self._by_rest, self._before_rest = quote, before

    @property
    def sound(self) -> Quote:
        """The latest quote whose price may be reckoned with."""
        jump = self.jump
        return self.quote if jump is None or jump.reach is not Reach.DRAWS_NOTHING else jump.left

    @property
    def change_percent(self) -> float | None:
        """How far the bid is from where the day's change counts from, in percent; None while that is not
        known."""
        reference = self.day_reference
        return None if reference is None else change_percent(self.sound.bid, reference)

    @property
    def extremes(self) -> tuple[float, float] | None:
        """The lowest and the highest sound bid that this run saw; None while it saw none."""
        if not self.bar_end:
            return None
        return min(self.bars_low, self.bar_low), max(self.bars_high, self.bar_high)

    def show(self, quote: Quote, received: Instant, *, is_old: bool) -> None:
        """Take a quote to be shown alone: the candle stays as it is, the next one is looked at closely."""
        self.is_old = is_old
        if self.held_close is None:
            self.held_close = self.quote.bid
        self.quote, self.received, self.near = quote, received, _NEVER_NEAR
        if quote.depth is not None:
            self.depth, self.depth_received, self.depth_time = quote.depth, received, quote.time

    # --- jumps ---

    def believe(self, quote: Quote, received: Instant) -> Believed:
        """Take the quote's price for what it is worth; `self.quote` is still the one before."""
        last, jump = self.quote, self.jump
        found = believed(quote, last, jump, received.monotonic)
        if isinstance(found, BorneOut) and jump is not None:
            self._settle(last, jump, self.received.wall)
        self.jump = found.jump if isinstance(found, BorneOut) else found if isinstance(found, Jump) else None
        self.near = _NEVER_NEAR
        if self.jump is None:
            self.is_borne_out = True
            self.stay_near(quote)
        return found

    def let_stand(self, now: Instant) -> Jump | None:
        """The jump that is not borne out at `now`; one that stood for long enough is the price by then."""
        jump = self.jump
        if jump is not None and jump.stands(now.monotonic):
            self._settle(self.quote, jump, self.received.wall)
            self.jump, self.is_borne_out = None, True
            self.stay_near(self.quote)
        return self.jump

    def _settle(self, quote: Quote, jump: Jump, wall: float) -> None:
        """The price had jumped to this quote's: draw what was left out."""
        if jump.reach is not Reach.DRAWS_NOTHING:
            return
        if not self.is_borne_out:  # there was but one quote before: that was none
            self.bar_end = 0.0
        if not self.is_old:
            self.draw(quote.bid, wall)
            self.bar_ticks += 1

    def stay_near(self, quote: Quote) -> None:
        """Note which steps from this quote are surely no jump, as the square of both sides' together. From
        a price at or below 0 each is looked at closely."""
        if self.jump is None:
            least = _SURELY_NEAR * min(quote.bid, quote.ask)
            self.near = least * least if least > 0.0 else _NEVER_NEAR

    # --- the candle that forms ---

    def draw(self, bid: float, wall: float) -> None:
        """Put a bid into the candle of its time: one that was held back, or that follows such a one. Counts
        no tick."""
        if not self.bar_start <= wall < self.bar_end:
            self.roll(bid, wall)
        self.bar_high, self.bar_low = max(self.bar_high, bid), min(self.bar_low, bid)
        self.held_close = None

    def roll(self, bid: float, wall: float) -> None:
        """The 10-second candle is over (or the wall clock ran back): keep it and begin the next."""
        if self.bar_end:
            if self.bar_ticks:
                if self.candle_ring is None:
                    self.candle_ring = CandleRing()
                self.candle_ring.add(self._forming())
            self.bars_low = min(self.bars_low, self.bar_low)
            self.bars_high = max(self.bars_high, self.bar_high)
        else:
            # Until here there was none but old ones, or one that turned out to be none.
            self.bars_low = self.bars_high = bid
        self._begin_bar(bid, wall)

    def candles(self, now: Instant) -> list[Candle]:
        """Of 10 seconds, oldest first, the last one still forming; empty while only an old quote has come."""
        self.let_stand(now)
        ring = self.candle_ring
        candles = [] if ring is None else list(ring.candles())
        forming = self._forming()
        digits = forming.digits(0 if ring is None else ring.scale) if self.bar_ticks else None
        if digits is None:
            return candles
        # A wall clock that ran back would leave candles from the future.
        candles = [candle for candle in candles if candle.start < forming.start]
        passed = math.ceil(min(max(now.wall - forming.start, 1.0), BASE_SECONDS))
        return [*candles, forming.candle(digits, until=passed)]

    def bar_of(self, start: int) -> TickBar | Candle | None:
        """The candle of the 10 seconds from `start` on, whether a later tick has ended it or not; None where
        no tick came in them."""
        if self.bar_ticks and self.bar_start == start:
            return self._forming()
        return None if self.candle_ring is None else self.candle_ring.at(start)

    def kept_bar(self) -> KeptBar:
        """The candle that forms as it is before a quote that may be no tick."""
        close = self.quote.bid if self.held_close is None else self.held_close
        return KeptBar(
            self.bar_start,
            self.bar_end,
            self.bar_open,
            self.bar_high,
            self.bar_low,
            close,
            self.bar_ticks,
        )

    def take_out(self, before: KeptBar | None) -> None:
        """Leave the last quote out of the candles: REST told it, and it is no tick of the stream. `before` is
        what they were, None where that quote was the first. Of the lowest and highest bids it stays one."""
        self.near = _NEVER_NEAR
        if self.jump is None or self.jump.reach is not Reach.DRAWS_NOTHING:
            self.bars_low = min(self.bars_low, self.quote.bid)
            self.bars_high = max(self.bars_high, self.quote.bid)
        if before is not None and (self.bar_start, self.bar_end) == (before.start, before.end):
            self.bar_high, self.bar_low, self.bar_ticks = before.high, before.low, before.ticks
            self.held_close = before.close
        else:
            # It has begun a candle: that one ends at once, and the next tick begins it anew.
            self.bar_ticks, self.bar_end = 0, self.bar_start

    def _begin_bar(self, bid: float, wall: float) -> None:
        self.bar_start = wall - wall % BASE_SECONDS
        self.bar_end = self.bar_start + BASE_SECONDS
        self.bar_open = self.bar_high = self.bar_low = bid
        self.bar_ticks = 0

    def _forming(self) -> TickBar:
        close = self.quote.bid if self.held_close is None else self.held_close
        return TickBar(int(self.bar_start), self.bar_open, self.bar_high, self.bar_low, close, self.bar_ticks)
