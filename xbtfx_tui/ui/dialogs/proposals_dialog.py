"""The list of proposals: who asks for what, for how long; review, decline with a note, take over. It confirms
nothing itself: that is the review's, one at a time.
"""

from collections.abc import Callable
from functools import partial
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widgets import Input

from xbtfx_tui.commands.grammar import Mistake, parse
from xbtfx_tui.domain.clock import age_words
from xbtfx_tui.domain.proposals import Proposal, ProposalState, left_words
from xbtfx_tui.planning.plan_types import Deed, NeedsHistory, NeedsSymbols, Plan, PlanRefusal
from xbtfx_tui.ui.command_service import Commanding
from xbtfx_tui.ui.confirm_rule import could_confirm, could_repeat
from xbtfx_tui.ui.dialog_keys import dialog_binding, hint_of
from xbtfx_tui.ui.dialogs.batch_dialog import BatchDialog
from xbtfx_tui.ui.dialogs.command_bar import CommandBar
from xbtfx_tui.ui.dialogs.confirm_guard import PRESS_AGAIN, ConfirmGuard, Rule
from xbtfx_tui.ui.dialogs.dialog_base import Dialog
from xbtfx_tui.ui.dialogs.dialog_fields import Field, Words
from xbtfx_tui.ui.dialogs.proposal_review import ProposalReview, words_of
from xbtfx_tui.ui.figure_format import clean, left, right
from xbtfx_tui.ui.ports import Backend
from xbtfx_tui.ui.widgets.canvas import Cell
from xbtfx_tui.ui.widgets.table import Board
from xbtfx_tui.ui.widgets.table_columns import Column

LOOKS_PER_SECOND = 2
MOST_ROWS = 10
_LONGEST = 240
_NOT_HEARD = "That key was not heard, so soon after another: press it again."


class ProposalsBoard(Board[int]):
    """One row a proposal: those that wait first, the newest first."""

    COLUMNS: ClassVar = (
        Column("number", "no", 4),
        Column("asker", "asked by", 14, to_left=True, stretch=6, is_prose=True),
        Column("line", "line", 18, to_left=True, stretch=60, is_prose=True),
        Column("state", "state", 10, to_left=True),
    )
    PAST_TEXTUAL = False

    def __init__(self, backend: Backend) -> None:
        super().__init__(id="proposals-board")
        self._backend = backend
        self._shown: dict[int, Proposal] = {}

    @property
    def proposal(self) -> Proposal | None:
        """The proposal under the cursor, as it stands on screen."""
        return self._shown.get(self.cursor) if self.cursor is not None else None

    def empty_words(self) -> str:
        return "Nobody has proposed anything."

    def take(self) -> None:
        """Show the list as it is now."""
        self._backend.proposals.look()
        self._shown = {one.number: one for one in self._backend.proposals.listed()}
        self.styles.height = min(MOST_ROWS, max(1, len(self._shown))) + 1
        self.set_keys(list(self._shown))
        self.refresh_rows(list(self._shown))

    def row(self, key: int) -> dict[str, Cell]:
        one = self._shown[key]
        waits = one.state is ProposalState.PENDING
        texts = {
            "number": one.title,
            "asker": clean(one.asker, 40),
            "line": clean(one.line, 120),
            "state": left_words(one.left(self._backend.clock.now())) if waits else one.state.value,
        }
        tint = "text" if waits else "muted"
        return {
            column.name: (((left if column.to_left else right)(texts[column.name], width), self.tint(tint)),)
            for column, width in self.layout_columns
        }


