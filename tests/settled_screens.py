"""When a test's terminal has done all that was due: by what its loop still has to do, on a busy machine, too.

Textual takes a process that got no time of the processor for one that has nothing to do, and a test then
looks at a screen that is of before its key.
"""

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest
import textual.app
import textual.pilot
from textual._context import active_app
from textual.app import App
from textual.pilot import Pilot
from textual.screen import Screen

from xbtfx_tui.ui.terminal.textual_internals import is_at_rest

_pause_of_textual = Pilot.pause

_ROUND = 0.002
"""Seconds until one that has not done its work yet is looked at again."""
_FRAMES = 100
"""Of a screen, one after the other: one that asks for another with each is left alone."""
_STEPS = 5000
"""Of the loop, in a round: two that wait in one loop must not wait for each other."""


@pytest.fixture(scope="session", autouse=True)
def screens_settle() -> Iterator[None]:
    """A pilot waits for what the loop has to do, and not for a process without work."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(textual.app, "wait_for_idle", _wait_until_settled)
        patch.setattr(textual.pilot, "wait_for_idle", _wait_until_settled)
        patch.setattr(Pilot, "_wait_for_screen", _settles)
        patch.setattr(Pilot, "pause", _pause)
        yield


async def _wait_until_settled(min_sleep: float = 0.0, max_sleep: float = 1.0) -> None:
    """Textual's own parameters; the longest is counted in rounds, each of which does what is due in it."""
    if min_sleep > 0:
        await asyncio.sleep(min_sleep)
    app = active_app.get()
    for _ in range(round(max_sleep / _ROUND)):
        await _does_what_is_due()
        for _ in range(_FRAMES):
            if not _draws(app):
                break
            await _does_what_is_due()
        if is_at_rest(app):
            return
        await asyncio.sleep(_ROUND)


async def _settles(pilot: Pilot[Any], timeout: float = 30.0) -> bool:  # noqa: ASYNC109 (Textual's word)
    """Textual asks each widget whether it has done all, by a message to each; here none has one waiting."""
    await _wait_until_settled(max_sleep=timeout)
    return True


def _draws(app: App[Any]) -> bool:
    """Whether something was still to be drawn, which now is: a screen would wait for its next frame."""
    if not app._screen_stack:
        return False
    if app._resize_event is not None:
        app._check_resize()
        return True
    top = app.screen
    picture = top._repaint_required or top._dirty_widgets
    return _has_its_frame(top, picture) or any(map(_has_its_frame, app._background_screens))


def _has_its_frame(screen: Screen[Any], picture: object = None) -> bool:
    """`picture` is what is to be painted: one behind another asks for it again and again, for it is a part of
    the other's."""
    layout = screen._layout_required or screen._scroll_required or screen._recompose_required
    is_due = bool(layout or picture or screen._callbacks)
    if not is_due or not screen.is_current or screen.app._batch_count:
        return False
    screen._on_timer_update()
    return True


async def _pause(pilot: Pilot[Any], delay: float | None = None) -> None:
    """What is due after the delay is done, too."""
    await _pause_of_textual(pilot, delay)
    await _does_what_is_due()


async def _does_what_is_due() -> None:
    """Until the loop has nothing left but to wait for time to go by, or for something from outside."""
    waiting = asyncio.get_running_loop()._ready  # type: ignore[attr-defined] # asyncio has no public word for it
    await asyncio.sleep(0)
    for _ in range(_STEPS):
        if not waiting:
            return
        await asyncio.sleep(0)
