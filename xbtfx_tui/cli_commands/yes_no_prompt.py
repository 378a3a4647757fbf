"""A question on the terminal, without holding up what goes on meanwhile. Keys typed ahead answer nothing."""

import asyncio
import os
import sys
import termios

from xbtfx_tui.cli_commands.do_report import ReportPrinter

_LONGEST = 4096


class TerminalQuestion:
    """Asks on stderr and reads a line of stdin, which is a terminal."""

    def __init__(self, teller: ReportPrinter) -> None:
        self._teller = teller

    async def __call__(self, text: str) -> str:
        """The line that was typed after the question was there; empty at the input's end."""
        descriptor = sys.stdin.fileno()
        loop = asyncio.get_running_loop()
        came: asyncio.Future[str] = loop.create_future()

        def read() -> None:
            try:
                line = os.read(descriptor, _LONGEST).decode(errors="replace")
            except OSError:
                line = ""  # the terminal has gone
            if not came.done():
                came.set_result(line)

        termios.tcflush(descriptor, termios.TCIFLUSH)
        self._teller.question(text)
        loop.add_reader(descriptor, read)
        try:
            return await came
        finally:
            loop.remove_reader(descriptor)
