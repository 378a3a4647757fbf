"""What the store shows, put into the values that the guards and the watch look at. Never writes to it."""

from collections.abc import Iterable
from datetime import UTC, datetime
from decimal import Decimal
from itertools import chain

from xbtfx_tui.domain.accounts import MarginMode
from xbtfx_tui.domain.clock import Instant
from xbtfx_tui.domain.events import Reading
from xbtfx_tui.domain.failures import Refused
from xbtfx_tui.domain.intents import Intent, OpenIntent, opens, symbol_of, tickets_of
from xbtfx_tui.domain.outcomes import IntentRecord
from xbtfx_tui.domain.positions import Deal, HistoryPeriod, Position
from xbtfx_tui.domain.quotes import to_decimal
from xbtfx_tui.domain.read_states import NeverRead
from xbtfx_tui.orders.guards.problems import Taken, View
from xbtfx_tui.orders.order import Order
from xbtfx_tui.orders.reconcile.held import NO_GRID, Grid, Sight
from xbtfx_tui.orders.reconcile.matching import candidates_of
from xbtfx_tui.store.quotes import Fresh, NeverSeen, Stale
from xbtfx_tui.store.store import Store

_NEEDED_TO_OPEN = (Reading.POSITIONS, Reading.ORDERS, Reading.ACCOUNT)
"""What is read at least once in a run before anything new is opened (order-safety, What proves what)."""


def is_netting(store: Store) -> bool:
    """Whether the account nets; False until the key was read."""
    return store.key is not None and store.key.margin_mode is MarginMode.NETTING


def view_of(
    store: Store,
    intent: Intent,
    now: Instant,
    taken: Iterable[Taken],
    underway: Iterable[IntentRecord],
    *,
    spent: bool,
) -> View:
    """Everything the guards look at for this intent."""
    symbol = symbol_of(intent) or ""
    spec = store.specs.get(symbol)
    slot = store.slot(symbol)
    bid = ask = None
    if slot is not None and spec is not None:
        bid, ask = to_decimal(slot.quote.bid, spec.digits), to_decimal(slot.quote.ask, spec.digits)
    return View(
        trading=store.trading,
        key=store.key,
        account=store.live_account(),
        spec=spec,
        bid=bid,
        ask=ask,
        distrust=_distrust(store, symbol, now),
        positions=store.positions,
        orders=store.orders,
        rate=store.rate,
        day_result=day_result(store, now),
        taken=tuple(taken),
        underway=tuple(underway),
        spent=spent,
        opens_at=opens_at(store, symbol, now),
        never_read={
            reading: state
            for reading in _NEEDED_TO_OPEN
            if isinstance(state := store.read_state(reading), NeverRead)
        },
        unread=unread_tickets(store),
        doubted={ticket: why for ticket in tickets_of(intent) if (why := store.doubt_of(ticket)) is not None},
    )


def unread_tickets(store: Store) -> frozenset[int | None]:
    """The tickets of positions whose rows in the last list can't be read; None for a row that shows none."""
    return frozenset(row.ticket for row in store.unread(Reading.POSITIONS))


def sight_of(
    store: Store, claimed: frozenset[int], symbols: Iterable[str] = (), tickets: Iterable[int] = ()
) -> Sight:
    """What the watch looks at; `symbols` are those whose figures are compared, `tickets` the positions that
    may have ended."""
    return Sight(
        store.positions,
        store.orders,
        is_netting(store),
        store.positions_asked,
        claimed,
        store.last_list,
        unread_tickets(store),
        frozenset(filter(store.has_ended, tickets)),
        store.account_events,
        {symbol: _grid(store, symbol) for symbol in symbols},
    )


def _grid(store: Store, symbol: str) -> Grid:
    spec, row = store.specs.get(symbol), store.symbols.get(symbol)
    if spec is not None:
        return Grid(spec.digits, spec.volume_step)
    return NO_GRID if row is None else Grid(row.digits)


def opened_otherwise(store: Store, ticket: int) -> OpenIntent | None:
    """The order that led to this position, where the outcome is not just what it asked for; else None."""
    for record in store.intents.values():
        if record.ticket == ticket and record.difference and isinstance(record.intent, OpenIntent):
            return record.intent
    return None


def deals_seen(store: Store) -> Iterable[Deal]:
    """Every deal that is known by now: what the stream told and what was read of the history."""
    return chain(store.recent_deals, *store.history.values())


def candidates(order: Order, sight: Sight) -> tuple[Position, ...]:
    """The positions that an order in doubt may have led to, by ticket."""
    intent = order.record.intent
    tickets = {*order.looks.tickets, *(position.ticket for position in candidates_of(order.watched, sight))}
    if sight.is_netting and opens(intent):
        tickets |= {p.ticket for p in sight.positions.values() if p.symbol == symbol_of(intent)}
    return tuple(sight.positions[ticket] for ticket in sorted(tickets) if ticket in sight.positions)


def day_result(store: Store, now: Instant) -> Decimal | None:
    """Today's (UTC) closed result and the floating one, in the account's currency; None while unknown.

    A deal without a time counts as today's, and so does one that a broker's clock ahead of ours dates later.
    """
    account = store.live_account()
    read = store.history.get(HistoryPeriod.TODAY)
    if account is None or read is None:
        return None
    today = datetime.fromtimestamp(now.wall, UTC).date()
    deals = {deal.ticket: deal for deal in (*store.recent_deals, *read)}
    closed = sum(
        (
            deal.profit
            for deal in deals.values()
            if deal.symbol and (deal.time is None or deal.time.date() >= today)
        ),
        Decimal(0),
    )
    return closed + account.profit


def opens_at(store: Store, symbol: str, now: Instant) -> datetime | None:
    """When the symbol's market opens by the server's word in a refusal; None where it did not say, or it is
    past."""
    told = [
        record.result.next_open
        for record in store.intents.values()
        if isinstance(record.result, Refused)
        and record.result.next_open is not None
        and symbol_of(record.intent) == symbol
    ]
    latest = max(told, default=None)
    return latest if latest is not None and latest.timestamp() > now.wall else None


def _distrust(store: Store, symbol: str, now: Instant) -> str | None:
    match store.freshness(symbol, now):
        case Fresh():
            return None
        case Stale(why=why):
            return why
        case NeverSeen():
            return "no price of it has come yet"
