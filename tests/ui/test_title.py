"""A title in a frame: its line alone is drawn anew."""

import asyncio
from collections.abc import Callable

import pytest
from textual.app import App, ComposeResult
from textual.content import Content
from textual.strip import Strip
from textual.widget import Widget

from xbtfx_tui.ui.terminal.direct_drawing import draw_title
from xbtfx_tui.ui.terminal.textual_internals import is_to_be_rendered

pytestmark = pytest.mark.usefixtures("every_frame_is_painted")


class _Framed(Widget):
    DEFAULT_CSS = "_Framed { border-top: solid white; border-left: solid white; width: 30; height: 8; }"

    def __init__(self) -> None:
        super().__init__()
        self.lines_rendered = 0

    def render_line(self, y: int) -> Strip:
        self.lines_rendered += 1
        return Strip.blank(self.size.width)


class _One(App[None]):
    def compose(self) -> ComposeResult:
        yield _Framed()


def _first_line(app: App[None]) -> str:
    return app.screen._compositor.render_strips()[0].text


async def _until(holds: Callable[[], bool]) -> None:
    """Let the loop go on, turn by turn."""
    async with asyncio.timeout(20):
        for _ in iter(holds, True):
            await asyncio.sleep(0)


async def test_the_title_is_on_screen_and_no_line_below_it_is_rendered_for_it() -> None:
    app = _One()
    async with app.run_test() as pilot:
        widget = app.query_one(_Framed)
        draw_title(widget, Content("EURUSD [10 s]"))
        await pilot.pause()
        assert "EURUSD [10 s]" in _first_line(app)
        before = widget.lines_rendered
        draw_title(widget, Content("GBPUSD [1 min]"))
        await pilot.pause()
        assert "GBPUSD [1 min]" in _first_line(app)
        assert "EURUSD" not in _first_line(app)
        assert widget.lines_rendered == before


async def test_a_title_from_before_there_is_a_frame_is_in_it() -> None:
    app = _One()
    widget = _Framed()
    draw_title(widget, Content("EURUSD"))
    async with app.run_test() as pilot:
        await app.query_one(_Framed).remove()
        await app.mount(widget)
        await pilot.pause()
        assert "EURUSD" in _first_line(app)


async def test_what_the_screen_was_told_to_draw_is_still_to_be_drawn() -> None:
    """Who draws past Textual takes back what it asked for itself: this must not be taken back with it."""
    app = _One()
    async with app.run_test() as pilot:
        widget = app.query_one(_Framed)
        await pilot.pause()
        widget.refresh()
        assert is_to_be_rendered(widget)
        await _until(lambda: not widget._repaint_required)
        assert widget._repaint_regions
        assert is_to_be_rendered(widget)
        await _until(lambda: not widget._repaint_regions)
        assert not is_to_be_rendered(widget)
