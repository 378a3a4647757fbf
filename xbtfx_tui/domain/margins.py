"""What margin a position takes: by the symbol's calculation mode where it comes, else by what is documented
of its kind. An estimate to look at; what can't be known is a clause that says why, never a guess.

By xbtfx-api.md section 7, and by MetaTrader's help ("Margin calculation for retail forex, futures").
"""

from decimal import Decimal

import msgspec

from xbtfx_tui.domain.currencies import code_of
from xbtfx_tui.domain.pip_size import forex_of
from xbtfx_tui.domain.sides import Side
from xbtfx_tui.domain.symbol_spec import CalcMode, SymbolSpec

_BY_LEVERAGE = frozenset({CalcMode.FOREX, CalcMode.CFD_LEVERAGE})
_BY_PRICE = frozenset({CalcMode.CFD, CalcMode.CFD_INDEX, CalcMode.CFD_LEVERAGE, CalcMode.EXCHANGE_STOCKS})
_BY_CONTRACT = frozenset({CalcMode.FUTURES, CalcMode.EXCHANGE_FUTURES, CalcMode.EXCHANGE_FUTURES_FORTS})


class Margin(msgspec.Struct, frozen=True):
    """`amount` of `currency`."""

    amount: Decimal
    currency: str


class MarginNotKnown(msgspec.Struct, frozen=True):
    """`why` is a clause: `the server does not tell the account's leverage`."""

    why: str


def margin_of(
    spec: SymbolSpec, side: Side, lots: Decimal, price: Decimal, leverage: int | None
) -> Margin | MarginNotKnown:
    """The margin of a new position of this side at `price`.

    Forex: lots x contract size / leverage, in the base currency; without leverage the same undivided. CFDs:
    lots x contract size x price, / leverage in the mode that has it, in the profit currency. Futures: lots x
    initial margin. A margin rate of the side multiplies it, and stands in for the leverage of a CFD. Of what
    is no forex, and not told to be a CFD by its folder or a rate, nobody knows whether it has leverage.
    """
    mode = spec.calculation
    if mode in _BY_CONTRACT:
        return _by_contract(spec, side, lots)
    if mode in (CalcMode.FOREX, CalcMode.FOREX_NO_LEVERAGE):
        return _of_pair(spec, side, lots, leverage, divided=mode is CalcMode.FOREX)
    if mode in _BY_PRICE:
        return _of_value(spec, side, lots * price, leverage, divided=mode in _BY_LEVERAGE)
    if mode is not None:
        return MarginNotKnown(f"the margin of its kind ({mode.value}) follows from more than the API tells")
    match forex_of(spec):
        case True:
            return _of_pair(spec, side, lots, leverage, divided=True)
        case False if spec.path or _rate_of(spec, side) is not None:
            return _of_value(spec, side, lots * price, leverage, divided=True)
        case False:
            return MarginNotKnown("the server tells neither its calculation mode nor its margin rate")
        case None:
            return MarginNotKnown("the server tells neither its kind nor its two currencies")


def _of_pair(
    spec: SymbolSpec, side: Side, lots: Decimal, leverage: int | None, *, divided: bool
) -> Margin | MarginNotKnown:
    currency = code_of(spec.currency_base) or code_of(spec.currency_margin)
    if currency is None:
        return MarginNotKnown("the server does not name its base currency")
    rate = _rate_of(spec, side) or Decimal(1)
    if divided and rate < 1:
        # MetaTrader multiplies by it, the API's page puts such a rate in the leverage's place.
        return MarginNotKnown("its margin rate may be meant beside the leverage or in place of it")
    return _divided(lots * spec.contract_size * rate, currency, leverage if divided else 1)


def _of_value(
    spec: SymbolSpec, side: Side, lots_at_price: Decimal, leverage: int | None, *, divided: bool
) -> Margin | MarginNotKnown:
    currency = code_of(spec.currency_profit)
    if currency is None:
        return MarginNotKnown("the server does not name the currency it is priced in")
    rate = _rate_of(spec, side)
    value = abs(lots_at_price) * spec.contract_size
    if rate is not None and (rate < 1 or not divided):
        return Margin(value * rate, currency)
    return _divided(value * (rate or 1), currency, leverage if divided else 1)


def _by_contract(spec: SymbolSpec, side: Side, lots: Decimal) -> Margin | MarginNotKnown:
    currency = code_of(spec.currency_margin) or code_of(spec.currency_profit)
    if spec.margin_initial is None or spec.margin_initial <= 0 or currency is None:
        return MarginNotKnown("it is a future, and the server does not tell its initial margin")
    return Margin(lots * spec.margin_initial * (_rate_of(spec, side) or 1), currency)


def _divided(amount: Decimal, currency: str, leverage: int | None) -> Margin | MarginNotKnown:
    if leverage is None or leverage <= 0:
        return MarginNotKnown("the account's leverage is not known")
    return Margin(amount / leverage, currency)


def _rate_of(spec: SymbolSpec, side: Side) -> Decimal | None:
    """The side's margin rate; None where there is none (0 is MetaTrader's word for that, too)."""
    rate = spec.margin_long if side is Side.BUY else spec.margin_short
    return rate if rate is not None and rate > 0 else None
