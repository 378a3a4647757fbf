"""An armed order in words, and what can be done with it. It dismisses with the choice, and does nothing."""

from enum import Enum

from textual import on
from textual.app import ComposeResult
from textual.containers import VerticalScroll

from xbtfx_tui.domain.armed_orders import (
    ArmedOrder,
    RuleAsked,
    RuleAway,
    RuleEnded,
    price_word,
    state_word,
)
from xbtfx_tui.domain.deadlines import moment_words
from xbtfx_tui.ui.dialogs.choice_list import ChoiceList, ChoiceRow
from xbtfx_tui.ui.dialogs.dialog_base import Dialog
from xbtfx_tui.ui.dialogs.dialog_fields import Words
from xbtfx_tui.ui.figure_format import clean
from xbtfx_tui.ui.ports import Backend

LOOKS_PER_SECOND = 2
_LONGEST = 600


class RuleChoice(Enum):
    """What is to become of it."""

    SEND = "send"
    WAIT = "wait"
    CANCEL = "cancel"


class RuleDialog(Dialog[RuleChoice | None]):
    """Follows the order while it is open."""

    FIRST = "ChoiceList"

    def __init__(self, backend: Backend, number: int) -> None:
        super().__init__("question")
        self._rules = backend.rules
        self._number = number
        self._words = Words(id="headline")
        self._choices = ChoiceList()
        self._offered: tuple[ChoiceRow, ...] | None = None

    def compose(self) -> ComposeResult:
        with VerticalScroll(id="frame", can_focus=False):
            yield self._words
            yield self._choices
            yield Words("up/down and enter choose · escape goes back", id="hint")

    def on_mount(self) -> None:
        self.write_title(f"Armed order {self._number}")
        self._look()
        self.set_interval(1 / LOOKS_PER_SECOND, self._look)

    def _look(self) -> None:
        order = next((one for one in self._rules.orders if one.number == self._number), None)
        if order is None:
            return
        held = self._rules.held(self._number)
        self._words.say(clean(told(order, None if held is None else held.why), _LONGEST))
        rows = choices_of(order)
        if rows != self._offered:
            self._choices.offer(rows, anew=True)
            self._offered = rows

    @on(ChoiceList.Chosen)
    def _chosen(self, event: ChoiceList.Chosen) -> None:
        event.stop()
        self.dismiss(event.row.what if isinstance(event.row.what, RuleChoice) else None)


def choices_of(order: ArmedOrder) -> tuple[ChoiceRow, ...]:
    """What can be done with it; of one that waits no more, only back."""
    if not order.is_waiting:
        return (ChoiceRow("Back", "back"),)
    cancel = ChoiceRow("Take it away: it fires no more", RuleChoice.CANCEL)
    if not isinstance(order.state, RuleAsked):
        return (ChoiceRow("Back: it waits on", "back"), cancel)
    return (
        ChoiceRow("Wait on: armed again once its price has left the level", RuleChoice.WAIT),
        ChoiceRow("Send it now: the review comes first", RuleChoice.SEND),
        cancel,
    )


def told(order: ArmedOrder, held: str | None) -> str:
    """What it waits for and where it stands, in sentences."""
    limit = "above" if order.side.sign > 0 else "below"
    until = "until cancelled" if order.until is None else f"until {moment_words(order.until)}"
    way = "below" if order.waits_below else "above"
    parts = [
        f"{order.line}.",
        f"Once, when the {price_word(order)} is {order.level:f} or {way}, not {limit} {order.worst:f}, "
        f"{until}.",
    ]
    match order.state:
        case RuleAsked(words):
            parts.append(f"It ASKS: {words}.")
        case RuleAway(why):
            parts.append(f"It is away, for {why}: what is reached at the first sight is asked.")
        case RuleEnded(words=words):
            parts.append(f"It has ended: {words}.")
        case state:
            parts.append(f"It is {'held: ' + held if held is not None else state_word(state) + '.'}")
    return " ".join(parts)
