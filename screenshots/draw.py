"""Draws the pictures of the README from the running program, on its own paper exchange.

    .venv/bin/python screenshots/draw.py [--minutes 1] [--only first-trade]

It starts the exchange and the terminal as `xbtfx-tui --paper --seed 7` does, lets the market run, presses
the keys that a trader would, and saves what is on screen; `first-trade` is an animated picture of a trade,
from its ticket to its close. It never touches a live account.
"""

import argparse
import asyncio
import html
import os
import re
import sys
import tempfile
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from pathlib import Path

from animation import AnimationFrame, animated
from textual.filter import Monochrome
from textual.pilot import Pilot

from xbtfx_tui.account_service import AccountAccess, TradingAccount
from xbtfx_tui.archive.candle_archive import ArchiveOptions
from xbtfx_tui.config.settings import DEFAULT_WATCHLIST
from xbtfx_tui.domain.store_events import TradingOpen
from xbtfx_tui.domain.watchlists import one_group
from xbtfx_tui.door.proposal_desk import AskedLine
from xbtfx_tui.orders.guards.guard_types import Limits
from xbtfx_tui.orders.journal.order_journal import Journal
from xbtfx_tui.paper.child_process import launch
from xbtfx_tui.paper.exchange_options import ApiForm, ExchangeOptions
from xbtfx_tui.paper.past_client import PaperPast
from xbtfx_tui.sync.system_clock import SystemClock
from xbtfx_tui.ui.account_choice import AccountChoice, Connected, NotConnected
from xbtfx_tui.ui.app import TerminalApp
from xbtfx_tui.ui.screen_options import DEFAULT_THEME, Mode, UiOptions
from xbtfx_tui.ui.screens.trading_screen import TradingScreen

HERE = Path(__file__).resolve().parent
SEED = 7
WATCHLIST = (*DEFAULT_WATCHLIST, "ETHUSD", "AUDUSD", "USDCAD", "EURGBP", "XAGUSD", "AAPL")


@dataclass(frozen=True, slots=True)
class Picture:
    """A file to draw: the size of the terminal, the keys from the trading screen to it and back, how many
    symbols the watchlist has, what a script has asked for by then (lines, and why), the theme, and whether
    there are colours."""

    name: str
    size: tuple[int, int]
    keys: tuple[str, ...] = ()
    back: tuple[str, ...] = ()
    symbols: int = len(WATCHLIST)
    asks: tuple[tuple[str, str], ...] = ()
    theme: str = DEFAULT_THEME
    has_colours: bool = True

    @property
    def leaves_marks(self) -> bool:
        """Whether the others would show something of it: a line to decide, another look of the chart."""
        return bool(self.asks) or self.name.startswith("chart")


