"""No trace of a held enter confirms anything, whatever its delay, its jitter, and the line that brings it."""

from itertools import accumulate

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.hypothesis_profiles import examples
from tests.unit.test_confirm_rule import heard, noted
from xbtfx_tui.ui.confirm_rule import is_new_press
from xbtfx_tui.ui.keystrokes import RUN_OVER

DELAYS = st.floats(0.2, 1.05)
REPEATS = st.lists(st.floats(0.0, 0.0599), min_size=1, max_size=60)
STALLS = st.lists(st.floats(0.0, RUN_OVER - 0.001), max_size=8)


def times(delay: float, gaps: list[float], stalls: list[float]) -> list[float]:
    """When the repeats of a key come that was pressed at 0: each stall lies between two of them."""
    late = [*gaps[:1], *(gap + stall for gap, stall in zip(gaps[1:], stalls, strict=False))]
    between = [*late, *gaps[len(late) :]]
    return list(accumulate([delay, *between]))


@settings(max_examples=examples(2000))
@given(
    DELAYS,
    REPEATS,
    STALLS.filter(lambda stalls: all(stall < RUN_OVER - 0.06 for stall in stalls)),
    st.floats(),
)
def test_its_repeats_confirm_nothing(
    delay: float, gaps: list[float], stalls: list[float], seen: float
) -> None:
    strokes = noted(("enter", 0.0), *(("enter", at) for at in times(delay, gaps, stalls)))
    seen = seen if 0.0 <= seen <= strokes[-1].at else 0.0
    for begins in (seen, -10.0):
        assert [at for at in heard(strokes, begins) if at > 0.0] == []


@settings(max_examples=examples(500))
@given(DELAYS, REPEATS, STALLS.filter(lambda stalls: all(stall < RUN_OVER - 0.06 for stall in stalls)))
def test_none_of_them_is_a_press_on_a_pane(delay: float, gaps: list[float], stalls: list[float]) -> None:
    """The press has closed a dialog, or the first repeat has opened what a press would."""
    _, first, *strokes = noted(("enter", 0.0), *(("enter", at) for at in times(delay, gaps, stalls)))
    assert not is_new_press(first, closed_at=0.0)
    assert not any(is_new_press(stroke, closed_at=0.0) for stroke in strokes)
    assert not any(is_new_press(stroke, closed_at=None) for stroke in strokes)
