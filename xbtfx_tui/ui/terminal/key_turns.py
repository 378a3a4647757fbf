"""Keys, clicks and pastes act in the order they came, one at a time: each has done all that it does, up to a
dialog that it brings up, before the next one is looked at.

Textual hands a key on while the last one is still on its way: in a burst, as a slow line delivers it, what
has priority overtakes what has none, and a dialog gets what was struck at the screen below. Nothing waits for
its turn where the last one is done. Knows no key, no dialog and no order.
"""

import asyncio
from asyncio import Task
from collections import deque
from collections.abc import Awaitable, Callable
from time import monotonic
from typing import Any, Protocol, runtime_checkable

from textual import events
from textual.app import App
from textual.widgets import Input

from xbtfx_tui.ui.confirm_rule import leaves_quiet, quiet_after
from xbtfx_tui.ui.keystrokes import ENTER, Keystroke, Keystrokes
from xbtfx_tui.ui.terminal.textual_internals import IS_WHOLE, is_at_rest, kind_of

PATIENCE = 1.0
"""Seconds that a key waits for the last one to be done, at the most: no key is lost to one that hangs."""
_TURNS_AT_ONCE = 64
"""Turns of the loop without a sleep in between, in which nearly every key is done."""
_ROUND = 0.001
_RESTS = 2
"""Turns in a row without work after which nothing more comes of a key."""
_UNSEEN_WORK = 0.03
"""Seconds between two keys where Textual does not tell whether it is at rest."""
_LATE = 0.020
"""Seconds by which a wait ends late where the program was busy, or the machine: what was struck meanwhile may
still be on its way, and is waited for again."""
_LEAST_WAIT = 0.020
_TRIES = 3
_BEHIND = 0.2
"""Seconds after which a held key's repeat is not done any more: it would go on after the key is let go."""
_TURNS_OF_A_KEY = 4
"""Turns of the loop from the thread that reads a key until it is noted."""

Clock = Callable[[], float]


class KeyTurns:
    """`clock` gives the seconds that keys are timed by; `handle` is what the app does with an event."""

    def __init__(
        self, app: "App[Any]", handle: Callable[[events.Event], Awaitable[None]], clock: Clock = monotonic
    ) -> None:
        self._app = app
        self._handle = handle
        self.clock = clock
        self.strokes = Keystrokes()
        self.current: Keystroke | None = None
        """The key that has its turn, or had the last one; None where that was no key."""
        self.closed_at: float | None = None
        """When the enter was struck that closed a dialog last, by `clock`."""
        self.refused: Keystroke | None = None
        """The key on a pane that was refused last, or the enter after it that was meant for what it opens."""
        self._waiting: deque[tuple[events.Event, Keystroke | None]] = deque()
        self._due: deque[tuple[events.Event, Keystroke | None]] = deque()
        self._task: Task[None] | None = None
        self._struck = asyncio.Event()
        self._begun_at: float | None = None

    async def all_had(self) -> None:
        """Wait until all that has come is done."""
        await self._rest()
        while (task := self._task) is not None:
            await asyncio.shield(task)

    async def take(self, event: events.Event) -> None:
        """What comes from the terminal, in the app's own turn."""
        if self._due and event is self._due[0][0]:
            _, self.current = self._due.popleft()
            await self._handle(event)
            return
        stroke = self._noted(event) if isinstance(event, events.Key) else None
        if self._is_behind(stroke):
            return
        if self._task is None and IS_WHOLE and is_at_rest(self._app, but_app=True):
            self.current = stroke
            await self._handle(event)
            return
        if isinstance(event, events.MouseMove) and self._waiting and event.can_replace(self._waiting[-1][0]):
            self._waiting.pop()
        self._waiting.append((event, stroke))
        if self._task is None:
            self._task = asyncio.create_task(self._take_turns(), name="key turns")

    def _noted(self, event: events.Key) -> Keystroke:
        stroke = self.strokes.note(event.key, self._at(event.time), kind_of(event))
        self._wake()
        return stroke

    def begins(self, time: float) -> None:
        """A key may have begun at this time of Textual's clock. It is not known yet whether it is one: what
        could be a pressed escape waits for what follows it."""
        latest = self.strokes.latest
        at = self._at(time)
        self._begun_at = at if latest is None else max(at, latest.at)
        self._wake()

    def _at(self, time: float) -> float:
        # Textual stamps what it reads where it is read, by a clock of its own.
        return self.clock() - max(0.0, monotonic() - time)

    def _wake(self) -> None:
        self._struck.set()
        self._struck = asyncio.Event()

    def _is_behind(self, stroke: Keystroke | None) -> bool:
        """Whether it is a held key's repeat that comes to its turn late. What is typed in a field stays."""
        if stroke is None or not stroke.is_held or self.clock() - stroke.at < _BEHIND:
            return False
        return not isinstance(self._app.focused, Input)

    async def _take_turns(self) -> None:
        try:
            await self._rest()
            while self._waiting:
                event, stroke = self._waiting.popleft()
                if self._is_behind(stroke):
                    continue
                self._due.append((event, stroke))
                self._app.post_message(event)
                await self._rest()
        finally:
            self._task = None

    async def _rest(self) -> None:
        """Until the last one is done, whatever it had to tell whom."""
        if not IS_WHOLE:
            await asyncio.sleep(_UNSEEN_WORK)
            return
        turns = rests = 0
        gives_up_at = monotonic() + PATIENCE
        while turns < _TURNS_AT_ONCE or monotonic() < gives_up_at:
            rests = rests + 1 if not self._due and is_at_rest(self._app) else 0
            if rests == _RESTS:
                return
            await asyncio.sleep(0 if turns < _TURNS_AT_ONCE or rests else _ROUND)
            turns += 1

    def closed_by(self) -> None:
        """A dialog closes: where the key that has its turn is an enter, that closed it."""
        if self.current is not None and self.current.key == ENTER:
            self.closed_at = self.current.at

    async def stays_quiet_after(self, stroke: Keystroke) -> bool:
        """Whether no key is struck for `quiet_after` seconds after this one. What the program could not hear,
        since it was busy itself, was no silence."""
        for _ in range(_TRIES):
            if self.strokes.after(stroke) is not None or self._begun_after(stroke):
                break
            began, struck = monotonic(), self._struck
            wait = max(_LEAST_WAIT, quiet_after(stroke) - max(0.0, self.clock() - stroke.at))
            try:
                async with asyncio.timeout(wait):
                    await struck.wait()
            except TimeoutError:
                if monotonic() - began < wait + _LATE:
                    break
        for _ in range(_TURNS_OF_A_KEY):
            await asyncio.sleep(0)
        following = self.strokes.after(stroke)
        if self._begun_after(stroke):
            return False
        return following is None or leaves_quiet(stroke, following)

    def _begun_after(self, stroke: Keystroke) -> bool:
        """Whether a key may have begun in the silence that it needs."""
        begun = self._begun_at
        return begun is not None and 0.0 <= begun - stroke.at <= quiet_after(stroke)


def has_its_turn(event: events.Event) -> bool:
    """Whether it came from the terminal and is still to be handed on."""
    return isinstance(event, events.InputEvent | events.Paste) and not event.is_forwarded


@runtime_checkable
class HasKeyTurns(Protocol):
    """An app whose keys have turns."""

    key_turns: KeyTurns


def key_turns_of(app: "App[Any]") -> KeyTurns:
    """The turns of this app. Raises TypeError where it has none."""
    if not isinstance(app, HasKeyTurns):
        raise TypeError(f"{app} hands its keys on as they come")
    return app.key_turns