CHART = ("3", "z", *("right_square_bracket",) * 3)
"""All of the screen for the chart, in candles of 15 minutes."""
BACK = (*("left_square_bracket",) * 3, "z", "1")
LARGEST = (200, 50)
INDICATORS = (
    *(":", *"chart ema 20", "enter"),
    *(":", *"chart bollinger", "enter"),
    *(":", *"chart rsi", "enter"),
    *(":", *"chart macd", "enter"),
)
PICTURES = (
    Picture("terminal-200x50", LARGEST, symbols=100),
    Picture("terminal-120x34", (120, 34)),
    Picture("terminal-80x24", (80, 24), ("4",), ("1",)),
    Picture("ticket", (120, 34), ("b", *"0.25", "tab", *"30p", "tab", *"60p"), ("escape",)),
    Picture("review", (120, 34), ("b", *"0.25", "tab", *"30p", "tab", *"60p", "enter"), ("escape", "escape")),
    Picture("command", (120, 34), (":", *"buy 1% EURUSD sl=30p tp=2r"), ("escape", "escape")),
    Picture(
        "proposals",
        (120, 34),
        ("P",),
        ("escape",),
        asks=(
            ("close losers", "end of session"),
            ("buy 0.10 EURUSD sl=30p", "breakout of Asia"),
        ),
    ),
    Picture("exposure", (120, 34), ("v",), ("escape",)),
    Picture("spec", (120, 34), ("i",), ("escape",)),
    Picture("close", (120, 34), ("4", "c"), ("escape", "1")),
    Picture("find", (120, 34), ("slash", *"gold"), ("escape",)),
    Picture("history", (120, 34), ("6", "right_square_bracket", "right_square_bracket"), ("4", "1")),
    Picture("messages", (120, 34), ("7",), ("4", "1")),
    Picture("help", (120, 34), ("question_mark",), ("escape",)),
    Picture("chart-60x20", (60, 20), CHART, BACK),
    Picture("chart-80x24", (80, 24), CHART, BACK),
    Picture("chart-120x34", (120, 34), (*CHART, *("left",) * 12), ("escape", *BACK)),
    Picture("chart-no-colour", (120, 34), CHART, BACK, has_colours=False),
    Picture("chart-blue-and-orange", (120, 34), CHART, BACK, theme="xbtfx-cvd"),
    Picture("chart-200x50", LARGEST, (*CHART, *INDICATORS), BACK),
    Picture("charts-200x50", LARGEST, (*CHART, "L", "L"), ("L", *BACK)),
)

FIRST_TRADE = "first-trade"
CHART_FOLLOWS = 1.5
"""Seconds after which the chart has drawn what came of a key: before, it may show what is closed by now."""


@dataclass(frozen=True, slots=True)
class Scene:
    """Keys that are struck, what is on screen once they are done, what the title says, and for how long."""

    keys: tuple[str, ...]
    shows: str
    caption: str
    seconds: float


SCENES = (
    Scene((), "live", "a first trade on paper", 2.5),
    Scene(("b",), "BUY EURUSD", "b: buy the selected symbol", 1.8),
    Scene((*"0.25", "tab"), "0.25", "0.25: the volume in lots", 1.4),
    Scene((*"30p", "tab"), "30.0 pips", "30p: a stop loss 30 pips away", 1.4),
    Scene((*"60p",), "60.0 pips", "60p: a take profit", 1.8),
    Scene(("enter",), "Enter sends", "enter: all that will be sent, in words", 4.0),
    Scene(("enter",), "Bought 0.25 EURUSD", "enter: it is sent, once", 2.5),
    Scene((), "Positions 4", "the position, at live prices", 2.0),
    Scene(("4", "home"), "Positions 4", "4: the positions", 2.0),
    Scene(("c",), "CLOSE EURUSD", "c: close it, or a part of it", 2.2),
    Scene(("enter",), "Enter sends", "enter: what that will bring", 3.0),
    Scene(("enter",), "Closed 0.25 EURUSD", "enter: closed, and what it came to", 4.0),
)


async def until(pilot: Pilot[int], is_so: Callable[[], bool], seconds: float = 20.0) -> None:
    """Wait for a condition. Raises TimeoutError."""
    async with asyncio.timeout(seconds):
        while not is_so():
            await pilot.pause(0.05)


