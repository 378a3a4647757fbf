"""One key, one execution: the idempotency cache through HTTP, also while the first request is in flight."""

import asyncio
import socket

from tests.integration.exchange_client import ExchangeFactory, Frame, PaperExchange
from tests.integration.still_market import PushedClock, StillMarket
from xbtfx_tui.paper.exchange_options import Fills
from xbtfx_tui.paper.service.fault_hooks import IncomingCall, NoFaults, ReplyChannel
from xbtfx_tui.paper.service.http_replies import Reply, reply
from xbtfx_tui.paper.service.rate_limits import ServerLimits

BUY: Frame = {"symbol": "EURUSD", "side": "buy", "volume": 0.1}


async def executions(exchange: PaperExchange) -> int:
    return len((await exchange.ledger())["executions"])


async def test_the_same_key_is_answered_byte_for_byte_and_executes_once(
    exchange_factory: ExchangeFactory,
) -> None:
    clock = PushedClock()
    exchange = await exchange_factory(fresh=True, fills=Fills.INSTANT, clock=clock, market=StillMarket())
    first = await exchange.posts("/v1/trade", key="k", **BUY)
    clock.push(119)
    again = await exchange.posts("/v1/trade", key="k", **BUY)
    assert (again.status_code, again.content) == (first.status_code, first.content)
    assert await executions(exchange) == 1
    # Only the budget has moved on: a repeated request is a request.
    assert int(again.headers["X-RateLimit-Used"]) >= 1


async def test_the_key_is_forgotten_after_120_seconds(exchange_factory: ExchangeFactory) -> None:
    clock = PushedClock()
    exchange = await exchange_factory(fresh=True, fills=Fills.INSTANT, clock=clock, market=StillMarket())
    await exchange.posts("/v1/trade", key="k", **BUY)
    clock.push(120)
    await exchange.posts("/v1/trade", key="k", **BUY)
    assert await executions(exchange) == 2


async def test_without_a_key_every_request_executes(exchange_factory: ExchangeFactory) -> None:
    exchange = await exchange_factory(fresh=True, fills=Fills.INSTANT, market=StillMarket())
    await exchange.posts("/v1/trade", **BUY)
    await exchange.posts("/v1/trade", **BUY)
    assert await executions(exchange) == 2


async def test_a_refusal_is_remembered_too(exchange_factory: ExchangeFactory) -> None:
    exchange = await exchange_factory(fresh=True, fills=Fills.INSTANT, market=StillMarket())
    refused = await exchange.posts("/v1/trade", key="k", **{**BUY, "volume": 0.015})
    again = await exchange.posts("/v1/trade", key="k", **BUY)
    assert (again.status_code, again.content) == (400, refused.content)
    assert await executions(exchange) == 0


async def test_a_429_is_not_remembered(exchange_factory: ExchangeFactory) -> None:
    clock = PushedClock()
    exchange = await exchange_factory(
        fresh=True, fills=Fills.INSTANT, clock=clock, market=StillMarket(), limits=ServerLimits(budget=1)
    )
    await exchange.gets("/v1/account")
    assert (await exchange.posts("/v1/trade", key="k", **BUY)).status_code == 429
    clock.push(60)
    assert (await exchange.posts("/v1/trade", key="k", **BUY)).status_code == 200


class HoldsBack(NoFaults):
    """Holds every trade until it is let go."""

    def __init__(self) -> None:
        self.came = 0
        self.go = asyncio.Event()

    async def before_execute(self, call: IncomingCall) -> Reply | None:
        if call.path == "/v1/trade":
            self.came += 1
            await self.go.wait()
        return None


async def test_a_second_request_waits_for_the_first_and_gets_its_answer(
    exchange_factory: ExchangeFactory,
) -> None:
    holding = HoldsBack()
    exchange = await exchange_factory(fresh=True, fills=Fills.INSTANT, market=StillMarket(), faults=holding)
    both = [asyncio.create_task(exchange.posts("/v1/trade", key="k", **BUY)) for _ in range(2)]
    received = exchange.server.gate.record.rows
    await exchange.sees(lambda: received().get("/v1/trade") == {"count": 2, "keys": ["k", "k"]})
    assert not any(task.done() for task in both)
    holding.go.set()
    first, second = [await task for task in both]
    assert first.content == second.content
    assert holding.came == 1
    assert await executions(exchange) == 1


