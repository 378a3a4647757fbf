"""Where the chart's price cursor begins, and what stands beside it. Reads the store; a price that it gives is
the feed's or the candles' own, never one that was read from the screen."""

from decimal import Decimal

from xbtfx_tui.domain.candles import Candle
from xbtfx_tui.domain.order_estimates import price_move_value
from xbtfx_tui.domain.positions import Position
from xbtfx_tui.domain.price_grid import tick_of
from xbtfx_tui.domain.symbol_spec import SymbolSpec
from xbtfx_tui.planning.priced_symbol import PricedSymbol
from xbtfx_tui.ui import figure_format as fmt
from xbtfx_tui.ui.chart.price_cursor import distance_words
from xbtfx_tui.ui.dialogs.ticket_market import market_of
from xbtfx_tui.ui.panes.chart_picture import ChartPicture
from xbtfx_tui.ui.ports import Backend
from xbtfx_tui.ui.store_lookup import currency_of


def start_price(backend: Backend, spec: SymbolSpec, picture: ChartPicture) -> Decimal:
    """The bid as it was last seen, where it is in the picture; else the close of the newest candle in
    sight."""
    market, prices = market_of(backend, spec.name), picture.order.prices
    closes = (one.price(one.close) for one in reversed(picture.in_sight) if isinstance(one, Candle))
    if isinstance(market, PricedSymbol):
        return market.bid if prices.low <= market.bid <= prices.high else next(closes, market.bid)
    return next(closes, tick_of(spec))


def price_cursor_words(backend: Backend, symbol: str, price: Decimal, ticket: int | None) -> tuple[str, ...]:
    """Pips from the bid, and what a position of this symbol comes to there: the one that is selected
    (`ticket`), else the only one. The fullest form first."""
    market = market_of(backend, symbol)
    if not isinstance(market, PricedSymbol):
        return ()
    distance = distance_words(price, market.bid, market.spec)
    if distance and not market.is_fresh:
        distance += " from an old bid"
    position = _position_of(backend, symbol, ticket)
    money = "" if position is None else _money_words(backend, market.spec, price, position)
    if position is None or not money:
        return (distance,)
    named = f"{money} of {position.ticket}"
    return tuple("  ".join(filter(None, parts)) for parts in ((distance, named), (distance, money), (money,)))


def _position_of(backend: Backend, symbol: str, ticket: int | None) -> Position | None:
    held = [position for position in backend.store.positions.values() if position.symbol == symbol]
    return next((one for one in held if one.ticket == ticket), held[0] if len(held) == 1 else None)


def _money_words(backend: Backend, spec: SymbolSpec, price: Decimal, position: Position) -> str:
    store, opened, volume = backend.store, position.price_open, position.volume
    result = price_move_value(spec, position.side, opened, price, volume, store.rate)
    return "" if result is None else fmt.signed_money_named(result, currency_of(store))
