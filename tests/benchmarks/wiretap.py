"""A wire between the program and the exchange that notes when an order goes and is answered. Changes nothing.

    python -m tests.benchmarks.wiretap EXCHANGE-PORT

Its first line is its own port; then two lines for each order, when its first bytes came and when the first of
its answer did: `sent` or `answered`, and seconds of the machine's monotonic clock.
"""

import asyncio
import contextlib
import sys
import time
from collections.abc import Callable

LOOPBACK = "127.0.0.1"
_ORDERS = b"POST /v1/trade", b"POST /v1/modify", b"POST /v1/close"


def say(words: str) -> None:
    sys.stdout.write(words + "\n")
    sys.stdout.flush()


class Wire:
    """One connection; `asks` is True while an order that went over it is not answered."""

    def __init__(self) -> None:
        self.asks = False

    def out(self, data: bytes) -> None:
        if data.startswith(_ORDERS):
            self.asks = True
            say(f"sent {time.monotonic():.6f}")

    def back(self, _: bytes) -> None:
        if self.asks:
            self.asks = False
            say(f"answered {time.monotonic():.6f}")


async def pass_on(
    source: asyncio.StreamReader, target: asyncio.StreamWriter, hear: Callable[[bytes], None]
) -> None:
    """Bytes from one end to the other until the end."""
    with contextlib.suppress(OSError):
        while data := await source.read(65_536):
            hear(data)
            target.write(data)
            await target.drain()
    with contextlib.suppress(OSError):
        target.close()


async def main(port: int) -> None:
    """Listen until it is killed, or until stdin ends."""

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        far_reader, far_writer = await asyncio.open_connection(LOOPBACK, port)
        wire = Wire()
        await asyncio.gather(pass_on(reader, far_writer, wire.out), pass_on(far_reader, writer, wire.back))

    server = await asyncio.start_server(connected, LOOPBACK, 0)
    say(str(server.sockets[0].getsockname()[1]))
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
    server.close()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1])))
