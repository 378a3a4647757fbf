"""`xbtfx-tui do` against a real exchange: what is planned, what is sent, and the ledger that agrees."""
# ruff: noqa: ASYNC240 - a test has no screen to hold up

import json
import os
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.integration.command_runs import CommandLine
from tests.integration.exchange_client import ExchangeFactory, PaperExchange
from xbtfx_tui.config.file_paths import meeting_dirs
from xbtfx_tui.domain.accounts import MarginMode, Permission
from xbtfx_tui.domain.order_outcomes import IntentState
from xbtfx_tui.orders.journal.journal_paths import lock_file
from xbtfx_tui.orders.journal.login_lock import MeetingPlaces, OwnerLock
from xbtfx_tui.paper.exchange_options import Fills
from xbtfx_tui.paper.faults.fault_injector import ScriptedFaults
from xbtfx_tui.paper.faults.fault_types import Fault, FaultScript, Scripted

D = Decimal


@pytest.fixture
async def fresh(exchange_factory: ExchangeFactory) -> PaperExchange:
    """An empty account on a moving market; orders are placed first, then filled, as live."""
    return await exchange_factory(fresh=True)


async def faulty(factory: ExchangeFactory, *steps: Scripted) -> PaperExchange:
    return await factory(faults=ScriptedFaults(FaultScript(steps)), fresh=True, fills=Fills.INSTANT)


def trades(exchange: PaperExchange) -> int:
    """How many orders the exchange has carried out."""
    return len(exchange.engine.executions)


def states(line: CommandLine) -> list[str]:
    return [order["state"] for order in json.loads(line.out)["orders"]]


# --- what is sent ---


async def test_an_order_is_sent_once_and_becomes_the_position(
    line: CommandLine, fresh: PaperExchange
) -> None:
    assert await line.runs(fresh, "do", "buy 0.10 eurusd sl=30p tp=2r", "--yes", "--json") == 0
    shown: dict[str, Any] = json.loads(line.out)
    (held,) = await fresh.positions()
    (order,) = shown["orders"]
    assert trades(fresh) == 1
    assert (held["symbol"], held["side"], D(str(held["volume"]))) == ("EURUSD", "buy", D("0.1"))
    assert held["sl"] < held["price_open"] < held["tp"]
    assert (shown["outcome"], order["state"]) == ("done", "done")
    assert (order["symbol"], order["ticket"]) == ("EURUSD", held["ticket"])
    assert [done.request_id for done in fresh.engine.executions] == [order["id"]], "the key is the order's id"


async def test_people_read_the_plan_and_each_order(line: CommandLine, fresh: PaperExchange) -> None:
    assert await line.runs(fresh, "do", "buy 0.10 EURUSD", "--yes") == 0
    assert line.lines[0].startswith("Buy 0.10 EURUSD at market, now ")
    assert line.out.count("Buy 0.10 EURUSD") == 1, "an order of one step is said once"
    assert line.lines[1].startswith("1/1  Bought 0.10 EURUSD at ")
    assert line.lines[-1].startswith("1 of 1 done.")


async def test_only_what_the_target_means_is_closed_and_the_sum_is_the_ledgers(
    line: CommandLine, fresh: PaperExchange
) -> None:
    closed = {(await fresh.buys("EURUSD", volume))["status"] for volume in (0.1, 0.2)}
    await fresh.sells("XAUUSD", 0.02)
    await fresh.sees(lambda: len(fresh.engine.positions()) == 3)
    assert closed == {"placed"}
    assert await line.runs(fresh, "do", "close EUR*", "--yes", "--json") == 0
    shown = json.loads(line.out)
    assert [held["symbol"] for held in await fresh.positions()] == ["XAUUSD"]
    deals = [deal for deal in (await fresh.ledger())["deals"] if deal.get("entry") == "out"]
    assert len(deals) == len(shown["orders"]) == 2
    assert all(order["profit_is_exact"] for order in shown["orders"])
    assert D(shown["profit"]) == sum(D(str(deal["profit"])) for deal in deals)
    assert shown["currency"] is None, "the server does not name it"


