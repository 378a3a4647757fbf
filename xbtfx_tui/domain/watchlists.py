"""The watchlist as named groups of symbols in the order that the trader set. Pure: keeps no file.

Every operation gives a new value, or `WatchlistRefused` with a sentence; nothing is ever sorted or moved by
itself.
"""

from collections.abc import Iterable, Sequence
from typing import TypeAlias

import msgspec
from msgspec.structs import replace

from xbtfx_tui.domain.text_sanitizer import plain

FIRST_GROUP = "Main"
MOST_SYMBOLS = 1_000
"""In one group: as many as the API lets one connection subscribe."""
MOST_GROUPS = 50
LONGEST_NAME = 24


class Group(msgspec.Struct, frozen=True):
    """One named list; each symbol stands in it once."""

    name: str
    symbols: tuple[str, ...] = ()


class WatchlistRefused(msgspec.Struct, frozen=True):
    """Nothing was changed; `sentence` says why, and what would be right."""

    sentence: str


class Watchlists(msgspec.Struct, frozen=True):
    """At least one group, names unlike each other in any case; `active` is the place of the one shown.

    Build one with `watchlists`, which holds that to be so.
    """

    groups: tuple[Group, ...]
    active: int = 0

    @property
    def shown(self) -> Group:
        return self.groups[self.active]

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(group.name for group in self.groups)

    def add(self, *symbols: str) -> "Watchlists | WatchlistRefused":
        """Put symbols at the end of the group shown; those that stand in it already stay where they are."""
        group = self.shown
        new = tuple(symbol for symbol in dict.fromkeys(symbols) if symbol not in group.symbols)
        if not new:
            named = symbols[0] if len(symbols) == 1 else "All of them"
            verb = "is" if len(symbols) == 1 else "are"
            return WatchlistRefused(f"{plain(named, 64)} {verb} in {group.name} already.")
        if len(group.symbols) + len(new) > MOST_SYMBOLS:
            return WatchlistRefused(
                f"{group.name} would hold {len(group.symbols) + len(new)} symbols: {MOST_SYMBOLS} at most."
                " Begin another group for them."
            )
        return self._with_shown(group.symbols + new)

    def remove(self, symbol: str) -> "Watchlists | WatchlistRefused":
        """Take a symbol off the group shown; other groups keep theirs."""
        group = self.shown
        if symbol not in group.symbols:
            return WatchlistRefused(f"{plain(symbol, 64)} is not in {group.name}{self._elsewhere(symbol)}.")
        return self._with_shown(tuple(one for one in group.symbols if one != symbol))

    def move(self, symbol: str, rows: int) -> "Watchlists | WatchlistRefused":
        """Move a symbol of the group shown by that many rows, up where negative; no further than the ends."""
        symbols = list(self.shown.symbols)
        if symbol not in symbols:
            return WatchlistRefused(
                f"{plain(symbol, 64)} is not in {self.shown.name}{self._elsewhere(symbol)}."
            )
        here = symbols.index(symbol)
        there = max(0, min(len(symbols) - 1, here + rows))
        if there == here:
            end = "first" if rows < 0 else "last"
            return WatchlistRefused(f"{plain(symbol, 64)} is the {end} of {self.shown.name} already.")
        symbols.insert(there, symbols.pop(here))
        return self._with_shown(tuple(symbols))

    def add_group(self, name: str) -> "Watchlists | WatchlistRefused":
        """A new, empty group at the end, shown at once."""
        if isinstance(given := self._fit_name(name), WatchlistRefused):
            return given
        if len(self.groups) >= MOST_GROUPS:
            return WatchlistRefused(f"There are {MOST_GROUPS} groups already, as many as there can be.")
        return Watchlists((*self.groups, Group(given)), len(self.groups))

    def rename_group(self, name: str, new_name: str) -> "Watchlists | WatchlistRefused":
        """Give the group of that name another; its own in another case is another."""
        if (index := self.place_of(name)) is None:
            return self._no_such_group(name)
        if isinstance(given := self._fit_name(new_name, besides=index), WatchlistRefused):
            return given
        return self._with_group(index, replace(self.groups[index], name=given))

    def remove_group(self, name: str) -> "Watchlists | WatchlistRefused":
        """Remove a group with its list; the last one stays. The group shown stays shown where it can."""
        if (index := self.place_of(name)) is None:
            return self._no_such_group(name)
        if len(self.groups) == 1:
            return WatchlistRefused(
                f"{self.shown.name} is the only group and stays. Remove its symbols instead."
            )
        left = self.groups[:index] + self.groups[index + 1 :]
        active = self.active - 1 if index < self.active else min(self.active, len(left) - 1)
        return Watchlists(left, active)

    def switch(self, name: str) -> "Watchlists | WatchlistRefused":
        """Show the group of that name, in any case."""
        if (index := self.place_of(name)) is None:
            return self._no_such_group(name)
        return replace(self, active=index)

    def step(self, groups: int) -> "Watchlists | WatchlistRefused":
        """Show the group so many places further on, round and round."""
        if len(self.groups) == 1:
            return WatchlistRefused(f"{self.shown.name} is the only group. w makes others.")
        return replace(self, active=(self.active + groups) % len(self.groups))

    def place_of(self, name: str) -> int | None:
        """The place of the group of that name, in any case; None where there is none."""
        wanted = name.strip().casefold()
        return next((at for at, one in enumerate(self.groups) if one.name.casefold() == wanted), None)

    def wanted(self, most: int) -> frozenset[str]:
        """The symbols to subscribe: the group shown in full, then the others' in order, to `most` in all."""
        found = dict.fromkeys(self.shown.symbols)
        for group in self.groups:
            for symbol in group.symbols:
                if len(found) >= most:
                    return frozenset(found)
                found[symbol] = None
        return frozenset(found)

    def _with_shown(self, symbols: tuple[str, ...]) -> "Watchlists":
        return self._with_group(self.active, replace(self.shown, symbols=symbols))

    def _with_group(self, index: int, group: Group) -> "Watchlists":
        return replace(self, groups=(*self.groups[:index], group, *self.groups[index + 1 :]))

    def _elsewhere(self, symbol: str) -> str:
        """Where else it stands, as the end of a sentence."""
        others = [group.name for group in self.groups if symbol in group.symbols]
        return f", but in {others[0]}" if others else ""

    def _no_such_group(self, name: str) -> WatchlistRefused:
        return WatchlistRefused(
            f'There is no group "{plain(name, LONGEST_NAME)}", only {", ".join(self.names)}.'
        )

    def _fit_name(self, name: str, besides: int | None = None) -> str | WatchlistRefused:
        fit = name.strip()
        if not fit:
            return WatchlistRefused("A group needs a name, like Majors.")
        if len(fit) > LONGEST_NAME:
            return WatchlistRefused(f"A group's name has {LONGEST_NAME} characters at most, like Majors.")
        if plain(fit) != fit or '"' in fit:
            return WatchlistRefused(
                "A group's name has no control characters and no \", like Majors or FX crosses."
            )
        taken = self.place_of(fit)
        if taken is not None and taken != besides:
            return WatchlistRefused(f"There is a group {self.groups[taken].name} already. Take another name.")
        return fit


