"""What is said where an outcome turns out to be another than was told, in words for the trader. Pure."""

from decimal import Decimal

from xbtfx_tui.domain.intents import Intent, OpenIntent, ReverseIntent
from xbtfx_tui.domain.order_text import done_words, intent_words, lots_words
from xbtfx_tui.domain.shell_wording import CHECKED_ANEW
from xbtfx_tui.orders.reconcile.close_messages import tickets_words
from xbtfx_tui.orders.reconcile.outcome_messages import UNKNOWN_STOPS


def grown_words(ticket: int, volume: Decimal, asked: Decimal) -> str:
    """That more of an order was filled than was told."""
    return (
        f"LATE: position {ticket} holds {lots_words(volume)} by now, of {lots_words(asked)} asked for: more "
        "of the order was filled after all."
    )


def again_there_words(tickets: tuple[int, ...]) -> str:
    """The correction of a close that was told as done."""
    told = "was told as closed and is" if len(tickets) == 1 else "were told as closed and are"
    named = f"ticket{'' if len(tickets) == 1 else 's'} {tickets_words(tickets)}"
    return f"CORRECTION: {named} {told} listed again. {CHECKED_ANEW.on_screen}"


def late_words(done: str, intent: Intent, difference: str | None) -> str:
    """The alarm: an order was found not filled, and its work is there after all; `difference` is what was
    said of it then."""
    if isinstance(intent, OpenIntent | ReverseIntent):
        return f"LATE: an order that was found not filled was filled after all. {done} Look at it now."
    if difference == UNKNOWN_STOPS:
        return f"LATE: a change of which nothing was known seems to be done after all. {done}"
    return f"LATE: an order that was found not done seems to be done after all. {done}"


def still_there_words(tickets: tuple[int, ...]) -> str:
    """The correction of a blind bulk close: what it was for was not known by its tickets."""
    named = f"ticket{'' if len(tickets) == 1 else 's'} {tickets_words(tickets)}"
    return (
        f"CORRECTION: nothing was told as open any more, and {named} may have been open all the time. "
        f"{CHECKED_ANEW.on_screen}"
    )


def maybe_late_words(intent: Intent, ticket: int | None) -> str:
    """The warning: something just like an order that was found not filled came so long after it that another
    hand may have made it as well."""
    named = f"ticket {ticket}" if ticket is not None else "what is held"
    return (
        f"LATE, or another hand's: {named} is as {intent_words(intent)} would have made it, which was found "
        "not filled. Look at it now."
    )


def righted_words(intent: Intent) -> str:
    """The correction of a change of stops that was told as done otherwise than asked for."""
    return f"CORRECTION: its stops stand as asked for in a later list. {done_words(intent)}"
