"""Asks the confirm rule about the key that has its turn: whether it answers a question that is on screen.

It decides nothing itself, and sends nothing.
"""

from collections.abc import Callable
from typing import TypeAlias

from textual.dom import DOMNode

from xbtfx_tui.ui.confirm_rule import could_confirm, quiet_after
from xbtfx_tui.ui.keystrokes import ENTER, Keystroke
from xbtfx_tui.ui.terminal.key_turns import key_turns_of

PRESS_AGAIN = "Press enter again."
Rule: TypeAlias = Callable[[Keystroke, float | None], bool]


class ConfirmGuard:
    """One for each question, which `node` of the screen asks."""

    def __init__(self, node: DOMNode) -> None:
        self._node = node
        self._seen_since: float | None = None
        self._is_asked = False
        self._questions = 0

    def ask(self) -> None:
        """A question comes up with the next frame, or another one: it can be answered once it is painted."""
        self.begin()
        self._node.call_after_refresh(self.painted)

    def begin(self) -> None:
        """The same where something else has to happen before it is painted: whoever asks says when it is."""
        self.end()
        self._is_asked = True

    def painted(self) -> None:
        if self._is_asked:
            self._seen_since = key_turns_of(self._node.app).clock()

    def end(self) -> None:
        """Nothing is asked any more."""
        self._seen_since = None
        self._is_asked = False
        self._questions += 1

    @property
    def is_unseen(self) -> bool:
        """Whether a question was brought up that is not painted yet."""
        return self._is_asked and self._seen_since is None

    async def hears(self, rule: Rule = could_confirm) -> bool:
        """Whether the key that has its turn counts, by this rule for what came before it.

        It may take `quiet_after` to tell: never asked in the app's own turn, for keys come in by that.
        """
        turns = key_turns_of(self._node.app)
        stroke, seen, question = turns.current, self._seen_since, self._questions
        if stroke is None or seen is None or not rule(stroke, seen):
            return False
        if quiet_after(stroke) and not await turns.stays_quiet_after(stroke):
            return False
        return question == self._questions

    def would_hear(self) -> bool:
        """Whether an enter struck just now would count, as far as what came before it tells."""
        turns = key_turns_of(self._node.app)
        return could_confirm(turns.strokes.if_struck(ENTER, turns.clock()), self._seen_since)