async def test_several_commands_are_one_plan_and_go_in_order(line: CommandLine, fresh: PaperExchange) -> None:
    commands = ("buy 0.10 EURUSD", "sell 0.02 XAUUSD\nbuy 0.01 BTCUSD")
    assert await line.runs(fresh, "do", *commands, "--yes", "--json") == 0
    assert states(line) == ["done"] * 3
    assert [held["symbol"] for held in await fresh.positions()] == ["EURUSD", "XAUUSD", "BTCUSD"]
    assert json.loads(line.out)["commands"] == ["buy 0.10 EURUSD", "sell 0.02 XAUUSD", "buy 0.01 BTCUSD"]


async def test_stops_are_moved_and_taken_away(line: CommandLine, fresh: PaperExchange) -> None:
    await fresh.buys("EURUSD", 0.1)
    await fresh.sees(lambda: len(fresh.engine.positions()) == 1)
    (held,) = await fresh.positions()
    ticket = held["ticket"]
    assert await line.runs(fresh, "do", f"sl {ticket} 1.0500", f"tp {ticket} 1.9000", "--yes") == 0
    (held,) = await fresh.positions()
    assert (held["sl"], held["tp"]) == (1.05, 1.9)
    assert await line.runs(fresh, "do", f"sl {ticket} off", "--yes") == 0
    assert [row["sl"] for row in await fresh.positions()] == [0]


async def test_a_netting_account_closes_in_part(line: CommandLine, exchange_factory: ExchangeFactory) -> None:
    exchange = await exchange_factory(fresh=True, margin_mode=MarginMode.NETTING, fills=Fills.INSTANT)
    await exchange.buys("EURUSD", 0.2)
    assert await line.runs(exchange, "do", "close EURUSD half", "--yes", "--json") == 0
    assert [D(str(held["volume"])) for held in await exchange.positions()] == [D("0.1")]


# --- what is not sent ---


async def test_a_dry_run_plans_and_sends_nothing(line: CommandLine, fresh: PaperExchange) -> None:
    assert await line.runs(fresh, "do", "buy 0.10 EURUSD", "--dry-run", "--yes", "--json") == 0
    assert (json.loads(line.out)["outcome"], states(line)) == ("planned", ["planned"])
    assert await line.runs(fresh, "do", "buy 0.10 EURUSD", "--dry-run") == 0
    assert "Nothing was sent: this was a dry run." in line.out
    assert trades(fresh) == 0
    assert (await fresh.ledger())["positions"] == []


async def test_a_dry_run_writes_no_journal(line: CommandLine, fresh: PaperExchange, tmp_path: Path) -> None:
    assert await line.runs(fresh, "do", "buy 0.10 EURUSD", "margin", "--dry-run") == 0
    assert not list(tmp_path.rglob("journal*"))


@pytest.mark.parametrize(
    ("command", "sentence"),
    [
        ("close 1", "Position 1 is not open"),
        ("close losers EUR*", "Nothing is open"),
        ("buy 900 EURUSD", "above"),
        ("buy 6 EURUSD", "limit of 5"),
    ],
)
async def test_what_can_not_be_done_is_refused_in_a_sentence(
    line: CommandLine, fresh: PaperExchange, command: str, sentence: str
) -> None:
    assert await line.runs(fresh, "do", command, "--yes") == 1
    assert sentence in line.err
    assert trades(fresh) == 0


async def test_one_refused_command_keeps_all_from_being_sent(line: CommandLine, fresh: PaperExchange) -> None:
    assert await line.runs(fresh, "do", "buy 0.10 EURUSD", "close 1", "--yes") == 1
    assert "close 1: Position 1 is not open" in line.err
    assert trades(fresh) == 0


