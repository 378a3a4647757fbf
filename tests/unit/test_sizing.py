"""A size as lots or as risk: what is typed, and the lots and the true risk that come of it, worked by hand.

The rules are those of xbtfx-api.md, section 7: profit = (close - open) x contract_size x lots in the symbol's
profit currency, then converted. The contracts are those of the paper exchange's instruments.
"""

from decimal import ROUND_HALF_EVEN, Decimal

import pytest
from msgspec.structs import replace

from xbtfx_tui.domain.accounts import Account, MarginMode
from xbtfx_tui.domain.order_estimates import AccountRate
from xbtfx_tui.domain.position_sizing import (
    BadSize,
    Lots,
    RiskMoney,
    RiskPercent,
    Size,
    Sized,
    parse_size,
    size_text,
    sized,
)
from xbtfx_tui.domain.profit_calculation import conversion_rate
from xbtfx_tui.domain.sides import Side
from xbtfx_tui.domain.symbol_spec import SymbolSpec

D = Decimal
BUY, SELL = Side.BUY, Side.SELL


def spec(name: str, digits: int, contract: str, volumes: tuple[str, str, str], calc: str) -> SymbolSpec:
    low, high, step = map(D, volumes)
    return SymbolSpec(
        name,
        digits,
        D(1).scaleb(-digits),
        D(contract),
        currency_base=name[:3],
        currency_profit=name[3:],
        calc_mode=calc,
        volume_min=low,
        volume_max=high,
        volume_step=step,
    )


FOREX_VOLUMES = ("0.01", "100", "0.01")
EURUSD = spec("EURUSD", 5, "100000", FOREX_VOLUMES, "Forex")
USDJPY = spec("USDJPY", 3, "100000", FOREX_VOLUMES, "Forex")
XAUUSD = spec("XAUUSD", 2, "100", ("0.01", "50", "0.01"), "CFD")
BTCUSD = spec("BTCUSD", 2, "1", ("0.01", "50", "0.01"), "CFD")
NDXUSD = spec("NDXUSD", 2, "1", ("0.1", "250", "0.1"), "CFD")

MIDS = {"EURUSD": D("1.16400"), "USDJPY": D("155.800"), "BTCUSD": D("91200.00")}
"""What money is converted at: 1 JPY = 1/155.8 USD, 1 USD = 1 USDT = 1/91200 BTC."""

EQUITY = {"USD": D("10000"), "USDT": D("10000"), "BTC": D("0.5")}
CENT, SATOSHI = D("0.01"), D("0.00000001")
SMALLEST = {"USD": CENT, "USDT": CENT, "BTC": SATOSHI}


def rate_to(currency: str) -> AccountRate:
    return lambda source: conversion_rate(source, currency, MIDS.get)


def account_in(currency: str | None, equity: Decimal) -> Account:
    return Account(1, equity, equity, D(0), equity, D(0), 100, MarginMode.HEDGING, currency)


def size_on(
    currency: str, size: Size, side: Side, reference: str, sl: str | None, symbol: SymbolSpec
) -> Sized | BadSize:
    account = account_in(currency, EQUITY[currency])
    stop = D(sl) if sl is not None else None
    return sized(size, side, D(reference), stop, symbol, account, rate_to(currency))


def asked_for(size: Size, equity: Decimal) -> Decimal:
    assert isinstance(size, RiskMoney | RiskPercent)
    return size.amount if isinstance(size, RiskMoney) else equity * size.percent / 100


def sentence(found: Sized | BadSize | Size) -> str:
    assert isinstance(found, BadSize), found
    return found.sentence


# --- worked by hand --------------------------------------------------------------------------------------

ONE_PERCENT = RiskPercent(D(1))  # of 10,000 USD or USDT: 100.00; of 0.5 BTC: 0.005 BTC = 456.00 USD


