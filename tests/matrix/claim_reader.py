"""Reads what a sentence claims from its text and figures alone: patterns of the words that tell an outcome.

A sentence that neither claims anything known nor is known as harmless is an error of the reader, so that no
new wording slips past: `UnreadableError`. Judges nothing.
"""

import re
from collections.abc import Callable, Sequence

from tests.matrix.claim_makers import (
    Match,
    Reading,
    after_kill,
    all_gone,
    changed,
    claim,
    closed,
    closed_again,
    closed_before,
    closed_by,
    fates,
    gone,
    gone_somehow,
    half_done,
    half_reversed,
    left_nothing,
    modified,
    not_closed,
    opened,
    reversed_other_way,
    stop,
    tickets_in,
    told_in_vain,
    was,
    without_stops,
)
from tests.matrix.claims import (
    Claim,
    ClosedAll,
    Counted,
    Done,
    Held,
    HeldAny,
    NoneFromBefore,
    NotDone,
    NotOurs,
    UnreadableError,
)
from tests.matrix.harmless_words import END, HARMLESS, NOT_SENT, NUMBER, TO_THE_END

_S = r"(?P<symbol>[^\s,:]+?)"
_LIST = r"(?P<tickets>\d+(?:, \d+)*)(?: and \d+ more)?"
_COUNT = r"\((?P<count>\d+) positions?\)"
_MONEY = r"[+-]?[\d,]+(?:\.\d+)?(?: [A-Z]{3,4})?"


_FIGURES = rf"(?P<side>buy|sell) (?P<volume>{NUMBER}) at (?P<price>{NUMBER})"
_AT = rf"(?: at (?P<price>{NUMBER}))?"
_HOW = rf"(?P<how> at its (?P<stop>sl|tp) {NUMBER}(?:, set by its trail)?| elsewhere or by the server)?"
_HELD_AT = rf"(?:: (?:buy|sell) (?P<volume>{NUMBER}) at (?P<price>{NUMBER}))?"
_DONE_END = rf"(?=\.{END}|, but |: )"

