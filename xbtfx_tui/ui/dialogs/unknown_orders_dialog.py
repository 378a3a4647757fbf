"""The orders whose outcome is not known, or not yet: what was sent, what was looked at, what can be done.

Watching goes on by itself, dialog or none; it is what enter and escape do at first. Everything else asks
once more. The dialog sends nothing: the desk does, and only with the order's own key.
"""

from collections.abc import Callable, Sequence
from functools import partial
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll

from xbtfx_tui.domain.clock import age_words
from xbtfx_tui.domain.intents import (
    CloseAllIntent,
    CloseIntent,
    CloseSymbolIntent,
    Intent,
    OpenIntent,
    opens,
)
from xbtfx_tui.domain.order_outcomes import Decider, IntentRecord, IntentState
from xbtfx_tui.domain.order_text import intent_words
from xbtfx_tui.domain.positions import Position
from xbtfx_tui.domain.stop_rules import StopKind
from xbtfx_tui.domain.unfinished_orders import unfinished_closes
from xbtfx_tui.orders.unknown_orders import AgainIn, AgainNow, Doubt, NeverAgain, OnItsWay
from xbtfx_tui.planning.plan_text import exact
from xbtfx_tui.ui.copied_text import story_lines
from xbtfx_tui.ui.dialogs.choice_list import ChoiceList, ChoiceRow
from xbtfx_tui.ui.dialogs.close_ticket import CloseTicket
from xbtfx_tui.ui.dialogs.confirm_dialog import ScrollingDialog, TypedWord
from xbtfx_tui.ui.dialogs.dialog_fields import Words
from xbtfx_tui.ui.dialogs.review_line import ReviewLine
from xbtfx_tui.ui.dialogs.unknown_order_choices import (
    Became,
    CloseLeft,
    KeepWatching,
    SendAgain,
    TakeBack,
    TreatAsUnsent,
    WasDone,
    WasNotDone,
    Way,
)
from xbtfx_tui.ui.figure_format import NOTHING, clean, left, lots, right
from xbtfx_tui.ui.key_bindings import action
from xbtfx_tui.ui.ports import Backend
from xbtfx_tui.ui.screen_times import ScreenTimes

_COPY, _COPY_STORY = action("copy.ticket"), action("copy.story")
UNSENT = "unsent"
TICKS_PER_SECOND = 2


