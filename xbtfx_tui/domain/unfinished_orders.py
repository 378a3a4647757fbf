"""Orders whose outcome is known and that left something to do: reverses that closed and did not open, and
bulk closes that left positions open. Pure; what is done about them is the trader's.
"""

from collections.abc import Callable, Mapping, Sequence

from xbtfx_tui.domain.intents import CloseIntent, OpenIntent, ReverseIntent, is_bulk
from xbtfx_tui.domain.order_outcomes import HalfReversed, IntentRecord, IntentState, OrderStatus
from xbtfx_tui.domain.order_text import lots_words
from xbtfx_tui.domain.text_sanitizer import plain


def half_reversed(records: Mapping[str, IntentRecord]) -> tuple[ReverseIntent, ...]:
    """The reverses that closed and did not open, and whose other half was not ordered since, the oldest
    first. `records` are by intent id, in the order in which they were taken.

    An opening order on that side of the symbol counts, unless nothing was done by it.
    """
    halves: dict[str, ReverseIntent] = {}
    for intent_id, record in records.items():
        match record.intent:
            case ReverseIntent() as intent if isinstance(record.result, HalfReversed):
                halves[intent_id] = intent
            case OpenIntent(symbol=symbol, side=side) if record.status is not OrderStatus.NOT_DONE:
                made_good = [
                    key for key, half in halves.items() if (half.symbol, half.side.opposite) == (symbol, side)
                ]
                for key in made_good[:1]:
                    del halves[key]
            case _:
                pass
    return tuple(halves.values())


def half_reversed_words(intent: ReverseIntent) -> str:
    """What happened, as a sentence."""
    side = intent.side
    what = f"{side.value} {lots_words(intent.held)} {plain(intent.symbol, 32)}"
    return f"ONLY HALF REVERSED, {side.opposite.value} NOT opened: {what} was closed."


def unfinished_closes(
    records: Mapping[str, IntentRecord], left_open: Callable[[str], Sequence[CloseIntent]]
) -> tuple[str, ...]:
    """The ids of bulk closes that are over and, by `left_open`, left something open."""
    return tuple(
        intent_id
        for intent_id, record in records.items()
        if is_bulk(record.intent)
        and not record.state.is_open
        and record.state is not IntentState.NOT_SENT
        and left_open(intent_id)
    )
