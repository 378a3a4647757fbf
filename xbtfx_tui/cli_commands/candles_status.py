"""What `xbtfx-tui candles status` says: each symbol's minutes and the gaps between them. Changes nothing."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from xbtfx_tui.archive.candle_reader import CandleQuery, read_candles
from xbtfx_tui.cli_commands.candles_importing import kept_symbols
from xbtfx_tui.cli_commands.table_output import NOTHING, aligned
from xbtfx_tui.domain.candles import Candle, Gap, Timeframe
from xbtfx_tui.domain.day_clock import UTC_CLOCK

_ALL = 2**40
_MB = 1_000_000


def status_lines(path: Path) -> Iterator[str]:
    """The archive's lines. Raises DamagedError, OSError, sqlite3.Error."""
    names = kept_symbols(path)
    size = f"{path.name}: {path.stat().st_size / _MB:.1f} MB"
    if not names:
        yield f"{size}, no candle yet."
        return
    yield from aligned("<symbol <first <last minutes hours gaps <longest", [_row(path, one) for one in names])
    yield ""
    yield f"{size}. Times are UTC."


def _row(path: Path, symbol: str) -> list[str]:
    found = _read(path, symbol, Timeframe.MINUTE)
    hours = [one for one in _read(path, symbol, Timeframe.HOUR) if isinstance(one, Candle)]
    minutes = [one for one in found if isinstance(one, Candle)]
    gaps = [one for one in found if isinstance(one, Gap)]
    kept = minutes or hours
    if not kept:
        return [symbol, NOTHING, NOTHING, "0", "0", "0", NOTHING]
    longest = max(gaps, key=lambda gap: gap.end - gap.start, default=None)
    return [
        symbol,
        _when(min(kept[0].start, hours[0].start)),
        _when(max(kept[-1].start, minutes[-1].start if minutes else 0)),
        f"{len(minutes):,}",
        f"{len(hours):,}",
        f"{len(gaps):,}",
        NOTHING if longest is None else f"{_when(longest.start)} to {_when(longest.end)}",
    ]


def _read(path: Path, symbol: str, timeframe: Timeframe) -> tuple[Candle | Gap, ...]:
    return read_candles(path, CandleQuery(symbol, timeframe, _ALL, _ALL), UTC_CLOCK).candles


def _when(at: int) -> str:
    return f"{datetime.fromtimestamp(at, UTC):%Y-%m-%d %H:%M}"
