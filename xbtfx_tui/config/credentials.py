"""Where the API key comes from: the environment, or a file that its owner alone can read. Never writes one.

The order and the file's form are the vendor's own convention: XBTFX_API_KEY, else ~/.xbtfx/credentials.
"""

import os
import re
import stat
from collections.abc import Mapping
from pathlib import Path

from xbtfx_tui.config import setting_types
from xbtfx_tui.config.file_paths import chmod_command, credentials_path, home_dir, shown
from xbtfx_tui.config.setting_types import SettingsError, Sourced, WrongValueError
from xbtfx_tui.domain.api_key import ApiKey

KEY_VARIABLE = "XBTFX_API_KEY"
NO_KEY = (
    "There is no API key. Set XBTFX_API_KEY, or write the line XBTFX_API_KEY=xbtfx_live_... into "
    "~/.xbtfx/credentials and run: chmod 600 ~/.xbtfx/credentials"
)

_LARGEST_BYTES = 64 * 1024
_ASSIGNMENT = re.compile(r"(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)\s*=\s*(.*)")
_QUOTED = re.compile(r"""(["'])(.*?)\1\s*(?:#.*)?""")
_COMMENT = re.compile(r"(?:^|\s)#.*")


def find_key(environ: Mapping[str, str]) -> Sourced[ApiKey] | None:
    """The key from the environment, else from ~/.xbtfx/credentials; None where neither has one.

    Raises SettingsError for a key of the wrong form and for a file that others can read.
    """
    return key_from_variable(environ, KEY_VARIABLE) or key_from_file(
        credentials_path(environ), home_dir(environ), required=False
    )


def key_from_variable(environ: Mapping[str, str], variable: str) -> Sourced[ApiKey] | None:
    """The key in an environment variable; None where it is not set or blank. Raises SettingsError."""
    given = environ.get(variable, "").strip()
    return setting_types.read(given, variable, setting_types.api_key) if given else None


def key_from_file(path: Path, home: Path, *, required: bool) -> Sourced[ApiKey] | None:
    """The key in a credentials file; None where there is no file or no key in it, unless `required`.

    Raises SettingsError, which names the file and, for open permissions, the command that mends it.
    """
    file = shown(path, home)
    try:
        with path.open("rb") as opened:
            mode = stat.S_IMODE(os.fstat(opened.fileno()).st_mode)
            raw = opened.read(_LARGEST_BYTES)
    except (FileNotFoundError, NotADirectoryError):
        if required:
            raise SettingsError(f"There is no key file at {file}.") from None
        return None
    except OSError as error:
        raise SettingsError(f"The key file {file} can't be read: {error.strerror}.") from None
    if mode & 0o077:
        raise SettingsError(
            f"Others on this machine can read {file}, which holds your API key."
            f" Close it with: {chmod_command(path, home)}"
        )
    given = parse_credentials(raw.decode(errors="replace"))
    if given:
        return setting_types.read(given, f"{KEY_VARIABLE} in {file}", setting_types.api_key)
    if required:
        raise SettingsError(f"{file} has no key; it takes a line like {KEY_VARIABLE}=xbtfx_live_...")
    return None


def parse_credentials(text: str) -> str | None:
    """The value of XBTFX_API_KEY in a credentials file's text; the last one, as a shell would take it.

    Comments, blank lines, quotes, an `export` in front and other names are all fine. None where the name
    is not there or has no value.
    """
    value: str | None = None
    for line in text.removeprefix("\ufeff").splitlines():
        match = _ASSIGNMENT.fullmatch(line.strip())
        if match is None or match[1] != KEY_VARIABLE:
            continue
        quoted = _QUOTED.fullmatch(match[2])
        value = quoted[2] if quoted else _COMMENT.sub("", match[2])
        value = value.strip()
    return value or None


def key_problem(text: str) -> str | None:
    """What is wrong with a typed key, as a sentence that shows its prefix at most; None where it is right."""
    try:
        setting_types.api_key(text)
    except WrongValueError as wrong:
        return f"This {wrong}."
    return None
