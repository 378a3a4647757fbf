"""The paper account's figures, worked by hand: margin, profit, conversion, swap, to the last decimal.

Leverage 1:100. Prices are those of QUOTES; BTCUSD's mid is 60,000, so one USD is 1/60000 BTC.
"""

from datetime import timedelta
from decimal import Decimal

import pytest

from tests.unit.paper_engine_accounts import PaperTrader
from xbtfx_tui.domain.accounts import MarginMode
from xbtfx_tui.domain.sides import Side

# Each row: symbol, side, lots, the quote it moves to, then per currency the margin and the profit there.
#
# EURUSD  buy 0.10 at 1.08010. Margin 0.10 x 100,000 / 100 = 100 EUR x mid 1.08005 = 108.005 USD, a tie that
#         goes to the even cent: 108.00. In BTC 108.005 / 60,000 = 0.001800083.. = 0.00180008.
#         At bid 1.08110: 0.00100 x 10,000 = 10.00 USD; 10 / 60,000 = 0.0001666.. = 0.00016667 BTC.
# USDJPY  buy 0.20 at 155.020. Margin 0.20 x 100,000 / 100 = 200 USD; 200 / 60,000 = 0.00333333 BTC.
#         At bid 155.310: 0.290 x 20,000 = 5,800 JPY at the mid then, 155.320: 37.342.. = 37.34 USD;
#         37.34226 / 60,000 = 0.000622371 = 0.00062237 BTC.
# XAUUSD  sell 0.05 at 2400.00, no margin rate. Margin 0.05 x 100 x 2400 / 100 = 120 USD = 0.002 BTC.
#         At ask 2390.30: 9.70 x 5 = 48.50 USD; 48.5 / 60,000 = 0.000808333 = 0.00080833 BTC.
# BTCUSD  buy 0.10 at 60,010, rate 5 %. Margin 0.10 x 60,010 x 0.05 = 300.05 USD; / 60,000 = 0.00500083 BTC.
#         At bid 61,000: 990 x 0.10 = 99 USD; in BTC at the mid then, 61,010: 0.0016226848 = 0.00162268.
# NDXUSD  buy 2 at 20,001.0, rate 1 %. Margin 2 x 20,001 x 0.01 = 400.02 USD; / 60,000 = 0.006667 BTC.
#         At bid 19,950.0: -51 x 2 = -102 USD; -102 / 60,000 = -0.0017 BTC.
WORKED = [
    ("EURUSD", Side.BUY, "0.10", ("1.08110", "1.08120"), "108.00", "10.00", "0.00180008", "0.00016667"),
    ("USDJPY", Side.BUY, "0.20", ("155.310", "155.330"), "200.00", "37.34", "0.00333333", "0.00062237"),
    ("XAUUSD", Side.SELL, "0.05", ("2390.00", "2390.30"), "120.00", "48.50", "0.00200000", "0.00080833"),
    ("BTCUSD", Side.BUY, "0.10", ("61000.00", "61020.00"), "300.05", "99.00", "0.00500083", "0.00162268"),
    ("NDXUSD", Side.BUY, "2.00", ("19950.0", "19951.0"), "400.02", "-102.00", "0.00666700", "-0.00170000"),
]


@pytest.mark.parametrize("mode", MarginMode)
@pytest.mark.parametrize("currency", ["USD", "USDT", "BTC"])
@pytest.mark.parametrize("row", WORKED, ids=[row[0] for row in WORKED])
def test_a_trade_costs_and_brings_what_was_worked_out_by_hand(
    row: tuple[str, Side, str, tuple[str, str], str, str, str, str], currency: str, mode: MarginMode
) -> None:
    symbol, side, lots, moved, *figures = row
    margin, profit = figures[2:] if currency == "BTC" else figures[:2]
    trader = PaperTrader(currency, mode)
    deposit = trader.balance
    ticket = (trader.buy if side is Side.BUY else trader.sell)(symbol, lots)
    assert trader.engine.account().margin == Decimal(margin)

    trader.tick(symbol, *moved)

    account = trader.engine.account()
    assert trader.position(ticket).profit == account.profit == Decimal(profit)
    assert account.margin == Decimal(margin), "a position keeps the margin it was opened with"
    assert account.equity == deposit + Decimal(profit)
    assert account.margin_free == account.equity - Decimal(margin)
    assert trader.close(ticket) == Decimal(profit)
    assert trader.balance == trader.engine.account().equity == deposit + Decimal(profit)
    assert trader.engine.account().margin == 0
    assert trader.engine.account().margin_level is None


