"""Opens the door of one account, keeps it while the terminal runs, and closes it. It answers nothing itself.

Only the holder of the login's lock opens it: two doors of one account would be two lists of proposals.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable

from xbtfx_tui.domain.clock import Clock
from xbtfx_tui.domain.lasting_states import OfThisRun
from xbtfx_tui.domain.login_state_owner import (
    Keeping,
    KeptByAnother,
    KeptByNoLock,
    KeptHere,
    NotDecided,
    holder_words,
)
from xbtfx_tui.domain.store_events import Severity, TrueWhile
from xbtfx_tui.door.door_answers import DoorAnswers
from xbtfx_tui.door.door_folder import DoorPlace, NoPlace, free_place
from xbtfx_tui.door.door_hub import DoorHub, Welcome
from xbtfx_tui.door.proposal_desk import LineJudge, ProposalDesk
from xbtfx_tui.store.store import Store

_log = logging.getLogger(__name__)

_BEAT, _LOOK = 0.25, 0.1
"""Seconds between two looks at what waits, and at whether the lock is ours."""
_TELL = 'Scripts reach this terminal: xbtfx-tui propose "LINE".'


class DoorKeeper:
    """One per account. `place` None lets nobody in, whoever keeps the account."""

    def __init__(
        self,
        place: DoorPlace | None,
        store: Store,
        clock: Clock,
        judge: LineJudge,
        keeping: Callable[[], Keeping],
        say: Callable[[Severity, str, TrueWhile | None], None],
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._sleep = sleep
        self._place = place
        self._store = store
        self._keeping = keeping
        self._say = say
        self.proposals = ProposalDesk(store, clock, judge, lambda how, words: say(how, words, None))
        answers = DoorAnswers(store, clock, judge, self.proposals)
        self._hub = DoorHub(answers, self.proposals, clock, self._welcome)
        self._task: asyncio.Task[None] | None = None
        self._closing: asyncio.Task[None] | None = None

    def _welcome(self) -> Welcome:
        is_paper = self._place is not None and self._place.is_paper
        return Welcome(self._store.key.login if self._store.key else None, "paper" if is_paper else "live")

    def start(self) -> None:
        """Open it once it is known who keeps the account."""
        if self._place is not None:
            self._task = asyncio.create_task(self._keep(self._place), name="the door")
            self._task.add_done_callback(self._ended)

    async def stop(self) -> None:
        """What pends ends, and whoever waits is told."""
        self.proposals.close()
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait({self._task})
            await self._hub.close()

    async def _keep(self, place: DoorPlace) -> None:
        if not await self._is_opened(place):
            return
        self.proposals.on_change = self._hub.changed
        while True:
            if not self.proposals.is_busy and not self._hub.waits:
                self._hub.stirs.clear()
                await self._hub.stirs.wait()  # an idle terminal is woken by nothing of this
            await asyncio.sleep(_BEAT)
            if self.proposals.is_busy:
                self.proposals.look()
            if self._hub.waits:
                self._hub.beat()

    async def _is_opened(self, place: DoorPlace) -> bool:
        while isinstance(keeping := self._keeping(), NotDecided) or self._store.key is None:
            await self._sleep(_LOOK)
        match keeping:
            case KeptByAnother(pid):
                who = holder_words(pid).capitalize()
                self._shut(f"{who} was here first: scripts reach that one, not this.", told=False)
                return False
            case KeptByNoLock(reason):
                self._shut(f"Scripts do not reach this terminal: {reason}.", told=False)
                return False
            case KeptHere():
                pass
        found = await asyncio.to_thread(free_place, place, self._store.key.login)
        if isinstance(found, NoPlace):
            self._shut(f"Scripts do not reach this terminal: {found.why}.")
            return False
        try:
            await self._hub.open(found)
        except OSError as error:
            self._shut(f"Scripts do not reach this terminal: {error.strerror or type(error).__name__}.")
            return False
        self.proposals.door_words = _TELL
        return True

    def _shut(self, sentence: str, *, told: bool = True) -> None:
        self.proposals.door_words = sentence
        if told:
            self._say(Severity.WARNING, sentence, OfThisRun())

    def _ended(self, task: "asyncio.Task[None]") -> None:
        if not task.cancelled() and (error := task.exception()) is not None:
            _log.error("the door failed: %s", type(error).__name__)
            self._shut("Scripts do not reach this terminal any more: the door failed. The log has more.")
            self._closing = asyncio.create_task(self._hub.close(), name="the door closes")
