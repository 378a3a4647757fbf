"""The confirm rule by tables: which enter of a few keys counts."""

from collections.abc import Sequence

import pytest

from xbtfx_tui.ui.confirm_rule import (
    could_confirm,
    could_end_word,
    could_repeat,
    is_new_press,
    leaves_quiet,
    quiet_after,
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
        and (not quiet_after(stroke) or following is None or leaves_quiet(stroke, following))
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
        # However long the silence before it.
        ([("5", 0.0), ("enter", 1.6), ("x", 1.61)], []),
        # A hold, and a lone repeat that a line has held back.
        ([("enter", 0.0), ("enter", 0.5), ("enter", 0.53), ("enter", 0.56), ("enter", 0.9)], [0.0]),
        ([("enter", 0.0), ("enter", 0.03), ("enter", 1.0), ("enter", 3.1)], [3.1]),
    ],
)
def test_which_enter_confirms(keys: list[tuple[str, float]], confirm: list[float]) -> None:
    assert heard(noted(*keys)) == confirm


@pytest.mark.parametrize(
    ("keys", "does"),
    [
        ([("e", 0.0), ("enter", 0.06)], True),
        ([("e", 0.0), ("enter", 0.04)], False),  # in one go, as after a stall
        ([("e", 0.0), ("enter", 0.06), ("enter", 0.2)], False),
        ([("e", 0.0), ("enter", 0.04), ("enter", 0.6)], True),
    ],
)
def test_an_enter_may_come_right_after_a_typed_word(keys: list[tuple[str, float]], does: bool) -> None:
    assert could_end_word(noted(*keys)[-1], UP_LONG_AGO) is does
    assert not could_end_word(noted(*keys)[-1], 0.5)


def test_a_key_is_held_by_what_is_told_or_by_many_in_a_row() -> None:
    strokes = noted(*[("j", number * 0.03) for number in range(6)], ("k", 0.2), ("j", 0.22), ("j", 0.4))
    assert [stroke.is_held for stroke in strokes] == [False] * 4 + [True] * 2 + [False] * 3
    assert Keystrokes().note("j", 0.0, KeyKind.REPEAT).is_held
    told = Keystrokes()
    assert not any(told.note("j", number * 0.03, KeyKind.PRESS).is_held for number in range(6))


def test_a_question_has_to_be_seen() -> None:
    (stroke,) = noted(("enter", 10.0))
    assert not could_confirm(stroke, None)
    assert not could_confirm(stroke, 9.9)
    assert could_confirm(stroke, 9.85)


@pytest.mark.parametrize("stall", [1.2, 1.6, 2.0, 30.0])
def test_repeats_that_a_line_held_back_confirm_nothing(stall: float) -> None:
    """However long the silence before them: they come in one go."""
    assert heard(noted(("enter", 0.0), ("enter", stall), ("enter", stall)), seen=0.1) == []
    assert heard(noted(("enter", 0.0), *[("enter", stall)] * 30), seen=0.1) == []


def test_the_first_repeat_of_a_held_enter_may_come_alone() -> None:
    assert heard(noted(("enter", 0.0), ("enter", 0.66), ("enter", 0.74)), seen=0.1) == []
    assert heard(noted(("enter", 0.0), ("enter", 0.66), ("enter", 0.80)), seen=0.1) == [0.66]


def test_the_last_repeat_after_a_stall_confirms_nothing() -> None:
    held = [("enter", 0.5 + number * 0.03) for number in range(20)]
    assert heard(noted(("enter", 0.0), *held, ("enter", held[-1][1] + 1.6)), seen=0.1) == []


def test_an_enter_meant_for_what_was_refused_is_no_press_on_a_pane() -> None:
    refused, enter, again = noted(("e", 0.0), ("enter", 0.6), ("enter", 1.3))
    assert is_new_press(enter, None)
    assert not is_new_press(enter, None, refused)
    assert not is_new_press(again, None, enter)
    later = noted(("e", 0.0), ("enter", 1.6))
    assert is_new_press(later[1], None, later[0])
    moved = noted(("e", 0.0), ("down", 0.3), ("enter", 0.4))
    assert is_new_press(moved[2], None, moved[0])


def test_where_the_terminal_tells_repeats_they_decide() -> None:
    strokes = Keystrokes()
    press = strokes.note("enter", 0.0, KeyKind.PRESS)
    assert quiet_after(press) == 0
    repeat = strokes.note("enter", 5.0, KeyKind.REPEAT)
    assert not could_confirm(repeat, UP_LONG_AGO)
    assert not is_new_press(repeat, None)
    again = strokes.note("enter", 5.03, KeyKind.PRESS)
    assert is_new_press(again, None)
    assert not could_confirm(
        again, UP_LONG_AGO
    )  # two in one go: a stalled line brings what was struck long ago
    assert could_confirm(strokes.note("enter", 5.3, KeyKind.PRESS), UP_LONG_AGO)
    assert not is_new_press(Keystrokes().note("enter", 0.0, KeyKind.REPEAT), None)


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
