"""Running the exchange as a program: until told to stop, by a signal or by the end of its parent.

Reads no options from a command line (cli.py and __main__.py do) and prints nothing but through `say`.
"""

import asyncio
import os
import signal
import threading
from collections.abc import Callable
from contextlib import suppress

from xbtfx_tui.paper.exchange_options import ExchangeOptions
from xbtfx_tui.paper.service.paper_server import PaperServer, build_server, running

_STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM)
_STDIN = 0


def serve(options: ExchangeOptions, say: Callable[[str], None]) -> None:
    """Run the exchange until SIGINT or SIGTERM; `say` is given each line for the user.

    Raises OptionError, with a sentence for the user, where it can't start (a port taken, a bad replay).
    """
    shown = "the key you gave" if options.key is not None else None

    def ready(server: PaperServer) -> None:
        for line in instructions(server, shown):
            say(line)

    asyncio.run(serve_until_stopped(options, ready))
    say("The paper exchange has stopped.")


def instructions(server: PaperServer, shown_key: str | None) -> list[str]:
    """How to reach the exchange. Its key is shown where it was made for this run, else `shown_key`."""
    settled = server.settled
    key = shown_key or settled.key.reveal()
    return [
        f"Paper exchange: account {settled.login} in {settled.options.currency}, seed {settled.seed}.",
        f"REST    {server.base_url}",
        f"stream  {server.ws_url}",
        f"key     {key}",
        "",
        "To trade on it, set these and start xbtfx-tui, or any client of the API:",
        f"  export XBTFX_API_KEY={key if shown_key is None else '...'}",
        f"  export XBTFX_BASE_URL={server.base_url}",
        f"  export XBTFX_WS_URL={server.ws_url}",
        "",
        "Ctrl+C stops it; the account is forgotten with it.",
    ]


async def serve_until_stopped(
    options: ExchangeOptions, ready: Callable[[PaperServer], None], *, with_stdin: bool = False
) -> None:
    """Run until SIGINT or SIGTERM, or until stdin ends where it is the parent's life line (`with_stdin`).

    Raises OptionError where it can't start, and whatever broke the exchange while it ran.
    """
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in _STOP_SIGNALS:
        loop.add_signal_handler(number, stop.set)
    if with_stdin:
        _watch_stdin(lambda: loop.call_soon_threadsafe(stop.set))
    try:
        async with running(build_server(options)) as server:
            ready(server)
            stopping = asyncio.ensure_future(stop.wait())
            breaking = asyncio.ensure_future(server.broken())
            done, open_ = await asyncio.wait({stopping, breaking}, return_when=asyncio.FIRST_COMPLETED)
            for task in open_:
                task.cancel()
            if breaking in done:
                breaking.result()
    finally:
        for number in _STOP_SIGNALS:
            loop.remove_signal_handler(number)


def _watch_stdin(ended: Callable[[], object]) -> None:
    """Call `ended`, from a thread of its own, when stdin is closed: the parent stopped us, or is dead."""

    def watch() -> None:
        with suppress(OSError):
            while os.read(_STDIN, 1024):
                pass
        with suppress(RuntimeError):  # the loop has ended by itself meanwhile
            ended()

    threading.Thread(target=watch, name="stdin", daemon=True).start()
