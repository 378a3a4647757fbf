"""The runner of trailing stops: looks at prices and positions, and has the desk move a stop when it is time.

It holds no price and no position of its own, never loosens a stop (automation.confirmed_stop tells which one
stands), and never sends one twice: each move is an intent of its own through the desk, with at most one on
its way a ticket. It draws nothing.

While nobody knows whether a move was done, the stop is not moved; the desk looks, and once it knows, or the
move can't be done after the next one any more, the trail goes on from where the sl stands: a stop has a price
and no size, so that the next move makes good any other.

What another hand does to the sl (the trader's own, another terminal's) counts as the sl that stands: a better
one stays until the price is far enough ahead of it; a worse or a removed one the trail takes up again from
the price of now, and says so, for whoever set a trailing stop counts on it until it is turned off. A change
by another terminal is learnt with the next snapshot of the positions.
"""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from types import MappingProxyType

from msgspec.structs import replace

from xbtfx_tui.automation.confirmed_stop import ListedStop, StandingStops
from xbtfx_tui.automation.external_changes import OtherHands
from xbtfx_tui.automation.saved_trails import NOT_TAKEN_UP, KeptOfLastRun
from xbtfx_tui.automation.trailing_messages import (
    back_words,
    blind_words,
    doubtful_words,
    ended_words,
    gone_words,
    held_up_words,
    learnt_words,
    left_words,
    loosened_words,
    taken_up_words,
)
from xbtfx_tui.automation.trailing_state import SAY_EVERY, EndedRuns, Say, StopDesk, TrailRun, WaitForTrading
from xbtfx_tui.domain.action_results import NotDone
from xbtfx_tui.domain.clock import Clock, Instant
from xbtfx_tui.domain.intents import Keep, ModifyIntent, MoveTo
from xbtfx_tui.domain.lasting_states import OfThisRun, OrderStands
from xbtfx_tui.domain.login_state_owner import KeptElsewhere
from xbtfx_tui.domain.order_origin import Origin, OriginKind
from xbtfx_tui.domain.order_outcomes import IntentState, OrderStatus
from xbtfx_tui.domain.positions import Position
from xbtfx_tui.domain.quotes import to_decimal
from xbtfx_tui.domain.sides import Side
from xbtfx_tui.domain.store_events import Severity, TradingLocked, TradingReadOnly, TradingStands
from xbtfx_tui.domain.symbol_spec import SymbolSpec
from xbtfx_tui.domain.text_sanitizer import plain
from xbtfx_tui.domain.trailing_stop import (
    KeptTrails,
    KnownStop,
    TrailingStop,
    distance_problem,
    next_stop,
    pips_text,
    step_of,
)
from xbtfx_tui.orders.store_views import is_netting
from xbtfx_tui.store.feed_state import FeedLive
from xbtfx_tui.store.latest_quotes import may_fire
from xbtfx_tui.store.store import Store

MOVE_EVERY = 2.0
"""Seconds between two moves of one stop, at the least."""

LEAST_WEIGHT_LEFT = 0.2
"""The share of the weight budget below which no stop is moved."""

MOST_AT_ONCE = 10
"""Moves on their way: each has a connection of its own, and the trader's own orders need the line as well."""

SIGHT_HOLDS = 30.0
"""Seconds that a snapshot holds, read every 15 s: one from before an outage does not know what came then."""


_NONE_KNOWN: Mapping[int, KnownStop] = MappingProxyType({})


