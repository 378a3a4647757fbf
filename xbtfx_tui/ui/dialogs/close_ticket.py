"""The close ticket: all of a position, or a part of it, with what it brings and what stays open.

It works nothing out by itself (planning.close_draft does) and hands one intent to the desk, once.
"""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal

from textual import events
from textual.content import Content

from xbtfx_tui.commands.command_types import Share
from xbtfx_tui.domain.lot_steps import BadLots, read_lots, stepped, volume_steps
from xbtfx_tui.domain.position_sizing import Lots
from xbtfx_tui.domain.positions import Position
from xbtfx_tui.domain.profit_calculation import pips_between
from xbtfx_tui.planning.close_draft import NoPart, draft_close, lots_to_close
from xbtfx_tui.planning.plan_text import exact
from xbtfx_tui.ui.dialog_keys import hint_of, struck
from xbtfx_tui.ui.dialogs.dialog_fields import Field, FieldInput, Note, Tone
from xbtfx_tui.ui.dialogs.order_dialog import Draft, OrderDialog, with_problems
from xbtfx_tui.ui.dialogs.order_ticket import NOT_A_VOLUME
from xbtfx_tui.ui.dialogs.ticket_market import (
    cells,
    currency_of,
    draft_view,
    is_fresh,
    market_of,
    with_lateness,
)
from xbtfx_tui.ui.figure_format import clean, lots, pips, signed_money_named
from xbtfx_tui.ui.ports import Backend

SHARES = {"dialog.half": Share.HALF, "dialog.third": Share.THIRD, "dialog.quarter": Share.QUARTER}
"""The share of the position that each of these keys stands for."""


class _VolumeInput(FieldInput):
    """A field in which some keys put a share of the position, in their turn among the typed ones."""

    def __init__(self, value: str, on_steps: Callable[[int], None], on_struck: Callable[[str], bool]) -> None:
        super().__init__(value, on_steps=on_steps)
        self._struck = on_struck

    async def on_key(self, event: events.Key) -> None:
        # Textual calls this before FieldInput's own, which prevent_default keeps from being called.
        if not self._held and self._struck(event.key):
            event.stop()
            event.prevent_default()


class _VolumeField(Field):
    def __init__(
        self, name: str, value: str, stepper: Callable[[str, int], str], on_struck: Callable[[str], bool]
    ) -> None:
        super().__init__(name, value, stepper=stepper)
        self.input = _VolumeInput(value, self._step, on_struck)


class CloseTicket(OrderDialog):
    """Closes the position `ticket`; dismisses with the accepted CloseIntent, or None.

    A position may be closed without its contract or a price being known: the server has both.
    """

    def __init__(self, backend: Backend, ticket: int) -> None:
        self._ticket = ticket
        self._first_seen = backend.store.positions.get(ticket)
        # A share was asked for that can't be closed: nothing is reviewed until a further key is struck.
        self._no_share: NoPart | None = None
        super().__init__(backend)

    @property
    def _position(self) -> Position | None:
        return self._backend.store.positions.get(self._ticket)

    def make_fields(self) -> Sequence[Field]:
        held = "" if self._first_seen is None else lots(self._first_seen.volume)
        return (_VolumeField("volume", held, self._step_volume, self._key_struck),)

    def title_words(self) -> str:
        symbol = "" if self._first_seen is None else f" {clean(self._first_seen.symbol, 32)}"
        return f"CLOSE{symbol}, ticket {self._ticket}"

    def hint_words(self) -> str:
        shares = ", ".join(f"{hint_of(self, key_id)} 1/{share.divisor}" for key_id, share in SHARES.items())
        return f"enter reviews · up/down step · {shares} of it · escape closes"

    def watched_symbol(self) -> str | None:
        return None if self._first_seen is None else self._first_seen.symbol

    def wants_fresh_price(self) -> bool:
        return self._position is not None and not is_fresh(self._backend, self._position.symbol)

    def make_draft(self, typed: Mapping[str, str], intent_id: str) -> Draft:
        position = self._position
        if position is None:
            return Draft(None, general=(Note(f"Position {self._ticket} is not open any more.", Tone.WRONG),))
        store, volume = self._backend.store, self._no_share or self._typed_part(typed["volume"], position)
        # Of a volume that is none the rest is drafted all the same, for all of it.
        part = volume if isinstance(volume, Decimal) else position.volume
        draft = draft_close(position, part, draft_view(self._backend), intent_id)
        if isinstance(volume, NoPart):
            note = Note(clean(volume.sentence), Tone.WRONG)
        else:
            stays = f"{lots(draft.left)} stays open" if draft.left else "nothing stays open"
            note = Note(f"of {lots(position.volume)} lots; {stays}")
        beside, general = with_problems({"volume": note}, draft.order.problems)
        currency = currency_of(store)
        figures = (
            ("this part", signed_money_named(draft.order.profit, currency)),
            ("pips", pips(self._moved(position))),
            ("swap", signed_money_named(draft.swap, currency)),
        )
        return Draft(
            draft.order.intent,
            headline=self._headline_words(position),
            notes=beside,
            general=general,
            facts=cells(figures),
            review=draft.order.sentence,
        )

    def _typed_part(self, text: str, position: Position) -> Decimal | NoPart:
        match read_lots(text):
            case None:
                return NoPart(NOT_A_VOLUME)
            case BadLots(sentence=sentence):
                return NoPart(sentence)
            case volume:
                return lots_to_close(Lots(volume), position, self._backend.store.specs.get(position.symbol))

    # --- words ---

    def _headline_words(self, position: Position) -> Content:
        store, market = self._backend.store, market_of(self._backend, position.symbol)
        opened = exact(store, position.symbol, position.price_open)
        now = exact(store, position.symbol, store.live_price(position))
        line = (
            f"{position.side.value} {lots(position.volume)} {clean(position.symbol)}"
            f"  open {opened}  now {now}"
        )
        return with_lateness(line, market if isinstance(market, str) else market.age_words)

    def _moved(self, position: Position) -> Decimal | None:
        """By how many pips the price went its way since it was opened."""
        store = self._backend.store
        spec = store.specs.get(position.symbol)
        if spec is None:
            return None
        return pips_between(spec, position.side, position.price_open, store.live_price(position))

    def _key_struck(self, key: str) -> bool:
        """Put the share that the key stands for in the field; whether it stands for one."""
        share_id = struck(self, key, *SHARES)
        if share_id is None:
            if key != "enter" and self._no_share is not None:
                self._no_share = None
                self.redraft()
            return False
        if (position := self._position) is not None:
            spec = self._backend.store.specs.get(position.symbol)
            share = lots_to_close(SHARES[share_id], position, spec)
            self._no_share = share if isinstance(share, NoPart) else None
            if isinstance(share, Decimal):
                self._fields["volume"].input.rewrite(lots(share))
        self.redraft()
        return True

    def _step_volume(self, text: str, count: int) -> str:
        position, volume = self._position, read_lots(text)
        if position is None or not isinstance(volume, Decimal):
            return text
        spec = self._backend.store.specs.get(position.symbol)
        if spec is None:
            return text
        return lots(min(stepped(volume, count, volume_steps(spec)), position.volume))