async def draw(minutes: float, only: str | None) -> None:
    """Run the program and save every picture, or those whose names begin so."""
    exchange = await launch(ExchangeOptions(seed=SEED, form=ApiForm.RICH))
    with tempfile.TemporaryDirectory() as scratch:
        account = TradingAccount(
            AccountAccess(exchange.base_url, exchange.ws_url, exchange.key),
            SystemClock(),
            Journal(Path(scratch)),
            Limits(),
            read_only=False,
            begins_open=True,
            archive=ArchiveOptions(
                Path(scratch), exchange.base_url, past=PaperPast(exchange.base_url, exchange.key)
            ),
        )

        async def connect(choice: AccountChoice) -> Connected | NotConnected:
            return NotConnected("there is one account here")

        app = TerminalApp(
            UiOptions(watchlist=WATCHLIST, default_volume=Decimal("0.10")),
            connect,
            Connected(account, Mode.PAPER),
        )
        try:
            async with app.run_test(size=LARGEST) as pilot:
                await until(pilot, lambda: isinstance(account.store.trading, TradingOpen))
                await until(pilot, lambda: len(account.store.positions) > 0)
                await pilot.pause(minutes * 60)
                # As large as it is at first, the usual watchlist has filled the pane.
                usual = trading(app).watchlist
                wanted = [one for one in PICTURES if one.name.startswith(only or "")]
                for picture in (one for one in wanted if not one.leaves_marks):
                    await take(app, pilot, picture, usual)
                if only in (None, FIRST_TRADE):
                    save(FIRST_TRADE, animated([frame async for frame in first_trade(app, pilot)]))
                for picture in (one for one in wanted if one.leaves_marks):
                    for line, why in picture.asks:
                        account.proposals.propose(AskedLine(line, why, "night.sh", "a", 1))
                    await take(app, pilot, picture, usual)
        finally:
            await account.stop()
            await exchange.stop()


async def take(app: TerminalApp, pilot: Pilot[int], picture: Picture, usual: Sequence[str]) -> None:
    """Save one picture and go back to the panes; `usual` is the watchlist that fills the largest screen."""
    trading(app).watching.take(one_group(usual[: picture.symbols]))
    await pilot.resize_terminal(*picture.size)
    app.theme = picture.theme
    await pilot.press(*picture.keys)
    if not picture.has_colours:
        take_colours_away(app)
    await pilot.pause(3.0)
    save(picture.name, app.export_screenshot(title="xbtfx-tui"))
    if not picture.has_colours:
        give_colours_back(app)
    await pilot.press(*picture.back)


def take_colours_away(app: TerminalApp) -> None:
    """As NO_COLOR does at the start."""
    app.no_color = True
    app._filters.append(Monochrome())
    app.refresh_css()


def give_colours_back(app: TerminalApp) -> None:
    """The colours again."""
    app.no_color = False
    app._filters.pop()
    app.refresh_css()


def trading(app: TerminalApp) -> TradingScreen:
    """The screen that the pictures are of."""
    return next(screen for screen in app.screen_stack if isinstance(screen, TradingScreen))


async def first_trade(app: TerminalApp, pilot: Pilot[int]) -> AsyncIterator[AnimationFrame]:
    """Strike the keys of the scenes, as a hand would, and take what is on screen once they are done."""
    await pilot.resize_terminal(120, 34)
    await pilot.pause(2.0)
    for scene in SCENES:
        await pilot.press(*scene.keys)
        await until(pilot, partial(has_words, app, scene.shows))
        await pilot.pause(CHART_FOLLOWS)
        yield AnimationFrame(app.export_screenshot(title=scene.caption), scene.seconds)


def has_words(app: TerminalApp, words: str) -> bool:
    """Whether these words are on screen."""
    return words in html.unescape(re.sub(r"<[^>]*>", "", app.export_screenshot())).replace("\xa0", " ")


def save(name: str, svg: str) -> None:
    """Write a picture beside this script, and its path to the terminal."""
    path = HERE / f"{name}.svg"
    path.write_text(svg, encoding="utf-8")
    sys.stdout.write(f"{path}{os.linesep}")


def main() -> None:
    """Read the command line and draw."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--minutes", type=float, default=1.0, help="how long the market runs first")
    parser.add_argument("--only", metavar="NAME", help="draw the pictures alone whose names begin so")
    given = parser.parse_args()
    # The pictures show the usual theme, whatever terminal the script is started from.
    os.environ.update(TERM="xterm-256color", COLORTERM="truecolor")
    os.environ.pop("NO_COLOR", None)
    asyncio.run(draw(given.minutes, given.only))


if __name__ == "__main__":
    main()
