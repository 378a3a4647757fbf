"""The order ticket's words: what it comes to, what it costs, what is sent. Pure; works nothing out."""

from decimal import Decimal

from textual.content import Content

from xbtfx_tui.domain.estimates import Estimate
from xbtfx_tui.domain.intents import OpenIntent
from xbtfx_tui.domain.money import pips_between
from xbtfx_tui.domain.netting import Adds, Closes, Flips, Opens, Reduces, net_effect
from xbtfx_tui.domain.pips import pip_of
from xbtfx_tui.domain.sides import Side
from xbtfx_tui.domain.sizing import Lots, Size, Sized
from xbtfx_tui.domain.stops import StopKind
from xbtfx_tui.domain.symbols import SymbolSpec
from xbtfx_tui.domain.volumes import volume_steps
from xbtfx_tui.ui.dialogs.market import Market, cells, with_lateness
from xbtfx_tui.ui.format import (
    clean,
    lots,
    money_if_known,
    money_named,
    percent,
    signed_money,
    signed_money_named,
)

_TRIPLE_DAYS = ("Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat")


def headline(
    market: Market, estimate: Estimate, currency: str | None, counts_from: Decimal | None
) -> Content:
    """Prices and what the spread costs; where pips count from another price than that, which."""
    cost = "" if estimate.spread_cost is None else f", {money_named(estimate.spread_cost, currency)}"
    line = f"bid {market.bid}  ask {market.ask}  spread {market.spread_points:f} points{cost}"
    if counts_from is not None:
        line += f"\npips count from {counts_from}"
    return with_lateness(line, market.age_words)


def volume_words(
    size: Size | None, sized: Sized | None, market: Market, currency: str | None, effect: str
) -> str:
    """Beside the volume: what a risk comes to in lots, what lots risk, else which lots there are."""
    risk = risk_words(sized, currency)
    if sized is not None and size is not None and not isinstance(size, Lots):
        return f"{lots(sized.volume)} lots: {risk}"
    if effect:
        return effect
    if risk:
        return f"lots: {risk}"
    steps = volume_steps(market.spec)
    upto = f" to {lots(steps.maximum)}" if steps.maximum is not None else " or more"
    risks = "; or 1%, or 50$" if currency is not None else ""
    return f"lots, {lots(steps.minimum)}{upto}, step {lots(steps.step)}{risks}"


def risk_words(sized: Sized | None, currency: str | None) -> str:
    """`risks 30.00 USD, 0.30%`; empty where nothing is risked that is known."""
    if sized is None or sized.risk is None:
        return ""
    share = f", {percent(sized.risk_percent, 2)} of equity" if sized.risk_percent is not None else ""
    capped = (
        f"; capped, {lots(sized.capped_from)} would have been it" if sized.capped_from is not None else ""
    )
    return f"risks {money_named(sized.risk, currency)}{share}{capped}"


def stop_words(
    stop: Decimal | None, result: Decimal | None, side: Side, market: Market, currency: str | None
) -> str:
    """`1.07913 (30.0 pips, -30.00 USD)`; empty without a stop."""
    if stop is None:
        return ""
    distance = pips_between(market.spec, side, market.opening(side), stop)
    known = [
        *([f"{abs(distance):.1f} pips"] if distance is not None else []),
        *([signed_money_named(result, currency)] if result is not None else []),
    ]
    return f"{stop} ({', '.join(known)})" if known else f"{stop}"


def no_stop_words(kind: StopKind, market: Market, currency: str | None) -> str:
    """Beside an empty stop, what it takes: money where it can be counted, pips where they can."""
    is_sl = kind is StopKind.SL
    takes = [
        "a price",
        *(["30p"] if isinstance(pip_of(market.spec), Decimal) else []),
        *(["50$ to lose at most" if is_sl else "50$"] if currency is not None else []),
        *([] if is_sl else ["2r: twice the risk"]),
    ]
    return f"none; {', '.join(takes[:-1])}, or {takes[-1]}" if len(takes) > 1 else f"none; {takes[0]}"


def effect_words(held: Decimal, side: Side, volume: Decimal) -> str:
    """What a netting account makes of it; empty for a position of its own."""
    position = f"{(Side.BUY if held > 0 else Side.SELL).value} {lots(abs(held))}"
    match net_effect(held, side, volume):
        case Opens():
            return ""
        case Adds(total=total):
            return f"Netting: adds to the {position}, {lots(total)} in all."
        case Reduces(left=left):
            return f"Netting: reduces the {position}, {lots(left)} stays open."
        case Closes():
            return f"Netting: closes the {position}."
        case Flips(opened=opened):
            return f"Netting: closes the {position} and leaves a {side.value} {lots(opened)}."


def facts(estimate: Estimate, spec: SymbolSpec, currency: str | None) -> Content:
    """What it costs and leaves, as figures."""
    pairs = [
        ("pip value", money_named(estimate.pip_value, currency)),
        ("margin", money_if_known(estimate.margin, currency)),
        ("level after", percent(estimate.level_after)),
        ("free after", money_named(estimate.free_after, currency)),
    ]
    if estimate.swap is not None:
        swap = f"{signed_money(estimate.swap, currency)} {currency or ''}".rstrip()
        pairs += [("swap/night", swap), ("triple swap", _triple(spec))]
    return cells(pairs)


def _triple(spec: SymbolSpec) -> str:
    """The day whose night counts three times; MetaTrader's number, 0 = Sunday."""
    day = spec.swap_3day
    return _TRIPLE_DAYS[day] if day is not None and 0 <= day < len(_TRIPLE_DAYS) else "none"


def review(
    intent: OpenIntent, estimate: Estimate, market: Market, currency: str | None, effect: str, risk: str
) -> str:
    """All that enter sends, as sentences."""
    sl = stop_words(intent.sl, estimate.loss_at_sl, intent.side, market, currency) or "none"
    tp = stop_words(intent.tp, estimate.gain_at_tp, intent.side, market, currency) or "none"
    parts = [
        f"{intent.side.value.capitalize()} {lots(intent.volume)} {clean(intent.symbol)} at market,"
        f" now {intent.price}.",
        f"sl {sl}, tp {tp}.",
        f"R{risk[1:]}." if risk else "",
        f"Margin {money_if_known(estimate.margin, currency)}.",
        effect,
        f'Comment "{clean(intent.comment)}".' if intent.comment else "",
    ]
    return " ".join(part for part in parts if part)
