"""What comes near to an order's work and is not just it: part fills, lost stops, another volume. Pure.

Near is a candidate (order safety): it rules out "not done", is offered to the trader, and its difference is
said. Whether it is the order's own is proven like any other outcome.
"""

from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal

import msgspec
from msgspec.structs import replace

from xbtfx_tui.domain.intents import (
    CloseByIntent,
    CloseIntent,
    Intent,
    ModifyIntent,
    OpenIntent,
    ReverseIntent,
)
from xbtfx_tui.domain.net_positions import held_volume
from xbtfx_tui.domain.order_text import lots_words
from xbtfx_tui.domain.positions import PendingOrder, Position
from xbtfx_tui.domain.price_equality import same_price, same_volume
from xbtfx_tui.domain.stop_rules import StopKind
from xbtfx_tui.domain.store_events import PositionOpened
from xbtfx_tui.orders.reconcile.deal_evidence import Read, lots_by_position
from xbtfx_tui.orders.reconcile.holdings_snapshot import HoldingsSnapshot, Stops, TrackedOrder
from xbtfx_tui.orders.reconcile.position_matching import (
    CarriedOut,
    is_new_of_its_side,
    opening_of,
    stop_differences,
    wanted_stop,
)
from xbtfx_tui.orders.reconcile.volume_effects import may_move_what_it_closes, net_effect_of, taken_of

_ROUNDED_BY = 20
"""Points by which a server may round a stop."""

NOT_OPENED = "its opposite NOT opened"
"""How the clause ends of a reverse of which only a close, or a part of it, was done."""


class Near(msgspec.Struct, frozen=True):
    """It may be this, with a difference.

    `difference` are clauses ("0.04 of 0.10", "WITHOUT its sl 0.99"); `volume` is what was done, in lots, None
    where it has none: of a netting account's reverse the volume of its whole deal, closing and opening.
    `is_short` is True where less was done than asked: the rest may still come. `alone` is False where
    something else could be it, or another order's work; `tickets` are all that could. `is_since_send` is True
    of stops where another one that was asked for stands as wanted, and did not before: no list from before
    the send can show that.
    """

    found: CarriedOut
    difference: tuple[str, ...]
    volume: Decimal | None
    is_short: bool
    alone: bool
    tickets: tuple[int, ...]
    is_since_send: bool = False

    @property
    def is_alike(self) -> bool:
        """Whether it is as asked for, as far as is known: its stops are in no list yet."""
        return self.alone and not self.difference


def look_near(
    watched: TrackedOrder, rivals: Sequence[TrackedOrder], sight: HoldingsSnapshot, read: Read | None
) -> Near | None:
    """What comes nearest to the intent's work among what is held; None where nothing does. `read` is the last
    read of the history that counts for it."""
    if sight.asked is None:
        return None
    match watched.intent:
        case ReverseIntent() as reverse if not sight.is_netting and reverse.ticket in sight.positions:
            return _near_half(reverse, watched, rivals, sight)
        case OpenIntent() | ReverseIntent() if not sight.is_netting:
            return _near_opening(watched, rivals, sight, read)
        case OpenIntent() | ReverseIntent():
            return _near_net(watched, rivals, sight)
        case CloseIntent() as close:
            return _near_close(close, watched, rivals, sight)
        case CloseByIntent() as close if not sight.is_netting:
            return _near_close_by(close, watched, rivals, sight)
        case ModifyIntent() as change:
            return _near_stops(change, watched, rivals, sight)
        case _:
            return None


def opened_lots(watched: TrackedOrder, ticket: int, sight: HoldingsSnapshot, read: Read | None) -> Decimal:
    """Lots that a position of a hedging account is known to have had at its opening: by the stream's word
    since the send, and by its deals; 0 where neither tells."""
    told = (
        event.volume
        for at, event in sight.events
        if isinstance(event, PositionOpened) and event.ticket == ticket and watched.is_after_send(at)
    )
    dealt = {} if read is None else lots_by_position(read.deals)
    return max((*told, dealt[ticket].opened if ticket in dealt else Decimal(0)))


def _near_opening(
    watched: TrackedOrder, rivals: Sequence[TrackedOrder], sight: HoldingsSnapshot, read: Read | None
) -> Near | None:
    opening = opening_of(watched.intent)
    candidates = [
        position
        for position in sight.positions.values()
        if position.ticket not in sight.claimed and is_new_of_its_side(watched, position)
    ]
    if not candidates or opening is None:
        return None
    position = candidates[0]
    asked, step = opening[2], sight.grid(position.symbol).step
    # What was closed of it since was bought, too.
    lots = max(position.volume, opened_lots(watched, position.ticket, sight, read))
    volume = asked if same_volume(lots, asked, step) else lots
    difference = _opening_differences(watched.intent, asked, replace(position, volume=lots), sight)
    taken = any(is_new_of_its_side(rival, position) for rival in rivals)
    alone = len(candidates) == 1 and not taken and volume <= asked
    found = CarriedOut(position.ticket, position.price_open)
    tickets = tuple(sorted(candidate.ticket for candidate in candidates))
    return Near(found, difference, volume, volume < asked, alone, tickets)


