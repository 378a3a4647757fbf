"""What `buy` and `sell` come to: the volume, the stops as prices, the cost and the true risk, in words.

Works nothing out by itself (drafting and estimates do) and sends nothing.
"""

from datetime import UTC, datetime
from decimal import Decimal

import msgspec

from xbtfx_tui.commands.command import Open
from xbtfx_tui.domain.clock import Instant
from xbtfx_tui.domain.drafting import draft
from xbtfx_tui.domain.estimates import Estimate, estimate_open
from xbtfx_tui.domain.intents import OpenIntent
from xbtfx_tui.domain.money import pips_between
from xbtfx_tui.domain.netting import Adds, Closes, Flips, NetEffect, Opens, Reduces, held_volume, net_effect
from xbtfx_tui.domain.plain_text import plain
from xbtfx_tui.domain.sessions import closed_now
from xbtfx_tui.domain.sides import Side
from xbtfx_tui.domain.sizing import Lots, RiskPercent, Size, Sized, size_text
from xbtfx_tui.domain.stop_forms import InMoney, StopForm, form_text
from xbtfx_tui.domain.volumes import volume_problem, volume_steps
from xbtfx_tui.domain.words import lots_words
from xbtfx_tui.orders.views import is_netting, opens_at
from xbtfx_tui.planning.assembling import plan_of_one
from xbtfx_tui.planning.market import Awaited, Market, NoMarket, market_now, needs
from xbtfx_tui.planning.plan import NeedsSymbols, Plan, Refusal, Step
from xbtfx_tui.planning.ports import PlanView
from xbtfx_tui.planning.words import at_stop_words, currency_of, listed, money, name, percent
from xbtfx_tui.store.store import Store

OLD_EQUITY = 30.0
"""Seconds from which on an equity that was not read again is said to be old; it is read every 2 s."""


class _Order(msgspec.Struct, frozen=True):
    """An opening order with all that is to be said of it."""

    intent: OpenIntent
    sized: Sized
    estimate: Estimate
    market: Market


def opening(command: Open, view: PlanView) -> Plan | Refusal | NeedsSymbols:
    """The one order of the command; distances count from the price that it would open at now."""
    if (problem := size_and_sl_problem(command.size, command.sl)) is not None:
        return Refusal(problem)
    market = market_now(view, command.symbol)
    if isinstance(market, Awaited):
        closed = _closed_words(view, market.symbol)
        return Refusal(closed) if closed is not None else needs([market.symbol])
    if isinstance(market, NoMarket):
        return Refusal(market.sentence)
    order = _order(command, market, view)
    if isinstance(order, Refusal):
        return order
    said = (
        _capped_words(order),
        _effect_words(order.intent, view),
        *warnings_of(command.size, order.intent, market.bid, market.ask, view.store, view.now),
    )
    remarks = [words for words in said if words]
    step = Step(order.intent, _step_words(order, currency_of(view.store)))
    return plan_of_one(step, _headline(command.size, order, view), view, remarks)


def size_and_sl_problem(size: Size, sl: StopForm | None) -> str | None:
    """Why the size does not go with the sl, as a sentence: a risk and an sl in money each need the other."""
    if isinstance(size, Lots) or not isinstance(sl, InMoney):
        return None
    return (
        f"A size of {size_text(size)} and an sl of {form_text(sl)} each need the other first: "
        f"give the sl in pips, like sl=30p, or the size in lots, like 0.10."
    )


def _order(command: Open, market: Market, view: PlanView) -> _Order | Refusal:
    store, spec, side = view.store, market.spec, command.side
    price, account = market.opening(side), store.live_account()
    drafted = draft(command.size, command.sl, command.tp, side, price, spec, account, store.rate)
    for field in ("sl", "volume", "tp"):
        if field in drafted.wrong:
            return Refusal(drafted.wrong[field])
    size = drafted.sized
    if size is None:
        return Refusal("The volume could not be worked out: try lots like 0.10.")
    if (problem := volume_problem(size.volume, volume_steps(spec))) is not None:
        return Refusal(problem)
    intent = OpenIntent(
        view.desk.new_intent_id(),
        command.symbol,
        side,
        size.volume,
        price,
        drafted.sl,
        drafted.tp,
        (command.comment or "").strip(),
    )
    held = held_volume(store.positions.values(), command.symbol) if is_netting(store) else Decimal(0)
    estimate = estimate_open(intent, spec, market.bid, market.ask, account, store.rate, held)
    return _Order(intent, size, estimate, market)


def _closed_words(view: PlanView, symbol: str) -> str | None:
    """That the market is closed, where the terms say so; None where it is open or that is not known."""
    spec, at = view.store.specs.get(symbol), datetime.fromtimestamp(view.now.wall, UTC)
    closed = None if spec is None else closed_now(spec, at, opens_at(view.store, symbol, view.now))
    return None if closed is None else f"The market for {name(symbol)} is closed now.{closed.opens_words}"


