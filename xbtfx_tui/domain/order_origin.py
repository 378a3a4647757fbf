"""Where an intent came from, as the journal and the trader's lists name it."""

from enum import Enum

import msgspec


class OriginKind(Enum):
    """What made the intent. The value is the journal's word, and never changes."""

    KEY = "key"
    LINE = "line"
    DO = "do"
    TRAIL = "trail"
    ONE_CLICK = "one-click"
    RULE = "rule"
    PROPOSAL = "proposal"


class Origin(msgspec.Struct, frozen=True):
    """What made an intent; `number` says which of its kind it was, where there are several (a trail: its
    position's ticket; a rule: its number; a proposal: its number of that run)."""

    kind: OriginKind
    number: int | None = None

    @property
    def is_by_itself(self) -> bool:
        """Whether the terminal sends it, with no trader at the key just then."""
        return self.kind in (OriginKind.TRAIL, OriginKind.RULE)

    @property
    def is_quiet(self) -> bool:
        """Whether only trouble is said of it, since it comes again and again."""
        return self.kind is OriginKind.TRAIL

    @property
    def words(self) -> str:
        """As the journal writes it: `key`, `trail 184729`, `proposal P12`."""
        if self.number is None:
            return self.kind.value
        return f"{self.kind.value} {_PREFIXES.get(self.kind, '')}{self.number}"


_PREFIXES = {OriginKind.PROPOSAL: "P"}

BY_KEY = Origin(OriginKind.KEY)
BY_LINE = Origin(OriginKind.LINE)
BY_DO = Origin(OriginKind.DO)
BY_ONE_CLICK = Origin(OriginKind.ONE_CLICK)


def read_origin(words: str | None) -> Origin | None:
    """What `Origin.words` wrote; None where it is not known, or of a kind that this version does not have."""
    kind, _, number = (words or "").partition(" ")
    try:
        found = OriginKind(kind)
        return Origin(found, int(number.removeprefix(_PREFIXES.get(found, ""))) if number else None)
    except ValueError:
        return None
