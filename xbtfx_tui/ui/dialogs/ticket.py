"""The order ticket: buy or sell at market, with what it costs and what is wrong said as it is typed.

It works nothing out by itself and sends nothing: it drafts an `OpenIntent` and hands it to the desk once.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content

from xbtfx_tui.domain.estimates import Estimate, estimate_open
from xbtfx_tui.domain.intents import OpenIntent
from xbtfx_tui.domain.money import pips_between
from xbtfx_tui.domain.netting import Adds, Closes, Flips, Opens, Reduces, held_volume, net_effect
from xbtfx_tui.domain.sides import Side
from xbtfx_tui.domain.stops import BadStop, StopKind, parse_stop
from xbtfx_tui.domain.volumes import parse_lots, stepped, volume_steps
from xbtfx_tui.ui.dialogs.market import (
    Market,
    cells,
    currency_of,
    is_fresh,
    is_netting,
    market_of,
    with_lateness,
)
from xbtfx_tui.ui.dialogs.order_dialog import Draft, Editing, OrderDialog, with_problems
from xbtfx_tui.ui.dialogs.parts import Field, Note, Tone
from xbtfx_tui.ui.format import clean, lots, money_named, percent, signed_money
from xbtfx_tui.ui.ports import Backend

NOT_A_VOLUME = "Volume is a number of lots, like 0.10."
NO_STOP = "none; a price, or pips like 30p"


class OrderTicket(OrderDialog):
    """Opens a position of `symbol`; dismisses with the accepted OpenIntent, or None.

    Stops typed in pips count from the price the position would open at: the ask for a buy, the bid for a
    sell. `default_volume` in lots is what the volume field begins with; it is never changed by itself.
    """

    BINDINGS: ClassVar[list[BindingType]] = [Binding("f2", "flip", "Buy or sell instead")]

    def __init__(self, backend: Backend, symbol: str, side: Side, default_volume: Decimal) -> None:
        self._symbol = symbol
        self._side = side
        self._default_volume = default_volume
        super().__init__(backend)

    def make_fields(self) -> Sequence[Field]:
        return (
            Field("volume", lots(self._default_volume), stepper=self._step_volume),
            Field("sl"),
            Field("tp"),
            Field("comment"),
        )

    def title_words(self) -> str:
        spec = self._backend.store.specs.get(self._symbol)
        described = f": {clean(spec.description, 40)}" if spec is not None and spec.description else ""
        return f"{self._side.value.upper()} {clean(self._symbol, 32)}{described}"

    def hint_words(self) -> str:
        other = self._side.opposite.value
        return f"enter reviews · up/down step the volume · f2 {other}s instead · escape closes"

    def watched_symbol(self) -> str:
        return self._symbol

    def wants_fresh_price(self) -> bool:
        return not is_fresh(self._backend, self._symbol)

    def retitle(self) -> None:
        super().retitle()
        for side in Side:
            self.set_class(side is self._side, f"-{side.value}")

    def action_flip(self) -> None:
        """Buy becomes sell and back; not while the review is up."""
        if isinstance(self._phase, Editing):
            self._side = self._side.opposite
            self.redraft()

    def make_draft(self, typed: Mapping[str, str], intent_id: str) -> Draft:
        self.retitle()
        market = market_of(self._backend, self._symbol)
        if isinstance(market, str):
            return Draft(None, headline=market)
        notes: dict[str, Note] = {}
        volume = parse_lots(typed["volume"])
        if volume is None:
            notes["volume"] = Note(NOT_A_VOLUME, Tone.WRONG)
        sl = self._stop(typed["sl"], StopKind.SL, market, notes)
        tp = self._stop(typed["tp"], StopKind.TP, market, notes)
        intent = OpenIntent(
            intent_id=intent_id,
            symbol=self._symbol,
            side=self._side,
            # A stand-in where none could be read, so that the other fields are judged all the same.
            volume=volume_steps(market.spec).minimum if volume is None else volume,
            price=market.opening(self._side),
            sl=sl,
            tp=tp,
            comment=typed["comment"].strip(),
        )
        store = self._backend.store
        account, currency = store.live_account(), currency_of(store)
        held = held_volume(store.positions.values(), self._symbol) if is_netting(store) else Decimal(0)
        estimate = estimate_open(intent, market.spec, market.bid, market.ask, account, store.rate, held)
        effect = self._effect_words(held, intent.volume)
        notes = {
            "volume": notes.get("volume") or Note(effect or _volume_hint(market)),
            "sl": notes.get("sl") or Note(self._stop_words(sl, estimate.loss_at_sl, market) or NO_STOP),
            "tp": notes.get("tp") or Note(self._stop_words(tp, estimate.gain_at_tp, market) or NO_STOP),
            "comment": Note(""),
        }
        beside, general = with_problems(notes, self._backend.desk.problems(intent))
        return Draft(
            intent,
            headline=self._headline_words(market, estimate),
            notes=beside,
            general=general,
            facts=cells(
                (
                    ("pip value", money_named(estimate.pip_value, currency)),
                    ("margin", money_named(estimate.margin, currency)),
                    ("level after", percent(estimate.level_after)),
                    ("free after", money_named(estimate.free_after, currency)),
                )
            ),
            review=self._review_of(intent, estimate, market, effect),
        )

    # --- words ---

    def _headline_words(self, market: Market, estimate: Estimate) -> Content:
        cost = money_named(estimate.spread_cost, currency_of(self._backend.store))
        line = f"bid {market.bid}  ask {market.ask}  spread {market.spread_points:f} points, {cost}"
        return with_lateness(line, market.age_words)

    def _stop(self, text: str, kind: StopKind, market: Market, notes: dict[str, Note]) -> Decimal | None:
        stop = parse_stop(text, kind, self._side, market.opening(self._side), market.spec)
        if isinstance(stop, BadStop):
            notes[kind.value] = Note(stop.sentence, Tone.WRONG)
            return None
        return stop

    def _stop_words(self, stop: Decimal | None, result: Decimal | None, market: Market) -> str:
        """`1.07913 (30.0 pips, -30.00 USD)`; empty without a stop."""
        if stop is None:
            return ""
        distance = abs(pips_between(market.spec, self._side, market.opening(self._side), stop))
        currency = currency_of(self._backend.store)
        return (
            f"{stop} ({distance:.1f} pips, {signed_money(result, currency)} {currency or ''}".rstrip() + ")"
        )

    def _effect_words(self, held: Decimal, volume: Decimal) -> str:
        """What a netting account makes of it; empty for a position of its own."""
        position = f"{(Side.BUY if held > 0 else Side.SELL).value} {lots(abs(held))}"
        match net_effect(held, self._side, volume):
            case Opens():
                return ""
            case Adds(total=total):
                return f"Netting: adds to the {position}, {lots(total)} in all."
            case Reduces(left=left):
                return f"Netting: reduces the {position}, {lots(left)} stays open."
            case Closes():
                return f"Netting: closes the {position}."
            case Flips(opened=opened):
                return f"Netting: closes the {position} and leaves a {self._side.value} {lots(opened)}."

    def _review_of(self, intent: OpenIntent, estimate: Estimate, market: Market, effect: str) -> str:
        sl = self._stop_words(intent.sl, estimate.loss_at_sl, market) or "none"
        tp = self._stop_words(intent.tp, estimate.gain_at_tp, market) or "none"
        parts = [
            f"{self._side.value.capitalize()} {lots(intent.volume)} {clean(self._symbol)} at market,"
            f" now {intent.price}.",
            f"sl {sl}, tp {tp}.",
            f"Margin {money_named(estimate.margin, currency_of(self._backend.store))}.",
            effect,
            f'Comment "{clean(intent.comment)}".' if intent.comment else "",
        ]
        return " ".join(part for part in parts if part)

    def _step_volume(self, text: str, count: int) -> str:
        spec = self._backend.store.specs.get(self._symbol)
        volume = parse_lots(text)
        if spec is None or volume is None:
            return text
        return lots(stepped(volume, count, volume_steps(spec)))


def _volume_hint(market: Market) -> str:
    steps = volume_steps(market.spec)
    upto = f" to {lots(steps.maximum)}" if steps.maximum is not None else " or more"
    return f"lots, {lots(steps.minimum)}{upto}, step {lots(steps.step)}"
