"""The guards of whatever opens a position: price, market, unknown orders, size, stops, caps, margin. Pure."""

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal

from xbtfx_tui.domain.armed_orders import is_worse, worst_words
from xbtfx_tui.domain.bounded_figures import bound_words, careful_side
from xbtfx_tui.domain.clock import Instant
from xbtfx_tui.domain.intents import OpenIntent, opens, symbol_of
from xbtfx_tui.domain.lot_steps import volume_problem, volume_steps
from xbtfx_tui.domain.money_text import money_text, signed_money_text
from xbtfx_tui.domain.order_estimates import estimate_open
from xbtfx_tui.domain.order_text import intent_words, lots_words
from xbtfx_tui.domain.pip_size import points_text
from xbtfx_tui.domain.price_grid import grid_problem
from xbtfx_tui.domain.sides import Side
from xbtfx_tui.domain.stop_rules import StopKind, stop_problem
from xbtfx_tui.domain.store_events import Reading
from xbtfx_tui.domain.symbol_spec import SymbolSpec, TradeMode
from xbtfx_tui.domain.trading_sessions import closed_now
from xbtfx_tui.orders.guards.guard_types import Limits, Problem, View

MAX_POSITIONS = 200


def of_opening(
    symbol: str, side: Side, view: View, limits: Limits, now: Instant, at: datetime
) -> Iterator[Problem]:
    """The rules for whatever opens a position of this side."""
    yield from _of_reads(view)
    for record in view.unsettled:
        if symbol_of(record.intent) in (symbol, None):
            yield Problem(
                f"The outcome of an earlier order is not known yet ({intent_words(record.intent)}): nothing "
                f"new is opened in {symbol} until it is. Closing is possible.",
                True,
                "symbol",
            )
            break
    else:
        yield from _of_what_is_on_its_way(symbol, view)
    if view.distrust is not None:
        yield Problem(
            f"The price of {symbol} can't be trusted: {view.distrust}. Wait for a fresh price.",
            True,
            "market",
        )
    yield from _of_market(symbol, side, view, at)
    by_hand = (taken for taken in view.taken if not taken.by_itself)
    in_last_minute = sum(1 for taken in by_hand if now.monotonic - taken.at.monotonic < 60)
    if limits.orders_per_minute is not None and in_last_minute >= limits.orders_per_minute:
        yield Problem(
            f"The limit of {limits.orders_per_minute} orders a minute is reached; wait a moment "
            "(orders_per_minute in the config).",
            True,
            "trading",
        )
    yield from _of_day(view, limits)


def _of_what_is_on_its_way(symbol: str, view: View) -> Iterator[Problem]:
    """A warning alone: who orders again because nothing came back is told that the first may open, too."""
    coming = [record.intent for record in view.underway if opens(record.intent)]
    if words := [intent_words(intent) for intent in coming if symbol_of(intent) == symbol]:
        more = f" and {len(words) - 1} more" if len(words) > 1 else ""
        yield Problem(f"On its way already, and not known yet: {words[0]}{more}.", False, "symbol")


def _of_reads(view: View) -> Iterator[Problem]:
    """Not read is not empty: what is held before an order is what tells its work from what was there."""
    words = {Reading.POSITIONS: "positions", Reading.ORDERS: "pending orders", Reading.ACCOUNT: "account"}
    if missing := [words[reading] for reading in words if reading in view.never_read]:
        listed = " and ".join(filter(None, [", ".join(missing[:-1]), missing[-1]]))
        verb = "has" if missing == ["account"] else "have"
        whys = (state.why for state in view.never_read.values() if state.why is not None)
        why = f" {next(whys, '')}".rstrip()
        yield Problem(
            f"The {listed} {verb} not been read yet, so nothing new is opened; wait a moment.{why}",
            True,
            "trading",
        )


def _of_market(symbol: str, side: Side, view: View, at: datetime) -> Iterator[Problem]:
    spec = view.spec
    if spec is None:
        yield Problem(f"The terms of {symbol} have not been read yet; wait a moment.", True, "symbol")
        return
    allowed = {
        TradeMode.DISABLED: (False, "Trading is disabled for {}."),
        TradeMode.CLOSE_ONLY: (False, "The broker only lets {} be closed, not opened."),
        TradeMode.LONG_ONLY: (side is Side.BUY, "The broker only lets {} be bought."),
        TradeMode.SHORT_ONLY: (side is Side.SELL, "The broker only lets {} be sold."),
        TradeMode.FULL: (True, ""),
    }
    fine, sentence = allowed[spec.trade_mode]
    if not fine:
        yield Problem(sentence.format(symbol) + " Choose another symbol.", True, "symbol")
    if (closed := closed_now(spec, at, view.opens_at)) is not None:
        yield Problem(f"The market for {symbol} is closed now.{closed.opens_words}", True, "market")


def _of_day(view: View, limits: Limits) -> Iterator[Problem]:
    if limits.loss_per_day is None:
        return
    currency = view.account.currency if view.account is not None else None
    today = f"({limits.day.words})"
    if view.day_result is None:
        yield Problem(
            f"Today's deals {today} have not been read yet, so your loss limit can't be checked; wait a "
            "moment.",
            True,
            "trading",
        )
    elif -view.day_result >= limits.loss_per_day:
        yield Problem(
            f"Today's result {today} is {signed_money_text(view.day_result, currency)}, at your loss limit "
            f"of {money_text(limits.loss_per_day, currency)}: nothing new is opened today.",
            True,
            "trading",
        )


