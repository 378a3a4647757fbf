"""Merging what REST read with what the stream told since: positions by ticket, and pending orders alike.

The stream has no sequence numbers, so the store counts for itself: every account event and every read that
is begun takes the next number. A snapshot is what stood when it was asked for; whatever the stream told
with a later number is laid over it. As only the latest word on each field counts, one track per ticket
holds all that a replay needs.

Three rules for a server whose REST and stream do not keep step:
a ticket seen closed stays away, unless a snapshot asked for 30 s after the close still lists it;
a ticket seen opened stays, when a snapshot asked for within 3 s does not list it yet;
a snapshot asked for before one that was already taken is thrown away.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Generic, TypeVar

import msgspec
from msgspec.structs import replace

from xbtfx_tui.domain.clock import Instant
from xbtfx_tui.domain.events import SnapshotMark
from xbtfx_tui.domain.positions import PendingOrder, Position
from xbtfx_tui.domain.unread_rows import UnreadRow

TOMBSTONE_SECONDS = 30.0
SETTLING_SECONDS = 3.0
_TRACK_KEPT_SECONDS = 600.0
_TRACKS_BEFORE_CLEANING = 512
# The API allows 200 positions. A stream that names tickets without end must not fill the memory.
MOST_TRACKS = 5_000
MOST_OPENED = 1_000

T = TypeVar("T", Position, PendingOrder)


class _Track(msgspec.Struct):
    """What the stream told of one ticket: each word with its number."""

    touched: Instant
    opened: int = 0
    opened_at: Instant | None = None
    closed: int = 0
    closed_at: Instant | None = None
    fields: dict[str, tuple[int, Any]] = msgspec.field(default_factory=dict)

    def buried_for(self, mark: SnapshotMark) -> bool:
        """Whether the ticket is closed, as far as a snapshot of this mark may know."""
        if not self.closed or self.closed_at is None:
            return False  # open, or ended by a snapshot: this newer one knows better
        if self.closed > mark.sequence:
            return True
        if self.opened > self.closed:
            return self.opened > mark.sequence
        return self.closed_at.age_at(mark.asked) < TOMBSTONE_SECONDS

    def not_listed_yet(self, mark: SnapshotMark) -> bool:
        """Whether the ticket is held though a snapshot of this mark does not list it."""
        if self.closed or self.opened_at is None:
            return False
        return self.opened > mark.sequence or self.opened_at.age_at(mark.asked) < SETTLING_SECONDS

    def later_than(self, mark: SnapshotMark) -> dict[str, Any]:
        return {name: value for name, (sequence, value) in self.fields.items() if sequence > mark.sequence}


class MergedBook(Generic[T]):
    """Items by ticket, true to the snapshots and to the events after them.

    `items` changes in place. `said_at` tells when an item's figures were the server's. `listed` are the
    tickets of the last snapshot: of any other the stream alone has told, and it tells no stops. `unread` are
    its rows that can't be read.
    """

    __slots__ = ("_items", "_tracks", "items", "last_mark", "listed", "said_at", "unread")

    def __init__(self) -> None:
        self._items: dict[int, T] = {}
        self.items: Mapping[int, T] = self._items
        self._tracks: dict[int, _Track] = {}
        self.said_at: dict[int, Instant] = {}
        self.last_mark: SnapshotMark | None = None
        self.listed: frozenset[int] = frozenset()
        self.unread: Sequence[UnreadRow] = ()

    def opened(self, ticket: int, sequence: int, now: Instant, make: Callable[[], T]) -> bool:
        """Take an opening; True when the ticket was not held before.

        A ticket that is held keeps its details: the event may be a repeated one. One seen closed is not
        brought back by it, but the next snapshot that is asked for decides, whatever the time. So it does
        for one that comes when MOST_OPENED are held.
        """
        track = self._track(ticket, now)
        if track.closed:
            track.opened = sequence
            return False
        if not track.opened:
            track.opened, track.opened_at = sequence, now
        if ticket in self._items or len(self._items) >= MOST_OPENED:
            return False
        item = make()
        known = {name: value for name, (_, value) in track.fields.items()}
        self._items[ticket] = replace(item, **known) if known else item
        self.said_at[ticket] = now
        return True

    def updated(self, ticket: int, sequence: int, now: Instant, values: Mapping[str, Any]) -> bool:
        """Take new field values; True when an item that is held changed. Kept for one that is not yet."""
        track = self._track(ticket, now)
        if track.closed or not values:
            return False
        for name, value in values.items():
            track.fields[name] = (sequence, value)
        if (item := self._items.get(ticket)) is None:
            return False
        self._items[ticket] = replace(item, **values)
        if "price_current" in values:
            self.said_at[ticket] = now
        return True

    def closed(self, ticket: int, sequence: int, now: Instant) -> bool:
        """Take a closing; False when the ticket was seen closed before."""
        track = self._track(ticket, now)
        if track.closed_at is not None:
            return False
        track.closed, track.closed_at = sequence, now
        track.fields.clear()
        self._items.pop(ticket, None)
        self.said_at.pop(ticket, None)
        self._forget_old_tracks(now)
        return True

    def read(
        self, listed: Iterable[T], mark: SnapshotMark, unread: Sequence[UnreadRow] = ()
    ) -> tuple[T, ...] | None:
        """Take a snapshot; the items that are gone by it, or None where it was older than the last.

        `unread` are rows that can't be read. They count as listed: what was known of a ticket in them stays,
        and while one shows no ticket it may be any of those that are missing.
        """
        if self.last_mark is not None and mark.sequence < self.last_mark.sequence:
            return None
        self.last_mark, self.unread = mark, unread
        shrouded = {row.ticket for row in unread}
        merged: dict[int, T] = {}
        said_at: dict[int, Instant] = {}
        for item in listed:
            track = self._tracks.get(item.ticket)
            if track is None:
                merged[item.ticket], said_at[item.ticket] = item, mark.asked
                continue
            if track.buried_for(mark):
                continue
            if track.closed:
                del self._tracks[item.ticket]
            later = track.later_than(mark)
            merged[item.ticket] = replace(item, **later) if later else item
            said_at[item.ticket] = track.touched if "price_current" in later else mark.asked
        self.listed = frozenset(merged)
        for ticket, item in self._items.items():
            track = self._tracks.get(ticket)
            if ticket in merged:
                continue
            is_there = ticket in shrouded or None in shrouded
            if is_there or (track is not None and track.not_listed_yet(mark)):
                merged[ticket], said_at[ticket] = item, self.said_at[ticket]
        gone = tuple(item for ticket, item in self._items.items() if ticket not in merged)
        for item in gone:
            # No event told of this end: a late one is still news, and a repeated opening no longer is.
            track = self._track(item.ticket, mark.asked)
            track.closed = track.closed or mark.sequence
        self._items.clear()
        self._items.update(merged)
        self.said_at.clear()
        self.said_at.update(said_at)
        self._forget_old_tracks(mark.asked)
        return gone

    def _track(self, ticket: int, now: Instant) -> _Track:
        track = self._tracks.get(ticket)
        if track is None:
            if len(self._tracks) >= MOST_TRACKS:
                self._forget_first_tracks()
            track = self._tracks[ticket] = _Track(now)
        track.touched = now
        return track

    def _forget_first_tracks(self) -> None:
        """Half of the tracks that no item is held for, the first that came."""
        loose = [ticket for ticket in self._tracks if ticket not in self._items]
        for ticket in loose[: len(loose) // 2 + 1]:
            del self._tracks[ticket]

    def _forget_old_tracks(self, now: Instant) -> None:
        if len(self._tracks) <= _TRACKS_BEFORE_CLEANING:
            return
        old = [
            ticket
            for ticket, track in self._tracks.items()
            if ticket not in self._items and track.touched.age_at(now) > _TRACK_KEPT_SECONDS
        ]
        for ticket in old:
            del self._tracks[ticket]
