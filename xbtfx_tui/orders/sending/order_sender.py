"""An order's way out: journaled, tried, tried again where that is safe, and what its answer makes of it.

Every try is on disk before it is made. A change of stops waits first for the earlier ones of its ticket. No
try is made that could be an execution too many: after one that may have been executed, only the trader's own
word sends the same key again.
"""

import asyncio
import logging
from collections.abc import Callable, Coroutine
from typing import Any

from xbtfx_tui.domain.clock import Clock
from xbtfx_tui.domain.failure_messages import failure_words
from xbtfx_tui.domain.failures import BridgeDown, LineBroke, RateLimited
from xbtfx_tui.domain.intents import opens
from xbtfx_tui.domain.order_outcomes import IntentState, Result
from xbtfx_tui.domain.shell_wording import CLOSED_EARLY, REMEMBERED
from xbtfx_tui.domain.store_events import Severity
from xbtfx_tui.orders.desk_tasks import place_of
from xbtfx_tui.orders.journal.order_journal import Entry, Journal, JournalError
from xbtfx_tui.orders.order_recorder import OrderRecorder
from xbtfx_tui.orders.order_state import Order
from xbtfx_tui.orders.ports import Sender, Sleep
from xbtfx_tui.orders.sending import stop_sequencing
from xbtfx_tui.orders.sending.manual_resend import window
from xbtfx_tui.orders.sending.reply_outcomes import Earlier, not_done_words, verdict
from xbtfx_tui.orders.sending.retry_policy import Tried, good_for, pause_before_next
from xbtfx_tui.orders.unknown_orders import AgainNow, NeverAgain
from xbtfx_tui.store.store import Store

_log = logging.getLogger(__name__)
_BEAT = 0.1
_UNJOURNALED = f"Not in the journal, which can't be written: {REMEMBERED.on_screen}"
_ON_ITS_WAY = (IntentState.DRAFTED, IntentState.JOURNALED, IntentState.SENDING)


class NotNowError(Exception):
    """A try was not made; the text is a clause that says why."""


