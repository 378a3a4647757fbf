"""Orders beside rows that can't be read: what may be hidden in one is neither "not filled" nor "gone"."""

from decimal import Decimal
from pathlib import Path

import pytest

from tests.unit.trading_desk import Trader
from xbtfx_tui.domain.failures import BridgeTimedOut
from xbtfx_tui.domain.intents import CloseUnreadIntent
from xbtfx_tui.domain.order_outcomes import IntentState, Placed
from xbtfx_tui.domain.positions import Position
from xbtfx_tui.domain.sides import Side
from xbtfx_tui.domain.store_events import PositionsRead, Severity
from xbtfx_tui.domain.unreadable_rows import UnreadRow

HELD = Position(7, "EURUSD", Side.BUY, Decimal("0.20"), Decimal("1.08"), Decimal("1.082"))
ODD = UnreadRow(8, "EURUSD", "volume is 0, not a number above 0")


def lists(trader: Trader, *rows: Position | UnreadRow) -> None:
    trader.store.apply(PositionsRead(rows, trader.store.mark()))


@pytest.fixture
async def trader(tmp_path: Path) -> Trader:
    one = Trader(tmp_path / "journal.db")
    one.listed = (HELD,)
    await one.sits_down()
    return one


async def passes(trader: Trader, seconds: int, *rows: Position | UnreadRow) -> None:
    """Time goes by, with this list every second."""
    for _ in range(seconds):
        trader.clock.turn(1.0)
        lists(trader, *rows)
        for _ in range(3):
            await trader.settles()


def state(trader: Trader, intent_id: str) -> IntentState:
    return trader.store.intents[intent_id].state


async def test_a_row_that_came_since_may_be_the_order(trader: Trader) -> None:
    trader.server.answers = [BridgeTimedOut()]
    buy = trader.drafts_buy()
    trader.desk.submit(buy)
    await trader.settles()
    assert state(trader, buy.intent_id) is IntentState.UNKNOWN
    await passes(trader, 120, HELD, ODD)
    assert state(trader, buy.intent_id) is IntentState.UNKNOWN
    (doubt,) = trader.desk.doubts()
    assert any("can't be read, it may be this one" in look for look in doubt.looked)


async def test_one_that_was_there_before_is_not(trader: Trader) -> None:
    lists(trader, HELD, ODD)
    trader.server.answers = [BridgeTimedOut()]
    buy = trader.drafts_buy()
    trader.desk.submit(buy)
    await trader.settles()
    await passes(trader, 120, HELD, ODD)
    assert state(trader, buy.intent_id) is IntentState.FOUND_NOT_FILLED


async def test_a_close_by_number_is_done_once_two_bear_it_out(trader: Trader) -> None:
    lists(trader, HELD, ODD)
    trader.server.answers = [Placed(10008)]
    close = CloseUnreadIntent(trader.desk.new_intent_id(), 8)
    assert not any(problem.blocks for problem in trader.desk.submit(close))
    await trader.settles()
    assert trader.server.sent[0].request.body == b'{"ticket":8}'
    await passes(trader, 3, HELD, ODD)
    assert state(trader, close.intent_id) is IntentState.PLACED
    trader.stream_tells_closed(8)
    await passes(trader, 3, HELD)
    assert state(trader, close.intent_id) in (IntentState.FILLED, IntentState.FOUND_FILLED)
    assert any(
        said.text == "Closed ticket 8." and said.severity is Severity.GOOD for said in trader.store.messages
    )
