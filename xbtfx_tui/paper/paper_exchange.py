"""The exchange itself: account, market, clock and the executions yet to come, joined. No HTTP, no socket.

`advance` is its heartbeat: the market moves, the account follows, placed orders are executed when their
moment has come. Everything runs in one thread and nothing waits.
"""

import heapq
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import count
from typing import TypeAlias

import msgspec

from xbtfx_tui.domain.profit_calculation import conversion_rate
from xbtfx_tui.domain.store_events import (
    AccountEvent,
    DealDone,
    OrderAdded,
    OrderRemoved,
    PositionClosed,
    PositionOpened,
    PositionUpdated,
)
from xbtfx_tui.domain.symbol_spec import SymbolSpec
from xbtfx_tui.paper.account.account_engine import Engine
from xbtfx_tui.paper.account.command_results import EngineEvent
from xbtfx_tui.paper.account.trade_requests import CloseRequest, TradeRequest
from xbtfx_tui.paper.exchange_clock import ExchangeClock
from xbtfx_tui.paper.market.market_past import MarketPast
from xbtfx_tui.paper.market.paper_market import Tick
from xbtfx_tui.paper.ports import MarketPort

Deferred: TypeAlias = TradeRequest | CloseRequest
"""What is answered `placed` and executed a moment later."""

Work: TypeAlias = Callable[[datetime], None]
"""What a fault does later, at the time it is given (aware, UTC)."""

_ACCOUNT_EVENTS = (PositionOpened, PositionUpdated, PositionClosed, OrderAdded, OrderRemoved, DealDone)
_TIME_CHECK = timedelta(seconds=1)


class Happened(msgspec.Struct, frozen=True):
    """What one heartbeat brought: ticks, and account events in order."""

    ticks: Sequence[Tick]
    events: Sequence[AccountEvent]


class Exchange:
    """One account on one market with its past. `fill_delay` gives the seconds from `placed` to execution."""

    def __init__(
        self,
        market: MarketPort,
        past: MarketPast,
        engine: Engine,
        clock: ExchangeClock,
        fill_delay: Callable[[], float],
    ) -> None:
        self.market = market
        self.past = past
        self.engine = engine
        self.clock = clock
        self.fill_delay = fill_delay
        self._waiting: list[tuple[float, int, Deferred | Work]] = []
        self._order = count()
        self._time_checked = clock.utc()

    @property
    def specs(self) -> Mapping[str, SymbolSpec]:
        return self.market.specs

    def now(self) -> datetime:
        return self.clock.utc()

    def execute_later(self, command: Deferred, delay: float) -> None:
        """Execute at the first heartbeat `delay` seconds from now; a refusal then is final and silent.

        That is what a `placed` answer means: accepted, not executed.
        """
        self.do_later(command, delay)

    def do_later(self, work: Deferred | Work, delay: float) -> None:
        """The same for whatever else is to be done then."""
        heapq.heappush(self._waiting, (self.clock.monotonic() + delay, next(self._order), work))

    @property
    def waiting(self) -> int:
        """Placed orders that are not executed yet."""
        return len(self._waiting)

    def advance(self) -> Happened:
        now = self.now()
        ticks = self.market.advance(now)
        for tick in ticks:
            self.engine.on_tick(tick.symbol, tick.bid, tick.ask, now)
        if now - self._time_checked >= _TIME_CHECK:
            self._time_checked = now
            self.engine.on_time(now)
        moment = self.clock.monotonic()
        while self._waiting and self._waiting[0][0] <= moment:
            self._execute(heapq.heappop(self._waiting)[2], now)
        return Happened(ticks, self._account_events(self.engine.take_events()))

    def moves(self) -> Sequence[PositionUpdated]:
        """Positions whose price or profit moved since this was last asked."""
        return self.engine.take_moves()

    def tick_value(self, spec: SymbolSpec, currency: str) -> Decimal | None:
        """What one tick of one lot is worth in `currency`; None while there is no rate."""
        rate = conversion_rate(spec.currency_profit or "USD", currency, self.market.mid)
        if rate is None:
            return None
        return (spec.tick_size or spec.point) * spec.contract_size * rate

    def _execute(self, work: Deferred | Work, now: datetime) -> None:
        match work:
            case TradeRequest():
                self.engine.trade(work, now)
            case CloseRequest():
                self.engine.close(work, now)
            case _:
                work(now)

    def _account_events(self, events: Sequence[EngineEvent]) -> list[AccountEvent]:
        """The events that the stream's account channel knows; an update is told with profit and price.

        The engine's own update after a part close or a modify names what changed; the API's names the
        position's figures.
        """
        told: list[AccountEvent] = []
        for event in events:
            if isinstance(event, PositionUpdated):
                told.extend(
                    PositionUpdated(position.ticket, position.profit, position.price_current)
                    for position in self.engine.positions()
                    if position.ticket == event.ticket
                )
            elif isinstance(event, _ACCOUNT_EVENTS):
                told.append(event)
        return told
