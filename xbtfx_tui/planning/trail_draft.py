"""What turning a trailing stop on comes to: drafted once, for its dialog and for `trail`. Sends nothing.

The trailing stops move the sl by themselves from then on. The order drafted here is the first of those moves,
so that what the desk has against it is said before anything is turned on.
"""

from collections.abc import Iterator
from decimal import Decimal

import msgspec

from xbtfx_tui.domain.intents import Keep, ModifyIntent, MoveTo
from xbtfx_tui.domain.pip_size import pips_of
from xbtfx_tui.domain.positions import Position
from xbtfx_tui.domain.stop_rules import StopKind
from xbtfx_tui.domain.trailing_stop import (
    BadDistance,
    TrailingStop,
    distance_problem,
    next_stop,
    pips_text,
    step_of,
    stop_behind,
    usual_distance,
)
from xbtfx_tui.orders.guards.guard_types import Problem
from xbtfx_tui.planning.draft_types import OrderDraft, judged, warning
from xbtfx_tui.planning.plan_text import exact, name
from xbtfx_tui.planning.ports import PlanView
from xbtfx_tui.planning.priced_symbol import PricedSymbol
from xbtfx_tui.planning.stop_draft import at_stop_words, holder_of, moving_warnings, stands_words

_VERY_NEAR = Decimal("0.0001")
"""Of the price: a distance that any market goes in a moment."""

WHILE_IT_RUNS = "while this terminal runs; the broker keeps only the last stop"


class TrailDraft(msgspec.Struct, frozen=True):
    """`order` is the move that the trail begins with: at once, or at the price that it waits for. `beside`
    says in short where the sl goes first; `line` is what becomes of it, after its ticket and symbol."""

    order: OrderDraft
    beside: str
    line: str


def draft_trail(
    position: Position, pips: Decimal, market: PricedSymbol, view: PlanView, intent_id: str
) -> TrailDraft | BadDistance:
    """The position trailed at this distance, from these prices on."""
    store, spec, closing = view.store, market.spec, market.closing(position.side)
    if (problem := distance_problem(pips, spec)) is not None:
        return BadDistance(problem)
    trail = TrailingStop(position.ticket, position.symbol, position.side, pips)
    behind = stop_behind(trail, closing, spec)
    if behind is None:
        usual = pips_text(usual_distance(position, market.bid, market.ask, spec))
        return BadDistance(f"{pips_text(pips)} from {closing} is at or below zero: try {usual}.")
    first = next_stop(trail, position, closing, spec)
    held, step = holder_of(position), step_of(trail, spec)
    stands = stands_words(store, held, StopKind.SL)
    if first is None:
        beside = f"sl stays {stands} for now"
        sign = position.side.sign
        moves_at = (position.sl or behind) + sign * step + (closing - behind)
        way = "bid is at or above" if sign > 0 else "ask is at or below"
        begins = f"sl stays {stands} until the {way} {exact(store, position.symbol, moves_at)}"
    else:
        beside = f"sl {first} first"
        begins = f"sl from {stands} to about {first} first ({at_stop_words(held, first, store)})"
    follows = f"then follows by {pips_text((pips_of(spec, step) or Decimal(1)).normalize())} or more"
    symbol = name(position.symbol)
    sentence = (
        f"Trail {symbol} ({held.words}) at {pips_text(pips)}: {begins}, {follows}, never back,"
        f" {WHILE_IT_RUNS}."
    )
    intent = ModifyIntent(intent_id, position.ticket, position.symbol, MoveTo(behind), Keep())
    found = (*_near_warnings(pips, behind, position, market, view), *moving_warnings(position.ticket, view))
    return TrailDraft(
        judged(intent, sentence, view, found), beside, f"{position.ticket} {symbol}: {begins}, {follows}"
    )


def _near_warnings(
    pips: Decimal, behind: Decimal, position: Position, market: PricedSymbol, view: PlanView
) -> Iterator[Problem]:
    closing = market.closing(position.side)
    away = abs(closing - behind)
    listed = market.spec.point * (market.spec.spread_points or 0)  # as it was when the terms were read
    if away < 2 * max(market.ask - market.bid, listed):
        yield warning(
            f"{pips_text(pips)} is less than two spreads of {name(position.symbol)}: a quiver of the price"
            " would close it.",
            "pips",
        )
    elif away < closing * _VERY_NEAR:
        # The spread of a moment tells little where a book is thin: 15p of BTCUSD are 0.15.
        distance = exact(view.store, position.symbol, away)
        yield warning(
            f"{pips_text(pips)} of {name(position.symbol)} is {distance}, less than {_VERY_NEAR:%} of its "
            "price: a quiver of the price would close it.",
            "pips",
        )
