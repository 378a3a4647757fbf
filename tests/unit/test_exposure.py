"""Net exposure and the distance to a margin call, against figures worked by hand."""

from decimal import Decimal

import pytest
from msgspec.structs import replace

from xbtfx_tui.domain.accounts import Account, MarginMode
from xbtfx_tui.domain.exposure import (
    MARGIN_CALL_PERCENT,
    STOP_OUT_PERCENT,
    AboveCall,
    AtCall,
    CurrencyExposure,
    FullyHedged,
    NeverThere,
    NoMarginUsed,
    PastZero,
    Pips,
    SpecOf,
    SymbolExposure,
    UnknownAmount,
    distance_to_margin_call,
    distance_words,
    net_exposure,
)
from xbtfx_tui.domain.order_estimates import AccountRate, NoRates
from xbtfx_tui.domain.positions import Position
from xbtfx_tui.domain.sides import Side
from xbtfx_tui.domain.symbol_spec import SymbolSpec

D = Decimal


def forex(name: str, digits: int = 5) -> SymbolSpec:
    point = D(1).scaleb(-digits)
    return SymbolSpec(
        name,
        digits,
        point,
        D(100_000),
        path=f"Forex\\{name}",
        currency_base=name[:3],
        currency_profit=name[3:],
        calc_mode="Forex",
    )


EURUSD = forex("EURUSD")
USDJPY = forex("USDJPY", 3)
XAUUSD = SymbolSpec("XAUUSD", 2, D("0.01"), D(100), currency_base="XAU", currency_profit="USD")
NDX = SymbolSpec("NDXUSD", 2, D("0.01"), D(1), currency_base="USD", currency_profit="USD", calc_mode="CFD")
SPECS = {spec.name: spec for spec in (EURUSD, USDJPY, XAUUSD, NDX)}
ACCOUNT = Account(1, D(5000), D(5000), D(1080), D(3920), D(0), 100, MarginMode.HEDGING, "USD")


def rates(**known: str) -> AccountRate:
    return lambda currency: D(known[currency]) if currency in known else None


DOLLARS = rates(USD="1", EUR="1.08", JPY="0.005")


def specs(*but: str) -> SpecOf:
    return lambda symbol: None if symbol in but else SPECS.get(symbol)


def held(symbol: str, lots: str, price: str, ticket: int = 1) -> Position:
    """A position of signed `lots`, now at `price`."""
    volume = D(lots)
    side = Side.BUY if volume > 0 else Side.SELL
    return Position(ticket, symbol, side, abs(volume), D(price), D(price))


# --- by symbol and by currency ---------------------------------------------------------------------------


def test_a_long_of_one_lot_is_long_the_base_and_short_the_profit_currency() -> None:
    exposure = net_exposure([held("EURUSD", "1", "1.08")], specs(), DOLLARS)
    assert exposure.by_symbol == (SymbolExposure("EURUSD", D(1), D(0), D(108_000)),)
    assert set(exposure.by_currency) == {
        CurrencyExposure("EUR", D(100_000), D(108_000)),
        CurrencyExposure("USD", D(-108_000), D(-108_000)),
    }
    assert exposure.missing == ()


def test_currencies_add_up_over_symbols() -> None:
    # EURUSD +0.5 at 1.08: +50,000 EUR, -54,000 USD. USDJPY -0.5 at 200: -50,000 USD, +10,000,000 JPY.
    both = [held("EURUSD", "0.5", "1.08"), held("USDJPY", "-0.5", "200", 2)]
    exposure = net_exposure(both, specs(), DOLLARS)
    assert exposure.by_currency == (
        CurrencyExposure("USD", D(-104_000), D(-104_000)),
        CurrencyExposure("EUR", D(50_000), D(54_000)),
        CurrencyExposure("JPY", D(10_000_000), D(50_000)),
    )
    assert [(of.symbol, of.lots, of.value) for of in exposure.by_symbol] == [
        ("EURUSD", D("0.5"), D(54_000)),
        ("USDJPY", D("-0.5"), D(-50_000)),
    ]


