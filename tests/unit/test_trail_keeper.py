"""The task that makes trailing stops look, and what it keeps for the next run."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

import pytest

from tests.unit.trading_desk import LOGIN, Trader, trader_at_desk
from xbtfx_tui.domain.events import Loudness, Said
from xbtfx_tui.domain.positions import Position
from xbtfx_tui.domain.sides import Side
from xbtfx_tui.domain.trailing import Trail
from xbtfx_tui.managing import trail_keeper
from xbtfx_tui.managing.trail_keeper import TrailKeeper
from xbtfx_tui.managing.trailing import Trailer

D = Decimal
LONG = Position(184729, "EURUSD", Side.BUY, D("0.10"), D("1.08000"), D("1.08200"), sl=D("1.0815"))
TRAIL = Trail(184729, "EURUSD", Side.BUY, D(15))


@dataclass
class Shelf:
    """Keeps in memory, and says what it is told to."""

    kept: dict[int, tuple[Trail, ...]] = field(default_factory=dict)
    trouble: str | None = None
    saves: int = 0

    def load(self, login: int) -> tuple[tuple[Trail, ...], str | None]:
        return self.kept.get(login, ()), self.trouble

    def save(self, login: int, trails: tuple[Trail, ...]) -> str | None:
        self.saves += 1
        self.kept[login] = trails
        return self.trouble


@pytest.fixture(autouse=True)
def _looks_come_quickly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trail_keeper, "LOOK_EVERY", 0.001)


def keeper_of(trader: Trader, shelf: Shelf) -> tuple[Trailer, TrailKeeper]:
    def say(loudness: Loudness, text: str) -> None:
        trader.store.apply(Said(trader.clock.now().wall, loudness, text))

    trailer = Trailer(trader.store, trader.desk, trader.clock, say, lambda: None)
    return trailer, TrailKeeper(trailer, trader.store, shelf, say)


async def until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(5):
        while not holds():  # noqa: ASYNC110 the keeper has no event for a test
            await asyncio.sleep(0.001)


async def test_what_is_turned_on_and_off_is_kept_for_this_account(tmp_path: Path) -> None:
    async with trader_at_desk(tmp_path) as trader:
        trader.sees_positions(LONG)
        shelf = Shelf()
        trailer, keeper = keeper_of(trader, shelf)
        assert "not taken up yet" in trailer.start(184729, D(15))
        keeper.start()
        await until(lambda: trailer.start(184729, D(15)).startswith("EURUSD 184729 trails"))
        await until(lambda: shelf.kept.get(LOGIN) == (TRAIL,))
        trailer.stop(184729)
        await keeper.stop()
        assert shelf.kept == {LOGIN: ()}


async def test_what_was_kept_is_taken_up_and_trouble_is_said(tmp_path: Path) -> None:
    async with trader_at_desk(tmp_path) as trader:
        trader.sees_positions(LONG)
        shelf = Shelf({LOGIN: (TRAIL,), 8: (Trail(1, "X", Side.BUY, D(1)),)}, "A part can't be read.")
        trailer, keeper = keeper_of(trader, shelf)
        keeper.start()
        await until(lambda: trader.heard("1 trailing stop is taken up again: EURUSD 184729 at 15p."))
        assert trader.heard("A part can't be read.")
        await keeper.stop()
        assert trailer.trails() == (TRAIL,)
        assert shelf.saves == 0


async def test_a_fault_ends_all_trails_loudly_and_keeps_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with trader_at_desk(tmp_path) as trader:
        trader.sees_positions(LONG)
        shelf = Shelf({LOGIN: (TRAIL,)})
        trailer, keeper = keeper_of(trader, shelf)
        keeper.start()
        await until(lambda: trailer.trails() == (TRAIL,))

        def fails() -> None:
            raise ZeroDivisionError

        monkeypatch.setattr(trailer, "look", fails)
        await until(lambda: trader.heard("A fault in this program ended all trailing stops"))
        await keeper.stop()
        assert trailer.trails() == ()
        assert shelf.kept == {LOGIN: (TRAIL,)}


async def test_a_keeper_that_never_began_ends(tmp_path: Path) -> None:
    async with trader_at_desk(tmp_path) as trader:
        _, keeper = keeper_of(trader, Shelf())
        await keeper.stop()


async def test_what_a_full_disk_did_not_take_is_kept_at_the_end(tmp_path: Path) -> None:
    async with trader_at_desk(tmp_path) as trader:
        trader.sees_positions(LONG)
        shelf = Shelf()
        trailer, keeper = keeper_of(trader, shelf)
        keeper.start()
        await until(lambda: "wants stops" in trailer.start(184729, D("0.5")))
        shelf.trouble = "The trailing stops can't be kept for the next run: No space left on device."
        trailer.start(184729, D(15))
        await until(lambda: trader.heard("No space left"))
        shelf.trouble = None
        await keeper.stop()
        assert shelf.saves == 2
