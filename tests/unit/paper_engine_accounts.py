"""Accounts to test the paper engine with: a few symbols with round prices, and a trader who types less."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import TypeVar

from xbtfx_tui.domain.accounts import MarginMode
from xbtfx_tui.domain.positions import Position
from xbtfx_tui.domain.sides import Side
from xbtfx_tui.domain.symbol_spec import SymbolSpec
from xbtfx_tui.paper.account.account_config import EngineConfig, NettingStops
from xbtfx_tui.paper.account.account_engine import Engine
from xbtfx_tui.paper.account.command_results import TradeRefusal
from xbtfx_tui.paper.account.trade_requests import CloseRequest, TradeRequest
from xbtfx_tui.paper.market.instruments import INSTRUMENTS
from xbtfx_tui.paper.market.market_past import MarketPast
from xbtfx_tui.paper.market.paper_market import Tick

WEDNESDAY_NOON = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
DEPOSITS = {"USD": "10000", "USDT": "10000", "BTC": "0.5", "ETH": "5", "XRP": "20000"}

Answer = TypeVar("Answer")


def _forex(name: str, digits: int = 5) -> SymbolSpec:
    return SymbolSpec(
        name,
        digits,
        Decimal(1).scaleb(-digits),
        Decimal(100_000),
        path=f"Forex\\{name}",
        calc_mode="Forex",
        currency_base=name[:3],
        currency_profit=name[3:],
        volume_min=Decimal("0.01"),
        volume_max=Decimal(50),
        volume_step=Decimal("0.01"),
        swap_mode="points",
        swap_long=Decimal("-6.5"),
        swap_short=Decimal("2.1"),
        swap_3day=3,
    )


def _cfd(name: str, digits: int, contract: str, rate: str | None, stops_level: int = 0) -> SymbolSpec:
    margin = Decimal(rate) if rate else None
    return SymbolSpec(
        name,
        digits,
        Decimal(1).scaleb(-digits),
        Decimal(contract),
        path=f"Crypto\\{name}" if name[:3] in ("BTC", "ETH", "XRP") else f"CFD\\{name}",
        calc_mode="CFDLeverage",
        currency_base=name[:3],
        currency_profit="USD",
        stops_level=stops_level,
        volume_min=Decimal("0.01"),
        volume_max=Decimal(100),
        volume_step=Decimal("0.01"),
        swap_mode="points",
        swap_long=Decimal(-20),
        swap_short=Decimal(5),
        margin_long=margin,
        margin_short=margin,
    )


SPECS = {
    spec.name: spec
    for spec in (
        _forex("EURUSD"),
        _forex("GBPUSD"),
        _forex("USDJPY", 3),
        _cfd("XAUUSD", 2, "100", None, stops_level=50),
        _cfd("BTCUSD", 2, "1", "0.05"),
        _cfd("ETHUSD", 2, "1", "0.05"),
        _cfd("XRPUSD", 5, "1000", "0.05"),
        _cfd("NDXUSD", 1, "1", "0.01"),
    )
}
QUOTES = {
    "EURUSD": ("1.08000", "1.08010"),
    "GBPUSD": ("1.27000", "1.27020"),
    "USDJPY": ("155.000", "155.020"),
    "XAUUSD": ("2400.00", "2400.30"),
    "BTCUSD": ("59990.00", "60010.00"),
    "ETHUSD": ("2999.00", "3001.00"),
    "XRPUSD": ("0.59990", "0.60010"),
    "NDXUSD": ("20000.0", "20001.0"),
}


def market_past(seed: int = 7) -> MarketPast:
    """What these symbols did until noon, as the exchange's instruments of their names move."""
    noon = int(WEDNESDAY_NOON.timestamp() * 1000)
    first = {name: Tick(name, Decimal(bid), Decimal(ask), noon) for name, (bid, ask) in QUOTES.items()}
    return MarketPast(seed, SPECS, first, {one.name: one for one in INSTRUMENTS})


class PaperTrader:
    """An engine with its clock. `shut` are the symbols whose market is closed."""

    def __init__(
        self,
        currency: str = "USD",
        mode: MarginMode = MarginMode.HEDGING,
        *,
        balance: str | None = None,
        leverage: int = 100,
        max_positions: int = 200,
        specs: Iterable[SymbolSpec] = (),
        netting_stops: NettingStops = NettingStops.KEEP,
        commission: str = "0",
    ) -> None:
        self.now = WEDNESDAY_NOON
        self.shut: set[str] = set()
        config = EngineConfig(
            balance=Decimal(balance or DEPOSITS[currency]),
            currency=currency,
            leverage=leverage,
            margin_mode=mode,
            max_positions=max_positions,
            netting_stops=netting_stops,
            commission=Decimal(commission),
        )
        all_specs = SPECS | {spec.name: spec for spec in specs}
        self.engine = Engine(config, all_specs, lambda symbol, _: symbol not in self.shut, self.now)
        for symbol, (bid, ask) in QUOTES.items():
            self.tick(symbol, bid, ask)

    def tick(self, symbol: str, bid: str, ask: str) -> None:
        self.engine.on_tick(symbol, Decimal(bid), Decimal(ask), self.now)

    def wait(self, span: timedelta) -> None:
        self.now += span
        self.engine.on_time(self.now)

    def order(
        self, side: Side, symbol: str, lots: str, *, sl: str | None = None, tp: str | None = None
    ) -> TradeRequest:
        stops = [Decimal(price) if price else None for price in (sl, tp)]
        return TradeRequest("key", symbol, side, Decimal(lots), stops[0], stops[1])

    def buy(self, symbol: str, lots: str, *, sl: str | None = None, tp: str | None = None) -> int:
        """Buy, and the ticket of the position (0: a netting account that is flat now)."""
        order = self.order(Side.BUY, symbol, lots, sl=sl, tp=tp)
        return done(self.engine.trade(order, self.now)).position or 0

    def sell(self, symbol: str, lots: str, *, sl: str | None = None, tp: str | None = None) -> int:
        """Sell, and the ticket of the position (0: a netting account that is flat now)."""
        order = self.order(Side.SELL, symbol, lots, sl=sl, tp=tp)
        return done(self.engine.trade(order, self.now)).position or 0

    def close(self, ticket: int, lots: str | None = None) -> Decimal:
        """Close, and what was realised."""
        volume = Decimal(lots) if lots else None
        return done(self.engine.close(CloseRequest("key", ticket, volume), self.now)).deal.profit

    def position(self, ticket: int) -> Position:
        return next(held for held in self.engine.positions() if held.ticket == ticket)

    @property
    def balance(self) -> Decimal:
        return self.engine.account().balance

    @property
    def tickets(self) -> list[int]:
        return [held.ticket for held in self.engine.positions()]


def done(answer: Answer | TradeRefusal) -> Answer:
    """The answer of a command that was to be carried out."""
    assert not isinstance(answer, TradeRefusal), answer.message
    return answer


def refused(answer: object) -> TradeRefusal:
    """The refusal of a command that was to be refused."""
    assert isinstance(answer, TradeRefusal), answer
    return answer
