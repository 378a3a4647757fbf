"""From what a trader typed of an opening order to its volume and stops: one order of working things out.

The sl first, for a risk is sized by it; then the volume; then the tp, which may be money or a multiple of the
risk. Never looks at what is held or allowed: the guards do.
"""

from collections.abc import Mapping
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_EVEN, Decimal

import msgspec

from xbtfx_tui.domain.accounts import Account
from xbtfx_tui.domain.order_estimates import AccountRate
from xbtfx_tui.domain.position_sizing import BadSize, Lots, Size, Sized, sized
from xbtfx_tui.domain.price_grid import is_price, on_grid, tick_of
from xbtfx_tui.domain.sides import Side
from xbtfx_tui.domain.stop_input import AtPrice, InMoney, InPips, InRisk, StopForm, form_text, stop_price
from xbtfx_tui.domain.stop_rules import BadStop, StopKind
from xbtfx_tui.domain.symbol_spec import SymbolSpec

_MONEY_STEP = Decimal(1)
_PIPS_STEP = Decimal(1)
_RISK_STEP = Decimal("0.5")
_LEAST_POINTS = 10


class TypedOrder(msgspec.Struct, frozen=True):
    """`sl` and `tp` are prices, None without one; `sized` is None where no volume could be worked out.

    `wrong` has a sentence for each of `volume`, `sl` and `tp` that can't be used.
    """

    sized: Sized | None
    sl: Decimal | None
    tp: Decimal | None
    wrong: Mapping[str, str]


def typed_order(
    size: Size,
    sl: StopForm | None,
    tp: StopForm | None,
    side: Side,
    opening: Decimal,
    spec: SymbolSpec,
    account: Account | None,
    rate: AccountRate,
    *,
    counts_from: Decimal | None = None,
) -> TypedOrder:
    """Work out an order that would open at `opening`; pips and multiples count from `counts_from`, where that
    is given."""
    reference = opening if counts_from is None else counts_from
    wrong: dict[str, str] = {}

    def price_of(form: StopForm | None, kind: StopKind, lots: Decimal | None) -> Decimal | None:
        if form is None:
            return None
        base = opening if isinstance(form, InMoney) else reference
        price = stop_price(form, kind, side, base, spec, lots=lots, rate=rate, sl=sl_price)
        if isinstance(price, BadStop):
            wrong[kind.value] = price.sentence
            return None
        return price

    sl_price: Decimal | None = None
    sl_price = price_of(sl, StopKind.SL, size.volume if isinstance(size, Lots) else None)
    result: Sized | BadSize | None = None
    if isinstance(size, Lots) or "sl" not in wrong:
        result = sized(size, side, opening, sl_price, spec, account, rate)
    if isinstance(result, BadSize):
        wrong["volume"] = result.sentence
        result = None
    tp_price = price_of(tp, StopKind.TP, None if result is None else result.volume)
    return TypedOrder(result, sl_price, tp_price, wrong)


def without_volume(order: TypedOrder, sl: StopForm | None, tp: StopForm | None) -> TypedOrder:
    """The draft of a stand-in volume without all that was worked out from it: a stop in money is no price
    before the lots are known, and is not wrong either."""
    sl_waits = isinstance(sl, InMoney)
    tp_waits = isinstance(tp, InMoney) or (sl_waits and isinstance(tp, InRisk))
    waiting = {"sl": sl_waits, "tp": tp_waits}
    return TypedOrder(
        None,
        None if sl_waits else order.sl,
        None if tp_waits else order.tp,
        {name: sentence for name, sentence in order.wrong.items() if not waiting.get(name, False)},
    )


def stepped_form(
    form: StopForm | None, steps: int, kind: StopKind, side: Side, closing: Decimal, spec: SymbolSpec
) -> StopForm:
    """The form some steps up (negative: down): a price by ticks, pips by one, money by one, risk by a half.

    Without one: as near to `closing`, the price that the position would close at now, as the symbol lets it,
    and ten points at least.
    """
    match form:
        case AtPrice(price):
            tick = tick_of(spec)
            moved = on_grid(price + steps * tick, spec, ROUND_HALF_EVEN)
            return AtPrice(moved if is_price(moved, closing) else tick)
        case InPips(pips):
            return InPips(max(_PIPS_STEP, pips + steps * _PIPS_STEP))
        case InMoney(amount):
            return InMoney(max(_MONEY_STEP, amount + steps * _MONEY_STEP))
        case InRisk(multiple):
            return InRisk(max(_RISK_STEP, multiple + steps * _RISK_STEP))
        case None:
            away = max(spec.stops_level, _LEAST_POINTS) * spec.point
            below = (side is Side.BUY) == (kind is StopKind.SL)
            price = closing - away if below else closing + away
            near = on_grid(price, spec, ROUND_FLOOR if below else ROUND_CEILING)
            return AtPrice(near if is_price(near, closing) else tick_of(spec))


def form_words(form: StopForm | None) -> str:
    """The form as a field holds it; empty for none."""
    return "" if form is None else form_text(form)
