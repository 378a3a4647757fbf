"""What the positions add up to: net exposure by symbol and by currency, and the distance to a margin call.

For looking at, never sent: rates move and the broker decides. What can't be known is a sentence that names
what is missing, never a zero.
"""

from collections.abc import Callable, Iterable, Sequence
from decimal import ROUND_DOWN, Decimal, localcontext
from typing import TypeAlias

import msgspec

from xbtfx_tui.domain.accounts import Account, margin_level_percent, money_decimals
from xbtfx_tui.domain.money_text import money_text
from xbtfx_tui.domain.order_estimates import AccountRate, NoRates, price_move_value
from xbtfx_tui.domain.pip_size import NoPip, in_pips, pip_of
from xbtfx_tui.domain.positions import Position
from xbtfx_tui.domain.sides import Side
from xbtfx_tui.domain.symbol_spec import SymbolSpec
from xbtfx_tui.domain.text_sanitizer import plain

MARGIN_CALL_PERCENT = Decimal(100)
"""Margin level of the broker's warning. The API does not tell it; this is what the broker publishes
(support.xbtfx.io, "What is the stop out level", as of 2020-03-29), and the broker may set another."""

STOP_OUT_PERCENT = Decimal(50)
"""Margin level at which the broker closes the largest losses, by the same page; the API tells neither."""

_NOTHING = Decimal(0)
_NAME = 32

SpecOf: TypeAlias = Callable[[str], SymbolSpec | None]
"""A symbol's spec; None where it has not been read."""


class UnknownAmount(msgspec.Struct, frozen=True):
    """An amount that can't be said; `sentence` names what is missing."""

    sentence: str


Amount: TypeAlias = Decimal | UnknownAmount


class SymbolExposure(msgspec.Struct, frozen=True):
    """What is held of a symbol: `longs` and `shorts` in lots, both positive.

    `value` is that of the net lots at their closing price, in the account's currency: positive for a net
    long, negative for a net short, 0 for a full hedge.
    """

    symbol: str
    longs: Decimal
    shorts: Decimal
    value: Amount

    @property
    def lots(self) -> Decimal:
        """Net lots, long positive, short negative."""
        return self.longs - self.shorts


class CurrencyExposure(msgspec.Struct, frozen=True):
    """What is net held of a currency, or of a CFD's underlying under the symbol's own name.

    `amount` is in it (for an index or a share: contracts), `value` in the account's currency; both signed.
    """

    currency: str
    amount: Decimal
    value: Amount


class NetExposure(msgspec.Struct, frozen=True):
    """Both views, the largest value first and unknown ones last.

    `missing` are sentences about symbols that `by_currency` leaves out, so that its sums are not complete.
    """

    by_symbol: tuple[SymbolExposure, ...]
    by_currency: tuple[CurrencyExposure, ...]
    missing: tuple[str, ...] = ()


def net_exposure(positions: Iterable[Position], spec_of: SpecOf, rate: AccountRate) -> NetExposure:
    """The net exposure of the positions, valued at their `price_current`: give them the latest price first.

    A long of 1 lot EURUSD at 1.08 is +100,000 EUR and -108,000 USD. Metals, crypto and CFDs count the base
    that the spec names, else the symbol itself, against the profit currency; a base that is the profit
    currency (MetaTrader's habit for indices) names nothing.
    """
    held: dict[str, list[Position]] = {}
    for position in positions:
        held.setdefault(position.symbol, []).append(position)
    symbols: list[SymbolExposure] = []
    currencies: dict[str, list[tuple[Decimal, Amount]]] = {}
    missing: list[str] = []
    for symbol, of_symbol in held.items():
        spec = spec_of(symbol)
        symbols.append(_of_symbol(symbol, of_symbol, spec, rate))
        legs = _legs(symbol, of_symbol, spec, symbols[-1].value)
        if isinstance(legs, UnknownAmount):
            missing.append(legs.sentence)
            continue
        for currency, amount, value in legs:
            currencies.setdefault(currency, []).append((amount, value))
    by_currency = [_of_currency(currency, legs, rate) for currency, legs in currencies.items()]
    return NetExposure(
        tuple(sorted(symbols, key=lambda of: (_rank(of.value), of.symbol))),
        tuple(sorted(by_currency, key=lambda of: (_rank(of.value), of.currency))),
        tuple(sorted(missing)),
    )


def _of_symbol(
    symbol: str, held: Sequence[Position], spec: SymbolSpec | None, rate: AccountRate
) -> SymbolExposure:
    longs = sum((p.volume for p in held if p.side is Side.BUY), _NOTHING)
    shorts = sum((p.volume for p in held if p.side is Side.SELL), _NOTHING)
    net = longs - shorts
    return SymbolExposure(symbol, longs, shorts, _value(symbol, held, net, spec, rate))


