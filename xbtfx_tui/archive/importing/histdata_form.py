"""What histdata.com gives: no head, and New York's winter time all year. Pure."""

import re
from collections.abc import Sequence

from xbtfx_tui.archive.importing.file_forms import FaceTime, FileForm, FileRefusedError, ReadTime, dated
from xbtfx_tui.domain.day_clock import day_clock

KIND = "histdata"
_ASCII = re.compile(r"\d{8} \d{6};")
_FOR_MT = re.compile(r"\d{4}\.\d{2}\.\d{2},\d{2}:\d{2},")
_TICKS = re.compile(r"\d{8} \d{9},")


def histdata_form(first: str) -> FileForm | None:
    """The form of a file that begins with this line; None for another kind. Raises FileRefusedError."""
    if _TICKS.match(first) is not None:
        raise FileRefusedError("It holds ticks, not candles: histdata.com has files of M1, too.")
    if _ASCII.match(first) is not None:
        return _form(";", 5, 1, _together)
    if _FOR_MT.match(first) is not None:
        return _form(",", 6, 2, _apart)
    return None


def _form(separator: str, fields: int, opened: int, time: ReadTime) -> FileForm:
    return FileForm(
        kind=KIND,
        separator=separator,
        fields=fields,
        columns=(opened, opened + 1, opened + 2, opened + 3),
        ticks=None,
        time=time,
        clock=day_clock("-05:00"),
        has_head=False,
    )


def _together(fields: Sequence[str]) -> FaceTime | None:
    return dated(fields[0])


def _apart(fields: Sequence[str]) -> FaceTime | None:
    return dated(f"{fields[0]} {fields[1]}")