async def test_a_position_is_not_closed_by_two_commands(
    line: CommandLine, exchange_factory: ExchangeFactory
) -> None:
    exchange = await exchange_factory(fresh=True, fills=Fills.INSTANT)
    ticket = (await exchange.buys("EURUSD", 0.1))["order"]
    commands = (f"close {ticket} half", "close EUR* half")
    assert await line.runs(exchange, "do", *commands, "--yes") == 1
    assert f"Two of the commands close position {ticket}" in line.err
    assert [D(str(held["volume"])) for held in await exchange.positions()] == [D("0.1")]


def test_without_a_terminal_and_a_yes_nothing_is_begun(line: CommandLine) -> None:
    assert line.runs_alone("do", "buy 0.10 EURUSD") == 2
    assert "add --yes to send them, or --dry-run" in line.err


def test_read_only_refuses_orders(line: CommandLine) -> None:
    assert line.runs_alone("do", "buy 0.10 EURUSD", "--yes", "--read-only") == 1
    assert "Orders can't be sent with --read-only" in line.err


async def test_a_key_that_may_only_read_is_refused_and_may_read(
    line: CommandLine, exchange_factory: ExchangeFactory
) -> None:
    exchange = await exchange_factory(permissions=frozenset({Permission.READ}))
    assert await line.runs(exchange, "do", "close all", "--yes") == 1
    assert "This key may only read" in line.err
    assert await line.runs(exchange, "do", "margin") == 0
    assert line.lines[0] == "Margin"


async def test_the_limits_of_the_config_hold(line: CommandLine, fresh: PaperExchange, tmp_path: Path) -> None:
    config = tmp_path / "mine.toml"
    config.write_text('[limits]\nlots_per_order = "0.05"\n')
    assert await line.runs(fresh, "do", "buy 0.10 EURUSD", "--yes", "--config", str(config)) == 1
    assert "0.05" in line.err
    assert await line.runs(fresh, "do", "buy 0.05 EURUSD", "--yes", "--config", str(config)) == 0
    assert trades(fresh) == 1


async def test_it_refuses_while_a_terminal_trades_on_the_account(
    line: CommandLine, fresh: PaperExchange, tmp_path: Path
) -> None:
    directory = tmp_path / ".local/state/xbtfx-tui"
    directory.mkdir(parents=True, mode=0o700)
    login = (await fresh.gets("/v1/account"))["login"]
    lock = OwnerLock(lock_file(directory, login), login)
    assert lock.take() is None
    assert await line.runs(fresh, "do", "buy 0.10 EURUSD", "--yes") == 1
    assert "another terminal" in line.err
    assert await line.runs(fresh, "do", "buy 0.10 EURUSD", "--dry-run") == 0, "a plan may be looked at"
    lock.free()
    assert trades(fresh) == 0
    assert await line.runs(fresh, "do", "buy 0.10 EURUSD", "--yes") == 0
    assert trades(fresh) == 1


async def test_it_refuses_while_a_terminal_with_another_state_directory_trades_on_the_account(
    line: CommandLine, fresh: PaperExchange, tmp_path: Path
) -> None:
    login = (await fresh.gets("/v1/account"))["login"]
    places = MeetingPlaces(meeting_dirs({}, os.getuid()), fresh.base_url)
    elsewhere = OwnerLock(tmp_path / "elsewhere.lock", login, places)
    assert elsewhere.take() is None
    assert elsewhere.is_seen_elsewhere
    assert await line.runs(fresh, "do", "buy 0.10 EURUSD", "--yes") == 1
    assert f"another terminal (pid {os.getpid()})" in line.err
    elsewhere.free()
    assert await line.runs(fresh, "do", "buy 0.10 EURUSD", "--yes") == 0
    assert trades(fresh) == 1
    (meet,) = places.directories
    (meet / places.file_name(login)).unlink()  # the exchange's port is another one the next time


# --- mistakes ---


