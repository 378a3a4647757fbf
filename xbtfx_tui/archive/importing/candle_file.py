"""A file's rows made into candles: on which clock, how long each is, which rows are wrong. Pure.

It knows nothing of what the archive holds; `seen_checks` compares with that.
"""

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from io import BytesIO
from itertools import pairwise
from operator import attrgetter

import msgspec

from xbtfx_tui.archive.importing.file_blocks import BLOCK_BYTES, text_blocks
from xbtfx_tui.archive.importing.file_forms import FileForm, FileRefusedError
from xbtfx_tui.archive.importing.row_reading import (
    PriceRow,
    RowProblem,
    RowsRead,
    in_order,
    read_rows,
)
from xbtfx_tui.domain.candles import Candle, Timeframe, rescaled
from xbtfx_tui.domain.day_clock import UTC_CLOCK, DayClock

MINUTE, HOUR, DAY = Timeframe.MINUTE.value, Timeframe.HOUR.value, Timeframe.DAY.value
_STEPS = {MINUTE: "1 min", HOUR: "1 h", DAY: "1 d"}
_OTHER_STEPS = {300: "5 min", 900: "15 min", 1_800: "30 min", 14_400: "4 h", 604_800: "1 w"}
_RUN = 10
"""So many of another step one after the other are no gaps: files were joined."""

_NAMED_STEP = re.compile(r"(?:^|[_\-, .])(?:([Mm]1|1m)|([Hh]1|1h|60)|([Dd]1|1D|1d))(?:[_\-, .]|$)")
_WEEKEND = 30 * HOUR
_OPENING = range(10 * 60)
"""Within these seconds of midnight a week's first minute may come."""


class CandleFile(msgspec.Struct, frozen=True):
    """What a file, or a block of a long one, came to: candles in order, all of one span (seconds) and one
    scale, imported ones. `clock` is that of its times; None where each row tells its own. `days` is the clock
    by which its days begin. `forming` is how many were left out as not over yet."""

    kind: str
    span: int
    clock: DayClock | None
    days: DayClock
    candles: tuple[Candle, ...]
    problems: tuple[RowProblem, ...]
    fillers: int
    forming: int = 0


class FileWish(msgspec.Struct, frozen=True):
    """How a file is to be read: its `name`, the kind that was told (see FORMS) and the clock of `--tz`, each
    None where it was not; `now` is unix time, `written` that of the file's last change, None where nothing
    tells."""

    name: str
    kind: str | None
    clock: DayClock | None
    now: int
    written: int | None = None


def read_candle_file(
    content: bytes, name: str, wanted: str | None, clock: DayClock | None, now: int
) -> CandleFile:
    """The candles of a short file, all at once; see `read_candle_blocks`."""
    opened, wish = BytesIO(content), FileWish(name, wanted, clock, now)
    return next(read_candle_blocks(opened.read, wish, len(content) + 1))


def read_candle_blocks(
    read: Callable[[int], bytes], wish: FileWish, most: int = BLOCK_BYTES
) -> Iterator[CandleFile]:
    """The candles of a file, block by block; the first block tells what the file is. `read` gives its next
    bytes.

    Raises FileRefusedError where nothing of it can be taken.
    """
    if re.search(r"(?:^|[^A-Za-z])ask(?:[^A-Za-z]|$)", wish.name, re.IGNORECASE) is not None:
        raise FileRefusedError("It is named Ask, and candles here are of the bid: take the bid's file.")
    form: FileForm | None = None
    step: int | None = None
    for block in text_blocks(read, most):
        found = read_rows(block, wish.kind, form)
        if not found.rows and form is None:
            raise FileRefusedError(_nothing_good(found))
        form = found.form
        made = _made(found, wish, step)
        if not made.candles and step is None:
            if not made.problems:
                raise FileRefusedError("Its candle still forms: take the file once it is over.")
            first = made.problems[0]
            raise FileRefusedError(f"None of its rows is good: line {first.line}, {first.words}.")
        step = made.span
        yield made
        del found, made  # the next block needs their room


