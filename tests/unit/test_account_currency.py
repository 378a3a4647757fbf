"""Which currency the account is in: named, told, proven or not known; nothing is converted by a guess."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xbtfx_tui.domain.account_currency import (
    AccountCurrency,
    CurrencyNotKnown,
    NamedByServer,
    ProvenByFigures,
    ToldByTrader,
    currency_state,
)
from xbtfx_tui.domain.accounts import Account, MarginMode
from xbtfx_tui.domain.clock import Instant
from xbtfx_tui.domain.currencies import ACCOUNT_CURRENCIES
from xbtfx_tui.domain.order_estimates import NoRates, price_move_value
from xbtfx_tui.domain.position_sizing import BadSize, Lots, RiskMoney, RiskPercent, Sized, sized
from xbtfx_tui.domain.positions import Position
from xbtfx_tui.domain.sides import Side
from xbtfx_tui.domain.stop_input import InMoney, InPips, stop_price
from xbtfx_tui.domain.stop_rules import BadStop, StopKind
from xbtfx_tui.domain.store_events import (
    AccountRead,
    CurrencyTold,
    PositionsRead,
    SpecRead,
    SymbolsRead,
)
from xbtfx_tui.domain.symbol_spec import SymbolRow, SymbolSpec
from xbtfx_tui.store.store import Store

D = Decimal
EURUSD = SymbolSpec(
    "EURUSD", 5, D("0.00001"), D(100_000), currency_base="EUR", currency_profit="USD", currency_margin="EUR"
)
MIDS = {"EURUSD": 1.1640, "BTCUSD": 91200.0, "ETHUSD": 3020.0, "XRPUSD": 2.31}


class StillClock:
    def __init__(self) -> None:
        self.at = 100.0

    def now(self) -> Instant:
        self.at += 1
        return Instant(self.at, self.at, self.at)


def account(currency: str | None = None, equity: str = "0.51") -> Account:
    figure = D(equity)
    return Account(
        1, figure, figure, D("0.001"), figure - D("0.001"), D(0), 100, MarginMode.HEDGING, currency
    )


class Book:
    def __init__(self) -> None:
        self.clock = StillClock()
        self.store = Store(self.clock)
        rows = [SymbolRow(name, 5, D(1), D("0.00001"), bid=mid, ask=mid) for name, mid in MIDS.items()]
        self.store.apply(SymbolsRead(tuple(rows)))
        self.store.apply(SpecRead(EURUSD, self.clock.now()))

    def reads(self, currency: str | None = None, equity: str = "0.51") -> None:
        self.store.apply(AccountRead(account(currency, equity), self.clock.now()))

    def tells(self, currency: str) -> None:
        self.store.apply(CurrencyTold(ToldByTrader(currency, "--currency")))

    def holds(self, worth_of_a_dollar: str, *moves: str) -> None:
        """Longs of 1 lot opened at 1.16000 that moved so far, their profits at this worth of a dollar."""
        positions = tuple(
            Position(
                number,
                "EURUSD",
                Side.BUY,
                D(1),
                D("1.16000"),
                D("1.16000") + D(move),
                profit=(D(move) * 100_000 * D(worth_of_a_dollar)).quantize(D("0.00000001")),
            )
            for number, move in enumerate(moves, 1)
        )
        self.store.apply(PositionsRead(positions, self.store.mark()))

    def state(self) -> AccountCurrency:
        return self.store.currency

    @property
    def said(self) -> list[str]:
        return [said.text for said in self.store.messages]


BTC = str(D(1) / D(91200))


def test_an_account_that_names_no_currency_is_in_none() -> None:
    book = Book()
    book.reads()
    assert book.state() == CurrencyNotKnown(ACCOUNT_CURRENCIES)
    assert book.store.account is not None
    assert book.store.account.currency is None
    assert book.store.rate("USD") is None
    assert isinstance(book.store.rate, NoRates)
    assert 'currency = "USD"' in book.store.rate.why


def test_what_the_trader_tells_counts_until_the_server_says_otherwise() -> None:
    book = Book()
    book.tells("BTC")
    book.reads()
    assert book.state() == ToldByTrader("BTC", "--currency")
    assert book.store.account is not None
    assert book.store.account.currency == "BTC"
    assert book.store.rate("USD") == 1 / D("91200.000000")
    book.reads("USD")
    assert book.state() == NamedByServer("USD")
    assert book.said[-1] == "The server says that the account is in USD: BTC (--currency) is not used."
    count = len(book.said)
    book.reads("USD")
    book.reads(None)
    assert book.state() == NamedByServer("USD")
    assert len(book.said) == count


def test_a_coin_is_proven_by_three_figures_that_fit_it_alone() -> None:
    book = Book()
    book.reads()
    book.holds(BTC, "0.00100", "-0.00200")
    assert isinstance(book.state(), CurrencyNotKnown)
    book.holds(BTC, "0.00110", "-0.00210")
    assert book.state() == ProvenByFigures("BTC")
    assert "is in BTC" in book.said[-1]
    assert book.store.account is not None
    assert book.store.account.currency == "BTC"


def test_figures_that_came_before_the_terms_of_their_symbol_count_once_those_are_there() -> None:
    book = Book()
    late = Store(book.clock)
    for event in (SymbolsRead(tuple(book.store.symbols.values())), AccountRead(account(), book.clock.now())):
        late.apply(event)
    book.holds(BTC, "0.00100", "-0.00200", "0.00300")
    late.apply(PositionsRead(tuple(book.store.positions.values()), late.mark()))
    late.apply(SpecRead(EURUSD, book.clock.now()))
    assert late.currency == ProvenByFigures("BTC")


def test_dollars_and_tethers_look_the_same_and_are_asked_for() -> None:
    book = Book()
    book.reads()
    book.holds("1", "0.00100", "-0.00200", "0.00300")
    assert book.state() == CurrencyNotKnown(("USD", "USDT"))
    book.tells("USDT")
    assert book.state() == ToldByTrader("USDT", "--currency")


def test_figures_that_speak_against_the_traders_word_win_and_it_is_said() -> None:
    book = Book()
    book.tells("USD")
    book.reads()
    book.holds(BTC, "0.00100", "-0.00200", "0.00300")
    assert book.state() == ProvenByFigures("BTC")
    assert "USD (--currency) is not used" in book.said[-1]


def test_figures_that_fit_nothing_prove_nothing() -> None:
    book = Book()
    book.reads()
    book.holds("0.7", "0.00100", "-0.00200", "0.00300")
    assert book.state() == CurrencyNotKnown(ACCOUNT_CURRENCIES)
    # One of three is of another moment.
    book.holds(BTC, "0.00100", "0.00200")
    book.holds("0.4329", "0.00400")
    book.holds(BTC, "0.00110")
    assert book.state() == CurrencyNotKnown(ACCOUNT_CURRENCIES)


def test_a_profit_too_small_to_tell_proves_nothing() -> None:
    book = Book()
    book.reads()
    book.holds("1", "0.00000", "0.00000", "0.00000")
    assert book.state() == CurrencyNotKnown(ACCOUNT_CURRENCIES)


NO_RATES = NoRates("the server does not name the account's currency: set it")


@pytest.mark.parametrize("size", [RiskPercent(D(1)), RiskMoney(D(50))])
def test_a_risk_is_refused_with_the_setting_while_the_currency_is_not_known(
    size: RiskPercent | RiskMoney,
) -> None:
    result = sized(size, Side.BUY, D("1.16440"), D("1.16140"), EURUSD, account(equity="10000"), NO_RATES)
    assert isinstance(result, BadSize)
    assert NO_RATES.why in result.sentence
    lots = sized(Lots(D("0.1")), Side.BUY, D("1.16440"), D("1.16140"), EURUSD, account(), NO_RATES)
    assert lots == Sized(D("0.1"), None, None)


def test_money_stops_are_refused_and_pips_and_prices_work() -> None:
    refused = stop_price(
        InMoney(D(50)), StopKind.SL, Side.BUY, D("1.16440"), EURUSD, lots=D(1), rate=NO_RATES, sl=None
    )
    assert isinstance(refused, BadStop)
    assert NO_RATES.why in refused.sentence
    assert stop_price(
        InPips(D(30)), StopKind.SL, Side.BUY, D("1.16440"), EURUSD, lots=None, rate=NO_RATES, sl=None
    ) == D("1.16140")


def test_a_tick_value_counts_for_nothing_while_its_currency_is_not_known() -> None:
    import msgspec

    spec = msgspec.structs.replace(EURUSD, tick_value=D(1), tick_size=D("0.00001"))
    assert price_move_value(spec, Side.BUY, D(1), D(2), D(1), NO_RATES) is None


WORDS = st.none() | st.sampled_from(ACCOUNT_CURRENCIES)


@given(
    WORDS,
    WORDS,
    st.none() | st.sampled_from([("USD", "USDT"), ("BTC",), ("ETH",), ("XRP",)]),
)
def test_the_servers_word_goes_before_all_and_nothing_is_assumed(
    named: str | None, told: str | None, shown: tuple[str, ...] | None
) -> None:
    state = currency_state(named, ToldByTrader(told, "x") if told else None, shown)
    match state:
        case NamedByServer(currency):
            assert currency == named
        case ToldByTrader(currency):
            assert named is None
            assert currency == told
            assert shown is None or currency in shown
        case ProvenByFigures(currency):
            assert named is None
            assert shown == (currency,)
        case CurrencyNotKnown():
            assert named is None
            assert told is None or (shown is not None and told not in shown)