WatchlistOutcome: TypeAlias = Watchlists | WatchlistRefused


def one_group(symbols: Iterable[str]) -> Watchlists:
    """A watchlist without groups is the one group Main."""
    return watchlists([(FIRST_GROUP, tuple(symbols))])


def watchlists(groups: Sequence[tuple[str, Sequence[str]]], active: int = 0) -> Watchlists:
    """Groups of (name, symbols) from outside made fit: what is doubled, nameless or too much is left out.

    A group whose name is taken hands its symbols to the one that has it. Never raises.
    """
    found = Watchlists((Group(FIRST_GROUP),))
    kept: list[Group] = []
    shown = 0
    for place, (given, symbols) in enumerate(groups):
        name = plain(given, LONGEST_NAME).replace('"', "").strip() or FIRST_GROUP
        unlike = dict.fromkeys(symbols)
        at = next((at for at, one in enumerate(kept) if one.name.casefold() == name.casefold()), None)
        if at is None and len(kept) < MOST_GROUPS:
            at = len(kept)
            kept.append(Group(name))
        if at is None:
            continue
        held = dict.fromkeys(kept[at].symbols) | unlike
        kept[at] = replace(kept[at], symbols=tuple(held)[:MOST_SYMBOLS])
        if place == active:
            shown = at
    return Watchlists(tuple(kept), shown) if kept else found
