"""The real screen on a run's account: Textual in the run's own time, its text read off the cells it draws.

Textual's timers go by the loop, like everything else in a run. Each text that is on the line of notices, in
Messages or in Positions is taken down with its moment; what of it is true is judged elsewhere.
"""

import asyncio
import contextlib
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import textual._time
from textual import events

from tests.matrix.leaps import LeapingLoop
from tests.matrix.quiet_market import SYMBOLS
from tests.matrix.timeline import Timeline, Words
from xbtfx_tui.account_service import TradingAccount
from xbtfx_tui.domain.positions import Position
from xbtfx_tui.ui import figure_format as fmt
from xbtfx_tui.ui.account_choice import AccountChoice, Connected
from xbtfx_tui.ui.app import TerminalApp
from xbtfx_tui.ui.screen_options import Mode, UiOptions

SIZE = (120, 34)
_LOOK = 0.5
_SETTLES = 2.0
_SIGNS = "✓!✗ "
_NOTICE = -2
_POSITIONS, _MESSAGES = "4", "7"
_ROW = re.compile(r"(?P<ticket>\d{6,})(?P<mark>\S*) +(?P<symbol>\S+) +(?P<side>buy|sell) +(?P<lots>[\d.]+) ")
_MESSAGE = re.compile(r"\d\d:\d\d:\d\d [ ✓!✗] (?P<text>.+)")
_CUT = "…"
_WHERE_THE_REST_IS = " 7 shows all"
_AGE = re.compile(r"^(<1m|\d+[mhd]) ago  ")
"""What stands before a notice that is no news any more."""
_SCROLL_BAR = " ▁▂▃▄▅▆▇█▔"
_ENOUGH = 12


@dataclass
class RunScreen:
    """One terminal's screen. `seen` are the texts that were on it, `wrong` what it showed that is not so."""

    app: TerminalApp
    timeline: Timeline
    seen: list[tuple[float, str]] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    def lines(self) -> list[str]:
        return [strip.text.rstrip() for strip in self.app.screen._compositor.render_strips()]

    async def watches(self) -> None:
        """Take down the line of notices, for as long as the terminal lives."""
        while self.app.is_running:
            await asyncio.sleep(_LOOK)
            with contextlib.suppress(IndexError):
                notice = _AGE.sub("", self.lines()[_NOTICE]).lstrip(_SIGNS)
                self._takes_down(notice.removesuffix(_WHERE_THE_REST_IS))

    async def is_read(self, held: dict[int, Position]) -> None:
        """At rest: Messages and Positions, the latter against what is held."""
        for line in await self._shows(_MESSAGES):
            if (message := _MESSAGE.search(line)) is not None:
                # The scroll bar, where there is one, covers the mark of a text that was cut.
                is_cut = len(line) >= SIZE[0] - 1
                self._takes_down(message["text"].rstrip(_SCROLL_BAR) + _CUT * is_cut)
        rows = [
            row for line in await self._shows(_POSITIONS) if (row := _ROW.match(line.lstrip())) is not None
        ]
        shown = {int(row["ticket"]): (row["symbol"], row["side"], row["lots"]) for row in rows}
        for ticket, told in shown.items():
            position = held.get(ticket)
            if position is None:
                self.wrong.append(f"Positions has {ticket} {told}, which is not held")
            elif (position.symbol, position.side.value) != told[:2] or str(position.volume) != told[2]:
                self.wrong.append(
                    f"Positions has {ticket} {told}, and it is {position.side} {position.volume}"
                )
        if any("No open positions" in line for line in self.lines()) and held:
            self.wrong.append(f"Positions says that there are none, and {sorted(held)} are held")

    def words(self) -> list[Words]:
        """What was on screen and is no message that was said by then, which is judged as it was said."""
        return [Words(at, text) for at, text in dict.fromkeys(self.seen) if not self._was_said(at, text)]

    def _takes_down(self, text: str) -> None:
        if text := text.strip():
            self.seen.append((self.timeline.now(), text))

    def _was_said(self, at: float, text: str) -> bool:
        said = (fmt.clean(one) for when, one in self.timeline.said if when <= at)
        parts = [part.strip() for part in text.split(_CUT) if part.strip()]
        if parts == [text]:
            return any(one.strip() == text for one in said)
        # What had no room was left out, at the end or before what matters most.
        in_order = re.compile(".*".join(map(re.escape, parts)))
        return len("".join(parts)) >= _ENOUGH and any(in_order.search(one) for one in said)

    async def _shows(self, pane: str) -> list[str]:
        self.app.post_message(events.Key(pane, pane))
        await asyncio.sleep(_SETTLES)
        return self.lines()


@contextlib.asynccontextmanager
async def a_screen(
    account: TradingAccount, loop: LeapingLoop, timeline: Timeline
) -> AsyncIterator[RunScreen]:
    """The terminal, on this account, which it starts; it is not stopped."""
    before, textual._time.get_time = textual._time.get_time, loop.time
    options = UiOptions(watchlist=SYMBOLS, save_watchlists=lambda lists: None)
    app = TerminalApp(options, _nowhere, Connected(account, Mode.PAPER))
    try:
        async with app.run_test(size=SIZE):
            screen = RunScreen(app, timeline)
            watching = asyncio.create_task(screen.watches())
            try:
                yield screen
            finally:
                watching.cancel()
    finally:
        textual._time.get_time = before


async def _nowhere(choice: AccountChoice) -> Connected:
    raise AssertionError("there is an account already")
