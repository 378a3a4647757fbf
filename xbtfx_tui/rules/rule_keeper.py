"""The armed orders of one account: taken up at the start, armed, ended and decided at the trader's word.

What fires, and how, is rule_firing's. Arming and ending are on disk before they are said. Only the terminal
that holds the login's lock keeps and judges any. It draws nothing.
"""

import asyncio
import logging
from collections.abc import Callable, Coroutine, Sequence
from decimal import Decimal
from typing import Any

import msgspec

from xbtfx_tui.commands.rule_types import ArmEntry, Disarm
from xbtfx_tui.domain.action_results import NotDone
from xbtfx_tui.domain.armed_orders import (
    MOST_RULES,
    ArmedOrder,
    HeldBack,
    RuleArmed,
    RuleAsked,
    RuleAway,
    RuleClearing,
    RuleEnded,
    SendReview,
    order_words,
)
from xbtfx_tui.domain.clock import Clock, to_next_beat
from xbtfx_tui.domain.login_state_owner import KeptByAnother, KeptByNoLock, KeptHere, NotDecided, holder_words
from xbtfx_tui.domain.store_events import Event, Message, QuotesSeen, Severity, StreamUp
from xbtfx_tui.domain.text_sanitizer import plain
from xbtfx_tui.orders.journal.order_journal import JournalError
from xbtfx_tui.orders.journal.rule_rows import RuleFound, RuleRow, RuleStep, RuleStepKind
from xbtfx_tui.planning.arming import armed_order, draft_firing, no_rule_words
from xbtfx_tui.planning.open_draft import market_to_open
from xbtfx_tui.planning.plan_types import PlanRefusal
from xbtfx_tui.planning.ports import PlanView
from xbtfx_tui.planning.priced_symbol import PricedSymbol, fresh_prices, unpriced_words
from xbtfx_tui.rules.ports import RuleDesk, RuleJournal
from xbtfx_tui.rules.rule_book import RuleBook
from xbtfx_tui.rules.rule_firing import KILLED, RuleFirer
from xbtfx_tui.rules.rule_recovery import taken_up
from xbtfx_tui.store.store import Store

_log = logging.getLogger(__name__)

LOOK_EVERY = 0.25
OWED_AFTER = 5.0
WRITTEN_WITHIN = 3.0
SEND_SPREADS = 2


