"""A request as the exchange sees it, and the one seam where something else may step in: `Faults`.

By default nothing does. The hooks are asked in this order for every request that passed the key, the budget
and the permission: `before_execute`, then the work itself, then `after_execute`, then `deliver`.
"""

from asyncio import Transport
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from xbtfx_tui.paper.replies import Reply
from xbtfx_tui.paper.results import Refusal


@dataclass(frozen=True, slots=True)
class Call:
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


class Line(Protocol):
    """The way back to the client, for a delivery that is not the ordinary one."""

    @property
    def transport(self) -> Transport:
        """The connection itself: bytes can be written to it, and `abort()` resets it."""

    async def answer(self, reply: Reply) -> None:
        """Send the whole answer, as usual."""


class Faults(Protocol):
    """What may go wrong between a request and its answer."""

    async def before_execute(self, call: Call) -> Reply | None:
        """A reply to give instead of doing the work, or None to go on."""

    def fill_delay(self, call: Call, drawn: float) -> float | None:
        """Seconds from the `placed` answer to the execution; `drawn` is the ordinary; None = never."""

    def refuse_open(self, call: Call) -> Refusal | None:
        """Why the second half of a reverse is to be refused (the API's 207), or None."""

    async def after_execute(self, call: Call, reply: Reply) -> Reply:
        """The reply to give once the work is done (and to remember for the key)."""

    async def deliver(self, call: Call, reply: Reply, line: Line) -> None:
        """Bring the reply to the client."""


class NoFaults:
    """Everything goes right."""

    async def before_execute(self, call: Call) -> Reply | None:
        return None

    def fill_delay(self, call: Call, drawn: float) -> float | None:
        return drawn

    def refuse_open(self, call: Call) -> Refusal | None:
        return None

    async def after_execute(self, call: Call, reply: Reply) -> Reply:
        return reply

    async def deliver(self, call: Call, reply: Reply, line: Line) -> None:
        await line.answer(reply)
