"""The trailing stops of an account kept between runs: read at the start, written whole. Never raises.

Both ends touch the disk, and writing waits for it: call them off the event loop.
"""

import logging
from decimal import Decimal
from pathlib import Path
from typing import TypeAlias

import msgspec

from xbtfx_tui.config.atomic_file import read_kept, set_aside, write_kept
from xbtfx_tui.config.file_paths import StateDir
from xbtfx_tui.domain.sides import Side
from xbtfx_tui.domain.text_sanitizer import plain
from xbtfx_tui.domain.trailing_stop import LARGEST_PIPS, KeptTrails, KnownStop, TrailingStop

_log = logging.getLogger(__name__)
_VERSION = 1
_YEAR_10000 = 253_402_300_800.0
LARGEST_PRICE = Decimal("1e15")
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
    stop: msgspec.Raw | msgspec.UnsetType = msgspec.UNSET
    """Where its sl was known to stand; earlier versions kept none."""


class _Stop(msgspec.Struct):
    """`sl` null: there was none. `known_at` is unix time."""

    sl: Decimal | None
    known_at: float


class _Read(msgspec.Struct, frozen=True):
    """What a file holds: `lost` trails can't be read, `lost_stops` trails don't tell where their sl stood."""

    kept: KeptTrails
    lost: int
    lost_stops: int


Loaded: TypeAlias = tuple[KeptTrails, str | None]
"""What the last run kept, and what could not be read of it as a sentence or two; None where all was."""


def trails_path(state: StateDir, login: int) -> Path:
    """Where the trailing stops of this account are kept."""
    return state.root / f"trails-{login}.json"


def load_trails(path: Path, *, repairs: bool = True) -> Loaded:
    """The kept trails; none where there is no file. One that can't be read, in whole or in part, is renamed
    and kept, and what could be read written anew; without `repairs` it is left as it is."""
    try:
        read = _decoded(read_kept(path))
    except FileNotFoundError:
        return KeptTrails(), None
    except (OSError, ValueError, RecursionError, msgspec.MsgspecError) as error:
        why = (error.strerror if isinstance(error, OSError) else None) or str(error)
        _log.warning("The kept trailing stops can't be read: %s", why)
        told = f"The kept trailing stops can't be read ({plain(why)}), so none is taken up."
        return KeptTrails(), f"{told} {set_aside(path)}" if repairs else told
    if not read.lost and not read.lost_stops:
        return read.kept, None
    if not repairs:
        return read.kept, _lost_words(read)
    told = f"{_lost_words(read)} {set_aside(path)}"
    if read.kept.trails and (problem := save_trails(path, read.kept)) is not None:
        told = f"{told} {problem}"
    return read.kept, told


def _lost_words(read: _Read) -> str:
    sentences = []
    if read.lost:
        sentences.append(f"Of the kept trailing stops, {read.lost} can't be read and will not trail.")
    if read.lost_stops:
        sentences.append(
            f"Of the kept trailing stops, {read.lost_stops} can't be read as to where the sl last stood: "
            "the list of positions alone tells it."
        )
    return " ".join(sentences)


def save_trails(path: Path, kept: KeptTrails) -> str | None:
    """Write the trails; what went wrong as a sentence, None where nothing did."""
    rows = [_row(one, kept.stops.get(one.ticket)) for one in kept.trails]
    try:
        write_kept(path, msgspec.json.format(msgspec.json.encode({"version": _VERSION, "trails": rows})))
    except OSError as error:
        _log.warning("The trailing stops can't be kept: %s", error)
        return f"The trailing stops can't be kept for the next run: {plain(error.strerror or str(error))}."
    return None


class TrailsFiles:
    """The files of all accounts in one directory, as automation.trailing_service asks for them."""

    def __init__(self, state: StateDir) -> None:
        self._state = state

    def load(self, login: int, *, repairs: bool) -> Loaded:
        return load_trails(trails_path(self._state, login), repairs=repairs)

    def save(self, login: int, kept: KeptTrails) -> str | None:
        return save_trails(trails_path(self._state, login), kept)


def _row(trail: TrailingStop, stop: KnownStop | None) -> dict[str, object]:
    row = _Row(trail.ticket, trail.symbol, trail.side.value, trail.distance_pips)
    written: dict[str, object] = msgspec.to_builtins(row, builtin_types=(Decimal,))
    return written if stop is None else written | {"stop": _Stop(stop.sl, stop.known_at)}


def _decoded(content: bytes) -> _Read:
    """What the file holds. Raises ValueError, MsgspecError where nothing of it can be read."""
    file = msgspec.json.decode(content, type=_File)
    if file.version != _VERSION:
        raise ValueError(f"it is of version {file.version}, and this program reads version {_VERSION}")
    trails: dict[int, TrailingStop] = {}
    stops: dict[int, KnownStop] = {}
    lost = lost_stops = 0
    for raw in file.trails:
        row = _readable(raw)
        trail = None if row is None else _trail(row)
        if row is None or trail is None or trail.ticket in trails or len(trails) >= MOST_TRAILS:
            lost += 1
            continue
        trails[trail.ticket] = trail
        if isinstance(row.stop, msgspec.UnsetType):
            continue
        if (stop := _stop(row.stop)) is None:
            lost_stops += 1
        else:
            stops[trail.ticket] = stop
    return _Read(KeptTrails(tuple(trails.values()), stops), lost, lost_stops)


def _readable(raw: msgspec.Raw) -> _Row | None:
    try:
        return msgspec.json.decode(raw, type=_Row)
    except (msgspec.MsgspecError, ValueError, ArithmeticError) as error:
        _log.warning("A kept trailing stop can't be read: %s", error)
        return None


def _stop(raw: msgspec.Raw) -> KnownStop | None:
    try:
        stop = msgspec.json.decode(raw, type=_Stop)
    except (msgspec.MsgspecError, ValueError, ArithmeticError) as error:
        _log.warning("Where a trailing stop's sl stood can't be read: %s", error)
        return None
    makes_sense = stop.sl is None or (stop.sl.is_finite() and stop.sl != 0 and abs(stop.sl) < LARGEST_PRICE)
    if not makes_sense or not 0 <= stop.known_at < _YEAR_10000:
        _log.warning("Where a trailing stop's sl stood makes no sense.")
        return None
    return KnownStop(stop.sl, stop.known_at)


def _trail(row: _Row) -> TrailingStop | None:
    try:
        side = Side(row.side)
    except ValueError as error:
        _log.warning("A kept trailing stop can't be read: %s", error)
        return None
    pips = row.distance_pips
    if row.ticket <= 0 or not row.symbol or not pips.is_finite() or not 0 < pips <= LARGEST_PIPS:
        _log.warning("A kept trailing stop makes no sense.")
        return None
    return TrailingStop(row.ticket, row.symbol, side, pips)
