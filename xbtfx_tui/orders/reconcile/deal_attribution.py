"""Netting: which of several orders was done, where history and list tell the same of all that was. Pure.

Each deal is the work of one order at most. It decides nothing where the history is not known from before the
send on, nor where deals and list do not come to the same lots.
"""

from collections.abc import Sequence
from decimal import Decimal

from msgspec.structs import replace

from xbtfx_tui.domain.intents import (
    CloseAllIntent,
    CloseByIntent,
    CloseIntent,
    CloseSymbolIntent,
    CloseUnreadIntent,
    Intent,
    ModifyIntent,
    OpenIntent,
    ReverseIntent,
    symbol_of,
)
from xbtfx_tui.domain.net_positions import held_volume
from xbtfx_tui.domain.order_outcomes import Result, deals_named
from xbtfx_tui.domain.positions import Deal, DealEntry
from xbtfx_tui.domain.price_equality import same_volume
from xbtfx_tui.orders.reconcile.deal_evidence import Read, deals_since
from xbtfx_tui.orders.reconcile.holdings_snapshot import HoldingsSnapshot, TrackedOrder
from xbtfx_tui.orders.reconcile.outcome_findings import Others, Proven
from xbtfx_tui.orders.reconcile.position_matching import CarriedOut, Several, Unseen
from xbtfx_tui.orders.reconcile.possible_deals import by_order, lots_of, may_be_part_of, unexplained
from xbtfx_tui.orders.reconcile.volume_effects import takes_all

_TURNS = (DealEntry.IN, DealEntry.IN_OUT)


def decided_by_deals(
    watched: TrackedOrder, result: Result | None, others: Others, sight: HoldingsSnapshot, read: Read | None
) -> Proven | Several | Unseen | None:
    """Whether an opening or a close was done, by the deals that no other order is known to have made: it was
    where there is one of just its lots for it and for each other order that may have made these, and nothing
    shows where there is none that may be its work, be it in part. Where they may as well be those of a close
    of all, they tell nothing of a close, and of an opening the trader tells. None where they do not decide
    it, or the answer does."""
    intent = watched.intent
    if read is None or not isinstance(intent, OpenIntent | CloseIntent):
        return None
    if deals_named(result) or not sight.is_netting or not _tell_all(watched, read, sight):
        return None
    step = sight.grid(intent.symbol).step
    done, doubtful = _done_and_doubtful(watched, others, sight, read)
    own = [
        deals for deals in unexplained(watched, done, sight, read).values() if could_make(intent, deals, step)
    ]
    if not own:
        return Unseen()
    just_so = all(same_volume(lots_of(deals), intent.volume, step) for deals in own)
    rivals = [one for one in doubtful if any(could_make(one.intent, deals, step) for deals in own)]
    if just_so and len(own) == 1 + len(rivals):
        return Proven(CarriedOut())
    is_beside = just_so and any(takes_all(one.intent) for one in rivals)
    return _beside_a_close_of_all(intent, sight) if is_beside else None


def _beside_a_close_of_all(
    intent: OpenIntent | CloseIntent, sight: HoldingsSnapshot
) -> Several | Unseen | None:
    """Deals that are as the order's, and may be those of a close of all."""
    held = tuple(one.ticket for one in sight.positions.values() if one.symbol == intent.symbol)
    if isinstance(intent, OpenIntent):
        return Several(held)
    # What is held by now is another order's, and of a position that is gone it is said that whose work that
    # was is not known: there is nothing to decide.
    return Unseen() if held and intent.ticket not in held else None


def could_make(intent: Intent, deals: Sequence[Deal], step: Decimal | None) -> bool:
    """Whether one order's deals may be the intent's work on a netting account, in whole or in part. What
    closes all that it finds neither opens nor turns a position."""
    if takes_all(intent) and any(deal.entry in _TURNS for deal in deals):
        return False
    match intent:
        case CloseSymbolIntent() | CloseAllIntent() | CloseUnreadIntent():
            return all(symbol_of(intent) in (None, deal.symbol) for deal in deals)
        case OpenIntent() | CloseIntent() | ReverseIntent():
            return may_be_part_of(intent, deals, step)
        case CloseByIntent() | ModifyIntent():
            return False


def _done_and_doubtful(
    watched: TrackedOrder, others: Others, sight: HoldingsSnapshot, read: Read
) -> tuple[list[TrackedOrder], list[TrackedOrder]]:
    """The other orders whose deals are known to be theirs, and those that may have made any. What closes all
    that it finds is told as done where nothing is left, whoever closed it: that does not say that a
    deal is its own, unless one is that no other may have made."""
    done = {one.intent.intent_id: one for one in (*watched.done, *others.just_done)}.values()
    known = [one for one in done if not takes_all(one.intent)]
    step, since = sight.grid(watched.intent_symbol).step, by_order(deals_since(watched, read)).keys()
    unknown = [
        one
        for one in done
        if takes_all(one.intent)
        and not any(
            could_make(one.intent, deals, step)
            for order, deals in by_order(deals_since(one, read)).items()
            if order not in since
        )
    ]
    return known, [*others.on_their_way, *others.late, *unknown]


def _tell_all(watched: TrackedOrder, read: Read, sight: HoldingsSnapshot) -> bool:
    """Whether the deals since the send, whoever's, are known to be all, and come to just what the last list
    shows as moved: not to nothing, for then neither may have been told of it yet."""
    if not watched.is_history_read or sight.asked is None or not watched.is_after_send(sight.asked):
        return False
    symbol, anyones = watched.intent_symbol, replace(watched, theirs=frozenset())
    dealt = sum(
        (deal.side.sign * deal.volume for deal in deals_since(anyones, read) if deal.symbol == symbol),
        Decimal(0),
    )
    moved = held_volume(sight.listed.values(), symbol) - watched.net(symbol)
    return dealt != 0 and same_volume(dealt, moved, sight.grid(symbol).step)
