"""What the store shows, put into the values that the guards and the tracker look at. Never writes to it."""

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from itertools import chain

from xbtfx_tui.domain.account_currency import code_in
from xbtfx_tui.domain.accounts import MarginMode
from xbtfx_tui.domain.armed_orders import is_worse, worst_words
from xbtfx_tui.domain.clock import Instant
from xbtfx_tui.domain.day_clock import UTC_CLOCK, DayClock
from xbtfx_tui.domain.failures import Refused
from xbtfx_tui.domain.intents import (
    CloseUnreadIntent,
    Intent,
    Keep,
    ModifyIntent,
    OpenIntent,
    ReverseIntent,
    opens,
    symbol_of,
    tickets_of,
)
from xbtfx_tui.domain.order_estimates import Beside
from xbtfx_tui.domain.order_outcomes import IntentRecord, OrderStatus
from xbtfx_tui.domain.positions import Deal, HistoryPeriod, Position
from xbtfx_tui.domain.quotes import to_decimal
from xbtfx_tui.domain.read_states import NeverRead, ReadAt
from xbtfx_tui.domain.sides import Side
from xbtfx_tui.domain.stop_rules import StopKind
from xbtfx_tui.domain.store_events import Dialect, Reading
from xbtfx_tui.orders.guards.guard_types import TakenIntent, View
from xbtfx_tui.orders.order_state import Order
from xbtfx_tui.orders.reconcile.deal_evidence import lots_by_position
from xbtfx_tui.orders.reconcile.holdings_snapshot import NO_GRID, Grid, HoldingsSnapshot, InUse, Listing
from xbtfx_tui.orders.reconcile.position_matching import candidates_of
from xbtfx_tui.orders.unknown_orders import Doubt, OnItsWay, Resend
from xbtfx_tui.store.feed_state import FeedLive
from xbtfx_tui.store.latest_quotes import Fresh, NeverSeen, Stale
from xbtfx_tui.store.store import Store

_NEEDED_TO_OPEN = (Reading.POSITIONS, Reading.ORDERS, Reading.ACCOUNT)
"""What is read at least once in a run before anything new is opened (order-safety, What proves what)."""

_LAST_DAYS = (HistoryPeriod.LAST_3_DAYS, HistoryPeriod.TODAY)


def is_netting(store: Store) -> bool:
    """Whether the account nets; False until the key was read."""
    return store.key is not None and store.key.margin_mode is MarginMode.NETTING


def beside_of(store: Store, symbol: str) -> Beside:
    """What is held of the symbol on a hedging account, where opposites share their margin; none on a netting
    one. None where the list of positions is not read as it stands, or one of the symbol's is in doubt."""
    if is_netting(store):
        return ()
    held = tuple(position for position in store.positions.values() if position.symbol == symbol)
    is_read = isinstance(store.read_state(Reading.POSITIONS), ReadAt)
    if not is_read or store.unread(Reading.POSITIONS) or any(map(store.doubt_of, (p.ticket for p in held))):
        return None
    return held


def view_of(
    store: Store,
    intent: Intent,
    now: Instant,
    taken: Iterable[TakenIntent],
    underway: Iterable[IntentRecord],
    *,
    spent: bool,
    day: DayClock = UTC_CLOCK,
) -> View:
    """Everything the guards look at for this intent, the day's result by the clock `day`. What sums up all
    that is held is worked out for one that opens alone: many closes are drafted at once, of as many.
    """
    is_opening = opens(intent)
    symbol = symbol_of(intent) or ""
    spec = store.specs.get(symbol)
    slot = store.slot(symbol)
    bid = ask = None
    if slot is not None and spec is not None:
        bid, ask = to_decimal(slot.quote.bid, spec.digits), to_decimal(slot.quote.ask, spec.digits)
    return View(
        trading=store.trading,
        key=store.key,
        account=store.live_account() if is_opening else None,
        spec=spec,
        bid=bid,
        ask=ask,
        distrust=_distrust(store, symbol, now),
        positions=store.positions,
        orders=store.orders,
        rate=store.rate,
        day_result=day_result(store, now, day) if is_opening else None,
        taken=tuple(taken),
        underway=tuple(underway),
        spent=spent,
        opens_at=opens_at(store, symbol, now),
        beside=beside_of(store, symbol) if is_opening else (),
        never_read={
            reading: state
            for reading in _NEEDED_TO_OPEN
            if isinstance(state := store.read_state(reading), NeverRead)
        },
        unread=unread_tickets(store),
        doubted={ticket: why for ticket in tickets_of(intent) if (why := store.doubt_of(ticket)) is not None},
    )


def past_worst(store: Store, intent: Intent, now: Instant) -> str | None:
    """Why an order that has a worst price may not go at the price of now, a sentence; None where it may."""
    if not isinstance(intent, OpenIntent) or intent.worst is None:
        return None
    slot, spec = store.slot(intent.symbol), store.specs.get(intent.symbol)
    if slot is None or spec is None or not isinstance(store.freshness(intent.symbol, now), Fresh):
        return "There is no fresh price to hold its worst price against."
    price = to_decimal(slot.quote.ask if intent.side is Side.BUY else slot.quote.bid, spec.digits)
    return (
        worst_words(intent.side, price, intent.worst) if is_worse(intent.side, price, intent.worst) else None
    )


def unread_tickets(store: Store) -> frozenset[int | None]:
    """The tickets of positions whose rows in the last list can't be read; None for a row that shows none."""
    return frozenset(row.ticket for row in store.unread(Reading.POSITIONS))


