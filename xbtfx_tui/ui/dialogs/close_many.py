"""Closing many positions at once: what it takes with it, a word to be typed, what became of each. Once.

The preview moves with the prices; the tickets that are closed are the ones that were on it at enter. Where
what is held is not known, or the list is empty, it closes whatever is held, and says so. After it the dialog
only reads what becomes of its one intent: the desk carries that, dialog or none.
"""

from abc import abstractmethod
from collections.abc import Sequence
from decimal import Decimal
from typing import TypeAlias

import msgspec
from textual import events, on
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.message import Message
from textual.widgets import Input

from xbtfx_tui.domain.clock import Clock
from xbtfx_tui.domain.events import Reading, TradingCloseOnly, TradingLocked
from xbtfx_tui.domain.intents import CloseAllIntent, CloseSymbolIntent, Intent, opens, symbol_of
from xbtfx_tui.domain.outcomes import IntentRecord, IntentState
from xbtfx_tui.domain.positions import Position
from xbtfx_tui.domain.read_states import Failing, NeverRead, unread_clause
from xbtfx_tui.domain.unread_rows import UnreadRow, unread_words
from xbtfx_tui.domain.words import intent_words
from xbtfx_tui.store.feed import feed_trouble
from xbtfx_tui.ui.dialogs.bulk_progress import progress_of
from xbtfx_tui.ui.dialogs.confirm import ScrollingDialog
from xbtfx_tui.ui.dialogs.dialog import Deafness
from xbtfx_tui.ui.dialogs.market import currency_of
from xbtfx_tui.ui.dialogs.parts import Field, Note, Tone, Words
from xbtfx_tui.ui.dialogs.review import waited
from xbtfx_tui.ui.format import clean, left, lots, right, signed_money
from xbtfx_tui.ui.ports import Backend

WORD = "close"
KILLED = "the kill switch was pressed"
TICKS_PER_SECOND = 2


class Asking(msgspec.Struct, frozen=True):
    """The word has not been typed yet, or was refused."""


class Following(msgspec.Struct, frozen=True):
    """Handed to the desk, for these positions as they stood then."""

    intent: Intent
    asked: Sequence[Position]


Phase: TypeAlias = Asking | Following


class Held(msgspec.Struct, frozen=True):
    """What would be closed: `positions` that are known, `unread` rows that can't be read.

    `not_known` is why there may be more, or others, as a clause; None where the list tells all there is.
    """

    positions: tuple[Position, ...]
    unread: tuple[UnreadRow, ...]
    not_known: str | None = None

    @property
    def tickets(self) -> tuple[int, ...]:
        """Those that the intent names; none where it is not known what is held."""
        if self.not_known is not None:
            return ()
        shown = [row.ticket for row in self.unread if row.ticket is not None]
        return tuple(dict.fromkeys((*(position.ticket for position in self.positions), *shown)))


class OutcomeLine(Words, can_focus=True):
    """What the close has come to; enter is heard once it is over and was on screen long enough."""

    class Read(Message):
        """Enter, by someone who had the time to see how it ended."""

    def __init__(self, clock: Clock) -> None:
        super().__init__(id="review")
        self._deafness = Deafness(clock)
        self._over = False

    def tell(self, words: str, *, is_over: bool) -> None:
        self.say(words)
        if is_over and not self._over:
            self._over = True
            self.call_after_refresh(self._deafness.painted)

    def on_key(self, event: events.Key) -> None:
        if event.key == "enter":
            event.stop()
            if self._deafness.hears(waited(event)):
                self.post_message(self.Read())


