"""kill -9 with an order on its way, and the next start: the truth on screen, and nothing sent again."""

import re
import signal
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.integration.pty_program import PtyProgram, a_program
from xbtfx_tui.domain.secrets import ApiKey
from xbtfx_tui.paper.faults.script import Fault, FaultScript, Scripted
from xbtfx_tui.paper.options import ExchangeOptions
from xbtfx_tui.paper.process import PaperProcess, launch
from xbtfx_tui.ui.dialogs.dialog import DEAF_SECONDS

KEY = ApiKey("xbtfx_live_" + "deadbeef" * 4)
NOT_FILLED_WITHIN = 60.0
"""A clean look 30 s after the first one is asked for before an order is called not filled."""


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
    program.confirms_review(DEAF_SECONDS)
    program.until(lambda: sent(ledger(exchange)) == 1)
    program.process.send_signal(signal.SIGKILL)
    program.process.wait()


@pytest.mark.parametrize(
    "fault", [Fault.NO_ANSWER_EXECUTED, Fault.NO_ANSWER], ids=["executed", "not executed"]
)
async def test_killed_while_it_waits_for_the_answer(tmp_path: Path, fault: Fault) -> None:
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
        with a_program(tmp_path, "--currency", "USD", **ends) as program:
            program.sees("At the last run's end 1 order was open. Buy 0.25 EURUSD:")
            if executed:
                (done,) = trades(ledger(exchange))
                program.sees(f"found as ticket {done['tickets'][0]}", "4 Positions 1")
            else:
                program.sees("not found yet", "No open positions.")
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
