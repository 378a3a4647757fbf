"""The order ticket's presets while the terminal runs: looked up by symbol, changed, kept. Sizes nothing."""

from collections.abc import Callable, Mapping

from xbtfx_tui.domain.action_results import NotDone
from xbtfx_tui.domain.position_sizing import size_text
from xbtfx_tui.domain.ticket_presets import Preset
from xbtfx_tui.domain.typed_order import form_words
from xbtfx_tui.ui.figure_format import clean


class Presets:
    """`save` is given all of them at each change and says, as a sentence, what kept it from keeping them."""

    def __init__(
        self, presets: Mapping[str, Preset], save: Callable[[Mapping[str, Preset]], str | None]
    ) -> None:
        self._presets = dict(presets)
        self._save = save

    def of(self, symbol: str) -> Preset | None:
        """What this symbol's ticket begins with; None where nothing is set."""
        return self._presets.get(symbol)

    def keep(self, symbol: str, preset: Preset) -> str:
        """Set it; a sentence on what is so now."""
        self._presets[symbol] = preset
        stops = [
            f"{name}={form_words(form)}" for name, form in (("sl", preset.sl), ("tp", preset.tp)) if form
        ]
        words = " ".join([size_text(preset.size), *stops])
        return self._unsaved() or f"Tickets of {clean(symbol, 32)} begin with {words} from now on."

    def clear(self, symbol: str) -> str:
        """Take it away; a sentence on what is so now."""
        if self._presets.pop(symbol, None) is None:
            return NotDone(f"There is no preset of {clean(symbol, 32)}.")
        return self._unsaved() or f"The preset of {clean(symbol, 32)} is gone."

    def _unsaved(self) -> NotDone | None:
        problem = self._save(self._presets)
        return None if problem is None else NotDone(problem)
