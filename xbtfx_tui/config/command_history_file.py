"""The lines of the command line kept between runs: one a line, oldest first, mode 0600. Never raises.

What stands in the file may be anybody's: what is no command line is left out, the newest 200 are kept.
"""

import logging
import os
from collections.abc import Iterable, Sequence
from pathlib import Path

from xbtfx_tui.config.atomic_file import write_kept

_log = logging.getLogger(__name__)
MOST_LINES = 200
LONGEST_LINE = 500
_MOST_BYTES = 4 * MOST_LINES * LONGEST_LINE


def load_history(path: Path) -> tuple[str, ...]:
    """The kept lines, oldest first; none where there is no file or it can't be read."""
    try:
        with path.open("rb") as file:
            size = file.seek(0, os.SEEK_END)
            file.seek(max(0, size - _MOST_BYTES))
            text = file.read(_MOST_BYTES).decode(errors="replace")
    except FileNotFoundError:
        return ()
    except OSError as error:
        _log.warning("The history of the command line can't be read: %s", error)
        return ()
    return _kept(text.splitlines())


def save_history(path: Path, lines: Sequence[str]) -> None:
    """Write the lines, mode 0600, all or nothing; what can't be written is logged and lost with this run.

    The newest goes behind what stands in the file by now, where another terminal may have added to it.
    """
    if kept := load_history(path):
        lines = [*(line for line in kept if line not in lines[-1:]), *lines[-1:]]
    try:
        write_kept(
            path, "".join(f"{line}\n" for line in _kept(lines)).encode(errors="replace"), is_synced=False
        )
    except OSError as error:
        _log.warning("The history of the command line can't be kept: %s", error)


def _kept(lines: Iterable[str]) -> tuple[str, ...]:
    whole = (line.strip() for line in lines)
    good = [line for line in whole if line and line.isprintable() and len(line) <= LONGEST_LINE]
    return tuple(good[-MOST_LINES:])
