"""Turning a trailing stop on: its distance, where the stop goes first, and what keeps it going.

It sends nothing: it hands the distance to the trailing stops once, which move the sl from then on.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal

import msgspec

from xbtfx_tui.domain.intents import Intent, Keep, ModifyIntent, MoveTo
from xbtfx_tui.domain.pips import pips_of
from xbtfx_tui.domain.positions import Position
from xbtfx_tui.domain.trailing import (
    DEFAULT_PIPS,
    BadDistance,
    Trail,
    distance_problem,
    next_stop,
    parse_distance,
    pips_text,
    step_of,
    stop_behind,
    usual_distance,
)
from xbtfx_tui.orders.guards.problems import Problem
from xbtfx_tui.ui.dialogs.market import Market, exact, is_fresh, market_of, with_lateness
from xbtfx_tui.ui.dialogs.order_dialog import Draft, OrderDialog, with_problems
from xbtfx_tui.ui.dialogs.parts import Field, Note, Tone
from xbtfx_tui.ui.dialogs.stop_words import at_stop_words, stands_words
from xbtfx_tui.ui.format import clean, lots
from xbtfx_tui.ui.ports import Backend

WHILE_IT_RUNS = "Trails while this terminal runs; the broker keeps only the last stop."


class _First(msgspec.Struct, frozen=True):
    """What turning it on does first: `stop` is where the sl goes at once, None where it stays for now;
    `behind` is the trail's own place at the price of now."""

    trail: Trail
    behind: Decimal
    stop: Decimal | None


class TrailDialog(OrderDialog):
    """Has the position `ticket` trailed; dismisses with the move it began with once it is on, or None.

    `answer` is then what the trailing stops said to it.
    """

    ENTER = "Enter turns it on, escape goes back."

    def __init__(self, backend: Backend, ticket: int) -> None:
        self._ticket = ticket
        self._first_seen = backend.store.positions.get(ticket)
        self.answer = ""
        super().__init__(backend)

    @property
    def _position(self) -> Position | None:
        return self._backend.store.positions.get(self._ticket)

    def make_fields(self) -> Sequence[Field]:
        return (Field("pips", pips_text(self._usual())),)

    def _usual(self) -> Decimal:
        position = self._position
        market = market_of(self._backend, position.symbol) if position is not None else ""
        if position is None or isinstance(market, str):
            return DEFAULT_PIPS
        return usual_distance(position, market.bid, market.ask, market.spec)

    def title_words(self) -> str:
        symbol = "" if self._first_seen is None else f" {clean(self._first_seen.symbol, 32)}"
        return f"TRAILING STOP{symbol}, ticket {self._ticket}"

    def hint_words(self) -> str:
        return "a distance in pips like 15p · enter reviews · escape closes"

    def watched_symbol(self) -> str | None:
        return None if self._first_seen is None else self._first_seen.symbol

    def wants_fresh_price(self) -> bool:
        return self._position is not None and not is_fresh(self._backend, self._position.symbol)

    def make_draft(self, typed: Mapping[str, str], intent_id: str) -> Draft:
        position = self._position
        if position is None:
            return Draft(None, general=(Note(f"Position {self._ticket} is not open any more.", Tone.WRONG),))
        market = market_of(self._backend, position.symbol)
        if isinstance(market, str):
            return Draft(None, headline=market)
        headline = with_lateness(self._headline_words(position, market), market.age_words)
        first = _first(typed["pips"], position, market)
        if isinstance(first, str):
            return Draft(None, headline, {"pips": Note(clean(first), Tone.WRONG)}, facts=WHILE_IT_RUNS)
        # What the desk would say to the first move: as it would be sent now, or at the price it waits for.
        intent = ModifyIntent(
            intent_id, position.ticket, position.symbol, MoveTo(first.stop or first.behind), Keep()
        )
        beside, general = with_problems(
            {"pips": self._note(first, position, market)}, self._backend.desk.problems(intent)
        )
        return Draft(
            intent, headline, beside, general, WHILE_IT_RUNS, self._review_of(first, position, market)
        )

    def hand_over(self, intent: Intent) -> Sequence[Problem]:
        """Turn it on: what was reviewed is the distance, and where its first stop goes the price decides."""
        pips = parse_distance(self.typed()["pips"])
        if isinstance(pips, BadDistance):
            return (Problem(pips.sentence, True, None),)
        self.answer = self._backend.trails.start(self._ticket, pips)
        is_on = any(
            (trail.ticket, trail.distance_pips) == (self._ticket, pips)
            for trail in self._backend.trails.trails()
        )
        return () if is_on else (Problem(self.answer, True, None),)

    # --- words ---

    def _headline_words(self, position: Position, market: Market) -> str:
        opened = exact(self._backend.store, position.symbol, position.price_open)
        return (
            f"{position.side.value} {lots(position.volume)} {clean(position.symbol)}"
            f"  open {opened}  bid {market.bid}  ask {market.ask}"
        )

    def _note(self, first: _First, position: Position, market: Market) -> Note:
        distance = abs(market.closing(position.side) - first.behind)
        if distance < 2 * (market.ask - market.bid):
            return Note("Less than two spreads: a quiver of the price would close it.", Tone.WARNING)
        if first.stop is not None:
            return Note(f"sl {first.stop} first")
        return Note(f"sl stays {stands_words(self._backend.store, position)} for now")

    def _review_of(self, first: _First, position: Position, market: Market) -> str:
        stands = stands_words(self._backend.store, position)
        if first.stop is not None:
            at_stop = at_stop_words(self._backend.store, position, first.stop, market.spec)
            begins = f"sl from {stands} to about {first.stop} first ({at_stop})"
        else:
            begins = f"sl stays {stands} until {self._moves_at(first, position, market)}"
        step = pips_of(market.spec, step_of(first.trail, market.spec)) or Decimal(1)
        return (
            f"Trail {clean(position.symbol)} ({position.side.value} {lots(position.volume)}, ticket"
            f" {position.ticket}) at {pips_text(first.trail.distance_pips)}: {begins}, then follows by"
            f" {pips_text(step.normalize())} or more, never back, while this terminal runs."
        )

    def _moves_at(self, first: _First, position: Position, market: Market) -> str:
        """The price at which an sl that is good enough now is moved first, as a clause."""
        sign, closing = position.side.sign, market.closing(position.side)
        step = step_of(first.trail, market.spec)
        at = (position.sl or first.behind) + sign * step + (closing - first.behind)
        way = "bid is at or above" if sign > 0 else "ask is at or below"
        return f"the {way} {exact(self._backend.store, position.symbol, at)}"


def _first(typed: str, position: Position, market: Market) -> _First | str:
    """What the typed distance comes to now, or a sentence on what is wrong with it."""
    usual = usual_distance(position, market.bid, market.ask, market.spec)
    pips = parse_distance(typed, usual)
    if isinstance(pips, BadDistance):
        return pips.sentence
    if (problem := distance_problem(pips, market.spec)) is not None:
        return problem
    trail = Trail(position.ticket, position.symbol, position.side, pips)
    closing = market.closing(position.side)
    behind = stop_behind(trail, closing, market.spec)
    if behind is None:
        return f"{pips_text(pips)} from {closing} is at or below zero: try {pips_text(usual)}."
    return _First(trail, behind, next_stop(trail, position, closing, market.spec))