class DoubtDialog(ScrollingDialog[None]):
    """Shows one order at a time, those in doubt first, then those on their way, the oldest first; when its
    outcome comes, that is what it shows.

    Without either it shows a bulk close that left something open, to close that one by one.
    """

    FIRST = "ChoiceList"
    # The panes' own keys, which copy what they copy there: a number, and what orders came to.
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(_COPY.keys, "copy_key", _COPY.words, id=_COPY.id, show=False),
        Binding(_COPY_STORY.keys, "copy_story", _COPY_STORY.words, id=_COPY_STORY.id, show=False),
    ]

    def __init__(
        self, backend: Backend, times: ScreenTimes, copy_text: Callable[[str | None, str], str]
    ) -> None:
        """`copy_text` gives a text, which the words name, to the clipboard, and says what became of it."""
        super().__init__("question order doubt")
        self._copy_text = copy_text
        self._backend = backend
        self._times = times
        self._shown: str | None = None
        self._doubt: Doubt | None = None
        self._is_open = False
        self._asked: Way | None = None
        self._answer = ""
        self._headline = Words(id="headline")
        self._looked = Words(id="looked")
        self._general = Words(id="general")
        self._choices = ChoiceList()
        self._review = ReviewLine()
        self._hint = Words(id="hint")

    def compose(self) -> ComposeResult:
        with VerticalScroll(id="frame", can_focus=False):
            yield self._headline
            with VerticalScroll(id="lines", can_focus=False):
                yield self._looked
            yield self._general
            yield self._choices
            yield self._review
            yield self._hint

    def on_mount(self) -> None:
        self._tick(anew=True)
        self.set_interval(1 / TICKS_PER_SECOND, self._tick)

    # --- what is shown ---

    def _tick(self, *, anew: bool = False) -> None:
        orders = self._orders()
        ids = list(orders)
        if self._shown is None:
            left = unfinished_closes(self._backend.store.intents, self._backend.desk.leftovers)
            self._shown = next(iter((*ids, *left)), None)
        was_open, order = self._is_open, orders.get(self._shown or "")
        self._doubt, self._is_open = order if isinstance(order, Doubt) else None, order is not None
        if order is None:
            self._show_settled(len(ids), anew=anew or was_open)
            return
        number = ids.index(order.record.intent.intent_id) + 1
        count = f", {number} of {len(ids)}" if len(ids) > 1 else ""
        if isinstance(order, OnItsWay):
            self._show_on_its_way(order, count, len(ids), anew=anew)
            return
        self.write_title(f"UNKNOWN{count}")
        self._headline.say(self._headline_words(order))
        self._say_looked(order.looked)
        self._general.say(self._answer)
        self._choices.offer(self._rows(order), anew=anew)
        self._hint.say(_hint(len(ids), reviewing=self._asked is not None))
        if self._asked is not None:
            self._review.say(self._review_words(self._asked, order.record))

    def _orders(self) -> dict[str, Doubt | OnItsWay]:
        desk = self._backend.desk
        orders: tuple[Doubt | OnItsWay, ...] = (*desk.doubts(), *desk.on_their_way())
        return {order.record.intent.intent_id: order for order in orders}

    def _show_on_its_way(self, order: OnItsWay, count: str, orders: int, *, anew: bool) -> None:
        """There is nothing to decide yet: what it is, how long it takes and what was seen of it."""
        if self._asked is not None:
            self._unask()
        waits = order.sent_wall is None
        self.write_title(f"{'NOT SENT YET' if waits else 'ON ITS WAY'}{count}")
        self._headline.say(self._headline_words(order))
        self._say_looked(order.looked)
        self._general.say(self._answer)
        rows = [ChoiceRow("keep watching", KeepWatching())]
        if waits:
            rows.append(ChoiceRow("do not send it", TakeBack(order.record.intent.intent_id)))
        self._choices.offer(rows, anew=anew)
        self._hint.say(_hint(orders, reviewing=False))

    def _show_settled(self, others: int, *, anew: bool) -> None:
        """The order that was shown is in doubt no more: what became of it."""
        if self._asked is not None:
            self._unask()
        record = self._backend.store.intents.get(self._shown or "")
        left_open = self._backend.desk.leftovers(self._shown or "")
        decided = record is not None and record.story and record.story[-1].decider is Decider.TRADER
        known = "AS YOU DECIDED" if decided else "OUTCOME KNOWN"
        self.write_title("NOT ALL IS CLOSED" if left_open else known)
        if record is None:
            self._headline.say("Every order's outcome is known.")
        else:
            said = clean(record.story[-1].text) if record.story else record.state.value
            self._headline.say(f"{clean(intent_words(record.intent))}\n{said}")
        self._say_looked(())
        self._general.say(self._answer)
        rows = [ChoiceRow(_close_words(one), CloseLeft(one.ticket)) for one in left_open]
        self._choices.offer([ChoiceRow("close this dialog", KeepWatching()), *rows], anew=anew)
        self._hint.say(
            f"{others} more: left/right shows it · escape closes" if others else "enter or escape closes"
        )

    def _headline_words(self, order: Doubt | OnItsWay) -> str:
        record, now = order.record, self._backend.clock.now()
        if order.sent_wall is None:
            sent = "not sent yet"
        else:
            ago = age_words(max(0.0, now.wall - order.sent_wall))
            sent = f"sent {self._times.clock(order.sent_wall)} {self._times.word}, {ago} ago"
        return (
            f"{clean(_order_words(record.intent))}\n"
            f"{sent}, key {record.intent.intent_id[:8]}...\n"
            f"{clean(record.story[-1].text) if record.story else ''}"
        ).rstrip()

    def _say_looked(self, looked: Sequence[str]) -> None:
        before = self._looked.said
        lines = self.query_one("#lines", VerticalScroll)
        lines.display = self._is_open
        self._looked.say("\n".join(map(clean, looked)) or "Nothing has been looked at yet.")
        if self._looked.said != before:
            lines.scroll_end(animate=False)

    def lines_were_fitted(self) -> None:
        """What was looked at last is what counts."""
        self.query_one("#lines", VerticalScroll).scroll_end(animate=False)

    def _rows(self, doubt: Doubt) -> list[ChoiceRow]:
        rows = [ChoiceRow("keep watching", KeepWatching())]
        is_opening = opens(doubt.record.intent)
        if doubt.candidates and is_opening:
            rows.append(ChoiceRow(_columns("it became", "volume", "open", "sl", "tp")))
            rows += [ChoiceRow(self._candidate(one), Became(one.ticket)) for one in doubt.candidates]
        if is_opening:
            unlisted = "not among the positions now"
            rows += [ChoiceRow(f"it became {ticket}, {unlisted}", Became(ticket)) for ticket in doubt.gone]
        rows += [ChoiceRow(_close_words(one), CloseLeft(one.ticket)) for one in self._left(doubt)]
        if not isinstance(doubt.record.intent, CloseAllIntent | CloseSymbolIntent):
            rows.append(_again(doubt))
        if is_opening:
            return [*rows, ChoiceRow("treat as not sent ...", TreatAsUnsent())]
        so = ", ".join(doubt.differences) or None
        return [
            *rows,
            *([] if so is None else [ChoiceRow(f"it was done so: {so} ...", WasDone(so))]),
            ChoiceRow("it was done ...", WasDone()),
            ChoiceRow("it was not done ...", WasNotDone()),
        ]

    def _left(self, doubt: Doubt) -> tuple[CloseIntent, ...]:
        return self._backend.desk.leftovers(doubt.record.intent.intent_id)

    def _candidate(self, position: Position) -> str:
        store, symbol = self._backend.store, position.symbol
        sl, tp = (
            NOTHING
            if price is None and store.knows_stop(position.ticket, kind)
            else "?"
            if price is None
            else exact(store, symbol, price)
            for kind, price in ((StopKind.SL, position.sl), (StopKind.TP, position.tp))
        )
        volume = f"{position.side.value} {lots(position.volume)}"
        return _columns(str(position.ticket), volume, exact(store, symbol, position.price_open), sl, tp)

    # --- what is chosen ---

    @on(ChoiceList.Turned)
    def _turned(self, event: ChoiceList.Turned) -> None:
        event.stop()
        ids = list(self._orders())
        if not ids or ids == [self._shown]:
            return
        at = ids.index(self._shown) + event.step if self._shown in ids else 0
        self._shown, self._answer = ids[at % len(ids)], ""
        self._tick(anew=True)

    @on(ChoiceList.Chosen)
    def _chosen(self, event: ChoiceList.Chosen) -> None:
        event.stop()
        if event.row.why_not is not None:
            self._reply(event.row.why_not)
            return
        match event.row.what:
            case SendAgain() | Became() | WasDone() | WasNotDone() as way if self._doubt is not None:
                self._asked, self._answer = way, ""
                self._review.open(self._review_words(way, self._doubt.record))
                self._tick()
            case CloseLeft(ticket=ticket):
                self.app.push_screen(CloseTicket(self._backend, ticket), self._closed_one)
            case TakeBack(intent_id=intent_id):
                self._backend.desk.withdraw(intent_id)
                self._reply("It is not sent, unless it was just now.")
            case TreatAsUnsent() if self._doubt is not None:
                record = self._doubt.record
                asked = TypedWord("TREAT AS NOT SENT", _unsent_words(record), UNSENT)
                self.app.push_screen(asked, partial(self._word_typed, record.intent.intent_id))
            case _:
                self.dismiss(None)

    def _review_words(self, way: Way, record: IntentRecord) -> str:
        what = clean(intent_words(record.intent))
        match way:
            case Became(ticket=ticket):
                return f"{what} became position {ticket}. Enter decides, escape goes back."
            case WasDone(so=so):
                how = "" if so is None else f": {so}"
                return f"{what} was done{how}. Enter decides, escape goes back."
            case WasNotDone():
                return f"{what} was not done. Enter decides, escape goes back."
            case _:
                return (
                    f"Sends {what} once more, the same bytes with the same key: a server that has the first "
                    "one answers with it and executes nothing. Enter sends, escape goes back."
                )

    @on(ReviewLine.Confirmed)
    async def _confirmed(self, event: ReviewLine.Confirmed) -> None:
        event.stop()
        way, doubt = self._asked, self._doubt
        self._unask()
        if doubt is None:
            return
        intent_id = doubt.record.intent.intent_id
        match way:
            case SendAgain():
                self._reply(self._backend.desk.send_again(intent_id) or "Sent again with the same key.")
            case Became(ticket=ticket):
                self._reply(await self._backend.desk.resolve(intent_id, ticket) or "")
            case WasDone(so=so):
                done = await self._backend.desk.resolve_done(intent_id, as_shown=so is not None)
                self._reply(done or "")
            case WasNotDone():
                self._reply(await self._backend.desk.resolve(intent_id, None) or "")
            case _:
                pass

    @on(ReviewLine.Backed)
    def _backed(self, event: ReviewLine.Backed) -> None:
        event.stop()
        self._unask()

    def _unask(self) -> None:
        """Back from the review to the choices."""
        self._asked = None
        self._review.close()
        self.set_focus(self._choices)
        if self._doubt is not None:
            self._tick()

    async def _word_typed(self, intent_id: str, typed: bool | None) -> None:
        if typed:
            self._reply(await self._backend.desk.resolve(intent_id, None) or "")

    def _closed_one(self, intent: Intent | None) -> None:
        if intent is not None:
            self._reply("Sent; what is left is shown here.")

    def _reply(self, sentence: str) -> None:
        self._answer = clean(sentence)
        self._tick()

    def action_copy_key(self) -> None:
        """The order's key, by which the server knows it."""
        if (record := self._backend.store.intents.get(self._shown or "")) is not None:
            self._reply(self._copy_text(record.intent.intent_id, "the order's key"))

    def action_copy_story(self) -> None:
        if (record := self._backend.store.intents.get(self._shown or "")) is not None:
            self._reply(self._copy_text("\n".join(story_lines(record)), "the order's story"))

    def action_back(self) -> None:
        """One step back: from the review to the choices, from there out."""
        if self._asked is None:
            self.dismiss(None)
        else:
            self._unask()


