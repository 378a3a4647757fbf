"""The keys of one-click trading: arm it by a typed word, trade at once, end it. The desk alone sends."""

from xbtfx_tui.domain.action_results import NotDone
from xbtfx_tui.domain.event_sounds import Sound
from xbtfx_tui.domain.order_text import lots_words
from xbtfx_tui.domain.sides import Side
from xbtfx_tui.domain.ticket_presets import Preset
from xbtfx_tui.planning.one_click_trading import OneClickArmed, OneClickOff, default_preset
from xbtfx_tui.ui.dialogs.confirm_dialog import TypedWord
from xbtfx_tui.ui.key_bindings import action, first_key
from xbtfx_tui.ui.keystrokes import KeyKind
from xbtfx_tui.ui.one_click_service import OneClickService
from xbtfx_tui.ui.ports import Backend
from xbtfx_tui.ui.screen_options import Mode, UiOptions
from xbtfx_tui.ui.screens.layout_keys import LayoutKeys
from xbtfx_tui.ui.sound_watch import Heard
from xbtfx_tui.ui.terminal.key_turns import key_turns_of

WORD = "arm"


class OneClickKeys(LayoutKeys):
    """The panes with one-click trading: off unless the settings allow it, armed anew in each run."""

    def __init__(self, backend: Backend, mode: Mode, options: UiOptions) -> None:
        super().__init__(backend, mode, options)
        self.one_click = OneClickService(backend, options.one_click_lots, self._preset_of)

    def _preset_of(self, symbol: str) -> Preset:
        return self.presets.of(symbol) or default_preset(self.options.default_volume)

    def frame(self) -> None:
        super().frame()
        if (ended := self.one_click.look()) is not None:
            self.notice.answer(ended)
            self.ringer.tell([Heard(Sound.TROUBLE, ended)])
        self._show_armed()

    def _show_armed(self) -> None:
        self.top_line.note_one_click(self.one_click.state)

    def action_arm_one_click(self) -> None:
        """Arm it, which asks for a word; or end it, at once."""
        match self.one_click.state:
            case OneClickArmed():
                self.notice.answer(self.one_click.end())
                self._show_armed()
            case OneClickOff():
                if (refusal := self.one_click.refusal()) is not None:
                    self.notice.answer(NotDone(refusal))
                else:
                    asked = TypedWord("ARM ONE-CLICK TRADING", self._terms(), WORD)
                    self.app.push_screen(asked, self._armed)

    def _armed(self, typed: bool | None) -> None:
        if typed:
            self.notice.answer(self.one_click.arm())
            self._show_armed()

    def _terms(self) -> list[str]:
        """What is so once it is armed, for the dialog that asks for the word."""
        most = self.options.one_click_lots
        keys = {name: self._key_of(f"one_click.{name}") for name in ("buy", "sell", "close", "arm")}
        return [
            f"{keys['buy']} buys and {keys['sell']} sells the symbol's preset at once, without a review;",
            f"without a preset it is {lots_words(self.options.default_volume)} lots and no stops.",
            f"{keys['close']} closes the selected position, all of it, at once.",
            f"An order opens {'nothing' if most is None else lots_words(most) + ' lots'} at most. "
            "What a review would warn of is not sent.",
            "A held key is one order.",
            f"It ends by {keys['arm']}, by a lock, a lost line, and 10 minutes without an order.",
        ]

    def _key_of(self, action_id: str) -> str:
        return first_key(self.keys_of(action_id, action(action_id).keys))

    def action_one_click(self, side: str) -> None:
        """Buy or sell the symbol at once."""
        if self.looked_symbol is not None and self._is_one_press():
            self._tell(self.one_click.open(self.looked_symbol, Side(side)))

    def action_one_click_close(self) -> None:
        """Close the position at once."""
        if self.position is not None and self._is_one_press():
            self._tell(self.one_click.close(self.position))

    def _tell(self, answer: str) -> None:
        self.frame()
        self.notice.answer(answer)

    def _is_one_press(self) -> bool:
        """Whether the key that has its turn is no repeat of a held one."""
        stroke = key_turns_of(self.app).current
        if stroke is None:
            return True
        if self.one_click.is_press(stroke.key, stroke.at) and stroke.kind is not KeyKind.REPEAT:
            return True
        self.notice.remark("The key is held: one order went, no more. Let go, then press it again.")
        return False
