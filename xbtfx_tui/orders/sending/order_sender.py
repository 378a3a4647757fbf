"""An order's way out: journaled, tried, tried again where that is safe, and what its answer makes of it.

Every try is on disk before it is made. A change of stops waits first for the earlier ones of its ticket. No
try is made that could be an execution too many: after one that may have been executed, only the trader's own
word sends the same key again.
"""

import asyncio
import logging
from collections.abc import Callable, Coroutine
from typing import Any

import msgspec

from xbtfx_tui.domain.clock import Clock
from xbtfx_tui.domain.failure_messages import failure_words
from xbtfx_tui.domain.failures import BridgeDown, LineBroke, RateLimited
from xbtfx_tui.domain.intents import Intent, opens
from xbtfx_tui.domain.order_outcomes import IntentState, Result
from xbtfx_tui.domain.shell_wording import CLOSED_EARLY, REMEMBERED
from xbtfx_tui.domain.store_events import (
    Severity,
    Trading,
    TradingCloseOnly,
    TradingLocked,
    TradingOpen,
    TradingReadOnly,
)
from xbtfx_tui.orders.desk_tasks import place_of
from xbtfx_tui.orders.journal.order_journal import Entry, Journal, JournalError
from xbtfx_tui.orders.order_recorder import OrderRecorder
from xbtfx_tui.orders.order_state import BeingSent, Order, Waiting
from xbtfx_tui.orders.ports import Sender, Sleep
from xbtfx_tui.orders.sending import stop_sequencing
from xbtfx_tui.orders.sending.manual_resend import window
from xbtfx_tui.orders.sending.reply_outcomes import Earlier, not_done_words, verdict
from xbtfx_tui.orders.sending.retry_policy import Tried, good_for, pause_before_next
from xbtfx_tui.orders.store_views import past_worst
from xbtfx_tui.orders.unknown_orders import AgainNow, NeverAgain
from xbtfx_tui.store.store import Store

_log = logging.getLogger(__name__)
_BEAT = 0.1
_UNJOURNALED = f"Not in the journal, which can't be written: {REMEMBERED.on_screen}"


class NotNowError(Exception):
    """A try was not made; the text is a clause that says why."""


class TryResult(msgspec.Struct, frozen=True):
    """What the last try came to, whether it had begun to be written, and what is known of those before."""

    result: Result
    begun: bool
    earlier: Earlier


