"""What the Messages pane says of the line, the server and the account: each once, and in plain words."""

from decimal import Decimal

import pytest
from msgspec.structs import replace

from xbtfx_tui.domain.accounts import Account, KeyStatus, MarginMode, Permission
from xbtfx_tui.domain.clock import Instant
from xbtfx_tui.domain.failures import BridgeDown, LineBroke, LinePart
from xbtfx_tui.domain.intents import CloseAllIntent
from xbtfx_tui.domain.order_outcomes import IntentRecord, IntentState
from xbtfx_tui.domain.positions import HistoryPeriod, Position
from xbtfx_tui.domain.sides import Side
from xbtfx_tui.domain.store_events import (
    AccountRead,
    BudgetSeen,
    Dialect,
    Event,
    HistoryRead,
    IntentMoved,
    KeyRead,
    MalformedFrame,
    Message,
    PositionClosed,
    PositionOpened,
    PositionsRead,
    ReadFailed,
    Reading,
    ServerNotice,
    Severity,
    SpecRead,
    StreamConnecting,
    StreamDown,
    StreamRefused,
    StreamUp,
    SymbolsRead,
    Trading,
    TradingChanged,
    TradingLocked,
    TradingOpen,
)
from xbtfx_tui.domain.symbol_spec import SymbolRow, SymbolSpec
from xbtfx_tui.store.changed_keys import Changes
from xbtfx_tui.store.feed_state import Feed, FeedConnecting, FeedDown, FeedIdle, FeedLive, FeedRefused
from xbtfx_tui.store.message_validity import still_so
from xbtfx_tui.store.store import MESSAGES_KEPT, Store

NOW = Instant(1_000.0, 2_000.0, 1_700_000_000.0)
ACCOUNT = Account(
    1, Decimal(100), Decimal(100), Decimal(0), Decimal(100), Decimal(0), 100, MarginMode.HEDGING, "USD"
)
KEY = KeyStatus(1, "standard", "active", frozenset({Permission.READ, Permission.TRADE}), MarginMode.HEDGING)
DOWN = StreamDown("the server closed the connection", 2.0)
BROKE = LineBroke(LinePart.CONNECT, "refused", begun=False)


class StoppedClock:
    def now(self) -> Instant:
        return NOW


@pytest.fixture
def store() -> Store:
    return Store(StoppedClock())


def tell(store: Store, *events: Event) -> list[str]:
    before = len(store.messages)
    for event in events:
        store.apply(event)
    return [said.text for said in list(store.messages)[before:]]


def feed_of(store: Store) -> Feed:
    return store.feed


def trading_of(store: Store) -> Trading:
    return store.trading


def test_a_lost_stream_says_why_when_it_tries_again_and_what_still_works(store: Store) -> None:
    assert tell(store, StreamUp(Dialect.CURRENT)) == []
    assert tell(store, DOWN) == [
        "Stream lost: the server closed the connection. Trying again in 2 s. "
        "Positions can still be closed; prices shown are old."
    ]
    assert feed_of(store) == FeedDown(DOWN.reason, Instant(1_002.0, 2_002.0, NOW.wall + 2))
    assert "Trying again now." in tell(store, StreamDown("opened anew", 0.0))[0]
    assert tell(store, StreamConnecting(1)) == []
    assert feed_of(store) == FeedConnecting(1)
    assert tell(store, StreamUp(Dialect.OLDER))[0].startswith("Stream back")
    live = feed_of(store)
    assert isinstance(live, FeedLive)
    assert live.dialect is Dialect.OLDER


def test_a_refused_key_is_the_end_and_says_so(store: Store) -> None:
    assert feed_of(store) == FeedIdle()
    (said,) = tell(store, StreamRefused("unknown key"))
    assert "refused the key: unknown key." in said
    assert store.messages[-1].severity is Severity.ERROR
    assert feed_of(store) == FeedRefused("unknown key")


