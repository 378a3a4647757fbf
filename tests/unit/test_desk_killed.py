"""Killed with several orders on one ticket: the next run takes none's work for another's."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from tests.unit.trading_desk import Trader
from xbtfx_tui.domain.accounts import MarginMode
from xbtfx_tui.domain.failures import LineBroke, LinePart
from xbtfx_tui.domain.intents import CloseAllIntent, Intent
from xbtfx_tui.domain.order_outcomes import BulkClosed, BulkLine, Filled, FilledInPart, IntentState, Result
from xbtfx_tui.domain.positions import Deal, DealEntry, Position
from xbtfx_tui.domain.sides import Side

S = IntentState
CUT = LineBroke(LinePart.READ, "", begun=True)
DONE = Filled(10009, deal=501)
TICKET = 5
MODES = pytest.mark.parametrize("mode", list(MarginMode), ids=lambda mode: mode.value)


def held(volume: str) -> Position:
    price = Decimal("1.08213")
    return Position(TICKET, "EURUSD", Side.BUY, Decimal(volume), price, price)


@asynccontextmanager
async def a_trader_who_holds(volume: str, path: Path, mode: MarginMode) -> AsyncIterator[Trader]:
    trader = Trader(path, mode=mode)
    trader.listed = trader.holds = (held(volume),)
    await trader.sits_down()
    yield trader
    await trader.is_killed()


async def closes(trader: Trader, volume: str, of: str, answer: Result) -> Intent:
    await trader.waits(3.1)  # the same order sooner is taken for a slip
    trader.server.answers = [answer]
    intent = trader.submits(trader.drafts_close(TICKET, volume, of))
    await trader.settles()
    await trader.waits(0.2)
    return intent


@asynccontextmanager
async def restarted(before: Trader, volume: str, mode: MarginMode) -> AsyncIterator[Trader]:
    """The next run, on the journal that the killed one left; so much of 0.35 is held by now, by its deals of
    0.10 each."""
    trader = Trader(before.journal.directory, mode=mode, clock=before.clock)
    at = datetime.fromtimestamp(before.clock.now().wall - 1, UTC)
    count = int((Decimal("0.35") - Decimal(volume)) / Decimal("0.10"))
    trader.deals = tuple(
        Deal(
            501 + number,
            "EURUSD",
            Side.SELL,
            DealEntry.OUT,
            Decimal("0.10"),
            Decimal("1.08213"),
            Decimal(0),
            at,
            701 + number,
            TICKET,
        )
        for number in range(count)
    )
    trader.listed = trader.holds = (held(volume),)
    await trader.sits_down()
    yield trader
    await trader.desk.finish(within=1)


@MODES
@pytest.mark.parametrize(
    ("left", "found"), [("0.25", S.FOUND_NOT_FILLED), ("0.15", S.FOUND_FILLED)], ids=["not done", "done"]
)
async def test_what_a_later_close_took_is_not_the_unknown_ones_work(
    tmp_path: Path, mode: MarginMode, left: str, found: IntentState
) -> None:
    async with a_trader_who_holds("0.35", tmp_path / "journal", mode) as trader:
        unknown = await closes(trader, "0.10", "0.35", CUT)
        done = await closes(trader, "0.10", "0.35", DONE)
        assert (trader.state(unknown), trader.state(done)) == (S.UNKNOWN, S.FILLED)
    async with restarted(trader, left, mode) as again:
        await again.waits(35)
        assert again.state(unknown) is found


@MODES
async def test_what_an_earlier_close_took_and_was_not_seen_yet_is_not_the_unknown_ones_work(
    tmp_path: Path, mode: MarginMode
) -> None:
    async with a_trader_who_holds("0.35", tmp_path / "journal", mode) as trader:
        trader.is_honest = False  # not to be seen yet
        await closes(trader, "0.10", "0.35", DONE)
        unknown = await closes(trader, "0.10", "0.35", CUT)
    async with restarted(trader, "0.25", mode) as again:
        await again.waits(35)
        assert again.state(unknown) is S.FOUND_NOT_FILLED
        assert not again.heard("LATE")


@MODES
@pytest.mark.parametrize("answer", [DONE, FilledInPart(10010)], ids=["in full", "in part"])
async def test_one_that_was_not_filled_is_no_alarm_once_a_later_order_moved_its_ticket(
    tmp_path: Path, mode: MarginMode, answer: Result
) -> None:
    async with a_trader_who_holds("0.35", tmp_path / "journal", mode) as trader:
        given_up = await closes(trader, "0.10", "0.35", CUT)
        await trader.waits(35)
        assert trader.state(given_up) is S.FOUND_NOT_FILLED
        done = await closes(trader, "0.10" if answer is DONE else "0.20", "0.35", answer)
        trader.sees_positions(held("0.25"))
        await trader.waits(1)
        assert trader.state(done) is S.FILLED
    async with restarted(trader, "0.25", mode) as again:
        await again.waits(5)
        assert not again.heard("LATE")


@MODES
@pytest.mark.parametrize("is_killed", [False, True], ids=["same run", "restarted"])
async def test_work_that_comes_late_is_told_though_another_order_was_done_meanwhile(
    tmp_path: Path, mode: MarginMode, is_killed: bool
) -> None:
    async with a_trader_who_holds("0.35", tmp_path / "journal", mode) as trader:
        given_up = await closes(trader, "0.10", "0.35", CUT)
        await closes(trader, "0.10", "0.35", DONE)
        trader.sees_positions(held("0.25"))
        trader.holds = (held("0.25"),)
        await trader.waits(35)
        assert trader.state(given_up) is S.FOUND_NOT_FILLED
        if not is_killed:
            trader.sees_positions(held("0.15"))
            await trader.waits(1)
            assert trader.heard("LATE")
    if is_killed:
        async with restarted(trader, "0.15", mode) as again:
            await again.waits(1)
            assert again.heard("LATE")


async def test_what_close_all_took_leaves_no_part_to_be_decided(tmp_path: Path) -> None:
    """It is closed, and that close-all found it is known: what the part came to nothing tells any more."""
    mode = MarginMode.HEDGING
    async with a_trader_who_holds("0.35", tmp_path / "journal", mode) as trader:
        unknown = await closes(trader, "0.10", "0.35", CUT)
        line = BulkLine(TICKET, "filled", 10009, 501)
        trader.server.answers = [BulkClosed(1, 0, Decimal(0), (line,))]
        every = trader.submits(CloseAllIntent(trader.desk.new_intent_id(), (TICKET,)))
        await trader.settles()
        trader.holds = ()
        trader.sees_positions()
        await trader.waits(1)
        assert trader.state(every) is S.FILLED
    again = Trader(trader.journal.directory, mode=mode, clock=trader.clock)
    at = datetime.fromtimestamp(again.clock.now().wall - 1, UTC)
    price, none = Decimal("1.08213"), Decimal(0)
    lots = Decimal("0.35")
    again.deals = (Deal(501, "EURUSD", Side.SELL, DealEntry.OUT, lots, price, none, at, 701, TICKET),)
    again.holds = ()
    await again.sits_down()
    await again.waits(70)
    assert again.state(unknown) is S.FOUND_NOT_FILLED
    assert again.heard("whether this order closed it is not known")
    await again.desk.finish(within=1)
