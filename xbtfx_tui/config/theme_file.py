"""The theme that was chosen in the palette, kept between runs: one name, mode 0600. Never raises.

Whether there is such a theme is the screen's to know; what the config file names wins over it.
"""

import logging
import re
from pathlib import Path

from xbtfx_tui.config.atomic_file import write_kept

_log = logging.getLogger(__name__)
_LONGEST = 64
_NAME = re.compile(r"[a-z0-9][a-z0-9-]*")


def load_theme(path: Path) -> str | None:
    """The kept name; None where there is none, or what is there is no name."""
    try:
        with path.open("rb") as file:
            text = file.read(_LONGEST + 1).decode(errors="replace").strip()
    except FileNotFoundError:
        return None
    except OSError as error:
        _log.warning("The theme that was chosen can't be read: %s", error)
        return None
    return text if len(text) <= _LONGEST and _NAME.fullmatch(text) else None


def save_theme(path: Path, name: str) -> None:
    """Keep the name; where it can't be written it holds for this run alone, and that is logged."""
    try:
        write_kept(path, f"{name}\n".encode(), is_synced=False)
    except OSError as error:
        _log.warning("The theme that was chosen can't be kept: %s", error)