def _value(
    symbol: str, held: Sequence[Position], net: Decimal, spec: SymbolSpec | None, rate: AccountRate
) -> Amount:
    if not net:
        return _NOTHING
    if spec is None:
        return _no_spec(symbol)
    # Worth what it would bring over a price of zero: the same sum as a profit, by rate or by tick value.
    value = price_move_value(spec, Side.BUY, _NOTHING, _closing_price(held, net), net, rate)
    return _no_rate(symbol, spec, rate) if value is None else value


def _closing_price(held: Sequence[Position], net: Decimal) -> Decimal:
    """What the net side would close at: the price of its newest position."""
    side = Side.BUY if net > 0 else Side.SELL
    return max((p for p in held if p.side is side), key=lambda p: p.ticket).price_current


def _legs(
    symbol: str, held: Sequence[Position], spec: SymbolSpec | None, value: Amount
) -> tuple[tuple[str, Decimal, Amount], ...] | UnknownAmount:
    """What the symbol adds to which currency, each with its share of the value; nothing for a full hedge."""
    net = sum((p.side.sign * p.volume for p in held), _NOTHING)
    if not net:
        return ()
    if spec is None:
        return _no_spec(symbol)
    profit = spec.currency_profit
    if profit is None:
        return UnknownAmount(
            f"The spec of {plain(symbol, _NAME)} does not name the currency it is priced in."
        )
    base = spec.currency_base if spec.currency_base and spec.currency_base != profit else symbol
    units = net * spec.contract_size
    against = value if isinstance(value, UnknownAmount) else -value
    return (base, units, value), (profit, -units * _closing_price(held, net), against)


def _of_currency(
    currency: str, legs: Sequence[tuple[Decimal, Amount]], rate: AccountRate
) -> CurrencyExposure:
    amount = sum((part for part, _ in legs), _NOTHING)
    per_unit = rate(currency)
    if per_unit is not None:
        return CurrencyExposure(currency, amount, amount * per_unit)
    # An index has no rate of its own, but its price and its profit currency's rate say as much.
    total = _NOTHING
    for _, value in legs:
        if isinstance(value, UnknownAmount):
            return CurrencyExposure(currency, amount, value)
        total += value
    return CurrencyExposure(currency, amount, total)


def _rank(value: Amount) -> tuple[bool, Decimal]:
    return (True, _NOTHING) if isinstance(value, UnknownAmount) else (False, -abs(value))


def _no_spec(symbol: str) -> UnknownAmount:
    return UnknownAmount(
        f"The spec of {plain(symbol, _NAME)} has not been read yet, so its contract is not known."
    )


def _no_rate(symbol: str, spec: SymbolSpec, rate: AccountRate) -> UnknownAmount:
    if isinstance(rate, NoRates):
        return UnknownAmount(f"It can't be valued: {rate.why}.")
    name = plain(symbol, _NAME)
    if spec.currency_profit is None:
        return UnknownAmount(f"The spec of {name} names neither a profit currency nor a tick value.")
    currency = plain(spec.currency_profit, _NAME)
    return UnknownAmount(
        f"There is no rate from {currency}, which {name} is priced in, to the account's currency."
    )


# --- the distance to a margin call -----------------------------------------------------------------------


class Pips(msgspec.Struct, frozen=True):
    """`count` pips against the net `lots` (signed) of `symbol` would use up the distance; not rounded."""

    symbol: str
    lots: Decimal
    count: Decimal


class FullyHedged(msgspec.Struct, frozen=True):
    """Every symbol is net zero: no price alone moves the equity, but spreads and swaps do."""


class PastZero(msgspec.Struct, frozen=True):
    """`symbol`, a net long, would have to fall below zero: it alone can't bring the margin call."""

    symbol: str


class NeverThere(msgspec.Struct, frozen=True):
    """`symbol`, a net short in the account's own currency, can't bring it however far it rises: what is lost
    in a currency that loses its worth comes to what was sold at the most."""

    symbol: str


AdverseMove: TypeAlias = Pips | FullyHedged | PastZero | NeverThere | UnknownAmount


class AboveCall(msgspec.Struct, frozen=True):
    """Equity may fall by `money` (account's currency), `percent` of the equity, to `call_percent`."""

    money: Decimal
    percent: Decimal
    call_percent: Decimal
    move: AdverseMove


class AtCall(msgspec.Struct, frozen=True):
    """The margin level is at or below the call already; `short` is what is lacking, 0 right at it."""

    level: Decimal
    short: Decimal
    call_percent: Decimal


class NoMarginUsed(msgspec.Struct, frozen=True):
    """Nothing is held, or what is held takes no margin: there is no margin level and no call."""


MarginDistance: TypeAlias = AboveCall | AtCall | NoMarginUsed | UnknownAmount


