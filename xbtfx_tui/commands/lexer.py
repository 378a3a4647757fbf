"""A command's text as words with their places. Knows no verb and no meaning.

Words stand between blanks. `<`, `>`, `<=` and `>=` are words of their own, blanks around them or not.
A word in quotes may hold blanks and signs, a quote inside it is doubled; so may an option: `comment="a b"`.
"""

import re

import msgspec

LONGEST_TEXT = 500
"""Characters; a longer text is no command, and need not be read to know it."""

_TOKEN = re.compile(
    r"""
    (?P<sign>[<>]=?)
    | (?P<prefix>[^\s"<>=]*=)? "(?P<quoted>(?:[^"]|"")*)" (?=[\s<>]|\Z)
    | (?P<bare>[^\s"<>]+) (?=[\s<>]|\Z)
    """,
    re.VERBOSE,
)
_BLANKS = re.compile(r"\s*")
_RUN = re.compile(r"\S+")
_OPEN_QUOTE = re.compile(r'[^\s"<>=]*=?"(?:[^"]|"")*\Z')


class Word(msgspec.Struct, frozen=True):
    """A word of the text: `text` is what it says, `start` and `end` are where it stands as typed.

    `prefix` is the `comment=` before a quoted value, else empty.
    """

    text: str
    start: int
    end: int
    is_quoted: bool = False
    prefix: str = ""


class Flaw(msgspec.Struct, frozen=True):
    """A place that is no word: what is wrong there, in a sentence."""

    start: int
    end: int
    sentence: str


class Lexed(msgspec.Struct, frozen=True):
    """The words in order, and the first flaw; a flawed place stands among the words too."""

    words: tuple[Word, ...]
    flaw: Flaw | None


def lex(text: str) -> Lexed:
    """The words of a text; never fails. A text longer than LONGEST_TEXT has a flaw and no words."""
    if len(text) > LONGEST_TEXT:
        return Lexed((), Flaw(LONGEST_TEXT, len(text), f"A command has {LONGEST_TEXT} characters at most."))
    words: list[Word] = []
    flaws: list[Flaw] = []
    at = _after_blanks(text, 0)
    while at < len(text):
        word, flaw = _word(text, at)
        words.append(word)
        if flaw:
            flaws.append(Flaw(word.start, word.end, flaw))
        at = _after_blanks(text, word.end)
    return Lexed(tuple(words), flaws[0] if flaws else None)


def _after_blanks(text: str, at: int) -> int:
    found = _BLANKS.match(text, at)
    return found.end() if found else at


def _word(text: str, at: int) -> tuple[Word, str | None]:
    found = _TOKEN.match(text, at)
    if found is None:
        return _misquoted(text, at)
    quoted = found["quoted"]
    if quoted is None:
        word = Word(found[0], at, found.end())
    else:
        word = Word(quoted.replace('""', '"'), at, found.end(), True, found["prefix"] or "")
    flaw = None if word.text.isprintable() else "There is a character in this word that can't be shown."
    return word, flaw


def _misquoted(text: str, at: int) -> tuple[Word, str]:
    found = _OPEN_QUOTE.match(text, at)
    if found is not None:
        prefix, _, inner = text[at:].partition('"')
        return Word(inner, at, len(text), True, prefix), "The quote that begins here has no end."
    run = _RUN.match(text, at)
    end = run.end() if run else len(text)
    return Word(text[at:end].strip('"'), at, end, True), (
        "Quotes go around a whole word; a quote inside one is doubled."
    )


def quoted(text: str) -> str:
    """The text in quotes, as `lex` reads it back."""
    doubled = text.replace('"', '""')
    return f'"{doubled}"'
