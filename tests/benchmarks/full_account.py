"""An account with hundreds of positions, and one with tens of thousands of orders behind it."""

import asyncio
import json
import random
import re
import sqlite3
import time
from contextlib import closing
from decimal import Decimal
from pathlib import Path

from tests.benchmarks.findings import Finding, percentiles, share_of
from tests.benchmarks.front import a_front
from tests.benchmarks.latency import MANY
from tests.benchmarks.load import UPDATES, WARM_UP
from tests.benchmarks.machine import resident_mb
from tests.benchmarks.market import LiveMarket, a_home, a_market, environment, the_program
from tests.benchmarks.pty_run import a_run
from tests.benchmarks.screen import Grid
from xbtfx_tui.domain.clock import Instant
from xbtfx_tui.domain.intents import OpenIntent
from xbtfx_tui.domain.order_outcomes import IntentState, StoryLine
from xbtfx_tui.domain.positions import Position
from xbtfx_tui.domain.sides import Side
from xbtfx_tui.orders.journal.journal_paths import login_file
from xbtfx_tui.orders.journal.order_journal import Entry, Journal, SeenBefore
from xbtfx_tui.paper.service.api_rows import position_row
from xbtfx_tui.paper.service.json_bodies import write_json

POSITIONS, ORDERS = 200, 20_000
LINE = "close losers"
_KEY_GOAL = 0.050
_MOST_MORE_MB = 15.0
_BETWEEN_KEYS = (0.05, 0.25)


def positions_body(market: LiveMarket) -> bytes:
    """The list of as many positions, half of them losing."""
    held = (
        Position(
            50_000_000 + number,
            market.symbols[number % 40],
            Side.BUY if number % 2 else Side.SELL,
            Decimal("0.10"),
            Decimal("1.10"),
            Decimal("1.10"),
            None,
            None,
            Decimal(number % 7 - 3),
        )
        for number in range(POSITIONS)
    )
    rows = list(map(position_row, held))
    return write_json({"positions": rows, "count": len(rows)})


def key_to_paint(keys: int) -> Finding:
    """From a key of a command that is about all of them until its letter is painted, at 5,000 quotes/s; the
    line as it stands, with its preview, is typed into as well."""
    rng = random.Random(7)
    samples: list[float] = []
    with (
        a_market(MANY, UPDATES) as market,
        a_front(market, "/v1/positions", lambda: body) as base_url,
        a_home(market.symbols) as home,
    ):
        body = positions_body(market)
        with a_run(the_program(), environment(home, market, base_url)) as run:
            run.until(lambda grid: "● live" in grid.text() and f"4 Positions {POSITIONS}" in grid.text())
            run.draws_for(WARM_UP)
            run.types(":")
            run.until(lambda grid: "command ──" in grid.text() or ": " in grid.text(), within=5.0)
            while len(samples) < keys:
                for end in range(1, len(LINE) + 1):
                    run.draws_for(rng.uniform(*_BETWEEN_KEYS))
                    pressed = run.types(LINE[end - 1])
                    samples.append(run.until(_Typed(LINE[:end]), within=5.0) - pressed)
                run.draws_for(0.6)
                run.types("\x15")  # ctrl+u
                run.until(lambda grid: not _Typed(LINE[0])(grid), within=5.0)
    return Finding(
        f"key to paint on the command line, {POSITIONS} positions, 5,000 quotes/s",
        percentiles(samples),
        "",
        f"p99 at most {_KEY_GOAL * 1000:.0f} ms",
        share_of(samples, 0.99) <= _KEY_GOAL,
    )


class _Typed:
    """Whether the command line shows this much of what is typed."""

    def __init__(self, text: str) -> None:
        self._line = re.compile(rf": {re.escape(text)}(?! *\w)", re.MULTILINE)

    def __call__(self, grid: Grid) -> bool:
        return self._line.search(grid.text()) is not None


def journal_memory() -> Finding:
    """Resident memory with a journal of so many orders of the last day, beside that of a new account."""
    with a_market(None, UPDATES) as market:
        without = _memory(market, orders=0)
        with_it = _memory(market, orders=ORDERS)
    return Finding(
        f"memory with {ORDERS:,} orders of the last day in the journal",
        f"{with_it:.0f} MB",
        f"without any {without:.0f} MB",
        f"at most {_MOST_MORE_MB:.0f} MB more",
        with_it - without <= _MOST_MORE_MB,
    )


def _memory(market: LiveMarket, orders: int) -> float:
    with a_home() as home:
        if orders:
            asyncio.run(_fill(home / ".local" / "state" / "xbtfx-tui", market.login, orders))
        with a_run(the_program(), environment(home, market)) as run:
            run.until(lambda grid: "● live" in grid.text() and "#" in grid.text())
            run.draws_for(WARM_UP)
            return resident_mb(run.pid)


async def _fill(directory: Path, login: int, orders: int) -> None:
    """A journal with one order that was filled, as often."""
    journal = Journal(directory)
    await journal.claim(login)
    at = time.time() - 3_600
    intent = OpenIntent("first", "EURUSD", Side.BUY, Decimal("0.10"), Decimal("1.1"))
    seen = SeenBefore((), tuple(range(60)))
    body = b'{"symbol":"EURUSD","side":"buy","volume":0.10}'
    await journal.begin(
        Entry(intent, login, "/v1/trade", body, Instant(1.0, 1.0, at), seen),
        StoryLine(at, IntentState.JOURNALED, "Journaled."),
    )
    await journal.move("first", StoryLine(at, IntentState.SENDING, "Being sent."), attempt=1)
    await journal.move("first", StoryLine(at, IntentState.FILLED, "Bought 0.10 EURUSD."), ticket=40_000_061)
    await journal.close()
    with closing(sqlite3.connect(login_file(directory, login))) as connection:
        numbers = json.dumps(list(range(orders)))
        for table, key in (("intents", "id"), ("transitions", "intent_id")):
            columns = [name for (_, name, *_) in connection.execute(f"PRAGMA table_info({table})")]
            kept = [name for name in columns if name not in {key, "rowid"}]
            chosen = [
                f"REPLACE({name}, 'first', '00000000-0000-4000-8000-' || printf('%012d', value))"
                if name == "intent"
                else name
                for name in kept
            ]
            connection.execute(
                f"INSERT INTO {table} ({key}, {', '.join(kept)}) "  # noqa: S608
                f"SELECT '00000000-0000-4000-8000-' || printf('%012d', value), {', '.join(chosen)} "
                f"FROM {table}, (SELECT value FROM json_each(?)) WHERE {key} = 'first'",
                (numbers,),  # the statement is made of constants and of the table's own columns
            )
        connection.commit()
