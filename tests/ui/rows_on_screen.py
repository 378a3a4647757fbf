"""What the screen shows where a widget stands, read off its cells; the words without their line breaks."""

from collections.abc import Iterable

from textual.css.query import NoMatches
from textual.widget import Widget

from tests.ui.still_desk import Desk


def rows_of(desk: Desk, widget: Widget) -> list[str]:
    """The rows that the screen shows of a widget, without its frame. All of it has to be in sight."""
    region = widget.content_region
    seen = desk.app.screen.find_widget(widget).visible_region
    assert seen.contains_region(region), f"not in sight: {widget}\n{desk.text()}"
    strips = desk.app.screen._compositor.render_strips()[region.y : region.bottom]
    return [strip.crop(region.x, region.right).text.strip() for strip in strips]


def rows_at(desk: Desk, selector: str) -> list[str]:
    try:
        widget = desk.app.screen.query_one(selector)
    except NoMatches:
        return []
    return rows_of(desk, widget) if widget.display else []


def unfolded(rows: Iterable[str]) -> tuple[str, list[str]]:
    """The words, and the sentences that begin with the mark of a warning, free of line breaks."""
    words: list[str] = []
    marked: list[str] = []
    for row in rows:
        if row.startswith("! "):
            marked.append(row[2:])
        elif marked:
            marked[-1] = f"{marked[-1]} {row}".strip()
        elif row:
            words.append(row)
    return " ".join(words), marked
