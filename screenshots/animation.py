"""Puts pictures of the terminal, taken one after the other, together to one animated SVG without a script.

A row of cells that stays the same over several pictures is drawn once. It knows nothing of the program.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

ROW_HEIGHT = 24.4
"""The height of a row of cells in the pictures that Textual exports, in their own units."""

_STYLE = re.compile(r"\.(terminal-\d+)-(r\d+) \{ (.*?) \}")
_CELLS = '<g transform="translate(9, 41)"'
"""Where the cells begin: their backgrounds first, then the text."""
_PART = re.compile(
    r'<rect fill="(?P<fill>[^"]+)" x="(?P<left>[\d.]+)" y="(?P<top>[\d.]+)" width="(?P<width>[\d.]+)"[^>]*/>'
    r'|<text [^>]*? y="(?P<base>[\d.]+)"[^>]*>.*?</text>',
    re.DOTALL,
)
_TITLE = re.compile(r'<text class="terminal-\d+-title"[^>]*>(.*?)</text>', re.DOTALL)


@dataclass(frozen=True, slots=True)
class AnimationFrame:
    """One picture as Textual exports it, and how long it stays."""

    svg: str
    seconds: float


@dataclass(frozen=True, slots=True)
class Shown:
    """A piece of the drawing, and the frames that have it: from `first` up to, without, `end`."""

    first: int
    end: int
    markup: str


@dataclass(frozen=True, slots=True)
class Background:
    """Cells of one row that lie beside each other and have one colour, in the picture's own units."""

    fill: str
    left: float
    width: float

    def markup(self, row: int) -> str:
        top = row * ROW_HEIGHT + 1.5
        return (
            f"<rect fill='{self.fill}' x='{self.left:g}' y='{top:g}' width='{self.width:g}' height='24.65'/>"
        )


def animated(frames: Sequence[AnimationFrame]) -> str:
    """One SVG that shows the frames in turn, for ever. At least one frame; all of one size."""
    classes: dict[str, str] = {}
    rows = [_rows(frame.svg, classes) for frame in frames]
    titles = [_title(frame.svg) for frame in frames]
    captions = list(_pieces(titles))
    cells = [piece for row in range(max(map(len, rows))) for piece in _of_row(row, rows)]
    head = _before_the_cells(frames[0].svg)
    spans = sorted({(piece.first, piece.end) for piece in (*captions, *cells)} - {(0, len(frames))})
    styles = [f".{name} {{ {style} }}" for style, name in classes.items()]
    moves = [_keyframes(first, end, frames) for first, end in spans]
    head = head.replace("</style>", "\n".join([*styles, *moves, "</style>"]), 1)
    title, body = ("".join(_group(piece, len(frames)) for piece in part) for part in (captions, cells))
    return f"{head}{title}<g transform='translate(9, 41)'><g class='m'>{body}</g></g></svg>\n"


def _before_the_cells(svg: str) -> str:
    """The window's frame and the styles, without the title and what the cells are clipped by."""
    ident = re.search(r"(terminal-\d+)-matrix", svg)
    if ident is None:
        raise ValueError("This is no picture that Textual exported.")
    head = svg[: svg.index(_CELLS)]
    head = re.sub(r"<defs>.*?</defs>", "", head, flags=re.DOTALL)
    head = _TITLE.sub("", _STYLE.sub("", head))
    return head.replace(f"{ident[1]}-matrix", "m").replace(f"{ident[1]}-title", "t")


def _rows(svg: str, classes: dict[str, str]) -> list[str]:
    """The markup of each row of cells; styles get one name over all frames, kept in `classes`."""
    names = {
        f"{ident}-{name}": classes.setdefault(style, f"s{len(classes)}")
        for ident, name, style in _STYLE.findall(svg)
    }
    backgrounds: dict[int, list[Background]] = {}
    texts: dict[int, list[str]] = {}
    for part in _PART.finditer(svg, svg.index(_CELLS)):
        if part["fill"] is not None:
            row = round((float(part["top"]) - 1.5) / ROW_HEIGHT)
            piece = Background(part["fill"], float(part["left"]), float(part["width"]))
            _lay_beside(backgrounds.setdefault(row, []), piece)
        else:
            text = re.sub(r' clip-path="[^"]*"', "", part[0])
            text = re.sub(r'class="([^"]*)"', lambda m: f'class="{names.get(m[1], m[1])}"', text)
            texts.setdefault(int(float(part["base"]) // ROW_HEIGHT), []).append(text)
    count = max((*backgrounds, *texts), default=-1) + 1
    return [
        "".join(piece.markup(row) for piece in backgrounds.get(row, ())) + "".join(texts.get(row, ()))
        for row in range(count)
    ]


def _lay_beside(row: list[Background], piece: Background) -> None:
    """Put a background behind the ones of its row; where the last is of the same colour, make that longer."""
    if row and row[-1].fill == piece.fill and abs(row[-1].left + row[-1].width - piece.left) < 0.1:
        row[-1] = replace(row[-1], width=row[-1].width + piece.width)
    else:
        row.append(piece)


def _title(svg: str) -> str:
    found = _TITLE.search(svg)
    return "" if found is None else re.sub(r'class="[^"]*"', "class='t'", found[0])


def _of_row(row: int, rows: Sequence[Sequence[str]]) -> Iterator[Shown]:
    return _pieces([frame[row] if row < len(frame) else "" for frame in rows])


def _pieces(shown: Sequence[str]) -> Iterator[Shown]:
    """What is shown frame by frame, each run of the same once."""
    first = 0
    for index in range(1, len(shown) + 1):
        if index == len(shown) or shown[index] != shown[first]:
            if shown[first]:
                yield Shown(first, index, shown[first])
            first = index


def _group(piece: Shown, count: int) -> str:
    if (piece.first, piece.end) == (0, count):
        return piece.markup
    return f"<g class='f{piece.first}-{piece.end}'>{piece.markup}</g>"


def _keyframes(first: int, end: int, frames: Sequence[AnimationFrame]) -> str:
    """The rule that shows a piece from its first frame to its last, and at no other time."""
    total = sum(frame.seconds for frame in frames)
    begins, ends = (100 * sum(frame.seconds for frame in frames[:upto]) / total for upto in (first, end))
    steps = [(0.0, "hidden")] if first else []
    steps += [(begins, "visible"), (ends, "hidden")] if end < len(frames) else [(begins, "visible")]
    stops = " ".join(f"{at:.2f}% {{ visibility: {state} }}" for at, state in steps)
    name = f"f{first}-{end}"
    return (
        f"@keyframes {name} {{ {stops} }} .{name} {{ visibility: hidden; animation: {name} {total:.1f}s "
        f"step-end infinite }}"
    )
