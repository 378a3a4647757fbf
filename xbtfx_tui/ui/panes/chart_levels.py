"""The horizontal lines of a chart and the money at them, out of what the store has of its symbol. Draws
nothing.

Money is there as the positions pane knows it, and with its doubts: `?` while an order that moves stops has no
outcome, nothing where a rate is not known.
"""

from collections.abc import Iterable, Sequence
from decimal import Decimal

import msgspec

from xbtfx_tui.domain.alert_conditions import Direction
from xbtfx_tui.domain.alerts import PriceAlert
from xbtfx_tui.domain.day_change import PreviousClose
from xbtfx_tui.domain.order_estimates import price_move_value
from xbtfx_tui.domain.positions import PendingOrder, Position
from xbtfx_tui.store.latest_quotes import Fresh
from xbtfx_tui.store.store import Store
from xbtfx_tui.ui import figure_format as fmt
from xbtfx_tui.ui.chart.candle_cells import TintedRun
from xbtfx_tui.ui.chart.chart_lines import Level, LevelKind
from xbtfx_tui.ui.dialogs.beside_chart import DraftedStops
from xbtfx_tui.ui.ports import Backend
from xbtfx_tui.ui.store_lookup import currency_of

MOST_POSITIONS = 8
IN_DOUBT = "?"
IN_THE_TICKET = "in the ticket"
NOT_WHOLE = "~"


class DayRange(msgspec.Struct, frozen=True):
    """How low and how high the bid was since the day began. `is_whole` False: not all of it was seen."""

    low: float
    high: float
    is_whole: bool


def chart_levels(
    backend: Backend, symbol: str, drafted: DraftedStops, day: DayRange | None
) -> tuple[Level, ...]:
    """In the order in which they are named: the nearest positions' open, sl and tp, an order's in its dialog
    before theirs, pending orders, alerts, the day."""
    store = backend.store
    held = nearest(store, [one for one in store.positions.values() if one.symbol == symbol])
    opens, stops, targets = [], [], []
    if drafted.sl is not None:
        stops.append(Level(LevelKind.SL, float(drafted.sl), f"sl {IN_THE_TICKET}"))
    if drafted.tp is not None:
        targets.append(Level(LevelKind.TP, float(drafted.tp), f"tp {IN_THE_TICKET}"))
    for one in held:
        words = f"{one.side.value} {fmt.lots(one.volume)}{_doubt(store, one.ticket)}"
        opens.append(Level(LevelKind.OPEN, float(one.price_open), words, key=one.ticket))
        if one.sl is not None:
            stops.append(Level(LevelKind.SL, float(one.sl), "sl", key=one.ticket))
        if one.tp is not None:
            targets.append(Level(LevelKind.TP, float(one.tp), "tp", key=one.ticket))
    pending = [_pending(store, order) for order in store.orders.values() if order.symbol == symbol]
    return (*opens, *stops, *targets, *pending, *_alerts(backend, symbol), *_day(store, symbol, day))


def nearest(store: Store, positions: Sequence[Position]) -> list[Position]:
    """Those that were opened nearest to the price of now, by ticket: no more than have room."""
    slot = store.slot(positions[0].symbol) if positions else None
    if len(positions) > MOST_POSITIONS and slot is not None:
        bid = slot.sound.bid
        positions = sorted(positions, key=lambda one: abs(float(one.price_open) - bid))
    return sorted(positions[:MOST_POSITIONS], key=lambda one: one.ticket)


def _pending(store: Store, order: PendingOrder) -> Level:
    kind = order.kind.value.replace("_", " ")
    label = "limit" if kind.endswith("limit") and "stop" not in kind else "stop"
    words = f"{kind} {fmt.lots(order.volume)}{_doubt(store, order.ticket)}"
    return Level(LevelKind.ORDER, float(order.price), words, label, order.ticket)


def _alerts(backend: Backend, symbol: str) -> Iterable[Level]:
    for alert in backend.alerts.book.alerts:
        condition = alert.condition
        if alert.is_live and isinstance(condition, PriceAlert) and condition.symbol == symbol:
            side = "bid" if condition.direction is Direction.ABOVE else "ask"
            words = f"{side} at or {condition.direction.value}"
            yield Level(LevelKind.ALERT, float(condition.price), words, key=alert.number)


def _day(store: Store, symbol: str, day: DayRange | None) -> Iterable[Level]:
    if day is not None:
        for kind, price in ((LevelKind.HIGH, day.high), (LevelKind.LOW, day.low)):
            yield Level(kind, price, label="" if day.is_whole else f"{NOT_WHOLE}{kind.value}")
    slot = store.slot(symbol)
    if slot is not None and isinstance(slot.day_reference, PreviousClose):
        yield Level(LevelKind.PREVIOUS_CLOSE, slot.day_reference.price)


def _doubt(store: Store, ticket: int) -> str:
    return "" if store.doubt_of(ticket) is None else IN_DOUBT


# --- the money at them ---


def chart_notes(backend: Backend, levels: Iterable[Level]) -> dict[Level, TintedRun]:
    """The money at the lines of positions: what one has made so far, and what it comes to at a stop."""
    store = backend.store
    found: dict[Level, TintedRun] = {}
    for level in levels:
        position = store.positions.get(level.key)
        if position is None or level.kind not in (LevelKind.OPEN, LevelKind.SL, LevelKind.TP):
            continue
        money = _money_at(store, level, position)
        if money is None:
            continue
        text = fmt.signed_money(money, currency_of(store))
        if level.kind is not LevelKind.OPEN and backend.desk.is_moving_stops(position.ticket):
            found[level] = (f"{text}{IN_DOUBT}", "warning")
        else:
            found[level] = (text, _tint(backend, level, position, money))
    return found


def _money_at(store: Store, level: Level, position: Position) -> Decimal | None:
    if level.kind is LevelKind.OPEN:
        return store.live_profit(position)
    stop = position.sl if level.kind is LevelKind.SL else position.tp
    spec = store.specs.get(position.symbol)
    if stop is None or spec is None:
        return None
    return price_move_value(spec, position.side, position.price_open, stop, position.volume, store.rate)


def _tint(backend: Backend, level: Level, position: Position, money: Decimal) -> str:
    if level.kind is not LevelKind.OPEN:
        return "text"
    freshness = backend.store.freshness(position.symbol, backend.clock.now())
    if not isinstance(freshness, Fresh):
        return "muted"
    return "text" if not money else "up" if money > 0 else "down"