def test_a_hedge_is_valued_at_its_net_lots_and_the_price_that_side_closes_at() -> None:
    # Long 0.30 closes at the bid 1.08, short 0.10 at the ask 1.09: net +0.20 at the bid.
    hedge = [held("EURUSD", "0.3", "1.08"), held("EURUSD", "-0.1", "1.09", 2)]
    exposure = net_exposure(hedge, specs(), DOLLARS)
    assert exposure.by_symbol == (SymbolExposure("EURUSD", D("0.3"), D("0.1"), D(21_600)),)
    assert exposure.by_symbol[0].lots == D("0.2")


def test_a_full_hedge_is_shown_and_exposes_no_currency() -> None:
    hedge = [held("EURUSD", "0.3", "1.08"), held("EURUSD", "-0.3", "1.09", 2)]
    exposure = net_exposure(hedge, specs("EURUSD"), rates())
    assert exposure.by_symbol == (SymbolExposure("EURUSD", D("0.3"), D("0.3"), D(0)),)
    assert (exposure.by_currency, exposure.missing) == ((), ())


def test_the_newest_position_has_the_price() -> None:
    two = [held("EURUSD", "0.5", "1.20", 9), held("EURUSD", "0.5", "1.10", 3)]
    assert net_exposure(two, specs(), DOLLARS).by_symbol[0].value == D(120_000)


def test_a_metal_counts_as_its_base() -> None:
    exposure = net_exposure([held("XAUUSD", "0.1", "2345")], specs(), rates(USD="1", XAU="2346"))
    assert exposure.by_currency == (
        CurrencyExposure("XAU", D(10), D(23_460)),
        CurrencyExposure("USD", D(-23_450), D(-23_450)),
    )


def test_an_index_whose_base_is_its_profit_currency_counts_as_itself() -> None:
    exposure = net_exposure([held("NDXUSD", "-2", "20000")], specs(), DOLLARS)
    assert exposure.by_currency == (
        CurrencyExposure("NDXUSD", D(-2), D(-40_000)),
        CurrencyExposure("USD", D(40_000), D(40_000)),
    )


def test_a_coin_account_sees_values_in_its_coin() -> None:
    exposure = net_exposure([held("EURUSD", "1", "1.08")], specs(), rates(USD="0.00002", EUR="0.0000216"))
    assert exposure.by_symbol[0].value == D("2.16")
    assert {of.currency: of.value for of in exposure.by_currency} == {"EUR": D("2.16"), "USD": D("-2.16")}


def test_a_spec_that_was_not_read_is_named_and_the_lots_are_still_known() -> None:
    sentence = "The spec of EURUSD has not been read yet, so its contract is not known."
    exposure = net_exposure(
        [held("EURUSD", "1", "1.08"), held("NDXUSD", "1", "20000", 2)], specs("EURUSD"), DOLLARS
    )
    assert [of.symbol for of in exposure.by_symbol] == ["NDXUSD", "EURUSD"]
    assert exposure.by_symbol[1] == SymbolExposure("EURUSD", D(1), D(0), UnknownAmount(sentence))
    assert exposure.missing == (sentence,)
    assert "EUR" not in {of.currency for of in exposure.by_currency}


def test_a_rate_that_is_not_known_is_named_and_the_amounts_are_still_known() -> None:
    exposure = net_exposure([held("USDJPY", "1", "200")], specs(), rates(USD="1"))
    missing = UnknownAmount(
        "There is no rate from JPY, which USDJPY is priced in, to the account's currency."
    )
    assert exposure.by_symbol[0].value == missing
    assert exposure.by_currency == (
        CurrencyExposure("USD", D(100_000), D(100_000)),
        CurrencyExposure("JPY", D(-20_000_000), missing),
    )


def test_the_tick_value_stands_in_for_a_rate() -> None:
    ticked = replace(NDX, tick_value=D("0.009"), tick_size=D("0.01"))
    exposure = net_exposure([held("NDXUSD", "2", "20000")], lambda _: ticked, rates())
    assert exposure.by_symbol[0].value == D(36_000)
    assert [of.value for of in exposure.by_currency] == [D(36_000), D(-36_000)]


def test_no_name_stands_in_for_the_currencies_that_a_spec_leaves_out() -> None:
    bare = replace(EURUSD, currency_base=None, currency_profit=None)
    exposure = net_exposure([held("EURUSD", "1", "1.08")], lambda _: bare, DOLLARS)
    assert exposure.by_currency == ()
    assert exposure.missing == ("The spec of EURUSD does not name the currency it is priced in.",)