def test_a_read_that_keeps_failing_is_said_once_and_its_return_too(store: Store) -> None:
    failed = ReadFailed(Reading.ACCOUNT, BROKE, NOW)
    assert len(tell(store, failed, failed, failed)) == 1
    assert len(tell(store, ReadFailed(Reading.HISTORY, BROKE, NOW))) == 1
    assert tell(store, AccountRead(ACCOUNT, NOW)) == ["The account's figures are read again."]
    assert tell(store, AccountRead(ACCOUNT, NOW)) == []
    assert len(tell(store, failed)) == 1


def test_a_read_that_fails_for_a_new_reason_is_said_again(store: Store) -> None:
    said = tell(
        store, ReadFailed(Reading.POSITIONS, BROKE, NOW), ReadFailed(Reading.POSITIONS, BridgeDown(), NOW)
    )
    assert len(said) == 2
    assert said[0].startswith("The positions could not be read. The server can't be reached")


def test_a_list_that_can_be_read_again_says_what_it_shows(store: Store) -> None:
    one = Decimal(1)
    held = Position(7, "EURUSD", Side.BUY, one, one, one)
    for rows, words in ((), "none"), ((held,), "1"):
        tell(store, ReadFailed(Reading.POSITIONS, BROKE, NOW))
        said = tell(store, PositionsRead(rows, store.mark()))
        assert said[-1] == f"The positions are read again: the list shows {words}."


def test_each_state_that_is_told_is_so_until_it_ends(store: Store) -> None:
    one = Decimal(1)
    held = PositionsRead((Position(7, "EURUSD", Side.BUY, one, one, one),), store.mark())
    lack = PositionsRead((), store.mark())
    lost = DOWN, StreamUp(Dialect.CURRENT)
    fails = ReadFailed(Reading.ACCOUNT, BROKE, NOW), AccountRead(ACCOUNT, NOW)
    for begins, ends in (lost, fails, (lack, PositionsRead(held.positions, store.mark()))):
        store.apply(held)
        store.apply(begins)
        told = store.messages[-1].true_while
        assert told is not None
        assert still_so(told, store)
        store.apply(ends)
        assert not still_so(told, store)


def test_malformed_frames_are_said_at_powers_of_ten(store: Store) -> None:
    said = tell(store, *[MalformedFrame("bid is no number")] * 1_000)
    assert len(said) == 4
    assert "bid is no number" in said[0]
    assert [text.split()[0] for text in said[1:]] == ["10", "100", "1000"]
    assert store.malformed == 1_000


def test_text_of_the_server_is_made_plain(store: Store) -> None:
    nasty = "\x1b[2J[/x]\u202e\r\n" + "x" * 1_000_000
    said = tell(
        store,
        ServerNotice(nasty, nasty),
        StreamDown(nasty, 1),
        StreamRefused(nasty),
        MalformedFrame(nasty),
        PositionOpened(1, nasty, Side.BUY, Decimal(1), Decimal(1)),
    )
    assert len(said) == 5
    assert all(text.isprintable() and len(text) < 500 for text in said)
    assert isinstance(store.feed, FeedRefused)
    assert store.feed.message.isprintable()


def ends(store: Store, ticket: int, profit: str | None) -> list[str]:
    """What is said of a position that the stream tells closed and the list lacks."""
    one = Decimal(1)
    store.apply(PositionsRead((Position(ticket, "EURUSD", Side.BUY, one, one, one),), store.mark()))
    told = PositionClosed(ticket, None, None if profit is None else Decimal(profit))
    return tell(store, told, PositionsRead((), store.mark()))