async def test_a_mistake_is_pointed_at(line: CommandLine, fresh: PaperExchange) -> None:
    assert line.runs_alone("do", "by 0.10 EURUSD") == 2
    assert line.err.splitlines()[1:3] == ["    by 0.10 EURUSD", "    ^^"]
    assert "    e.g. buy 0.10 EURUSD" in line.err
    assert await line.runs(fresh, "do", "close lossers EUR*", "--yes") == 2
    assert line.err.splitlines()[1:3] == ["    close lossers EUR*", "          ^^^^^^^"]
    assert await line.runs(fresh, "do", "buy 0.10 EURUSD", "buy 0.10 EURUDS", "--yes", "--json") == 2
    assert json.loads(line.out)["outcome"] == "mistake"
    assert "EURUSD" in json.loads(line.out)["sentence"]
    assert "    buy 0.10 EURUDS\n             ^^^^^^\n" in line.err
    assert trades(fresh) == 0


@pytest.mark.parametrize(
    "command",
    ["watch GBPJPY", "alert EURUSD > 1.09", "alerts", "trail 15p", "lock", "unlock", "group Majors"],
)
def test_what_belongs_to_the_terminal_says_so(line: CommandLine, command: str) -> None:
    assert line.runs_alone("do", command, "--yes") == 2
    assert f'"{command}" is for the terminal: ' in line.err
    assert line.err.endswith("Start xbtfx-tui for it.\n")


def test_help_needs_no_account(line: CommandLine) -> None:
    assert line.runs_alone("do", "help") == 0
    assert "close" in line.out
    assert "watch" not in line.out
    assert line.runs_alone("do", "help buy", "--json") == 0
    assert "e.g. buy" in "\n".join(json.loads(line.out)["sheets"][0]["lines"])


async def test_sheets_print_their_lines(line: CommandLine, exchange: PaperExchange) -> None:
    assert await line.runs(exchange, "do", "pnl last_week", "margin") == 0
    assert {"Realised last week", "Margin"} <= set(line.lines)
    assert await line.runs(exchange, "do", "exposure", "--json") == 0
    assert json.loads(line.out)["sheets"][0]["lines"]
    requests: dict[str, Any] = (await exchange.ledger())["requests"]
    assert not [path for path in requests if path in ("/v1/trade", "/v1/close", "/v1/modify")]


# --- what goes wrong ---


async def test_a_rejected_order_fails_and_the_rest_goes_on(
    line: CommandLine, exchange_factory: ExchangeFactory
) -> None:
    exchange = await faulty(exchange_factory, Scripted(Fault.HOSTILE_ESCAPE))
    assert await line.runs(exchange, "do", "buy 0.10 EURUSD", "buy 0.02 XAUUSD", "--yes", "--json") == 1
    assert (json.loads(line.out)["outcome"], states(line)) == ("failed", ["not done", "done"])
    assert [held["symbol"] for held in await exchange.positions()] == ["XAUUSD"]


