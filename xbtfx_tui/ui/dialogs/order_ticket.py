"""The order ticket: buy or sell at market, with what it costs and what is wrong said as it is typed.

It works nothing out by itself and sends nothing: the order is drafted by `planning.open_draft`, as that of
the command line is, and handed to the desk once.
"""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import ClassVar

import msgspec
from textual.binding import BindingType

from xbtfx_tui.domain.lot_steps import read_lots, stepped, volume_steps
from xbtfx_tui.domain.order_estimates import counts_money
from xbtfx_tui.domain.position_sizing import BadSize, Size, parse_size, size_text
from xbtfx_tui.domain.sides import Side
from xbtfx_tui.domain.stop_input import BadStopForm, StopForm, parse_stop_form
from xbtfx_tui.domain.stop_rules import StopKind
from xbtfx_tui.domain.ticket_presets import Preset
from xbtfx_tui.domain.typed_order import form_words, stepped_form
from xbtfx_tui.planning.open_draft import OpenRequest, draft_open, market_to_open, preset_problem
from xbtfx_tui.planning.ports import PlanView
from xbtfx_tui.planning.priced_symbol import PricedSymbol, last_market, unpriced_words
from xbtfx_tui.ui.dialog_keys import dialog_binding, hint_of
from xbtfx_tui.ui.dialogs import order_ticket_text as words
from xbtfx_tui.ui.dialogs.dialog_fields import Field, Note, Tone
from xbtfx_tui.ui.dialogs.order_dialog import Draft, Editing, OrderDialog, with_problems
from xbtfx_tui.ui.dialogs.ticket_market import currency_of, draft_view, is_fresh, market_of
from xbtfx_tui.ui.figure_format import clean, lots
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
    changed by itself. `keep_preset` is given the fields as the symbol's preset, where a ticket could begin
    so, and says what came of it.
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
        spec = self._backend.store.specs.get(self._symbol)
        known = spec is not None and counts_money(spec, self._backend.store.rate)
        size = parse_size(typed["volume"], counts_money=known)
        sl, tp = (parse_stop_form(typed[kind.value], counts_money=known) for kind in StopKind)
        match size, sl, tp:
            case (BadSize(sentence), _, _) | (_, BadStopForm(sentence), _) | (_, _, BadStopForm(sentence)):
                self._kept = f"Not kept: {sentence}"
            case _:
                preset = Preset(size, sl, tp)
                problem = preset_problem(self._symbol, preset, self._backend.store)
                self._kept = f"Not kept: {problem}" if problem else self._keep_preset(self._symbol, preset)
        self.redraft()

    def make_draft(self, typed: Mapping[str, str], intent_id: str) -> Draft:
        self.retitle()
        view = draft_view(self._backend)
        market = last_market(view.store, self._symbol, view.now)
        if not isinstance(market, PricedSymbol):
            return Draft(None, headline=self._unpriced_words(view))
        notes: dict[str, Note] = {}
        currency = currency_of(view.store)
        known = counts_money(market.spec, view.store.rate)
        size = _size(typed["volume"], notes, counts_money=known)
        sl, tp = (_stop_form(typed[kind.value], kind, notes, counts_money=known) for kind in StopKind)
        counts_from, comment = self._begins.counts_from, typed["comment"]
        request = OpenRequest(self._symbol, self._side, size, sl, tp, comment, counts_from)
        drafted = draft_open(request, market, view, intent_id)
        quiet = {
            "volume": words.volume_words(size, drafted, market.spec, counts_money=known),
            "sl": drafted.sl_words
            or words.without_price_words(sl, StopKind.SL, market.spec, counts_money=known),
            "tp": drafted.tp_words
            or words.without_price_words(tp, StopKind.TP, market.spec, counts_money=known),
            "comment": "",
        }
        beside, general = with_problems(
            {name: notes.get(name) or Note(text) for name, text in quiet.items()}, drafted.order.problems
        )
        kept = (Note(self._kept),) if self._kept is not None else ()
        return Draft(
            drafted.order.intent,
            headline=words.headline(market, drafted.spread_words, counts_from),
            notes=beside,
            general=(*general, *kept),
            facts=words.facts(drafted, market.spec, currency),
            review=drafted.order.sentence,
            held=drafted.held,
        )

    def _unpriced_words(self, view: PlanView) -> str:
        """Why there is no price, not even an old one."""
        market = market_to_open(view, self._symbol)
        return "" if isinstance(market, PricedSymbol) else unpriced_words(market)

    def _step_volume(self, text: str, count: int) -> str:
        spec = self._backend.store.specs.get(self._symbol)
        volume = read_lots(text)
        if spec is None or not isinstance(volume, Decimal):
            return text
        return lots(stepped(volume, count, volume_steps(spec)))

    def _step_stop(self, kind: StopKind, text: str, count: int) -> str:
        market, form = market_of(self._backend, self._symbol), parse_stop_form(text)
        if isinstance(market, str) or isinstance(form, BadStopForm):
            return text
        return form_words(
            stepped_form(form, count, kind, self._side, market.closing(self._side), market.spec)
        )


def _size(text: str, notes: dict[str, Note], *, counts_money: bool) -> Size | None:
    size = parse_size(text, counts_money=counts_money)
    if isinstance(size, BadSize):
        notes["volume"] = Note(size.sentence, Tone.WRONG)
        return None
    return size


def _stop_form(text: str, kind: StopKind, notes: dict[str, Note], *, counts_money: bool) -> StopForm | None:
    form = parse_stop_form(text, counts_money=counts_money)
    if isinstance(form, BadStopForm):
        notes[kind.value] = Note(form.sentence, Tone.WRONG)
        return None
    return form
