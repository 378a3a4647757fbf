"""The paper market moves, keeps its hours and looks like the recorded one."""

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from statistics import fmean

import pytest
from msgspec.structs import replace

from xbtfx_tui.domain.profit_calculation import conversion_rate
from xbtfx_tui.paper.market.instruments import INSTRUMENTS, build_instruments
from xbtfx_tui.paper.market.market_hours import ALWAYS_OPEN, HoursMode
from xbtfx_tui.paper.market.paper_market import PaperMarket, Tick
from xbtfx_tui.paper.market.tick_replay import RecordedTick, load_ticks

WEDNESDAY = datetime(2026, 4, 1, 14, 45, tzinfo=UTC)
SATURDAY = datetime(2026, 4, 4, 12, tzinfo=UTC)
BY_NAME = {instrument.name: instrument for instrument in INSTRUMENTS}
RECORDED = Path(__file__).parents[3] / "shared" / "ticks"


def run(market: PaperMarket, start: datetime, seconds: float, step: float = 0.5) -> list[Tick]:
    ticks: list[Tick] = []
    for count in range(1, round(seconds / step) + 1):
        ticks += market.advance(start + timedelta(seconds=count * step))
    return ticks


# --- quotes ----------------------------------------------------------------------------------------------


def test_every_symbol_has_a_quote_before_the_first_tick() -> None:
    market = PaperMarket(build_instruments(1000), 1, start=WEDNESDAY)
    assert len(market.specs) == 1000
    for name, spec in market.specs.items():
        quote = market.quote_of(name)
        assert quote.ask > quote.bid > 0
        assert quote.bid.as_tuple().exponent == -spec.digits
        assert quote.time_ms == round(WEDNESDAY.timestamp() * 1000)


def test_within_minutes_every_market_has_moved_the_liquid_ones_most() -> None:
    market = PaperMarket(INSTRUMENTS, 1, start=WEDNESDAY)
    seen = Counter(tick.symbol for tick in run(market, WEDNESDAY, 180))
    assert set(seen) == set(BY_NAME)
    assert seen["BTCUSD"] > seen["XAUUSD"] > seen["USDJPY"] > seen["USDTRY"]


def test_the_quote_is_the_last_tick() -> None:
    market = PaperMarket(INSTRUMENTS, 1, start=WEDNESDAY)
    last = {tick.symbol: tick for tick in run(market, WEDNESDAY, 5)}
    for name, tick in last.items():
        assert market.quote_of(name) == tick
        assert market.mid(name) == (tick.bid + tick.ask) / 2
        assert market.spread_points(name) * market.specs[name].point == tick.ask - tick.bid


def test_another_seed_is_another_market_and_a_symbols_path_is_its_own() -> None:
    def euro(seed: int, count: int) -> list[Tick]:
        ticks = run(PaperMarket(build_instruments(count), seed, start=WEDNESDAY), WEDNESDAY, 30)
        return [tick for tick in ticks if tick.symbol == "EURUSD"]

    assert euro(1, 8) == euro(1, 300)
    assert euro(1, 8) != euro(2, 8)


def test_unknown_symbols_are_key_errors_but_for_a_mid() -> None:
    market = PaperMarket(INSTRUMENTS, 1, start=WEDNESDAY)
    assert market.mid("NOPE") is None
    for ask in (market.quote_of, market.depth_of, market.spread_points):
        with pytest.raises(KeyError):
            ask("NOPE")
    with pytest.raises(KeyError):
        market.is_open("NOPE", WEDNESDAY)


def test_prices_convert_between_the_accounts_currencies() -> None:
    market = PaperMarket(INSTRUMENTS, 1, start=WEDNESDAY)
    yen_in_ripple = conversion_rate("JPY", "XRP", market.mid)
    assert yen_in_ripple is not None
    assert Decimal("0.001") < yen_in_ripple < Decimal("0.01")


# --- pace ------------------------------------------------------------------------------------------------


