"""Scripted faults: what goes wrong with which request, in the order asked for. Nothing does until asked.

A request takes at most one fault of its own, and may start one of each kind of those beside it: on the
stream, in what is read. A fault that was taken is carried through all the steps of calls.Faults. The
exchange's own paths (/paper/...) never fail.
"""

import asyncio
import contextlib
import socket
import struct
from asyncio import Transport
from collections.abc import Awaitable, Callable, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING

from msgspec.structs import replace

from xbtfx_tui.paper.account.command_results import RefusalCode, TradeRefusal
from xbtfx_tui.paper.faults import false_answers
from xbtfx_tui.paper.faults.account_faults import book_foreign_deals, bulk_tickets, close_some, fill_rest
from xbtfx_tui.paper.faults.altered_orders import altered, asked_volume, part_of
from xbtfx_tui.paper.faults.fault_files import script_row
from xbtfx_tui.paper.faults.fault_types import (
    BESIDE,
    FOR_EVER,
    ON_READS,
    Fault,
    FaultScript,
    Scripted,
    Telling,
)
from xbtfx_tui.paper.faults.read_faults import ReadFaults
from xbtfx_tui.paper.faults.stream_faults import StreamFaults
from xbtfx_tui.paper.service.fault_hooks import HungUpError, IncomingCall, NoFaults, ReplyChannel
from xbtfx_tui.paper.service.http_replies import ApiError, Reply, reply, unauthorized

if TYPE_CHECKING:
    from xbtfx_tui.paper.paper_exchange import Exchange
    from xbtfx_tui.paper.service.idempotency_cache import IdempotencyCache
    from xbtfx_tui.paper.service.stream_hub import Hub

_ENOUGH_TO_KNOW = 2_048
_NO_LINGER = struct.pack("ii", 1, 0)
_LOOK_AGAIN = 0.1
_HTML = b"<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>"
HOSTILE: Mapping[Fault, str] = {
    Fault.HOSTILE_MARKUP: "[/x] [bold red]Filled[/] [@click=app.quit]you[/] [/",
    Fault.HOSTILE_ESCAPE: "no\x1b[2J\x1b]0;owned\x07\x1b[31m \x9b1m\r\n\u202efilled \u0000 10009",
    Fault.HOSTILE_LONG: "A very long story. " * 55_190,
}
_TOLD_AS_ASKED = frozenset({Fault.PART, Fault.BULK_TOLD, Fault.WITHOUT_STOPS, Fault.STOPS_OFF})
_FIRST_ERROR = 400
_CONNECTION = frozenset({Fault.RESET_IN_HEADERS, Fault.RESET_IN_BODY})
_NO_RETCODE = 10004
_TIMED_OUT_RETCODE = 10012
_REJECTED_RETCODE = 10006


