"""A row of the quote board as cells, each made anew only when what it says has changed. Reads no store."""

from collections.abc import Callable, Sequence

import msgspec
from rich.style import Style

from xbtfx_tui.domain.day_change import ABOUT, DayReference, FirstBid
from xbtfx_tui.domain.quotes import Quote
from xbtfx_tui.store.quote_slot import QuoteSlot
from xbtfx_tui.ui import figure_format as fmt
from xbtfx_tui.ui.store_lookup import digits_in
from xbtfx_tui.ui.widgets.canvas import Cell
from xbtfx_tui.ui.widgets.table_columns import Column


class Terms(msgspec.Struct, frozen=True):
    """Of a symbol: the decimals of its prices, its point, and its swaps in points as they are written."""

    digits: int
    point: float
    swap_buy: str
    swap_sell: str


ARROWS = {1: "▲", -1: "▼"}
JUMPED = "jump"
"""In the place of an age: the price has jumped, and nothing bears it out yet."""


class RowPlan:
    """What the rows have in common as long as the board keeps its columns and its colours.

    `tint` gives a style by its name, `pad` a text in a column's width; `plain` rows mark no moved digits.
    """

    def __init__(
        self,
        columns: Sequence[tuple[Column, int]],
        tint: Callable[[str], Style],
        pad: Callable[[Column, int, str], str],
        *,
        plain: bool,
    ) -> None:
        self.text, self.muted, self.strong = tint("text"), tint("muted"), tint("strong")
        self.warning = tint("warning")
        self.moved = {0: self.text, 1: tint("up"), -1: tint("down")}
        self.flashing = {1: tint("up-flash"), -1: tint("down-flash")}
        self.plain = plain
        self.empty: list[Cell] = [((" ", self.text),)] * max(0, 2 * len(columns) - 1)
        self._pad = pad
        self._columns = {column.name: (2 * i, column, width) for i, (column, width) in enumerate(columns)}

    def has(self, name: str) -> bool:
        """Whether the board has room for this column."""
        return name in self._columns

    def put(self, cells: list[Cell], name: str, text: str, tint: Style) -> None:
        """Write a column's cell, where the board has room for that column."""
        if (place := self._columns.get(name)) is not None:
            at, column, width = place
            cells[at] = ((self._padded(column, width, text), tint),)

    def put_price(self, cells: list[Cell], name: str, price: "Price", move: int, *, flash: bool) -> None:
        """The price with the digits that moved in their own tint."""
        if (place := self._columns.get(name)) is None:
            return
        at, column, width = place
        padded = self._padded(column, width, price.text)
        cut = max(0, width - len(price.text) + price.moved_from)
        if self.plain or cut >= width or not move:
            cells[at] = ((padded, self.text),)
        else:
            tint = (self.flashing if flash else self.moved)[move]
            cells[at] = ((padded[:cut], self.text), (padded[cut:], tint))

    def _padded(self, column: Column, width: int, text: str) -> str:
        if not column.to_left and len(text) <= width and text.isascii():
            return text.rjust(width)
        return self._pad(column, width, text)


class Price:
    """A price as it was shown last, and from which character on it was another one before."""

    __slots__ = ("looks", "moved_from", "text")

    def __init__(self) -> None:
        self.text = ""
        self.moved_from = 0
        self.looks: tuple[str, int, bool] | None = None
        """What its cell was made of: the text, the last move, whether it stands out."""

    def is_another(self, text: str) -> bool:
        """Take the text of now; whether another price was shown before."""
        before, self.text = self.text, text
        if text == before:
            return False
        self.moved_from = first_difference(before, text) if before else len(text)
        return bool(before)


