"""Keeps the proposals of this run: takes lines in, lets the trader decide, follows what was confirmed.

It sends nothing and plans nothing itself: what is confirmed goes out by the running batches, and this only
reads what they came to. Kept in memory alone.
"""

import logging
import re
from collections.abc import Callable, Sequence
from typing import Protocol

import msgspec

from xbtfx_tui.commands.command_types import Command
from xbtfx_tui.commands.grammar import Mistake, print_command
from xbtfx_tui.domain.action_results import NotDone
from xbtfx_tui.domain.clock import Clock
from xbtfx_tui.domain.order_origin import Origin, OriginKind
from xbtfx_tui.domain.order_text import intent_words
from xbtfx_tui.domain.proposals import (
    MOST_PENDING,
    OPENS_FOR,
    REDUCES_FOR,
    OtherAsker,
    Proposal,
    ProposalState,
    ProposalStep,
    asked_again,
    left_by,
    limit_problem,
    moved,
    twin_of,
    without_asker,
)
from xbtfx_tui.domain.store_events import Severity, TradingCloseOnly, TradingOpen, TradingReadOnly
from xbtfx_tui.domain.text_sanitizer import plain
from xbtfx_tui.planning.batch_execution import (
    Batch,
    NotBegun,
    Running,
    StepDone,
    StepDoneOtherwise,
    StepRefused,
    StepState,
    StepUnknown,
    UnderWay,
)
from xbtfx_tui.planning.plan_types import Planned, PlanRefusal
from xbtfx_tui.planning.proposal_planning import opens_more, price_mark, why_not_proposed
from xbtfx_tui.store.store import Store

_log = logging.getLogger(__name__)

NAME_KEPT, WORDS_KEPT, LINE_KEPT = 24, 200, 400
"""Characters of an asker's name, of its words, and of a line."""
MOST_KEPT = 200
"""Proposals that are over and kept for who asks what became of them."""
LISTED_FOR = 600.0
"""Seconds that one which is over stays in the trader's list."""
_SHORTEST = 5.0
_NOT_OF_A_NAME = re.compile(r"[^A-Za-z0-9._-]+")


class LineJudge(Protocol):
    """The terminal's own grammar and planner (door.line_planning), as far as a proposal needs them."""

    def understand(self, line: str) -> Command | Mistake: ...

    def plan(self, command: Command) -> Planned: ...


class AskedLine(msgspec.Struct, frozen=True):
    """What a peer asks to have proposed. `lasts` is in seconds, None for the usual time."""

    line: str
    why: str
    name: str
    letter: str
    peer: int
    lasts: float | None = None


class NotTaken(msgspec.Struct, frozen=True):
    """Why a peer's call comes to nothing: a word for programs, and a sentence."""

    code: str
    sentence: str


Say = Callable[[Severity, str], None]


