"""Screens of tests without what nobody sees: style sheets parsed again, and pictures that are thrown away.

Textual without a terminal renders every frame as it would with one, and drops it: half of what a test of a
dialog took of the processor, for all that lies behind is rendered with it. Here a dialog's frame is rendered
once somebody looks at the screen, as it is then. What is about painting itself asks for
`every_frame_is_painted`.
"""

from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any
from weakref import WeakKeyDictionary

import pytest
from rich.segment import Segment
from rich.style import Style
from textual._compositor import Compositor
from textual._context import visible_screen_stack
from textual.color import Color
from textual.css.model import RuleSet
from textual.css.stylesheet import Stylesheet
from textual.css.types import CSSLocation
from textual.geometry import Size
from textual.renderables.background_screen import BackgroundScreen
from textual.screen import Screen
from textual.strip import Strip

_parse_rules = Stylesheet._parse_rules
_render_update = Compositor.render_update
_render_strips = Compositor.render_strips
_process_segments = BackgroundScreen.process_segments
_parsed: dict[tuple[object, ...], list[RuleSet]] = {}
_variables: WeakKeyDictionary[Stylesheet, tuple[dict[str, str], int]] = WeakKeyDictionary()
_numbers: dict[tuple[tuple[str, str], ...], int] = {}
_unseen: WeakKeyDictionary[Compositor, list[Screen[Any]]] = WeakKeyDictionary()
"""What is to be painted once it is looked at, and the screens that lie behind it."""


@pytest.fixture(scope="session", autouse=True)
def screens_are_quick() -> Iterator[None]:
    """Style sheets are parsed once for all the terminals that the tests start: rules are only read once they
    are parsed. No dialog is painted that is not looked at, and what lies behind it is dimmed style by style
    and not word by word.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Stylesheet, "_parse_rules", _parse_once)
        patch.setattr(Compositor, "render_update", _paint_later)
        patch.setattr(Compositor, "render_strips", _paint_now)
        patch.setattr(BackgroundScreen, "process_segments", staticmethod(_dim))
        yield


@pytest.fixture
def every_frame_is_painted(screens_are_quick: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """As Textual does it."""
    monkeypatch.setattr(Compositor, "render_update", _render_update)
    monkeypatch.setattr(Compositor, "render_strips", _render_strips)


def _parse_once(
    sheet: Stylesheet,
    css: str,
    read_from: CSSLocation,
    is_default_rules: bool = False,
    tie_breaker: int = 0,
    scope: str = "",
) -> list[RuleSet]:
    given = css, read_from, is_default_rules, tie_breaker, scope
    key = *given, _number_of(sheet)
    if key not in _parsed:
        _parsed[key] = _parse_rules(sheet, *given)
    return _parsed[key]


def _number_of(sheet: Stylesheet) -> int:
    """The same for style sheets with the same variables; looked at once for each dictionary of them."""
    variables = sheet._variables
    held = _variables.get(sheet)
    if held is None or held[0] is not variables:
        number = _numbers.setdefault(tuple(variables.items()), len(_numbers))
        held = _variables[sheet] = variables, number
    return held[1]


def _paint_later(
    compositor: Compositor,
    full: bool = False,
    screen_stack: list[Screen[Any]] | None = None,
    simplify: bool = False,
) -> object:
    screen = compositor.root
    if full or screen is None or not screen.app.is_headless:
        return _render_update(compositor, full, screen_stack, simplify)
    _unseen[compositor] = screen_stack or []
    return None


def _paint_now(compositor: Compositor, size: Size | None = None) -> list[Strip]:
    behind = _unseen.pop(compositor, None)
    if behind is not None:
        compositor._dirty_regions.clear()
        visible_screen_stack.set(behind)
    return _render_strips(compositor, size)


def _dim(segments: Iterable[Segment], color: Color) -> Iterator[Segment]:
    for segment in segments:
        text, style, control = segment
        yield segment if control else Segment(text, _dimmed(style, color), control)


@lru_cache(maxsize=4096)
def _dimmed(style: Style | None, color: Color) -> Style | None:
    (dimmed,) = _process_segments([Segment("x", style)], color)
    return dimmed.style
