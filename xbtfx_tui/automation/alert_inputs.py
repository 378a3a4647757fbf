"""What an alert may be judged by, out of the store: what is current, and for the rest that it is not known.

It judges nothing and keeps nothing but since when the feed has been in trouble.
"""

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal

from xbtfx_tui.domain.alerts import AlertView, FreshQuote, NoMargin, NotTold, TooSoon, fresh_quote
from xbtfx_tui.domain.clock import Clock, Instant
from xbtfx_tui.domain.positions import DealEntry
from xbtfx_tui.domain.store_events import PositionClosed
from xbtfx_tui.store.feed_state import feed_trouble, missing_words
from xbtfx_tui.store.latest_quotes import has_jumped, may_fire
from xbtfx_tui.store.store import Store

FEED_LOST_AFTER = 5.0
"""Seconds of trouble from which the feed counts as lost: a reconnect that works takes less."""
CLOSING_TOLD_WITHIN = 60.0
"""Seconds within which the stream or the history tells what a position closed at, or nothing will."""
ACCOUNT_STALE_AFTER = 10.0
"""Seconds: the account is read every 2 s, and by REST, so its level holds while the stream is down."""


_GONE_KEPT = 1_000
_CLOSING = frozenset({DealEntry.OUT, DealEntry.IN_OUT, DealEntry.OUT_BY})


class AlertInputs:
    """Gives the sight of this moment. `sees_feed` has to be called at least once a second."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._trouble_since: Instant | None = None
        self._gone_since: dict[int, Instant] = {}

    def sees_feed(self) -> None:
        """Note since when the feed is in trouble."""
        if feed_trouble(self._store.feed) is None:
            self._trouble_since = None
        elif self._trouble_since is None:
            self._trouble_since = self._clock.now()

    def sight(self, *, with_margin: bool, at_once: bool = False) -> AlertView:
        """What is current now.

        `with_margin` False leaves the margin level out, which costs a sum over all positions. `at_once`:
        trouble of the feed counts from its first moment.
        """
        now = self._clock.now()
        return AlertView(
            self._quotes(now),
            _Profits(self._store, now) if self._store.positions_asked is not None else None,
            self._margin_level(now) if with_margin else None,
            self._trouble() if at_once else self._lasting_trouble(now),
            self._closed_at,
        )

    def _trouble(self) -> str | None:
        return feed_trouble(self._store.feed) or missing_words(self._store.feed)

    def _lasting_trouble(self, now: Instant) -> str | TooSoon | None:
        self.sees_feed()
        if (missing := missing_words(self._store.feed)) is not None:
            return missing  # it went on for long before it was found
        trouble, since = feed_trouble(self._store.feed), self._trouble_since
        if trouble is None or since is None:
            return None
        return trouble if since.age_at(now) >= FEED_LOST_AFTER else TooSoon()

    def _closed_at(self, ticket: int) -> Decimal | NotTold:
        """The profit that a position which is gone closed at, as the stream or the history told it."""
        if (profit := closing_profit(self._store, ticket)) is not None:
            return profit
        now = self._clock.now()
        if len(self._gone_since) > _GONE_KEPT:
            self._gone_since.clear()
        since = self._gone_since.setdefault(ticket, now)
        return NotTold(may_come=since.age_at(now) < CLOSING_TOLD_WITHIN)

    def _margin_level(self, now: Instant) -> Decimal | NoMargin | None:
        received = self._store.account_received
        if received is None or received.age_at(now) > ACCOUNT_STALE_AFTER:
            return None
        held = {position.symbol for position in self._store.positions.values()}
        account = self._store.live_account()
        if account is None or any(has_jumped(self._store.freshness(symbol, now)) for symbol in held):
            return None
        return NoMargin() if account.margin_level is None else account.margin_level

    def _quotes(self, now: Instant) -> Callable[[str], FreshQuote | None]:
        """Fresh quotes by symbol, each looked at once: many alerts are about the same one."""
        store, seen = self._store, dict[str, FreshQuote | None]()

        def quote(symbol: str) -> FreshQuote | None:
            if symbol not in seen:
                slot = store.slot(symbol)
                known = store.specs.get(symbol) or store.symbols.get(symbol)
                if slot is None or known is None or not may_fire(store.freshness(symbol, now)):
                    seen[symbol] = None
                else:
                    seen[symbol] = fresh_quote(slot.quote, known.digits, known.point)
            return seen[symbol]

        return quote


def closing_profit(store: Store, ticket: int) -> Decimal | None:
    """What closing the last of this position came to, in the account's currency; None where nothing told."""
    for _, event in reversed(store.account_events):
        if isinstance(event, PositionClosed) and event.ticket == ticket and event.profit is not None:
            return event.profit
    deals = {
        deal.ticket: deal
        for read in store.history.values()
        for deal in read
        if deal.position == ticket and deal.entry in _CLOSING
    }
    if not deals:
        return None
    last = deals[max(deals)]
    return sum((deal.profit for deal in deals.values() if deal.order == last.order), Decimal(0))


class _Profits(Mapping[int, Decimal | None]):
    """The live profit of each open position, worked out when it is asked for; None where none may fire."""

    def __init__(self, store: Store, now: Instant) -> None:
        self._store = store
        self._now = now

    def __getitem__(self, ticket: int) -> Decimal | None:
        position = self._store.positions[ticket]
        if not may_fire(self._store.freshness(position.symbol, self._now)):
            return None
        return self._store.live_profit(position)

    def __contains__(self, ticket: object) -> bool:
        return ticket in self._store.positions

    def __iter__(self) -> Iterator[int]:
        return iter(self._store.positions)

    def __len__(self) -> int:
        return len(self._store.positions)
