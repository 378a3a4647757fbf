"""Finds subscriptions that the server dropped in silence, and has them subscribed anew. Reads nothing itself.

A symbol without quotes may just not move. It moves where two answers of REST, both from within the silence,
have different prices: two lists of positions for what is held, else two of its specs, which are asked for now
and then. Such a symbol is told to the store, and forgotten with its next quote.
"""

from collections.abc import Callable
from decimal import Decimal

import msgspec

from xbtfx_tui.domain.clock import Clock, Instant
from xbtfx_tui.domain.events import Loudness, QuotesMissing, Said
from xbtfx_tui.domain.plain_text import plain
from xbtfx_tui.domain.quotes import Quote
from xbtfx_tui.domain.symbols import SymbolSpec
from xbtfx_tui.store.feed import FeedLive
from xbtfx_tui.store.store import Store
from xbtfx_tui.sync.ports import Stream

LOOK_EVERY = 1.0
SILENT_AFTER = 20.0
"""Seconds without a quote after which it is asked whether the price moved; lists may be old by as much."""
ASK_EVERY, ASK_AGAIN_AFTER = 10.0, 20.0
"""Seconds between two specs asked for, and between two of the same symbol."""
TRIED_FOR, TRIED_AGAIN_AFTER = 15.0, 300.0
"""Seconds that subscribing anew is given before the stream is opened anew, and from then to the next try."""
_NAMED = 3


class _Asked(msgspec.Struct, frozen=True):
    """A spec that was asked for; `spec` is the one that was known then."""

    at: Instant
    spec: SymbolSpec | None


