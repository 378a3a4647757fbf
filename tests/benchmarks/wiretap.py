"""A wire between the program and the exchange that notes when an order's first bytes come. Changes nothing.

    python -m tests.benchmarks.wiretap EXCHANGE-PORT

Its first line is its own port; then a line for each order: seconds of the machine's monotonic clock.
"""

import asyncio
import contextlib
import sys
import time

LOOPBACK = "127.0.0.1"
_ORDER = b"POST /v1/trade"


def say(words: str) -> None:
    sys.stdout.write(words + "\n")
    sys.stdout.flush()


async def pass_on(source: asyncio.StreamReader, target: asyncio.StreamWriter, *, listens: bool) -> None:
    """Bytes from one end to the other until the end."""
    with contextlib.suppress(OSError):
        while data := await source.read(65_536):
            if listens and data.startswith(_ORDER):
                say(f"{time.monotonic():.6f}")
            target.write(data)
            await target.drain()
    with contextlib.suppress(OSError):
        target.close()


async def main(port: int) -> None:
    """Listen until it is killed, or until stdin ends."""

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        far_reader, far_writer = await asyncio.open_connection(LOOPBACK, port)
        await asyncio.gather(
            pass_on(reader, far_writer, listens=True), pass_on(far_reader, writer, listens=False)
        )

    server = await asyncio.start_server(connected, LOOPBACK, 0)
    say(str(server.sockets[0].getsockname()[1]))
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
    server.close()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1])))
