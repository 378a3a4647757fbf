"""A stream that was lost: no new order until positions and a price of after it are there."""

from decimal import Decimal

import pytest

from xbtfx_tui.domain.clock import Instant
from xbtfx_tui.domain.intents import OpenIntent
from xbtfx_tui.domain.order_outcomes import IntentRecord, IntentState
from xbtfx_tui.domain.quotes import Quote
from xbtfx_tui.domain.sides import Side
from xbtfx_tui.domain.store_events import (
    Dialect,
    Event,
    IntentMoved,
    PositionsRead,
    QuotesSeen,
    StreamDown,
    StreamUp,
    Trading,
    TradingChanged,
    TradingCloseOnly,
    TradingLocked,
    TradingOpen,
)
from xbtfx_tui.store.message_validity import still_so
from xbtfx_tui.store.store import Store
from xbtfx_tui.sync.reconnect_hold import A_BLIP, ReconnectHold

LOST = StreamDown("connection reset", 1.0)
UP = StreamUp(Dialect.CURRENT)


class Terminal:
    """A store, its line lock, and a clock that goes when told."""

    def __init__(self, *, live: bool) -> None:
        self.seconds = 1_000.0
        self.store = Store(self)
        self.lock = ReconnectHold(self.store, self, opens_by_itself=not live)
        self.meets(UP)
        self.is_set(TradingOpen())

    def now(self) -> Instant:
        return Instant(self.seconds, self.seconds, self.seconds)

    def meets(self, event: Event) -> None:
        self.store.apply(event)
        self.lock.on_event(event)

    def is_set(self, trading: Trading) -> None:
        self.store.apply(TradingChanged(trading))

    def quoted(self) -> None:
        self.meets(QuotesSeen((Quote("EURUSD", 1.0, 1.1),), self.now()))

    def reads_positions(self) -> None:
        self.store.apply(PositionsRead((), self.store.mark()))

    def is_away(self, seconds: float) -> None:
        self.meets(LOST)
        self.seconds += seconds
        self.meets(UP)

    @property
    def trading(self) -> Trading:
        return self.store.trading

    @property
    def reason(self) -> str:
        assert isinstance(self.trading, TradingCloseOnly)
        return self.trading.reason


@pytest.mark.parametrize("live", [True, False])
def test_after_a_blip_it_opens_by_itself_once_a_snapshot_and_a_quote_are_in(live: bool) -> None:
    terminal = Terminal(live=live)
    terminal.reads_positions()
    terminal.meets(LOST)
    assert terminal.trading == TradingOpen(), "no price is fresh now: that alone keeps orders back"
    terminal.seconds += 4
    terminal.meets(UP)
    assert "positions and prices are being read" in terminal.reason
    terminal.quoted()
    assert terminal.reason, "the snapshot is of before the loss"
    terminal.seconds += 1
    terminal.reads_positions()
    assert terminal.reason, "no price has come since"
    terminal.quoted()
    assert terminal.trading == TradingOpen()


def test_a_live_account_waits_for_the_trader_after_a_long_loss() -> None:
    terminal = Terminal(live=True)
    terminal.is_away(A_BLIP + 1)
    terminal.reads_positions()
    terminal.quoted()
    assert "was away for 31 s" in terminal.reason
    terminal.quoted()
    assert isinstance(terminal.trading, TradingCloseOnly)
    assert "ctrl+l" in terminal.store.messages[-1].text


def test_a_paper_account_opens_again_after_any_loss() -> None:
    terminal = Terminal(live=False)
    terminal.is_away(600)
    terminal.reads_positions()
    terminal.quoted()
    assert terminal.trading == TradingOpen()


def test_losses_in_a_row_are_one_loss() -> None:
    terminal = Terminal(live=True)
    for _ in range(4):
        terminal.is_away(A_BLIP / 3)
    terminal.reads_positions()
    terminal.quoted()
    assert "was away for" in terminal.reason


def test_a_snapshot_asked_for_before_the_stream_was_back_proves_nothing() -> None:
    terminal = Terminal(live=False)
    terminal.meets(LOST)
    mark = terminal.store.mark()
    terminal.seconds += 2
    terminal.meets(UP)
    terminal.store.apply(PositionsRead((), mark))
    terminal.quoted()
    assert isinstance(terminal.trading, TradingCloseOnly)


@pytest.mark.parametrize("other", [TradingLocked("you locked it"), TradingCloseOnly("the kill switch")])
def test_what_others_locked_meanwhile_stays_so(other: Trading) -> None:
    terminal = Terminal(live=False)
    terminal.is_away(3)
    terminal.is_set(other)
    terminal.reads_positions()
    terminal.quoted()
    assert terminal.trading == other


@pytest.mark.parametrize("other", [TradingLocked("this machine slept"), TradingCloseOnly("the kill switch")])
def test_what_was_locked_before_stays_so(other: Trading) -> None:
    terminal = Terminal(live=False)
    terminal.is_set(other)
    terminal.is_away(3)
    terminal.reads_positions()
    terminal.quoted()
    assert terminal.trading == other


def test_a_trader_who_unlocks_is_not_locked_again_by_the_same_loss() -> None:
    terminal = Terminal(live=True)
    terminal.is_away(100)
    terminal.is_set(TradingOpen())
    terminal.reads_positions()
    terminal.quoted()
    assert terminal.trading == TradingOpen()


def test_what_it_says_as_it_opens_is_so_and_an_order_in_doubt_is_named() -> None:
    terminal = Terminal(live=True)
    doubted = OpenIntent("an-id", "EURUSD", Side.BUY, Decimal("0.10"), Decimal("1.1"))
    for state, more in (
        (IntentState.FILLED, ": p"),
        (IntentState.UNKNOWN, ". Not known yet is what became of: Buy 0.10 EURUSD. P"),
    ):
        terminal.store.apply(IntentMoved(IntentRecord(doubted, state, ())))
        terminal.is_away(1.0)
        terminal.seconds += 0.1
        terminal.reads_positions()
        terminal.quoted()
        said = terminal.store.messages[-1]
        known = "ositions are read anew, and the first fresh price is here."
        assert said.text == f"Trading is open again{more}{known}"
        assert still_so(said.true_while, terminal.store)
        terminal.is_set(TradingLocked("you locked it"))
        assert not still_so(said.true_while, terminal.store)
        terminal.is_set(TradingOpen())
