"""What `buy` and `sell` come to: volumes and stops by hand, the words, and what is refused."""

from decimal import Decimal

from msgspec.structs import replace

from tests.ui.still_life import SPECS
from tests.unit.planning_account import a_position, an_account
from xbtfx_tui.domain.accounts import MarginMode
from xbtfx_tui.domain.intents import OpenIntent
from xbtfx_tui.domain.sides import Side
from xbtfx_tui.domain.store_events import StreamDown, TradingChanged, TradingLocked
from xbtfx_tui.domain.symbol_spec import SessionSpan
from xbtfx_tui.orders.guards.guard_types import Limits
from xbtfx_tui.planning.joined_plan import EACH_ALONE, joined
from xbtfx_tui.planning.plan_types import NeedsSymbols, Plan

D = Decimal


def the_order(plan: Plan) -> OpenIntent:
    (step,) = plan.steps
    assert isinstance(step.intent, OpenIntent)
    assert step.profit is None
    assert plan.profit is None
    return step.intent


def test_a_buy_opens_at_the_ask_with_its_stops_in_pips_and_risk() -> None:
    order = the_order(an_account().plans("buy 0.10 EURUSD sl=30p tp=2r comment=news"))
    assert (order.symbol, order.side, order.volume, order.price) == (
        "EURUSD",
        Side.BUY,
        D("0.10"),
        D("1.08221"),
    )
    assert (order.sl, order.tp, order.comment) == (D("1.07921"), D("1.08821"), "news")


def test_of_several_orders_it_is_said_that_each_ones_margin_is_without_the_others() -> None:
    account = an_account()
    both = joined([account.plans("buy 0.10 EURUSD"), account.plans("sell 0.10 EURUSD")], account.view())
    assert both is not None
    assert EACH_ALONE in both.remarks
    alone = joined([account.plans("buy 0.10 EURUSD")], account.view())
    assert alone is not None
    assert EACH_ALONE not in alone.remarks


def test_the_preview_says_cost_margin_and_the_true_risk() -> None:
    plan = an_account().plans("buy 0.10 EURUSD sl=30p tp=2r")
    assert plan.headline == "Buy 0.10 EURUSD at market, now 1.08221: risks 30.00 USD, 0.30% of equity."
    words = plan.steps[0].words
    assert "sl 1.07921 (30.0 pips, -30.00 USD), tp 1.08821 (60.0 pips, +60.00 USD)" in words
    # 0.10 x 100,000 EUR / 100, at 1.08217; 8 points of 0.10 USD each.
    assert "Margin 108.22 USD, spread 8 points (0.80 USD), level after 841.88%." in words
    assert not plan.remarks


def test_a_risk_is_sized_down_by_the_sl_and_its_true_risk_is_said() -> None:
    # 1% of 10,022.10 is 100.22; 19.88 x 100 oz a lot: 0.0504 lots, so 0.05, which loses 99.40.
    plan = an_account().plans("sell 1% XAUUSD sl=2365")
    order = the_order(plan)
    assert (order.volume, order.price, order.sl) == (D("0.05"), D("2345.12"), D("2365.00"))
    assert "for a risk of 1%" in plan.headline
    assert "risks 99.40 USD, 0.99% of equity" in plan.headline


def test_stops_in_money_count_by_the_typed_lots() -> None:
    order = the_order(an_account().plans("sell 0.1 USDJPY sl=50$ tp=100$"))
    # 0.1 lots move 10,000 JPY a unit, 66.13 USD: 50 USD are 0.756 away at most, 100 USD 1.513 at least.
    assert (order.sl, order.tp) == (D("151.960"), D("149.691"))


def test_a_risk_with_an_sl_in_money_is_refused_for_each_needs_the_other() -> None:
    sentence = an_account().refuses("buy 1% EURUSD sl=50$")
    assert "each need the other" in sentence
    assert "sl=30p" in sentence


def test_a_risk_needs_an_sl_and_a_risk_tp_as_well() -> None:
    assert "needs an sl" in an_account().refuses("buy 1% EURUSD")
    assert "needs an sl" in an_account().refuses("buy 0.1 EURUSD tp=2r")


def test_lots_off_the_step_are_refused_never_rounded() -> None:
    assert "does not fit the step" in an_account().refuses("buy 0.015 EURUSD")
    assert "below the minimum" in an_account().refuses("buy 0.001 EURUSD")


def test_a_risk_that_is_capped_by_the_symbols_maximum_says_so() -> None:
    specs = tuple(replace(spec, volume_max=D("0.02")) for spec in SPECS)
    plan = an_account(specs=specs).plans("buy 50$ EURUSD sl=30p")
    assert the_order(plan).volume == D("0.02")
    assert plan.remarks == ("The risk would pay for 0.16 lots; EURUSD takes 0.02 an order at most.",)


