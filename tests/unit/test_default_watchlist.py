"""The first watchlist: of what the account has, what is looked at most, as many as there is room for."""

from xbtfx_tui.domain.default_watchlist import default_watchlist

BEGINS = ("EURUSD", "XAUUSD", "NOPE")


def test_the_usual_ones_come_first_and_the_room_is_filled() -> None:
    known = ["AAPL", "ETHUSD", "XAUUSD", "EURUSD", "US500", "GBPUSD", "SEKNOK"]
    assert default_watchlist(BEGINS, known, 5) == ("EURUSD", "XAUUSD", "GBPUSD", "US500", "ETHUSD")
    assert default_watchlist(BEGINS, known, 50) == (
        "EURUSD",
        "XAUUSD",
        "GBPUSD",
        "US500",
        "ETHUSD",
        "AAPL",
        "SEKNOK",
    )


def test_a_brokers_own_names_are_known_by_their_beginning() -> None:
    known = ["EURUSD.m", "GBPUSDx", "EURUSDT", "GER40.cash", "BTCUSDC"]
    assert default_watchlist((), known, 3) == ("EURUSD.m", "GBPUSDx", "GER40.cash")


def test_an_account_of_other_markets_gets_what_it_has() -> None:
    assert default_watchlist(BEGINS, ["ZZ1", "ZZ2", "ZZ3"], 2) == ("ZZ1", "ZZ2")
    assert default_watchlist(BEGINS, [], 5) == ()


def test_no_more_than_asked_for_but_all_that_the_trader_named() -> None:
    assert default_watchlist(("A", "B", "C"), ["A", "B", "C", "D"], 2) == ("A", "B", "C")
