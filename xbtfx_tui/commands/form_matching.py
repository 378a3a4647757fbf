"""Holds a command's words against the forms of a verb, and knows what was expected where it failed.

Where a word does not fit, what stands farthest in the text is told: that is the word that is wrong. The
completion asks the same what would have fitted. Never fails; knows no verb by name.
"""

from collections.abc import Iterator
from typing import TypeAlias, TypeVar

import msgspec

from xbtfx_tui.commands.argument_types import ArgumentFound, ArgumentWrong, Kind, Other
from xbtfx_tui.commands.known_names import Known
from xbtfx_tui.commands.lexer import Word
from xbtfx_tui.commands.verb_forms import FormPart, Keyword, Maybe, OneOf, Options, VerbForm, WordSlot

ValueT = TypeVar("ValueT")
_Fields: TypeAlias = dict[str, object]
Expected: TypeAlias = Keyword | Kind
"""What would have fitted; an option is a Keyword like `sl=`."""


class WordFailure(msgspec.Struct, frozen=True):
    """Why a word can't be used though it is meant for the place where it stands, as a sentence.

    `start` and `end` are where it stands in the text.
    """

    start: int
    end: int
    sentence: str


class Matching(msgspec.Struct):
    """One run over the words of a command. `farthest` is the first word that fitted nowhere.

    `expected` is what would have fitted there, `failures` are reasons why what stands there can't be used.
    """

    words: tuple[Word, ...]
    known: Known
    farthest: int = 0
    expected: list[Expected] = msgspec.field(default_factory=list)
    failures: list[WordFailure] = msgspec.field(default_factory=list)

    def whole(self, form: VerbForm[ValueT], at: int) -> ValueT | None:
        """What the form makes of the words from `at` to the last; None where it does not fit."""
        for end, made in self._form(form, at):
            if end == len(self.words):
                return made
            self._reached(end)
        return None

    def _form(self, form: VerbForm[ValueT], at: int) -> Iterator[tuple[int, ValueT]]:
        for end, fields in self._parts(form.parts, at):
            yield end, form.makes(**form.always, **fields)

    def _parts(self, parts: tuple[FormPart, ...], at: int) -> Iterator[tuple[int, _Fields]]:
        if not parts:
            yield at, {}
            return
        for middle, fields in self._part(parts[0], at):
            for end, more in self._parts(parts[1:], middle):
                yield end, {**fields, **more}

    def _part(self, part: FormPart, at: int) -> Iterator[tuple[int, _Fields]]:
        match part:
            case Keyword():
                yield from self._keyword(part, at)
            case WordSlot():
                yield from self._place(part, at)
            case OneOf(field=name, forms=forms):
                for form in forms:
                    for end, made in self._form(form, at):
                        yield end, {name: made}
            case Maybe(part=inner):
                yield from self._part(inner, at)
                yield at, {}
            case Options(places=places):
                yield from self._options(places, at)

    def _keyword(self, keyword: Keyword, at: int) -> Iterator[tuple[int, _Fields]]:
        word = self._word(at)
        if word is not None and not word.is_quoted and word.text.lower() == keyword.text:
            yield at + 1, {}
        else:
            self._expect(keyword, at)

    def _place(self, place: WordSlot, at: int) -> Iterator[tuple[int, _Fields]]:
        word = self._word(at)
        reading = Other() if word is None else place.kind.read(word, self.known)
        match reading:
            case ArgumentFound(value=value):
                yield at + 1, {place.field: value}
            case Other():
                self._expect(place.kind, at)
            case ArgumentWrong(sentence=sentence):
                self._fail(at, sentence)

    def _options(self, places: tuple[WordSlot, ...], at: int) -> Iterator[tuple[int, _Fields]]:
        by_name = {place.field: place for place in places}
        fields: _Fields = {}
        while (word := self._word(at)) is not None and (option := _option(word)) is not None:
            name, value = option
            if name not in by_name:
                break
            if name in fields:
                self._fail(at, f"{name}= is there twice: once is enough.")
                return
            place = by_name[name]
            if not value.text.strip():
                self._fail(at, f"{name}= has nothing behind it: here comes {place.kind.expects}.")
                return
            match place.kind.read(value, self.known):
                case ArgumentFound(value=found):
                    fields[name] = found
                case Other():
                    self._fail(at, f"{name}= takes {place.kind.expects}.", value.start)
                    return
                case ArgumentWrong(sentence=sentence):
                    self._fail(at, sentence, value.start)
                    return
            at += 1
        for place in places:
            if place.field not in fields:
                self._expect(Keyword(f"{place.field}=", place.kind.expects), at)
        yield at, fields

    def _word(self, at: int) -> Word | None:
        return self.words[at] if at < len(self.words) else None

    def _reached(self, at: int) -> bool:
        """Whether nothing failed farther on than here; what failed before is then forgotten."""
        if at > self.farthest:
            self.farthest = at
            self.expected.clear()
            self.failures.clear()
        return at == self.farthest

    def _expect(self, expected: Expected, at: int) -> None:
        if self._reached(at):
            self.expected.append(expected)

    def _fail(self, at: int, sentence: str, start: int | None = None) -> None:
        if self._reached(at):
            word = self.words[at]
            self.failures.append(WordFailure(word.start if start is None else start, word.end, sentence))


def _option(word: Word) -> tuple[str, Word] | None:
    """The option's name and its value as a word; None for a word that is none."""
    if word.is_quoted:
        return (
            (word.prefix[:-1].lower(), Word(word.text, word.start + len(word.prefix), word.end, True))
            if (word.prefix)
            else None
        )
    name, equals, value = word.text.partition("=")
    start = word.start + len(name) + len(equals)
    return (name.lower(), Word(value, start, word.end)) if equals else None
