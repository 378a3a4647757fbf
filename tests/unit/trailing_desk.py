"""A trader with trailing stops at a real desk; the server is scripted, time is turned by the test."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal

from msgspec.structs import replace

from tests.unit.trading_desk import Trader
from xbtfx_tui.automation.trailing_engine import Trailer
from xbtfx_tui.domain.order_outcomes import Done, Result
from xbtfx_tui.domain.positions import Position
from xbtfx_tui.domain.sides import Side
from xbtfx_tui.domain.store_events import Message, Severity, TrueWhile

D = Decimal
LONG = Position(184729, "EURUSD", Side.BUY, D("0.10"), D("1.08000"), D("1.08200"), tp=D("1.09"))
SHORT = Position(184733, "EURUSD", Side.SELL, D("0.10"), D("1.08500"), D("1.08213"))


@dataclass
class Trailing:
    """A trader with trailing stops; the server does what it is asked, unless told otherwise."""

    trader: Trader
    trailer: Trailer
    reads: list[None]
    positions: dict[int, Position] = field(default_factory=dict)

    @classmethod
    def of(cls, trader: Trader) -> "Trailing":
        def say(severity: Severity, sentence: str, true_while: TrueWhile | None = None) -> None:
            trader.store.apply(Message(trader.clock.now().wall, severity, sentence, true_while))

        reads: list[None] = []
        trailer = Trailer(trader.store, trader.desk, trader.clock, say, lambda: reads.append(None))
        trailer.take_up(())
        return cls(trader, trailer, reads)

    def holds(self, *positions: Position) -> None:
        """A snapshot shows these from now on."""
        self.positions = {one.ticket: one for one in positions}
        self.trader.sees_positions(*positions)
        self.trader.holds = positions

    def moved(self) -> Result:
        """The server takes the last move, and its next snapshot shows it."""
        body = json.loads(self.trader.server.sent[-1].request.body)
        ticket = body["ticket"]
        self.positions[ticket] = replace(self.positions[ticket], sl=D(str(body["sl"])))
        self.trader.holds = tuple(self.positions.values())
        return Done(10009)

    async def passes(
        self, seconds: float, bid: float | None = None, *answers: Result | Callable[[], Result]
    ) -> None:
        """Time passes with a price every half second; the server answers as told, else it does the move."""
        spread = 0.00013
        for _ in range(round(seconds / 0.5)):
            if bid is not None:
                self.trader.sees_price(bid, bid + spread)
            self.trader.server.answers = [*answers] or [self.moved]
            self.trailer.look()
            await self.trader.waits(0.5)
            self.trader.lists(*(self.trader.holds or ()))
        self.trailer.look()

    @property
    def sent(self) -> list[tuple[int, str]]:
        """Ticket and sl of every modify, in order."""
        bodies = [json.loads(one.request.body) for one in self.trader.server.sent]
        return [(body["ticket"], f"{body['sl']:.5f}") for body in bodies]

    def said(self, part: str) -> list[str]:
        return [one.text for one in self.trader.store.messages if part in one.text]


async def begins(it: Trailing, pips: str = "15", ticket: int = LONG.ticket) -> str:
    """Turn it on, and the snapshot that it asks for comes."""
    words = it.trailer.start(ticket, D(pips))
    it.trader.clock.turn(0.1)
    it.trader.sees_positions(*it.positions.values())
    return words
