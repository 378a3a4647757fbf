"""Each ordering verb typed, planned and carried out against the paper exchange over sockets.

The terminal is the program's own account, client, stream, store, desk and journal; only the screen is
missing. The exchange's ledger says what truly happened.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.integration.exchange_client import ExchangeFactory, Frame, PaperExchange
from tests.integration.still_market import StillMarket
from tests.patience import PATIENCE
from xbtfx_tui.account_service import AccountAccess, TradingAccount
from xbtfx_tui.commands.grammar import Known, Mistake, parse
from xbtfx_tui.domain.account_currency import ToldByTrader
from xbtfx_tui.domain.accounts import MarginMode
from xbtfx_tui.domain.store_events import TradingOpen
from xbtfx_tui.orders.guards.guard_types import NO_LIMITS
from xbtfx_tui.orders.journal.order_journal import Journal
from xbtfx_tui.paper.exchange_options import Fills
from xbtfx_tui.paper.faults.fault_injector import ScriptedFaults
from xbtfx_tui.paper.faults.fault_types import Fault, FaultScript, Scripted
from xbtfx_tui.planning.batch_execution import Batch, Finished, Running, StepDone, StepRefused, StepUnknown
from xbtfx_tui.planning.plan_types import NeedsHistory, NeedsSymbols, Plan, Planned, PlanRefusal, Sheet
from xbtfx_tui.planning.planner import PlanView, plan
from xbtfx_tui.sync.system_clock import SystemClock

D = Decimal
TRADING = ("trade", "close", "modify", "close-by", "reverse", "close-all", "close-symbol")
BOTH = pytest.mark.parametrize("fills", [Fills.PLACED, Fills.INSTANT])


@dataclass
class Typist:
    """A trader who types commands and says yes to each."""

    exchange: PaperExchange
    account: TradingAccount
    sent: list[str] = field(default_factory=list)

    async def until(self, holds: Callable[[], bool]) -> None:
        try:
            async with asyncio.timeout(PATIENCE):
                while not holds():  # noqa: ASYNC110 a batch is looked at, it calls nobody
                    await asyncio.sleep(0.01)
        except TimeoutError:
            said = [one.text for one in self.account.store.messages][-5:]
            raise AssertionError(f"it never came to hold; last said: {said}") from None

    async def comes_to(self, text: str) -> Planned:
        """What the command comes to, once what it needs is read."""
        account = self.account
        command = parse(text, Known(account.store.symbols))
        assert not isinstance(command, Mistake), command.sentence
        asked = False
        async with asyncio.timeout(PATIENCE):
            while True:
                planned = plan(command, PlanView(account.store, account.clock.now(), account.desk))
                match planned:
                    case NeedsSymbols(symbols):
                        for symbol in symbols:
                            account.need_spec(symbol)
                    case NeedsHistory(period):
                        if not asked:
                            account.read_history(period)
                        asked = True
                    case _:
                        return planned
                await asyncio.sleep(0.02)

    async def begins(self, text: str) -> Batch:
        planned = await self.comes_to(text)
        assert isinstance(planned, Plan), planned
        self.sent += [step.intent.intent_id for step in planned.steps]
        return Batch(planned, self.account.desk, self.account.store, self.account.clock)

    async def does(self, text: str) -> Batch:
        """Plan it and carry it out to its end; what every step did is then on screen."""
        batch = await self.begins(text)
        await self.until(lambda: not isinstance(batch.advance(), Running))
        return batch

    async def agrees(self) -> Frame:
        """Wait until the store holds what the ledger has, and each order went and was executed once."""
        async with asyncio.timeout(PATIENCE):
            while True:
                ledger = await self.exchange.ledger()
                if _held_there(ledger) == self._held_here():
                    break
                self.account.read_again()
                await asyncio.sleep(0.05)
        requests = ledger["requests"]
        asked = [key for path in TRADING for key in requests.get(f"/v1/{path}", {}).get("keys", ())]
        executed = [one["request"] for one in ledger["executions"] if one["request"] is not None]
        assert sorted(asked) == sorted(self.sent)
        assert executed == self.sent
        return ledger

    def _held_here(self) -> list[tuple[Any, ...]]:
        held = self.account.store.positions.values()
        return sorted((p.ticket, p.symbol, p.side.value, p.volume, p.sl or 0, p.tp or 0) for p in held)

    async def does_well(self, text: str) -> tuple[Batch, Frame]:
        batch = await self.does(text)
        assert isinstance(batch.overall, Finished), batch.summary()
        assert all(isinstance(state, StepDone) for state in batch.states), batch.summary()
        return batch, await self.agrees()

    async def refuses(self, text: str) -> str:
        planned = await self.comes_to(text)
        assert isinstance(planned, PlanRefusal), planned
        return planned.sentence


def _held_there(ledger: Frame) -> list[tuple[Any, ...]]:
    return sorted(
        (p["ticket"], p["symbol"], p["side"], _exact(p["volume"]), _exact(p["sl"]), _exact(p["tp"]))
        for p in ledger["positions"]
    )


def _exact(number: float) -> Decimal:
    return D(str(number))


@asynccontextmanager
async def a_typist(exchange: PaperExchange, tmp_path: Path) -> AsyncIterator[Typist]:
    ends = AccountAccess(exchange.base_url, exchange.ws_url, exchange.key)
    journal = Journal(tmp_path)
    told = ToldByTrader("USD", "config.toml")
    account = TradingAccount(
        ends, SystemClock(), journal, NO_LIMITS, read_only=False, begins_open=True, currency=told
    )
    typist = Typist(exchange, account)
    try:
        await account.start()
        account.look_at(frozenset({"EURUSD", "XAUUSD", "USDJPY"}), None)
        store = account.store
        await typist.until(
            lambda: (
                isinstance(store.trading, TradingOpen) and bool(store.symbols) and store.account is not None
            )
        )
        await typist.until(lambda: store.positions_asked is not None)
        yield typist
    finally:
        await account.stop()


def only(ledger: Frame) -> Frame:
    (position,) = ledger["positions"]
    row: Frame = position
    return row


@BOTH
async def test_each_ordering_verb_in_hedging(
    exchange_factory: ExchangeFactory, tmp_path: Path, fills: Fills
) -> None:
    exchange = await exchange_factory(fresh=True, fills=fills, tick_rate=4)
    async with a_typist(exchange, tmp_path) as typist:
        _, ledger = await typist.does_well("buy 0.30 EURUSD sl=500p tp=2r")
        held = only(ledger)
        assert (held["side"], held["volume"]) == ("buy", 0.3)
        distance = held["tp"] - held["sl"]
        assert distance == pytest.approx(0.15, abs=1e-6)  # 500 pips below, twice that above
        long = held["ticket"]

        batch, ledger = await typist.does_well("sell 1.1% EURUSD sl=200p")
        short = max(p["ticket"] for p in ledger["positions"])
        # 1.1% of about 10,000 USD over 200 pips, a lot's pip being 10 USD: 0.055 lots, rounded down.
        assert {p["ticket"]: p["volume"] for p in ledger["positions"]} == {long: 0.3, short: 0.05}

        await typist.does_well(f"sl {long} off")
        _, ledger = await typist.does_well(f"tp {long} 900p")
        held = next(p for p in ledger["positions"] if p["ticket"] == long)
        assert held["sl"] == 0
        assert held["tp"] == pytest.approx(held["price_open"] + 0.09, abs=1e-6)

        batch, ledger = await typist.does_well(f"close {long} third")
        assert {p["ticket"]: p["volume"] for p in ledger["positions"]} == {long: 0.2, short: 0.05}
        await _total_is(batch, ledger)

        batch, ledger = await typist.does_well(f"closeby {long} {short}")
        assert {p["ticket"]: p["volume"] for p in ledger["positions"]} == {long: 0.15}

        batch, ledger = await typist.does_well(f"reverse {long}")
        turned = only(ledger)
        assert (turned["side"], turned["volume"]) == ("sell", 0.15)
        assert turned["ticket"] != long

        assert f"Position {long} is not open" in await typist.refuses(f"close {long}")
        await typist.does_well("buy 0.02 XAUUSD")
        batch, ledger = await typist.does_well("close all")
        assert ledger["positions"] == []
        assert len(batch.states) == 2
        await _total_is(batch, ledger)
        sheet = await typist.comes_to("pnl today")
        assert isinstance(sheet, Sheet)


async def _total_is(batch: Batch, ledger: Frame) -> None:
    """The realised total, by the exchange's own deals."""
    deals = ledger["deals"][-len(batch.states) :]
    exact = sum((_exact(deal["profit"]) for deal in deals), D(0))
    async with asyncio.timeout(PATIENCE):
        while (realised := batch.realised) is None or realised.is_about:  # noqa: ASYNC110 deals arrive
            await asyncio.sleep(0.02)
    assert realised.amount == exact
    assert "about" not in batch.summary().partition("Realised")[2]


