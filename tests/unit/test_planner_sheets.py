"""What the verbs come to that show something, or change the terminal alone."""

from datetime import timedelta
from decimal import Decimal

import pytest

from tests.ui.still_life import WALL, deals
from tests.ui.still_life import account as still_account
from tests.unit.planning_account import a_position, an_account
from xbtfx_tui.commands.command_types import Lock, TellCurrency, Watch
from xbtfx_tui.commands.verbs import VERBS
from xbtfx_tui.domain.account_currency import ToldByTrader
from xbtfx_tui.domain.alerts import Alert, AlertBook, Armed, Condition, Direction, Fired, PriceAlert
from xbtfx_tui.domain.intents import OpenIntent
from xbtfx_tui.domain.order_outcomes import IntentRecord, IntentState
from xbtfx_tui.domain.positions import Deal, HistoryPeriod
from xbtfx_tui.domain.sides import Side
from xbtfx_tui.domain.store_events import CurrencyTold, DealDone, HistoryRead, IntentMoved
from xbtfx_tui.planning.plan_types import Deed, NeedsHistory, Planned, Sheet

D = Decimal
BOOK = AlertBook(
    (
        Alert(1, PriceAlert("EURUSD", Direction.ABOVE, D("1.0900")), Armed(), WALL),
        Alert(4, PriceAlert("XAUUSD", Direction.BELOW, D(2300)), Fired(WALL, "XAUUSD reached 2300"), WALL),
    ),
    5,
)


def lines(planned: Planned) -> list[str]:
    assert isinstance(planned, Sheet), planned
    assert all(len(line) < 120 for line in planned.lines)
    return list(planned.lines)


def words(planned: Planned) -> str:
    assert isinstance(planned, Deed), planned
    assert not planned.needs_yes
    return planned.words


def test_pnl_asks_for_a_period_that_was_not_read() -> None:
    planned = an_account().comes_to("pnl last_week")
    assert isinstance(planned, NeedsHistory)
    assert planned.period is HistoryPeriod.LAST_WEEK
    assert planned.sentence == "The deals of last week are being read; wait a moment."
    assert planned.lacks == "the deals of last week"


def test_pnl_sums_by_symbol_and_says_when_deals_have_come_since() -> None:
    account = an_account()
    account.store.apply(HistoryRead(HistoryPeriod.TODAY, deals()))
    shown = lines(account.comes_to("pnl"))
    assert [line.split() for line in shown[1:]] == [
        ["EURUSD", "3", "0.30", "-12.40", "USD", "33%"],
        ["in", "all", "3", "0.30", "-12.40", "USD", "33%"],
    ]
    new = Deal(99, "EURUSD", Side.SELL, None, D("0.1"), D("1.08"), D(5))
    account.store.apply(DealDone(new))
    assert lines(account.comes_to("pnl"))[-1] == "1 deal since then not in it yet: it is being read again."
    assert account.comes_to("pnl").period is HistoryPeriod.TODAY  # type: ignore[union-attr] # a Sheet


def test_pnl_of_today_does_not_wait_for_a_deal_of_yesterday() -> None:
    account = an_account()
    account.store.apply(HistoryRead(HistoryPeriod.TODAY, ()))
    time = deals()[0].time
    assert time is not None
    old = Deal(99, "EURUSD", Side.SELL, None, D("0.1"), D("1.08"), D(5), time - timedelta(days=1))
    account.store.apply(DealDone(old))
    assert lines(account.comes_to("pnl")) == ["Nothing was closed."]


def test_margin_says_the_level_and_the_way_to_the_call() -> None:
    shown = "\n".join(lines(an_account().comes_to("margin")))
    assert "926.15%" in shown
    assert "to the margin call at 100%: USDJPY" in shown
    assert "to the stop-out at 50%" in shown


def test_exposure_shows_both_views_and_both_sides_of_a_hedge() -> None:
    held = [
        a_position(1, "EURUSD", Side.BUY, "0.50", "1.08", "1.08213"),
        a_position(2, "EURUSD", Side.SELL, "0.20", "1.08", "1.08221"),
    ]
    shown = lines(an_account(held).comes_to("exposure"))
    assert shown[0].split() == ["by", "symbol", "long", "short", "net", "value", "USD"]
    assert shown[1].split() == ["EURUSD", "0.50", "0.20", "+0.30", "+32,463.90"]
    assert ["EUR", "+30,000.00", "+32,465.10"] in [line.split() for line in shown]
    assert lines(an_account([]).comes_to("exposure")) == ["Nothing is open."]
    assert any("has not been read" in line for line in lines(an_account(held, specs=()).comes_to("exposure")))


@pytest.mark.parametrize("state", [IntentState.SENDING, IntentState.PLACED, IntentState.UNKNOWN])
def test_nothing_is_called_open_that_an_order_may_have_opened(state: IntentState) -> None:
    buy = OpenIntent("1", "EURUSD", Side.BUY, D("0.10"), D("1.08"))
    account = an_account([])
    account.store.apply(IntentMoved(IntentRecord(buy, state, ())))
    words_of_it = "hat became of Buy 0.10 EURUSD is not known yet"
    assert lines(account.comes_to("exposure")) == [f"W{words_of_it}: in no sum."]
    assert words_of_it in account.refuses("close all")
    assert words_of_it in account.refuses("be 20p")
    assert any(
        words_of_it in line.lower() or words_of_it in line for line in lines(account.comes_to("margin"))
    )
    held = an_account([a_position(1, "EURUSD", Side.BUY, "0.50", "1.08", "1.08213")])
    held.store.apply(IntentMoved(IntentRecord(buy, state, ())))
    assert f"W{words_of_it}: in no sum." in lines(held.comes_to("exposure"))


