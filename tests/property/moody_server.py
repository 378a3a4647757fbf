"""A trading server with moods, faults and a ledger: what it executed is the truth that a desk is held to."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from enum import Enum
from itertools import count
from typing import Any

import msgspec
from msgspec.structs import replace

from tests.unit.trading_desk import HandClock
from xbtfx_tui.domain.failures import (
    BridgeDown,
    BridgeTimedOut,
    GarbledAnswer,
    LineBroke,
    LinePart,
    RateLimited,
    Refused,
    ServerFault,
)
from xbtfx_tui.domain.order_outcomes import Filled, Placed, Rejected, Result
from xbtfx_tui.domain.positions import Deal, DealEntry, Position
from xbtfx_tui.domain.sides import Side
from xbtfx_tui.wire.order_requests import CLOSE, Request

PRICE = Decimal("1.08213")


class Dedupes(Enum):
    """When a key begins to be remembered."""

    ON_RECEIPT = "on receipt"
    ON_COMPLETION = "on completion"
    NEVER = "never"


class Fault(Enum):
    """What happens to one request."""

    NONE = "filled"
    PLACED = "placed, filled at once"
    PLACED_LATE = "placed, filled 20 s later"
    PLACED_NEVER = "placed, never filled"
    NO_ROUTE = "connect refused"
    BUSY = "429"
    NO_BRIDGE = "503"
    CUT_BEFORE = "closed after reading, before executing"
    CUT_AFTER = "executed, then closed"
    CUT_LATE = "delivered 6 s after the client gave up"
    CUT_SHORT = "executed, JSON cut short"
    PROXY = "HTML 502, nothing executed"
    TIMED_OUT = "504, nothing"
    TIMED_OUT_LATE = "504, filled 8 s later"
    RETCODE_DOUBT = "retcode 10012, filled"
    REFUSED = "not enough money"


@dataclass
class MoodyServer:
    """Answers at once; what it does late is done by `catch_up`, once the clock has come to it."""

    clock: HandClock
    tell: Callable[[Position | int], None]
    dedupes: Dedupes = Dedupes.ON_RECEIPT
    caches_errors: bool = False
    faults: list[Fault] = field(default_factory=list)
    sends: list[str] = field(default_factory=list)
    executions: list[str] = field(default_factory=list)
    positions: dict[int, Position] = field(default_factory=dict)
    deals: list[Deal] = field(default_factory=list)
    before_send: Callable[[str], None] = lambda key: None
    hangs: bool = False
    _answers: dict[str, Result] = field(default_factory=dict)
    _late: list[tuple[float, str, dict[str, Any]]] = field(default_factory=list)
    _tickets: "count[int]" = field(default_factory=lambda: count(101))

    async def send(
        self, request: Request, idempotency_key: str, on_begun: Callable[[], None] | None = None
    ) -> Result:
        fault = self.faults.pop(0) if self.faults else Fault.NONE
        self.before_send(idempotency_key)
        if fault is Fault.NO_ROUTE:
            return LineBroke(LinePart.CONNECT, "", begun=False)
        self.sends.append(idempotency_key)
        if on_begun is not None:
            on_begun()
        if fault is Fault.BUSY:
            return RateLimited(1.0)
        if fault is Fault.NO_BRIDGE:
            return BridgeDown()
        if idempotency_key in self._answers:
            return self._answers[idempotency_key]
        body = {"path": request.path, **msgspec.json.decode(request.body, type=dict[str, Any])}
        answer = self._do(idempotency_key, body, fault)
        if self.hangs:
            await asyncio.Event().wait()
        executed = idempotency_key in self.executions
        if self.dedupes is not Dedupes.NEVER and (executed or isinstance(answer, Placed)):
            self._answers[idempotency_key] = answer if isinstance(answer, Filled) else Placed(10008)
        elif self.dedupes is Dedupes.ON_RECEIPT and (self.caches_errors or self._is_late(idempotency_key)):
            self._answers[idempotency_key] = BridgeTimedOut()
        return answer

    def _do(self, key: str, body: dict[str, Any], fault: Fault) -> Result:
        match fault:
            case Fault.NONE:
                ticket = self._execute(key, body)
                return Filled(10009, order=ticket) if ticket else Refused(404, "position_not_found", "")
            case Fault.PLACED:
                return Placed(10008) if self._execute(key, body) else Refused(404, "position_not_found", "")
            case Fault.PLACED_LATE:
                self._late.append((self.clock.now().monotonic + 20, key, body))
                return Placed(10008)
            case Fault.PLACED_NEVER:
                return Placed(10008)
            case Fault.CUT_LATE | Fault.TIMED_OUT_LATE:
                after = 6 if fault is Fault.CUT_LATE else 8
                self._late.append((self.clock.now().monotonic + after, key, body))
                broke = LineBroke(LinePart.TIME_OUT, "", begun=True)
                return broke if fault is Fault.CUT_LATE else BridgeTimedOut()
            case Fault.CUT_AFTER | Fault.CUT_SHORT | Fault.RETCODE_DOUBT:
                self._execute(key, body)
                if fault is Fault.RETCODE_DOUBT:
                    return Rejected(10012, "")
                cut = LineBroke(LinePart.READ, "", begun=True)
                return cut if fault is Fault.CUT_AFTER else GarbledAnswer(200, "cut short")
            case Fault.CUT_BEFORE:
                return LineBroke(LinePart.READ, "", begun=True)
            case Fault.PROXY:
                return ServerFault(502, "<html>")
            case Fault.TIMED_OUT:
                return BridgeTimedOut()
            case _:
                return Refused(400, "rejected", "no money", retcode=10019)

    def _is_late(self, key: str) -> bool:
        return any(late == key for _, late, _ in self._late)

    def _execute(self, key: str, body: dict[str, Any]) -> int | None:
        if body["path"] == CLOSE:
            return self._close(key, body["ticket"], body.get("volume"))
        self.executions.append(key)
        return self.opens(Side(body["side"]), Decimal(str(body["volume"])))

    def _close(self, key: str, ticket: int, volume: float | None) -> int | None:
        held = self.positions.get(ticket)
        part = Decimal(str(volume)) if volume is not None else held.volume if held is not None else Decimal(0)
        if held is None or part > held.volume:
            return None
        self.executions.append(key)
        self._deal(ticket, DealEntry.OUT, held.side.opposite, part)
        if part == held.volume:
            del self.positions[ticket]
            self.tell(ticket)
        else:
            self.positions[ticket] = replace(held, volume=held.volume - part)
        return ticket

    def opens(self, side: Side, volume: Decimal) -> int:
        """Somebody opens a position; its ticket."""
        ticket = next(self._tickets)
        self.positions[ticket] = Position(ticket, "EURUSD", side, volume.quantize(PRICE), PRICE, PRICE)
        self._deal(ticket, DealEntry.IN, side, volume)
        self.tell(self.positions[ticket])
        return ticket

    def _deal(self, ticket: int, entry: DealEntry, side: Side, volume: Decimal) -> None:
        at = datetime.fromtimestamp(self.clock.now().wall, UTC)
        number = 1000 + len(self.deals)
        self.deals.append(Deal(number, "EURUSD", side, entry, volume, PRICE, Decimal(0), at, ticket, ticket))

    def catch_up(self) -> None:
        """Do what is due by now."""
        now = self.clock.now().monotonic
        due = [late for late in self._late if late[0] <= now]
        self._late = [late for late in self._late if late[0] > now]
        for _, key, body in due:
            self._execute(key, body)
