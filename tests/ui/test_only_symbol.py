"""One symbol alone in Positions, Orders and History: what is hidden is counted, and comes back at a key."""

from decimal import Decimal

from tests.ui.still_changes import ends
from tests.ui.still_desk import a_desk
from tests.ui.still_life import deals, still_backend
from xbtfx_tui.domain.positions import HistoryPeriod
from xbtfx_tui.domain.sides import Side
from xbtfx_tui.domain.store_events import HistoryRead, PositionOpened

SMALL = (80, 24)


async def test_positions_of_one_symbol_with_their_own_total() -> None:
    async with a_desk(size=SMALL) as desk:
        await desk.presses("4", "down", "f")
        assert desk.screen.positions.board.keys == [184733]
        assert desk.line("only XAUUSD: 1 of 3 positions, 0.10 lots").endswith("USD -33.00")
        desk.backend.store.apply(
            PositionOpened(184799, "EURUSD", Side.BUY, Decimal("1.00"), Decimal("1.08221"))
        )
        await desk.sees_a_frame()
        assert "only XAUUSD: 1 of 4 positions" in desk.text()
        assert desk.screen.position is not None
        assert desk.screen.position.ticket == 184733
        await desk.presses("f")
        assert desk.screen.positions.board.keys == [184799, 184741, 184733, 184729]
        assert desk.screen.position.ticket == 184733, "the cursor stays on its row"
        assert "4 positions" in desk.text()


async def test_the_last_one_gone_says_that_there_are_others() -> None:
    async with a_desk(size=SMALL) as desk:
        await desk.presses("4", "down", "f")
        ends(desk.backend.store, 184733, Decimal(-33))
        await desk.sees_a_frame()
        assert "None of 2 positions is in XAUUSD. f shows all." in desk.text()
        assert "only XAUUSD: 0 of 2 positions" in desk.text()
        await desk.presses("c")
        assert desk.app.screen is desk.screen, "nothing hidden can be closed"
        await desk.presses("f")
        assert "2 positions" in desk.text()


async def test_orders_of_one_symbol_with_a_title_that_says_so() -> None:
    for size in (SMALL, (120, 34)):
        async with a_desk(size=size) as desk:
            await desk.presses("5", "f")
            assert desk.screen.orders.keys == [184751]
            assert "only BTCUSD: 1 of 2 orders · f shows all" in desk.text()
            assert "184751" in desk.text()
            await desk.presses("f")
            assert desk.screen.orders.keys == [184751, 184750]
            assert "f shows all" not in desk.text()


async def test_deals_of_one_symbol_in_whatever_period() -> None:
    backend = still_backend()
    async with a_desk(backend, size=SMALL) as desk:
        await desk.presses("6", "f")
        assert "[ today by the server ]  only EURUSD: 6 of 6 deals" in desk.text()
        first = deals()[0]
        gold = type(first)(900, "XAUUSD", *(getattr(first, name) for name in first.__struct_fields__[2:]))
        backend.store.apply(HistoryRead(HistoryPeriod.LAST_3_DAYS, (gold,)))
        await desk.presses("right_square_bracket")
        assert "[ last 3 days ]  only EURUSD: 0 of 1 deal " in desk.text()
        assert "The one deal there is is not in EURUSD. f shows all." in desk.text()
        await desk.presses("f")
        assert "XAUUSD" in desk.text()


async def test_f_elsewhere_does_nothing() -> None:
    async with a_desk() as desk:
        await desk.sees_it_all()
        before = desk.text()
        await desk.presses("f", "2", "f", "1")
        assert desk.text() == before
