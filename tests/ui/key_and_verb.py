"""One order by its key and by the command bar: what each tells, and what it hands over.

What is told is read off the screen; nothing here asks a planner or a dialog what it thinks. Both stand before
one account that stands still, judged by the real guards.
"""

import asyncio
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TypeAlias

import msgspec
from msgspec.structs import replace

from tests.patience import PATIENCE
from tests.ui.looks import A_LOOK
from tests.ui.rows_on_screen import rows_at, rows_of, unfolded
from tests.ui.still_desk import Desk
from tests.ui.still_life import StillBackend
from xbtfx_tui.domain.intents import Intent
from xbtfx_tui.domain.shell_wording import in_shell
from xbtfx_tui.domain.trailing_stop import TrailingStop
from xbtfx_tui.orders.guards.guard_types import NO_LIMITS, Problem
from xbtfx_tui.orders.guards.order_guards import guards
from xbtfx_tui.orders.store_views import view_of
from xbtfx_tui.ui.dialogs.command_bar import CommandBar
from xbtfx_tui.ui.dialogs.review_line import ReviewLine
from xbtfx_tui.ui.keystrokes import Keystrokes
from xbtfx_tui.ui.screens.trading_screen import TradingScreen
from xbtfx_tui.ui.widgets.table import Board

SIZE = (90, 44)
"""Room for every review in full: how it fits a small screen is the snapshots' to hold."""

KEYS = frozenset({"tab", "enter", "delete", "down", "f2", "f3", "f4"})
"""The words of `Order.keys` that are a key each; `looks` is none, but a moment's look at what came up. Any
other is typed, letter by letter."""

ENTER = re.compile(r"\s*Enter (?:sends|does it|turns it on), escape goes back\.\s*")
GOES_BACK = re.compile(r"\s*Enter or escape goes back\.\s*")
MORE_ABOVE = re.compile(r"And \d+ more in the list above: up/down scroll it\.")
CANT = "Can't be sent now: "
WORD = "close"


class Order(msgspec.Struct, frozen=True):
    """One thing to be done. `at` is the symbol, or the ticket, whose row has the cursor; `keys` lead from
    there to the review: `c 0.05 enter`. `line` is the same as it is typed behind a colon.

    `waits`: the verb waits for what it lacks where the dialog says that it can't be sent; neither sends.
    """

    at: str | int
    keys: str
    line: str
    waits: bool = False


class Told(msgspec.Struct, frozen=True):
    """A review: the sentence, each warning, and what was handed over at the enter after it."""

    sentence: str
    warnings: frozenset[str]
    done: object


class NotPossible(msgspec.Struct, frozen=True):
    """Nothing could be sent; `why` is everything that was said of what is wrong."""

    why: frozenset[str]


Answer: TypeAlias = Told | NotPossible


# --- the account ---


def judged(backend: StillBackend) -> StillBackend:
    """The account before a desk that judges by the real guards."""
    store, clock = backend.store, backend.clock

    def judge(intent: Intent) -> tuple[Problem, ...]:
        underway = [record for record in store.intents.values() if record.state.is_open]
        view = view_of(store, intent, clock.now(), (), underway, spent=False)
        return guards(intent, view, NO_LIMITS, clock.now())

    backend.desk.judge = judge
    return backend


# --- the hands ---


async def settles(desk: Desk) -> None:
    await desk.sees_a_frame()


async def strikes(desk: Desk, keys: Iterable[str]) -> None:
    for key in keys:
        desk.app.simulate_key(key)
    await settles(desk)


async def selects(desk: Desk, at: str | int) -> None:
    """Put the cursor on the row of this symbol, position or pending order."""
    boards: Mapping[str, Board[str] | Board[int]] = {
        "1": desk.screen.quotes,
        "4": desk.screen.positions.board,
        "5": desk.screen.orders,
    }
    for pane, board in boards.items():
        rows: list[str | int] = list(board.keys)
        if at in rows:
            await strikes(desk, [pane, "home", *["down"] * rows.index(at)])
            assert board.cursor == at
            return
    raise AssertionError(f"no pane has {at}: {desk.text()}")


async def leaves(desk: Desk) -> None:
    """Back to the panes, whatever stands there."""
    for _ in range(5):
        if isinstance(desk.app.screen, TradingScreen):
            return
        desk.backend.clock.at += A_LOOK
        await strikes(desk, ["escape"])
    raise AssertionError(f"it does not leave: {desk.text()}")


async def plays(desk: Desk, keys: str) -> None:
    for word in keys.split():
        if word == "looks":
            desk.backend.clock.at += A_LOOK
        else:
            await strikes(desk, [word] if word in KEYS else word)


# --- the eyes ---


def _is_reviewing(desk: Desk) -> bool:
    return desk.app.focused is not None and desk.app.focused.id == "review"


def _reviewed(desk: Desk, sentence_in: str) -> tuple[str, list[str]]:
    """The sentence and the warnings of the review that is up, the sentence in the part of this id."""
    sentence, warnings = unfolded(rows_at(desk, f"#{sentence_in}"))
    if sentence_in != "review":
        _, below = unfolded(rows_at(desk, "#general"))
        question, hindrances = unfolded(rows_at(desk, "#review"))
        assert hindrances or ENTER.search(question), desk.text()
        warnings = [*warnings, *(one for one in below if not MORE_ABOVE.fullmatch(one)), *hindrances]
    return ENTER.sub("", sentence), warnings


def _wrong_in_fields(desk: Desk) -> frozenset[str]:
    """Every marked sentence of a dialog that came to no review: beside its fields, and below them."""
    said: list[str] = []
    for widget in (*desk.app.screen.query(".note"), *desk.app.screen.query("#general")):
        if widget.display:
            said += unfolded(rows_of(desk, widget))[1]
    words, headline = unfolded(rows_at(desk, "#headline"))
    return frozenset([*said, *headline, *([words] if not said and not headline else [])])


