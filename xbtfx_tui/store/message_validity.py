"""Whether what a sentence tells is still so, by the store as it is now: one rule for all that are said."""

from xbtfx_tui.domain.read_states import ReadAt
from xbtfx_tui.domain.store_events import (
    OrderStands,
    QuotesLack,
    ReadingFails,
    RowsUnread,
    StreamStands,
    TicketsMissing,
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
        case OrderStands(intent_id=intent_id, state=state):
            record = store.intents.get(intent_id)
            return record is not None and record.state is state
