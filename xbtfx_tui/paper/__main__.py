"""`python -m xbtfx_tui.paper [OPTIONS-AS-JSON]`: the exchange as a child process (see child_process.py).

Says one line of JSON on stdout, what the exchange is or why it did not start, and ends when stdin does.
Its key comes in the environment, never among the arguments, which any user of the machine may read.
"""

import asyncio
import gc
import os
import sys
from typing import TYPE_CHECKING

from msgspec.structs import replace

from xbtfx_tui.domain.api_key import ApiKey
from xbtfx_tui.paper.child_process import KEY_VARIABLE, read_options
from xbtfx_tui.paper.exchange_options import OptionError
from xbtfx_tui.paper.service.json_bodies import write_json

if TYPE_CHECKING:
    from xbtfx_tui.paper.service.paper_server import PaperServer


def main(arguments: list[str]) -> int:
    """Run until stdin ends or a signal comes; 0 then, 2 where it could not start."""
    gc.disable()  # what the start makes stays: looking through it for garbage takes an eighth of the start
    from xbtfx_tui.paper.serve_until_stopped import serve_until_stopped

    key = os.environ.pop(KEY_VARIABLE, None)
    try:
        options = read_options(arguments[0] if arguments else "{}")
        if key is not None:
            options = replace(options, key=ApiKey(key))
        asyncio.run(serve_until_stopped(options, _say_ready, with_stdin=True))
    except OptionError as unusable:
        _say({"error": str(unusable)})
        return 2
    return 0


def _say_ready(server: "PaperServer") -> None:
    gc.freeze()
    gc.enable()
    _say(
        {
            "port": server.port,
            "key": server.key.reveal(),
            "base_url": server.base_url,
            "ws_url": server.ws_url,
            "login": server.settled.login,
            "seed": server.settled.seed,
        }
    )


def _say(value: dict[str, object]) -> None:
    sys.stdout.buffer.write(write_json(value) + b"\n")
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
