"""Stops as they may be typed, and their prices, worked by hand from xbtfx-api.md, section 7."""

from decimal import Decimal

import pytest

from tests.unit.test_sizing import BTCUSD, BUY, EURUSD, NDXUSD, SELL, USDJPY, XAUUSD, rate_to
from xbtfx_tui.domain.sides import Side
from xbtfx_tui.domain.stop_input import (
    AtPrice,
    BadStopForm,
    InMoney,
    InPips,
    InRisk,
    StopForm,
    form_text,
    parse_stop_form,
    stop_price,
)
from xbtfx_tui.domain.stop_rules import BadStop, StopKind
from xbtfx_tui.domain.symbol_spec import SymbolSpec

D = Decimal
SL, TP = StopKind.SL, StopKind.TP


def placed(
    text: str,
    kind: StopKind,
    side: Side,
    reference: str,
    spec: SymbolSpec,
    lots: str | None = "0.10",
    sl: str | None = None,
    currency: str = "USD",
) -> str:
    """What `text` comes to: the price as text, or the sentence that refuses it."""
    form = parse_stop_form(text)
    assert form is not None
    assert not isinstance(form, BadStopForm), form
    found = stop_price(
        form,
        kind,
        side,
        D(reference),
        spec,
        lots=D(lots) if lots is not None else None,
        rate=rate_to(currency),
        sl=D(sl) if sl is not None else None,
    )
    return found.sentence if isinstance(found, BadStop) else str(found)


# --- typed and printed -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "form", "printed"),
    [
        ("1.0820", AtPrice(D("1.0820")), "1.0820"),
        ("1,0820", AtPrice(D("1.0820")), "1.0820"),
        (" 30p ", InPips(D(30)), "30p"),
        ("2.5 P", InPips(D("2.5")), "2.5p"),
        ("50$", InMoney(D(50)), "50$"),
        ("$50", InMoney(D(50)), "50$"),
        ("0,0005$", InMoney(D("0.0005")), "0.0005$"),
        ("2r", InRisk(D(2)), "2r"),
        (".5R", InRisk(D("0.5")), "0.5r"),
    ],
)
def test_a_stop_is_read_and_printed(text: str, form: StopForm, printed: str) -> None:
    assert parse_stop_form(text) == form
    assert form_text(form) == printed


def test_the_longest_number_is_printed_so_that_it_can_be_read_again() -> None:
    longest = InMoney(D(".123456789012345"))
    assert parse_stop_form(".123456789012345$") == longest
    assert parse_stop_form(form_text(longest)) == longest


@pytest.mark.parametrize("text", ["", "  "])
def test_an_empty_field_is_no_stop(text: str) -> None:
    assert parse_stop_form(text) is None


@pytest.mark.parametrize(
    "text",
    ["x", "50 USD", "p", "r", "$", "$50$", "30pp", "30p$", "2rr", "0", "0p", "0.00$", "0r", "1e3", "nan"],
)
def test_what_is_no_stop_is_refused_with_examples(text: str) -> None:
    found = parse_stop_form(text)
    assert found == BadStopForm(
        f'"{text}" is no stop: type a price like 1.0820, pips like 30p, money like 50$, '
        "2r for twice the risk, or nothing."
    )


@pytest.mark.parametrize("text", ["-30p", "+30p", "- 30p"])
def test_a_stop_takes_no_sign(text: str) -> None:
    found = parse_stop_form(text)
    assert isinstance(found, BadStopForm)
    assert found.sentence.endswith("try 30p.")


# --- at a price and in pips ------------------------------------------------------------------------------


def test_pips_count_away_from_the_reference() -> None:
    assert placed("30p", SL, BUY, "1.16400", EURUSD) == "1.16100"
    assert placed("30p", TP, BUY, "1.16400", EURUSD) == "1.16700"
    assert placed("30p", SL, SELL, "155.800", USDJPY) == "156.100"
    assert placed("30p", TP, SELL, "155.800", USDJPY) == "155.500"
    assert placed("30p", SL, BUY, "24950.00", NDXUSD) == "24949.70"


