"""The account's truth: deposits, balance, deals, and everything that was executed. It only ever grows.

The identity it keeps: balance = deposits + sum of the deals' profit. A deal's profit therefore includes the
swap that its closing realises, and is net of its commission.
"""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from xbtfx_tui.domain.positions import Deal
from xbtfx_tui.paper.account.command_results import Cause, Execution


class Ledger:
    """Deals and executions in the order in which they were done."""

    def __init__(self, deposit: Decimal) -> None:
        self.deposits = deposit
        self.balance = deposit
        self._deals: list[Deal] = []
        self._executions: list[Execution] = []

    @property
    def executions(self) -> Sequence[Execution]:
        return self._executions

    def record(self, deal: Deal) -> None:
        """Book a deal: its profit (in the account's currency, already rounded to it) moves the balance."""
        self._deals.append(deal)
        self.balance += deal.profit

    def executed(
        self,
        at: datetime,
        cause: Cause,
        request_id: str | None,
        tickets: Sequence[int],
        deals: Sequence[Deal] = (),
    ) -> None:
        """Note that something was really done, and by whose request."""
        self._executions.append(
            Execution(at, cause, request_id, tuple(tickets), tuple(deal.ticket for deal in deals))
        )

    def deals(self, start: datetime | None, end: datetime | None) -> tuple[Deal, ...]:
        """The deals with start <= time < end (aware, UTC; None = no bound), oldest first."""
        return tuple(
            deal
            for deal in self._deals
            if deal.time is not None
            and (start is None or deal.time >= start)
            and (end is None or deal.time < end)
        )
