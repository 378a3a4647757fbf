"""What a bulk close did to each ticket, as sentences: by its own answer, not by what the stream tells."""

from collections.abc import Iterator, Mapping

from xbtfx_tui.domain.accounts import Account
from xbtfx_tui.domain.events import Loudness, Said
from xbtfx_tui.domain.outcomes import BulkClosed, IntentRecord, IntentState
from xbtfx_tui.domain.plain_text import plain
from xbtfx_tui.domain.positions import Position
from xbtfx_tui.domain.retcodes import retcode_meaning
from xbtfx_tui.store.sayings import money_words

_ENDS = frozenset({IntentState.FILLED, IntentState.REJECTED})


def bulk_sayings(
    record: IntentRecord, positions: Mapping[int, Position], account: Account | None, wall: float
) -> Iterator[Said]:
    """One for each ticket, the failures last; nothing unless the record ends with a bulk close's answer."""
    answer = record.result
    if not isinstance(answer, BulkClosed) or record.state not in _ENDS:
        return
    for line in sorted(answer.lines, key=lambda line: not line.is_closed):
        held = positions.get(line.ticket)
        name = f"{plain(held.symbol, 40)} {line.ticket}" if held is not None else f"Ticket {line.ticket}"
        if line.is_closed:
            at = f" at {line.price}" if line.price is not None else ""
            made = f", {money_words(line.profit, account)}" if line.profit is not None else ""
            yield Said(wall, Loudness.INFO, f"{name}: closed{at}{made}")
        else:
            why = retcode_meaning(line.retcode) if line.retcode is not None else plain(line.status, 60)
            yield Said(wall, Loudness.ERROR, f"{name}: NOT closed, {why or 'no reason given'}.")
