"""A trader with armed orders: a real desk, journal and store, a scripted server, time that the test turns."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from tests.unit.trading_desk import LOGIN, HandClock, Trader
from xbtfx_tui.commands.command_types import Command
from xbtfx_tui.commands.grammar import Known, Mistake, parse
from xbtfx_tui.commands.rule_types import ArmEntry
from xbtfx_tui.domain.accounts import MarginMode
from xbtfx_tui.domain.armed_orders import ArmedOrder, state_word
from xbtfx_tui.domain.order_outcomes import Filled, Result
from xbtfx_tui.domain.quotes import Quote
from xbtfx_tui.domain.store_events import Dialect, Event, KeyRead, QuotesSeen, StreamDown, StreamUp
from xbtfx_tui.orders.guards.guard_types import NO_LIMITS, Limits
from xbtfx_tui.orders.ports import Sender
from xbtfx_tui.planning.plan_types import Deed, Planned
from xbtfx_tui.planning.planner import plan
from xbtfx_tui.planning.ports import PlanView
from xbtfx_tui.rules.rule_keeper import RuleKeeper
from xbtfx_tui.wire.order_requests import TRADE

KNOWN = Known(frozenset({"EURUSD"}))


class RulesTrader(Trader):
    """The bid stands at 1.08200 and the ask at 1.08213 when they sit down."""

    def __init__(
        self,
        path: Path,
        limits: Limits = NO_LIMITS,
        mode: MarginMode = MarginMode.HEDGING,
        clock: HandClock | None = None,
        sender: Sender | None = None,
    ) -> None:
        super().__init__(path, limits, mode, clock, sender)
        self.rules = RuleKeeper(self.store, self.desk, self.journal, self.clock)
        self.desk.on_kill = self.rules.look
        self._tickets = iter(range(101, 10_000))

    async def takes_up(self, bid: float = 1.08200) -> None:
        """The armed orders of an earlier run are read, and this price is the first that they see."""
        await self.sits_down()
        self.sees_price(bid, round(bid + 0.00013, 5))
        await self.rules.take_up(LOGIN)
        self.rules.look()
        await self.settles()

    async def sits_down_beside(self) -> None:
        """Beside another terminal of this login: nothing can be sent here."""
        self.store.apply(KeyRead(self.key))
        self.sees_price()
        await self.desk.start()
        await self.is_ready()

    def fills(self) -> Result:
        return Filled(10009, order=next(self._tickets))

    @property
    def opened(self) -> int:
        """How many orders to open the server was sent."""
        return sum(sent.request.path == TRADE for sent in self.server.sent)

    # --- the market ---

    def hears(self, event: Event) -> None:
        for part in self.rules.in_parts(event):
            self.store.apply(part)
            self.rules.on_event(part)

    def ticks(self, bid: float, ask: float | None = None) -> None:
        """A tick comes, and is judged; the ask 1.3 pips above it where none is given."""
        quote = Quote("EURUSD", bid, round(bid + 0.00013, 5) if ask is None else ask)
        self.hears(QuotesSeen((quote,), self.clock.now()))

    async def tick(self, bid: float, ask: float | None = None) -> None:
        """The same, and all that comes of it is done."""
        self.ticks(bid, ask)
        await self.settles()

    async def is_without_line(self, seconds: float) -> None:
        """The stream is away for so long, looked at four times a second, and comes back without a price."""
        self.hears_line(is_up=False)
        await self.looks_for(seconds)
        self.hears_line(is_up=True)

    def hears_line(self, *, is_up: bool) -> None:
        self.hears(StreamUp(Dialect.CURRENT) if is_up else StreamDown("cut", 1.0))

    async def looks_for(self, seconds: float) -> None:
        """Time passes, with looks; no tick comes."""
        for _ in range(round(seconds / 0.25)):
            self.clock.turn(0.25)
            self.rules.look()
            await asyncio.sleep(0)
        await self.settles()

    # --- what the trader types ---

    def plans(self, line: str) -> Planned:
        command: Command | Mistake = parse(line, KNOWN)
        assert not isinstance(command, Mistake), command
        view = PlanView(
            self.store,
            self.clock.now(),
            self.desk,
            rules=self.rules.orders,
            rule_refusal=self.rules.refusal,
        )
        return plan(command, view)

    async def arms(self, line: str) -> int:
        """Type it, review it, confirm it; its number, once it is said to wait."""
        deed = self.plans(line)
        assert isinstance(deed, Deed), deed
        assert isinstance(deed.command, ArmEntry)
        answer = self.rules.carry_out(deed.command)
        await self.settles()
        assert "is being written down" in answer, answer
        return int(answer.split()[2])

    # --- what the trader sees ---

    def rule(self, number: int) -> ArmedOrder:
        return next(one for one in self.rules.orders if one.number == number)

    def stands(self, number: int) -> str:
        """In a word, as Orders has it."""
        return "held" if self.rules.held(number) else state_word(self.rule(number).state)


@asynccontextmanager
async def rules_at_desk(tmp_path: Path, limits: Limits = NO_LIMITS) -> AsyncIterator[RulesTrader]:
    """A trader whose account is live and unlocked, with no orders armed."""
    trader = RulesTrader(tmp_path / "state", limits)
    await trader.takes_up()
    try:
        yield trader
    finally:
        await trader.rules.stop()
        await trader.desk.finish(within=0.0)