def test_margin_level_is_equity_by_margin() -> None:
    # 200 USD of margin for 0.20 USDJPY; the spread costs 0.020 x 20,000 = 400 JPY / 155.010 = 2.58 USD,
    # so (10,000 - 2.58) / 200 x 100 = 4998.71 %.
    trader = PaperTrader()
    trader.buy("USDJPY", "0.20")
    assert trader.engine.account().margin_level == Decimal("4998.71")


def test_profit_moves_with_the_conversion_pair_alone() -> None:
    trader = PaperTrader("BTC")
    ticket = trader.buy("EURUSD", "0.10")
    trader.tick("EURUSD", "1.08110", "1.08120")
    trader.engine.take_moves()
    # 10 USD at a BTCUSD mid of 50,000 are 0.0002 BTC.
    trader.tick("BTCUSD", "49990.00", "50010.00")
    assert trader.position(ticket).profit == Decimal("0.00020000")
    assert [move.ticket for move in trader.engine.take_moves()] == [ticket]
    assert trader.engine.take_moves() == ()


def test_hedged_positions_take_the_margin_of_the_larger_leg() -> None:
    trader = PaperTrader()
    trader.buy("USDJPY", "0.20")
    trader.sell("USDJPY", "0.15")
    assert trader.engine.account().margin == Decimal("200.00")
    trader.sell("USDJPY", "0.10")
    assert trader.engine.account().margin == Decimal("250.00")


# 1 lot of EURUSD long: 100,000 x 0.00001 x -6.5 = -6.50 USD a night. 2026-03-04 is a Wednesday, the
# triple day (3, MetaTrader's number): its midnight costs -19.50.
@pytest.mark.parametrize(
    ("days", "swap"),
    [
        (1, "-19.50"),  # Wednesday's night
        (2, "-26.00"),  # and Thursday's
        (3, "-32.50"),  # and Friday's
        (5, "-32.50"),  # nothing for Saturday's and Sunday's
        (6, "-39.00"),  # and Monday's
    ],
)
def test_swap_is_charged_at_midnight_three_times_on_the_triple_day(days: int, swap: str) -> None:
    trader = PaperTrader()
    ticket = trader.buy("EURUSD", "1.00")
    trader.wait(timedelta(hours=11, minutes=59))
    assert trader.position(ticket).swap == 0
    trader.wait(timedelta(days=days - 1, minutes=1))
    assert trader.position(ticket).swap == Decimal(swap)
    # The spread cost 10.00; equity counts the swap, the position's profit does not.
    assert trader.position(ticket).profit == Decimal("-10.00")
    assert trader.engine.account().equity == Decimal("9990.00") + Decimal(swap)


def test_a_symbol_without_a_triple_day_pays_every_night_alike() -> None:
    # 0.5 BTC short: 0.5 x 0.01 x 5 = 0.025, to the even cent 0.02 USD, seven nights 0.14.
    trader = PaperTrader()
    ticket = trader.sell("BTCUSD", "0.50")
    trader.wait(timedelta(days=7))
    assert trader.position(ticket).swap == Decimal("0.14")


def test_swap_is_realised_with_the_lots_it_belongs_to() -> None:
    trader = PaperTrader()
    ticket = trader.buy("EURUSD", "1.00")
    trader.wait(timedelta(days=1))
    # A quarter: -10.00 / 4 of spread and -19.50 / 4 = -4.875 of swap, to the even cent -4.88.
    assert trader.close(ticket, "0.25") == Decimal("-2.50") + Decimal("-4.88")
    assert trader.position(ticket).swap == Decimal("-14.62")
    assert trader.close(ticket) == Decimal("-7.50") + Decimal("-14.62")
    # -10.00 of spread and -19.50 of swap in all: nothing lost to rounding.
    assert trader.balance == Decimal("9970.50")


def test_a_tick_that_opens_the_new_day_charges_the_night_too() -> None:
    trader = PaperTrader()
    ticket = trader.buy("EURUSD", "1.00")
    trader.now += timedelta(hours=12)
    trader.tick("NDXUSD", "20000.0", "20001.0")
    assert trader.position(ticket).swap == Decimal("-19.50")


def test_coins_are_booked_with_their_own_decimals() -> None:
    # 10 USD of profit: at 3,000 a coin 0.00333333 ETH, at 0.6 a coin 16.666667 XRP.
    for currency, profit in (("ETH", "0.00333333"), ("XRP", "16.666667")):
        trader = PaperTrader(currency)
        ticket = trader.buy("EURUSD", "0.10")
        trader.tick("EURUSD", "1.08110", "1.08120")
        assert trader.close(ticket) == Decimal(profit)
