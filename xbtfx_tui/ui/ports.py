"""What the screen needs from the rest of the house, as one protocol: no socket, no client, no journal."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Protocol

from xbtfx_tui.commands.alert_commands import AlertCommand
from xbtfx_tui.commands.rule_types import ArmEntry, Disarm
from xbtfx_tui.domain.alerts import Alert, AlertBook, Condition
from xbtfx_tui.domain.armed_orders import ArmedOrder, HeldBack, SendReview
from xbtfx_tui.domain.candles import Candle, Gap, Timeframe
from xbtfx_tui.domain.clock import Clock
from xbtfx_tui.domain.day_clock import DayClock
from xbtfx_tui.domain.intents import CloseIntent, Intent
from xbtfx_tui.domain.order_origin import BY_KEY, Origin
from xbtfx_tui.domain.positions import HistoryPeriod
from xbtfx_tui.domain.proposals import Proposal
from xbtfx_tui.domain.store_events import Severity, TrueWhile
from xbtfx_tui.domain.trailing_stop import TrailingStop
from xbtfx_tui.orders.guards.guard_types import Limits, Problem
from xbtfx_tui.orders.unknown_orders import Doubt, OnItsWay
from xbtfx_tui.planning.batch_execution import Batch
from xbtfx_tui.store.store import Store


class ScreenDesk(Protocol):
    """The order desk (orders.order_desk.OrderDesk), as far as the screen may use it."""

    def new_intent_id(self) -> str:
        """An id for an intent that is being drafted; spent by one `submit`."""

    def problems(self, intent: Intent) -> tuple[Problem, ...]:
        """What stands against sending this intent now."""

    def submit(self, intent: Intent, origin: Origin = BY_KEY) -> tuple[Problem, ...]:
        """Hand the intent over; a blocking problem in the answer means that nothing happened."""

    def withdraw(self, intent_id: str) -> None:
        """Let an order not go that still waits for an earlier one; any other goes on as it is."""

    async def begun(self, intent_id: str) -> None:
        """Wait until an order that was handed over begins to be written, or is not going to be."""

    def lock(self, reason: str) -> None:
        """Refuse all orders from now on."""

    def kill(self, reason: str) -> None:
        """Refuse whatever opens a position from now on; closing stays possible. `reason` is a clause."""

    def unlock(self) -> str | None:
        """Let orders through, or a sentence that says why that can't be."""

    def doubts(self) -> tuple[Doubt, ...]:
        """The orders whose outcome nobody knows, oldest first. Cheap."""

    def on_their_way(self) -> tuple[OnItsWay, ...]:
        """The orders whose outcome is still being learnt and that are not in doubt, oldest first. Cheap."""

    def is_moving_stops(self, ticket: int) -> bool:
        """Whether an order whose outcome is not known yet changes the stops of this ticket. Cheap."""

    def send_again(self, intent_id: str) -> str | None:
        """Send an unknown order once more with its own key; a sentence where that may not be."""

    async def resolve(self, intent_id: str, ticket: int | None) -> str | None:
        """The trader's own word on a doubt: it became this position, or (None) it was never executed."""

    async def resolve_done(self, intent_id: str, *, as_shown: bool = False) -> str | None:
        """The same of an order that opens nothing: it was done, or just what is shown of it."""

    def leftovers(self, intent_id: str) -> tuple[CloseIntent, ...]:
        """What a bulk close left open, each as an intent to close it; nothing is sent."""


class Trails(Protocol):
    """The trailing stops (automation.trailing_engine.Trailer), as far as the screen may use them."""

    def trails(self) -> Sequence[TrailingStop]:
        """All that trail or wait until they may, by ticket. Cheap."""

    @property
    def elsewhere(self) -> str | None:
        """Why no trail is begun or ended in this terminal, as a sentence; None where it may be."""

    def start(self, ticket: int, pips: Decimal) -> str:
        """Trail this position from now on, or at another distance; what comes of it, as a sentence."""

    def stop(self, ticket: int) -> str:
        """Trail this position no more; what comes of it, as a sentence."""


class Alerts(Protocol):
    """The alerts of the account (automation.alert_service.AlertKeeper). Every answer is a sentence or two."""

    @property
    def book(self) -> AlertBook: ...

    @property
    def unseen(self) -> int:
        """How many have fired in this run that nobody has looked at."""

    @property
    def elsewhere(self) -> str | None:
        """That the alerts here are of this run alone, and why; None where they are kept."""

    def looked(self) -> None:
        """The trader has the list before them."""

    def take_fired(self) -> tuple[Alert, ...]:
        """The alerts that fired since this was last called."""

    def refusal(self, condition: Condition) -> str | None:
        """Why `add` would not take this; None where it would. Changes nothing."""

    def add(self, condition: Condition) -> str:
        """Set an alert, or say why not."""

    def remove(self, number: int) -> str:
        """Take an alert away, and say how to have it again."""

    def rearm(self, number: int) -> str:
        """Arm an alert that fired once more, or say why not."""

    def carry_out(self, command: AlertCommand) -> str:
        """Do what a command of the command line says."""


