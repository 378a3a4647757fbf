"""What the guards look at and what they answer: values only, no rule."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal

import msgspec

from xbtfx_tui.domain.accounts import Account, KeyStatus, MarginMode
from xbtfx_tui.domain.clock import Instant
from xbtfx_tui.domain.day_clock import UTC_CLOCK, DayClock
from xbtfx_tui.domain.intents import Intent, OpenIntent
from xbtfx_tui.domain.order_estimates import AccountRate, Beside
from xbtfx_tui.domain.order_outcomes import IntentRecord
from xbtfx_tui.domain.positions import PendingOrder, Position
from xbtfx_tui.domain.read_states import NeverRead
from xbtfx_tui.domain.store_events import Reading, Trading
from xbtfx_tui.domain.symbol_spec import SymbolSpec


class Problem(msgspec.Struct, frozen=True):
    """One thing that is wrong with an order: a whole sentence, with what to do about it.

    `blocks` False is a warning: the order may still be sent. `about` names the field it belongs to: volume,
    sl, tp, comment, symbol, ticket, market, journal or trading.
    """

    sentence: str
    blocks: bool
    about: str | None


class Limits(msgspec.Struct, frozen=True):
    """The trader's own caps; None is no cap. They hold orders that open, never those that close.

    `lots_per_order` and `lots_per_symbol` in lots; `orders_per_minute` counts every order of the last
    60 s that the trader sent;
    `loss_per_day` is a positive amount in the account's currency, of today's closed and floating result; days
    are those of the clock `day`.
    `spread` is the widest spread, in points, at which something is opened, by symbol.
    """

    lots_per_order: Decimal | None = None
    lots_per_symbol: Decimal | None = None
    orders_per_minute: int | None = None
    loss_per_day: Decimal | None = None
    spread: Mapping[str, Decimal] = msgspec.field(default_factory=dict)
    day: DayClock = UTC_CLOCK


NO_LIMITS = Limits()


class TakenIntent(msgspec.Struct, frozen=True):
    """An intent the desk took, and when; `by_itself` where the terminal sent it without the trader."""

    intent: Intent
    at: Instant
    by_itself: bool = False


class View(msgspec.Struct, frozen=True):
    """What the rules look at, for one intent's symbol at one moment.

    `distrust` is why the symbol's price can't be trusted, as a clause, None for a fresh one. `bid` and
    `ask` are None before the first quote. `day_result` is today's closed and floating result in the
    account's currency, None while today's deals are not read. `taken` are the desk's orders of the last
    minute, `underway` its records whose outcome is still being learnt, `spent` whether this id was taken
    before. `never_read` are those of the lists and figures that an opening order needs which have not been
    read in this run, `doubted` why a ticket of the intent may be gone, as a clause by ticket, `unread` the
    tickets of positions whose rows can't be read (None: of a row that shows none). `opens_at` is when the
    symbol's market opens by the server's word, where it said so. `beside` are the positions of a hedging
    account that share their margin with what is opened. `account`, `day_result` and `beside` are there for an
    order that opens; nothing else is judged by them.
    """

    trading: Trading
    key: KeyStatus | None
    account: Account | None
    spec: SymbolSpec | None
    bid: Decimal | None
    ask: Decimal | None
    distrust: str | None
    positions: Mapping[int, Position]
    orders: Mapping[int, PendingOrder]
    rate: AccountRate
    day_result: Decimal | None
    taken: tuple[TakenIntent, ...]
    underway: tuple[IntentRecord, ...]
    spent: bool
    never_read: Mapping[Reading, NeverRead] = {}
    unread: frozenset[int | None] = frozenset()
    doubted: Mapping[int, str] = {}
    opens_at: datetime | None = None
    beside: Beside = ()

    @property
    def knows_positions(self) -> bool:
        """Whether what is not among the positions is known not to be listed."""
        return Reading.POSITIONS not in self.never_read and None not in self.unread

    @property
    def is_netting(self) -> bool:
        return self.key is not None and self.key.margin_mode is MarginMode.NETTING

    @property
    def unsettled(self) -> tuple[IntentRecord, ...]:
        """What nobody knows the outcome of."""
        return tuple(r for r in self.underway if r.state.is_in_doubt)

    def coming(self, symbol: str) -> Decimal:
        """Lots of the symbol that orders on their way may open, without those that are seen already."""
        return sum(
            (
                record.intent.volume
                for record in self.underway
                if isinstance(record.intent, OpenIntent) and record.intent.symbol == symbol
            ),
            Decimal(0),
        )

    def held(self, symbol: str) -> Decimal:
        """The symbol's signed volume, long +."""
        return sum(
            (p.side.sign * p.volume for p in self.positions.values() if p.symbol == symbol), Decimal(0)
        )
