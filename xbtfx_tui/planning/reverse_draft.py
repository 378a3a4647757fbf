"""What a reverse comes to: drafted once, for its ticket and for `reverse`. Never sends anything.

It closes the position and opens its opposite of the same size, on a netting account as on a hedging one.
"""

from collections.abc import Iterator
from decimal import Decimal

import msgspec

from xbtfx_tui.domain.bounded_figures import Figure, careful_side, figure_words
from xbtfx_tui.domain.intents import ReverseIntent
from xbtfx_tui.domain.money_text import NOT_KNOWN, money_text
from xbtfx_tui.domain.order_text import lots_words
from xbtfx_tui.domain.positions import Position
from xbtfx_tui.domain.profit_and_swap import closing_words
from xbtfx_tui.domain.reverse_estimate import ReverseEstimate, estimate_reverse
from xbtfx_tui.domain.shell_wording import stops_offered_as_far
from xbtfx_tui.domain.stop_rules import StopKind
from xbtfx_tui.domain.text_sanitizer import plain
from xbtfx_tui.orders.guards.guard_types import Problem
from xbtfx_tui.orders.store_views import beside_of
from xbtfx_tui.planning.draft_types import OrderDraft, judged, warning
from xbtfx_tui.planning.plan_text import currency_of, exact, name, percent
from xbtfx_tui.planning.ports import PlanView
from xbtfx_tui.planning.priced_symbol import PricedSymbol
from xbtfx_tui.store.store import Store

NO_STOPS = "The new position has no stops."


class ReverseDraft(msgspec.Struct, frozen=True):
    """`order.profit` is what its close realises; `estimate` is the account once the opposite is open."""

    order: OrderDraft
    estimate: ReverseEstimate


def draft_reverse(
    position: Position, comment: str, market: PricedSymbol, view: PlanView, intent_id: str
) -> ReverseDraft:
    """A reverse of the position as it stands, at these prices."""
    store = view.store
    around = beside_of(store, position.symbol)
    others = None if around is None else tuple(one for one in around if one.ticket != position.ticket)
    estimate = estimate_reverse(
        position, market.spec, market.bid, market.ask, store.live_account(), store.rate, others
    )
    intent = ReverseIntent(
        intent_id,
        position.ticket,
        position.symbol,
        position.side,
        position.volume,
        comment,
        stop_away(position, StopKind.SL),
        stop_away(position, StopKind.TP),
    )
    order = judged(
        intent,
        _sentence(
            intent,
            market,
            estimate,
            closing_words(store.live_profit(position), position.swap, currency_of(store)),
            currency_of(store),
        ),
        view,
        _warnings(position, intent, market, estimate, store),
        profit=store.live_profit(position),
        price=store.live_price(position),
    )
    return ReverseDraft(order, estimate)


def stop_away(position: Position, kind: StopKind) -> Decimal | None:
    """How far the stop is from where the position opened, on the side of a loss for its sl and of a gain for
    its tp; None where it has none there."""
    stop = position.sl if kind is StopKind.SL else position.tp
    if stop is None:
        return None
    away = (stop - position.price_open) * position.side.sign
    away = -away if kind is StopKind.SL else away
    return away if away > 0 else None


def _warnings(
    position: Position,
    intent: ReverseIntent,
    market: PricedSymbol,
    estimate: ReverseEstimate,
    store: Store,
) -> Iterator[Problem]:
    stops = [(kind, price) for kind, price in (("sl", position.sl), ("tp", position.tp)) if price is not None]
    if stops:
        going = " and ".join(f"{kind} {exact(store, position.symbol, price)}" for kind, price in stops)
        go = "goes" if len(stops) == 1 else "go"
        offer = stops_offered_as_far(
            sl=stop_away(position, StopKind.SL) is not None, tp=stop_away(position, StopKind.TP) is not None
        )
        yield warning(f"{going} {go} with the old position{offer}{_as_far_words(intent, market)}")
    if estimate.free_after is not None and careful_side(estimate.free_after) < 0:
        yield warning("The margin may not be enough for the second half: it would then be closed only.")


def _as_far_words(intent: ReverseIntent, market: PricedSymbol) -> str:
    """Where stops as far away would be at the price of now."""
    opening = market.opening(intent.side.opposite)
    stops = [(kind.value, intent.stop_of_opposite(kind, opening)) for kind in StopKind]
    named = [f"{kind} {round(price, market.spec.digits)}" for kind, price in stops if price is not None]
    return f" As far away is now {' and '.join(named)}." if named else ""


def _sentence(
    intent: ReverseIntent,
    market: PricedSymbol,
    estimate: ReverseEstimate,
    realises: str,
    currency: str | None,
) -> str:
    side, volume = intent.side, lots_words(intent.held)
    margin, free = (_about(figure, currency) for figure in (estimate.margin_after, estimate.free_after))
    comment = f' Comment "{plain(intent.comment, 40)}".' if intent.comment else ""
    return (
        f"Reverse ticket {intent.ticket}: close {side.value} {volume} {name(intent.symbol)} at about"
        f" {market.closing(side)} (realises about {realises}), then open"
        f" {side.opposite.value} {volume} at about {market.opening(side.opposite)}. Margin after {margin},"
        f" free {free}, level {figure_words(estimate.level_after, percent)}. {NO_STOPS}{comment}"
    )


def _about(figure: Figure | None, currency: str | None) -> str:
    """`about 432.83 USD`, `at most 432.83 USD`; `not known`."""
    if figure is None:
        return NOT_KNOWN
    about = "about " if isinstance(figure, Decimal) else ""
    return about + figure_words(figure, lambda amount: money_text(amount, currency))
