"""What MetaTrader 5 exports from its symbols' window: tabs, and times of the server's clock. Pure."""

from collections.abc import Sequence

from xbtfx_tui.archive.importing.file_forms import FaceTime, FileForm, FileRefusedError, dated

KIND = "mt5"
HEAD = ("<DATE>", "<TIME>", "<OPEN>", "<HIGH>", "<LOW>", "<CLOSE>", "<TICKVOL>", "<VOL>", "<SPREAD>")


def mt5_form(first: str) -> FileForm | None:
    """The form of a file that begins with this line; None for another kind. Raises FileRefusedError."""
    names = first.upper().split("\t") if "\t" in first else first.upper().split(",")
    names = [name.strip() for name in names]
    if names[0] != "<DATE>":
        return None
    if "<BID>" in names or "<ASK>" in names:
        raise FileRefusedError("It holds ticks, not candles: export bars from MetaTrader, of M1, H1 or D1.")
    try:
        opened, high, low, close = (names.index(f"<{name}>") for name in ("OPEN", "HIGH", "LOW", "CLOSE"))
    except ValueError:
        raise FileRefusedError(
            "Its first line is MetaTrader's, but without <OPEN>, <HIGH>, <LOW>, <CLOSE>."
        ) from None
    ticks = names.index("<TICKVOL>") if "<TICKVOL>" in names else None
    return FileForm(
        kind=KIND,
        separator="\t" if "\t" in first else ",",
        fields=close + 1 if ticks is None else max(close, ticks) + 1,
        columns=(opened, high, low, close),
        ticks=ticks,
        time=_with_time if "<TIME>" in names else _day_alone,
        clock=None,
    )


def _with_time(fields: Sequence[str]) -> FaceTime | None:
    return dated(f"{fields[0]} {fields[1]}")


def _day_alone(fields: Sequence[str]) -> FaceTime | None:
    return dated(fields[0])
