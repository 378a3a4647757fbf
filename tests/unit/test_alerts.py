"""Alerts: when they fire, when they don't, and what they say."""

from collections.abc import Mapping
from decimal import Decimal

import pytest
from msgspec.structs import replace

from xbtfx_tui.domain.alerts import (
    MOST_ALERTS,
    Added,
    Alert,
    AlertBook,
    AlertEnded,
    AlertView,
    Armed,
    ArmedAway,
    Condition,
    Direction,
    FeedAlert,
    Fired,
    FreshQuote,
    MarginLevelAlert,
    NoAlert,
    NoMargin,
    NotTold,
    PriceAlert,
    ProfitAlert,
    SpreadAlert,
    TooSoon,
    WaitingToClear,
    alert_words,
    back_words,
    condition_problem,
    condition_words,
    fresh_quote,
    judged,
    news_words,
    resumed,
)
from xbtfx_tui.domain.quotes import Quote

D = Decimal
ABOVE, BELOW = Direction.ABOVE, Direction.BELOW
RISE = PriceAlert("EURUSD", ABOVE, D("1.0900"))
FALL = PriceAlert("EURUSD", BELOW, D("1.0800"))
WIDE = SpreadAlert("EURUSD", ABOVE, D(25))
GAIN = ProfitAlert(184729, "EURUSD", ABOVE, D(50), "USD")
CALL = MarginLevelAlert(BELOW, D(300))
FEED = FeedAlert()


def sight(
    bid: str | None = "1.08500",
    ask: str | None = None,
    profits: Mapping[int, Decimal] | None = None,
    level: Decimal | NoMargin | None = None,
    trouble: str | None = None,
) -> AlertView:
    """EURUSD at this bid and, unless given, an ask 10 points above; no fresh quote for None."""
    quote = None
    if bid is not None:
        quote = FreshQuote(D(bid), D(ask) if ask else D(bid) + D("0.00010"), D("0.00001"))
    return AlertView(lambda symbol: quote if symbol == "EURUSD" else None, profits, level, trouble)


CALM = sight(profits={184729: D(10)}, level=D(900))


def book_with(condition: Condition, at: AlertView = CALM) -> AlertBook:
    added = AlertBook().add(condition, at, 100.0)
    assert isinstance(added, Added), added
    return added.book


def after(book: AlertBook, *sights: AlertView) -> tuple[Alert, list[str]]:
    """The first alert after these looks, and all that was said."""
    said: list[str] = []
    for wall, at in enumerate(sights, start=101):
        book, news = judged(book, at, float(wall))
        said += [news_words(alert) or "" for alert in news]
    return book.alerts[0], said


# --- firing -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("condition", "not_yet", "now", "words"),
    [
        (RISE, sight("1.08999", "1.09500"), sight("1.09000"), "EURUSD reached 1.0900: bid 1.09000"),
        (FALL, sight("1.07000", "1.08001"), sight("1.0799", "1.0800"), "EURUSD reached 1.0800: ask 1.0800"),
        (WIDE, sight(ask="1.08524"), sight(ask="1.08525"), "Spread of EURUSD reached 25 points: 25 points"),
        (
            GAIN,
            sight(profits={184729: D("49.99")}),
            sight(profits={184729: D("51.2")}),
            "Profit of EURUSD 184729 reached +50.00 USD: +51.20 USD",
        ),
        (CALL, sight(level=D("300.01")), sight(level=D("287.449")), "Margin level reached 300%: 287.45%"),
        (FEED, sight(), sight(trouble="the stream is down"), "The feed is lost: the stream is down"),
    ],
)
def test_it_fires_at_its_level_and_not_before(
    condition: Condition, not_yet: AlertView, now: AlertView, words: str
) -> None:
    alert, said = after(book_with(condition), not_yet, now)
    assert said == [words]
    assert alert.state == Fired(102.0, words)


def test_a_gap_over_the_level_fires() -> None:
    alert, said = after(book_with(RISE), sight("1.08000"), sight("1.12345"))
    assert said == ["EURUSD reached 1.0900: bid 1.12345"]
    assert not alert.is_live


def test_it_fires_once() -> None:
    _, said = after(book_with(RISE), sight("1.091"), sight("1.08"), sight("1.092"))
    assert len(said) == 1


