"""Several commands planned at one moment, put together to one plan: its sums, and what stops one of them.

Each order was drafted against the account as it stands; what all of them together come to is said here. Sends
nothing.
"""

from collections.abc import Iterator, Sequence
from decimal import Decimal

import msgspec
from msgspec.structs import replace

from xbtfx_tui.domain.bounded_figures import AtLeast, AtMost, Figure, careful_side, figure_words
from xbtfx_tui.domain.intents import OpenIntent
from xbtfx_tui.domain.money_text import money_text, signed_money_text
from xbtfx_tui.domain.net_positions import held_volume
from xbtfx_tui.domain.order_estimates import Estimate, estimate_open
from xbtfx_tui.domain.order_text import lots_words
from xbtfx_tui.domain.positions import Position
from xbtfx_tui.orders.guards.order_guards import SAME_ORDER_SECONDS, are_same_order
from xbtfx_tui.orders.store_views import beside_of, is_netting
from xbtfx_tui.planning.batch_execution import realises
from xbtfx_tui.planning.plan_text import currency_of, listed, name, percent
from xbtfx_tui.planning.plan_types import Plan, PlanStep
from xbtfx_tui.planning.ports import PlanView
from xbtfx_tui.planning.priced_symbol import PricedSymbol, last_market

EACH_ALONE = "The margin and the level after an order are counted without the others here."


def joined(plans: Sequence[Plan], view: PlanView) -> Plan | None:
    """The plans as one, to be confirmed once and carried out in order; None where there is none."""
    if not plans:
        return None
    if len(plans) == 1:
        return plans[0]
    realise = [made for made in plans if any(map(realises, made.steps))]
    profits = [made.profit for made in realise if made.profit is not None]
    is_known = bool(profits) and len(profits) == len(realise)
    steps = tuple(step for made in plans for step in made.steps)
    openings = [step.intent for step in steps if isinstance(step.intent, OpenIntent)]
    all_open = len(openings) == len(steps)
    return Plan(
        _sum_words(openings, view) if all_open else " ".join(made.headline for made in plans),
        steps,
        sum(profits[1:], profits[0]) if is_known else None,
        tuple(
            dict.fromkeys(
                (
                    *(remark for made in plans for remark in made.remarks),
                    *_twins(steps),
                    *((EACH_ALONE,) if openings else ()),
                )
            )
        ),
    )


def _twins(steps: Sequence[PlanStep]) -> Iterator[str]:
    """The orders that the guard against twins stops, unless what is between them takes longer."""
    for number, step in enumerate(steps, 1):
        before = [
            earlier
            for earlier, other in enumerate(steps[: number - 1], 1)
            if are_same_order(other.intent, step.intent)
        ]
        if before:
            yield (
                f"Order {number} is the same as order {before[-1]}: less than {SAME_ORDER_SECONDS:.0f} s "
                "after it, it is refused."
            )


# --- the sum of several openings ---


class _Sums(msgspec.Struct, frozen=True):
    """What orders that open come to one after the other; None where a part is not known."""

    margin: Figure | None
    spread: Decimal | None
    at_stops: Decimal | None
    level: Figure | None


def _sum_words(openings: Sequence[OpenIntent], view: PlanView) -> str:
    """`2 orders: buy 0.10 EURUSD and sell 0.05 XAUUSD. Margin ..., level after all of them 512.20%.`"""
    currency = currency_of(view.store)
    sums = _sums(openings, view)
    lots: dict[tuple[str, str], Decimal] = {}
    for one in openings:
        key = (one.side.value, one.symbol)
        lots[key] = lots.get(key, Decimal(0)) + one.volume
    each = listed([f"{side} {lots_words(total)} {name(symbol)}" for (side, symbol), total in lots.items()])
    margin = figure_words(sums.margin, lambda amount: money_text(amount, currency))
    spread = money_text(sums.spread, currency)
    at_stops = ""
    if (with_sl := sum(one.sl is not None for one in openings)) and sums.at_stops is not None:
        which = "all" if with_sl == len(openings) else f"{with_sl} of them"
        at_stops = f" at the sl of {which} {signed_money_text(sums.at_stops, currency)},"
    level = figure_words(sums.level, percent)
    return (
        f"{len(openings)} orders, in all {each}: margin {margin}, spread {spread},{at_stops} "
        f"level after all of them {level}."
    )


def _sums(openings: Sequence[OpenIntent], view: PlanView) -> _Sums:
    estimates = list(_one_after_the_other(openings, view))
    if len(estimates) < len(openings):
        return _Sums(None, None, None, None)
    margins = [one.margin for one in estimates]
    spreads = [one.spread_cost for one in estimates]
    at_stops = [
        one.loss_at_sl for one, order in zip(estimates, openings, strict=True) if order.sl is not None
    ]
    known = [one for one in margins if one is not None]
    total: Figure = sum(map(careful_side, known), Decimal(0))
    if any(isinstance(one, AtMost) for one in known):
        total = AtMost(careful_side(total))
    is_known = len(known) == len(margins)
    level = estimates[-1].level_after if is_known else None
    if isinstance(total, AtMost) and isinstance(level, Decimal):
        level = AtLeast(level)
    return _Sums(total if is_known else None, _total(spreads), _total(at_stops), level)


def _total(amounts: Sequence[Decimal | None]) -> Decimal | None:
    known = [amount for amount in amounts if amount is not None]
    return sum(known, Decimal(0)) if len(known) == len(amounts) else None


def _one_after_the_other(openings: Sequence[OpenIntent], view: PlanView) -> Iterator[Estimate]:
    """The price tag of each order on the account as those before it leave it; ends where one is not known."""
    store, nets = view.store, is_netting(view.store)
    account = store.live_account()
    held = {one.symbol: held_volume(store.positions.values(), one.symbol) for one in openings} if nets else {}
    opened: dict[str, tuple[Position, ...]] = {}
    for number, order in enumerate(openings, 1):
        market = last_market(store, order.symbol, view.now)
        if account is None or not isinstance(market, PricedSymbol):
            return
        around, more = beside_of(store, order.symbol), opened.get(order.symbol, ())
        beside = None if around is None else (*around, *more)
        net = held.get(order.symbol, Decimal(0))
        one = estimate_open(order, market.spec, market.bid, market.ask, account, store.rate, net, beside)
        yield one
        if one.margin is None or one.spread_cost is None or one.free_after is None:
            return
        free, equity = careful_side(one.free_after), account.equity - one.spread_cost
        account = replace(
            account,
            equity=equity,
            margin=account.margin + account.margin_free - one.spread_cost - free,
            margin_free=free,
        )
        if nets:
            held[order.symbol] = net + order.side.sign * order.volume
        else:
            price = market.opening(order.side)
            position = Position(-number, order.symbol, order.side, order.volume, price, price)
            opened[order.symbol] = (*more, position)
