"""The parts of the commands without a screen: what a text is, what it needs, how figures are printed."""

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from msgspec.structs import replace

from tests.unit.planning_account import an_account
from tests.unit.trading_desk import ACCOUNT, EURUSD, HandClock
from xbtfx_tui.cli_commands import do_parsing, table_output
from xbtfx_tui.cli_commands.account_commands import read_period
from xbtfx_tui.cli_commands.do_parsing import Asked, Mistaken, TerminalOnly, pointed, read_before_connecting
from xbtfx_tui.cli_commands.do_report import ReportPrinter
from xbtfx_tui.cli_commands.exit_codes import RunOutcome
from xbtfx_tui.cli_commands.preconditions import missing, moved_since, not_fresh, symbols_of
from xbtfx_tui.commands.command_facts import sends_orders
from xbtfx_tui.commands.command_types import Command
from xbtfx_tui.commands.grammar import Known, Mistake, Verb, parse
from xbtfx_tui.commands.verbs import VERBS
from xbtfx_tui.domain.accounts import KeyStatus, MarginMode, Permission
from xbtfx_tui.domain.positions import HistoryPeriod, Position
from xbtfx_tui.domain.quotes import Quote
from xbtfx_tui.domain.sides import Side
from xbtfx_tui.domain.store_events import (
    AccountRead,
    Dialect,
    HistoryRead,
    KeyRead,
    OrdersRead,
    PositionsRead,
    QuotesSeen,
    SpecRead,
    StreamUp,
    SymbolsRead,
)
from xbtfx_tui.domain.symbol_spec import SessionSpan, SymbolRow
from xbtfx_tui.planning.joined_plan import joined
from xbtfx_tui.store.store import Store

D = Decimal
KEY = KeyStatus(700123, "standard", "active", frozenset(Permission), MarginMode.HEDGING)


def commanded(text: str) -> Command:
    made = parse(text, Known())
    assert not isinstance(made, Mistake), made
    return made


# --- what a text is ---


@pytest.mark.parametrize("verb", VERBS, ids=lambda verb: verb.name)
def test_every_verb_is_one_of_three_kinds(verb: Verb) -> None:
    for example in verb.examples:
        command = commanded(example)
        kinds = [
            do_parsing.terminal_only(command) is not None,
            do_parsing.needs_account(command),
            verb.name == "help",
        ]
        assert kinds.count(True) == 1, example


def test_a_mistake_behind_what_may_be_a_symbol_waits_for_the_symbols() -> None:
    read = read_before_connecting(["close lossers EUR*"])
    assert isinstance(read, tuple)
    assert sends_orders(read[0].command)


@pytest.mark.parametrize("text", ["", "nonsense", "buy", "buy x EURUSD", "help buy now", "alert EURUSD"])
def test_a_mistake_that_no_symbol_could_mend_is_one_at_once(text: str) -> None:
    assert isinstance(read_before_connecting([text]), Mistaken)


def test_what_is_not_ascii_may_be_a_symbol() -> None:
    assert isinstance(read_before_connecting(["buy 0.10 ÖL"]), tuple)


def test_the_first_that_is_wrong_is_told() -> None:
    assert isinstance(read_before_connecting(["buy 0.10 EURUSD", "watch GBPJPY", "nonsense"]), TerminalOnly)
    assert read_before_connecting(["pnl today"]) == (Asked("pnl today", commanded("pnl today")),)


def test_the_caret_stands_under_the_word_whatever_is_before_it() -> None:
    text = "buy\t0.10 EURUDS"
    shown, caret, example = pointed(text, Mistake(9, 15, "No.", "buy 0.10 EURUSD"))
    assert shown == "    buy 0.10 EURUDS"
    assert caret == "             ^^^^^^"
    assert example == "    e.g. buy 0.10 EURUSD"
    assert pointed("buy", Mistake(3, 3, "More.", "x"))[1] == "       ^", "missing words have a caret too"


def test_exit_codes_tell_outcomes_apart() -> None:
    codes = {outcome.value: outcome.exit_code for outcome in RunOutcome}
    assert codes == {
        "done": 0,
        "planned": 0,
        "refused": 1,
        "failed": 1,
        "mistake": 2,
        "unknown": 3,
        "timed out": 4,
        "interrupted": 130,
        "done otherwise": 5,
    }


# --- what a command needs ---


def position(ticket: int, symbol: str) -> Position:
    return Position(ticket, symbol, Side.BUY, D("0.10"), D("1.1"), D("1.1"))


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def store(clock: HandClock) -> Store:
    """Everything is read but contracts and prices: EURUSD (1), EURGBP (2) and XAUUSD (3) are held."""
    store = Store(clock)
    store.apply(StreamUp(Dialect.CURRENT))
    store.apply(KeyRead(KEY))
    store.apply(AccountRead(ACCOUNT, clock.now()))
    store.apply(SymbolsRead((SymbolRow("EURUSD", 5, D(100_000), D("0.00001")),)))
    held = (position(1, "EURUSD"), position(2, "EURGBP"), position(3, "XAUUSD"))
    store.apply(PositionsRead(held, store.mark()))
    store.apply(OrdersRead((), store.mark()))
    return store


@pytest.mark.parametrize(
    ("text", "symbols"),
    [
        ("buy 0.10 GBPUSD", {"GBPUSD"}),
        ("close 1", {"EURUSD"}),
        ("close 99", set()),
        ("close all", {"EURUSD", "EURGBP", "XAUUSD"}),
        ("close losers EUR*", {"EURUSD", "EURGBP"}),
        ("close profit>50", {"EURUSD", "EURGBP", "XAUUSD"}),
        ("closeby 1 3", {"EURUSD", "XAUUSD"}),
        ("be 20p", {"EURUSD", "EURGBP", "XAUUSD"}),
        ("sl 3 2345", {"XAUUSD"}),
        ("reverse 2", {"EURGBP"}),
        ("margin", {"EURUSD", "EURGBP", "XAUUSD"}),
        ("pnl today", set()),
    ],
)
def test_the_symbols_that_a_command_needs(store: Store, text: str, symbols: set[str]) -> None:
    assert symbols_of(commanded(text), store) == symbols


