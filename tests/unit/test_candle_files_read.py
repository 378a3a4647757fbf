"""Files of candles that other programs wrote: the kinds, the clocks, and what is wrong with a row."""

from datetime import UTC, datetime
from io import BytesIO
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.candle_files import MONDAY
from xbtfx_tui.archive.importing.candle_file import (
    CandleFile,
    FileWish,
    read_candle_blocks,
    read_candle_file,
)
from xbtfx_tui.archive.importing.file_forms import FaceTime, FileRefusedError, dated, day_first
from xbtfx_tui.domain.day_clock import day_clock

NOW = MONDAY + 86_400
HEAD = "<DATE>\t<TIME>\t<OPEN>\t<HIGH>\t<LOW>\t<CLOSE>\t<TICKVOL>\t<VOL>\t<SPREAD>\n"
PRICES = "1.08\t1.082\t1.079\t1.081\t7\t0\t3\n"
MT5 = HEAD + "".join(f"2024.01.02\t00:0{minute}:00\t{PRICES}" for minute in range(1, 7))


def read(content: str | bytes, name: str = "EURUSD.csv", tz: str | None = None) -> CandleFile:
    clock = None if tz is None else day_clock(tz)
    return read_candle_file(content.encode() if isinstance(content, str) else content, name, None, clock, NOW)


def begins(file: CandleFile) -> list[str]:
    return [f"{datetime.fromtimestamp(one.start, UTC):%Y-%m-%d %H:%M}" for one in file.candles]


def refused(content: str | bytes, name: str = "EURUSD.csv", tz: str | None = "utc") -> str:
    with pytest.raises(FileRefusedError) as told:
        read(content, name, tz)
    return str(told.value)


def problems(file: CandleFile) -> list[str]:
    return [f"{one.line}: {one.words}" for one in file.problems]


# --- the kinds ---


@pytest.mark.parametrize(
    ("content", "tz", "first", "span", "ticks"),
    [
        (MT5, "ny17", "2024-01-01 22:01", 60, 7),
        (
            HEAD.replace("<TIME>\t", "") + f"2024.01.02\t{PRICES}2024.01.03\t{PRICES}2024.01.04\t{PRICES}",
            "utc",
            "2024-01-02 00:00",
            86_400,
            7,
        ),
        (
            "20120201 000000;1.3;1.4;1.2;1.35;0\n20120201 000100;1.3;1.4;1.2;1.35;0\n",
            None,
            "2012-02-01 05:00",
            60,
            0,
        ),
        (
            "2012.07.01,00:00,1.3,1.4,1.2,1.35,0\n2012.07.01,00:01,1.3,1.4,1.2,1.35,0\n",
            None,
            "2012-07-01 05:00",
            60,
            0,
        ),
        (
            "Gmt time,Open,High,Low,Close,Volume\n01.01.2017 22:00:00.000,1.3,1.4,1.2,1.35,9.5\n"
            "01.01.2017 23:00:00.000,1.3,1.4,1.2,1.35,9.5\n",
            None,
            "2017-01-01 22:00",
            3_600,
            0,
        ),
        (
            "Local time,Open,High,Low,Close,Volume\n01.07.2017 22:00:00.000 GMT+0200,1.3,1.4,1.2,1.35,9.5\n"
            "01.07.2017 22:01:00.000 GMT+0200,1.3,1.4,1.2,1.35,9.5\n",
            None,
            "2017-07-01 20:00",
            60,
            0,
        ),
        (
            "Time (EET),Open,High,Low,Close,Volume \n2020.01.09 01:00:00,1.3,1.4,1.2,1.35,9.5\n"
            "2020.01.09 01:01:00,1.3,1.4,1.2,1.35,9.5\n",
            None,
            "2020-01-08 23:00",
            60,
            0,
        ),
        (
            "timestamp,open,high,low,close,volume\n1577836800000,1.3,1.4,1.2,1.35,9\n"
            "1577836860000,1.3,1.4,1.2,1.35,9\n",
            None,
            "2020-01-01 00:00",
            60,
            0,
        ),
        (
            "time,open,high,low,close,Volume,RSI\n1577836800,1.3,1.4,1.2,1.35,9,50.1\n1577840400,1.3,1.4,1.2,1.35,9,NaN\n",
            None,
            "2020-01-01 00:00",
            3_600,
            9,
        ),
        (
            "time,open,high,low,close\n2020-01-01T02:00:00+02:00,1.3,1.4,1.2,1.35\n"
            "2020-01-01T02:01:00+02:00,1.3,1.4,1.2,1.35\n",
            None,
            "2020-01-01 00:00",
            60,
            0,
        ),
        (
            "time,open,high,low,close\n2020-01-01,1,2,1,1\n2020-01-02,1,2,1,1\n",
            "utc",
            "2020-01-01 00:00",
            86_400,
            0,
        ),
    ],
    ids=["mt5", "mt5-days", "histdata", "histdata-mt", "gmt", "local", "eet", "node", "unix", "iso", "days"],
)
def test_each_kind_is_known_by_its_first_line(
    content: str, tz: str | None, first: str, span: int, ticks: int
) -> None:
    file = read(content, tz=tz)
    assert (begins(file)[0], file.span, file.candles[0].ticks) == (first, span, ticks)
    assert file.problems == ()
    assert not file.candles[0].is_watched