@pytest.mark.parametrize(
    ("currency", "size", "side", "symbol", "reference", "sl", "volume", "risk"),
    [
        # EURUSD, 0.00300 away: 0.00300 x 100,000 = 300 USD a lot.
        # 100 / 300 = 0.333 -> 0.33 lots; 0.33 x 300 = 99.00.
        ("USD", ONE_PERCENT, BUY, EURUSD, "1.16400", "1.16100", "0.33", "99.00"),
        # 50 / 300 = 0.1666 -> 0.16 lots (0.17 would be 51.00); 0.16 x 300 = 48.00.
        ("USDT", RiskMoney(D(50)), SELL, EURUSD, "1.16400", "1.16700", "0.16", "48.00"),
        # 0.005 BTC x 91,200 = 456 USD; 456 / 300 = 1.52 lots to the dot; 1.52 x 300 / 91,200 = 0.005.
        ("BTC", ONE_PERCENT, BUY, EURUSD, "1.16400", "1.16100", "1.52", "0.00500000"),
        # USDJPY, 0.500 away: 0.500 x 100,000 = 50,000 JPY a lot; / 155.8 = 320.92426 USD.
        # 100 / 320.92426 = 0.3116 -> 0.31 lots; 0.31 x 320.92426 = 99.48652.
        ("USD", ONE_PERCENT, SELL, USDJPY, "155.800", "156.300", "0.31", "99.49"),
        # 0.779 away: 77,900 JPY a lot; / 155.8 = 500 USDT. 50 / 500 = 0.10 lots to the dot, not 0.09.
        ("USDT", RiskMoney(D(50)), BUY, USDJPY, "155.800", "155.021", "0.10", "50.00"),
        # 456 USD x 155.8 = 71,044.8 JPY; / 50,000 = 1.420896 -> 1.42 lots.
        # 1.42 x 50,000 = 71,000 JPY; / 155.8 = 455.71245 USD; / 91,200 = 0.004996847.
        ("BTC", ONE_PERCENT, SELL, USDJPY, "155.800", "156.300", "1.42", "0.00499685"),
        # XAUUSD, 6.50 away: 6.50 x 100 = 650 USD a lot. 100 / 650 = 0.1538 -> 0.15; 0.15 x 650 = 97.50.
        ("USD", ONE_PERCENT, SELL, XAUUSD, "4085.00", "4091.50", "0.15", "97.50"),
        ("USDT", ONE_PERCENT, BUY, XAUUSD, "4085.00", "4078.50", "0.15", "97.50"),
        # 456 / 650 = 0.7015 -> 0.70; 0.70 x 650 = 455 USD; / 91,200 = 0.0049890351.
        ("BTC", ONE_PERCENT, SELL, XAUUSD, "4085.00", "4091.50", "0.70", "0.00498904"),
        # BTCUSD, 1,200.00 away: 1,200 x 1 = 1,200 USD a lot. 100 / 1,200 = 0.0833 -> 0.08; = 96.00.
        ("USD", ONE_PERCENT, BUY, BTCUSD, "91200.00", "90000.00", "0.08", "96.00"),
        ("USDT", RiskMoney(D("95.99")), BUY, BTCUSD, "91200.00", "90000.00", "0.07", "84.00"),
        # 456 / 1,200 = 0.38 to the dot; 0.38 x 1,200 / 91,200 = 0.005.
        ("BTC", RiskMoney(D("0.005")), SELL, BTCUSD, "91200.00", "92400.00", "0.38", "0.00500000"),
        # One satoshi less pays for one step less: 0.37 x 1,200 / 91,200 = 0.0048684211.
        ("BTC", RiskMoney(D("0.00499999")), SELL, BTCUSD, "91200.00", "92400.00", "0.37", "0.00486842"),
        # NDXUSD in steps of 0.1, 37.00 away: 37 USD a lot. 100 / 37 = 2.7027 -> 2.7; 2.7 x 37 = 99.90.
        ("USD", ONE_PERCENT, SELL, NDXUSD, "24950.00", "24987.00", "2.7", "99.90"),
        # 50.00 away: 100 / 50 = 2.0 lots to the dot.
        ("USDT", ONE_PERCENT, BUY, NDXUSD, "24950.00", "24900.00", "2.0", "100.00"),
        # 456 / 37 = 12.324 -> 12.3; 12.3 x 37 = 455.10 USD; / 91,200 = 0.0049901316.
        ("BTC", ONE_PERCENT, SELL, NDXUSD, "24950.00", "24987.00", "12.3", "0.00499013"),
    ],
)
def test_a_risk_becomes_the_lots_that_it_pays_for(
    currency: str,
    size: Size,
    side: Side,
    symbol: SymbolSpec,
    reference: str,
    sl: str,
    volume: str,
    risk: str,
) -> None:
    found = size_on(currency, size, side, reference, sl, symbol)
    assert isinstance(found, Sized), found
    assert found.risk is not None
    assert found.risk_percent is not None
    assert str(found.volume) == volume
    assert found.risk.quantize(SMALLEST[currency], ROUND_HALF_EVEN) == D(risk)
    assert found.risk_percent == found.risk / EQUITY[currency] * 100
    assert found.risk <= asked_for(size, EQUITY[currency])
    assert found.capped_from is None


