"""What became known since the last look that a terminal sounds for. It rings nothing, and guesses nothing:
an order sounds as filled or refused once that is known, and not when its trader decided it.
"""

from collections.abc import Iterator, Sequence

import msgspec

from xbtfx_tui.domain.alerts import Alert, news_words
from xbtfx_tui.domain.clock import Instant
from xbtfx_tui.domain.event_sounds import Sound
from xbtfx_tui.domain.intents import ModifyIntent, ReverseIntent, symbol_of
from xbtfx_tui.domain.order_outcomes import Decider, HalfReversed, IntentRecord, OrderStatus
from xbtfx_tui.domain.order_text import intent_words, lots_words
from xbtfx_tui.domain.positions import Position
from xbtfx_tui.domain.read_states import NeverRead
from xbtfx_tui.domain.store_events import Reading
from xbtfx_tui.domain.unfinished_orders import half_reversed, half_reversed_words
from xbtfx_tui.store.changed_keys import Changes
from xbtfx_tui.store.feed_state import FeedDown, FeedLive, FeedRefused
from xbtfx_tui.ui.ports import Backend

OWN_FOR = 10.0
"""Seconds after an own order's end in which what happens to its symbol is taken for its work."""


class Heard(msgspec.Struct, frozen=True):
    """One thing to sound for, and the sentence that tells it."""

    sound: Sound
    words: str


class SoundWatch:
    """Compares what is known with what was at the last look. What was there at the start is no news."""

    def __init__(self, backend: Backend) -> None:
        self._backend = backend
        self._store = backend.store
        self._status = {key: record.status for key, record in backend.store.intents.items()}
        self._doubts: set[str] = set()
        self._halves: set[str] = set()
        self._after_kill = 0
        self._was_live = isinstance(self._store.feed, FeedLive)
        is_read = not isinstance(self._store.read_state(Reading.POSITIONS), NeverRead)
        self._held = dict(self._store.positions)
        self._seen: set[int] | None = set(self._held) if is_read else None
        self._own_until: dict[str | None, float] = {}
        self.new_halves: Sequence[ReverseIntent] = ()
        """The reverses that the last look found half done, for who says more of them."""

    def heard(self, changes: Changes, fired: Sequence[Alert]) -> Sequence[Heard]:
        """What there is to sound for after these changes; `fired` are the alerts that fired with them."""
        now = self._backend.clock.now()
        found = [Heard(Sound.ALERT, news_words(alert) or "") for alert in fired]
        self.new_halves = ()
        if changes.feed:
            found += self._of_the_line()
        if changes.intents:
            for key in sorted(changes.intents):
                if (record := self._store.intents.get(key)) is not None:
                    found += self._of_an_order(key, record, now)
            found += self._of_doubts()
            found += self._of_halves()
        if changes.positions:
            found += self._of_positions(now)
        if changes.messages:
            found += self._after_the_kill_switch()
        return found

    def _of_the_line(self) -> Iterator[Heard]:
        feed = self._store.feed
        if isinstance(feed, FeedDown | FeedRefused) and self._was_live:
            why = feed.reason if isinstance(feed, FeedDown) else "the server refused the key"
            yield Heard(Sound.DISCONNECT, f"The stream is down: {why}")
        if isinstance(feed, FeedLive | FeedDown | FeedRefused):
            self._was_live = isinstance(feed, FeedLive)

    def _of_an_order(self, key: str, record: IntentRecord, now: Instant) -> Iterator[Heard]:
        before, status = self._status.get(key), record.status
        self._status[key] = status
        if status is before or status not in {OrderStatus.DONE, OrderStatus.NOT_DONE}:
            return
        self._own_until[symbol_of(record.intent)] = now.monotonic + OWN_FOR
        last = record.story[-1] if record.story else None
        if last is not None and last.decider is Decider.TRADER:
            return
        words = last.text if last is not None else intent_words(record.intent)
        if status is OrderStatus.NOT_DONE:
            yield Heard(Sound.REFUSAL, words)
        elif not isinstance(record.intent, ModifyIntent) and not isinstance(record.result, HalfReversed):
            yield Heard(Sound.FILL, words)

    def _of_doubts(self) -> Iterator[Heard]:
        doubts = {doubt.record.intent.intent_id: doubt.record for doubt in self._backend.desk.doubts()}
        for key in doubts.keys() - self._doubts:
            yield Heard(Sound.TROUBLE, f"Not known what came of: {intent_words(doubts[key].intent)}")
        self._doubts |= doubts.keys()

    def _of_halves(self) -> Iterator[Heard]:
        halves = half_reversed(self._store.intents)
        self.new_halves = tuple(one for one in halves if one.intent_id not in self._halves)
        for intent in self.new_halves:
            self._halves.add(intent.intent_id)
            yield Heard(Sound.TROUBLE, half_reversed_words(intent))

    def _after_the_kill_switch(self) -> Iterator[Heard]:
        opened = self._store.opened_after_kill or 0
        if opened > self._after_kill:
            yield Heard(Sound.TROUBLE, self._store.messages[-1].text)
        self._after_kill = opened

    def _of_positions(self, now: Instant) -> Iterator[Heard]:
        """What no order of this terminal did: a stop that was hit, a pending order that was filled."""
        store, held = self._store, self._held
        if isinstance(store.read_state(Reading.POSITIONS), NeverRead):
            return
        self._held = dict(store.positions)
        if self._seen is None:
            self._seen = set(self._held)
            return
        for ticket, position in held.items():
            if ticket not in self._held and store.has_ended(ticket) and not self._is_own(position, now):
                yield Heard(Sound.FILL, f"{_named(position)} closed")
        for ticket, position in self._held.items():
            is_new = ticket not in self._seen and store.doubt_of(ticket) is None
            if is_new and not self._is_own(position, now):
                yield Heard(Sound.FILL, f"{_named(position)} opened")
        self._seen |= self._held.keys()

    def _is_own(self, position: Position, now: Instant) -> bool:
        """Whether an order of this terminal may have done it: that one tells by itself."""
        about = {position.symbol, None}
        return any(self._own_until.get(symbol, 0.0) > now.monotonic for symbol in about) or any(
            record.status in {OrderStatus.UNDER_WAY, OrderStatus.NOT_KNOWN}
            and symbol_of(record.intent) in about
            for record in self._store.intents.values()
        )


def _named(position: Position) -> str:
    return f"{position.symbol} {position.ticket}, {position.side.value} {lots_words(position.volume)},"