def test_what_is_missing_is_named_until_nothing_is(store: Store, clock: HandClock) -> None:
    buy = [commanded("buy 0.10 EURUSD")]
    assert missing(buy, Store(clock), clock.now()) == (
        "what the key may do",
        "the account",
        "the symbols",
        "the positions",
        "the pending orders",
    )
    assert missing(buy, store, clock.now()) == ("the contract of EURUSD",)
    store.apply(SpecRead(EURUSD, clock.now()))
    assert missing(buy, store, clock.now()) == ("a fresh price of EURUSD",)
    store.apply(QuotesSeen((Quote("EURUSD", 1.1, 1.2),), clock.now()))
    assert missing(buy, store, clock.now()) == ()
    clock.turn(6.0)
    assert missing(buy, store, clock.now()) == ("a fresh price of EURUSD",), "prices grow old"


def test_a_limit_on_the_days_loss_needs_the_days_deals(store: Store, clock: HandClock) -> None:
    margin = [commanded("close 99")]
    for period in (HistoryPeriod.TODAY, HistoryPeriod.LAST_3_DAYS):
        assert missing(margin, store, clock.now(), needs_day=True) == ("today's deals",)
        store.apply(HistoryRead(period, ()))
    assert missing(margin, store, clock.now(), needs_day=True) == ()


def test_a_sheet_needs_its_deals_and_no_fresh_price(store: Store, clock: HandClock) -> None:
    assert missing([commanded("pnl last_week")], store, clock.now()) == ("the deals of last week",)
    assert not_fresh([commanded("margin")], store, clock.now()) == ()


def test_a_closed_market_is_not_waited_for(store: Store, clock: HandClock) -> None:
    # NOON is on a Wednesday; this symbol trades on Mondays.
    store.apply(SpecRead(replace(EURUSD, trade_sessions=(SessionSpan(0, 0, 1440),)), clock.now()))
    assert missing([commanded("close 1")], store, clock.now()) == ()


# --- how it is printed ---


def test_a_table_is_aligned_by_its_longest_cells() -> None:
    lines = table_output.aligned("<symbol bid", [["EURUSD", "1.08213"], ["XAU", "12345.678"]])
    assert lines == ["symbol        bid", "EURUSD    1.08213", "XAU     12345.678"]
    assert table_output.aligned("<a b", []) == ["a  b"]


@pytest.mark.parametrize(
    ("amount", "currency", "plain", "signed"),
    [
        ("1234.5", "USD", "1234.50", "+1234.50"),
        ("-0.001", "USD", "0.00", "0.00"),
        ("0.00000001", "BTC", "0.00000001", "+0.00000001"),
        ("-2", None, "-2", "-2"),
    ],
)
def test_money_has_its_currencys_decimals(amount: str, currency: str | None, plain: str, signed: str) -> None:
    assert table_output.money(D(amount), currency) == plain
    assert table_output.signed_money(D(amount), currency) == signed
    assert table_output.money(None, currency) == table_output.signed_money(None, currency) == "-"


def test_json_has_figures_as_text_and_times_in_utc() -> None:
    assert table_output.exact(D("1E-8")) == "0.00000001"
    assert table_output.exact(None) is None
    east = timezone(timedelta(hours=2))
    assert table_output.iso(datetime(2026, 1, 31, 11, 30, tzinfo=east)) == "2026-01-31T09:30:00.000Z"
    assert table_output.clock(datetime(2026, 1, 31, 9, 30, tzinfo=UTC)) == "2026-01-31 09:30:00"
    assert table_output.iso(None) is None


@pytest.mark.parametrize("text", ["last_week", "LAST-WEEK", " last_week "])
def test_a_period_may_be_written_loosely(text: str) -> None:
    assert read_period(text) is HistoryPeriod.LAST_WEEK


def test_what_is_told_steers_no_terminal_and_shows_no_key(capsys: pytest.CaptureFixture[str]) -> None:
    ReportPrinter(as_json=False).note("a \x1b[31mred\u202e key xbtfx_live_" + "a1b2c3d4" * 4)
    said = capsys.readouterr().err
    assert said == "xbtfx-tui: a [31mred key xbtfx_live_a1b2...\n"


def test_a_yes_does_not_hold_for_much_more_risk_than_was_shown() -> None:
    account = an_account()
    plan = account.plans("buy 0.10 EURUSD sl=30p")
    account.quote("EURUSD", 1.08238, 1.08250)  # 2.9 pips more of 30
    assert moved_since(plan, account.view()) is None
    account.quote("EURUSD", 1.08300, 1.08312)
    said = moved_since(plan, account.view())
    assert said is not None
    assert "EURUSD went from 1.08221 to 1.08312" in said
    assert moved_since(account.plans("buy 0.10 EURUSD"), account.view()) is None


def test_a_total_of_which_a_part_is_not_known_is_not_known() -> None:
    account = an_account()
    closes, opens = account.plans("close all"), account.plans("buy 0.10 EURUSD")
    assert closes.profit is not None
    both = joined([closes, opens], account.view())
    assert both is not None
    assert both.profit == closes.profit
    lacking = joined([closes, replace(closes, profit=None)], account.view())
    assert lacking is not None
    assert lacking.profit is None
