"""Stands before the exchange: answers one path by itself and passes all else on unchanged."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx

from tests.benchmarks.market import LiveMarket

_OF_THE_HOP = {"connection", "content-encoding", "content-length", "transfer-encoding", "host"}


@contextmanager
def a_front(market: LiveMarket, path: str, body: Callable[[], bytes]) -> Iterator[str]:
    """The base URL under which a GET of what begins with `path` is answered with `body`, as JSON."""
    exchange = httpx.Client(base_url=market.base_url, trust_env=False)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            if self.path.startswith(path):
                self._answer(200, {"Content-Type": "application/json"}, body())
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
    keeper = threading.Thread(target=server.serve_forever, name="front", daemon=True)
    keeper.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        keeper.join()
        server.server_close()
        exchange.close()
