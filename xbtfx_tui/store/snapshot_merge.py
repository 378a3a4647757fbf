"""Merging what REST read with what the stream told since: positions by ticket, and pending orders alike.

The stream has no sequence numbers, so the store counts for itself: every account event and every read that
is begun takes the next number. A snapshot is what stood when it was asked for; whatever the stream told
with a later number is laid over it. As only the latest word on each field counts, one track per ticket
holds all that a replay needs.

An end is proven by two witnesses (domain.proof_sources), never by one: a ticket that a list lacks, or that
the stream told closed, stays held and is *in doubt* until a second one agrees. Where none can be had, three
lists that lack it, the last asked for 30 s after the first, and a history that answered meanwhile, and by
whose deals nothing of it is left, end it. An empty list bears no witness at all while another is held of
which nothing else says that it is gone. Nor does any bear witness of a close before which lists lacked the
ticket already, until one had it again. A ticket whose end was proven stays away from a server that lags; one
that is listed 30 s later all the same is back (90 s where the history has its deals).

Two more rules for a server whose REST and stream do not keep step: a ticket seen opened is not in doubt when
a snapshot asked for within 3 s does not list it yet; a snapshot asked for before one that was already taken
is thrown away.
"""

from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from typing import Any, Generic, TypeVar

import msgspec
from msgspec.structs import replace

from xbtfx_tui.domain.clock import Instant
from xbtfx_tui.domain.positions import PendingOrder, Position
from xbtfx_tui.domain.proof_sources import Witness, is_proven
from xbtfx_tui.domain.store_events import SnapshotMark
from xbtfx_tui.domain.unreadable_rows import UnreadRow
from xbtfx_tui.store.ticket_track import TicketTrack

_TRACK_KEPT_SECONDS = 600.0
_TRACKS_BEFORE_CLEANING = 512
# The API allows 200 positions. A stream that names tickets without end must not fill the memory.
MOST_TRACKS = 5_000
MOST_OPENED = 1_000

T = TypeVar("T", Position, PendingOrder)


class EndedItem(msgspec.Struct, Generic[T], frozen=True):
    """An item whose end is proven, by whom; no witness but the list where it was only looked for long, or
    where another ticket of its symbol has taken its place."""

    item: T
    by: frozenset[Witness]
    is_replaced: bool = False


class SnapshotChanges(msgspec.Struct, Generic[T], frozen=True):
    """What a snapshot changed: what is ended by it, what is back though its end was proven, and the tickets
    that it is the first to lack."""

    ended: tuple[EndedItem[T], ...] = ()
    back: tuple[T, ...] = ()
    missing: tuple[int, ...] = ()


def is_replaced(old: Position | PendingOrder, new: Position | PendingOrder) -> bool:
    """Where a symbol has one item: whether the new one has taken the place of the old one. A server counts
    its tickets up, so that an old opening that is told again is not taken for a new one."""
    return old.symbol == new.symbol and old.ticket < new.ticket


