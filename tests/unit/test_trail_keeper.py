"""The task that makes trailing stops look, and what it keeps for the next run."""

import asyncio
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

import pytest

from tests.patience import PATIENCE
from tests.unit.trading_desk import LOGIN, Trader, trader_at_desk
from xbtfx_tui.automation import trailing_service
from xbtfx_tui.automation.trailing_engine import Trailer
from xbtfx_tui.automation.trailing_service import TrailKeeper
from xbtfx_tui.domain.login_state_owner import Keeping, KeptByAnother, KeptByNoLock, NotDecided
from xbtfx_tui.domain.positions import Position
from xbtfx_tui.domain.sides import Side
from xbtfx_tui.domain.store_events import Message, Severity, TrueWhile
from xbtfx_tui.domain.trailing_stop import KeptTrails, KnownStop, TrailingStop

D = Decimal
LONG = Position(184729, "EURUSD", Side.BUY, D("0.10"), D("1.08000"), D("1.08200"), sl=D("1.0815"))
TRAIL = TrailingStop(184729, "EURUSD", Side.BUY, D(15))


@dataclass
class Repository:
    """Keeps in memory, and says what it is told to."""

    kept: dict[int, tuple[TrailingStop, ...]] = field(default_factory=dict)
    trouble: str | None = None
    saves: int = 0
    stops: dict[int, KnownStop] = field(default_factory=dict)

    def load(self, login: int, *, repairs: bool) -> tuple[KeptTrails, str | None]:
        return KeptTrails(self.kept.get(login, ()), self.stops), self.trouble

    def save(self, login: int, kept: KeptTrails) -> str | None:
        self.saves += 1
        self.kept[login], self.stops = kept.trails, dict(kept.stops)
        return self.trouble


@pytest.fixture(autouse=True)
def _looks_come_quickly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trailing_service, "LOOK_EVERY", 0.001)


def keeper_of(
    trader: Trader, shelf: Repository, keeping: Keeping | None = None
) -> tuple[Trailer, TrailKeeper]:
    """`keeping` None: what the desk says."""

    def say(severity: Severity, sentence: str, true_while: TrueWhile | None = None) -> None:
        trader.store.apply(Message(trader.clock.now().wall, severity, sentence, true_while))

    trailer = Trailer(trader.store, trader.desk, trader.clock, say, lambda: None)
    return trailer, TrailKeeper(trailer, trader.store, shelf, lambda: keeping or trader.desk.keeping, say)


async def until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not holds():  # noqa: ASYNC110 the keeper has no event for a test
            await asyncio.sleep(0.001)


async def test_what_is_turned_on_and_off_is_kept_for_this_account(tmp_path: Path) -> None:
    async with trader_at_desk(tmp_path) as trader:
        trader.sees_positions(LONG)
        shelf = Repository()
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
        shelf = Repository(
            {LOGIN: (TRAIL,), 8: (TrailingStop(1, "X", Side.BUY, D(1)),)}, "A part can't be read."
        )
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
        shelf = Repository({LOGIN: (TRAIL,)})
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
        _, keeper = keeper_of(trader, Repository())
        await keeper.stop()


async def test_what_a_full_disk_did_not_take_is_kept_at_the_end(tmp_path: Path) -> None:
    async with trader_at_desk(tmp_path) as trader:
        trader.sees_positions(LONG)
        shelf = Repository()
        trailer, keeper = keeper_of(trader, shelf)
        keeper.start()
        await until(lambda: "wants stops" in trailer.start(184729, D("0.5")))
        shelf.trouble = "The trailing stops can't be kept for the next run: No space left on device."
        trailer.start(184729, D(15))
        await until(lambda: trader.heard("No space left"))
        shelf.trouble = None
        await keeper.stop()
        assert shelf.saves == 2


async def test_a_terminal_that_only_watches_takes_up_begins_ends_and_writes_none(tmp_path: Path) -> None:
    async with trader_at_desk(tmp_path) as trader:
        trader.sees_positions(LONG)
        shelf = Repository({LOGIN: (TRAIL,)})
        trailer, keeper = keeper_of(trader, shelf, KeptByAnother(8165))
        keeper.start()
        told = (
            "Another terminal (pid 8165) was here first: trailing stops are changed there, or here after it."
        )
        await until(lambda: trailer.elsewhere == told)
        assert trailer.stop(184729) == trailer.start(184729, D(15)) == told
        assert trailer.trails() == ()
        await keeper.stop()
        assert shelf.saves == 0
        assert not trader.heard("waits")
        assert not trader.heard("trails no more")


async def test_one_that_only_reads_moves_none_and_says_that_there_are_some(tmp_path: Path) -> None:
    async with trader_at_desk(tmp_path) as trader:
        trader.sees_positions(LONG)
        shelf = Repository({LOGIN: (TRAIL,)})
        trailer, keeper = keeper_of(trader, shelf, KeptByNoLock("this key may only read"))
        keeper.start()
        why = "This terminal moves and changes no trailing stops: this key may only read."
        await until(lambda: trader.heard(f"1 trailing stop is kept for this account. {why}"))
        assert trailer.stop(184729) == trailer.start(184729, D(15)) == why
        await keeper.stop()
        assert shelf.saves == 0


async def test_none_is_ended_before_it_is_known_whose_they_are(tmp_path: Path) -> None:
    async with trader_at_desk(tmp_path) as trader:
        trader.sees_positions(LONG)
        shelf = Repository({LOGIN: (TRAIL,)})
        trailer, keeper = keeper_of(trader, shelf, NotDecided())
        keeper.start()
        assert "not taken up yet" in trailer.stop(184729)
        await keeper.stop()
        assert (trailer.trails(), shelf.saves) == ((), 0)


async def test_a_disk_that_hangs_holds_up_no_stop(tmp_path: Path) -> None:
    hangs = threading.Event()

    class Hanging(Repository):
        def save(self, login: int, kept: KeptTrails) -> str | None:
            hangs.wait(5)
            return super().save(login, kept)

    async with trader_at_desk(tmp_path) as trader:
        trader.sees_positions(LONG)
        shelf = Hanging()
        trailer, keeper = keeper_of(trader, shelf)
        keeper.start()
        await until(lambda: trailer.start(184729, D(15)).startswith("EURUSD 184729 trails"))
        looks: list[None] = []
        look = trailer.look

        def counted() -> None:
            looks.append(None)
            look()

        trailer.look = counted  # type: ignore[method-assign]
        await until(lambda: len(looks) > 3)
        assert shelf.saves == 0
        hangs.set()
        await keeper.stop()
        assert shelf.kept[LOGIN] == (TRAIL,)
