"""One trailing stop at work: what it asked for, where its stop stands, when it may move. Sends nothing."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Protocol

import msgspec
from msgspec.structs import replace

from xbtfx_tui.automation.confirmed_stop import StandingStop
from xbtfx_tui.automation.trailing_messages import (
    goes_on_words,
    name_of,
    paused_words,
    terms_changed_words,
    waits_words,
)
from xbtfx_tui.domain.failures import Refused
from xbtfx_tui.domain.intents import Intent
from xbtfx_tui.domain.login_state_owner import Keeping
from xbtfx_tui.domain.order_origin import Origin
from xbtfx_tui.domain.order_outcomes import IntentRecord, IntentState, Rejected
from xbtfx_tui.domain.pip_size import no_pips_words
from xbtfx_tui.domain.positions import Position
from xbtfx_tui.domain.retcodes import retcode_meaning
from xbtfx_tui.domain.store_events import Severity, Trading, TradingCloseOnly, TradingOpen, TrueWhile
from xbtfx_tui.domain.symbol_spec import SymbolSpec
from xbtfx_tui.domain.text_sanitizer import plain
from xbtfx_tui.domain.trailing_stop import KnownStop, TrailingStop, pips_text
from xbtfx_tui.orders.guards.guard_types import Problem

PAUSES = (2.0, 10.0, 60.0)
"""Seconds of rest after the first, the second and each further failure in a row."""

REFUSED_FOR = 60.0
"""Seconds for which a stop is not asked for again that the server refused; it may have been a bad moment."""

SAY_EVERY = 30.0

MOST_ENDED_KEPT = 200

MOST_REFUSALS = 3
"""Refusals of the same kind in a row, after which asking on would only be refused once more."""

HELD_UP_AFTER = 5.0
"""Seconds of waiting for other orders on the position after which that is said: most are answered sooner."""

LOCK_SAID_AFTER = 3.0
"""Seconds of locked trading before that is said: at the start it may be open a moment later."""

BLIND_AFTER = 60.0
BLIND_SAID_EVERY = 900.0
"""Seconds between two words on a symbol without prices: some have hours without any."""
_MAY_COME_LATE = (IntentState.FOUND_NOT_FILLED, IntentState.UNKNOWN, IntentState.AMBIGUOUS)


class StopDesk(Protocol):
    """The order desk, as far as a trailing stop needs it."""

    def new_intent_id(self) -> str: ...

    def is_changing(self, ticket: int) -> bool: ...

    def submit(self, intent: Intent, origin: Origin) -> tuple[Problem, ...]: ...

    @property
    def keeping(self) -> Keeping:
        """Whether this terminal holds the login's lock."""

    def earlier_stops(self) -> Mapping[int, Sequence[KnownStop]]:
        """By ticket where the orders of earlier runs have put stops, in their order."""


class Say(Protocol):
    """Tells the trader a sentence, and the state that it tells, where it tells one."""

    def __call__(self, severity: Severity, sentence: str, true_while: TrueWhile | None = None) -> None: ...


