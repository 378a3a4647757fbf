"""What may go wrong with the stream: account events held, lost, doubled, replayed, out of order or untrue;
silence, cut lines, quotes that are old or far off, subscriptions forgotten, a key revoked.

Off until told otherwise. Times are monotonic seconds of the exchange's own clock.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from decimal import Decimal

from xbtfx_tui.domain.positions import Position
from xbtfx_tui.domain.store_events import AccountEvent, PositionClosed, PositionUpdated
from xbtfx_tui.paper.faults.fault_types import ON_STREAM, Fault, Scripted
from xbtfx_tui.paper.faults.quote_faults import QuoteFaults

_LOOK_AGAIN = 0.05
_LATE_BY = 1.0
_EVENTS_KEPT = 1_000


class StreamFaults:
    """Stands between the account and the stream's clients. `cut` ends every connection there is, `forget`
    drops their subscriptions of a symbol (None = all), `held` are the open positions, `note` is called when
    something has happened."""

    def __init__(
        self,
        monotonic: Callable[[], float],
        cut: Callable[[], None] = lambda: None,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        forget: Callable[[str | None], None] = lambda symbol: None,
        held: Callable[[], Sequence[Position]] = lambda: (),
        note: Callable[[], None] = lambda: None,
    ) -> None:
        self._monotonic = monotonic
        self._cut = cut
        self._sleep = sleep
        self._forget = forget
        self._positions = held
        self._note = note
        self._until = dict.fromkeys(ON_STREAM, float("-inf"))
        self._held: list[AccountEvent] = []
        self._out_of_order: list[AccountEvent] = []
        self._since = 0.0
        self._past: deque[AccountEvent] = deque(maxlen=_EVENTS_KEPT)
        self._more: list[AccountEvent] = []
        self.quotes = QuoteFaults()
        self.revoked = False

    def begin(self, step: Scripted) -> None:
        """Let it go wrong from now on, for as long as it lasts."""
        match step.fault:
            case Fault.STREAM_REPLAY:
                self._more += self._past
            case Fault.STREAM_CLOSE:
                newest = max(self._positions(), key=lambda position: position.ticket, default=None)
                if newest is not None:
                    self._more.append(PositionClosed(newest.ticket, newest.symbol, Decimal(0)))
            case Fault.STREAM_FORGET:
                self._forget(step.symbol)
            case Fault.STREAM_JUMP | Fault.ODD_ASK:
                self.quotes.begin(step)
            case Fault.STREAM_OLD_QUOTES:
                self.quotes.begin(step)
                self._cut()
            case _:
                self._until[step.fault] = self._monotonic() + step.lasts
                if step.fault is Fault.STREAM_CUT:
                    self._cut()

    def end(self, *faults: Fault) -> None:
        """No more of these goes wrong (none named: nothing does, and a revoked key is good again).

        What was held still comes.
        """
        self._until |= dict.fromkeys(faults or ON_STREAM, float("-inf"))
        if not faults:
            self.quotes.clear()
            self.revoked = False

    def revoke(self) -> None:
        """The key is good no more, from now on."""
        self.revoked = True
        self._cut()

    def is_on(self, fault: Fault) -> bool:
        return self._monotonic() < self._until[fault]

    @property
    def refuses(self) -> bool:
        """Whether a new connection is cut at once."""
        return self.is_on(Fault.STREAM_CUT)

    def passing(self, events: Sequence[AccountEvent]) -> Sequence[AccountEvent]:
        """Those of the events that go out now, with those that were held until now before them."""
        more, self._more = self._more, []
        if events:
            self._past += events
            self._note()
        if self.is_on(Fault.STREAM_LOSE):
            return more
        if self.is_on(Fault.STREAM_HOLD):
            self._held += events
            return more
        if self._held:
            held, self._held = self._held, []
            events = (*held, *events)
        if self.is_on(Fault.STREAM_DOUBLE):
            events = [event for event in events for _ in range(2)]
        if self.is_on(Fault.STREAM_REORDER) or self._out_of_order:
            events = self._reordered(events)
        return (*events, *more) if more else events

    def _reordered(self, events: Sequence[AccountEvent]) -> Sequence[AccountEvent]:
        """What came a second ago and since, the last first; nothing before that second is over."""
        now = self._monotonic()
        if not self._out_of_order:
            self._since = now
        self._out_of_order += events
        if now - self._since < _LATE_BY:
            return ()
        late, self._out_of_order = self._out_of_order, []
        return late[::-1]

    def moving(self, moves: Sequence[PositionUpdated]) -> Sequence[PositionUpdated]:
        """A moving profit names its ticket: it is lost with the events, since the next one follows soon."""
        hidden = self.is_on(Fault.STREAM_LOSE) or self.is_on(Fault.STREAM_HOLD)
        return () if hidden else moves

    async def flows(self) -> None:
        """Wait while the stream is silent."""
        while self.is_on(Fault.STREAM_SILENCE):
            await self._sleep(_LOOK_AGAIN)
