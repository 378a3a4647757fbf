"""Before the exchange: answers for the history with thousands of deals.

The exchange could be given as many by trading alone, which its own limits keep from being quick.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from msgspec.structs import replace

from tests.benchmarks.front import a_front
from tests.benchmarks.market import LiveMarket
from tests.ui.still_life import deals
from xbtfx_tui.paper.exchange_options import ApiForm
from xbtfx_tui.paper.service.api_rows import deal_row
from xbtfx_tui.paper.service.json_bodies import write_json

DEALS = 5_000
_MORE_AT_MOST = 1_000


class LongHistory:
    """Each answer has one deal more than the last; `count` is the number of deals in the latest."""

    def __init__(self) -> None:
        first, *_ = deals()
        assert first.time is not None
        rows = (
            replace(first, ticket=n, time=first.time + timedelta(milliseconds=n), price=first.price + n)
            for n in range(1, DEALS + _MORE_AT_MOST + 1)
        )
        self._rows = [write_json(deal_row(row, ApiForm.RICH)) for row in rows]
        self._lock = threading.Lock()
        self.count = DEALS

    def body(self) -> bytes:
        """The next answer."""
        with self._lock:
            self.count += 1
            return b'{"deals":[' + b",".join(self._rows[: self.count]) + b'],"count":%d}' % self.count


@contextmanager
def a_long_history(market: LiveMarket) -> Iterator[tuple[LongHistory, str]]:
    """The history and the base URL under which it is asked for."""
    history = LongHistory()
    with a_front(market, "/v1/history", history.body) as base_url:
        yield history, base_url
