"""Uses the terminal as a trader does, by keys alone, drawn from a seed. It judges nothing but its own order.

Each thing it does is a generator that is taken further between two looks at the screen, so that judging goes
on while it waits.
"""

import random
from collections import Counter
from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from typing import TypeAlias

from tests.soak.reading import positions_counted, read_screen
from tests.soak.terminal import SoakTerminal

Doing: TypeAlias = Generator[None, None, bool]
"""Goes on at each `next`; ends with whether it came to what it was meant to."""

SENDS = "Enter sends, escape goes back."
LOTS = "0.01"
MOST_POSITIONS = 8
FULL = (200, 50)
SIZES = ((160, 45), (120, 34), (80, 24), (60, 20))
_LISTENS_AFTER = 0.5
"""Longer than a review is deaf, and than a lone escape waits to be taken for one."""
_STOPPED = (1.0, 6.0)
_HOLDS = 30.0
"""Seconds that a confirmed review may stay on screen: what it was counted for must not be guessed."""


@dataclass(slots=True)
class Done:
    """`confirmed` orders left their review by enter; `refused` ones did not; `did` counts what was done."""

    confirmed: int = 0
    opened: int = 0
    refused: int = 0
    did: Counter[str] = field(default_factory=Counter)


class Trader:
    """Works while it is `step`ped with the time of now, in monotonic seconds."""

    def __init__(self, run: SoakTerminal, seed: int, *, pace: float = 1.0) -> None:
        self._run = run
        self._chance = random.Random(f"trader {seed}")
        self._pace = pace
        self._now = 0.0
        self._doing: Doing | None = None
        self.done = Done()
        self.may_order = True
        self.does = "unlocks at first"
        """What it is at, for whoever looks into a fault."""
        self._ways: tuple[tuple[str, int, Callable[[], Doing]], ...] = (
            ("moves", 8, self._moves),
            ("changes panes", 6, self._changes_panes),
            ("looks into a ticket", 4, self._looks_into_a_ticket),
            ("opens", 5, self._opens),
            ("closes", 4, self._closes),
            ("resizes", 2, self._resizes),
            ("stops reading", 2, self._stops_reading),
        )

    def step(self, now: float) -> None:
        """Go on with what is being done, or begin the next thing."""
        self._now = now
        if self._doing is None:
            self._doing = self._next()
        try:
            next(self._doing)
        except StopIteration:
            self._doing = None

    @property
    def is_idle(self) -> bool:
        return self._doing is None

    # --- what is done ---

    def _next(self) -> Doing:
        yield from self._waits(self._chance.uniform(0.2, 1.5) * self._pace)
        yield from self._leaves_dialogs()
        if read_screen(self._run.grid).is_locked and self.may_order:
            yield from self._unlocks()
        names = [name for name, _, _ in self._ways]
        (name,) = self._chance.choices(names, [weight for _, weight, _ in self._ways])
        way = next(way for called, _, way in self._ways if called == name)
        if name in ("opens", "closes") and not self.may_order:
            way = self._moves
        self.does = name
        worked = yield from way()
        self.done.did[name if worked else f"{name}, in vain"] += 1
        return worked

    def unlocks_at_first(self) -> Doing:
        """Press ctrl+l until trading is open: what is pressed before the journal was read changes nothing."""
        for _ in range(10):
            if not read_screen(self._run.grid).is_locked:
                return True
            yield from self._unlocks()
        return False

    def begin(self, doing: Doing) -> None:
        """Do this, and nothing else until it is over."""
        self._doing = doing

    def _unlocks(self) -> Doing:
        self._run.types("\x0c")
        return (yield from self._sees(lambda: not read_screen(self._run.grid).is_locked, 3.0))

    def _moves(self) -> Doing:
        self._run.types("1")
        for _ in range(self._chance.randint(2, 8)):
            self._run.types(self._chance.choice("jjkk") if self._chance.random() < 0.9 else "g")
            yield from self._waits(self._chance.uniform(0.05, 0.4) * self._pace)
        return True

    def _changes_panes(self) -> Doing:
        for _ in range(self._chance.randint(1, 4)):
            self._run.types(self._chance.choice("1234567zz"))
            yield from self._waits(self._chance.uniform(0.2, 1.0) * self._pace)
        return True

    def _looks_into_a_ticket(self) -> Doing:
        self._run.types("1")
        yield from self._waits(0.2)
        self._run.types(self._chance.choice("bs"))
        seen = yield from self._sees(lambda: "enter reviews" in self._run.grid.text(), 3.0)
        if seen and self._chance.random() < 0.5:
            self._run.types("0.02\t30p")
        yield from self._waits(self._chance.uniform(0.3, 2.0) * self._pace)
        yield from self._leaves_dialogs()
        return seen

    def _opens(self) -> Doing:
        if (positions_counted(self._run.grid) or 0) >= MOST_POSITIONS:
            return (yield from self._closes())
        self._run.types("1")
        yield from self._waits(0.2)
        self._run.types("jk"[self._chance.randrange(2)] * self._chance.randint(0, 3))
        yield from self._waits(0.3)
        self._run.types(self._chance.choice("bs"))
        if not (yield from self._sees(lambda: "enter reviews" in self._run.grid.text(), 3.0)):
            return False
        yield from self._waits(0.3)
        self._run.types(f"{LOTS}\r")
        confirmed = yield from self._confirms()
        self.done.opened += confirmed
        return confirmed

    def _closes(self) -> Doing:
        self._run.types("4")
        yield from self._waits(0.3)
        self._run.types("j" * self._chance.randint(0, 4))
        yield from self._waits(0.3)
        self._run.types("c")
        if not (yield from self._sees(lambda: "enter reviews" in self._run.grid.text(), 2.0)):
            return False
        yield from self._waits(0.3)
        self._run.types("\r")
        return (yield from self._confirms())

    def _confirms(self) -> Doing:
        """Enter on the review; True once the dialog is gone: it is then taken."""
        if not (yield from self._sees(lambda: SENDS in self._run.grid.text(), 3.0)):
            self.done.refused += 1
            yield from self._leaves_dialogs()
            return False
        yield from self._waits(_LISTENS_AFTER)
        if SENDS not in self._run.grid.text():
            self.done.refused += 1
            yield from self._leaves_dialogs()
            return False
        self._run.types("\r")
        yield from self._sees(lambda: SENDS not in self._run.grid.text(), _HOLDS)
        if (yield from self._sees(lambda: not read_screen(self._run.grid).has_dialog, 3.0)):
            self.done.confirmed += 1
            return True
        self.done.refused += 1
        yield from self._leaves_dialogs()
        return False

    def _resizes(self) -> Doing:
        for _ in range(self._chance.randint(1, 3)):
            self._run.resize(*self._chance.choice(SIZES))
            yield from self._waits(self._chance.choice((0.02, 0.3, 2.0)))
        self._run.resize(*FULL)
        yield from self._waits(1.0)
        return True

    def _stops_reading(self) -> Doing:
        self._run.is_stopped = True
        yield from self._waits(self._chance.uniform(*_STOPPED) * self._pace)
        self._run.is_stopped = False
        yield from self._waits(0.5)
        return True

    def shows_positions(self) -> Doing:
        """The Positions pane, alone on a full screen."""
        yield from self._leaves_dialogs()
        if self._run.size != FULL:
            self._run.resize(*FULL)
            yield from self._waits(1.0)
        self._run.types("4")
        yield from self._waits(1.0)
        return True

    # --- how ---

    def _leaves_dialogs(self) -> Doing:
        for _ in range(6):
            if not read_screen(self._run.grid).has_dialog:
                return True
            self._run.types("\x1b")
            yield from self._waits(_LISTENS_AFTER)
        return False

    def _waits(self, seconds: float) -> Doing:
        until = self._now + seconds
        while self._now < until:
            yield
        return True

    def _sees(self, holds: Callable[[], bool], within: float) -> Doing:
        until = self._now + within
        while not holds():
            if self._now > until:
                return False
            yield
        return True
