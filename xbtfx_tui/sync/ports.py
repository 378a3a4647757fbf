"""What the sync needs of the REST client and of the stream: the shapes, not the makers."""

from datetime import date
from typing import Protocol

from xbtfx_tui.api.weight_budget import Use
from xbtfx_tui.domain.accounts import Account, KeyStatus
from xbtfx_tui.domain.positions import Deal, HistoryPeriod, PendingOrder, Position
from xbtfx_tui.domain.symbol_spec import SymbolRow, SymbolSpec
from xbtfx_tui.domain.unreadable_rows import UnreadRow


class Reads(Protocol):
    """The REST reads. Each raises `api.rest_client.ReadError` and nothing else; each may wait for the budget.

    `use` says whether somebody waits for the answer or it is a poll's turn.
    """

    async def key_status(self) -> KeyStatus: ...

    async def account(self, use: Use) -> Account: ...

    async def symbols(self) -> tuple[SymbolRow, ...]: ...

    async def symbol(self, name: str) -> SymbolSpec: ...

    async def positions(self, use: Use) -> tuple[Position | UnreadRow, ...]: ...

    async def orders(self, use: Use) -> tuple[PendingOrder | UnreadRow, ...]: ...

    async def history(self, period: HistoryPeriod) -> tuple[Deal | UnreadRow, ...]: ...

    async def history_between(self, first: date, last: date) -> tuple[Deal | UnreadRow, ...]: ...


class Stream(Protocol):
    """The live stream: it reconnects by itself and emits its events into `Sync.on_event`."""

    async def run(self) -> None: ...

    def want(self, symbols: frozenset[str], depth: str | None, first: frozenset[str]) -> None: ...

    def subscribe_anew(self, symbols: frozenset[str]) -> None: ...

    def reconnect_now(self) -> None: ...
