"""The command line's grammar: text to command, command to text, and the help, all from the data in `verbs`.

`parse` never fails: what can't be understood is a Mistake that points at the word. A bare whole number is a
ticket where a position is named and lots where a size or a part is named (see `argument_types`); it is never
guessed. Nothing is looked up in prices or positions: whether a ticket is open is the planner's to tell.
"""

from collections.abc import Mapping

import msgspec
from msgspec.structs import fields

from xbtfx_tui.commands.argument_types import (
    CHART_SYMBOL,
    PATTERN,
    SYMBOL,
    Kind,
    can_be_typed,
    is_symbol_like,
    listed,
)
from xbtfx_tui.commands.command_types import Command, Target
from xbtfx_tui.commands.form_matching import Expected, Matching
from xbtfx_tui.commands.known_names import Known, near, symbols_called
from xbtfx_tui.commands.lexer import Word, lex
from xbtfx_tui.commands.verb_forms import FormPart, Keyword, Maybe, OneOf, Options, Verb, VerbForm, WordSlot
from xbtfx_tui.commands.verbs import VERB, VERBS, find_verb
from xbtfx_tui.domain.text_sanitizer import plain

__all__ = ["VERBS", "Known", "Mistake", "Verb", "parse", "print_command", "verb_help"]

_SHOWN = 20
_OPENING = frozenset({"buy", "sell"})
_KINDS_OF_PRICE = frozenset({"limit", "stop", "at", "@"})
_FIRST_EXAMPLE = VERBS[0].examples[0]


class Mistake(msgspec.Struct, frozen=True):
    """What is wrong with a text, in a sentence, and an example of what is right.

    `start` and `end` are the place of the wrong word in the text as typed, in characters; both are the
    text's end where words are missing.
    """

    start: int
    end: int
    sentence: str
    example: str


def parse(text: str, known: Known) -> Command | Mistake:
    """The command that a text means, or what is wrong with it. Any text will do."""
    lexed = lex(text)
    first = lexed.words[0] if lexed.words else None
    verb = None if first is None or first.is_quoted else find_verb(first.text)
    if lexed.flaw is not None:
        example = verb.examples[0] if verb else _FIRST_EXAMPLE
        return Mistake(lexed.flaw.start, lexed.flaw.end, lexed.flaw.sentence, example)
    if first is None:
        return Mistake(len(text), len(text), "Type a verb: help lists them.", _FIRST_EXAMPLE)
    if verb is None:
        return _no_verb(first)
    matching = Matching(lexed.words, known)
    for form in verb.forms:
        command = matching.whole(form, 1)
        if command is not None:
            return command
    return _mistake(matching, len(text), verb)


_NO_PENDING = (
    "The API places market orders alone; here an order waits for its price while the terminal runs: "
    "limit=1.0700 at it or better, stop=1.0900 at it or beyond."
)
_LIMIT, _STOP = "buy 0.10 EURUSD limit=1.0700 sl=30p", "buy 0.10 EURUSD stop=1.0900 sl=30p"
_NO_CANCEL = (
    "The API can't cancel a pending order: do it in MetaTrader. Its stops can be changed here (sl and tp by "
    "its ticket); a position is closed by close, an order armed here ended by disarm, a trail or an alert by "
    "off."
)
_NO_UNDO = (
    "What was sent can't be undone: a deal is done. close ends a position, reverse turns it, sl and tp "
    "change its stops; an order that waits to be sent is kept back by the key u, a layout is sized anew by =."
)
LACKED: Mapping[str, tuple[str, str]] = {
    "cancel": (_NO_CANCEL, "trail off 184729"),
    "delete": (_NO_CANCEL, "alert off 2"),
    "limit": (_NO_PENDING, _LIMIT),
    "stop": (_NO_PENDING, _STOP),
    "pending": (_NO_PENDING, _LIMIT),
    "undo": (_NO_UNDO, "close 184729"),
}
"""What traders know from elsewhere and the API has not: why, and what can be done instead."""


def _no_verb(word: Word) -> Mistake:
    if (lacked := LACKED.get(word.text.lower())) is not None and not word.is_quoted:
        return Mistake(word.start, word.end, *lacked)
    names = near(word.text, [verb.name for verb in VERBS])
    hint = f"did you mean {listed(list(names))}?" if names else "help lists the verbs."
    closest = find_verb(names[0]) if names else None
    example = closest.examples[0] if closest else _FIRST_EXAMPLE
    return Mistake(word.start, word.end, f"{_shown(word)} is no verb: {hint}", example)


_SYMBOLS = frozenset({SYMBOL, CHART_SYMBOL, PATTERN})


