"""What may go wrong with the stream: account events held or lost, silence, cut lines, a key revoked.

Off until told otherwise. Times are monotonic seconds of the exchange's own clock.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence

from xbtfx_tui.domain.events import AccountEvent, PositionUpdated
from xbtfx_tui.paper.faults.script import ON_STREAM, Fault

_LOOK_AGAIN = 0.05


class StreamFaults:
    """Stands between the account and the stream's clients. `cut` ends every connection there is."""

    def __init__(
        self,
        monotonic: Callable[[], float],
        cut: Callable[[], None] = lambda: None,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._monotonic = monotonic
        self._cut = cut
        self._sleep = sleep
        self._until = dict.fromkeys(ON_STREAM, float("-inf"))
        self._held: list[AccountEvent] = []
        self.revoked = False

    def begin(self, fault: Fault, seconds: float) -> None:
        """Let it go wrong for so long, from now on."""
        self._until[fault] = self._monotonic() + seconds
        if fault is Fault.STREAM_CUT:
            self._cut()

    def end(self, fault: Fault) -> None:
        self._until[fault] = float("-inf")

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
        if self.is_on(Fault.STREAM_LOSE):
            return ()
        if self.is_on(Fault.STREAM_HOLD):
            self._held += events
            return ()
        if not self._held:
            return events
        held, self._held = self._held, []
        return (*held, *events)

    def moving(self, moves: Sequence[PositionUpdated]) -> Sequence[PositionUpdated]:
        """A moving profit names its ticket: it is lost with the events, since the next one follows soon."""
        hidden = self.is_on(Fault.STREAM_LOSE) or self.is_on(Fault.STREAM_HOLD)
        return () if hidden else moves

    async def flows(self) -> None:
        """Wait while the stream is silent."""
        while self.is_on(Fault.STREAM_SILENCE):
            await self._sleep(_LOOK_AGAIN)