def _hindrance(warnings: Sequence[str]) -> frozenset[str] | None:
    """Why what is reviewed can't be sent; None where it can."""
    for warning in warnings:
        if warning.startswith(CANT):
            return frozenset({GOES_BACK.sub("", warning.removeprefix(CANT))})
    return None


def _handed_over(backend: StillBackend) -> object:
    """What was handed over since this was asked last, without its id, which is another each time."""
    taken, trails = list(backend.desk.taken), dict(backend.trails.on)
    backend.desk.taken.clear()
    backend.trails.on.clear()
    orders: list[Intent | TrailingStop] = [replace(intent, intent_id="") for intent in taken]
    orders += trails.values()
    return orders[0] if len(orders) == 1 else tuple(orders)


# --- the three ways ---


@contextmanager
def at_one_moment(desk: Desk) -> Iterator[None]:
    """What is looked at for a while in here is as old afterwards as before: each way has the same moment."""
    began = desk.backend.clock.at
    yield
    desk.backend.clock.at = began
    desk.app.key_turns.strokes = Keystrokes()  # which were struck later than now


async def by_key(desk: Desk, order: Order) -> Answer:
    """What the keys lead to."""
    with at_one_moment(desk):
        return await _by_key(desk, order)


async def _by_key(desk: Desk, order: Order) -> Answer:
    await selects(desk, order.at)
    await plays(desk, order.keys)
    assert not isinstance(desk.app.screen, TradingScreen), f"{order.keys} opens nothing: {desk.text()}"
    return await _answered(desk, "review")


async def by_bar(desk: Desk, line: str) -> Answer:
    """What the line leads to in the terminal."""
    with at_one_moment(desk):
        return await _by_bar(desk, line)


async def _by_bar(desk: Desk, line: str) -> Answer:
    await strikes(desk, ["colon", *line, "enter"])
    if isinstance(desk.app.screen, CommandBar):
        words, wrong = unfolded(rows_at(desk, "#meaning"))
        answer = NotPossible(frozenset(one.partition(" e.g. ")[0] for one in (wrong or [words])))
        await leaves(desk)
        return answer
    return await _answered(desk, "steps")


async def _answered(desk: Desk, sentence_in: str) -> Answer:
    """Read the review and answer it with enter; where there is none, what is said instead."""
    if any(word.display for word in desk.app.screen.query(f"#{WORD}")):
        return await _answered_by_word(desk)
    if not _is_reviewing(desk):
        answer: Answer = NotPossible(_wrong_in_fields(desk))
        await leaves(desk)
        assert _handed_over(desk.backend) == ()
        return answer
    sentence, warnings = _reviewed(desk, sentence_in)
    # A change of the terminal's own has no list of orders: its question says all of it.
    if not sentence:
        sentence = ENTER.sub("", unfolded(rows_at(desk, "#review"))[0])
    await _confirms(desk)
    await leaves(desk)
    done = _handed_over(desk.backend)
    if (why := _hindrance(warnings)) is not None:
        assert done == ()
        return NotPossible(why)
    return Told(sentence, frozenset(warnings), done)


async def _confirms(desk: Desk) -> None:
    """Enter, once the review was looked at; until something has come of it."""
    review = desk.app.screen.query_one(ReviewLine)

    def hears() -> bool:
        desk.backend.clock.at += A_LOOK / 2
        return review.hears

    await _until(desk, hears)
    desk.backend.clock.at += A_LOOK / 2
    await strikes(desk, ["enter"])
    await _until(desk, lambda: desk.app.focused is not review)


async def _until(desk: Desk, holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not holds():
            await desk.sees_a_frame()


async def _answered_by_word(desk: Desk) -> Answer:
    """Read what the typed word is asked for, and type it."""
    sentence, _ = unfolded(rows_at(desk, "#headline") or rows_at(desk, "#steps"))
    _, warnings = unfolded(rows_at(desk, "#general"))
    desk.backend.clock.at += A_LOOK
    await strikes(desk, WORD)
    desk.backend.clock.at += A_LOOK
    await strikes(desk, ["enter"])
    await leaves(desk)
    return Told(sentence, frozenset(warnings), _handed_over(desk.backend))


# --- the comparison ---


def differences(key: Answer, other: Answer, where: str, *, waits: bool = False) -> list[str]:
    """What two ways to one order tell otherwise, in words; none where they are the same.

    A line has its first mistake alone, the fields of a dialog each have theirs. `waits` as in Order.
    """
    match key, other:
        case NotPossible(why), NotPossible(said):
            missing = frozenset() if waits else said - why
            return [f"{where} says what the key does not: {missing}; it says {set(why)}"] if missing else []
        case Told(), Told():
            return [
                f"{what} by key and by {where}:\n    {mine}\n    {yours}"
                for what, mine, yours in (
                    ("the order", key.done, other.done),
                    ("the sentence", key.sentence, other.sentence),
                    ("the warnings", sorted(key.warnings), sorted(other.warnings)),
                )
                if mine != yours
            ]
        case _:
            return [f"only one of them can be sent, by key and by {where}:\n    {key}\n    {other}"]


def as_in_a_shell(answer: Answer) -> Answer:
    """What a screen tells, in the words of a shell, which has no keys."""
    match answer:
        case Told(sentence, warnings, done):
            return Told(in_shell(sentence), frozenset(map(in_shell, warnings)), done)
        case NotPossible(why):
            return NotPossible(frozenset(map(in_shell, why)))