def test_the_true_risk_is_told_in_percent_too() -> None:
    # 0.33 lots lose 99.00 of 10,000.
    found = size_on("USD", ONE_PERCENT, BUY, "1.16400", "1.16100", EURUSD)
    assert found == Sized(D("0.33"), D(99), D("0.99"))


def test_the_rounded_end_of_a_rate_makes_no_risk_larger_than_asked() -> None:
    # 0.300 x 100,000 = 30,000 JPY a lot; / 60 = 500 USD; 50 / 500 = 0.10 to the dot. 1/60 ends in a
    # rounded-up 7, so that 0.10 lots would lose 50.00000000000000000000000001 by it.
    found = sized(RiskMoney(D(50)), BUY, D(60), D("59.700"), USDJPY, None, lambda _: 1 / D(60))
    assert found == Sized(D("0.10"), D(50), None)


def test_above_the_maximum_it_is_the_maximum_with_its_true_risk() -> None:
    # 100,000 / 650 = 153.846 -> 153.84 lots would be paid for; 50 is the most: 50 x 650 = 32,500.
    rich = account_in("USD", D(1_000_000))
    found = sized(RiskMoney(D(100_000)), BUY, D(4085), D("4078.50"), XAUUSD, rich, rate_to("USD"))
    assert found == Sized(D("50.00"), D(32_500), D("3.25"), capped_from=D("153.84"))


def test_at_the_maximum_nothing_was_capped() -> None:
    # 50 x 650 = 32,500 pays for the maximum; 3 more do not pay for the next step.
    rich = account_in("USD", D(1_000_000))
    found = sized(RiskMoney(D(32_503)), BUY, D(4085), D("4078.50"), XAUUSD, rich, rate_to("USD"))
    assert found == Sized(D("50.00"), D(32_500), D("3.25"), capped_from=None)


def test_a_symbol_without_a_maximum_caps_nothing() -> None:
    uncapped = replace(XAUUSD, volume_max=None)
    found = sized(RiskMoney(D(100_000)), BUY, D(4085), D("4078.50"), uncapped, None, rate_to("USD"))
    assert isinstance(found, Sized)
    assert (found.volume, found.capped_from) == (D("153.84"), None)


def test_money_needs_no_account_but_has_no_percent_then() -> None:
    found = sized(RiskMoney(D(50)), BUY, D("1.16400"), D("1.16100"), EURUSD, None, rate_to("USD"))
    assert found == Sized(D("0.16"), D(48), None)