class SilentSymbols:
    """`want_spec` asks for a symbol's spec; `look` is called every second."""

    def __init__(self, store: Store, clock: Clock, stream: Stream, want_spec: Callable[[str], None]) -> None:
        self._store = store
        self._clock = clock
        self._stream = stream
        self._want_spec = want_spec
        self._heard: dict[str, Instant] = {}
        self._quotes: dict[str, Quote] = {}
        self._asked: dict[str, _Asked] = {}
        self._listed: dict[str, dict[int, Decimal]] = {}
        self._told: dict[str, SymbolSpec] = {}
        self._asked_last: Instant | None = None
        self._tried: dict[str, Instant] = {}
        self._opened_anew: Instant | None = None
        self._live_since: Instant | None = None

    def look(self, wanted: frozenset[str]) -> None:
        """Look at the symbols whose quotes are wanted."""
        now = self._clock.now()
        if not isinstance(self._store.feed, FeedLive):
            self._live_since = None
            return
        if self._live_since is None:
            self._live_since = now
            self._heard = dict.fromkeys(wanted, now)
            self._asked.clear()
            self._listed.clear()
            self._told.clear()
        self._listen(wanted, now)
        silent = [name for name in wanted if self._heard[name].age_at(now) >= SILENT_AFTER]
        moved = [name for name in silent if name not in self._missing and self._has_moved(name)]
        if moved:
            self._subscribe_anew(moved, silent, wanted, now)
        self._open_anew_if_in_vain(now)
        if silent:
            self._ask(silent, now)

    @property
    def _missing(self) -> frozenset[str]:
        feed = self._store.feed
        return feed.missing if isinstance(feed, FeedLive) else frozenset()

    def _listen(self, wanted: frozenset[str], now: Instant) -> None:
        """Note who was heard since the last look; a price that REST told is no quote of the stream."""
        back = set[str]()
        for name in wanted:
            slot = self._store.slot(name)
            if name not in self._heard:
                self._heard[name] = now
            if slot is None or slot.quote is self._quotes.get(name):
                continue
            self._quotes[name] = slot.quote
            if slot.by_rest is not slot.quote:
                self._heard[name] = now
                self._listed.pop(name, None)
                self._told.pop(name, None)
                back.add(name)
        self._heard = {name: self._heard[name] for name in wanted}
        if gone := self._missing & (back | (self._missing - wanted)):
            self._tell_missing(self._missing - gone)
            for name in gone:
                self._tried.pop(name, None)
            if names := gone & back:
                self._say(Loudness.GOOD, f"Quotes of {_names(names)} are back.")

    # --- whether it moved ---

    def _has_moved(self, symbol: str) -> bool:
        """Whether two answers of the same kind, both from within the silence, have different prices."""
        return self._moved_in_lists(symbol) or self._moved_in_specs(symbol)

    def _moved_in_lists(self, symbol: str) -> bool:
        asked = self._store.positions_asked
        if asked is None or self._heard[symbol].age_at(asked) < SILENT_AFTER:
            return False
        prices = {
            row.ticket: row.price_current for row in self._store.last_list.values() if row.symbol == symbol
        }
        first = self._listed.setdefault(symbol, prices)
        return any(prices[ticket] != first[ticket] for ticket in prices.keys() & first.keys())

    def _moved_in_specs(self, symbol: str) -> bool:
        asked, spec = self._asked.get(symbol), self._store.specs.get(symbol)
        if asked is None or spec is None or spec is asked.spec or not spec.bid or not spec.ask:
            return False
        first = self._told.setdefault(symbol, spec)
        return (spec.bid, spec.ask) != (first.bid, first.ask)

    def _ask(self, silent: list[str], now: Instant) -> None:
        """Ask for a spec now and then: a second time for one that was asked once in this silence, else for
        the next in turn, of those that were heard in this run."""
        if self._asked_last is not None and self._asked_last.age_at(now) < ASK_EVERY:
            return
        due = [name for name in silent if name in self._quotes and self._may_be_asked(name, now)]
        if not due:
            return
        name = min(due, key=lambda one: (one not in self._told, self._turn(one, now), one))
        spec = self._store.specs.get(name)
        if name in self._told:
            self._told[name] = spec or self._told[name]
        self._asked[name] = _Asked(now, spec)
        self._asked_last = now
        self._want_spec(name)

    def _may_be_asked(self, symbol: str, now: Instant) -> bool:
        asked, spec = self._asked.get(symbol), self._store.specs.get(symbol)
        is_due = asked is None or asked.at.age_at(now) >= ASK_AGAIN_AFTER
        return is_due and (spec is None or spec.tradeable)

    def _turn(self, symbol: str, now: Instant) -> float:
        """The longer ago it was asked the sooner; of those never asked, the one that was heard last."""
        asked = self._asked.get(symbol)
        return -1e9 + self._heard[symbol].age_at(now) if asked is None else -asked.at.age_at(now)

    # --- what is done about it ---

    def _subscribe_anew(
        self, moved: list[str], silent: list[str], wanted: frozenset[str], now: Instant
    ) -> None:
        everything = len(silent) == len(wanted) > 1
        lost = frozenset(silent if everything else moved)
        again = lost - {name for name, at in self._tried.items() if at.age_at(now) < TRIED_AGAIN_AFTER}
        self._tell_missing(self._missing | lost)
        if not again:
            return
        self._tried |= dict.fromkeys(again, now)
        what = "no quotes" if everything else f"no quotes of {_names(again)}"
        self._say(
            Loudness.WARNING,
            f"The stream is up but sends {what}, though prices move, as REST shows: "
            f"{'everything is' if everything else 'they are'} subscribed anew.",
        )
        self._stream.subscribe_anew(again)

    def _open_anew_if_in_vain(self, now: Instant) -> None:
        """Where subscribing anew brought no quote, another connection may."""
        waited = [self._tried[name].age_at(now) for name in self._missing if name in self._tried]
        if not waited or max(waited) < TRIED_FOR:
            return
        if self._opened_anew is not None and self._opened_anew.age_at(now) < TRIED_AGAIN_AFTER:
            return
        self._opened_anew = now
        self._say(Loudness.WARNING, "Subscribing anew brought no quotes: the stream is opened anew.")
        self._stream.reconnect_now()

    def _tell_missing(self, missing: frozenset[str]) -> None:
        self._store.apply(QuotesMissing(missing))

    def _say(self, loudness: Loudness, text: str) -> None:
        self._store.apply(Said(self._clock.now().wall, loudness, text))


def _names(symbols: frozenset[str] | set[str]) -> str:
    named = [plain(name, 32) for name in sorted(symbols)[:_NAMED]]
    more = len(symbols) - len(named)
    return ", ".join(named) + (f" and {more} more" if more else "")