def test_prices_are_exact() -> None:
    candle = read(MT5, tz="utc").candles[0]
    assert [str(candle.price(one)) for one in (candle.open, candle.high, candle.low, candle.close)] == [
        "1.080",
        "1.082",
        "1.079",
        "1.081",
    ]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_every_encoding_reads_the_same(encoding: str) -> None:
    assert read(MT5.encode(encoding), tz="utc") == read(MT5, tz="utc")


def test_the_newest_may_come_first() -> None:
    lines = MT5.splitlines(keepends=True)
    turned = lines[0] + "".join(reversed(lines[1:]))
    assert read(turned, tz="utc").candles == read(MT5, tz="utc").candles


def test_dukascopys_filler_is_left_out() -> None:
    head = "Gmt time,Open,High,Low,Close,Volume\n"
    rows = [f"01.01.2017 22:0{minute}:00.000,1.3,1.3,1.3,1.3,{minute // 2}\n" for minute in range(4)]
    file = read(head + "".join(rows))
    assert (len(file.candles), file.fillers, file.problems) == (2, 2, ())


@given(st.integers(0, 84_000 * 86_400))
def test_a_time_is_that_of_the_calendar(seconds: int) -> None:
    moment = datetime.fromtimestamp(seconds, UTC)
    assert dated(f"{moment:%Y.%m.%d %H:%M:%S}") == FaceTime(seconds)
    assert day_first(f"{moment:%d.%m.%Y %H:%M:%S}.000") == FaceTime(seconds)


# --- what is refused as a whole ---


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("", "empty"),
        (HEAD, "no rows"),
        ("hello\nworld\n", 'begins with "hello"'),
        (b"PK\x03\x04\xff\xfe\x80", "packed"),
        (b"a\0\0\0b", "no text"),
        ("<DATE>\t<TIME>\t<BID>\t<ASK>\t<LAST>\t<VOLUME>\t<FLAGS>\n", "ticks"),
        ("Gmt time,Ask,Bid,AskVolume,BidVolume\n", "ticks"),
        ("20120201 000003660,1.306600,1.306770,0\n", "ticks"),
        (
            HEAD + "".join(f"2024.01.02\t00:{minute:02}:00\t{PRICES}" for minute in range(0, 60, 5)),
            "5 min apart",
        ),
        (
            HEAD
            + "".join(f"2024.01.02\t00:{minute:02}:00\t{PRICES}" for minute in range(60))
            + "".join(f"2024.01.03\t{hour:02}:00:00\t{PRICES}" for hour in range(20)),
            "mixes candles of 1 min and 1 h",
        ),
        (HEAD + f"2024.01.02\t00:00:00\t{PRICES}", "One row"),
        (HEAD + "2024.01.02\t00:00:00\t1.0\n" * 3, "line 2, 3 fields of 7"),
    ],
)
def test_what_no_candles_are_in_is_refused_with_why(content: str | bytes, says: str) -> None:
    assert says in refused(content)


