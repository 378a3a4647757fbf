"""Deals of before the send: where no history had been read by then, they are nobody's proof."""

from decimal import Decimal
from pathlib import Path

import pytest
from msgspec.structs import replace

from tests.unit.test_desk_deals import deal
from tests.unit.test_desk_reconcile import bought, buys
from tests.unit.trading_desk import Trader, trader_at_desk
from xbtfx_tui.domain.failures import BridgeTimedOut, LineBroke, LinePart
from xbtfx_tui.domain.intents import CloseAllIntent, CloseIntent, Intent
from xbtfx_tui.domain.order_outcomes import Filled, IntentState
from xbtfx_tui.domain.positions import Deal, DealEntry, Position
from xbtfx_tui.domain.sides import Side

S = IntentState
D = Decimal
CUT = LineBroke(LinePart.READ, "", begun=True)
LEFT = replace(bought(7), volume=D("0.05"))
OTHER = replace(LEFT, ticket=8)
"""What is left of 0.10 each: the other half was closed twenty minutes ago."""


def closes_half(trader: Trader, position: int, ago: float = 1_200.0) -> Deal:
    closing = deal(trader, 400 + position, position, DealEntry.OUT, Side.SELL, ago=ago)
    return replace(closing, volume=D("0.05"))


def closes_one(trader: Trader) -> Intent:
    return CloseIntent(trader.desk.new_intent_id(), 7, "EURUSD", Side.BUY, LEFT.volume, LEFT.volume)


def closes_all(trader: Trader) -> Intent:
    return CloseAllIntent(trader.desk.new_intent_id(), (7, 8))


async def killed_in_flight(tmp_path: Path, intent: Intent, *read: Deal) -> Trader:
    """A first run that was killed right after it had sent; `read` is what it had read of the history, nothing
    where that had not come yet."""
    first = Trader(tmp_path / "state")
    first.listed = (LEFT, OTHER)
    await first.sits_down()
    if read:
        first.sees_history(*read)
    first.server.answers = [CUT]
    first.submits(intent)
    await first.settles()
    await first.is_killed()
    return first


async def next_run(first: Trader, *deals: Deal, holds: tuple[Position, ...] = ()) -> Trader:
    again = Trader(first.journal.directory, clock=first.clock)
    again.listed, again.holds, again.deals = (), holds, deals
    await again.sits_down()
    return again


@pytest.mark.parametrize("drafts", [closes_one, closes_all])
async def test_empty_lists_and_deals_of_before_do_not_close_what_an_earlier_run_held(
    tmp_path: Path, drafts: object
) -> None:
    assert callable(drafts)
    intent = drafts(Trader(tmp_path / "other"))
    first = await killed_in_flight(tmp_path, intent)
    again = await next_run(first, closes_half(first, 7), closes_half(first, 8))
    for _ in range(10):
        again.lists()
        await again.waits(0.5)
    assert again.state(intent) is S.UNKNOWN
    again.holds = (LEFT, OTHER)
    again.lists(LEFT, OTHER)
    await again.waits(40)
    assert not again.heard("Closed")
    assert again.state(intent) is S.FOUND_NOT_FILLED
    await again.desk.finish(within=1)


@pytest.mark.parametrize("drafts", [closes_one, closes_all])
async def test_deals_that_a_history_of_before_lacked_do(tmp_path: Path, drafts: object) -> None:
    """The row of the journal tells whether one had been read."""
    assert callable(drafts)
    intent = drafts(Trader(tmp_path / "other"))
    known = closes_half(Trader(tmp_path / "other"), 9)
    first = await killed_in_flight(tmp_path, intent, known)
    deals = (known, closes_half(first, 7, ago=0), closes_half(first, 8, ago=0))
    again = await next_run(first, *deals, holds=() if isinstance(intent, CloseAllIntent) else (OTHER,))
    await again.waits(8)
    assert again.state(intent) is S.FOUND_FILLED
    await again.desk.finish(within=1)