def test_without_the_accounts_currency_the_money_is_told_as_given_and_the_pips_are_not() -> None:
    why = "the server does not name the account's currency: tell it"
    account = replace(ACCOUNT, currency=None, equity=D("0.51000000"), margin=D("0.10"))
    distance = distance_to_margin_call(account, [held("EURUSD", "1", "1.08")], specs(), NoRates(why))
    assert isinstance(distance, AboveCall)
    assert (distance.money, distance.move) == (D("0.41"), UnknownAmount(f"It can't be valued: {why}."))


def test_a_spec_that_names_no_profit_currency_says_so() -> None:
    bare = replace(NDX, currency_base=None, currency_profit=None)
    exposure = net_exposure([held("NDXUSD", "1", "20000")], lambda _: bare, DOLLARS)
    assert exposure.missing == ("The spec of NDXUSD does not name the currency it is priced in.",)
    assert exposure.by_symbol[0].value == UnknownAmount(
        "The spec of NDXUSD names neither a profit currency nor a tick value."
    )


def test_nothing_held_is_no_exposure() -> None:
    exposure = net_exposure([], specs(), DOLLARS)
    assert (exposure.by_symbol, exposure.by_currency, exposure.missing) == ((), (), ())


# --- the distance to a margin call -----------------------------------------------------------------------


def test_the_distance_in_money_percent_and_pips() -> None:
    # Margin 1,080 and the call at 100%: equity may fall from 5,000 by 3,920, which is 78.4%.
    # One lot of EURUSD is 10 USD a pip, so 392 pips.
    distance = distance_to_margin_call(ACCOUNT, [held("EURUSD", "1", "1.08")], specs(), DOLLARS)
    assert distance == AboveCall(D(3920), D("78.4"), D(100), Pips("EURUSD", D(1), D(392)))
    assert distance_words(distance, "USD") == (
        "3,920.00 USD (78.4% of equity) to the margin call at 100%: EURUSD 392 pips down."
    )


def test_a_short_falls_to_a_rising_price_and_the_stop_out_lies_further() -> None:
    distance = distance_to_margin_call(
        ACCOUNT, [held("EURUSD", "-0.3", "1.08")], specs(), DOLLARS, STOP_OUT_PERCENT
    )
    # 5,000 - 540 = 4,460 at 3 USD a pip is 1,486.67 pips; rounded down in words.
    assert isinstance(distance, AboveCall)
    assert distance.money == D(4460)
    assert distance_words(distance, "USD").endswith("at 50%: EURUSD 1,486 pips up.")


def test_the_largest_is_by_value_not_by_margin_nor_by_lots() -> None:
    three = [held("EURUSD", "0.2", "1.08"), held("NDXUSD", "1", "20000", 2), held("XAUUSD", "0.1", "2345", 3)]
    # 21,600 against 20,000 against 23,450: gold, whose pip is a point of 0.01: 0.1 lots make 0.1 USD of it.
    distance = distance_to_margin_call(ACCOUNT, three, specs(), DOLLARS)
    assert isinstance(distance, AboveCall)
    assert distance.move == Pips("XAUUSD", D("0.1"), D(39_200))


def test_at_or_below_the_call_says_what_is_short() -> None:
    at = replace(ACCOUNT, equity=D(1080))
    below = replace(ACCOUNT, equity=D(540))
    assert distance_to_margin_call(at, [], specs(), DOLLARS) == AtCall(D(100), D(0), D(100))
    distance = distance_to_margin_call(below, [], specs(), DOLLARS)
    assert distance == AtCall(D(50), D(540), D(100))
    assert distance_words(distance, "USD") == (
        "The margin level is 50.0%, at or below the call at 100%: 540.00 USD short."
    )


def test_without_margin_or_an_account_the_state_says_so() -> None:
    none = replace(ACCOUNT, margin=D(0))
    assert distance_to_margin_call(none, [], specs(), DOLLARS) == NoMarginUsed()
    assert distance_to_margin_call(None, [], specs(), DOLLARS) == UnknownAmount(
        "The account has not been read yet."
    )


