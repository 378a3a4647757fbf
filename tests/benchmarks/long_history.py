"""Before the exchange: answers for the history with thousands of deals, passes all else on unchanged.

The exchange could be given as many by trading alone, which its own limits keep from being quick.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx
from msgspec.structs import replace

from tests.benchmarks.market import LiveMarket
from tests.ui.still_life import deals
from xbtfx_tui.paper.exchange_options import ApiForm
from xbtfx_tui.paper.service.api_rows import deal_row
from xbtfx_tui.paper.service.json_bodies import write_json

DEALS = 5_000
_MORE_AT_MOST = 1_000
_OF_THE_HOP = {"connection", "content-encoding", "content-length", "transfer-encoding", "host"}


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
    exchange = httpx.Client(base_url=market.base_url, trust_env=False)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            if self.path.startswith("/v1/history"):
                self._answer(200, {"Content-Type": "application/json"}, history.body())
                return
            given = {name: text for name, text in self.headers.items() if name.lower() not in _OF_THE_HOP}
            answer = exchange.get(self.path, headers=given)
            self._answer(answer.status_code, answer.headers, answer.content)

        def _answer(self, status: int, headers: "httpx.Headers | dict[str, str]", body: bytes) -> None:
            self.send_response_only(status)
            for name, text in headers.items():
                if name.lower() not in _OF_THE_HOP:
                    self.send_header(name, text)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (the library's word)
            """The terminal is for the table."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    keeper = threading.Thread(target=server.serve_forever, name="long history", daemon=True)
    keeper.start()
    try:
        yield history, f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        keeper.join()
        server.server_close()
        exchange.close()
