"""One key, one execution, for 120 s."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from xbtfx_tui.paper.service.http_replies import Reply
from xbtfx_tui.paper.service.idempotency_cache import IdempotencyCache


class Counter:
    """Executions that can be held open, and the clock they run by."""

    def __init__(self) -> None:
        self.now = 0.0
        self.runs = 0
        self.gate = asyncio.Event()
        self.gate.set()
        self.cache = IdempotencyCache(lambda: self.now)

    def execute(self) -> Callable[[], Awaitable[Reply]]:
        async def run() -> Reply:
            self.runs += 1
            mine = self.runs
            await self.gate.wait()
            return Reply(200, f"run {mine}".encode())

        return run

    async def once(self, key: str) -> Reply:
        return await self.cache.once(key, self.execute())


async def test_the_same_key_gets_the_first_answer_and_executes_nothing() -> None:
    counter = Counter()
    first = await counter.once("a")
    counter.now = 119.9
    assert await counter.once("a") == first
    assert counter.runs == 1


async def test_the_key_is_forgotten_after_120_seconds_from_the_first_request() -> None:
    counter = Counter()
    await counter.once("a")
    counter.now = 60.0
    await counter.once("a")
    counter.now = 120.0
    assert (await counter.once("a")).body == b"run 2"


async def test_keys_do_not_share_answers() -> None:
    counter = Counter()
    assert (await counter.once("a")).body == b"run 1"
    assert (await counter.once("b")).body == b"run 2"


async def test_a_second_request_waits_for_the_first_in_flight() -> None:
    counter = Counter()
    counter.gate.clear()
    both = [asyncio.create_task(counter.once("a")) for _ in range(2)]
    await asyncio.sleep(0)
    assert not any(task.done() for task in both)
    counter.gate.set()
    assert {(await task).body for task in both} == {b"run 1"}
    assert counter.runs == 1


async def test_a_client_that_hangs_up_does_not_stop_the_execution() -> None:
    counter = Counter()
    counter.gate.clear()
    caller = asyncio.create_task(counter.once("a"))
    await asyncio.sleep(0)
    caller.cancel()
    with pytest.raises(asyncio.CancelledError):
        await caller
    counter.gate.set()
    assert (await counter.once("a")).body == b"run 1"


async def test_a_broken_execution_reaches_all_who_wait_and_is_not_remembered() -> None:
    counter = Counter()

    async def breaks() -> Reply:
        raise RuntimeError("engine broke")

    both = [asyncio.create_task(counter.cache.once("a", breaks)) for _ in range(2)]
    for task in both:
        with pytest.raises(RuntimeError):
            await task
    assert (await counter.once("a")).body == b"run 1"
