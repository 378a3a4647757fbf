"""Between the store and the panes: one timer that drains what changed and hands it on, frame by frame."""

from collections.abc import Sequence
from typing import Protocol

from xbtfx_tui.domain.clock import Clock, Instant
from xbtfx_tui.store.changed_keys import Changes
from xbtfx_tui.store.store import Store


class Pane(Protocol):
    """What shows a part of the store."""

    def absorb(self, changes: Changes, now: Instant) -> None:
        """Repaint what these changes touch."""

    def every_second(self) -> None:
        """Repaint what moves by itself: ages, clocks."""


class Bridge:
    """Gives each frame's changes to each pane. Never holds state of its own beyond the second's beat."""

    def __init__(self, store: Store, clock: Clock, panes: Sequence[Pane]) -> None:
        self._store = store
        self._clock = clock
        self._panes = panes
        self._second = 0

    def frame(self) -> Changes:
        """One frame: drain, hand on, and once a second let the panes age."""
        changes = self._store.drain()
        now = self._clock.now()
        for pane in self._panes:
            pane.absorb(changes, now)
        second = int(now.wall)
        if second != self._second:
            self._second = second
            for pane in self._panes:
                pane.every_second()
        return changes
