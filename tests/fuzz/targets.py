"""What is fed, and what must hold for every body: a value or the documented error, bounded, without key.

A target draws a case, takes it, and raises for whatever should not be. `WireError` is caught exactly where
the modules document it, and nowhere else.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from random import Random
from typing import Protocol, TypeVar

from tests.fuzz.corpus import ANSWERS, ERRORS, FRAMES, KEY_TEXT, READS, encoded
from tests.fuzz.mutate import LITERALS, Mutator, Seedling, seedling
from xbtfx_tui.domain.api_key import ApiKey
from xbtfx_tui.domain.failure_messages import read_failure_words
from xbtfx_tui.domain.intents import CloseAllIntent, OpenIntent
from xbtfx_tui.domain.order_outcomes import Result
from xbtfx_tui.domain.order_text import answer_words
from xbtfx_tui.domain.quotes import Quote
from xbtfx_tui.domain.sides import Side
from xbtfx_tui.wire import get_responses
from xbtfx_tui.wire.json_fields import as_decimal
from xbtfx_tui.wire.post_responses import read_answer, read_failure
from xbtfx_tui.wire.stream_frames import read_frame
from xbtfx_tui.wire.wire_errors import WireError, key_cover

T = TypeVar("T")

KEY = ApiKey(KEY_TEXT)
_COVER = key_cover(KEY)
_LONGEST_ERROR = 300
_LONGEST_WORDS = 900
_KEY_SIGNS = (b"a1b2c3d4a1b2", b"\\u0078btfx")


class BrokenError(Exception):
    """Something that must always hold did not; the sentence says what."""


@dataclass(frozen=True, slots=True)
class Case:
    """One feeding: `body` is what is made smaller when it breaks something, `how` is the rest."""

    body: bytes
    how: str = ""
    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()


class Target(Protocol):
    """One thing that is fed."""

    def draw(self) -> Case: ...

    def take(self, case: Case) -> None: ...

    def held(self) -> dict[str, int]:
        """What it keeps from one case to the next, by name, as counts."""
        ...


def harmless(text: str) -> bool:
    """Whether a terminal can show the text as it is: every character printable, on one line."""
    return text.isprintable()


def demand(holds: bool, sentence: str) -> None:
    if not holds:
        raise BrokenError(sentence)


def without_key(case_body: bytes, found: object) -> None:
    """No printed form of what was read holds the key; looked at where the body had anything of it."""
    if any(sign in case_body for sign in _KEY_SIGNS):
        demand(KEY_TEXT not in f"{found!r} {found}", "the key got through")


def seedlings(*groups: tuple[object, ...]) -> list[Seedling]:
    return [seedling(encoded(document)) for group in groups for document in group]  # type: ignore[arg-type] # documents of the corpus alone


ALL_SEEDLINGS = seedlings(*READS.values(), *ANSWERS.values(), ERRORS, FRAMES)


class RestTarget:
    """Every reader of GET answers, with bodies of its own kind and of others."""

    def __init__(self, luck: Random) -> None:
        self._luck = luck.random
        self._mutator = Mutator(luck, ALL_SEEDLINGS)
        self._plants = [(name, plant) for name, group in READS.items() for plant in seedlings(group)]
        self._readers: dict[str, Callable[[bytes], object]] = {
            name: getattr(get_responses, name) for name in READS
        }

    def draw(self) -> Case:
        name, plant = self._plants[int(self._luck() * len(self._plants))]
        of = plant if self._luck() < 0.9 else None
        return Case(self._mutator.body(of), name)

    def take(self, case: Case) -> None:
        try:
            found: object = self._readers[case.how](case.body.replace(*_COVER))
        except WireError as error:
            found = error
            demand(len(str(error)) <= _LONGEST_ERROR, "an error's sentence is not bounded")
        without_key(case.body, found)

    def held(self) -> dict[str, int]:
        return {}


_STATUSES = (200, 200, 200, 207, 400, 401, 403, 404, 422, 429, 500, 502, 503, 504, 0, -1, 99, 100, 204, 302,
             418, 511, 599, 999, 10**9)  # fmt: skip
_HEADERS = ("Retry-After", "retry-after", "RETRY-AFTER", "X-RateLimit-Remaining", "", "Date")
_INTENTS = (
    OpenIntent("id", "EURUSD", Side.BUY, Decimal("0.1"), Decimal("1.1")),
    CloseAllIntent("id", (1, 2)),
)


class AnswersTarget:
    """What POSTs and failed GETs are answered, under any status and headers, up to the trader's words."""

    def __init__(self, luck: Random) -> None:
        self._luck = luck.random
        self._mutator = Mutator(luck, ALL_SEEDLINGS)
        errors = seedlings(ERRORS)
        self._plants = [(path, [*seedlings(group), *errors]) for path, group in ANSWERS.items()]
        self._values = [one.strip(b'"').decode("utf-8", "replace")[:200] for one in LITERALS]

    def draw(self) -> Case:
        path, plants = self._pick(self._plants)
        headers: tuple[tuple[str, str], ...] = ()
        if self._luck() < 0.5:
            headers = ((self._pick(_HEADERS), self._pick(self._values)),)
        return Case(self._mutator.body(self._pick(plants)), path, self._pick(_STATUSES), headers)

    def take(self, case: Case) -> None:
        body, headers = case.body.replace(*_COVER), dict(case.headers)
        result = read_answer(case.how, case.status, headers, body)
        failure = read_failure(case.status, headers, body)
        for intent in _INTENTS:
            _check_words(answer_words(intent, result, 1, "USD"))
        _check_words(read_failure_words(failure))
        without_key(case.body, (result, failure))
        _check_texts(result)

    def held(self) -> dict[str, int]:
        return {}

    def _pick(self, among: Sequence[T]) -> T:
        return among[int(self._luck() * len(among))]


def _check_words(words: str) -> None:
    demand(harmless(words), f"words for the trader hold {words!r}")
    demand(len(words) <= _LONGEST_WORDS, "words for the trader are not bounded")


def _check_texts(result: Result) -> None:
    for name in ("message", "detail", "code", "warning"):
        text = getattr(result, name, "")
        demand(len(text) <= 600, f"the {name} of an answer is not bounded")


class StreamTarget:
    """The stream's frames, as text and as bytes."""

    def __init__(self, luck: Random) -> None:
        self._luck = luck.random
        self._mutator = Mutator(luck, ALL_SEEDLINGS)
        self._frames = seedlings(FRAMES)

    def draw(self) -> Case:
        of = self._frames[int(self._luck() * len(self._frames))] if self._luck() < 0.95 else None
        return Case(self._mutator.body(of), "text" if self._luck() < 0.3 else "bytes")

    def take(self, case: Case) -> None:
        body = case.body.replace(*_COVER)
        try:
            found: object = read_frame(
                body if case.how == "bytes" else body.decode("utf-8", "surrogateescape")
            )
        except WireError as error:
            found = error
            demand(len(str(error)) <= _LONGEST_ERROR, "an error's sentence is not bounded")
        if type(found) is Quote:
            check_quote(found)
        without_key(case.body, found)

    def held(self) -> dict[str, int]:
        return {}


def check_quote(quote: Quote) -> None:
    """What the store relies on: prices that a Decimal of ordinary precision can hold, and five levels."""
    depth = () if quote.depth is None else (*quote.depth.bids, *quote.depth.asks)
    demand(len(depth) <= 10, "more than five levels a side")
    for number in (quote.bid, quote.ask, *(level.price for level in depth)):
        demand(as_decimal(str(number)) is not None and number > 0, f"a quote's price is {number!r}")
