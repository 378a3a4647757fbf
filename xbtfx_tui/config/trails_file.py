"""The trailing stops of an account kept between runs: read at the start, written whole. Never raises.

Both ends touch the disk, and writing waits for it: call them off the event loop.
"""

import logging
from decimal import Decimal
from pathlib import Path

import msgspec

from xbtfx_tui.config.kept_file import read_kept, set_aside, write_kept
from xbtfx_tui.config.paths import StateDir
from xbtfx_tui.domain.plain_text import plain
from xbtfx_tui.domain.sides import Side
from xbtfx_tui.domain.trailing import LARGEST_PIPS, Trail

_log = logging.getLogger(__name__)
_VERSION = 1
MOST_TRAILS = 200
"""An account has 200 open positions at most."""


class _File(msgspec.Struct):
    version: int
    trails: list[msgspec.Raw]


class _Row(msgspec.Struct):
    """One trail in the file's words, which never change: what an earlier version wrote must be read."""

    ticket: int
    symbol: str
    side: str
    distance_pips: Decimal


class KeptTrails(msgspec.Struct, frozen=True):
    """The trails of the last run, and what could not be read of them as a sentence or two; None where all
    was."""

    trails: tuple[Trail, ...] = ()
    trouble: str | None = None


def trails_path(state: StateDir, login: int) -> Path:
    """Where the trailing stops of this account are kept."""
    return state.root / f"trails-{login}.json"


def load_trails(path: Path) -> KeptTrails:
    """The kept trails; none where there is no file. One that can't be read, in whole or in part, is renamed
    and kept."""
    try:
        trails, lost = _decoded(read_kept(path))
    except FileNotFoundError:
        return KeptTrails()
    except (OSError, ValueError, RecursionError, msgspec.MsgspecError) as error:
        why = (error.strerror if isinstance(error, OSError) else None) or str(error)
        _log.warning("The kept trailing stops can't be read: %s", why)
        told = f"The kept trailing stops can't be read ({plain(why)}), so none is taken up."
        return KeptTrails((), f"{told} {set_aside(path)}")
    if not lost:
        return KeptTrails(trails)
    told = f"Of the kept trailing stops, {lost} can't be read and will not trail. {set_aside(path)}"
    if trails and (problem := save_trails(path, trails)) is not None:
        told = f"{told} {problem}"
    return KeptTrails(trails, told)


def save_trails(path: Path, trails: tuple[Trail, ...]) -> str | None:
    """Write the trails; what went wrong as a sentence, None where nothing did."""
    rows = [_Row(one.ticket, one.symbol, one.side.value, one.distance_pips) for one in trails]
    try:
        write_kept(path, msgspec.json.format(msgspec.json.encode({"version": _VERSION, "trails": rows})))
    except OSError as error:
        _log.warning("The trailing stops can't be kept: %s", error)
        return f"The trailing stops can't be kept for the next run: {plain(error.strerror or str(error))}."
    return None


class TrailsFiles:
    """The files of all accounts in one directory, as managing.trail_keeper asks for them."""

    def __init__(self, state: StateDir) -> None:
        self._state = state

    def load(self, login: int) -> tuple[tuple[Trail, ...], str | None]:
        kept = load_trails(trails_path(self._state, login))
        return kept.trails, kept.trouble

    def save(self, login: int, trails: tuple[Trail, ...]) -> str | None:
        return save_trails(trails_path(self._state, login), trails)


def _decoded(content: bytes) -> tuple[tuple[Trail, ...], int]:
    """The trails, and how many can't be read. Raises ValueError, MsgspecError where none can."""
    file = msgspec.json.decode(content, type=_File)
    if file.version != _VERSION:
        raise ValueError(f"it is of version {file.version}, and this program reads version {_VERSION}")
    trails: dict[int, Trail] = {}
    lost = 0
    for raw in file.trails:
        trail = _trail(raw)
        if trail is None or trail.ticket in trails or len(trails) >= MOST_TRAILS:
            lost += 1
        else:
            trails[trail.ticket] = trail
    return tuple(trails.values()), lost


def _trail(raw: msgspec.Raw) -> Trail | None:
    try:
        row = msgspec.json.decode(raw, type=_Row)
        side = Side(row.side)
    except (msgspec.MsgspecError, ValueError, ArithmeticError) as error:
        _log.warning("A kept trailing stop can't be read: %s", error)
        return None
    pips = row.distance_pips
    if row.ticket <= 0 or not row.symbol or not pips.is_finite() or not 0 < pips <= LARGEST_PIPS:
        _log.warning("A kept trailing stop makes no sense.")
        return None
    return Trail(row.ticket, row.symbol, side, pips)
