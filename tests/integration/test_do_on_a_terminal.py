"""`xbtfx-tui do` on a real terminal: the question and its answers, ctrl+c while orders go out."""

import asyncio
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.integration.exchange_client import ExchangeFactory, PaperExchange
from tests.integration.pty_program import PtyProgram, a_program
from xbtfx_tui.paper.exchange_options import Fills
from xbtfx_tui.paper.faults.fault_injector import ScriptedFaults
from xbtfx_tui.paper.faults.fault_types import Fault, FaultScript, Scripted

QUESTION = "Send this order? Type yes:"


async def on_a_terminal(
    exchange: PaperExchange, home: Path, *typed: str, then: Callable[[PtyProgram], None]
) -> tuple[int, str]:
    """Run it on a terminal beside the exchange's event loop; its exit code and what is on screen."""

    def run() -> tuple[int, str]:
        where = {"XBTFX_API_KEY": exchange.key.reveal(), "XBTFX_BASE_URL": exchange.base_url}
        with a_program(home, "do", *typed, **where) as program:
            then(program)
            code = program.ends()
            return code, program.text()

    return await asyncio.to_thread(run)


def answers(*lines: str) -> Callable[[PtyProgram], None]:
    def then(program: PtyProgram) -> None:
        program.sees(QUESTION)
        for line in lines:
            program.types(line)

    return then


async def test_the_word_yes_sends_what_was_shown(exchange_factory: ExchangeFactory, tmp_path: Path) -> None:
    exchange = await exchange_factory(fresh=True)
    code, text = await on_a_terminal(exchange, tmp_path, "buy 0.10 EURUSD", then=answers("yes\r"))
    assert code == 0, text
    assert "1 of 1 done." in text
    assert [held["symbol"] for held in await exchange.positions()] == ["EURUSD"]


def interrupts(program: PtyProgram) -> None:
    """What ctrl+c does in a shell, whose terminal this is not."""
    program.process.send_signal(signal.SIGINT)


@pytest.mark.parametrize("typed", ["y\r", "\r", "no\r", "\x04"])
async def test_anything_else_sends_nothing(
    exchange_factory: ExchangeFactory, tmp_path: Path, typed: str
) -> None:
    exchange = await exchange_factory(fresh=True)
    code, text = await on_a_terminal(exchange, tmp_path, "buy 0.10 EURUSD", then=answers(typed))
    assert code == 1, text
    assert "Not confirmed: nothing was sent." in text
    assert len(exchange.engine.executions) == 0


async def test_ctrl_c_at_the_question_sends_nothing(
    exchange_factory: ExchangeFactory, tmp_path: Path
) -> None:
    exchange = await exchange_factory(fresh=True)

    def then(program: PtyProgram) -> None:
        program.sees(QUESTION)
        interrupts(program)

    code, text = await on_a_terminal(exchange, tmp_path, "buy 0.10 EURUSD", then=then)
    assert (code, len(exchange.engine.executions)) == (130, 0), text
    assert "Interrupted: nothing was sent." in text


async def test_a_yes_typed_ahead_answers_nothing(exchange_factory: ExchangeFactory, tmp_path: Path) -> None:
    exchange = await exchange_factory(fresh=True)

    def then(program: PtyProgram) -> None:
        program.types("yes\r")
        answers("no\r")(program)

    code, text = await on_a_terminal(exchange, tmp_path, "buy 0.10 EURUSD", then=then)
    assert (code, len(exchange.engine.executions)) == (1, 0), text


async def test_ctrl_c_waits_for_the_order_in_flight_and_begins_no_other(
    exchange_factory: ExchangeFactory, tmp_path: Path
) -> None:
    faults = ScriptedFaults(FaultScript((Scripted(Fault.DELAY, seconds=2.0),)))
    exchange = await exchange_factory(fresh=True, fills=Fills.INSTANT, faults=faults)

    def then(program: PtyProgram) -> None:
        program.until(lambda: len(exchange.engine.executions) == 1)
        interrupts(program)
        program.sees("Stopping: an order in flight is waited for")
        interrupts(program)

    commands = ("buy 0.10 EURUSD", "buy 0.02 XAUUSD", "buy 0.01 BTCUSD")
    code, text = await on_a_terminal(exchange, tmp_path, *commands, "--yes", then=then)
    assert code == 1, text
    assert "1 of 3 done." in text
    assert "Not begun: Buy 0.02 XAUUSD" in text
    assert [held["symbol"] for held in await exchange.positions()] == ["EURUSD"]


async def test_what_was_not_sent_has_realised_nothing_in_the_json(
    exchange_factory: ExchangeFactory, tmp_path: Path
) -> None:
    exchange = await exchange_factory()
    (one, *_) = await exchange.positions()

    def then(program: PtyProgram) -> None:
        program.sees(QUESTION)
        program.types("no\r")
        program.sees('"sheets"')

    code, text = await on_a_terminal(exchange, tmp_path, f"close {one['ticket']}", "--json", then=then)
    assert code == 1
    assert '"profit": null' in text
    assert '"profit": "' not in text