def near_gone(
    watched: TrackedOrder,
    found: CarriedOut,
    volume: Decimal,
    rivals: Sequence[TrackedOrder],
    sight: HoldingsSnapshot,
) -> Near:
    """Hedging: a position of its symbol and side that came with so many lots and is held no more. Of its
    stops nothing tells."""
    opening = opening_of(watched.intent)
    asked = volume if opening is None else opening[2]
    if same_volume(volume, asked, sight.grid(watched.intent_symbol).step):
        volume = asked
    words = () if volume == asked else (f"{lots_words(volume)} of {lots_words(asked)}",)
    kinds = [kind[:2] for rival in rivals if (kind := opening_of(rival.intent)) is not None]
    alone = volume <= asked and opening is not None and opening[:2] not in kinds
    return Near(found, words, volume, volume < asked, alone, () if found.ticket is None else (found.ticket,))


def _near_half(
    reverse: ReverseIntent, watched: TrackedOrder, rivals: Sequence[TrackedOrder], sight: HoldingsSnapshot
) -> Near | None:
    """Hedging: a part of a reverse's close was done, and nothing can be opened before the rest is."""
    held, left = watched.held(reverse.ticket), sight.positions[reverse.ticket].volume
    taken = held - left
    if taken <= 0 or same_volume(held, left, sight.grid(reverse.symbol).step):
        return None
    words = (f"{lots_words(taken)} of {lots_words(held)} closed, {NOT_OPENED}",)
    alone = not _touch(rivals, reverse.symbol)
    return Near(CarriedOut(), words, taken, True, alone, (reverse.ticket,))


def _near_close_by(
    close: CloseByIntent, watched: TrackedOrder, rivals: Sequence[TrackedOrder], sight: HoldingsSnapshot
) -> Near | None:
    """Two positions closed each other in part: both are smaller by the same."""
    pair = (close.ticket, close.by_ticket)
    if any(ticket not in sight.positions for ticket in pair):
        return None
    taken, other = (watched.held(ticket) - sight.positions[ticket].volume for ticket in pair)
    smaller, step = min(map(watched.held, pair)), sight.grid(close.symbol).step
    if taken <= 0 or not same_volume(taken, other, step) or same_volume(taken, smaller, step):
        return None
    words = (f"{lots_words(taken)} of {lots_words(smaller)}",)
    return Near(CarriedOut(), words, taken, True, not _touch(rivals, close.symbol), pair)


def _opening_differences(
    intent: Intent, asked: Decimal, position: Position, sight: HoldingsSnapshot
) -> tuple[str, ...]:
    """How a position differs from what was to be opened; of its stops only where a list has them."""
    difference: tuple[str, ...] = ()
    if not same_volume(position.volume, asked, sight.grid(position.symbol).step):
        difference = (f"{lots_words(position.volume)} of {lots_words(asked)}",)
    if position.ticket in sight.listed:
        difference += stop_differences(intent, position, sight.grid(position.symbol))
    return difference


def differences_of(watched: TrackedOrder, ticket: int, sight: HoldingsSnapshot) -> tuple[str, ...]:
    """How a position that is taken for an opening's work differs from it, as clauses; none where that is not
    known: the net position of a symbol is not one order's work alone."""
    opening, position = opening_of(watched.intent), sight.positions.get(ticket)
    if opening is None or position is None or sight.is_netting:
        return ()
    return _opening_differences(watched.intent, opening[2], position, sight)


def _near_net(watched: TrackedOrder, rivals: Sequence[TrackedOrder], sight: HoldingsSnapshot) -> Near | None:
    """Netting: the net volume moved the intent's way, by less than it asked for, or by more: then another
    hand has moved it as well, if this order did at all."""
    opening = opening_of(watched.intent)
    if opening is None:
        return None
    symbol, side, volume = opening
    closes = volume if isinstance(watched.intent, ReverseIntent) else Decimal(0)
    asked, step = closes + volume, sight.grid(symbol).step
    held = held_volume(sight.positions.values(), symbol)
    moved = (held - watched.net(symbol)) * side.sign
    moved -= sum((net_effect_of(one, symbol) for one in watched.done), Decimal(0)) * side.sign
    if moved <= 0 or same_volume(moved, asked, step):
        return None
    if same_volume(moved, closes, step):
        return None  # flat: whose work that is, and whether its opposite comes, nothing here tells
    position = next((one for one in sight.positions.values() if one.symbol == symbol), None)
    tickets = () if position is None else (position.ticket,)
    words = (f"{lots_words(moved - closes)} of {lots_words(volume)}",)
    if moved < closes:
        words = (f"{lots_words(moved)} of {lots_words(closes)} closed, {NOT_OPENED}",)
    ticket = None if position is None else position.ticket
    alone = moved < asked and not _touch(rivals, symbol)
    return Near(CarriedOut(ticket), words, moved, moved < asked, alone, tickets)


