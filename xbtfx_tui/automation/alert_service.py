"""Alerts that run: the book of one account, judged as prices come, told once, kept between runs.

A level of a price or a spread is judged at the very tick that reaches it, everything else four times a
second. Reading and writing go on beside the event loop. It draws nothing, rings nothing and sends no order.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal

from xbtfx_tui.automation.alert_inputs import AlertInputs
from xbtfx_tui.automation.alert_repository import EmptyBook, KeptBook, Repository
from xbtfx_tui.automation.price_triggers import Wire, wires_of
from xbtfx_tui.commands.alert_commands import AlertCommand, condition_of, typed
from xbtfx_tui.commands.command_types import RemoveAlert, SetAlert
from xbtfx_tui.domain.action_results import NotDone
from xbtfx_tui.domain.alerts import (
    Added,
    Alert,
    AlertBook,
    AlertView,
    Condition,
    Fired,
    MarginLevelAlert,
    NoAlert,
    PriceAlert,
    SpreadAlert,
    WaitingToClear,
    alert_words,
    back_words,
    judged,
    news_words,
)
from xbtfx_tui.domain.clock import Clock, to_next_beat
from xbtfx_tui.domain.lasting_states import OfThisRun
from xbtfx_tui.domain.login_state_owner import (
    Keeping,
    KeptByAnother,
    KeptByNoLock,
    KeptHere,
    NotDecided,
    alerts_words,
)
from xbtfx_tui.domain.store_events import Event, Message, QuotesSeen, Severity
from xbtfx_tui.store.latest_quotes import has_jumped
from xbtfx_tui.store.store import Store

_log = logging.getLogger(__name__)

LOOK_EVERY = 0.25
LOOK_AT_LEAST_EVERY = 1.0
WRITTEN_WITHIN = 3.0
"""Seconds that the last writing is waited for at the end."""
_NOT_READ = "The alerts of the last run are still being read: try again in a moment."


class AlertKeeper:
    """Told of every event of the stream, after the store.

    `say` takes what goes to Messages. `on_symbols` is called when `symbols` have changed. `keeping` tells
    whether this terminal keeps the account's alerts; else those it has are of this run alone.
    """

    def __init__(
        self,
        store: Store,
        clock: Clock,
        shelf: Repository,
        say: Callable[[Message], None],
        on_symbols: Callable[[], None] = lambda: None,
        keeping: Callable[[], Keeping] = KeptHere,
    ) -> None:
        self._store = store
        self._clock = clock
        self._shelf = shelf
        self._say = say
        self._on_symbols = on_symbols
        self._keeping = keeping
        self._not_kept: str | None = None
        self._eyes = AlertInputs(store, clock)
        self._login: int | None = None
        self._book = AlertBook()
        self._written = self._book
        self._could_write = True
        self._wires: Mapping[str, Wire] = {}
        self._watches_margin = False
        self._lacks_points = False
        self._in_vain: set[str] = set()
        self._stirred = False
        self._looked_at = float("-inf")
        self._fired: list[Alert] = []
        self._unseen: set[int] = set()
        self._running: asyncio.Task[None] | None = None
        self._writing: asyncio.Task[None] | None = None

    # --- the run ---

    def start(self) -> None:
        """Begin: the book is read once the key has told whose it is."""
        self._running = asyncio.create_task(self._run(), name="alerts")
        self._running.add_done_callback(self._ended)

    async def stop(self) -> None:
        """End; what is not written yet, or could not be, is written first, for 3 seconds at most."""
        if self._running is not None:
            self._running.cancel()
            await asyncio.wait({self._running})
        if not self._could_write and (self._writing is None or self._writing.done()):
            self._written = AlertBook()
            self._writing = asyncio.create_task(self._write(), name="alerts to disk")
        if self._writing is not None:
            await asyncio.wait({self._writing}, timeout=WRITTEN_WITHIN)

    async def _run(self) -> None:
        time = asyncio.get_running_loop().time
        while self._store.key is None or isinstance(self._keeping(), NotDecided):
            self._eyes.sees_feed()
            await asyncio.sleep(to_next_beat(time(), LOOK_EVERY))
        await self.take_up(self._store.key.login)
        while True:
            self.look()
            await asyncio.sleep(to_next_beat(time(), LOOK_EVERY))

    def _ended(self, task: "asyncio.Task[None]") -> None:
        if task.cancelled() or (error := task.exception()) is None:
            return
        _log.error("the alerts failed: %s", type(error).__name__)
        words = "The alerts have stopped on an error of their own: restart the terminal."
        self._say(Message(self._clock.now().wall, Severity.ERROR, words, OfThisRun()))

    async def take_up(self, login: int) -> None:
        """Read the book of this account and go on with it, or with an empty one where another terminal keeps
        it, which rings for those in it."""
        keeping = self._keeping()
        if isinstance(keeping, KeptByAnother | KeptByNoLock):
            self._not_kept = alerts_words(keeping)
        kept: KeptBook = EmptyBook()
        if not isinstance(keeping, KeptByAnother):
            kept = await asyncio.to_thread(self._shelf.load, login, repairs=self._not_kept is None)
        if kept.trouble is not None:
            self._tell(Severity.ERROR, kept.trouble)
        self._login = login
        self._written = kept.book
        self._turn_to(kept.book)

    # --- looking ---

    def in_parts(self, event: Event) -> Sequence[Event]:
        """The event as store and alerts have to take it: quotes that some alert waits for come one by one, so
        that it is judged at the very tick that reaches its level, though the next one be back already."""
        if type(event) is not QuotesSeen or not self._wires or len(event.quotes) == 1:
            return (event,)
        if all(quote.symbol not in self._wires for quote in event.quotes):
            return (event,)
        return [QuotesSeen((quote,), event.received) for quote in event.quotes]

    def on_event(self, event: Event) -> None:
        """Take an event of the stream, in its parts, that the store has taken already."""
        self._stirred = True
        if type(event) is not QuotesSeen or not self._wires:
            return
        for quote in event.quotes:
            if (wire := self._wires.get(quote.symbol)) is None or not wire.trips(quote.bid, quote.ask):
                continue
            # A wire that tripped in vain (an unknown symbol, a stream that is not live yet) waits for the
            # next look: judging at each tick would cost too much.
            if quote.symbol not in self._in_vain and not self._judge_tick() and not self._jumps(quote.symbol):
                self._in_vain.add(quote.symbol)

    def _jumps(self, symbol: str) -> bool:
        """Whether the next tick may bear out a price that nothing fires by yet."""
        return has_jumped(self._store.freshness(symbol, self._clock.now()))

    def _judge_tick(self) -> bool:
        """As `_judge`, for the stream: a fault in here must not take its connection down at each quote."""
        try:
            return self._judge()
        except Exception as error:
            _log.error("the alerts failed at a quote: %s", type(error).__name__)
            self._wires = {}  # the next look meets the same fault, and it is said
            return False

    def look(self) -> None:
        """Judge all alerts, if anything can have changed since the last look."""
        now = self._clock.now().monotonic
        if not self._stirred and now - self._looked_at < LOOK_AT_LEAST_EVERY:
            return
        self._stirred = False
        self._in_vain.clear()
        self._looked_at = now
        if self._lacks_points:
            self._set_wires()
        self._judge()

    def _judge(self) -> bool:
        """Judge all alerts; whether something came of it."""
        self._eyes.sees_feed()
        if self._login is None or not self._book.alerts:
            return False
        sight = self._eyes.sight(with_margin=self._watches_margin)
        book, news = judged(self._book, sight, self._clock.now().wall)
        if book is self._book:
            return False
        self._turn_to(book)
        for alert in news:
            self._tell_news(alert)
        return True

    def _tell_news(self, alert: Alert) -> None:
        if alert.is_live:
            self._tell(Severity.WARNING, f"{back_words(alert)}.")
            return
        words = news_words(alert)
        if not isinstance(alert.state, Fired):
            self._tell(Severity.INFO, f"{words}.")
            return
        self._fired.append(alert)
        self._unseen.add(alert.number)
        self._tell(Severity.WARNING, f"Alert {alert.number}: {words}.")

    def _tell(self, severity: Severity, sentence: str) -> None:
        self._say(Message(self._clock.now().wall, severity, sentence))

    # --- what the screen reads ---

    @property
    def book(self) -> AlertBook:
        return self._book

    @property
    def symbols(self) -> frozenset[str]:
        """The symbols whose quotes are needed, on the watchlist or not."""
        return self._book.symbols

    @property
    def unseen(self) -> int:
        """How many alerts have fired in this run that nobody has looked at."""
        return len(self._unseen)

    @property
    def elsewhere(self) -> str | None:
        """That the alerts here are of this run alone, and why; None where this terminal keeps them."""
        return None if self._not_kept is None else f"Alerts here are of this run alone: {self._not_kept}."

    def looked(self) -> None:
        """The trader has the list before them."""
        self._unseen.clear()

    def take_fired(self) -> tuple[Alert, ...]:
        """The alerts that fired since this was last called."""
        fired = tuple(self._fired)
        self._fired.clear()
        return fired

    # --- what the trader wants ---

    def refusal(self, condition: Condition) -> str | None:
        """Why `add` would not take this, as a sentence; None where it would. Changes nothing."""
        added = self._added(condition)
        return added.sentence if isinstance(added, NoAlert) else None

    def add(self, condition: Condition) -> str:
        """Set an alert; what came of it, as a sentence."""
        added = self._added(condition)
        if isinstance(added, NoAlert):
            return NotDone(added.sentence)
        self._turn_to(added.book)
        return (
            f"Alert {added.alert.number} is set: {alert_words(added.alert)}.{self._for_this_run}"
            f"{self._unseen_words(condition)}"
        )

    def remove(self, number: int) -> str:
        """Take an alert away; what came of it, and how to have it again, as a sentence or two."""
        if self._login is None:
            return NotDone(_NOT_READ)
        book = self._book.remove(number)
        if isinstance(book, NoAlert):
            return NotDone(" ".join(filter(None, (book.sentence, self.elsewhere))))
        alert = next(one for one in self._book.alerts if one.number == number)
        self._turn_to(book)
        self._unseen.discard(number)
        again = typed(alert.condition)
        hint = "" if again is None else f" To have it again: {again}"
        return f"Alert {number} is gone: {alert_words(alert)}.{self._for_this_run}{hint}"

    def rearm(self, number: int) -> str:
        """Arm an alert that fired once more; what came of it, as a sentence."""
        if self._login is None:
            return NotDone(_NOT_READ)
        book = self._book.rearm(number, self._sight_of_now())
        if isinstance(book, NoAlert):
            return NotDone(book.sentence)
        self._turn_to(book)
        self._unseen.discard(number)
        alert = next(one for one in book.alerts if one.number == number)
        when = " as soon as it no longer holds" if isinstance(alert.state, WaitingToClear) else ""
        return f"Alert {number} is armed again{when}: {alert_words(alert)}.{self._for_this_run}"

    def condition_of(self, command: SetAlert) -> Condition | NoAlert:
        """What a command of the command line waits for, as things stand."""
        account = self._store.account
        return condition_of(command, self._store.positions, account.currency if account else None)

    def carry_out(self, command: AlertCommand) -> str:
        """Do what a command says; what came of it, as a sentence."""
        match command:
            case RemoveAlert(number):
                return self.remove(number)
            case _:
                condition = self.condition_of(command)
                return NotDone(condition.sentence) if isinstance(condition, NoAlert) else self.add(condition)

    def _added(self, condition: Condition) -> Added | NoAlert:
        if self._login is None:
            return NoAlert(_NOT_READ)
        return self._book.add(condition, self._sight_of_now(), self._clock.now().wall)

    def _sight_of_now(self) -> AlertView:
        return self._eyes.sight(with_margin=True, at_once=True)

    @property
    def _for_this_run(self) -> str:
        return "" if self._not_kept is None else f" That holds for this run alone: {self._not_kept}."

    def _unseen_words(self, condition: Condition) -> str:
        """What to know of an alert on what can't be seen now."""
        if not isinstance(condition, PriceAlert | SpreadAlert):
            return ""
        if self._sight_of_now().quote(condition.symbol) is not None:
            return ""
        return " There is no fresh price of it now: it is judged as soon as there is one."

    # --- the book ---

    def _turn_to(self, book: AlertBook) -> None:
        """Go on with this book, and have it written."""
        before, self._book = self._book, book
        self._watches_margin = any(
            alert.is_live and isinstance(alert.condition, MarginLevelAlert) for alert in book.alerts
        )
        self._set_wires()
        if self._not_kept is not None:
            self._written = book
        if self._written is not book and (self._writing is None or self._writing.done()):
            self._writing = asyncio.create_task(self._write(), name="alerts to disk")
        if book.symbols != before.symbols:
            self._on_symbols()

    def _set_wires(self) -> None:
        self._lacks_points = False
        self._wires = wires_of(self._book.alerts, self._point)

    def _point(self, symbol: str) -> Decimal | None:
        known = self._store.specs.get(symbol) or self._store.symbols.get(symbol)
        if known is None:
            self._lacks_points = True
            return None
        return known.point

    async def _write(self) -> None:
        """Write the newest book until it is written; what fails is said once until it works again."""
        while self._login is not None and self._written is not self._book:
            book = self._book
            problem = await asyncio.to_thread(self._shelf.save, self._login, book)
            self._written = book
            if problem is not None and self._could_write:
                self._tell(Severity.ERROR, problem)
            self._could_write = problem is None
