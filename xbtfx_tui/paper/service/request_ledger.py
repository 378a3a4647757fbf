"""The test oracle behind GET /paper/ledger: every request received, and what the account really did.

It is the paper exchange's own and no part of the API: a test, or a trader who doubts the terminal, can count
that one intent was one request and one execution. Requests are counted for ever, their idempotency keys kept
for the last `KEYS_KEPT` of a path; of one without a key nothing is kept.
"""

from collections import deque

import msgspec

from xbtfx_tui.paper.account.account_engine import Engine
from xbtfx_tui.paper.account.command_results import Execution
from xbtfx_tui.paper.exchange_options import ApiForm
from xbtfx_tui.paper.service import api_rows

KEYS_KEPT = 10_000


class _Received(msgspec.Struct):
    count: int = 0
    keys: deque[str] = msgspec.field(default_factory=lambda: deque(maxlen=KEYS_KEPT))


class RequestRecord:
    """Requests by path, in the order they came."""

    def __init__(self) -> None:
        self._received: dict[str, _Received] = {}

    def note(self, path: str, key: str | None) -> None:
        received = self._received.setdefault(path, _Received())
        received.count += 1
        if key is not None:
            received.keys.append(key)

    def rows(self) -> api_rows.ApiRow:
        return {
            path: {"count": received.count, "keys": list(received.keys)}
            for path, received in self._received.items()
        }


def ledger_row(engine: Engine, record: RequestRecord, waiting: int) -> api_rows.ApiRow:
    """The whole ledger, always in the rich form; `waiting` is how many placed orders are not executed yet.

    An execution's `request` is the idempotency key that caused it, `request-N` for a request without a key,
    or null for what no request asked for (a stop, a pending order, the account's past).
    """
    return {
        "requests": record.rows(),
        "executions": [_execution_row(execution) for execution in engine.executions],
        "waiting": waiting,
        "positions": [api_rows.position_row(position) for position in engine.positions()],
        "orders": [api_rows.order_row(order) for order in engine.orders()],
        "deals": [api_rows.deal_row(deal, ApiForm.RICH) for deal in engine.deals()],
        "account": api_rows.account_row(engine.account(), ApiForm.RICH),
        "balance": engine.account().balance,
    }


def _execution_row(execution: Execution) -> api_rows.ApiRow:
    return {
        "at": execution.at,
        "cause": execution.cause.value,
        "request": execution.request_id,
        "tickets": execution.tickets,
        "deals": execution.deals,
    }
