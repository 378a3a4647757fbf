"""An empty list of positions is believed only beside figures of the account that are of after it."""

import json

import pytest

from tests.integration.command_runs import CommandLine
from tests.integration.exchange_client import ExchangeFactory, PaperExchange
from xbtfx_tui.paper.exchange_options import ApiForm, Fills
from xbtfx_tui.paper.faults.fault_files import parse_fault
from xbtfx_tui.paper.faults.fault_injector import ScriptedFaults
from xbtfx_tui.paper.faults.fault_types import FaultScript

LACKS_SOME = "No position is listed, but the account has margin in use: the list may lack some."


@pytest.fixture
async def hiding(exchange_factory: ExchangeFactory) -> PaperExchange:
    """A position was opened a moment ago: the list of positions is empty, and the account's figures are those
    of before it, as the server gives them again for 2 s."""
    faults = ScriptedFaults(FaultScript((parse_fault("list_empty=60,read=/v1/positions"),)))
    exchange = await exchange_factory(fresh=True, fills=Fills.INSTANT, faults=faults, form=ApiForm.MINIMAL)
    assert (await exchange.gets("/v1/account"))["margin"] == 0
    await exchange.buys("EURUSD", 0.1)
    assert (await exchange.gets("/v1/positions"))["positions"] == []
    return exchange


async def test_it_is_not_told_as_nothing_being_open(line: CommandLine, hiding: PaperExchange) -> None:
    assert await line.runs(hiding, "positions") == 1
    assert (line.out, line.err) == ("", f"xbtfx-tui: {LACKS_SOME}\n")


async def test_a_script_is_told_of_the_doubt(line: CommandLine, hiding: PaperExchange) -> None:
    assert await line.runs(hiding, "positions", "--json") == 1
    told = json.loads(line.out)
    assert (told["count"], told["doubt"]) == (0, LACKS_SOME)


async def test_closing_all_goes_out(line: CommandLine, hiding: PaperExchange) -> None:
    code = await line.runs(hiding, "do", "close all", "--yes")
    assert "Nothing is open" not in line.out + line.err
    assert hiding.engine.positions() == ()
    assert code != 1


async def test_an_account_that_holds_nothing_is_told_so(
    line: CommandLine, exchange_factory: ExchangeFactory
) -> None:
    flat = await exchange_factory(fresh=True, form=ApiForm.MINIMAL)
    assert await line.runs(flat, "positions", "--json") == 0
    assert json.loads(line.out)["doubt"] is None
    assert await line.runs(flat, "do", "close all", "--yes") == 1
    assert "Nothing is open." in line.err
