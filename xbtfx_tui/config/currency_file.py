"""What the trader answered when asked for an account's currency, kept between runs: a file an account.

An account is known by its server and its login: another server's login of the same number is another account.
Both ends touch the disk, and writing waits for it: call them off the event loop. Never raises.
"""

import logging
from pathlib import Path
from urllib.parse import quote, urlsplit

import msgspec

from xbtfx_tui.config.atomic_file import read_kept, set_aside, write_kept
from xbtfx_tui.config.file_paths import StateDir
from xbtfx_tui.domain.account_currency import KeptAnswer
from xbtfx_tui.domain.currencies import ACCOUNT_CURRENCIES
from xbtfx_tui.domain.text_sanitizer import plain

_log = logging.getLogger(__name__)
_VERSION = 1


class _File(msgspec.Struct):
    """`currency` None: the trader was asked and did not say."""

    version: int
    currency: str | None


def currency_path(state: StateDir, base_url: str, login: int) -> Path:
    """Where the answer for this account is kept."""
    return state.root / f"currency-{quote(urlsplit(base_url).netloc, safe='')}-{login}.json"


def load_answer(path: Path) -> KeptAnswer | None:
    """The kept answer; None where the trader was not asked yet. A file that can't be read is renamed, and
    it is asked again."""
    try:
        return _decoded(read_kept(path))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, RecursionError, msgspec.MsgspecError) as error:
        _log.warning("The kept currency can't be read: %s", plain(str(error)))
        _log.warning("%s", set_aside(path))
        return None


def _decoded(content: bytes) -> KeptAnswer:
    """Raises ValueError, MsgspecError."""
    file = msgspec.json.decode(content, type=_File)
    if file.version != _VERSION or file.currency not in (None, *ACCOUNT_CURRENCIES):
        raise ValueError("it is of another version")
    return KeptAnswer(file.currency)


def save_answer(path: Path, currency: str | None) -> str | None:
    """Write the answer; what went wrong as a sentence, None where nothing did."""
    try:
        write_kept(path, msgspec.json.format(msgspec.json.encode(_File(_VERSION, currency))))
    except OSError as error:
        _log.warning("The currency can't be kept: %s", error)
        return f"The currency can't be kept for the next run: {plain(error.strerror or str(error))}."
    return None


class CurrencyFiles:
    """The answers for the accounts of one server, as automation.currency_service asks for them."""

    def __init__(self, state: StateDir, base_url: str) -> None:
        self._state = state
        self._base_url = base_url

    def load(self, login: int) -> KeptAnswer | None:
        return load_answer(currency_path(self._state, self._base_url, login))

    def save(self, login: int, currency: str | None) -> str | None:
        return save_answer(currency_path(self._state, self._base_url, login), currency)
