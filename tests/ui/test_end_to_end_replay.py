"""Recorded ticks through the whole terminal: every price on screen is a price of the file, in its order."""

import csv
from itertools import cycle, islice
from pathlib import Path

import pytest

from tests.ui.terminal import a_trader, an_exchange
from xbtfx_tui.ui.screens.trading_screen import TradingScreen

TICKS = Path(__file__).parents[3] / "shared" / "ticks"
Pair = tuple[str, str]


def follow(shown: list[Pair], rows: list[Pair]) -> Pair | None:
    """The first shown pair that does not come after the one before it in the rows, played twice through."""
    played = islice(cycle(rows), 2 * len(rows))
    return next((pair for pair in shown if pair not in played), None)


@pytest.mark.parametrize(
    ("symbol", "file", "speed"),
    [("EURUSD", "EURUSD-2020-01-01.csv", 300.0), ("BTCUSD", "BTCUSD-2021-01-08.csv", 8.0)],
)
async def test_recorded_ticks_are_shown_as_they_are_in_the_file(
    symbol: str, file: str, speed: float, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = TICKS / file
    if not path.is_file():
        pytest.skip(f"there are no recorded ticks at {path}")
    with path.open(newline="") as opened:
        rows = [(row["bid"], row["ask"]) for row in csv.DictReader(opened)]
    shown: list[Pair] = []
    async with (
        an_exchange(replay={symbol: path}, speed=speed, tick_rate=None) as exchange,
        a_trader(exchange, tmp_path, watchlist=(symbol, "GBPUSD")) as trader,
    ):
        # Until then a price is written as it came, without the zeros at its end.
        await trader.until(lambda: symbol in trader.account.store.symbols)
        draw = TradingScreen.frame

        def draw_and_note(screen: TradingScreen) -> None:
            draw(screen)
            pair = trader.quote(symbol)
            if pair is not None and shown[-1:] != [pair]:
                shown.append(pair)

        monkeypatch.setattr(TradingScreen, "frame", draw_and_note)
        trader.screen.set_interval(1 / 20, trader.screen.frame)
        await trader.until(lambda: len(shown) >= 20)
    assert follow(shown, rows) is None, (follow(shown, rows), shown)


def test_a_price_out_of_order_is_found() -> None:
    rows = [("1", "2"), ("2", "3"), ("3", "4")]
    assert follow([("2", "3"), ("1", "2"), ("3", "4")], rows) is None
    assert follow([("3", "4"), ("1", "2"), ("3", "4"), ("1", "2")], rows) == ("1", "2")
    assert follow([("1", "2"), ("1.5", "2.5")], rows) == ("1.5", "2.5")