def test_help_lists_every_verb_and_tells_of_one() -> None:
    shown = lines_of_help("help")
    assert [line.split()[0] for line in shown] == [verb.name for verb in VERBS]
    assert "e.g. close 184729 half" in lines_of_help("help close")


def lines_of_help(text: str) -> list[str]:
    planned = an_account().comes_to(text)
    assert isinstance(planned, Sheet)
    return list(planned.lines)


def test_alerts_and_groups_come_in_as_values() -> None:
    assert lines(an_account().comes_to("alerts", alerts=BOOK)) == [
        "  1  EURUSD at or above 1.0900",
        "  4  XAUUSD at or below 2300   fired: XAUUSD reached 2300",
    ]
    assert lines(an_account().comes_to("group", groups=("Majors", "Metals"), group="Metals")) == [
        "  Majors",
        "* Metals",
    ]
    assert "There are Majors" in an_account().refuses("group Foo", groups=("Majors",))


def test_that_alerts_are_of_this_run_alone_is_said() -> None:
    told = (
        "Alerts here are of this run alone: another terminal (pid 8165) was here first, and keeps the alerts."
    )
    shown = lines(an_account().comes_to("alerts", alerts_not_kept=told))
    assert shown == [told, "There are none. Try alert EURUSD > 1.0900."]
    assert an_account().refuses("alert off 3", alerts_not_kept=told).endswith(f"there are none. {told}")


def test_an_alert_that_the_terminal_would_not_take_is_refused_before_it_is_asked_for() -> None:
    asked: list[Condition] = []

    def refusal(condition: Condition) -> str | None:
        asked.append(condition)
        return "Alert 3 is the same."

    account = an_account()
    assert account.refuses("alert EURUSD > 1.0900", alert_refusal=refusal) == "Alert 3 is the same."
    assert asked == [PriceAlert("EURUSD", Direction.ABOVE, D("1.0900"))]


def test_alerts_say_what_they_are_on_stands_at() -> None:
    account = an_account()
    for text, now in (
        ("alert EURUSD < 1.07", "The ask is 1.08221 now."),
        ("alert EURUSD spread > 20", "It is 8 now."),
        ("alert 184729 profit < -20", "It is 46.50 USD now."),
        ("alert margin < 300%", "It is 926.15% now."),
        ("alert feed", "The feed is lost."),
    ):
        assert words(account.comes_to(text)).endswith(now)
    account.clock.at = 8.0
    old = "The ask was 1.08221 8s ago; it is judged at the next price."
    assert words(account.comes_to("alert EURUSD < 1.07")).endswith(old)


def test_alerts_are_made_and_taken_away() -> None:
    account = an_account()
    assert words(account.comes_to("alert EURUSD > 1.0900")).endswith(
        "EURUSD at or above 1.0900. The bid is 1.08213 now."
    )
    assert "300%" in words(account.comes_to("alert margin < 300%"))
    assert "above 20 points" in words(account.comes_to("alert EURUSD spread > 20"))
    assert "-20.00 USD" in words(account.comes_to("alert 184729 profit < -20"))
    assert "feed" in words(account.comes_to("alert feed"))
    assert "not open" in account.refuses("alert 99 profit > 50")
    assert "Takes alert 4 away" in words(account.comes_to("alert off 4", alerts=BOOK))
    assert "try one of 1, 4" in account.refuses("alert off 2", alerts=BOOK)


def test_what_changes_the_terminal_alone_is_a_deed_with_its_command() -> None:
    account = an_account()
    for text, command in (("watch GBPUSD", Watch("GBPUSD")), ("lock", Lock())):
        deed = account.comes_to(text)
        assert isinstance(deed, Deed)
        assert deed.command == command
    assert "begins with 0.10 lots, sl 30p, tp 2r" in words(
        account.comes_to("preset EURUSD 0.10 sl=30p tp=2r")
    )


def test_a_preset_that_no_ticket_could_begin_with_is_refused() -> None:
    account = an_account()
    assert "each need the other" in account.refuses("preset EURUSD 1% sl=50$")
    assert "needs an sl" in account.refuses("preset EURUSD 1%")
    assert "needs an sl" in account.refuses("preset EURUSD 0.1 tp=2r")
    assert "does not fit the step" in account.refuses("preset EURUSD 0.015")


def test_the_currency_is_shown_with_who_tells_it_and_the_server_is_not_contradicted() -> None:
    account = an_account()
    assert lines(account.comes_to("currency")) == ["USD: the server names it."]
    assert account.refuses("currency btc") == "The server says that the account is in USD: that counts."


def test_a_currency_that_nobody_named_is_told_by_a_deed() -> None:
    account = an_account(figures=still_account(None))
    shown = account.comes_to("currency")
    assert isinstance(shown, Sheet)
    assert "the server does not name the account's currency: tell it with" in shown.lines[0]
    deed = account.comes_to("currency usdt")
    assert isinstance(deed, Deed)
    assert (deed.command, deed.needs_yes) == (TellCurrency("USDT"), False)
    account.store.apply(CurrencyTold(ToldByTrader("USDT", "--currency")))
    assert lines(account.comes_to("currency")) == ["USDT: by your word (--currency)."]
