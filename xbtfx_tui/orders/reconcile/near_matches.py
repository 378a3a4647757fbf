"""What comes near to an order's work and is not just it: part fills, lost stops, another volume. Pure.

Near is a candidate (order safety): it rules out "not done", is offered to the trader, and its difference is
said. Whether it is the order's own is proven like any other outcome.
"""

from collections.abc import Sequence
from decimal import Decimal

import msgspec

from xbtfx_tui.domain.intents import CloseIntent, Intent, ModifyIntent, OpenIntent, ReverseIntent
from xbtfx_tui.domain.nearness import same_price, same_volume
from xbtfx_tui.domain.netting import held_volume
from xbtfx_tui.domain.positions import Position
from xbtfx_tui.domain.words import lots_words
from xbtfx_tui.orders.reconcile.held import Sight, Watched
from xbtfx_tui.orders.reconcile.matching import (
    Found,
    is_new_of_its_side,
    opening_of,
    stop_differences,
    wanted_stop,
)


class Near(msgspec.Struct, frozen=True):
    """It may be this, with a difference.

    `difference` are clauses ("0.04 of 0.10", "WITHOUT its sl 0.99"); `volume` is what was done, in lots, None
    where it has none. `is_short` is True where less was done than asked: the rest may still come. `alone` is
    False where something else could be it, or another order's work; `tickets` are all that could.
    """

    found: Found
    difference: tuple[str, ...]
    volume: Decimal | None
    is_short: bool
    alone: bool
    tickets: tuple[int, ...]

    @property
    def is_alike(self) -> bool:
        """Whether it is as asked for, as far as is known: its stops are in no list yet."""
        return self.alone and not self.difference


def look_near(watched: Watched, rivals: Sequence[Watched], sight: Sight) -> Near | None:
    """What comes nearest to the intent's work among what is held; None where nothing does."""
    if sight.asked is None:
        return None
    match watched.intent:
        case OpenIntent() | ReverseIntent() if not sight.is_netting:
            return _near_opening(watched, rivals, sight)
        case OpenIntent() | ReverseIntent():
            return _near_net(watched, rivals, sight)
        case CloseIntent() as close:
            return _near_close(close, watched, rivals, sight)
        case ModifyIntent() as change:
            return _near_stops(change, watched, rivals, sight)
        case _:
            return None


def _near_opening(watched: Watched, rivals: Sequence[Watched], sight: Sight) -> Near | None:
    if isinstance(watched.intent, ReverseIntent) and watched.intent.ticket in sight.positions:
        return None
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
    difference: tuple[str, ...] = ()
    if not same_volume(position.volume, asked, step):
        difference = (f"{lots_words(position.volume)} of {lots_words(asked)}",)
    if position.ticket in sight.listed:
        difference += stop_differences(watched.intent, position, sight.grid(position.symbol))
    is_short = bool(difference) and position.volume < asked and not same_volume(position.volume, asked, step)
    taken = any(is_new_of_its_side(rival, position) for rival in rivals)
    alone = len(candidates) == 1 and not taken and position.volume <= asked
    found = Found(position.ticket, position.price_open)
    tickets = tuple(sorted(candidate.ticket for candidate in candidates))
    return Near(found, difference, position.volume, is_short, alone, tickets)


def _near_net(watched: Watched, rivals: Sequence[Watched], sight: Sight) -> Near | None:
    """Netting: the net volume moved the intent's way, by less than it asked for, or by more: then another
    hand has moved it as well, if this order did at all."""
    opening = opening_of(watched.intent)
    if opening is None:
        return None
    symbol, side, volume = opening
    asked = 2 * volume if isinstance(watched.intent, ReverseIntent) else volume
    held = held_volume(sight.positions.values(), symbol)
    moved = (held - watched.net(symbol)) * side.sign
    if moved <= 0 or same_volume(moved, asked, sight.grid(symbol).step):
        return None
    position = next((one for one in sight.positions.values() if one.symbol == symbol), None)
    tickets = () if position is None else (position.ticket,)
    words = (f"{lots_words(moved)} of {lots_words(asked)}",)
    ticket = None if position is None else position.ticket
    alone = moved < asked and not _touch(rivals, symbol)
    return Near(Found(ticket), words, moved, moved < asked, alone, tickets)


def _near_close(close: CloseIntent, watched: Watched, rivals: Sequence[Watched], sight: Sight) -> Near | None:
    position = sight.positions.get(close.ticket)
    if position is None:
        return None
    if sight.is_netting:
        now = held_volume(sight.positions.values(), close.symbol)
        taken = (watched.net(close.symbol) - now) * close.side.sign
    else:
        taken = watched.held(close.ticket) - position.volume
    if taken <= 0 or same_volume(taken, close.volume, sight.grid(close.symbol).step):
        return None
    words = (f"{lots_words(taken)} of {lots_words(close.volume)}",)
    alone = taken < close.volume and not _touch(rivals, close.symbol)
    return Near(Found(close.ticket), words, taken, taken < close.volume, alone, (close.ticket,))


def _near_stops(
    change: ModifyIntent, watched: Watched, rivals: Sequence[Watched], sight: Sight
) -> Near | None:
    """The stops stand elsewhere than before the send, and elsewhere than wanted."""
    item = sight.listed.get(change.ticket)
    before = next((held.stops for held in watched.before if held.ticket == change.ticket), None)
    if item is None or before is None or sight.asked is None:
        return None
    if not watched.is_after_send(sight.asked):
        return None
    if any(_explains(other.intent, item, sight) for other in (*rivals, *watched.done)):
        return None
    digits = sight.grid(change.symbol).digits
    words: list[str] = []
    moved = False
    of_sl, of_tp = ("sl", change.sl, before.sl, item.sl), ("tp", change.tp, before.tp, item.tp)
    for name, stop, was, stands in (of_sl, of_tp):
        wanted = wanted_stop(stop)
        if wanted is None or same_price(wanted or None, stands, digits):
            continue
        words.append(f"its {name} stands at {stands or 'none'}, not {wanted or 'none'}")
        moved = moved or not same_price(was, stands, digits)
    return Near(Found(change.ticket), tuple(words), None, False, True, (change.ticket,)) if moved else None


def _explains(other: Intent, item: Position, sight: Sight) -> bool:
    """Whether these stops are another order's work."""
    if not isinstance(other, ModifyIntent) or other.ticket != item.ticket:
        return False
    digits = sight.grid(item.symbol).digits
    pairs = ((wanted_stop(other.sl), item.sl), (wanted_stop(other.tp), item.tp))
    return all(want is None or same_price(want or None, stands, digits) for want, stands in pairs)


def _touch(rivals: Sequence[Watched], symbol: str) -> bool:
    return any(rival.intent_symbol in (symbol, "") for rival in rivals)