class CloseMany(ScrollingDialog[Intent | None]):
    """Base of both. Dismisses with the intent that was accepted, or None.

    It stays until what became of each ticket was there to be read; escape leaves it at any time.
    """

    def __init__(self, backend: Backend) -> None:
        super().__init__("question order")
        self._backend = backend
        self._intent_id = backend.desk.new_intent_id()
        self._shown = Held((), ())
        self._phase: Phase = Asking()
        self._list = Words(id="headline")
        self._general = Words(id="general", classes="-warning")
        self._field = Field(WORD)
        self._outcome = OutcomeLine(backend.clock)
        self._hint = Words(f"type {WORD} and enter to close · escape goes back", id="hint")

    @property
    def is_asking(self) -> bool:
        """Whether the word is still to be typed."""
        return isinstance(self._phase, Asking)

    @abstractmethod
    def title_words(self) -> str:
        """What the frame says on top."""

    @abstractmethod
    def is_meant(self, symbol: str | None) -> bool:
        """Whether what is held of this symbol would be closed; None: its symbol can't be read."""

    @abstractmethod
    def make_intent(self, intent_id: str, tickets: tuple[int, ...]) -> Intent:
        """The one intent that closes them; without tickets whatever is held."""

    @abstractmethod
    def blind_words(self, why: str) -> str:
        """That it closes what is not known, and why that is not known."""

    def held(self) -> Held:
        """What would be closed now."""
        store = self._backend.store
        positions = sorted(store.positions.values(), key=lambda one: (one.symbol, one.ticket))
        unread = tuple(row for row in store.unread(Reading.POSITIONS) if self.is_meant(row.symbol))
        state = store.read_state(Reading.POSITIONS)
        why = None
        if isinstance(state, NeverRead):
            why = f"the positions are {unread_clause(state)}"
        elif any(row.ticket is None for row in unread):
            why = unread_words(unread)
        return Held(tuple(one for one in positions if self.is_meant(one.symbol)), unread, why)

    def underway(self) -> Sequence[IntentRecord]:
        """Orders on their way that may open something of it later."""
        records = self._backend.store.intents.values()
        return [
            record
            for record in records
            if record.state.is_open and opens(record.intent) and self.is_meant(symbol_of(record.intent))
        ]

    def remarks(self) -> list[str]:
        """What else the trader has to know, a line each."""
        store = self._backend.store
        lines = []
        state = store.read_state(Reading.POSITIONS)
        if isinstance(state, Failing):
            lines.append(f"! The positions are {unread_clause(state)}: shown is what was held then.")
        elif isinstance(state, NeverRead) and state.why is not None:
            lines.append(f"! {clean(state.why)}")
        if self.underway():
            lines.append("! What is on its way is not stopped by this. Should it open, an alarm tells so.")
        if (trouble := feed_trouble(store.feed)) is not None and self._shown.positions:
            lines.append(f"! Profits are the server's last word: {trouble}.")
        found = self._backend.desk.problems(self.make_intent(self._intent_id, self._shown.tickets))
        return [*lines, *(f"! {clean(one.sentence)}" for one in found if one.about == "journal")]

    def before_sending(self) -> None:
        """What has to be done first, once the word is typed."""

    def compose(self) -> ComposeResult:
        with VerticalScroll(id="frame", can_focus=False):
            with VerticalScroll(id="lines", can_focus=False):
                yield self._list
            yield self._general
            yield self._field
            yield self._outcome
            yield self._hint

    def on_mount(self) -> None:
        self.write_title(self.title_words())
        self._tick()
        self.set_interval(1 / TICKS_PER_SECOND, self._tick)

    def _tick(self) -> None:
        match self._phase:
            case Asking():
                self._preview()
            case Following() as following:
                self._follow(following)

    def _follow(self, following: Following) -> None:
        store = self._backend.store
        progress = progress_of(
            store.intents.get(following.intent.intent_id),
            following.asked,
            store.positions,
            currency_of(store),
        )
        self._list.say("\n".join([progress.headline, *progress.lines]))
        self._general.say("")
        self._outcome.tell(progress.outcome, is_over=progress.is_over)
        self._hint.say(
            "pgup/pgdn scroll · enter or escape closes"
            if progress.is_over
            else "pgup/pgdn scroll · escape leaves; the close goes on, Messages tells how it ends"
        )

    def _preview(self) -> None:
        self._shown = self.held()
        self._list.say("\n".join(self._lines(self._shown)))
        self._general.say("\n".join(self.remarks()))

    def _lines(self, shown: Held) -> list[str]:
        store = self._backend.store
        profits = [store.live_profit(position) for position in shown.positions]
        lines: list[str] = []
        if underway := self.underway():
            lines += ["On their way, these may open later:", *map(_underway_line, underway)]
        return [
            *lines,
            self._head(shown, profits),
            *map(self._line, shown.positions, profits),
            *map(_unread_line, shown.unread),
        ]

    def _head(self, shown: Held, profits: Sequence[Decimal]) -> str:
        if shown.not_known is not None:
            known = " What is known of it:" if shown.positions or shown.unread else ""
            return self.blind_words(clean(shown.not_known, 200)) + known
        if not shown.positions and not shown.unread:
            return self.blind_words("the list of positions is empty")
        currency = currency_of(self._backend.store)
        total = f"{signed_money(sum(profits, Decimal(0)), currency)} {currency or ''}".rstrip()
        count = _positions(len(shown.positions))
        doubted = sum(self._backend.store.doubt_of(one.ticket) is not None for one in shown.positions)
        doubt = f", {doubted} of them in doubt" if doubted else ""
        also = f" and {len(shown.unread)} that can't be read" if shown.unread else ""
        return (
            f"Closes {count}{doubt}{',' if doubt and not also else ''}{also} at market, now {total} in all:"
        )

    def _line(self, position: Position, profit: Decimal) -> str:
        volume = f"{position.side.value} {lots(position.volume)}"
        money = signed_money(profit, currency_of(self._backend.store))
        symbol = left(clean(position.symbol, 32), 12)
        doubt = self._backend.store.doubt_of(position.ticket)
        why = f"  ? {doubt}" if doubt is not None else ""
        return f"{position.ticket:>10}  {symbol}  {left(volume, 11)}{right(money, 11)}{why}"

    @on(Input.Changed)
    def _changed(self, event: Input.Changed) -> None:
        event.stop()
        self._field.say(Note(""))

    @on(Input.Submitted)
    async def _entered(self, event: Input.Submitted) -> None:
        event.stop()
        if isinstance(self._phase, Following):
            return
        if event.value.strip().lower() != WORD:
            self._refuse(f"Type the word {WORD}, or escape.")
        else:
            await self._send()

    async def _send(self) -> None:
        self.before_sending()
        asked = self._shown
        intent = self.make_intent(self._intent_id, asked.tickets)
        refusals = [one for one in self._backend.desk.submit(intent) if one.blocks]
        if not refusals:
            self._phase = Following(intent, asked.positions)
            await self.let_order_go_first(self._backend.desk, intent.intent_id)
            self._field.display = False
            self.set_focus(self._outcome)
            self._tick()
            return
        # Nothing was journaled, so what is tried next is another intent.
        self._intent_id = self._backend.desk.new_intent_id()
        self._refuse(clean(refusals[0].sentence))

    def _refuse(self, sentence: str) -> None:
        self._field.input.release()
        self._field.say(Note(sentence, Tone.WRONG))

    @on(OutcomeLine.Read)
    def _read(self, event: OutcomeLine.Read) -> None:
        event.stop()
        self.action_back()

    def action_back(self) -> None:
        self.dismiss(self._phase.intent if isinstance(self._phase, Following) else None)


