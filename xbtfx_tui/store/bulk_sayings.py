"""Which tickets a bulk close has left open, as sentences, with the reasons that its answer gave.

What it closed is told where the end of each position is proven: an answer's word for it is one witness.
"""

from collections.abc import Iterator, Mapping

from xbtfx_tui.domain.events import Loudness, Said
from xbtfx_tui.domain.outcomes import BulkClosed, IntentRecord, IntentState
from xbtfx_tui.domain.plain_text import plain
from xbtfx_tui.domain.positions import Position
from xbtfx_tui.domain.retcodes import retcode_meaning

_ENDS = frozenset({IntentState.FILLED, IntentState.REJECTED})


def bulk_sayings(record: IntentRecord, positions: Mapping[int, Position], wall: float) -> Iterator[Said]:
    """One for each ticket that is held and was answered as not closed; none before the record has ended."""
    answer = record.result
    if not isinstance(answer, BulkClosed) or record.state not in _ENDS:
        return
    for line in answer.lines:
        held = positions.get(line.ticket)
        if held is None or line.is_closed or line.is_accepted:
            continue
        name = f"{plain(held.symbol, 40)} {line.ticket}"
        why = retcode_meaning(line.retcode) if line.retcode is not None else plain(line.status, 60)
        yield Said(wall, Loudness.ERROR, f"{name}: NOT closed, {why or 'no reason given'}.")