def test_a_forced_rate_is_kept_by_every_symbol_at_any_hour() -> None:
    market = PaperMarket(build_instruments(300), 1, start=SATURDAY, tick_rate=5)
    seen = Counter(tick.symbol for tick in run(market, SATURDAY, 10))
    crosses = {one.name for one in INSTRUMENTS if one.legs}
    assert {count for name, count in seen.items() if name not in crosses} == {50}
    assert min(seen.values()) == 50


@pytest.mark.parametrize("rate", [0.0, -1.0, 1001.0, float("nan")])
def test_a_rate_that_makes_no_sense_is_refused(rate: float) -> None:
    with pytest.raises(ValueError, match="tick rate is more than 0 and at most 1000"):
        PaperMarket(INSTRUMENTS, 1, start=WEDNESDAY, tick_rate=rate)


def test_after_a_sleep_each_symbol_ticks_once_and_life_goes_on() -> None:
    market = PaperMarket(INSTRUMENTS, 1, start=WEDNESDAY)
    run(market, WEDNESDAY, 5)
    woken = WEDNESDAY + timedelta(hours=8)
    ticks = market.advance(woken)
    own = [tick for tick in ticks if BY_NAME[tick.symbol].legs is None]
    assert len(own) == len({tick.symbol for tick in own}) == len([i for i in INSTRUMENTS if not i.legs])
    assert {tick.time_ms for tick in ticks} == {round(woken.timestamp() * 1000)}
    assert run(market, woken, 5)


def test_a_clock_that_went_back_makes_no_ticks() -> None:
    market = PaperMarket(INSTRUMENTS, 1, start=WEDNESDAY)
    run(market, WEDNESDAY, 5)
    assert market.advance(WEDNESDAY - timedelta(hours=1)) == []
    caught_up = market.advance(WEDNESDAY + timedelta(seconds=10))
    assert sum(tick.symbol == "BTCUSD" for tick in caught_up) > 10


def test_the_next_tick_is_announced() -> None:
    market = PaperMarket(INSTRUMENTS, 1, start=WEDNESDAY)
    due = market.next_tick_at()
    assert due is not None
    assert market.advance(due - timedelta(milliseconds=1)) == []
    assert market.advance(due + timedelta(milliseconds=1))


# --- hours -----------------------------------------------------------------------------------------------


def test_on_a_weekend_everything_trades_unless_hours_are_real() -> None:
    market = PaperMarket(INSTRUMENTS, 1, start=SATURDAY)
    assert all(market.is_open(name, SATURDAY) for name in market.specs)
    assert all(market.next_open(name, SATURDAY) is None for name in market.specs)
    assert {spec.trade_sessions for spec in market.specs.values()} == {ALWAYS_OPEN}
    assert {spec.quote_sessions for spec in market.specs.values()} == {ALWAYS_OPEN}


def test_with_real_hours_only_coins_trade_on_a_saturday() -> None:
    market = PaperMarket(INSTRUMENTS, 1, HoursMode.REAL, start=SATURDAY)
    seen = {tick.symbol for tick in run(market, SATURDAY, 60)}
    coins = {one.name for one in INSTRUMENTS if "Crypto" in one.spec.path}
    assert seen == coins == {name for name in market.specs if market.is_open(name, SATURDAY)}
    assert market.specs["AAPL"].trade_sessions == BY_NAME["AAPL"].spec.trade_sessions


@pytest.mark.parametrize(
    ("symbol", "opens"),
    [
        ("EURUSD", datetime(2026, 4, 5, 22, tzinfo=UTC)),
        ("EURGBP", datetime(2026, 4, 5, 22, tzinfo=UTC)),
        ("XAUUSD", datetime(2026, 4, 5, 23, tzinfo=UTC)),
        ("AAPL", datetime(2026, 4, 6, 14, 30, tzinfo=UTC)),
        ("BTCUSD", None),
    ],
)
def test_the_next_opening_after_the_weekend(symbol: str, opens: datetime | None) -> None:
    market = PaperMarket(INSTRUMENTS, 1, HoursMode.REAL, start=SATURDAY)
    assert market.next_open(symbol, SATURDAY) == opens