class ScriptedFaults(NoFaults):
    """Carries out a script. `attach` joins it to an exchange; `sleep` is what every delay waits with."""

    def __init__(
        self, script: FaultScript | None = None, sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    ) -> None:
        self._sleep = sleep
        self._script: list[Scripted] = []
        self._taken: dict[int, Scripted] = {}
        self._asked: dict[int, Decimal | None] = {}
        self._last: dict[str, Reply] = {}
        self._exchange: Exchange | None = None
        self._cache: IdempotencyCache | None = None
        self._mood = script.mood if script is not None else None
        self.stream = StreamFaults(lambda: 0.0)
        self.reads = ReadFaults()
        if script is not None:
            self.add(*script.next)

    def attach(self, exchange: "Exchange", cache: "IdempotencyCache", hub: "Hub") -> None:
        """Join it to the exchange it breaks, and to the stream's clients."""
        self._exchange, self._cache = exchange, cache
        self.reads = ReadFaults(exchange)
        self.stream = StreamFaults(
            exchange.clock.monotonic,
            hub.cut,
            self._sleep,
            hub.forgets,
            exchange.engine.positions,
            self.reads.note,
        )
        if self._mood is not None:
            cache.mood = self._mood

    # --- asking for faults ---

    def add(self, *steps: Scripted) -> None:
        """Let these go wrong, after those that are still to come."""
        self._script += steps

    def take_up(self, script: FaultScript) -> None:
        self.add(*script.next)
        if script.mood is not None and self._cache is not None:
            self._cache.mood = script.mood

    def clear(self) -> None:
        """Nothing more goes wrong, but for what has begun. A key that was revoked is good again."""
        self._script.clear()
        self.reads.clear()
        self.stream.end()

    @property
    def pending(self) -> tuple[Scripted, ...]:
        return tuple(self._script)

    def row(self) -> Mapping[str, object]:
        """What is still to come and the mood, in a script's form."""
        assert self._cache is not None  # noqa: S101 attached before anything is served
        return script_row(self.pending, self._cache.mood)

    # --- calls.Faults ---

    def breaks(self, received: bytes) -> bool:
        if not any(step.fault in _CONNECTION for step in self._script) or len(received) > _ENOUGH_TO_KNOW:
            return False
        method, _, rest = received.partition(b" ")
        path = rest.partition(b" ")[0].partition(b"?")[0].decode("latin-1")
        for step in self._script:
            if step.fault in _CONNECTION and step.is_for(method.decode("latin-1"), path):
                if step.fault is Fault.RESET_IN_BODY and b"\r\n\r\n" not in received:
                    return False
                self._use_up(step)
                return True
        return False

    async def on_receipt(self, call: IncomingCall, line: ReplyChannel) -> Reply | None:
        if call.path.startswith("/paper"):
            return None
        if self.stream.revoked:
            return unauthorized().reply()
        step = self._next_for(call)
        if step is None:
            return None
        self._taken[call.number] = step
        match step.fault:
            case Fault.DROP_BEFORE_EXECUTING:
                await self._hang_up(call, line)
            case Fault.NO_ANSWER:
                await self._say_nothing(call, line)
            case Fault.LATE_DELIVERY:
                await self._sleep(step.lasts)
            case Fault.REVOKED:
                self.stream.revoke()
                return unauthorized().reply()
            case Fault.RATE_LIMITED:
                wait = max(1, round(step.lasts))
                text = f"Weight budget spent. Retry in {wait} s."
                return ApiError(429, "rate_limit_exceeded", text, retry_after_sec=wait).reply()
            case Fault.HTML_502:
                return Reply(502, _HTML, "text/html")
            case Fault.NOT_FOUND:
                return ApiError(404, "position_not_found", "There is no such position.").reply()
        return None

    async def before_execute(self, call: IncomingCall) -> Reply | None:
        step = self._taken.get(call.number)
        if step is None:
            return None
        match step.fault:
            case Fault.BRIDGE_DOWN:
                return ApiError(503, "bridge_unavailable", "The MetaTrader bridge is not there.").reply()
            case Fault.TIMED_OUT:
                return _timed_out()
            case Fault.HOSTILE_MARKUP | Fault.HOSTILE_ESCAPE | Fault.HOSTILE_LONG as hostile:
                return ApiError(400, "rejected", HOSTILE[hostile], retcode=_REJECTED_RETCODE).reply()
            case Fault.BULK_PART:
                tickets = bulk_tickets(call, self._broken)
                close_some(call, tickets[: max(1, len(tickets) // 2)], self._broken)
                return _timed_out()
            case Fault.BULK_TOLD:
                return self._bulk_told(step, call)
            case Fault.PART:
                self._asked[call.number] = asked_volume(call, self._broken)
            case Fault.NOTHING_DONE:
                return false_answers.as_if_done(call, self._broken)
        return None

    def taken_as(self, call: IncomingCall) -> IncomingCall:
        step = self._taken.get(call.number)
        return call if step is None else altered(step, call, self._broken)

    def is_at_once(self, call: IncomingCall, usual: bool) -> bool:
        match self._taken.get(call.number):
            case Scripted(fault=Fault.PART | Fault.WITHOUT_STOPS | Fault.STOPS_OFF, answer=answer):
                return answer is not Telling.PLACED
            case Scripted(fault=Fault.ANOTHER_VOLUME | Fault.NO_SUCH_ORDER):
                return True
            case Scripted(fault=Fault.PLACED_LATE | Fault.PLACED_NEVER):
                return False
            case _:
                return usual

    def reversed_volume(self, call: IncomingCall) -> Decimal | None:
        step = self._taken.get(call.number)
        asked = asked_volume(call, self._broken)
        if step is None or step.fault is not Fault.PART or asked is None:
            return None
        return part_of(step, asked, call, self._broken)

    def fill_delay(self, call: IncomingCall, drawn: float) -> float | None:
        step = self._taken.get(call.number)
        match step:
            case Scripted(fault=Fault.PLACED_NEVER):
                return None
            case Scripted(fault=Fault.PLACED_LATE | Fault.TIMED_OUT_LATE):
                return step.lasts
            case _:
                return drawn

    def refuse_open(self, call: IncomingCall) -> TradeRefusal | None:
        step = self._taken.get(call.number)
        if step is None or step.fault is not Fault.HALF_REVERSE:
            return None
        return TradeRefusal(RefusalCode.REJECTED, "Requote.", _NO_RETCODE)

    async def after_execute(self, call: IncomingCall, reply: Reply) -> Reply:
        step = self._taken.get(call.number)
        match step:
            case Scripted(fault=Fault.TIMED_OUT_LATE):
                return _timed_out()
            case Scripted(fault=Fault.RETCODE_10012):
                return ApiError(400, "rejected", "Request timed out.", retcode=_TIMED_OUT_RETCODE).reply()
            case Scripted(fault=Fault.PART):
                return self._part_told(step, call, reply)
            case Scripted(fault=Fault.WITHOUT_STOPS | Fault.STOPS_OFF, answer=Telling.TIMED_OUT):
                return _timed_out()
            case Scripted(fault=Fault.ANOTHER_VOLUME):
                asked = asked_volume(call, self._broken)
                told = None if asked is None else part_of(step, asked, call, self._broken)
                return false_answers.retold(reply, volume=told)
            case Scripted(fault=Fault.NO_SUCH_ORDER):
                return false_answers.retold(reply, order=false_answers.NO_SUCH_NUMBER)
            case _:
                return reply

    async def deliver(self, call: IncomingCall, reply: Reply, line: ReplyChannel) -> None:
        step = self._taken.pop(call.number, None)
        fault = step.fault if step is not None else None
        if call.method == "GET" and fault is not Fault.STALE:
            self._last[call.path] = reply
            reply = self.reads.answered(call, reply)
        if step is not None and step.answer is Telling.CUT and fault in _TOLD_AS_ASKED:
            fault = Fault.CUT_SHORT
        match fault:
            case Fault.DROP_AFTER_EXECUTING:
                await self._hang_up(call, line)
            case Fault.REVOKED_AFTER:
                self.stream.revoke()
                await self._hang_up(call, line)
            case Fault.NO_ANSWER_EXECUTED | Fault.BULK_PART:
                await self._say_nothing(call, line)
            case Fault.HTML_502_EXECUTED:
                await line.answer(Reply(502, _HTML, "text/html"))
            case Fault.STALE:
                await line.answer(self._last.get(call.path, reply))
            case Fault.CUT_SHORT:
                await line.answer_in_part(reply, len(reply.body) // 2)
                await _gone(line.transport)
            case Fault.DRIP:
                await self._drip(reply, line, step.lasts if step is not None else 1.0)
            case Fault.DELAY:
                await self._sleep(step.lasts if step is not None else 0.0)
                await line.answer(reply)
            case _:
                await line.answer(reply)

    # --- how it goes wrong ---

    def _next_for(self, call: IncomingCall) -> Scripted | None:
        """The request's own fault, used up; those beside it begin."""
        beside: dict[tuple[Fault, str], Scripted] = {}
        for step in self._script:
            if step.fault in BESIDE and step.is_for(call.method, call.path):
                beside.setdefault((step.fault, step.list_read), step)
        for step in beside.values():
            self._use_up(step)
            self._begin(step, call)
        for step in self._script:
            own = step.fault not in BESIDE and step.fault not in _CONNECTION
            if own and step.is_for(call.method, call.path):
                self._use_up(step)
                return step
        return None

    def _use_up(self, step: Scripted) -> None:
        at = self._script.index(step)
        if step.times == FOR_EVER:
            return
        if step.times == 1:
            del self._script[at]
        else:
            self._script[at] = replace(step, times=step.times - 1)

    def _begin(self, step: Scripted, call: IncomingCall) -> None:
        if step.fault is Fault.FOREIGN_DEALS:
            book_foreign_deals(step, call, self._broken)
        elif step.fault in ON_READS:
            self.reads.begin(step)
        if step.fault not in ON_READS or step.fault is Fault.ODD_ASK:
            self.stream.begin(step)

    @property
    def _broken(self) -> "Exchange":
        assert self._exchange is not None  # noqa: S101 attached before anything is served
        return self._exchange

    async def _hang_up(self, call: IncomingCall, line: ReplyChannel) -> None:
        self._taken.pop(call.number, None)
        reset(line.transport)
        await _gone(line.transport)
        raise HungUpError

    async def _say_nothing(self, call: IncomingCall, line: ReplyChannel) -> None:
        """Until the client has had enough."""
        self._taken.pop(call.number, None)
        while not line.transport.is_closing():
            await self._sleep(_LOOK_AGAIN)
        await _gone(line.transport)
        raise HungUpError

    async def _drip(self, reply: Reply, line: ReplyChannel, seconds: float) -> None:
        for start in range(len(reply.body)):
            if line.transport.is_closing():
                raise HungUpError
            await line.answer_in_part(reply, start, start + 1)
            await self._sleep(seconds)

    def _bulk_told(self, step: Scripted, call: IncomingCall) -> Reply:
        """Some of the tickets are closed, and the answer says what it is told to say."""
        tickets = bulk_tickets(call, self._broken)
        closed = tickets[: int(len(tickets) * step.part)]
        answer = false_answers.bulk_row(tickets, closed, step.answer)
        close_some(call, closed, self._broken, step.lasts)
        return _timed_out() if step.answer is Telling.TIMED_OUT else reply(answer)

    def _part_told(self, step: Scripted, call: IncomingCall, done: Reply) -> Reply:
        """What is said of a part that was executed; its rest comes `seconds` later, where they are given."""
        if done.status >= _FIRST_ERROR:
            return done
        asked = self._asked.pop(call.number, None)
        if asked is None:
            return done
        filled = part_of(step, asked, call, self._broken)
        if step.seconds is not None and asked > filled:
            self._broken.do_later(
                lambda now: fill_rest(call, asked - filled, self._broken, now), step.seconds
            )
        match step.answer:
            case Telling.TIMED_OUT:
                return _timed_out()
            case Telling.IN_PART:
                return false_answers.in_part()
            case Telling.PLACED if call.path == "/v1/trade":
                return false_answers.retold(done, volume=asked)
            case Telling.FILLED if call.path == "/v1/trade":
                return false_answers.retold(done, volume=filled)
            case _:
                return done


def reset(transport: Transport) -> None:
    """End a connection with a reset instead of in good order."""
    connection = transport.get_extra_info("socket")
    if connection is not None:
        with contextlib.suppress(OSError):
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _NO_LINGER)
    transport.abort()


async def _gone(transport: Transport) -> None:
    """The connection is ended, and the server has heard of it."""
    transport.abort()
    for _ in range(3):
        await asyncio.sleep(0)


def _timed_out() -> Reply:
    return reply({"error": "mt5_timeout", "message": "No answer from MetaTrader in 7 s."}, 504)