class ProposalDesk:
    """All proposals of one account, in this run. `on_change` is told of each that changed."""

    def __init__(self, store: Store, clock: Clock, judge: LineJudge, say: Say) -> None:
        self._store = store
        self._clock = clock
        self._judge = judge
        self._say = say
        self._known: dict[int, Proposal] = {}
        self._commands: dict[int, Command] = {}
        self._last = 0
        self._batches: dict[int, Batch] = {}
        self._arrived: list[Proposal] = []
        self.on_change: Callable[[Proposal], None] = lambda _: None
        self.door_words = "Scripts are not let in here: [agents] let_in in the config says who is."
        """Whether scripts reach this terminal, and how, as a sentence."""

    # --- who asks ---

    def propose(self, asked: AskedLine) -> Proposal | NotTaken:
        """Take the line into the trader's list, or say why not. A twin is the proposal that it repeats."""
        self.look()
        now = self._clock.now()
        if isinstance(trading := self._store.trading, TradingReadOnly):
            return NotTaken("refused", f"Nothing can be sent here: {trading.reason}.")
        if len(asked.line) > LINE_KEPT:
            return NotTaken("mistake", f"The line is longer than {LINE_KEPT} characters.")
        command = self._judge.understand(asked.line)
        if isinstance(command, Mistake):
            return NotTaken("mistake", f"{command.sentence} Right is, for instance: {command.example}")
        if (why_not := why_not_proposed(command)) is not None:
            return NotTaken("mistake", why_not)
        line, name = print_command(command), asker_name(asked.name)
        same = (one for one in self._newest_first() if self._commands.get(one.number) == command)
        if (twin := twin_of(same, now)) is not None:
            if twin.state is ProposalState.PENDING:
                by = OtherAsker(name, asked.letter, plain(asked.why, WORDS_KEPT), asked.peer)
                if len(twin.others) >= MOST_PENDING and all(name != one.name for one in twin.others):
                    return NotTaken("limit", f"{twin.title} is asked for by {MOST_PENDING} others already.")
                self._keep(twin := asked_again(twin, by))
            return twin
        if (problem := limit_problem(self._known.values(), name, now)) is not None:
            return NotTaken("limit", problem)
        planned = self._judge.plan(command)
        if isinstance(planned, PlanRefusal) and isinstance(trading, TradingOpen | TradingCloseOnly):
            # While trading is locked that alone would be the reason: the trader may unlock, and then decide.
            return NotTaken("refused", planned.sentence)
        opens = opens_more(planned, self._store)
        usual = OPENS_FOR if opens else REDUCES_FOR
        lasts = usual if asked.lasts is None else min(usual, max(_SHORTEST, asked.lasts))
        mark = price_mark(planned, self._store)
        why = plain(asked.why, WORDS_KEPT)
        self._last += 1
        made = Proposal(
            self._last, line, why, name, asked.letter, asked.peer, now, lasts, opens, mark, since=now
        )
        self._commands[made.number] = command
        self._keep(made)
        self._arrived.append(made)
        self._say(Severity.INFO, f"{made.title} {made.asker} proposes: {plain(line, 80)}. P looks at it.")
        return made

    def withdraw(self, number: int, name: str) -> Proposal | NotTaken:
        """Take it back, at the word of an asker of the same name."""
        self.look()
        found = self._known.get(number)
        name = asker_name(name)
        if found is None or name not in (found.name, *(one.name for one in found.others)):
            return NotTaken("unknown", f"P{number} is no proposal of yours in this run of the terminal.")
        if found.state is not ProposalState.PENDING:
            return NotTaken("over", f"{found.title} waits for nobody any more: {found.state.value}.")
        if (rest := without_asker(found, name)) is not None:
            self._keep(rest)
            return NotTaken(
                "over", f"{found.title} stands, as {rest.asker} asks for it, too: yours is ended."
            )
        return self._move(found, ProposalState.WITHDRAWN, f"Withdrawn by one that calls itself {found.name}.")

    def get(self, number: int) -> Proposal | None:
        """The proposal of this number, as it stands now; None where it is not known in this run."""
        self.look()
        return self._known.get(number)

    def known(self, number: int) -> Proposal | None:
        """The same as it stood when it was last looked at."""
        return self._known.get(number)

    def peer_gone(self, peer: int) -> None:
        """This connection has gone: what it asked for stays, and nobody waits for it there."""
        for one in list(self._known.values()):
            if (after := left_by(one, peer)) != one:
                self._keep(after)

    # --- who decides ---

    @property
    def pending(self) -> int:
        """How many wait for the trader. Cheap."""
        return sum(one.state is ProposalState.PENDING for one in self._known.values())

    def listed(self) -> Sequence[Proposal]:
        """What the trader's list shows, the newest first: what pends, what is on its way, what ended."""
        now = self._clock.now()
        shown = [one for one in self._newest_first() if not self._is_past(one, now.wall)]
        return sorted(shown, key=lambda one: one.state is not ProposalState.PENDING)

    def _is_past(self, one: Proposal, wall: float) -> bool:
        settled = not one.state.may_change and one.since is not None
        return settled and one.since is not None and wall - one.since.wall > LISTED_FOR

    def take_arrived(self) -> Sequence[Proposal]:
        """Those that came since this was last called."""
        arrived, self._arrived = self._arrived, []
        return arrived

    def decline(self, number: int, note: str) -> str:
        """The trader's no, with a note for who asked; what came of it, as a sentence."""
        found = self._known.get(number)
        if found is None or found.state is not ProposalState.PENDING:
            return NotDone(self._over_words(number))
        self._move(found, ProposalState.DECLINED, "Declined by the trader.", plain(note, WORDS_KEPT))
        return f"{found.title} is declined."

    def decline_openings(self, why: str) -> int:
        """Decline all that would open more; how many those were. `why` is the note to who asked."""
        opening = [one for one in self._known.values() if one.opens and one.state is ProposalState.PENDING]
        for one in opening:
            self._move(one, ProposalState.DECLINED, "Declined by the trader.", why)
        return len(opening)

    def edit(self, number: int) -> str | None:
        """The trader takes the line over as their own; a sentence where it is over already."""
        self.look()
        found = self._known.get(number)
        if found is None or found.state is not ProposalState.PENDING:
            return self._over_words(number)
        self._move(found, ProposalState.EDITED, "The trader took the line over, to send their own or none.")
        return None

    def why_not_confirmed(self, number: int) -> str | None:
        """Why it can't be confirmed now, as a sentence; None where it can."""
        self.look()
        found = self._known.get(number)
        is_pending = found is not None and found.state is ProposalState.PENDING
        return None if is_pending else self._over_words(number)

    def confirm(self, number: int) -> str | None:
        """The trader's key: from here on nobody takes it back. A sentence where it is over already."""
        if (over := self.why_not_confirmed(number)) is not None:
            return over
        self._move(self._known[number], ProposalState.CONFIRMED, "The trader confirmed it.")
        return None

    def origin(self, number: int) -> Origin:
        """Where the orders of it come from, as the journal has it."""
        return Origin(OriginKind.PROPOSAL, number)

    def follow(self, number: int, batch: Batch) -> None:
        """Its orders are on their way in this batch, which somebody drives."""
        self._batches[number] = batch
        self._move(self._known[number], ProposalState.SENDING, "", steps=_steps(batch))
        self._look_at(number)

    def carried_out(self, number: int, words: str) -> None:
        """What changes the terminal alone was done, or not, as these words say."""
        state = ProposalState.REFUSED if isinstance(words, NotDone) else ProposalState.DONE
        self._move(self._known[number], state, plain(str(words), 600))

    def _over_words(self, number: int) -> str:
        found = self._known.get(number)
        if found is None:
            return f"P{number} is not known in this run."
        return f"{found.title} is not there to be confirmed any more: {found.state.value}."

    # --- time ---

    @property
    def is_busy(self) -> bool:
        """Whether something changes by itself: what pends grows old, what was sent comes to an end."""
        return bool(self._batches) or self.pending > 0

    def look(self) -> None:
        """Expire what is too old, and read what became of what was confirmed. Cheap."""
        now = self._clock.now()
        for one in list(self._known.values()):
            if one.state is ProposalState.PENDING and one.left(now) <= 0:
                self._move(one, ProposalState.EXPIRED, "Nobody decided it in time.")
                self._say(Severity.INFO, f"{one.title} {one.asker} has expired: nobody decided it in time.")
        for number in list(self._batches):
            try:
                self._look_at(number)
            except Exception as error:
                # Its orders are the desk's, and told by that: a fault in here ends neither screen nor door.
                _log.error("a proposal is followed no more: %s", type(error).__name__, exc_info=error)
                del self._batches[number]
                said = f"{self._known[number].title} is followed no more, by a fault in this program"
                self._say(Severity.WARNING, f"{said}: Messages and the journal have its orders.")

    def close(self) -> None:
        """The terminal ends: what pends ends with it, and nothing of it is sent."""
        for one in list(self._known.values()):
            if one.state is ProposalState.PENDING:
                self._move(one, ProposalState.EXPIRED, "The terminal was closed before it was decided.")

    def _look_at(self, number: int) -> None:
        batch, found = self._batches[number], self._known[number]
        if found.state is ProposalState.UNKNOWN:
            batch.advance()  # an outcome may become known later; nothing is begun any more
        state = state_of(batch)
        if state is found.state:
            return
        steps = _steps(batch)
        sentence = steps[0].said if len(steps) == 1 else batch.summary()
        self._move(found, state, sentence, steps=steps)
        if not state.may_change:
            del self._batches[number]

    # --- keeping ---

    def _newest_first(self) -> list[Proposal]:
        return list(reversed(self._known.values()))

    def _keep(self, one: Proposal) -> None:
        self._known[one.number] = one
        if len(self._known) > MOST_KEPT:
            past = next((old for old in self._known.values() if not old.state.may_change), None)
            if past is not None:
                del self._known[past.number]
                self._commands.pop(past.number, None)

    def _move(
        self,
        one: Proposal,
        state: ProposalState,
        sentence: str,
        note: str = "",
        steps: tuple[ProposalStep, ...] = (),
    ) -> Proposal:
        after = moved(one, state, self._clock.now(), sentence=sentence, note=note, steps=steps)
        self._keep(after)
        self.on_change(after)
        return after


