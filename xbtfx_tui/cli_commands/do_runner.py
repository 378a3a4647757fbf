"""One run of `xbtfx-tui do`: an account without a screen, the plan of its commands, its batch.

Orders go through the order desk alone. The account is looked at until everything that the commands need is
known, never for longer than the trader allows; what was not confirmed is not sent.
"""

import asyncio
import contextlib
import signal
from collections.abc import Awaitable, Callable, Sequence
from typing import NoReturn

import msgspec

from xbtfx_tui.account_service import TradingAccount
from xbtfx_tui.cli_commands.batch_runner import Carrying
from xbtfx_tui.cli_commands.do_parsing import Asked, Mistaken, TerminalOnly, pointed, read_commands
from xbtfx_tui.cli_commands.do_report import Report, ReportPrinter, order_line
from xbtfx_tui.cli_commands.exit_codes import RunOutcome
from xbtfx_tui.cli_commands.plan_preview import Preview
from xbtfx_tui.cli_commands.preconditions import (
    figures_since,
    may_go_blind,
    missing,
    moved_since,
    not_fresh,
    periods_of,
    symbols_of,
    why_not_read,
)
from xbtfx_tui.commands.command_facts import facts_of
from xbtfx_tui.commands.command_types import Command
from xbtfx_tui.commands.known_names import Known
from xbtfx_tui.domain.clock import Instant
from xbtfx_tui.domain.intents import CloseByIntent, CloseIntent, CloseUnreadIntent, ReverseIntent
from xbtfx_tui.domain.order_outcomes import IntentState
from xbtfx_tui.domain.order_text import intent_words
from xbtfx_tui.domain.positions import HistoryPeriod
from xbtfx_tui.orders.guards.guard_types import Limits
from xbtfx_tui.planning.joined_plan import joined
from xbtfx_tui.planning.plan_types import Deed, NeedsHistory, NeedsSymbols, Plan, PlanRefusal, Sheet
from xbtfx_tui.planning.planner import plan
from xbtfx_tui.planning.ports import PlanView
from xbtfx_tui.store.feed_state import FeedRefused

BEAT = 0.03
"""Seconds between two looks at the store, as a screen's frame."""
ASK_EVERY = 1.0
GOOD_FOR = 60.0
"""Seconds that a plan waits for its yes: after that the prices it was made at are others."""
_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

Ask = Callable[[str], Awaitable[str]]
"""Asks a question on the terminal; the line that was typed."""


class Wants(msgspec.Struct, frozen=True):
    """What the command line said. `seconds` is how long the first prices and positions are waited for;
    `has_orders` whether one of the texts leads to orders."""

    texts: tuple[str, ...]
    has_orders: bool
    dry_run: bool
    yes: bool
    seconds: float


class _EndedError(Exception):
    """The run is over before a batch began."""

    def __init__(self, report: Report) -> None:
        super().__init__(report.sentence)
        self.report = report


