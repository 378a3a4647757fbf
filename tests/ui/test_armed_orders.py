"""Armed orders on the screen: typed, reviewed, in Orders above the broker's; looked at, changed, gone."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from tests.patience import PATIENCE
from tests.ui.still_desk import Desk, a_desk
from tests.ui.still_life import StillBackend, still_backend
from xbtfx_tui.domain.armed_orders import RuleAsked, RuleAway
from xbtfx_tui.domain.intents import OpenIntent

LINE = "buy 0.10 EURUSD limit=1.0780 sl=30p tp=2r group=a"


@asynccontextmanager
async def at_orders(*lines: str) -> AsyncIterator[tuple[StillBackend, Desk]]:
    """The terminal with these armed by the command line, and the keys in Orders, on the newest."""
    backend = still_backend()
    await backend.rules.take_up(50012345)
    async with a_desk(backend) as desk:
        for line in lines:
            await desk.presses("colon")
            await desk.pilot.press(
                *["equals_sign" if key == "=" else "space" if key == " " else key for key in line]
            )
            await desk.confirms("enter")
            await desk.sees("waits:")
        await desk.presses("5", "g")
        yield backend, desk


async def test_it_is_reviewed_and_stands_above_the_brokers_orders() -> None:
    backend = still_backend()
    await backend.rules.take_up(50012345)
    async with a_desk(backend) as desk:
        await desk.presses("colon")
        await desk.pilot.press(
            *["equals_sign" if key == "=" else "space" if key == " " else key for key in LINE]
        )
        await desk.presses("enter")
        await desk.sees(
            "Once, when the ask of EURUSD is 1.07800 or below", "sl 1.07500 (30.0 pips, -30.00 USD)"
        )
        assert backend.rules.orders == ()
        await desk.confirms()
        await desk.sees("Armed order 1 waits: buy 0.10 EURUSD limit=1.07800")
        await desk.presses("5", "g")
        row = desk.line("1 armed")
        assert row.split()[2:10] == ["EURUSD", "buy", "limit", "[a]", "0.10", "1.07800", "1.08221", "30p"]
        await desk.presses("m")
        await desk.sees(": buy 0.10 EURUSD limit=1.07800 sl=30p tp=2r group=a replaces=1")


async def test_del_takes_it_away_and_prints_the_line_that_arms_it_again() -> None:
    async with at_orders(LINE) as (backend, desk):
        await desk.presses("delete")
        await desk.sees(
            "Armed order 1 fires no more. To arm it again: buy 0.10 EURUSD limit=1.07800", "1 ended"
        )
        await desk.presses("r")
        await desk.sees(": buy 0.10 EURUSD limit=1.07800", "Once, when the ask of EURUSD")
        assert len(backend.rules.orders) == 1


async def test_one_that_asks_is_sent_by_its_review_alone() -> None:
    async with at_orders("buy 0.10 EURUSD stop=1.0840") as (backend, desk):
        rule = backend.rules.orders[0]
        backend.rules._book.turn(rule, RuleAway("this program did not run"))
        backend.moves_to("EURUSD", 1.08500, 1.08508)
        assert isinstance(backend.rules.orders[0].state, RuleAsked)
        await desk.sees("5 Orders · 1 armed · ! 1 ASKS", "1 ASKED")
        await desk.confirms()
        await desk.sees("It ASKS: passed by 0.00108 while this", "program did not run: the ask is 1.08508.")
        await desk.presses("down")
        await desk.confirms()
        await desk.sees("Buy 0.10 EURUSD at market, now 1.08508.", "1.08524. Send it?")
        assert backend.desk.taken == []
        backend.clock.at += 5
        backend.quote("EURUSD", 1.08500, 1.08508)
        await desk.confirms("right")
        async with asyncio.timeout(PATIENCE):
            while not backend.desk.taken:
                await desk.sees_a_frame()
        (sent,) = backend.desk.taken
        assert isinstance(sent, OpenIntent)
        assert sent.comment == "rule 1"
        await desk.sees("1 fired")