class QuoteRow:
    """One symbol's row. `cells` are its line's, with the gaps, and change in place."""

    __slots__ = (
        "_age",
        "_ask",
        "_bid",
        "_change",
        "_flash",
        "_is_new",
        "_move",
        "_quote",
        "_range",
        "_session",
        "_spread",
        "_stale",
        "_terms",
        "cells",
        "flash_until",
        "plan",
        "symbol",
    )

    def __init__(self, symbol: str, plan: RowPlan, terms: Terms | None) -> None:
        self.symbol = symbol
        self.flash_until = 0.0
        """Until when its changed digits stand out, on the monotonic clock."""
        self._bid, self._ask = Price(), Price()
        # What the cells say; None: nothing yet.
        self._stale: bool | None = None
        self._flash: bool | None = None
        self._move: int | None = None
        self._spread: str | None = None
        self._change: str | None = None
        self._age: str | None = None
        self._range: tuple[str, str, str] | None = None
        self._session: str | None = None
        self.follow(plan, terms)

    def follow(self, plan: RowPlan, terms: Terms | None) -> None:
        """Make every cell anew, by this plan and these terms; without, prices are written as they came."""
        self.plan = plan
        self.cells = plan.empty.copy()
        self._terms = terms
        self._quote: Quote | None = None
        self._stale = None

    def is_moved_by(self, quote: Quote) -> bool:
        """Take the quote of now; whether another bid or ask was shown before."""
        self._is_new = quote is not self._quote
        if not self._is_new:
            return False
        self._quote = quote
        digits = digits_in(quote) if self._terms is None else self._terms.digits
        bid = self._bid.is_another(fmt.price(quote.bid, digits))
        return self._ask.is_another(fmt.price(quote.ask, digits)) or bid

    def dress(self, slot: QuoteSlot, age: str, *, stale: bool, flash: bool) -> None:
        """Bring the cells up to date with the slot, whose quote was taken; `age` as it is written."""
        plan, cells = self.plan, self.cells
        if stale is not self._stale:
            self._stale, self._is_new = stale, True
            self._bid.looks = self._ask.looks = self._spread = self._change = self._move = self._age = None
            self._range = self._session = None
            name = plan.muted if stale else plan.strong
            plan.put(cells, "symbol", self.symbol, name)
            terms = self._terms
            plan.put(cells, "swap_buy", fmt.NOTHING if terms is None else terms.swap_buy, plan.muted)
            plan.put(cells, "swap_sell", fmt.NOTHING if terms is None else terms.swap_sell, plan.muted)
        if self._is_new or flash is not self._flash:
            self._flash = flash
            self._dress_prices(plan, slot, stale=stale, flash=flash)
        if self._is_new:
            self._dress_figures(plan, slot, plan.muted if stale else plan.text, stale=stale)
            if plan.has("range"):
                self._dress_range(plan, slot, plan.muted if stale else plan.text)
        if age != self._age:
            self._age = age
            plan.put(cells, "age", age, plan.warning if stale or age == JUMPED else plan.muted)

    def _dress_prices(self, plan: RowPlan, slot: QuoteSlot, *, stale: bool, flash: bool) -> None:
        for name, price, move in (("bid", self._bid, slot.bid_move), ("ask", self._ask, slot.ask_move)):
            looks = price.text, move, flash
            if looks != price.looks:
                price.looks = looks
                if stale:
                    plan.put(self.cells, name, price.text, plan.muted)
                else:
                    plan.put_price(self.cells, name, price, move, flash=flash)

    def _dress_figures(self, plan: RowPlan, slot: QuoteSlot, text: Style, *, stale: bool) -> None:
        move = slot.bid_move
        if move != self._move:
            self._move = move
            plan.put(self.cells, "move", ARROWS.get(move, " "), text if stale else plan.moved[move])
        spread = fmt.NOTHING  # without the point nobody knows how many points it is
        if self._terms is not None:
            spread = str(round((slot.quote.ask - slot.quote.bid) / self._terms.point))
        if spread != self._spread:
            self._spread = spread
            plan.put(self.cells, "spread", spread, text)
        percent = slot.change_percent
        change = change_words(percent, slot.day_reference)
        if change != self._change:
            self._change = change
            none = stale or percent is None or abs(percent) < 0.005
            tint = text if none else plan.moved[1 if percent is not None and percent > 0 else -1]
            plan.put(self.cells, "change", change, tint)

    def _dress_range(self, plan: RowPlan, slot: QuoteSlot, text: Style) -> None:
        """How low and how high the bid was in this run, and where it stands between."""
        texts = fmt.NOTHING, fmt.NOTHING, ""
        if (extremes := slot.extremes) is not None:
            low, high = extremes
            bid = slot.sound.bid
            digits = digits_in(slot.quote) if self._terms is None else self._terms.digits
            share = (bid - low) / (high - low) if high > low else 0.5
            texts = fmt.price(low, digits), fmt.price(high, digits), place_in_range(share)
        if texts != self._range:
            self._range = texts
            for name, written in zip(("low", "high", "range"), texts, strict=True):
                plan.put(self.cells, name, written, plan.muted if name == "range" else text)

    def dress_session(self, words: str, *, stale: bool) -> None:
        """When the symbol trades, as it is written."""
        if words != self._session:
            self._session = words
            self.plan.put(self.cells, "session", words, self.plan.muted if stale else self.plan.text)


def change_words(percent: float | None, reference: DayReference | None) -> str:
    """The change of the day as it is written: `+0.12`, `~+0.12` where yesterday's end is not known."""
    if percent is None:
        return fmt.NOTHING
    return f"{ABOUT if isinstance(reference, FirstBid) else ''}{fmt.signed(percent)}"


RANGE_CELLS = 11


def place_in_range(share: float) -> str:
    """A line with a mark at `share` (0 the low, 1 the high) of it."""
    at = max(0, min(round(share * (RANGE_CELLS - 1)), RANGE_CELLS - 1))
    return "─" * at + "●" + "─" * (RANGE_CELLS - 1 - at)


def first_difference(old: str, new: str) -> int:
    """The first character in which two texts of a length differ; 0 where their lengths do."""
    if len(old) != len(new):
        return 0
    same = len(new)
    while old[:same] != new[:same]:
        same -= 1
    return same
