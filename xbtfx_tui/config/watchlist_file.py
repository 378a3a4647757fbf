"""The watchlist kept between runs: read at the start, written whole and at once. Never raises.

The file also holds the list that the settings named when it was written: once the trader changes that, the
settings win again.
"""

import logging
import os
from collections.abc import Sequence
from pathlib import Path

import msgspec

_log = logging.getLogger(__name__)
MOST_SYMBOLS = 1_000


class _Kept(msgspec.Struct):
    symbols: list[str]
    settings: list[str]


def load_watchlist(path: Path, from_settings: Sequence[str]) -> tuple[str, ...] | None:
    """The kept watchlist; None where there is none, it can't be read, or the settings changed since."""
    try:
        kept = msgspec.json.decode(path.read_bytes(), type=_Kept)
    except FileNotFoundError:
        return None
    except (OSError, msgspec.MsgspecError) as error:
        _log.warning("The kept watchlist can't be read: %s", error)
        return None
    if kept.settings != list(from_settings):
        return None
    return tuple(dict.fromkeys(kept.symbols[:MOST_SYMBOLS]))


def save_watchlist(path: Path, symbols: Sequence[str], from_settings: Sequence[str]) -> None:
    """Write the watchlist, mode 0600; what can't be written is logged and lost with this run alone."""
    draft = path.with_suffix(".new")
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(msgspec.json.encode(_Kept(list(symbols), list(from_settings))))
        draft.replace(path)
    except OSError as error:
        _log.warning("The watchlist can't be kept: %s", error)