def test_candles_of_the_ask_are_refused() -> None:
    assert "bid" in refused(MT5, "EURUSD_Candlestick_1_M_ASK_01.01.2017.csv")
    assert len(read(MT5, "MASKED.csv", "utc").candles) == 6


# --- clocks ---


def weeks(*mondays: str, at: str = "00:00:00") -> str:
    rows = []
    for monday in mondays:
        rows += [f"{monday}\t{at}\t{PRICES}", *(f"{monday}\t0{hour}:30:00\t{PRICES}" for hour in range(1, 4))]
    minutes = "".join(f"2024.07.16\t00:0{minute}:00\t{PRICES}" for minute in range(9))
    return HEAD + "".join(rows) + minutes


def test_a_file_without_a_clock_is_refused_with_a_guess_to_copy() -> None:
    told = refused(weeks("2024.01.08", "2024.01.15", "2024.07.08", "2024.07.15"), tz=None)
    assert told.endswith("add --tz ny17.")
    told = refused(weeks("2024.01.08", "2024.07.08", at="02:00:00"), tz=None)
    assert "ny17 is the clock of most" in told
    told = refused(weeks("2024.07.08", "2024.07.15"), tz=None)
    assert "ny17 is the clock of most" in told


def minutes_of(day: str, *times: str) -> str:
    return HEAD + "".join(f"{day}\t{time}:00\t{PRICES}" for time in times)


def test_an_hour_that_summer_time_skips_is_no_time() -> None:
    file = read(minutes_of("2024.03.31", "02:58", "02:59", "03:10", "04:00", "04:01"), tz="Europe/Athens")
    assert begins(file)[1:3] == ["2024-03-31 00:59", "2024-03-31 01:00"]
    assert problems(file) == ["4: a time in the hour that summer time skips"]


def test_the_doubled_hour_goes_by_order() -> None:
    times = ["03:58", "03:59", "03:00", "03:01", "04:00"]
    file = read(minutes_of("2024.10.27", *times), tz="Europe/Athens")
    assert [one[-5:] for one in begins(file)] == ["00:58", "00:59", "01:00", "01:01", "02:00"]
    assert file.problems == ()


def test_a_day_begins_at_midnight_of_its_clock() -> None:
    days = "".join(f"{1_704_837_600 + 86_400 * day},1.3,1.4,1.2,1.35\n" for day in range(3))
    told = refused("time,open,high,low,close\n" + days)
    assert "line 2, its day begins at 22:00 (utc), not at midnight: name its clock with --tz." in told
    assert begins(read("time,open,high,low,close\n" + days, tz="ny17"))[0] == "2024-01-09 22:00"


# --- bad rows ---


@given(
    places=st.lists(st.integers(0, len(MT5) - 1), max_size=6),
    bits=st.binary(min_size=6, max_size=6),
    end=st.integers(0, len(MT5)),
)
def test_a_spoiled_file_gives_candles_or_a_sentence(places: list[int], bits: bytes, end: int) -> None:
    content = bytearray(MT5.encode())
    for place, bit in zip(places, bits, strict=False):
        content[place] = bit
    try:
        file = read(bytes(content[:end]), "EURUSD_M1.csv", "ny17")
    except FileRefusedError as told:
        assert str(told)[-1] in ".?"
    else:
        assert all(one.low <= min(one.open, one.close) for one in file.candles)
        assert all(one.high >= max(one.open, one.close) for one in file.candles)
        assert all(before.start < after.start for before, after in pairwise(file.candles))