def test_a_closed_market_shows_its_last_moment_and_ticks_from_the_opening_on() -> None:
    evening = datetime(2026, 4, 5, 21, 59, 30, tzinfo=UTC)
    market = PaperMarket(INSTRUMENTS, 1, HoursMode.REAL, start=evening)
    friday = datetime(2026, 4, 3, 22, tzinfo=UTC)
    assert market.quote_of("EURUSD").time_ms == round(friday.timestamp() * 1000)
    ticks = [tick for tick in run(market, evening, 120) if tick.symbol == "EURUSD"]
    opening = datetime(2026, 4, 5, 22, tzinfo=UTC).timestamp() * 1000
    assert ticks[0].time_ms >= opening
    assert len(ticks) > 5


def test_gold_stops_for_its_daily_break() -> None:
    before = datetime(2026, 4, 1, 21, 59, 0, tzinfo=UTC)
    market = PaperMarket([BY_NAME["XAUUSD"], BY_NAME["EURUSD"]], 1, HoursMode.REAL, start=before)
    ticks = run(market, before, 62 * 60, 5)
    quiet = datetime(2026, 4, 1, 22, tzinfo=UTC).timestamp() * 1000
    gold = [tick.time_ms for tick in ticks if tick.symbol == "XAUUSD"]
    assert any(at < quiet for at in gold)
    assert not any(quiet <= at < quiet + 3_600_000 for at in gold)
    assert any(at >= quiet + 3_600_000 for at in gold)
    assert any(quiet <= tick.time_ms < quiet + 3_600_000 for tick in ticks if tick.symbol == "EURUSD")


def test_through_a_week_nothing_ticks_outside_its_hours() -> None:
    names = ("EURUSD", "XAUUSD", "XAUEUR", "DE40", "HK50", "AAPL")
    market = PaperMarket(
        [BY_NAME[name] for name in names], 1, HoursMode.REAL, start=WEDNESDAY, tick_rate=0.02
    )
    days: dict[str, set[int]] = {name: set() for name in names}
    for tick in run(market, WEDNESDAY, 7 * 86_400, 10):
        at = datetime.fromtimestamp(tick.time_ms / 1000, UTC)
        assert market.is_open(tick.symbol, at), tick
        days[tick.symbol].add(at.weekday())
    assert days["EURUSD"] == days["XAUEUR"] == {0, 1, 2, 3, 4, 6}
    assert days["AAPL"] == days["HK50"] == {0, 1, 2, 3, 4}


# --- the look of it --------------------------------------------------------------------------------------


def test_busy_hours_tick_faster_and_quote_tighter_than_the_rollover() -> None:
    def hour(at: datetime) -> tuple[int, float]:
        ticks = run(PaperMarket([BY_NAME["EURUSD"]], 3, start=at), at, 1800, 5)
        return len(ticks), fmean(float(tick.ask - tick.bid) for tick in ticks)

    london, rollover = hour(WEDNESDAY), hour(WEDNESDAY.replace(hour=22, minute=15))
    assert london[0] > 1.5 * rollover[0]
    assert rollover[1] > 2.5 * london[1]