@BOTH
async def test_each_ordering_verb_in_netting(
    exchange_factory: ExchangeFactory, tmp_path: Path, fills: Fills
) -> None:
    exchange = await exchange_factory(fresh=True, fills=fills, tick_rate=4, margin_mode=MarginMode.NETTING)
    async with a_typist(exchange, tmp_path) as typist:
        _, ledger = await typist.does_well("buy 0.20 EURUSD sl=500p")
        kept = only(ledger)["sl"]
        batch, ledger = await typist.does_well("buy 0.10 EURUSD")
        assert only(ledger)["volume"] == 0.3
        assert only(ledger)["sl"] == kept  # this exchange's choice; the plan has promised nothing
        (keeps,) = batch.plan.remarks
        assert "Netting: adds to the buy 0.20, 0.30 in all." in batch.plan.steps[0].words
        assert keeps.startswith("Whether it keeps its sl ")
        _, ledger = await typist.does_well("sell 0.10 EURUSD")
        assert only(ledger)["volume"] == 0.2

        ticket = only(ledger)["ticket"]
        await typist.does_well(f"sl {ticket} 400p")
        _, ledger = await typist.does_well(f"tp {ticket} 2r")
        assert 0 < only(ledger)["sl"] < only(ledger)["price_open"] < only(ledger)["tp"]
        _, ledger = await typist.does_well(f"sl {ticket} off")
        assert only(ledger)["sl"] == 0

        batch, ledger = await typist.does_well("close EURUSD quarter")
        assert only(ledger)["volume"] == 0.15
        await _total_is(batch, ledger)

        assert "A netting account holds one position" in await typist.refuses(f"closeby {ticket} 1")
        _, ledger = await typist.does_well(f"reverse {only(ledger)['ticket']}")
        assert (only(ledger)["side"], only(ledger)["volume"]) == ("sell", 0.15)

        await typist.does_well("buy 0.02 XAUUSD")
        batch, ledger = await typist.does_well("close all")
        assert ledger["positions"] == []
        await _total_is(batch, ledger)


