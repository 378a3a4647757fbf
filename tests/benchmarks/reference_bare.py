"""The floor: receives and decodes the feed of the symbols named and draws nothing. Counts on SIGUSR1.

python -m tests.benchmarks.reference_bare SYMBOLS-FILE
"""

import asyncio
import os
import signal
import sys
from pathlib import Path

import msgspec
from websockets.asyncio.client import connect


class _Quote(msgspec.Struct, gc=False):
    symbol: str = ""
    bid: float = 0.0
    ask: float = 0.0


async def main(symbols: list[str]) -> None:
    """Until it is killed; each SIGUSR1 writes how many frames came so far."""
    decode = msgspec.json.Decoder(_Quote).decode
    count = 0

    def tell() -> None:
        sys.stdout.write(f"{count}\n")
        sys.stdout.flush()

    asyncio.get_running_loop().add_signal_handler(signal.SIGUSR1, tell)
    async with connect(os.environ["XBTFX_WS_URL"], compression=None, proxy=None) as line:
        await line.send(
            msgspec.json.encode({"action": "auth", "token": os.environ["XBTFX_API_KEY"]}).decode()
        )
        await line.recv()
        wanted = {"action": "subscribe", "channel": "quotes", "symbols": symbols}
        await line.send(msgspec.json.encode(wanted).decode())
        while True:
            decode(await line.recv(decode=False))
            count += 1


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]).read_text(encoding="utf-8").split()))