# --- in money, worked by hand ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("currency", "text", "side", "spec", "reference", "lots", "sl", "tp"),
    [
        # EURUSD, 0.10 lots: a point is 0.00001 x 100,000 x 0.10 = 0.10 USD. 50 / 0.10 = 500 points.
        ("USD", "50$", BUY, EURUSD, "1.16400", "0.10", "1.15900", "1.16900"),
        ("USDT", "50$", SELL, EURUSD, "1.16400", "0.10", "1.16900", "1.15900"),
        # 33.33 / 0.10 = 333.3 points: the sl at 333 (33.30), the tp at 334 (33.40).
        ("USD", "33.33$", BUY, EURUSD, "1.16400", "0.10", "1.16067", "1.16734"),
        ("USDT", "33.33$", SELL, EURUSD, "1.16400", "0.10", "1.16733", "1.16066"),
        # 0.0005 BTC x 91,200 = 45.60 USD; / 0.10 = 456 points to the dot.
        ("BTC", "0.0005$", BUY, EURUSD, "1.16400", "0.10", "1.15944", "1.16856"),
        # 0.00054321 BTC x 91,200 = 49.540752 USD; / 0.10 = 495.4 points: 495 and 496.
        ("BTC", "0.00054321$", BUY, EURUSD, "1.16400", "0.10", "1.15905", "1.16896"),
        # USDJPY, 0.10 lots: a point is 0.001 x 100,000 x 0.10 = 10 JPY.
        # 50 x 155.8 = 7,790 JPY = 779 points to the dot, though 1/155.8 never ends.
        ("USD", "50$", SELL, USDJPY, "155.800", "0.10", "156.579", "155.021"),
        ("USDT", "50$", BUY, USDJPY, "155.800", "0.10", "155.021", "156.579"),
        # 20 x 155.8 = 3,116 JPY = 311.6 points: 311 and 312.
        ("USD", "20$", SELL, USDJPY, "155.800", "0.10", "156.111", "155.488"),
        # 0.001 BTC x 91,200 x 155.8 = 14,208.96 JPY = 1,420.896 points: 1,420 and 1,421.
        ("BTC", "0.001$", BUY, USDJPY, "155.800", "0.10", "154.380", "157.221"),
        # XAUUSD, 0.05 lots: a point is 0.01 x 100 x 0.05 = 0.05 USD. 50 / 0.05 = 1,000 points = 10.00.
        ("USD", "50$", BUY, XAUUSD, "4085.00", "0.05", "4075.00", "4095.00"),
        # 0.12 / 0.05 = 2.4 points: 2 and 3.
        ("USDT", "0.12$", SELL, XAUUSD, "4085.00", "0.05", "4085.02", "4084.97"),
        # 0.0007 BTC x 91,200 = 63.84 USD; / 0.05 = 1,276.8 points: 1,276 and 1,277.
        ("BTC", "0.0007$", BUY, XAUUSD, "4085.00", "0.05", "4072.24", "4097.77"),
        # BTCUSD, 0.02 lots: a move of 1.00 is 1 x 1 x 0.02 = 0.02 USD. 50 / 0.02 = 2,500.00.
        ("USD", "50$", BUY, BTCUSD, "91200.00", "0.02", "88700.00", "93700.00"),
        ("USDT", "0.0333$", BUY, BTCUSD, "91200.00", "0.02", "91198.34", "91201.67"),
        # 0.001 BTC x 91,200 = 91.20 USD; / 0.02 = 4,560.00 to the dot.
        ("BTC", "0.001$", SELL, BTCUSD, "91200.00", "0.02", "95760.00", "86640.00"),
        # NDXUSD, 0.3 lots: a move of 1.00 is 0.30 USD. 10 / 0.30 = 33.333: 33.33 and 33.34.
        ("USD", "10$", BUY, NDXUSD, "24950.00", "0.3", "24916.67", "24983.34"),
        ("USDT", "10$", SELL, NDXUSD, "24950.00", "0.3", "24983.33", "24916.66"),
        # 0.0001 BTC x 91,200 = 9.12 USD; / 0.30 = 30.40 to the dot.
        ("BTC", "0.0001$", BUY, NDXUSD, "24950.00", "0.3", "24919.60", "24980.40"),
    ],
)
def test_money_is_the_distance_that_it_pays_for(
    currency: str,
    text: str,
    side: Side,
    spec: SymbolSpec,
    reference: str,
    lots: str,
    sl: str,
    tp: str,
) -> None:
    assert placed(text, SL, side, reference, spec, lots, currency=currency) == sl
    assert placed(text, TP, side, reference, spec, lots, currency=currency) == tp


def test_money_needs_a_volume_and_the_symbols_value() -> None:
    for lots in (None, "0"):
        assert placed("50$", SL, BUY, "1.16400", EURUSD, lots) == (
            "sl of 50$ needs a volume in lots: type that first, or pips like 30p."
        )
    found = stop_price(
        InMoney(D(50)), TP, BUY, D("1.164"), EURUSD, lots=D("0.10"), rate=lambda _: None, sl=None
    )
    assert found == BadStop(
        "tp of 50$ needs the value of EURUSD in the account's currency, which is not known yet: "
        "try pips like 30p."
    )