def _mistake(matching: Matching, length: int, verb: Verb) -> Mistake:
    example = _nearest_example(matching.words, verb)
    if matching.failures:
        first = matching.failures[0]
        return Mistake(first.start, first.end, first.sentence, example)
    expected = list(dict.fromkeys(matching.expected))
    if matching.farthest >= len(matching.words):
        return Mistake(length, length, f"Still missing: {_expected_words(expected)}.", example)
    word = matching.words[matching.farthest]
    if verb.name in _OPENING and word.text.lower() in _KINDS_OF_PRICE and not word.is_quoted:
        return Mistake(word.start, word.end, *LACKED["limit"])
    return Mistake(word.start, word.end, _misfit(word, expected, matching.known), example)


def _nearest_example(words: tuple[Word, ...], verb: Verb) -> str:
    """The verb's example that has most of the typed words; the first of those."""
    typed = {word.text.lower() for word in words}
    return max(
        verb.examples, key=lambda example: len(typed & {word.text.lower() for word in lex(example).words})
    )


def _misfit(word: Word, expected: list[Expected], known: Known) -> str:
    """Why a word can't stand where it stands."""
    if not expected:
        return f"{_shown(word)} is too much: the command is complete before it."
    is_symbol = not _SYMBOLS.isdisjoint(expected) and bool(known.symbols) and is_symbol_like(word)
    what = f"{_shown(word)} {'is no symbol of this account' if is_symbol else 'is out of place'}"
    names = _near_words(word, expected, known)
    if names:
        return f"{what}: did you mean {listed(list(names))}?"
    if not is_symbol:
        return f"{what}: here comes {_expected_words(expected)}."
    others = [item for item in expected if item not in _SYMBOLS]
    return f"{what}, nor {_expected_words(others)}." if others else f"{what}."


def _near_words(word: Word, expected: list[Expected], known: Known) -> tuple[str, ...]:
    """What may have been meant of the words that fit there; a symbol also by what traders call it."""
    names: list[str] = []
    for item in expected:
        match item:
            case Keyword(text=text):
                names.extend([] if text.endswith("=") else [text])
            case Kind(keywords=keywords):
                names.extend(keywords)
    if VERB in expected:
        names.extend(verb.name for verb in VERBS)
    if not _SYMBOLS.isdisjoint(expected):
        symbols = sorted(filter(can_be_typed, known.symbols))
        return symbols_called(word.text, symbols) or near(word.text, [*names, *symbols])
    return near(word.text, names)


def _expected_words(expected: list[Expected]) -> str:
    return listed([item.text if isinstance(item, Keyword) else item.expects for item in expected])


def _shown(word: Word) -> str:
    return f'"{plain(word.prefix + word.text, _SHOWN)}"'


def print_command(command: Command) -> str:
    """The command as it is typed, in the grammar's spelling: what it gives parses to the same again."""
    for verb in VERBS:
        for form in verb.forms:
            if _is_made_by(form, command):
                return " ".join([verb.name, *_words(form, command)])
    raise AssertionError(f"no form makes a {type(command).__name__}")  # a command without a verb is a bug


def _is_made_by(form: VerbForm[Command] | VerbForm[Target], value: object) -> bool:
    is_its_type = isinstance(form.makes, type) and isinstance(value, form.makes)
    return is_its_type and all(getattr(value, name) == it for name, it in form.always.items())


def _words(form: VerbForm[Command] | VerbForm[Target], value: Command | Target) -> list[str]:
    defaults = {item.name: item.default for item in fields(value)}
    return [word for part in form.parts for word in _part_words(part, value, defaults)]


def _part_words(part: FormPart, value: Command | Target, defaults: dict[str, object]) -> list[str]:
    match part:
        case Keyword(text=text):
            return [text]
        case WordSlot(field=name, kind=kind):
            return [kind.text(getattr(value, name))]
        case OneOf(field=name, forms=forms):
            chosen: Target = getattr(value, name)
            return next(_words(form, chosen) for form in forms if _is_made_by(form, chosen))
        case Maybe(part=inner):
            is_default = getattr(value, inner.field) == defaults[inner.field]
            return [] if is_default else _part_words(inner, value, defaults)
        case Options(places=places):
            given = [(place, getattr(value, place.field)) for place in places]
            return [f"{place.field}={place.kind.text(it)}" for place, it in given if it is not None]


def verb_help(name: str) -> str | None:
    """What a verb takes, what it does and examples, in lines; None where there is no such verb."""
    verb = find_verb(name)
    if verb is None:
        return None
    return "\n".join([*verb.usage, verb.does, *(f"e.g. {example}" for example in verb.examples)])