class MergedBook(Generic[T]):
    """Items by ticket, true to the snapshots and to the events after them.

    `items` changes in place: all whose end is not proven. `said_at` tells when an item's figures were the
    server's. `last_list` is the last snapshot as it was listed, the stream's later words not laid over it;
    `unread` are its rows that can't be read.
    """

    __slots__ = (
        "_items",
        "_tracks",
        "_unlisted",
        "doubted",
        "items",
        "last_list",
        "last_mark",
        "said_at",
        "unread",
    )

    def __init__(self) -> None:
        self._items: dict[int, T] = {}
        self.items: Mapping[int, T] = self._items
        self._tracks: dict[int, TicketTrack] = {}
        self.said_at: dict[int, Instant] = {}
        self.last_mark: SnapshotMark | None = None
        self.last_list: Mapping[int, T] = {}
        self.unread: Sequence[UnreadRow] = ()
        self.doubted: set[int] = set()
        """The held tickets that one witness says are gone."""
        self._unlisted: set[int] = set()  # the held tickets that no list has had yet

    def knows(self, ticket: int, field: str) -> bool:
        """Whether this field of a held item was ever read: a list has all, the stream tells but a few."""
        return ticket not in self._unlisted or field in self._tracks[ticket].fields

    def opened(self, ticket: int, sequence: int, now: Instant, make: Callable[[], T]) -> bool:
        """Take an opening; True when the ticket was not held before.

        A ticket that is held keeps its details: the event may be a repeated one. One seen closed is not
        brought back by it, but the next snapshot that is asked for decides, whatever the time. So it does
        for one that comes when MOST_OPENED are held. One that an answer has told as closed before its opening
        is told is in doubt from the start.
        """
        track = self._track(ticket, now)
        if track.closed or track.ended:
            track.opened = sequence
            return False
        if not track.opened:
            track.opened, track.opened_at = sequence, now
        if ticket in self._items or len(self._items) >= MOST_OPENED:
            return False
        item = make()
        known = {name: value for name, (_, value) in track.fields.items()}
        self._items[ticket] = replace(item, **known) if known else item
        self._unlisted.add(ticket)
        self.said_at[ticket] = now
        if track.gone_by:
            self.doubted.add(ticket)
        return True

    def replaced_by(self, item: T, sequence: int, now: Instant) -> list[EndedItem[T]]:
        """A symbol has one item, and this one is just told as opened: end those of its symbol that are older,
        which have a lower number."""
        older = [ticket for ticket, one in self._items.items() if is_replaced(one, item)]
        ended: list[EndedItem[T]] = []
        for ticket in older:
            track = self._track(ticket, now)
            track.is_replaced = True
            ended.append(replace(self._end(ticket, track, sequence, now), is_replaced=True))
        return ended

    def updated(self, ticket: int, sequence: int, now: Instant, values: Mapping[str, Any]) -> bool:
        """Take new field values; True when an item that is held changed. Kept for one that is not yet."""
        track = self._track(ticket, now)
        if track.closed or track.ended or not values:
            return False
        if track.absent_looks:
            # The stream goes on with what the lists lack: they have to lack it for long anew.
            track.absent_looks, track.absent_since = 0, None
        for name, value in values.items():
            track.fields[name] = (sequence, value)
        if (item := self._items.get(ticket)) is None:
            return False
        self._items[ticket] = replace(item, **values)
        if "price_current" in values:
            self.said_at[ticket] = now
        return True

    def closed(self, ticket: int, sequence: int, now: Instant) -> EndedItem[T] | None:
        """Take a closing that the stream tells; the item, where this proves its end."""
        track = self._track(ticket, now)
        if track.closed_at is None:
            track.closed, track.closed_at = sequence, now
        return self.witnessed(ticket, Witness.EVENT, sequence, now)

    def witnessed(self, ticket: int, witness: Witness, sequence: int, now: Instant) -> EndedItem[T] | None:
        """Take a witness that the ticket is gone; the item, where this proves its end."""
        track = self._track(ticket, now)
        track.gone_by.setdefault(witness, now)
        if ticket not in self._items:
            return None  # an answer may name what neither list nor stream has told yet
        if not is_proven(track.gone_by):
            self.doubted.add(ticket)
            return None
        return self._end(ticket, track, sequence, now)

    def withdraw_what_was_before(self, ticket: int, sent: float) -> bool:
        """A close that was sent at `sent` (unix time) is answered as done: what said before that the held
        ticket is gone is no witness of it. True where the stream had told it closed."""
        track = self._tracks.get(ticket)
        if ticket not in self._items or track is None:
            return False
        if track.lacked_since is not None and track.lacked_since.wall < sent:
            if not track.was_lacked_before_close:
                track.forget_lists()
            track.was_lacked_before_close = True
        if track.closed_at is None or track.closed_at.wall >= sent:
            return False
        track.closed, track.closed_at = 0, None
        track.gone_by.pop(Witness.EVENT, None)
        return True

    def history_answered(self, left_open: Container[int] = ()) -> None:
        """The history of deals was read: note it for what is in doubt, but for what it tells to be open."""
        for ticket in self.doubted:
            self._tracks[ticket].history_answered = ticket not in left_open

    def has_ended(self, ticket: int) -> bool:
        """Whether its end was proven in this run."""
        track = self._tracks.get(ticket)
        return track is not None and track.ended > 0 and ticket not in self._items

    def gone_by(self, ticket: int) -> frozenset[Witness]:
        """Who says that this held ticket is gone; nobody, ordinarily."""
        return frozenset(self._tracks[ticket].gone_by) if ticket in self.doubted else frozenset()

    def read(
        self,
        listed: Iterable[T],
        mark: SnapshotMark,
        unread: Sequence[UnreadRow] = (),
        *,
        replaces: bool = False,
    ) -> SnapshotChanges[T] | None:
        """Take a snapshot; what it changed, or None where it was older than the last.

        `unread` are its rows that can't be read: what shows its ticket in one is listed, and while one shows
        none it may be any of those that are missing. `replaces` True: a symbol has one item
        (a netting account's position), whose ticket may change: another listed one ends it.
        """
        if self.last_mark is not None and mark.sequence < self.last_mark.sequence:
            return None
        self.last_mark, self.unread = mark, unread
        merged: dict[int, T] = {}
        said_at: dict[int, Instant] = {}
        back: list[T] = []
        last_list = {item.ticket: item for item in listed}
        for item in last_list.values():
            track = self._tracks.get(item.ticket)
            if track is None:
                merged[item.ticket], said_at[item.ticket] = item, mark.asked
                continue
            if track.keeps_away(mark):
                continue
            if track.ended:
                if track.opened <= track.ended:
                    back.append(item)
                track = self._tracks[item.ticket] = TicketTrack(mark.asked)
            track.withdraw_what_was_not_so(mark)
            track.is_listed()
            later = track.later_than(mark)
            merged[item.ticket] = replace(item, **later) if later else item
            said_at[item.ticket] = track.touched if "price_current" in later else mark.asked
        self.last_list = last_list
        ended, missing = self._absent(merged, said_at, mark, unread, replaces=replaces)
        self._items.clear()
        self._items.update(merged)
        self.said_at.clear()
        self.said_at.update(said_at)
        self._unlisted = {t for t in self._unlisted if t in merged and t not in last_list}
        self.doubted = {t for t in merged if (track := self._tracks.get(t)) is not None and track.is_doubted}
        self._forget_old_tracks(mark.asked)
        return SnapshotChanges(tuple(ended), tuple(back), tuple(missing))

    def _absent(
        self,
        merged: dict[int, T],
        said_at: dict[int, Instant],
        mark: SnapshotMark,
        unread: Sequence[UnreadRow],
        *,
        replaces: bool,
    ) -> tuple[list[EndedItem[T]], list[int]]:
        """Put what the list lacks into `merged`, or among the ended; and the tickets lacking for the first
        time."""
        ended: list[EndedItem[T]] = []
        missing: list[int] = []
        veiled = {row.ticket for row in unread}
        is_empty = not self.last_list and not unread
        unexplained = (
            {ticket for ticket in self._items if self._only_lists_lack(ticket)} if is_empty else set()
        )
        listed_now = {item.symbol for ticket, item in merged.items() if self._is_certain(ticket)}
        for ticket, item in self._items.items():
            if ticket in merged:
                continue
            track = self._tracks.get(ticket)
            if track is None:
                track = self._track(ticket, mark.asked)
            if ticket in veiled:
                track.is_listed()
            elif None not in veiled and not track.not_listed_yet(mark):
                first = not track.absent_looks
                track.lacks(mark.asked, bears_witness=not unexplained - {ticket})
                replaced = replaces and item.symbol in listed_now and not track.is_new(mark)
                if replaced or is_proven(track.gone_by) or track.is_long_gone(mark.asked):
                    one = self._ended(item, track, mark.sequence, mark.asked)
                    ended.append(replace(one, is_replaced=replaced))
                    continue
                if first:
                    missing.append(ticket)
            merged[ticket], said_at[ticket] = item, self.said_at[ticket]
        return ended, missing

    def _is_certain(self, ticket: int) -> bool:
        """Whether the list has it, and nothing speaks against it."""
        track = self._tracks.get(ticket)
        return ticket in self.last_list and (track is None or not track.gone_by)

    def _only_lists_lack(self, ticket: int) -> bool:
        """Whether nothing but lists may say that this held ticket is gone."""
        track = self._tracks.get(ticket)
        return track is None or not track.gone_by.keys() - {Witness.LIST}

    def _end(self, ticket: int, track: TicketTrack, sequence: int, now: Instant) -> EndedItem[T]:
        item = self._items.pop(ticket)
        self._unlisted.discard(ticket)
        self.said_at.pop(ticket, None)
        self._forget_old_tracks(now)
        return self._ended(item, track, sequence, now)

    def _ended(self, item: T, track: TicketTrack, sequence: int, now: Instant) -> EndedItem[T]:
        self.doubted.discard(item.ticket)
        track.ended, track.ended_at = sequence, now
        track.fields.clear()
        return EndedItem(item, frozenset(track.gone_by))

    def _track(self, ticket: int, now: Instant) -> TicketTrack:
        track = self._tracks.get(ticket)
        if track is None:
            if len(self._tracks) >= MOST_TRACKS:
                self._forget_first_tracks()
            track = self._tracks[ticket] = TicketTrack(now)
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
