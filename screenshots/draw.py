"""Draws the pictures of the README from the running program, on its own paper exchange.

    .venv/bin/python screenshots/draw.py [--minutes 4]

It starts the exchange and the terminal as `xbtfx-tui --paper --seed 7` does, lets the chart fill, presses
the keys that a trader would, and saves what is on screen. It never touches a live account.
"""

import argparse
import asyncio
import os
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from textual.pilot import Pilot

from xbtfx_tui.account import Ends, TradingAccount
from xbtfx_tui.config.settings import DEFAULT_WATCHLIST
from xbtfx_tui.domain.events import TradingOpen
from xbtfx_tui.orders.guards.problems import Limits
from xbtfx_tui.orders.journal.journal import Journal
from xbtfx_tui.paper.options import ExchangeOptions, Form
from xbtfx_tui.paper.process import launch
from xbtfx_tui.sync.system_clock import SystemClock
from xbtfx_tui.ui.app import TerminalApp
from xbtfx_tui.ui.connecting import Choice, Connected, NotConnected
from xbtfx_tui.ui.options import Mode, UiOptions

HERE = Path(__file__).resolve().parent
SEED = 7
WATCHLIST = (*DEFAULT_WATCHLIST, "ETHUSD", "AUDUSD", "USDCAD", "EURGBP", "XAGUSD", "AAPL")


@dataclass(frozen=True, slots=True)
class Picture:
    """A file to draw: the size of the terminal, and the keys from the trading screen to it and back."""

    name: str
    size: tuple[int, int]
    keys: tuple[str, ...] = ()
    back: tuple[str, ...] = ()


PICTURES = (
    Picture("terminal-120x34", (120, 34)),
    Picture("terminal-200x50", (200, 50)),
    Picture("terminal-80x24", (80, 24), ("4",), ("1",)),
    Picture("ticket", (120, 34), ("b", *"0.25", "tab", *"30p", "tab", *"60p"), ("escape",)),
    Picture("review", (120, 34), ("b", *"0.25", "tab", *"30p", "tab", *"60p", "enter"), ("escape", "escape")),
    Picture("command", (120, 34), (":", *"buy 1% EURUSD sl=30p tp=2r"), ("escape", "escape")),
    Picture("exposure", (120, 34), ("v",), ("escape",)),
    Picture("spec", (120, 34), ("i",), ("escape",)),
    Picture("close", (120, 34), ("4", "c"), ("escape", "1")),
    Picture("find", (120, 34), ("slash", *"gold"), ("escape",)),
    Picture("history", (120, 34), ("6", "right_square_bracket", "right_square_bracket"), ("4", "1")),
    Picture("messages", (120, 34), ("7",), ("4", "1")),
    Picture("help", (120, 34), ("question_mark",), ("escape",)),
)


async def until(pilot: Pilot[int], is_so: Callable[[], bool], seconds: float = 20.0) -> None:
    """Wait for a condition. Raises TimeoutError."""
    async with asyncio.timeout(seconds):
        while not is_so():
            await pilot.pause(0.05)


async def draw(minutes: float) -> None:
    """Run the program and save every picture."""
    exchange = await launch(ExchangeOptions(seed=SEED, form=Form.RICH))
    with tempfile.TemporaryDirectory() as scratch:
        account = TradingAccount(
            Ends(exchange.base_url, exchange.ws_url, exchange.key),
            SystemClock(),
            Journal(Path(scratch)),
            Limits(),
            read_only=False,
            begins_open=True,
        )

        async def connect(choice: Choice) -> Connected | NotConnected:
            return NotConnected("there is one account here")

        app = TerminalApp(
            UiOptions(watchlist=WATCHLIST, default_volume=Decimal("0.10")),
            connect,
            Connected(account, Mode.PAPER),
        )
        try:
            async with app.run_test(size=(120, 34)) as pilot:
                await until(pilot, lambda: isinstance(account.store.trading, TradingOpen))
                await until(pilot, lambda: len(account.store.positions) > 0)
                await pilot.pause(minutes * 60)
                for picture in PICTURES:
                    await pilot.resize_terminal(*picture.size)
                    await pilot.press(*picture.keys)
                    await pilot.pause(2.0)
                    path = HERE / f"{picture.name}.svg"
                    path.write_text(app.export_screenshot(title="xbtfx-tui"), encoding="utf-8")
                    sys.stdout.write(f"{path}{os.linesep}")
                    await pilot.press(*picture.back)
        finally:
            await account.stop()
            await exchange.stop()


def main() -> None:
    """Read the command line and draw."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--minutes", type=float, default=4.0, help="how long the chart fills first")
    minutes = parser.parse_args().minutes
    # The pictures show the usual theme, whatever terminal the script is started from.
    os.environ.update(TERM="xterm-256color", COLORTERM="truecolor")
    os.environ.pop("NO_COLOR", None)
    asyncio.run(draw(minutes))


if __name__ == "__main__":
    main()
