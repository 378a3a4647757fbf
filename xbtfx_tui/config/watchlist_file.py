"""The watchlist's groups kept between runs: read at the start, written whole and at once. Never raises.

The file also holds the list that the settings named when it was written: once the trader changes that, the
settings win again, for the group Main; other groups stay. A file of before there were groups is one list,
and is read as the group Main. Several terminals may write one file: each writes the groups that it changed
itself, and leaves the others as they stand there by then.
"""

import contextlib
import logging
from collections.abc import Sequence
from pathlib import Path

import msgspec

from xbtfx_tui.config.atomic_file import write_kept
from xbtfx_tui.domain.watchlists import FIRST_GROUP, Watchlists, watchlists

_log = logging.getLogger(__name__)


class _Group(msgspec.Struct):
    name: str
    symbols: list[str]


class _Kept(msgspec.Struct):
    groups: list[_Group]
    active: int
    settings: list[str]


class _KeptBefore(msgspec.Struct):
    symbols: list[str]
    settings: list[str]


def load_watchlists(path: Path, from_settings: Sequence[str]) -> Watchlists | None:
    """The kept groups; None where there are none or they can't be read.

    A file that can't be read is kept aside as `watchlist.json.broken`, so that the next change to the
    watchlist does not write over it.
    """
    try:
        kept = _decoded(path.read_bytes())
    except FileNotFoundError:
        return None
    except (OSError, msgspec.MsgspecError, RecursionError) as error:
        _log.warning("The kept watchlist can't be read: %s", error)
        with contextlib.suppress(OSError):
            path.replace(path.with_name(f"{path.name}.broken"))
        return None
    groups = [(group.name, group.symbols) for group in kept.groups]
    if kept.settings == list(from_settings):
        return watchlists(groups, kept.active)
    others = [(name, symbols) for name, symbols in groups if name.casefold() != FIRST_GROUP.casefold()]
    return watchlists([(FIRST_GROUP, from_settings), *others])


def _decoded(content: bytes) -> _Kept:
    """Raises MsgspecError where it is neither form."""
    try:
        return msgspec.json.decode(content, type=_Kept)
    except msgspec.ValidationError:
        before = msgspec.json.decode(content, type=_KeptBefore)
        return _Kept([_Group(FIRST_GROUP, before.symbols)], 0, before.settings)


def save_watchlists(path: Path, lists: Watchlists, from_settings: Sequence[str]) -> None:
    """Write the groups, mode 0600; what can't be written is logged and lost with this run alone."""
    groups = [_Group(group.name, list(group.symbols)) for group in lists.groups]
    try:
        write_kept(
            path, msgspec.json.encode(_Kept(groups, lists.active, list(from_settings))), is_synced=False
        )
    except OSError as error:
        _log.warning("The watchlist can't be kept: %s", error)


class WatchlistFile:
    """The file during a run; `lists` is what it held at the start, None where there was nothing to read."""

    def __init__(self, path: Path, from_settings: Sequence[str]) -> None:
        self._path = path
        self._from_settings = from_settings
        self.lists = load_watchlists(path, from_settings)
        self._known = {} if self.lists is None else _by_name(self.lists)

    def save(self, lists: Watchlists) -> None:
        """Keep what changed since the start or the last time."""
        own = _by_name(lists)
        by_now = load_watchlists(self._path, self._from_settings)
        theirs = self._known if by_now is None else _by_name(by_now)
        merged = {
            name: theirs.get(name, symbols) if self._known.get(name) == symbols else symbols
            for name, symbols in own.items()
        }
        added = {name: symbols for name, symbols in theirs.items() if name not in self._known | own}
        self._known = own
        together = watchlists(list((merged | added).items()), lists.active)
        save_watchlists(self._path, together, self._from_settings)


def _by_name(lists: Watchlists) -> dict[str, tuple[str, ...]]:
    return {group.name: group.symbols for group in lists.groups}