CLAIMS: Sequence[tuple[str, Callable[[Match, Reading], None]]] = (
    (
        rf"(?P<verb>Bought|Sold) (?P<volume>{NUMBER}) {_S}{_AT}(?:, ticket (?P<ticket>\d+))?{_DONE_END}",
        opened,
    ),
    (
        rf"Closed (?P<closed>\d+) of (?P<of>\d+)(?:, profit {_MONEY})?\.{END}",
        claim(lambda m, r: Counted(int(m["closed"]), int(m["of"]))),
    ),
    (
        rf"Closed (?:(?P<volume>{NUMBER}) )?{_S}, ticket (?P<ticket>\d+) by ticket (?P<by>\d+)"
        rf"(?:, (?P<profit>{_MONEY}))?{_DONE_END}",
        closed_by,
    ),
    (rf"Closed all of {_S} {_COUNT}\.", claim(lambda m, r: ClosedAll(m["symbol"], int(m["count"])))),
    (rf"Closed everything {_COUNT}[.:]", claim(lambda m, r: ClosedAll(None, int(m["count"])))),
    (
        r"(?:Nothing is left to close: )?(?P<tickets>\d+(?:, \d+)*) (?:was|were) closed already, by the "
        r"server's word\.",
        closed_before,
    ),
    (
        rf"All of {_S} is closed {_COUNT}, by this order or by others\.",
        claim(lambda m, r: ClosedAll(m["symbol"], int(m["count"]))),
    ),
    (
        rf"Everything is closed {_COUNT}, by this order or by others\.",
        claim(lambda m, r: ClosedAll(None, int(m["count"]))),
    ),
    (rf"Closed all that was held of {_S}\.{END}", claim(lambda m, r: ClosedAll(m["symbol"], None))),
    (
        r"Closed everything that was held\.|Closed as asked: no position is listed any more\.",
        claim(lambda m, r: ClosedAll(None, None)),
    ),
    (
        r"Closed as asked: no position from before is listed any more\.",
        claim(lambda m, r: NoneFromBefore()),
    ),
    (
        rf"Closed(?: (?P<volume>{NUMBER}) lots of)? ticket (?P<ticket>\d+){_AT}(?:, (?P<profit>{_MONEY}))?"
        rf"{_DONE_END}",
        closed,
    ),
    (
        rf"Closed (?P<volume>{NUMBER})(?: of {NUMBER})? {_S}{_AT}(?:, ticket (?P<ticket>\d+))?"
        rf"(?:, (?P<profit>{_MONEY}))?{_DONE_END}",
        closed,
    ),
    (
        rf"Modified {_S}, ticket (?P<ticket>\d+): "
        rf"(?P<changes>(?:(?:no [st][lp]|[st][lp] {NUMBER})(?:, )?)+)\.",
        modified,
    ),
    (rf"Changed {_S}, ticket (?P<ticket>\d+)(?=, but )", changed),
    (
        rf"Reversed {_S}, ticket (?P<ticket>\d+): now (?P<side>buy|sell) (?P<volume>{NUMBER}){_AT}"
        rf"(?:, ticket (?P<opened>\d+))?"
        rf"(?:; (?:closed at (?P<closed>{NUMBER})(?:, (?P<made>{_MONEY}))?|"
        rf"the old one made (?P<old>{_MONEY})))?"
        rf"{_DONE_END}",
        reversed_other_way,
    ),
    (
        rf"It has no stops; as far away as the old ones were: (?:[st][lp] {NUMBER}(?:, )?)+"
        r"(?:: m on the new one begins with (?:both|an sl|a tp) as far away)?\.",
        without_stops,
    ),
    (rf"(?:, but )?WITHOUT its (?P<name>sl|tp) {NUMBER}", stop),
    (
        rf"(?:, but )?(?:with )?its (?P<name>sl|tp) (?:stands )?at (?P<price>{NUMBER}|none), "
        rf"not (?:{NUMBER}|none)",
        stop,
    ),
    (r"Half done, as far as is known: position (?P<ticket>\d+) is closed\.", gone),
    (
        r"The stream told of position (?P<ticket>\d+) as opened(?: and closed again)?, which no list and no "
        r"history has\.",
        told_in_vain,
    ),
    (r"Not (?:filled|done): The positions, .*? show nothing of it\.", claim(lambda m, r: NotDone(r.words))),
    (
        r"Whether it was done is not known, and can't be learnt any more: a later change of the same stops "
        r"was done \((?P<words>Modify .*?)\)\.(?=\s|$)",
        claim(lambda m, r: Done(m["words"])),
    ),
    (r"It was NOT closed\.", not_closed),
    (
        r"The stops were NOT changed\.|The position was NOT reversed\.",
        claim(lambda m, r: NotDone(r.words)),
    ),
    (
        rf"(?:Not all is (?:known to be )?closed\. )?(?:Still open|Open now): {_LIST}\.",
        claim(lambda m, r: Held(tickets_in(m))),
    ),
    (r"; but the account has margin in use: something is open(?=[;.])", claim(lambda m, r: HeldAny())),
    (rf"NOT closed: {_LIST}\.", claim(lambda m, r: Held(tickets_in(m)))),
    (r"(?P<symbol>\S+) (?P<tickets>\d+): NOT closed, .*", claim(lambda m, r: Held(tickets_in(m)))),
    (r"Not reversed: position (?P<ticket>\d+) is closed, its opposite was NOT opened\.", half_done),
    (rf"Closed \d+ positions?, by the answer and the history's deals: {_LIST}\.", all_gone),
    (
        rf"NOT reversed: {_S}, ticket (?P<ticket>\d+): (?P<volume>{NUMBER}) of {NUMBER} closed, its opposite "
        r"NOT opened\.",
        half_reversed,
    ),
    (
        rf"Only half reversed, its opposite was NOT opened: (?:buy|sell) (?P<volume>{NUMBER}) {_S}, ticket "
        rf"(?P<ticket>\d+), was closed{_AT}(?:, (?P<profit>{_MONEY}))?\.",
        half_reversed,
    ),
    (
        rf"ONLY HALF REVERSED, (?:buy|sell) NOT opened: (?:buy|sell) (?P<volume>{NUMBER}) {_S} was closed\. "
        r"R opens its ticket\.",
        closed,
    ),
    (r"It is closed again\.", closed_again),
    (r": nothing is left of it\.", left_nothing),
    (
        rf"{_S}, ticket (?P<ticket>\d+), is closed, by this order or by another: nothing is left of it\.",
        gone,
    ),
    (
        r"(?:Nothing is left of it: t|T)ickets? (?P<tickets>\d+(?: and \d+)*) (?:is|are) gone; "
        r"whether this order closed it is not known\.",
        gone_somehow,
    ),
    (rf"(?:\S+|Ticket) (?P<ticket>\d+) closed{_HOW}{_HELD_AT}(?:, (?P<profit>{_MONEY}))?$", gone),
    (rf"\S+ (?P<ticket>\d+) closed{_HOW}; the history has its deal\.", gone),
    (r"\S+ (?P<ticket>\d+) has another ticket by now$", gone),
    (
        rf"LATE: position (?P<tickets>\d+) holds {NUMBER} by now, of {NUMBER} asked for: more of the order "
        r"was filled after all\.",
        claim(lambda m, r: Held(tickets_in(m))),
    ),
    (rf"(?:\S+|Ticket) (?P<ticket>\d+): closed(?: at {NUMBER})?(?:, (?P<profit>{_MONEY}))?$", gone),
    (
        r"(?P<after>OPENED AFTER THE KILL SWITCH|STILL OPEN \(or opened since\)): \S+ (?P<ticket>\d+), "
        rf"{_FIGURES}\. X closes it\.$",
        after_kill,
    ),
    (rf"\S+ (?P<ticket>\d+)(?: opened:|,) {_FIGURES}$", claim(was)),
    (
        rf"CORRECTION: \S+ (?P<tickets>\d+), (?:buy|sell) {NUMBER}, was told as closed and is in the list "
        r"again: it is open\.",
        claim(lambda m, r: Held(tickets_in(m))),
    ),
    (
        r"(?P<words>(?:Buy|Sell|Close|Reverse) .*?): done only in part\. The positions show how much\.",
        claim(lambda m, r: Done(m["words"], in_part=True)),
    ),
    (
        rf"Position (?P<ticket>\d+) \((?P<side>buy|sell) {NUMBER} {_S}\) was not opened by an order of this "
        r"terminal: by you on another device, by another program, or by the broker\. Said once a run\.",
        claim(lambda m, r: NotOurs(int(m["ticket"]))),
    ),
    (r"At the last run's end the outcome of \d+ orders? was not known\. (?P<fates>.*)\.$", fates),
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
    reading = Reading(words)
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


def _past_one(rest: str, reading: Reading, text: str) -> str:
    for pattern, make in _CLAIMS:
        if (match := pattern.match(rest)) is not None and match.end():
            make(match, reading)
            return rest[match.end() :]
    for pattern in _SKIPPED:
        if (match := pattern.match(rest)) is not None and match.end():
            return rest[match.end() :]
    raise UnreadableError(f"{rest!r} in {text!r}")
