"""The two lines at the bottom: the latest message, and the keys that work now."""

from collections.abc import Mapping, Sequence
from itertools import islice

import msgspec
from rich.cells import cell_len

from xbtfx_tui.domain.clock import Instant
from xbtfx_tui.domain.events import Loudness, Said
from xbtfx_tui.store.changes import Changes
from xbtfx_tui.ui import format as fmt
from xbtfx_tui.ui.actions import ACTIONS, action, first_key, key_name
from xbtfx_tui.ui.panes.messages import SIGNS, TINTS
from xbtfx_tui.ui.ports import Backend
from xbtfx_tui.ui.reasons import Situation
from xbtfx_tui.ui.widgets.lines import CellLine, Item

SHOWN_FOR = {Loudness.INFO: 10.0, Loudness.GOOD: 20.0, Loudness.WARNING: 45.0, Loudness.ERROR: 120.0}
HELD_FOR = {Loudness.INFO: 0.0, Loudness.GOOD: 0.0, Loudness.WARNING: 4.0, Loudness.ERROR: 8.0}
"""Seconds in which a quieter message that comes right after does not take the line."""
LOUDNESSES = list(Loudness)
HINT_SHOWN_FOR = 6.0
_MESSAGES = action("pane.messages")
_HINT_SIGN = "! "
_LONGEST = 4_000
_LOOKED_BACK = 8
FIRST_TO_GO = ("pane.zoom", "pane.next", "program.quit", "trade.lock")
"""What leaves the line of keys first where it is narrow; the help has them all."""


class _Hint(msgspec.Struct, frozen=True):
    """Words, what the line ends in where they don't fit, and until when they stand (monotonic)."""

    words: str
    rest: str
    until: float


class NoticeLine(CellLine):
    """The latest message, as long as it is news; or a hint. `keys` are those of the config, by action."""

    def __init__(self, backend: Backend, keys: Mapping[str, str]) -> None:
        super().__init__(id="notice")
        self._rest = f" {first_key(keys.get(_MESSAGES.id, _MESSAGES.keys))} shows all"
        self._backend = backend
        self._store = backend.store
        self._hint: _Hint | None = None

    def hint(self, sentence: str) -> None:
        """Show what Messages has in other words; gone after a few seconds, kept in no list."""
        self._show_hint(sentence, "")

    def answer(self, sentence: str) -> None:
        """Answer a key or a command; gone after a few seconds, and kept in no list while it fits.

        What does not fit is kept in Messages, once, and the line ends in the key that shows them.
        """
        sentence = fmt.clean(sentence, _LONGEST)
        if not 0 < self.size.width < cell_len(_HINT_SIGN + sentence):
            self._show_hint(sentence, "")
            return
        if sentence not in {said.text for said in islice(reversed(self._store.messages), _LOOKED_BACK)}:
            self._backend.say(Loudness.INFO, sentence)
        self._show_hint(sentence, self._rest)

    def _show_hint(self, sentence: str, rest: str) -> None:
        self._hint = _Hint(
            f"{_HINT_SIGN}{sentence}", rest, self._backend.clock.now().monotonic + HINT_SHOWN_FOR
        )
        self.redraw()

    def absorb(self, changes: Changes, now: Instant) -> None:
        if changes.messages:
            latest = self._store.messages[-1]
            if latest.loudness is not Loudness.INFO:
                self._hint = None
            self.redraw()

    def every_second(self) -> None:
        self.redraw()

    def redraw(self) -> None:
        now = self._backend.clock.now()
        width = self.size.width
        if (hint := self._hint) is not None and hint.until > now.monotonic:
            words = fmt.left(hint.words, width - len(hint.rest)) + hint.rest
            self.show([Item(((words, self.tint("warning")),))])
            return
        self._hint = None
        latest = message_to_show(self._store.messages, now.wall)
        if latest is None or now.wall - latest.wall > SHOWN_FOR[latest.loudness]:
            self.show([])
            return
        text = f"{SIGNS[latest.loudness]} {fmt.clean(latest.text)}".strip()
        self.show([Item(((fmt.left(text, width), self.tint(TINTS[latest.loudness])),))])


def message_to_show(messages: Sequence[Said], wall: float) -> Said | None:
    """The latest message, or a louder one that came just before it; `wall` is now, unix time.

    Good news is never held back: it may be what the trouble before it came to.
    """
    if not messages:
        return None
    shown = messages[-1]
    if shown.loudness is Loudness.GOOD:
        return shown
    for said in islice(reversed(messages), _LOOKED_BACK):
        held = wall - said.wall < HELD_FOR[said.loudness]
        if held and LOUDNESSES.index(said.loudness) > LOUDNESSES.index(shown.loudness):
            shown = said
    return shown


class KeyLine(CellLine):
    """Each key with its word; dim where it does not work now (the key then says why)."""

    def __init__(self, keys: Mapping[str, str]) -> None:
        super().__init__(id="keys")
        self._keys = keys

    def show_for(self, now: Situation) -> None:
        rank_of = {name: 1000 - rank for rank, name in enumerate(FIRST_TO_GO)}
        items = []
        for rank, one in enumerate(ACTIONS):
            if not one.label:
                continue
            works = one.why_not(now) is None
            if one.fleeting and not works:
                continue
            name = self._keys.get(one.id, one.keys)
            items.append(
                Item(
                    (
                        (key_name(name), self.tint("accent" if works else "muted")),
                        (f" {one.label}", self.tint("text" if works else "muted")),
                    ),
                    0 if one.fleeting or one.id == "program.help" else rank_of.get(one.id, rank + 1),
                )
            )
        self.show(items)
