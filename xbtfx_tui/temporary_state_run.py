"""A run whose state directory can't be written: what is to be looked at or tried goes on with one of its own,
which goes with the run. Decides nothing about trading: that a live account needs a journal, the wiring says.
"""

import tempfile
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path

from msgspec.structs import replace

from xbtfx_tui.config.file_paths import StateDir, home_dir, shown
from xbtfx_tui.config.settings import Settings

NO_LIVE_RUN = (
    "A live account is not traded on without its journal: name a directory that you can write to, like "
    "XDG_STATE_HOME=/path/to/it xbtfx-tui, or look on with --read-only."
)


def unkept(settings: Settings, error: OSError, until: ExitStack, environ: Mapping[str, str]) -> Settings:
    """The same settings with a directory that is removed when `until` ends, and the sentence that says so.

    Raises OSError where there is no room for that one either.
    """
    scratch = until.enter_context(tempfile.TemporaryDirectory(prefix="xbtfx-tui-unkept-"))
    place = shown(settings.state.root, home_dir(environ))
    why = error.strerror or type(error).__name__
    sentence = (
        f"Nothing is kept of this run: {place}: {why[0].lower()}{why[1:]}. "
        "Log, watchlist, alerts and presets go with it; XDG_STATE_HOME names another place."
    )
    return replace(settings, state=StateDir(Path(scratch)), not_kept=sentence)