async def test_a_deal_that_the_answer_names_is_of_the_order_whenever_the_history_was_read(
    tmp_path: Path,
) -> None:
    async with trader_at_desk(tmp_path) as trader:
        trader.is_honest = False
        trader.holds = ()
        opening = replace(deal(trader, 501, 11, DealEntry.IN), time=None)
        buy = await buys(trader, Filled(10009, 501, 11, D("1.08213")))
        trader.deals = (opening, deal(trader, 502, 11, DealEntry.OUT, Side.SELL))
        await trader.waits(12)
        assert trader.state(buy) is S.FILLED
        assert trader.last_words == "Bought 0.10 EURUSD at 1.08213, ticket 11. It is closed again."


async def test_what_came_and_went_before_is_not_taken_for_it_when_the_stream_tells_it_again(
    tmp_path: Path,
) -> None:
    async with trader_at_desk(tmp_path) as trader:
        trader.holds = ()
        buy = await buys(trader)
        trader.stream_tells_opened(11)
        trader.stream_tells_closed(11)
        trader.deals = (
            deal(trader, 501, 11, DealEntry.IN, ago=1_800),
            deal(trader, 502, 11, DealEntry.OUT, Side.SELL, ago=1_700),
        )
        await trader.waits(50)
        assert not trader.heard("Bought")
        assert trader.state(buy) is S.AMBIGUOUS


@pytest.mark.parametrize(
    ("is_read", "says"),
    [
        (True, "history: 3 closing deals since it was sent"),
        (False, "history: 3 closing deals, maybe from before it was sent: not all was known of it then"),
    ],
)
async def test_closing_deals_are_counted_as_what_they_are(
    tmp_path: Path, says: str, *, is_read: bool
) -> None:
    async with trader_at_desk(tmp_path) as trader:
        trader.holds = (LEFT,)
        trader.sees_positions(LEFT)
        if is_read:
            trader.sees_history()
        trader.server.answers = [BridgeTimedOut()]
        trader.submits(CloseAllIntent(trader.desk.new_intent_id(), (7,)))
        trader.deals = tuple(closes_half(trader, ticket) for ticket in (3, 4, 5))
        await trader.waits(12)
        (doubt,) = trader.desk.doubts()
        assert any(look.endswith(says) for look in doubt.looked)


async def test_a_deal_without_a_time_is_of_no_known_time(tmp_path: Path) -> None:
    async with trader_at_desk(tmp_path) as trader:
        trader.holds = ()
        buy = await buys(trader)
        trader.stream_tells_opened(11)
        trader.deals = (replace(deal(trader, 501, 11, DealEntry.IN), time=None),)
        await trader.waits(20)
        assert trader.state(buy) is S.UNKNOWN


async def test_the_opening_of_a_position_that_lists_show_since_is_of_since(tmp_path: Path) -> None:
    """No history and no stream is needed to tell that from one of before: it was not held then."""
    async with trader_at_desk(tmp_path) as trader:
        trader.is_honest = False
        trader.holds = ()
        buy = await buys(trader)
        trader.holds = (bought(11),)
        trader.deals = (deal(trader, 501, 11, DealEntry.IN),)
        trader.lists(bought(11))
        await trader.waits(8)
        assert trader.state(buy) is S.FOUND_FILLED


@pytest.mark.parametrize(("opened", "is_known"), [("0.10", True), ("0.15", False)])
async def test_what_was_taken_off_a_position_that_was_whole_before_is_of_since(
    tmp_path: Path, opened: str, *, is_known: bool
) -> None:
    """Of one that held less than was opened, a part was taken before: which of its deals that is, no clock
    tells."""
    async with trader_at_desk(tmp_path) as trader:
        trader.is_honest = False
        trader.holds = (bought(7),)
        trader.sees_positions(bought(7))
        trader.server.answers = [BridgeTimedOut()]
        close = trader.submits(trader.drafts_close(7, "0.05", "0.10"))
        await trader.waits(0.2)
        trader.holds = (LEFT,)
        trader.lists(LEFT)
        opening = replace(deal(trader, 401, 7, DealEntry.IN, ago=3_000), volume=D(opened))
        trader.deals = (opening, closes_half(trader, 7))
        await trader.waits(10)
        assert trader.state(close) is (S.FOUND_FILLED if is_known else S.UNKNOWN)
