"""Closing a position by an opposite one: choose which, read what remains, confirm. One intent, once.

It works nothing out by itself (planning.close_by_draft does) and hands one intent to the desk, once.
"""

from collections.abc import Mapping, Sequence
from typing import TypeAlias

import msgspec
from textual import on
from textual.app import ComposeResult
from textual.containers import VerticalScroll

from xbtfx_tui.domain.close_by_pairs import opposites
from xbtfx_tui.domain.intents import Intent
from xbtfx_tui.domain.positions import Position
from xbtfx_tui.planning.close_by_draft import draft_close_by
from xbtfx_tui.planning.draft_types import OrderDraft
from xbtfx_tui.planning.plan_text import exact
from xbtfx_tui.ui.dialogs.choice_list import ChoiceList, ChoiceRow
from xbtfx_tui.ui.dialogs.confirm_dialog import ScrollingDialog
from xbtfx_tui.ui.dialogs.dialog_fields import Words
from xbtfx_tui.ui.dialogs.order_dialog import ENTER_SENDS
from xbtfx_tui.ui.dialogs.review_line import ReviewLine
from xbtfx_tui.ui.dialogs.ticket_market import currency_of, draft_view
from xbtfx_tui.ui.figure_format import clean, left, lots, right, signed_money_named
from xbtfx_tui.ui.ports import Backend

TICKS_PER_SECOND = 2


class Choosing(msgspec.Struct, frozen=True):
    """The list has the keys; `refusal` is what the desk said to the last send."""

    refusal: str = ""


class CloseByReviewing(msgspec.Struct, frozen=True):
    """The words are up for this pair, as it stood then: neither may be another by the time of the enter."""

    one: Position
    other: Position

    def still_stands(self, held: Mapping[int, Position]) -> bool:
        return all(
            (now := held.get(then.ticket)) is not None and (now.side, now.volume) == (then.side, then.volume)
            for then in (self.one, self.other)
        )


class CloseBySpent(msgspec.Struct, frozen=True):
    """Handed to the desk: no key does anything any more."""


CloseByPhase: TypeAlias = Choosing | CloseByReviewing | CloseBySpent


