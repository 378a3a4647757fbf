"""The watchlist of a running terminal: changed by keys and by the command line alike, kept at each change.

What is asked for is done at once and answered in a sentence. It draws nothing: `changed` does.
"""

from collections.abc import Callable, Collection

from xbtfx_tui.domain.action_results import NotDone
from xbtfx_tui.domain.default_watchlist import default_watchlist
from xbtfx_tui.domain.watchlists import WatchlistOutcome, WatchlistRefused, Watchlists, one_group
from xbtfx_tui.ui.figure_format import clean
from xbtfx_tui.ui.screen_options import UiOptions

MOST_SUBSCRIBED = 300
"""Quotes that are asked for so that another group is there at once; the group shown has all of its own."""
_FEWEST, _MOST = 6, 32
"""Symbols of a first watchlist, whatever the size of the screen."""


class Watching:
    """The groups as they are now. `known` are the account's symbols, empty until they have been read."""

    def __init__(self, options: UiOptions, known: Collection[str], changed: Callable[[], None]) -> None:
        self.lists: Watchlists = options.groups or one_group(options.watchlist)
        self._is_usual = options.usual_watchlist and options.groups is None
        self._usual = options.watchlist
        self._save = options.save_watchlists
        self._known = known
        self._changed = changed

    def watch(self, symbol: str) -> str:
        """Put a symbol at the end of the group shown; what came of it as a sentence."""
        name = clean(symbol, 64)
        if self._known and symbol not in self._known:
            return NotDone(f"The account has no symbol {name}. / finds those that it has.")
        return self.take(self.lists.add(symbol)) or f"{name} is on the watchlist, in {self._shown}."

    def watch_all(self, symbols: Collection[str]) -> str:
        """Put all of these in the group shown; how many came as a sentence."""
        before = len(self.lists.shown.symbols)
        refusal = self.take(self.lists.add(*symbols))
        count = len(self.lists.shown.symbols) - before
        return refusal or f"{count} symbol{'' if count == 1 else 's'} came into {self._shown}."

    def unwatch(self, symbol: str) -> str:
        """Take a symbol off the group shown; what came of it as a sentence."""
        refusal = self.take(self.lists.remove(symbol))
        return refusal or f"{clean(symbol, 64)} left the watchlist. Press / to bring it back."

    def switch_group(self, name: str) -> str:
        """Show the group of that name, in any case; what came of it as a sentence."""
        refusal = self.take(self.lists.switch(name))
        return refusal or f"{self._shown}: {self._count} shown."

    def groups(self) -> tuple[str, ...]:
        """The names, in their order."""
        return self.lists.names

    def groups_words(self) -> str:
        """All groups with how many symbols each has, the one shown named as such, in a sentence."""
        words = [
            f"{group.name} ({len(group.symbols)}{', shown' if group is self.lists.shown else ''})"
            for group in self.lists.groups
        ]
        return f"{', '.join(words)}."

    def take(self, outcome: WatchlistOutcome) -> NotDone | None:
        """Take up what an operation came to, keep it and show it; a sentence where it was refused."""
        if isinstance(outcome, WatchlistRefused):
            return NotDone(outcome.sentence)
        self.lists = outcome
        self._is_usual = False
        self._save(outcome)
        self._changed()
        return None

    def fill_usual(self, rows: int) -> None:
        """The usual watchlist is of what this account has, and fills so many rows; the trader's own stays."""
        if self._is_usual and self._known:
            count = max(_FEWEST, min(rows, _MOST))
            filled = one_group(default_watchlist(self._usual, self._known, count))
            if filled != self.lists:
                self.lists = filled
                self._changed()

    @property
    def _shown(self) -> str:
        return self.lists.shown.name

    @property
    def _count(self) -> str:
        count = len(self.lists.shown.symbols)
        return f"{count} symbol{'' if count == 1 else 's'}"
