"""The paper exchange's instruments are true to their kind: what a spec sheet shows can be traded by."""

from decimal import Decimal

import pytest

from xbtfx_tui.domain.lot_steps import volume_problem, volume_steps
from xbtfx_tui.domain.pip_size import forex_of, pip_of
from xbtfx_tui.domain.profit_calculation import conversion_symbols
from xbtfx_tui.paper.market.instruments import (
    INSTRUMENTS,
    MAX_INSTRUMENTS,
    MIN_INSTRUMENTS,
    Category,
    Instrument,
    build_instruments,
)

BY_NAME = {instrument.name: instrument for instrument in INSTRUMENTS}
EVERY = build_instruments(MAX_INSTRUMENTS)


def test_there_are_at_least_sixty_of_every_category() -> None:
    assert len(INSTRUMENTS) >= 60
    assert {instrument.category for instrument in INSTRUMENTS} == set(Category)


def test_the_first_watchlist_and_the_coins_of_accounts_are_there_from_the_smallest_count() -> None:
    names = {instrument.name for instrument in build_instruments(MIN_INSTRUMENTS)}
    assert names == {"EURUSD", "GBPUSD", "USDJPY", "XAUUSD", "BTCUSD", "NDXUSD", "ETHUSD", "XRPUSD"}


def test_a_spec_sheet_reads_as_at_the_broker() -> None:
    euro, nasdaq, yen, gold = (BY_NAME[name] for name in ("EURUSD", "NDXUSD", "USDJPY", "XAUUSD"))
    assert (euro.spec.path, euro.spec.digits, euro.spec.point) == (
        "Forex\\Majors\\EURUSD",
        5,
        Decimal("0.00001"),
    )
    assert pip_of(euro.spec) == Decimal("0.0001")
    assert (euro.spec.contract_size, euro.spec.currency_margin) == (Decimal(100_000), "EUR")
    assert nasdaq.spec.path == "CFD\\Indices\\NDXUSD"
    assert not forex_of(nasdaq.spec)
    assert (yen.spec.digits, pip_of(yen.spec)) == (3, Decimal("0.01"))
    assert (gold.spec.contract_size, gold.spec.currency_margin) == (Decimal(100), "USD")


@pytest.mark.parametrize("instrument", INSTRUMENTS, ids=lambda one: one.name)
def test_each_real_instrument_is_described_and_margined(instrument: Instrument) -> None:
    spec = instrument.spec
    assert spec.description
    assert forex_of(spec) == (instrument.category is Category.FOREX)
    assert spec.currency_margin == (spec.currency_base if forex_of(spec) else spec.currency_profit)
    rates = (spec.margin_long, spec.margin_short)
    if forex_of(spec):
        assert rates == (None, None)
        assert spec.currency_base == spec.name[:3]
        assert spec.currency_profit == spec.name[3:]
    else:
        assert all(rate is not None and 0 < rate < 1 for rate in rates)


@pytest.mark.parametrize("account", ["USD", "USDT", "BTC", "ETH", "XRP"])
def test_each_profit_and_margin_currency_converts_to_each_account(account: str) -> None:
    for instrument in INSTRUMENTS:
        for currency in (instrument.spec.currency_profit, instrument.spec.currency_margin):
            assert currency is not None
            same = currency == account or {currency, account} == {"USD", "USDT"}
            assert same or conversion_symbols(currency, account, BY_NAME.__contains__), (currency, account)


def test_specs_of_a_thousand_symbols_hold_together() -> None:
    assert len({instrument.name for instrument in EVERY}) == MAX_INSTRUMENTS
    for instrument in EVERY:
        spec = instrument.spec
        assert spec.point == Decimal(1).scaleb(-spec.digits) == spec.tick_size
        assert spec.path == f"{instrument.category.value}\\{spec.name}" or (
            spec.path.startswith("Forex\\") and spec.path.endswith(f"\\{spec.name}")
        )
        assert instrument.price > 0
        assert instrument.price == instrument.price.quantize(spec.point)
        assert instrument.spread > 0
        assert spec.spread_points is not None
        assert spec.spread_points >= 1
        assert instrument.spread * float(spec.point) < float(instrument.price) / 100
        assert instrument.daily_volatility > 0
        assert instrument.gap > 0
        assert spec.stops_level >= 0
        assert spec.swap_3day in range(7)
        assert (spec.tick_value, spec.bid, spec.ask) == (None, None, None)


def test_the_smallest_and_the_largest_volume_are_valid() -> None:
    for instrument in EVERY:
        steps = volume_steps(instrument.spec)
        assert steps.minimum % steps.step == 0
        assert steps.maximum is not None
        assert volume_problem(steps.minimum, steps) is None
        assert volume_problem(steps.maximum, steps) is None


def test_sessions_are_in_order_and_never_overlap() -> None:
    for instrument in EVERY:
        spans = instrument.spec.trade_sessions
        assert spans is not None
        assert spans == instrument.spec.quote_sessions
        edges = [
            edge
            for span in spans
            for edge in (
                span.day * 1440 + span.open_minute,
                span.day * 1440 + span.close_minute,
            )
        ]
        assert edges == sorted(edges), instrument.name
        assert all(span.open_minute < span.close_minute <= 1440 for span in spans)


def test_a_cross_begins_where_its_legs_put_it_and_comes_after_them() -> None:
    seen: set[str] = set()
    crosses = 0
    for instrument in INSTRUMENTS:
        seen.add(instrument.name)
        if instrument.legs is None:
            continue
        crosses += 1
        assert {instrument.legs.first, instrument.legs.second} <= seen
        first, second = BY_NAME[instrument.legs.first].price, BY_NAME[instrument.legs.second].price
        exact = first / second if instrument.legs.divides else first * second
        assert abs(instrument.price - exact) <= instrument.spec.point
    assert crosses >= 20


def test_a_cross_is_made_of_its_two_dollar_pairs_whichever_way_round_those_are() -> None:
    legs = {
        name: (one.first, one.second, one.divides)
        for name in ("EURGBP", "EURJPY", "CADCHF")
        if (one := BY_NAME[name].legs) is not None
    }
    assert legs == {
        "EURGBP": ("EURUSD", "GBPUSD", True),
        "EURJPY": ("EURUSD", "USDJPY", False),
        "CADCHF": ("USDCHF", "USDCAD", True),
    }


def test_more_symbols_only_add_to_the_list() -> None:
    assert build_instruments(200) == EVERY[:200]
    assert build_instruments(len(INSTRUMENTS)) == INSTRUMENTS


@pytest.mark.parametrize("count", [0, MIN_INSTRUMENTS - 1, MAX_INSTRUMENTS + 1, -5])
def test_a_count_that_cannot_be_served_is_refused_in_words(count: int) -> None:
    with pytest.raises(ValueError, match=r"has 8 to 1,000 symbols, not"):
        build_instruments(count)
