"""What an order would cost and could bring, before it is sent: estimates by the API's section 7.

All amounts are in the account's currency: None where a rate, a margin or the account is not known, a bound
where no more than that is. Prices move and the broker decides: nothing here is exact or ever sent.
"""

from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import TypeAlias

import msgspec

from xbtfx_tui.domain.accounts import Account, margin_level_percent
from xbtfx_tui.domain.bounded_figures import AtMost, Figure, careful_side, what_is_left
from xbtfx_tui.domain.hedged_margin import HedgedLegs, margin_change
from xbtfx_tui.domain.intents import OpenIntent
from xbtfx_tui.domain.margins import MarginNotKnown, margin_of
from xbtfx_tui.domain.net_positions import Adds, Closes, Flips, NetEffect, Opens, Reduces, net_effect
from xbtfx_tui.domain.pip_size import NoPip, pip_of
from xbtfx_tui.domain.positions import Position
from xbtfx_tui.domain.profit_calculation import profit_in_quote_currency
from xbtfx_tui.domain.sides import Side
from xbtfx_tui.domain.symbol_spec import SymbolSpec

AccountRate: TypeAlias = Callable[[str], Decimal | None]
"""How many units of the account's currency one unit of a currency is worth; None where it is unknown."""

Beside: TypeAlias = tuple[Position, ...] | None
"""The symbol's positions on a hedging account; None where what is held of it is not known for certain."""


class NoRates(msgspec.Struct, frozen=True):
    """The rates of an account whose currency is not known, or that was not read: there are none, and a tick
    value counts for nothing either, for it is in that currency. `why` is a clause that names the way out."""

    why: str

    def __call__(self, currency: str) -> None:
        return None


_SWAP_IN_POINTS = frozenset({"", "1", "points", "by points", "in points"})


class Estimate(msgspec.Struct, frozen=True):
    """An order's price tag. `price` is the side's own now; `margin` what it takes more than is taken already;
    `spread_cost` is positive; `loss_at_sl` and `gain_at_tp` are results from `price` to the stop (a loss is
    negative), None without that stop; `free_after` is free margin and `level_after` percent once it is open;
    `swap` is that of an ordinary night, negative where it costs, None where the server gives it in another
    mode than points."""

    price: Decimal
    margin: Figure | None
    spread_cost: Decimal | None
    pip_value: Decimal | None
    loss_at_sl: Decimal | None
    gain_at_tp: Decimal | None
    free_after: Figure | None
    level_after: Figure | None
    swap: Decimal | None = None


def price_alone(price: Decimal) -> Estimate:
    """What is left of the price tag where no volume is known: the price alone does not depend on it."""
    return Estimate(price, None, None, None, None, None, None, None)


def estimate_open(
    intent: OpenIntent,
    spec: SymbolSpec,
    bid: Decimal,
    ask: Decimal,
    account: Account | None,
    rate: AccountRate,
    held: Decimal = Decimal(0),
    beside: Beside = (),
) -> Estimate:
    """The price tag of an opening order at these prices.

    `held` is the symbol's signed volume (long +) on a netting account; leave it 0 on a hedging account. There
    only what is opened takes margin: what is added, or after a flip what stands on the other side, once the
    margin of what was held is free. `beside` is for the hedging account alone: an opposite position changes
    what the order takes (`hedging`).
    """
    price = ask if intent.side is Side.BUY else bid
    effect = net_effect(held, intent.side, intent.volume)
    opened = _opened(effect, intent.volume)
    lots = opened if isinstance(effect, Flips) else intent.volume

    def result_at(price_close: Decimal) -> Decimal | None:
        return price_move_value(spec, intent.side, price, price_close, lots, rate)

    margin = (
        None if account is None else _margin_beside(spec, intent.side, opened, price, account, rate, beside)
    )
    spread = price_move_value(spec, Side.BUY, bid, ask, opened, rate)
    free_after = level_after = None
    if account is not None and margin is not None and spread is not None:
        used: Decimal | None = account.margin
        if isinstance(effect, Flips | Closes | Reduces):
            used = _margin_left(account, spec, held, effect, bid, ask, rate)
        if used is not None:
            more = careful_side(margin)
            free_after = what_is_left(margin, account.margin_free + (account.margin - used) - spread - more)
            level_after = what_is_left(margin, margin_level_percent(account.equity - spread, used + more))
    return Estimate(
        price=price,
        margin=margin,
        spread_cost=spread,
        pip_value=_pip_value(spec, lots, rate),
        loss_at_sl=result_at(intent.sl) if intent.sl is not None else None,
        gain_at_tp=result_at(intent.tp) if intent.tp is not None else None,
        free_after=free_after,
        level_after=level_after,
        swap=swap_of_a_night(spec, intent.side, lots, rate),
    )


