"""On a large screen the boards have more columns, of what is known and nothing else."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from msgspec.structs import replace

from tests.ui.still_desk import a_desk
from tests.ui.still_life import WALL, StillBackend, deals, still_backend
from xbtfx_tui.domain.positions import DealEntry, HistoryPeriod
from xbtfx_tui.domain.quotes import Quote
from xbtfx_tui.domain.store_events import BudgetSeen, HistoryRead, QuotesSeen, SpecRead
from xbtfx_tui.domain.symbol_spec import SessionSpan
from xbtfx_tui.store.quote_slot import QuoteSlot
from xbtfx_tui.ui.panes.quote_row import place_in_range

WIDE = (240, 70)


def with_an_opening(backend: StillBackend) -> None:
    opened = replace(
        deals()[0],
        ticket=1,
        entry=DealEntry.IN,
        position=184729,
        time=datetime.fromtimestamp(WALL, UTC) - timedelta(hours=2),
    )
    backend.store.apply(HistoryRead(HistoryPeriod.TODAY, (opened,)))
    spec = backend.store.specs["EURUSD"]
    spans = (SessionSpan(2, 0, 1260),)  # WALL is a Wednesday, 10:15
    swaps = replace(spec, swap_long=Decimal("-7.25"), swap_short=Decimal("1.5"), trade_sessions=spans)
    backend.store.apply(SpecRead(swaps, backend.clock.now()))


async def test_quotes_tell_the_range_of_the_run_the_hours_and_the_swaps() -> None:
    async with a_desk(still_backend(with_an_opening), size=WIDE) as desk:
        header = desk.line("symbol ")
        for words in ("start lo-hi", "start lo", "start hi", "trades", "swap buy", "swap sell"):
            assert words in header, words
        assert "●" in desk.line("EURUSD")
        assert desk.line("EURUSD").partition("│")[0].split()[-4:] == ["to", "21:00", "-7.25", "+1.5"]
        assert desk.line("GBPUSD").partition("│")[0].split()[-2:] == ["–", "–"], "not told, so not said"


async def test_terms_that_a_wide_table_tells_are_read_one_a_second_while_there_is_weight_to_spare() -> None:
    watched = ("EURUSD", "AUDUSD", "NZDUSD")
    busy = still_backend(lambda backend: backend.store.apply(BudgetSeen(600, 300)))
    async with a_desk(busy, size=WIDE, watchlist=watched) as desk:
        asked, quotes = desk.backend.specs_asked, desk.screen.quotes
        quotes.every_second()
        assert asked == [], "half of the requests are gone"
        desk.backend.store.apply(BudgetSeen(600, 560))
        for count in (1, 2, 2):
            quotes.every_second()
            assert len(asked) == count
        assert asked == ["AUDUSD", "NZDUSD"], "what is known is not read, and each once"
    async with a_desk(size=(120, 34), watchlist=watched) as desk:
        desk.screen.quotes.every_second()
        assert desk.backend.specs_asked == [], "nothing there tells it"


async def test_positions_tell_risk_distance_margin_and_age() -> None:
    async with a_desk(still_backend(with_an_opening), size=WIDE) as desk:
        header = desk.line("ticket ")
        for words in ("at sl", "now in R", "sl away", "tp away", "margin", "age"):
            assert words in header, words
        cells = desk.line("184729").partition("│")[0].split()
        assert cells[8:15] == ["-110.00", "+0.42", "R", "31.3", "28.7", "50%", "2h"]


async def test_messages_stand_beside_positions_on_a_large_screen() -> None:
    async with a_desk(size=(200, 50)) as desk:
        assert "7 Messages" in desk.text()
        assert "Bought 1.00 USDJPY" in desk.line("184741")


async def test_at_120_columns_no_extra_column_takes_the_room_of_another() -> None:
    async with a_desk(size=(120, 34)) as desk:
        assert "at sl" not in desk.text()
        assert "start hi" not in desk.text()


def test_the_place_in_the_range() -> None:
    assert place_in_range(0.0) == "●──────────"
    assert place_in_range(1.0) == "──────────●"
    assert len(place_in_range(2.0)) == len(place_in_range(-1.0)) == 11


def test_the_range_is_of_every_bid_of_the_run() -> None:
    backend = still_backend()
    slot = backend.store.slot("EURUSD")
    assert isinstance(slot, QuoteSlot)
    assert slot.extremes is not None
    low, high = slot.extremes
    backend.clock.at = 30.0
    backend.store.apply(QuotesSeen((Quote("EURUSD", low - 0.0001, low),), backend.clock.now()))
    backend.clock.at = 60.0
    backend.store.apply(QuotesSeen((Quote("EURUSD", 1.08213, 1.08221),), backend.clock.now()))
    assert slot.extremes == (low - 0.0001, high)