class OrderSender:
    """The part of an order's way from the trader's word to what its answer proves, a step a method."""

    def __init__(
        self,
        client: Sender,
        journal: Journal,
        recorder: OrderRecorder,
        store: Store,
        clock: Clock,
        sleep: Sleep,
    ) -> None:
        self._client = client
        self._journal = journal
        self._recorder = recorder
        self._store = store
        self._clock = clock
        self._sleep = sleep
        self._ending = asyncio.Event()

    def end(self) -> None:
        """Make no further try; one that is being made goes on."""
        self._ending.set()

    # --- before the first byte ---

    async def write_down(self, order: Order, entry: Entry) -> None:
        """Put a new order into the journal. Raises JournalError for what opens where it takes no word; what
        closes goes without, and is remembered here alone."""
        words = stop_sequencing.journaled_words(order, self._is_past)
        line = order.step(self._clock.now(), IntentState.JOURNALED, words)
        if await self._written(order, self._journal.begin(entry, line)):
            order.note_journaled()
        else:
            order.reword(_UNJOURNALED)
        self._recorder.show(order)

    async def wait_for_turn(self, order: Order) -> None:
        """Wait until all that it goes after is known. Raises NotNowError where it may not go, or not in
        time."""
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
                await self._recorder.move(order, IntentState.JOURNALED, words, severity)
            await self._pause(_BEAT, earlier.settled)
        why_not = stop_sequencing.turned_words(
            order, self._store.positions
        ) or stop_sequencing.overtaken_words(order)
        if why_not is not None:
            raise NotNowError(why_not)

    def _is_past(self, order: Order) -> bool:
        asked, listed = self._store.positions_asked, self._store.last_list
        return stop_sequencing.is_past(order, asked, listed, self._clock.now())

    async def _written(self, order: Order, write: Coroutine[Any, Any, None]) -> bool:
        """Whether the journal has it. Raises JournalError for what opens: that is not sent without it."""
        try:
            await write
        except JournalError as error:
            self._recorder.journal_failed(error)
            if opens(order.record.intent):
                raise
            return False
        return True

    # --- on the line ---

    async def send(self, order: Order) -> TryResult:
        """Try until nothing is won by trying again. Raises JournalError or NotNowError where the next try
        was not made."""
        intent = order.record.intent
        earlier = Earlier.NONE
        while True:
            text = "Being sent." if order.tries.number == 0 else f"Being sent, try {order.tries.number + 1}."
            begun, result = await self._try(order, text, self._second_thoughts)
            order.count_failure(result)
            tries, age = order.tries, order.taken.age_at(self._clock.now())
            tried = Tried(tries.number, tries.unreached, tries.bridge_down, age)
            pause = pause_before_next(intent, result, tried)
            if pause is None:
                return TryResult(result, begun, earlier)
            if begun:
                earlier = Earlier.UNDONE
            text = f"Try {tries.number} failed. {failure_words_of(result)} Tried again in {pause:.1f} s."
            await self._recorder.move(
                order, IntentState.SENDING, text, Severity.WARNING, result=result, begun=begun
            )
            order.note_unsent()
            await self._pause(pause)

    async def send_again(self, order: Order) -> TryResult:
        """Try once more, at the trader's word, what may have been executed already. Raises as `send` does."""
        text = "Sent again with the same key, at your word."
        try:
            begun, result = await self._try(order, text, self._thoughts_on_again)
        finally:
            order.note(order.looks.anew(self._clock.now()))
        return TryResult(result, begun, Earlier.DOUBTFUL)

    async def _try(
        self, order: Order, text: str, check: Callable[[Order], str | None]
    ) -> tuple[bool, Result]:
        """One try: journaled, then made. Raises JournalError or NotNowError where it was not made."""
        line = order.begin_try(self._clock.now(), text)
        if order.journaled:
            move = self._journal.move(order.id, line, attempt=order.tries.number)
            await self._written(order, move)
        self._recorder.show(order)
        if (why := check(order)) is not None:
            raise NotNowError(why)
        begun = False

        def on_begun() -> None:
            nonlocal begun
            begun = True
            order.note_begun()

        order.note_sending(self._clock.now())
        if order.request is None:
            raise NotNowError("there is no request to send.")
        try:
            result = await self._client.send(order.request, order.id, on_begun)
        finally:
            order.end_try(self._clock.now())
        if not isinstance(result, LineBroke):
            begun = True
        elif begun != result.begun:
            # Only what was never begun is surely not sent, whatever the failure says of itself.
            begun = True
            result = LineBroke(result.part, result.detail, begun)
        if begun:
            order.note_begun()
        return begun, result

    def _second_thoughts(self, order: Order) -> str | None:
        """What changed between the trader's word and the first byte, so that it must not be sent."""
        if (why := self._why_not(order)) is not None:
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

    def _thoughts_on_again(self, order: Order) -> str | None:
        if (why := self._why_not(order)) is not None:
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

    def _why_not(self, order: Order) -> str | None:
        if self._ending.is_set():
            return CLOSED_EARLY.on_screen
        intent = order.record.intent
        return why_not_through(self._store.trading, intent) or past_worst(
            self._store, intent, self._clock.now()
        )

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

    # --- what it came to ---

    async def conclude(self, order: Order, last: TryResult) -> None:
        """Take it to where its answer leads, and tell so."""
        account = self._store.account
        outcome = verdict(
            order.record.intent,
            last.result,
            earlier=last.earlier,
            currency=account.currency if account is not None else None,
        )
        order.spend_key(outcome.never_again)
        if outcome.locks is not None:
            self._recorder.lock(outcome.locks)
        await self._recorder.move(
            order,
            outcome.state,
            outcome.text,
            outcome.severity,
            result=last.result,
            ticket=outcome.ticket,
            begun=last.begun,
            is_said=not outcome.is_checked_first,
        )

    async def conclude_unsent(self, order: Order, reason: Exception) -> None:
        """Tell that it was not sent, or not again."""
        if order.is_being_resent:
            text = f"Still unknown, and not sent again: {reason}"
            await self._recorder.move(order, IntentState.UNKNOWN, text, Severity.ERROR)
            return
        text = f"Not sent: {reason} {not_done_words(order.record.intent)}".rstrip()
        await self._recorder.move(order, IntentState.NOT_SENT, text, Severity.ERROR)

    async def conclude_fault(self, order: Order, error: Exception) -> None:
        """A fault in this program met it on its way: say what can be known of it, and lock."""
        _log.error("order task failed: %s", place_of(error))
        self._recorder.lock("an order met a fault in this program; look at the positions")
        order.note_fault()
        match order.stage:
            case BeingSent(may_be_sent=True):
                text = "Unknown: a fault in this program came after it was begun. Look at the positions."
                await self._recorder.move(order, IntentState.UNKNOWN, text, Severity.ERROR, begun=True)
            case Waiting() | BeingSent():
                text = "Not sent: a fault in this program stopped it."
                await self._recorder.move(order, IntentState.NOT_SENT, text, Severity.ERROR, begun=False)
            case _:
                # It may not have been told; but those that wait for it wait for its outcome alone.
                order.note_told(order.record.state)


def why_not_through(trading: Trading, intent: Intent) -> str | None:
    """Why trading, as it stands, does not let an order out; a clause with a full stop."""
    match trading:
        case TradingOpen():
            return None
        case TradingCloseOnly() if not opens(intent):
            return None
        case TradingCloseOnly(reason=reason):
            return f"nothing new is opened, for {reason}."
        case TradingLocked() | TradingReadOnly():
            return "trading was locked before it could go."


def failure_words_of(result: Result) -> str:
    """What made a try fail that is made again."""
    return failure_words(result) if isinstance(result, LineBroke | RateLimited | BridgeDown) else ""
