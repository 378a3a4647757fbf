"""What opens though the kill switch was pressed is an alarm that names the key, and no ordinary line."""

from decimal import Decimal
from pathlib import Path

import pytest

from tests.unit.trading_desk import Trader
from xbtfx_tui.domain.events import Loudness, PositionsRead, PositionUpdated, TradingChanged, TradingLocked
from xbtfx_tui.domain.positions import Position
from xbtfx_tui.domain.sides import Side

HELD = Position(7, "EURUSD", Side.BUY, Decimal("0.20"), Decimal("1.08"), Decimal("1.082"))
NEW = Position(8, "EURUSD", Side.BUY, Decimal("0.10"), Decimal("1.08213"), Decimal("1.082"))
ALARM = "OPENED AFTER THE KILL SWITCH: EURUSD 8, buy 0.10 at 1.08213. X closes it."


def alarms(trader: Trader) -> list[str]:
    return [said.text for said in trader.store.messages if said.loudness is Loudness.ERROR]


def greens(trader: Trader) -> list[str]:
    return [said.text for said in trader.store.messages if said.loudness is Loudness.GOOD]


def lists(trader: Trader, *positions: Position) -> None:
    """A list alone; the stream tells nothing."""
    trader.store.apply(PositionsRead(positions, trader.store.mark()))


@pytest.fixture
async def trader(tmp_path: Path) -> Trader:
    one = Trader(tmp_path / "journal.db")
    one.listed = (HELD,)
    await one.sits_down()
    return one


async def test_what_the_stream_tells_as_opened_is_an_alarm_once(trader: Trader) -> None:
    trader.desk.kill("the kill switch was pressed")
    trader.stream_tells_opened(8)
    lists(trader, HELD, NEW)
    lists(trader, HELD, NEW)
    assert alarms(trader) == [ALARM]
    assert not any("EURUSD 8 opened" in said.text for said in trader.store.messages)


async def test_what_only_a_list_shows_is_an_alarm_too(trader: Trader) -> None:
    trader.desk.kill("the kill switch was pressed")
    lists(trader, HELD, NEW)
    assert alarms(trader) == [ALARM]


async def test_a_position_that_grows_is_one(trader: Trader) -> None:
    trader.desk.kill("the kill switch was pressed")
    trader.store.apply(PositionUpdated(7, volume=Decimal("0.50")))
    assert alarms(trader) == ["OPENED AFTER THE KILL SWITCH: EURUSD 7, buy 0.50 at 1.08. X closes it."]
    trader.store.apply(PositionUpdated(7, volume=Decimal("0.10")))
    assert len(alarms(trader)) == 1


async def test_before_the_switch_and_once_trading_is_open_again_nothing_is_alarming(trader: Trader) -> None:
    trader.stream_tells_opened(8)
    trader.desk.kill("the kill switch was pressed")
    trader.store.apply(TradingChanged(TradingLocked("you locked it")))
    lists(trader, HELD, NEW)
    assert alarms(trader) == []
    assert trader.desk.unlock() is None
    trader.stream_tells_opened(9)
    assert alarms(trader) == []


async def test_with_positions_never_read_the_first_list_was_there_before_but_not_what_opened(
    tmp_path: Path,
) -> None:
    trader = Trader(tmp_path / "journal.db")
    trader.desk.kill("the kill switch was pressed")
    trader.stream_tells_opened(8)
    assert alarms(trader) == [ALARM]
    lists(trader, HELD, NEW)
    assert alarms(trader) == [ALARM]
    lists(trader, HELD, NEW, Position(9, "EURUSD", Side.SELL, *[Decimal(1)] * 3))
    assert alarms(trader)[1:] == ["OPENED AFTER THE KILL SWITCH: EURUSD 9, sell 1 at 1. X closes it."]


async def test_an_order_that_is_found_filled_after_it_is_no_green_line(trader: Trader) -> None:
    trader.desk.submit(trader.drafts_buy())
    await trader.settles()
    trader.desk.kill("the kill switch was pressed")
    trader.clock.turn(1)
    trader.stream_tells_opened(8)
    lists(trader, HELD, NEW)
    for _ in range(20):
        trader.clock.turn(0.1)
        await trader.settles()
    assert alarms(trader)[0] == ALARM
    assert any("AFTER THE KILL SWITCH: X closes it." in text for text in alarms(trader)[1:])
    assert greens(trader) == []
