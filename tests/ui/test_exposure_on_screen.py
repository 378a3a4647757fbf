"""The way to a margin call in the account strip, and the exposure behind it as tables to be read."""

from decimal import Decimal

import pytest
from msgspec.structs import replace

from tests.ui.still_changes import hold_only
from tests.ui.still_desk import Desk, a_desk
from tests.ui.still_life import StillBackend, account, positions, still_backend
from xbtfx_tui.domain.exposure import AboveCall, AtCall, NoMarginUsed, Pips, UnknownAmount
from xbtfx_tui.domain.positions import Position
from xbtfx_tui.domain.sides import Side
from xbtfx_tui.domain.store_events import AccountRead, StreamDown
from xbtfx_tui.planning.exposure_report import is_near
from xbtfx_tui.ui.dialogs.exposure_dialog import ExposureDialog
from xbtfx_tui.ui.margin_call_text import call_words, move_words
from xbtfx_tui.ui.screens.trading_screen import TradingScreen

D = Decimal
EUR = Position(184729, "EURUSD", Side.BUY, D("0.50"), D("1.08120"), D("1.08213"), profit=D("46.50"))


def with_equity(equity: str, margin: str = "1000.00", *held: Position) -> StillBackend:
    """An account with this equity and used margin, holding one long of 0.50 EURUSD unless told otherwise."""

    def fill(backend: StillBackend) -> None:
        figures = replace(account(), equity=D(equity), margin=D(margin))
        hold_only(backend.store, *(held or (EUR,)))
        backend.store.apply(AccountRead(figures, backend.clock.now()))

    return still_backend(fill)


def strip(desk: Desk) -> str:
    return desk.text().splitlines()[1]


def above(money: str, percent: str) -> AboveCall:
    return AboveCall(D(money), D(percent), D(100), UnknownAmount("not asked for here"))


@pytest.mark.parametrize(
    ("distance", "currency", "words"),
    [
        (above("1234.99", "12.99"), "USD", "-1,234 (12%)"),
        (above("99.999", "0.9"), "USD", "-99.99 (0%)"),
        (above("0.123456789", "40"), "BTC", "-0.12345678 (40%)"),
        (AtCall(D(90), D("12.34"), D(100)), "USD", "NOW, 12.34 short"),
        (NoMarginUsed(), "USD", ""),
        (UnknownAmount("The account has not been read yet."), "USD", ""),
    ],
)
def test_the_shortest_useful_words(distance: AboveCall | AtCall, currency: str, words: str) -> None:
    assert call_words(distance, currency) == words


def test_of_a_coin_the_percent_alone_where_room_is_short() -> None:
    assert call_words(above("0.123456789", "40.9"), "BTC", brief=True) == "in 40%"
    assert call_words(above("1234.99", "12.99"), "USD", brief=True) == "-1,234 (12%)"


def test_near_is_below_a_fifth_of_the_equity_and_at_the_call() -> None:
    assert not is_near(above("2000", "20"))
    assert is_near(above("1999", "19.99"))
    assert is_near(AtCall(D(90), D(1), D(100)))
    assert not is_near(NoMarginUsed())


def test_a_move_is_named_with_its_way_and_rounded_down() -> None:
    def move(lots: str) -> str:
        return move_words(replace(above("1", "1"), move=Pips("EURUSD", D(lots), D("178.9"))))

    assert (move("0.5"), move("-0.5")) == ("EURUSD 178 pips down", "EURUSD 178 pips up")
    assert move_words(above("1", "1")) == ""


@pytest.mark.parametrize(
    ("width", "seen"),
    [(80, ""), (120, "call -5,000 (83%)"), (200, "call -5,000 (83%)  USD  EURUSD 1,000 pips down")],
)
async def test_far_from_it_the_strip_says_it_where_there_is_room(width: int, seen: str) -> None:
    async with a_desk(with_equity("6000"), size=(width, 34)) as desk:
        # 5,000 / (0.50 x 10 USD a pip) = 1,000 pips
        assert ("call" in strip(desk)) is bool(seen)
        assert all(part in strip(desk) for part in seen.split("  "))
        assert "level" in strip(desk) or "lvl" in strip(desk)


