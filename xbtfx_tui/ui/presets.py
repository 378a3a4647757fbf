"""The order ticket's presets while the terminal runs: looked up by symbol, changed, kept. Sizes nothing."""

from collections.abc import Callable, Mapping

from xbtfx_tui.domain.drafting import form_words
from xbtfx_tui.domain.presets import Preset
from xbtfx_tui.domain.sizing import size_text
from xbtfx_tui.ui.format import clean


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
        return self._save(self._presets) or f"Tickets of {clean(symbol, 32)} begin with {words} from now on."

    def clear(self, symbol: str) -> str:
        """Take it away; a sentence on what is so now."""
        if self._presets.pop(symbol, None) is None:
            return f"There is no preset of {clean(symbol, 32)}."
        return self._save(self._presets) or f"The preset of {clean(symbol, 32)} is gone."
