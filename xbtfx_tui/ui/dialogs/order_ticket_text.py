"""What stands beside the fields of an order ticket, and its figures. Pure: all of it is drafted elsewhere."""

from decimal import Decimal

from textual.content import Content

from xbtfx_tui.domain.bounded_figures import figure_words
from xbtfx_tui.domain.lot_steps import volume_steps
from xbtfx_tui.domain.money_text import money_text
from xbtfx_tui.domain.order_estimates import Estimate
from xbtfx_tui.domain.pip_size import pip_of
from xbtfx_tui.domain.position_sizing import Lots, Size
from xbtfx_tui.domain.stop_input import StopForm, form_text
from xbtfx_tui.domain.stop_rules import StopKind
from xbtfx_tui.domain.symbol_spec import SymbolSpec
from xbtfx_tui.planning.open_draft import OpenDraft
from xbtfx_tui.planning.priced_symbol import PricedSymbol
from xbtfx_tui.ui.dialogs.ticket_market import cells, with_lateness
from xbtfx_tui.ui.figure_format import NOTHING, lots, money_named, percent, signed_money_named

_TRIPLE = "triple swap"
_TRIPLE_DAYS = ("Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat")


def headline(market: PricedSymbol, spread: str, counts_from: Decimal | None) -> Content:
    """Prices and what the spread costs; where pips count from another price than that, which."""
    line = f"bid {market.bid}  ask {market.ask}  spread {spread}"
    if counts_from is not None:
        line += f"\npips count from {counts_from}"
    return with_lateness(line, market.age_words)


def volume_words(size: Size | None, drafted: OpenDraft, spec: SymbolSpec, *, counts_money: bool) -> str:
    """Beside the volume: what a risk comes to in lots, what lots do and risk, else which lots there are."""
    sized, effect, risk = drafted.sized, drafted.effect_words, drafted.risk_words
    if sized is not None and size is not None and not isinstance(size, Lots):
        return f"{lots(sized.volume)} lots: {risk or effect}"
    if effect:
        return effect
    if risk:
        return f"lots: {risk}"
    steps = volume_steps(spec)
    upto = f" to {lots(steps.maximum)}" if steps.maximum is not None else " or more"
    risks = "; or 1%, or 50$" if counts_money else ""
    return f"lots, {lots(steps.minimum)}{upto}, step {lots(steps.step)}{risks}"


def without_price_words(
    form: StopForm | None, kind: StopKind, spec: SymbolSpec, *, counts_money: bool
) -> str:
    """Beside a stop without a price: that it awaits the volume; of an empty one, what it takes: money where
    it can be counted, pips where they can."""
    if form is not None:
        return f"{form_text(form)}: a price once there is a volume"
    is_sl = kind is StopKind.SL
    takes = [
        "a price",
        *(["30p"] if isinstance(pip_of(spec), Decimal) else []),
        *(["50$ to lose at most" if is_sl else "50$"] if counts_money else []),
        *([] if is_sl else ["2r: twice the risk"]),
    ]
    return f"none; {', '.join(takes[:-1])}, or {takes[-1]}" if len(takes) > 1 else f"none; {takes[0]}"


def facts(drafted: OpenDraft, spec: SymbolSpec, currency: str | None) -> Content:
    """What it costs and leaves, as figures; their places alone, where the volume is not known."""
    figures = _facts(drafted.estimate, spec, currency)
    if drafted.sized is None:
        figures = [(label, value if label == _TRIPLE else NOTHING) for label, value in figures]
    return cells(figures)


def _facts(estimate: Estimate, spec: SymbolSpec, currency: str | None) -> list[tuple[str, str]]:
    pairs = [
        ("pip value", money_named(estimate.pip_value, currency)),
        ("margin", figure_words(estimate.margin, lambda amount: money_text(amount, currency))),
        ("level after", figure_words(estimate.level_after, percent)),
        ("free after", figure_words(estimate.free_after, lambda amount: money_named(amount, currency))),
    ]
    if estimate.swap is not None:
        pairs += [("swap/night", signed_money_named(estimate.swap, currency)), (_TRIPLE, _triple(spec))]
    return pairs


def _triple(spec: SymbolSpec) -> str:
    """The day whose night counts three times; MetaTrader's number, 0 = Sunday."""
    day = spec.swap_3day
    return _TRIPLE_DAYS[day] if day is not None and 0 <= day < len(_TRIPLE_DAYS) else "none"