class Rules(Protocol):
    """Orders that wait for a price (rules.rule_keeper.RuleKeeper). Answers are sentences; what was written
    down is told in Messages."""

    @property
    def orders(self) -> tuple[ArmedOrder, ...]:
        """Those that wait, the newest first, then those of this run that do so no more. Cheap."""

    @property
    def version(self) -> int:
        """Grows with each change of `orders`."""

    def held(self, number: int) -> HeldBack | None:
        """Why one has not fired though its price is there."""

    def refusal(self, command: ArmEntry | None) -> str | None:
        """Why a command would not be armed here (None: any); None where it would."""

    def carry_out(self, command: ArmEntry | Disarm) -> str:
        """Do what a command says."""

    def disarm(self, number: int) -> str:
        """Take one away: it fires no more."""

    def wait(self, number: int) -> str:
        """Let one that is asked wait on."""

    def review(self, number: int) -> SendReview | str:
        """What sending one that is asked comes to now; a sentence where it can't be."""

    def send(self, number: int, worst: Decimal) -> str:
        """Send one that is asked, at no worse a price than was reviewed."""


class Currency(Protocol):
    """What the trader tells of the account's currency (automation.currency_service.CurrencyKeeper)."""

    @property
    def must_ask(self) -> bool:
        """Whether the trader is to be asked: nothing tells, and nobody asked them before. Cheap."""

    def answer(self, currency: str | None) -> str:
        """The trader's answer, kept for this login; None leaves it open. What comes of it, as a sentence."""


class Proposals(Protocol):
    """What scripts ask the trader to send (door.proposal_desk.ProposalDesk). None is sent by it."""

    @property
    def pending(self) -> int:
        """How many wait for the trader. Cheap."""

    @property
    def door_words(self) -> str:
        """Whether scripts reach this terminal, and how, as a sentence."""

    def listed(self) -> Sequence[Proposal]:
        """All that the list shows: those that wait first, the newest first."""

    def known(self, number: int) -> Proposal | None: ...

    def look(self) -> None:
        """Expire what is too old, and read what became of what was confirmed. Cheap."""

    def take_arrived(self) -> Sequence[Proposal]:
        """Those that came since this was last called."""

    def decline(self, number: int, note: str) -> str:
        """The trader's no; what came of it, as a sentence."""

    def decline_openings(self, why: str) -> int:
        """Decline all that would open more; how many those were."""

    def edit(self, number: int) -> str | None:
        """The trader takes the line over; a sentence where it is over already."""

    def why_not_confirmed(self, number: int) -> str | None:
        """Why it can't be confirmed now, as a sentence; None where it can."""

    def confirm(self, number: int) -> str | None:
        """The trader's key was pressed on it; a sentence where it is over already."""

    def origin(self, number: int) -> Origin:
        """Where its orders come from, as the journal has it."""

    def follow(self, number: int, batch: Batch) -> None:
        """Its orders are on their way in this batch."""

    def carried_out(self, number: int, words: str) -> None:
        """What changes the terminal alone came to this."""


class Candles(Protocol):
    """What is kept of candles (archive.candle_archive). Days, weeks and four hours begin by its `clock`."""

    @property
    def clock(self) -> DayClock: ...

    async def read(
        self, symbol: str, timeframe: Timeframe, before: int, count: int
    ) -> tuple[Candle | Gap, ...]:
        """The last `count` candles that begin before `before` (unix seconds, UTC), oldest first, and a Gap
        where nobody watched in between; fewer, or none, where there are no more. Never raises."""


class Backend(Protocol):
    """One account, live or paper, with everything that keeps it true.

    The screen reads `store` and never writes to it; it hands intents to `desk`.
    """

    @property
    def store(self) -> Store: ...

    @property
    def desk(self) -> ScreenDesk: ...

    @property
    def clock(self) -> Clock: ...

    @property
    def limits(self) -> Limits:
        """The trader's own caps, by which the desk judges."""

    @property
    def trails(self) -> Trails: ...

    @property
    def alerts(self) -> Alerts: ...

    @property
    def rules(self) -> Rules: ...

    @property
    def candles(self) -> Candles: ...

    @property
    def currency(self) -> Currency: ...

    @property
    def proposals(self) -> Proposals: ...

    def look_at(self, symbols: frozenset[str], depth: str | None) -> None:
        """Say which symbols are on screen and whose depth is shown; subscriptions follow."""

    def need_spec(self, symbol: str) -> None:
        """Ask for a symbol's spec and a fresh price by REST; it arrives in the store."""

    def try_stream_now(self) -> bool:
        """Try a lost stream again at once, not after its wait; False where it is not waiting to be tried."""

    def read_history(self, period: HistoryPeriod) -> None:
        """Ask for the deals of a period; they arrive in the store."""

    def need_history(self, period: HistoryPeriod) -> None:
        """Ask for the deals of a period, unless this run has; they arrive in the store."""

    def read_again(self) -> None:
        """Ask for positions, orders and account now instead of at the next poll."""

    def say(self, severity: Severity, sentence: str, true_while: TrueWhile | None = None) -> None:
        """Put a sentence of the screen's own into Messages and the notice line; already safe to show. Once
        the state `true_while` has ended, the notice line takes it back."""

    async def start(self) -> None:
        """Begin polling and streaming; returns at once."""

    async def stop(self) -> None:
        """End every task; what is in flight is finished or journaled first."""
