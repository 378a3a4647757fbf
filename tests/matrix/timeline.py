"""What was true and what was said, each with its moment: the ledger's side and the words of a terminal.

It judges nothing. Moments are seconds of the run's own loop.
"""

from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from tests.matrix.bent_clock import BentClock
from xbtfx_tui.domain.order_text import intent_words
from xbtfx_tui.domain.positions import Deal, Position
from xbtfx_tui.domain.store_events import Message
from xbtfx_tui.orders.journal.order_journal import JournalRow
from xbtfx_tui.paper.account.account_engine import Engine
from xbtfx_tui.paper.account.command_results import Execution
from xbtfx_tui.store.store import Store


@dataclass(frozen=True, slots=True)
class Moment:
    """What was held from this moment on."""

    at: float
    positions: Mapping[int, Position]


@dataclass(frozen=True, slots=True)
class Act:
    """One execution, with its deals; `changed` are the stops that its tickets had right after it."""

    at: float
    execution: Execution
    deals: Sequence[Deal]
    changed: Mapping[int, tuple[Decimal | None, Decimal | None]]


@dataclass(frozen=True, slots=True)
class Words:
    """One text and when it was said: somewhere from `since` to `at`. `words` are those of its order, where
    they do not stand in it."""

    at: float
    text: str
    words: str = ""
    since: float | None = None


@dataclass
class Timeline:
    """Grows while a run lives. `now` is the run's own time."""

    now: Callable[[], float]
    moments: list[Moment] = field(default_factory=list)
    acts: list[Act] = field(default_factory=list)
    said: list[tuple[float, str]] = field(default_factory=list)

    def follows(self, engine: Engine) -> None:
        """Note from now on what this account does; to be called before it does anything."""
        ledger = engine.state.ledger
        executed = ledger.executed
        self.moments.append(Moment(self.now(), _held(engine)))

        def noted(*given: object, **named: object) -> None:
            executed(*given, **named)  # type: ignore[arg-type]  # as they came
            held = _held(engine)
            self.moments.append(Moment(self.now(), held))
            execution = ledger.executions[-1]
            own = set(execution.deals)
            deals = tuple(deal for deal in reversed(ledger.deals(None, None)) if deal.ticket in own)
            stops = {one: (held[one].sl, held[one].tp) for one in execution.tickets if one in held}
            self.acts.append(Act(self.now(), execution, deals, stops))

        ledger.executed = noted  # type: ignore[method-assign]  # the ledger of this run alone

    def listens(self, store: Store) -> None:
        """Note from now on what this terminal says."""
        store._messages = _Heard(self, store._messages)
        store.messages = store._messages

    def at(self, moment: float) -> Mapping[int, Position]:
        """What was held then."""
        return next(
            (one.positions for one in reversed(self.moments) if one.at <= moment), self.moments[0].positions
        )

    def during(self, since: float, until: float) -> list[Mapping[int, Position]]:
        """All that was held at some time of this stretch."""
        return [self.at(since), *(one.positions for one in self.moments if since < one.at <= until)]


class _Heard(deque[Message]):
    def __init__(self, timeline: Timeline, before: deque[Message]) -> None:
        super().__init__(before, before.maxlen)
        self._timeline = timeline

    def append(self, said: Message) -> None:
        self._timeline.said.append((self._timeline.now(), said.text))
        super().append(said)


def all_said(timeline: Timeline, rows: Sequence[JournalRow], clock: BentClock) -> list[Words]:
    """All messages, and those lines of the journal that no message told."""
    said = [Words(at, text) for at, text in timeline.said]
    told = {text for _, text in timeline.said}
    is_straight = not (clock.asleep or clock.jumped)
    now = timeline.now()
    for row in rows:
        words = intent_words(row.entry.intent)
        for line in row.story:
            if line.text not in told and f"{words} - {line.text}" not in told:
                at = clock.when(line.wall) if is_straight else now
                said.append(Words(at, line.text, words, None if is_straight else 0.0))
    return said


def _held(engine: Engine) -> Mapping[int, Position]:
    return {position.ticket: position for position in engine.positions()}
