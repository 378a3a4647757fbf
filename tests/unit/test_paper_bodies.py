"""Request bodies are read exactly: a number is the Decimal of its text, and what is wrong is named."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xbtfx_tui.paper.service.json_bodies import BodyError, Fields, write_json


def test_numbers_are_read_from_their_text_and_not_through_a_float() -> None:
    fields = Fields(b'{"volume": 0.10, "sl": 1.07910000000000001, "tp": 0}')
    assert str(fields.number("volume")) == "0.10"
    assert str(fields.stop("sl")) == "1.07910000000000001"
    assert fields.stop("tp") == 0


@given(st.decimals(min_value=0, max_value=10_000, places=8))
def test_every_decimal_survives_the_way_in(value: Decimal) -> None:
    assert Fields(write_json({"volume": value})).number("volume") == value


@pytest.mark.parametrize(
    "body", [b"{", b"[]", b'"x"', b'{"a": NaN}', b'{"a": Infinity}', b"\xff", b"[" * 9999]
)
def test_what_is_not_a_json_object_is_refused(body: bytes) -> None:
    with pytest.raises(BodyError, match="JSON"):
        Fields(body)


@pytest.mark.parametrize(
    "value", [b'"0.10"', b"true", b"null", b"[1]", b"1e400", b"1e-400", b"0.1234567890123456789012345"]
)
def test_a_number_that_is_none_is_named(value: bytes) -> None:
    with pytest.raises(BodyError, match="volume"):
        Fields(b'{"volume": ' + value + b"}").number("volume")


@pytest.mark.parametrize("value", [b"0", b"-1", b"1.5", b'"7"', b"true"])
def test_a_ticket_is_a_whole_number_above_zero(value: bytes) -> None:
    with pytest.raises(BodyError, match="ticket"):
        Fields(b'{"ticket": ' + value + b"}").ticket("ticket")


def test_a_ticket_of_a_whole_number_is_read() -> None:
    assert Fields(b'{"ticket": 300200123}').ticket("ticket") == 300200123


@pytest.mark.parametrize("comment", ["x" * 28, "gr\u00fcn"])
def test_a_comment_is_short_and_ascii(comment: str) -> None:
    with pytest.raises(BodyError, match="27"):
        Fields(write_json({"comment": comment})).comment()


def test_a_left_out_comment_is_empty() -> None:
    assert Fields(b"").comment() == ""


def test_answers_write_decimals_as_numbers_and_times_in_utc() -> None:
    written = write_json({"price": Decimal("1.07910"), "time": datetime(2026, 4, 1, 12, 0, 0, 5000, UTC)})
    assert written == b'{"price":1.07910,"time":"2026-04-01T12:00:00.005000Z"}'


def test_answers_write_no_exponent() -> None:
    assert write_json([Decimal("0E-8"), Decimal("1E+2"), Decimal("1E-7")]) == b"[0.00000000,100,0.0000001]"
