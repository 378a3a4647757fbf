"""The targets that live on from frame to frame: the stream's session, and the store behind session and reads.

Connections end and begin again as the runner does it; the subscriptions and the store are the same for a
whole run, so that whatever a server can make them keep is seen to grow.
"""

from collections import deque
from collections.abc import Callable
from random import Random

from tests.fuzz.corpus import FRAMES, KEY_TEXT, READS
from tests.fuzz.mutate import Mutator, Seedling
from tests.fuzz.targets import ALL_SEEDLINGS, KEY, Case, RestTarget, demand, harmless, seedlings, without_key
from xbtfx_tui.domain.accounts import currency_decimals
from xbtfx_tui.domain.clock import Instant
from xbtfx_tui.domain.failures import GarbledAnswer
from xbtfx_tui.domain.positions import HistoryPeriod
from xbtfx_tui.domain.store_events import (
    AccountRead,
    Dialect,
    Event,
    HistoryRead,
    KeyRead,
    OrdersRead,
    PositionsRead,
    ReadFailed,
    Reading,
    SpecRead,
    StreamConnecting,
    StreamDown,
    StreamRefused,
    SymbolsRead,
)
from xbtfx_tui.domain.text_sanitizer import plain
from xbtfx_tui.store.feed_state import FeedDown, FeedRefused
from xbtfx_tui.store.store import Store
from xbtfx_tui.stream.quote_delay import DelayMeter
from xbtfx_tui.stream.reconnect_policy import Retry
from xbtfx_tui.stream.stream_session import Session
from xbtfx_tui.stream.stream_timeouts import StreamTimings
from xbtfx_tui.stream.subscription_frames import Subscriptions
from xbtfx_tui.wire import get_responses
from xbtfx_tui.wire.wire_errors import WireError, key_cover

_COVER = key_cover(KEY)
_WANTED = frozenset({"EURUSD", "GBPUSD", "XAUUSD", "NDXUSD"})
_LOGIN = {Dialect.CURRENT: b'{"action":"auth_ok"}', Dialect.OLDER: b'{"type":"auth","status":"ok"}'}
_WALL = 1_775_037_600.0
# A server may name as many tickets as it likes.
_FLOOD = (
    b'{"channel":"position","event":"open","ticket":%d,"symbol":"EURUSD","side":"buy","volume":0.1,"price_open":1}',
    b'{"channel":"position","event":"update","ticket":%d,"profit":1,"price_current":1.1}',
    b'{"channel":"position","event":"close","ticket":%d,"profit":1}',
    b'{"channel":"order","event":"add","ticket":%d,"symbol":"GBPUSD","type":"buy_stop","volume":1,"price":2}',
    b'{"channel":"order","event":"remove","ticket":%d}',
)
_LOOK_EVERY = 100
_MOST_OUTGOING = 40
_LONGEST_MESSAGE = 600


