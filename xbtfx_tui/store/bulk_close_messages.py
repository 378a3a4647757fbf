"""Why a bulk close left tickets open, as sentences, by the reasons of its own answer."""

from collections.abc import Iterator, Mapping

from xbtfx_tui.domain.order_outcomes import BulkClosed, IntentRecord, IntentState
from xbtfx_tui.domain.positions import Position
from xbtfx_tui.domain.retcodes import retcode_meaning
from xbtfx_tui.domain.store_events import Message, Severity
from xbtfx_tui.domain.text_sanitizer import plain

_ENDS = frozenset({IntentState.FILLED, IntentState.REJECTED})


def bulk_sayings(record: IntentRecord, positions: Mapping[int, Position], wall: float) -> Iterator[Message]:
    """Why the server did not close a ticket that is still held, one sentence each; nothing unless the record
    ends with a bulk close's answer. That one is closed is told once it is proven, not by this answer."""
    answer = record.result
    if not isinstance(answer, BulkClosed) or record.state not in _ENDS:
        return
    for line in answer.lines:
        held = positions.get(line.ticket)
        if held is None or line.is_closed or line.is_accepted or line.was_closed_already:
            continue
        why = retcode_meaning(line.retcode) if line.retcode is not None else plain(line.status, 60)
        name = f"{plain(held.symbol, 40)} {line.ticket}"
        yield Message(wall, Severity.ERROR, f"{name}: NOT closed, {why or 'no reason given'}.")
