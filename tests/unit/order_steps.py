"""Which state of an order may follow which, as docs/architecture.md tells it to who reads."""

from collections.abc import Iterable, Mapping
from itertools import pairwise
from pathlib import Path

from xbtfx_tui.domain.order_outcomes import IntentRecord, IntentState

_PAGE = Path(__file__).resolve().parents[2] / "docs/architecture.md"
_COLUMNS = 4


def _rows() -> list[list[str]]:
    """The table's rows: stage, state, what it may become, by whom. A stage stands in its first row alone."""
    text = _PAGE.read_text(encoding="utf-8")
    lines = text[text.index("| stage |") :].split("\n\n")[0].splitlines()[2:]
    rows = [[cell.strip() for cell in line.strip("|").split("|", _COLUMNS - 1)] for line in lines]
    stage = ""
    for row in rows:
        stage = row[0] = row[0] or stage
    return rows


STAGE_OF: Mapping[IntentState, str] = {IntentState(state): stage for stage, state, *_ in _rows()}
MAY_BECOME: Mapping[IntentState, frozenset[IntentState]] = {
    IntentState(state): frozenset(IntentState(word) for word in become.split(", ") if word)
    for _, state, become, _ in _rows()
}


def wrong_steps(records: Iterable[IntentRecord]) -> list[tuple[str, str]]:
    """The steps of these orders that the page does not know."""
    return [
        (before.value, after.value)
        for record in records
        for before, after in pairwise((IntentState.DRAFTED, *(line.state for line in record.story)))
        if after not in MAY_BECOME[before]
    ]
