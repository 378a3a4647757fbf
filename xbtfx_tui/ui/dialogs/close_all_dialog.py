"""Closing many positions at once: what it takes with it, a word to be typed, what became of each. Once.

The preview moves with the prices; the tickets that are closed are the ones that were on it at enter. Where
what is held is not known, or the list is empty, it closes whatever is held, and says so. After it the dialog
only reads what becomes of its one intent: the desk carries that, dialog or none.
"""

from abc import abstractmethod
from collections.abc import Sequence
from typing import TypeAlias

import msgspec
from textual import events, on
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.message import Message
from textual.widgets import Input

from xbtfx_tui.domain.intents import Intent
from xbtfx_tui.domain.order_outcomes import IntentRecord, IntentState
from xbtfx_tui.domain.order_text import intent_words
from xbtfx_tui.domain.positions import Position
from xbtfx_tui.domain.store_events import TradingCloseOnly, TradingLocked
from xbtfx_tui.domain.unreadable_rows import UnreadRow
from xbtfx_tui.planning.bulk_close_draft import BulkCloseDraft, draft_close_all, draft_close_symbol
from xbtfx_tui.ui.confirm_rule import could_end_word
from xbtfx_tui.ui.dialogs.bulk_close_progress import progress_of
from xbtfx_tui.ui.dialogs.confirm_dialog import ScrollingDialog
from xbtfx_tui.ui.dialogs.confirm_guard import PRESS_AGAIN, ConfirmGuard
from xbtfx_tui.ui.dialogs.dialog_fields import Field, Note, Tone, Words
from xbtfx_tui.ui.dialogs.ticket_market import currency_of, draft_view
from xbtfx_tui.ui.figure_format import clean, left, lots, right, signed_money
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


CloseAllPhase: TypeAlias = Asking | Following


class OutcomeLine(Words, can_focus=True):
    """What the close has come to; enter is heard once it is over and was on screen long enough."""

    class Read(Message):
        """Enter, by someone who had the time to see how it ended."""

    def __init__(self) -> None:
        super().__init__(id="review")
        self._guard = ConfirmGuard(self)
        self._over = False

    def tell(self, words: str, *, is_over: bool) -> None:
        self.say(words)
        if is_over and not self._over:
            self._over = True
            self._guard.ask()

    async def on_key(self, event: events.Key) -> None:
        if event.key == "enter":
            event.stop()
            if await self._guard.hears():
                self.post_message(self.Read())


class CloseMany(ScrollingDialog[Intent | None]):
    """Base of both. Dismisses with the intent that was accepted, or None.

    It stays until what became of each ticket was there to be read; escape leaves it at any time.
    """

    def __init__(self, backend: Backend) -> None:
        super().__init__("question order")
        self._backend = backend
        self._intent_id = backend.desk.new_intent_id()
        self._shown: BulkCloseDraft | None = None
        self._phase: CloseAllPhase = Asking()
        self._list = Words(id="headline")
        self._general = Words(id="general", classes="-warning")
        self._field = Field(WORD)
        self._outcome = OutcomeLine()
        self._guard = ConfirmGuard(self)
        self._hint = Words(f"type {WORD} and enter to close · escape goes back", id="hint")

    @property
    def is_asking(self) -> bool:
        """Whether the word is still to be typed."""
        return isinstance(self._phase, Asking)

    @abstractmethod
    def title_words(self) -> str:
        """What the frame says on top."""

    @abstractmethod
    def drafted(self, intent_id: str) -> BulkCloseDraft:
        """What would be closed now, by one order."""

    def lines_first(self) -> list[str]:
        """What the trader has to know before all else, a line each."""
        return []

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
        self._guard.ask()
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
        self._shown = self.drafted(self._intent_id)
        self._list.say("\n".join(self._lines(self._shown)))
        # What is held, and what of it is in doubt, the list tells; a lock is the dialog's own to tell of.
        told = (
            one.sentence
            for one in self._shown.order.problems
            if one.about not in ("ticket", "symbol") and not (one.blocks and one.about == "trading")
        )
        self._general.say("\n".join((*self.lines_first(), *(f"! {clean(sentence)}" for sentence in told))))

    def _lines(self, shown: BulkCloseDraft) -> list[str]:
        lines: list[str] = []
        if shown.coming:
            lines += ["On their way, these may open later:", *map(_underway_line, shown.coming)]
        is_partly_known = shown.is_blind and (shown.positions or shown.unread)
        known = " What is known of it:" if is_partly_known else ""
        return [
            *lines,
            shown.order.sentence + known,
            *map(self._line, shown.positions),
            *map(_unread_line, shown.unread),
        ]

    def _line(self, position: Position) -> str:
        store = self._backend.store
        volume = f"{position.side.value} {lots(position.volume)}"
        money = signed_money(store.live_profit(position), currency_of(store))
        symbol = left(clean(position.symbol, 32), 12)
        doubt = store.doubt_of(position.ticket)
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
        elif not await self._guard.hears(could_end_word):
            self._refuse(PRESS_AGAIN)
        else:
            await self._send()

    async def _send(self) -> None:
        if (asked := self._shown) is None:
            return
        self.before_sending()
        intent = asked.order.intent
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
        self._preview()
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


class CloseAllDialog(CloseMany):
    """Everything, after the kill switch: new orders are blocked before this is on screen."""

    def title_words(self) -> str:
        return "CLOSE ALL"

    def drafted(self, intent_id: str) -> BulkCloseDraft:
        return draft_close_all(draft_view(self._backend), intent_id)

    def lines_first(self) -> list[str]:
        match self._backend.store.trading:
            case TradingCloseOnly():
                return ["New orders are blocked, and stay so if you leave this; ctrl+l lets them through."]
            case TradingLocked(reason=reason):
                locked = f"Trading is locked ({clean(reason, 80)})"
                return [f"{locked}: the word lets closing through, nothing else."]
            case _:
                return ["! New orders are NOT blocked."]

    def before_sending(self) -> None:
        if isinstance(self._backend.store.trading, TradingLocked):
            self._backend.desk.kill(KILLED)


class CloseSymbolDialog(CloseMany):
    """All positions of one symbol. It blocks nothing."""

    def __init__(self, backend: Backend, symbol: str) -> None:
        super().__init__(backend)
        self._symbol = symbol

    def title_words(self) -> str:
        return f"CLOSE ALL OF {clean(self._symbol, 32)}"

    def drafted(self, intent_id: str) -> BulkCloseDraft:
        return draft_close_symbol(self._symbol, draft_view(self._backend), intent_id)


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
