"""How the screen asks for an account: what the trader chose, and what came of it. Values only."""

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, TypeAlias

import msgspec

from xbtfx_tui.domain.api_key import ApiKey
from xbtfx_tui.ui.screen_options import Mode

if TYPE_CHECKING:
    from xbtfx_tui.ui.ports import Backend


class Connected(msgspec.Struct, frozen=True):
    """An account that is ready to be shown."""

    backend: "Backend"
    mode: Mode


class PaperChosen(msgspec.Struct, frozen=True):
    """The trader wants the paper account."""


class KeyEntered(msgspec.Struct, frozen=True):
    """The trader typed a key, for this run."""

    key: ApiKey


class NotConnected(msgspec.Struct, frozen=True):
    """It did not work out; `sentence` says why and what to do."""

    sentence: str


AccountChoice: TypeAlias = PaperChosen | KeyEntered
Connect: TypeAlias = Callable[[AccountChoice], Awaitable[Connected | NotConnected]]
