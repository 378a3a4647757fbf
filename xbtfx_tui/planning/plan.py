"""What a command comes to, as values: orders to confirm, a sheet to read, a deed of the terminal's own.

A plan sends nothing. Its intents are drafted with their ids; whoever confirms it hands them to the desk.
"""

from collections.abc import Sequence
from decimal import Decimal
from typing import TypeAlias

import msgspec

from xbtfx_tui.commands.command import (
    AlertOnFeed,
    AlertOnMargin,
    AlertOnPrice,
    AlertOnProfit,
    AlertOnSpread,
    ClearPreset,
    Lock,
    RemoveAlert,
    SetPreset,
    SwitchGroup,
    TellCurrency,
    Trail,
    TrailOff,
    Unlock,
    Unwatch,
    Watch,
)
from xbtfx_tui.domain.intents import Intent
from xbtfx_tui.domain.positions import HistoryPeriod


class Step(msgspec.Struct, frozen=True):
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
    steps: tuple[Step, ...]
    profit: Decimal | None = None
    remarks: tuple[str, ...] = ()


class Sheet(msgspec.Struct, frozen=True):
    """Something to read: nothing is changed by it.

    `period` is the history that it sums up: read it again for what was closed since, and plan anew.
    """

    title: str
    lines: tuple[str, ...]
    period: HistoryPeriod | None = None


OwnCommand: TypeAlias = (
    Watch
    | Unwatch
    | SwitchGroup
    | AlertOnPrice
    | AlertOnSpread
    | AlertOnProfit
    | AlertOnMargin
    | AlertOnFeed
    | RemoveAlert
    | SetPreset
    | ClearPreset
    | TellCurrency
    | Lock
    | Unlock
    | Trail
    | TrailOff
)
"""Commands that change the terminal alone: no order is sent at once."""


class Deed(msgspec.Struct, frozen=True):
    """A change of the terminal's own. `words` say what it does, as a sentence; `tickets` are the positions it
    is about (a trailing stop's). `needs_yes`: it may lead to orders later on, and is confirmed like one."""

    command: OwnCommand
    words: str
    tickets: Sequence[int] = ()
    needs_yes: bool = False


class Refusal(msgspec.Struct, frozen=True):
    """Why a command can't be carried out now, as a sentence with what would be right."""

    sentence: str


class NeedsHistory(msgspec.Struct, frozen=True):
    """The deals of this period have to be read first: ask for them, and plan again once they are there.

    `sentence` says so, and stands for a refusal where nobody can wait.
    """

    period: HistoryPeriod
    sentence: str


class NeedsSymbols(msgspec.Struct, frozen=True):
    """These symbols' specs with a fresh price have to be read first (one `need_spec` gives both): ask for
    them, and plan again once they are there. `sentence` stands for a refusal where nobody can wait.
    """

    symbols: tuple[str, ...]
    sentence: str


Planned: TypeAlias = Plan | Sheet | Deed | Refusal | NeedsHistory | NeedsSymbols