def test_lots_stay_as_they_are_and_show_what_they_risk() -> None:
    # 0.10 x 300 = 30.00, 0.3 % of 10,000. What is no valid volume is left to who judges volumes.
    assert size_on("USD", Lots(D("0.10")), BUY, "1.16400", "1.16100", EURUSD) == Sized(
        D("0.10"), D(30), D("0.3")
    )
    assert size_on("USD", Lots(D("0.10")), BUY, "1.16400", None, EURUSD) == Sized(D("0.10"), None, None)
    assert size_on("USD", Lots(D("0.10")), SELL, "1.16400", "1.16100", EURUSD) == Sized(D("0.10"), None, None)
    off_the_grid = size_on("USD", Lots(D("0.123")), BUY, "1.16400", None, EURUSD)
    assert off_the_grid == Sized(D("0.123"), None, None)
    unknown = sized(Lots(D("0.10")), BUY, D("1.16400"), D("1.16100"), EURUSD, None, lambda _: None)
    assert unknown == Sized(D("0.10"), None, None)


# --- refused, in a sentence ------------------------------------------------------------------------------


def test_money_below_the_minimums_risk_is_refused_with_what_that_is() -> None:
    # The minimum, 0.01 x 650 = 6.50.
    found = size_on("USD", RiskMoney(D("6.49")), BUY, "4085.00", "4078.50", XAUUSD)
    assert sentence(found) == (
        "6.49$ is too little: the minimum of 0.01 lots would risk 6.50 USD. Try 6.50$, or a nearer sl."
    )
    assert isinstance(size_on("USD", RiskMoney(D("6.50")), BUY, "4085.00", "4078.50", XAUUSD), Sized)


def test_the_minimums_risk_is_told_rounded_up_so_that_the_example_works() -> None:
    # 0.505 away: 0.01 x 50,500 / 155.8 = 3.2413350 USD; / 91,200 = 0.00003554095 BTC.
    dollars = size_on("USD", RiskMoney(D("3.24")), SELL, "155.800", "156.305", USDJPY)
    assert "would risk 3.25 USD. Try 3.25$" in sentence(dollars)
    coins = size_on("BTC", RiskMoney(D("0.00003554")), SELL, "155.800", "156.305", USDJPY)
    assert "would risk 0.00003555 BTC. Try 0.00003555$" in sentence(coins)
    for currency, enough in (("USD", "3.25"), ("BTC", "0.00003555")):
        found = size_on(currency, RiskMoney(D(enough)), SELL, "155.800", "156.305", USDJPY)
        assert isinstance(found, Sized)
        assert found.volume == D("0.01")


def test_a_percent_below_the_minimums_risk_is_refused_with_the_percent_that_is_enough() -> None:
    # 0.02 % of 10,000 = 2.00. The minimum, 0.1 x 37 = 3.70, is 0.037 %.
    found = size_on("USD", RiskPercent(D("0.02")), SELL, "24950.00", "24987.00", NDXUSD)
    assert sentence(found) == (
        "0.02% of equity is 2.00 USD: the minimum of 0.10 lots would risk 3.70 USD. "
        "Try 0.037%, or a nearer sl."
    )
    enough = size_on("USD", RiskPercent(D("0.037")), SELL, "24950.00", "24987.00", NDXUSD)
    assert enough == Sized(D("0.1"), D("3.7"), D("0.037"))


def test_a_minimum_beyond_all_equity_is_no_example() -> None:
    poor = account_in("USD", D(5))
    found = sized(ONE_PERCENT, BUY, D("4085.00"), D("4078.50"), XAUUSD, poor, rate_to("USD"))
    assert sentence(found).endswith("would risk 6.50 USD. Try a nearer sl.")


def test_a_risk_needs_an_sl_on_the_losing_side() -> None:
    assert "needs an sl, like sl=30p" in sentence(size_on("USD", ONE_PERCENT, BUY, "1.16400", None, EURUSD))
    for side, sl, where in (
        (BUY, "1.16400", "below"),
        (BUY, "1.16500", "below"),
        (SELL, "1.16400", "above"),
        (SELL, "1.16300", "above"),
    ):
        found = sentence(size_on("USD", ONE_PERCENT, side, "1.16400", sl, EURUSD))
        assert f"must be {where} 1.16400" in found
        assert "sl=30p" in found


