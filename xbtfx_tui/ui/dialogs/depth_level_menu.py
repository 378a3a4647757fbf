"""What a level of the book may be in an order ticket, as a short list. It opens no ticket itself."""

from decimal import Decimal

import msgspec
from textual import on
from textual.app import ComposeResult
from textual.containers import VerticalScroll

from xbtfx_tui.domain.sides import Side
from xbtfx_tui.domain.stop_rules import StopKind
from xbtfx_tui.ui.dialogs.choice_list import ChoiceList, ChoiceRow
from xbtfx_tui.ui.dialogs.dialog_base import Dialog
from xbtfx_tui.ui.dialogs.dialog_fields import Words
from xbtfx_tui.ui.figure_format import clean


class AsStop(msgspec.Struct, frozen=True):
    """A ticket of this side with the level as this stop."""

    side: Side
    kind: StopKind
    price: Decimal


class AsReference(msgspec.Struct, frozen=True):
    """A ticket of this side whose stops in pips count from the level."""

    side: Side
    price: Decimal


LevelUse = AsStop | AsReference


def uses_of(price: Decimal, *, is_bid: bool) -> tuple[LevelUse, ...]:
    """What a level may be, the likeliest first: below the market an sl of a buy or a tp of a sell."""
    stops = (
        (AsStop(Side.BUY, StopKind.SL, price), AsStop(Side.SELL, StopKind.TP, price))
        if is_bid
        else (AsStop(Side.SELL, StopKind.SL, price), AsStop(Side.BUY, StopKind.TP, price))
    )
    return (*stops, *(AsReference(side, price) for side in Side))


def use_words(use: LevelUse) -> str:
    """What a choice does, as its row says it."""
    match use:
        case AsStop(side, kind, price):
            return f"{side.value.capitalize()}, with {kind.value} {price}"
        case AsReference(side, price):
            return f"{side.value.capitalize()}, stops in pips counted from {price}"


class LevelDialog(Dialog[LevelUse | None]):
    """Dismisses with what the level is to be, or None."""

    FIRST = "ChoiceList"

    def __init__(self, symbol: str, price: Decimal, *, is_bid: bool) -> None:
        super().__init__("question")
        self._symbol = symbol
        self._price = price
        self._is_bid = is_bid
        self._choices = ChoiceList()

    def compose(self) -> ComposeResult:
        with VerticalScroll(id="frame", can_focus=False):
            yield self._choices
            yield Words("up/down and enter choose · escape goes back", id="hint")

    def on_mount(self) -> None:
        self.write_title(f"{clean(self._symbol, 32)} at {self._price}")
        rows = [ChoiceRow(use_words(use), use) for use in uses_of(self._price, is_bid=self._is_bid)]
        self._choices.offer(rows, anew=True)

    @on(ChoiceList.Chosen)
    def _chosen(self, event: ChoiceList.Chosen) -> None:
        event.stop()
        if isinstance(event.row.what, AsStop | AsReference):
            self.dismiss(event.row.what)