def test_less_money_than_a_point_is_no_sl_but_a_tp_of_one_point() -> None:
    # A point is 0.10 USD; 30 pips of 10 points are 30 USD.
    assert placed("0.09$", SL, BUY, "1.16400", EURUSD) == (
        "sl of 0.09$ is less than one point of EURUSD: try 30$, about 30p at 0.10 lots."
    )
    assert placed("0.10$", SL, BUY, "1.16400", EURUSD) == "1.16399"
    assert placed("0.09$", TP, BUY, "1.16400", EURUSD) == "1.16401"


# --- as a multiple of the risk ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "side", "spec", "reference", "sl", "tp"),
    [
        # 2 x 0.00300 = 0.00600.
        ("2r", BUY, EURUSD, "1.16400", "1.16100", "1.17000"),
        ("2r", SELL, USDJPY, "155.800", "156.300", "154.800"),
        # 1.5 x 37.00 = 55.50.
        ("1.5r", SELL, NDXUSD, "24950.00", "24987.00", "24894.50"),
        # Half to even: 0.5 x 0.00025 = 0.000125 -> 0.00012; 1.5 x 0.00025 = 0.000375 -> 0.00038.
        ("0.5r", BUY, EURUSD, "1.16405", "1.16380", "1.16417"),
        ("1.5r", BUY, EURUSD, "1.16405", "1.16380", "1.16443"),
        ("3r", BUY, BTCUSD, "91200.00", "90000.00", "94800.00"),
        ("1r", BUY, XAUUSD, "4085.00", "4078.50", "4091.50"),
    ],
)
def test_a_multiple_of_the_risk_is_a_distance(
    text: str, side: Side, spec: SymbolSpec, reference: str, sl: str, tp: str
) -> None:
    assert placed(text, TP, side, reference, spec, lots=None, sl=sl) == tp


def test_a_multiple_of_the_risk_is_for_the_tp_and_needs_an_sl() -> None:
    assert placed("2r", SL, BUY, "1.16400", EURUSD, sl="1.16100") == (
        "2r is a multiple of the distance to the sl, so it is for the tp: try 30p for the sl."
    )
    assert placed("2r", TP, BUY, "1.16400", EURUSD) == (
        "tp of 2r needs an sl to count the risk by: type one first, like 30p."
    )


# --- no such price ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "sl"), [("0.04p", None), ("0.05p", None), ("0.01r", "1.16390"), ("2r", "1.16400")]
)
def test_less_than_a_point_is_no_distance(text: str, sl: str | None) -> None:
    assert placed(text, TP, BUY, "1.16400", EURUSD, sl=sl) == (
        f"tp of {text} is less than one point of EURUSD: try 30p."
    )


def test_a_point_is_a_distance() -> None:
    assert placed("0.1p", SL, BUY, "1.16400", EURUSD) == "1.16399"
    assert placed("0.06p", SL, BUY, "1.16400", EURUSD) == "1.16399"


@pytest.mark.parametrize(
    ("text", "kind", "side"),
    [("11640p", SL, BUY), ("11641p", SL, BUY), ("11641p", TP, SELL), ("400r", TP, SELL), ("11641$", SL, BUY)],
)
def test_no_stop_lies_at_or_below_zero(text: str, kind: StopKind, side: Side) -> None:
    found = placed(text, kind, side, "1.16400", EURUSD, sl="1.16700")
    assert f"{kind.value} of {text} would be at or below zero from 1.16400: try 30" in found


def test_a_price_is_above_zero() -> None:
    for price in ("0.001", "0.004"):
        assert placed(price, SL, BUY, "4085.00", XAUUSD) == "sl takes a price above 0, like 4085.00."
    assert placed("4085.123", SL, BUY, "4085.00", XAUUSD) == "XAUUSD has 2 decimals: try 4085.12."


def test_money_of_a_coin_account_typed_as_dollars_is_no_stop_far_above_the_market() -> None:
    # 50 BTC x 91,200 = 4,560,000 USD; 10,000 a unit at 0.10 lots: 456 above.
    said = placed("50$", SL, Side.SELL, "1.16400", EURUSD, currency="BTC")
    assert "nowhere near 1.16400" in said


def test_no_money_is_offered_where_it_can_not_be_counted() -> None:
    told, bare = parse_stop_form("abc"), parse_stop_form("abc", counts_money=False)
    assert isinstance(told, BadStopForm)
    assert isinstance(bare, BadStopForm)
    assert "money like 50$" in told.sentence
    assert "$" not in bare.sentence
