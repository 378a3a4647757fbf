"""What is at risk, to be read: the distance to a margin call, net exposure by symbol and by currency.

It draws; what it draws is worked out in planning.exposure_report.
"""

from collections.abc import Iterator
from typing import TypeAlias

from textual.content import Content
from textual.widgets import Static

from xbtfx_tui.domain.account_currency import NOT_NAMED
from xbtfx_tui.planning.exposure_report import (
    LEVELS_NOTE,
    MarginReport,
    ReportTable,
    exposure_report,
    margin_report,
    not_of_now,
)
from xbtfx_tui.store.store import Store
from xbtfx_tui.ui.dialogs.reading_dialog import ReadingDialog
from xbtfx_tui.ui.figure_format import clean, left, right
from xbtfx_tui.ui.ports import Backend

EVERY_SECONDS = 1.0
_LONGEST = 300

Piece: TypeAlias = str | tuple[str, str]
"""A text, or one with its style."""


class ExposureDialog(ReadingDialog):
    """Works itself out anew each second."""

    def __init__(self, backend: Backend) -> None:
        super().__init__("reader")
        self._store = backend.store

    def title_words(self) -> str:
        return "Exposure"

    def on_mount(self) -> None:
        self.set_interval(EVERY_SECONDS, self.read_anew)

    def read_anew(self) -> None:
        self.query_one("#frame Static", Static).update(self.page())

    def page(self) -> Content:
        margin = margin_report(self._store)
        call = "" if isinstance(margin, str) else margin.call
        return Content.assemble(*_margin(margin), *_exposure(self._store, call))


def _margin(report: MarginReport | str) -> Iterator[Piece]:
    if isinstance(report, str):
        yield f"{clean(report)}\n"
    else:
        yield f"Margin {report.margin}, level {report.level}, free {report.free}.\n"
        yield (f"! {report.call}", "bold $warning") if report.is_near else report.call
    yield (f"\n{LEVELS_NOTE}\n", "$foreground-muted")


def _exposure(store: Store, said: str) -> Iterator[Piece]:
    """`said` stands above it already: why nothing can be valued is said once."""
    report = exposure_report(store)
    if (old := not_of_now(store)) is not None:
        yield (f"! {old}\n", "$warning")
    for number, table in enumerate(report.tables):
        yield from _drawn("\n\n" if number else "\n", table)
    if report.nothing is not None:
        yield f"\n{report.nothing}"
    missing = (one for one in report.missing if NOT_NAMED not in one or one not in said)
    for sentence in (*missing, *report.doubts):
        yield (f"\n! {clean(sentence, _LONGEST)}", "$warning")


def _drawn(before: str, table: ReportTable) -> Iterator[Piece]:
    yield (f"{before}{_line(table.heads, table)}", "$foreground-muted")
    for row in table.rows:
        yield f"\n{_line(row, table)}"


def _line(row: tuple[str, ...], table: ReportTable) -> str:
    figures = zip(row[1:], table.widths[1:], strict=True)
    return left(row[0], table.widths[0]) + "".join(right(text, width) for text, width in figures)
