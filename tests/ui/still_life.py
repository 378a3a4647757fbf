"""A terminal that stands still: a store filled by hand, one clock that moves only when told. No network."""

from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import cache
from random import Random

from tests.ui.still_currency import StillCurrency
from tests.ui.still_minimal import minimal_account, minimal_deals, minimal_rows, minimal_specs
from tests.ui.still_orders import StillDesk
from tests.ui.still_proposals import still_proposals
from tests.ui.still_rules import MemoryRules
from tests.ui.still_trails import StillTrails
from xbtfx_tui.archive.candle_archive import NoArchive
from xbtfx_tui.automation.alert_repository import NoRepository
from xbtfx_tui.automation.alert_service import AlertKeeper
from xbtfx_tui.domain.accounts import Account, KeyStatus, MarginMode, Permission
from xbtfx_tui.domain.clock import Instant
from xbtfx_tui.domain.day_change import DayReference, FirstBid, PreviousClose
from xbtfx_tui.domain.positions import Deal, DealEntry, HistoryPeriod, OrderKind, PendingOrder, Position
from xbtfx_tui.domain.quotes import Depth, DepthLevel, Quote
from xbtfx_tui.domain.sides import Side
from xbtfx_tui.domain.store_events import (
    AccountRead,
    BudgetSeen,
    DayReferences,
    Dialect,
    HistoryRead,
    KeyRead,
    Message,
    OrdersRead,
    PositionsRead,
    QuotesSeen,
    Severity,
    SpecRead,
    StreamUp,
    SymbolsRead,
    TradingChanged,
    TradingOpen,
    TrueWhile,
)
from xbtfx_tui.domain.symbol_spec import SymbolRow, SymbolSpec
from xbtfx_tui.orders.guards.guard_types import NO_LIMITS, Limits
from xbtfx_tui.paper.exchange_options import ApiForm
from xbtfx_tui.rules.rule_keeper import RuleKeeper
from xbtfx_tui.store.feed_state import FeedDown
from xbtfx_tui.store.latest_quotes import QuoteBoard
from xbtfx_tui.store.store import Store

WALL = datetime(2026, 3, 4, 10, 15, 30, tzinfo=UTC).timestamp()
D = Decimal


@dataclass
class StillClock:
    """A clock that the test moves."""

    at: float = 0.0

    def now(self) -> Instant:
        return Instant(1000 + self.at, 1000 + self.at, WALL + self.at)


@dataclass
class StillBackend:
    """The Backend protocol with nothing behind it; what was asked for is kept for the test."""

    store: Store
    clock: StillClock
    desk: StillDesk
    trails: StillTrails
    limits: Limits = NO_LIMITS
    looked_at: tuple[frozenset[str], str | None] = (frozenset(), None)
    specs_asked: list[str] = field(default_factory=list)
    histories_asked: list[HistoryPeriod] = field(default_factory=list)
    histories_needed: list[HistoryPeriod] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.alerts = AlertKeeper(self.store, self.clock, NoRepository(), self.store.apply)
        self.rules = RuleKeeper(self.store, self.desk, MemoryRules(), self.clock)
        self.currency = StillCurrency(self.store)
        self.proposals = still_proposals(self)
        self.candles = NoArchive()

    def look_at(self, symbols: frozenset[str], depth: str | None) -> None:
        self.looked_at = (symbols, depth)

    def need_spec(self, symbol: str) -> None:
        self.specs_asked.append(symbol)

    def read_history(self, period: HistoryPeriod) -> None:
        self.histories_asked.append(period)

    def need_history(self, period: HistoryPeriod) -> None:
        self.histories_needed.append(period)

    def try_stream_now(self) -> bool:
        return isinstance(self.store.feed, FeedDown)

    def read_again(self) -> None:
        """Nothing to read from."""

    def say(self, severity: Severity, sentence: str, true_while: TrueWhile | None = None) -> None:
        self.store.apply(Message(self.clock.now().wall, severity, sentence, true_while))

    async def start(self) -> None:
        """Nothing to start."""

    async def stop(self) -> None:
        """Nothing to stop."""

    def quote(self, symbol: str, bid: float, ask: float, depth: Depth | None = None) -> None:
        """A quote arrives now."""
        seen = QuotesSeen((Quote(symbol, bid, ask, None, depth),), self.clock.now())
        self.store.apply(seen)
        self.alerts.on_event(seen)
        self.rules.on_event(seen)

    def moves_to(self, symbol: str, bid: float, ask: float) -> None:
        """The price jumps there, and a second quote bears it out."""
        self.quote(symbol, bid, ask)
        self.quote(symbol, bid, ask)