def _near_close(
    close: CloseIntent, watched: TrackedOrder, rivals: Sequence[TrackedOrder], sight: HoldingsSnapshot
) -> Near | None:
    position = sight.positions.get(close.ticket)
    if sight.is_netting:
        # There is one position a symbol, whatever its ticket is by now.
        position = next((one for one in sight.positions.values() if one.symbol == close.symbol), None)
    if position is None:
        return None
    if sight.is_netting:
        now = held_volume(sight.positions.values(), close.symbol)
        taken = (watched.net(close.symbol) - now) * close.side.sign
    else:
        taken = watched.held(close.ticket) - position.volume
    # What others are known to have done is not this one's work, too.
    done = [one for one in watched.done if may_move_what_it_closes(one.intent, close, sight)]
    taken -= sum((taken_of(one, close, sight) for one in done), Decimal(0))
    if taken <= 0 or same_volume(taken, close.volume, sight.grid(close.symbol).step):
        return None
    words = (f"{lots_words(taken)} of {lots_words(close.volume)}",)
    alone = taken < close.volume and not _touch(rivals, close.symbol)
    return Near(CarriedOut(position.ticket), words, taken, taken < close.volume, alone, (position.ticket,))


def _near_stops(
    change: ModifyIntent, watched: TrackedOrder, rivals: Sequence[TrackedOrder], sight: HoldingsSnapshot
) -> Near | None:
    """The stops stand elsewhere than before the send, and elsewhere than wanted. Of one that was not read
    before, where it stands now may be this order's work; that there is none is not."""
    item = sight.listed.get(change.ticket)
    before = next((held.stops for held in watched.before if held.ticket == change.ticket), None)
    if item is None or sight.asked is None:
        return None
    if not watched.is_after_send(sight.asked):
        return None
    if any(_explains(other.intent, item, sight) for other in (*rivals, *watched.done)):
        return None
    digits = sight.grid(change.symbol).digits
    words = stands_otherwise(change, item, digits)
    was = Stops(None, None) if before is None else before
    pairs = ((change.sl, was.sl, item.sl), (change.tp, was.tp, item.tp))
    moved = any(
        wanted_stop(stop) is not None and not same_price(stood, stands, digits)
        for stop, stood, stands in pairs
    )
    if not (words and moved):
        return None
    came = any(
        wanted is not None
        and same_price(wanted or None, stands, digits)
        and not same_price(stood, stands, digits)
        for wanted, stood, stands in ((wanted_stop(stop), *both) for stop, *both in pairs)
    )
    is_since_send = before is not None and came
    return Near(CarriedOut(change.ticket), words, None, False, True, (change.ticket,), is_since_send)


def may_be_older(
    change: Intent, sight: HoldingsSnapshot, asked: Mapping[int, Collection[tuple[StopKind, Decimal]]]
) -> bool:
    """Whether stops that stand otherwise than wanted may be from before the send, in a list that came late:
    another order `asked` for one of them (0: for none), or it is not near what was wanted, as a price that
    the server has rounded is. False of what changes no stops."""
    if not isinstance(change, ModifyIntent):
        return False
    item, digits = sight.listed.get(change.ticket), sight.grid(change.symbol).digits
    if item is None or digits is None:
        return True
    for kind, stop, stands in ((StopKind.SL, change.sl, item.sl), (StopKind.TP, change.tp, item.tp)):
        wanted = wanted_stop(stop)
        if wanted is None or same_price(wanted or None, stands, digits):
            continue
        if not wanted or stands is None or abs(stands - wanted) > _ROUNDED_BY * Decimal(1).scaleb(-digits):
            return True
        if any(
            one is kind and same_price(price or None, stands, digits)
            for one, price in asked.get(change.ticket, ())
        ):
            return True
    return False


def stands_otherwise(
    change: ModifyIntent, item: Position | PendingOrder, digits: int | None
) -> tuple[str, ...]:
    """Which stops stand elsewhere than wanted, as clauses: `its sl stands at 1.05, not 1.06`."""
    stops = (("sl", wanted_stop(change.sl), item.sl), ("tp", wanted_stop(change.tp), item.tp))
    return tuple(
        f"its {name} stands at {stands or 'none'}, not {wanted or 'none'}"
        for name, wanted, stands in stops
        if wanted is not None and not same_price(wanted or None, stands, digits)
    )


def _explains(other: Intent, item: Position, sight: HoldingsSnapshot) -> bool:
    """Whether these stops are another order's work."""
    if not isinstance(other, ModifyIntent) or other.ticket != item.ticket:
        return False
    digits = sight.grid(item.symbol).digits
    pairs = ((wanted_stop(other.sl), item.sl), (wanted_stop(other.tp), item.tp))
    return all(want is None or same_price(want or None, stands, digits) for want, stands in pairs)


def _touch(rivals: Sequence[TrackedOrder], symbol: str) -> bool:
    return any(rival.intent_symbol in (symbol, "") for rival in rivals)
