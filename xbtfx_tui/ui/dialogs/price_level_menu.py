"""What a price of the book or of the chart may be, as a short list: a stop of a position, a stop or a
reference of a ticket, an alert. It opens nothing itself."""

from collections.abc import Callable, Iterable
from decimal import Decimal

import msgspec
from textual import on
from textual.app import ComposeResult
from textual.containers import VerticalScroll

from xbtfx_tui.domain.positions import Position
from xbtfx_tui.domain.sides import Side
from xbtfx_tui.domain.stop_rules import StopKind
from xbtfx_tui.ui.dialogs.choice_list import ChoiceList, ChoiceRow
from xbtfx_tui.ui.dialogs.dialog_base import Dialog
from xbtfx_tui.ui.dialogs.dialog_fields import Words
from xbtfx_tui.ui.figure_format import clean, lots

MOST_POSITIONS = 5


class AsStop(msgspec.Struct, frozen=True):
    """A ticket of this side with the level as this stop."""

    side: Side
    kind: StopKind
    price: Decimal


class AsReference(msgspec.Struct, frozen=True):
    """A ticket of this side whose stops in pips count from the level."""

    side: Side
    price: Decimal


class AsStopOf(msgspec.Struct, frozen=True):
    """This stop of a position that is open; `held` is what of, for the words."""

    ticket: int
    kind: StopKind
    price: Decimal
    held: str = ""


class AsAlert(msgspec.Struct, frozen=True):
    """An alert once the market is at the level, or beyond it on the other side of where it is now."""

    price: Decimal
    is_below: bool


LevelUse = AsStop | AsReference | AsStopOf | AsAlert


def uses_of(price: Decimal, *, is_bid: bool) -> tuple[AsStop | AsReference, ...]:
    """What a level may be of a new position, the likeliest first: below the market (`is_bid`) an sl of a buy
    or a tp of a sell."""
    stops = (
        (AsStop(Side.BUY, StopKind.SL, price), AsStop(Side.SELL, StopKind.TP, price))
        if is_bid
        else (AsStop(Side.SELL, StopKind.SL, price), AsStop(Side.BUY, StopKind.TP, price))
    )
    return (*stops, *(AsReference(side, price) for side in Side))


def stops_at(
    price: Decimal, bid: Decimal, ask: Decimal, positions: Iterable[Position]
) -> tuple[AsStopOf, ...]:
    """Whose stop the price may be, where the side allows: the 5 positions that were opened nearest to it."""
    found: list[AsStopOf] = []
    for position in sorted(positions, key=lambda one: (abs(one.price_open - price), one.ticket)):
        closing = bid if position.side is Side.BUY else ask
        ahead = (price - closing) * position.side.sign
        if ahead:
            kind = StopKind.TP if ahead > 0 else StopKind.SL
            held = f"{position.side.value} {lots(position.volume)}"
            found.append(AsStopOf(position.ticket, kind, price, held))
    return tuple(found[:MOST_POSITIONS])


def use_words(use: LevelUse) -> str:
    """What a choice does, as its row says it."""
    match use:
        case AsStop(side, kind, price):
            return f"{side.value.capitalize()}, with {kind.value} {price}"
        case AsReference(side, price):
            return f"{side.value.capitalize()}, stops in pips counted from {price}"
        case AsStopOf(ticket, kind, price, held):
            return f"{kind.value} of {ticket} ({held}) at {price}"
        case AsAlert(price, is_below):
            return f"Alert at or {'below' if is_below else 'above'} {price}"


class LevelDialog(Dialog[LevelUse | None]):
    """Dismisses with what the level is to be, or None. `why_not` says why one of `uses` can't be now."""

    FIRST = "ChoiceList"

    def __init__(
        self,
        symbol: str,
        price: Decimal,
        uses: Iterable[LevelUse],
        why_not: Callable[[LevelUse], str | None] = lambda _: None,
    ) -> None:
        super().__init__("question")
        self._symbol = symbol
        self._price = price
        self._rows = [ChoiceRow(use_words(use), use, why_not(use)) for use in uses]
        self._choices = ChoiceList()
        self._general = Words(id="general")

    def compose(self) -> ComposeResult:
        with VerticalScroll(id="frame", can_focus=False):
            yield self._choices
            yield self._general
            yield Words("up/down and enter choose · escape goes back", id="hint")

    def on_mount(self) -> None:
        self.write_title(f"{clean(self._symbol, 32)} at {self._price}")
        self._choices.offer(self._rows, anew=True)

    @on(ChoiceList.Chosen)
    def _chosen(self, event: ChoiceList.Chosen) -> None:
        event.stop()
        if event.row.why_not is not None:
            self._general.say(clean(event.row.why_not))
        elif isinstance(event.row.what, AsStop | AsReference | AsStopOf | AsAlert):
            self.dismiss(event.row.what)
