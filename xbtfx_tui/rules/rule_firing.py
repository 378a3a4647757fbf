"""How an armed order fires: by one tick, in one step of the event loop, written in one commit, then sent.

The step judges, drafts, asks the desk, takes an id and marks the order and its group in memory; nothing can
come between. Then one commit says that it fired, and that its group has ended. Only then it is handed to the
desk, whose guards look again. No commit, no order. What surely went no further than the commit is told, here
or at the next start, and is never sent by itself.
"""

import asyncio
import logging
from collections import deque
from decimal import Decimal

from msgspec.structs import replace

from xbtfx_tui.domain.armed_orders import (
    ArmedOrder,
    Fires,
    HeldBack,
    RuleArmed,
    RuleAsked,
    RuleAway,
    RuleClearing,
    RuleEnded,
    RuleFired,
    RuleFiring,
    judged,
    order_words,
    price_word,
)
from xbtfx_tui.domain.clock import Clock, Instant
from xbtfx_tui.domain.intents import Intent, OpenIntent
from xbtfx_tui.domain.order_origin import Origin, OriginKind
from xbtfx_tui.domain.sides import Side
from xbtfx_tui.domain.store_events import Severity
from xbtfx_tui.orders.journal.order_journal import JournalError
from xbtfx_tui.orders.journal.rule_rows import RuleStep, RuleStepKind, group_end_words
from xbtfx_tui.planning.arming import draft_firing
from xbtfx_tui.planning.open_draft import market_to_open
from xbtfx_tui.planning.ports import PlanView
from xbtfx_tui.planning.priced_symbol import PricedSymbol, fresh_prices, unpriced_words
from xbtfx_tui.rules.ports import RuleDesk, SayRule
from xbtfx_tui.rules.rule_book import RuleBook
from xbtfx_tui.rules.watch_gap import UNWATCHED_AFTER, WatchGap, not_watching
from xbtfx_tui.store.feed_state import feed_trouble
from xbtfx_tui.store.store import Store

_log = logging.getLogger(__name__)

MOST_A_MINUTE = 6
"""Orders that rules open in a minute, all of them together."""
SILENT_FOR = 3_600.0
BORNE_OUT_AFTER = 2.0
"""The first price after an hour of silence waits for a second one, or for so many seconds."""
_TRIED_EVERY = 0.25
KILLED = "the kill switch was pressed"


