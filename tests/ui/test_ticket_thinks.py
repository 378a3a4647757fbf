"""The ticket that thinks: a volume as a risk, stops as money or a multiple, steps by a point, presets."""

from decimal import Decimal

from tests.ui.trader import a_trader, ready_backend
from xbtfx_tui.domain.intents import OpenIntent
from xbtfx_tui.domain.position_sizing import Lots, RiskPercent
from xbtfx_tui.domain.sides import Side
from xbtfx_tui.domain.stop_input import InPips, InRisk
from xbtfx_tui.domain.ticket_presets import Preset
from xbtfx_tui.ui.dialogs.order_ticket import Begins, OrderTicket, begins_with

D = Decimal


async def test_one_percent_with_an_sl_in_pips_becomes_lots_and_says_the_true_risk() -> None:
    async with a_trader() as trader:
        await trader.opens_ticket("buy")
        # 1% of 10,000 = 100.00; 30 pips of a lot = 300.00; 100 / 300 = 0.333 lots, down to 0.33: 99.00
        await trader.bursts(*"1%", "tab", *"30p", "tab", *"2r")
        assert trader.note("volume") == "0.33 lots: risks 99.00 USD, 0.99% of equity"
        assert trader.note("sl") == "1.07913 (30.0 pips, -99.00 USD)"
        assert trader.note("tp") == "1.08813 (60.0 pips, +198.00 USD)"
        await trader.reviews()
        assert "Buy 0.33 EURUSD" in trader.reads("review")
        assert (
            "sl 1.07913 (30.0 pips, -99.00 USD), tp 1.08813 (60.0 pips, +198.00 USD). Risks 0.99% of equity."
            in trader.reads("review")
        )
        await trader.confirms()
        (sent,) = trader.sent
        assert isinstance(sent, OpenIntent)
        assert (sent.volume, sent.sl, sent.tp) == (D("0.33"), D("1.07913"), D("1.08813"))


async def test_money_as_a_risk_and_an_sl_at_a_price() -> None:
    async with a_trader() as trader:
        await trader.opens_ticket("sell")
        # bid 1.08201 to 1.08401 = 20 pips = 200.00 a lot; 50 / 200 = 0.25 lots
        await trader.bursts(*"50$", "tab", *"1.08401")
        assert trader.note("volume") == "0.25 lots: risks 50.00 USD, 0.50% of equity"


async def test_a_stop_as_money_never_loses_more_than_that() -> None:
    async with a_trader() as trader:
        await trader.opens_ticket("buy", "0.30")
        # 0.30 lots lose 30,000 x distance: 50 / 30,000 = 0.0016666: 166 points, 49.80
        await trader.bursts("tab", *"50$")
        assert trader.note("sl") == "1.08047 (16.6 pips, -49.80 USD)"


async def test_what_can_not_be_worked_out_says_why_and_is_not_reviewed() -> None:
    async with a_trader() as trader:
        await trader.opens_ticket("buy")
        await trader.bursts(*"1%")
        assert "A risk of 1% needs an sl, like sl=30p" in trader.note("volume")
        await trader.presses("enter")
        assert not trader.is_reviewing
        await trader.bursts("tab", *"50$")
        assert trader.note("sl").startswith("! ")
        assert "volume" in trader.note("sl") or "lots" in trader.note("sl")
        await trader.presses("enter")
        assert not trader.is_reviewing
        await trader.bursts("ctrl+u", "tab", *"2r")
        assert trader.note("tp").startswith("! ")
        await trader.presses("enter")
        assert not trader.is_reviewing
        assert trader.sent == []


async def test_a_risk_too_small_for_the_least_volume_is_refused_and_never_rounded_up() -> None:
    async with a_trader() as trader:
        await trader.opens_ticket("buy")
        await trader.bursts(*"1$", "tab", *"30p")
        assert "the minimum of 0.01 lots would risk 3.00 USD" in trader.note("volume")
        await trader.presses("enter")
        assert not trader.is_reviewing


async def test_arrows_move_a_stop_by_a_point_from_the_nearest_that_is_allowed() -> None:
    async with a_trader() as trader:
        await trader.opens_ticket("buy")
        await trader.presses("tab", "up")
        assert trader.field("sl") == "1.08191"
        await trader.presses("down", "down")
        assert trader.field("sl") == "1.08189"
        await trader.presses("pagedown")
        assert trader.field("sl") == "1.08179"
        await trader.presses("tab", "down")
        assert trader.field("tp") == "1.08211"
        await trader.bursts("ctrl+u", *"30p", "up")
        assert trader.field("tp") == "31p"


async def test_a_ticket_begins_with_the_symbols_preset_and_keeps_another_one() -> None:
    kept: list[tuple[str, Preset]] = []

    def keep(symbol: str, preset: Preset) -> str:
        kept.append((symbol, preset))
        return "Kept."

    preset = Preset(RiskPercent(D(1)), InPips(D(30)), InRisk(D(2)))
    async with a_trader() as trader:
        ticket = OrderTicket(
            trader.backend, "EURUSD", Side.BUY, D("0.10"), begins_with(preset), keep_preset=keep
        )
        await trader.opens(ticket)
        assert [trader.field(name) for name in ("volume", "sl", "tp")] == ["1%", "30p", "2r"]
        await trader.bursts(*"0.50", "ctrl+s")
        assert kept == [("EURUSD", Preset(Lots(D("0.50")), InPips(D(30)), InRisk(D(2))))]
        assert "Kept." in trader.reads("general")
        await trader.bursts("ctrl+u", *"abc", "ctrl+s")
        assert len(kept) == 1
        assert 'Not kept: "abc" is no size' in trader.reads("general")
        await trader.bursts("ctrl+u", *"1%", "tab", "ctrl+u", "ctrl+s")
        assert len(kept) == 1
        assert "Not kept: A risk of 1% needs an sl, like sl=30p" in trader.reads("general")


async def test_pips_may_count_from_a_level_of_the_book() -> None:
    async with a_trader() as trader:
        begins = Begins("0.10", "30p", counts_from=D("1.08100"))
        await trader.opens(OrderTicket(trader.backend, "EURUSD", Side.BUY, D("0.10"), begins))
        assert "pips count from 1.08100" in trader.reads("headline")
        assert trader.note("sl").startswith("1.07800 ")


async def test_a_risk_with_an_sl_within_two_spreads_is_warned_of_and_so_is_an_old_equity() -> None:
    async with a_trader() as trader:
        await trader.opens_ticket("buy")
        await trader.bursts(*"1%", "tab", *"1.08195")
        assert "may lose much more than the risk" in trader.reads("general")
        trader.waits(45)
        trader.sees_quote(1.08201, 1.08213)
        await trader.until(lambda: "The equity was last read 45 s ago" in trader.reads("general"))


async def test_where_the_currency_is_not_known_no_money_is_offered_or_shown() -> None:
    async with a_trader(ready_backend(currency=None)) as trader:
        await trader.opens_ticket("buy", volume="0.10")
        assert trader.note("volume") == "lots, 0.01 to 100.00, step 0.01"
        assert trader.note("tp") == "none; a price, 30p, or 2r: twice the risk"
        await trader.presses("tab")
        await trader.types("30p")
        assert trader.note("sl") == "1.07913 (30.0 pips)"
        await trader.reviews()
        assert "sl 1.07913 (30.0 pips), tp none. Margin not known, spread 12 points, " in trader.reads(
            "review"
        )
