"""kill -9 with an order on its way, and the next start: the truth on screen, and nothing sent again."""

import re
import signal
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.integration.pty_program import PtyProgram, a_program
from xbtfx_tui.domain.api_key import ApiKey
from xbtfx_tui.paper.child_process import PaperProcess, launch
from xbtfx_tui.paper.exchange_options import ExchangeOptions
from xbtfx_tui.paper.faults.fault_types import Fault, FaultScript, Scripted

KEY = ApiKey("xbtfx_live_" + "deadbeef" * 4)
NOT_FILLED_WITHIN = 60.0
"""A clean look 30 s after the first one is asked for before an order is called not filled."""
TEN_TIMES_AS_SOON = """
from xbtfx_tui.orders.reconcile import check_schedule as looks
looks.LAST_LOOK_AFTER /= 10
looks.PLACED_FOR /= 10
looks._SNAPSHOTS_AT = tuple(at / 10 for at in looks._SNAPSHOTS_AT)
looks._HISTORY_AT = {state: tuple(at / 10 for at in times) for state, times in looks._HISTORY_AT.items()}
"""
AS_IT_IS = ""
"""The looks in real time: that they are 30 s apart is the rule of tests that turn a clock; this one sees what
they come to on screen."""


def ledger(exchange: PaperProcess) -> dict[str, Any]:
    headers = {"Authorization": f"Bearer {KEY.reveal()}"}
    told = httpx.get(f"{exchange.base_url}/paper/ledger", headers=headers, trust_env=False)
    found: dict[str, Any] = told.raise_for_status().json()
    return found


def sent(told: dict[str, Any]) -> int:
    """How many requests to trade came."""
    received = told["requests"].get("/v1/trade")
    return 0 if received is None else int(received["count"])


def trades(told: dict[str, Any]) -> list[dict[str, Any]]:
    return [one for one in told["executions"] if one["cause"] == "trade"]


def buys_and_is_killed(program: PtyProgram, exchange: PaperProcess) -> None:
    program.sees("● live", "LOCKED", "EURUSD")
    program.until(lambda: re.search(r"EURUSD\W+1\.\d{5}", program.text()) is not None)
    program.unlocks()
    program.types("b")
    program.sees("BUY EURUSD", "ask 1.")
    program.types("0.25\r")
    program.confirms_review()
    program.until(lambda: sent(ledger(exchange)) == 1)
    program.process.send_signal(signal.SIGKILL)
    program.process.wait()


def starts_again(home: Path, looks: str, ends: dict[str, str]) -> PtyProgram:
    """The next run of it, which looks for the order at these times."""
    program = f"{looks}\nfrom xbtfx_tui.cli import main\nraise SystemExit(main())"
    return PtyProgram(home, (), ends, [sys.executable, "-c", program, "--currency", "USD"])


@pytest.mark.parametrize(
    ("fault", "looks"),
    [
        pytest.param(Fault.NO_ANSWER_EXECUTED, AS_IT_IS, id="executed", marks=pytest.mark.long),
        pytest.param(Fault.NO_ANSWER, TEN_TIMES_AS_SOON, id="not executed"),
        pytest.param(Fault.NO_ANSWER, AS_IT_IS, id="not executed, in real time", marks=pytest.mark.long),
    ],
)
async def test_killed_while_it_waits_for_the_answer(tmp_path: Path, fault: Fault, looks: str) -> None:
    script = FaultScript((Scripted(fault, "/v1/trade"),))
    exchange = await launch(ExchangeOptions(key=KEY, seed=7, fresh=True, tick_rate=4, faults=script))
    ends = {
        "XBTFX_API_KEY": KEY.reveal(),
        "XBTFX_BASE_URL": exchange.base_url,
        "XBTFX_WS_URL": exchange.ws_url,
    }
    executed = 1 if fault is Fault.NO_ANSWER_EXECUTED else 0
    try:
        with a_program(tmp_path, "--currency", "USD", **ends) as program:
            buys_and_is_killed(program, exchange)
        with closing(starts_again(tmp_path, looks, ends)) as program:
            program.sees("At the last run's end the outcome of 1 order was not known. Buy 0.25 EURUSD:")
            if executed:
                (done,) = trades(ledger(exchange))
                program.sees(f"found as ticket {done['tickets'][0]}", "4 Positions 1")
            else:
                program.sees("not found yet", "No position is listed, but what became of Buy 0.25 EURUSD")
                program.until(lambda: "Not filled: " in program.text(), NOT_FILLED_WITHIN)
            told = ledger(exchange)
            assert len(trades(told)) == executed
            assert sent(told) == 1
            program.types("7")
            program.sees("Unknown: the terminal stopped before the outcome was known.")
            program.types("q")
            assert program.ends() == 0
    finally:
        await exchange.stop()
