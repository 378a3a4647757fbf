"""Symbols and sessions in every form that xbtfx-api.md lists."""

import json
from decimal import Decimal

import pytest

from xbtfx_tui.domain.pip_size import forex_of
from xbtfx_tui.domain.symbol_spec import SessionSpan, TradeMode
from xbtfx_tui.wire.get_responses import read_symbol, read_symbols
from xbtfx_tui.wire.symbol_responses import read_sessions
from xbtfx_tui.wire.wire_errors import WireError

ROW = {"name": "EURUSD", "digits": 5, "contract_size": 100000, "point": 0.00001, "trade_mode": 4} | {
    "swap_long": -6.5, "swap_short": 2.1, "spread": 3, "bid": 1.07912, "ask": 1.07915,
}  # fmt: skip
SPEC = (
    r'{"symbol":"NDXUSD","description":"Nasdaq 100","path":"CFD\\Indices\\NDXUSD","currency_base":"USD",'
    r'"currency_profit":"USD","currency_margin":"USD","digits":2,"point":0.01,"contract_size":1,'
    r'"trade_mode":"Full","tradeable":true,"calc_mode":"CFDIndex","spread":120,"stops_level":50,'
    r'"volume_min":0.1,"volume_max":250,"volume_step":0.1,"tick_value":0.01,"tick_size":0.01,"swap_mode":1,'
    r'"swap_long":-3.2,"swap_short":1,"swap_3day":5,"margin_initial":0,"margin_long":0.01,"bid":18000.5,'
    r'"ask":18001.7,"sessions":{"trade":[{"day":"Monday","open":"01:00","close":"24:00"}],"quote":[]}}'
)


def with_fields(**changes: object) -> bytes:
    return json.dumps(json.loads(SPEC) | changes).encode()


def test_a_listed_symbol() -> None:
    (row,) = read_symbols(json.dumps({"symbols": [ROW], "count": 1}).encode())
    assert (row.name, row.digits, str(row.contract_size)) == ("EURUSD", 5, "100000")
    assert row.point == Decimal("0.00001")
    assert (row.spread_points, row.bid, row.swap_long) == (3, 1.07912, Decimal("-6.5"))
    assert read_symbols(json.dumps([ROW]).encode()) == (row,)


@pytest.mark.parametrize(
    ("written", "mode"),
    [
        (4, TradeMode.FULL), ("Full", TradeMode.FULL), ("full", TradeMode.FULL), ("4", TradeMode.FULL),
        (0, TradeMode.DISABLED), ("Disabled", TradeMode.DISABLED), ("Long only", TradeMode.LONG_ONLY),
        ("ShortOnly", TradeMode.SHORT_ONLY), ("SYMBOL_TRADE_MODE_CLOSEONLY", TradeMode.CLOSE_ONLY),
        (3, TradeMode.CLOSE_ONLY), ("sideways", TradeMode.FULL), (99, TradeMode.FULL), (None, TradeMode.FULL),
    ],
)  # fmt: skip
def test_what_may_be_traded(written: object, mode: TradeMode) -> None:
    (row,) = read_symbols(json.dumps([ROW | {"trade_mode": written}]).encode())
    assert row.trade_mode is mode
    assert read_symbol(with_fields(trade_mode=written)).trade_mode is mode


def test_one_unreadable_symbol_does_not_hide_the_others() -> None:
    found = read_symbols(json.dumps([{"name": "ODD"}, ROW, {"name": ""}]).encode())
    assert [row.name for row in found] == ["EURUSD"]
    with pytest.raises(WireError, match="digits is missing"):
        read_symbols(b'[{"name":"ODD"}]')


