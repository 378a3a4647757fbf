"""Rows of files are read fast where they are plain: what comes of it is what the thorough reading says."""

import re
from io import BytesIO
from operator import itemgetter

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.hypothesis_profiles import examples
from xbtfx_tui.archive.importing.file_blocks import text_blocks
from xbtfx_tui.archive.importing.file_forms import FileRefusedError, _dated, dated
from xbtfx_tui.archive.importing.row_reading import FORMS, PriceRow, _plain_row, _row

PLAIN = re.compile(r"[0-9]\.[0-9]{5}")
FORM = FORMS["csv"]("time,open,high,low,close,ticks")

plain_prices = st.integers(1, 200_000).map(lambda points: f"{points / 100_000:.5f}")
few_digits = st.text("0123456789.", max_size=16)
odd_prices = few_digits | st.sampled_from(["-1.00000", "1e5", "１.00000", "1.00000 ", "1.0000a", "0.00000"])
odd_times = st.lists(
    st.sampled_from(["2024", "1999", "01", "02", "13", "29", "31", "1", "0005", "23:59", "24:00"])
    | st.sampled_from(["-", ".", "/", "T", " ", ":", "Z", "+02:00", "-0500", "x", ".5", "２"]),
    max_size=11,
).map("".join)


@given(st.lists(st.one_of(plain_prices, plain_prices, odd_prices), min_size=4, max_size=4), st.booleans())
@settings(max_examples=examples(2_000))
def test_a_plain_row_is_what_a_thorough_look_makes_of_it(prices: list[str], in_order: bool) -> None:
    assert FORM is not None
    if in_order:
        low, opened, close, high = sorted(prices)
        prices = [opened, high, low, close]
    fields = ["2024-01-02T00:05Z", *prices, "5"]
    row = _plain_row(FORM, 7, fields, itemgetter(*FORM.columns))
    thorough = _row(FORM, 7, [field.strip() for field in fields])
    assert row is None or row == thorough
    if in_order and isinstance(thorough, PriceRow) and all(PLAIN.fullmatch(one) for one in prices):
        assert row == thorough, "and it is fast where it can be"


@given(odd_times)
@settings(max_examples=examples(2_000))
def test_a_time_read_in_two_parts_is_the_time_read_as_one(text: str) -> None:
    assert dated(text) == _dated(text)


@given(
    st.integers(1, 4_000),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
    st.sampled_from(["\n", "\r\n", "\r"]),
)
@settings(max_examples=examples(300))
def test_blocks_of_any_size_are_the_whole(most: int, encoding: str, end: str) -> None:
    """All lines once, with their numbers; a block is whole lines, or the file is refused for its size."""
    lines = [f"2024-01-02T00:{number:02}Z,1.1,1.2,1.0,1.1,{number}" for number in range(60)]
    content = end.join([*lines, "cut"]).encode(encoding)
    try:
        blocks = list(text_blocks(BytesIO(content).read, most))
    except FileRefusedError:
        assert most < 2 * len(lines[-1]) + 20, "a line is longer than a block"
        return
    found = [
        (number, line)
        for block in blocks
        for number, line in enumerate(block.text.splitlines(), block.line)
        if line
    ]
    assert [line for _, line in found] == [*lines, "cut"]
    assert [number for number, _ in found] == list(range(1, 62))
