"""A light terminal of cells, and the fewest bytes from one picture of it to the next. Draws nothing.

Written apart from the program's own driver, so that neither can hide the other's mistake. It knows text,
colours and attributes, and moves to a place or to the right: what the program and Textual write.
"""

import re
from dataclasses import dataclass

from rich.cells import get_character_cell_size

_TOKEN = re.compile(
    r"(?P<text>[^\x00-\x1f\x7f]+)"
    r"|\x1b\[(?P<sgr>[0-9;]*)m"
    r"|\x1b\[(?P<place>[0-9;]*)H"
    r"|\x1b\[(?P<right>[0-9]*)C"
    r"|(?P<line>\r?\n)"
    r"|\x1b\].*?(?:\x07|\x1b\\)|\x1b\[[^@-~]*[@-~]|\x1b.|[\x00-\x1f\x7f]",
    re.DOTALL,
)
_UNFINISHED = re.compile(r"\x1b(?:\[[^@-~]*)?$")
_OFF = {"1": "22", "2": "22", "3": "23", "4": "24", "5": "25", "7": "27", "9": "29"}


@dataclass(frozen=True, slots=True)
class Look:
    """A cell's attributes and colours, as SGR codes; '' is the terminal's own."""

    flags: frozenset[str] = frozenset()
    ink: str = ""
    paper: str = ""


PLAIN = Look()


def changed_look(look: Look, codes: str) -> Look:
    """The look after ESC [ codes m."""
    flags, ink, paper = set(look.flags), look.ink, look.paper
    parts = (codes or "0").split(";")
    at = 0
    while at < len(parts):
        code = parts[at]
        length = 1
        if code in ("38", "48"):
            length = 5 if parts[at + 1 : at + 2] == ["2"] else 3
            colour = ";".join(parts[at : at + length])
            ink, paper = (colour, paper) if code == "38" else (ink, colour)
        elif code in ("", "0"):
            flags, ink, paper = set(), "", ""
        elif code in _OFF:
            flags.add(code)
        elif code in _OFF.values():
            flags -= {flag for flag, off in _OFF.items() if off == code}
        elif code == "39" or code[:-1] in ("3", "9"):
            ink = "" if code == "39" else code
        elif code == "49" or code[:-1] in ("4", "10"):
            paper = "" if code == "49" else code
        at += length
    return Look(frozenset(flags), ink, paper)


def look_bytes(old: Look | None, new: Look) -> int:
    """The length of the shortest sequence from one look to another; None = not known."""
    if old == new:
        return 0
    whole = [*sorted(new.flags), *filter(None, (new.ink, new.paper))]
    anew = len("\x1b[0;" + ";".join(whole) + "m") if whole else len("\x1b[m")
    if old is None:
        return anew
    gone = {_OFF[flag] for flag in old.flags - new.flags}
    added = new.flags - old.flags | ({"1", "2"} & new.flags if "22" in gone else set())
    steps = [*gone, *added]
    if old.ink != new.ink:
        steps.append(new.ink or "39")
    if old.paper != new.paper:
        steps.append(new.paper or "49")
    return min(anew, len("\x1b[" + ";".join(steps) + "m"))


class Grid:
    """The picture: `chars` and `looks` by row and column. '' is the second half of a wide character."""

    def __init__(self, columns: int, rows: int) -> None:
        self.columns, self.rows = columns, rows
        self.chars = [[" "] * columns for _ in range(rows)]
        self.looks = [[PLAIN] * columns for _ in range(rows)]
        self._look = PLAIN
        self._looks_after: dict[tuple[Look, str], Look] = {}
        self._x = self._y = 0
        self._rest = b""

    def feed(self, data: bytes) -> None:
        """Draw what came; a sequence or character that is cut waits for its rest."""
        data = self._rest + data
        for cut in range(4):
            try:
                text = data[: len(data) - cut].decode()
                break
            except UnicodeDecodeError:
                continue
        else:
            text, cut = data.decode(errors="replace"), 0
        self._rest = data[len(data) - cut :] if cut else b""
        if (unfinished := _UNFINISHED.search(text)) is not None:
            self._rest = text[unfinished.start() :].encode() + self._rest
            text = text[: unfinished.start()]
        for token in _TOKEN.finditer(text):
            self._take(token)

    def _take(self, token: "re.Match[str]") -> None:
        match token.lastgroup:
            case "text":
                self._write(token["text"])
            case "sgr":
                key = self._look, token["sgr"]
                if key not in self._looks_after:
                    self._looks_after[key] = changed_look(*key)
                self._look = self._looks_after[key]
            case "place":
                row, _, column = token["place"].partition(";")
                self._y, self._x = int(row or 1) - 1, int(column or 1) - 1
            case "right":
                self._x += int(token["right"] or 1)
            case "line":
                self._y += 1
                self._x = self._x if token["line"] == "\n" else 0
            case _:
                pass

    def _write(self, text: str) -> None:
        if not 0 <= self._y < self.rows:
            return
        chars, looks = self.chars[self._y], self.looks[self._y]
        for character in text:
            width = 1 if character.isascii() else get_character_cell_size(character)
            for offset in range(width):
                if self._x + offset < self.columns:
                    chars[self._x + offset] = "" if offset else character
                    looks[self._x + offset] = self._look
            self._x += width

    def line(self, row: int) -> str:
        return "".join(self.chars[row])

    def text(self) -> str:
        return "\n".join(map(self.line, range(self.rows)))

    def copied(self) -> "Grid":
        """The picture of now, to compare a later one with."""
        other = Grid(self.columns, self.rows)
        other.chars = [list(row) for row in self.chars]
        other.looks = [list(row) for row in self.looks]
        return other


class FewestBytes:
    """Counts what a writer that knows both pictures needs, frame by frame; cursor and look go on from one
    frame to the next."""

    def __init__(self) -> None:
        self._cursor: tuple[int, int] | None = None
        self._look: Look | None = None

    def between(self, old: Grid, new: Grid) -> int:
        """Bytes from the old picture to the new one."""
        total = 0
        for y in range(new.rows):
            before, after = (old.chars[y], old.looks[y]), (new.chars[y], new.looks[y])
            if before == after:
                continue
            for x in range(new.columns):
                char, look = new.chars[y][x], new.looks[y][x]
                if char and (char, look) != (old.chars[y][x], old.looks[y][x]):
                    total += self._move(x, y, new) + look_bytes(self._look, look) + len(char.encode())
                    self._look = look
                    self._cursor = (x + max(1, get_character_cell_size(char)), y)
        return total

    def _move(self, x: int, y: int, new: Grid) -> int:
        if self._cursor == (x, y):
            return 0
        best = len(f"\x1b[{y + 1};{x + 1}H") if x else len(f"\x1b[{y + 1}H")
        if self._cursor is None or self._cursor[1] != y or self._cursor[0] > x:
            return best
        gap = range(self._cursor[0], x)
        best = min(best, len("\x1b[C") if len(gap) == 1 else len(f"\x1b[{len(gap)}C"))
        if all(new.looks[y][at] == self._look for at in gap):
            best = min(best, sum(len(new.chars[y][at].encode()) for at in gap))
        return best
