"""The spec sheet: opens at once, asks for what is missing, fills in, and scrolls on a small terminal."""

from decimal import Decimal

from msgspec.structs import replace

from tests.ui.still_desk import a_desk
from tests.ui.still_life import StillBackend, forex, still_backend
from tests.ui.trader import EURUSD, StandInBackend, a_trader
from xbtfx_tui.domain.store_events import Dialect, SpecRead, StreamUp
from xbtfx_tui.domain.symbol_spec import SessionSpan
from xbtfx_tui.ui.dialogs.symbol_spec_dialog import SpecSheet


async def test_it_opens_at_once_and_fills_in_when_the_spec_comes() -> None:
    backend = StandInBackend()
    async with a_trader(backend) as trader:
        await trader.opens(SpecSheet(backend, "EURUSD", Decimal("0.10")))
        assert backend.specs_asked == ["EURUSD"]

        def seen() -> str:
            return "\n".join(strip.text for strip in trader.app.screen._compositor.render_strips())

        await trader.until(lambda: "The spec is being asked for ..." in seen())
        trader.learns_spec(EURUSD)
        await trader.until(lambda: "Euro vs US Dollar" in seen())
        await trader.until(lambda: "the account has not been read yet" in seen())
        backend.store.apply(StreamUp(Dialect.CURRENT))
        trader.sees_quote(1.08201, 1.08213)
        await trader.until(lambda: "12 points" in seen() and "the price is" not in seen())
        trader.waits(13)
        await trader.until(lambda: "; the price is 13s old" in seen())
        await trader.presses("q")
        assert not trader.is_open


async def test_i_shows_the_symbol_of_the_row_that_has_the_keys() -> None:
    async with a_desk(size=(80, 24)) as desk:
        for keys, symbol in ((("i",), "EURUSD"), (("4", "i"), "USDJPY"), (("5", "i"), "BTCUSD")):
            await desk.presses(*keys)
            assert f"{symbol} · spec sheet" in desk.text()
            assert "market         sessions: not told by the server" in desk.text()
            await desk.presses("escape")
            assert desk.app.screen is desk.screen


async def test_every_row_can_be_read_at_60x20_and_nothing_of_it_is_markup() -> None:
    def hostile(backend: StillBackend) -> None:
        week = tuple(SessionSpan(day, day, 1200) for day in range(7))
        spec = replace(forex("EURUSD"), description="[/x]\x1b[2J" + "words " * 60, trade_sessions=week)
        backend.store.apply(SpecRead(spec, backend.clock.now()))

    async with a_desk(still_backend(hostile), size=(60, 20)) as desk:
        await desk.presses("i")
        assert "[/x]words" in desk.text()
        assert "\x1b" not in desk.text()
        frame = desk.app.screen.query_one("#frame")
        assert frame.max_scroll_y > 0
        await desk.presses("end")
        while frame.scroll_y < frame.max_scroll_y:
            await desk.pilot.pause(0.01)
        await desk.sees_a_frame()
        assert "Sun (UTC)      00:06-20:00" in desk.text()