async def test_breakeven_moves_the_stops_of_those_that_are_up(
    exchange_factory: ExchangeFactory, tmp_path: Path
) -> None:
    market = StillMarket()
    exchange = await exchange_factory(fresh=True, fills=Fills.INSTANT, market=market)
    market.moves("EURUSD", "1.08200", "1.08210")
    async with a_typist(exchange, tmp_path) as typist:
        await typist.does_well("buy 0.10 EURUSD sl=500p")
        await typist.does_well("sell 0.10 EURUSD sl=500p")
        market.moves("EURUSD", "1.08500", "1.08512")
        await typist.until(lambda: typist.account.store.mid("EURUSD") == D("1.085060"))

        _, ledger = await typist.does_well("be 20p")

        assert {p["side"]: p["sl"] for p in ledger["positions"]} == {"buy": 1.08222, "sell": 1.132}
        assert "better already" in await typist.refuses("be 20p")


# --- under faults ---


async def holding_three(factory: ExchangeFactory, faults: ScriptedFaults) -> PaperExchange:
    """An exchange with three positions, opened by a plain client."""
    exchange = await factory(faults=faults, fresh=True, fills=Fills.INSTANT, tick_rate=4)
    for symbol in ("EURUSD", "USDJPY", "XAUUSD"):
        await exchange.buys(symbol, 0.1)
    return exchange


