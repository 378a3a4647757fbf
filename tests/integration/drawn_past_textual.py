"""A program for a test, to be run on a terminal: the real screen on a still account, put through its paces.

    python -m tests.integration.drawn_past_textual SEED STEPS REPORT

After each step it compares what the driver wants on the terminal, cell by cell, with what Textual draws when
it has to draw everything anew. What differs is written to REPORT; "fine" where nothing did.
"""

# ruff: noqa: ASYNC240 - nobody waits for this program
import asyncio
import sys
import traceback
from decimal import Decimal
from pathlib import Path
from random import Random

from msgspec.structs import replace
from textual.pilot import Pilot
from textual.widget import Widget

from tests.ui.still_life import PRICES, StillBackend, book, deals, still_backend
from xbtfx_tui.domain.positions import HistoryPeriod
from xbtfx_tui.domain.store_events import HistoryRead, Message, PositionsRead, Severity
from xbtfx_tui.ui.account_choice import AccountChoice, Connected, NotConnected
from xbtfx_tui.ui.app import TerminalApp
from xbtfx_tui.ui.screen_options import Mode, UiOptions
from xbtfx_tui.ui.screens.trading_panes import PanesScreen
from xbtfx_tui.ui.terminal.cell_diff import CellScreen
from xbtfx_tui.ui.terminal.terminal_driver import DiffDriver

KEYS = (
    *("down", "up", "j", "k", "b", "s", "c", "m", "escape", "escape", "escape", "enter", "1", "2", "3", "4"),
    *("7", "z", "tab", "question_mark", "slash", "ctrl+p", "ctrl+l", "0", "5", "left_square_bracket"),
    *("right_square_bracket", "right_square_bracket", "o", "6", "pagedown", "end", "home", "f"),
)
SETTLES_IN = 40
SHOWN = 12
MOST_SCREENS = 2
"""Behind a dialog over a dialog Textual draws nothing; the panes are there all the same."""


async def connect(choice: AccountChoice) -> Connected | NotConnected:
    """There is one account here."""
    return NotConnected("there is one account here")


class Paces:
    """One run of random steps."""

    def __init__(self, app: TerminalApp, backend: StillBackend, seed: int) -> None:
        self.app = app
        self.backend = backend
        self.rng = Random(seed)
        self.pilot: Pilot[int] = Pilot(app)
        self.steps: list[str] = []
        self.held = list(backend.store.positions.values())

    async def step(self) -> None:
        """Prices, a message, a key or a second: whatever comes."""
        rng = self.rng
        for symbol in rng.sample(list(PRICES), rng.randrange(len(PRICES) + 1)):
            bid, ask = PRICES[symbol]
            point = float(self.backend.store.specs[symbol].point)
            moved = rng.randrange(-40, 41) * point
            self.backend.quote(symbol, bid + moved, ask + moved, book(bid + moved, ask + moved, point))
        if rng.random() < 0.1:
            words = rng.choice(["Done.", "Ein längerer Satz.", "報価が古い。", "x" * 150])
            self.backend.store.apply(
                Message(self.backend.clock.now().wall, rng.choice(list(Severity)), words)
            )
        if rng.random() < 0.15:
            self.deals(rng.randrange(0, 60))
        if rng.random() < 0.15:
            self.positions()
        if rng.random() < 0.15:
            await self.sort()
        if rng.random() < 0.4:
            self.backend.clock.at += rng.choice([0.1, 0.5, 1.0, 6.0])
        if rng.random() < 0.4:
            key = rng.choice(KEYS)
            self.steps.append(key)
            await self.pilot.press(key)
        self.frame()
        if rng.random() < 0.5:
            await asyncio.sleep(0)
            self.frame()

    def deals(self, count: int) -> None:
        """Another history, shorter or longer than the pane."""
        pattern, *_ = deals()
        past = tuple(
            replace(pattern, ticket=number, profit=Decimal(number)) for number in range(1, count + 1)
        )
        self.backend.store.apply(HistoryRead(HistoryPeriod.TODAY, past))

    def positions(self) -> None:
        """Some of the positions are gone, or there again."""
        left = self.rng.sample(self.held, self.rng.randrange(len(self.held) + 1))
        self.backend.store.apply(PositionsRead(tuple(left), self.backend.store.mark()))

    async def sort(self) -> None:
        """Another order and title of the quotes, and one more before Textual has come to drawing them."""
        [screen] = (screen for screen in self.app.screen_stack if isinstance(screen, PanesScreen))
        screen.quotes.action_sort()
        for _ in range(self.rng.randrange(5)):
            await asyncio.sleep(0)
        screen.quotes.set_keys(self.rng.sample(screen.quotes.keys, len(screen.quotes.keys)))

    def frame(self) -> None:
        for screen in self.app.screen_stack:
            if hasattr(screen, "frame"):
                screen.frame()

    async def differs(self) -> list[str]:
        """Cells that are not as Textual would have them, once everything has come to rest."""
        wrong: list[str] = []
        for _ in range(SETTLES_IN):
            await asyncio.sleep(0.02)
            wrong = self.compare()
            if not wrong:
                break
        return wrong

    def compare(self) -> list[str]:
        app = self.app
        driver = app._driver
        assert isinstance(driver, DiffDriver)
        if len(app.screen_stack) > MOST_SCREENS:
            return []
        for screen in app.screen_stack:
            for widget in (screen, *screen.walk_children(Widget)):
                waits = set(widget._repaint_regions)
                widget._styles_cache.clear()
                widget._dirty_regions.clear()
                widget._set_dirty()
                widget._repaint_regions = waits  # else what was lost would be drawn with what comes next
        update = app.screen._compositor.render_update(full=True, screen_stack=app._background_screens)
        whole = CellScreen(*app.size)
        whole.feed(update.render_segments(app.console))  # type: ignore[union-attr]
        wrong = []
        for y, (mine, theirs) in enumerate(zip(driver._cells._rows, whole._rows, strict=True)):
            for x in range(app.size.width):
                one = mine.chars[x], mine.styles[x]
                other = theirs.chars[x], theirs.styles[x]
                if one != other:
                    wrong.append(f"row {y} column {x}: {one} is not {other}")
        return wrong


async def main(seed: int, steps: int, report: Path) -> None:
    """Run, and write the report."""
    backend = still_backend()
    options = UiOptions(watchlist=tuple(PRICES), usual_watchlist=False, fps=1)
    app = TerminalApp(options, connect, Connected(backend, Mode.PAPER))
    paces = Paces(app, backend, seed)

    async def goes() -> None:
        said = "it never started"
        with app._context():
            said = await paced()
        report.write_text(said)
        app.exit(0)

    async def paced() -> str:
        try:
            await asyncio.sleep(1.0)
            for number in range(steps):
                await paces.step()
                if number % 4 == 0 and (wrong := await paces.differs()):
                    where = f"step {number}, after {paces.steps[-6:]}, {app.screen!r}:"
                    return "\n".join([where, f"{len(wrong)} cells", *wrong[:SHOWN]])
        except Exception:
            return traceback.format_exc()
        return "fine"

    going = asyncio.create_task(goes())
    await app.run_async()
    await going


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3])))
