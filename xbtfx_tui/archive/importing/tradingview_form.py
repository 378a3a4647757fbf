"""What TradingView exports from a chart, and our own CSV, which is the same with a column of ticks. Pure."""

from collections.abc import Sequence

from xbtfx_tui.archive.importing.file_forms import FaceTime, FileForm, FileRefusedError, dated, unix_time

KIND = "tradingview"
OWN_HEAD = "time,open,high,low,close,ticks"


def tradingview_form(first: str) -> FileForm | None:
    """The form of a file that begins with this line; None for another kind. Raises FileRefusedError.

    A time without a zone, as a day is, is one of the clock that `--tz` tells.
    """
    names = [name.strip().lower() for name in first.split(",")]
    if names[0] != "time":
        return None
    if {"ask", "bid"} & set(names):
        raise FileRefusedError("It holds ticks, not candles.")
    try:
        opened, high, low, close = (names.index(name) for name in ("open", "high", "low", "close"))
    except ValueError:
        raise FileRefusedError("Its first line lacks open, high, low or close.") from None
    ticks = next((names.index(name) for name in ("ticks", "volume") if name in names), None)
    return FileForm(
        kind=KIND,
        separator=",",
        fields=max(opened, high, low, close, ticks or 0) + 1,
        columns=(opened, high, low, close),
        ticks=ticks,
        time=_time,
        clock=None,
    )


def _time(fields: Sequence[str]) -> FaceTime | None:
    return unix_time(fields[0]) or dated(fields[0])