def forex(name: str, digits: int = 5) -> SymbolSpec:
    return SymbolSpec(
        name,
        digits,
        D(1).scaleb(-digits),
        D(100000),
        description=f"{name[:3]} against {name[3:]}",
        path=f"Forex\\Majors\\{name}",
        currency_base=name[:3],
        currency_profit=name[3:],
        currency_margin=name[:3],
        calc_mode="Forex",
        volume_min=D("0.01"),
        volume_max=D(100),
        volume_step=D("0.01"),
    )


def cfd(name: str, digits: int, contract: str, step: str = "0.01", words: str = "") -> SymbolSpec:
    return SymbolSpec(
        name,
        digits,
        D(1).scaleb(-digits),
        D(contract),
        description=words or name,
        path=f"CFD\\{name}",
        currency_base=name[:3],
        currency_profit="USD",
        calc_mode="CFDLeverage",
        volume_min=D(step),
        volume_max=D(100),
        volume_step=D(step),
    )


SPECS = (
    forex("EURUSD"),
    forex("GBPUSD"),
    forex("USDJPY", 3),
    cfd("XAUUSD", 2, "100", words="Gold against US dollar"),
    cfd("BTCUSD", 2, "1", words="Bitcoin"),
    cfd("NDXUSD", 1, "1", "0.1", words="Nasdaq 100"),
)
PRICES = {
    "EURUSD": (1.08213, 1.08221),
    "GBPUSD": (1.26540, 1.26552),
    "USDJPY": (151.204, 151.215),
    "XAUUSD": (2345.12, 2345.40),
    "BTCUSD": (64123.50, 64141.00),
    "NDXUSD": (18234.5, 18236.1),
}


TICKS = 900
SECONDS_A_TICK = 2.0


@cache
def _ticks(points: tuple[float, ...]) -> tuple[tuple[Quote, ...], ...]:
    """Five ticks to each 10 s candle, walking to the prices of now; the same walk every time. `points` are
    the symbols' own, in the order of PRICES."""
    walks: list[list[Quote]] = []
    for (name, (bid, ask)), point in zip(PRICES.items(), points, strict=True):
        luck = Random(name)
        # From now backwards, with calm and lively stretches, so that the last tick is the price of now.
        steps = [0]
        for tick in range(TICKS):
            steps.append(steps[-1] + round(luck.gauss(0.0, 2.0 + 3.0 * (tick % 150 > 90))))
        walks.append([Quote(name, bid + step * point, ask + step * point) for step in reversed(steps)])
    return tuple(zip(*walks, strict=True))[:TICKS]


def _begun(form: ApiForm) -> tuple[Store, StillClock]:
    """An account whose stream has just come up."""
    specs: tuple[SymbolSpec, ...] = SPECS
    rows = _rows()
    if form is ApiForm.MINIMAL:
        specs, rows = minimal_specs(SPECS, PRICES), minimal_rows(SPECS, PRICES)
    clock = StillClock()
    store = Store(clock)
    may = frozenset({Permission.TRADE, Permission.READ})
    store.apply(KeyRead(KeyStatus(50012345, "standard", "active", may, MarginMode.HEDGING)))
    store.apply(SymbolsRead(rows))
    for spec in specs:
        store.apply(SpecRead(spec, clock.now()))
    store.apply(StreamUp(Dialect.CURRENT))
    return store, clock


@cache
def _quoted(form: ApiForm) -> tuple[Store, StillClock]:
    """The same half an hour later."""
    store, clock = _begun(form)
    for tick, quotes in enumerate(_ticks(tuple(float(store.specs[name].point) for name in PRICES))):
        clock.at = (tick - TICKS) * SECONDS_A_TICK
        store.apply(QuotesSeen(quotes, clock.now()))
    return store, clock


def _after_half_an_hour(form: ApiForm) -> tuple[Store, StillClock]:
    """What came before now. There are no alerts yet that would have to see it. Thousands of quotes make the
    same prices for each test: they are told once, and what they left is copied."""
    store, clock = _begun(form)
    told, then = _quoted(form)
    clock.at = then.at
    for name in set(QuoteBoard.__slots__) - {"slots", "_slots"}:
        setattr(store._board, name, deepcopy(getattr(told._board, name)))
    store._board._slots.update(deepcopy(told._board._slots))
    store.last_quote = told.last_quote
    store._dirty.quotes.update(PRICES)
    return store, clock


