"""One symbol alone in a table: which rows fit, and the words that say how many there are besides."""

from collections.abc import Sequence

import msgspec

from xbtfx_tui.domain.positions import Deal
from xbtfx_tui.ui.figure_format import clean


class Only(msgspec.Struct, frozen=True):
    """`symbol` None: every row is shown."""

    symbol: str | None = None

    def fits(self, symbol: str) -> bool:
        return self.symbol is None or symbol == self.symbol

    def deals(self, every: Sequence[Deal]) -> Sequence[Deal]:
        """Those that fit."""
        return every if self.symbol is None else [deal for deal in every if deal.symbol == self.symbol]

    def count_words(self, shown: int, every: int, noun: str) -> str:
        """`3 positions`, or `only EURUSD: 3 of 7 positions`, so that nothing is hidden silently."""
        plural = "" if every == 1 else "s"
        if self.symbol is None:
            return f"{every} {noun}{plural}"
        return f"only {clean(self.symbol, 20)}: {shown} of {every} {noun}{plural}"

    def empty_words(self, every: int, noun: str) -> str | None:
        """What an empty table says where there are rows of other symbols; None where there are none."""
        if self.symbol is None or not every:
            return None
        of = f"None of {every} {noun}s" if every > 1 else f"The one {noun} there is"
        verb = "is in" if every > 1 else "is not in"
        return f"{of} {verb} {clean(self.symbol, 20)}. f shows all."
