"""A request as the exchange sees it, and the one seam where something else may step in: `Faults`.

By default nothing does. The hooks are asked in this order for every request: `breaks` while its bytes come
in, `on_receipt` when it is whole; then, once it has passed the key, the budget, the permission and the
idempotency cache, `before_execute`, the work itself on the call that `taken_as` makes of it, `after_execute`;
and in any case `deliver`.
"""

from asyncio import Transport
from collections.abc import Mapping
from decimal import Decimal
from typing import Protocol

import msgspec

from xbtfx_tui.paper.account.command_results import TradeRefusal
from xbtfx_tui.paper.service.http_replies import Reply


class IncomingCall(msgspec.Struct, frozen=True):
    """One request. `number` counts from 1; `key` is its Idempotency-Key; `path` is as it was asked for."""

    number: int
    method: str
    path: str
    key: str | None
    query: Mapping[str, str]
    params: Mapping[str, str]
    body: bytes

    @property
    def request_id(self) -> str:
        """What the ledger of executions knows the request by: its key, or its number where it has none."""
        return self.key if self.key is not None else f"request-{self.number}"


class HungUpError(Exception):
    """The connection is gone, and nobody waits for an answer any more."""


class ReplyChannel(Protocol):
    """The way back to the client, for a delivery that is not the ordinary one."""

    @property
    def transport(self) -> Transport:
        """The connection itself: bytes can be written to it, and `abort()` resets it."""

    async def answer(self, reply: Reply) -> None:
        """Send the whole answer, as usual."""

    async def answer_in_part(self, reply: Reply, start: int, stop: int | None = None) -> None:
        """Send this stretch of the body, or its beginning up to `start`; the headers with the first."""


class Faults(Protocol):
    """What may go wrong between a request and its answer."""

    def breaks(self, received: bytes) -> bool:
        """Whether the connection is to be reset, with only this much of the first request come in."""

    async def on_receipt(self, call: IncomingCall, line: ReplyChannel) -> Reply | None:
        """A reply to give before anything is looked at, or None to go on. Raises HungUpError once it has
        ended the connection."""

    async def before_execute(self, call: IncomingCall) -> Reply | None:
        """A reply to give instead of doing the work, or None to go on."""

    def taken_as(self, call: IncomingCall) -> IncomingCall:
        """The call as it is carried out."""

    def is_at_once(self, call: IncomingCall, usual: bool) -> bool:
        """Whether it is executed before it is answered; `usual` is what the exchange does by itself."""

    def reversed_volume(self, call: IncomingCall) -> Decimal | None:
        """How much a reverse opens, in lots; None = as much as it closed."""

    def fill_delay(self, call: IncomingCall, drawn: float) -> float | None:
        """Seconds from the `placed` answer to the execution; `drawn` is the ordinary; None = never."""

    def refuse_open(self, call: IncomingCall) -> TradeRefusal | None:
        """Why the second half of a reverse is to be refused (the API's 207), or None."""

    async def after_execute(self, call: IncomingCall, reply: Reply) -> Reply:
        """The reply to give once the work is done (and to remember for the key)."""

    async def deliver(self, call: IncomingCall, reply: Reply, line: ReplyChannel) -> None:
        """Bring the reply to the client. May raise HungUpError."""


class NoFaults:
    """Everything goes right."""

    def breaks(self, received: bytes) -> bool:
        return False

    async def on_receipt(self, call: IncomingCall, line: ReplyChannel) -> Reply | None:
        return None

    async def before_execute(self, call: IncomingCall) -> Reply | None:
        return None

    def taken_as(self, call: IncomingCall) -> IncomingCall:
        return call

    def is_at_once(self, call: IncomingCall, usual: bool) -> bool:
        return usual

    def reversed_volume(self, call: IncomingCall) -> Decimal | None:
        return None

    def fill_delay(self, call: IncomingCall, drawn: float) -> float | None:
        return drawn

    def refuse_open(self, call: IncomingCall) -> TradeRefusal | None:
        return None

    async def after_execute(self, call: IncomingCall, reply: Reply) -> Reply:
        return reply

    async def deliver(self, call: IncomingCall, reply: Reply, line: ReplyChannel) -> None:
        await line.answer(reply)
