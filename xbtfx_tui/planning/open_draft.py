"""What an order that opens comes to: volume, stops, cost, effect, what is to be known, and its sentence.

Works nothing out by itself (sizing and estimates do), allows nothing (the guards do) and sends nothing.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal

import msgspec

from xbtfx_tui.domain.bounded_figures import figure_words
from xbtfx_tui.domain.clock import Instant
from xbtfx_tui.domain.intents import OpenIntent
from xbtfx_tui.domain.lot_steps import thousands_problem, volume_problem, volume_steps
from xbtfx_tui.domain.money_text import money_text
from xbtfx_tui.domain.net_positions import (
    Adds,
    Closes,
    Flips,
    NetEffect,
    Opens,
    Reduces,
    held_volume,
    net_effect,
)
from xbtfx_tui.domain.order_estimates import Estimate, estimate_open, price_alone
from xbtfx_tui.domain.order_text import lots_words
from xbtfx_tui.domain.position_sizing import Lots, RiskPercent, Size, Sized, needs_sl_words, size_text
from xbtfx_tui.domain.profit_calculation import pips_between
from xbtfx_tui.domain.sides import Side
from xbtfx_tui.domain.stop_input import InMoney, InRisk, StopForm, form_text, risk_sl_words, risk_tp_words
from xbtfx_tui.domain.symbol_spec import SymbolSpec
from xbtfx_tui.domain.text_sanitizer import plain
from xbtfx_tui.domain.ticket_presets import Preset
from xbtfx_tui.domain.trading_sessions import closed_now
from xbtfx_tui.domain.typed_order import TypedOrder, typed_order, without_volume
from xbtfx_tui.orders.guards.guard_types import Problem
from xbtfx_tui.orders.store_views import beside_of, is_netting, opens_at
from xbtfx_tui.planning.draft_types import OrderDraft, judged, warning, wrong
from xbtfx_tui.planning.plan_text import at_stop_words, currency_of, listed, name, percent, spread_words
from xbtfx_tui.planning.ports import PlanView
from xbtfx_tui.planning.priced_symbol import Awaited, MarketNow, NoMarket, PricedSymbol, market_now
from xbtfx_tui.store.store import Store

OLD_EQUITY = 30.0
"""Seconds from which on an equity that was not read again is said to be old; it is read every 2 s."""

_COMMENT = 40
_DAYS = ("Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday")


class OpenRequest(msgspec.Struct, frozen=True):
    """What is to be opened, as it was asked for.

    `size` is None where it can't be read: the rest is drafted all the same, by a volume that stands in for
    it. Pips and multiples of the risk count from `counts_from`, where that is given, else from the price that
    the position would open at. `spread_cap` is the widest spread, in points, at which it is sent, `worst` the
    worst price.
    """

    symbol: str
    side: Side
    size: Size | None
    sl: StopForm | None = None
    tp: StopForm | None = None
    comment: str = ""
    counts_from: Decimal | None = None
    spread_cap: Decimal | None = None
    worst: Decimal | None = None


class OpenDraft(msgspec.Struct, frozen=True):
    """An opening order with what a ticket shows of it beside its fields.

    `sized` is None where no volume could be worked out: `order` and `estimate` are then of the symbol's
    minimum, which stands in for it and is never sent, and no word tells what depends on the volume. `held` is
    what it is netted against, in signed lots, 0 on a hedging account. `effect_words` is what a netting
    account makes of it, a sentence; `risk_words` what it risks, a clause; `sl_words` and `tp_words` are the
    stops as prices with what they come to. Each is empty where there is nothing to say. `headline` is short.
    """

    order: OrderDraft
    sized: Sized | None
    estimate: Estimate
    held: Decimal
    spread_words: str
    effect_words: str
    risk_words: str
    sl_words: str
    tp_words: str
    headline: str


def market_to_open(view: PlanView, symbol: str) -> MarketNow:
    """The market that something may be opened in now. A price that is missing or old is not waited for where
    the market is closed."""
    market = market_now(view, symbol)
    if not isinstance(market, Awaited):
        return market
    spec, at = view.store.specs.get(symbol), datetime.fromtimestamp(view.now.wall, UTC)
    closed = None if spec is None else closed_now(spec, at, opens_at(view.store, symbol, view.now))
    if closed is None:
        return market
    return NoMarket(f"The market for {name(symbol)} is closed now.{closed.opens_words}")


def draft_open(request: OpenRequest, market: PricedSymbol, view: PlanView, intent_id: str) -> OpenDraft:
    """The order that would open at these prices."""
    store, spec, side = view.store, market.spec, request.side
    price, account, currency = market.opening(side), store.live_account(), currency_of(store)
    counted = _counted(request, market, view)
    sized = counted.sized
    intent = OpenIntent(
        intent_id,
        request.symbol,
        side,
        volume_steps(spec).minimum if sized is None else sized.volume,
        price,
        counted.sl,
        counted.tp,
        request.comment.strip(),
        request.spread_cap,
        request.worst,
    )
    held = held_volume(store.positions.values(), request.symbol) if is_netting(store) else Decimal(0)
    beside = beside_of(store, request.symbol)
    estimate = estimate_open(intent, spec, market.bid, market.ask, account, store.rate, held, beside)
    known = price_alone(price) if sized is None else estimate
    effect = Opens() if sized is None else net_effect(held, side, intent.volume)
    cost = None if known.spread_cost is None else money_text(known.spread_cost, currency)
    spread = spread_words(market.bid, market.ask, spec.point, cost)
    effect_words = _effect_words(effect, held, side)
    risk = _risk_words(sized, effect, currency)
    sl = _stop_words(intent.sl, known.loss_at_sl, intent, spec, currency)
    tp = _stop_words(intent.tp, known.gain_at_tp, intent, spec, currency)
    margin = figure_words(known.margin, lambda amount: money_text(amount, currency))
    order, at = _order_words(intent), f"at market, now {price}"
    parts = (
        f"{order} {at}.",
        f"sl {sl or 'none'}, tp {tp or 'none'}.",
        _share_words(sized, risk),
        f"Margin {margin}, spread {spread}, level after {figure_words(known.level_after, percent)}.",
        effect_words,
        f'Comment "{plain(intent.comment, _COMMENT)}".' if intent.comment else "",
    )
    found = [
        *_wrong(request, counted),
        *_warnings(request.size, sized, intent, effect, market, view, known.swap),
    ]
    return OpenDraft(
        judged(intent, " ".join(filter(None, parts)), view, found),
        sized,
        estimate,
        held,
        spread,
        effect_words,
        risk,
        sl,
        tp,
        _headline(f"{order}{_asked_words(request.size)} {at}", risk, effect_words),
    )


def _counted(request: OpenRequest, market: PricedSymbol, view: PlanView) -> TypedOrder:
    spec, store = market.spec, view.store
    counted = typed_order(
        # A stand-in where none could be read, so that the stops are judged all the same.
        request.size or Lots(volume_steps(spec).minimum),
        request.sl,
        request.tp,
        request.side,
        market.opening(request.side),
        spec,
        store.live_account(),
        store.rate,
        counts_from=request.counts_from,
    )
    return counted if request.size is not None else without_volume(counted, request.sl, request.tp)


# --- what is wrong ---


def size_and_sl_problem(size: Size, sl: StopForm | None) -> str | None:
    """Why the size does not go with the sl, as a sentence: a risk and an sl in money each need the other."""
    if isinstance(size, Lots) or not isinstance(sl, InMoney):
        return None
    return (
        f"A size of {size_text(size)} and an sl of {form_text(sl)} each need the other first: "
        "give the sl in pips, like sl=30p, or the size in lots, like 0.10."
    )


def preset_problem(symbol: str, preset: Preset, store: Store) -> str | None:
    """Why no ticket can begin so, whatever the price is, as a sentence; None where one could."""
    size, sl, tp = preset.size, preset.sl, preset.tp
    if (problem := size_and_sl_problem(size, sl)) is not None:
        return problem
    if not isinstance(size, Lots) and sl is None:
        return needs_sl_words(size)
    if isinstance(sl, InRisk):
        return risk_sl_words(sl)
    if isinstance(tp, InRisk) and sl is None:
        return risk_tp_words(tp)
    spec = store.specs.get(symbol)
    if not isinstance(size, Lots) or spec is None:
        return None
    steps = volume_steps(spec)
    return thousands_problem(size.volume, steps) or volume_problem(size.volume, steps)


def _wrong(request: OpenRequest, counted: TypedOrder) -> Iterator[Problem]:
    """What was found wrong with the fields, the one that others depend on first."""
    by_field = dict(counted.wrong)
    if request.size is not None and (problem := size_and_sl_problem(request.size, request.sl)) is not None:
        by_field["sl"] = problem
    for field in ("sl", "volume", "tp"):
        if field in by_field:
            yield wrong(by_field[field], field)


# --- what is to be known ---


def _warnings(
    size: Size | None,
    sized: Sized | None,
    intent: OpenIntent,
    effect: NetEffect,
    market: PricedSymbol,
    view: PlanView,
    swap: Decimal | None,
) -> Iterator[Problem]:
    if size is None or sized is None:
        return
    said = (
        _capped_words(sized, intent),
        _replaced_words(intent, view.store) if isinstance(effect, Adds) else "",
        _near_words(size, intent, market),
        _equity_words(size, view.store, view.now),
        _triple_words(market.spec, swap, view),
    )
    yield from (warning(sentence) for sentence in said if sentence)


def _capped_words(sized: Sized, intent: OpenIntent) -> str:
    if sized.capped_from is None:
        return ""
    return (
        f"The risk would pay for {lots_words(sized.capped_from)} lots; {name(intent.symbol)} takes "
        f"{lots_words(intent.volume)} an order at most."
    )


def _replaced_words(intent: OpenIntent, store: Store) -> str:
    """What becomes of the stops of a netting position that the order adds to.

    Those that it brings are the whole position's; of the others the vendor does not say whether they stay.
    """
    held = [position for position in store.positions.values() if position.symbol == intent.symbol]
    stops = [
        (kind, was, new)
        for position in held
        for kind, was, new in (("sl", position.sl, intent.sl), ("tp", position.tp, intent.tp))
        if was is not None and was != new
    ]
    moved = [f"its {kind} {was:f} becomes {new:f}" for kind, was, new in stops if new is not None]
    open_ = [f"its {kind} {was:f}" for kind, was, new in stops if new is None]
    said = (
        f"The whole position gets this order's stops: {listed(moved)}." if moved else "",
        f"Whether it keeps {listed(open_)} is not documented: look once it is filled." if open_ else "",
    )
    return " ".join(words for words in said if words)


def _near_words(size: Size, intent: OpenIntent, market: PricedSymbol) -> str:
    """The nearer the sl, the more lots a risk comes to, and the less the sl can keep it."""
    if isinstance(size, Lots) or intent.sl is None:
        return ""
    if abs(intent.price - intent.sl) >= 2 * (market.ask - market.bid):
        return ""
    return (
        "The sl is less than two spreads away: a quiver of the price would close it, and so many lots may "
        "lose much more than the risk."
    )


def _triple_words(spec: SymbolSpec, swap: Decimal | None, view: PlanView) -> str:
    """That the coming night counts three times, where the server tells which one does and that it costs. When
    that night's rollover is, the API does not say."""
    today = datetime.fromtimestamp(view.now.wall, UTC).isoweekday() % 7
    if spec.swap_3day != today or swap is None or swap >= 0:
        return ""
    three, day = money_text(-swap * 3, currency_of(view.store)), _DAYS[today]
    return f"The night after {day} counts three times: held over it, this costs about {three} in swap."