async def test_an_unknown_outcome_stops_the_batch(
    line: CommandLine, exchange_factory: ExchangeFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("xbtfx_tui.cli_commands.batch_runner.LOOKED_FOR", 0.5)
    exchange = await faulty(exchange_factory, Scripted(Fault.TIMED_OUT))
    assert await line.runs(exchange, "do", "buy 0.10 EURUSD", "buy 0.02 XAUUSD", "--yes", "--json") == 3
    assert (json.loads(line.out)["outcome"], states(line)) == ("unknown", ["unknown", "not begun"])
    assert "Outcome NOT known: Buy 0.10 EURUSD" in line.err
    assert "Not begun: Buy 0.02 XAUUSD" in line.err
    assert trades(exchange) == 0
    # The next run takes it up: until its outcome is known nothing new is opened in the symbol.
    assert await line.runs(exchange, "do", "buy 0.20 EURUSD", "--yes") == 1
    assert "The outcome of an earlier order is not known yet (Buy 0.10 EURUSD)" in line.err
    assert trades(exchange) == 0
    assert await line.runs(exchange, "do", "buy 0.02 XAUUSD", "--yes") == 0
    assert "Earlier order: Buy 0.10 EURUSD. " in line.err


async def test_a_stop_that_was_lost_is_said_with_the_command_that_sets_it(
    line: CommandLine, exchange_factory: ExchangeFactory
) -> None:
    exchange = await faulty(exchange_factory, Scripted(Fault.WITHOUT_STOPS))
    assert await line.runs(exchange, "do", "buy 0.10 EURUSD sl=1.0", "--yes") == 5
    (held,) = await exchange.positions()
    lost = f"ticket {held['ticket']}, but WITHOUT its sl 1.00000."
    assert line.lines[-1].endswith(lost)
    summary = (
        "xbtfx-tui: 0 of 1 done as asked. Done otherwise than asked: Buy 0.10 EURUSD, sl 1.00000: Bought"
    )
    assert line.err.startswith(summary)
    assert f"To set it: xbtfx-tui do 'sl {held['ticket']} 1.00000'." in line.err
    assert " m " not in line.out + line.err, "a shell has no keys"
    assert await line.runs(exchange, "journal") == 0
    assert (lost in line.out, "m on it" in line.out) == (True, False)
    assert await line.runs(exchange, "do", f"sl {held['ticket']} 1.00000", "--yes") == 0
    (held,) = await exchange.positions()
    assert held["sl"] == 1.0


async def test_an_outcome_that_is_found_meanwhile_is_known(
    line: CommandLine, exchange_factory: ExchangeFactory
) -> None:
    exchange = await faulty(exchange_factory, Scripted(Fault.DROP_AFTER_EXECUTING))
    assert await line.runs(exchange, "do", "buy 0.10 EURUSD", "--yes", "--json") == 0
    (held,) = await exchange.positions()
    assert json.loads(line.out)["orders"][0]["ticket"] == held["ticket"]
    assert trades(exchange) == 1


async def test_what_does_not_come_in_time_is_named(line: CommandLine, fresh: PaperExchange) -> None:
    deaf = ("--ws-url", "ws://127.0.0.1:9/v1/ws", "--timeout", "1.5")
    assert await line.runs(fresh, "do", "buy 0.10 EURUSD", "--yes", *deaf, "--json") == 4
    shown = json.loads(line.out)
    assert shown["outcome"] == "timed out"
    waiting = "Timed out after 1.5 s, nothing was sent. Still waiting for a fresh price of EURUSD."
    assert f"{waiting} The stream of prices is down: connection refused." in line.err
    assert "shown" not in line.err, "a shell shows no position and no price"
    assert trades(fresh) == 0


async def test_a_server_that_is_not_there_times_out(
    line: CommandLine, exchange_factory: ExchangeFactory
) -> None:
    exchange = await exchange_factory()
    await exchange.ends()
    assert await line.runs(exchange, "do", "margin", "--timeout", "0.5") == 4
    assert line.err == (
        "xbtfx-tui: Timed out after 0.5 s, nothing was sent. Still waiting for what the key may do; the "
        "account; the symbols; the positions; the pending orders. The server can't be reached: check the "
        "network and the address. The stream of prices is down: connection refused.\n"
    )


async def test_a_key_that_the_server_does_not_know_is_no_time_out(
    line: CommandLine, exchange: PaperExchange
) -> None:
    assert await line.runs(exchange, "do", "margin", key="xbtfx_live_" + "0" * 32) == 1
    assert "refused the key" in line.err


async def test_every_order_is_in_the_accounts_journal(line: CommandLine, fresh: PaperExchange) -> None:
    assert await line.runs(fresh, "do", "buy 0.10 EURUSD", "--yes", "--json") == 0
    (order,) = json.loads(line.out)["orders"]
    assert await line.runs(fresh, "journal", "--json") == 0
    (row,) = json.loads(line.out)
    assert row["id"] == order["id"]
    assert row["state"] in (IntentState.FILLED.value, IntentState.FOUND_FILLED.value)
