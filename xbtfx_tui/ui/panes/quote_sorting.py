"""The orders that the quote board can be put in, at a key and once: rows never jump by themselves."""

from collections.abc import Sequence
from enum import Enum

from xbtfx_tui.store.store import Store
from xbtfx_tui.ui.store_lookup import point_of


class Sorting(Enum):
    """How the rows stand; the value is the title's words."""

    AS_SET = "as set"
    SYMBOL = "by symbol"
    CHANGE = "by day %"
    SPREAD = "by spread"

    @property
    def following(self) -> "Sorting":
        """The next one round."""
        every = list(Sorting)
        return every[(every.index(self) + 1) % len(every)]


def sorted_symbols(store: Store, symbols: Sequence[str], sorting: Sorting) -> list[str]:
    """The symbols in that order at the quotes of now; those without a figure come last, as set.

    The change of the day with the highest first, the spread in points with the least first.
    """
    match sorting:
        case Sorting.AS_SET:
            return list(symbols)
        case Sorting.SYMBOL:
            return sorted(symbols, key=lambda symbol: (symbol.casefold(), symbol))
        case Sorting.CHANGE | Sorting.SPREAD:
            figures: dict[str, float] = {}
            for symbol in symbols:
                if (slot := store.slot(symbol)) is None:
                    continue
                if sorting is Sorting.CHANGE:
                    if (percent := slot.change_percent) is not None:
                        figures[symbol] = -percent
                elif (point := point_of(store, symbol)) is not None:
                    figures[symbol] = (slot.quote.ask - slot.quote.bid) / float(point)
            return sorted(figures, key=figures.__getitem__) + [s for s in symbols if s not in figures]