@pytest.mark.parametrize("size", [(60, 20), (80, 24), (120, 34), (200, 50)])
@pytest.mark.parametrize(
    ("equity", "words"), [("1240", "call -240 (19%)"), ("990.50", "call NOW, 9.50 short")]
)
async def test_near_it_every_strip_says_it(size: tuple[int, int], equity: str, words: str) -> None:
    async with a_desk(with_equity(equity), size=size) as desk:
        assert words in strip(desk)
        assert "level" in strip(desk) or "lvl" in strip(desk)


async def test_near_it_the_dialog_marks_its_sentence_too() -> None:
    async with a_desk(with_equity("990.50")) as desk:
        await desk.presses("v")
        assert "! The margin level is 99.0%, at or below the call at 100%: 9.50 USD short." in desk.text()


async def test_without_margin_there_is_nothing_to_say() -> None:
    async with a_desk(with_equity("6000", "0"), size=(200, 50)) as desk:
        assert "call" not in strip(desk)
        await desk.presses("v")
        assert "No margin is used: there is no margin call to come to." in desk.text()


async def test_the_strip_follows_the_price_each_second() -> None:
    async with a_desk(with_equity("6000"), size=(120, 34)) as desk:
        desk.backend.clock.at += 1
        desk.backend.quote("EURUSD", 1.07213, 1.07221)  # 100 pips down: 500.00 less
        await desk.sees_a_frame()
        assert "call -4,500 (81%)" in strip(desk)


@pytest.mark.parametrize("size", [(60, 20), (80, 24), (120, 34)])
async def test_v_shows_the_distance_in_words_and_both_tables(size: tuple[int, int]) -> None:
    async with a_desk(size=size) as desk:
        await desk.presses("v")
        assert isinstance(desk.app.screen, ExposureDialog)
        text = " ".join(desk.text().replace("│", " ").split())
        assert "Margin 1,082.13 USD, level 926.15%, free 8,939.97 USD." in text
        assert "8,939.97 USD (89.2% of equity) to the margin call at 100%: USDJPY" in text
        assert "USDJPY 1.00 0.00 +1.00 +99,996.36" in text
        if size[1] > 20:
            assert "EURUSD 0.50 0.00 +0.50 +54,106.50" in text
            assert "XAUUSD 0.00 0.10 -0.10 -23,454.00" in text
        if size[1] > 24:
            assert "EUR +50,000.00 +54,108.50" in text
            assert "JPY -15,120,400.00" in text
        await desk.presses("escape")
        assert isinstance(desk.app.screen, TradingScreen)


async def test_it_is_worked_out_anew_and_says_when_prices_are_not_of_now() -> None:
    async with a_desk() as desk:
        await desk.presses("v")
        dialog = desk.app.screen
        assert isinstance(dialog, ExposureDialog)
        store = desk.backend.store
        hold_only(store)
        store.apply(StreamDown("reset by peer", 5.0))
        dialog.read_anew()
        await desk.pilot.pause()
        assert "Nothing is open." in desk.text()
        assert "! Not at prices of now: the stream is down." in desk.text()


async def test_what_is_not_known_is_a_sentence_and_never_a_zero() -> None:
    def unread(backend: StillBackend) -> None:
        odd = replace(positions()[0], ticket=1, symbol="[/x]")
        hold_only(backend.store, odd, positions()[1])

    async with a_desk(still_backend(unread)) as desk:
        await desk.presses("v")
        line = next(row for row in desk.text().splitlines() if "[/x]" in row and "0.50" in row)
        assert "not known" in line
        assert "! The spec of [/x] has not been read yet" in desk.text()
