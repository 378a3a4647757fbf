"""The common way: a Textual table that updates its cells for each quote as it comes; a second one for depth.

python -m tests.benchmarks.reference_table SYMBOLS-FILE
"""

import asyncio
import json
import os
import sys
from pathlib import Path
from typing import Any

from textual.app import App, ComposeResult
from textual.containers import Horizontal
from textual.widgets import DataTable
from websockets.asyncio.client import connect

LEVELS = 5


class Quotes(App[None]):
    """Symbols on the left, the depth of the first one on the right."""

    CSS = "#quotes { width: 2fr; } #depth { width: 1fr; }"

    def __init__(self, symbols: list[str]) -> None:
        super().__init__()
        self.symbols = symbols
        self.shown: dict[tuple[str, str], str] = {}

    def compose(self) -> ComposeResult:
        with Horizontal():
            yield DataTable(id="quotes")
            yield DataTable(id="depth")

    def on_mount(self) -> None:
        quotes, depth = self.query_one("#quotes", DataTable), self.query_one("#depth", DataTable)
        for name in ("symbol", "bid", "ask", "spread"):
            quotes.add_column(name, key=name, width=12)
        for symbol in self.symbols:
            quotes.add_row(symbol, "", "", "", key=symbol)
        for name in ("price", "units"):
            depth.add_column(name, key=name, width=12)
        for level in range(2 * LEVELS):
            depth.add_row("", "", key=str(level))
        self.run_worker(self.receive(), exclusive=False)

    async def receive(self) -> None:
        async with connect(os.environ["XBTFX_WS_URL"], compression=None, proxy=None) as line:
            await line.send(json.dumps({"action": "auth", "token": os.environ["XBTFX_API_KEY"]}))
            await line.recv()
            wanted = {"action": "subscribe", "channel": "quotes", "symbols": self.symbols}
            await line.send(json.dumps(wanted))
            await line.send(json.dumps(wanted | {"symbols": self.symbols[:1], "depth": True}))
            async for frame in line:
                self.show(json.loads(frame))
                await asyncio.sleep(0)

    def show(self, frame: dict[str, Any]) -> None:
        if frame.get("channel") != "quote":
            return
        symbol, bid, ask = frame["symbol"], frame["bid"], frame["ask"]
        digits = max(len(str(bid).partition(".")[2]), 2)
        texts = {"bid": f"{bid:.{digits}f}", "ask": f"{ask:.{digits}f}", "spread": f"{ask - bid:.{digits}f}"}
        table = self.query_one("#quotes", DataTable)
        for column, text in texts.items():
            if self.shown.get((symbol, column)) != text:
                self.shown[symbol, column] = text
                table.update_cell(symbol, column, text)
        if "depth" in frame:
            self.show_depth(frame["depth"])

    def show_depth(self, depth: dict[str, list[list[float]]]) -> None:
        table = self.query_one("#depth", DataTable)
        levels = [*reversed(depth["asks"][:LEVELS]), *depth["bids"][:LEVELS]]
        for number, (price, units) in enumerate(levels):
            for column, text in (("price", f"{price:.5f}"), ("units", f"{units:,.0f}")):
                if self.shown.get((str(number), column)) != text:
                    self.shown[str(number), column] = text
                    table.update_cell(str(number), column, text)


if __name__ == "__main__":
    Quotes(Path(sys.argv[1]).read_text(encoding="utf-8").split()).run()
