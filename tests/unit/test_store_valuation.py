"""Profits and account figures between two words of the server: moved by fresh quotes, never by guesses."""

from decimal import Decimal

import pytest
from msgspec.structs import replace

from xbtfx_tui.domain.accounts import Account, MarginMode
from xbtfx_tui.domain.clock import Instant
from xbtfx_tui.domain.positions import Position
from xbtfx_tui.domain.quotes import Quote
from xbtfx_tui.domain.sides import Side
from xbtfx_tui.domain.store_events import (
    AccountRead,
    Dialect,
    PositionClosed,
    PositionOpened,
    PositionsRead,
    PositionUpdated,
    QuotesSeen,
    SpecRead,
    StreamDown,
    StreamUp,
    SymbolsRead,
)
from xbtfx_tui.domain.symbol_spec import SymbolRow, SymbolSpec
from xbtfx_tui.store.store import Store

EURUSD = SymbolSpec("EURUSD", 5, Decimal("0.00001"), Decimal(100_000), currency_profit="USD")
USDJPY = SymbolSpec("USDJPY", 3, Decimal("0.001"), Decimal(100_000), currency_profit="JPY")


class HandClock:
    def __init__(self) -> None:
        self.seconds = 1_000.0

    def now(self) -> Instant:
        return Instant(self.seconds, self.seconds, self.seconds)


class Trader:
    """One account with a live feed, and the words of the server that reach it."""

    def __init__(self) -> None:
        self.clock = HandClock()
        self.store = Store(self.clock)
        self.store.apply(StreamUp(Dialect.CURRENT))

    def passes(self, seconds: float) -> None:
        self.clock.seconds += seconds

    def knows(self, *specs: SymbolSpec) -> None:
        for spec in specs:
            self.store.apply(SpecRead(spec, self.clock.now()))

    def holds(self, *positions: Position) -> None:
        self.store.apply(PositionsRead(positions, self.store.mark()))

    def quotes(self, symbol: str, bid: float, ask: float) -> None:
        self.passes(0.1)
        self.store.apply(QuotesSeen((Quote(symbol, bid, ask),), self.clock.now()))

    def reads_account(self, profit: str = "0", currency: str | None = "USD", margin: str = "100") -> None:
        equity = Decimal(10_000) + Decimal(profit)
        free = equity - Decimal(margin)
        account = Account(
            1,
            Decimal(10_000),
            equity,
            Decimal(margin),
            free,
            Decimal(profit),
            100,
            MarginMode.HEDGING,
            currency,
        )
        self.store.apply(AccountRead(account, self.clock.now()))

    def profit(self, ticket: int = 1) -> Decimal:
        return self.store.live_profit(self.store.positions[ticket])

    def price(self, ticket: int = 1) -> Decimal:
        return self.store.live_price(self.store.positions[ticket])


def euros(side: Side, price: str = "1.10000", profit: str = "0", ticket: int = 1) -> Position:
    return Position(
        ticket,
        "EURUSD",
        side,
        Decimal("0.10"),
        Decimal("1.10000"),
        Decimal(price),
        profit=Decimal(profit),
    )


def yen_long(price: str = "150.000", profit: str = "0") -> Position:
    return Position(
        1,
        "USDJPY",
        Side.BUY,
        Decimal(1),
        Decimal("150.000"),
        Decimal(price),
        profit=Decimal(profit),
    )


@pytest.fixture
def trader() -> Trader:
    return Trader()


def test_a_long_is_valued_at_bid_and_a_short_at_ask(trader: Trader) -> None:
    trader.knows(EURUSD)
    trader.reads_account()
    trader.holds(euros(Side.BUY, ticket=1), euros(Side.SELL, ticket=2))
    trader.quotes("EURUSD", 1.10100, 1.10120)
    assert trader.price(1) == Decimal("1.10100")
    assert trader.price(2) == Decimal("1.10120")
    assert trader.profit(1) == Decimal("10.00")
    assert trader.profit(2) == Decimal("-12.00")


