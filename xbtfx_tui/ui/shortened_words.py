"""A sentence that is longer than its line: what matters most of it stays. Pure.

That is the first clause that says a danger, in capitals; else its last money, with the price before that.
What stands before gives way.
"""

import re

from rich.cells import cell_len

from xbtfx_tui.ui import figure_format as fmt

_DANGER = re.compile(r"\b(?:NOT|ONLY|UNKNOWN|MISSING|STILL OPEN)\b")
_MONEY = re.compile(r"[-+]\d[\d,]*(?:\.\d+)?(?: [A-Z]{3})?(?=[.,;]? |[.,;]?$)")
_BEFORE_CLAUSE, _AFTER_CLAUSE = re.compile(r"[,.:;] "), re.compile(r"[,.;](?: |$)")
_BEFORE_FIGURES = re.compile(r"[.:;] ")
_LEAST_HEAD = 12


def shortened(words: str, width: int) -> str:
    """The sentence in so many cells."""
    if cell_len(words) <= width:
        return fmt.left(words, width)
    danger = _DANGER.search(words)
    if danger is not None:
        return _with_danger(words, danger, width)
    money = list(_MONEY.finditer(words))
    return _with_figures(words, money[-1], width) if money else fmt.left(words, width)


def _with_danger(words: str, danger: re.Match[str], width: int) -> str:
    """Where the clause would be cut off, what stands before it gives way to it."""
    said = _BEFORE_CLAUSE.search(words, danger.end())
    if said is not None and cell_len(words[: said.start()]) < width:
        return fmt.left(words, width)  # from its beginning, and the danger is said
    begin = _end_of_last(_BEFORE_CLAUSE, words, danger.start())
    after = _AFTER_CLAUSE.search(words, danger.end())
    end = len(words) if after is None else after.start()
    clause = words[begin:end]
    room = width - cell_len(clause) - 3
    if cell_len(words[:end]) < width:
        return fmt.left(words, width)
    if room < _LEAST_HEAD:
        return fmt.left(clause, width)
    return fmt.left(f"{_head(words, room)}… {clause}…", width)


def _with_figures(words: str, money: re.Match[str], width: int) -> str:
    """Where the money would be cut off, it stays with the figures of its clause, else alone."""
    if cell_len(words[: money.end()]) < width:
        return fmt.left(words, width)
    rest = "" if money.end() == len(words.rstrip(".")) else "…"
    begins = (_end_of_last(_BEFORE_FIGURES, words, money.start()), money.start())
    for figures in (words[begin : money.end()] for begin in begins if begin):
        room = width - cell_len(figures) - 2 - len(rest)
        if room >= _LEAST_HEAD:
            return fmt.left(f"{_head(words, room)}… {figures}{rest}", width)
    return fmt.left(words, width)


def _end_of_last(mark: re.Pattern[str], words: str, before: int) -> int:
    return max((found.end() for found in mark.finditer(words, 0, before)), default=0)


def _head(words: str, room: int) -> str:
    return words[:room].rpartition(" ")[0].rstrip(",.:; ")
