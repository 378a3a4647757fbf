"""What a key puts on the clipboard: the number of the focused row, or the story of its order. Pure."""

from collections.abc import Iterable
from datetime import UTC, datetime

from xbtfx_tui.domain.intents import tickets_of
from xbtfx_tui.domain.order_outcomes import IntentRecord
from xbtfx_tui.domain.order_text import intent_words
from xbtfx_tui.domain.text_sanitizer import plain

_LONGEST = 4_000


def story_of(ticket: int, records: Iterable[IntentRecord]) -> str:
    """What became of every order about this ticket in this run, a line a step, oldest first; empty where
    there is none. Times are UTC."""
    about = [one for one in records if ticket == one.ticket or ticket in tickets_of(one.intent)]
    return "\n".join(line for record in about for line in story_lines(record))


def story_lines(record: IntentRecord) -> Iterable[str]:
    """An order with its key, then a line a step."""
    yield plain(f"{record.intent.intent_id} {intent_words(record.intent)}", _LONGEST)
    for step in record.story:
        but = f" ({step.difference})" if step.difference else ""
        yield plain(f"{_time(step.wall)} {step.state.value}: {step.text}{but}", _LONGEST)


def _time(wall: float) -> str:
    return f"{datetime.fromtimestamp(wall, UTC):%Y-%m-%d %H:%M:%S}Z"