def test_profit_is_anchored_at_the_servers_last_figure(trader: Trader) -> None:
    trader.knows(EURUSD)
    trader.reads_account()
    trader.holds(euros(Side.BUY, price="1.10200", profit="19.37"))
    trader.quotes("EURUSD", 1.10210, 1.10220)
    assert trader.profit() == Decimal("20.37")
    trader.store.apply(PositionUpdated(1, Decimal("7.77"), Decimal("1.10080")))
    assert trader.profit() == Decimal("7.77")
    assert trader.price() == Decimal("1.10080")
    trader.quotes("EURUSD", 1.10090, 1.10110)
    assert trader.profit() == Decimal("8.77")


def test_a_quote_older_than_the_servers_word_moves_nothing(trader: Trader) -> None:
    trader.knows(EURUSD)
    trader.quotes("EURUSD", 1.20000, 1.20010)
    trader.passes(1)
    trader.holds(euros(Side.BUY, price="1.10200", profit="20"))
    assert (trader.price(), trader.profit()) == (Decimal("1.10200"), Decimal(20))


def test_a_stale_quote_moves_nothing(trader: Trader) -> None:
    trader.knows(EURUSD)
    trader.reads_account()
    trader.holds(euros(Side.BUY))
    trader.quotes("EURUSD", 1.10100, 1.10110)
    assert trader.profit() == Decimal("10.00")
    trader.passes(5.1)
    assert trader.profit() == 0
    trader.quotes("EURUSD", 1.10100, 1.10110)
    trader.store.apply(StreamDown("gone", 1))
    assert trader.profit() == 0


def test_a_fresh_position_of_the_stream_moves_with_the_quote(trader: Trader) -> None:
    trader.knows(EURUSD)
    trader.reads_account()
    trader.store.apply(PositionOpened(1, "EURUSD", Side.SELL, Decimal("0.10"), Decimal("1.10000")))
    assert trader.profit() == 0
    trader.quotes("EURUSD", 1.09890, 1.09900)
    assert trader.profit() == Decimal("10.00")


def test_profit_is_converted_to_the_accounts_currency(trader: Trader) -> None:
    trader.knows(USDJPY)
    trader.reads_account()
    trader.holds(yen_long())
    trader.quotes("USDJPY", 160.000, 160.000)
    assert trader.profit() == Decimal("6250.00")  # 10 yen x 100,000 / 160


def test_a_pair_with_a_suffix_converts_too(trader: Trader) -> None:
    named = replace(USDJPY, name="USDJPY.r", currency_base="USD")
    trader.knows(named)
    trader.reads_account()
    trader.holds(replace(yen_long(), symbol="USDJPY.r"))
    trader.quotes("USDJPY.r", 160.000, 160.000)
    assert trader.profit() == Decimal("6250.00")
    # An index in yen that is paid in dollars is no rate between the two.
    trader.knows(replace(USDJPY, name="JP225", currency_base="GBP"))
    trader.quotes("JP225", 39000.0, 39000.0)
    assert trader.store.rate("GBP") is None


def test_money_of_a_coin_account_has_the_coins_decimals(trader: Trader) -> None:
    trader.knows(EURUSD)
    trader.reads_account(currency="BTC")
    trader.quotes("BTCUSD", 50_000.0, 50_000.0)
    trader.holds(euros(Side.BUY))
    trader.quotes("EURUSD", 1.10100, 1.10110)
    assert trader.profit() == Decimal("0.00020000")


def test_without_a_conversion_the_tick_value_serves(trader: Trader) -> None:
    trader.knows(replace(USDJPY, tick_value=Decimal("0.64"), tick_size=Decimal("0.001")))
    trader.reads_account(currency="ETH")
    trader.holds(yen_long())
    trader.quotes("USDJPY", 150.010, 150.020)
    assert trader.profit() == Decimal("6.40000000")


def test_while_the_accounts_currency_is_not_known_the_servers_figure_stands(trader: Trader) -> None:
    trader.knows(replace(EURUSD, tick_value=Decimal("0.5"), tick_size=Decimal("0.00001")))
    trader.reads_account(currency=None)
    trader.holds(euros(Side.BUY, profit="0.00000049"))
    trader.quotes("EURUSD", 1.10100, 1.10110)
    assert trader.profit() == Decimal("0.00000049")
    account = trader.store.live_account()
    assert account is not None
    assert account.equity == Decimal(10_000)