class HangsUp(NoFaults):
    """Resets the connection in place of the answer, once."""

    def __init__(self) -> None:
        self.done = False

    async def deliver(self, call: IncomingCall, reply: Reply, line: ReplyChannel) -> None:
        if call.method == "POST" and not self.done:
            self.done = True
            line.transport.abort()
            return
        await line.answer(reply)


async def test_an_answer_lost_on_the_way_is_there_for_the_same_key(exchange_factory: ExchangeFactory) -> None:
    exchange = await exchange_factory(fresh=True, fills=Fills.INSTANT, market=StillMarket(), faults=HangsUp())
    lost, found = await asyncio.gather(
        exchange.posts("/v1/trade", key="k", **BUY),
        exchange.posts("/v1/trade", key="k", **BUY),
        return_exceptions=True,
    )
    assert {isinstance(lost, Exception), isinstance(found, Exception)} == {True, False}
    assert await executions(exchange) == 1


class BridgeIsDown(NoFaults):
    async def before_execute(self, call: IncomingCall) -> Reply | None:
        return reply({"error": "bridge_unavailable", "message": "The bridge is down."}, 503)


class BridgeTimesOut(NoFaults):
    async def after_execute(self, call: IncomingCall, answered: Reply) -> Reply:
        return reply({"error": "mt5_timeout", "message": "No answer from MetaTrader."}, 504)

    def fill_delay(self, call: IncomingCall, drawn: float) -> float | None:
        return None


async def test_what_may_go_wrong_can_be_made_to_before_and_after_execution(
    exchange_factory: ExchangeFactory,
) -> None:
    down = await exchange_factory(
        fresh=True, fills=Fills.INSTANT, market=StillMarket(), faults=BridgeIsDown()
    )
    answer = await down.posts("/v1/trade", **BUY)
    assert (answer.status_code, answer.json()["error"]) == (503, "bridge_unavailable")
    assert not down.engine.executions
    late = await exchange_factory(
        fresh=True, fills=Fills.INSTANT, market=StillMarket(), faults=BridgeTimesOut()
    )
    answer = await late.posts("/v1/trade", **BUY)
    assert (answer.status_code, answer.json()["error"]) == (504, "mt5_timeout")
    assert len(late.engine.executions) == 1


class FillsLate(NoFaults):
    def fill_delay(self, call: IncomingCall, drawn: float) -> float | None:
        return 20.0


async def test_a_placed_order_waits_for_its_moment(exchange_factory: ExchangeFactory) -> None:
    clock = PushedClock()
    exchange = await exchange_factory(fresh=True, market=StillMarket(), faults=FillsLate(), clock=clock)
    async with exchange.stream() as stream:
        await stream.signs_in()
        await stream.watches_the_account()
        await exchange.posts("/v1/trade", **BUY)
        clock.push(15)
        exchange.server.exchange.advance()
        assert not exchange.engine.executions
        clock.push(5)
        await stream.next_of(channel="position", event="open")
        assert len(exchange.engine.executions) == 1


async def test_a_placed_order_can_stay_unexecuted(exchange_factory: ExchangeFactory) -> None:
    exchange = await exchange_factory(fresh=True, market=StillMarket(), faults=BridgeTimesOut())
    await exchange.posts("/v1/trade", **BUY)
    assert exchange.server.exchange.waiting == 0
    assert not exchange.engine.executions


class LooksAtTheSocket(NoFaults):
    nodelay: int | None = None

    async def deliver(self, call: IncomingCall, reply: Reply, line: ReplyChannel) -> None:
        self.nodelay = line.transport.get_extra_info("socket").getsockopt(
            socket.IPPROTO_TCP, socket.TCP_NODELAY
        )
        await line.answer(reply)


async def test_an_answer_does_not_wait_in_the_socket(exchange_factory: ExchangeFactory) -> None:
    looking = LooksAtTheSocket()
    exchange = await exchange_factory(faults=looking)
    await exchange.gets("/v1/account")
    assert looking.nodelay
