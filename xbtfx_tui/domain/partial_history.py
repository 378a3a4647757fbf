"""What is to be known of a history that was too long for one answer and came in parts. Pure."""

from collections.abc import Sequence
from datetime import date

import msgspec

_NAMED = 3


class PartsSoFar(msgspec.Struct, frozen=True):
    """How far the reading has come: `deals` of them, from now back to the day `back_to`."""

    deals: int
    back_to: date


class WhatIsMissing(msgspec.Struct, frozen=True):
    """What a list of deals lacks. `days` (UTC) have more deals than one answer may hold; nothing was asked
    for from before `asked_back_to`, None where all of the period was."""

    days: tuple[date, ...] = ()
    asked_back_to: date | None = None

    def __bool__(self) -> bool:
        return bool(self.days) or self.asked_back_to is not None


NOTHING_MISSING = WhatIsMissing()


def missing_words(missing: WhatIsMissing) -> str:
    """Sentences, one after the other; empty where nothing is missing."""
    sentences = []
    if missing.days:
        verb = "has" if len(missing.days) == 1 else "have"
        sentences.append(
            f"{_days(missing.days)} {verb} more deals than one answer may hold: they are missing."
        )
    if missing.asked_back_to is not None:
        sentences.append(f"Deals from before {missing.asked_back_to.isoformat()} were not asked for.")
    return " ".join(sentences)


def _days(days: Sequence[date]) -> str:
    named = ", ".join(day.isoformat() for day in days[:_NAMED])
    more = len(days) - _NAMED
    return f"{named} and {more} more days" if more > 0 else named