class Trailer:
    """All trailing stops of the account (`ui.ports.Trails`). `look` does the work, twice a second or so.

    `say` tells the trader a sentence. `read_again` asks for a snapshot of the positions.
    """

    def __init__(
        self, store: Store, desk: StopDesk, clock: Clock, say: Say, read_again: Callable[[], None]
    ) -> None:
        self._store = store
        self._desk = desk
        self._clock = clock
        self._say = say
        self._read_again = read_again
        self._runs: dict[int, TrailRun] = {}
        self._ended, self._kept = EndedRuns(), KeptOfLastRun()
        self._stops = StandingStops()
        self._broken = False
        self._hands = OtherHands(store, self._is_own, desk.is_changing, read_again)
        self._asked_seen: Instant | None = None
        self._wait = WaitForTrading()
        self._low_said = float("-inf")
        self.changed = False
        """Whether `kept` is something else than when this was last set to False."""

    def trails(self) -> Sequence[TrailingStop]:
        """All that trail or wait to be taken up, oldest ticket first. Cheap."""
        waiting = {trail.ticket: trail for trail in self._kept.waiting}
        at_work = {ticket: run.trail for ticket, run in self._runs.items()}
        return tuple(trail for _, trail in sorted((waiting | at_work).items()))

    def start(self, ticket: int, pips: Decimal) -> str:
        """Trail this position from now on, or at another distance; what comes of it, as a sentence."""
        if (refusal := self._why_not(ticket, pips)) is not None:
            return NotDone(refusal)
        position = self._store.positions[ticket]
        trail = TrailingStop(ticket, position.symbol, position.side, pips)
        if (run := self._runs.get(ticket)) is None:
            # A position that the stream has just told of shows no stops until it is read.
            run = self._runs[ticket] = self._new_run(trail, self._clock.now())
            self._read_again()
        else:
            run.trail = trail
            run.forget_refusals()
        self.changed = True
        return self._tell(f"{run.name} trails at {pips_text(pips)} while this terminal runs.")

    def stop(self, ticket: int) -> str:
        """Trail this position no more; the sl stays where it is. What comes of it, as a sentence."""
        trail = next((one for one in self.trails() if one.ticket == ticket), None)
        if trail is None:
            return NotDone(self._kept.hindrance or f"Position {ticket} has no trailing stop.")
        if (run := self._runs.pop(ticket, None)) is not None:
            self._stops.leave(ticket, run.standing)
        self._kept.drop(ticket)
        self.changed = True
        on_its_way = run.asked if run is not None and run.intent_id is not None else None
        return self._tell(ended_words(trail, on_its_way, is_doubtful=run is not None and run.is_doubtful))

    # --- from one run of the terminal to the next ---

    def take_up(self, kept: Sequence[TrailingStop], stops: Mapping[int, KnownStop] = _NONE_KNOWN) -> None:
        """The trails that the last run kept; they go on once positions are read and trading is open. `stops`
        is by ticket where their sl was known to stand."""
        self._kept.begin(kept, stops)
        now = self._clock.now()
        self._stops.begin(self._desk.earlier_stops(), stops, now.wall, now.monotonic)

    def leave_to(self, keeping: KeptElsewhere) -> None:
        """This terminal takes up, begins and ends no trail."""
        self._kept.leave_to(keeping)

    @property
    def elsewhere(self) -> str | None:
        """Why no trail is begun or ended here, where another terminal keeps them or may; a sentence."""
        return self._kept.elsewhere

    @property
    def kept(self) -> KeptTrails:
        """What the next run is to take up."""
        known = {ticket: run.known for ticket, run in self._runs.items() if run.known is not None}
        return KeptTrails(tuple(self.trails()), {**self._kept.stops, **known})

    def break_off(self) -> None:
        """A fault in the program: none trails any more in this run; what is kept stays kept."""
        self._runs.clear()
        self._kept.clear()
        self._broken, self.changed = True, False
        self._say(
            Severity.ERROR,
            "A fault in this program ended all trailing stops: each stays where it is until the next start.",
            OfThisRun(),
        )

    # --- the work ---

    def look(self) -> None:
        """One look at everything; sends what is due."""
        now = self._clock.now()
        self._hands.look(now)
        self._go_on_with_ended(now)
        if not (self._runs or self._kept.waiting):
            return
        is_live = isinstance(self._store.feed, FeedLive)
        for run in list(self._runs.values()):
            if not is_live:
                run.disturbed = now.monotonic
            self._settle(run, now)
            self.changed |= run.knows_anew(now.wall)
            self._end_if_gone(run)
        self._asked_seen = self._store.positions_asked
        if not self._may_send(now) or self._asked_seen is None:
            return
        if self._kept.waiting:
            self._go_on_with_kept(self._asked_seen, now)
        # Those that moved last come last, or in a fast market the first would leave nothing to the others.
        for run in sorted(self._runs.values(), key=lambda run: run.not_before):
            self._move(run, now)
            if words := run.calm_words(now.monotonic):
                self._say(Severity.INFO, words)
        if blind := [run.trail for run in self._runs.values() if run.goes_blind(now.monotonic)]:
            self._say(Severity.WARNING, blind_words(blind))

    def _settle(self, run: TrailRun, now: Instant) -> None:
        """What became of the move on its way."""
        record = self._store.intents.get(run.intent_id or "")
        if record is None or record.state.status is OrderStatus.UNDER_WAY:
            return
        is_doubtful = record.state.status is OrderStatus.NOT_KNOWN
        if is_doubtful and not run.is_doubtful:
            run.is_doubtful = True
            state = OrderStands(record.intent.intent_id, record.state)
            self._say(Severity.WARNING, doubtful_words(run.trail, run.asked), state)
        if is_doubtful and self._desk.is_changing(run.trail.ticket):
            return
        was_doubtful, run.is_doubtful, run.intent_id = run.is_doubtful, False, None
        is_done = record.state.status is OrderStatus.DONE
        if is_done:
            run.was_done(now.monotonic)
            if was_doubtful:
                run.told = run.asked  # in the words below; by now another may have been set after it
        else:
            run.was_not_done(record, now.monotonic)
        if was_doubtful or record.state is IntentState.FOUND_NOT_FILLED:
            # It may come late all the same: only a list from then on tells where the sl stands.
            self._hands.touched(run.trail.ticket, now)
            is_known = is_done or (record.difference is None and not is_doubtful)
            self._say(Severity.INFO, learnt_words(run.trail, run.asked, is_done if is_known else None))

    def _end_if_gone(self, run: TrailRun) -> None:
        """The store holds a position until its end is proven. Should it come back, so does its trail."""
        position = self._store.positions.get(run.trail.ticket)
        if position is None:
            nets = is_netting(self._store)
            # Elsewhere it is part of the close's own news, and must not cover that.
            severity = Severity.WARNING if nets else Severity.QUIET
            self._end(run, severity, gone_words(run.trail, is_netting=nets))
            self._ended.keep(run)
        elif not run.trail.is_of(position):
            words = f"{run.name} is a {position.side.value} by now: its trailing stop has ended."
            self._end(run, Severity.WARNING, words)

    def _go_on_with_ended(self, now: Instant) -> None:
        """Take up again what was ended for a position that is open after all."""
        for run in self._ended.back(self._store.positions):
            if run.trail.ticket in self._runs:
                continue
            run.begin_anew(now.monotonic)
            self._runs[run.trail.ticket] = run
            self.changed = True
            self._read_again()
            self._say(Severity.WARNING, back_words(run.trail))

    def _may_send(self, now: Instant) -> bool:
        """Whether trading lets a stop be moved; says once that trailing stops wait, and that they go on."""
        trading = self._store.trading
        if words := self._wait.words(trading, len(self._runs), len(self.trails()), now.monotonic):
            may = self._wait.is_over
            self._say(Severity.INFO if may else Severity.WARNING, words, TradingStands(trading))
        return self._wait.is_over

    def _go_on_with_kept(self, asked: Instant, now: Instant) -> None:
        """Take up what is in the list; the others are left once lists have lacked them for long, until one
        has them again."""
        here, gone = self._kept.due(self._store.positions, asked.monotonic)
        for trail in here:
            self._runs[trail.ticket] = self._new_run(trail, now)
        if gone:
            self.changed = True
            for trail in gone:
                self._ended.keep(self._new_run(trail, now))
            self._say(Severity.INFO, left_words(gone))
        if here:
            self._read_again()
            self._say(Severity.INFO, taken_up_words(here))

    def _move(self, run: TrailRun, now: Instant) -> None:
        """Send the next stop, where there is one and nothing stands against it."""
        if by_others := run.intent_id is None and self._desk.is_changing(run.trail.ticket):
            self._hands.touched(run.trail.ticket, now)
        if run.is_held_up(now.monotonic, by_others=by_others):
            self._say(Severity.WARNING, held_up_words(run.trail))
        asked, spec = self._store.positions_asked, self._store.specs.get(run.trail.symbol)
        if spec is not None and (words := run.pauses_or_goes_on(spec)) is not None:
            self._say(Severity.WARNING, words)
        if run.intent_id is not None or run.paused_by is not None or now.monotonic < run.not_before:
            return
        if (touched := self._hands.since(run.trail.ticket)) is not None:
            self._hands.read_once_settled(touched, now)
            return
        if asked is None or asked.age_at(now) > SIGHT_HOLDS:
            run.sees_nothing(now.monotonic if isinstance(self._store.feed, FeedLive) else None)
            return
        position = self._store.positions.get(run.trail.ticket)
        if (
            position is None
            or asked.monotonic <= run.disturbed
            or position.ticket not in self._store.last_list
        ):
            return
        closing = None if spec is None else self._closing_price(position, spec, now)
        if spec is None or closing is None:
            run.sees_nothing(now.monotonic if isinstance(self._store.feed, FeedLive) else None)
            return
        run.sees_nothing(None)
        stop = next_stop(run.trail, self._standing(run, position, asked), closing, spec)
        if stop is None or run.was_refused(stop, step_of(run.trail, spec), now.monotonic):
            return
        if self._has_weight(now):
            self._send(run, stop, now)

    def _closing_price(self, position: Position, spec: SymbolSpec, now: Instant) -> Decimal | None:
        """The price that the position closes at, exact; None where no stop may be moved by it."""
        slot = self._store.slot(position.symbol)
        if slot is None or not may_fire(self._store.freshness(position.symbol, now)):
            return None
        quote = slot.quote
        return to_decimal(quote.bid if position.side is Side.BUY else quote.ask, spec.digits) or None

    def _standing(self, run: TrailRun, position: Position, asked: Instant) -> Position:
        """The position with the sl that is not to be loosened; says once what else has loosened it."""
        if (own := self._hands.take_stop(run.trail.ticket)) is not None:
            run.standing.set(*own)
            run.set_to = run.told = None
        was = run.standing.sl
        seen = run.standing.shown(position.side, position.sl, asked.monotonic)
        if seen in (ListedStop.ANOTHER_HAND, ListedStop.CAME_LATE):
            is_own = seen is ListedStop.CAME_LATE
            self._say(Severity.INFO, loosened_words(run.trail, was, position.sl, is_own=is_own))
            run.set_to = run.told = None
        return replace(position, sl=run.standing.sl)

    def _has_weight(self, now: Instant) -> bool:
        """Whether line and budget have room for a move beside those that are not answered yet."""
        budget = self._store.budget
        under_way = sum(run.intent_id is not None and not run.is_doubtful for run in self._runs.values())
        if budget is not None and budget.remaining - under_way <= budget.limit * LEAST_WEIGHT_LEFT:
            if now.monotonic - self._low_said >= SAY_EVERY:
                self._low_said = now.monotonic
                self._say(
                    Severity.WARNING,
                    f"Trailing stops wait: less than {LEAST_WEIGHT_LEFT:.0%} of the weight budget is left.",
                )
            return False
        return under_way < MOST_AT_ONCE

    def _send(self, run: TrailRun, stop: Decimal, now: Instant) -> None:
        intent = ModifyIntent(
            self._desk.new_intent_id(), run.trail.ticket, run.trail.symbol, MoveTo(stop), Keep()
        )
        run.not_before = now.monotonic + MOVE_EVERY
        found = self._desk.submit(intent, Origin(OriginKind.TRAIL, intent.ticket))
        why = next((one.sentence for one in found if one.blocks), None)
        if why is None:
            run.intent_id, run.asked = intent.intent_id, stop
            return
        run.rest(now.monotonic)
        if why != run.hindrance:
            run.hindrance = why
            self._say(Severity.WARNING, f"The trailing stop of {run.name} waits. {why}")

    def _why_not(self, ticket: int, pips: Decimal) -> str | None:
        """Why no trail can begin, as a sentence."""
        position = self._store.positions.get(ticket)
        if self.elsewhere is not None:
            return self.elsewhere
        if self._broken:
            return "Trailing stops have failed in this run; start the terminal again."
        if position is None:
            return f"Position {ticket} is not open any more."
        match self._store.trading:
            case TradingLocked(reason=reason):
                return f"Trading is locked: {reason}. ctrl+l unlocks it."
            case TradingReadOnly(reason=reason):
                return f"Orders can't be sent: {reason}."
            case _:
                pass
        if self._kept.waiting or not self._kept.is_decided:
            return NOT_TAKEN_UP
        spec = self._store.specs.get(position.symbol)
        if spec is None:
            return f"The terms of {plain(position.symbol, 32)} have not been read yet; wait a moment."
        return distance_problem(pips, spec)

    def _new_run(self, trail: TrailingStop, now: Instant) -> TrailRun:
        return TrailRun(trail, now.monotonic, standing=self._stops.take(trail.ticket))

    def _is_own(self, ticket: int, intent_id: str) -> bool:
        run = self._runs.get(ticket)
        return run is not None and run.intent_id == intent_id

    def _end(self, run: TrailRun, severity: Severity, words: str) -> None:
        if self._runs.pop(run.trail.ticket, None) is not None:
            self.changed = True
            self._say(severity, words)

    def _tell(self, words: str) -> str:
        self._say(Severity.INFO, words)
        return words
