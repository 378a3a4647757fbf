"""An account with a door: the real list of proposals and the real answers, and nothing is sent."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import msgspec

from tests.ui.still_orders import StillDesk
from tests.ui.still_proposals import asks, still_proposals
from tests.ui.still_rules import MemoryRules
from tests.ui.still_trails import StillTrails
from tests.unit.alert_terminal import until
from tests.unit.planning_account import PlanAccount, an_account
from xbtfx_tui.automation.alert_repository import NoRepository
from xbtfx_tui.automation.alert_service import AlertKeeper
from xbtfx_tui.domain.clock import Instant
from xbtfx_tui.domain.login_state_owner import Keeping, KeptHere
from xbtfx_tui.domain.proposals import Proposal
from xbtfx_tui.domain.store_events import Message, Severity, TrueWhile
from xbtfx_tui.door.door_folder import DoorPlace, sockets_in
from xbtfx_tui.door.door_keeper import DoorKeeper
from xbtfx_tui.door.line_planning import LinePlanning
from xbtfx_tui.door.proposal_desk import AskedLine, NotTaken
from xbtfx_tui.rules.rule_keeper import RuleKeeper


class DoorAccount:
    """What a script finds behind the door; `said` is what the trader was told."""

    def __init__(self, account: PlanAccount | None = None) -> None:
        self.account = account or an_account()
        self.store, self.clock, self.desk = self.account.store, self.account.clock, self.account.desk
        self.rules = RuleKeeper(self.store, StillDesk(self.store), MemoryRules(), self.clock)
        self.alerts = AlertKeeper(self.store, self.clock, NoRepository(), self.store.apply)
        self.trails = StillTrails(self.store)
        self.specs_asked: list[str] = []
        self.proposals = still_proposals(self)

    @property
    def said(self) -> list[str]:
        return [message.text for message in self.store.messages]

    def need_spec(self, symbol: str) -> None:
        self.specs_asked.append(symbol)

    def say(self, severity: Severity, sentence: str, true_while: TrueWhile | None = None) -> None:
        self.store.apply(Message(self.clock.now().wall, severity, sentence, true_while))

    def asks(self, line: str, name: str = "script", peer: int = 1) -> Proposal:
        return asks(self.proposals, line, name=name, peer=peer)

    def asks_in_vain(self, line: str, name: str = "script") -> NotTaken:
        found = self.proposals.propose(AskedLine(line, "", name, "a", 1))
        assert isinstance(found, NotTaken), found
        return found


class RunningClock:
    """The loop's own clock, so that what waits in it is over when it is over."""

    def now(self) -> Instant:
        at = asyncio.get_running_loop().time()
        return Instant(at, at, 1_704_110_400.0 + at)


@asynccontextmanager
async def a_door(
    folder: Path, account: DoorAccount | None = None, *, keeping: Keeping | None = None
) -> AsyncIterator[tuple[DoorKeeper, DoorAccount]]:
    """A terminal's door that stands in this folder, until the end."""
    one = account or DoorAccount()
    clock = RunningClock()
    judge = LinePlanning(one.store, one.clock, one.desk, one.alerts, one.trails, one.need_spec, one.rules)
    place = DoorPlace((folder,), is_paper=True)
    keeper = DoorKeeper(place, one.store, clock, judge, lambda: keeping or KeptHere(), one.say)
    keeper.start()
    try:
        await until(lambda: "config" not in keeper.proposals.door_words)
        yield keeper, one
    finally:
        await keeper.stop()


class Peer:
    """One connection to a door, by hand."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer
        self._id = 0

    @classmethod
    async def comes(cls, folder: Path, client: str | None = "script") -> "Peer":
        (path,) = sockets_in(folder)
        peer = cls(*await asyncio.open_unix_connection(path))
        if client is not None:
            peer.says({"hello": 1, "client": client})
            assert (await peer.hears())["hello"] == 1
        return peer

    def says(self, frame: object) -> None:
        self.writer.write(msgspec.json.encode(frame) + b"\n")

    def calls(self, do: str, args: dict[str, object] | None = None, wait: float = 0) -> int:
        self._id += 1
        self.says({"id": self._id, "do": do, "args": args or {}, **({"wait": wait} if wait else {})})
        return self._id

    async def hears(self) -> dict[str, object]:
        async with asyncio.timeout(10):
            line = await self.reader.readline()
        told: dict[str, object] = msgspec.json.decode(line, type=dict) if line else {"gone": True}
        return told

    async def asks(self, do: str, **args: object) -> dict[str, object]:
        number = self.calls(do, args)
        told = await self.hears()
        assert told["id"] == number, told
        return told

    def goes(self) -> None:
        self.writer.transport.abort()