def test_a_close_tells_the_money_in_the_accounts_currency(store: Store) -> None:
    store.apply(AccountRead(ACCOUNT, NOW))
    assert ends(store, 184729, "-12.3") == ["EURUSD 184729 closed, -12.30 USD"]
    store.apply(AccountRead(replace(ACCOUNT, currency="BTC"), NOW))
    assert ends(store, 5, "0.00012") == ["EURUSD 5 closed, +0.00012000 BTC"]
    assert ends(store, 6, None) == ["EURUSD 6 closed"]
    assert ends(store, 7, "0") == ["EURUSD 7 closed"], "a bare 0 is none"


def test_what_a_key_may_do_is_said_where_it_is_less_or_changes(store: Store) -> None:
    reader = replace(KEY, permissions=frozenset({Permission.READ}))
    assert tell(store, KeyRead(KEY)) == []
    assert tell(store, KeyRead(reader), KeyRead(reader)) == [
        "This key may only read: orders can't be sent with it."
    ]
    assert tell(store, KeyRead(KEY)) == ["This key may trade."]
    assert "not active" in tell(store, KeyRead(replace(KEY, status="suspended")))[0]


def test_messages_are_bounded_and_counted(store: Store) -> None:
    store.drain()
    for number in range(MESSAGES_KEPT + 5):
        store.apply(Message(NOW.wall, Severity.INFO, str(number)))
    assert len(store.messages) == MESSAGES_KEPT
    assert store.messages[-1].text == str(MESSAGES_KEPT + 4)
    assert store.drain().messages == MESSAGES_KEPT + 5


def test_trading_begins_locked_and_follows_what_is_decided(store: Store) -> None:
    assert trading_of(store) == TradingLocked("starting")
    store.apply(KeyRead(replace(KEY, permissions=frozenset({Permission.READ}))))
    assert trading_of(store) == TradingLocked("starting")
    store.apply(TradingChanged(TradingOpen()))
    assert trading_of(store) == TradingOpen()


RECORD = IntentRecord(CloseAllIntent("an-id", ()), IntentState.SENDING, ())
EURUSD = SymbolSpec("EURUSD", 5, Decimal("0.00001"), Decimal(100_000))


@pytest.mark.parametrize(
    ("event", "changes"),
    [
        (StreamConnecting(1), Changes(feed=True)),
        (StreamUp(Dialect.CURRENT), Changes(feed=True)),
        (KeyRead(KEY), Changes(feed=True)),
        (BudgetSeen(600, 599), Changes(feed=True)),
        (TradingChanged(TradingOpen()), Changes(feed=True)),
        (AccountRead(ACCOUNT, NOW), Changes(account=True)),
        (SymbolsRead((SymbolRow("EURUSD", 5, Decimal(1), Decimal(1)),)), Changes(symbols=True)),
        (SpecRead(EURUSD, NOW), Changes(specs=frozenset({"EURUSD"}))),
        (HistoryRead(HistoryPeriod.TODAY, ()), Changes(history=frozenset({HistoryPeriod.TODAY}))),
        (IntentMoved(RECORD), Changes(intents=frozenset({"an-id"}))),
        (Message(0, Severity.INFO, "hello"), Changes(messages=1)),
    ],
    ids=lambda value: type(value).__name__,
)
def test_each_event_names_what_it_changed(store: Store, event: Event, changes: Changes) -> None:
    store.apply(event)
    assert store.drain() == changes
    assert not store.drain()


def test_the_same_budget_twice_is_no_change(store: Store) -> None:
    store.apply(BudgetSeen(600, 599))
    store.drain()
    store.apply(BudgetSeen(600, 599))
    assert not store.drain()


def test_a_budget_that_runs_out_is_said_once_and_again_after_it_was_back(store: Store) -> None:
    for left in (600, 130, 119, 90, 0, 150, 100):
        store.apply(BudgetSeen(600, left))
    (said,) = store.messages
    assert said.severity is Severity.WARNING
    assert said.text.startswith("The key's requests run low (119 of 600 left)")
    for left in (240, 60):
        store.apply(BudgetSeen(600, left))
    assert "(60 of 600 left)" in store.messages[-1].text
    assert len(store.messages) == 2
