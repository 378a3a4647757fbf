"""What the desk needs of the outside, as shapes: who sends, who reads, who waits."""

from collections.abc import Awaitable, Callable
from typing import Protocol, TypeAlias

from xbtfx_tui.domain.order_outcomes import Result
from xbtfx_tui.domain.positions import Deal, HistoryPeriod
from xbtfx_tui.wire.order_requests import Request


class Sender(Protocol):
    """The client, as far as the desk needs it: one request, never retried, never an exception."""

    async def send(
        self, request: Request, idempotency_key: str, on_begun: Callable[[], None] | None = None
    ) -> Result: ...


Sleep: TypeAlias = Callable[[float], Awaitable[None]]
"""Waits so many seconds."""

ReadHistory: TypeAlias = Callable[[HistoryPeriod], Awaitable[tuple[Deal, ...]]]
"""The deals of this period; raises `api.client.ReadError` and nothing else."""
