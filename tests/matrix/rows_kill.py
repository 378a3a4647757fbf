"""Rows 23 to 25: kill -9, in a process of its own, in real time; then a second terminal on the same journal.

The process is forked, so that it begins where this one stands; it runs the whole terminal in a loop and with
threads of its own, over real sockets to the exchange here, until the signal that nothing can catch. What the
second terminal has to find out takes its half a minute by leaps again.
"""

import asyncio
import os
import signal
from collections.abc import Callable
from typing import Any

from tests.matrix.kinds import ANY
from tests.matrix.leaps import LeapingLoop
from tests.matrix.world import Run
from xbtfx_tui.domain.intents import Intent
from xbtfx_tui.domain.order_outcomes import IntentState, StoryLine
from xbtfx_tui.orders.journal.order_journal import Entry, Journal
from xbtfx_tui.paper.faults.fault_injector import ScriptedFaults, reset
from xbtfx_tui.paper.service.fault_hooks import HungUpError, IncomingCall, ReplyChannel
from xbtfx_tui.paper.service.http_replies import Reply

_LIVES_AT_MOST = 30.0
_POLL = 0.005
_LAST_FD = 512
_ON_ITS_WAY = frozenset({IntentState.JOURNALED, IntentState.SENDING})


async def after_journaled(run: Run) -> None:
    """23: the row is written, or the word that it is being sent; not a byte has left."""
    place = run.rng.choice(["journaled", "sending"])
    await _killed(run, place, lambda faults, pid: None)


async def after_sending(run: Run) -> None:
    """24: the request has arrived, and nobody is there for the answer."""
    how = run.rng.choice(["before, and executed", "before, and not executed", "after"])

    def arm(faults: "KillingFaults", pid: int) -> None:
        faults.victim, faults.how = pid, how

    await _killed(run, "", arm)


async def after_reply(run: Run) -> None:
    """25: the answer has come: it is not in the journal yet, or just so."""
    place = run.rng.choice(["before the outcome", "after the outcome"])
    await _killed(run, place, lambda faults, pid: None)


class KillingFaults(ScriptedFaults):
    """Kills the client whose order comes in."""

    victim: int | None = None
    how = ""

    async def on_receipt(self, call: IncomingCall, line: ReplyChannel) -> Reply | None:
        if call.method == "POST" and self.victim is not None and self.how != "after":
            self._kill()
            if self.how == "before, and not executed":
                reset(line.transport)
                await asyncio.sleep(0)
                raise HungUpError
        return await super().on_receipt(call, line)

    async def deliver(self, call: IncomingCall, reply: Reply, line: ReplyChannel) -> None:
        if call.method == "POST" and self.victim is not None and self.how == "after":
            self._kill()
        await super().deliver(call, reply, line)

    def _kill(self) -> None:
        assert self.victim is not None
        os.kill(self.victim, signal.SIGKILL)
        self.victim = None


class _FatalJournal(Journal):
    """Kills its own process once, at one place."""

    place = ""

    async def begin(self, entry: Entry, line: StoryLine, *more: Any, **named: Any) -> None:
        await super().begin(entry, line, *more, **named)
        self._dies("journaled")

    async def move(self, intent_id: str, line: StoryLine, *more: Any, **named: Any) -> None:
        is_outcome = line.state not in _ON_ITS_WAY
        if is_outcome:
            self._dies("before the outcome")
        await super().move(intent_id, line, *more, **named)
        self._dies("after the outcome" if is_outcome else line.state.value)

    def _dies(self, at: str) -> None:
        if at == self.place:
            os.kill(os.getpid(), signal.SIGKILL)


async def _killed(run: Run, place: str, arm: Callable[[KillingFaults, int], None]) -> None:
    intent = run.prepares(*ANY)
    run.intents.append(intent)
    faults = run.faults
    assert isinstance(faults, KillingFaults)
    with run.loop.leaping.walking():
        child = os.fork()
        if child == 0:
            _lives_in_a_process(run, intent, place)
        arm(faults, child)
        status = await _ends(child)
    assert os.WIFSIGNALED(status), f"the terminal ended by itself ({status})"
    assert os.WTERMSIG(status) == signal.SIGKILL
    await run.opens_the_terminal()


async def _ends(child: int) -> int:
    """Wait for the child's end; its wait status."""
    try:
        async with asyncio.timeout(_LIVES_AT_MOST):
            while (status := _status(child, os.WNOHANG)) is None:  # noqa: ASYNC110 a process tells no loop
                await asyncio.sleep(_POLL)
            return status
    except BaseException:
        os.kill(child, signal.SIGKILL)
        _status(child, 0)
        raise


def _status(child: int, options: int) -> int | None:
    ended, status = os.waitpid(child, options)
    return status if ended else None


def _lives_in_a_process(run: Run, intent: Intent, place: str) -> None:
    """The child: a terminal that sends the order. Never returns."""
    code = 3
    try:
        os.closerange(3, _LAST_FD)
        asyncio._set_running_loop(None)
        loop = LeapingLoop()
        loop.leaping.walks_on_from(run.loop.leaping)
        loop.has_threads = True
        asyncio.set_event_loop(loop)
        loop.run_until_complete(_sends(run, intent, place))
    finally:
        os._exit(code)


async def _sends(run: Run, intent: Intent, place: str) -> None:
    run.loop = asyncio.get_running_loop()  # type: ignore[assignment]  # it is one
    journal = _FatalJournal(run.directory / "state")
    journal.place = place
    run.takes_a_terminal(journal)
    await run.account.start()
    run.account.look_at(frozenset({run.symbol}), None)
    run.account.need_spec(run.symbol)
    assert await run.until(run.is_ready, _LIVES_AT_MOST)
    run.account.desk.submit(intent)
    await asyncio.sleep(_LIVES_AT_MOST)


ROWS = {
    23: ("kill -9 after journaled", after_journaled),
    24: ("kill -9 after sending, before the reply", after_sending),
    25: ("kill -9 after the reply", after_reply),
}
