"""Which line of a TOML text sets which name: the one thing tomllib does not tell. Keeps no value.

A TOML statement that is not whole never parses, so the text is cut into statements by adding lines to a
piece until tomllib takes it.
"""

import tomllib
from collections.abc import Iterator

_LONGEST_STATEMENT = 300
"""Lines after which the search gives up: each line more parses the whole piece again."""


class Lines(dict[tuple[str, ...], int]):
    """Name paths to the 1-based line where their statement begins; sections have their header's line.

    `unfinished` is the first line of a statement that never became whole, 0 where all did.
    """

    unfinished: int = 0


def lines_of(text: str) -> Lines:
    """The lines of every name in a TOML text; of a broken text, those before the break."""
    lines = Lines()
    section: tuple[str, ...] = ()
    piece, begun = "", 0
    for number, line in enumerate(text.split("\n"), start=1):
        if not piece:
            begun = number
        piece += line + "\n"
        try:
            statement = tomllib.loads(piece)
        except (ValueError, RecursionError):
            if number - begun >= _LONGEST_STATEMENT:
                break
            continue
        is_header = piece.lstrip().startswith("[")
        paths = list(_paths(statement, () if is_header else section))
        if is_header and paths:
            section = paths[-1]
        for path in paths:
            lines.setdefault(path, begun)
        piece = ""
    lines.unfinished = begun if piece else 0
    return lines


def _paths(table: dict[str, object], below: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """Every name of a parsed statement, outer ones first."""
    for name, value in table.items():
        path = (*below, name)
        yield path
        if isinstance(value, dict):
            yield from _paths(value, path)
        elif isinstance(value, list) and value and isinstance(value[-1], dict):
            yield from _paths(value[-1], path)
