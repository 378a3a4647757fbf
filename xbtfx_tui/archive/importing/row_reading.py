"""A file's text to rows with the times on its clock's face, and what is wrong with a row, by line. Pure."""

import re
from collections.abc import Callable, Iterable, Iterator
from operator import itemgetter

import msgspec

from xbtfx_tui.archive.importing.dukascopy_form import dukascopy_form
from xbtfx_tui.archive.importing.file_blocks import TextBlock
from xbtfx_tui.archive.importing.file_forms import FaceTime, FileForm, FileRefusedError
from xbtfx_tui.archive.importing.histdata_form import histdata_form
from xbtfx_tui.archive.importing.mt5_form import mt5_form
from xbtfx_tui.archive.importing.tradingview_form import tradingview_form
from xbtfx_tui.domain.candles import MOST_DIGITS

FORMS: dict[str, Callable[[str], FileForm | None]] = {
    "mt5": mt5_form,
    "histdata": histdata_form,
    "dukascopy": dukascopy_form,
    "tradingview": tradingview_form,
    "csv": tradingview_form,
}
"""By the word for it in `--format`; `csv` is our own."""

_PRICE = re.compile(r"(\d{1,10})(?:\.(\d{1,24}))?")
_TICKS = re.compile(r"(\d{1,9})(?:\.0*)?")
_MOST_POINTS = 2**62
_SHOWN = 40
_PRICES = 4
_TOO_LARGE = [
    min(10 ** (9 + place), 2**62 // 10 ** (MOST_DIGITS + 1 - place)) for place in range(MOST_DIGITS + 2)
]
"""Whole numbers of a price, by where its point is from the right."""


class PriceRow(msgspec.Struct, frozen=True, gc=False):
    """A good row: its line (from 1), its time, its prices in whole numbers of 10^-`scale`."""

    line: int
    time: FaceTime
    scale: int
    open: int
    high: int
    low: int
    close: int
    ticks: int


class RowProblem(msgspec.Struct, frozen=True):
    """What is wrong with a row, by its line (from 1): a clause."""

    line: int
    words: str


class RowsRead(msgspec.Struct):
    """What a block of text holds: rows as they stand in it, what is wrong, and how many were only filler."""

    form: FileForm
    rows: list[PriceRow]
    problems: list[RowProblem]
    fillers: int = 0


def read_rows(block: TextBlock, wanted: str | None, form: FileForm | None = None) -> RowsRead:
    """All rows of a block. Of the first one, `form` None, the kind is what `wanted` names (a key of FORMS) or
    its first line shows.

    Raises FileRefusedError where that can't be told.
    """
    lines = block.text.splitlines()
    numbered = ((number, line) for number, line in enumerate(lines, block.line) if line.strip())
    if form is None:
        first = next((line.strip() for line in lines if line.strip()), None)
        if first is None:
            raise FileRefusedError("It is empty.")
        form = _form_of(first, wanted)
        if form.has_head:
            next(numbered)
    read = RowsRead(form, [], [])
    _read_into(read, numbered)
    return read


def _form_of(first: str, wanted: str | None) -> FileForm:
    if wanted is not None:
        form = FORMS[wanted](first)
        if form is None:
            raise FileRefusedError(f'It is no file of {wanted}: it begins with "{_short(first)}".')
        return form
    for known in FORMS.values():
        if (form := known(first)) is not None:
            return form
    raise FileRefusedError(
        f'No file of candles that is known begins with "{_short(first)}". Those of MetaTrader 5, HistData, '
        "Dukascopy, TradingView are, and what candles export writes."
    )


def _read_into(read: RowsRead, numbered: Iterable[tuple[int, str]]) -> None:
    form = read.form
    prices_of = itemgetter(*form.columns)
    for number, line in numbered:
        fields = line.split(form.separator)
        if len(fields) >= form.fields and (row := _plain_row(form, number, fields, prices_of)) is not None:
            if form.is_filled and _is_filler(form, row, fields):
                read.fillers += 1
            else:
                read.rows.append(row)
            continue
        fields = [field.strip() for field in fields]
        if len(fields) < form.fields:
            words = f"{len(fields)} fields of {form.fields}: cut, or of another kind"
            read.problems.append(RowProblem(number, words))
            continue
        match _row(form, number, fields):
            case PriceRow() as row if form.is_filled and _is_filler(form, row, fields):
                read.fillers += 1
            case PriceRow() as row:
                read.rows.append(row)
            case words:
                read.problems.append(RowProblem(number, words))


def _plain_row(
    form: FileForm, line: int, fields: list[str], prices_of: Callable[[list[str]], tuple[str, str, str, str]]
) -> PriceRow | None:
    """A good row whose prices all have as many digits, as most are; None for what `_row` has to look at."""
    one, two, three, four = prices_of(fields)
    point = len(one) - one.find(".")
    written = one + two + three + four
    if not 1 < point <= MOST_DIGITS + 1 or written.count(".") != _PRICES:
        return None
    digits = written.replace(".", "")
    if not (digits.isascii() and digits.isdigit()):
        return None
    end = 1 - point
    if not (one[-point:end] == two[-point:end] == three[-point:end] == four[-point:end] == "."):
        return None
    if point in (len(one), len(two), len(three), len(four)):
        return None  # nothing stands before the point
    opened, high = int(one.replace(".", "")), int(two.replace(".", ""))
    low, close = int(three.replace(".", "")), int(four.replace(".", ""))
    if not (0 < low <= opened <= high < _TOO_LARGE[point] and low <= close <= high):
        return None
    time = form.time(fields)
    if time is None:
        return None
    return PriceRow(line, time, point - 1, opened, high, low, close, _ticks(form, fields))


def _row(form: FileForm, line: int, fields: list[str]) -> PriceRow | str:
    time = form.time(fields)
    if time is None:
        return f'"{_short(" ".join(fields[: form.columns[0]]))}" is no time'
    whole: list[tuple[int, str]] = []
    for column in form.columns:
        found = _PRICE.fullmatch(fields[column])
        if found is None:
            return _no_price(fields[column])
        whole.append((int(found[1]), (found[2] or "")))
    scale = max(len(digits) for _, digits in whole)
    if scale > MOST_DIGITS:
        whole = [(units, digits.rstrip("0")) for units, digits in whole]
        scale = max(len(digits) for _, digits in whole)
        if scale > MOST_DIGITS:
            return f"a price has {scale} digits after the point; {MOST_DIGITS} is the most"
    opened, high, low, close = (int(f"{units}{digits:0<{scale}}") for units, digits in whole)
    if min(opened, high, low, close) <= 0:
        return "a price is 0"
    if max(opened, high, low, close) * 10 ** (MOST_DIGITS - scale) >= _MOST_POINTS:
        return "a price is too large"
    if high < max(opened, close, low):
        return f"its high {fields[form.columns[1]]} is below another of its prices"
    if low > min(opened, close):
        return f"its low {fields[form.columns[2]]} is above its open or close"
    return PriceRow(line, time, scale, opened, high, low, close, _ticks(form, fields))


def _no_price(text: str) -> str:
    if re.fullmatch(r"-\d+(?:\.\d+)?", text) is not None:
        return f"the price {_short(text)} is below 0"
    return f'"{_short(text)}" is no price'


def _ticks(form: FileForm, fields: list[str]) -> int:
    """The number of ticks, 0 where what stands there is a volume in parts."""
    found = None if form.ticks is None else _TICKS.fullmatch(fields[form.ticks])
    return 0 if found is None else int(found[1])


def _is_filler(form: FileForm, row: PriceRow, fields: list[str]) -> bool:
    if row.high != row.low or form.volume is None or len(fields) <= form.volume:
        return False
    return re.fullmatch(r"0+(?:\.0*)?", fields[form.volume]) is not None


def _short(text: str) -> str:
    from xbtfx_tui.domain.text_sanitizer import plain

    return plain(text, _SHOWN)


def in_order(rows: list[PriceRow]) -> Iterator[PriceRow]:
    """The rows from the oldest on, where the file has the newest first."""
    is_newest_first = len(rows) > 1 and rows[0].time.seconds > rows[-1].time.seconds
    return reversed(rows) if is_newest_first else iter(rows)
