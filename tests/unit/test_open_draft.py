"""The one draft of an opening order: what a ticket and the command line both show."""

from decimal import Decimal

import pytest
from msgspec.structs import replace

from tests.ui.still_life import SPECS
from tests.unit.planning_account import PlanAccount, a_position, an_account
from xbtfx_tui.domain.accounts import MarginMode
from xbtfx_tui.domain.intents import OpenIntent
from xbtfx_tui.domain.position_sizing import Lots, RiskMoney, RiskPercent, Size
from xbtfx_tui.domain.sides import Side
from xbtfx_tui.domain.stop_input import AtPrice, InMoney, InPips, InRisk, StopForm
from xbtfx_tui.domain.store_events import StreamDown
from xbtfx_tui.domain.symbol_spec import SessionSpan
from xbtfx_tui.domain.ticket_presets import Preset
from xbtfx_tui.planning.open_draft import (
    OpenDraft,
    OpenRequest,
    draft_open,
    market_to_open,
    preset_problem,
)
from xbtfx_tui.planning.priced_symbol import Awaited, NoMarket, PricedSymbol, last_market
from xbtfx_tui.store.latest_quotes import Stale

D = Decimal
LONG = a_position(7, "EURUSD", Side.BUY, "0.50", "1.08120", "1.08213", sl="1.07000")


def drafted(
    one: PlanAccount,
    size: Size | None,
    sl: StopForm | None = None,
    tp: StopForm | None = None,
    *,
    side: Side = Side.BUY,
    symbol: str = "EURUSD",
    comment: str = "",
    counts_from: Decimal | None = None,
) -> OpenDraft:
    view = one.view()
    market = last_market(view.store, symbol, view.now)
    assert isinstance(market, PricedSymbol), market
    request = OpenRequest(symbol, side, size, sl, tp, comment, counts_from)
    return draft_open(request, market, view, "intent-1")


def test_the_sentence_says_all_that_is_sent_and_what_it_costs() -> None:
    draft = drafted(an_account(), Lots(D("0.10")), InPips(D(30)), InRisk(D(2)), comment=" news\x1b[31m ")
    assert draft.order.sentence == (
        "Buy 0.10 EURUSD at market, now 1.08221. sl 1.07921 (30.0 pips, -30.00 USD), "
        "tp 1.08821 (60.0 pips, +60.00 USD). Risks 0.30% of equity. "
        'Margin 108.22 USD, spread 8 points (0.80 USD), level after 841.88%. Comment "news".'
    )
    assert draft.headline == "Buy 0.10 EURUSD at market, now 1.08221: risks 30.00 USD, 0.30% of equity."
    assert draft.order.intent == OpenIntent(
        "intent-1",
        "EURUSD",
        Side.BUY,
        D("0.10"),
        D("1.08221"),
        D("1.07921"),
        D("1.08821"),
        "news\x1b[31m",
    )
    # The guards take plain letters alone; the drafting itself finds nothing.
    assert [problem.about for problem in draft.order.problems] == ["comment"]


def test_a_risk_is_named_with_what_it_truly_comes_to() -> None:
    draft = drafted(an_account(), RiskPercent(D(1)), AtPrice(D("2365")), side=Side.SELL, symbol="XAUUSD")
    assert draft.sized is not None
    assert draft.sized.volume == D("0.05")
    assert draft.risk_words == "risks 99.40 USD, 0.99% of equity"
    assert "-99.40 USD), tp none. Risks 0.99% of equity." in draft.order.sentence
    assert draft.headline.startswith("Sell 0.05 XAUUSD for a risk of 1% at market, now 2345.12: risks 99.40")


