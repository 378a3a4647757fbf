"""How the screen asks for an account: what the trader chose, and what came of it. Values only."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from xbtfx_tui.domain.secrets import ApiKey
from xbtfx_tui.ui.options import Mode

if TYPE_CHECKING:
    from xbtfx_tui.ui.ports import Backend


@dataclass(frozen=True, slots=True)
class Connected:
    """An account that is ready to be shown."""

    backend: "Backend"
    mode: Mode


@dataclass(frozen=True, slots=True)
class PaperChosen:
    """The trader wants the paper account."""


@dataclass(frozen=True, slots=True)
class KeyEntered:
    """The trader typed a key, for this run."""

    key: ApiKey


@dataclass(frozen=True, slots=True)
class NotConnected:
    """It did not work out; `sentence` says why and what to do."""

    sentence: str


Choice: TypeAlias = PaperChosen | KeyEntered
Connect: TypeAlias = Callable[[Choice], Awaitable[Connected | NotConnected]]
