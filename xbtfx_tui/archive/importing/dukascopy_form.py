"""What Dukascopy's site, its JForex and dukascopy-node write. Pure.

All fill the time without trading with flat rows of no volume, which are no candles (dukascopy-node #15).
"""

from collections.abc import Sequence

from xbtfx_tui.archive.importing.file_forms import (
    FaceTime,
    FileForm,
    FileRefusedError,
    dated,
    day_first,
    unix_time,
)
from xbtfx_tui.domain.day_clock import UTC_CLOCK, DayClock, day_clock

KIND = "dukascopy"


def dukascopy_form(first: str) -> FileForm | None:
    """The form of a file that begins with this line; None for another kind. Raises FileRefusedError."""
    names = [name.strip().lower() for name in first.split(",")]
    clock: DayClock | None = UTC_CLOCK
    match names[0]:
        case "gmt time" | "time (utc)" | "utc" | "timestamp":
            pass
        case "local time" | "time (local)":
            clock = None
        case "time (eet)" | "eet":
            clock = day_clock("Europe/Athens")
        case _:
            return None
    if {"ask", "bid", "askprice", "bidprice"} & set(names):
        raise FileRefusedError("It holds ticks, not candles: Dukascopy gives candles, too; take the bid's.")
    try:
        opened, high, low, close = (names.index(name) for name in ("open", "high", "low", "close"))
    except ValueError:
        raise FileRefusedError("Its first line lacks open, high, low or close.") from None
    return FileForm(
        kind=KIND,
        separator=",",
        fields=max(opened, high, low, close) + 1,
        columns=(opened, high, low, close),
        ticks=None,
        time=_time,
        clock=clock,
        is_filled=True,
        volume=names.index("volume") if "volume" in names else None,
    )


def _time(fields: Sequence[str]) -> FaceTime | None:
    return unix_time(fields[0]) or day_first(fields[0]) or dated(fields[0])
