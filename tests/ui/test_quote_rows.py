"""The quote board makes only those cells anew that say something else: each row says what it should now."""

from random import Random

import pytest
from msgspec.structs import replace

from tests.ui.still_desk import Desk, a_desk
from tests.ui.still_life import PRICES, D
from xbtfx_tui.domain.store_events import Dialect, SpecRead, StreamDown, StreamUp
from xbtfx_tui.ui.panes.quote_row import first_difference
from xbtfx_tui.ui.widgets.canvas import Cell

SOME, MANY = 50, 150


def standing(desk: Desk) -> dict[str, list[Cell]]:
    """What each row on screen says."""
    board = desk.screen.quotes
    return {key: list(board._lines[board._row_of[key] + 1].cells) for key in board.visible_keys}


def made_anew(desk: Desk) -> dict[str, list[Cell]]:
    """What each row would say if none of its cells were kept."""
    board = desk.screen.quotes
    board._plan = None
    return {key: list(board.line_of(key)) for key in board.visible_keys}


def something_happens(desk: Desk, rng: Random) -> None:
    backend = desk.backend
    backend.clock.at += rng.choice([0.0, 0.1, 0.1, 0.5, 1.0, 3.0])
    for symbol in rng.sample(list(PRICES), rng.randrange(4)):
        bid, ask = PRICES[symbol]
        point = float(backend.store.specs[symbol].point)
        backend.quote(
            symbol, bid + rng.choice([-9, -2, 0, 0.2, 0.4, 3]) * point, ask + rng.randrange(3) * point
        )
    match rng.randrange(30):
        case 0:
            backend.store.apply(StreamDown("connection refused", 2.0))
        case 1 | 2:
            backend.store.apply(StreamUp(Dialect.CURRENT))
        case 3:
            spec = backend.store.specs["GBPUSD"]
            digits = rng.choice([4, 5])
            other = replace(spec, digits=digits, point=D(1).scaleb(-digits))
            backend.store.apply(SpecRead(other, backend.clock.now()))
        case _:
            pass


@pytest.mark.parametrize("steps", [SOME, pytest.param(MANY, marks=pytest.mark.long)])
@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_a_row_says_what_it_would_say_if_it_were_made_anew(seed: int, steps: int) -> None:
    rng = Random(seed)
    async with a_desk() as desk:
        for step in range(steps):
            something_happens(desk, rng)
            desk.screen.frame()
            if rng.random() < 0.2:
                desk.app.theme = rng.choice(["textual-light", "textual-dark", "nord"])
                await desk.pilot.pause()
            if rng.random() < 0.1:
                await desk.pilot.resize_terminal(*rng.choice([(120, 34), (200, 50), (160, 40)]))
                await desk.sees_a_frame()
            desk.screen.quotes.every_second()
            if rng.random() < 0.4:
                assert standing(desk) == made_anew(desk), step


async def test_what_stood_out_is_calm_on_screen_before_the_second_is_over() -> None:
    async with a_desk() as desk:
        for at, bid, tint in ((1.1, 1.08219, "up-flash"), (1.3, 1.08217, "down-flash"), (1.8, None, "down")):
            desk.backend.clock.at = at
            if bid is not None:
                desk.backend.quote("EURUSD", bid, 1.08227)
            desk.screen.frame()
            assert standing(desk)["EURUSD"][4][-1] == (
                "9" if at < 1.2 else "7",
                desk.screen.quotes.tint(tint),
            )
            assert standing(desk) == made_anew(desk)


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [("1.08213", "1.08219", 6), ("1.08213", "1.09213", 3), ("9.9", "10.1", 0), ("1.1", "1.1", 3)],
)
def test_the_first_difference_of_two_prices(old: str, new: str, found: int) -> None:
    assert first_difference(old, new) == found