def _made(read: RowsRead, wish: FileWish, known_step: int | None) -> CandleFile:
    """A block's candles; `known_step` is that of the blocks before it."""
    end = wish.now + DAY  # whatever the rows' clock is
    future = [row for row in read.rows if row.time.seconds > end]
    # Which end of the file is the older one is told by rows that can be.
    rows = list(in_order([row for row in read.rows if row.time.seconds <= end] if future else read.rows))
    step = _first_step(read, rows, future, wish) if known_step is None else _step_again(rows, known_step)
    own = _clock_for(read, rows or future, step, wish.clock)
    problems = list(read.problems)
    days = wish.clock or own or UTC_CLOCK
    told = _candles([*rows, *future], step, _Moments(own), days, wish.now, problems)
    candles = _finished(told, days, wish)
    problems.sort(key=attrgetter("line"))
    forming = len(told) - len(candles)
    return CandleFile(read.form.kind, step, own, days, candles, tuple(problems), read.fillers, forming)


def _nothing_good(read: RowsRead) -> str:
    if read.problems:
        first = read.problems[0]
        return f"None of its rows is good: line {first.line}, {first.words}."
    if read.fillers:
        return "All its rows are flat and without volume: they stand for no trading."
    return "It has a first line and no rows."


# --- how long a candle is ---


def _first_step(read: RowsRead, rows: Sequence[PriceRow], future: Sequence[PriceRow], wish: FileWish) -> int:
    """The step of a file by its first block. Rows of the future tell none; where the others tell none either,
    the first bad row is named, as it may be why."""
    bad = [*read.problems, *(RowProblem(row.line, "its time is in the future") for row in future)]
    try:
        return _step(rows or future, wish.name)
    except FileRefusedError as refused:
        if not bad:
            raise
        first = min(bad, key=attrgetter("line"))
        raise FileRefusedError(f"{refused} Line {first.line} is bad, too: {first.words}.") from None


def _step(rows: Sequence[PriceRow], name: str) -> int:
    """The seconds of a candle: what most rows are apart, or what the file's name says."""
    named = _NAMED_STEP.search(name)
    faces = [row.time.seconds for row in rows]
    apart = [after - before for before, after in pairwise(faces) if after > before]
    if 2 * sum(before == after for before, after in pairwise(faces)) > len(faces):
        raise FileRefusedError("Several of its rows are of one moment: these are ticks, not candles.")
    if not apart:
        if named is None:
            raise FileRefusedError("One row does not tell how long its candle is; name the file ..._M1.csv.")
        return _named(named)
    usual = Counter(apart).most_common(1)[0][0]
    if named is not None and (len(apart) < _RUN or usual not in _STEPS):
        usual = _named(named)
    if usual not in _STEPS:
        # Of a symbol that trades seldom most rows are further apart than its candles are long.
        usual = max((step for step in apart if step in _STEPS and step < usual), default=usual)
    if usual not in _STEPS:
        if usual < MINUTE:
            raise FileRefusedError(f"Its rows are {usual} s apart: these are ticks, or candles too short.")
        words = _OTHER_STEPS.get(usual, f"{usual / 60:g} min")
        raise FileRefusedError(f"Its rows are {words} apart; candles of 1 min, 1 h or 1 d can be taken.")
    if (other := _other_step(apart, usual)) is not None:
        words = (_STEPS | _OTHER_STEPS)[other]
        raise FileRefusedError(f"It mixes candles of {_STEPS[usual]} and {words}: import them one by one.")
    return usual


def _step_again(rows: Sequence[PriceRow], step: int) -> int:
    """The step of a file's first block, held against another of its blocks."""
    apart = [two.time.seconds - one.time.seconds for one, two in pairwise(rows)]
    if (other := _other_step(apart, step)) is not None:
        words = (_STEPS | _OTHER_STEPS)[other]
        raise FileRefusedError(f"It mixes candles of {_STEPS[step]} and {words}: import them one by one.")
    return step


def _named(found: re.Match[str]) -> int:
    return MINUTE if found[1] else HOUR if found[2] else DAY


def _other_step(apart: Sequence[int], usual: int) -> int | None:
    run, last = 0, 0
    for step in apart:
        run = run + 1 if step == last else 1
        last = step
        if run >= _RUN and step != usual and (step in _STEPS or step in _OTHER_STEPS):
            return step
    return None


# --- when a candle begins ---


def _clock_for(
    read: RowsRead, rows: Sequence[PriceRow], step: int, clock: DayClock | None
) -> DayClock | None:
    """The clock of the rows; None where each tells its own. Raises FileRefusedError where nothing does."""
    if all(row.time.ahead is not None for row in rows):
        return None
    if clock is not None:
        return clock
    if read.form.clock is not None:
        return read.form.clock
    guess = guessed_clock([row.time.seconds for row in rows]) if step < DAY else None
    if guess is not None:
        hint = f"Its weeks begin as those of most MT5 servers do: add --tz {guess}"
    else:
        hint = "Add --tz: ny17 is the clock of most MT5 servers; utc, Europe/Athens and +02:00 are others"
    raise FileRefusedError(f"It does not tell of which clock its times are. {hint}.")


