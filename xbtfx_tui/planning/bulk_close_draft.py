"""What closing all positions, or all of a symbol, by one order comes to: drafted once for the dialogs of the
kill switch and of `S`, and for the commands that close what can't be seen.

Where what is held is not known, or the list is empty, it closes whatever is held, and says so. Never sends
anything.
"""

from collections.abc import Iterator
from decimal import Decimal

import msgspec

from xbtfx_tui.domain.intents import CloseAllIntent, CloseSymbolIntent, Intent, opens, symbol_of
from xbtfx_tui.domain.money_text import signed_money_text
from xbtfx_tui.domain.order_outcomes import IntentRecord
from xbtfx_tui.domain.positions import Position
from xbtfx_tui.domain.profit_and_swap import swap_clause
from xbtfx_tui.domain.read_states import Failing, NeverRead, unread_clause, unread_sentence
from xbtfx_tui.domain.shell_wording import ALARM_TELLS
from xbtfx_tui.domain.store_events import Reading
from xbtfx_tui.domain.unreadable_rows import UnreadRow, unread_words
from xbtfx_tui.orders.guards.guard_types import Problem
from xbtfx_tui.planning.draft_types import OrderDraft, judged, warning
from xbtfx_tui.planning.plan_text import EMPTY_IN_DOUBT, currency_of, is_empty_in_doubt, many, name
from xbtfx_tui.planning.ports import PlanView
from xbtfx_tui.store.feed_state import feed_trouble
from xbtfx_tui.store.store import Store


class BulkCloseDraft(msgspec.Struct, frozen=True):
    """`positions` are those that are known and would be closed, by symbol and ticket, `unread` the rows of
    such that can't be read. `is_blind`: there may be more, or others, and whatever it is is closed. `coming`
    are the orders on their way that may open something of it later."""

    order: OrderDraft
    positions: tuple[Position, ...]
    unread: tuple[UnreadRow, ...]
    is_blind: bool
    coming: tuple[IntentRecord, ...]


def draft_close_all(view: PlanView, intent_id: str) -> BulkCloseDraft:
    """One order that closes everything. Pending orders stay."""
    pending = pending_words(view.store)
    return _drafted(None, view, intent_id, () if pending is None else (warning(pending),))


def draft_close_symbol(symbol: str, view: PlanView, intent_id: str) -> BulkCloseDraft:
    """One order that closes all of the symbol."""
    return _drafted(symbol, view, intent_id, ())


def _drafted(
    symbol: str | None, view: PlanView, intent_id: str, found: tuple[Problem, ...]
) -> BulkCloseDraft:
    store = view.store
    held = sorted(store.positions.values(), key=lambda one: (one.symbol, one.ticket))
    positions = tuple(one for one in held if symbol in (None, one.symbol))
    # A row that does not show its symbol may be of any.
    unread = tuple(row for row in store.unread(Reading.POSITIONS) if symbol in (None, row.symbol or symbol))
    records = (record for record in store.intents.values() if record.state.is_open and opens(record.intent))
    coming = tuple(one for one in records if symbol in (None, symbol_of(one.intent) or symbol))
    why = _blind_words(positions, unread, store)
    profit = sum(map(store.live_profit, positions), Decimal(0))
    swap = sum((position.swap for position in positions), Decimal(0))
    tickets: tuple[int, ...] = ()
    if why is None:
        shown = (row.ticket for row in unread if row.ticket is not None)
        tickets = tuple(dict.fromkeys((*(position.ticket for position in positions), *shown)))
        doubted = sum(store.doubt_of(position.ticket) is not None for position in positions)
        sentence = many_closes_words(
            len(positions), profit, currency_of(store), swap=swap, in_doubt=doubted, unread=len(unread)
        )
    else:
        what = "everything" if symbol is None else f"all of {name(symbol)}"
        sentence = f"Close {what}, whatever is held: {why}."
    intent: Intent = (
        CloseAllIntent(intent_id, tickets)
        if symbol is None
        else CloseSymbolIntent(intent_id, symbol, tickets)
    )
    warned = (*_warnings(positions, coming, store), *found)
    is_known = why is None and not unread
    order = judged(intent, sentence, view, warned, profit=profit if is_known else None)
    return BulkCloseDraft(order, positions, unread, why is not None, coming)


def _blind_words(positions: tuple[Position, ...], unread: tuple[UnreadRow, ...], store: Store) -> str | None:
    """Why it closes what is not known, as a clause; None where the list tells all there is."""
    if isinstance(state := store.read_state(Reading.POSITIONS), NeverRead):
        return f"the positions are {unread_clause(state)}"
    if any(row.ticket is None for row in unread):
        return unread_words(unread)
    return None if positions or unread else "the list of positions is empty"


def _warnings(
    positions: tuple[Position, ...], coming: tuple[IntentRecord, ...], store: Store
) -> Iterator[Problem]:
    match store.read_state(Reading.POSITIONS):
        case Failing() as state:
            yield warning(f"The positions are {unread_clause(state)}: shown is what is known of.")
        case NeverRead(why=str()) as state:
            yield warning(unread_sentence("The positions are", state) or "")
        case _:
            pass
    if is_empty_in_doubt(store):
        yield warning(EMPTY_IN_DOUBT)
    if coming:
        yield warning(f"What is on its way is not stopped by this.{ALARM_TELLS.on_screen}")
    if (trouble := feed_trouble(store.feed)) is not None and positions:
        yield warning(f"Profits are the server's last word: {trouble}.")


def pending_words(store: Store) -> str | None:
    """That pending orders outlast a close of everything, as a sentence; None where there is none."""
    if (clause := unread_clause(store.read_state(Reading.ORDERS))) is not None:
        return f"Pending orders are {clause}: what there is stays, and may open later."
    count = len(store.orders) + len(store.unread(Reading.ORDERS))
    stays = "stays" if count == 1 else "stay"
    return f"{many(count, 'pending order')} {stays}: the API has no way to cancel them." if count else None


def many_closes_words(
    count: int,
    profit: Decimal | None,
    currency: str | None,
    *,
    swap: Decimal,
    in_doubt: int = 0,
    unread: int = 0,
    in_part: int = 0,
) -> str:
    """`Close 3 positions, 1 of them in doubt, at market: about +22.10 USD in all.`

    `count` are the positions that are known, `unread` those whose rows can't be read, in no sum; of the known
    `in_doubt` may be gone, and `in_part` are closed in part alone.
    """
    if not count and unread:
        return f"Close {many(unread, 'position')} that can't be read, whatever is held."
    doubted = f", {in_doubt} of them in doubt" if in_doubt else ""
    also = f" and {unread} that can't be read" if unread else ""
    comma = "," if doubted and not also else ""
    how = f"{comma} at market"
    if in_part:
        how = f"{comma} in part" if in_part == count else f", {in_part} of them in part"
    about = f"about {signed_money_text(profit, currency)} in all{swap_clause(swap, currency)}"
    return f"Close {many(count, 'position')}{doubted}{also}{how}: {about}."
