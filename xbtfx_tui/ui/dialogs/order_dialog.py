"""What every order dialog does alike: fields, review, one send. Subclasses say only what is drafted.

The steps are fields -> review -> sent; escape goes back one, and nothing but enter on the review sends. The
dialog hands one intent to the desk once and closes; what becomes of it is the desk's and the app's to tell.
"""

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import ClassVar, TypeAlias

import msgspec
from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Input

from xbtfx_tui.domain.intents import CloseIntent, Intent, ModifyIntent, OpenIntent
from xbtfx_tui.orders.guards.guard_types import Problem
from xbtfx_tui.ui.dialogs.beside_chart import BesideChart
from xbtfx_tui.ui.dialogs.dialog_base import Dialog
from xbtfx_tui.ui.dialogs.dialog_fields import (
    NO_NOTE,
    Field,
    FieldInput,
    Note,
    Tone,
    Words,
    set_tone,
)
from xbtfx_tui.ui.dialogs.review_line import ReviewLine
from xbtfx_tui.ui.figure_format import clean
from xbtfx_tui.ui.ports import Backend

TICKS_PER_SECOND = 5
ROOMY, TALL = 30, 23
"""Rows from which on a review leaves the figures, and the fields' notes, where they are."""
FRESH_PRICE_EVERY = 3.0
"""Seconds between two requests for a fresh price or a missing spec."""

MOVED = Decimal("0.05")
"""The part of its volume by which an order under review may change and still be the same question."""

ENTER_SENDS = "Enter sends, escape goes back."


class Draft(msgspec.Struct, frozen=True):
    """What the fields come to at the market as it stands.

    `intent` is None while nothing can be drafted (no spec, no price, position gone); a WRONG note anywhere
    keeps it from its review. `notes` are by field; `general` belongs to none of them. `review` is the words.
    `held` is what the order is netted against, signed lots: of another it makes something else.
    """

    intent: Intent | None
    headline: str | Content = ""
    notes: Mapping[str, Note] = msgspec.field(default_factory=dict)
    general: Sequence[Note] = ()
    facts: str | Content = ""
    review: str = ""
    held: Decimal = Decimal(0)

    @property
    def first_wrong(self) -> str | None:
        """The first field, in the order of `notes`, that is wrong."""
        return next((name for name, note in self.notes.items() if note.tone is Tone.WRONG), None)

    @property
    def hindrances(self) -> tuple[str, ...]:
        """Every sentence that keeps it from being sent."""
        notes = (*self.notes.values(), *self.general)
        return tuple(note.text for note in notes if note.tone is Tone.WRONG)

    @property
    def warnings(self) -> tuple[str, ...]:
        notes = (*self.notes.values(), *self.general)
        return tuple(note.text for note in notes if note.tone is Tone.WARNING)

    @property
    def sendable(self) -> bool:
        return self.intent is not None and not self.hindrances

    @property
    def asks(self) -> Intent | None:
        """What enter would send; None where enter goes back."""
        return self.intent if self.sendable else None


def is_another(asked: Intent | None, now: Intent) -> bool:
    """Whether `now` is another question than the one that was read, as `asked`: None then asked nothing.

    Prices move all the time, and a volume that follows them by little is no other question.
    """
    match asked, now:
        case OpenIntent(side=side, volume=volume), OpenIntent():
            return side is not now.side or abs(now.volume - volume) > volume * MOVED
        case CloseIntent(side=side, volume=volume, held=held), CloseIntent():
            return (side, volume, held) != (now.side, now.volume, now.held)
        case ModifyIntent(sl=sl, tp=tp), ModifyIntent():
            return (type(sl), type(tp)) != (type(now.sl), type(now.tp))
        case _:
            return asked is None


def with_problems(
    notes: Mapping[str, Note], problems: Sequence[Problem]
) -> tuple[dict[str, Note], tuple[Note, ...]]:
    """The desk's problems laid over the fields' notes, and those that belong to no field.

    What the dialog itself found wrong with a field stands: the desk then judged a stand-in value. Of two
    problems of one field the one that blocks wins.
    """
    beside = dict(notes)
    general: list[Note] = []
    for problem in sorted(problems, key=lambda one: not one.blocks):
        note = Note(clean(problem.sentence), Tone.WRONG if problem.blocks else Tone.WARNING)
        if problem.about not in beside:
            general.append(note)
        elif beside[problem.about].tone is Tone.QUIET:
            beside[problem.about] = note
    return beside, tuple(general)


class Editing(msgspec.Struct, frozen=True):
    """The fields take keys. `refusal` is what the desk said to the last send, until something is typed."""

    refusal: tuple[Note, ...] = ()


