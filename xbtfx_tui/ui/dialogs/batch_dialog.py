"""What a command comes to, shown in full before it is done, confirmed once, and followed to its end.

The preview is planned anew as the prices move; what is on screen at enter is what is sent. Once it is sent it
belongs to the program: closing this dialog stops nothing.
"""

from collections.abc import Callable, Hashable, Sequence
from decimal import Decimal
from enum import Enum, auto
from typing import ClassVar

from rich.cells import cell_len
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.widgets import Input

from xbtfx_tui.commands.command_types import Command
from xbtfx_tui.commands.grammar import print_command
from xbtfx_tui.domain.order_origin import BY_LINE
from xbtfx_tui.domain.order_text import intent_words
from xbtfx_tui.planning.plan_types import Deed, Plan, Planned, Sheet
from xbtfx_tui.store.feed_state import feed_trouble
from xbtfx_tui.ui.command_service import Commanding
from xbtfx_tui.ui.confirm_rule import could_end_word
from xbtfx_tui.ui.dialog_keys import dialog_binding, hint_of
from xbtfx_tui.ui.dialogs.batch_question import closes_many, subject_of
from xbtfx_tui.ui.dialogs.close_all_dialog import WORD
from xbtfx_tui.ui.dialogs.confirm_dialog import ScrollingDialog
from xbtfx_tui.ui.dialogs.confirm_guard import PRESS_AGAIN, ConfirmGuard
from xbtfx_tui.ui.dialogs.dialog_base import Dialog
from xbtfx_tui.ui.dialogs.dialog_fields import Field, Note, Tone, Words, set_tone
from xbtfx_tui.ui.dialogs.order_dialog import ENTER_SENDS
from xbtfx_tui.ui.dialogs.order_list_review import StepsReview, scroll_rows
from xbtfx_tui.ui.dialogs.proposal_review import ProposalReview
from xbtfx_tui.ui.dialogs.report_dialog import clean_columns
from xbtfx_tui.ui.dialogs.review_line import ReviewLine
from xbtfx_tui.ui.figure_format import clean, right, signed_money
from xbtfx_tui.ui.running_batches import RunningBatch
from xbtfx_tui.ui.store_lookup import currency_of

TICKS_PER_SECOND = 2
MOST_REMARKS, MOST_REMARKS_SHORT, TALL = 2, 1, 30
"""Remarks between the orders and the question, on screens of so many rows and on shorter ones."""

_WIDEST = 84


class BatchPhase(Enum):
    ASKING = auto()
    UNDERWAY = auto()
    OVER = auto()