class RuleFirer:
    """Looks at the book with each tick and each look. `say` takes what goes to Messages."""

    def __init__(self, book: RuleBook, store: Store, desk: RuleDesk, clock: Clock, say: SayRule) -> None:
        self._book = book
        self._store = store
        self._desk = desk
        self._clock = clock
        self._say = say
        self._gap = WatchGap()
        self._kills = desk.kills
        self._held: dict[int, HeldBack] = {}
        self._tried: dict[int, float] = {}
        self._sent_at: deque[float] = deque()
        self._sending: asyncio.Task[None] | None = None
        self._heard: dict[str, float] = {}
        self._unsure: dict[str, float] = {}

    @property
    def sending(self) -> "asyncio.Task[None] | None":
        """The firing that is on its way between its tick and the desk; None where none is."""
        task = self._sending
        return None if task is None or task.done() else task

    def held(self, number: int) -> HeldBack | None:
        """Why it has not fired though its price is there."""
        return self._held.get(number)

    # --- judging ---

    def hear(self, symbol: str, bid: float, ask: float, now: float) -> None:
        """A tick of a symbol has come at `now` (monotonic clock, seconds), and is in the store."""
        last = self._heard.get(symbol)
        self._heard[symbol] = now
        if last is not None and now - last > SILENT_FOR:
            self._unsure[symbol] = now
        elif symbol in self._unsure:
            del self._unsure[symbol]
        wire = self._book.wires.get(symbol)
        if wire is not None and wire.trips(bid, ask):
            self.look(symbol)

    def look(self, symbol: str | None = None) -> None:
        """Judge those of this symbol, of which a tick has just come, or all."""
        now = self._clock.now()
        if self._end_by_kill(now):
            return
        hindrance = not_watching(self._store.trading, feed_trouble(self._store.feed))
        if hindrance is not None and symbol is not None:
            return  # nothing is judged; the looks at all note since when
        if (why := self._gap.look(now, hindrance)) is not None:
            self._send_away(why)
        for order in self._book.waiting:
            if symbol is not None and order.symbol != symbol:
                continue
            price = None if hindrance is not None else self._price(order, now)
            self._judge(order, price, now, is_tick=symbol is not None)

    def _judge(self, order: ArmedOrder, price: Decimal | None, now: Instant, *, is_tick: bool) -> None:
        current = self._book.get(order.number)
        if current is None or not current.is_waiting:
            return  # its group has just ended
        found = judged(current, price, now.wall, is_tick=is_tick)
        if isinstance(found, Fires):
            if self.sending is not None:
                return  # one after the other: it is looked at again as soon as that one is at the desk
            if is_tick or now.monotonic - self._tried.get(order.number, 0.0) >= _TRIED_EVERY:
                self._tried[order.number] = now.monotonic
                if (why := self.fire(current, current.worst)) is not None:
                    self._hold(current, why, now)
            return
        if price is not None or not found.is_waiting:
            self._held.pop(order.number, None)
        if found is not current:
            self._book.put(found)
            self._tell(current, found)

    def _price(self, order: ArmedOrder, now: Instant) -> Decimal | None:
        """What it would open at, where something may be set off by that."""
        if (since := self._unsure.get(order.symbol)) is not None:
            if now.monotonic - since < BORNE_OUT_AFTER:
                return None
            del self._unsure[order.symbol]
        prices = fresh_prices(self._store, order.symbol, now)
        if prices is None or prices.bid > prices.ask:
            return None
        return prices.ask if order.side is Side.BUY else prices.bid

    def _end_by_kill(self, now: Instant) -> bool:
        """Whether the kill switch was pressed since the last look: what waits to open ends by it."""
        if self._kills == self._desk.kills:
            return False
        self._kills = self._desk.kills
        ended = [self._book.turn(one, RuleEnded(now.wall, KILLED)) for one in self._book.waiting]
        self._held.clear()
        if ended:
            self._book.owe(_end_step(one, now) for one in ended)
            named = "; ".join(f"{one.number} {one.line}" for one in ended[:3])
            more = f" and {len(ended) - 3} more" if len(ended) > 3 else ""
            count = "1 armed order has" if len(ended) == 1 else f"{len(ended)} armed orders have"
            self._say(Severity.WARNING, f"{count} ended, for {KILLED}: {named}{more}.")
        return True

    def _send_away(self, why: str) -> None:
        for order in self._book.waiting:
            if isinstance(order.state, RuleArmed | RuleClearing):
                self._book.turn(order, RuleAway(why))
                self._held.pop(order.number, None)

    def _hold(self, order: ArmedOrder, why: str, now: Instant) -> None:
        held = self._held.get(order.number)
        if held is None:
            self._say(Severity.WARNING, f"Armed order {order.number} is held: {why}")
        self._held[order.number] = held = HeldBack(now if held is None else held.since, why)
        if held.since.age_at(now) > UNWATCHED_AFTER:
            del self._held[order.number]
            self._book.turn(order, RuleAway(f"held ({why.rstrip('.')})"))

    def _tell(self, was: ArmedOrder, order: ArmedOrder) -> None:
        what = f"Armed order {order.number}, {order_words(order)}"
        match order.state:
            case RuleAsked(words):
                self._say(Severity.WARNING, f"{what} ASKS: {words}. Enter on it in Orders decides.")
            case RuleEnded(words=words):
                self._book.owe([_end_step(order, self._clock.now())])
                self._say(Severity.WARNING, f"{what} has ended: {words}. To arm it again: {order.line}")
            case RuleArmed(0) if isinstance(was.state, RuleClearing):
                self._say(Severity.INFO, f"{what} is armed again.")
            case _:
                pass

    # --- firing ---

    def fire(self, order: ArmedOrder, worst: Decimal) -> str | None:
        """Fire it now, at no worse a price than `worst`; why it does not, as a sentence. Nothing is spent
        then."""
        now = self._clock.now()
        if self.sending is not None:
            return "Another armed order is just being sent."
        while self._sent_at and now.monotonic - self._sent_at[0] >= 60:
            self._sent_at.popleft()
        if len(self._sent_at) >= MOST_A_MINUTE:
            return f"{MOST_A_MINUTE} armed orders were sent within a minute, the most that are."
        view = PlanView(self._store, now, self._desk)
        market = market_to_open(view, order.symbol)
        if not isinstance(market, PricedSymbol):
            return unpriced_words(market)
        draft = draft_firing(self._book.command(order.number), market, view, order.number, worst).order
        if draft.first_blocking is not None:
            return draft.first_blocking
        if not isinstance(draft.intent, OpenIntent):
            return "It is no order that opens."
        self._begin(order, draft.intent, now)
        return None

    def _begin(self, order: ArmedOrder, intent: OpenIntent, now: Instant) -> None:
        firing = RuleFiring(order.firings + 1, intent.intent_id)
        seen = f"{price_word(order)} {intent.price:f}"
        fired = replace(order, firings=firing.firing, state=firing)
        self._book.put(fired)
        self._held.pop(order.number, None)
        mates = tuple(
            self._book.turn(mate, RuleEnded(now.wall, group_end_words(order.number)))
            for mate in self._book.mates(order)
        )
        steps = [
            RuleStep(order.number, now.wall, RuleStepKind.FIRED, seen, firing.firing, intent.intent_id),
            *(_end_step(mate, now) for mate in mates),
        ]
        self._sent_at.append(now.monotonic)
        self._sending = asyncio.create_task(
            self._commit_and_send(fired, firing, intent, mates, steps, self._desk.kills),
            name=f"rule {order.number}",
        )

    async def _commit_and_send(
        self,
        order: ArmedOrder,
        firing: RuleFiring,
        intent: OpenIntent,
        mates: tuple[ArmedOrder, ...],
        steps: list[RuleStep],
        kills: int,
    ) -> None:
        try:
            await self._book.commit(steps)
        except JournalError as error:
            self._not_committed(order, mates, str(error), kills)
        except Exception as error:
            _log.error("a firing could not be written: %s", type(error).__name__)
            self._not_committed(order, mates, "A fault in this program met it.", kills)
        else:
            try:
                self._to_the_desk(order, firing, intent, mates, steps[0].words, kills)
            except Exception as error:
                self._met_a_fault(order, error)
        self._sending = None
        self.look()

    def _to_the_desk(
        self,
        order: ArmedOrder,
        firing: RuleFiring,
        intent: OpenIntent,
        mates: tuple[ArmedOrder, ...],
        seen: str,
        kills: int,
    ) -> None:
        """It is on disk that it fired: hand it over in the same step, so that nothing comes between."""
        now = self._clock.now()
        why: str | None = KILLED.capitalize() + "." if self._desk.kills != kills else None
        why = why or self._handed_over(intent, order.number)
        what = f"Armed order {order.number}, {order_words(order)}"
        if why is None:
            self._book.turn(order, RuleFired(firing.firing, firing.intent_id, now.wall))
            ended = f" Of its group {_numbers(mates)} ended." if mates else ""
            self._say(Severity.INFO, f"{what}, has fired at {seen}.{ended}")
            # That it was told; until this is on disk the next start tells it again.
            self._book.owe([RuleStep(order.number, now.wall, RuleStepKind.ENDED, "fired, and told")])
            return
        ended_order = self._book.turn(order, RuleEnded(now.wall, f"fired, and its order was not sent: {why}"))
        self._book.owe([_end_step(ended_order, now)])
        ended = f" Its group ({_numbers(mates)}) has ended all the same." if mates else ""
        self._say(
            Severity.ERROR,
            f"{what}, fired, and its order was NOT sent: {why}{ended} To arm it again: {order.line}",
        )

    def _met_a_fault(self, order: ArmedOrder, error: Exception) -> None:
        """Whether the desk has it is told by the desk alone; it fires no more, and the next start looks."""
        _log.error("a firing met a fault: %s", type(error).__name__)
        self._book.turn(order, RuleEnded(self._clock.now().wall, "a fault in this program met its firing"))
        what = f"Armed order {order.number}, {order_words(order)}"
        words = "fired, and a fault in this program came with it: look at the positions, and restart."
        self._say(Severity.ERROR, f"{what}, {words}")

    def _handed_over(self, intent: Intent, number: int) -> str | None:
        """Hand it to the desk; why that would not take it, as a sentence."""
        found = self._desk.submit(intent, Origin(OriginKind.RULE, number))
        return next((problem.sentence for problem in found if problem.blocks), None)

    def _not_committed(self, order: ArmedOrder, mates: tuple[ArmedOrder, ...], why: str, kills: int) -> None:
        """No commit, no order. What the disk may have taken all the same is put right by the next commit."""
        now = self._clock.now()
        if self._desk.kills != kills:
            words = RuleEnded(now.wall, KILLED)
            over = [self._book.turn(one, words) for one in (order, *mates)]
            self._book.owe(_end_step(one, now) for one in over)
        else:
            self._book.turn(order, RuleAsked("it could not be written down that it fires"))
            for mate in mates:
                self._book.turn(mate, RuleAway("the journal could not be written"))
            self._book.owe(
                RuleStep(one.number, now.wall, RuleStepKind.ARMED, "its firing was not committed")
                for one in (order, *mates)
            )
        self._say(
            Severity.ERROR,
            f"Armed order {order.number}, {order_words(order)}: nothing was sent, for its firing "
            f"could not be written down. {why}",
        )


def _end_step(order: ArmedOrder, now: Instant) -> RuleStep:
    words = order.state.words if isinstance(order.state, RuleEnded) else ""
    return RuleStep(order.number, now.wall, RuleStepKind.ENDED, words)


def _numbers(orders: tuple[ArmedOrder, ...]) -> str:
    return ", ".join(str(one.number) for one in orders)
