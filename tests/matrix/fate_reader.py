"""Reads what the line of a new run claims of each order that an earlier one left open. Judges nothing."""

import re
from decimal import Decimal

from tests.matrix.claims import (
    Claim,
    Closed,
    Done,
    Gone,
    Held,
    NotDone,
    NothingOpened,
    Opened,
    Stops,
    UnreadableError,
)
from tests.matrix.harmless_words import NUMBER
from xbtfx_tui.domain.sides import Side

_NOT_KNOWN = (
    r"not certain, |nothing new |not found yet, |what it closed is not known$|"
    r"whether its stops were changed is not known$"
)


def fate_claims(words: str, what: str) -> list[Claim]:
    """What is claimed of the order of these words. Raises UnreadableError."""
    if found := re.fullmatch(r"found as ticket (\d+)", what):
        return [Done(words, int(found[1]))]
    if what == "found done":
        return [Done(words)]
    if what in ("found not filled", "found not done"):
        return [NotDone(words)]
    if found := re.fullmatch(r"found as ticket (\d+), but (.*)", what):
        return _differing(words, int(found[1]), found[2])
    if found := re.fullmatch(r"position (\d+) is closed, its opposite was NOT opened", what):
        return [Gone(int(found[1])), NothingOpened(int(found[1]))]
    if found := re.fullmatch(r"not all is (?:known to be )?closed, ([\d, ]+) (?:still )?open", what):
        return [Held(tuple(map(int, found[1].split(", "))))]
    if not re.match(_NOT_KNOWN, what):
        raise UnreadableError(f"{words}: {what}")
    return []


def _differing(words: str, ticket: int, clauses: str) -> list[Claim]:
    """What is claimed of a position that an order led to, with how it differs from what was asked for."""
    claims: list[Claim] = []
    volume = None
    for clause in clauses.split(", "):
        if found := re.fullmatch(rf"({NUMBER}) of {NUMBER}", clause):
            volume = Decimal(found[1])
        elif found := re.fullmatch(rf"WITHOUT its (sl|tp) {NUMBER}", clause):
            claims.append(Stops(ticket, ((found[1], None),)))
        elif found := re.fullmatch(rf"(?:with )?its (sl|tp) (?:stands )?at ({NUMBER}|none)", clause):
            claims.append(Stops(ticket, ((found[1], None if found[2] == "none" else Decimal(found[2])),)))
        elif re.fullmatch(rf"not (?:{NUMBER}|none)", clause) is None:
            raise UnreadableError(clause)
    if opened := re.match(rf"(Buy|Sell) ({NUMBER}) ([^\s,]+)", words):
        lots = Decimal(opened[2]) if volume is None else volume
        claims.append(Opened(Side(opened[1].lower()), lots, opened[3], None, ticket))
    elif volume is not None and words.startswith("Close "):
        claims.append(Closed(ticket, volume, None, None))
    return claims
