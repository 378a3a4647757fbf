"""What was held before a send and what is held now, as an order is looked for by: values only, no rule."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from enum import Enum, auto

import msgspec
from msgspec.structs import replace

from xbtfx_tui.domain.clock import Instant
from xbtfx_tui.domain.intents import Intent, symbol_of, tickets_of
from xbtfx_tui.domain.positions import PendingOrder, Position
from xbtfx_tui.domain.sides import Side
from xbtfx_tui.domain.store_events import AccountEvent

_NOTHING_HELD = Decimal(0)


class Stops(msgspec.Struct, frozen=True):
    """The stops of a position, as a list told them; None = none set."""

    sl: Decimal | None
    tp: Decimal | None


class HeldBefore(msgspec.Struct, frozen=True):
    """A position as it was before a send; `volume` in lots. `stops` None: no list had told them."""

    ticket: int
    symbol: str
    side: Side
    volume: Decimal
    stops: Stops | None = None


class Listing(Enum):
    """What the last list before a send said of a ticket that is closed by its number alone."""

    NOT_READ = auto()
    """There was none, or one with a row that shows no ticket."""
    LACKED = auto()
    HAD = auto()


class TrackedOrder(msgspec.Struct, frozen=True):
    """An intent whose outcome is looked for; `before` is what was held right before its send at `begun`,
    and `deals` the tickets of the symbol's deals that were known then. `beside` are the ids of other
    orders whose outcome was not known then; `shown` those whose work, if it was done, is in `before`
    already; `done` the others of them, and later ones, whose work is known to be done by now.
    `is_taken_up` where an earlier run sent it: what was held then may never have been seen in this one,
    and is not gone for that. `is_history_read` is whether `deals` are those of a history, too: where none
    had been read, a deal that is in one now may be of any time. `listing` is of the ticket that it closes
    by its number alone. `theirs` are deals that answers to other orders named since."""

    intent: Intent
    before: tuple[HeldBefore, ...]
    begun: Instant
    deals: frozenset[int] = frozenset()
    beside: frozenset[str] = frozenset()
    shown: frozenset[str] = frozenset()
    done: "tuple[TrackedOrder, ...]" = ()
    is_taken_up: bool = False
    is_history_read: bool = False
    listing: Listing = Listing.NOT_READ
    theirs: frozenset[int] = frozenset()

    @property
    def not_its_own(self) -> frozenset[int]:
        """The deals that can't be its work: known before it, or another order's."""
        return self.deals | self.theirs

    def held(self, ticket: int) -> Decimal:
        """Lots that this ticket held before."""
        return next((held.volume for held in self.before if held.ticket == ticket), _NOTHING_HELD)

    def is_after_send(self, at: Instant) -> bool:
        """Whether that was after the send: by any of the three clocks, for the send may be another run's."""
        return self.begun.age_at(at) > 0

    @property
    def intent_symbol(self) -> str:
        return symbol_of(self.intent) or ""

    def net(self, symbol: str) -> Decimal:
        """The symbol's signed volume before, long +."""
        return sum((h.side.sign * h.volume for h in self.before if h.symbol == symbol), _NOTHING_HELD)


class Grid(msgspec.Struct, frozen=True):
    """What a symbol's prices and volumes lie on; None where it is not known."""

    digits: int | None = None
    step: Decimal | None = None


NO_GRID = Grid()


class InUse(msgspec.Struct, frozen=True):
    """The margin that the account has in use, in its currency, by figures that came `at`."""

    margin: Decimal
    at: Instant


class HoldingsSnapshot(msgspec.Struct, frozen=True):
    """What is held now. `asked` is when the last snapshot of the positions was asked for, None before one;
    `claimed` are tickets that are known to be other intents' work. `listed` are the positions as that
    snapshot had them, `unread` the tickets of those whose rows can't be read (None: of a row that shows
    none), `ended` those that were held in this run and whose end is proven. `events` are the account
    channel's last ones with when they came, `grids` what a symbol's figures lie on, `currency` the account's,
    None where it is not known. `in_use` is the account's margin, None where it was not read; `unlisted` are
    tickets that are not among the positions and of which the stream told figures, with when last."""

    positions: Mapping[int, Position]
    orders: Mapping[int, PendingOrder]
    is_netting: bool
    asked: Instant | None
    claimed: frozenset[int]
    listed: Mapping[int, Position] = msgspec.field(default_factory=dict)
    unread: frozenset[int | None] = frozenset()
    ended: frozenset[int] = frozenset()
    events: Sequence[tuple[Instant, AccountEvent]] = ()
    grids: Mapping[str, Grid] = msgspec.field(default_factory=dict)
    currency: str | None = None
    in_use: InUse | None = None
    unlisted: Mapping[int, Instant] = msgspec.field(default_factory=dict)

    def grid(self, symbol: str) -> Grid:
        return self.grids.get(symbol, NO_GRID)

    def lacking(self, intent: Intent) -> tuple[int, ...]:
        """The positions that it is about, held as far as is known, that the last list lacks."""
        return tuple(one for one in tickets_of(intent) if one in self.positions and one not in self.listed)

    def as_listed(self) -> "HoldingsSnapshot":
        """The same by the last snapshot alone."""
        return replace(self, positions=self.listed)

    def may_hold(self, ticket: int) -> bool:
        """Whether the position is held, or may be behind a row that can't be read."""
        return ticket in self.positions or not self.unread.isdisjoint((ticket, None))
