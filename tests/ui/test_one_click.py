"""One-click trading by keys: armed by a word, one order a press, a held key is one order, ended by itself."""

from decimal import Decimal

import pytest

from tests.ui.held_key import DELAYS, holds
from tests.ui.looks import A_LOOK
from tests.ui.still_desk import Desk, a_desk, sounds
from xbtfx_tui.domain.event_sounds import Sound
from xbtfx_tui.domain.intents import CloseIntent, OpenIntent
from xbtfx_tui.domain.position_sizing import Lots
from xbtfx_tui.domain.sides import Side
from xbtfx_tui.domain.stop_input import InPips
from xbtfx_tui.domain.store_events import StreamDown, TradingChanged, TradingLocked
from xbtfx_tui.domain.ticket_presets import Preset
from xbtfx_tui.ui.dialogs.confirm_dialog import TypedWord
from xbtfx_tui.ui.screens.trading_screen import TradingScreen

D = Decimal
ALLOWED = D("0.50")
BUY, SELL, CLOSE = "shift+f5", "shift+f6", "shift+f7"


async def arms(desk: Desk) -> None:
    await desk.presses("f8")
    await desk.confirms(*"arm")
    await desk.sees("ARMED 0.50")


async def test_it_is_off_unless_the_settings_allow_it() -> None:
    async with a_desk() as desk:
        await desk.presses("f8")
        await desk.sees("One-click trading is off: one_click = true in the config file allows it.")
        await desk.presses(BUY)
        assert desk.backend.desk.taken == []
        await desk.sees("Nothing was sent. One-click trading is not armed.")


async def test_nothing_goes_before_the_word_was_typed() -> None:
    async with a_desk(one_click_lots=ALLOWED) as desk:
        await desk.presses("f8")
        assert isinstance(desk.app.screen, TypedWord)
        await desk.sees("shift+f5", "0.50 lots at most")
        await desk.confirms(*"yes")
        assert isinstance(desk.app.screen, TypedWord)
        await desk.presses("escape")
        await desk.presses(BUY)
        assert desk.backend.desk.taken == []
        assert "ARMED" not in desk.text()


async def test_a_press_sends_the_preset_at_once() -> None:
    preset = Preset(Lots(D("0.20")), InPips(D(30)), None)
    async with a_desk(one_click_lots=ALLOWED, paper_presets={"EURUSD": preset}) as desk:
        await arms(desk)
        await desk.presses(BUY)
        (bought,) = desk.backend.desk.taken
        assert isinstance(bought, OpenIntent)
        assert (bought.symbol, bought.side, bought.volume) == ("EURUSD", Side.BUY, D("0.20"))
        assert bought.sl is not None
        assert isinstance(desk.app.screen, TradingScreen)
        await desk.sees("One click: Buy 0.20 EURUSD")
        await desk.presses("down", SELL)
        sold = desk.backend.desk.taken[-1]
        assert isinstance(sold, OpenIntent)
        assert (sold.symbol, sold.side, sold.volume) == ("GBPUSD", Side.SELL, D("0.10"))


async def test_a_press_closes_the_selected_position() -> None:
    async with a_desk(one_click_lots=ALLOWED) as desk:
        await arms(desk)
        await desk.presses("4", CLOSE)
        (closed,) = desk.backend.desk.taken
        assert isinstance(closed, CloseIntent)
        assert closed.is_full
        assert closed.ticket == desk.screen.positions.board.cursor


async def test_more_than_the_cap_is_not_sent() -> None:
    async with a_desk(one_click_lots=ALLOWED, paper_presets={"EURUSD": Preset(Lots(D("0.51")))}) as desk:
        await arms(desk)
        await desk.presses(BUY)
        assert desk.backend.desk.taken == []
        await desk.sees("Nothing was sent: 0.51 lots of EURUSD are more than one-click trading may open")


@pytest.mark.parametrize("delay", DELAYS)
async def test_a_held_key_is_one_order(delay: float) -> None:
    async with a_desk(one_click_lots=ALLOWED) as desk:
        await arms(desk)
        await holds(desk, delay, 10, watches=lambda: None, key=BUY)
        assert len(desk.backend.desk.taken) == 1
        desk.backend.clock.at += A_LOOK * 2
        desk.backend.quote("EURUSD", 1.08213, 1.08221)
        await desk.presses(BUY)
        assert len(desk.backend.desk.taken) == 2


async def test_a_key_is_heard_on_the_panes_alone() -> None:
    async with a_desk(one_click_lots=ALLOWED) as desk:
        await arms(desk)
        await desk.presses("b", BUY, CLOSE, "escape")
        assert desk.backend.desk.taken == []


@pytest.mark.parametrize(
    ("event", "why"),
    [
        (TradingChanged(TradingLocked("you locked it")), "trading is locked: you locked it"),
        (StreamDown("the line is cut", 5.0), "the stream"),
    ],
)
async def test_a_lock_or_a_lost_line_ends_it(
    event: object, why: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with a_desk(one_click_lots=ALLOWED) as desk:
        await arms(desk)
        heard = sounds(desk, monkeypatch)
        desk.backend.store.apply(event)  # type: ignore[arg-type] # one of the store's events
        await desk.sees("One-click trading has ended", why)
        assert "ARMED" not in desk.text()
        assert Sound.TROUBLE in heard
        await desk.presses(CLOSE)
        assert desk.backend.desk.taken == []


async def test_ten_idle_minutes_and_its_own_key_end_it() -> None:
    async with a_desk(one_click_lots=ALLOWED) as desk:
        await arms(desk)
        await desk.presses("f8")
        await desk.sees("One-click trading has ended.")
        assert "ARMED" not in desk.text()
        await arms(desk)
        desk.backend.clock.at += 601
        await desk.sees("no order was sent by it for 10 minutes")
        assert "ARMED" not in desk.text()
