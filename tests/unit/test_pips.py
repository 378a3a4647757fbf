"""What a pip is, decided in one place: worked out from what the server documents, or refused with words."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from xbtfx_tui.domain.currencies import COINS, METALS, NATIONAL
from xbtfx_tui.domain.pip_size import NoPip, forex_of, pip_of, pips_of
from xbtfx_tui.domain.symbol_spec import SymbolSpec
from xbtfx_tui.wire.symbol_responses import read_symbol
from xbtfx_tui.wire.wire_errors import WireError

D = Decimal


def minimal(
    name: str,
    base: str | None,
    profit: str | None,
    digits: int,
    description: str = "",
    bid: float | None = None,
) -> SymbolSpec:
    """A spec of the API's minimal form: neither a calculation mode nor a folder."""
    point = D(1).scaleb(-digits)
    return SymbolSpec(
        name, digits, point, D(1), description, currency_base=base, currency_profit=profit, bid=bid
    )


EURUSD = minimal("EURUSD", "EUR", "USD", 5, "Euro vs US Dollar", 1.1640)


def why(spec: SymbolSpec) -> str:
    pip = pip_of(spec)
    assert isinstance(pip, NoPip)
    return pip.sentence


@pytest.mark.parametrize(
    ("spec", "pip"),
    [
        (EURUSD, "0.0001"),
        (minimal("EURUSD.r", "EUR", "USD", 5), "0.0001"),
        (minimal("USDJPY", "USD", "JPY", 3, "US Dollar vs Japanese Yen"), "0.01"),
        (minimal("USDCNH", "USD", "CNH", 5), "0.0001"),
        (minimal("USDJPY", "USD", "JPY", 2), "0.01"),
        (minimal("EURUSD", "EUR", "USD", 4), "0.0001"),
        (minimal("XAUUSD", "XAU", "USD", 2, "Gold vs US Dollar"), "0.01"),
        (minimal("XAGUSD", "XAG", "USD", 3, "Silver vs US Dollar"), "0.001"),
        (minimal("BTCUSD", "BTC", "USD", 2, "Bitcoin vs US Dollar"), "0.01"),
        (minimal("XRPUSD", "XRP", "USD", 5, "Ripple vs US Dollar"), "0.00001"),
        (minimal("NDXUSD", "USD", "USD", 2, "Nasdaq 100 Index"), "0.01"),
        (minimal("JP225", "JPY", "USD", 2, "Nikkei 225 Index"), "0.01"),
        # Neither its kind nor its currencies: with two digits both readings come to the same.
        (minimal("WHATEVER", None, None, 2), "0.01"),
        (replace(minimal("EURUSD", None, None, 5), calc_mode="Forex"), "0.0001"),
        (replace(minimal("EURUSD", None, None, 5), calc_mode="SYMBOL_CALC_MODE_FOREX_NO_LEVERAGE"), "0.0001"),
        (replace(minimal("EURUSD", None, None, 5), path="Retail\\Forex\\EURUSD"), "0.0001"),
        (replace(minimal("COPPER", None, None, 5), path="CFD\\Metals\\COPPER"), "0.00001"),
        # Its two currencies alone would make a pair of it; its folder tells better.
        (replace(minimal("JP225", "JPY", "USD", 3, "Nikkei 225"), path="CFD\\Indices\\JP225"), "0.001"),
    ],
)
def test_a_pip_follows_from_what_the_server_documents(spec: SymbolSpec, pip: str) -> None:
    assert pip_of(spec) == D(pip)
    assert pips_of(spec, D(pip) * 30) == 30


@pytest.mark.parametrize(
    ("spec", "words"),
    [
        (minimal("EURUSD", None, None, 5), "neither its kind nor its two currencies"),
        (minimal("EURUSD", "EUR", None, 5), "neither its kind nor its two currencies"),
        (minimal("EURUSD", "", "  ", 5), "neither its kind nor its two currencies"),
        # An index that is named in one country's money and paid in another's.
        (minimal("JP225", "JPY", "USD", 3, "Nikkei 225 Index"), "description"),
        # A pair whose base the broker left at the profit currency: its pip would be ten times too small.
        (minimal("EURUSD", "USD", "USD", 5, "Euro vs US Dollar"), "description"),
        (minimal("EURUSD", "USD", "USD", 5), "name"),
        (replace(EURUSD, calc_mode="CFD"), "description"),
        (replace(EURUSD, calc_mode="CFD", path="Forex\\EURUSD"), "two kinds"),
        (minimal("EURUSD", "EUR", "USD", 3), "3 digits"),
        (minimal("EURUSD", "EUR", "USD", 2), "2 digits"),
        (minimal("USDJPY", "USD", "JPY", 5), "5 digits"),
        (replace(EURUSD, point=D("0.0001")), "point"),
    ],
)
def test_what_can_not_be_told_is_refused_with_words(spec: SymbolSpec, words: str) -> None:
    assert words in why(spec)
    assert pips_of(spec, D(1)) is None
    assert "Give a price instead" in why(spec)


def test_the_refusal_has_a_price_for_an_example() -> None:
    assert why(replace(EURUSD, calc_mode="CFD")).endswith("Give a price instead, like 1.15818.")


def test_no_code_is_of_two_kinds() -> None:
    assert not NATIONAL & METALS
    assert not NATIONAL & COINS
    assert not METALS & COINS
    assert {"USD", "EUR", "CNH"} <= NATIONAL


@given(
    st.sampled_from(sorted(NATIONAL | METALS | COINS)) | st.text(max_size=6),
    st.sampled_from(sorted(NATIONAL | METALS | COINS)) | st.text(max_size=6),
    st.integers(0, 12),
    st.text(max_size=20),
    st.none() | st.sampled_from(["Forex", "CFD", "?", "", "Futures", "7"]),
    st.sampled_from(["", "Forex\\A", "CFD\\B", "Forex\\Metals\\C", "\\", "//"]) | st.text(max_size=10),
)
def test_ten_points_are_a_pip_of_pairs_of_two_countries_money_alone(
    base: str, profit: str, digits: int, description: str, mode: str | None, path: str
) -> None:
    spec = replace(minimal("S", base, profit, digits, description), calc_mode=mode, path=path)
    pip = pip_of(spec)
    if isinstance(pip, NoPip):
        assert pip.sentence.isprintable()
        return
    assert pip in (spec.point, spec.point * 10)
    if pip != spec.point:
        assert digits in (3, 5)
        assert forex_of(spec)


ANYTHING = st.one_of(
    st.none(),
    st.booleans(),
    st.text(max_size=8),
    st.sampled_from(["NaN", "Infinity", "-1", "5", "1e400", "0.25", " 2 ", "EUR", "USD", "Forex"]),
    st.integers(-(2**70), 2**70),
    st.lists(st.integers(), max_size=2),
)


@given(st.dictionaries(st.sampled_from(sorted(SymbolSpec.__struct_fields__)), ANYTHING, max_size=12))
def test_a_spec_of_any_fields_is_refused_or_has_a_pip_that_is_no_guess(fields: dict[str, object]) -> None:
    import json

    row = {"symbol": "EURUSD", "digits": 5, "point": "0.00001", "contract_size": 100000} | fields
    try:
        spec = read_symbol(json.dumps(row).encode())
    except WireError:
        return
    pip = pip_of(spec)
    if isinstance(pip, Decimal) and spec.digits in (3, 5):
        assert forex_of(spec) is not None
