"""The grid that periodic looks keep to, and the frames' beat: it goes on whatever a beat raises, and ends."""

import asyncio

from hypothesis import given
from hypothesis import strategies as st

from tests.ui.still_desk import a_desk
from xbtfx_tui.domain.clock import to_next_beat
from xbtfx_tui.ui.beats import Beats


@given(st.floats(0, 1e7), st.sampled_from([0.02, 0.1, 0.25, 0.5, 1 / 3, 1.0]))
def test_beats_fall_on_the_grid_one_interval_apart(now: float, every: float) -> None:
    wait = to_next_beat(now, every)
    assert every / 100 < wait <= every * 1.01
    off = (now + wait) % every
    assert min(off, every - off) < 1e-6
    again = to_next_beat(now + wait, every)
    assert abs(again - every) < every / 50  # never twice at one beat


async def test_the_beat_goes_on_and_ends_with_its_owner() -> None:
    counted = 0

    def count() -> None:
        nonlocal counted
        counted += 1

    async with a_desk() as desk:
        beats = Beats(desk.screen, 0.01, count)
        beats.start()
        async with asyncio.timeout(10):
            while counted < 3:
                await asyncio.sleep(0)
        beats.stop()
        stopped_at = counted
        beats.start()
        async with asyncio.timeout(10):
            while counted == stopped_at:
                await asyncio.sleep(0)
    ended_at = counted
    await asyncio.sleep(0.03)  # three beats that must not come
    assert counted <= ended_at + 1
