"""What can stand at the cursor of a command line: verbs, keywords, symbols, tickets. By the grammar's data.

Offers only what the grammar takes there; never offers a figure (a size or a stop is the trader's to type).
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from typing import TypeAlias

import msgspec

from xbtfx_tui.commands.argument_types import (
    CHART_SYMBOL,
    GROUP,
    LAYOUT,
    PATTERN,
    SYMBOL,
    TICKET,
    Kind,
    can_be_typed,
    name_text,
)
from xbtfx_tui.commands.form_matching import Expected, Matching
from xbtfx_tui.commands.known_names import Known
from xbtfx_tui.commands.lexer import Word, lex
from xbtfx_tui.commands.verb_forms import Keyword
from xbtfx_tui.commands.verbs import VERB, VERBS, find_verb
from xbtfx_tui.domain.symbol_aliases import nicknames

MOST = 50
_SHORTEST_NICKNAME = 2
_KEYWORD = 0


class Completion(msgspec.Struct, frozen=True):
    """`text` to put in place of the characters from `start` to `end`, and a few `words` that explain it."""

    text: str
    start: int
    end: int
    words: str = ""


class _Offer(msgspec.Struct, frozen=True):
    """`rank` orders what is offered: the likelier meant, the lower."""

    rank: int
    text: str
    words: str


Tickets: TypeAlias = Callable[[], Mapping[int, str]]
"""Gives the open positions with words that tell them (`buy 0.10 EURUSD`), in the order to offer them in."""


def complete(text: str, cursor: int, known: Known, tickets: Tickets) -> tuple[Completion, ...]:
    """What can stand at the cursor, 50 at most, in an order that depends on nothing else.

    `tickets` is asked only where a ticket can stand. A word that the cursor is in is replaced as a whole;
    what stands behind it is not looked at.
    """
    cursor = max(0, min(cursor, len(text)))
    lexed = lex(text)
    before = tuple(word for word in lexed.words if word.end < cursor or _is_sign_before(word, cursor))
    if lexed.flaw is not None and (not lexed.words or any(word.end >= lexed.flaw.end for word in before)):
        return ()
    word = next((word for word in lexed.words[len(before) :] if word.start <= cursor), None)
    start, end = (word.start, word.end) if word else (cursor, cursor)
    typed = _typed(text, word, cursor) if word else ""

    def others() -> Mapping[int, str]:
        return {ticket: words for ticket, words in tickets().items() if str(ticket) not in _texts(before)}

    offers: dict[str, _Offer] = {}
    expected = _expected(before, known)
    for item in expected:
        for offer in _offers(item, typed, known, others):
            if offer.text != text[start:end]:
                offers.setdefault(offer.text, offer)
    if (word is None or not word.is_quoted) and any(_is_keyword(one, typed) for one in expected):
        # It is the whole word already, maybe "all": nothing that it is a part of is put in its place.
        offers = {text: offer for text, offer in offers.items() if offer.rank == _KEYWORD}
    ordered = sorted(offers.values(), key=lambda offer: offer.rank)
    return tuple(Completion(offer.text, start, end, offer.words) for offer in ordered[:MOST])


def _is_keyword(expected: Expected, typed: str) -> bool:
    """Whether what is typed is a keyword in full that can stand there."""
    match expected:
        case Keyword(text=text):
            return typed == text
        case Kind(keywords=keywords):
            return typed in keywords


def _is_sign_before(word: Word, cursor: int) -> bool:
    """Whether the cursor is right behind a sign, where a new word begins without a blank."""
    return not word.is_quoted and word.text in (">=", "<=") and word.end == cursor


def _texts(words: tuple[Word, ...]) -> set[str]:
    return {word.text for word in words}


def _typed(text: str, word: Word, cursor: int) -> str:
    """What is typed of the word so far, in lower case and without an opening quote."""
    return text[word.start : cursor].removeprefix('"').lower()


def _expected(words: tuple[Word, ...], known: Known) -> list[Expected]:
    """What may follow these words, in the grammar's order."""
    if not words:
        return [VERB]
    verb = None if words[0].is_quoted else find_verb(words[0].text)
    if verb is None:
        return []
    matching = Matching(words, known)
    for form in verb.forms:
        matching.whole(form, 1)
    if matching.farthest < len(words):
        return []
    return matching.expected


def _offers(expected: Expected, typed: str, known: Known, tickets: Tickets) -> Iterator[_Offer]:
    match expected:
        case Keyword(text=text, words=words):
            yield from _keyword_offers({text: words}, typed)
        case Kind(keywords=keywords):
            yield from _keyword_offers({text: it.words for text, it in keywords.items()}, typed)
            yield from _name_offers(expected, typed, known, tickets)


def _name_offers(kind: Kind, typed: str, known: Known, tickets: Tickets) -> Iterator[_Offer]:
    if kind is VERB:
        yield from _keyword_offers({verb.name: verb.does for verb in VERBS}, typed)
    elif kind is TICKET:
        yield from _ticket_offers(tickets(), typed)
    elif kind is GROUP:
        yield from _offers_of(known.groups, "group", kind, typed)
    elif kind is LAYOUT:
        yield from _offers_of(known.layouts, "layout", kind, typed)
    elif kind in (SYMBOL, CHART_SYMBOL, PATTERN):
        yield from _symbol_offers(known, typed)


def _offers_of(names: Collection[str], words: str, kind: Kind, typed: str) -> Iterator[_Offer]:
    yield from (
        _Offer(0, kind.text(name), words)
        for name in names
        if can_be_typed(name) and name.lower().startswith(typed)
    )


def _keyword_offers(keywords: Mapping[str, str], typed: str) -> Iterator[_Offer]:
    yield from (_Offer(_KEYWORD, text, words) for text, words in keywords.items() if text.startswith(typed))


def _ticket_offers(tickets: Mapping[int, str], typed: str) -> Iterator[_Offer]:
    for ticket, words in tickets.items():
        if str(ticket).startswith(typed):
            yield _Offer(1, str(ticket), words)
        elif any(word.startswith(typed) for word in words.lower().split()):
            yield _Offer(4, str(ticket), words)


def _symbol_offers(known: Known, typed: str) -> Iterator[_Offer]:
    for name in sorted(filter(can_be_typed, known.symbols)):
        lower = name.lower()
        called = nicknames(name)
        if lower.startswith(typed):
            yield _Offer(2, name_text(name), called)
        elif typed in lower:
            yield _Offer(3, name_text(name), called)
        elif len(typed) >= _SHORTEST_NICKNAME and typed in called:
            yield _Offer(5, name_text(name), called)