def listing_of(store: Store, intent: Intent) -> Listing:
    """What the last list of the positions says of the ticket that the intent closes by its number alone."""
    if not isinstance(intent, CloseUnreadIntent) or store.positions_asked is None:
        return Listing.NOT_READ
    unread = unread_tickets(store)
    if intent.ticket in unread or intent.ticket in store.last_list:
        return Listing.HAD
    return Listing.NOT_READ if None in unread else Listing.LACKED


def sight_of(
    store: Store, claimed: frozenset[int], symbols: Iterable[str] = (), tickets: Iterable[int | None] = ()
) -> HoldingsSnapshot:
    """What the tracker looks at; `symbols` are those whose figures are compared, `tickets` the positions that
    may have ended (None: of one that is not known)."""
    account, received = store.account, store.account_received
    return HoldingsSnapshot(
        store.positions,
        store.orders,
        is_netting(store),
        store.positions_asked,
        claimed,
        store.last_list,
        unread_tickets(store),
        frozenset(one for one in tickets if one is not None and store.has_ended(one)),
        store.account_events,
        {symbol: _grid(store, symbol) for symbol in symbols},
        code_in(store.currency),
        None if account is None or received is None else InUse(account.margin, received),
        store.unlisted,
    )


def _grid(store: Store, symbol: str) -> Grid:
    spec, row = store.specs.get(symbol), store.symbols.get(symbol)
    if spec is not None:
        return Grid(spec.digits, spec.volume_step)
    return NO_GRID if row is None else Grid(row.digits)


def stop_to_offer(store: Store, position: Position, kind: StopKind) -> Decimal | None:
    """The stop that a position without one is to be offered: the one that its own order asked for and the
    server lost, or, of one that a reverse opened, as far away as the old position's; None where it has one,
    where there is none to offer, and once its stops were changed."""
    if (position.sl if kind is StopKind.SL else position.tp) is not None:
        return None
    offered = None
    for record in store.intents.values():
        match record.intent:
            case OpenIntent(sl=sl, tp=tp) if record.ticket == position.ticket and record.difference:
                offered = sl if kind is StopKind.SL else tp
            case ReverseIntent(side=side) as turned if (
                record.ticket == position.ticket and side is not position.side
            ):
                offered = turned.stop_of_opposite(kind, position.price_open)
            case ModifyIntent(ticket=ticket, sl=sl_change, tp=tp_change) if ticket == position.ticket:
                is_kept = (sl_change if kind is StopKind.SL else tp_change) == Keep()
                offered = offered if is_kept or record.status is not OrderStatus.DONE else None
    return offered


def knows_all_deals(store: Store) -> bool:
    """Whether every deal of the last days until now is known: they were read since the stream came up, it has
    told of each one since, and they come to what is held. The older dialect tells of none."""
    feed, asked = store.feed, store.history_book.last_days_asked
    if not isinstance(feed, FeedLive) or feed.dialect is Dialect.OLDER or feed.since is None:
        return False
    if asked is None or asked.monotonic < feed.since.monotonic:
        return False
    lots = lots_by_position(chain.from_iterable(store.history.get(period, ()) for period in _LAST_DAYS))
    known = ((lots[one.ticket], one.volume) for one in store.positions.values() if one.ticket in lots)
    return all(sums.opened - sums.closed == volume for sums, volume in known if sums.opened)


def deals_seen(store: Store) -> Iterable[Deal]:
    """Every deal that is known by now: what the stream told and what was read of the history."""
    return chain(store.recent_deals, *store.history.values())


def candidates(order: Order, sight: HoldingsSnapshot) -> tuple[Position, ...]:
    """The positions that an order in doubt may have led to, by ticket."""
    intent = order.record.intent
    tickets = {*order.looks.tickets, *(position.ticket for position in candidates_of(order.watched, sight))}
    if not sight.is_netting and opens(intent):
        tickets -= sight.claimed
    if sight.is_netting and opens(intent):
        tickets |= {p.ticket for p in sight.positions.values() if p.symbol == symbol_of(intent)}
    return tuple(sight.positions[ticket] for ticket in sorted(tickets) if ticket in sight.positions)


def doubt_of(order: Order, sight: HoldingsSnapshot, resend: Resend) -> Doubt:
    """What is shown of an order in doubt; `resend` is what may be done with its key."""
    return Doubt(
        order.record,
        (order.tries.first or order.watched.begun).wall,
        tuple(order.looks.said),
        candidates(order, sight),
        resend,
        tuple(ticket for ticket in order.looks.tickets if ticket not in sight.positions),
        order.looks.differences,
    )


def on_its_way_of(order: Order, now: Instant) -> OnItsWay:
    """What is shown of an order whose outcome is being learnt in the ordinary way."""
    sent = None if order.tries.first is None else order.tries.first.wall
    return OnItsWay(order.record, sent, order.taken.age_at(now), tuple(order.looks.said))


def day_result(store: Store, now: Instant, day: DayClock = UTC_CLOCK) -> Decimal | None:
    """The closed result of the day by this clock and the floating one, in the account's currency; None while
    unknown. What the server calls today may begin later than that day: the last days are read for it as well.

    A deal without a time counts as today's, and so does one that a broker's clock ahead of ours dates later.
    """
    account = store.live_account()
    read = [store.history.get(period) for period in _LAST_DAYS]
    if account is None or None in read:
        return None
    begin, _ = day.day(int(now.wall))
    deals = {deal.ticket: deal for deal in (*store.recent_deals, *chain.from_iterable(filter(None, read)))}
    closed = sum(
        (
            deal.profit
            for deal in deals.values()
            if deal.symbol and (deal.time is None or deal.time.timestamp() >= begin)
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
