"""Closing many positions at once: what it takes with it, a word to be typed, what became of each. Once.

The preview moves with the prices; the tickets that are closed are the ones that were on it at enter. After
it the dialog only reads what becomes of its one intent: the desk carries that, dialog or none.
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
from xbtfx_tui.domain.events import TradingCloseOnly, TradingLocked
from xbtfx_tui.domain.intents import CloseAllIntent, CloseSymbolIntent, Intent
from xbtfx_tui.domain.positions import Position
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
        self._shown: tuple[Position, ...] = ()
        self._phase: Phase = Asking()
        self._list = Words(id="headline")
        self._general = Words(id="general", classes="-warning")
        self._field = Field(WORD)
        self._outcome = OutcomeLine(backend.clock)
        self._hint = Words(f"type {WORD} and enter to close · escape goes back", id="hint")

    @abstractmethod
    def title_words(self) -> str:
        """What the frame says on top."""

    @abstractmethod
    def positions(self) -> Sequence[Position]:
        """What would be closed now."""

    @abstractmethod
    def make_intent(self, intent_id: str, tickets: tuple[int, ...]) -> Intent:
        """The one intent that closes them."""

    def remarks(self) -> list[str]:
        """What else the trader has to know, a line each."""
        trouble = feed_trouble(self._backend.store.feed)
        lines = [] if trouble is None else [f"! Profits are the server's last word: {trouble}."]
        intent = self.make_intent(self._intent_id, tuple(position.ticket for position in self._shown))
        found = self._backend.desk.problems(intent)
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
        positions = self._shown = tuple(self.positions())
        self._list.say("\n".join(self._lines(positions)))
        self._general.say("\n".join(self.remarks()))

    def _lines(self, positions: Sequence[Position]) -> list[str]:
        store, currency = self._backend.store, currency_of(self._backend.store)
        if not positions:
            return ["Nothing is open any more."]
        profits = [store.live_profit(position) for position in positions]
        total = f"{signed_money(sum(profits, Decimal(0)), currency)} {currency or ''}".rstrip()
        count = "1 position" if len(positions) == 1 else f"{len(positions)} positions"
        head = f"Closes {count} at market, now {total} in all:"
        return [head, *map(self._line, positions, profits)]

    def _line(self, position: Position, profit: Decimal) -> str:
        volume = f"{position.side.value} {lots(position.volume)}"
        money = signed_money(profit, currency_of(self._backend.store))
        symbol = left(clean(position.symbol, 32), 12)
        return f"{position.ticket:>10}  {symbol}  {left(volume, 11)}{right(money, 14)}"

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
        elif not self._shown:
            self._refuse("Nothing is open any more.")
        else:
            await self._send()

    async def _send(self) -> None:
        self.before_sending()
        asked = self._shown
        intent = self.make_intent(self._intent_id, tuple(position.ticket for position in asked))
        refusals = [one for one in self._backend.desk.submit(intent) if one.blocks]
        if not refusals:
            self._phase = Following(intent, asked)
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

    def positions(self) -> Sequence[Position]:
        return tuple(sorted(self._backend.store.positions.values(), key=_by_symbol))

    def make_intent(self, intent_id: str, tickets: tuple[int, ...]) -> Intent:
        return CloseAllIntent(intent_id, tickets)

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
        if pending := len(self._backend.store.orders):
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

    def positions(self) -> Sequence[Position]:
        held = (one for one in self._backend.store.positions.values() if one.symbol == self._symbol)
        return tuple(sorted(held, key=_by_symbol))

    def make_intent(self, intent_id: str, tickets: tuple[int, ...]) -> Intent:
        return CloseSymbolIntent(intent_id, self._symbol, tickets)


def _by_symbol(position: Position) -> tuple[str, int]:
    return position.symbol, position.ticket
