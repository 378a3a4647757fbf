"""kill -9 around a firing, by the real signal: at most one order, and the next start says which.

The child dies at the statement of that number after the tick that fires; what its server took stands in a
file of its own, which is the truth.
"""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.unit.rules_trader import RulesTrader
from xbtfx_tui.domain.order_outcomes import IntentState

ROOT = Path(__file__).resolve().parents[2]
LINES = ("buy 0.10 EURUSD limit=1.0810 group=a", "buy 0.20 EURUSD limit=1.0811 group=a")
BEFORE_THE_COMMIT, AFTER_IT, AFTER_THE_FIRST_BYTE = 3, 4, "sent"

_LIFE = """
import asyncio, os, signal, sys
from pathlib import Path
from tests.unit.rules_trader import RulesTrader
from tests.unit.test_rules_killed import LINES

state, ledger, place = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]
left = None

def statement(text):
    global left
    if left is not None and not text.startswith("--"):
        left -= 1
        if left < 0:
            os.kill(os.getpid(), signal.SIGKILL)

async def main():
    global left
    trader = RulesTrader(state)
    await trader.takes_up()
    for line in LINES:
        await trader.arms(line)

    def sent(one):
        with ledger.open("a") as file:
            file.write(one.key + "\\n")
        if place == "sent":
            os.kill(os.getpid(), signal.SIGKILL)

    trader.server.before_answer = sent
    trader.server.answers.append(trader.fills)
    connection = trader.journal._connection
    await trader.journal._run(lambda: connection.set_trace_callback(statement))
    left = 10_000 if place == "sent" else int(place)
    await trader.tick(1.08050)
    await trader.settles()
    left = None
    print("lived")
    await trader.rules.stop()
    await trader.desk.finish(within=0.0)

asyncio.run(main())
"""


def is_killed_at(tmp_path: Path, place: int | str) -> bool:
    """Whether the life came so far as to be killed there."""
    done = subprocess.run(
        [sys.executable, "-c", _LIFE, str(tmp_path / "state"), str(tmp_path / "ledger"), str(place)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode in (0, -signal.SIGKILL), done.stderr
    return done.returncode != 0


async def tells_the_truth(tmp_path: Path) -> str:
    """The next start, at a price past the level: held to the ledger. What came of it, in a word."""
    ledger = tmp_path / "ledger"
    sent = ledger.read_text().split() if ledger.exists() else []
    assert len(sent) <= 1
    trader = RulesTrader(tmp_path / "state")
    await trader.takes_up(1.08040)
    for _ in range(3):
        await trader.tick(1.08040)
        await trader.looks_for(1)
    assert trader.opened == 0, "a later run sends nothing of it"
    waiting = {one.number: trader.stands(one.number) for one in trader.rules.orders if one.is_waiting}
    records = list(trader.store.intents.values())
    known = [row.story[-1].state for row in await trader.journal.rows()]
    was_never_sent = trader.heard(
        "Armed order 1 had fired when this program ended, and its order was never sent"
    )
    match waiting, records, was_never_sent:
        case {1: "ASKED", 2: "ASKED"}, [], False:
            word = "asked"
        case {}, [], False if known == [IntentState.FILLED]:
            word = "filled"
        case {}, [], True:
            word = "never sent"
        case {}, [record], False if record.origin is not None and record.origin.words == "rule 1":
            word = "abandoned" if record.state is IntentState.ABANDONED else "followed"
        case found:
            raise AssertionError(found)
    assert bool(sent) <= (word in ("followed", "filled"))
    await trader.rules.stop()
    await trader.desk.finish(within=0.0)
    return word


@pytest.mark.parametrize(
    ("place", "word"),
    [(BEFORE_THE_COMMIT, "asked"), (AFTER_IT, "never sent"), (AFTER_THE_FIRST_BYTE, "followed")],
)
async def test_killed_before_and_after_the_commit_and_after_the_first_byte(
    tmp_path: Path, place: int | str, word: str
) -> None:
    """R1, R2, R3."""
    assert is_killed_at(tmp_path, place)
    assert await tells_the_truth(tmp_path) == word


@pytest.mark.long
async def test_killed_at_any_statement(tmp_path: Path) -> None:
    words: list[str] = []
    for place in range(100):
        there = tmp_path / str(place)
        there.mkdir()
        if not is_killed_at(there, place):
            assert await tells_the_truth(there) == "filled"
            break
        words.append(await tells_the_truth(there))
    assert words[0] == "asked"
    assert {"asked", "never sent", "followed", "filled"} <= set(words)
