"""The grid that periodic looks keep to, and the frames' beat: it goes on whatever a beat raises, and ends."""

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.ui.still_desk import a_desk
from xbtfx_tui.domain.clock import to_next_beat
from xbtfx_tui.ui.frame_timer import Beats


@given(st.floats(0, 1e7), st.sampled_from([0.02, 0.1, 0.25, 0.5, 1 / 3, 1.0]))
def test_beats_fall_on_the_grid_one_interval_apart(now: float, every: float) -> None:
    wait = to_next_beat(now, every)
    assert every / 100 < wait <= every * 1.01
    off = (now + wait) % every
    assert min(off, every - off) < 1e-6
    again = to_next_beat(now + wait, every)
    assert abs(again - every) < every / 50  # never twice at one beat


async def test_the_beat_goes_on_and_ends_with_its_owner() -> None:
    beaten = asyncio.Event()
    counted = 0

    def count() -> None:
        nonlocal counted
        counted += 1
        if counted % 3 == 0:
            beaten.set()

    async with a_desk() as desk, asyncio.timeout(20):
        beats = Beats(desk.screen, 0.01, count)
        beats.start()
        await beaten.wait()
        beats.stop()
        stopped_at = counted
        await asyncio.sleep(0.03)  # three beats that must not come
        assert counted == stopped_at
        beaten.clear()
        beats.start()
        await beaten.wait()
    ended_at = counted
    await asyncio.sleep(0.03)  # likewise
    assert counted == ended_at


async def test_what_a_beat_raises_ends_the_app_as_any_fault_does() -> None:
    def fail() -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        async with a_desk() as desk, asyncio.timeout(20):
            Beats(desk.screen, 0.01, fail).start()
            while desk.app.is_running:
                await desk.pilot.pause(0.01)