@pytest.mark.parametrize(
    ("side", "volume", "words"),
    [
        (Side.BUY, "0.10", "Netting: adds to the buy 0.50, 0.60 in all."),
        (Side.SELL, "0.10", "Netting: reduces the buy 0.50, 0.40 stays open."),
        (Side.SELL, "0.50", "Netting: closes the buy 0.50."),
        (Side.SELL, "0.60", "Netting: closes the buy 0.50 and leaves a sell 0.10."),
    ],
)
def test_a_netting_account_is_told_what_becomes_of_its_position(side: Side, volume: str, words: str) -> None:
    draft = drafted(an_account([LONG], mode=MarginMode.NETTING), Lots(D(volume)), InPips(D(30)), side=side)
    assert draft.effect_words == words
    assert words in draft.order.sentence
    assert words in draft.headline
    assert draft.held == D("0.50")
    # Only what is added risks anything by its sl.
    assert bool(draft.risk_words) == ("adds" in words)
    assert ("The whole position gets this order's stops" in str(draft.order.warnings)) == ("adds" in words)


def test_a_hedging_account_hears_nothing_of_netting() -> None:
    draft = drafted(an_account([LONG]), Lots(D("0.10")), side=Side.SELL)
    assert (draft.effect_words, draft.held, draft.order.warnings) == ("", D(0), ())


def test_a_capped_risk_says_what_it_would_have_paid_for() -> None:
    specs = tuple(replace(spec, volume_max=D("0.02")) for spec in SPECS)
    draft = drafted(an_account(specs=specs), RiskMoney(D(50)), InPips(D(30)))
    assert draft.order.warnings == ("The risk would pay for 0.16 lots; EURUSD takes 0.02 an order at most.",)


def test_a_risk_by_a_near_sl_is_warned_of_and_lots_are_not() -> None:
    near = AtPrice(D("1.08210"))
    (said,) = drafted(an_account(), RiskMoney(D(5)), near).order.warnings
    assert said.startswith("The sl is less than two spreads away")
    assert not drafted(an_account(), Lots(D("0.10")), near).order.warnings


def test_a_percent_of_an_old_equity_says_how_old() -> None:
    one = an_account()
    one.clock.at += 40
    one.quote("EURUSD", 1.08213, 1.08221)
    said = ("The equity was last read 40 s ago: 1% is counted by that.",)
    assert drafted(one, RiskPercent(D(1)), InPips(D(30))).order.warnings == said
    assert not drafted(one, RiskMoney(D(50)), InPips(D(30))).order.warnings


def test_without_a_volume_the_stops_are_drafted_and_nothing_tells_of_the_stand_in() -> None:
    draft = drafted(an_account(), None, InPips(D(30)), InMoney(D(50)))
    assert draft.sized is None
    assert draft.sl_words == "1.07921 (30.0 pips)"
    assert draft.tp_words == ""
    assert draft.spread_words == "8 points"
    assert (draft.risk_words, draft.effect_words) == ("", "")
    assert not draft.order.problems


def test_a_size_and_an_sl_that_need_each_other_are_refused_at_the_sl() -> None:
    draft = drafted(an_account(), RiskPercent(D(1)), InMoney(D(50)))
    (problem,) = [one for one in draft.order.problems if one.blocks]
    assert problem.about == "sl"
    assert "each need the other first" in problem.sentence
    assert draft.order.first_blocking == problem.sentence


def test_what_the_drafting_finds_comes_before_the_desks_word_and_no_sentence_twice() -> None:
    draft = drafted(an_account(), Lots(D("0.015")), AtPrice(D("1.09")), InPips(D(9999999)), side=Side.SELL)
    sentences = [one.sentence for one in draft.order.problems]
    assert len(set(sentences)) == len(sentences)
    assert [one.about for one in draft.order.problems] == ["tp", "volume"]
    assert draft.order.problems[0].sentence.startswith("tp of 9999999p would be at or below zero")
    assert "does not fit the step" in draft.order.problems[1].sentence


def test_pips_count_from_a_level_where_one_is_given() -> None:
    draft = drafted(an_account(), Lots(D("0.10")), InPips(D(30)), counts_from=D("1.08100"))
    assert draft.order.intent == replace(draft.order.intent, sl=D("1.07800"))


