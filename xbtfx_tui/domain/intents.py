"""What a trader wants done, as values: an intent sends nothing, it only says what would be sent.

Each intent carries its `intent_id`, a uuid4 made when it was drafted, which is its idempotency key and is
spent once: two confirmations of one intent are one order.
"""

from decimal import Decimal
from typing import TypeAlias

import msgspec

from xbtfx_tui.domain.sides import Side
from xbtfx_tui.domain.stop_rules import StopKind


class Keep(msgspec.Struct, frozen=True):
    """Leave this stop as it stands (the API's omitted field)."""


class Remove(msgspec.Struct, frozen=True):
    """Take this stop away (the API's 0)."""


class MoveTo(msgspec.Struct, frozen=True):
    """Set this stop to a price."""

    price: Decimal


StopChange: TypeAlias = Keep | Remove | MoveTo


class OpenIntent(msgspec.Struct, frozen=True):
    """Buy or sell at market. `volume` in lots; `sl`, `tp` are prices or None; `comment` 27 ASCII at most.

    `price` is the price on screen when it was drafted: advisory to the server, the story's reference here.
    `spread_cap` is the widest spread, in points, at which it may be sent, None any; `worst` is the worst
    price at which each try of it may be made, None any. Both stay here.
    """

    intent_id: str
    symbol: str
    side: Side
    volume: Decimal
    price: Decimal
    sl: Decimal | None = None
    tp: Decimal | None = None
    comment: str = ""
    spread_cap: Decimal | None = None
    worst: Decimal | None = None


class CloseIntent(msgspec.Struct, frozen=True):
    """Close a position, in full or in part.

    `side` and `held` are the position's own, for the words; `volume` is the lots to close, `held` at most.
    """

    intent_id: str
    ticket: int
    symbol: str
    side: Side
    volume: Decimal
    held: Decimal
    comment: str = ""

    @property
    def is_full(self) -> bool:
        return self.volume == self.held


class CloseUnreadIntent(msgspec.Struct, frozen=True):
    """Close all of a position by its number alone, whatever it holds: its row can't be read, or the positions
    have not been read. Nothing else of it is known, and nothing is guessed."""

    intent_id: str
    ticket: int
    comment: str = ""


class ModifyIntent(msgspec.Struct, frozen=True):
    """Change the stops of a position or of a pending order; at least one of the two is not Keep.

    `only_nearer`: its sl is not sent once one as good stands.
    """

    intent_id: str
    ticket: int
    symbol: str
    sl: StopChange
    tp: StopChange
    only_nearer: bool = False


class CloseByIntent(msgspec.Struct, frozen=True):
    """Close a position by an opposite one of the same symbol (hedging only)."""

    intent_id: str
    ticket: int
    by_ticket: int
    symbol: str
    comment: str = ""


class ReverseIntent(msgspec.Struct, frozen=True):
    """Close a position and open its opposite of the same size. `side` and `held` are the position's own.

    `sl_away` and `tp_away` are how far its stops stood from its open price, None where it had none that risks
    or gains something: never sent, and what its opposite is offered for stops.
    """

    intent_id: str
    ticket: int
    symbol: str
    side: Side
    held: Decimal
    comment: str = ""
    sl_away: Decimal | None = None
    tp_away: Decimal | None = None

    def stop_of_opposite(self, kind: StopKind, opened: Decimal) -> Decimal | None:
        """Where a stop of the opposite, opened at this price, is as far from it as the old one was; None
        where there was none, or no price is there."""
        away = self.sl_away if kind is StopKind.SL else self.tp_away
        if away is None:
            return None
        is_above = (self.side is Side.BUY) == (kind is StopKind.SL)
        stop = opened + away if is_above else opened - away
        return None if stop <= 0 < opened else stop


class CloseSymbolIntent(msgspec.Struct, frozen=True):
    """Close every position of a symbol. `tickets` are those on screen when it was drafted; none: it is not
    known what is held, and whatever it is shall be closed."""

    intent_id: str
    symbol: str
    tickets: tuple[int, ...]
    comment: str = ""


class CloseAllIntent(msgspec.Struct, frozen=True):
    """Close every position. `tickets` are those on screen when it was drafted; none: it is not known what is
    held, and whatever it is shall be closed."""

    intent_id: str
    tickets: tuple[int, ...]
    comment: str = ""


Intent: TypeAlias = (
    OpenIntent
    | CloseIntent
    | CloseUnreadIntent
    | ModifyIntent
    | CloseByIntent
    | ReverseIntent
    | CloseSymbolIntent
    | CloseAllIntent
)


def symbol_of(intent: Intent) -> str | None:
    """The one symbol an intent is about; None for close-all, and where it is not known: it may be any."""
    return None if isinstance(intent, CloseAllIntent | CloseUnreadIntent) else intent.symbol


def tickets_of(intent: Intent) -> tuple[int, ...]:
    """The positions (or the pending order) that an intent changes; none for an opening one."""
    match intent:
        case (
            CloseIntent(ticket=ticket)
            | CloseUnreadIntent(ticket=ticket)
            | ModifyIntent(ticket=ticket)
            | ReverseIntent(ticket=ticket)
        ):
            return (ticket,)
        case CloseByIntent(ticket=ticket, by_ticket=by_ticket):
            return (ticket, by_ticket)
        case CloseSymbolIntent(tickets=tickets) | CloseAllIntent(tickets=tickets):
            return tickets
        case OpenIntent():
            return ()


def opens(intent: Intent) -> bool:
    """Whether carrying the intent out opens a position."""
    match intent:
        case OpenIntent() | ReverseIntent():
            return True
        case (
            CloseIntent()
            | CloseUnreadIntent()
            | ModifyIntent()
            | CloseByIntent()
            | CloseSymbolIntent()
            | CloseAllIntent()
        ):
            return False


def is_bulk(intent: Intent) -> bool:
    """Whether it closes more than its own ticket: the server does not promise to do that only once."""
    return isinstance(intent, CloseSymbolIntent | CloseAllIntent)
