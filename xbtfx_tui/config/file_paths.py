"""Where the program's files live: the XDG places, read from the environment passed in. Never opens one.

Relative values in XDG_CONFIG_HOME and XDG_STATE_HOME are ignored, as the XDG specification asks.
"""

import shlex
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote

import msgspec

from xbtfx_tui.disk.private_files import make_private

APP = "xbtfx-tui"


class StateDir(msgspec.Struct, frozen=True):
    """The directory of what the program itself writes; each file in it is mode 0600."""

    root: Path

    @property
    def log(self) -> Path:
        return self.root / "xbtfx-tui.log"

    @property
    def watchlist(self) -> Path:
        """The watchlist as the trader last left it."""
        return self.root / "watchlist.json"

    @property
    def layouts(self) -> Path:
        """The layouts of the screen, with the sizes and columns that the trader gave them."""
        return self.root / "layouts.json"

    @property
    def theme(self) -> Path:
        """The theme that was chosen in the palette."""
        return self.root / "theme.txt"

    @property
    def commands(self) -> Path:
        """The lines entered on the command line."""
        return self.root / "commands.txt"

    def presets(self, profile: str | None = None) -> Path:
        """What the order ticket begins with, by symbol: sizes of one account are none of another's."""
        return self.root / ("presets.json" if profile is None else f"presets-{quote(profile, safe='')}.json")

    @property
    def charts(self) -> Path:
        """How charts are set, by symbol."""
        return self.root / "charts.json"

    @property
    def paper_presets(self) -> Path:
        """The same on the paper account, whose sizes are nobody's money."""
        return self.root / "presets.paper.json"

    def create(self) -> None:
        """Make the directory, mode 0700, where it is missing. Raises OSError where it can't be had, also
        where it is another user's."""
        make_private(self.root)


def home_dir(environ: Mapping[str, str]) -> Path:
    """The user's home: HOME where it is an absolute path, else what the system says; the root where it knows
    of none, as of a user without an entry."""
    home = Path(environ.get("HOME", ""))
    if home.is_absolute():
        return home
    try:
        return Path.home()
    except RuntimeError:
        return Path("/")


def config_path(environ: Mapping[str, str]) -> Path:
    """`$XDG_CONFIG_HOME/xbtfx-tui/config.toml`."""
    return _xdg(environ, "XDG_CONFIG_HOME", ".config") / APP / "config.toml"


def state_dir(environ: Mapping[str, str]) -> StateDir:
    """`$XDG_STATE_HOME/xbtfx-tui`."""
    return StateDir(_xdg(environ, "XDG_STATE_HOME", ".local/state") / APP)


def meeting_dirs(environ: Mapping[str, str], user_id: int) -> tuple[Path, ...]:
    """Where all terminals of a user on this machine can meet, whatever state directory each has: the second
    one depends on nothing in the environment, the first one outlasts what cleans /tmp."""
    session = Path(environ.get("XDG_RUNTIME_DIR", ""))
    fixed = Path("/tmp") / f"{APP}-{user_id}"  # noqa: S108 - it is made, and checked to be, the user's own
    return (session / APP, fixed) if session.is_absolute() else (fixed,)


def credentials_path(environ: Mapping[str, str]) -> Path:
    """`~/.xbtfx/credentials`, the place the vendor's own tools read a key from."""
    return home_dir(environ) / ".xbtfx" / "credentials"


def shown(path: Path, home: Path) -> str:
    """The path as a person writes it: under the home directory with a leading `~`."""
    if path.is_relative_to(home) and path != home:
        return f"~/{path.relative_to(home)}"
    return str(path)


def chmod_command(path: Path, home: Path) -> str:
    """The shell command that makes a file readable by its owner alone."""
    text = shown(path, home)
    quoted = f"~/{shlex.quote(text[2:])}" if text.startswith("~/") else shlex.quote(text)
    return f"chmod 600 {quoted}"


def expanded(text: str, home: Path, base: Path) -> Path:
    """A path that a person wrote: `~/` is the home directory, a relative one starts at `base`."""
    if text == "~" or text.startswith("~/"):
        return home / text[2:]
    return base / text


def _xdg(environ: Mapping[str, str], name: str, below_home: str) -> Path:
    given = Path(environ.get(name, ""))
    return given if given.is_absolute() else home_dir(environ) / below_home