@pytest.mark.parametrize(
    ("fault", "was_executed"),
    [
        (Fault.DROP_AFTER_EXECUTING, True),
        (Fault.HTML_502_EXECUTED, True),
        (Fault.RETCODE_10012, True),
        (Fault.TIMED_OUT, False),
    ],
)
async def test_a_batch_of_closes_goes_on_after_an_unknown_outcome(
    exchange_factory: ExchangeFactory, tmp_path: Path, fault: Fault, was_executed: bool
) -> None:
    faults = ScriptedFaults(FaultScript((), None))
    exchange = await holding_three(exchange_factory, faults)
    async with a_typist(exchange, tmp_path) as typist:
        await typist.until(lambda: len(typist.account.store.positions) == 3)
        batch = await typist.begins("close all")
        await typist.until(lambda: batch.advance() == Running() and isinstance(batch.states[0], StepDone))
        # The second was handed to the desk this moment: its request is still to be written.
        faults.add(Scripted(fault, "/v1/close"))
        await typist.until(lambda: batch.advance() != Running())

        first, second, third = batch.states
        assert isinstance(first, StepDone)
        # What was executed may have been found by now.
        assert isinstance(second, StepUnknown | StepDone if was_executed else StepUnknown)
        assert isinstance(third, StepDone), "another position's close waits for nothing"
        ledger = await exchange.ledger()
        assert ledger["requests"]["/v1/close"]["keys"] == typist.sent
        assert len(ledger["positions"]) == (0 if was_executed else 1)
        assert "Not begun: " not in batch.summary()


async def test_a_refused_step_does_not_stop_the_others(
    exchange_factory: ExchangeFactory, tmp_path: Path
) -> None:
    faults = ScriptedFaults(FaultScript((Scripted(Fault.HOSTILE_MARKUP, "/v1/close"),), None))
    exchange = await holding_three(exchange_factory, faults)
    async with a_typist(exchange, tmp_path) as typist:
        await typist.until(lambda: len(typist.account.store.positions) == 3)
        batch = await typist.does("close all")
        assert isinstance(batch.overall, Finished)
        assert [type(state) for state in batch.states] == [StepRefused, StepDone, StepDone]
        assert "2 of 3 done. Not done: Close 0.10 EURUSD" in batch.summary()
        assert len((await exchange.ledger())["positions"]) == 1


async def test_a_step_whose_position_went_meanwhile_is_refused_and_the_rest_goes_on(
    exchange_factory: ExchangeFactory, tmp_path: Path
) -> None:
    exchange = await holding_three(exchange_factory, ScriptedFaults(FaultScript((), None)))
    async with a_typist(exchange, tmp_path) as typist:
        store = typist.account.store
        await typist.until(lambda: len(store.positions) == 3)
        batch = await typist.begins("close all")
        gone = batch.plan.steps[1].intent
        await exchange.posts("/v1/close", ticket=gone.ticket)  # type: ignore[union-attr] # a close has one
        await typist.until(lambda: len(store.positions) == 2)
        await typist.until(lambda: not isinstance(batch.advance(), Running))
        assert [type(state) for state in batch.states] == [StepDone, StepRefused, StepDone]
        assert "is not open any more" in batch.summary()
