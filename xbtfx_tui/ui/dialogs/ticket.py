"""The order ticket: buy or sell at market, with what it costs and what is wrong said as it is typed.

It works nothing out by itself and sends nothing: it drafts an `OpenIntent` and hands it to the desk once.
"""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import ClassVar

import msgspec
from textual.binding import BindingType

from xbtfx_tui.domain.drafting import Drafted, draft, form_words, stepped_form
from xbtfx_tui.domain.estimates import estimate_open
from xbtfx_tui.domain.intents import OpenIntent
from xbtfx_tui.domain.netting import held_volume
from xbtfx_tui.domain.presets import Preset
from xbtfx_tui.domain.sides import Side
from xbtfx_tui.domain.sizing import BadSize, Lots, Size, parse_size, size_text
from xbtfx_tui.domain.stop_forms import BadStopForm, StopForm, parse_stop_form
from xbtfx_tui.domain.stops import StopKind
from xbtfx_tui.domain.volumes import parse_lots, stepped, volume_steps
from xbtfx_tui.planning.opening import warnings_of
from xbtfx_tui.ui.dialogs import ticket_words as words
from xbtfx_tui.ui.dialogs.market import Market, currency_of, is_fresh, is_netting, market_of
from xbtfx_tui.ui.dialogs.order_dialog import Draft, Editing, OrderDialog, with_problems
from xbtfx_tui.ui.dialogs.parts import Field, Note, Tone
from xbtfx_tui.ui.format import clean, lots
from xbtfx_tui.ui.keymap import dialog_binding, hint_of
from xbtfx_tui.ui.ports import Backend

NOT_A_VOLUME = "Volume is a number of lots, like 0.10."


class Begins(msgspec.Struct, frozen=True):
    """What the ticket's fields begin with, as typed. Stops in pips count from `counts_from`, where given."""

    volume: str
    sl: str = ""
    tp: str = ""
    counts_from: Decimal | None = None


def begins_with(preset: Preset) -> Begins:
    """A preset, as the fields hold it."""
    return Begins(size_text(preset.size), form_words(preset.sl), form_words(preset.tp))