def test_without_a_fresh_quote_nothing_fires() -> None:
    alert, said = after(book_with(RISE), sight(None), sight(None))
    assert (alert.state, said) == (Armed(), [])


def test_a_look_that_changes_nothing_gives_the_same_book() -> None:
    book = book_with(RISE)
    assert judged(book, CALM, 101.0)[0] is book


def test_a_position_that_is_gone_ends_its_alert_once() -> None:
    alert, said = after(book_with(GAIN), sight(profits={}), sight(profits={}))
    assert said == [
        "Position 184729 (EURUSD) is not open any more, and what it closed at is not known: alert 1 on it "
        "has ended"
    ]
    assert alert.state == AlertEnded(101.0, said[0])


def closed_at(profit: Decimal | NotTold) -> AlertView:
    """The position is gone, and that is known of its closing."""
    return replace(sight(profits={}), closed_at=lambda _: profit)


def test_a_position_that_closes_past_the_level_fires_its_alert() -> None:
    loss = ProfitAlert(184729, "EURUSD", BELOW, D(-100), "USD")
    alert, said = after(book_with(loss), closed_at(NotTold(may_come=True)), closed_at(D(-709)))
    assert said == ["Profit of EURUSD 184729 reached -100.00 USD: closed at -709.00 USD"]
    assert isinstance(alert.state, Fired)


def test_one_that_closes_before_the_level_ends_it_and_says_at_what() -> None:
    alert, said = after(book_with(GAIN), closed_at(D(12)))
    assert said == [
        "Position 184729 (EURUSD) is not open any more, closed at +12.00 USD: alert 1 on it has ended"
    ]
    assert isinstance(alert.state, AlertEnded)


def test_the_alert_of_a_position_that_is_open_after_all_waits_again() -> None:
    gone, back = closed_at(NotTold(may_come=False)), sight(profits={184729: D(10)})
    alert, _ = after(book_with(GAIN), gone, back)
    assert isinstance(alert.state, ArmedAway)
    assert back_words(alert) == (
        "Alert 1 waits again, for its position is open after all: Profit of EURUSD 184729 at or above "
        "+50.00 USD"
    )
    alert, _ = after(book_with(GAIN), gone, back, sight(profits={184729: D(60)}))
    assert isinstance(alert.state, Fired)


def test_positions_that_were_not_read_end_nothing() -> None:
    alert, said = after(book_with(GAIN), sight(profits=None))
    assert (alert.state, said) == (Armed(), [])


def test_without_margin_there_is_no_level_to_reach() -> None:
    for condition in (CALL, MarginLevelAlert(ABOVE, D(1000))):
        alert, said = after(book_with(condition), sight(level=NoMargin()), sight(level=None))
        assert (alert.state, said) == (Armed(), [])


def test_several_fire_in_one_look() -> None:
    book = book_with(RISE)
    for condition in (replace(RISE, price=D("1.1")), WIDE, FALL):
        added = book.add(condition, CALM, 100.0)
        assert isinstance(added, Added)
        book = added.book
    book, news = judged(book, sight("1.10500", "1.10600"), 101.0)
    assert [alert.number for alert in news] == [1, 2, 3]
    assert [alert.is_live for alert in book.alerts] == [False, False, False, True]


# --- making -----------------------------------------------------------------------------------------------


def test_what_holds_already_is_refused_with_a_way_out() -> None:
    refused = AlertBook().add(RISE, sight("1.09120"), 1.0)
    assert refused == NoAlert(
        "EURUSD is at or above 1.0900 already: bid 1.09120."
        " Take a level further up, or the way back: EURUSD at or below 1.0900."
    )
    down = AlertBook().add(FEED, sight(trouble="the stream is down"), 1.0)
    assert down == NoAlert("The feed is lost already: the stream is down. Set this alert once it is back.")


def test_an_alert_on_a_shut_market_is_taken_and_judged_at_first_sight() -> None:
    alert, said = after(book_with(RISE, sight(None)), sight(None), sight("1.10000"))
    assert said == ["EURUSD reached 1.0900: bid 1.10000"]
    assert alert.state == Fired(102.0, said[0])


def test_a_position_that_is_not_open_takes_no_alert() -> None:
    assert AlertBook().add(GAIN, sight(profits={}), 1.0) == NoAlert("Position 184729 (EURUSD) is not open.")
    assert isinstance(AlertBook().add(GAIN, sight(profits=None), 1.0), Added)


