"""What a chart shows besides its candles, to turn on and off. What is done is seen behind it at once; it
sends nothing."""

from collections.abc import Callable
from typing import ClassVar, TypeAlias

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content

from xbtfx_tui.domain.chart_parts import (
    ChartPart,
    ChartParts,
    toggled,
    with_indicator,
    without_indicator,
    without_room,
)
from xbtfx_tui.domain.indicators import USUAL_PERIODS, Indicator, IndicatorKind
from xbtfx_tui.ui.dialog_keys import hint_of, struck
from xbtfx_tui.ui.dialogs.dialog_base import Dialog
from xbtfx_tui.ui.dialogs.dialog_fields import Words

_MOVES = {"down": 1, "j": 1, "up": -1, "k": -1, "home": -100, "end": 100}
_TOGGLE = "dialog.toggle"
_WORDS = {
    ChartPart.LINES: "lines of positions, orders, alerts and the day",
    ChartPart.MARKS: "marks of deals",
    ChartPart.ASK: "the ask",
    ChartPart.INDICATORS: "indicators, all of them",
}

Row: TypeAlias = ChartPart | Indicator


def rows_of(parts: ChartParts) -> list[Row]:
    """The parts, the indicators that are shown, and of each other kind the usual one."""
    shown = {one.kind for one in parts.indicators}
    usual = [Indicator(kind, USUAL_PERIODS[kind]) for kind in IndicatorKind if kind not in shown]
    found = sorted((*parts.indicators, *usual), key=lambda one: [*IndicatorKind].index(one.kind))
    return [*ChartPart, *found]


def turned(parts: ChartParts, row: Row) -> ChartParts | str:
    """With the row on where it was off, and off where it was on; else a sentence that says why not."""
    if isinstance(row, ChartPart):
        return toggled(parts, row)
    change = without_indicator if row in parts.indicators else with_indicator
    return change(parts, row.kind, row.period)


def row_text(parts: ChartParts, row: Row, panes: int) -> str:
    """The row of a part with whether it is shown, and whether it would be where so many `panes` have room
    below the candles."""
    if isinstance(row, ChartPart):
        is_shown, words = parts.shows(row), _WORDS[row]
    else:
        is_shown, words = row in parts.indicators, f"{row.words}  {row.kind.title}"
        words += " (no room now)" if row in without_room(parts, panes) else ""
    return f" [{'x' if is_shown else ' '}] {words} "


class PartList(Words, can_focus=True):
    """A row a part, one of them marked."""

    def __init__(self, dialog: "ChartPartsDialog") -> None:
        super().__init__(id="parts")
        self._dialog = dialog
        self.marked = 0

    def on_key(self, event: events.Key) -> None:
        is_toggle = struck(self, event.key, _TOGGLE) is not None
        if not is_toggle and event.key not in _MOVES:
            return
        event.stop()
        event.prevent_default()
        if is_toggle:
            self._dialog.toggle()
        else:
            self.mark(self.marked + _MOVES[event.key])

    def on_click(self, event: events.Click) -> None:
        """Mark the row; a click on the marked one does what the key does."""
        event.stop()
        if event.y == self.marked:
            self._dialog.toggle()
        else:
            self.mark(event.y)

    def mark(self, row: int) -> None:
        """Put the mark on this row, as near as there is one."""
        texts = self._dialog.texts()
        self.marked = max(0, min(row, len(texts) - 1))
        lines = [
            Content.styled(text, "bold reverse" if number == self.marked else "")
            for number, text in enumerate(texts)
        ]
        self.say(Content("\n").join(lines))


class ChartPartsDialog(Dialog[None]):
    """`show` takes the parts as they are from now on; `panes` is how many have room below the candles."""

    FIRST = "PartList"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter,q", "back", "Close", show=False)]

    def __init__(
        self,
        title: str,
        parts: ChartParts,
        show: Callable[[ChartParts], None],
        panes: Callable[[], int],
    ) -> None:
        super().__init__("question order columns")
        self._title = title
        self._show = show
        self._panes = panes
        self.parts = parts
        self._rows = rows_of(parts)
        self._list = PartList(self)
        self._said = Words(id="general")

    def compose(self) -> ComposeResult:
        with Vertical(id="frame"):
            yield self._list
            yield self._said
            yield Words(f"{hint_of(self, _TOGGLE)} on or off · escape closes", id="hint")

    def on_mount(self) -> None:
        self.write_title(self._title)
        self._list.mark(0)

    def texts(self) -> list[str]:
        """Each part with whether it is shown."""
        panes = self._panes()
        return [row_text(self.parts, row, panes) for row in self._rows]

    def toggle(self) -> None:
        """Turn the marked part on or off."""
        changed = turned(self.parts, self._rows[self._list.marked])
        if isinstance(changed, str):
            self._said.say(f"! {changed}")
            return
        self._said.say("")
        self.parts = changed
        self._show(changed)
        self._list.mark(self._list.marked)