class OrderTicket(OrderDialog):
    """Opens a position of `symbol`; dismisses with the accepted OpenIntent, or None.

    Stops typed in pips count from the price the position would open at: the ask for a buy, the bid for a
    sell. `default_volume` in lots is what the volume field begins with unless `begins` says more; neither is
    changed by itself. `keep_preset` is given the fields as the symbol's preset and says what came of it.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        dialog_binding("dialog.flip", "flip"),
        dialog_binding("dialog.keep_preset", "keep_preset"),
    ]

    def __init__(
        self,
        backend: Backend,
        symbol: str,
        side: Side,
        default_volume: Decimal,
        begins: Begins | None = None,
        keep_preset: Callable[[str, Preset], str] | None = None,
    ) -> None:
        self._symbol = symbol
        self._side = side
        self._begins = begins or Begins(lots(default_volume))
        self._keep_preset = keep_preset
        self._kept: str | None = None
        super().__init__(backend)
        self._show_side()

    def make_fields(self) -> Sequence[Field]:
        begins = self._begins
        return (
            Field("volume", begins.volume, stepper=self._step_volume),
            Field("sl", begins.sl, stepper=lambda text, count: self._step_stop(StopKind.SL, text, count)),
            Field("tp", begins.tp, stepper=lambda text, count: self._step_stop(StopKind.TP, text, count)),
            Field("comment", takes_text=True),
        )

    def title_words(self) -> str:
        spec = self._backend.store.specs.get(self._symbol)
        described = f": {clean(spec.description, 40)}" if spec is not None and spec.description else ""
        return f"{self._side.value.upper()} {clean(self._symbol, 32)}{described}"

    def hint_words(self) -> str:
        flip, keep = hint_of(self, "dialog.flip"), ""
        if self._keep_preset is not None:
            keep = f" · {hint_of(self, 'dialog.keep_preset')} keeps as preset"
        other = self._side.opposite.value
        return f"enter reviews · up/down step · {flip} {other}s instead{keep} · escape closes"

    def watched_symbol(self) -> str:
        return self._symbol

    def wants_fresh_price(self) -> bool:
        return not is_fresh(self._backend, self._symbol)

    def retitle(self) -> None:
        super().retitle()
        self._show_side()

    def _show_side(self) -> None:
        for side in Side:
            self.set_class(side is self._side, f"-{side.value}", update=self.is_attached)

    def action_flip(self) -> None:
        """Buy becomes sell and back; not while the review is up."""
        if isinstance(self._phase, Editing):
            self._side = self._side.opposite
            self.redraft()

    def action_keep_preset(self) -> None:
        """Keep volume, sl and tp, as typed, for the next ticket of this symbol."""
        if not isinstance(self._phase, Editing) or self._keep_preset is None:
            return
        typed = self.typed()
        size, sl, tp = parse_size(typed["volume"]), parse_stop_form(typed["sl"]), parse_stop_form(typed["tp"])
        match size, sl, tp:
            case (BadSize(sentence), _, _) | (_, BadStopForm(sentence), _) | (_, _, BadStopForm(sentence)):
                self._kept = f"Not kept: {sentence}"
            case _:
                self._kept = self._keep_preset(self._symbol, Preset(size, sl, tp))
        self.redraft()

    def make_draft(self, typed: Mapping[str, str], intent_id: str) -> Draft:
        self.retitle()
        market = market_of(self._backend, self._symbol)
        if isinstance(market, str):
            return Draft(None, headline=market)
        store = self._backend.store
        account, currency = store.live_account(), currency_of(store)
        notes: dict[str, Note] = {}
        size = _size(typed["volume"], notes)
        sl, tp = (_stop_form(typed[kind.value], kind, notes) for kind in StopKind)
        drafted = draft(
            # A stand-in where none could be read, so that the other fields are judged all the same.
            size or Lots(volume_steps(market.spec).minimum),
            sl,
            tp,
            self._side,
            market.opening(self._side),
            market.spec,
            account,
            store.rate,
            counts_from=self._begins.counts_from,
        )
        notes |= {name: Note(sentence, Tone.WRONG) for name, sentence in drafted.wrong.items()}
        intent = self._intent(intent_id, drafted, market, typed["comment"].strip())
        held = held_volume(store.positions.values(), self._symbol) if is_netting(store) else Decimal(0)
        estimate = estimate_open(intent, market.spec, market.bid, market.ask, account, store.rate, held)
        effect = words.effect_words(held, self._side, intent.volume)
        risk = words.risk_words(drafted.sized, currency)
        quiet = {
            "volume": words.volume_words(size, drafted.sized, market, currency, effect),
            "sl": words.stop_words(intent.sl, estimate.loss_at_sl, self._side, market, currency)
            or words.no_stop_words(StopKind.SL, market, currency),
            "tp": words.stop_words(intent.tp, estimate.gain_at_tp, self._side, market, currency)
            or words.no_stop_words(StopKind.TP, market, currency),
            "comment": "",
        }
        notes = {name: notes.get(name) or Note(text) for name, text in quiet.items()}
        beside, general = with_problems(notes, self._backend.desk.problems(intent))
        kept = (Note(self._kept),) if self._kept is not None else ()
        now = self._backend.clock.now()
        said = warnings_of(size, intent, market.bid, market.ask, store, now) if size is not None else ()
        warned = tuple(Note(clean(sentence), Tone.WARNING) for sentence in said)
        return Draft(
            intent,
            headline=words.headline(market, estimate, currency, self._begins.counts_from),
            notes=beside,
            general=(*general, *warned, *kept),
            facts=words.facts(estimate, market.spec, currency),
            review=words.review(
                intent, estimate, market, currency, effect, risk if not isinstance(size, Lots) else ""
            ),
            held=held,
        )

    def _intent(self, intent_id: str, drafted: Drafted, market: Market, comment: str) -> OpenIntent:
        volume = volume_steps(market.spec).minimum if drafted.sized is None else drafted.sized.volume
        return OpenIntent(
            intent_id=intent_id,
            symbol=self._symbol,
            side=self._side,
            volume=volume,
            price=market.opening(self._side),
            sl=drafted.sl,
            tp=drafted.tp,
            comment=comment,
        )

    def _step_volume(self, text: str, count: int) -> str:
        spec = self._backend.store.specs.get(self._symbol)
        volume = parse_lots(text)
        if spec is None or volume is None:
            return text
        return lots(stepped(volume, count, volume_steps(spec)))

    def _step_stop(self, kind: StopKind, text: str, count: int) -> str:
        market, form = market_of(self._backend, self._symbol), parse_stop_form(text)
        if isinstance(market, str) or isinstance(form, BadStopForm):
            return text
        return form_words(
            stepped_form(form, count, kind, self._side, market.closing(self._side), market.spec)
        )


def _size(text: str, notes: dict[str, Note]) -> Size | None:
    size = parse_size(text)
    if isinstance(size, BadSize):
        notes["volume"] = Note(size.sentence, Tone.WRONG)
        return None
    return size


def _stop_form(text: str, kind: StopKind, notes: dict[str, Note]) -> StopForm | None:
    form = parse_stop_form(text)
    if isinstance(form, BadStopForm):
        notes[kind.value] = Note(form.sentence, Tone.WRONG)
        return None
    return form
