"""A trader at a terminal that stands still: what they press, and what the screen then shows."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest
from textual.pilot import Pilot

from tests.patience import PATIENCE
from tests.ui.keys_in_turn import waits_for_keys
from tests.ui.looks import A_LOOK
from tests.ui.still_life import StillBackend, still_backend
from xbtfx_tui.domain.event_sounds import Sound
from xbtfx_tui.domain.watchlists import Watchlists
from xbtfx_tui.ui.account_choice import AccountChoice, Connected, NotConnected
from xbtfx_tui.ui.app import TerminalApp
from xbtfx_tui.ui.screen_options import Mode, UiOptions
from xbtfx_tui.ui.screens.trading_screen import TradingScreen

WATCHLIST = ("EURUSD", "GBPUSD", "USDJPY", "XAUUSD", "BTCUSD", "NDXUSD")


async def nowhere(choice: AccountChoice) -> Connected | NotConnected:
    return NotConnected("no account here")


@dataclass
class Desk:
    """A trader at the terminal: what they see, and what they do."""

    backend: StillBackend
    app: TerminalApp
    pilot: Pilot[int]
    saved: list[tuple[str, ...]] = field(default_factory=list)

    @property
    def screen(self) -> TradingScreen:
        screen = self.app.screen_stack[1]
        assert isinstance(screen, TradingScreen)
        return screen

    async def presses(self, *keys: str) -> None:
        await self.pilot.press(*keys)
        await self.sees_a_frame()

    async def confirms(self, *keys: str) -> None:
        """These keys, then enter, as a person presses it: a look after the last key."""
        if keys:
            await self.pilot.press(*keys)
        self.backend.clock.at += A_LOOK
        await self.presses("enter")

    async def sees_it_all(self) -> None:
        """Wait until nothing on screen is still being drawn, what the chart asks the archive for included."""
        async with asyncio.timeout(PATIENCE):
            looks = 0
            while looks < 2:  # a frame may have brought the chart on screen
                await self.sees_a_frame()
                looks = looks + 1 if self.screen.chart.is_current else 0
                await self.pilot.pause(0 if looks else 0.01)

    async def sees(self, *words: str) -> None:
        """Wait until all of this is on screen at once."""
        async with asyncio.timeout(PATIENCE):
            while not all(word in self.text() for word in words):
                await self.sees_a_frame()

    async def sees_a_frame(self) -> None:
        self.screen.frame()
        await self.pilot.pause()

    def looks_at(self) -> tuple[set[str], str | None]:
        """The symbols whose quotes are wanted, and the one whose depth is."""
        symbols, depth = self.backend.looked_at
        return set(symbols), depth

    def text(self) -> str:
        """What the whole screen shows."""
        lines = self.app.screen._compositor.render_strips()
        return "\n".join(strip.text.rstrip() for strip in lines)

    def line(self, start: str) -> str:
        """The line of the screen that begins so."""
        return next(line for line in self.text().splitlines() if line.startswith(start))


def sounds(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> list[Sound]:
    """What the terminal sounds for from now on; it rings nothing."""
    heard: list[Sound] = []
    monkeypatch.setattr(desk.screen.ringer, "tell", lambda news: heard.extend(one.sound for one in news))
    return heard


@asynccontextmanager
async def a_desk(
    backend: StillBackend | None = None,
    size: tuple[int, int] = (120, 34),
    mode: Mode = Mode.PAPER,
    watchlist: tuple[str, ...] = (),
    **options: object,
) -> AsyncIterator[Desk]:
    """The terminal over an account that stands still, at its first frame."""
    backend = backend or still_backend()
    saved: list[tuple[str, ...]] = []

    def save(lists: Watchlists) -> None:
        saved.append(lists.shown.symbols)

    options.setdefault("usual_watchlist", False)
    ui = UiOptions(watchlist=watchlist or WATCHLIST, save_watchlists=save, **options)  # type: ignore[arg-type] # a test names fields
    app = TerminalApp(ui, nowhere, Connected(backend, mode))
    async with app.run_test(size=size) as pilot:
        waits_for_keys(pilot)
        desk = Desk(backend, app, pilot, saved)
        await desk.sees_a_frame()
        yield desk
