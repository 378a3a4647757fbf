"""Kinds of market: the broker's folder where it is known, else a guess by the name."""

import pytest

from xbtfx_tui.domain.symbol_categories import category_of


@pytest.mark.parametrize(
    ("name", "path", "category"),
    [
        ("EURUSD", "Forex\\Majors\\EURUSD", "Forex"),
        ("NDXUSD", "CFD\\Indices\\NDXUSD", "Indices"),
        ("NDXUSD", "CFD\\NDXUSD", "CFD"),
        ("ABC", "ABC", "Stocks"),
        ("EURUSD", "", "Forex"),
        ("EURUSD.r", "", "Forex"),
        ("USDJPYm", "", "Forex"),
        ("XAUUSD", "", "Metals"),
        ("XAUEUR", "", "Metals"),
        ("XBRUSD", "", "Energies"),
        ("SPXUSD", "", "Indices"),
        ("DE40", "", "Indices"),
        ("ETHBTC", "", "Crypto"),
        ("DOGEUSD", "", "Crypto"),
        ("BTCUSDT", "", "Crypto"),
        ("AAPL", "", "Stocks"),
        ("#AAPL", "", "Stocks"),
        ("AAPL.US", "", "Stocks"),
        ("SOMETHING9", "", "Others"),
        ("", "", "Others"),
    ],
)
def test_a_symbol_stands_where_a_trader_looks_for_it(name: str, path: str, category: str) -> None:
    assert category_of(name, path) == category
