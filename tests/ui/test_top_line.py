"""The top line: what it shows, and what leaves it first where there is no room, at each width."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.ui.still_desk import a_desk
from tests.ui.still_life import deals, still_backend
from tests.ui.test_doubt import in_doubt
from tests.ui.test_one_click import arms
from xbtfx_tui.domain.positions import DealEntry, HistoryPeriod
from xbtfx_tui.domain.store_events import BudgetSeen, HistoryRead
from xbtfx_tui.orders.guards.guard_types import Limits
from xbtfx_tui.ui.panes.status_line import Place
from xbtfx_tui.ui.widgets.one_line_widgets import Item, arrange

ISSUE = ("MODE", "LOCK", "UNKNOWN", "ARMED", "LIMIT", "FEED", "PROPOSALS", "MANDATE", "WEIGHT", "CLOCK")
"""What matters most to a trader, the first first."""


def test_the_places_keep_their_order() -> None:
    ranks = [Place[name].value for name in ISSUE]
    assert ranks == sorted(ranks)
    assert ranks[:4] == [0, 0, 0, 0], "these never leave"
    assert all(rank > 0 for rank in ranks[4:])
    assert Place.WEIGHT < Place.CLOCK, "the weight outlasts the clock"


@given(st.lists(st.tuples(st.sampled_from(Place), st.integers(1, 20)), max_size=14), st.integers(0, 240))
def test_nothing_leaves_before_what_matters_less(found: list[tuple[Place, int]], width: int) -> None:
    items = [Item((("x" * length, None),), place) for place, length in found]  # type: ignore[arg-type]
    left, right = arrange(items, width)
    kept = [item.rank for item in (*left, *right)]
    gone = [item.rank for item in items if item not in (*left, *right)]
    assert all(rank > 0 for rank in gone)
    assert max(kept, default=0) <= min(gone, default=99)


async def test_the_days_loss_is_told_from_half_of_its_limit_on() -> None:
    backend = still_backend()
    backend.limits = Limits(loss_per_day=Decimal(100))
    async with a_desk(backend, size=(60, 20)) as desk:

        async def line(lost: str) -> str:
            deal = replace(deals()[0], ticket=1, entry=DealEntry.OUT, profit=-Decimal(lost), time=None)
            for period in (HistoryPeriod.TODAY, HistoryPeriod.LAST_3_DAYS):
                backend.store.apply(HistoryRead(period, (deal,)))
            desk.screen.top_line.every_second()
            await desk.sees_a_frame()
            return desk.text().splitlines()[0]

        open_now = backend.store.live_account()
        assert open_now is not None
        near, over = (str(Decimal(lost) + open_now.profit) for lost in ("50", "150"))
        assert "day" not in await line("1")
        assert "day -50.00 of -100.00" in await line(near)
        assert "day -150.00 of -100.00" in await line(over)
        assert " PAPER " in await line(over), "what is there always stays"


async def test_at_each_width_what_matters_most_is_there_whole() -> None:
    async with a_desk(size=(120, 34), one_click_lots=Decimal("0.50")) as desk:
        await arms(desk)
        in_doubt(desk.backend)
        desk.backend.store.apply(BudgetSeen(600, 90))
        shown = {}
        for width, height in ((120, 34), (80, 24), (60, 20)):
            await desk.pilot.resize_terminal(width, height)
            await desk.sees_a_frame()
            shown[width] = desk.text().splitlines()[0]
        whole = (" PAPER ", " 1 UNKNOWN ", " ARMED 0.50 ", "● live")
        for line in shown.values():
            assert [words for words in whole if words not in line] == []
        assert "weight 90/600  10:15:" in shown[120]
        assert "hedging" in shown[120]
        assert "#50012345" in shown[80]
        assert "UTC" not in shown[80], "the clock went before the weight"
        assert "weight" not in shown[60]
