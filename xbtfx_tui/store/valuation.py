"""What positions and the account are worth at the quotes of this moment, for looking at.

Every figure is anchored at what the server last said and moved by the price since: where the quote is old,
or older than the server's word, or a conversion or the account's currency is not known, it stays what the
server said.
"""

from collections.abc import Mapping
from decimal import ROUND_HALF_EVEN, Decimal, localcontext
from math import isfinite

from msgspec.structs import replace

from xbtfx_tui.domain.accounts import Account, currency_decimals, margin_level_percent
from xbtfx_tui.domain.clock import Instant
from xbtfx_tui.domain.positions import Position
from xbtfx_tui.domain.profit_calculation import conversion_rate
from xbtfx_tui.domain.quotes import to_decimal
from xbtfx_tui.domain.sides import Side
from xbtfx_tui.domain.symbol_spec import SymbolRow, SymbolSpec
from xbtfx_tui.store.latest_quotes import QuoteBoard

_NOTHING = Decimal(0)


class Valuation:
    """Prices, rates and profits out of the store's own parts; it holds nothing but a cache of rates."""

    __slots__ = ("_board", "_pairs", "_rates", "_rates_version", "_rows", "_specs")

    def __init__(
        self, board: QuoteBoard, specs: Mapping[str, SymbolSpec], rows: Mapping[str, SymbolRow]
    ) -> None:
        self._board = board
        self._specs = specs
        self._rows = rows
        self._rates: dict[tuple[str, str], Decimal | None] = {}
        self._rates_version = -1
        self._pairs: dict[str, str] | None = None

    def mid(self, symbol: str) -> Decimal | None:
        """The mid of the last quote, else of the spec or the list, however old; None without any."""
        source = self._specs.get(symbol) or self._rows.get(symbol)
        slot = self._board.slots.get(symbol)
        bid, ask = (slot.sound.bid, slot.sound.ask) if slot is not None else (None, None)
        if not (bid and ask) and source is not None:
            bid, ask = source.bid, source.ask
        if not (bid and ask):
            return None
        return to_decimal((bid + ask) / 2, (source.digits if source is not None else 9) + 1)

    def rate(self, source: str, target: str) -> Decimal | None:
        """How many `target` one `source` is worth now; None without quotes to say so."""
        if self._rates_version != self._board.version:
            self._rates.clear()
            self._rates_version = self._board.version
        pair = (source, target)
        if pair not in self._rates:
            self._rates[pair] = conversion_rate(source, target, self._mid_of_pair)
        return self._rates[pair]

    def _mid_of_pair(self, pair: str) -> Decimal | None:
        """The mid of `EURUSD`, whatever suffix its name has: the spec tells the two currencies."""
        if (mid := self.mid(pair)) is not None:
            return mid
        if self._pairs is None:
            both = {spec.name: f"{spec.currency_base}{spec.currency_profit}" for spec in self._specs.values()}
            self._pairs = {pair: name for name, pair in both.items() if name.startswith(pair)}
        name = self._pairs.get(pair)
        return None if name is None else self.mid(name)

    def digits(self, symbol: str) -> int | None:
        """The decimals of the symbol's prices; None where it is not known."""
        known = self._specs.get(symbol) or self._rows.get(symbol)
        return None if known is None else known.digits

    def forget_rates(self) -> None:
        """Specs or symbols changed: what was no rate may be one now."""
        self._rates_version, self._pairs = -1, None

    def closing_price(self, symbol: str, side: Side) -> Decimal | None:
        """What a position of this side would close at by the last quote: bid for a long, ask for a short."""
        slot = self._board.slots.get(symbol)
        if slot is None:
            return None
        price = slot.sound.bid if side is Side.BUY else slot.sound.ask
        known = self._specs.get(symbol) or self._rows.get(symbol)
        if not price or not isfinite(price):
            return None
        return to_decimal(price, known.digits) if known is not None else Decimal(repr(price))

    def price(self, position: Position, said_at: Instant | None, *, quote_is_fresh: bool) -> Decimal:
        """The position's current price: the quote's, where it is fresh and newer than the server's word."""
        slot = self._board.slots.get(position.symbol)
        if slot is None or not quote_is_fresh:
            return position.price_current
        if said_at is not None and slot.received.monotonic <= said_at.monotonic:
            return position.price_current
        live = self.closing_price(position.symbol, position.side)
        return position.price_current if live is None else live

    def profit(self, position: Position, price: Decimal, currency: str | None) -> Decimal:
        """The server's last profit, moved from `price_current` to `price`."""
        moved = price - position.price_current
        if not moved:
            return position.profit
        worth = None if currency is None else self._worth(position.symbol, currency)
        if worth is None:
            return position.profit
        change = moved * worth * position.volume * position.side.sign
        return position.profit + _money(change, currency)

    def _worth(self, symbol: str, currency: str) -> Decimal | None:
        """What a price move of 1 is worth on one lot, in the account's currency; None where unknown: a name
        alone does not tell what a symbol pays in."""
        spec = self._specs.get(symbol)
        if spec is None:
            return None
        rate = self.rate(spec.currency_profit, currency) if spec.currency_profit else None
        if rate is not None:
            return spec.contract_size * rate
        return spec.tick_value / spec.tick_size if spec.tick_value and spec.tick_size else None


def moved_account(account: Account, change: Decimal) -> Account:
    """The account with its floating profit moved by `change`: equity, free margin and level follow."""
    if not change:
        return account
    equity = account.equity + change
    return replace(
        account,
        profit=account.profit + change,
        equity=equity,
        margin_free=account.margin_free + change,
        margin_level=margin_level_percent(equity, account.margin),
    )


def _money(amount: Decimal, currency: str | None) -> Decimal:
    with localcontext() as context:
        context.prec = 200  # of figures at the limits of what the wire lets in, and their products
        return amount.quantize(Decimal(1).scaleb(-currency_decimals(currency)), ROUND_HALF_EVEN)