def distance_to_margin_call(
    account: Account | None,
    positions: Iterable[Position],
    spec_of: SpecOf,
    rate: AccountRate,
    call_percent: Decimal = MARGIN_CALL_PERCENT,
) -> MarginDistance:
    """How far equity may fall until equity / margin x 100 is `call_percent`.

    The pips are of the largest exposure by net value in the account's currency: what a price move costs
    grows with the value, while margin is a rate that the broker sets per symbol, and a hedge's margin is
    not at risk. All else stands still in this sum: other prices, the used margin, the spread, and the rates
    but for that which is the symbol's own price (BTCUSD on an account in BTC, USDJPY on one in USD). With an
    unknown value among the exposures none can be called the largest.
    """
    if account is None:
        return UnknownAmount("The account has not been read yet.")
    level = margin_level_percent(account.equity, account.margin)
    if level is None:
        return NoMarginUsed()
    money = account.equity - account.margin * call_percent / 100
    if money <= 0:
        return AtCall(level, -money, call_percent)
    percent = money / account.equity * 100 if account.equity > 0 else _NOTHING
    return AboveCall(money, percent, call_percent, _adverse_move(money, tuple(positions), spec_of, rate))


def _adverse_move(
    money: Decimal, positions: Sequence[Position], spec_of: SpecOf, rate: AccountRate
) -> AdverseMove:
    if not positions:
        return UnknownAmount("The positions have not been read yet.")
    exposures = net_exposure(positions, spec_of, rate).by_symbol
    for exposure in exposures:
        if isinstance(exposure.value, UnknownAmount):
            return exposure.value
    largest = exposures[0]
    spec = spec_of(largest.symbol)
    if not largest.lots or spec is None:
        return FullyHedged()
    pip = pip_of(spec)
    if isinstance(pip, NoPip):
        return UnknownAmount(f"What a pip of {plain(largest.symbol, _NAME)} is can't be told: {pip.why}.")
    per_pip = price_move_value(spec, Side.BUY, _NOTHING, pip, abs(largest.lots), rate)
    if per_pip is None or per_pip <= 0:
        return UnknownAmount(f"What a pip of {plain(largest.symbol, _NAME)} is worth is not known.")
    count = money / per_pip
    of_symbol = [position for position in positions if position.symbol == largest.symbol]
    price = _closing_price(of_symbol, largest.lots)
    if (worth := _worth_at_open(of_symbol, spec, rate)) is not None and worth * largest.lots > 0:
        # The price is the rate as well: the equity changes by what was paid, times 1 - price now / then.
        share = 1 + money / worth
        if share <= 0:
            return NeverThere(largest.symbol)
        count = abs(price - price / share) / pip
    elif largest.lots > 0 and count * pip > price:
        return PastZero(largest.symbol)
    return Pips(largest.symbol, largest.lots, count)


def _worth_at_open(held: Sequence[Position], spec: SymbolSpec, rate: AccountRate) -> Decimal | None:
    """What the net of these positions was opened for, in the account's currency at the rate of now, signed;
    None where the symbol is not the account's own currency, so that its price is not its rate."""
    base = spec.currency_base
    per_unit = rate(spec.currency_profit) if spec.currency_profit is not None else None
    if not base or base == spec.currency_profit or per_unit is None or rate(base) != 1:
        return None
    paid = sum((p.side.sign * p.volume * p.price_open for p in held), _NOTHING)
    return paid * spec.contract_size * per_unit


def distance_words(distance: MarginDistance, currency: str | None) -> str:
    """The distance as a sentence; money and pips are rounded down, never to more room than there is."""
    match distance:
        case UnknownAmount(sentence):
            return sentence
        case NoMarginUsed():
            return "No margin is used: there is no margin call to come to."
        case AtCall(level, short, call):
            lacking = _money(short, currency)
            return f"The margin level is {level:z,.1f}%, at or below the call at {call}%: {lacking} short."
        case AboveCall(money, percent, call, move):
            share = percent.quantize(Decimal("0.1"), ROUND_DOWN)
            room = f"{_money(money, currency)} ({share}% of equity) to the margin call at {call}%"
            return f"{room}: {_move_words(move)}"


def _move_words(move: AdverseMove) -> str:
    match move:
        case Pips(symbol, lots, count):
            way = "down" if lots > 0 else "up"
            return f"{plain(symbol, _NAME)} {in_pips(f'{count.to_integral_value(ROUND_DOWN):,f}')} {way}."
        case FullyHedged():
            return "all is hedged, no price alone brings it."
        case PastZero(symbol):
            return f"{plain(symbol, _NAME)} alone can't bring it, not even at zero."
        case NeverThere(symbol):
            return f"{plain(symbol, _NAME)} alone can't bring it, however far it rises."
        case UnknownAmount(sentence):
            return f"in pips it is not known. {sentence}"


def _money(amount: Decimal, currency: str | None) -> str:
    with localcontext() as context:
        context.prec = 200  # of figures at the limits of what the wire lets in
        rounded = amount.quantize(Decimal(1).scaleb(-money_decimals(amount, currency)), ROUND_DOWN)
    return money_text(rounded, plain(currency or "", _NAME) or None)
