"""Drawing straight into the terminal's cells, past Textual's compositor, where that gives the same picture.

For a few changed cells the compositor renders every widget that the changes' common rectangle touches: most
of what a screen of moving prices costs. Here a widget that knows which of its cells changed puts them where
they stand. It never draws under what covers them, and gives None wherever it is not sure; the widget then
asks Textual for a refresh as usual.
"""

import re
from typing import Any

import msgspec
from rich.cells import cell_len
from rich.color import ColorSystem
from rich.segment import Segment
from rich.style import Style
from textual.app import App
from textual.color import Color
from textual.content import Content
from textual.errors import NoWidget
from textual.geometry import Region
from textual.renderables.background_screen import BackgroundScreen
from textual.screen import Screen
from textual.strip import Strip
from textual.widget import Widget

from xbtfx_tui.ui.terminal.terminal_driver import DiffDriver
from xbtfx_tui.ui.terminal.textual_internals import (
    driver_of,
    is_batching,
    is_to_be_rendered,
    put_title,
    take_back_refresh,
)

_CODES = re.compile(r"\x1b\[([0-9;]*)m")


class Surface(msgspec.Struct, frozen=True):
    """Where cells may be put now: `holes` are left out, `veils` lie over what is drawn, the lowest first."""

    driver: DiffDriver
    holes: tuple[Region, ...] = ()
    veils: tuple[Color, ...] = ()

    def is_covered(self, y: int, start: int, end: int) -> bool:
        """Whether these columns of a row lie in a hole."""
        return any(hole.y <= y < hole.bottom and hole.x <= start and end <= hole.right for hole in self.holes)

    def draw(self, x: int, y: int, text: str, codes: str) -> None:
        """Put a text's cells on the screen, column `x` and row `y` from 0; `codes` are SGR's, '' = none."""
        self.driver.draw(x, y, text, codes, self.holes)


class Spot(msgspec.Struct, frozen=True):
    """Where on the screen a widget's lines stand, and what they are drawn on."""

    surface: Surface
    region: Region


class Placing:
    """Finds a widget's place, once for all that is drawn before the next paint."""

    __slots__ = ("_driver", "_moment", "_place", "_widget")

    def __init__(self, widget: Widget) -> None:
        self._widget = widget
        self._driver: DiffDriver | None = None
        self._moment = -1
        self._place: Spot | None = None

    def now(self) -> Spot | None:
        """The place; None where Textual has to draw."""
        driver = self._driver
        if driver is None:
            found = driver_of(self._widget.app)
            if not isinstance(found, DiffDriver):
                return None
            driver = self._driver = found
        if driver.moment != self._moment:
            self._moment = driver.moment
            surface = _surface(self._widget.app, driver, self._widget)
            self._place = None if surface is None else Spot(surface, self._widget.scrollable_content_region)
        return self._place


def draw_alone(widget: Widget, lines: Region | None = None) -> bool:
    """Draw a widget without children by itself and now, in place of the refresh that it has just asked for:
    of these lines (a part of the widget, frame included; None = of all).

    False where Textual has to draw it; the refresh then stands.
    """
    driver = driver_of(widget.app)
    if not isinstance(driver, DiffDriver) or not widget.is_attached:
        return False
    surface = _surface(widget.app, driver, widget)
    try:
        place = widget.screen.find_widget(widget)
    except NoWidget:
        return False
    seen = place.visible_region
    if lines is not None:
        seen = seen.intersection(lines.translate(place.region.offset))
    if surface is None or not seen:
        return False
    strips = widget.render_lines(seen.translate(-place.region.offset))
    for y, strip in enumerate(strips, seen.y):
        x = seen.x
        for text, style, _ in strip:
            surface.draw(x, y, text, _codes(Strip([Segment("x", style)]), widget, surface.veils))
            x += cell_len(text)
    take_back_refresh(widget)
    return True


def draw_title(widget: Widget, title: Content) -> None:
    """Put a title into a widget's frame, and bring that line alone on screen.

    Setting `border_title` has Textual render the whole widget anew: 10 ms and more for a full chart.
    """
    if not put_title(widget, title):
        return
    if not widget.is_mounted or not widget.styles.border_top[0]:
        return  # the frame, once there is one, is drawn with it
    is_due = is_to_be_rendered(widget)
    line = Region(0, 0, widget.outer_size.width, 1)
    widget.refresh(line.translate(-widget.content_offset))
    if not is_due:  # else Textual draws some of it anyhow
        draw_alone(widget, line)


def _surface(app: App[Any], driver: DiffDriver, widget: Widget) -> Surface | None:
    stack, screen = app.screen_stack, widget.screen
    if is_batching(app) or screen not in stack:
        return None
    if screen is stack[-1]:
        return Surface(driver)
    above = stack[stack.index(screen) + 1 :]
    holes: list[Region] = []
    for screen in above:
        if not screen.is_modal or (covered := _covered_by(screen)) is None:
            return None
        holes.append(covered)
    return Surface(driver, tuple(holes), tuple(screen.styles.background for screen in above))


def _covered_by(screen: Screen[Any]) -> Region | None:
    """What a screen over another one draws itself; None before it is laid out."""
    seen = (child.region for child in screen.walk_children(Widget) if child.visible and child.display)
    # What stands in something that is not displayed has a region without size, at the origin.
    regions = [region for region in seen if region]
    covered = Region.from_union(regions) if regions else Region()
    return covered or None


def codes_of(style: Style, widget: Widget, veils: tuple[Color, ...]) -> str:
    """The SGR codes that Textual would write for this style in this widget."""
    strip = Strip([Segment("x", style)])
    _, background = widget.background_colors
    for line_filter in widget.get_line_filters():
        strip = strip.apply_filter(line_filter, background)
    driver = driver_of(widget.app)
    if isinstance(driver, DiffDriver) and driver.short_colours:
        strip = Strip([Segment("x", _shortened(segment.style)) for segment in strip])
    return _codes(strip, widget, veils)


def _codes(strip: Strip, widget: Widget, veils: tuple[Color, ...]) -> str:
    """The SGR codes that Textual would write for a strip that is of one style and filtered already."""
    for veil in veils:
        strip = Strip(BackgroundScreen.process_segments(list(strip), veil))
    found = _CODES.match(strip.render(widget.app.console))
    return found.group(1) if found else ""


def _shortened(style: Style | None) -> Style:
    """The style with its text in the nearest of 256 colours; what lies beneath stays as it is."""
    if style is None or style.color is None:
        return style or Style()
    return style + Style(color=style.color.downgrade(ColorSystem.EIGHT_BIT))
