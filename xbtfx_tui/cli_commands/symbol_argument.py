"""Which rows the SYMBOL of a reading command means. A symbol that the account does not have is a mistake, and
never an empty list: that would read as flat. It reads nothing itself."""

from collections.abc import Collection, Iterable

import click
import msgspec

from xbtfx_tui.commands.command_types import SymbolPattern
from xbtfx_tui.commands.known_names import Known, no_symbol_words
from xbtfx_tui.domain.text_sanitizer import plain

_SHOWN = 40


class SymbolFilter(msgspec.Struct, frozen=True):
    """`names` are the symbols that are meant, as the server spells them; None is all of them.

    `doubt` says, as a sentence, that nobody knows whether the account has such a symbol; empty where it does.
    """

    names: frozenset[str] | None
    doubt: str = ""

    def takes(self, symbol: str) -> bool:
        return self.names is None or symbol in self.names


def symbol_filter(wanted: str | None, listed: Collection[str], seen: Iterable[str]) -> SymbolFilter:
    """What is meant by a name in any case, without the broker's suffix, or by a pattern.

    `listed` are the account's symbols, empty where they could not be read; `seen` are those of the rows that
    it is about, which the account has or had. Raises click.UsageError for a symbol that is among neither.
    """
    if wanted is None:
        return SymbolFilter(None)
    names = {*listed, *seen}
    if found := _meant(wanted, names):
        return SymbolFilter(found)
    if listed:
        raise click.UsageError(no_symbol_words(wanted, names))
    shown = plain(wanted, _SHOWN)
    return SymbolFilter(
        frozenset(),
        f"Whether {shown} is a symbol of this account is not known: its symbols could not be read.",
    )


def _meant(wanted: str, names: Collection[str]) -> frozenset[str]:
    if "*" in wanted or "?" in wanted:
        return frozenset(filter(SymbolPattern(wanted).matches, names))
    name = Known(names).symbol(wanted)
    return frozenset() if name is None else frozenset({name})
