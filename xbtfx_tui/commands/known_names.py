"""What the grammar knows of the account: the names that may be typed. No prices, no positions."""

import difflib
from collections.abc import Collection, Iterable

import msgspec

from xbtfx_tui.domain.symbol_aliases import nicknames
from xbtfx_tui.domain.text_sanitizer import plain

_LONGEST_NEAR = 40
_MOST_NEAR = 3


class Known(msgspec.Struct, frozen=True):
    """The account's `symbols` as the server spells them (empty = not known yet), the watchlist's `groups` and
    the screen's `layouts`.

    Symbols of open positions belong among them, so that what is held can be closed by name.
    """

    symbols: Collection[str] = ()
    groups: Collection[str] = ()
    layouts: Collection[str] = ()

    def symbol(self, typed: str) -> str | None:
        """The one symbol that was meant, as the server spells it; None where there is none or not just one.

        As typed first, then in any case, then without the broker's suffix: `eurusd` finds `EURUSD.x`.
        """
        if typed in self.symbols:
            return typed
        wanted = typed.upper()
        # Two that differ by case alone are not just one, and a third with a suffix is none of them.
        if alike := [name for name in self.symbols if name.upper() == wanted]:
            return _only(alike)
        return _only(name for name in self.symbols if _is_suffixed(name.upper(), wanted))

    def group(self, typed: str) -> str:
        """The group's name as it is spelled; as typed where there is no such group."""
        return _spelled(typed, self.groups)

    def layout(self, typed: str) -> str:
        """The layout's name as it is spelled; as typed where there is no such layout."""
        return _spelled(typed, self.layouts)


def _spelled(typed: str, names: Collection[str]) -> str:
    if typed in names:
        return typed
    return _only(name for name in names if name.lower() == typed.lower()) or typed


def _only(names: Iterable[str]) -> str | None:
    found = list(names)
    return found[0] if len(found) == 1 else None


def _is_suffixed(name: str, stem: str) -> bool:
    return bool(stem) and name.startswith(stem) and len(name) > len(stem) and not name[len(stem)].isalnum()


def near(typed: str, names: Iterable[str]) -> tuple[str, ...]:
    """Up to three of the names that look like what was typed, the likest first; case does not matter."""
    if len(typed) > _LONGEST_NEAR:
        return ()
    spelled = {name.upper(): name for name in sorted(set(names), reverse=True)}
    found = difflib.get_close_matches(typed.upper(), sorted(spelled), _MOST_NEAR)
    return tuple(spelled[name] for name in found)


def symbols_called(typed: str, symbols: Iterable[str]) -> tuple[str, ...]:
    """Up to three symbols that traders call by this word."""
    return tuple(name for name in sorted(symbols) if typed.lower() in nicknames(name).split())[:_MOST_NEAR]


def no_symbol_words(typed: str, symbols: Collection[str]) -> str:
    """That the account, of which these are the symbols, has none that was typed; and what may be meant."""
    what = f"{plain(typed, _LONGEST_NEAR)} is no symbol of this account"
    if "*" in typed or "?" in typed:
        what = f"No symbol of this account is named like {plain(typed, _LONGEST_NEAR)}"
    alike = [name for name in sorted(symbols) if name.upper() == typed.upper()]
    likely = alike or symbols_called(typed, symbols) or near(typed, symbols)
    return f"{what}: did you mean {' or '.join(likely)}?" if likely else f"{what}."
