"""What a bulk close left open, as orders that close it one by one. Pure: it only offers."""

from collections.abc import Callable, Mapping

from xbtfx_tui.domain.intents import CloseAllIntent, CloseIntent, CloseSymbolIntent, Intent
from xbtfx_tui.domain.positions import Position


def leftovers_of(
    intent: Intent, positions: Mapping[int, Position], new_id: Callable[[], str]
) -> tuple[CloseIntent, ...]:
    """A full close of each of the bulk close's original tickets that is still open; () for other intents.

    What was opened since is not among them: nobody has asked to close it.
    """
    if not isinstance(intent, CloseAllIntent | CloseSymbolIntent):
        return ()
    held = (positions.get(ticket) for ticket in intent.tickets)
    return tuple(
        CloseIntent(new_id(), p.ticket, p.symbol, p.side, p.volume, p.volume) for p in held if p is not None
    )