# --- words ---


def _headline(size: Size, order: _Order, view: PlanView) -> str:
    intent = order.intent
    asked = "" if isinstance(size, Lots) else f" for a risk of {size_text(size)}"
    what = f"{intent.side.value.capitalize()} {lots_words(intent.volume)} {name(intent.symbol)}{asked}"
    if order.sized.risk is None or not _adds_risk(intent, view):
        return f"{what} at market, now {intent.price}."
    risk = money(order.sized.risk, currency_of(view.store))
    share = f", {percent(order.sized.risk_percent)} of equity" if order.sized.risk_percent is not None else ""
    return f"{what} at market, now {intent.price}: risks {risk}{share}."


def _step_words(order: _Order, currency: str | None) -> str:
    intent, estimate = order.intent, order.estimate
    parts = [
        f"{intent.side.value.capitalize()} {lots_words(intent.volume)} {name(intent.symbol)} at market,"
        f" now {intent.price}.",
        f"sl {_stop_words(intent.sl, estimate.loss_at_sl, order, currency)},"
        f" tp {_stop_words(intent.tp, estimate.gain_at_tp, order, currency)}.",
        f"Margin {money(estimate.margin, currency)}, spread {money(estimate.spread_cost, currency)},"
        f" level after {percent(estimate.level_after)}.",
        f'Comment "{plain(intent.comment, 40)}".' if intent.comment else "",
    ]
    return " ".join(part for part in parts if part)


def _stop_words(stop: Decimal | None, result: Decimal | None, order: _Order, currency: str | None) -> str:
    """`1.07913 (30.0 pips, -30.00 USD)`."""
    if stop is None:
        return "none"
    pips = pips_between(order.market.spec, order.intent.side, order.intent.price, stop)
    known = at_stop_words(pips, result, currency)
    return f"{stop} ({known})" if known else f"{stop}"


def _capped_words(order: _Order) -> str:
    capped = order.sized.capped_from
    if capped is None:
        return ""
    return (
        f"The risk would pay for {lots_words(capped)} lots; {name(order.intent.symbol)} takes "
        f"{lots_words(order.intent.volume)} an order at most."
    )


def _effect(intent: OpenIntent, store: Store) -> NetEffect:
    """What the trade does to what is held; on a hedging account it always opens a position of its own."""
    if not is_netting(store):
        return Opens()
    return net_effect(held_volume(store.positions.values(), intent.symbol), intent.side, intent.volume)


def _adds_risk(intent: OpenIntent, view: PlanView) -> bool:
    """Whether all of its lots are lots more: of a trade that reduces, the sl risks nothing of the kind."""
    return isinstance(_effect(intent, view.store), Opens | Adds)


def _effect_words(intent: OpenIntent, view: PlanView) -> str:
    """What a netting account makes of it; empty for a position of its own."""
    held = held_volume(view.store.positions.values(), intent.symbol)
    position = f"{(Side.BUY if held > 0 else Side.SELL).value} {lots_words(abs(held))}"
    match _effect(intent, view.store):
        case Opens():
            return ""
        case Adds(total=total):
            return f"Netting: adds to the {position}, {lots_words(total)} in all."
        case Reduces(left=left):
            return f"Netting: reduces the {position}, {lots_words(left)} stays open."
        case Closes():
            return f"Netting: closes the {position}."
        case Flips(opened=opened):
            return f"Netting: closes the {position} and leaves a {intent.side.value} {lots_words(opened)}."


def warnings_of(
    size: Size, intent: OpenIntent, bid: Decimal, ask: Decimal, store: Store, now: Instant
) -> tuple[str, ...]:
    """What a trader has to know of the order beside its figures, a sentence each, at these prices."""
    said = (
        replaced_words(intent, store),
        _near_words(size, intent, bid, ask),
        _equity_words(size, store, now),
    )
    return tuple(words for words in said if words)


def _near_words(size: Size, intent: OpenIntent, bid: Decimal, ask: Decimal) -> str:
    """The nearer the sl, the more lots a risk comes to, and the less the sl can keep it."""
    if isinstance(size, Lots) or intent.sl is None or abs(intent.price - intent.sl) >= 2 * (ask - bid):
        return ""
    return (
        "The sl is less than two spreads away: a quiver of the price would close it, and so many lots may "
        "lose much more than the risk."
    )


def _equity_words(size: Size, store: Store, now: Instant) -> str:
    """A percent of an equity that may have changed since."""
    read = store.account_received
    if not isinstance(size, RiskPercent) or read is None or (age := read.age_at(now)) < OLD_EQUITY:
        return ""
    return f"The equity was last read {age:.0f} s ago: {size_text(size)} is counted by that."


def replaced_words(intent: OpenIntent, store: Store) -> str:
    """What becomes of the stops of a netting position that the order adds to.

    Those that it brings are the whole position's; of the others the vendor does not say whether they stay.
    """
    if not isinstance(_effect(intent, store), Adds):
        return ""
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
