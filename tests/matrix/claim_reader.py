"""Reads what a sentence claims from its text and figures alone: patterns of the words that tell an outcome.

A sentence that neither claims anything known nor is known as harmless is an error of the reader, so that no
new wording slips past: `UnreadableError`. Judges nothing.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TypeAlias

from tests.matrix.claims import (
    Claim,
    Closed,
    ClosedAll,
    ClosedBy,
    Counted,
    Done,
    Gone,
    Held,
    HeldAny,
    HeldAs,
    NoneFromBefore,
    NotDone,
    NotHeld,
    NothingOpened,
    NotOurs,
    Opened,
    OpenedAfterKill,
    Reversed,
    Stops,
    UnreadableError,
    Was,
)
from tests.matrix.fate_reader import fate_claims
from tests.matrix.harmless_words import END, HARMLESS, NOT_SENT, NUMBER, TO_THE_END
from xbtfx_tui.domain.sides import Side

Match: TypeAlias = re.Match[str]


_S = r"(?P<symbol>[^\s,:]+?)"
_LIST = r"(?P<tickets>\d+(?:, \d+)*)(?: and \d+ more)?"
_COUNT = r"\((?P<count>\d+) positions?\)"
_MONEY = r"[+-]?[\d,]+(?:\.\d+)?(?: [A-Z]{3,4})?"


@dataclass(slots=True)
class _Reading:
    """Where the reader stands: the words of the order the text is about, and the ticket it spoke of last."""

    words: str
    ticket: int | None = None
    claims: list[Claim] = field(default_factory=list)


def _decimal(match: Match, name: str) -> Decimal | None:
    text = match.groupdict().get(name)
    return None if text is None else Decimal(text)


def _int(match: Match, name: str) -> int | None:
    text = match.groupdict().get(name)
    return None if text is None else int(text)


def _tickets(match: Match) -> tuple[int, ...]:
    return tuple(int(one) for one in match["tickets"].split(", "))


def _opened(match: Match, reading: _Reading) -> None:
    side = Side.BUY if match["verb"] == "Bought" else Side.SELL
    reading.ticket = _int(match, "ticket")
    price = _decimal(match, "price")
    reading.claims.append(Opened(side, Decimal(match["volume"]), match["symbol"], price, reading.ticket))


def _closed(match: Match, reading: _Reading) -> None:
    reading.ticket = _int(match, "ticket")
    made = match.groupdict().get("profit")
    claim = Closed(
        reading.ticket,
        _decimal(match, "volume"),
        match.groupdict().get("symbol"),
        _decimal(match, "price"),
        None if made is None else _amount(made),
    )
    reading.claims.append(claim)


def _reversed(match: Match, reading: _Reading) -> None:
    reading.ticket = _int(match, "opened")
    volume, price = Decimal(match["volume"]), _decimal(match, "price")
    claim = Reversed(int(match["ticket"]), Side(match["side"]), volume, price, reading.ticket)
    reading.claims.append(claim)


def _modified(match: Match, reading: _Reading) -> None:
    reading.ticket = int(match["ticket"])
    prices = []
    for change in match["changes"].split(", "):
        first, _, second = change.partition(" ")
        prices.append((second, None) if first == "no" else (first, Decimal(second)))
    reading.claims.append(Stops(reading.ticket, tuple(prices)))


def _stop(match: Match, reading: _Reading) -> None:
    if reading.ticket is not None:
        price = match.groupdict().get("price")
        stands = None if price in (None, "none") else Decimal(price)
        reading.claims.append(Stops(reading.ticket, ((match["name"], stands),)))


def _closed_before(match: Match, reading: _Reading) -> None:
    reading.claims += [Gone(ticket, None, False) for ticket in _tickets(match)]


def _changed(match: Match, reading: _Reading) -> None:
    reading.ticket = int(match["ticket"])


def _claim(make: Callable[[Match, _Reading], Claim]) -> Callable[[Match, _Reading], None]:
    return lambda match, reading: reading.claims.append(make(match, reading))


def _nothing(match: Match, reading: _Reading) -> None:
    pass


def _amount(money: str) -> Decimal:
    """The amount of `+1,012.40 USD`."""
    return Decimal(money.split()[0].replace(",", ""))


def _gone(match: Match, reading: _Reading) -> None:
    profit = match.groupdict().get("profit")
    made = None if profit is None else _amount(profit)
    reading.claims.append(Gone(int(match["ticket"]), made, "history has" in match[0]))


def _not_closed(match: Match, reading: _Reading) -> None:
    """Not by this order, nor by any other: it is held."""
    reading.claims.append(NotDone(reading.words))
    if tickets := re.findall(r"ticket (\d+)", reading.words):
        reading.claims.append(Held(tuple(map(int, tickets))))


def _left_nothing(match: Match, reading: _Reading) -> None:
    if reading.ticket is None:
        raise UnreadableError(match[0])
    reading.claims.append(Gone(reading.ticket))


def _gone_somehow(match: Match, reading: _Reading) -> None:
    reading.claims += [Gone(int(ticket)) for ticket in match["tickets"].split(" and ")]


def _all_gone(match: Match, reading: _Reading) -> None:
    tickets = _tickets(match)
    if f"Closed {len(tickets)} position" not in match[0] and " more." not in match[0]:
        raise UnreadableError(match[0])
    reading.claims += [Gone(ticket, None, has_deal=True) for ticket in tickets]


def _told_in_vain(match: Match, reading: _Reading) -> None:
    reading.claims += [NotHeld(int(match["ticket"])), NotOurs(int(match["ticket"]))]


def _closed_again(match: Match, reading: _Reading) -> None:
    if reading.ticket is None:
        raise UnreadableError(match[0])
    reading.claims.append(Gone(reading.ticket))


def _half_reversed(match: Match, reading: _Reading) -> None:
    reading.claims += [
        Closed(int(match["ticket"]), Decimal(match["volume"]), match["symbol"], _decimal(match, "price")),
        NothingOpened(int(match["ticket"])),
    ]


def _half_done(match: Match, reading: _Reading) -> None:
    reading.claims += [Gone(int(match["ticket"])), NothingOpened(int(match["ticket"]))]


def _was(match: Match, reading: _Reading) -> Was:
    return Was(int(match["ticket"]), Side(match["side"]), Decimal(match["volume"]), Decimal(match["price"]))


def _after_kill(match: Match, reading: _Reading) -> None:
    """It is held just so; and by the one of the two sentences it was opened after the press."""
    ticket = int(match["ticket"])
    reading.claims.append(HeldAs(ticket, Side(match["side"]), Decimal(match["volume"])))
    if match["after"].startswith("OPENED"):
        reading.claims.append(OpenedAfterKill(ticket))


def _fates(match: Match, reading: _Reading) -> None:
    for fate in match["fates"].split("; "):
        words, _, what = fate.rpartition(": ")
        reading.claims += fate_claims(words, what)


_FIGURES = rf"(?P<side>buy|sell) (?P<volume>{NUMBER}) at (?P<price>{NUMBER})"
_AT = rf"(?: at (?P<price>{NUMBER}))?"
_DONE_END = rf"(?=\.{END}|, but |: )"

CLAIMS: Sequence[tuple[str, Callable[[Match, _Reading], None]]] = (
    (
        rf"(?P<verb>Bought|Sold) (?P<volume>{NUMBER}) {_S}{_AT}(?:, ticket (?P<ticket>\d+))?{_DONE_END}",
        _opened,
    ),
    (
        rf"Closed (?P<closed>\d+) of (?P<of>\d+)(?:, profit {_MONEY})?\.{END}",
        _claim(lambda m, r: Counted(int(m["closed"]), int(m["of"]))),
    ),
    (
        rf"Closed {_S}, ticket (?P<ticket>\d+) by ticket (?P<by>\d+){_DONE_END}",
        _claim(lambda m, r: ClosedBy(int(m["ticket"]), int(m["by"]))),
    ),
    (rf"Closed all of {_S} {_COUNT}\.", _claim(lambda m, r: ClosedAll(m["symbol"], int(m["count"])))),
    (rf"Closed everything {_COUNT}[.:]", _claim(lambda m, r: ClosedAll(None, int(m["count"])))),
    (
        r"(?:Nothing is left to close: )?(?P<tickets>\d+(?:, \d+)*) (?:was|were) closed already, by the "
        r"server's word\.",
        _closed_before,
    ),
    (
        rf"All of {_S} is closed {_COUNT}, by this order or by others\.",
        _claim(lambda m, r: ClosedAll(m["symbol"], int(m["count"]))),
    ),
    (
        rf"Everything is closed {_COUNT}, by this order or by others\.",
        _claim(lambda m, r: ClosedAll(None, int(m["count"]))),
    ),
    (rf"Closed all that was held of {_S}\.{END}", _claim(lambda m, r: ClosedAll(m["symbol"], None))),
    (
        r"Closed everything that was held\.|Closed as asked: no position is listed any more\.",
        _claim(lambda m, r: ClosedAll(None, None)),
    ),
    (
        r"Closed as asked: no position from before is listed any more\.",
        _claim(lambda m, r: NoneFromBefore()),
    ),
    (rf"Closed(?: (?P<volume>{NUMBER}) lots of)? ticket (?P<ticket>\d+){_AT}{_DONE_END}", _closed),
    (
        rf"Closed (?P<volume>{NUMBER})(?: of {NUMBER})? {_S}{_AT}(?:, ticket (?P<ticket>\d+))?"
        rf"(?:, (?P<profit>{_MONEY}))?{_DONE_END}",
        _closed,
    ),
    (
        rf"Modified {_S}, ticket (?P<ticket>\d+): "
        rf"(?P<changes>(?:(?:no [st][lp]|[st][lp] {NUMBER})(?:, )?)+)\.",
        _modified,
    ),
    (rf"Changed {_S}, ticket (?P<ticket>\d+)(?=, but )", _changed),
    (
        rf"Reversed {_S}, ticket (?P<ticket>\d+): now (?P<side>buy|sell) (?P<volume>{NUMBER}){_AT}"
        rf"(?:, ticket (?P<opened>\d+))?{_DONE_END}",
        _reversed,
    ),
    (rf"(?:, but )?WITHOUT its (?P<name>sl|tp) {NUMBER}", _stop),
    (
        rf"(?:, but )?(?:with )?its (?P<name>sl|tp) (?:stands )?at (?P<price>{NUMBER}|none), "
        rf"not (?:{NUMBER}|none)",
        _stop,
    ),
    (r"Half done, as far as is known: position (?P<ticket>\d+) is closed\.", _gone),
    (
        r"The stream told of position (?P<ticket>\d+) as opened(?: and closed again)?, which no list and no "
        r"history has\.",
        _told_in_vain,
    ),
    (r"Not (?:filled|done): The positions, .*? show nothing of it\.", _claim(lambda m, r: NotDone(r.words))),
    (
        r"Whether it was done is not known, and can't be learnt any more: a later change of the same stops "
        r"was done \((?P<words>Modify .*?)\)\.(?=\s|$)",
        _claim(lambda m, r: Done(m["words"])),
    ),
    (r"It was NOT closed\.", _not_closed),
    (
        r"The stops were NOT changed\.|The position was NOT reversed\.",
        _claim(lambda m, r: NotDone(r.words)),
    ),
    (
        rf"(?:Not all is (?:known to be )?closed\. )?(?:Still open|Open now): {_LIST}\.",
        _claim(lambda m, r: Held(_tickets(m))),
    ),
    (r"; but the account has margin in use: something is open(?=[;.])", _claim(lambda m, r: HeldAny())),
    (rf"NOT closed: {_LIST}\.", _claim(lambda m, r: Held(_tickets(m)))),
    (r"(?P<symbol>\S+) (?P<tickets>\d+): NOT closed, .*", _claim(lambda m, r: Held(_tickets(m)))),
    (r"Not reversed: position (?P<ticket>\d+) is closed, its opposite was NOT opened\.", _half_done),
    (rf"Closed \d+ positions?, by the answer and the history's deals: {_LIST}\.", _all_gone),
    (
        rf"NOT reversed: {_S}, ticket (?P<ticket>\d+): (?P<volume>{NUMBER}) of {NUMBER} closed, its opposite "
        r"NOT opened\.",
        _half_reversed,
    ),
    (
        rf"Only half reversed: (?:buy|sell) (?P<volume>{NUMBER}) {_S}, ticket (?P<ticket>\d+), was "
        rf"closed{_AT}, its opposite was NOT opened\.",
        _half_reversed,
    ),
    (
        rf"ONLY HALF REVERSED: (?:buy|sell) (?P<volume>{NUMBER}) {_S} was closed, (?:buy|sell) NOT opened\. "
        r"R opens its ticket\.",
        _closed,
    ),
    (r"It is closed again\.", _closed_again),
    (r": nothing is left of it\.", _left_nothing),
    (
        rf"{_S}, ticket (?P<ticket>\d+), is closed, by this order or by another: nothing is left of it\.",
        _gone,
    ),
    (
        r"(?:Nothing is left of it: t|T)ickets? (?P<tickets>\d+(?: and \d+)*) (?:is|are) gone; "
        r"whether this order closed it is not known\.",
        _gone_somehow,
    ),
    (rf"(?:\S+|Ticket) (?P<ticket>\d+) closed(?:, (?P<profit>{_MONEY}))?$", _gone),
    (r"\S+ (?P<ticket>\d+) closed; the history has its deal\.", _gone),
    (r"\S+ (?P<ticket>\d+) has another ticket by now$", _gone),
    (
        rf"LATE: position (?P<tickets>\d+) holds {NUMBER} by now, of {NUMBER} asked for: more of the order "
        r"was filled after all\.",
        _claim(lambda m, r: Held(_tickets(m))),
    ),
    (rf"(?:\S+|Ticket) (?P<ticket>\d+): closed(?: at {NUMBER})?(?:, (?P<profit>{_MONEY}))?$", _gone),
    (
        r"(?P<after>OPENED AFTER THE KILL SWITCH|STILL OPEN \(or opened since\)): \S+ (?P<ticket>\d+), "
        rf"{_FIGURES}\. X closes it\.$",
        _after_kill,
    ),
    (rf"\S+ (?P<ticket>\d+)(?: opened:|,) {_FIGURES}$", _claim(_was)),
    (
        rf"CORRECTION: \S+ (?P<tickets>\d+), (?:buy|sell) {NUMBER}, was told as closed and is in the list "
        r"again: it is open\.",
        _claim(lambda m, r: Held(_tickets(m))),
    ),
    (
        r"(?P<words>(?:Buy|Sell|Close|Reverse) .*?): done only in part\. The positions show how much\.",
        _claim(lambda m, r: Done(m["words"], in_part=True)),
    ),
    (
        rf"Position (?P<ticket>\d+) \((?P<side>buy|sell) {NUMBER} {_S}\) was not opened by an order of this "
        r"terminal: by you on another device, by another program, or by the broker\. Said once a run\.",
        _claim(lambda m, r: NotOurs(int(m["ticket"]))),
    ),
    (r"At the last run's end the outcome of \d+ orders? was not known\. (?P<fates>.*)\.$", _fates),
)

_OUTCOMES = re.compile(r"\b(?:Bought|Sold|Closed|Reversed|Modified)\b")
_CLAIMS = tuple((re.compile(pattern), make) for pattern, make in CLAIMS)
_SKIPPED = tuple(map(re.compile, HARMLESS))
_ENDS = re.compile("|".join(TO_THE_END))
_REFUSED = re.compile(NOT_SENT)
_PREFIX = re.compile(r"(?P<words>(?:Buy|Sell|Close|Modify|Reverse) (?:(?! - ).)*) - (?P<text>.*)", re.DOTALL)


def read_claims(text: str, words: str = "") -> list[Claim]:
    """What the text claims. `words` are those of the order it is about, where they do not stand before it.

    Raises UnreadableError.
    """
    if (prefixed := _PREFIX.fullmatch(text)) is not None:
        words, text = prefixed["words"], prefixed["text"]
    reading = _Reading(words)
    rest = text.strip()
    while rest:
        if _ENDS.match(rest):
            return reading.claims
        if (refused := _REFUSED.match(rest)) is not None:
            why = rest[refused.end() :]
            if _OUTCOMES.search(re.sub(r"It says: .*|Server says: \".*", "", why, flags=re.DOTALL)):
                raise UnreadableError(text)
            reading.claims.append(NotDone(words))
            return reading.claims
        rest = _past_one(rest, reading, text).lstrip()
    return reading.claims


def _past_one(rest: str, reading: _Reading, text: str) -> str:
    for pattern, make in _CLAIMS:
        if (match := pattern.match(rest)) is not None and match.end():
            make(match, reading)
            return rest[match.end() :]
    for pattern in _SKIPPED:
        if (match := pattern.match(rest)) is not None and match.end():
            return rest[match.end() :]
    raise UnreadableError(f"{rest!r} in {text!r}")
