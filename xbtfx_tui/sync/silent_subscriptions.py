"""Finds subscriptions that the server dropped in silence, and has them subscribed anew. Reads nothing itself.

A symbol without quotes may just not move. It moved unheard where two answers of REST, both asked for within
one and the same silence, have different prices, the later one is not what the stream told last, and no quote
comes soon after: two lists of positions for what is held, else two of its specs, which are asked for now and
then. REST's prices carry no time and may be old: what is read early in a silence may be from before it.
Whatever is noted of a silence ends with it. Such a symbol is told to the store, and forgotten with its next
quote.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import msgspec

from xbtfx_tui.domain.clock import Clock, Instant
from xbtfx_tui.domain.lasting_states import QuotesLack
from xbtfx_tui.domain.positions import Position
from xbtfx_tui.domain.quotes import Quote
from xbtfx_tui.domain.sides import Side
from xbtfx_tui.domain.store_events import Message, QuotesMissing, Severity, TrueWhile
from xbtfx_tui.domain.symbol_spec import SymbolSpec
from xbtfx_tui.domain.text_sanitizer import plain
from xbtfx_tui.store.feed_state import FeedLive
from xbtfx_tui.store.store import Store
from xbtfx_tui.sync.ports import Stream

LOOK_EVERY = 1.0
SILENT_AFTER = 18.0
"""Seconds without a quote after which it is asked whether the price moved; REST's prices may be old by as
much."""
QUOTE_WITHIN = 2.0
"""Seconds in which the stream's own quote of a price may still come once REST has shown it; more where the
line is known to hold quotes up."""
ASK_EVERY, ASK_AGAIN_AFTER = 10.0, 19.0
"""Seconds between two specs asked for, and between two of the same symbol."""
TRIED_FOR, TRIED_AGAIN_AFTER = 15.0, 300.0
"""Seconds that subscribing anew is given before the stream is opened anew, and from then to the next try."""
_NAMED = 3


class _Asked(msgspec.Struct, frozen=True):
    """A spec was asked for; `spec` is the one that was known then."""

    spec: SymbolSpec | None


@dataclass(slots=True)
class _Silence:
    """What is noted of one symbol from one quote to the next; with that quote it is all over.

    `since` is when the last one was seen, `quote` that one (None: none came yet). `listed` are the positions
    of the last list looked at, `spec` is the last spec that came after one was `asked` for, `moved` when the
    price was found to have moved unheard; None where there is none yet.
    """

    since: Instant
    quote: Quote | None
    listed: Mapping[int, Position] = field(default_factory=dict)
    asked: _Asked | None = None
    spec: SymbolSpec | None = None
    moved: Instant | None = None


class SilentSymbols:
    """`want_spec` asks for a symbol's spec; `look` is called every second."""

    def __init__(self, store: Store, clock: Clock, stream: Stream, want_spec: Callable[[str], None]) -> None:
        self._store = store
        self._clock = clock
        self._stream = stream
        self._want_spec = want_spec
        self._silences: dict[str, _Silence] = {}
        self._asked_at: dict[str, Instant] = {}
        self._asked_last: Instant | None = None
        self._tried: dict[str, Instant] = {}
        self._opened_anew: Instant | None = None

    def begin_anew(self) -> None:
        """The stream is another one: nothing is known of what it sends."""
        self._silences.clear()

    def look(self, wanted: frozenset[str]) -> None:
        """Look at the symbols whose quotes are wanted."""
        now = self._clock.now()
        feed = self._store.feed
        if not isinstance(feed, FeedLive):
            self.begin_anew()
            return
        self._listen(wanted, now)
        silent = [name for name in wanted if self._silences[name].since.age_at(now) >= SILENT_AFTER]
        patience = QUOTE_WITHIN + feed.late
        moved = [
            name for name in silent if name not in self._missing and self._has_moved(name, now, patience)
        ]
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
        silences: dict[str, _Silence] = {}
        for name in wanted:
            slot = self._store.slot(name)
            quote = None if slot is None else slot.by_stream
            silence = self._silences.get(name)
            if silence is None or silence.quote is not quote:
                if silence is not None:
                    back.add(name)
                silence = _Silence(now, quote)
            silences[name] = silence
        self._silences = silences
        if gone := self._missing & (back | (self._missing - wanted)):
            self._tell_missing(self._missing - gone)
            for name in gone:
                self._tried.pop(name, None)
            if names := gone & back:
                self._say(Severity.GOOD, f"Quotes of {_names(names)} are back.")

    # --- whether it moved ---

    def _has_moved(self, symbol: str, now: Instant, patience: float) -> bool:
        """Whether the price moved unheard, and no quote came in `patience` (seconds) after that was seen."""
        silence = self._silences[symbol]
        if silence.moved is None and (
            self._moved_in_lists(symbol, silence) or self._moved_in_specs(symbol, silence)
        ):
            silence.moved = now
        return silence.moved is not None and silence.moved.age_at(now) >= patience

    def _moved_in_lists(self, symbol: str, silence: _Silence) -> bool:
        asked = self._store.positions_asked
        if asked is None or silence.since.age_at(asked) < SILENT_AFTER:
            return False
        rows = {row.ticket: row for row in self._store.last_list.values() if row.symbol == symbol}
        before, silence.listed = silence.listed, rows
        return any(
            row.price_current != before[ticket].price_current and not _is_priced_by(row, silence.quote)
            for ticket, row in rows.items()
            if ticket in before
        )

    def _moved_in_specs(self, symbol: str, silence: _Silence) -> bool:
        asked, spec = silence.asked, self._store.specs.get(symbol)
        if asked is None or spec is None or spec is asked.spec or not spec.bid or not spec.ask:
            return False
        before, silence.spec = silence.spec or spec, spec
        told, price = silence.quote, (spec.bid, spec.ask)
        return price != (before.bid, before.ask) and (told is None or price != (told.bid, told.ask))

    def _ask(self, silent: list[str], now: Instant) -> None:
        """Ask for a spec now and then: a second time for one that was asked once in this silence, else for
        the next in turn, of those that were heard in this run."""
        if self._asked_last is not None and self._asked_last.age_at(now) < ASK_EVERY:
            return
        due = [name for name in silent if self._may_be_asked(name, now)]
        if not due:
            return
        name = min(due, key=lambda one: (self._silences[one].spec is None, self._turn(one, now), one))
        self._silences[name].asked = _Asked(self._store.specs.get(name))
        self._asked_at[name] = self._asked_last = now
        self._want_spec(name)

    def _may_be_asked(self, symbol: str, now: Instant) -> bool:
        asked, spec = self._asked_at.get(symbol), self._store.specs.get(symbol)
        is_due = asked is None or asked.age_at(now) >= ASK_AGAIN_AFTER
        return is_due and self._silences[symbol].quote is not None and (spec is None or spec.tradeable)

    def _turn(self, symbol: str, now: Instant) -> float:
        """The longer ago it was asked the sooner; of those never asked, the one that was heard last."""
        asked = self._asked_at.get(symbol)
        return -1e9 + self._silences[symbol].since.age_at(now) if asked is None else -asked.age_at(now)

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
        what = "no usable quotes" if everything else f"no usable quotes of {_names(again)}"
        self._say(
            Severity.WARNING,
            f"The stream is up but sends {what}, though prices move, as REST shows: "
            f"{'everything is' if everything else 'they are'} subscribed anew.",
            QuotesLack(lost),
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
        words = "Subscribing anew brought no usable quotes: the stream is opened anew."
        self._say(Severity.WARNING, words, QuotesLack(self._missing))
        self._stream.reconnect_now()

    def _tell_missing(self, missing: frozenset[str]) -> None:
        self._store.apply(QuotesMissing(missing))

    def _say(self, severity: Severity, text: str, true_while: TrueWhile | None = None) -> None:
        self._store.apply(Message(self._clock.now().wall, severity, text, true_while))


def _is_priced_by(position: Position, quote: Quote | None) -> bool:
    """Whether a position's price is that of the quote: a long's is the bid, a short's the ask."""
    if quote is None:
        return False
    return float(position.price_current) == (quote.bid if position.side is Side.BUY else quote.ask)


def _names(symbols: frozenset[str] | set[str]) -> str:
    named = [plain(name, 32) for name in sorted(symbols)[:_NAMED]]
    more = len(symbols) - len(named)
    return ", ".join(named) + (f" and {more} more" if more else "")