def _equity_words(size: Size, store: Store, now: Instant) -> str:
    """A percent of an equity that may have changed since."""
    read = store.account_received
    if not isinstance(size, RiskPercent) or read is None or (age := read.age_at(now)) < OLD_EQUITY:
        return ""
    return f"The equity was last read {age:.0f} s ago: {size_text(size)} is counted by that."


# --- words ---


def _order_words(intent: OpenIntent) -> str:
    return f"{intent.side.value.capitalize()} {lots_words(intent.volume)} {name(intent.symbol)}"


def _asked_words(size: Size | None) -> str:
    return "" if size is None or isinstance(size, Lots) else f" for a risk of {size_text(size)}"


def _headline(what: str, risk: str, effect: str) -> str:
    return " ".join(filter(None, (f"{what}: {risk}." if risk else f"{what}.", effect)))


def _risk_words(sized: Sized | None, effect: NetEffect, currency: str | None) -> str:
    """`risks 30.00 USD, 0.30% of equity`; of a trade that takes something away, the sl risks nothing of the
    kind."""
    if sized is None or sized.risk is None or not isinstance(effect, Opens | Adds):
        return ""
    share = "" if sized.risk_percent is None else f", {percent(sized.risk_percent)} of equity"
    return f"risks {money_text(sized.risk, currency)}{share}"