class Opposites(ChoiceList):
    """The list in a frame of its own that scrolls with the mark."""

    def _show(self) -> None:
        super()._show()
        lines = self.screen.query_one("#lines", VerticalScroll)
        height, top = lines.size.height, lines.scroll_offset.y
        at = next((i for i, row in enumerate(self._rows) if row.what == self._marked), 0)
        if height and not top < at < top + height:
            lines.scroll_to(y=max(0, at - height // 2), animate=False)


class CloseByDialog(ScrollingDialog[Intent | None]):
    """Closes the position `ticket` by an opposite one; dismisses with the accepted intent, or None."""

    FIRST = "ChoiceList"

    def __init__(self, backend: Backend, ticket: int) -> None:
        super().__init__("question order")
        self._backend = backend
        self._ticket = ticket
        self._first_seen = backend.store.positions.get(ticket)
        self._intent_id = backend.desk.new_intent_id()
        self._phase: CloseByPhase = Choosing()
        self._can_send = False
        self._headline = Words(id="headline")
        self._general = Words(id="general", classes="-warning")
        self._choices = Opposites()
        self._review = ReviewLine()
        self._hint = Words(id="hint")

    def compose(self) -> ComposeResult:
        with VerticalScroll(id="frame", can_focus=False):
            yield self._headline
            with VerticalScroll(id="lines", can_focus=False):
                yield self._choices
            yield self._general
            yield self._review
            yield self._hint

    def on_mount(self) -> None:
        symbol = "" if self._first_seen is None else f" {clean(self._first_seen.symbol, 32)}"
        self.write_title(f"CLOSE{symbol}, ticket {self._ticket}, BY ...")
        self._tick(anew=True)
        self.set_interval(1 / TICKS_PER_SECOND, self._tick)

    # --- what is shown ---

    @property
    def _position(self) -> Position | None:
        return self._backend.store.positions.get(self._ticket)

    def _tick(self, *, anew: bool = False) -> None:
        position = self._position
        fitting = () if position is None else opposites(position, self._backend.store.positions.values())
        self._headline.say(self._headline_words(position))
        rows = [ChoiceRow(_columns("ticket", "volume", "open", "profit"))] if fitting else []
        self._choices.offer([*rows, *map(self._row, fitting)], anew=anew)
        self._say_general(position, fitting)
        match self._phase:
            case CloseByReviewing() as pair:
                self._review_again(pair)
                self._hint.say("")
            case _:
                self._hint.say("up/down, enter choose · escape closes")

    def _review_again(self, pair: CloseByReviewing) -> None:
        """Enter that went back and would send now is another question: it has to be seen as long."""
        could, self._can_send = self._can_send, not self._hindrance_now(pair)
        words = self._review_words(pair)
        if self._can_send and not could:
            self._review.open(words)
        else:
            self._review.say(words)

    def _say_general(self, position: Position | None, fitting: Sequence[Position]) -> None:
        refusal = self._phase.refusal if isinstance(self._phase, Choosing) else ""
        if position is None:
            self._general.say(f"! Position {self._ticket} is not open any more.")
        elif not fitting:
            side, symbol = position.side.opposite.value, clean(position.symbol, 32)
            self._general.say(f"! No {side} of {symbol} is open any more to close it by.")
        else:
            self._general.say(f"! {refusal}" if refusal else "")

    def _headline_words(self, position: Position | None) -> str:
        if position is None:
            return ""
        opened = exact(self._backend.store, position.symbol, position.price_open)
        return (
            f"{position.side.value} {lots(position.volume)} {clean(position.symbol, 32)}  open {opened}"
            f"  profit {self._profit(position)}"
        )

    def _row(self, position: Position) -> ChoiceRow:
        opened = exact(self._backend.store, position.symbol, position.price_open)
        volume = f"{position.side.value} {lots(position.volume)}"
        return ChoiceRow(
            _columns(str(position.ticket), volume, opened, self._profit(position)), position.ticket
        )

    def _profit(self, position: Position) -> str:
        currency = currency_of(self._backend.store)
        return signed_money_named(self._backend.store.live_profit(position), currency)

    def _review_words(self, pair: CloseByReviewing) -> str:
        draft = self._draft(pair)
        if hindrance := self._hindrance(pair, draft):
            return f"! Can't be sent now: {hindrance} Enter or escape goes back."
        warnings = "".join(f"\n! {clean(sentence)}" for sentence in draft.warnings)
        return f"{draft.sentence} {ENTER_SENDS}{warnings}"

    def _hindrance_now(self, pair: CloseByReviewing) -> str:
        return self._hindrance(pair, self._draft(pair))

    def _hindrance(self, pair: CloseByReviewing, draft: OrderDraft) -> str:
        """What keeps the pair from being sent; empty where nothing does."""
        held = self._backend.store.positions
        for then in (pair.one, pair.other):
            if then.ticket not in held:
                return f"Position {then.ticket} is not open any more."
        if not pair.still_stands(held):
            return "The positions have changed: look at them again."
        return " ".join(clean(problem.sentence) for problem in draft.problems if problem.blocks)

    # --- what is done ---

    def _draft(self, pair: CloseByReviewing) -> OrderDraft:
        """The order as both stand now; where one is gone, as it was."""
        held = self._backend.store.positions
        one, other = (held.get(then.ticket, then) for then in (pair.one, pair.other))
        return draft_close_by(one, other, draft_view(self._backend), self._intent_id)

    @on(ChoiceList.Chosen)
    def _chosen(self, event: ChoiceList.Chosen) -> None:
        event.stop()
        held = self._backend.store.positions
        one, by_ticket = self._position, event.row.what
        if not isinstance(self._phase, Choosing) or one is None or not isinstance(by_ticket, int):
            return
        if by_ticket in held:
            pair = self._phase = CloseByReviewing(one, held[by_ticket])
            self._can_send = not self._hindrance_now(pair)
            self._review.open(self._review_words(pair))
            self._tick()

    @on(ReviewLine.Confirmed)
    async def _confirmed(self, event: ReviewLine.Confirmed) -> None:
        event.stop()
        if not isinstance(self._phase, CloseByReviewing):
            return
        draft = self._draft(self._phase)
        if self._hindrance(self._phase, draft):
            self._choose()
            return
        intent = draft.intent
        self._phase = CloseBySpent()
        refusals = [problem for problem in self._backend.desk.submit(intent) if problem.blocks]
        if refusals:
            # Nothing was journaled, so what is tried next is another intent.
            self._intent_id = self._backend.desk.new_intent_id()
            self._choose(clean(refusals[0].sentence))
            return
        await self.let_order_go_first(self._backend.desk, intent.intent_id)
        self.dismiss(intent)

    @on(ReviewLine.Backed)
    def _backed(self, event: ReviewLine.Backed) -> None:
        event.stop()
        if isinstance(self._phase, CloseByReviewing):
            self._choose()

    def action_back(self) -> None:
        """One step back: from the review to the list, from the list out."""
        match self._phase:
            case CloseByReviewing():
                self._choose()
            case Choosing():
                self.dismiss(None)
            case _:
                pass

    def _choose(self, refusal: str = "") -> None:
        self._phase = Choosing(refusal)
        self.set_focus(self._choices)
        self._review.close()
        self._tick(anew=True)


def _columns(ticket: str, volume: str, opened: str, profit: str) -> str:
    return f"{left(ticket, 11)}{left(volume, 11)}{right(opened, 11)}{right(profit, 20)}"