class FuzzClock:
    """Goes on by a little with every case."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def now(self) -> Instant:
        return Instant(self.seconds, self.seconds, _WALL + self.seconds)


class SessionTarget:
    """Connections one after another: logged in or not, in either dialect, with time that passes."""

    def __init__(self, luck: Random, emit: Callable[[Event], None] | None = None) -> None:
        self._luck = luck.random
        self._mutator = Mutator(luck, ALL_SEEDLINGS)
        self._frames = seedlings(FRAMES)
        self.clock = FuzzClock()
        self._emitted: deque[Event] = deque(maxlen=200)
        self._emit = emit or self._emitted.append
        self._subscriptions = Subscriptions()
        self._retry = Retry(StreamTimings())
        self._session = self._connect()

    def draw(self) -> Case:
        luck = self._luck()
        if luck < 0.02:
            return Case(b"", "login")
        if luck < 0.04:
            return Case(b"", "want")
        if luck < 0.0405:
            return Case(b"", "silence")
        if luck < 0.043:
            return Case(b"", "closed")
        if luck < 0.2:
            return Case(_FLOOD[int(self._luck() * len(_FLOOD))] % int(1 + self._luck() * 10**9), "flood")
        of: Seedling | None = None
        if self._luck() < 0.95:
            of = self._frames[int(self._luck() * len(self._frames))]
        return Case(self._mutator.body(of), "frame")

    def take(self, case: Case) -> None:
        session = self._session
        self.clock.seconds += 0.001
        now = self.clock.now()
        match case.how:
            case "login":
                session.received([_LOGIN[self._retry.dialect]], now)
            case "want":
                wanted = frozenset(name for name in _WANTED if self._luck() < 0.7)
                self._subscriptions.want(wanted, min(wanted, default=None))
                session.resubscribe()
            case "silence":
                self.clock.seconds += self._luck() * 40
                now = self.clock.now()
            case "closed":
                session.closed("the connection was lost", self.clock.now(), in_good_order=self._luck() < 0.5)
            case _:
                session.received([case.body], now)
        session.tick(now)
        demand(session.idle(now) >= 0, "a due time before now")
        outgoing = session.take()
        demand(len(outgoing) <= _MOST_OUTGOING, "a pile of frames to send")
        session.sent()
        if self._emitted:
            without_key(case.body, list(self._emitted))
            self._emitted.clear()
        if session.ending is not None:
            self._end(session)

    def held(self) -> dict[str, int]:
        return {
            "subscriptions on": len(self._subscriptions._on),
            "emitted at once": len(self._emitted),
        }

    def _end(self, session: Session) -> None:
        ending = session.ending
        if ending is None:
            return
        demand(KEY_TEXT not in repr(ending), "the key is in an ending")
        outcome = self._retry.after(ending, session.lived(self.clock.now()))
        if isinstance(outcome, StreamRefused):
            self._emit(outcome)
            self._retry = Retry(StreamTimings())
        else:
            self._emit(StreamDown(getattr(ending, "reason", "") or getattr(ending, "message", ""), outcome))
        self._session = self._connect()

    def _connect(self) -> Session:
        self._emit(StreamConnecting(1))
        dialect = self._retry.dialect
        now = self.clock.now()
        session = Session(KEY, dialect, self._subscriptions, self._emit, StreamTimings(), now, DelayMeter())
        if self._luck() < 0.9:
            session.received([_LOGIN[dialect]], now)
            session.take()
            session.sent()
        return session


class StoreTarget:
    """A store fed by a hostile stream and by hostile reads, and looked at as a screen looks at it.

    `of_reads` is the share of reads among the cases.
    """

    def __init__(self, luck: Random, of_reads: float = 0.25) -> None:
        self._luck = luck.random
        self._of_reads = of_reads
        self.store: Store | None = None
        self._session = SessionTarget(luck, self._apply)
        self.store = Store(self._session.clock)
        self._rest = RestTarget(luck)
        self._taken = 0
        self._messages = 0

    def draw(self) -> Case:
        return self._rest.draw() if self._luck() < self._of_reads else self._session.draw()

    def take(self, case: Case) -> None:
        if case.how in READS:
            self._read(case)
        else:
            self._session.take(case)
        self._taken += 1
        if self._taken % _LOOK_EVERY == 0:
            self._look()

    def held(self) -> dict[str, int]:
        store = self._known()
        return {
            **self._session.held(),
            "positions": len(store.positions),
            "orders": len(store.orders),
            "position tracks": len(store._holdings._positions._tracks),
            "order tracks": len(store._holdings._orders._tracks),
            "positions told closed": len(store._holdings._closings),
            "account events": len(store.account_events),
            "messages": len(store.messages),
            "recent deals": len(store.recent_deals),
            "quote slots": len(store._board.slots),
            "symbols": len(store.symbols),
        }

    def _known(self) -> Store:
        if self.store is None:
            raise TypeError("the store is not there yet")
        return self.store

    def _apply(self, event: Event) -> None:
        if self.store is not None:
            self.store.apply(event)

    def _read(self, case: Case) -> None:
        store, now = self._known(), self._session.clock.now()
        body = case.body.replace(*_COVER)
        try:
            match case.how:
                case "read_key_status":
                    store.apply(KeyRead(get_responses.read_key_status(body)))
                case "read_account":
                    store.apply(AccountRead(get_responses.read_account(body), now))
                case "read_symbols":
                    store.apply(SymbolsRead(get_responses.read_symbols(body)))
                case "read_symbol":
                    store.apply(SpecRead(get_responses.read_symbol(body), now))
                case "read_positions":
                    store.apply(PositionsRead(get_responses.read_positions(body), store.mark()))
                case "read_orders":
                    store.apply(OrdersRead(get_responses.read_orders(body), store.mark()))
                case _:
                    store.apply(HistoryRead(HistoryPeriod.TODAY, get_responses.read_history(body)))
        except WireError as error:
            store.apply(ReadFailed(Reading.POSITIONS, GarbledAnswer(200, str(error)), now))

    def _look(self) -> None:
        store, now = self._known(), self._session.clock.now()
        self._messages += store.drain().messages
        for said in list(store.messages)[-20:]:
            demand(harmless(said.text), f"a message holds {said.text!r}")
            demand(len(said.text) <= _LONGEST_MESSAGE, "a message is not bounded")
            demand(KEY_TEXT not in said.text, "the key is in a message")
        names = [*store.symbols, *store.specs, *(one.symbol for one in store.positions.values())]
        names += [one.symbol for one in store.orders.values()]
        names += [deal.symbol for deals in store.history.values() for deal in deals]
        for name in names:
            demand(harmless(name) and 0 < len(name) <= 64, f"a symbol is called {name!r}")
            demand(KEY_TEXT not in name, "the key is a symbol")
        account = store.live_account()
        currency = account.currency if account is not None else None
        demand(harmless(plain(currency or "", 10)), "a currency can't be shown")
        currency_decimals(currency)
        for position in list(store.positions.values())[:20]:
            f"{store.live_price(position):.12f} {store.live_profit(position):,.2f}"
            store.rate(position.symbol[-3:])
            store.freshness(position.symbol, now)
        for symbol in _WANTED:
            store.mid(symbol)
            store.candles(symbol)
        match store.feed:
            case FeedDown(text) | FeedRefused(text):
                demand(harmless(text), f"the feed's reason is {text!r}")
            case _:
                pass