def _share_words(sized: Sized | None, risk: str) -> str:
    """`Risks 0.30% of equity.`, where it risks anything; how much money that is, is said at the sl."""
    if not risk or sized is None or sized.risk_percent is None:
        return ""
    return f"Risks {percent(sized.risk_percent)} of equity."


def _stop_words(
    stop: Decimal | None, result: Decimal | None, intent: OpenIntent, spec: SymbolSpec, currency: str | None
) -> str:
    """`1.07913 (30.0 pips, -30.00 USD)`; empty without a stop."""
    if stop is None:
        return ""
    known = at_stop_words(pips_between(spec, intent.side, intent.price, stop), result, currency)
    return f"{stop} ({known})" if known else f"{stop}"


def _effect_words(effect: NetEffect, held: Decimal, side: Side) -> str:
    """What a netting account makes of it; empty for a position of its own."""
    position = f"{(Side.BUY if held > 0 else Side.SELL).value} {lots_words(abs(held))}"
    match effect:
        case Opens():
            return ""
        case Adds(total=total):
            return f"Netting: adds to the {position}, {lots_words(total)} in all."
        case Reduces(left=left):
            return f"Netting: reduces the {position}, {lots_words(left)} stays open."
        case Closes():
            return f"Netting: closes the {position}."
        case Flips(opened=opened):
            return f"Netting: closes the {position} and leaves a {side.value} {lots_words(opened)}."