def test_without_a_spec_no_name_tells_what_a_move_is_worth(trader: Trader) -> None:
    trader.reads_account()
    trader.store.apply(SymbolsRead((SymbolRow("EURUSD", 5, Decimal(100_000), Decimal("0.00001")),)))
    trader.holds(euros(Side.BUY, profit="3.00"))
    trader.quotes("EURUSD", 1.10100, 1.10110)
    assert trader.profit() == Decimal("3.00")


def test_with_nothing_known_the_servers_figure_stands(trader: Trader) -> None:
    trader.reads_account()
    trader.holds(replace(euros(Side.BUY, profit="3.00"), symbol="AAPL"))
    trader.quotes("AAPL", 200.0, 200.1)
    assert trader.profit() == Decimal("3.00")
    assert trader.price() == Decimal("200.0")


def test_a_rate_is_learnt_as_soon_as_a_quote_tells_it(trader: Trader) -> None:
    trader.reads_account()
    assert trader.store.rate("GBP") is None
    trader.quotes("GBPUSD", 1.25, 1.25)
    assert trader.store.rate("GBP") == Decimal("1.25")
    trader.quotes("GBPUSD", 1.255, 1.255)
    assert trader.store.rate("GBP") == Decimal("1.255")
    assert trader.store.rate("USDT") == 1


def test_the_account_moves_by_what_its_positions_moved_since_it_was_read(trader: Trader) -> None:
    trader.knows(EURUSD)
    assert trader.store.live_account() is None
    trader.holds(euros(Side.BUY, ticket=1, price="1.10050", profit="5"), euros(Side.SELL, ticket=2))
    trader.quotes("EURUSD", 1.10100, 1.10100)
    trader.reads_account(profit="0.00")
    read = trader.store.live_account()
    assert read is not None
    assert read == trader.store.account
    trader.quotes("EURUSD", 1.10300, 1.10100)
    moved = trader.store.live_account()
    assert moved is not None
    assert (moved.profit, moved.equity) == (Decimal("20.00"), Decimal("10020.00"))
    assert (moved.margin_free, moved.margin_level) == (Decimal("9920.00"), Decimal(10_020))
    assert moved.balance == Decimal(10_000)


def test_a_position_opened_or_closed_since_the_read_counts_as_it_should(trader: Trader) -> None:
    trader.knows(EURUSD)
    trader.holds(euros(Side.BUY, profit="5", price="1.10050"))
    trader.reads_account(profit="5")
    trader.store.apply(PositionOpened(2, "EURUSD", Side.BUY, Decimal("0.10"), Decimal("1.10050")))
    trader.quotes("EURUSD", 1.10060, 1.10070)
    moved = trader.store.live_account()
    assert moved is not None
    assert moved.profit == Decimal("7.00")
    trader.store.apply(PositionClosed(1, "EURUSD", Decimal(6)))
    opened = trader.store.positions[2]
    trader.store.apply(PositionsRead((opened,), trader.store.mark()))
    trader.quotes("EURUSD", 1.10060, 1.10070)
    after = trader.store.live_account()
    assert after is not None
    assert after.profit == Decimal("6.00")


def test_an_account_read_before_its_positions_counts_their_profit_once(trader: Trader) -> None:
    trader.knows(EURUSD)
    trader.reads_account(profit="5")
    trader.holds(euros(Side.BUY, profit="5", price="1.10050"))
    read = trader.store.live_account()
    assert read is not None
    assert read.profit == Decimal(5)


def test_an_account_read_that_was_overtaken_is_thrown_away(trader: Trader) -> None:
    early = trader.clock.now()
    trader.passes(1)
    trader.reads_account(profit="9")
    assert trader.store.account is not None
    trader.store.apply(AccountRead(replace(trader.store.account, profit=Decimal(1)), early))
    assert trader.store.account.profit == Decimal(9)


@pytest.mark.parametrize("price", [0.0, float("inf")])
def test_a_senseless_price_values_nothing(trader: Trader, price: float) -> None:
    trader.knows(EURUSD)
    trader.holds(euros(Side.BUY, profit="3"))
    trader.quotes("EURUSD", price, price)
    assert trader.profit() == Decimal(3)
