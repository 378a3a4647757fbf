"""Whether a key confirms: the one rule of every review, and of what enter does on a pane. Pure.

A held key is one press, 250 to 1,000 ms of silence, then a repeat every 30 ms, which a bad line delivers in
clumps. So silence before a key is not enough: where it could be such a first repeat, silence after it counts
as well. A terminal that reports repeats tells them apart by itself.
"""

from xbtfx_tui.ui.keystrokes import KeyKind, Keystroke

QUIET_BEFORE = 0.200
"""Seconds without any key before one that confirms."""
QUIET_AFTER = 0.060
"""Seconds without any key after one that confirms: a line that stalls brings repeats in one go."""
QUIET_AFTER_ITSELF = 0.120
"""The same where the key was struck a moment ago, and so may be held: its first repeats come apart."""
SEEN_FOR = 0.150
"""Seconds that a question has to be on screen before a key that answers it."""
IN_ONE_GO = 0.050
"""Seconds between two keys below which no hand struck them: they were held back, and came together."""
HOLD_BEGINS_WITHIN = 1.5
"""Seconds after a press in which its key may begin to repeat."""
NEW_PRESS_AFTER = 0.250
"""Seconds between two strokes of one key, the second of which is a press of its own."""


def could_confirm(stroke: Keystroke, seen_since: float | None) -> bool:
    """Whether it may confirm what has been on screen `seen_since` (monotonic; None = is not yet), as far as
    what came before it tells."""
    if stroke.kind is KeyKind.REPEAT or seen_since is None or stroke.at - seen_since < SEEN_FOR:
        return False
    return stroke.silence >= QUIET_BEFORE and not stroke.in_run


def could_repeat(stroke: Keystroke, seen_since: float | None) -> bool:
    """The same for what is done in a list, like choosing a row or removing it, where other keys come right
    before it: itself may not."""
    if stroke.kind is KeyKind.REPEAT or seen_since is None or stroke.at - seen_since < SEEN_FOR:
        return False
    return is_apart(stroke)


def could_end_word(stroke: Keystroke, seen_since: float | None) -> bool:
    """The same for the enter after a word that is typed to confirm. No held enter types a word, so its last
    letter may come right before it; but not in one go, as what was typed unseen comes after a stall."""
    if stroke.follows == stroke.key or stroke.silence < IN_ONE_GO:
        return could_confirm(stroke, seen_since)
    return could_repeat(stroke, seen_since)


def is_apart(stroke: Keystroke) -> bool:
    """Whether it is none of a run of the same key."""
    return stroke.since_same >= NEW_PRESS_AFTER and not stroke.in_run


def quiet_after(stroke: Keystroke) -> float:
    """Seconds without a further key after which it confirms; 0 where the terminal tells that it is a press.

    However long the silence before it: keys that come in one go after a stall were struck long ago.
    """
    if stroke.kind is KeyKind.PRESS:
        return 0.0
    return QUIET_AFTER_ITSELF if stroke.since_same < HOLD_BEGINS_WITHIN else QUIET_AFTER


def leaves_quiet(stroke: Keystroke, following: Keystroke) -> bool:
    """Whether the key after it left the silence that it needs."""
    return following.at - stroke.at > quiet_after(stroke)


def is_new_press(enter: Keystroke, closed_at: float | None = None, refused: Keystroke | None = None) -> bool:
    """Whether an enter on a pane was struck for it: not left over from a run of enters, nor from the enter
    that closed a dialog `closed_at` (monotonic; None = none was), nor meant for what the key before it,
    `refused`, would have opened."""
    if refused is not None and enter.number == refused.number + 1 and enter.silence < HOLD_BEGINS_WITHIN:
        return False
    if enter.kind is KeyKind.REPEAT:
        return False
    if enter.kind is KeyKind.PRESS or enter.follows != enter.key:  # another key ends a hold
        return True
    if not is_apart(enter):
        return False
    return closed_at is None or enter.at - closed_at > HOLD_BEGINS_WITHIN
