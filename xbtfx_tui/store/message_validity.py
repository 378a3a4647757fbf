"""Whether what a sentence tells is still so, by the store as it is now: one rule for all that are said.

Also which of what was said stands: trouble that lasts, and that no other line of the screen tells.
"""

from collections.abc import Sequence

from xbtfx_tui.domain.lasting_states import (
    OfThisRun,
    OrderStands,
    PositionStands,
    QuotesLack,
    StreamStands,
    TicketsMissing,
)
from xbtfx_tui.domain.read_states import ReadAt
from xbtfx_tui.domain.store_events import (
    Message,
    ReadingFails,
    RowsUnread,
    Severity,
    TradingStands,
    TrueWhile,
)
from xbtfx_tui.store.feed_state import FeedLive
from xbtfx_tui.store.store import Store


def still_so(told: TrueWhile | None, store: Store) -> bool:
    """False once the state has ended; what tells of no state (None) stays so. Cheap."""
    match told:
        case None:
            return True
        case TradingStands(trading=trading):
            return store.trading == trading
        case StreamStands(is_live=is_live):
            return isinstance(store.feed, FeedLive) is is_live
        case QuotesLack(symbols=symbols):
            return isinstance(store.feed, FeedLive) and not symbols.isdisjoint(store.feed.missing)
        case ReadingFails(reading=reading):
            return not isinstance(store.read_state(reading), ReadAt)
        case RowsUnread(reading=reading, rows=rows):
            return tuple(store.unread(reading)) == rows
        case TicketsMissing(tickets=tickets):
            return all(ticket in store.positions and ticket not in store.last_list for ticket in tickets)
        case OfThisRun():
            return True
        case PositionStands(ticket=ticket):
            return ticket in store.positions
        case OrderStands(intent_id=intent_id, state=state):
            record = store.intents.get(intent_id)
            return record is not None and record.state is state


_IS_TROUBLE = (Severity.WARNING, Severity.ERROR)
_TOLD_ABOVE = (TradingStands, StreamStands, QuotesLack, OrderStands)
"""What the top line tells for as long as it is so: the lock, the feed, UNKNOWN."""


def standing(store: Store) -> Sequence[Message]:
    """What was said of trouble that is still there, each once, the loudest first and of those the latest.

    What an event that comes after must not take out of sight for good: nothing else on screen tells of it.
    """
    found: dict[str, Message] = {}
    for said in reversed(store.messages):
        told = said.true_while
        if told is None or said.severity not in _IS_TROUBLE or isinstance(told, _TOLD_ABOVE):
            continue
        if still_so(told, store):
            found.setdefault(said.text, said)
    return sorted(found.values(), key=lambda said: said.severity is not Severity.ERROR)