class TrailRun(msgspec.Struct):
    """A trail at work. Times are readings of the monotonic clock in seconds.

    A snapshot from before `disturbed` does not tell where its sl stands. `intent_id` and `asked` are the
    move on its way and where to; `is_doubtful` while nobody knows whether it was done. `set_to` is the last
    sl that the server took from this trail, `told` the last one that was said; `standing` is what is known
    of where it stands, and `known` what of that is to be kept for the next run. `refused` is where the
    server would not have it, at `refused_at`; `refusals` counts those of `refused_kind` in a row,
    `paused_by` are the terms of the symbol at the one that was too many. `hindrance` is what keeps it from
    sending, as it was said. `blind_since` is since when a live feed has shown nothing to go by,
    `held_up_since` since when others change the position.
    """

    trail: TrailingStop
    disturbed: float
    intent_id: str | None = None
    asked: Decimal | None = None
    is_doubtful: bool = False
    set_to: Decimal | None = None
    told: Decimal | None = None
    told_at: float | None = None
    refused: Decimal | None = None
    refused_at: float = 0.0
    failures: int = 0
    not_before: float = 0.0
    hindrance: str | None = None
    standing: StandingStop = msgspec.field(default_factory=StandingStop)
    known: KnownStop | None = None
    refusals: int = 0
    refused_kind: str | None = None
    paused_by: SymbolSpec | None = None
    blind_since: float | None = None
    blind_said: float | None = None
    held_up_since: float | None = None
    held_up_said: bool = False

    @property
    def name(self) -> str:
        return name_of(self.trail)

    def rest(self, now: float) -> None:
        """Wait after a failure, longer after each further one."""
        self.not_before = now + PAUSES[min(self.failures, len(PAUSES) - 1)]
        self.failures += 1

    def was_done(self, now: float) -> None:
        """The server took the move."""
        self.set_to = self.asked
        self.standing.set(self.asked, now)
        self.refused, self.refusals, self.refused_kind, self.failures, self.hindrance = None, 0, None, 0, None

    def knows_anew(self, wall: float) -> bool:
        """Whether the stop is known to stand elsewhere than when this was last asked; `wall` is unix time."""
        if not self.standing.is_known or (self.known is not None and self.known.sl == self.standing.sl):
            return False
        self.known = KnownStop(self.standing.sl, wall)
        return True

    def calm_words(self, now: float) -> str | None:
        """Where the stop stands by now, if that is to be said: every 30 s at most."""
        if self.set_to is None or self.set_to == self.told:
            return None
        if self.told_at is not None and now - self.told_at < SAY_EVERY:
            return None
        self.told, self.told_at = self.set_to, now
        behind = pips_text(self.trail.distance_pips)
        return f"Trailing {self.name} at {behind}: the sl is at {self.set_to} now."

    def was_not_done(self, record: IntentRecord, now: float) -> None:
        """The move came to nothing; the desk has said why."""
        kind = refusal_of(record)
        self.refused = None if kind is None else self.asked
        self.refused_at = now
        self.refusals = self.refusals + 1 if kind is not None and kind == self.refused_kind else 1
        self.refused_kind = kind
        # Found not done, or waited for no more: done late all the same, it is this trail's own move.
        if record.state in _MAY_COME_LATE and self.asked is not None:
            self.standing.not_done.add(self.asked)
        self.rest(now)

    def pauses_or_goes_on(self, spec: SymbolSpec) -> str | None:
        """What is to be said of moves refused in the same way too often, of terms that have changed,
        or of terms that tell no pip; None where there is nothing new."""
        terms = _terms_of(spec)
        if (why := no_pips_words(spec)) and why != self.hindrance:
            self.hindrance = why
            return f"The trailing stop of {self.name} waits. {why}"
        if self.paused_by is None and self.refusals >= MOST_REFUSALS:
            self.paused_by = terms
            return paused_words(self.trail, self.refusals, self.refused_kind or "")
        if self.paused_by is not None and self.paused_by != terms:
            self.forget_refusals()
            return terms_changed_words(self.trail)
        return None

    def forget_refusals(self) -> None:
        """It may move at once."""
        self.refused, self.refusals, self.refused_kind, self.paused_by = None, 0, None, None
        self.failures, self.not_before = 0, 0.0

    def begin_anew(self, now: float) -> None:
        """Its position is back; where its sl stands is told by the next snapshot."""
        self.disturbed, self.intent_id, self.is_doubtful = now, None, False

    def was_refused(self, stop: Decimal, step: Decimal, now: float) -> bool:
        """Whether the server refused this stop, or one less than a step from it, a moment ago."""
        if self.refused is None or now - self.refused_at >= REFUSED_FOR:
            return False
        return abs(stop - self.refused) < step

    def sees_nothing(self, now: float | None) -> None:
        """There is no price to trail; None where there is one, or where nobody expects one."""
        self.blind_since = None if now is None else self.blind_since or now

    def is_held_up(self, now: float, *, by_others: bool) -> bool:
        """Whether it is to be said that it waits for other orders on its position; True once."""
        if not by_others:
            self.held_up_since, self.held_up_said = None, False
            return False
        self.held_up_since = now if self.held_up_since is None else self.held_up_since
        if self.held_up_said or now - self.held_up_since < HELD_UP_AFTER:
            return False
        self.held_up_said = True
        return True

    def goes_blind(self, now: float) -> bool:
        """Whether it is to be said that there has been no price for long; True once."""
        if self.blind_since is None or now - self.blind_since < BLIND_AFTER:
            return False
        if self.blind_said is not None and now - self.blind_said < BLIND_SAID_EVERY:
            return False
        self.blind_said = now
        return True


class WaitForTrading:
    """Whether trading lets stops be moved. That they wait is said once, and once that they go on."""

    def __init__(self) -> None:
        self._since: float | None = None
        self._said = False

    @property
    def is_over(self) -> bool:
        """Whether trading let stops be moved when it was last looked at."""
        return self._since is None

    def words(self, trading: Trading, at_work: int, trails: int, now: float) -> str | None:
        """Look at it anew: what is to be said of it to somebody with so many trails, of which `at_work` move;
        None where there is nothing new. `now` is the monotonic clock, in seconds."""
        if isinstance(trading, TradingOpen | TradingCloseOnly):
            goes_on = self._said and at_work > 0
            self._since, self._said = None, False
            return goes_on_words(at_work) if goes_on else None
        self._since = now if self._since is None else self._since
        if self._said or now - self._since < LOCK_SAID_AFTER:
            return None
        self._said = True
        return waits_words(trails, trading)


class EndedRuns:
    """Trails that ended with their positions, to be taken up again should one turn out to be open."""

    def __init__(self) -> None:
        self._runs: dict[int, TrailRun] = {}

    def keep(self, run: TrailRun) -> None:
        while len(self._runs) >= MOST_ENDED_KEPT:
            del self._runs[next(iter(self._runs))]
        self._runs[run.trail.ticket] = run

    def back(self, positions: Mapping[int, Position]) -> Sequence[TrailRun]:
        """Those whose positions are among these; they are kept no longer."""
        if not self._runs:
            return ()
        back = [self._runs.pop(ticket) for ticket in [*self._runs] if ticket in positions]
        return [run for run in back if run.trail.is_of(positions[run.trail.ticket])]


def _terms_of(spec: SymbolSpec) -> SymbolSpec:
    """The spec without what changes all the time."""
    return replace(spec, bid=None, ask=None, spread_points=None)


def refusal_of(record: IntentRecord) -> str | None:
    """Of which kind a refusal by the server was, in words; None where it was none."""
    if record.state is not IntentState.REJECTED:
        return None
    match record.result:
        case Rejected(retcode=int(retcode)) | Refused(retcode=int(retcode)):
            return f"{retcode}, {retcode_meaning(retcode)}"
        case Refused(code=code):
            return plain(code, 40)
        case _:
            return "without a reason"
