"""The presets of the order ticket kept between runs: as typed, by symbol. Never raises.

A line of it that makes no sense is left out and logged; the others hold. Several terminals may write one
file: each writes what it changed itself into what stands there by then.
"""

import logging
from collections.abc import Mapping
from pathlib import Path

import msgspec

from xbtfx_tui.config.atomic_file import set_aside, write_kept
from xbtfx_tui.domain.position_sizing import BadSize, parse_size, size_text
from xbtfx_tui.domain.stop_input import AtPrice, BadStopForm, form_text, parse_stop_form
from xbtfx_tui.domain.ticket_presets import Preset

_log = logging.getLogger(__name__)
MOST_PRESETS = 1_000


class _Kept(msgspec.Struct):
    size: str
    sl: str = ""
    tp: str = ""


def load_presets(path: Path) -> dict[str, Preset]:
    """The presets by symbol; none where there is no file or it can't be read. One that can't is set aside, so
    that the next preset is not written over all of them."""
    try:
        kept = msgspec.json.decode(path.read_bytes(), type=dict[str, _Kept])
    except FileNotFoundError:
        return {}
    except (OSError, msgspec.MsgspecError, RecursionError) as error:
        _log.warning("The presets can't be read: %s. %s", error, set_aside(path))
        return {}
    presets: dict[str, Preset] = {}
    for symbol, row in list(kept.items())[:MOST_PRESETS]:
        size, sl, tp = parse_size(row.size), parse_stop_form(row.sl), parse_stop_form(row.tp)
        below_zero = any(isinstance(form, AtPrice) and form.price < 0 for form in (sl, tp))
        if (
            isinstance(size, BadSize)
            or isinstance(sl, BadStopForm)
            or isinstance(tp, BadStopForm)
            or below_zero
        ):
            _log.warning("The preset of a symbol makes no sense and is left out.")
            continue
        presets[symbol] = Preset(size, sl, tp)
    return presets


def save_presets(path: Path, presets: Mapping[str, Preset]) -> str | None:
    """Write them, mode 0600, whole and at once; a sentence where that could not be."""
    kept = {
        symbol: _Kept(
            size_text(preset.size),
            form_text(preset.sl) if preset.sl is not None else "",
            form_text(preset.tp) if preset.tp is not None else "",
        )
        for symbol, preset in presets.items()
    }
    try:
        write_kept(path, msgspec.json.encode(kept), is_synced=False)
    except OSError as error:
        _log.warning("The presets can't be kept: %s", error)
        return f"The preset holds for this run alone: it can't be written ({error.strerror})."
    return None


class PresetsFile:
    """The file during a run; `presets` are those that it held at the start."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.presets: Mapping[str, Preset] = load_presets(path)
        self._known = self.presets

    def save(self, presets: Mapping[str, Preset]) -> str | None:
        """Keep what changed since the start or the last time; a sentence where that could not be."""
        kept = load_presets(self._path)
        if not self._path.is_file():  # it is gone, or was set aside: this run knows what it held
            kept = dict(self._known)
        for symbol in self._known.keys() - presets.keys():
            kept.pop(symbol, None)
        kept |= {symbol: one for symbol, one in presets.items() if self._known.get(symbol) != one}
        self._known = dict(presets)
        return save_presets(self._path, kept)