def _opened(effect: NetEffect, volume: Decimal) -> Decimal:
    """How many lots of a trade open something; the rest closes what is held, which costs no spread."""
    match effect:
        case Opens() | Adds():
            return volume
        case Flips(opened=opened):
            return opened
        case Reduces() | Closes():
            return Decimal(0)


def _margin_left(
    account: Account,
    spec: SymbolSpec,
    held: Decimal,
    effect: Flips | Closes | Reduces,
    bid: Decimal,
    ask: Decimal,
    rate: AccountRate,
) -> Decimal | None:
    """The account's margin once what is held is closed, or reduced; None where it is not known.

    The API does not say what margin a position holds: it is taken to be what it would need if opened now.
    """
    closed = abs(held) - (effect.left if isinstance(effect, Reduces) else 0)
    side, price = (Side.BUY, ask) if held > 0 else (Side.SELL, bid)
    released = margin_in_account(spec, side, closed, price, account, rate)
    return None if released is None else max(Decimal(0), account.margin - released)


def _margin_beside(
    spec: SymbolSpec,
    side: Side,
    lots: Decimal,
    price: Decimal,
    account: Account,
    rate: AccountRate,
    beside: Beside,
) -> Figure | None:
    """What a new position takes more than is taken already; None where it is not known."""
    needed = margin_in_account(spec, side, lots, price, account, rate)
    if needed is None or beside == ():
        return needed
    before = None if beside is None else legs_of(beside, spec, account, rate)
    # Whatever else is held: an opposite can only lessen what the position takes by itself.
    return AtMost(needed) if before is None else margin_change(before, before.plus(side, lots, needed), spec)


def legs_of(
    positions: Iterable[Position], spec: SymbolSpec, account: Account, rate: AccountRate
) -> HedgedLegs | None:
    """The positions of a symbol by side, each with the margin of its opening; None where it is not known.

    A position keeps that margin, but the API does not tell it: it is counted by the price it was opened at,
    and the rates of now.
    """
    legs = HedgedLegs()
    for held in positions:
        margin = margin_in_account(spec, held.side, held.volume, held.price_open, account, rate)
        if margin is None:
            return None
        legs = legs.plus(held.side, held.volume, margin)
    return legs


def margin_in_account(
    spec: SymbolSpec, side: Side, lots: Decimal, price: Decimal, account: Account, rate: AccountRate
) -> Decimal | None:
    """The margin of a new position in the account's currency; None where it is not known."""
    needed = margin_of(spec, side, lots, price, account.leverage)
    if isinstance(needed, MarginNotKnown) or (per_unit := rate(needed.currency)) is None:
        return None
    return needed.amount * per_unit


def swap_in_points(spec: SymbolSpec, side: Side) -> Decimal | None:
    """Swap of one ordinary night in points; None where the server gives none, or in another mode."""
    if (spec.swap_mode or "").lower() not in _SWAP_IN_POINTS:
        return None
    return spec.swap_long if side is Side.BUY else spec.swap_short


def swap_of_a_night(spec: SymbolSpec, side: Side, lots: Decimal, rate: AccountRate) -> Decimal | None:
    """Swap of one ordinary night in the account's currency: lots x contract size x point x swap points."""
    points = swap_in_points(spec, side)
    if points is None:
        return None
    return price_move_value(spec, Side.BUY, Decimal(0), points * spec.point, lots, rate)


def price_move_value(
    spec: SymbolSpec,
    side: Side,
    price_open: Decimal,
    price_close: Decimal,
    lots: Decimal,
    rate: AccountRate,
) -> Decimal | None:
    """What a move of the price brings this side, in the account's currency.

    By contract size and rate; by the spec's tick value where the profit currency or its rate is unknown. None
    where neither is known, and where the account's own currency is not.
    """
    if isinstance(rate, NoRates):
        return None
    if spec.currency_profit is not None and (per_unit := rate(spec.currency_profit)) is not None:
        return per_unit * profit_in_quote_currency(side, price_open, price_close, spec.contract_size, lots)
    if spec.tick_value and spec.tick_size:
        return (price_close - price_open) * side.sign / spec.tick_size * spec.tick_value * lots
    return None


def counts_money(spec: SymbolSpec, rate: AccountRate) -> bool:
    """Whether what a move of the symbol's price brings can be told in the account's currency."""
    return price_move_value(spec, Side.BUY, Decimal(0), Decimal(1), Decimal(1), rate) is not None


def _pip_value(spec: SymbolSpec, lots: Decimal, rate: AccountRate) -> Decimal | None:
    pip = pip_of(spec)
    return None if isinstance(pip, NoPip) else price_move_value(spec, Side.BUY, Decimal(0), pip, lots, rate)