def test_a_percent_needs_equity() -> None:
    args = (BUY, D("1.16400"), D("1.16100"), EURUSD)
    assert "equity, which is not known yet" in sentence(sized(ONE_PERCENT, *args, None, rate_to("USD")))
    for equity in (D(0), D(-20)):
        broke = sized(ONE_PERCENT, *args, account_in("USD", equity), rate_to("USD"))
        assert f"an equity of {equity} is nothing" in sentence(broke)


def test_a_risk_needs_the_symbols_value() -> None:
    found = sized(RiskMoney(D(50)), BUY, D("1.16400"), D("1.16100"), EURUSD, None, lambda _: None)
    assert "value of EURUSD in the account's currency, which is not known yet" in sentence(found)
    assert "0.10" in sentence(found)
    worthless = sized(RiskMoney(D(50)), BUY, D("1.16400"), D("1.16100"), EURUSD, None, lambda _: D(0))
    assert worthless == found


def test_the_tick_value_stands_in_for_a_rate() -> None:
    # 300 ticks of 0.00001 x 0.9 a lot = 270; 50 / 270 = 0.185 -> 0.18; 0.18 x 270 = 48.60.
    ticking = replace(EURUSD, tick_value=D("0.9"), tick_size=D("0.00001"))
    found = sized(RiskMoney(D(50)), BUY, D("1.16400"), D("1.16100"), ticking, None, lambda _: None)
    assert found == Sized(D("0.18"), D("48.6"), None)


def test_limits_that_contradict_each_other_give_no_volume() -> None:
    senseless = replace(EURUSD, volume_min=D(10), volume_max=D(1))
    found = size_on("USD", RiskMoney(D(9000)), BUY, "1.16400", "1.16100", senseless)
    assert sentence(found).endswith(".")


# --- typed and printed -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "size", "printed"),
    [
        ("0.10", Lots(D("0.10")), "0.10"),
        (" ,1 ", Lots(D("0.1")), "0.1"),
        ("1%", RiskPercent(D(1)), "1%"),
        ("0,5 %", RiskPercent(D("0.5")), "0.5%"),
        ("100%", RiskPercent(D(100)), "100%"),
        ("50$", RiskMoney(D(50)), "50$"),
        ("$50", RiskMoney(D(50)), "50$"),
        ("$ 0.0005", RiskMoney(D("0.0005")), "0.0005$"),
    ],
)
def test_a_size_is_read_and_printed(text: str, size: Size, printed: str) -> None:
    assert parse_size(text) == size
    assert size_text(size) == printed


@pytest.mark.parametrize(
    "text", ["", " ", "x", "-1", "-1%", "$", "%", "$50$", "$$50", "50 USD", "1%%", "1e3", "0", "0%", "0.0$"]
)
def test_what_is_no_size_is_refused_with_examples(text: str) -> None:
    found = sentence(parse_size(text))
    assert "type lots like 0.10, or a risk like 1%" in found
    assert found.endswith("50$.")


def test_more_than_all_of_the_equity_is_no_risk() -> None:
    assert sentence(parse_size("101%")) == "101% is more than all of the equity: type a risk like 1%."


def test_more_money_than_all_of_the_equity_is_no_risk() -> None:
    rich = account_in("BTC", D("0.5"))
    said = sentence(sized(RiskMoney(D(50)), Side.BUY, D("1.1"), D("1.09"), EURUSD, rich, rate_to("USD")))
    assert said == (
        "50$ is more than all of the equity, 0.50000000 BTC: $ stands for the account's own currency. "
        "Try a risk like 1%."
    )


def test_no_risk_is_offered_where_money_can_not_be_counted() -> None:
    for text in ("", "abc", "0"):
        told, bare = sentence(parse_size(text)), sentence(parse_size(text, counts_money=False))
        assert "0.10, or a risk like 1% of equity or 50$." in told
        assert bare.endswith("type lots like 0.10.")
        assert "$" not in bare
