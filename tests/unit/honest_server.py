"""What an honest server holds after it has answered that an order is done: the world to a scripted answer."""

from collections.abc import Mapping
from decimal import Decimal
from itertools import count

from msgspec.structs import replace

from xbtfx_tui.domain.intents import (
    CloseAllIntent,
    CloseByIntent,
    CloseIntent,
    CloseSymbolIntent,
    Intent,
    Keep,
    ModifyIntent,
    MoveTo,
    OpenIntent,
    Remove,
    ReverseIntent,
    StopChange,
)
from xbtfx_tui.domain.order_outcomes import BulkClosed, Done, Filled, Result, Reversed
from xbtfx_tui.domain.positions import Position

_TICKETS = count(900_001)


def after(
    intent: Intent, result: Result, held: Mapping[int, Position], *, is_netting: bool
) -> dict[int, Position] | None:
    """What is held once what was answered is done; None where the answer says no such thing."""
    now = dict(held)
    match intent, result:
        case OpenIntent(), Filled(order=order, volume=volume, price=price):
            _trade(now, intent, order, volume or intent.volume, price or intent.price, is_netting=is_netting)
        case CloseIntent(ticket=ticket), Filled(volume=volume):
            _take(now, ticket, volume or intent.volume)
        case ModifyIntent(ticket=ticket), Done() if ticket in now:
            one = now[ticket]
            now[ticket] = replace(one, sl=_moved(intent.sl, one.sl), tp=_moved(intent.tp, one.tp))
        case CloseByIntent(ticket=ticket, by_ticket=by_ticket), Done():
            smaller = min(now[ticket].volume, now[by_ticket].volume)
            _take(now, ticket, smaller)
            _take(now, by_ticket, smaller)
        case ReverseIntent(ticket=ticket, side=side), Reversed(open_order=order, open_price=price):
            one = now.pop(ticket)
            new = order or next(_TICKETS)
            at = price or one.price_current
            now[new] = replace(one, ticket=new, side=side.opposite, price_open=at, sl=None, tp=None)
        case CloseSymbolIntent() | CloseAllIntent(), BulkClosed(lines=lines):
            for line in lines:
                if line.is_closed:
                    now.pop(line.ticket, None)
        case _:
            return None
    return now


def _trade(
    now: dict[int, Position],
    intent: OpenIntent,
    order: int | None,
    volume: Decimal,
    price: Decimal,
    *,
    is_netting: bool,
) -> None:
    new = Position(
        order or next(_TICKETS), intent.symbol, intent.side, volume, price, price, intent.sl, intent.tp
    )
    old = next((one for one in now.values() if one.symbol == intent.symbol), None) if is_netting else None
    if old is None:
        now[new.ticket] = new
        return
    net = old.side.sign * old.volume + new.side.sign * volume
    if not net:
        del now[old.ticket]
        return
    side = old.side if (net > 0) == (old.side.sign > 0) else new.side
    now[old.ticket] = replace(old, side=side, volume=abs(net))


def _take(now: dict[int, Position], ticket: int, volume: Decimal) -> None:
    if (one := now.get(ticket)) is None:
        return
    if volume >= one.volume:
        del now[ticket]
    else:
        now[ticket] = replace(one, volume=one.volume - volume)


def _moved(change: StopChange, stands: Decimal | None) -> Decimal | None:
    match change:
        case Keep():
            return stands
        case Remove():
            return None
        case MoveTo(price=price):
            return price
