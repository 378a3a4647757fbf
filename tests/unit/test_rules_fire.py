"""When armed orders fire, by the desk's own requests: once, at their price, never past their worst."""

from pathlib import Path

from tests.unit.rules_trader import rules_at_desk
from xbtfx_tui.domain.order_origin import Origin, OriginKind
from xbtfx_tui.planning.plan_types import PlanRefusal

LIMIT = "buy 0.10 EURUSD limit=1.0810 sl=30p"
STOP = "buy 0.10 EURUSD stop=1.0830 sl=30p"


async def test_a_limit_fires_once_at_its_level_and_is_told(tmp_path: Path) -> None:
    async with rules_at_desk(tmp_path) as trader:
        number = await trader.arms(LIMIT)
        assert trader.heard("Armed order 1 waits: buy 0.10 EURUSD limit=1.08100 sl=30p")
        await trader.tick(1.08090)
        assert (trader.opened, trader.stands(number)) == (0, "armed")
        trader.server.answers.append(trader.fills)
        await trader.tick(1.08087)  # the ask is at 1.08100
        assert (trader.opened, trader.stands(number)) == (1, "fired")
        record = next(iter(trader.store.intents.values()))
        assert record.origin == Origin(OriginKind.RULE, number)
        assert b'"sl":1.07800' in trader.server.sent[0].request.body
        assert b'"comment":"rule 1"' in trader.server.sent[0].request.body
        assert b"worst" not in trader.server.sent[0].request.body
        for bid in (1.08080, 1.08070, 1.08200, 1.08070):
            await trader.tick(bid)
            await trader.looks_for(1)
        assert trader.opened == 1


async def test_a_stop_fires_within_its_slip_and_is_dropped_beyond(tmp_path: Path) -> None:
    async with rules_at_desk(tmp_path) as trader:
        await trader.arms(STOP)  # two spreads: 2.6 pips
        far = await trader.arms("buy 0.20 EURUSD stop=1.0825 slip=0.5p")
        await trader.tick(1.08245)  # the ask is 1.08258, past 1.08255
        assert trader.stands(far) == "ended"
        assert trader.heard("dropped: the first ask past 1.08250 was 1.08258, beyond 1.08255")
        assert trader.opened == 0
        await trader.tick(1.08310)
        assert trader.opened == 1


async def test_of_a_group_both_on_one_tick_is_one_order(tmp_path: Path) -> None:
    async with rules_at_desk(tmp_path) as trader:
        first = await trader.arms("buy 0.10 EURUSD limit=1.0810 group=a")
        second = await trader.arms("buy 0.20 EURUSD limit=1.0811 group=a")
        other = await trader.arms("sell 0.10 EURUSD stop=1.0700 group=b")
        await trader.tick(1.08050)
        assert trader.opened == 1
        assert (trader.stands(first), trader.stands(second), trader.stands(other)) == (
            "fired",
            "ended",
            "armed",
        )
        assert trader.heard("Of its group 2 ended.")


async def test_two_on_one_tick_go_one_after_the_other(tmp_path: Path) -> None:
    async with rules_at_desk(tmp_path) as trader:
        first = await trader.arms("buy 0.10 EURUSD limit=1.0810")
        second = await trader.arms("buy 0.20 EURUSD limit=1.0811")
        trader.server.answers += [trader.fills, trader.fills]
        twin = await trader.arms("buy 0.10 EURUSD limit=1.0812")
        await trader.tick(1.08050)
        assert (trader.stands(first), trader.stands(second)) == ("fired", "fired")
        assert (trader.opened, trader.stands(twin)) == (2, "held")
        assert trader.heard(f"Armed order {twin} is held: The same order was sent 0.0 s ago")
        await trader.looks_for(4)
        assert (trader.opened, trader.stands(twin)) == (3, "fired")


async def test_a_lone_bad_tick_fires_nothing(tmp_path: Path) -> None:
    """R11: 1.2 % away, and back."""
    async with rules_at_desk(tmp_path) as trader:
        limit, stop = await trader.arms(LIMIT), await trader.arms(STOP)
        for bid, ask in ((1.0690, 1.06913), (1.0820, 1.08213), (0.0, 1.08213), (1.0835, 1.0820)):
            await trader.tick(bid, ask)
            await trader.looks_for(0.5)
        assert trader.opened == 0
        assert (trader.stands(limit), trader.stands(stop)) == ("armed", "armed")
        await trader.tick(1.0690)
        await trader.tick(1.0690)  # borne out by a second one
        assert (trader.opened, trader.stands(limit)) == (1, "fired")


async def test_as_many_ticks_as_were_asked_for_in_a_row(tmp_path: Path) -> None:
    async with rules_at_desk(tmp_path) as trader:
        await trader.arms(f"{LIMIT} ticks=2")
        for bid in (1.08080, 1.08200, 1.08080):
            await trader.tick(bid)
            await trader.looks_for(1)
        assert trader.opened == 0
        await trader.tick(1.08079)
        assert trader.opened == 1


async def test_a_price_after_an_hour_of_silence_waits_for_a_second_one(tmp_path: Path) -> None:
    async with rules_at_desk(tmp_path) as trader:
        await trader.arms(LIMIT)
        await trader.tick(1.08200)
        await trader.looks_for(3_601)
        await trader.tick(1.08050)
        assert trader.opened == 0
        await trader.tick(1.08051)
        assert trader.opened == 1


async def test_what_is_reached_already_is_refused(tmp_path: Path) -> None:
    async with rules_at_desk(tmp_path) as trader:
        for line in ("buy 0.10 EURUSD limit=1.0850", "sell 0.10 EURUSD stop=1.0850"):
            refused = trader.plans(line)
            assert isinstance(refused, PlanRefusal)
            assert "already" in refused.sentence
        deed = trader.plans(LIMIT)
        await trader.tick(1.08050)
        assert "reached meanwhile" in trader.rules.carry_out(deed.command)  # type: ignore[union-attr, arg-type]
        await trader.settles()
        assert trader.rules.orders == ()


async def test_its_time_ends_it_before_its_price_counts(tmp_path: Path) -> None:
    async with rules_at_desk(tmp_path) as trader:
        number = await trader.arms(f"{LIMIT} until=12:01")  # it is noon
        await trader.looks_for(61)
        await trader.tick(1.08050)
        assert (trader.opened, trader.stands(number)) == (0, "ended")
        assert trader.heard("its time was over, Wed 7 Jan 12:01 UTC")


async def test_six_a_minute_and_no_more(tmp_path: Path) -> None:
    async with rules_at_desk(tmp_path) as trader:
        for lots in range(1, 9):
            await trader.arms(f"buy 0.0{lots} EURUSD limit=1.0810")
        for step in range(12):
            trader.server.answers.append(trader.fills)
            await trader.tick(1.08050 + step / 1e5)
        assert trader.opened == 6
        assert trader.heard("6 armed orders were sent within a minute")


async def test_a_price_that_went_on_before_the_first_byte_is_not_sent_at(tmp_path: Path) -> None:
    """The commit takes a moment, and the price does not wait."""
    async with rules_at_desk(tmp_path) as trader:
        number = await trader.arms(STOP)
        trader.ticks(1.08300)
        trader.ticks(1.08400)
        await trader.settles()
        assert (trader.opened, trader.stands(number)) == (0, "ended")
        assert trader.heard("NOT sent: The ask is 1.08413 by now, worse than 1.08326")