class CloseAll(CloseMany):
    """Everything, after the kill switch: new orders are blocked before this is on screen."""

    def title_words(self) -> str:
        return "CLOSE ALL"

    def is_meant(self, symbol: str | None) -> bool:
        return True

    def make_intent(self, intent_id: str, tickets: tuple[int, ...]) -> Intent:
        return CloseAllIntent(intent_id, tickets)

    def blind_words(self, why: str) -> str:
        return f"Closes everything, whatever is held: {why}."

    def remarks(self) -> list[str]:
        match self._backend.store.trading:
            case TradingCloseOnly():
                first = "New orders are blocked, and stay so if you leave this; ctrl+l lets them through."
            case TradingLocked(reason=reason):
                first = (
                    f"Trading is locked ({clean(reason, 80)}): the word lets closing through, nothing else."
                )
            case _:
                first = "! New orders are NOT blocked."
        lines = [first, *super().remarks()]
        store = self._backend.store
        if (clause := unread_clause(store.read_state(Reading.ORDERS))) is not None:
            lines.append(f"! Pending orders are {clause}: what there is stays, and may open later.")
        elif pending := len(store.orders) + len(store.unread(Reading.ORDERS)):
            orders = "1 pending order stays" if pending == 1 else f"{pending} pending orders stay"
            lines.append(f"! {orders}: the API has no way to cancel them.")
        return lines

    def before_sending(self) -> None:
        if isinstance(self._backend.store.trading, TradingLocked):
            self._backend.desk.kill(KILLED)


class CloseSymbol(CloseMany):
    """All positions of one symbol. It blocks nothing."""

    def __init__(self, backend: Backend, symbol: str) -> None:
        super().__init__(backend)
        self._symbol = symbol

    def title_words(self) -> str:
        return f"CLOSE ALL OF {clean(self._symbol, 32)}"

    def is_meant(self, symbol: str | None) -> bool:
        return symbol in (None, self._symbol)

    def make_intent(self, intent_id: str, tickets: tuple[int, ...]) -> Intent:
        return CloseSymbolIntent(intent_id, self._symbol, tickets)

    def blind_words(self, why: str) -> str:
        return f"Closes all of {clean(self._symbol, 32)}, whatever is held: {why}."


def _positions(count: int) -> str:
    return "1 position" if count == 1 else f"{count} positions"


def _unread_line(row: UnreadRow) -> str:
    ticket = "?" if row.ticket is None else str(row.ticket)
    symbol = "?" if row.symbol is None else clean(row.symbol, 32)
    return f"{ticket:>10}  {left(symbol, 12)}  ? can't be read: {clean(row.why, 33)}"


_UNDERWAY = {
    IntentState.PLACED: "accepted by the broker (placed)",
    IntentState.UNKNOWN: "outcome NOT known",
    IntentState.AMBIGUOUS: "outcome NOT certain",
}


def _underway_line(record: IntentRecord) -> str:
    where = _UNDERWAY.get(record.state, "being sent")
    return f"{'':>10}  {clean(intent_words(record.intent))}: {where}"