class BatchDialog(ScrollingDialog[None]):
    """`back` makes what escape goes back to while it is asked; once it is sent, escape only closes this.
    `asked_by` is what is told besides where the line is another's, and not typed here."""

    FIRST: ClassVar[str] = ".first"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "read", "Close", show=False),
        Binding("q", "done", "Close", show=False),
        dialog_binding("dialog.halt", "halt"),
        Binding("up", "scroll_rows(-1)", "Up", show=False),
        Binding("down", "scroll_rows(1)", "Down", show=False),
    ]

    def __init__(
        self,
        commanding: Commanding,
        command: Command,
        planned: Plan | Deed,
        back: Callable[[], Dialog[None]],
        asked_by: ProposalReview | None = None,
    ) -> None:
        super().__init__("question order batch")
        self._commanding = commanding
        self._backend = commanding.backend
        self._command = command
        self._back = back
        self._asked_by = asked_by
        self._planned: Planned = planned
        self._shown: Plan | Deed = planned
        self._asked = self._about()
        self._phase = BatchPhase.ASKING
        self._sent: RunningBatch | None = None
        self._wants_word = closes_many(planned)
        self._over = ConfirmGuard(self)
        self._changed = ConfirmGuard(self)
        self._headline = Words(id="headline")
        self._steps = Words(id="steps")
        self._total = Words(id="total")
        self._general = Words(id="general")
        self._unchecked = Words(id="unchecked")
        self._field = Field(WORD)
        self._field.display = self._wants_word
        self._review = StepsReview()
        self._hint = Words(id="hint")
        (self._field.input if self._wants_word else self._review).add_class("first")

    def compose(self) -> ComposeResult:
        with VerticalScroll(id="frame", can_focus=False):
            yield self._headline
            with VerticalScroll(id="lines", can_focus=False):
                yield self._steps
            yield self._total
            yield self._general
            yield self._unchecked
            yield self._field
            yield self._review
            yield self._hint

    def on_mount(self) -> None:
        self._show_preview()
        if self._wants_word:
            self._has_changed()
        else:
            self._review.open(self._review_words())
        self.set_interval(1 / TICKS_PER_SECOND, self._tick)

    # --- the preview ---

    def _tick(self) -> None:
        match self._phase:
            case BatchPhase.ASKING if not self._review.is_judging:
                self._plan_again()
            case BatchPhase.ASKING:
                pass
            case BatchPhase.UNDERWAY | BatchPhase.OVER:
                self._show_progress()

    def _plan_again(self) -> None:
        """The preview at the prices of now; what it is about has to be seen as long as any question."""
        before = self._asked
        self._planned = self._commanding.plan(self._command)
        if isinstance(self._planned, Plan | Deed):
            self._shown = self._planned
        self._asked = self._about()
        self._show_preview()
        if not self._wants_word and closes_many(self._planned):
            self._wants_word = True
            self._field.display = True
            self._review.close()
            self.set_focus(self._field.input)
            self._show_preview()
            self._has_changed()
        elif self._asked != before:
            if self._wants_word:
                self._has_changed()
            else:
                self._review.open(self._review_words())

    def _has_changed(self) -> None:
        """What the typed word is for has to be seen as long as any question."""
        self._changed.ask()

    def _about(self) -> Hashable:
        """What is asked, whatever the prices do; another of these is another question."""
        held = self._backend.store.positions
        match self._planned:
            case Plan(steps=steps):
                return tuple(subject_of(step.intent, held) for step in steps)
            case Deed(tickets=tickets):
                return tuple(tickets)
            case _:
                return None

    def _show_preview(self) -> None:
        self.write_title(self._title())
        shown = self._shown
        steps = shown.steps if isinstance(shown, Plan) else ()
        says_all = not isinstance(shown, Plan) or shown.heads_a_list
        self._headline.say(self._sentence() if self._wants_word and says_all else "")
        if len(steps) == 1:
            rows = [clean_columns(steps[0].words)]
        elif isinstance(shown, Deed):
            rows = list(map(clean_columns, shown.lines))
        else:
            rows = [self._row(intent_words(step.intent), step.profit) for step in steps]
        notes = [Note(clean(remark), Tone.WARNING) for remark in self._remarks()]
        most = MOST_REMARKS if self.size.height >= TALL else MOST_REMARKS_SHORT
        if (more := len(notes) - most) > 1:
            # Any number of them must not push the orders themselves out of sight.
            rows += [note.written for note in notes[most:]]
            notes = [
                *notes[:most],
                Note(f"And {more} more in the list above: up/down scroll it.", Tone.WARNING),
            ]
        self._steps.say("\n".join(rows))
        self._total.say(self._total_words())
        if self._asked_by is not None:
            notes += self._asked_by.notes()
            self._unchecked.say(self._asked_by.words())
        if self._wants_word and (hindrance := self._hindrance()):
            notes.append(Note(f"Can't be sent now: {hindrance}", Tone.WRONG))
        self._say_notes(notes)
        if self._wants_word:
            self._hint.say(f"type {WORD} and enter to send · escape goes back")
        else:
            self._review.say(self._review_words())

    def _title(self) -> str:
        if self._asked_by is not None:
            return self._asked_by.title()
        return f": {clean(print_command(self._command), 60)}"

    def _say_notes(self, notes: Sequence[Note]) -> None:
        self._general.say("\n".join(note.written for note in notes))
        set_tone(self._general, (note.tone for note in notes))

    def _sentence(self) -> str:
        shown = self._shown
        return clean(shown.headline if isinstance(shown, Plan) else shown.words)

    def _review_words(self) -> str:
        if hindrance := self._hindrance():
            return f"! Can't be sent now: {hindrance} Enter or escape goes back."
        if isinstance(self._shown, Deed):
            return f"{self._sentence()} Enter does it, escape goes back."
        count = len(self._shown.steps)
        sends = ENTER_SENDS if count == 1 else f"Enter sends the {count} orders, escape goes back."
        return f"{self._sentence()} {sends}"

    def _row(self, words: str, profit: Decimal | None) -> str:
        """A step's words and, at the right, its money; the words are wrapped where they need the room."""
        line = clean_columns(words)
        if profit is None:
            return line
        width = min(_WIDEST, self.size.width) - 5  # the frame, and a bar where it scrolls
        money = signed_money(profit, currency_of(self._backend.store))
        if cell_len(line) + len(money) + 2 > width:
            return f"{line}\n{right(money, width)}"
        return line + right(money, width - cell_len(line))

    def _total_words(self) -> str:
        shown = self._shown
        if not isinstance(shown, Plan) or shown.profit is None or len(shown.steps) == 1:
            return ""
        return self._row(f"in all, {currency_of(self._backend.store) or ''}".rstrip(", "), shown.profit)

    def _hindrance(self) -> str:
        """Why it can't be sent as it stands, in the planner's words; empty where it can."""
        if self._asked_by is not None and (over := self._asked_by.hindrance()):
            return over
        planned = self._planned
        return "" if isinstance(planned, Plan | Deed | Sheet) else clean(planned.sentence)

    def _remarks(self) -> tuple[str, ...]:
        shown, trouble = self._shown, feed_trouble(self._backend.store.feed)
        if isinstance(shown, Plan) and shown.profit is not None and trouble is not None:
            return (*shown.remarks, f"Profits are the server's last word: {trouble}.")
        return shown.remarks

    # --- the one confirmation ---

    @on(ReviewLine.Confirmed)
    async def _confirmed(self, event: ReviewLine.Confirmed) -> None:
        event.stop()
        if self._phase is not BatchPhase.ASKING or self._wants_word:
            return
        if self._hindrance():
            self._go_back()
        else:
            await self._send()

    @on(ReviewLine.Backed)
    def _backed(self, event: ReviewLine.Backed) -> None:
        event.stop()
        self.action_back()

    @on(Input.Changed)
    def _word_changed(self, event: Input.Changed) -> None:
        event.stop()
        self._field.say(Note(""))

    @on(Input.Submitted)
    async def _word_entered(self, event: Input.Submitted) -> None:
        event.stop()
        if self._phase is not BatchPhase.ASKING:
            return
        if event.value.strip().lower() != WORD:
            self._refuse(f"Type the word {WORD}, or escape.")
        elif hindrance := self._hindrance():
            self._refuse(hindrance)
        elif not await self._changed.hears(could_end_word):
            self._refuse(PRESS_AGAIN)
        else:
            await self._send()

    def _refuse(self, sentence: str) -> None:
        self._field.input.release()
        self._field.say(Note(sentence, Tone.WRONG))

    async def _send(self) -> None:
        """What is on screen goes out: the very steps of the preview."""
        asked_by = self._asked_by
        if asked_by is not None and not asked_by.confirm():
            self._show_preview()  # it was over in this very moment: that is said, and nothing is sent
            return
        match self._planned:
            case Deed() as deed:
                self._phase = BatchPhase.OVER
                words = self._commanding.carry_out(deed)
                if asked_by is not None:
                    asked_by.carried_out(words)
                self.dismiss(None)
            case Plan() as plan:
                self._phase = BatchPhase.UNDERWAY
                self._sent = self._commanding.begin(plan, BY_LINE if asked_by is None else asked_by.origin)
                if asked_by is not None:
                    asked_by.began(self._sent.batch)
                await self.let_order_go_first(self._backend.desk, plan.steps[0].intent.intent_id)
                if len(plan.steps) == 1 and not self._sent.is_over:
                    self.dismiss(None)
                else:
                    self._follow()
            case _:
                pass

    # --- on its way ---

    def _follow(self) -> None:
        self._review.close()
        self._field.display = False
        self.set_focus(None)
        self._headline.say(self._sentence())
        self._total.say("")
        halt = hint_of(self, "dialog.halt")
        self._hint.say(f"{halt} stops what is not sent yet · escape closes this, and the orders go on")
        self._show_progress()

    def _show_progress(self) -> None:
        running = self._sent
        if running is None or self.is_sending:
            return
        # At the end an outcome may be unknown that becomes known later.
        is_over = self._phase is BatchPhase.OVER
        if is_over and not running.look_again():
            return
        self._steps.say("\n".join(self._row(words, amount) for words, amount in running.rows()))
        if not running.is_over:
            return
        self._say_notes([Note(running.summary())])
        if is_over:
            return
        self._phase = BatchPhase.OVER
        self.query_one("#frame", VerticalScroll).scroll_home(animate=False)
        self._hint.say("enter or escape closes this")
        self._over.ask()

    def _go_back(self) -> None:
        # In this one's place, at once: no key of a burst falls through to the panes.
        self._phase = BatchPhase.OVER
        self.app.switch_screen(self._back())

    def action_scroll_rows(self, rows: int) -> None:
        scroll_rows(self, rows)

    def action_halt(self) -> None:
        """Nothing more is sent; what is on its way goes on."""
        if self._phase is BatchPhase.UNDERWAY and self._sent is not None:
            self._sent.halt()

    def action_read(self) -> None:
        """Enter, once all is over and that could be seen."""
        self.call_later(self._read)  # in its own turn: the rule may take a moment

    async def _read(self) -> None:
        if self._phase is BatchPhase.OVER and await self._over.hears():
            self.dismiss(None)

    def action_done(self) -> None:
        if self._phase is BatchPhase.OVER:
            self.dismiss(None)

    def action_back(self) -> None:
        """While it is asked: back to the bar. Afterwards: out, and the orders go on."""
        if self._phase is BatchPhase.ASKING:
            self._go_back()
        elif not self.is_sending:
            self.dismiss(None)