def test_the_money_is_known_where_the_pips_are_not() -> None:
    position = held("EURUSD", "1", "1.08")
    for positions, spec_of, rate, says in (
        ([], specs(), DOLLARS, "positions have not been read"),
        ([position], specs("EURUSD"), DOLLARS, "spec of EURUSD"),
        ([position], specs(), rates(), "no rate from USD"),
    ):
        distance = distance_to_margin_call(ACCOUNT, positions, spec_of, rate)
        assert isinstance(distance, AboveCall)
        assert distance.money == D(3920)
        assert isinstance(distance.move, UnknownAmount)
        assert says in distance.move.sentence
        assert distance_words(distance, "USD").startswith("3,920.00 USD (78.4% of equity)")


def test_a_full_hedge_has_no_pips() -> None:
    hedge = [held("EURUSD", "1", "1.08"), held("EURUSD", "-1", "1.08", 2)]
    distance = distance_to_margin_call(ACCOUNT, hedge, specs(), DOLLARS)
    assert isinstance(distance, AboveCall)
    assert distance.move == FullyHedged()


def test_a_long_can_fall_to_zero_and_no_further() -> None:
    small = replace(ACCOUNT, margin=D("1.08"))
    long = distance_to_margin_call(small, [held("EURUSD", "0.01", "1.08")], specs(), DOLLARS)
    short = distance_to_margin_call(small, [held("EURUSD", "-0.01", "1.08")], specs(), DOLLARS)
    assert isinstance(long, AboveCall)
    assert isinstance(short, AboveCall)
    assert long.move == PastZero("EURUSD")
    assert isinstance(short.move, Pips)
    assert distance_words(long, "USD").endswith("EURUSD alone can't bring it, not even at zero.")


def test_words_round_down_to_the_currency() -> None:
    coins = replace(ACCOUNT, equity=D("0.123456789"), margin=D("0.1"), currency="BTC")
    distance = distance_to_margin_call(coins, [], specs(), DOLLARS)
    assert distance_words(distance, "BTC").startswith("0.02345678 BTC (18.9% of equity)")


@pytest.mark.parametrize("equity", ["1e20", "1e-12"])
def test_figures_out_of_all_proportion_can_be_said(equity: str) -> None:
    odd = replace(ACCOUNT, equity=D(equity), margin=D("1e-13"))
    distance = distance_to_margin_call(odd, [held("EURUSD", "1", "1.08")], specs(), DOLLARS)
    assert "of equity" in distance_words(distance, "BTC")


def test_the_levels_are_those_that_the_broker_publishes() -> None:
    assert (D(100), D(50)) == (MARGIN_CALL_PERCENT, STOP_OUT_PERCENT)


BTCUSD = SymbolSpec("BTCUSD", 2, D("0.01"), D(1), currency_base="BTC", currency_profit="USD")


@pytest.mark.parametrize(
    ("lots", "move", "words"),
    [
        # 0.5 BTC bought with 45,000 USD; at 50,000 they are 0.9 BTC: 0.4 more than before are owed.
        ("0.5", 4_000_000, "4,000,000 pips down."),
        # 5 BTC sold for 450,000 USD; at 97,826.09 those are 4.6 BTC: 0.4 are lacking.
        ("-5", 782_608, "782,608 pips up."),
        # 0.3 BTC sold: that is the most that can be lost, in BTC.
        ("-0.3", None, "BTCUSD alone can't bring it, however far it rises."),
    ],
)
def test_on_an_account_in_the_base_currency_the_price_is_the_rate_as_well(
    lots: str, move: int | None, words: str
) -> None:
    coins = replace(ACCOUNT, equity=D("0.5"), margin=D("0.1"), currency="BTC")
    rate = rates(BTC="1", USD=str(D(1) / D(90_000)))
    distance = distance_to_margin_call(coins, [held("BTCUSD", lots, "90000")], {"BTCUSD": BTCUSD}.get, rate)
    assert isinstance(distance, AboveCall)
    if move is None:
        assert distance.move == NeverThere("BTCUSD")
    else:
        assert isinstance(distance.move, Pips)
        assert int(distance.move.count) == move
    assert distance_words(distance, "BTC").endswith(words)


def test_a_pair_quoted_against_the_accounts_currency_loses_more_the_further_it_falls() -> None:
    # USDJPY at 200, 100,000 USD bought: 3,920 USD are lost where those yen cost 103,920 USD, at 192.456.
    distance = distance_to_margin_call(ACCOUNT, [held("USDJPY", "1", "200")], specs(), DOLLARS)
    assert isinstance(distance, AboveCall)
    assert isinstance(distance.move, Pips)
    assert int(distance.move.count) == 754
