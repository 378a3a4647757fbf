"""A change of stops that waited for its turn and is not sent as it is: what it meant has changed since."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from msgspec.structs import replace

from tests.unit.changing_stops import LONG, OTHER, D, changes, holds, sent
from tests.unit.trading_desk import Trader, trader_at_desk
from xbtfx_tui.domain.accounts import MarginMode
from xbtfx_tui.domain.failures import BridgeTimedOut
from xbtfx_tui.domain.intents import Keep, ModifyIntent, MoveTo, Remove
from xbtfx_tui.domain.order_outcomes import Done, IntentState
from xbtfx_tui.domain.sides import Side
from xbtfx_tui.domain.store_events import Event, IntentMoved
from xbtfx_tui.planning.batch_execution import Batch
from xbtfx_tui.planning.plan_types import Plan, PlanStep

S = IntentState


@pytest.fixture
async def trader(tmp_path: Path) -> AsyncIterator[Trader]:
    async with trader_at_desk(tmp_path) as trader:
        trader.sees_positions(LONG, OTHER)
        yield trader


@pytest.mark.parametrize("sl", [Remove(), MoveTo(D("1.0720"))], ids=["removes", "moves"])
async def test_a_change_that_waited_is_not_sent_to_a_position_that_was_turned(
    tmp_path: Path, sl: Remove | MoveTo
) -> None:
    """A netting account keeps the ticket: the stop of what is held now was never spoken of."""
    async with trader_at_desk(tmp_path, mode=MarginMode.NETTING) as trader:
        trader.sees_positions(LONG)
        trader.server.gate = asyncio.Event()
        trader.server.answers = [Done(10009), Done(10009)]
        changes(trader, "1.0710")
        later = ModifyIntent(trader.desk.new_intent_id(), 7, "EURUSD", sl, Keep())
        trader.submits(later)
        await trader.waits(0.5)
        trader.sees_positions(replace(LONG, side=Side.SELL, sl=D("1.0900")))
        trader.server.gate.set()
        await trader.waits(0.5)
        assert sent(trader) == ["7 1.071"]
        assert trader.state(later) is S.NOT_SENT
        words = trader.store.intents[later.intent_id].story[-1].text
        assert words.startswith("Not sent: position 7 is a sell by now; look at it and draft it anew.")


async def test_one_that_waits_can_be_withdrawn_and_one_that_went_cannot(trader: Trader) -> None:
    trader.server.gate = asyncio.Event()
    trader.server.answers = [Done(10009), Done(10009)]
    first, later = changes(trader, "1.0710"), changes(trader, "1.0720")
    await trader.waits(0.5)
    trader.desk.withdraw(first.intent_id)
    trader.desk.withdraw(later.intent_id)
    await trader.waits(0.3)
    assert (trader.state(first), trader.state(later)) == (S.SENDING, S.NOT_SENT)
    words = trader.store.intents[later.intent_id].story[-1].text
    assert words == "Not sent: you stopped it before it could go. The stops were NOT changed."
    trader.server.gate.set()
    await trader.waits(0.5)
    assert sent(trader) == ["7 1.071"]
    assert trader.state(first) is S.FILLED


async def test_a_batch_that_is_halted_sends_no_change_that_still_waits(trader: Trader) -> None:
    """Unknown is the outcome of an earlier change: the batch's own was never on its way."""
    trader.server.answers = [BridgeTimedOut(), Done(10009)]
    changes(trader, "1.0710")
    await trader.waits(0.3)
    intent = ModifyIntent(trader.desk.new_intent_id(), 7, "EURUSD", MoveTo(D("1.0720")), Keep())
    batch = Batch(Plan("", (PlanStep(intent, ""),)), trader.desk, trader.store, trader.clock)
    batch.advance()
    await trader.waits(1)
    batch.halt()
    holds(trader, "1.0710")
    await trader.waits(5)
    assert sent(trader) == ["7 1.071"]
    assert trader.state(intent) is S.NOT_SENT


@pytest.mark.parametrize(
    ("earlier", "goes"), [("1.0730", False), ("1.0720", False), ("1.0710", True)], ids=str
)
async def test_a_stop_that_is_only_moved_nearer_does_not_loosen_what_it_waited_for(
    trader: Trader, earlier: str, *, goes: bool
) -> None:
    """A stop to breakeven, asked for while a trailing stop's own move is looked for."""
    trader.server.answers = [BridgeTimedOut(), Done(10009)]
    holds(trader, "1.07")
    changes(trader, earlier, by_itself=True)
    await trader.waits(4)
    intent = ModifyIntent(
        trader.desk.new_intent_id(), 7, "EURUSD", MoveTo(D("1.0720")), Keep(), only_nearer=True
    )
    trader.submits(intent)
    holds(trader, earlier)
    await trader.waits(5)
    assert trader.state(intent) is (S.FILLED if goes else S.NOT_SENT)
    assert len(sent(trader)) == (2 if goes else 1)
    if not goes:
        words = trader.store.intents[intent.intent_id].story[-1].text
        assert words.startswith(
            f"Not sent: the sl of 7 stands at {D(earlier)} by now: that is 1.0720 or better."
        )


async def test_one_whose_outcome_was_known_before_a_fault_keeps_nobody_waiting(
    trader: Trader, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = trader.store.apply

    def fails_once(event: Event) -> None:
        if isinstance(event, IntentMoved) and event.record.state is S.FILLED:
            monkeypatch.setattr(trader.store, "apply", shown)
            raise RuntimeError
        shown(event)

    monkeypatch.setattr(trader.store, "apply", fails_once)
    trader.server.answers = [Done(10009), Done(10009)]
    changes(trader, "1.0710")
    await trader.waits(1)
    assert trader.heard("a part of the order desk stopped")
    assert trader.desk.unlock() is None
    later = changes(trader, "1.0720")
    await trader.waits(1)
    assert sent(trader) == ["7 1.071", "7 1.072"]
    assert trader.state(later) is S.FILLED