def test_volatility_comes_in_clusters() -> None:
    """Calm and stormy ten minutes differ by more than chance allows a steady walk (about 1.3)."""
    market = PaperMarket([BY_NAME["EURUSD"]], 5, start=WEDNESDAY.replace(hour=7))
    start = WEDNESDAY.replace(hour=7)
    bids = [float(tick.bid) for tick in run(market, start, 10 * 3600, 5)]
    moves = [abs(later - earlier) for earlier, later in pairwise(bids[::20])]
    size = max(1, len(moves) // 40)
    levels = sorted(fmean(moves[i : i + size]) for i in range(0, len(moves) - size, size))
    assert levels[-2] > 2 * levels[1]


@pytest.mark.long
def test_hours_of_running_stay_plausible() -> None:
    market = PaperMarket(INSTRUMENTS[:16], 2, start=WEDNESDAY, tick_rate=0.1)
    run(market, WEDNESDAY, 2 * 86_400, 10)
    for name, instrument in market.instruments.items():
        mid = market.mid(name)
        assert mid is not None
        assert abs(float(mid / instrument.price) - 1) < 8 * instrument.daily_volatility


def quantiles(values: list[float], *shares: float) -> list[float]:
    ordered = sorted(values)
    return [ordered[int(len(ordered) * share)] for share in shares]


def looks(ticks: Sequence[RecordedTick | Tick], point: Decimal) -> tuple[list[float], list[float]]:
    gaps = [float(later.time_ms - earlier.time_ms) for earlier, later in pairwise(ticks)]
    return gaps, [float((tick.ask - tick.bid) / point) for tick in ticks]


@pytest.mark.parametrize(
    ("name", "symbol"),
    [
        ("EURUSD-2020-01-01.csv", "EURUSD"),
        ("USDJPY-2019-01-01.csv", "USDJPY"),
        ("BTCUSD-2021-01-08.csv", "BTCUSD"),
    ],
)
def test_gaps_and_spreads_resemble_the_recorded_ones(name: str, symbol: str) -> None:
    """Over the same hours: gaps within a factor of 2.5 at the 10, 50, 90 and 99 % marks and in the mean;
    spreads within a factor of 2.5 at the 10, 50 and 90 % marks, or a point apart; bursts as frequent."""
    path = RECORDED / name
    if not path.exists():
        pytest.skip(f"no recorded ticks at {path}")
    recorded = list(load_ticks(path))
    instrument = replace(BY_NAME[symbol], price=recorded[0].bid)
    start = datetime.fromtimestamp(recorded[0].time_ms / 1000, UTC)
    span = (recorded[-1].time_ms - recorded[0].time_ms) / 1000
    modelled = run(PaperMarket([instrument], 1, start=start), start, span, 1)
    point = instrument.spec.point
    (gaps, spreads), (model_gaps, model_spreads) = looks(recorded, point), looks(modelled, point)

    for there, here in zip(
        [*quantiles(gaps, 0.1, 0.5, 0.9, 0.99), fmean(gaps)],
        [*quantiles(model_gaps, 0.1, 0.5, 0.9, 0.99), fmean(model_gaps)],
        strict=True,
    ):
        assert there / 2.5 <= here <= there * 2.5
    for there, here in zip(
        quantiles(spreads, 0.1, 0.5, 0.9), quantiles(model_spreads, 0.1, 0.5, 0.9), strict=True
    ):
        assert abs(there - here) <= 1 or there / 2.5 <= here <= there * 2.5
    fast, model_fast = fmean(gap < 250 for gap in gaps), fmean(gap < 250 for gap in model_gaps)
    assert abs(fast - model_fast) < 0.15


# --- depth -----------------------------------------------------------------------------------------------


def test_looking_at_the_book_changes_nothing_and_a_tick_changes_the_book() -> None:
    watched, left_alone = (PaperMarket(INSTRUMENTS, 1, start=WEDNESDAY) for _ in range(2))
    seen = set()
    for count in range(1, 21):
        now = WEDNESDAY + timedelta(seconds=count)
        assert watched.advance(now) == left_alone.advance(now)
        assert watched.depth_of("BTCUSD") == watched.depth_of("BTCUSD")
        seen.add(watched.depth_of("BTCUSD"))
    assert len(seen) == 20


def test_the_book_holds_plausible_volumes_in_units() -> None:
    market = PaperMarket(INSTRUMENTS, 1, start=WEDNESDAY)
    bids, asks = market.depth_of("EURUSD")
    euros = [level.volume for level in bids]
    assert euros != [level.volume for level in asks]
    coins = [level.volume for level in market.depth_of("BTCUSD")[1]]
    assert all(100_000 <= volume <= 20_000_000 for volume in euros)
    assert all(0.1 <= volume <= 50 for volume in coins)
    assert fmean(euros[3:]) > fmean(euros[:2])
