"""The screen as a judge reads it: what it claims of its prices, which positions it shows. Judges nothing."""

import re
from dataclasses import dataclass

from tests.benchmarks.screen import Grid

_FEED = re.compile(r"[●○✗] [^#\n]*?(?=  |$)")
_CLOCK = re.compile(r"\d\d:\d\d(?::\d\d)? UTC")
_QUOTE = re.compile(
    r"^(?P<symbol>[A-Z][A-Za-z0-9.]*) +(?:[▲▼] +)?(?P<bid>\d+\.\d+) +(?P<ask>\d+\.\d+) +(?P<spread>-?\d+)"
    r" +(?P<day>~?[+-]?\d+\.\d+|–)(?: +(?P<age>\d+[smhd]))?(?= |│|$)"
)
_POSITION = re.compile(r"^(?P<ticket>\d{3,}) +(?P<symbol>\S+) +(?:buy|sell) +(?P<lots>\d+\.\d+)")
_TAB = re.compile(r"4 Pos\w* (?P<count>\d+)")
_DIALOG = ("escape", "╭")
"""Every dialog says what escape does, and has a round frame; no pane does."""
LIVE = "● live"
_UNIT_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86_400}


@dataclass(frozen=True, slots=True)
class QuoteRow:
    """A row of the quotes. `dimmed` None: colours can't be judged; `age` in seconds as written, or None."""

    symbol: str
    bid: str
    dimmed: bool | None
    age: int | None


@dataclass(frozen=True, slots=True)
class Shown:
    """`feed` is what the top line says of the stream, '' where it has no room for it."""

    feed: str
    is_locked: bool
    has_dialog: bool
    rows: tuple[QuoteRow, ...]

    @property
    def is_live(self) -> bool:
        """Whether it says that prices come in, without a word against it."""
        return self.feed == LIVE


def read_screen(grid: Grid) -> Shown:
    """What the picture says now."""
    top = grid.line(0)
    feed, clock = _FEED.search(top), _CLOCK.search(top)
    text = grid.text()
    has_dialog = any(sign in text for sign in _DIALOG)
    muted = grid.looks[0][clock.start()].ink if clock and not has_dialog else None
    rows = () if has_dialog else tuple(_rows(grid, muted))
    is_locked = " LOCKED " in top or " CLOSE ONLY " in top
    return Shown(feed.group().strip() if feed else "", is_locked, has_dialog, rows)


def _rows(grid: Grid, muted: str | None) -> list[QuoteRow]:
    """The clock is always written in the colour of a stale price: it tells what that is in any theme."""
    rows = []
    for number in range(1, grid.rows):
        if (found := _QUOTE.match(grid.line(number))) is None:
            continue
        inks = {look.ink for look in grid.looks[number][found.start("bid") : found.end("bid")]}
        age = found["age"]
        rows.append(
            QuoteRow(
                found["symbol"],
                found["bid"],
                None if muted is None else inks == {muted},
                None if age is None else int(age[:-1]) * _UNIT_SECONDS[age[-1]],
            )
        )
    return rows


def positions_on(grid: Grid) -> dict[int, str]:
    """Lots by ticket, of the Positions pane's rows in sight."""
    found = (_POSITION.match(grid.line(number)) for number in range(grid.rows))
    return {int(one["ticket"]): one["lots"] for one in found if one is not None}


def positions_counted(grid: Grid) -> int | None:
    """What the tab says; None where no tab is in sight. A tab without a figure says none."""
    text = grid.text()
    if (found := _TAB.search(text)) is not None:
        return int(found["count"])
    return 0 if re.search(r"4 Pos\w*", text) else None