# --- the market ---


@pytest.mark.parametrize(("bid", "ask"), [(0.0, 1.08221), (1.08213, 0.0), (0.000001, 0.000002)])
def test_a_price_of_zero_is_none(bid: float, ask: float) -> None:
    one = an_account(quoted=[])
    one.quote("EURUSD", bid, ask)
    none = NoMarket("The server has no price of EURUSD now.")
    assert last_market(one.store, "EURUSD", one.clock.now()) == none
    assert market_to_open(one.view(), "EURUSD") == none


def test_a_price_below_zero_is_one() -> None:
    one = an_account(quoted=[])
    one.quote("EURUSD", -37.63, -37.60)
    draft = drafted(one, Lots(D("0.10")), AtPrice(D("-38")))
    assert draft.order.first_blocking is None
    assert draft.sl_words.startswith("-38.00000 (")


def test_an_old_price_is_shown_with_its_age_and_the_desk_refuses_it() -> None:
    one = an_account()
    one.clock.at += 6
    market = last_market(one.store, "EURUSD", one.clock.now())
    assert isinstance(market, PricedSymbol)
    assert market.age_words == "price 6s old"
    young = replace(market, freshness=Stale(0.4, "the stream is down"))
    assert young.age_words == "price in doubt: the stream is down", "not 0s old"
    assert market_to_open(one.view(), "EURUSD") == Awaited("EURUSD")
    assert "can't be trusted" in (drafted(one, Lots(D("0.10"))).order.first_blocking or "")


def test_with_the_stream_down_the_desk_and_the_market_say_the_same() -> None:
    one = an_account()
    one.store.apply(StreamDown("lost", 2.0))
    market = market_to_open(one.view(), "EURUSD")
    assert isinstance(market, NoMarket)
    assert drafted(one, Lots(D("0.10"))).order.first_blocking == market.sentence


def test_a_closed_market_is_not_waited_for() -> None:
    sunday = (SessionSpan(6, 0, 1440),)
    one = an_account(specs=[replace(spec, trade_sessions=sunday) for spec in SPECS], quoted=[])
    market = market_to_open(one.view(), "EURUSD")
    assert isinstance(market, NoMarket)
    assert market.sentence.startswith("The market for EURUSD is closed now.")


def test_a_symbol_without_its_terms_is_asked_for() -> None:
    one = an_account(specs=[], quoted=["EURUSD"])
    assert last_market(one.store, "EURUSD", one.clock.now()) == Awaited("EURUSD")
    assert market_to_open(one.view(), "EURUSD") == Awaited("EURUSD")


# --- presets ---


@pytest.mark.parametrize(
    ("preset", "said"),
    [
        (Preset(RiskPercent(D(1))), "A risk of 1% needs an sl"),
        (Preset(RiskPercent(D(1)), InMoney(D(50))), "each need the other first"),
        (Preset(Lots(D("0.1")), InRisk(D(2))), "2r is a multiple of the distance to the sl"),
        (Preset(Lots(D("0.1")), None, InRisk(D(2))), "tp of 2r needs an sl"),
        (Preset(Lots(D("0.015"))), "does not fit the step"),
    ],
)
def test_a_preset_that_no_ticket_could_begin_with_is_none(preset: Preset, said: str) -> None:
    one = an_account()
    problem = preset_problem("EURUSD", preset, one.store)
    assert problem is not None
    assert said in problem
    # The ticket that began so would say the same.
    draft = drafted(one, preset.size, preset.sl, preset.tp)
    assert problem in [found.sentence for found in draft.order.problems]


def test_a_preset_that_fits_is_one_also_before_the_terms_are_read() -> None:
    assert (
        preset_problem("EURUSD", Preset(RiskPercent(D(1)), InPips(D(30)), InRisk(D(2))), an_account().store)
        is None
    )
    assert preset_problem("EURUSD", Preset(Lots(D("0.015"))), an_account(specs=[]).store) is None