def test_the_guards_word_is_a_refusal_and_a_warning_a_remark() -> None:
    account = an_account()
    account.desk.limits = Limits(lots_per_order=D("0.05"))
    assert "over the limit" in account.refuses("buy 0.10 EURUSD")
    account.desk.limits = Limits()
    assert any("Not enough free margin" in remark for remark in account.plans("buy 50 EURUSD").remarks)


def test_while_locked_nothing_is_planned() -> None:
    account = an_account()
    account.store.apply(TradingChanged(TradingLocked("you locked it")))
    assert "Trading is locked" in account.refuses("buy 0.10 EURUSD")


def test_a_symbol_without_terms_or_a_fresh_price_is_to_be_asked_for() -> None:
    planned = an_account(quoted=["EURUSD"]).comes_to("buy 0.1 GBPUSD")
    assert isinstance(planned, NeedsSymbols)
    assert planned.symbols == ("GBPUSD",)
    account = an_account()
    account.clock.at = 6.0
    assert isinstance(account.comes_to("buy 0.1 EURUSD"), NeedsSymbols)


def test_with_the_stream_down_there_is_nothing_to_wait_for() -> None:
    account = an_account()
    account.store.apply(StreamDown("lost", 2.0))
    assert "the stream is down" in account.refuses("buy 0.1 EURUSD")


def test_a_closed_market_says_so_and_when_it_opens_also_without_a_price() -> None:
    sunday = (SessionSpan(6, 0, 1440),)
    account = an_account(specs=[replace(spec, trade_sessions=sunday) for spec in SPECS], quoted=[])
    sentence = account.refuses("buy 0.1 EURUSD")
    assert "closed" in sentence
    assert "Sun" in sentence


def test_netting_says_what_the_trade_does_to_what_is_held() -> None:
    held = [a_position(7, "EURUSD", Side.BUY, "0.50", "1.08120", "1.08213")]
    account = an_account(held, mode=MarginMode.NETTING)
    for text, words in (
        ("buy 0.10 EURUSD", "adds to the buy 0.50, 0.60 in all"),
        ("sell 0.10 EURUSD", "reduces the buy 0.50, 0.40 stays open"),
        ("sell 0.50 EURUSD", "closes the buy 0.50"),
        ("sell 0.60 EURUSD", "leaves a sell 0.10"),
    ):
        plan = account.plans(text)
        assert words in plan.steps[0].words
        assert words in plan.headline
    assert not an_account(held).plans("sell 0.10 EURUSD").remarks


def test_netting_says_which_stops_an_added_order_replaces_and_no_risk_where_it_reduces() -> None:
    held = [a_position(7, "EURUSD", Side.BUY, "0.50", "1.08120", "1.08213", sl="1.07000")]
    account = an_account(held, mode=MarginMode.NETTING)
    assert account.plans("buy 0.10 EURUSD").remarks[0] == (
        "Whether it keeps its sl 1.07000 is not documented: look once it is filled."
    )
    assert "its sl 1.07000 becomes 1.07921" in account.plans("buy 0.10 EURUSD sl=30p").remarks[0]
    assert "risks" in account.plans("buy 0.10 EURUSD sl=30p").headline
    assert "risks" not in account.plans("sell 0.10 EURUSD sl=30p").headline
    assert not account.plans("sell 0.10 EURUSD").remarks
    assert not an_account(held).plans("buy 0.10 EURUSD").remarks


def test_a_stop_with_a_comma_of_thousands_is_refused_and_not_a_hundredth_of_the_price() -> None:
    account = an_account()
    for text in ("buy 0.10 XAUUSD sl=2,300", "sell 0.10 XAUUSD tp=2,300"):
        said = account.refuses(text)
        assert "2.30 is nowhere near" in said
        assert "a comma is a decimal point" in said


def test_a_risk_with_an_sl_within_two_spreads_says_that_it_may_lose_more() -> None:
    account = an_account()
    assert "may lose much more" in account.plans("buy 1% EURUSD sl=1.08210").remarks[0]
    assert not account.plans("buy 1% EURUSD sl=30p").remarks
    assert not account.plans("buy 0.10 EURUSD sl=1.08210").remarks


def test_a_percent_of_an_old_equity_says_how_old() -> None:
    account = an_account()
    account.clock.at += 40
    account.quote("EURUSD", 1.08213, 1.08221)
    assert account.plans("buy 1% EURUSD sl=30p").remarks == (
        "The equity was last read 40 s ago: 1% is counted by that.",
    )
    assert not account.plans("buy 50$ EURUSD sl=30p").remarks
