"""Netting: the position an order is told to have led to is its own, not whatever the symbol has by now."""

from decimal import Decimal
from pathlib import Path

import pytest
from msgspec.structs import replace

from tests.unit.test_desk_full_closes import HELD, trader_who_holds
from tests.unit.test_desk_netting_sums import is_listed
from tests.unit.trading_desk import Trader, trader_at_desk
from xbtfx_tui.domain.accounts import MarginMode
from xbtfx_tui.domain.intents import Intent, ReverseIntent
from xbtfx_tui.domain.order_outcomes import IntentState, Placed, Reversed
from xbtfx_tui.domain.positions import Position
from xbtfx_tui.domain.sides import Side

S = IntentState
D = Decimal
NETTING = MarginMode.NETTING
TURNED = Reversed(501, D("1.08200"), 502, 12, D("1.08200"), D("0.10"), Side.SELL)


def ticket_of(trader: Trader, intent: Intent) -> int | None:
    return trader.store.intents[intent.intent_id].ticket


async def buys_and_reverses(trader: Trader) -> tuple[Intent, Intent]:
    """Both at once; lists lag, and show what they came to only once both are answered."""
    trader.is_honest, trader.server.answers = False, [Placed(10008), TURNED]
    buy = trader.submits(trader.drafts_buy("0.15"))
    reverse = ReverseIntent(trader.desk.new_intent_id(), 7, "EURUSD", Side.BUY, HELD.volume)
    trader.submits(reverse)
    await trader.settles()
    return buy, reverse


def net(ticket: int, side: Side, volume: str) -> Position:
    return replace(HELD, ticket=ticket, side=side, volume=D(volume))


async def test_what_a_later_order_made_of_it_is_not_what_a_reverse_opened(tmp_path: Path) -> None:
    """The reverse opened 12, sell 0.10; the buy turned that into 13, buy 0.05."""
    async with trader_who_holds(tmp_path, HELD, mode=NETTING) as trader:
        buy, reverse = await buys_and_reverses(trader)
        trader.stream_tells_closed(7)
        await is_listed(trader, 40, net(13, Side.BUY, "0.05"))
        assert trader.state(buy) is S.FOUND_FILLED
        assert trader.state(reverse) is S.FILLED
        assert ticket_of(trader, reverse) is None, "neither a list nor the stream ever told of 12"
        assert ticket_of(trader, buy) is None, "it may have come before"
        assert not trader.heard("ticket 13")


async def test_the_number_that_its_answer_names_is_its_position(tmp_path: Path) -> None:
    async with trader_who_holds(tmp_path, HELD, mode=NETTING) as trader:
        _, reverse = await buys_and_reverses(trader)
        trader.stream_tells_opened(12, Side.SELL)
        trader.stream_tells_closed(12)
        trader.stream_tells_opened(13, Side.BUY, "0.05")
        await is_listed(trader, 40, net(13, Side.BUY, "0.05"))
        assert ticket_of(trader, reverse) == 12
        assert trader.heard("now sell 0.10 at 1.08200, ticket 12; closed at 1.08200. It is closed again.")


@pytest.mark.parametrize(
    ("before", "ticket", "held", "own"),
    [
        ((HELD,), 7, "0.15", 7),
        ((), 12, "0.05", 12),
        ((net(7, Side.SELL, "0.04"),), 12, "0.01", None),
    ],
    ids=["added to what was there", "opened by one, and added to", "turned by one of them"],
)
async def test_of_two_that_go_one_way_each_led_to_what_both_must_have_moved(
    tmp_path: Path, before: tuple[Position, ...], ticket: int, held: str, own: int | None
) -> None:
    async with trader_at_desk(tmp_path, mode=NETTING) as trader:
        trader.sees_positions(*before)
        trader.sees_history()
        trader.is_honest = False
        first, second = (trader.submits(trader.drafts_buy(lots)) for lots in ("0.03", "0.02"))
        await trader.settles()
        if ticket != 7:
            trader.stream_tells_closed(7)
        await is_listed(trader, 40, net(ticket, Side.BUY, held))
        assert trader.state(first) is trader.state(second) is S.FOUND_FILLED
        assert (ticket_of(trader, first), ticket_of(trader, second)) == (own, own)


async def test_an_order_that_nothing_else_moved_with_led_to_what_is_held(tmp_path: Path) -> None:
    async with trader_who_holds(tmp_path, net(7, Side.SELL, "0.04"), mode=NETTING) as trader:
        trader.is_honest = False
        buy = trader.submits(trader.drafts_buy("0.10"))
        await trader.settles()
        trader.stream_tells_closed(7)
        await is_listed(trader, 40, net(12, Side.BUY, "0.06"))
        assert ticket_of(trader, buy) == 12


async def test_beside_others_a_reverse_is_told_with_the_lots_of_its_answer(tmp_path: Path) -> None:
    """A sell has taken 0.03 before it came. By what a third order may have done the sum is the same as if it
    had found all."""
    async with trader_who_holds(tmp_path, HELD, mode=NETTING) as trader:
        turned = replace(TURNED, volume=D("0.07"))
        trader.is_honest, trader.server.answers = False, [Placed(10008), Placed(10008), turned]
        trader.submits(replace(trader.drafts_buy("0.03"), side=Side.SELL, price=D("1.08200")))
        trader.submits(trader.drafts_buy("0.06"))
        reverse = ReverseIntent(trader.desk.new_intent_id(), 7, "EURUSD", Side.BUY, HELD.volume)
        trader.submits(reverse)
        await trader.settles()
        trader.stream_tells_closed(7)
        await is_listed(trader, 40, net(12, Side.SELL, "0.07"))
        assert trader.heard("now sell 0.07 at 1.08200, ticket 12; closed at 1.08200.")
        assert not trader.heard("now sell 0.10")