def of_open(intent: OpenIntent, view: View, limits: Limits) -> Iterator[Problem]:
    """Size, stops and margin of a new order at market."""
    spec = view.spec
    if not intent.volume.is_finite():
        yield Problem("The volume must be a number of lots, like 0.10.", True, "volume")
        return
    if spec is not None and (sentence := volume_problem(intent.volume, volume_steps(spec))) is not None:
        yield Problem(sentence, True, "volume")
    yield from of_order_cap(intent.volume, limits)
    yield from _of_symbol_cap(intent, view, limits)
    joins = view.is_netting and any(p.symbol == intent.symbol for p in view.positions.values())
    if len(view.positions) >= MAX_POSITIONS and not joins:
        yield Problem(
            f"{MAX_POSITIONS} positions are open, the most an account may hold; close one first.",
            True,
            "market",
        )
    if spec is None or view.bid is None or view.ask is None:
        return
    yield from _of_worst(intent, view.bid, view.ask)
    for kind, price in ((StopKind.SL, intent.sl), (StopKind.TP, intent.tp)):
        if price is not None:
            yield from of_stop(kind, price, intent.side, view.bid, view.ask, spec)
    if any(price is not None and not price.is_finite() for price in (intent.sl, intent.tp)):
        return
    held = view.held(intent.symbol) if view.is_netting else Decimal(0)
    estimate = estimate_open(intent, spec, view.bid, view.ask, view.account, view.rate, held, view.beside)
    account, margin, free = view.account, estimate.margin, estimate.free_after
    if account is None or margin is None or free is None or careful_side(free) >= 0:
        return
    if careful_side(margin) <= 0:
        return  # what takes no more margin is never refused for want of it
    currency = account.currency
    takes = f"{bound_words(margin)}{money_text(careful_side(margin), currency)}"
    short = "Not enough free margin" if isinstance(free, Decimal) else "Perhaps not enough free margin"
    yield Problem(
        f"{short} by our estimate: it takes {takes} and "
        f"{money_text(account.margin_free, currency)} is free. The server decides.",
        False,
        "volume",
    )


def _of_worst(intent: OpenIntent, bid: Decimal, ask: Decimal) -> Iterator[Problem]:
    price = ask if intent.side is Side.BUY else bid
    if intent.worst is not None and is_worse(intent.side, price, intent.worst):
        yield Problem(worst_words(intent.side, price, intent.worst), True, "market")


def of_order_cap(volume: Decimal, limits: Limits) -> Iterator[Problem]:
    """The trader's own cap on what one order opens."""
    cap = limits.lots_per_order
    if cap is not None and volume > cap:
        yield Problem(
            f"{lots_words(volume)} lots is over the limit of {lots_words(cap)} lots an order "
            "(lots_per_order in the config).",
            True,
            "volume",
        )


def of_spread(symbol: str, asked: Decimal | None, view: View, limits: Limits) -> Iterator[Problem]:
    """The widest spread that the trader opens at, in points: the order's own (`asked`) or the symbol's,
    whichever is less. That there is one is said of an order that may be sent, too."""
    cap = min((one for one in (asked, limits.spread.get(symbol)) if one is not None), default=None)
    if cap is None or view.spec is None or view.bid is None or view.ask is None:
        return
    now = (view.ask - view.bid) / view.spec.point
    if now > cap:
        yield Problem(
            f"The spread of {symbol} is {points_text(now)}, wider than your cap of {points_text(cap)}: "
            "nothing is opened while it is.",
            True,
            "market",
        )
    else:
        yield Problem(f"Not sent if the spread is wider than {points_text(cap)} then.", False, "market")


def _of_symbol_cap(intent: OpenIntent, view: View, limits: Limits) -> Iterator[Problem]:
    cap = limits.lots_per_symbol
    if cap is None:
        return
    symbol = intent.symbol
    held = view.held(symbol)
    if view.is_netting:
        before, after = abs(held), abs(held + intent.side.sign * intent.volume)
    else:
        before = sum((p.volume for p in view.positions.values() if p.symbol == symbol), Decimal(0))
        after = before + intent.volume
    # Orders on their way count in full: two quick ones must not pass where one of both size would not.
    total = after + view.coming(symbol)
    if total > cap and after > before:
        yield Problem(
            f"With this order you would hold {lots_words(total)} lots of {symbol}, over the limit of "
            f"{lots_words(cap)} (lots_per_symbol in the config).",
            True,
            "volume",
        )


def of_stop(
    kind: StopKind, price: Decimal, side: Side, bid: Decimal, ask: Decimal, spec: SymbolSpec
) -> Iterator[Problem]:
    """A stop against the market (or against an order's own price, given as bid and ask)."""
    if not price.is_finite() or not price:
        yield Problem(f"The {kind.value} must be a price, and not 0.", True, kind.value)
    elif price < 0 < bid:
        yield Problem(f"The {kind.value} must be a price above 0, as the market's is.", True, kind.value)
    elif (sentence := grid_problem(price, spec)) is not None or (
        sentence := stop_problem(price, kind, side, bid, ask, spec)
    ) is not None:
        yield Problem(sentence, True, kind.value)