def guessed_clock(faces: Sequence[int]) -> str | None:
    """`ny17` where weeks begin on Monday at 00:0x on this clock in summer and in winter; None else.

    `faces` are seconds on the clock's face, in order. The package brokerclock rests on the same.
    """
    from zoneinfo import ZoneInfo  # here: few files need it

    firsts = [after for before, after in pairwise(faces) if after - before >= _WEEKEND]
    if not firsts or any(first // DAY % 7 != 4 or first % DAY not in _OPENING for first in firsts):
        return None
    zone = ZoneInfo("America/New_York")
    shifts = {datetime.fromtimestamp(first, UTC).astimezone(zone).utcoffset() for first in firsts}
    return "ny17" if len(shifts) > 1 else None


class _Moments:
    """Times on a clock's face to moments: none in the hour that summer time skips, two in the doubled one."""

    def __init__(self, clock: DayClock | None) -> None:
        self._clock = clock
        self._offsets: dict[int, tuple[int, ...]] = {}

    def of(self, row: PriceRow) -> tuple[int, ...]:
        """Unix seconds, the earlier first."""
        face = row.time.seconds
        if row.time.ahead is not None:
            return (face - row.time.ahead,)
        if self._clock is None:
            return (face,)
        hour = face // HOUR
        offsets = self._offsets.get(hour)
        if offsets is None:
            around = {self._clock.offset(face - DAY), self._clock.offset(face + DAY)}
            good = [shift for shift in around if self._clock.offset(face - shift) == shift]
            offsets = self._offsets[hour] = tuple(sorted(good, reverse=True))
        return tuple(face - shift for shift in offsets)


def _candles(
    rows: Sequence[PriceRow],
    step: int,
    moments: _Moments,
    days: DayClock,
    now: int,
    problems: list[RowProblem],
) -> tuple[Candle, ...]:
    scale = max((row.scale for row in rows), default=0)
    found: dict[int, Candle] = {}
    last = -1
    for row in rows:
        choices = moments.of(row)
        if not choices:
            problems.append(RowProblem(row.line, "a time in the hour that summer time skips"))
            continue
        start = choices[0]
        if len(choices) > 1 and start <= last:
            start = next((one for one in choices if one > last), start)
        if (off := _off_step(start, step, days)) is not None:
            problems.append(RowProblem(row.line, off))
            continue
        if start > now:
            problems.append(RowProblem(row.line, "its time is in the future"))
            continue
        candle = rescaled(
            Candle(start, step, row.scale, row.open, row.high, row.low, row.close, row.ticks, 0, 0, step),
            scale,
        )
        known = found.setdefault(start, candle)
        if known != candle:
            problems.append(RowProblem(row.line, "its time came before, with other prices"))
        last = start
    return tuple(found[start] for start in sorted(found))


def _finished(candles: tuple[Candle, ...], days: DayClock, wish: FileWish) -> tuple[Candle, ...]:
    """Those that are over. A program that exports writes the one that forms as its last row, and nothing in
    it tells: kept, its prices would stand for good as those of the whole hour or day."""
    until = wish.now
    if candles and wish.written is not None and candles[-1].start <= wish.written:
        until = min(until, wish.written)
    return candles[:-1] if candles and _end(candles[-1], days) > until else candles


def _end(candle: Candle, days: DayClock) -> int:
    return candle.end if candle.span < DAY else days.day(candle.start)[1]


def _off_step(start: int, step: int, days: DayClock) -> str | None:
    """What is wrong with where a candle begins; charts find a day only at midnight of their clock."""
    if step < DAY:
        return f"its time is off the step of {_STEPS[step]}" if start % step else None
    if days.day(start)[0] == start:
        return None
    face = datetime.fromtimestamp(start + days.offset(start), UTC)
    return f"its day begins at {face:%H:%M} ({days.name}), not at midnight: name its clock with --tz"


def nearest(candles: Sequence[Candle], at: int) -> Candle:
    """The candle of one or more, in order, that begins nearest to a moment."""
    place = bisect_left(candles, at, key=attrgetter("start"))
    around = candles[max(0, place - 1) : place + 1]
    return min(around, key=lambda candle: abs(candle.start - at))