class Reviewing(msgspec.Struct, frozen=True):
    """The words are up; `typed` is what the fields held at enter, and nothing changes it."""

    typed: Mapping[str, str]


class Spent(msgspec.Struct, frozen=True):
    """Handed to the desk: no key does anything any more."""


OrderPhase: TypeAlias = Editing | Reviewing | Spent


class OrderDialog(Dialog[Intent | None]):
    """Base of ticket, close and modify. Dismisses with the intent that was accepted, or None."""

    BINDINGS: ClassVar[list[BindingType]] = [
        # Priority, so that what follows a tab in a burst of keys goes to the next field and not to this one.
        Binding("tab", "step_focus(1)", "Next field", show=False, priority=True),
        Binding("shift+tab", "step_focus(-1)", "Previous field", show=False, priority=True),
    ]

    ENTER: ClassVar[str] = ENTER_SENDS
    """What the keys do at the review, in words."""

    def __init__(self, backend: Backend) -> None:
        super().__init__("order")
        self._beside_chart = BesideChart(self)
        self._backend = backend
        self._phase: OrderPhase = Editing()
        self._draft = Draft(None)
        self._asked: Intent | None = None
        self._held = Decimal(0)
        self._intent_id = backend.desk.new_intent_id()
        self._asked_at: float | None = None
        self._fields = {one.field_name: one for one in self.make_fields()}
        self._headline = Words(id="headline")
        self._facts = Words(id="facts")
        self._general = Words(id="general", classes=f"-{Tone.QUIET.value}")
        self._review = ReviewLine()
        self._hint = Words(id="hint")

    # --- what a subclass says ---

    @abstractmethod
    def make_fields(self) -> Sequence[Field]:
        """The fields, top to bottom; the first is focused."""

    @abstractmethod
    def make_draft(self, typed: Mapping[str, str], intent_id: str) -> Draft:
        """What these texts come to now. Called at every change and five times a second: pure and cheap."""

    @abstractmethod
    def title_words(self) -> str:
        """What the frame says on top."""

    @abstractmethod
    def hint_words(self) -> str:
        """The keys that work while the fields are up."""

    def watched_symbol(self) -> str | None:
        """The symbol whose spec and price are needed."""
        return None

    def wants_fresh_price(self) -> bool:
        """Whether the price is too old to trade on, or the spec is missing."""
        return False

    def hand_over(self, intent: Intent) -> Sequence[Problem]:
        """Have it done; a blocking problem in the answer means that nothing happened."""
        return self._backend.desk.submit(intent)

    # --- the frame ---

    def compose(self) -> ComposeResult:
        with VerticalScroll(id="frame", can_focus=False):
            yield self._headline
            yield from self._fields.values()
            yield self._facts
            yield self._general
            yield self._review
            yield self._hint

    def on_mount(self) -> None:
        self.retitle()
        self._tick()
        self.set_interval(1 / TICKS_PER_SECOND, self._tick)

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        if isinstance(self._phase, Reviewing) and isinstance(event.widget, FieldInput):
            self._edit()

    def retitle(self) -> None:
        """Write the frame's title anew."""
        self.write_title(self.title_words())

    def on_resize(self, event: events.Resize) -> None:
        """What makes room for the review goes by the size, and so does the place."""
        self._beside_chart.stand()
        if not isinstance(self._phase, Spent):
            self.redraft()
        self.call_after_refresh(self._review.come_in_sight)

    def on_unmount(self) -> None:
        self._beside_chart.show(None)

    def typed(self) -> Mapping[str, str]:
        """What the fields hold, or held when the review began."""
        if isinstance(self._phase, Reviewing):
            return self._phase.typed
        return {name: one.text for name, one in self._fields.items()}

    def redraft(self) -> None:
        """Look at the fields and the market again and show what they come to."""
        self._draft = self.make_draft(self.typed(), self._intent_id)
        self._show()

    def _show(self) -> None:
        draft, rows = self._draft, self.size.height
        self._beside_chart.show(draft.intent)
        # The review says all of it again: on a short screen it needs their room, to its last word.
        makes_room = isinstance(self._phase, Reviewing) and rows < ROOMY
        self._headline.say(draft.headline)
        self._facts.say("" if makes_room else draft.facts)
        for name, one in self._fields.items():
            one.say(NO_NOTE if makes_room and rows < TALL else draft.notes.get(name, NO_NOTE))
        general = [] if makes_room else [*draft.general]
        if isinstance(self._phase, Editing):
            general += [note for note in self._phase.refusal if note not in general]
        self.show_general(general)
        self._hint.say("" if isinstance(self._phase, Reviewing) else self.hint_words())
        if isinstance(self._phase, Reviewing):
            self._review_again()

    def _review_again(self) -> None:
        """The words as they are now; what has become another question has to be seen as long as the first."""
        asked, self._asked = self._asked, self._draft.asks
        held, self._held = self._held, self._draft.held
        if self._asked is None or (held == self._held and not is_another(asked, self._asked)):
            self._asked = None if self._asked is None else asked
            self._review.say(self._review_words())
        else:
            self._review.open(self._review_words())

    def show_general(self, notes: Sequence[Note]) -> None:
        """Show what belongs to no field."""
        self._general.say("\n".join(note.written for note in notes))
        set_tone(self._general, (note.tone for note in notes))

    def _review_words(self) -> str:
        if not self._draft.sendable:
            return f"! Can't be sent now: {' '.join(self._draft.hindrances)} Enter or escape goes back."
        warnings = "".join(f"\n! {warning}" for warning in self._draft.warnings)
        # A line of its own: what the keys do is at the same place however long the words are.
        return f"{self._draft.review}\n{self.ENTER}{warnings}"

    def _tick(self) -> None:
        if isinstance(self._phase, Spent) or self._review.is_judging:
            return
        self._ask_for_price()
        self.redraft()

    def _ask_for_price(self) -> None:
        symbol = self.watched_symbol()
        if symbol is None or not self.wants_fresh_price():
            return
        now = self._backend.clock.now().monotonic
        if self._asked_at is None or now - self._asked_at >= FRESH_PRICE_EVERY:
            self._asked_at = now
            self._backend.need_spec(symbol)

    # --- the steps ---

    @on(Input.Changed)
    def _field_changed(self, event: Input.Changed) -> None:
        event.stop()
        if isinstance(self._phase, Editing):
            self._phase = Editing()
            self.redraft()

    @on(Input.Submitted)
    def _field_entered(self, event: Input.Submitted) -> None:
        event.stop()
        if not isinstance(self._phase, Editing):
            return
        self.redraft()
        if not self._draft.sendable:
            self._release()
            self._go_to_wrong()
            return
        self._phase = Reviewing(self.typed())
        for one in self._fields.values():
            one.input.hold()
            # Each field and not the dialog, for which Textual would paint all that is behind it anew.
            one.input.add_class("-reviewing")
        self._asked, self._held = self._draft.asks, self._draft.held
        self._show()
        self._review.open(self._review_words())

    @on(ReviewLine.Confirmed)
    async def _confirmed(self, event: ReviewLine.Confirmed) -> None:
        event.stop()
        if not isinstance(self._phase, Reviewing):
            return
        intent = self._draft.intent
        if intent is None or not self._draft.sendable:
            self._edit()
            return
        self._phase = Spent()
        problems = self.hand_over(intent)
        if any(problem.blocks for problem in problems):
            # Nothing was journaled, so what is tried next is another intent.
            self._intent_id = self._backend.desk.new_intent_id()
            self._edit(tuple(Note(clean(one.sentence), Tone.WRONG) for one in problems if one.blocks))
            return
        await self.let_order_go_first(self._backend.desk, intent.intent_id)
        self.dismiss(intent)

    @on(ReviewLine.Backed)
    def _backed(self, event: ReviewLine.Backed) -> None:
        event.stop()
        if isinstance(self._phase, Reviewing):
            self._edit()

    def action_back(self) -> None:
        """One step back: from the review to the fields, from the fields out."""
        if isinstance(self._phase, Reviewing):
            self._edit()
        elif isinstance(self._phase, Editing):
            self.dismiss(None)

    def action_step_focus(self, step: int) -> None:
        """The next or previous field, around at the ends; the review holds the focus while it is up."""
        if not isinstance(self._phase, Editing):
            return
        inputs = [one.input for one in self._fields.values()]
        # By the screen's word: a widget learns of its own focus only later, too late for a burst of keys.
        at = next((i for i, one in enumerate(inputs) if one is self.focused), 0 if step < 0 else -1)
        self.set_focus(inputs[(at + step) % len(inputs)])

    def _edit(self, refusal: tuple[Note, ...] = ()) -> None:
        """Back to the fields, to the first that is wrong if there is one."""
        self._phase = Editing(refusal)
        self._release()
        for one in self._fields.values():
            one.input.remove_class("-reviewing")
        if not isinstance(self.focused, FieldInput):
            self._go_to_wrong(otherwise=next(iter(self._fields)))
        self._review.close()
        self.redraft()

    def _release(self) -> None:
        for one in self._fields.values():
            one.input.release()

    def _go_to_wrong(self, otherwise: str | None = None) -> None:
        name = self._draft.first_wrong or otherwise
        if name is not None:
            self.set_focus(self._fields[name].input)
        elif self._general.display:
            self._general.scroll_visible(animate=False)
