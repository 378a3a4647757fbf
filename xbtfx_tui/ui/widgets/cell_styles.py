"""The styles that canvases draw with, each found once per style sheet and theme. It draws nothing.

As component classes they would cost every canvas two dozen look-ups in the style sheet each time that its own
styles are found, a third of what opening the trading screen takes; and they are the same for every canvas.
"""

from collections.abc import Sequence
from weakref import WeakKeyDictionary

from rich.style import Style
from textual.css.model import RuleSet
from textual.css.stylesheet import Stylesheet
from textual.dom import DOMNode
from textual.widget import Widget

from xbtfx_tui.ui.terminal.textual_internals import attach

TINTS = (
    "text",
    "muted",
    "strong",
    "up",
    "down",
    "up-flash",
    "down-flash",
    "header",
    "tab",
    "tab-blurred",
    "accent",
    "warning",
    "error",
    "good",
    "badge-paper",
    "badge-live",
    "badge-read",
    "badge-locked",
    "alert",
    "cursor",
    "cursor-blurred",
    "bid-bar",
    "ask-bar",
    "overlay-1",
    "overlay-2",
    "overlay-3",
    "overlay-4",
)
"""The names of the tints; styles/canvas.tcss gives them their colours."""


class _Found:
    """The tints found so far with these rules, on a terminal of its own colours (`ansi`) or not."""

    def __init__(self, rules: Sequence[RuleSet], *, is_ansi: bool) -> None:
        self.rules = rules
        self.is_ansi = is_ansi
        self.styles: dict[str, Style] = {}


_FOUND: WeakKeyDictionary[Stylesheet, _Found] = WeakKeyDictionary()


def tint(canvas: Widget, name: str) -> Style:
    """The style of a tint in the theme of now, the same object until that changes.

    Raises KeyError for a name that is not among TINTS.
    """
    app = canvas.app
    sheet = app.stylesheet
    rules, is_ansi = sheet.rules, app.native_ansi_color  # a new theme makes new rules
    found = _FOUND.get(sheet)
    if found is None or found.rules is not rules or found.is_ansi is not is_ansi:
        found = _FOUND[sheet] = _Found(rules, is_ansi=is_ansi)
    style = found.styles.get(name)
    if style is None:
        style = found.styles[name] = _looked_up(sheet, canvas, name)
    return style


def _looked_up(sheet: Stylesheet, canvas: Widget, name: str) -> Style:
    if name not in TINTS:
        raise KeyError(name)
    inside = DOMNode(classes=f"canvas--{name}")
    attach(inside, canvas)  # as Textual does for a component class
    sheet.apply(inside)
    return inside.styles.partial_rich_style