class ProposalsDialog(Dialog[None]):
    """The list. What arrives while it is open is a row more, and the cursor stays on its own."""

    FIRST = "ProposalsBoard"
    # Priority: the board binds some of them, too.
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "confirm", "Review", priority=True),
        dialog_binding("dialog.decline", "decline", priority=True),
        dialog_binding("dialog.edit", "edit", priority=True),
        Binding("P,q", "back", "Close", priority=True),
    ]

    def __init__(self, commanding: Commanding, begins_on: int | None = None) -> None:
        super().__init__("alerts proposals")
        self._commanding = commanding
        self._backend = commanding.backend
        self._begins_on = begins_on
        self._board = ProposalsBoard(commanding.backend)
        self._about = Words(id="about")
        self._general = Words(id="general")
        self._hint = Words(id="hint")
        self._guard = ConfirmGuard(self)
        self._hindered: int | None = None

    def compose(self) -> ComposeResult:
        with Vertical(id="frame"):
            yield self._board
            yield self._about
            yield self._general
            yield self._hint

    def on_mount(self) -> None:
        self.write_title("Proposals")
        self._look()
        if self._begins_on in self._board.keys:
            self._board.select(self._begins_on)
        self._guard.ask()
        self.set_interval(1 / LOOKS_PER_SECOND, self._look)

    def _look(self) -> None:
        self._board.take()
        self._tell()
        if self._hindered is not None:
            self._general.say(clean(self._hindrance(self._hindered), _LONGEST))

    @on(Board.CursorMoved)
    def _moved(self, event: Board.CursorMoved) -> None:
        event.stop()
        self._answer("")

    def _tell(self) -> None:
        """What the marked one is about; where it is over, what came of it."""
        one = self._board.proposal
        keys = ""
        if one is None:
            self._about.say(clean(self._backend.proposals.door_words, _LONGEST))
        elif one.state is ProposalState.PENDING:
            waits = "" if one.has_asker_here else " Who asked has left."
            self._about.say(f"{words_of(one)}{waits}")
            decline, edit = hint_of(self, "dialog.decline"), hint_of(self, "dialog.edit")
            keys = f"enter reviews · {decline} declines, with a note · {edit} takes it into : · "
        else:
            note = f' Your note: "{clean(one.note)}"' if one.note else ""
            now = self._backend.clock.now()  # what came of it was so then, and need not be so any more
            when = "" if one.since is None else f"{age_words(one.since.age_at(now))} ago: "
            self._about.say(f"{when}{clean(_to_the_trader(one), _LONGEST)}{note}")
        self._hint.say(f"{keys}escape closes")

    # --- keys ---

    def action_confirm(self) -> None:
        self._on_marked(self._review, could_confirm)

    def action_decline(self) -> None:
        self._on_marked(self._ask_note, could_repeat)

    def action_edit(self) -> None:
        self._on_marked(self._take_over, could_repeat)

    def _on_marked(self, does: Callable[[Proposal], None], rule: Rule) -> None:
        if (one := self._board.proposal) is not None and one.state is ProposalState.PENDING:
            self.call_later(self._once_heard, partial(does, one), rule)

    async def _once_heard(self, does: Callable[[], None], rule: Rule) -> None:
        """In its own turn: the rule may take a moment."""
        if await self._guard.hears(rule):
            does()
        elif rule is could_confirm:
            self._answer(PRESS_AGAIN)
        else:
            self._answer(_NOT_HEARD)

    def _review(self, one: Proposal) -> None:
        """The line as it comes out at the prices of now, in the review of typed lines."""
        command = parse(one.line, self._commanding.known())
        if isinstance(command, Mistake):
            self._answer(command.sentence)
            return
        match planned := self._commanding.plan(command):
            case Plan() | Deed():
                back = partial(ProposalsDialog, self._commanding, one.number)
                asked = ProposalReview(self._backend, one)
                self.app.switch_screen(BatchDialog(self._commanding, command, planned, back, asked))
            case _:
                self._answer("")
                self._hindered = one.number
                self._look()

    def _hindrance(self, number: int) -> str:
        """Why the review of this one does not come up, as it is at this moment; empty once it would."""
        one = self._backend.proposals.known(number)
        if one is None or one.state is not ProposalState.PENDING:
            return ""
        command = parse(one.line, self._commanding.known())
        planned = None if isinstance(command, Mistake) else self._commanding.plan(command)
        match planned:
            case PlanRefusal(sentence=sentence):
                return f"It can't be sent now: {sentence}"
            case NeedsHistory(sentence=sentence) | NeedsSymbols(sentence=sentence):
                return f"{sentence} Press enter again in a moment."
            case _:
                return ""

    def _ask_note(self, one: Proposal) -> None:
        def noted(note: str | None) -> None:
            if note is not None:
                self._answer(self._backend.proposals.decline(one.number, note))

        self.app.push_screen(DeclineNote(one), noted)

    def _take_over(self, one: Proposal) -> None:
        if (over := self._backend.proposals.edit(one.number)) is not None:
            self._answer(over)
        else:
            self.app.switch_screen(CommandBar(self._commanding, one.line))

    def _answer(self, sentence: str) -> None:
        self._hindered = None
        self._general.say(clean(sentence, _LONGEST))
        self._look()


def _to_the_trader(one: Proposal) -> str:
    """What became of it, for who decided it; its `sentence` is for who asked."""
    match one.state:
        case ProposalState.DECLINED:
            return "You declined it."
        case ProposalState.EDITED:
            return "You took the line over, to send your own or none."
        case _:
            return one.sentence


class DeclineNote(Dialog[str | None]):
    """A field for the note with a decline. Dismisses with it, empty where there is none; None goes back."""

    def __init__(self, one: Proposal) -> None:
        super().__init__("order new-alert")
        self._one = one
        self._field = Field("note", takes_text=True)

    def compose(self) -> ComposeResult:
        with Vertical(id="frame"):
            yield self._field
            yield Words(clean(self._one.line, 120), id="general")
            yield Words("enter declines, with the note or without · escape goes back", id="hint")

    def on_mount(self) -> None:
        self.write_title(f"Decline {self._one.title} from {clean(self._one.asker, 40)}")

    @on(Input.Submitted)
    def _entered(self, event: Input.Submitted) -> None:
        event.stop()
        self.dismiss(event.value)
