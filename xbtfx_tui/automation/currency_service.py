"""What the trader tells of the account's currency: the setting, the answer of an earlier run, a new one.

It decides nothing of the currency itself: the store weighs who tells what. The disk is touched off the event
loop.
"""

import asyncio
import contextlib
from collections.abc import Callable
from typing import Protocol

from xbtfx_tui.domain.account_currency import (
    CurrencyNotKnown,
    KeptAnswer,
    NamedByServer,
    ToldByTrader,
    code_in,
)
from xbtfx_tui.domain.action_results import NotDone
from xbtfx_tui.domain.store_events import CurrencyTold, Severity
from xbtfx_tui.store.store import Store

LOOK_EVERY = 0.1
LOOKS_FOR_PROOF = 100
"""So often the specs of what is held are waited for before the trader is asked: its profits may tell."""

ANSWERED = "told in the terminal"


class CurrencyRepository(Protocol):
    """Where a login's answer is kept between runs; both wait for the disk, and neither raises."""

    def load(self, login: int) -> KeptAnswer | None:
        """The kept answer; None where the trader was not asked yet."""

    def save(self, login: int, currency: str | None) -> str | None:
        """Keep the answer, None for one that leaves it open; what went wrong as a sentence."""


class NoCurrencyRepository:
    """A shelf that is empty at every start."""

    def load(self, login: int) -> KeptAnswer | None:
        return None

    def save(self, login: int, currency: str | None) -> str | None:
        return None


class CurrencyKeeper:
    """`setting` is the trader's word in config or on the command line: it goes before an earlier answer."""

    def __init__(
        self,
        store: Store,
        shelf: CurrencyRepository,
        setting: ToldByTrader | None,
        say: Callable[[Severity, str], None],
    ) -> None:
        self._store = store
        self._shelf = shelf
        self._setting = setting
        self._say = say
        self._login: int | None = None
        self._was_asked = False
        self.figures_are_in = False
        self._task: asyncio.Task[None] | None = None
        self._writing: set[asyncio.Task[None]] = set()

    def start(self) -> None:
        """Begin; returns at once. The setting counts from now on, an earlier answer as the login is known."""
        if self._setting is not None:
            self._store.apply(CurrencyTold(self._setting))
        self._task = asyncio.create_task(self._look_up(), name="the account's currency")

    async def stop(self) -> None:
        """End, once what was answered is kept."""
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
        await asyncio.gather(*self._writing)

    @property
    def is_looked_up(self) -> bool:
        """Whether all that the trader told before is in the store."""
        return self._login is not None

    @property
    def must_ask(self) -> bool:
        """Whether the trader is to be asked: nothing tells, and nobody asked them before."""
        return (
            self.figures_are_in
            and not self._was_asked
            and self._store.account is not None
            and isinstance(self._store.currency, CurrencyNotKnown)
        )

    def answer(self, currency: str | None) -> str:
        """The trader's answer, kept for this login; None leaves it open. What comes of it, as a sentence."""
        self._was_asked = True
        self._keep(currency)
        if currency is None:
            return "The currency stays open: :currency USD tells it later."
        if isinstance(named := self._store.currency, NamedByServer):
            return f"The server says that the account is in {named.currency}: that counts."
        self._store.apply(CurrencyTold(ToldByTrader(currency, ANSWERED)))
        if code_in(self._store.currency) != currency:
            return NotDone(f"{currency} does not fit the profits of the account's positions; see Messages.")
        return f"The account is in {currency}, by your word."

    async def _look_up(self) -> None:
        while not self.is_looked_up:
            if self._store.key is not None:
                await self._load(self._store.key.login)
            await asyncio.sleep(LOOK_EVERY)
        for _ in range(LOOKS_FOR_PROOF):
            if self._store.positions_asked is not None and all(
                position.symbol in self._store.specs for position in self._store.positions.values()
            ):
                break
            await asyncio.sleep(LOOK_EVERY)
        self.figures_are_in = True

    async def _load(self, login: int) -> None:
        kept = await asyncio.to_thread(self._shelf.load, login)
        if kept is not None:
            self._was_asked = True
            if kept.currency is not None and self._setting is None:
                self._store.apply(CurrencyTold(ToldByTrader(kept.currency, "told in an earlier run")))
        self._login = login

    def _keep(self, currency: str | None) -> None:
        task = asyncio.create_task(self._write(currency), name="keeping the currency")
        self._writing.add(task)
        task.add_done_callback(self._writing.discard)

    async def _write(self, currency: str | None) -> None:
        if self._login is None:
            return
        problem = await asyncio.to_thread(self._shelf.save, self._login, currency)
        if problem is not None:
            self._say(Severity.WARNING, problem)