class Sending:
    """Carries orders out, each in a task of its own. `lets_through` says why an order may not go, or None;
    `is_its_turn` is called when one that had to wait may go, `answered` once an answer is told."""

    def __init__(
        self,
        client: Sender,
        journal: Journal,
        teller: OrderRecorder,
        store: Store,
        clock: Clock,
        sleep: Sleep,
        lets_through: Callable[[Order], str | None],
        is_its_turn: Callable[[Order], None],
        answered: Callable[[Order], None],
    ) -> None:
        self._client = client
        self._journal = journal
        self._teller = teller
        self._store = store
        self._clock = clock
        self._sleep = sleep
        self._lets_through = lets_through
        self._is_its_turn = is_its_turn
        self._answered = answered
        self._ending = asyncio.Event()

    def end(self) -> None:
        """Make no further try; one that is being made goes on."""
        self._ending.set()

    async def carry(self, order: Order, entry: Entry) -> None:
        """Take a new order to its first known state."""
        try:
            await self._carry(order, entry)
        except Exception as error:
            await self._met_a_fault(order, error)
        finally:
            order.after = ()
            order.begun.set()

    async def carry_again(self, order: Order) -> None:
        """Send an unknown order once more, at the trader's word."""
        try:
            await self._carry_again(order)
        except Exception as error:
            await self._met_a_fault(order, error)
        finally:
            order.tries.in_flight = False

    # --- the first way out ---

    async def _carry(self, order: Order, entry: Entry) -> None:
        try:
            line = order.step(
                self._clock.now(),
                IntentState.JOURNALED,
                stop_sequencing.journaled_words(order, self._is_past),
            )
            order.journaled = False
            order.journaled = await self._written(order, lambda: self._journal.begin(entry, line))
            if not order.journaled:
                order.reword(_UNJOURNALED)
            self._teller.show(order)
            await self._wait_for_turn(order)
            earlier, begun, result = await self._try_until_settled(order)
        except (JournalError, NotNowError) as reason:
            text = f"Not sent: {reason} {not_done_words(order.record.intent)}".rstrip()
            await self._teller.move(order, IntentState.NOT_SENT, text, Severity.ERROR)
            return
        await self._settle(order, result, begun, earlier)

    async def _written(self, order: Order, write: Callable[[], Coroutine[Any, Any, None]]) -> bool:
        """Whether the journal has it. Raises JournalError for what opens: that is not sent without it."""
        try:
            await write()
        except JournalError as error:
            self._teller.journal_failed(error)
            if opens(order.record.intent):
                raise
            return False
        return True

    async def _wait_for_turn(self, order: Order) -> None:
        """Until all that it waits for is known. Raises NotNowError where it may not, or not in time."""
        if not order.after:
            return
        words, said = "", {""}
        while (earlier := stop_sequencing.first_in_line(order, self._is_past)) is not None:
            waited = order.taken.age_at(self._clock.now())
            if waited > good_for(order.record.intent):
                raise NotNowError(stop_sequencing.gave_up_words(earlier))
            if (why := self._second_thoughts(order)) is not None:
                raise NotNowError(why)
            if earlier.in_doubt or waited >= stop_sequencing.SAID_AFTER:
                words = stop_sequencing.waits_words(earlier)
            if words not in said:
                said.add(words)
                severity = Severity.WARNING if earlier.in_doubt else Severity.INFO
                await self._teller.move(order, IntentState.JOURNALED, words, severity)
            await self._pause(_BEAT, earlier.settled)
        why_not = stop_sequencing.turned_words(
            order, self._store.positions
        ) or stop_sequencing.overtaken_words(order)
        if why_not is not None:
            raise NotNowError(why_not)
        self._is_its_turn(order)

    def _is_past(self, order: Order) -> bool:
        asked, listed = self._store.positions_asked, self._store.last_list
        return stop_sequencing.is_past(order, asked, listed, self._clock.now())

    async def _try_until_settled(self, order: Order) -> tuple[Earlier, bool, Result]:
        """Try until nothing is won by trying again: what the tries before came to, and the last one."""
        intent = order.record.intent
        earlier = Earlier.NONE
        while True:
            text = "Being sent." if order.tries.number == 0 else f"Being sent, try {order.tries.number + 1}."
            begun, result = await self._try(order, IntentState.SENDING, text, self._second_thoughts)
            pause = pause_before_next(intent, result, self._tried(order, result))
            if pause is None:
                return earlier, begun, result
            if begun:
                earlier = Earlier.UNDONE
            text = (
                f"Try {order.tries.number} failed. {failure_words_of(result)} Tried again in {pause:.1f} s."
            )
            await self._teller.move(
                order, IntentState.SENDING, text, Severity.WARNING, result=result, begun=begun
            )
            order.tries.may_be_sent = False
            await self._pause(pause)

    def _tried(self, order: Order, result: Result) -> Tried:
        tries = order.tries
        tries.unreached += isinstance(result, LineBroke)
        tries.bridge_down += isinstance(result, BridgeDown)
        age = order.taken.age_at(self._clock.now())
        return Tried(tries.number, tries.unreached, tries.bridge_down, age)

    async def _try(
        self, order: Order, state: IntentState, text: str, check: Callable[[Order], str | None]
    ) -> tuple[bool, Result]:
        """One try: journaled, then made. Raises JournalError or NotNowError where it was not made."""
        tries = order.tries
        tries.number += 1
        line = order.step(self._clock.now(), state, text)
        if order.journaled:
            await self._written(order, lambda: self._journal.move(order.id, line, attempt=tries.number))
        self._teller.show(order)
        if (why := check(order)) is not None:
            raise NotNowError(why)
        begun = False

        def on_begun() -> None:
            nonlocal begun
            begun = tries.may_be_sent = True
            order.begun.set()

        tries.first = tries.first or self._clock.now()
        if order.request is None:
            raise NotNowError("there is no request to send.")
        try:
            result = await self._client.send(order.request, order.id, on_begun)
        finally:
            tries.ended = self._clock.now()
        if not isinstance(result, LineBroke):
            begun = True
        elif begun != result.begun:
            # Only what was never begun is surely not sent, whatever the failure says of itself.
            begun = True
            result = LineBroke(result.part, result.detail, begun)
        tries.may_be_sent = tries.may_be_sent or begun
        return begun, result

    def _second_thoughts(self, order: Order) -> str | None:
        """What changed between the trader's word and the first byte, so that it must not be sent."""
        if self._ending.is_set():
            return CLOSED_EARLY.on_screen
        if (why := self._lets_through(order)) is not None:
            return why
        if order.withdrawn:
            return "you stopped it before it could go."
        taken, now = order.taken, self._clock.now()
        backwards = taken.ran_backwards_by(now)
        at_most = good_for(order.record.intent)
        is_retry = order.tries.number > 1
        if taken.age_at(now) > at_most or backwards > (0 if is_retry else at_most):
            return "it was held up too long on this machine; look at the price and send it anew."
        return None

    async def _pause(self, seconds: float, until: asyncio.Event | None = None) -> None:
        """Wait, but no longer than the terminal is open, and than until this happens."""
        events = (self._ending,) if until is None else (self._ending, until)
        waits = [asyncio.ensure_future(one.wait()) for one in events]
        slept = asyncio.ensure_future(self._sleep(seconds))
        try:
            await asyncio.wait((*waits, slept), return_when=asyncio.FIRST_COMPLETED)
        finally:
            for one in (*waits, slept):
                one.cancel()

    # --- again, at the trader's word ---

    async def _carry_again(self, order: Order) -> None:
        text = "Sent again with the same key, at your word."
        try:
            begun, result = await self._try(order, IntentState.UNKNOWN, text, self._thoughts_on_again)
        except (JournalError, NotNowError) as reason:
            text = f"Still unknown, and not sent again: {reason}"
            await self._teller.move(order, IntentState.UNKNOWN, text, Severity.ERROR)
            return
        finally:
            order.look_anew(self._clock.now())
        await self._settle(order, result, begun, Earlier.DOUBTFUL)

    def _thoughts_on_again(self, order: Order) -> str | None:
        if self._ending.is_set():
            return CLOSED_EARLY.on_screen
        if (why := self._lets_through(order)) is not None:
            return why
        first = order.tries.first
        if order.tries.never_again is not None or first is None:
            return f"{order.tries.never_again or 'it was never sent'}."
        match window(first, self._clock.now()):
            case AgainNow():
                return None
            case NeverAgain(reason=reason):
                return f"{reason}."
            case _:
                return "it is too early."

    # --- what it came to ---

    async def _settle(self, order: Order, result: Result, begun: bool, earlier: Earlier) -> None:
        account = self._store.account
        outcome = verdict(
            order.record.intent,
            result,
            earlier=earlier,
            currency=account.currency if account is not None else None,
        )
        order.tries.never_again = order.tries.never_again or outcome.never_again
        if outcome.locks is not None:
            self._teller.lock(outcome.locks)
        await self._teller.move(
            order,
            outcome.state,
            outcome.text,
            outcome.severity,
            result=result,
            ticket=outcome.ticket,
            begun=begun,
            is_said=not outcome.is_checked_first,
        )
        self._answered(order)

    async def _met_a_fault(self, order: Order, error: Exception) -> None:
        _log.error("order task failed: %s", place_of(error))
        self._teller.lock("an order met a fault in this program; look at the positions")
        order.tries.never_again = "a fault in this program came after it was begun"
        if order.record.state not in _ON_ITS_WAY:
            # It may not have been told; but those that wait for it wait for its outcome alone.
            order.note_told(order.record.state)
            return
        if order.tries.may_be_sent:
            text = "Unknown: a fault in this program came after it was begun. Look at the positions."
            await self._teller.move(order, IntentState.UNKNOWN, text, Severity.ERROR, begun=True)
        else:
            text = "Not sent: a fault in this program stopped it."
            await self._teller.move(order, IntentState.NOT_SENT, text, Severity.ERROR, begun=False)


def failure_words_of(result: Result) -> str:
    """What made a try fail that is made again."""
    return failure_words(result) if isinstance(result, LineBroke | RateLimited | BridgeDown) else ""
