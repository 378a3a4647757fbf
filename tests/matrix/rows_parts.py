"""Rows 41 to 43: what is executed is not what was asked for: a part, without its stops, half of it."""

from decimal import Decimal

from tests.matrix.by_command import by_command
from tests.matrix.kinds import CLOSES, OPENS, Kind
from tests.matrix.world import Run
from xbtfx_tui.domain.intents import Intent
from xbtfx_tui.paper.faults.fault_types import Fault, Scripted, Telling

_ANSWERS = (Telling.FILLED, Telling.PLACED, Telling.TIMED_OUT, Telling.IN_PART, Telling.CUT)
_LEAST = Decimal("0.05")
_REST = 60.0
_BY_COMMAND = 0.25


async def opened_in_part(run: Run) -> None:
    """41: 0.4 of the volume, whatever the answer says; the rest never comes, or 60 s later."""
    run.volume = max(run.volume, _LEAST)
    await _carries_out(run, run.prepares(*OPENS), _part(run))


async def without_its_stops(run: Run) -> None:
    """42: opened without its stops; stops off by a point, or told as floats have them."""
    kinds = (Kind.OPEN_WITH_STOPS, Kind.OPEN_WITH_STOPS, Kind.MODIFY)
    intent = await run.ready(*kinds)
    answer = run.rng.choice([Telling.FILLED, Telling.PLACED, Telling.TIMED_OUT, Telling.CUT])
    fault = run.rng.choice([Fault.WITHOUT_STOPS, Fault.STOPS_OFF, Fault.STOPS_ULP])
    step = Scripted(fault, answer=answer, by=run.rng.choice([1.0, -1.0, 7.0]))
    run.script(step)
    if fault is Fault.STOPS_ULP and answer is not Telling.PLACED:
        lost = {Telling.TIMED_OUT: Fault.TIMED_OUT_LATE, Telling.CUT: Fault.CUT_SHORT}.get(answer)
        if lost is not None:
            run.script(Scripted(lost, seconds=0.1))
    run.submits(intent)
    await run.trader_decides(intent)


async def closed_in_part(run: Run) -> None:
    """43: a close is done in part, or the opening half of a reverse."""
    run.volume = max(run.volume, _LEAST)
    await _carries_out(run, run.prepares(*CLOSES, Kind.REVERSE), _part(run))


async def _carries_out(run: Run, intent: Intent, step: Scripted) -> None:
    """By the command line in one run of four, else at the terminal."""
    if run.rng.random() < _BY_COMMAND:
        run.script(step)
        await by_command(run, intent)
        intent = run.intents[-1]
    else:
        await run.opens_the_terminal()
        run.script(step)
        run.submits(intent)
    await run.trader_decides(intent)


def _part(run: Run) -> Scripted:
    rest = run.rng.choice([None, None, _REST, run.rng.uniform(1.0, 40.0)])
    if rest is not None:
        run.watch_for(rest + 25.0)
    return Scripted(Fault.PART, seconds=rest, answer=run.rng.choice(_ANSWERS))


ROWS = {
    41: ("part filled, the rest later or never", opened_in_part),
    42: ("opened without its stops, stops off", without_its_stops),
    43: ("close done in part, half reversed in part", closed_in_part),
}
