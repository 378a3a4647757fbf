"""One-click trading while the terminal runs: armed or not, what its keys come to. The desk sends."""

from collections.abc import Callable
from decimal import Decimal

from msgspec.structs import replace

from xbtfx_tui.domain.action_results import NotDone
from xbtfx_tui.domain.order_origin import BY_ONE_CLICK
from xbtfx_tui.domain.order_text import lots_words
from xbtfx_tui.domain.positions import Position
from xbtfx_tui.domain.sides import Side
from xbtfx_tui.domain.ticket_presets import Preset
from xbtfx_tui.planning.draft_types import OrderDraft
from xbtfx_tui.planning.one_click_trading import (
    HeldKey,
    NoOneClick,
    OneClick,
    OneClickArmed,
    OneClickOff,
    looked_at,
    one_click_close,
    one_click_open,
    trouble,
)
from xbtfx_tui.ui.dialogs.ticket_market import draft_view
from xbtfx_tui.ui.figure_format import clean
from xbtfx_tui.ui.ports import Backend

OFF_WORDS = "One-click trading is off: one_click = true in the config file allows it."
NOT_ARMED = "One-click trading is not armed"


class OneClickService:
    """`most_lots` is the most that an order of it opens, None where it is not allowed at all; `preset_of` is
    what a symbol's order is."""

    def __init__(
        self, backend: Backend, most_lots: Decimal | None, preset_of: Callable[[str], Preset]
    ) -> None:
        self._backend = backend
        self._most_lots = most_lots
        self._preset_of = preset_of
        self._state: OneClick = OneClickOff()
        self._held = HeldKey()

    @property
    def state(self) -> OneClick:
        return self._state

    def refusal(self) -> str | None:
        """Why it can't be armed, as a sentence; None where it may be."""
        if self._most_lots is None:
            return OFF_WORDS
        why = trouble(self._backend.store)
        return None if why is None else f"One-click trading can't be armed: {clean(why)}."

    def arm(self) -> str:
        """Arm it; what is so now, as a sentence."""
        if self._most_lots is None:
            return NotDone(OFF_WORDS)
        if (refusal := self.refusal()) is not None:
            return NotDone(refusal)
        self._state = OneClickArmed(self._most_lots, self._backend.clock.now())
        return f"One-click trading is armed: {lots_words(self._most_lots)} lots an order at most."

    def end(self) -> str:
        """End it by the trader's wish."""
        self._state = OneClickOff()
        return "One-click trading has ended."

    def look(self) -> str | None:
        """What it says where it has just ended by itself; None else. Cheap."""
        before, self._state = (
            self._state,
            looked_at(self._state, self._backend.store, self._backend.clock.now()),
        )
        match before, self._state:
            case OneClickArmed(), OneClickOff(ended=str(why)):
                return NotDone(f"One-click trading has ended: {clean(why)}.")
            case _:
                return None

    def is_press(self, key: str, at: float) -> bool:
        """Whether a key struck `at` (seconds, monotonic) is a press of its own and no held key's repeat."""
        self._held, counts = self._held.struck(key, at)
        return counts

    def open(self, symbol: str, side: Side) -> str:
        """Hand the symbol's preset to the desk at once; what was, as a sentence, or why nothing was."""
        match self._look_first():
            case OneClickArmed(most_lots=most_lots):
                view, intent_id = draft_view(self._backend), self._backend.desk.new_intent_id()
                return self._send(
                    one_click_open(symbol, side, self._preset_of(symbol), view, most_lots, intent_id)
                )
            case OneClickOff() as off:
                return _not_armed(off)

    def close(self, position: Position) -> str:
        """Hand the close of all of a position to the desk at once; as `open`."""
        match self._look_first():
            case OneClickArmed(most_lots=most_lots):
                view, intent_id = draft_view(self._backend), self._backend.desk.new_intent_id()
                return self._send(one_click_close(position, view, most_lots, intent_id))
            case OneClickOff() as off:
                return _not_armed(off)

    def _look_first(self) -> OneClick:
        """What is so at this very key: a line that was lost since the last look counts."""
        self._state = looked_at(self._state, self._backend.store, self._backend.clock.now())
        return self._state

    def _send(self, draft: OrderDraft | NoOneClick) -> str:
        if isinstance(draft, NoOneClick):
            return NotDone(f"Nothing was sent: {draft.sentence}")
        problems = self._backend.desk.submit(draft.intent, BY_ONE_CLICK)
        if (blocking := next((one.sentence for one in problems if one.blocks), None)) is not None:
            return NotDone(f"Nothing was sent: {blocking}")
        if isinstance(self._state, OneClickArmed):
            self._state = replace(self._state, used=self._backend.clock.now())
        return f"One click: {draft.sentence}"


def _not_armed(off: OneClickOff) -> NotDone:
    why = f": it ended because {clean(off.ended)}" if off.ended else ""
    return NotDone(f"Nothing was sent. {NOT_ARMED}{why}.")
