"""Which symbols a recording is of: names, groups of the watchlist, kinds of market, or all. Pure."""

from collections.abc import Collection, Mapping, Sequence

import msgspec

from xbtfx_tui.commands.known_names import Known, near
from xbtfx_tui.domain.symbol_categories import category_of
from xbtfx_tui.domain.text_sanitizer import plain

MOST_SYMBOLS = 1_000
"""As many as the API lets one connection subscribe."""
MOST_FINE = 100
"""As many as the archive keeps candles of 10 seconds of."""
_SHOWN = 40


class Wish(msgspec.Struct, frozen=True):
    """What was typed. `groups` are the watchlist's: their symbols by name, in order. Nothing typed means all
    of these; `is_all` every symbol of the account; `is_fine` candles of 10 seconds, too."""

    named: tuple[str, ...] = ()
    groups: Mapping[str, Sequence[str]] = {}
    is_all: bool = False
    is_fine: bool = False


class WishRefusedError(Exception):
    """It can't be recorded as wished; the text is a sentence that says why and what can be."""


def chosen_symbols(wish: Wish, known: Collection[str]) -> frozenset[str]:
    """The symbols that are meant, of those that the account has. Raises WishRefusedError."""
    if wish.is_all:
        symbols = frozenset(known)
    elif wish.named:
        symbols = frozenset().union(*(_meant(word, wish, known) for word in wish.named))
    else:
        symbols = frozenset(symbol for group in wish.groups.values() for symbol in group) & frozenset(known)
    if not symbols:
        raise WishRefusedError(
            "The account has none of these symbols." if wish.named else "The account has no symbol to record."
        )
    if len(symbols) > MOST_SYMBOLS:
        raise WishRefusedError(
            f"These are {len(symbols):,} symbols, and one connection takes {MOST_SYMBOLS:,}: name symbols or "
            "groups."
        )
    if wish.is_fine and len(symbols) > MOST_FINE:
        raise WishRefusedError(
            f"These are {len(symbols):,} symbols; candles of 10 seconds are kept of {MOST_FINE} at most: "
            "name those, and record the others without --fine."
        )
    return symbols


def _meant(word: str, wish: Wish, known: Collection[str]) -> frozenset[str]:
    """A symbol before a group of the watchlist, that before a kind of market."""
    symbol = Known(known).symbol(word)
    if symbol is not None:
        return frozenset({symbol})
    groups = {name.casefold(): members for name, members in wish.groups.items()}
    if (group := groups.get(word.casefold())) is not None:
        return frozenset(group) & frozenset(known)
    kinds: dict[str, set[str]] = {}
    for name in known:
        kinds.setdefault(category_of(name).casefold(), set()).add(name)
    if (kind := kinds.get(word.casefold())) is not None:
        return frozenset(kind)
    likely = near(word, [*known, *wish.groups, *(kind.capitalize() for kind in kinds)])
    hint = f": did you mean {' or '.join(plain(one, _SHOWN) for one in likely)}?" if likely else "."
    raise WishRefusedError(f"{plain(word, _SHOWN)} is no symbol of this account and no group{hint}")
