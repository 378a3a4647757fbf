"""The frame rate follows the terminal: halved while it can't drain, back once it can."""

from xbtfx_tui.domain.clock import Instant
from xbtfx_tui.ui.frame_rate import BEGINS_WITHIN, MOST_LEFT_OUT, Pace


def beats(
    pace: Pace, start: float, seconds: float, folded_each_second: int, folded: int = 0
) -> tuple[int, int]:
    """Ten beats a second: how many were drawn, and the count of folded frames at the end."""
    drawn = 0
    for beat in range(round(seconds * 10)):
        if beat % 10 == 0:
            folded += folded_each_second
        at = start + beat / 10
        drawn += pace.draws(folded, Instant(at, at, at))
    return drawn, folded


def slowed(pace: Pace) -> float | None:
    """The rate of now, where it is not the usual one."""
    return pace.slowed_to


def test_a_terminal_that_keeps_up_is_drawn_at_the_usual_rate() -> None:
    pace = Pace(10)
    assert beats(pace, 0, 20, 0)[0] == 200
    assert pace.slowed_to is None


def test_what_is_left_out_while_the_screen_comes_up_says_nothing_of_the_terminal() -> None:
    pace = Pace(10)
    drawn, folded = beats(pace, 0, BEGINS_WITHIN, 5)
    assert drawn == 10 * BEGINS_WITHIN
    assert beats(pace, BEGINS_WITHIN, 10, 0, folded)[0] == 100
    assert slowed(pace) is None


def test_one_that_does_not_gets_half_and_half_again_down_to_a_floor() -> None:
    pace = Pace(10)
    beats(pace, -BEGINS_WITHIN, BEGINS_WITHIN, 0)
    _, folded = beats(pace, 0, 2, 1)
    assert slowed(pace) == 2.5
    drawn, _ = beats(pace, 2, 20, 1, folded)
    assert slowed(pace) == 10 / MOST_LEFT_OUT
    assert 20 <= drawn <= 40


def test_it_comes_back_to_the_usual_rate_step_by_step() -> None:
    pace = Pace(10)
    beats(pace, -BEGINS_WITHIN, BEGINS_WITHIN, 0)
    _, folded = beats(pace, 0, 2, 1)
    beats(pace, 2, 6, 0, folded)
    assert slowed(pace) == 5
    beats(pace, 8, 7, 0, folded)
    assert slowed(pace) is None
    assert beats(pace, 20, 5, 0, folded)[0] == 50
