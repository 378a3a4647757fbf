"""Row 35: SIGTERM or SIGHUP while an order is in flight, to the program itself on a pseudo-terminal.

In real time and by keys. Then a second terminal opens the journal that the first one left, by leaps.
"""

import asyncio
from pathlib import Path

from tests.integration.pty_program import SIGNALS, PtyProgram, a_program
from tests.matrix.leaps import LOOPBACK
from tests.matrix.quiet_market import ticks
from tests.matrix.world import Run
from xbtfx_tui.domain.sides import Side
from xbtfx_tui.paper.faults.fault_types import Fault, Scripted

_IN_FLIGHT = (
    Scripted(Fault.DELAY, "/v1/trade", seconds=1.5),
    Scripted(Fault.LATE_DELIVERY, "/v1/trade", seconds=1.5),
    Scripted(Fault.DRIP, "/v1/trade", seconds=0.02),
    Scripted(Fault.NO_ANSWER, "/v1/trade"),
    Scripted(Fault.NO_ANSWER_EXECUTED, "/v1/trade"),
)
_LEAVES_WITHIN = 20.0


async def signalled(run: Run) -> None:
    """35: the terminal is restored, and what was in flight is found out by the next one."""
    run.clock.follows_the_machine()
    run.symbol = "EURUSD"
    run.beside(ticks(run.market, run.symbol, run.clock, run.rng))
    step = run.rng.choice(_IN_FLIGHT)
    run.script(step)
    home = run.directory / "home"
    home.mkdir()
    with run.loop.leaping.walking():
        run.loop.has_threads = True
        await asyncio.to_thread(_trades_and_is_ended, run, home)
        run.loop.has_threads = False
    (path,) = home.rglob("journal-*.sqlite3")
    run.journal_directory = path.parent
    await run.opens_the_terminal()
    rows = await run.journal.rows()
    assert len(rows) == 1, "one order was typed"
    run.intents += [row.entry.intent for row in rows]


def _trades_and_is_ended(run: Run, home: Path) -> None:
    number = run.rng.choice(list(SIGNALS))
    wait = run.rng.uniform(0.0, 1.0)
    ends = {
        "XBTFX_API_KEY": run.server.key.reveal(),
        "XBTFX_BASE_URL": f"http://{LOOPBACK}:{run.server.port}",
        "XBTFX_WS_URL": f"ws://{LOOPBACK}:{run.server.port}/v1/ws",
    }
    with a_program(home, "--currency", "USD", **ends) as program:
        program.sees("● live", "LOCKED", "EURUSD")
        program.unlocks()
        program.types("b" if run.side is Side.BUY else "s")
        program.sees(f"{run.side.value.upper()} EURUSD")
        program.types(f"{run.volume}\r")
        program.confirms_review()
        program.until(lambda: not run.faults.pending)
        _passes(program, wait)
        program.process.send_signal(number)
        assert program.ends(_LEAVES_WITHIN) == SIGNALS[number]
        assert program.left_as_it_was() == []
        assert run.server.key.reveal().encode() not in program.output


def _passes(program: PtyProgram, seconds: float) -> None:
    """So much time, with the program's output read."""
    program.reads(seconds)


ROWS = {35: ("SIGTERM, SIGHUP in flight: terminal restored", signalled)}