def test_a_whole_spec() -> None:
    spec = read_symbol(SPEC.encode())
    assert spec.path == r"CFD\Indices\NDXUSD"
    assert (spec.volume_min, spec.volume_max, spec.volume_step) == (
        Decimal("0.1"),
        Decimal(250),
        Decimal("0.1"),
    )
    assert (spec.stops_level, spec.spread_points, spec.swap_mode, spec.swap_3day) == (50, 120, "1", 5)
    assert spec.trade_sessions == (SessionSpan(0, 60, 1440),)
    assert spec.quote_sessions == ()
    assert not forex_of(spec)


def test_a_spec_with_all_that_may_be_missing_missing() -> None:
    spec = read_symbol(b'{"symbol":"EURUSD","digits":5,"point":1e-05,"contract_size":100000,"x":null}')
    assert (spec.volume_min, spec.tick_value, spec.trade_sessions, spec.calc_mode) == (None,) * 4
    assert (spec.trade_mode, spec.tradeable, spec.stops_level, spec.path) == (TradeMode.FULL, True, 0, "")


@pytest.mark.parametrize(
    ("written", "mode"), [(0, "Forex"), (2, "CFD"), ("SYMBOL_CALC_MODE_FOREX", "FOREX"), (77, "77")]
)
def test_how_margin_is_computed(written: object, mode: str) -> None:
    assert read_symbol(with_fields(calc_mode=written)).calc_mode == mode


@pytest.mark.parametrize(
    ("written", "tradeable"), [(False, False), ("false", False), (0, False), (1, True), ("maybe", True)]
)
def test_whether_it_is_tradeable(written: object, tradeable: bool) -> None:
    assert read_symbol(with_fields(tradeable=written)).tradeable is tradeable


@pytest.mark.parametrize("written", [3, "3", "Wednesday", "wed"])
def test_the_day_of_the_triple_swap(written: object) -> None:
    assert read_symbol(with_fields(swap_3day=written)).swap_3day == 3


@pytest.mark.parametrize(
    ("day", "opened", "closed", "spans"),
    [
        ("Monday", "00:05", "23:55", [(0, 5, 1435)]),
        ("SUN", "22:00:00", "24:00", [(6, 1320, 1440)]),
        (0, "22:00", "24:00", [(6, 1320, 1440)]),
        (7, 1320, 1440, [(6, 1320, 1440)]),
        (1, 0, 1440, [(0, 0, 1440)]),
        ("friday", 0, 79200, [(4, 0, 1320)]),
        ("2", "5", "65", [(1, 5, 65)]),
        ("Sunday", "22:00", "21:00", [(0, 0, 1260), (6, 1320, 1440)]),
        ("Saturday", "00:00", "00:00", [(5, 0, 1440)]),
    ],
)  # fmt: skip
def test_sessions(day: object, opened: object, closed: object, spans: list[tuple[int, int, int]]) -> None:
    found = read_sessions([{"day": day, "open": opened, "close": closed}])
    assert found == tuple(SessionSpan(*span) for span in spans)


@pytest.mark.parametrize(
    "value",
    [None, {}, "always", [5], [{"day": "Noday", "open": 0, "close": 5}], [{"day": 8, "open": 0, "close": 5}],
     [{"day": 1, "open": "25:00", "close": 5}], [{"day": 1, "open": "10:99", "close": 1440}],
     [{"day": 1, "open": 0}], [{"day": 1, "open": -5, "close": 10}]],
)  # fmt: skip
def test_sessions_that_can_not_be_read_are_unknown(value: object) -> None:
    assert read_sessions(value) is None


@pytest.mark.parametrize("change", [{"digits": 40}, {"point": 0}, {"contract_size": "NaN"}, {"symbol": None}])
def test_a_spec_that_can_not_be(change: dict[str, object]) -> None:
    with pytest.raises(WireError):
        read_symbol(with_fields(**change))


@pytest.mark.parametrize(
    ("written", "code"),
    [("EUR", "EUR"), (" usd ", "USD"), ("", None), ("?", None), (978, None), (None, None)],
)
def test_a_currency_is_a_code_or_not_told(written: object, code: str | None) -> None:
    assert read_symbol(with_fields(currency_base=written)).currency_base == code
