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
LOOKS_PER_SECOND = 2


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


def uses_at(
    price: Decimal, bid: Decimal, ask: Decimal, positions: Iterable[Position]
) -> tuple[LevelUse, ...]:
    """All that a price of the chart may be while the market is here."""
    return (
        *stops_at(price, bid, ask, positions),
        *uses_of(price, is_bid=price < bid),
        AsAlert(price, is_below=price <= bid),
    )


def change_words(before: Iterable[LevelUse], after: Iterable[LevelUse]) -> str:
    """What became of the choices meanwhile, as sentences; empty where none of them has gone."""
    gone = set(before).difference(after)
    left = {use.ticket for use in after if isinstance(use, AsStopOf)}
    tickets = sorted(use.ticket for use in gone if isinstance(use, AsStopOf) and use.ticket not in left)
    told = []
    if tickets:
        told.append(f"No choice any more: {', '.join(map(str, tickets))}.")
    if any(isinstance(use, AsStop | AsAlert) for use in gone):
        told.append("The market has crossed the price.")
    return " ".join(told)


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
    """Dismisses with what the level is to be, or None. `look` tells what it may be now, or a sentence that
    says why nothing can be told; `why_not` why one of these can't be now. Both are asked again while it is
    open, and before anything is chosen: a market goes on."""

    FIRST = "ChoiceList"

    def __init__(
        self,
        symbol: str,
        price: Decimal,
        look: Callable[[], tuple[LevelUse, ...] | str],
        why_not: Callable[[LevelUse], str | None] = lambda _: None,
    ) -> None:
        super().__init__("question")
        self._symbol = symbol
        self._price = price
        self._look = look
        self._why_not = why_not
        self._uses: tuple[LevelUse, ...] = ()
        self._rows: list[ChoiceRow] = []
        self._in_doubt: str | None = None
        """Why it could not be told what there is to choose at the last look."""
        self._choices = ChoiceList()
        self._general = Words(id="general")

    def compose(self) -> ComposeResult:
        with VerticalScroll(id="frame", can_focus=False):
            yield self._choices
            yield self._general
            yield Words("up/down and enter choose · escape goes back", id="hint")

    def on_mount(self) -> None:
        self.write_title(f"{clean(self._symbol, 32)} at {self._price}")
        self._look_again()
        self.set_interval(1 / LOOKS_PER_SECOND, self._look_again)

    def _look_again(self) -> None:
        """Offer what holds now, and say what does not any more."""
        told = self._look()
        doubt = told if isinstance(told, str) else None
        uses = self._uses if isinstance(told, str) else told
        rows = [ChoiceRow(use_words(use), use, doubt or self._why_not(use)) for use in uses]
        if doubt != self._in_doubt:
            self._general.say(clean(doubt or ""))
        if words := change_words(self._uses, uses):
            self._general.say(words)
        if rows != self._rows:
            self._choices.offer(rows, anew=not self._rows)
        self._uses, self._rows, self._in_doubt = uses, rows, doubt

    @on(ChoiceList.Chosen)
    def _chosen(self, event: ChoiceList.Chosen) -> None:
        event.stop()
        self._look_again()
        row = next((row for row in self._rows if row.what == event.row.what), None)
        if row is None:
            return  # what has become of it is said
        if row.why_not is not None:
            self._general.say(clean(row.why_not))
        elif isinstance(row.what, AsStop | AsReference | AsStopOf | AsAlert):
            self.dismiss(row.what)
