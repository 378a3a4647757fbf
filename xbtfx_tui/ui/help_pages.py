"""The help as a page: its groups, the rows that fit what is typed, and the columns that they stand in. Pure.

It knows no key: who shows it gives the groups.
"""

import re
import textwrap
from collections.abc import Iterator, Sequence

import msgspec
from textual.content import Content

LEAST_COLUMN, MOST_COLUMN, GAP = 54, 90, 3
"""Cells of a column of the help, and between two."""
_LONGEST_KEY = len("shift+f5, f17")
_WORD = re.compile(r"[\w%*<>{}\[\]/:=+.-]+")


class HelpRow(msgspec.Struct, frozen=True):
    """Keys or a verb as they are written, what they do, and a word by which they are found, too."""

    key: str
    words: str
    also: str = ""


class HelpSection(msgspec.Struct, frozen=True):
    """A group of rows under its title."""

    title: str
    rows: tuple[HelpRow, ...]


class _Line(msgspec.Struct, frozen=True):
    """A line of a column: a title, or a key with what it does, or the rest of that."""

    key: str
    words: str = ""
    is_title: bool = False


def fitting(sections: Sequence[HelpSection], typed: str) -> list[HelpSection]:
    """Those rows of which each typed word begins a word, that of the typed key or verb first; all where
    nothing is typed."""
    wanted, name = typed.casefold().split(), typed.strip()
    if not wanted:
        return list(sections)
    rows = [row for section in sections for row in section.rows]
    of_key = HelpSection(
        name, tuple(row for row in rows if not {name, f":{name}"}.isdisjoint(row.key.split(", ")))
    )
    rest = [
        HelpSection(
            section.title,
            tuple(row for row in section.rows if row not in of_key.rows and _fits(row, wanted)),
        )
        for section in sections
    ]
    return [section for section in (of_key, *rest) if section.rows]


def _fits(row: HelpRow, wanted: Sequence[str]) -> bool:
    words = _WORD.findall(f"{row.key} {row.words} {row.also}".casefold())
    return all(any(word.lstrip(":").startswith(one.lstrip(":")) for word in words) for one in wanted)


def page_of(sections: Sequence[HelpSection], width: int, height: int) -> list[Content]:
    """The lines of a page `width` cells wide: in one column where that is not higher than `height`, else in
    as many as are needed and fit, each read from top to bottom."""
    key_width = _LONGEST_KEY + 2
    columns, column_width = [list[_Line]()], width
    for count in range(1, max(1, (width + GAP) // (LEAST_COLUMN + GAP)) + 1):
        column_width = min(MOST_COLUMN, (width - GAP * (count - 1)) // count)
        blocks = [list(_blocks(section, key_width, column_width - key_width)) for section in sections]
        columns = _flowed(blocks, count)
        if max(map(len, columns)) <= height:
            break
    return [
        Content(" " * GAP).join(_drawn(column, row, key_width, column_width) for column in columns)
        for row in range(max(map(len, columns)))
    ]


def _blocks(section: HelpSection, key_width: int, width: int) -> Iterator[list[_Line]]:
    """Lines that stay together: the title with the first row, then each row."""
    head = [_Line(section.title, is_title=True)]
    for row in section.rows:
        key = row.key
        if len(key) > key_width - 2:  # its words begin below it
            head.append(_Line(key))
            key = ""
        wrapped = [line for part in row.words.split("\n") for line in textwrap.wrap(part, max(10, width))]
        yield [*head, *(_Line("" if number else key, line) for number, line in enumerate(wrapped))]
        head = []


def _flowed(sections: Sequence[Sequence[Sequence[_Line]]], count: int) -> list[list[_Line]]:
    """The blocks in so many columns of about one height; a blank line between two groups."""
    total = sum(len(block) for section in sections for block in section) + max(0, len(sections) - 1)
    columns: list[list[_Line]] = [[]]
    for section in sections:
        for number, block in enumerate(section):
            gap = [_Line("")] if not number and columns[-1] else []
            # Half of a block may stand over: else the last column gets what all others left.
            if len(columns) < count and len(columns[-1]) + len(gap) + len(block) / 2 > total / count:
                columns.append([])
                gap = [section[0][0]] if number else []  # a group that goes on says its name again
            columns[-1] += [*gap, *block]
    return columns


def _drawn(column: Sequence[_Line], row: int, key_width: int, width: int) -> Content:
    line = column[row] if row < len(column) else _Line("")
    if line.is_title or not line.words:
        return Content.styled(line.key.ljust(width), "bold $primary" if line.is_title else "bold")
    return Content.assemble((line.key.ljust(key_width), "bold"), line.words.ljust(width - key_width))
