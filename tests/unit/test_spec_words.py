"""The spec sheet's words, by hand-worked figures of the API's section 7."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from msgspec.structs import replace

from xbtfx_tui.domain.accounts import Account, MarginMode
from xbtfx_tui.domain.symbol_spec import SessionSpan, SymbolSpec, TradeMode
from xbtfx_tui.ui.dialogs.symbol_spec_text import (
    NOT_TOLD,
    Moment,
    duration_words,
    market_words,
    session_rows,
    spec_rows,
)

D = Decimal
# Mon 00:00 to Fri 20:55 with a break from 20:55 to 22:05, and Sunday evening.
WEEK = (
    *(span for day in range(4) for span in (SessionSpan(day, 0, 1255), SessionSpan(day, 1325, 1440))),
    SessionSpan(4, 0, 1255),
    SessionSpan(6, 1325, 1440),
)
FRIDAY = datetime(2026, 3, 6, 17, 43, tzinfo=UTC)
EURUSD = SymbolSpec(
    "EURUSD",
    5,
    D("0.00001"),
    D(100_000),
    description="Euro vs US Dollar",
    path="Forex\\Majors\\EURUSD",
    currency_base="EUR",
    currency_profit="USD",
    currency_margin="EUR",
    calc_mode="Forex",
    stops_level=10,
    volume_min=D("0.01"),
    volume_max=D(100),
    volume_step=D("0.01"),
    swap_mode="points",
    swap_long=D("-8.2"),
    swap_short=D("3.9"),
    swap_3day=3,
    trade_sessions=WEEK,
)
NDXUSD = SymbolSpec(
    "NDXUSD",
    1,
    D("0.1"),
    D(1),
    currency_profit="USD",
    calc_mode="CFD",
    margin_long=D("0.05"),
    margin_short=D("0.10"),
    trade_mode=TradeMode.CLOSE_ONLY,
)
ACCOUNT = Account(1, D(0), D(0), D(0), D(0), D(0), 100, MarginMode.HEDGING, "USD")
NOW = Moment(
    D("1.08201"),
    D("1.08213"),
    ACCOUNT,
    "USD",
    {"EUR": D("1.08"), "USD": D(1)}.get,
    D("0.10"),
    FRIDAY,
)


def rows(spec: SymbolSpec, now: Moment = NOW) -> dict[str, str]:
    return {name or "swap short": words for name, words in spec_rows(spec, now)}


def test_a_forex_symbol_in_full() -> None:
    assert rows(EURUSD) == {
        "description": "Euro vs US Dollar",
        "folder": "Forex\\Majors\\EURUSD",
        "market": "open, closes in 3 h 12 min, Fri 20:55 UTC",
        "trading": "can be bought and sold",
        "contract size": "100,000 a lot",
        "digits": "5, point 0.00001, pip 0.0001",
        "volume": "from 0.01 to 100.00 in steps of 0.01 lots",
        # 12 points x 0.00001 x 100,000
        "spread now": "12 points, 12.00 USD for 1 lot",
        "stops level": "10 points: sl and tp at least 0.0001 away",
        # 1 lot x 100,000 EUR / 100 x 1.08
        "margin 1.00": "1,080.00 USD",
        "margin 0.10": "108.00 USD",
        "leverage": "1:100",
        # 1 lot x 100,000 x 0.00001 x -8.2
        "swap a night": "long -8.2 points, -8.20 USD for 1 lot",
        "swap short": "short 3.9 points, +3.90 USD for 1 lot",
        "triple swap": "three nights at once, in the night after Wednesday",
        "currencies": "base EUR, profit USD, margin EUR",
    }


def test_a_cfd_with_another_margin_on_each_side() -> None:
    told = rows(NDXUSD, replace(NOW, bid=D("20000.0"), ask=D("20002.0")))
    # 20,002 x 0.05 and 20,000 x 0.10
    assert told["margin 1.00"] == "buy 1,000.10 USD, sell 2,000.00 USD"
    assert told["margin 0.10"] == "buy 100.01 USD, sell 200.00 USD"
    assert told["trading"] == "can only be closed, not opened"


def test_what_was_not_told_is_said_or_left_out() -> None:
    told = rows(replace(NDXUSD, currency_profit=None), replace(NOW, bid=None, ask=None, account=None))
    assert "description" not in told
    assert told["volume"] == told["triple swap"] == told["currencies"] == NOT_TOLD
    assert told["market"] == f"sessions: {NOT_TOLD}"
    assert told["swap a night"] == f"long {NOT_TOLD}"
    assert told["spread now"] == "no quote has come yet"
    assert told["margin"] == "the account has not been read yet"
    assert session_rows(None) == []


def test_a_currency_without_a_rate_and_swaps_not_in_points_stand_as_they_are() -> None:
    spec = replace(EURUSD, currency_base="SEK", swap_mode="percent")
    told = rows(spec)
    assert told["margin 1.00"] == "1,000.00 SEK (no rate into the account's currency)"
    assert told["swap a night"] == 'long -8.2, counted in "percent"'


@pytest.mark.parametrize(
    ("hours", "words"),
    [
        (0, "open, closes in 3 h 12 min, Fri 20:55 UTC"),
        (4, "closed now, opens in 2 d 0 h, Sun 22:05 UTC"),
        (-20.5, "closed now, opens in 52 min, Thu 22:05 UTC"),
    ],
)
def test_the_next_open_or_close_is_named_with_the_time_left(hours: float, words: str) -> None:
    assert market_words(replace(EURUSD, trade_sessions=WEEK), FRIDAY + timedelta(hours=hours)) == words


def test_a_market_that_never_closes_or_never_opens() -> None:
    always = tuple(SessionSpan(day, 0, 1440) for day in range(7))
    assert market_words(replace(EURUSD, trade_sessions=always), FRIDAY) == "open all week"
    assert market_words(replace(EURUSD, trade_sessions=()), FRIDAY) == "closed now"


def test_what_the_server_calls_untradeable_is_closed_now_and_not_disabled() -> None:
    shut = replace(EURUSD, trade_sessions=None, tradeable=False)
    assert market_words(shut, FRIDAY) == "closed now"
    assert market_words(shut, FRIDAY, FRIDAY + timedelta(hours=2)).startswith(
        "closed now, opens in 2 h 0 min"
    )
    assert market_words(shut, FRIDAY, FRIDAY - timedelta(hours=2)) == "closed now"
    # In a holiday the week's sessions run, and do not tell when it opens.
    assert market_words(replace(shut, trade_sessions=WEEK), FRIDAY) == "closed now"
    assert rows(shut)["trading"] == "can be bought and sold"


def test_days_alike_share_a_row() -> None:
    assert session_rows(WEEK) == [
        ("Mon-Thu (UTC)", "00:00-20:55, 22:05-24:00"),
        ("Fri (UTC)", "00:00-20:55"),
        ("Sat (UTC)", "closed"),
        ("Sun (UTC)", "22:05-24:00"),
    ]
    touching = tuple(
        span for day in range(7) for span in (SessionSpan(day, 0, 600), SessionSpan(day, 600, 1440))
    )
    assert session_rows(touching) == [("Mon-Sun (UTC)", "all day")]


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(59, "less than a minute"), (60, "1 min"), (11_520, "3 h 12 min"), (90_000, "1 d 1 h")],
)
def test_a_time_that_is_left(seconds: float, words: str) -> None:
    assert duration_words(seconds) == words


def test_a_margin_that_nothing_tells_is_said_once() -> None:
    told = rows(replace(NDXUSD, calc_mode=None, path="", margin_long=None, margin_short=None))
    assert told["margin"].startswith("not known: the server tells neither")
    assert "margin 1.00" not in told
