"""What a command comes to, as values: orders to confirm, a sheet to read, a deed of the terminal's own.

A plan sends nothing. Its intents are drafted with their ids; whoever confirms it hands them to the desk.
"""

from collections.abc import Sequence
from decimal import Decimal
from typing import TypeAlias

import msgspec

from xbtfx_tui.commands.command_types import TerminalCommand
from xbtfx_tui.domain.intents import Intent
from xbtfx_tui.domain.positions import HistoryPeriod


class PlanStep(msgspec.Struct, frozen=True):
    """One order of a plan. `words` are the line of the preview; `profit` is what it would realise at the
    prices of now, in the account's currency, None where it realises nothing or that is not known; `price` is
    the price that it was valued at."""

    intent: Intent
    words: str
    profit: Decimal | None = None
    price: Decimal | None = None


class Plan(msgspec.Struct, frozen=True):
    """Orders to be confirmed once and sent one after the other. At least one step.

    `headline` says all of it in a sentence; `profit` is the sum of what would be realised, None where nothing
    is or a part is not known; `remarks` are sentences on what is left out, and why, and other warnings.
    """

    headline: str
    steps: tuple[PlanStep, ...]
    profit: Decimal | None = None
    remarks: tuple[str, ...] = ()

    @property
    def heads_a_list(self) -> bool:
        """Whether the headline says more than the steps: the words of an only step say all of it again."""
        return len(self.steps) > 1

    @property
    def lines(self) -> tuple[str, ...]:
        """The plan as lines of text: the headline, then the steps by number; of one step its words alone."""
        if not self.heads_a_list:
            return tuple(step.words for step in self.steps)
        return (self.headline, *(f"{number:>3}. {step.words}" for number, step in enumerate(self.steps, 1)))


class Sheet(msgspec.Struct, frozen=True):
    """Something to read: nothing is changed by it.

    `period` is the history that it sums up: read it again for what was closed since, and plan anew.
    """

    title: str
    lines: tuple[str, ...]
    period: HistoryPeriod | None = None


class Deed(msgspec.Struct, frozen=True):
    """A change of the terminal's own. `words` say what it does, as a sentence; `tickets` are the positions it
    is about (a trailing stop's). `needs_yes`: it may lead to orders later on, and is confirmed like one.
    `lines` are what becomes of each position, where it is about several; `remarks` are as a plan's."""

    command: TerminalCommand
    words: str
    tickets: Sequence[int] = ()
    needs_yes: bool = False
    lines: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()


class PlanRefusal(msgspec.Struct, frozen=True):
    """Why a command can't be carried out now, as a sentence with what would be right."""

    sentence: str


class NeedsHistory(msgspec.Struct, frozen=True):
    """The deals of this period have to be read first: ask for them, and plan again once they are there.
    `lacks` names them."""

    period: HistoryPeriod
    lacks: str

    @property
    def sentence(self) -> str:
        """That they are read; it stands for a refusal where nobody can wait."""
        return f"{self.lacks[0].upper()}{self.lacks[1:]} are being read; wait a moment."


class NeedsSymbols(msgspec.Struct, frozen=True):
    """These symbols' specs with a fresh price have to be read first (one `need_spec` gives both): ask for
    them, and plan again once they are there. `lacks` names them."""

    symbols: tuple[str, ...]
    lacks: str

    @property
    def sentence(self) -> str:
        """That they are waited for; it stands for a refusal where nobody can wait."""
        return f"Waiting for {self.lacks}."


Planned: TypeAlias = Plan | Sheet | Deed | PlanRefusal | NeedsHistory | NeedsSymbols
