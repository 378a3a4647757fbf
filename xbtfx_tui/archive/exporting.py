"""Candles as the lines of a file, MetaTrader 5's or CSV, that `candles import` takes again. Pure."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta, timezone
from enum import Enum

from xbtfx_tui.archive.importing.mt5_form import HEAD
from xbtfx_tui.archive.importing.tradingview_form import OWN_HEAD
from xbtfx_tui.domain.candles import Candle
from xbtfx_tui.domain.day_clock import DayClock


class ExportForm(Enum):
    """How a file of candles is laid out; the value is its word in `--format`."""

    MT5 = "mt5"
    CSV = "csv"


def exported_lines(candles: Iterable[Candle], form: ExportForm, clock: DayClock) -> Iterator[str]:
    """The head and a line for each candle, with the times of the clock: bare in MetaTrader's form, which
    has no place for the zone; with it in CSV."""
    match form:
        case ExportForm.MT5:
            yield "\t".join(HEAD)
            for candle in candles:
                face = datetime.fromtimestamp(candle.start + clock.offset(candle.start), UTC)
                prices = "\t".join(_prices(candle))
                yield f"{face:%Y.%m.%d\t%H:%M:%S}\t{prices}\t{candle.ticks}\t0\t0"
        case ExportForm.CSV:
            yield OWN_HEAD
            for candle in candles:
                yield f"{_iso(candle.start, clock)},{','.join(_prices(candle))},{candle.ticks}"


def is_forming(candle: Candle, now: float) -> bool:
    """Whether the candle is not over yet at `now` (unix seconds)."""
    return candle.start + candle.span > now


def _prices(candle: Candle) -> list[str]:
    return [f"{candle.price(one):f}" for one in (candle.open, candle.high, candle.low, candle.close)]


def _iso(at: int, clock: DayClock) -> str:
    ahead = clock.offset(at)
    text = datetime.fromtimestamp(at, timezone(timedelta(seconds=ahead))).isoformat()
    return text if ahead else text.replace("+00:00", "Z")