def test_the_same_alert_is_not_made_twice() -> None:
    book = book_with(RISE)
    again = book.add(replace(RISE, price=D("1.09")), CALM, 2.0)
    assert again == NoAlert("Alert 1 is the same: EURUSD at or above 1.09.")
    fired, _ = judged(book, sight("1.091"), 3.0)
    assert fired.add(RISE, CALM, 4.0) == NoAlert(
        "Alert 1 is the same: EURUSD at or above 1.0900. Re-arm that one, or remove it."
    )


def test_there_is_an_end_to_alerts() -> None:
    full = AlertBook(tuple(Alert(n, FEED, Armed(), 0.0) for n in range(1, MOST_ALERTS + 1)), MOST_ALERTS + 1)
    assert full.add(RISE, CALM, 1.0) == NoAlert("There are 200 alerts already: remove one that has fired.")


@pytest.mark.parametrize(
    ("condition", "example"),
    [
        (replace(RISE, price=D(0)), "EURUSD > 1.0900"),
        (replace(RISE, price=D("-1.09")), "EURUSD > 1.0900"),
        (replace(RISE, price=D("nan")), "EURUSD > 1.0900"),
        (replace(RISE, price=D("1e999999")), "EURUSD > 1.0900"),
        (replace(RISE, price=D("1e-999999")), "EURUSD > 1.0900"),
        (replace(RISE, symbol=""), "EURUSD"),
        (replace(WIDE, symbol="EUR\x1b[31mUSD"), "EURUSD"),
        (replace(WIDE, points=D(0)), "25"),
        (replace(GAIN, amount=D("inf")), "50 or -20"),
        (replace(GAIN, ticket=0), "184729"),
        (replace(GAIN, symbol="\udc80"), "EURUSD"),
        (replace(GAIN, currency="\udc80"), "USD"),
        (replace(CALL, percent=D(0)), "margin < 300%"),
        (replace(CALL, percent=D("sNaN")), "margin < 300%"),
    ],
)
def test_a_senseless_condition_is_refused_with_an_example(condition: Condition, example: str) -> None:
    refused = AlertBook().add(condition, CALM, 1.0)
    assert isinstance(refused, NoAlert)
    assert refused.sentence == condition_problem(condition)
    assert example in refused.sentence


# --- removing and re-arming -------------------------------------------------------------------------------


def test_a_number_is_never_used_twice() -> None:
    emptied = book_with(RISE).remove(1)
    assert isinstance(emptied, AlertBook)
    added = emptied.add(FALL, CALM, 2.0)
    assert isinstance(added, Added)
    assert (added.alert.number, added.alert.made_at) == (2, 2.0)
    assert added.book.alerts == (added.alert,)


def test_a_number_that_is_not_there_names_those_that_are() -> None:
    book = book_with(RISE)
    assert book.remove(7) == NoAlert("There is no alert 7: try one of 1.")
    assert AlertBook().rearm(7, CALM) == NoAlert("There is no alert 7: there are none.")


def fired(condition: Condition, at: AlertView) -> AlertBook:
    book, news = judged(book_with(condition), at, 101.0)
    assert len(news) == 1
    return book


def test_rearmed_where_it_does_not_hold_it_fires_again() -> None:
    book = fired(RISE, sight("1.091")).rearm(1, sight("1.089"))
    assert isinstance(book, AlertBook)
    assert book.alerts[0].state == Armed()
    assert after(book, sight("1.092"))[1] == ["EURUSD reached 1.0900: bid 1.092"]


@pytest.mark.parametrize("at", [sight("1.092"), sight(None)])
def test_rearmed_while_it_holds_or_unseen_it_waits_until_it_does_not(at: AlertView) -> None:
    book = fired(RISE, sight("1.091")).rearm(1, at)
    assert isinstance(book, AlertBook)
    assert book.alerts[0].state == WaitingToClear()
    assert after(book, sight("1.093"), sight(None), sight("1.094"))[1] == []
    assert after(book, sight("1.093"), sight("1.0899"), sight("1.0901"))[1] == [
        "EURUSD reached 1.0900: bid 1.0901"
    ]