def _hint(count: int, *, reviewing: bool) -> str:
    if reviewing:
        return ""
    turn = "left/right next order · " if count > 1 else ""
    return f"up/down, enter choose · {turn}escape leaves"


def _order_words(intent: Intent) -> str:
    """What was ordered; an opening with the price that was on screen."""
    at = f" at about {intent.price}" if isinstance(intent, OpenIntent) else ""
    return f"{intent_words(intent)}{at}"


def _again(doubt: Doubt) -> ChoiceRow:
    words = "send again with the same key"
    match doubt.resend:
        case NeverAgain(reason=reason):
            said = clean(reason, 80)
            return ChoiceRow(f"{words}: no, {said}", SendAgain(), f"It can't be sent again: {said}.")
        case AgainIn(seconds=seconds):
            wait = f"{max(1.0, seconds):.0f} s"
            return ChoiceRow(
                f"{words}: in {wait}", SendAgain(), f"It can be sent again in {wait}, not before."
            )
        case AgainNow(seconds_left=seconds):
            return ChoiceRow(f"{words}: possible for {seconds:.0f} s", SendAgain())


def _close_words(left_open: CloseIntent) -> str:
    symbol = clean(left_open.symbol, 32)
    return f"close {left_open.ticket}: {symbol} {left_open.side.value} {lots(left_open.held)}, still open ..."


def _unsent_words(record: IntentRecord) -> list[str]:
    state = (
        "may belong to one of several positions" if record.state is IntentState.AMBIGUOUS else "is not known"
    )
    return [
        f"{clean(intent_words(record.intent))}: what became of it {state}.",
        "Treated as not sent, it holds back new orders on its symbol no more.",
        "! If it was executed after all, sending it anew makes it two. Look at Positions and History first.",
    ]


def _columns(first: str, volume: str, opened: str, sl: str, tp: str) -> str:
    return f"{left(first, 11)}{left(volume, 11)}" + "".join(right(text, 10) for text in (opened, sl, tp))