def test_bad_rows_are_named_by_line_and_the_others_taken() -> None:
    rows = [
        "2024.01.02\t00:01:00\t" + PRICES,
        "2024.01.02\t00:02:00\t1.08\t1.082\n",
        "2024.01.02\t00:03:00\t1.08\t1.0805\t1.079\t1.081\t7\t0\t3\n",
        "2024.01.02\t00:04:00\t1.08\t1.082\t1.0805\t1.081\t7\t0\t3\n",
        "2024.01.02\t00:05:00\t0\t1.082\t0\t1.081\t7\t0\t3\n",
        "2024.01.02\t00:06:00\t1,08\t1.082\t1.079\t1.081\t7\t0\t3\n",
        "2024.02.30\t00:07:00\t" + PRICES,
        "2024.01.02\t00:08:30\t" + PRICES,
        "2024.01.02\t00:09:00\t" + PRICES,
        "2024.01.02\t00:09:00\t" + PRICES,
        "2024.01.02\t00:09:00\t1.1\t1.1\t1.1\t1.1\t7\t0\t3\n",
        "2024.01.02\t00:10:00\t" + PRICES,
        "2024.01.02\t00:11:00\t" + PRICES,
        "2099.01.02\t00:10:00\t" + PRICES,
        "2024.01.02\t\t" + PRICES,
        "2024.01.02\t00:12:00\t-1\t1.082\t1.079\t1.081\t7\t0\t3\n",
    ]
    file = read(HEAD + "".join(rows), "EURUSD_M1.csv", "utc")
    assert problems(file) == [
        "3: 4 fields of 7: cut, or of another kind",
        "4: its high 1.0805 is below another of its prices",
        "5: its low 1.0805 is above its open or close",
        "6: a price is 0",
        '7: "1,08" is no price',
        '8: "2024.02.30 00:07:00" is no time',
        "9: its time is off the step of 1 min",
        "12: its time came before, with other prices",
        "15: its time is in the future",
        '16: "2024.01.02" is no time',
        "17: the price -1 is below 0",
    ]
    assert [one[-2:] for one in begins(file)] == ["01", "09", "10", "11"]


@pytest.mark.parametrize(
    ("now", "written", "last"),
    [
        (3 * 3600 - 1, None, "01:00"),
        (3 * 3600, None, "02:00"),
        (9 * 3600, 3 * 3600 - 1, "01:00"),
        (9 * 3600, 3 * 3600, "02:00"),
        (9 * 3600, 2 * 3600 - 1, "02:00"),
    ],
    ids=["forms", "is over", "formed as it was written", "was over", "a time that the rows refute"],
)
def test_an_hour_that_was_not_over_is_left_out(now: int, written: int | None, last: str) -> None:
    prices = "1.08,1.082,1.079,1.081"
    content = "time,open,high,low,close\n" + "".join(f"{MONDAY + n * 3600},{prices}\n" for n in range(3))
    at = None if written is None else MONDAY + written
    wish = FileWish("EURUSD_H1.csv", None, None, MONDAY + now, at)
    (file,) = read_candle_blocks(BytesIO(content.encode()).read, wish)
    assert begins(file)[-1].endswith(last)
    assert (file.forming, file.problems) == (int(last == "01:00"), ())


def test_a_day_is_over_at_midnight_of_its_clock_and_one_that_forms_alone_is_no_file() -> None:
    content = "time,open,high,low,close\n" + f"{MONDAY},1.08,1.082,1.079,1.081\n"
    for now, is_over in ((MONDAY + 86_400, True), (MONDAY + 86_399, False)):
        wish = FileWish("EURUSD_D1.csv", None, day_clock("utc"), now)
        blocks = read_candle_blocks(BytesIO(content.encode()).read, wish)
        if is_over:
            assert len(next(blocks).candles) == 1
        else:
            with pytest.raises(FileRefusedError, match="still forms"):
                next(blocks)