def asker_name(claimed: str) -> str:
    """What an asker calls itself, in letters, digits, dots and dashes: no name writes a title of its own."""
    return _NOT_OF_A_NAME.sub("-", plain(claimed)).strip("-")[:NAME_KEPT] or "nameless"


def state_of(batch: Batch) -> ProposalState:
    """What a batch comes to as a proposal's state."""
    states = batch.states
    if isinstance(batch.overall, Running) or any(isinstance(one, UnderWay) for one in states):
        return ProposalState.SENDING
    if any(isinstance(one, StepUnknown) for one in states):
        return ProposalState.UNKNOWN
    if all(isinstance(one, StepDone) for one in states):
        return ProposalState.DONE
    if all(isinstance(one, StepRefused | NotBegun) for one in states):
        return ProposalState.REFUSED
    return ProposalState.PART


def _steps(batch: Batch) -> tuple[ProposalStep, ...]:
    return tuple(
        _step(plain(intent_words(step.intent)), state)
        for step, state in zip(batch.plan.steps, batch.states, strict=True)
    )


def _step(words: str, state: StepState) -> ProposalStep:
    match state:
        case NotBegun():
            return ProposalStep(words, "not begun")
        case UnderWay():
            return ProposalStep(words, "on its way")
        case StepDone(said, profit):
            return ProposalStep(words, "done", said, None if profit is None else f"{profit:f}")
        case StepDoneOtherwise(said):
            return ProposalStep(words, "done otherwise", said)
        case StepRefused(said):
            return ProposalStep(words, "refused", said)
        case StepUnknown(said):
            return ProposalStep(words, "unknown", said)
