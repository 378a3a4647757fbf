"""The one truth on screen: events go in by `apply`, state is read, `drain` tells what changed.

It does no I/O, starts no task and asks no server. Readers never write to it; everything it shows they may
read at any time between two events.
"""

from collections import deque
from collections.abc import Callable, Collection, Mapping, Sequence
from decimal import Decimal
from typing import Any

from msgspec.structs import replace

from xbtfx_tui.domain.account_currency import AccountCurrency
from xbtfx_tui.domain.accounts import Account, KeyStatus, MarginMode
from xbtfx_tui.domain.candles import Candle
from xbtfx_tui.domain.clock import Clock, Instant
from xbtfx_tui.domain.order_estimates import AccountRate
from xbtfx_tui.domain.order_outcomes import IntentRecord
from xbtfx_tui.domain.positions import Deal, HistoryPeriod, PendingOrder, Position
from xbtfx_tui.domain.read_states import ReadState
from xbtfx_tui.domain.server_time import ServerTime
from xbtfx_tui.domain.store_events import (
    AccountEvent,
    AccountEventUnread,
    AccountRead,
    BudgetSeen,
    CurrencyTold,
    DateHeard,
    DayReferences,
    DealDone,
    Event,
    HistoryPartRead,
    HistoryRead,
    IntentMoved,
    KeyRead,
    KillSwitchPressed,
    MalformedFrame,
    Message,
    OrderAdded,
    OrderRemoved,
    OrdersRead,
    PositionClosed,
    PositionOpened,
    PositionsRead,
    PositionUpdated,
    QuotesMissing,
    QuotesSeen,
    ReadFailed,
    Reading,
    ServerNotice,
    Severity,
    SnapshotMark,
    SpecRead,
    StreamConnecting,
    StreamDelayed,
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
from xbtfx_tui.domain.unreadable_rows import UnreadRow
from xbtfx_tui.store.account_currency_book import CurrencyBook
from xbtfx_tui.store.bulk_close_messages import bulk_sayings
from xbtfx_tui.store.changed_keys import Changes, DirtyKeys
from xbtfx_tui.store.feed_state import Feed
from xbtfx_tui.store.feed_tracker import FeedBook
from xbtfx_tui.store.history_cache import HistoryBook
from xbtfx_tui.store.holdings import Holdings
from xbtfx_tui.store.latest_quotes import Fresh, Freshness, QuoteBoard
from xbtfx_tui.store.messages import Sayings
from xbtfx_tui.store.quote_slot import QuoteSlot
from xbtfx_tui.store.read_status import ReadingStates
from xbtfx_tui.store.valuation import Valuation, moved_account

MESSAGES_KEPT, RECENT_DEALS_KEPT = 1_000, 200
_NOTHING = Decimal(0)


class Store:
    """One account's state. Mappings are live views: iterate them without awaiting in between.

    `key` and `account` are None until read; `account_received` is when the figures came, `last_quote` when
    the last one that is of now did. `messages` are oldest first, `recent_deals` (the stream's) newest last,
    as are `account_events`: the account channel's last ones with when they came, profit ticks left out;
    `unlisted`: tickets not held here of which the stream told, with when last. `quoted` symbols have a slot.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._dirty = DirtyKeys()
        self._board = QuoteBoard()
        self._symbols: dict[str, SymbolRow] = {}
        self._specs: dict[str, SymbolSpec] = {}
        self._intents: dict[str, IntentRecord] = {}
        self._messages: deque[Message] = deque(maxlen=MESSAGES_KEPT)
        self._recent_deals: deque[Deal] = deque(maxlen=RECENT_DEALS_KEPT)
        self._sayings = Sayings()
        self._valuation = Valuation(self._board, self._specs, self._symbols)
        self._currency = CurrencyBook(self._specs, self._valuation.rate, self._warn)
        self._profit_when_read: dict[int, Decimal] = {}
        self._feed = FeedBook(clock, self._dirty, self._sayings, self._say, self._board)
        closing = self._valuation.closing_price
        self._holdings = Holdings(clock, self._dirty, self._sayings, self._say, closing, self._intents)
        self._readings = ReadingStates(self._dirty, self._sayings, self._say, self._holdings.listed)

        self.key: KeyStatus | None = None
        self.account: Account | None = None
        self.account_received: Instant | None = None
        self.quoted: Collection[str] = self._board.slots.keys()
        self.symbols: Mapping[str, SymbolRow] = self._symbols
        self.specs: Mapping[str, SymbolSpec] = self._specs
        self.positions: Mapping[int, Position] = self._holdings.positions
        self.orders: Mapping[int, PendingOrder] = self._holdings.orders
        self.knows_stop, self.unlisted = self._holdings.knows_stop, self._holdings.unlisted
        self.account_events: Sequence[tuple[Instant, AccountEvent]] = self._holdings.account_events
        self.history_book = HistoryBook()
        self.history: Mapping[HistoryPeriod, tuple[Deal, ...]] = self.history_book.deals
        self.recent_deals: Sequence[Deal] = self._recent_deals
        self.intents: Mapping[str, IntentRecord] = self._intents
        self.messages: Sequence[Message] = self._messages
        self.last_quote: Instant | None = None
        self.trading: Trading = TradingLocked("starting")
        self.budget: BudgetSeen | None = None

        self._takers: dict[type, Callable[[Any], None]] = {
            PositionOpened: self._holdings.position_opened,
            PositionUpdated: self._holdings.position_updated,
            PositionClosed: self._holdings.position_closed,
            OrderAdded: self._holdings.order_added,
            OrderRemoved: self._holdings.order_removed,
            DealDone: self._deal_done,
            AccountEventUnread: lambda _: None,
            StreamConnecting: self._feed.connecting,
            StreamUp: self._feed.up,
            StreamDelayed: self._feed.delayed,
            QuotesMissing: self._feed.missing,
            StreamDown: self._feed.down,
            StreamRefused: self._feed.refused,
            ServerNotice: lambda event: self._say(self._sayings.notice(event, self._wall())),
            MalformedFrame: lambda event: self._say(self._sayings.malformed_frame(event, self._wall())),
            PositionsRead: self._positions_read,
            OrdersRead: self._orders_read,
            AccountRead: self._account_read,
            CurrencyTold: lambda event: self._in_currency(self._currency.told(event.told)),
            KeyRead: self._key_read,
            SymbolsRead: self._symbols_read,
            SpecRead: self._spec_read,
            HistoryRead: self._history_read,
            HistoryPartRead: self._history_part_read,
            ReadFailed: lambda event: self._readings.failed(event, self._clock.now()),
            BudgetSeen: self._budget_seen,
            DateHeard: lambda event: self._board.hear(event.date, event.at),
            DayReferences: lambda event: self._dirty.quotes.update(self._board.take_day_references(event)),
            Message: self._say,
            IntentMoved: self._intent_moved,
            TradingChanged: self._trading_changed,
            KillSwitchPressed: lambda _: self._holdings.kill_switch_pressed(),
        }

    # --- in and out ---

    def apply(self, event: Event) -> None:
        """Take one event. Never raises for what a server can say; events may repeat or come out of order."""
        if type(event) is QuotesSeen:
            if self._board.see(event):
                self.last_quote = event.received
            if left_out := self._board.take_left_out():
                self._say(self._sayings.left_out(left_out, self._valuation.digits, self._wall()))
            self._dirty.quotes.update([quote.symbol for quote in event.quotes])
        else:
            self._takers[type(event)](event)

    def drain(self) -> Changes:
        """What changed since the last drain; cheap when nothing did."""
        return self._dirty.drain()

    def mark(self) -> SnapshotMark:
        """Where the account events stand now: to be taken right before positions or orders are asked for."""
        return self._holdings.mark()

    # --- what is read ---

    @property
    def malformed(self) -> int:
        """Frames of the stream that made no sense so far."""
        return self._sayings.malformed

    @property
    def feed(self) -> Feed:
        """Where the stream stands."""
        return self._feed.state

    def slot(self, symbol: str) -> QuoteSlot | None:
        """The symbol's latest quote; None until one came."""
        return self._board.slots.get(symbol)

    def read_state(self, reading: Reading) -> ReadState:
        """How well what this reads is known in this run: never read, read, or failing since."""
        return self._readings.state(reading)

    @property
    def positions_asked(self) -> Instant | None:
        """When the last snapshot of the positions was asked for; None until one came."""
        mark = self._holdings.positions_mark
        return None if mark is None else mark.asked

    @property
    def last_list(self) -> Mapping[int, Position]:
        """The positions as that snapshot had them, without what the stream told since: it tells no stops."""
        return self._holdings.last_list

    @property
    def doubted(self) -> frozenset[int]:
        """Tickets of positions and orders that may be gone: one witness says so, and no second one yet."""
        return self._holdings.doubted

    @property
    def opened_after_kill(self) -> int | None:
        """How many alarms there were since the kill switch was pressed; None where trading is open again."""
        return None if self._holdings.after_kill is None else self._holdings.after_kill.count

    def has_ended(self, ticket: int) -> bool:
        """Whether the position was held in this run, and its end is proven."""
        return self._holdings.has_ended(ticket)

    def doubt_of(self, ticket: int) -> str | None:
        """Why it is not certain that this position or order is there, as a clause; None where it is."""
        return self._holdings.doubt_of(ticket)

    def unread(self, listed: Reading) -> Sequence[UnreadRow]:
        """The rows of the last list of positions or orders that can't be read: they are there, too."""
        return self._holdings.unread(listed)

    def freshness(self, symbol: str, now: Instant) -> Freshness:
        """Whether the symbol's quote may be traded on: stale when over 5 s old or not of a live feed."""
        return self._board.freshness(symbol, now, self.feed)

    def depth_freshness(self, symbol: str, now: Instant) -> Freshness:
        """The same for the symbol's book, which ages by itself."""
        return self._board.depth_freshness(symbol, now, self.feed)

    def candles(self, symbol: str) -> Sequence[Candle]:
        """The last 40 minutes of bid ticks by 10 seconds, oldest first, the last one forming; or nothing."""
        slot = self._board.slots.get(symbol)
        return () if slot is None else slot.candles(self._clock.now())

    def server_time(self) -> ServerTime:
        """The server's clock, by its answers' Date and its quotes' times."""
        return self._board.server

    def mid(self, symbol: str) -> Decimal | None:
        """The last known mid price, fresh or not: for conversion and for looking at, not to trade on."""
        return self._valuation.mid(symbol)

    @property
    def currency(self) -> AccountCurrency:
        """Which currency the account is in, and how that is known; `account.currency` is its code."""
        return self._currency.state

    @property
    def rate(self) -> AccountRate:
        """How many of the account's currency one of a currency is worth; None where that is unknown."""
        return self._currency.rate

    def live_price(self, position: Position) -> Decimal:
        """The price the position would close at: by a fresh quote newer than the server's word, else that."""
        fresh = type(self.freshness(position.symbol, self._clock.now())) is Fresh
        said_at = self._holdings.said_at(position.ticket)
        return self._valuation.price(position, said_at, quote_is_fresh=fresh)

    def live_profit(self, position: Position) -> Decimal:
        """The server's last profit moved by the price since, in the account's currency."""
        return self._valuation.profit(position, self.live_price(position), self._currency.code)

    def live_account(self) -> Account | None:
        """The account as last read, with profit, equity, free margin and level moved by the live profits."""
        if self.account is None:
            return None
        was, held = self._profit_when_read, self.positions.items()
        change = sum((self.live_profit(one) - was.get(ticket, _NOTHING) for ticket, one in held), _NOTHING)
        return moved_account(self.account, change)

    # --- positions, orders, deals ---

    def _deal_done(self, event: DealDone) -> None:
        self._holdings.account_events.append((self._clock.now(), event))
        if all(deal.ticket != event.deal.ticket for deal in self._recent_deals):
            self._recent_deals.append(event.deal.timed(self._wall()))
            self._dirty.deals = True

    def _positions_read(self, event: PositionsRead) -> None:
        first = self._holdings.positions_mark is None
        if self._holdings.positions_read(event):
            self._read_worked(Reading.POSITIONS, event.mark.asked)
            self._in_currency(self._currency.look_at(event.positions))
            if first:  # figures that were read before the positions have their profit in them already
                self._note_profits()

    def _orders_read(self, event: OrdersRead) -> None:
        if self._holdings.orders_read(event):
            self._read_worked(Reading.ORDERS, event.mark.asked)

    # --- the other reads ---

    def _account_read(self, event: AccountRead) -> None:
        if self.account_received is not None and event.received.monotonic < self.account_received.monotonic:
            return
        self.account_received = event.received
        self._currency.named(event.account.currency)
        self._take_account(event.account)
        self._dirty.account = True
        self._read_worked(Reading.ACCOUNT, event.received)

    def _take_account(self, account: Account) -> None:
        """Keep the figures, in the currency that the account is known to be in."""
        self.account = self._holdings.account = replace(account, currency=self._currency.code)
        self._note_profits()

    def _in_currency(self, is_new: bool) -> None:
        if is_new and self.account is not None:
            self._take_account(self.account)
            self._dirty.account = self._dirty.positions = True
            self._dirty.history.update(self.history)

    def _note_profits(self) -> None:
        self._profit_when_read = {one.ticket: self.live_profit(one) for one in self.positions.values()}

    def _key_read(self, event: KeyRead) -> None:
        self._read_worked(Reading.KEY, self._clock.now())
        self._holdings.is_netting = event.status.margin_mode is MarginMode.NETTING
        self._say(self._sayings.key_read(self.key, event.status, self._wall()))
        self.key = event.status
        self._dirty.feed = True

    def _symbols_read(self, event: SymbolsRead) -> None:
        self._symbols.clear()
        self._symbols.update((row.name, row) for row in event.symbols)
        self._valuation.forget_rates()
        self._dirty.symbols = True
        self._read_worked(Reading.SYMBOLS, self._clock.now())

    def _spec_read(self, event: SpecRead) -> None:
        self._specs[name := event.spec.name] = event.spec
        self._valuation.forget_rates()
        self._dirty.specs.add(name)
        if self._board.see_spec(event.spec, event.received, self.feed):
            self._dirty.quotes.add(name)
        self._in_currency(self._currency.look_at(self._holdings.last_list.values()))
        self._read_worked(Reading.SPEC, event.received)

    def _history_read(self, event: HistoryRead) -> None:
        self._holdings.history_read(self.history_book.read(event))
        self._dirty.history.add(event.period)
        self._read_worked(Reading.HISTORY, self._clock.now())

    def _history_part_read(self, event: HistoryPartRead) -> None:
        self.history_book.part_read(event)
        self._dirty.history.add(event.period)

    # --- the stream, the budget, the desk ---

    def _budget_seen(self, event: BudgetSeen) -> None:
        if event == self.budget:
            return
        self.budget, self._dirty.feed = event, True
        self._say(self._sayings.budget_seen(event, self._wall()))

    def _intent_moved(self, event: IntentMoved) -> None:
        for said in bulk_sayings(event.record, self.positions, self._wall()):
            self._say(said)
        self._intents[event.record.intent.intent_id] = event.record
        self._holdings.answered(event.record)
        self._dirty.intents.add(event.record.intent.intent_id)

    def _trading_changed(self, event: TradingChanged) -> None:
        if isinstance(event.trading, TradingOpen):
            self._holdings.after_kill = None
        self.trading, self._dirty.feed = event.trading, True

    # --- small things ---

    def _say(self, said: Message | None) -> None:
        if said is not None:
            self._messages.append(said)
            self._dirty.messages += 1

    def _warn(self, words: str) -> None:
        self._say(Message(self._wall(), Severity.WARNING, words))

    def _read_worked(self, reading: Reading, asked: Instant) -> None:
        self._readings.worked(reading, asked, self._clock.now())

    def _wall(self) -> float:
        return self._clock.now().wall
