"""The confirm rule by tables: which enter of a few keys counts."""

from collections.abc import Sequence

import pytest

from xbtfx_tui.ui.confirm_rule import (
    could_confirm,
    could_repeat,
    is_new_press,
    leaves_quiet,
    waits_for_silence,
)
from xbtfx_tui.ui.keystrokes import KeyKind, Keystroke, Keystrokes

UP_LONG_AGO = -100.0


def noted(*keys: tuple[str, float]) -> list[Keystroke]:
    strokes = Keystrokes()
    return [strokes.note(key, at) for key, at in keys]


def heard(strokes: Sequence[Keystroke], seen: float = UP_LONG_AGO) -> list[float]:
    """When the enters were struck that confirm what has been on screen since then."""
    return [
        stroke.at
        for stroke, following in zip(strokes, [*strokes[1:], None], strict=True)
        if stroke.key == "enter"
        and could_confirm(stroke, seen)
        and (not waits_for_silence(stroke, seen) or following is None or leaves_quiet(stroke, following))
    ]


@pytest.mark.parametrize(
    ("keys", "confirm"),
    [
        ([("enter", 0.0)], [0.0]),
        ([("5", 0.0), ("enter", 0.19)], []),
        ([("5", 0.0), ("enter", 0.2)], [0.2]),
        ([("enter", 0.0), ("enter", 0.3)], [0.0, 0.3]),
        # A further key right after one that a held key could have struck.
        ([("5", 0.0), ("enter", 0.5), ("x", 0.559)], []),
        ([("5", 0.0), ("enter", 0.5), ("x", 0.57)], [0.5]),
        # After so long a silence no hold can have begun.
        ([("5", 0.0), ("enter", 1.6), ("x", 1.61)], [1.6]),
        # A hold, and a lone repeat that a line has held back.
        ([("enter", 0.0), ("enter", 0.5), ("enter", 0.53), ("enter", 0.56), ("enter", 0.9)], [0.0]),
        ([("enter", 0.0), ("enter", 0.03), ("enter", 1.0), ("enter", 2.5)], [0.0, 2.5]),
    ],
)
def test_which_enter_confirms(keys: list[tuple[str, float]], confirm: list[float]) -> None:
    assert heard(noted(*keys)) == confirm


def test_a_question_has_to_be_seen() -> None:
    (stroke,) = noted(("enter", 10.0))
    assert not could_confirm(stroke, None)
    assert not could_confirm(stroke, 9.9)
    assert could_confirm(stroke, 9.85)
    assert waits_for_silence(stroke, 9.5), "a young one: the key may be a held one's"
    assert not waits_for_silence(stroke, 8.9)


def test_where_the_terminal_tells_repeats_they_decide() -> None:
    strokes = Keystrokes()
    press = strokes.note("enter", 0.0, KeyKind.PRESS)
    assert not waits_for_silence(press, -0.5)
    repeat = strokes.note("enter", 5.0, KeyKind.REPEAT)
    assert not could_confirm(repeat, UP_LONG_AGO)
    assert not is_new_press(repeat, None)
    assert is_new_press(strokes.note("enter", 5.03, KeyKind.PRESS), None)


def test_a_row_is_chosen_right_after_a_move_and_a_held_key_chooses_none() -> None:
    _, chosen, held = noted(("down", 0.0), ("enter", 0.05), ("enter", 0.3))
    assert could_repeat(chosen, UP_LONG_AGO)
    assert not could_repeat(noted(("enter", 0.0), ("enter", 0.2))[1], UP_LONG_AGO)
    assert could_repeat(held, UP_LONG_AGO)


def test_an_enter_left_over_is_no_press_on_a_pane() -> None:
    first, again = noted(("enter", 0.0), ("enter", 0.2))
    assert is_new_press(first, None)
    assert not is_new_press(again, None)
    assert is_new_press(noted(("enter", 0.0), ("enter", 0.3))[1], None)
    assert not is_new_press(noted(("enter", 0.0), ("enter", 1.4))[1], closed_at=0.0)
    assert is_new_press(noted(("enter", 0.0), ("enter", 1.6))[1], closed_at=0.0)
    assert is_new_press(noted(("enter", 0.0), ("4", 0.1), ("enter", 0.2))[2], closed_at=0.0)
