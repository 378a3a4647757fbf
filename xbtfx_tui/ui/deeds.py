"""Deeds of the command line, each handed to the part of the terminal that does it. It sends no order.

A part that can do more is plugged in with a line: `deeds.plug_in(Trail, trailing.begin)`.
"""

from collections.abc import Callable
from typing import Any, TypeAlias

from xbtfx_tui.planning.plan import Deed, OwnCommand

Doer: TypeAlias = Callable[[Deed], str]
"""Does a deed, and answers with a sentence on what became of it."""


class Deeds:
    """Who does what, by the command's type."""

    def __init__(self) -> None:
        self._doers: dict[type, Doer] = {}

    def plug_in(self, command: type[OwnCommand], does: Callable[[Any], str]) -> None:
        """From now on `does` is called with each command of this type; it answers with a sentence."""
        self._doers[command] = lambda deed: does(deed.command)

    def plug_in_whole(self, command: type[OwnCommand], does: Doer) -> None:
        """The same for what needs the deed's tickets, too."""
        self._doers[command] = does

    def do(self, deed: Deed) -> str:
        """Do it; a sentence on what became of it, also where nobody can do it."""
        does = self._doers.get(type(deed.command))
        if does is None:
            return f"Not done: {deed.words.rstrip('.')} is not possible yet."
        return does(deed)
