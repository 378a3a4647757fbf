"""What nobody watched is asked, never fired: after a start, an outage, a lock; and what was held for long."""

from decimal import Decimal
from pathlib import Path

from tests.unit.rules_trader import RulesTrader, rules_at_desk
from xbtfx_tui.domain.armed_orders import RuleAsked, SendReview
from xbtfx_tui.domain.intents import OpenIntent

LIMIT = "buy 0.10 EURUSD limit=1.0810 sl=30p"
STOP = "buy 0.10 EURUSD stop=1.0830 sl=30p"


async def restarted(trader: RulesTrader, bid: float) -> RulesTrader:
    """The program ends, and another begins on the same files, at this price."""
    await trader.rules.stop()
    await trader.desk.finish(within=0.0)
    other = RulesTrader(trader.journal.directory)
    await other.takes_up(bid)
    return other


async def test_passed_while_closed_is_asked(tmp_path: Path) -> None:
    """R17."""
    async with rules_at_desk(tmp_path) as trader:
        limit, stop = await trader.arms(LIMIT), await trader.arms(STOP)
        other = await restarted(trader, 1.08050)
        assert other.heard(
            "2 armed orders wait again: 1 buy limit EURUSD 1.08100, 2 buy stop EURUSD 1.08300."
        )
        assert other.heard("ASKS: passed by 0.00037 while this program did not run: the ask is 1.08063.")
        assert (other.stands(limit), other.stands(stop)) == ("ASKED", "armed")
        for bid in (1.08040, 1.08200, 1.08040):
            await other.tick(bid)
            await other.looks_for(1)
        assert (other.opened, other.stands(limit)) == (0, "ASKED")
        await other.tick(1.08300)
        assert (other.opened, other.stands(stop)) == (1, "fired")
        await other.rules.stop()
        await other.desk.finish(within=0.0)


async def test_what_asks_is_sent_waits_or_goes_at_the_traders_word(tmp_path: Path) -> None:
    async with rules_at_desk(tmp_path) as trader:
        lines = [f"buy 0.{lots} EURUSD limit=1.0810" for lots in (10, 20, 30)]
        numbers = [await trader.arms(line) for line in lines]
        other = await restarted(trader, 1.08050)
        send, wait, cancel = numbers
        assert all(isinstance(other.rule(number).state, RuleAsked) for number in numbers)
        review = other.rules.review(send)
        assert isinstance(review, SendReview)
        assert review.sentence.startswith("Buy 0.10 EURUSD at market, now 1.08063.")
        assert review.worst == Decimal("1.08089")
        assert "is being sent" in other.rules.send(send, review.worst)
        assert "waits on" in other.rules.wait(wait)
        assert "fires no more" in other.rules.disarm(cancel)
        await other.settles()
        await other.tick(1.08051)
        assert (other.opened, other.stands(send)) == (1, "fired")
        assert (other.stands(wait), other.stands(cancel)) == ("clearing", "ended")
        await other.tick(1.08200)
        assert other.stands(wait) == "armed"
        await other.tick(1.08050)
        assert (other.opened, other.stands(wait)) == (2, "fired")
        assert "asks nothing" in other.rules.send(send, review.worst)
        await other.rules.stop()
        await other.desk.finish(within=0.0)


async def test_an_outage_of_3_s_fires_and_one_of_90_s_asks(tmp_path: Path) -> None:
    """R5, R6."""
    async with rules_at_desk(tmp_path) as trader:
        short = await trader.arms(LIMIT)
        await trader.is_without_line(3)
        assert trader.opened == 0
        await trader.tick(1.08050)
        assert (trader.opened, trader.stands(short)) == (1, "fired")
    async with rules_at_desk(tmp_path / "long") as trader:
        long = await trader.arms(LIMIT)
        stop = await trader.arms(STOP)
        await trader.is_without_line(90)
        await trader.tick(1.08050)
        assert (trader.opened, trader.stands(long), trader.stands(stop)) == (0, "ASKED", "armed")
        assert trader.heard("while the stream was down")


async def test_a_machine_that_slept_asks(tmp_path: Path) -> None:
    """R15: no tick, no look, and the stream never said that it was gone."""
    async with rules_at_desk(tmp_path) as trader:
        number = await trader.arms(LIMIT)
        await trader.looks_for(1)
        trader.clock.sleeps_for(600)
        await trader.tick(1.08050)
        await trader.looks_for(1)
        assert (trader.opened, trader.stands(number)) == (0, "ASKED")
        assert trader.heard("while this program stood still")


async def test_a_lock_sends_away_at_once(tmp_path: Path) -> None:
    async with rules_at_desk(tmp_path) as trader:
        number = await trader.arms(LIMIT)
        trader.desk.lock("you locked it")
        await trader.tick(1.08050)
        await trader.looks_for(1)
        assert (trader.opened, trader.stands(number)) == (0, "away")
        assert trader.desk.unlock() is None
        await trader.tick(1.08051)
        assert (trader.opened, trader.stands(number)) == (0, "ASKED")


async def test_what_a_guard_holds_is_judged_anew_and_asked_after_30_s(tmp_path: Path) -> None:
    async with rules_at_desk(tmp_path) as trader:
        number = await trader.arms(f"{LIMIT} cap=20")
        await trader.tick(1.08050, 1.08090)
        assert (trader.opened, trader.stands(number)) == (0, "held")
        assert trader.heard("is held: The spread of EURUSD is 40 points")
        await trader.tick(1.08150)  # no longer there
        await trader.looks_for(0.25)
        assert trader.stands(number) == "armed"
        for _ in range(32):
            await trader.tick(1.08050, 1.08090)
            await trader.looks_for(1)
        assert (trader.opened, trader.stands(number)) == (0, "ASKED")


async def test_a_sent_one_goes_at_the_reviewed_price_or_not_at_all(tmp_path: Path) -> None:
    async with rules_at_desk(tmp_path) as trader:
        number = await trader.arms(STOP)
        other = await restarted(trader, 1.08400)
        review = other.rules.review(number)
        assert isinstance(review, SendReview)
        await other.tick(1.08500)
        assert "worse than" in other.rules.send(number, review.worst)
        assert (other.opened, other.stands(number)) == (0, "ASKED")
        await other.rules.stop()
        await other.desk.finish(within=0.0)


async def test_an_intent_keeps_its_worst_price_over_the_journal(tmp_path: Path) -> None:
    async with rules_at_desk(tmp_path) as trader:
        await trader.arms(STOP)
        await trader.tick(1.08300)
        (row,) = await trader.journal.rows()
        assert isinstance(row.entry.intent, OpenIntent)
        assert row.entry.intent.worst == Decimal("1.08326")
