"""What deals came to, by symbol and in total."""

from decimal import Decimal

from xbtfx_tui.domain.history_totals import HistorySums, ResultSum, history_sums
from xbtfx_tui.domain.positions import Deal, DealEntry
from xbtfx_tui.domain.sides import Side

D = Decimal


def deal(symbol: str, entry: DealEntry | None, lots: str, profit: str) -> Deal:
    return Deal(1, symbol, Side.SELL, entry, D(lots), D("1.08"), D(profit))


def test_closing_deals_are_summed_by_symbol_the_best_first() -> None:
    sums = history_sums(
        [
            deal("EURUSD", DealEntry.IN, "0.30", "0"),
            deal("EURUSD", DealEntry.OUT, "0.10", "-5.10"),
            deal("EURUSD", DealEntry.OUT, "0.20", "3"),
            deal("XAUUSD", DealEntry.OUT_BY, "0.05", "40.25"),
            deal("NDXUSD", DealEntry.IN_OUT, "2", "0"),
        ]
    )
    assert sums == HistorySums(
        (
            ("XAUUSD", ResultSum(1, D("0.05"), D("40.25"), 1)),
            ("NDXUSD", ResultSum(1, D(2), D(0), 0)),
            ("EURUSD", ResultSum(2, D("0.30"), D("-2.10"), 1)),
        ),
        ResultSum(4, D("2.35"), D("38.15"), 2),
    )


def test_the_win_rate_is_of_closing_deals_and_a_zero_is_no_win() -> None:
    sums = history_sums([deal("EURUSD", DealEntry.OUT, "1", profit) for profit in ("1", "0", "-1", "0.01")])
    assert sums.total.win_rate == 50
    assert dict(sums.by_symbol)["EURUSD"].win_rate == 50


def test_symbols_that_came_to_the_same_stand_by_name() -> None:
    sums = history_sums([deal(symbol, DealEntry.OUT, "1", "7") for symbol in ("USDJPY", "EURUSD")])
    assert [symbol for symbol, _ in sums.by_symbol] == ["EURUSD", "USDJPY"]


def test_what_opening_cost_is_counted_apart_and_with_the_total_is_what_moved_the_balance() -> None:
    deals = [deal("EURUSD", DealEntry.IN, "1", "-3.50"), deal("EURUSD", DealEntry.OUT, "1", "8.50")]
    sums = history_sums(deals)
    assert (sums.total.profit, sums.total.deals, sums.opening) == (D("8.50"), 1, D("-3.50"))
    assert sums.total.profit + sums.opening == sum(one.profit for one in deals)


def test_a_deal_whose_entry_can_not_be_read_is_counted_apart() -> None:
    sums = history_sums([deal("EURUSD", None, "1", "500"), deal("EURUSD", DealEntry.OUT, "1", "1")])
    assert (sums.total.profit, sums.unclear) == (D(1), 1)


def test_nothing_closed_has_no_win_rate() -> None:
    sums = history_sums([deal("EURUSD", DealEntry.IN, "1", "0")])
    assert sums == HistorySums((), ResultSum())
    assert sums.total.win_rate is None