class RuleKeeper:
    """Told of every event of the stream, after the store. `on_symbols` is called when `symbols` have changed,
    `need_spec` asks for a symbol's terms."""

    def __init__(
        self,
        store: Store,
        desk: RuleDesk,
        journal: RuleJournal,
        clock: Clock,
        on_symbols: Callable[[], None] = lambda: None,
        need_spec: Callable[[str], None] = lambda _: None,
    ) -> None:
        self._store = store
        self._desk = desk
        self._journal = journal
        self._clock = clock
        self._on_symbols = on_symbols
        self._need_spec = need_spec
        self._book = RuleBook(journal)
        self._firer = RuleFirer(self._book, store, desk, clock, self._say)
        self._login: int | None = None
        self._why_not: str | None = "The armed orders of the last run are still being read: try again."
        self._shown_symbols: frozenset[str] = frozenset()
        self._not_written_at = float("-inf")
        self._owes_aloud = False
        self._running: asyncio.Task[None] | None = None
        self._writing: set[asyncio.Task[None]] = set()

    # --- the run ---

    def start(self) -> None:
        """Begin: the armed orders are read once the key has told whose they are."""
        self._running = asyncio.create_task(self._run(), name="armed orders")
        self._running.add_done_callback(self._run_ended)

    async def stop(self) -> None:
        """End: nothing fires any more; what is being written is waited for, for 3 seconds at most, and what
        is owed is written."""
        was_kept, self._login = self._login is not None, None
        if self._running is not None:
            self._running.cancel()
            await asyncio.wait({self._running})
        sending = self._firer.sending
        if under_way := {*self._writing, *(() if sending is None else (sending,))}:
            await asyncio.wait(under_way, timeout=WRITTEN_WITHIN)
        if self._book.is_owing and was_kept:
            owed = asyncio.ensure_future(self._write_owed())
            await asyncio.wait({owed}, timeout=WRITTEN_WITHIN)

    async def _run(self) -> None:
        time = asyncio.get_running_loop().time
        is_taken_up = False
        while True:
            if is_taken_up:
                self.look()
            elif self._store.key is not None and not isinstance(self._desk.keeping, NotDecided):
                await self.take_up(self._store.key.login)
                is_taken_up = True
            await asyncio.sleep(to_next_beat(time(), LOOK_EVERY))

    def _run_ended(self, task: "asyncio.Task[None]") -> None:
        if task.cancelled() or (error := task.exception()) is None:
            return
        _log.error("the armed orders failed: %s", type(error).__name__)
        self._why_not = "Armed orders have stopped on an error of their own: restart the terminal."
        self._login = None
        self._say(Severity.ERROR, f"{self._why_not} None of them fires until then.")

    async def take_up(self, login: int) -> None:
        """Read this login's armed orders and go on with them, all away; or none, and why."""
        match self._desk.keeping:
            case KeptByAnother(pid):
                who = holder_words(pid).capitalize()
                self._why_not = f"{who} was here first: orders are armed and watched there."
            case KeptByNoLock(reason):
                self._why_not = f"This terminal arms no orders: {reason}."
            case NotDecided():
                pass
            case KeptHere():
                try:
                    found, self._book.next_number = await self._journal.rules()
                except JournalError as error:
                    self._why_not = f"No order can be armed: {error}"
                    self._say(
                        Severity.ERROR, f"What was armed can't be read, and nothing of it fires. {error}"
                    )
                    return
                self._take_up(found)
                self._login, self._why_not = login, None

    def _take_up(self, found: Sequence[RuleFound]) -> None:
        taken = taken_up(found, self._clock.now().wall)
        for order, command in taken.waiting:
            self._book.add(order, command)
        self._book.owe(taken.ended)
        for severity, sentence in taken.said:
            self._say(severity, sentence)
        self._symbols_may_have_changed()

    def _owe_end(self, number: int, words: str) -> None:
        self._book.owe([RuleStep(number, self._clock.now().wall, RuleStepKind.ENDED, words)])

    # --- looking ---

    def in_parts(self, event: Event) -> Sequence[Event]:
        """The event as the store has to take it: quotes that some order waits for come one by one."""
        if type(event) is not QuotesSeen or len(event.quotes) == 1:
            return (event,)
        if all(quote.symbol not in self._book.wires for quote in event.quotes):
            return (event,)
        return [QuotesSeen((quote,), event.received) for quote in event.quotes]

    def on_event(self, event: Event) -> None:
        """Take an event of the stream, in its parts, that the store has taken already."""
        if self._login is None:
            return
        try:
            if type(event) is QuotesSeen:
                for quote in event.quotes:
                    if quote.symbol in self._shown_symbols:
                        self._firer.hear(quote.symbol, quote.bid, quote.ask, event.received.monotonic)
            elif isinstance(event, StreamUp):
                self.look()
        except Exception as error:
            self._failed(error)

    def _failed(self, error: Exception) -> None:
        """A fault in here takes no stream down with it, and nothing more fires by it."""
        _log.error("the armed orders failed at an event: %s", type(error).__name__)
        self._login = None
        self._why_not = "Armed orders have stopped on an error of their own: restart the terminal."
        self._say(Severity.ERROR, f"{self._why_not} None of them fires until then.")

    def look(self) -> None:
        """Judge all; called four times a second."""
        if self._login is None:
            return
        self._firer.look()
        self._symbols_may_have_changed()
        now = self._clock.now().monotonic
        if self._book.is_owing and now - self._not_written_at >= OWED_AFTER and not self._writing:
            self._write(self._write_owed())

    async def _write_owed(self) -> None:
        try:
            await self._book.commit(())
        except JournalError as error:
            self._not_written_at = self._clock.now().monotonic
            if not self._owes_aloud:
                self._owes_aloud = True
                again = "until it is, a later start may list once more what has ended"
                self._say(Severity.ERROR, f"What became of armed orders is not on disk: {again}. {error}")
            _log.warning("steps of armed orders are still owed to the disk: %s", error)
        else:
            self._owes_aloud = False

    def _write(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work, name="armed orders to disk")
        self._writing.add(task)
        task.add_done_callback(self._writing.discard)

    def _symbols_may_have_changed(self) -> None:
        if self._book.symbols != self._shown_symbols:
            for symbol in self._book.symbols - self._shown_symbols:
                self._need_spec(symbol)
            self._shown_symbols = self._book.symbols
            self._on_symbols()

    def _say(self, severity: Severity, sentence: str) -> None:
        self._store.apply(Message(self._clock.now().wall, severity, plain(sentence, 600)))

    # --- what the screen reads ---

    @property
    def orders(self) -> tuple[ArmedOrder, ...]:
        """Those that wait, the newest first, then those of this run that do so no more."""
        return self._book.orders

    @property
    def version(self) -> int:
        """Grows with each change of `orders`."""
        return self._book.version

    @property
    def symbols(self) -> frozenset[str]:
        """The symbols whose quotes are needed, on the watchlist or not."""
        return self._book.symbols

    def held(self, number: int) -> HeldBack | None:
        """Why it has not fired though its price is there; None where nothing holds it."""
        return self._firer.held(number)

    # --- what the trader wants ---

    def refusal(self, command: ArmEntry | None) -> str | None:
        """Why `command` would not be armed here (None: any), as a sentence; None where it would."""
        if self._why_not is not None:
            return self._why_not
        if command is None:
            return None
        if command.replaces is not None:
            replaced = self._book.get(command.replaces)
            if replaced is None or not replaced.is_waiting:
                return no_rule_words(command.replaces, self._book.waiting)
        elif len(self._book.waiting) >= MOST_RULES:
            return f"{MOST_RULES} orders are armed, the most there can be: take one away first."
        return None

    def carry_out(self, command: ArmEntry | Disarm) -> str:
        """Do what a command says; what comes of it, as a sentence, and the rest in Messages."""
        match command:
            case ArmEntry():
                return self.arm(command)
            case Disarm(number):
                return self.disarm(number)

    def arm(self, command: ArmEntry) -> str:
        """Arm what was reviewed; it is said once it is on disk."""
        if (why := self.refusal(command)) is not None or self._login is None:
            return NotDone(why or "")
        self._firer.look()  # a kill switch before this ends what was armed before this
        now = self._clock.now()
        replaced = None if command.replaces is None else self._book.get(command.replaces)
        frozen = msgspec.structs.replace(command, replaces=None)
        order = armed_order(frozen, self._book.next_number, now.wall)
        if isinstance(order, PlanRefusal):
            return NotDone(order.sentence)
        prices = fresh_prices(self._store, order.symbol, now)
        price = None if prices is None else prices.ask if order.side.sign > 0 else prices.bid
        if price is not None and order.is_reached(price):
            return NotDone(f"Its level was reached meanwhile ({price:f}), so it was not armed.")
        self._book.next_number += 1
        if replaced is not None:
            ended = RuleEnded(now.wall, f"{order.number} took its place")
            self._book.turn(replaced, ended)
        state = RuleArmed() if price is not None else RuleAway("there was no price of it")
        order = msgspec.structs.replace(order, state=state)
        self._write(self._write_arming(order, frozen, replaced, self._login, self._desk.kills))
        return f"Armed order {order.number} is being written down."

    async def _write_arming(
        self, order: ArmedOrder, command: ArmEntry, replaced: ArmedOrder | None, login: int, kills: int
    ) -> None:
        now = self._clock.now()
        steps = [RuleStep(order.number, now.wall, RuleStepKind.ARMED)]
        if replaced is not None:
            words = f"{order.number} took its place"
            steps.append(RuleStep(replaced.number, now.wall, RuleStepKind.ENDED, words))
        try:
            await self._book.commit(steps, RuleRow(order.number, login, now.wall, order.symbol, order.line))
        except JournalError as error:
            self._owe_end(order.number, "it was not armed: the disk did not take it in time")
            if replaced is not None:
                self._book.turn(replaced, RuleAway("it was to be replaced"))
                self._book.owe([RuleStep(replaced.number, now.wall, RuleStepKind.ARMED, "not replaced")])
            self._say(Severity.ERROR, f"It was NOT armed: {order.line}. {error}")
            return
        if self._desk.kills != kills:
            self._owe_end(order.number, KILLED)
            self._say(Severity.WARNING, f"Armed order {order.number} has ended, for {KILLED}: {order.line}")
            return
        self._book.add(order, command)
        self._symbols_may_have_changed()
        instead = "" if replaced is None else f" in place of {replaced.number}"
        self._say(Severity.GOOD, f"Armed order {order.number} waits{instead}: {order.line}")

    def disarm(self, number: int) -> str:
        """Take one away: it can't fire from now on, and that is said once it is on disk."""
        order = self._book.get(number)
        if self._login is None or order is None:
            return NotDone(self._why_not or no_rule_words(number, self._book.waiting))
        if not order.is_waiting:
            return NotDone(f"Armed order {number} waits no more: it has fired or ended.")
        now = self._clock.now()
        self._book.turn(order, RuleEnded(now.wall, "you took it away"))
        self._write(self._write_end(order))
        return f"Armed order {number} fires no more. To arm it again: {order.line}"

    async def _write_end(self, order: ArmedOrder) -> None:
        step = RuleStep(order.number, self._clock.now().wall, RuleStepKind.ENDED, "you took it away")
        try:
            await self._book.commit([step])
        except JournalError as error:
            self._book.owe([step])
            self._say(
                Severity.ERROR,
                f"Armed order {order.number} fires no more in this run, but that is not on disk yet. {error}",
            )
            return
        self._symbols_may_have_changed()
        again = f"To arm it again: {order.line}"
        self._say(Severity.INFO, f"Armed order {order.number} is gone: {order_words(order)}. {again}")

    def wait(self, number: int) -> str:
        """Let one that is asked wait on: armed again once its price has been away from its level."""
        order = self._book.get(number)
        if order is None or not isinstance(order.state, RuleAsked):
            return NotDone(f"Armed order {number} asks nothing.")
        self._book.turn(order, RuleClearing())
        return f"Armed order {number} waits on: armed once its price has left the level."

    def review(self, number: int) -> SendReview | str:
        """What sending one that is asked comes to at the prices of now; a sentence where it can't be sent."""
        order = self._book.get(number)
        if order is None or not isinstance(order.state, RuleAsked):
            return f"Armed order {number} asks nothing."
        view = PlanView(self._store, self._clock.now(), self._desk)
        market = market_to_open(view, order.symbol)
        if not isinstance(market, PricedSymbol):
            return unpriced_words(market)
        worst = market.opening(order.side) + order.side.sign * SEND_SPREADS * (market.ask - market.bid)
        draft = draft_firing(self._book.command(number), market, view, number, worst).order
        if draft.first_blocking is not None:
            return draft.first_blocking
        limit = "above" if order.side.sign > 0 else "below"
        said = " ".join((draft.sentence, f"Not {limit} {worst:f}.", *draft.warnings))
        return SendReview(said, worst)

    def send(self, number: int, worst: Decimal) -> str:
        """Send one that is asked, at the trader's word, at no worse a price than was reviewed."""
        order = self._book.get(number)
        if order is None or not isinstance(order.state, RuleAsked) or self._login is None:
            return NotDone(f"Armed order {number} asks nothing.")
        if (why := self._firer.fire(order, worst)) is not None:
            return NotDone(why)
        return f"Armed order {number} is being sent."