def test_what_is_armed_is_not_rearmed() -> None:
    assert book_with(RISE).rearm(1, CALM) == NoAlert("Alert 1 is armed already: EURUSD at or above 1.0900.")


def test_the_alert_of_a_position_that_is_gone_can_only_be_removed() -> None:
    book = fired(GAIN, sight(profits={}))
    assert book.rearm(1, sight(profits={})) == NoAlert(
        "Position 184729 (EURUSD) is not open any more: remove alert 1."
    )
    assert book.remove(1) == AlertBook((), 2)


# --- a new run --------------------------------------------------------------------------------------------


def test_a_level_crossed_while_away_says_so() -> None:
    alert, said = after(resumed(book_with(RISE)), sight(None), sight("1.095"))
    assert said == ["EURUSD reached 1.0900 while away: bid 1.095"]
    assert alert.state == Fired(102.0, said[0])


def test_a_level_not_crossed_while_away_is_an_ordinary_alert_again() -> None:
    book = resumed(book_with(RISE))
    assert book.alerts[0].state == ArmedAway()
    assert after(book, sight("1.08"), sight("1.095"))[1] == ["EURUSD reached 1.0900: bid 1.095"]


def test_a_position_closed_while_away_ends_its_alert() -> None:
    assert isinstance(after(resumed(book_with(GAIN)), sight(profits={}))[0].state, AlertEnded)


def test_the_feed_is_lost_only_after_it_was_live() -> None:
    down, live = sight(trouble="the stream is not connected yet"), sight()
    book = resumed(book_with(FEED))
    assert after(book, down, down)[1] == []
    assert after(book, down, live, down)[1] == ["The feed is lost: the stream is not connected yet"]


def test_what_fired_or_waits_stays_so_over_a_restart() -> None:
    rested = fired(RISE, sight("1.091"))
    assert resumed(rested) == rested
    waiting = rested.rearm(1, sight("1.092"))
    assert isinstance(waiting, AlertBook)
    assert resumed(waiting) == waiting


# --- quotes, symbols and words ----------------------------------------------------------------------------


def test_a_quote_becomes_exact_at_the_digits() -> None:
    quote = fresh_quote(Quote("EURUSD", 1.090119999, 1.0902), 5, D("0.00001"))
    assert quote == FreshQuote(D("1.09012"), D("1.09020"), D("0.00001"))
    assert quote.spread_points == 8


@pytest.mark.parametrize("bad", [0.0, float("nan"), float("inf"), float("-inf")])
def test_a_side_without_a_price_is_no_quote(bad: float) -> None:
    assert fresh_quote(Quote("EURUSD", bad, 1.09), 5, D("0.00001")) is None
    assert fresh_quote(Quote("EURUSD", 1.09, bad), 5, D("0.00001")) is None


def test_the_symbols_are_those_that_waiting_alerts_need() -> None:
    book = book_with(RISE)
    for condition in (SpreadAlert("XAUUSD", ABOVE, D(50)), GAIN, CALL, FEED):
        added = book.add(condition, CALM, 1.0)
        assert isinstance(added, Added)
        book = added.book
    assert book.symbols == {"EURUSD", "XAUUSD"}
    assert judged(book, sight("1.091"), 2.0)[0].symbols == {"XAUUSD"}


def test_each_says_what_it_waits_for() -> None:
    words = [condition_words(condition) for condition in (RISE, FALL, WIDE, GAIN, CALL, FEED)]
    assert words == [
        "EURUSD at or above 1.0900",
        "EURUSD at or below 1.0800",
        "Spread of EURUSD at or above 25 points",
        "Profit of EURUSD 184729 at or above +50.00 USD",
        "Margin level at or below 300%",
        "The feed is lost",
    ]
    armed = book_with(RISE).alerts[0]
    assert alert_words(armed) == words[0]
    assert news_words(armed) is None


def test_what_is_not_known_now_changes_nothing() -> None:
    unknown = AlertView(lambda _: None, {184729: None}, None, TooSoon())
    for condition in (RISE, GAIN, CALL, FEED):
        book = book_with(condition)
        assert judged(book, unknown, 2.0) == (book, ())
    waiting = AlertBook((Alert(1, FEED, WaitingToClear(), 1.0),))
    assert judged(waiting, unknown, 2.0)[0] is waiting