def book(bid: float, ask: float, point: float) -> Depth:
    """Five levels a side, a few points apart."""
    sizes = (250_000.0, 800_000.0, 1_500_000.0, 3_200_000.0, 5_000_000.0)
    return Depth(
        tuple(DepthLevel(bid - i * 3 * point, sizes[i]) for i in range(5)),
        tuple(DepthLevel(ask + i * 3 * point, sizes[4 - i] / 2) for i in range(5)),
    )


def account(currency: str | None = "USD") -> Account:
    return Account(
        50012345,
        D("10000.00"),
        D("10022.10"),
        D("1082.13"),
        D("8939.97"),
        D("22.10"),
        100,
        MarginMode.HEDGING,
        currency,
        D("926.15"),
    )


def positions() -> tuple[Position, ...]:
    return (
        Position(
            184729,
            "EURUSD",
            Side.BUY,
            D("0.50"),
            D("1.08120"),
            D("1.08213"),
            D("1.07900"),
            D("1.08500"),
            D("46.50"),
            D("-0.42"),
        ),
        Position(
            184733,
            "XAUUSD",
            Side.SELL,
            D("0.10"),
            D("2342.10"),
            D("2345.40"),
            D("2355.00"),
            None,
            D("-33.00"),
            D(0),
        ),
        Position(
            184741,
            "USDJPY",
            Side.BUY,
            D("1.00"),
            D("151.191"),
            D("151.204"),
            None,
            None,
            D("8.60"),
            D("1.10"),
        ),
    )


def orders() -> tuple[PendingOrder, ...]:
    return (
        PendingOrder(
            184750, "GBPUSD", OrderKind.BUY_LIMIT, D("0.20"), D("1.26000"), D("1.25500"), D("1.27000")
        ),
        PendingOrder(184751, "BTCUSD", OrderKind.SELL_STOP, D("0.05"), D("62000.00")),
    )


def deals() -> tuple[Deal, ...]:
    start = datetime.fromtimestamp(WALL, UTC) - timedelta(hours=3)
    rows = []
    for i in range(6):
        out = i % 2 == 1
        rows.append(
            Deal(
                184700 + i,
                "EURUSD",
                Side.SELL if out else Side.BUY,
                DealEntry.OUT if out else DealEntry.IN,
                D("0.10"),
                D("1.08100") + D(i) / 10000,
                D("12.40") * (1 if i == 3 else -1) if out else D(0),
                start + timedelta(minutes=20 * i),
                184600 + i,
                184600 + i - out,
            )
        )
    return tuple(rows)


def _rows() -> tuple[SymbolRow, ...]:
    return tuple(
        SymbolRow(s.name, s.digits, s.contract_size, s.point, description=s.description, path=s.path)
        for s in SPECS
    )


def _day_references(store: Store) -> DayReferences:
    """Each symbol's first bid is its close of yesterday; of BTCUSD it is not known."""
    firsts = {name: store.candles(name)[0] for name in PRICES}
    bids = {name: float(first.price(first.open)) for name, first in firsts.items()}
    closes: dict[str, DayReference] = {name: PreviousClose(bid) for name, bid in bids.items()}
    return DayReferences(int(WALL - WALL % 86_400), closes | {"BTCUSD": FirstBid(bids["BTCUSD"])})


def still_backend(
    fill: Callable[[StillBackend], None] | None = None,
    currency: str | None = "USD",
    *,
    form: ApiForm = ApiForm.RICH,
    is_read: bool = True,
) -> StillBackend:
    """A connected account with quotes, positions, orders and a little history.

    `currency` is as the server names it; in the minimal form it names none. `is_read` False: none of the
    lists and figures was read so far.
    """
    held, done = account(currency), deals()
    if form is ApiForm.MINIMAL:
        held, done = minimal_account(account()), minimal_deals(done)
    store, clock = _after_half_an_hour(form)
    backend = StillBackend(store, clock, StillDesk(store), StillTrails(store))
    clock.at = 0.0
    for name, (bid, ask) in PRICES.items():
        backend.quote(name, bid, ask, book(bid, ask, float(store.specs[name].point)))
    store.apply(_day_references(store))
    if is_read:
        store.apply(PositionsRead(positions(), store.mark()))
        store.apply(AccountRead(held, clock.now()))
        store.apply(OrdersRead(orders(), store.mark()))
        store.apply(HistoryRead(HistoryPeriod.TODAY, done))
    store.apply(BudgetSeen(600, 571))
    store.apply(TradingChanged(TradingOpen()))
    store.apply(Message(WALL, Severity.GOOD, "Bought 1.00 USDJPY at 151.191, ticket 184741."))
    if fill is not None:
        fill(backend)
    return backend
