"""States that a sentence tells and that last by themselves: of the run, the stream, positions, an order.

What tells of one is so for as long as it lasts, whatever happens meanwhile (`store.message_validity` says
whether). Those that are made of an event's own types stand beside it (`domain.store_events`).
"""

from typing import TypeAlias

import msgspec

from xbtfx_tui.domain.order_outcomes import IntentState


class OfThisRun(msgspec.Struct, frozen=True):
    """So it is until the program is started anew."""


class PositionStands(msgspec.Struct, frozen=True):
    """The position is open, as far as is known."""

    ticket: int


class StreamStands(msgspec.Struct, frozen=True):
    """The stream is live (`is_live`), or it is not."""

    is_live: bool


class QuotesLack(msgspec.Struct, frozen=True):
    """No quotes come of some of these symbols."""

    symbols: frozenset[str]


class TicketsMissing(msgspec.Struct, frozen=True):
    """All these positions are held, and the last list lacks them."""

    tickets: tuple[int, ...]


class OrderStands(msgspec.Struct, frozen=True):
    """The order is in this state."""

    intent_id: str
    state: IntentState


LastingState: TypeAlias = (
    OfThisRun | PositionStands | StreamStands | QuotesLack | TicketsMissing | OrderStands
)
