"""What the account holds: open positions and pending orders, with their running totals.

Keeps sums; never decides a price, a rate or whether something may be done. All money is in the account's
currency and rounded to it, so that the sums are exact.
"""

from decimal import Decimal

import msgspec

from xbtfx_tui.domain.positions import OrderKind, PendingOrder, Position
from xbtfx_tui.domain.sides import Side

_NOTHING = Decimal(0)


class HeldPosition(msgspec.Struct):
    """An open position. `volume` in lots; `sl`, `tp` prices or None; `profit`, `swap`, `margin` are money.

    `identifier` is the ticket it was opened with: a netting flip changes the ticket and keeps this, and
    deals name it as their position (MetaTrader's POSITION_IDENTIFIER).
    """

    ticket: int
    identifier: int
    symbol: str
    side: Side
    volume: Decimal
    price_open: Decimal
    sl: Decimal | None
    tp: Decimal | None
    margin: Decimal
    price_current: Decimal
    profit: Decimal = _NOTHING
    swap: Decimal = _NOTHING

    @property
    def result(self) -> Decimal:
        """What it adds to the equity: profit and swap."""
        return self.profit + self.swap

    def shown(self) -> Position:
        return Position(
            self.ticket,
            self.symbol,
            self.side,
            self.volume,
            self.price_open,
            self.price_current,
            self.sl,
            self.tp,
            self.profit,
            self.swap,
        )


class HeldOrder(msgspec.Struct):
    """A pending order. A stop-limit turns into a limit at `limit_price` once `price` is reached."""

    ticket: int
    symbol: str
    kind: OrderKind
    volume: Decimal
    price: Decimal
    limit_price: Decimal | None
    sl: Decimal | None
    tp: Decimal | None

    @property
    def entry_price(self) -> Decimal:
        """The price its stops are measured from: where it would fill."""
        return self.price if self.limit_price is None else self.limit_price

    def shown(self) -> PendingOrder:
        return PendingOrder(self.ticket, self.symbol, self.kind, self.volume, self.price, self.sl, self.tp)


class AccountBook:
    """Positions and pending orders by ticket and by symbol; tickets are counted up and never given twice."""

    def __init__(self, first_order: int, first_deal: int) -> None:
        self._next_order = first_order
        self._next_deal = first_deal
        self.positions: dict[int, HeldPosition] = {}
        self.orders: dict[int, HeldOrder] = {}
        self._by_symbol: dict[str, dict[int, HeldPosition]] = {}
        self._orders_by_symbol: dict[str, dict[int, HeldOrder]] = {}
        self._margins: dict[str, Decimal] = {}
        self.floating = _NOTHING
        self.margin = _NOTHING
        self._moved: set[int] = set()

    def new_order_ticket(self) -> int:
        self._next_order += 1
        return self._next_order - 1

    def new_deal_ticket(self) -> int:
        self._next_deal += 1
        return self._next_deal - 1

    # --- positions ---------------------------------------------------------------------------------------

    def symbols(self) -> tuple[str, ...]:
        """The symbols that have a position."""
        return tuple(self._by_symbol)

    def of(self, symbol: str) -> tuple[HeldPosition, ...]:
        """The positions of a symbol, oldest first; empty at next to no cost where there is none."""
        held = self._by_symbol.get(symbol)
        return tuple(held.values()) if held else ()

    def add(self, position: HeldPosition) -> None:
        if position.ticket in self.positions:
            raise ValueError(f"Position {position.ticket} is already open.")
        self.positions[position.ticket] = position
        self._by_symbol.setdefault(position.symbol, {})[position.ticket] = position
        self.floating += position.result
        self._sum_margin(position.symbol)

    def remove(self, position: HeldPosition) -> None:
        del self.positions[position.ticket]
        held = self._by_symbol[position.symbol]
        del held[position.ticket]
        if not held:
            del self._by_symbol[position.symbol]
        self.floating -= position.result
        self._moved.discard(position.ticket)
        self._sum_margin(position.symbol)

    def value(self, position: HeldPosition, price_current: Decimal, profit: Decimal) -> None:
        """Set what an open position is worth now."""
        if price_current == position.price_current and profit == position.profit:
            return
        self.floating += profit - position.profit
        position.price_current, position.profit = price_current, profit
        self._moved.add(position.ticket)

    def charge(self, position: HeldPosition, swap: Decimal) -> None:
        """Add swap (negative: a cost) to an open position."""
        position.swap += swap
        self.floating += swap
        self._moved.add(position.ticket)

    def resize(self, position: HeldPosition, volume: Decimal, margin: Decimal) -> None:
        position.volume, position.margin = volume, margin
        self._sum_margin(position.symbol)

    def take_moved(self) -> tuple[HeldPosition, ...]:
        """The positions whose value moved since the last call, oldest first."""
        moved, self._moved = self._moved, set()
        return tuple(self.positions[ticket] for ticket in sorted(moved))

    # --- margin ------------------------------------------------------------------------------------------

    def margin_of(self, symbol: str) -> Decimal:
        return self._margins.get(symbol, _NOTHING)

    def margin_with(self, symbol: str, side: Side, more: Decimal) -> Decimal:
        """The symbol's margin if a further position of this side took `more`."""
        return self._larger_leg(symbol, side, more)

    def _larger_leg(self, symbol: str, side: Side = Side.BUY, more: Decimal = _NOTHING) -> Decimal:
        """Margin of a symbol: that of its larger leg, longs or shorts (SYMBOL_MARGIN_HEDGED_USE_LEG of MT5).

        An opposite position of a hedge therefore takes none until it outweighs the first.
        """
        legs = {Side.BUY: _NOTHING, Side.SELL: _NOTHING}
        legs[side] = more
        for position in self.of(symbol):
            legs[position.side] += position.margin
        return max(legs.values())

    def _sum_margin(self, symbol: str) -> None:
        now = self._larger_leg(symbol)
        self.margin += now - self._margins.pop(symbol, _NOTHING)
        if symbol in self._by_symbol:
            self._margins[symbol] = now

    # --- pending orders ----------------------------------------------------------------------------------

    def orders_of(self, symbol: str) -> tuple[HeldOrder, ...]:
        held = self._orders_by_symbol.get(symbol)
        return tuple(held.values()) if held else ()

    def add_order(self, order: HeldOrder) -> None:
        self.orders[order.ticket] = order
        self._orders_by_symbol.setdefault(order.symbol, {})[order.ticket] = order

    def remove_order(self, order: HeldOrder) -> None:
        del self.orders[order.ticket]
        held = self._orders_by_symbol[order.symbol]
        del held[order.ticket]
        if not held:
            del self._orders_by_symbol[order.symbol]
