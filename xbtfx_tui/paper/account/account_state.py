"""The parts of one account put together, and what every part of the engine asks of them: prices and money.

Holds no rule of trading: who may do what is in `trade_checks`, what a fill does in `hedging_fills` and
`netting_fills`.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import ROUND_HALF_EVEN, Decimal
from typing import TypeAlias

from xbtfx_tui.domain.accounts import currency_decimals
from xbtfx_tui.domain.margins import MarginNotKnown, margin_of
from xbtfx_tui.domain.profit_calculation import profit_in_quote_currency
from xbtfx_tui.domain.sides import Side
from xbtfx_tui.domain.symbol_spec import SymbolSpec
from xbtfx_tui.paper.account.account_config import EngineConfig
from xbtfx_tui.paper.account.account_ledger import Ledger
from xbtfx_tui.paper.account.command_results import EngineEvent
from xbtfx_tui.paper.account.conversion_rates import Rates
from xbtfx_tui.paper.account.open_positions import AccountBook, HeldPosition

IsOpen: TypeAlias = Callable[[str, datetime], bool]
"""Whether a symbol's market trades at that moment (aware, UTC)."""


class NoRateError(RuntimeError):
    """A price or a conversion rate is missing that a check should have asked for: a fault of the engine."""


class AccountState:
    """An account's config, specs, quotes, book, ledger and unread events."""

    def __init__(self, config: EngineConfig, specs: Mapping[str, SymbolSpec], is_open: IsOpen) -> None:
        self.config = config
        self.specs = specs
        self.is_open = is_open
        self.quotes: dict[str, tuple[Decimal, Decimal]] = {}
        self.rates = Rates(config.currency, self.quotes)
        self._quantum = Decimal(1).scaleb(-currency_decimals(config.currency))
        self.ledger = Ledger(self.money(config.balance))
        self.book = AccountBook(config.first_order, config.first_deal)
        self.events: list[EngineEvent] = []

    def money(self, amount: Decimal) -> Decimal:
        """Rounded to the account currency's decimals, half to even: booked figures are exact from here on."""
        return amount.quantize(self._quantum, ROUND_HALF_EVEN)

    @property
    def equity(self) -> Decimal:
        return self.ledger.balance + self.book.floating

    def opening_price(self, symbol: str, side: Side) -> Decimal:
        """Where a market order of this side fills: a buy at ask, a sell at bid."""
        if (quote := self.quotes.get(symbol)) is None:
            raise NoRateError(f"{symbol} has no quote.")
        return quote[1] if side is Side.BUY else quote[0]

    def closing_price(self, symbol: str, side: Side) -> Decimal:
        """Where a position of this side is valued and closed: a long at bid, a short at ask."""
        return self.opening_price(symbol, side.opposite)

    def profit(self, symbol: str, side: Side, opened: Decimal, closed: Decimal, volume: Decimal) -> Decimal:
        """What the move is worth now, in the account's currency, rounded."""
        spec = self.specs[symbol]
        made = profit_in_quote_currency(side, opened, closed, spec.contract_size, volume)
        return self.money(made * self._rate(profit_currency(spec)))

    def margin(self, symbol: str, side: Side, volume: Decimal, price: Decimal) -> Decimal:
        """Margin of a position opened at `price`, in the account's currency, rounded.

        A position keeps the margin of its opening, as MetaTrader does: the level then moves with the equity.
        """
        needed = margin_of(self.specs[symbol], side, volume, price, self.config.leverage)
        if isinstance(needed, MarginNotKnown):
            raise NoRateError(f"There is no margin of {symbol}: {needed.why}.")
        return self.money(needed.amount * self._rate(needed.currency))

    def commission(self, volume: Decimal) -> Decimal:
        """What a deal of `volume` lots costs, in the account's currency, rounded."""
        return self.money(self.config.commission * volume)

    def can_value(self, symbol: str) -> bool:
        """Whether there are quotes for the symbol and for the conversion of its profit and margin."""
        if symbol not in self.quotes:
            return False
        spec = self.specs[symbol]
        needed = margin_of(spec, Side.BUY, Decimal(1), Decimal(1), 1)
        if isinstance(needed, MarginNotKnown):
            return False
        return all(self.rates.of(c) is not None for c in (profit_currency(spec), needed.currency))

    def revalue(self, symbol: str) -> None:
        """Bring the positions of a symbol to the current price and rate."""
        for position in self.book.of(symbol):
            self.revalue_one(position)

    def revalue_one(self, position: HeldPosition) -> None:
        price = self.closing_price(position.symbol, position.side)
        profit = self.profit(position.symbol, position.side, position.price_open, price, position.volume)
        self.book.value(position, price, profit)

    def _rate(self, currency: str) -> Decimal:
        if (rate := self.rates.of(currency)) is None:
            raise NoRateError(f"There are no quotes to convert {currency} into {self.config.currency}.")
        return rate


def profit_currency(spec: SymbolSpec) -> str:
    """The currency a symbol's profit is made in; USD where the spec leaves it out."""
    return spec.currency_profit or "USD"
