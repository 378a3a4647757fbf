"""Recorded ticks stand in for a symbol: to the digit, at their own pace, round and round."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from xbtfx_tui.paper.market.instruments import INSTRUMENTS
from xbtfx_tui.paper.market.market_hours import HoursMode
from xbtfx_tui.paper.market.paper_market import PaperMarket, Tick
from xbtfx_tui.paper.market.tick_replay import Replay, ReplayError, load_replay, load_ticks

SATURDAY = datetime(2026, 4, 4, 12, tzinfo=UTC)
ROWS = "1000,1.12120,1.12172\n1500,1.1212,1.12192\n3500,1.12117,1.12161\n"
RECORDED = Path(__file__).parents[3] / "shared" / "ticks"


def recorded_file(folder: Path, text: str) -> Path:
    path = folder / "EURUSD.csv"
    path.write_text(text)
    return path


def replaying(replay: Replay, start: datetime = SATURDAY) -> PaperMarket:
    return PaperMarket(INSTRUMENTS, 1, HoursMode.REAL, start=start, replays={"EURUSD": replay})


def ticks_until(market: PaperMarket, seconds: float, step: float = 0.5) -> list[Tick]:
    found: list[Tick] = []
    for count in range(1, round(seconds / step) + 1):
        found += market.advance(SATURDAY + timedelta(seconds=count * step))
    return [tick for tick in found if tick.symbol == "EURUSD"]


def milliseconds_after_start(ticks: list[Tick]) -> list[int]:
    return [tick.time_ms - round(SATURDAY.timestamp() * 1000) for tick in ticks]


def test_prices_are_the_files_own_text(tmp_path: Path) -> None:
    ticks = load_ticks(recorded_file(tmp_path, "time_ms,bid,ask\n" + ROWS))
    assert [(str(tick.bid), str(tick.ask)) for tick in ticks] == [
        ("1.12120", "1.12172"),
        ("1.1212", "1.12192"),
        ("1.12117", "1.12161"),
    ]


def test_windows_line_ends_a_byte_order_mark_and_a_last_empty_line_are_fine(tmp_path: Path) -> None:
    path = recorded_file(tmp_path, "\ufefftime_ms,bid,ask\r\n1000,1.1,1.2\r\n\r\n")
    assert load_ticks(path) == ((1000, Decimal("1.1"), Decimal("1.2")),)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "line 1: the header must be time_ms,bid,ask, but the file is empty"),
        ("1000,1.1,1.2\n", "line 1: the header must be time_ms,bid,ask, not '1000,1.1,1.2'"),
        ("time_ms,ask,bid\n1000,1.2,1.1\n", "line 1: the header must be"),
        ("time_ms,bid,ask\n", "has a header but no ticks"),
        ("time_ms,bid,ask\n1000,1.1\n", "line 2: a row has 3 columns, this one has 2"),
        ("time_ms,bid,ask\nnoon,1.1,1.2\n", "line 2, column time_ms: 'noon' is not a time"),
        ("time_ms,bid,ask\n1000,1.1,1.2\n2000,abc,1.2\n", "line 3, column bid: 'abc' is not a number"),
        ("time_ms,bid,ask\n1000,1.1,nan\n", "line 2, column ask: 'nan' is not a number"),
        ("time_ms,bid,ask\n1000,1.1,\n", "line 2, column ask: '' is not a number"),
        ("time_ms,bid,ask\n1000,0,1.2\n", "line 2, column bid: a price must be more than 0, not 0"),
        ("time_ms,bid,ask\n1000,1.2,1.1\n", "line 2, column ask: 1.1 is below the bid, 1.2"),
        ("time_ms,bid,ask\n2000,1.1,1.2\n1000,1.1,1.2\n", "line 3, column time_ms: 1000 is before"),
        ("time_ms,bid,ask\n1000,1.123456,1.2\n", "line 2, column bid: 1.123456 has 6 decimals"),
    ],
)
def test_a_bad_file_is_named_with_line_and_column(tmp_path: Path, text: str, sentence: str) -> None:
    path = recorded_file(tmp_path, text)
    with pytest.raises(ReplayError) as refused:
        load_ticks(path, digits=5)
    assert sentence in str(refused.value)
    assert str(path) in str(refused.value)


def test_a_missing_file_and_a_binary_one_are_sentences_too(tmp_path: Path) -> None:
    with pytest.raises(ReplayError, match=r"can't be read: No such file"):
        load_ticks(tmp_path / "none.csv")
    (tmp_path / "picture.csv").write_bytes(b"\xff\xfe\x00\x81")
    with pytest.raises(ReplayError, match="is not text"):
        load_ticks(tmp_path / "picture.csv")


@pytest.mark.parametrize("speed", [0.0, -1.0, 1001.0, float("nan"), float("inf")])
def test_a_speed_that_makes_no_sense_is_refused(tmp_path: Path, speed: float) -> None:
    path = recorded_file(tmp_path, "time_ms,bid,ask\n" + ROWS)
    with pytest.raises(ReplayError, match=r"speed is 0\.01 to 1000 times"):
        load_replay(path, speed=speed)


def test_ticks_come_at_their_recorded_pace_and_go_round_after_the_usual_gap(tmp_path: Path) -> None:
    market = replaying(load_replay(recorded_file(tmp_path, "time_ms,bid,ask\n" + ROWS)))
    assert str(market.quote_of("EURUSD").bid) == "1.12120"
    ticks = ticks_until(market, 8)
    # gaps of 0.5 s and 2 s, and their median, 1.25 s, from the last round to the first
    assert milliseconds_after_start(ticks) == [500, 2500, 3750, 4250, 6250, 7500, 8000]
    assert [str(tick.bid) for tick in ticks[:4]] == ["1.1212", "1.12117", "1.12120", "1.1212"]


def test_ten_times_the_speed_is_a_tenth_of_the_wait(tmp_path: Path) -> None:
    market = replaying(load_replay(recorded_file(tmp_path, "time_ms,bid,ask\n" + ROWS), speed=10))
    assert milliseconds_after_start(ticks_until(market, 0.5, 0.05)) == [50, 250, 375, 425]


def test_a_single_recorded_tick_is_quoted_again_and_again(tmp_path: Path) -> None:
    market = replaying(load_replay(recorded_file(tmp_path, "time_ms,bid,ask\n1000,1.1,1.2\n")))
    assert milliseconds_after_start(ticks_until(market, 21)) == [10_000, 20_000]


def test_a_replayed_symbol_trades_on_a_saturday_and_the_others_rest(tmp_path: Path) -> None:
    market = replaying(load_replay(recorded_file(tmp_path, "time_ms,bid,ask\n" + ROWS)))
    assert market.is_open("EURUSD", SATURDAY)
    assert market.next_open("EURUSD", SATURDAY) is None
    assert not market.is_open("GBPUSD", SATURDAY)
    later = market.advance(SATURDAY + timedelta(seconds=9))
    assert "EURUSD" in {tick.symbol for tick in later}
    assert "GBPUSD" not in {tick.symbol for tick in later}


def test_after_a_sleep_the_replay_goes_on_where_it_was(tmp_path: Path) -> None:
    market = replaying(load_replay(recorded_file(tmp_path, "time_ms,bid,ask\n" + ROWS)))
    woken = market.advance(SATURDAY + timedelta(hours=8))
    assert [str(tick.bid) for tick in woken if tick.symbol == "EURUSD"] == ["1.1212"]


def test_crosses_follow_a_replayed_leg(tmp_path: Path) -> None:
    rows = "time_ms,bid,ask\n1000,1.00000,1.00010\n2000,1.20000,1.20010\n"
    replays = {"EURUSD": load_replay(recorded_file(tmp_path, rows))}
    market = PaperMarket(INSTRUMENTS, 1, start=SATURDAY, replays=replays)
    before = market.mid("EURJPY")
    market.advance(SATURDAY + timedelta(seconds=1.1))
    after = market.mid("EURJPY")
    assert before is not None
    assert after is not None
    assert Decimal("1.19") < after / before < Decimal("1.21")


def test_a_replay_needs_a_symbol_that_exists_and_can_write_its_prices(tmp_path: Path) -> None:
    replay = load_replay(recorded_file(tmp_path, "time_ms,bid,ask\n" + ROWS))
    with pytest.raises(ValueError, match="EURUSDX can't be replayed: the paper exchange has no such symbol"):
        PaperMarket(INSTRUMENTS, 1, start=SATURDAY, replays={"EURUSDX": replay})
    with pytest.raises(ValueError, match="the recorded prices have 5 decimals, the symbol 3"):
        PaperMarket(INSTRUMENTS, 1, start=SATURDAY, replays={"USDJPY": replay})


@pytest.mark.parametrize(
    ("name", "symbol", "digits"),
    [
        ("EURUSD-2020-01-01.csv", "EURUSD", 5),
        ("BTCUSD-2021-01-08.csv", "BTCUSD", 2),
        ("USDJPY-2013-01-01.csv", "USDJPY", 3),
        ("USDJPY-2019-01-01.csv", "USDJPY", 3),
    ],
)
def test_the_recorded_files_replay_line_by_line(name: str, symbol: str, digits: int) -> None:
    path = RECORDED / name
    if not path.exists():
        pytest.skip(f"no recorded ticks at {path}")
    replay = load_replay(path, digits, speed=1000)
    market = PaperMarket(INSTRUMENTS[:8], 1, start=SATURDAY, replays={symbol: replay})
    shown = [market.quote_of(symbol)]
    now = SATURDAY
    while len(shown) < 400:
        now += timedelta(milliseconds=100)
        shown += [tick for tick in market.advance(now) if tick.symbol == symbol]
    lines = path.read_text().splitlines()[1:401]
    assert [f"{tick.bid},{tick.ask}" for tick in shown[:400]] == [line.split(",", 1)[1] for line in lines]
