"""One section of the config file while it is read: which names it was asked for, and what is wrong with them.

It knows no setting and opens no file.
"""

import difflib
from collections.abc import Collection, Iterable, Mapping

import msgspec

from xbtfx_tui.config import setting_types
from xbtfx_tui.config.setting_types import SettingsError, Sourced, T, ValueReader


class ConfigMistake(msgspec.Struct, frozen=True):
    """What is wrong at a line, as a sentence."""

    line: int
    sentence: str


class ConfigTable:
    """One TOML section while it is read: remembers which names it was asked for, to know what is unknown, and
    puts what is wrong with the list of the file's mistakes."""

    def __init__(
        self,
        raw: Mapping[str, object],
        path: tuple[str, ...],
        file: str,
        lines: Mapping[tuple[str, ...], int],
        mistakes: list[ConfigMistake],
    ) -> None:
        self._raw = raw
        self._path = path
        self._file = file
        self._lines = lines
        self._mistakes = mistakes
        self._asked: list[str] = []

    def take(self, name: str, reader: ValueReader[T]) -> Sourced[T] | None:
        """The setting's value; None where it is not set, and where it can't be used, which is noted."""
        self._asked.append(name)
        if name not in self._raw:
            return None
        try:
            return setting_types.read(self._raw[name], self.origin(name), reader)
        except SettingsError as error:
            self.is_wrong(name, str(error))
            return None

    def section(self, name: str) -> "ConfigTable":
        """A sub-section; an empty one where it is not there or is none, which is noted."""
        self._asked.append(name)
        raw = self._raw.get(name, {})
        path = (*self._path, name)
        if not isinstance(raw, dict):
            what = setting_types.in_words(raw)
            self.is_wrong(name, f"{self.origin(name)} is {what}; write it as [{'.'.join(path)}].")
            raw = {}
        return ConfigTable(raw, path, self._file, self._lines, self._mistakes)

    def names(self) -> Iterable[str]:
        return self._raw

    def origin(self, name: str) -> str:
        """`FILE, line N: limits.lots_per_order`."""
        return f"{self._file}, line {self._line(name)}: {dotted((*self._path, name))}"

    def _line(self, name: str) -> int:
        return self._lines.get((*self._path, name), 1)

    def is_wrong(self, name: str, sentence: str) -> None:
        """Note a mistake of this name."""
        self._mistakes.append(ConfigMistake(self._line(name), sentence))

    def finish(self, elsewhere: Mapping[str, str] | None = None) -> None:
        """Note what was never asked for; `elsewhere` says where a known name belongs instead."""
        for name in self._raw:
            if name in self._asked:
                continue
            where = self.origin(name)
            if elsewhere and name in elsewhere:
                self.is_wrong(name, f"{where} does not belong here; it goes {elsewhere[name]}.")
            else:
                self.is_wrong(name, f"{where} is not a setting; {suggestion(name, self._asked)}")


def suggestion(name: str, known: Collection[str]) -> str:
    """The end of a sentence about a name that is not known: the nearest one, or all that there are."""
    near = difflib.get_close_matches(name.lower(), sorted(known), n=1)
    if near:
        return f'did you mean "{near[0]}"?'
    return f"there is {', '.join(sorted(known))}."


def dotted(path: tuple[str, ...]) -> str:
    """A setting's whole name, safe to show."""
    return ".".join(setting_types.in_words(part)[1:-1] for part in path)