class DoRun:
    """One run. `account` is not started yet; it is stopped at the end, whichever way the run ends."""

    def __init__(
        self, account: TradingAccount, limits: Limits, wants: Wants, teller: ReportPrinter, ask: Ask
    ) -> None:
        self._account = account
        self._store = account.store
        self._limits = limits
        self._wants = wants
        self._teller = teller
        self._ask = ask
        self._sheets: tuple[Sheet, ...] = ()
        self._plan: Plan | None = None
        self._asked_at = float("-inf")
        self._empty_since: float | None = None
        self._more_symbols: frozenset[str] = frozenset()
        self._more_periods: frozenset[HistoryPeriod] = frozenset()
        self._task: asyncio.Task[Report] | None = None
        self._carrying: Carrying | None = None
        self._ended_by: int | None = None

    async def run(self) -> Report:
        """Carry the commands out; never raises for what a server or a trader can do."""
        self._task = asyncio.current_task()
        self._listen()
        keeper: asyncio.Task[None] | None = None
        try:
            await self._account.start()
            ready = asyncio.create_task(self._account.desk.ready(), name="earlier orders")
            try:
                commands = await self._planned(ready)
            finally:
                ready.cancel()
            keeper = asyncio.create_task(self._keep_fresh(commands), name="fresh prices")
            return await self._carried_out(commands)
        except _EndedError as ended:
            return ended.report
        except asyncio.CancelledError:
            if self._ended_by is None:
                raise
            if self._task is not None:
                self._task.uncancel()
            return self._report(RunOutcome.INTERRUPTED, "Interrupted: nothing was sent.")
        finally:
            if keeper is not None:
                keeper.cancel()
            await self._account.stop()

    # --- signals ---

    def _listen(self) -> None:
        loop = asyncio.get_running_loop()
        for number in _SIGNALS:
            # Only the main thread hears signals; elsewhere whoever runs this ends it otherwise.
            with contextlib.suppress(ValueError, RuntimeError):
                loop.add_signal_handler(number, self._told_to_end, number)

    def _told_to_end(self, number: int) -> None:
        """The first signal ends the run in order; an order in flight is waited for."""
        if self._ended_by is not None:
            return
        self._ended_by = number
        if self._carrying is not None:
            self._teller.note("Stopping: an order in flight is waited for, no other is begun.")
            self._carrying.halt()
        elif self._task is not None:
            self._task.cancel()

    # --- until it is planned ---

    async def _planned(self, ready: "asyncio.Task[str | None]") -> tuple[Asked, ...]:
        """Look at the account until every command is planned; what they come to is kept."""
        loop = asyncio.get_running_loop()
        end = loop.time() + self._wants.seconds
        while True:
            self._give_up_where_hopeless(ready)
            commands = self._read_again()
            lacking: Sequence[str] = ()
            if commands is not None:
                lacking = self._lacking(commands, ready)
                if not lacking:
                    lacking = self._try_to_plan(commands)
                if not lacking:
                    return commands
                self._ask_for(commands, loop.time())
            if loop.time() >= end:
                if commands is not None and ready.done() and self._plans_blind(commands):
                    return commands
                self._time_is_up(lacking or missing((), self._store, self._now()))
            await asyncio.sleep(BEAT)

    def _give_up_where_hopeless(self, ready: "asyncio.Task[str | None]") -> None:
        if isinstance(self._store.feed, FeedRefused):
            message = self._store.feed.message
            self._end(RunOutcome.FAILED, f"The server refused the key: {message or 'no reason was given'}")
        if self._sends and ready.done() and (why := ready.result()) is not None:
            self._end(RunOutcome.REFUSED, f"Orders can't be sent: {why.rstrip('.')}.")
        key = self._store.key
        if self._wants.has_orders and key is not None and not key.may_trade:
            self._end(RunOutcome.REFUSED, "This key may only read; use one with the trade permission.")

    def _read_again(self) -> tuple[Asked, ...] | None:
        """The commands with the account's own symbols; None while those are not known."""
        if not self._store.symbols:
            return None
        names = {*self._store.symbols, *(position.symbol for position in self._store.positions.values())}
        read = read_commands(self._wants.texts, Known(names))
        if isinstance(read, Mistaken):
            self._end(RunOutcome.MISTAKE, read.mistake.sentence, pointed(read.text, read.mistake))
        if isinstance(read, TerminalOnly):
            self._end(RunOutcome.MISTAKE, read.sentence)
        return read

    def _lacking(self, commands: Sequence[Asked], ready: "asyncio.Task[str | None]") -> tuple[str, ...]:
        needs_day = self._wants.has_orders and self._limits.loss_per_day is not None
        only = [asked.command for asked in commands]
        lacking = missing(only, self._store, self._now(), needs_day=needs_day)
        earlier = () if ready.done() else ("what became of earlier orders",)
        told = () if self._account.currency.is_looked_up else ("what was told of the account's currency",)
        return (*lacking, *earlier, *told, *([] if lacking else self._lacking_of_none(only)))

    def _lacking_of_none(self, commands: Sequence[Command]) -> tuple[str, ...]:
        """What is still waited for before it can be said that nothing is open."""
        if self._store.positions or not any(facts_of(command).is_about_positions for command in commands):
            self._empty_since = None
            return ()
        if self._empty_since is None:
            self._empty_since = self._now().monotonic
        return figures_since(self._store, self._empty_since)

    def _try_to_plan(self, commands: Sequence[Asked]) -> tuple[str, ...]:
        """Plan all of them against this one moment; what else is needed for that, in words."""
        view = PlanView(self._store, self._now(), Preview(self._store, self._account.clock, self._limits))
        plans: list[Plan] = []
        sheets: list[Sheet] = []
        lacking: list[str] = []
        for asked in commands:
            match plan(asked.command, view):
                case Plan() as made:
                    plans.append(made)
                case Sheet() as sheet:
                    sheets.append(sheet)
                case NeedsHistory(period=period, lacks=lacks):
                    self._more_periods |= {period}
                    lacking.append(lacks)
                case NeedsSymbols(symbols=symbols, lacks=lacks):
                    self._more_symbols |= frozenset(symbols)
                    lacking.append(lacks)
                case PlanRefusal(sentence=sentence):
                    self._end(
                        RunOutcome.REFUSED, sentence if len(commands) == 1 else f"{asked.text}: {sentence}"
                    )
                case Deed(words=words):
                    self._end(
                        RunOutcome.MISTAKE, f"{words} That is for the terminal: start xbtfx-tui for it."
                    )
        if (ticket := _closed_twice(plans)) is not None:
            words = (
                f"Two of the commands close position {ticket}; all are planned at one moment: leave one out."
            )
            self._end(RunOutcome.REFUSED, words)
        self._sheets = tuple(sheets)
        self._plan = joined(plans, view)
        return tuple(lacking)

    def _plans_blind(self, commands: Sequence[Asked]) -> bool:
        """Whether the commands, which only close, can be planned though not everything could be read."""
        if not may_go_blind([asked.command for asked in commands]) or self._try_to_plan(commands):
            return False
        self._teller.note("Not everything could be read; closing goes by what is known.")
        return True

    def _ask_for(self, commands: Sequence[Asked], now: float) -> None:
        """Have read what is needed, once a second at most."""
        if now - self._asked_at < ASK_EVERY:
            return
        self._asked_at = now
        only = [asked.command for asked in commands]
        wanted = self._more_symbols.union(*(symbols_of(command, self._store) for command in only))
        self._account.look_at(wanted, None)
        for symbol in wanted:
            self._account.need_spec(symbol)
        for period in self._more_periods | periods_of(only):
            if period not in self._store.history:
                self._account.read_history(period)

    def _time_is_up(self, lacking: Sequence[str]) -> NoReturn:
        words = f"Timed out after {self._wants.seconds:g} s, nothing was sent. Still waiting for "
        sentences = (f"{words}{'; '.join(lacking)}.", *why_not_read(self._store))
        self._end(RunOutcome.TIMED_OUT, " ".join(sentences))

    # --- once it is planned ---

    async def _carried_out(self, commands: Sequence[Asked]) -> Report:
        self._tell_of_earlier_orders()
        for sheet in self._sheets:
            self._teller.sheet(sheet)
        if self._plan is None:
            return self._report(RunOutcome.DONE, "")
        asks = self._sends and not self._wants.yes
        self._teller.plan(self._plan, is_asked=asks)
        if not self._sends:
            return self._report(RunOutcome.PLANNED, "Nothing was sent: this was a dry run.")
        if asks:
            await self._confirmed(self._plan)
            await self._fresh_again(commands)
            view = PlanView(self._store, self._now(), self._account.desk)
            if (moved := moved_since(self._plan, view)) is not None:
                self._end(RunOutcome.REFUSED, f"{moved} Nothing was sent: ask for it again.")
        if (why := self._account.desk.unlock()) is not None:
            self._end(RunOutcome.REFUSED, f"{why} Nothing was sent.")
        account = self._account
        self._carrying = Carrying(self._plan, account.desk, self._store, account.clock, self._teller)
        return self._with_plan(await self._carrying.run())

    def _tell_of_earlier_orders(self) -> None:
        """What an earlier run left open and was found of it; what is known not done is old news."""
        for record in self._store.intents.values():
            is_old_news = record.state is IntentState.FOUND_NOT_FILLED and not record.stays_unknown
            if record.story and not is_old_news:
                self._teller.note(f"Earlier order: {intent_words(record.intent)}. {record.story[-1].text}")

    async def _confirmed(self, confirmed: Plan) -> None:
        """The typed word yes, in time; anything else ends the run."""
        count = len(confirmed.steps)
        what = "this order" if count == 1 else f"these {count} orders"
        began = self._now()
        typed = await self._ask(f"Send {what}? Type yes: ")
        if typed.strip().lower() != "yes":
            self._end(RunOutcome.REFUSED, "Not confirmed: nothing was sent.")
        if (age := began.age_at(self._now())) > GOOD_FOR:
            words = f"The yes came after {age:.0f} s, and the prices of the plan are old: nothing was sent."
            self._end(RunOutcome.REFUSED, f"{words} Ask for it again.")

    async def _fresh_again(self, commands: Sequence[Asked]) -> None:
        """Prices may have gone quiet while the question stood there."""
        loop = asyncio.get_running_loop()
        end = loop.time() + self._wants.seconds
        only = [asked.command for asked in commands]
        while stale := not_fresh(only, self._store, self._now()):
            if loop.time() >= end:
                self._time_is_up([f"a fresh price of {', '.join(stale)}"])
            await asyncio.sleep(BEAT)

    async def _keep_fresh(self, commands: Sequence[Asked]) -> None:
        """A price that the stream has been silent about is read again, so that it can be traded on."""
        only = [asked.command for asked in commands]
        while True:
            for symbol in not_fresh(only, self._store, self._now()):
                self._account.need_spec(symbol)
            await asyncio.sleep(ASK_EVERY)

    # --- small things ---

    @property
    def _sends(self) -> bool:
        return self._wants.has_orders and not self._wants.dry_run

    @property
    def _currency(self) -> str | None:
        return None if self._store.account is None else self._store.account.currency

    def _now(self) -> Instant:
        return self._account.clock.now()

    def _end(self, outcome: RunOutcome, sentence: str, pointed_lines: tuple[str, ...] = ()) -> NoReturn:
        raise _EndedError(msgspec.structs.replace(self._report(outcome, sentence), pointed=pointed_lines))

    def _report(self, outcome: RunOutcome, sentence: str) -> Report:
        planned = () if self._plan is None else self._plan.steps
        state = "planned" if outcome is RunOutcome.PLANNED else "not sent"
        orders = tuple(order_line(step, state) for step in planned)
        # Of what was refused or interrupted nothing is realised: its figures would be read as if it were.
        is_planned = self._plan is not None and outcome is RunOutcome.PLANNED
        if not is_planned:
            orders = tuple(msgspec.structs.replace(order, profit=None) for order in orders)
        profit = self._plan.profit if self._plan is not None and is_planned else None
        return Report(outcome, sentence, (), self._sheets, self._plan, orders, profit, self._currency)

    def _with_plan(self, report: Report) -> Report:
        return msgspec.structs.replace(report, sheets=self._sheets, plan=self._plan, currency=self._currency)


def _closed_twice(plans: Sequence[Plan]) -> int | None:
    """A position that more than one step closes, in full or in part; None where there is none."""
    seen: set[int] = set()
    for step in (step for made in plans for step in made.steps):
        match step.intent:
            case CloseIntent(ticket=ticket) | CloseUnreadIntent(ticket=ticket) | ReverseIntent(ticket=ticket):
                tickets = {ticket}
            case CloseByIntent(ticket=ticket, by_ticket=other):
                tickets = {ticket, other}
            case _:
                continue
        if twice := tickets & seen:
            return min(twice)
        seen |= tickets
    return None
