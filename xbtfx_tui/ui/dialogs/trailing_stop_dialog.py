"""Turning a trailing stop on: its distance, where the stop goes first, and what keeps it going.

What it comes to is drafted by `planning.trail_draft`, as that of `trail` is. It sends nothing: it hands the
distance to the trailing stops once, which move the sl from then on.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from xbtfx_tui.domain.intents import Intent
from xbtfx_tui.domain.positions import Position
from xbtfx_tui.domain.trailing_stop import (
    DEFAULT_PIPS,
    BadDistance,
    parse_distance,
    pips_text,
    usual_distance,
)
from xbtfx_tui.orders.guards.guard_types import Problem
from xbtfx_tui.planning.plan_text import exact
from xbtfx_tui.planning.priced_symbol import PricedSymbol
from xbtfx_tui.planning.trail_draft import WHILE_IT_RUNS, TrailDraft, draft_trail
from xbtfx_tui.ui.dialogs.dialog_fields import Field, Note, Tone
from xbtfx_tui.ui.dialogs.order_dialog import Draft, OrderDialog, with_problems
from xbtfx_tui.ui.dialogs.ticket_market import draft_view, is_fresh, market_of, with_lateness
from xbtfx_tui.ui.figure_format import clean, lots
from xbtfx_tui.ui.ports import Backend

_FACTS = f"Trails {WHILE_IT_RUNS}."


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
        drafted = self._drafted(typed["pips"], position, market, intent_id)
        if isinstance(drafted, BadDistance):
            wrong = {"pips": Note(clean(drafted.sentence), Tone.WRONG)}
            return Draft(None, headline, wrong, facts=_FACTS)
        order = drafted.order
        beside, general = with_problems({"pips": Note(drafted.beside)}, order.problems)
        return Draft(order.intent, headline, beside, general, _FACTS, order.sentence)

    def _drafted(
        self, text: str, position: Position, market: PricedSymbol, intent_id: str
    ) -> TrailDraft | BadDistance:
        pips = parse_distance(text, usual_distance(position, market.bid, market.ask, market.spec))
        if isinstance(pips, BadDistance):
            return pips
        return draft_trail(position, pips, market, draft_view(self._backend), intent_id)

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

    def _headline_words(self, position: Position, market: PricedSymbol) -> str:
        opened = exact(self._backend.store, position.symbol, position.price_open)
        return (
            f"{position.side.value} {lots(position.volume)} {clean(position.symbol)}"
            f"  open {opened}  bid {market.bid}  ask {market.ask}"
        )
