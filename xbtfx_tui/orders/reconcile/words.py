"""What a look at positions or deals showed of an order, in words for the trader. Pure."""

from collections.abc import Mapping

from xbtfx_tui.domain.events import Loudness
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
)
from xbtfx_tui.domain.positions import Position
from xbtfx_tui.domain.words import lots_words
from xbtfx_tui.orders.doubts import AgainIn, NeverAgain
from xbtfx_tui.orders.reconcile.matching import Watched
from xbtfx_tui.orders.sending.verdicts import not_done_words


def nothing_words(watched: Watched, positions: Mapping[int, Position]) -> str:
    """That nothing of the order is to be seen, as a clause after "positions: "."""
    match watched.intent:
        case OpenIntent(symbol=symbol, side=side, volume=volume):
            return f"no new {side.value} {lots_words(volume)} {symbol}"
        case ReverseIntent(ticket=ticket, symbol=symbol, side=side, held=held) if ticket not in positions:
            return f"ticket {ticket} is closed, no new {side.opposite.value} {lots_words(held)} {symbol}"
        case CloseIntent(ticket=ticket) | ReverseIntent(ticket=ticket) | CloseByIntent(ticket=ticket):
            position = positions.get(ticket)
            holds = f"holds {lots_words(position.volume)}" if position is not None else "is gone"
            return f"ticket {ticket} {holds}"
        case CloseUnreadIntent(ticket=ticket):
            return f"ticket {ticket} is not known to be gone"
        case ModifyIntent(ticket=ticket):
            return f"the stops of ticket {ticket} are not as wanted"
        case CloseSymbolIntent() | CloseAllIntent():
            return f"still open: {_still_open(watched, positions) or 'not known'}"


def several_words(tickets: tuple[int, ...]) -> str:
    """That more than one order and position could belong together."""
    return f"not certain: {_listed(tickets) or 'what is gone'} could be it"


def ambiguous_words(tickets: tuple[int, ...]) -> str:
    """The same as the story's sentence."""
    return (
        "Not certain: more than one order and position could belong together "
        f"({_listed(tickets) or 'what was held is gone'}). Say which one it is."
    )


def not_filled_words(watched: Watched, positions: Mapping[int, Position]) -> tuple[str, Loudness]:
    """That nothing of the order was found, where it was looked for; how loud."""
    seen = "The positions, looked at three times and more, and the history of deals show"
    watching = "It stays watched for 24 h."
    intent = watched.intent
    match intent:
        case OpenIntent():
            return f"Not filled: {seen} nothing of it. {watching}", Loudness.WARNING
        case ReverseIntent(ticket=ticket) if ticket not in positions:
            half = f"Half done: position {ticket} is closed, its opposite was NOT opened."
            return f"{half} {watching}", Loudness.ERROR
        case CloseSymbolIntent() | CloseAllIntent():
            left = _still_open(watched, positions)
            return f"Not all is closed. Still open: {left}. Close them one by one.", Loudness.ERROR
        case _:
            return f"Not done: {seen} nothing of it. {not_done_words(intent)} {watching}", Loudness.ERROR


def placed_words(seconds: float) -> str:
    """That an accepted order was not seen."""
    return (
        f"Unknown: accepted, but not seen in the positions for {seconds:.0f} s. "
        "Do not send it again; the positions are still being watched."
    )


def late_words(done: str, intent: Intent) -> str:
    """The alarm: an order was found not filled, and its work is there after all."""
    if isinstance(intent, OpenIntent | ReverseIntent):
        return f"LATE: an order that was found not filled was filled after all. {done} Look at it now."
    return f"LATE: an order that was found not done seems to be done after all. {done}"


def resend_words(resend: NeverAgain | AgainIn) -> str:
    """Why an order can't be sent again now, as a sentence."""
    match resend:
        case NeverAgain(reason=reason):
            return f"It can't be sent again: {reason}."
        case AgainIn(seconds=seconds):
            return f"It can't be sent again yet: wait {seconds:.0f} s more."


def _still_open(watched: Watched, positions: Mapping[int, Position]) -> str:
    return _listed(tuple(held.ticket for held in watched.before if held.ticket in positions))


def _listed(tickets: tuple[int, ...]) -> str:
    shown = ", ".join(str(ticket) for ticket in tickets[:10])
    return f"{shown} and {len(tickets) - 10} more" if len(tickets) > 10 else shown
