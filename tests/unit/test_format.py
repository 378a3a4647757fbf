"""How figures are written on screen."""

from decimal import Decimal

import pytest

from xbtfx_tui.domain.clock import age_words
from xbtfx_tui.ui import figure_format as fmt

D = Decimal


@pytest.mark.parametrize(
    ("amount", "currency", "text"),
    [
        (D("1234567.8"), "USD", "1,234,567.80"),
        (D("-12.3"), "USDT", "-12.30"),
        (D("0.123456789"), "BTC", "0.12345679"),
        (D("12.3456784"), "XRP", "12.345678"),
        (D("5"), None, "5"),
        (D("0.51"), None, "0.51"),
        (D("0.00000049"), None, "0.00000049"),
        (D("-0.001"), "USD", "0.00"),
        (None, "USD", "–"),
    ],
)
def test_money_has_the_decimals_of_its_currency(
    amount: Decimal | None, currency: str | None, text: str
) -> None:
    assert fmt.money(amount, currency) == text


@pytest.mark.parametrize(
    ("amount", "text"), [(D("3"), "+3.00"), (D("-3"), "-3.00"), (D(0), "0.00"), (D("0.001"), "0.00")]
)
def test_a_gain_shows_its_sign_without_colour(amount: Decimal, text: str) -> None:
    assert fmt.signed_money(amount, "USD") == text


@pytest.mark.parametrize(
    ("volume", "text"),
    [("0.1", "0.10"), ("1", "1.00"), ("0.001", "0.001"), ("1E+2", "100.00"), ("2.50", "2.50")],
)
def test_lots_have_two_decimals_and_more_only_when_needed(volume: str, text: str) -> None:
    assert fmt.lots(D(volume)) == text


@pytest.mark.parametrize(
    ("seconds", "text"), [(0.4, "0s"), (59.9, "59s"), (60, "1m"), (7199, "1h"), (90000, "1d")]
)
def test_ages_are_told_in_the_unit_that_matters(seconds: float, text: str) -> None:
    assert age_words(seconds) == text


@pytest.mark.parametrize(
    ("volume", "text"),
    [(850, "850"), (9999, "9999"), (12500, "12.5K"), (663_000, "663K"), (3_200_000, "3.20M")],
)
def test_depth_volumes_are_short(volume: float, text: str) -> None:
    assert fmt.units(volume) == text


@pytest.mark.parametrize(
    ("volumes", "texts"),
    [
        ([2.64, 0.8, 1.0], ["2.64", "0.80", "1.00"]),
        ([850.0, 12.0], ["850", "12"]),
        ([850.5, 12.25], ["850.50", "12.25"]),
        ([1234.0, 0.123], ["1234.00", "0.12"]),
        ([20_000.0, 0.5], ["20.0K", "0.5"]),
        ([], []),
    ],
)
def test_depth_volumes_of_a_book_have_the_same_decimals(volumes: list[float], texts: list[str]) -> None:
    decimals = fmt.unit_decimals(volumes)
    assert [fmt.units(volume, decimals) for volume in volumes] == texts


def test_what_does_not_fit_says_so() -> None:
    assert fmt.left("EURUSD", 4) == "EUR…"
    assert fmt.right("12", 4) == "  12"
    assert fmt.left("", 0) == ""


def test_a_text_from_outside_is_harmless() -> None:
    assert "\x1b" not in fmt.clean("a\x1b[31mb\nc")


def test_no_unit_stands_behind_a_dash() -> None:
    for named in (fmt.money_named, fmt.signed_money_named):
        assert named(None, "USD") == "–"
        assert named(None, None) == "–"
    assert fmt.money_named(Decimal(5), "USD") == "5.00 USD"
    assert fmt.signed_money_named(Decimal(5), "USD") == "+5.00 USD"
