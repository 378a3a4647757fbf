"""Before the list of symbols is read: no price is cut short, and no spread is made up."""

from tests.ui.still_changes import hold_only
from tests.ui.still_desk import a_desk
from tests.ui.still_life import D, StillBackend, StillClock, forex
from tests.ui.still_orders import StillDesk
from tests.ui.still_trails import StillTrails
from xbtfx_tui.domain.positions import OrderKind, PendingOrder, Position
from xbtfx_tui.domain.quotes import Depth, DepthLevel
from xbtfx_tui.domain.sides import Side
from xbtfx_tui.domain.store_events import Dialect, OrdersRead, SpecRead, StreamUp
from xbtfx_tui.store.store import Store

BOOK = Depth((DepthLevel(1.1, 5.0), DepthLevel(1.09963, 5.0)), (DepthLevel(1.11, 5.0),))


def a_young_backend() -> StillBackend:
    """The stream is up and nothing but it has told anything yet."""
    clock = StillClock()
    store = Store(clock)
    store.apply(StreamUp(Dialect.CURRENT))
    return StillBackend(store, clock, StillDesk(store), StillTrails(store))


async def test_stops_orders_and_levels_are_whole_where_the_quote_is_short() -> None:
    backend = a_young_backend()
    sl, tp = D("1.09871"), D("1.12349")
    position = Position(1, "NEWUSD", Side.BUY, D("0.50"), D("1.09987"), D("1.1"), sl, tp, D("4.2"), D(0))
    hold_only(backend.store, position)
    order = PendingOrder(2, "NEWUSD", OrderKind.BUY_LIMIT, D("0.20"), D("1.09123"))
    backend.store.apply(OrdersRead((order,), backend.store.mark()))
    async with a_desk(backend, size=(200, 50), watchlist=("NEWUSD",)) as desk:
        backend.quote("NEWUSD", 1.1, 1.11, BOOK)
        await desk.sees_a_frame()
        for shown in ("1.09987", "1.09871", "1.12349", "1.09963"):
            assert shown in desk.text(), desk.text()
        await desk.pilot.press("5")
        await desk.sees_a_frame()
        assert "1.09123" in desk.text(), desk.text()


async def test_a_spread_is_in_points_only_where_the_point_is_known() -> None:
    backend = a_young_backend()
    async with a_desk(backend, watchlist=("NEWUSD",)) as desk:
        for bid in (1.1, 1.10002):
            backend.quote("NEWUSD", bid, 1.11, BOOK)
            await desk.sees_a_frame()
            assert desk.screen.quotes.row("NEWUSD")["spread"][0][0].strip() == "–"
        backend.store.apply(SpecRead(forex("NEWUSD"), backend.clock.now()))
        await desk.sees_a_frame()
        assert desk.screen.quotes.row("NEWUSD")["spread"][0][0].strip() == "998"
