"""What moves on screen is what the exchange has: quotes, depth, account, profits, history, subscriptions."""

import re
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from functools import partial
from pathlib import Path

import pytest

from tests.integration.exchange_client import Frame, PaperExchange
from tests.integration.still_market import StillMarket
from tests.ui.terminal import Moody, Trader, a_trader, an_exchange
from xbtfx_tui.paper.exchange_options import Fills
from xbtfx_tui.ui import figure_format as fmt

CENT = Decimal("0.01")
_LEVEL = re.compile(r"^ *(\d+\.\d{5}) +([\d.]+[KMB]?)[ ▏▎▍▌▋▊▉█]*(?:│|$)")


async def test_quotes_move_by_themselves(tmp_path: Path) -> None:
    async with an_exchange() as exchange, a_trader(exchange, tmp_path) as trader:
        await trader.sees("● live")
        seen: dict[str, set[tuple[str, str] | None]] = {
            name: set() for name in ("EURUSD", "XAUUSD", "BTCUSD")
        }

        def all_moved() -> bool:
            for name, quotes in seen.items():
                quotes.add(trader.quote(name))
            return all(len(quotes - {None}) >= 4 for quotes in seen.values())

        await trader.until(all_moved)


def levels_on_screen(trader: Trader) -> list[tuple[str, str]]:
    """The depth pane's price and volume texts, top to bottom."""
    found = (_LEVEL.search(line) for line in trader.text().splitlines())
    return [(one[1], one[2]) for one in found if one is not None]


def book_of(exchange: PaperExchange, symbol: str) -> list[tuple[str, str]]:
    """The exchange's own book as texts, the dearest ask on top."""
    bids, asks = exchange.server.exchange.market.depth_of(symbol)
    return [(f"{level.price:.5f}", fmt.units(level.volume)) for level in (*reversed(asks), *bids)]


async def test_depth_is_the_exchanges_book_five_levels_a_side(tmp_path: Path) -> None:
    async with an_exchange() as exchange, a_trader(exchange, tmp_path) as trader:
        await trader.is_ready()

        def shows_spread(levels: list[tuple[str, str]]) -> bool:
            points = round((Decimal(levels[4][0]) - Decimal(levels[5][0])) * 100_000)
            return re.search(rf"spread +{points} points", trader.text()) is not None

        def shows_book_of(symbol: str) -> bool:
            levels = levels_on_screen(trader)
            return len(levels) == 10 and levels == book_of(exchange, symbol) and shows_spread(levels)

        async def comes_to_show(symbol: str) -> list[tuple[str, str]]:
            """The symbol's book of this moment, whichever it is; both sides whole, with their spread.

            The spread is in points, so it comes a frame after the symbol's specification.
            """
            await trader.until(lambda: shows_book_of(symbol))
            return levels_on_screen(trader)

        first = await comes_to_show("EURUSD")
        await trader.until(lambda: book_of(exchange, "EURUSD") != first)
        assert await comes_to_show("EURUSD") != first
        await trader.presses("down")
        assert await comes_to_show("GBPUSD") != first


def figures_on_screen(trader: Trader) -> list[str]:
    """Balance, equity, profit, margin and free, as the account strip writes them."""
    return re.findall(r"-?\+?[\d,]+\.\d\d(?!\d)", trader.line("balance"))


async def test_the_account_strip_comes_to_equal_the_ledger(tmp_path: Path) -> None:
    market = StillMarket()
    async with an_exchange(market=market, fresh=False) as exchange, a_trader(exchange, tmp_path) as trader:
        await trader.is_ready()

        async def equals_the_ledger() -> None:
            row: Frame = (await trader.ledger())["account"]
            names = ("balance", "equity", "profit", "margin", "margin_free")
            texts = [fmt.money(Decimal(str(row[name])), "USD") for name in names]
            await trader.until(lambda: [one.lstrip("+") for one in figures_on_screen(trader)] == texts)

        await equals_the_ledger()
        held = exchange.engine.positions()[0]
        tick = market.quote_of(held.symbol)
        step = 200 * market.specs[held.symbol].point
        before = figures_on_screen(trader)
        market.moves(held.symbol, str(tick.bid + step), str(tick.ask + step))
        await exchange.sees(lambda: exchange.engine.positions()[0].profit != held.profit)
        await equals_the_ledger()
        assert figures_on_screen(trader) != before


@pytest.mark.parametrize(
    ("symbol", "moves"),
    [
        ("EURUSD", [("1.16500", "1.16510"), ("1.16321", "1.16330"), ("1.17012", "1.17020")]),
        ("USDJPY", [("155.900", "155.910"), ("155.621", "155.630"), ("156.012", "156.020")]),
    ],
)
async def test_a_profit_moves_with_the_quote_between_the_servers_words(
    symbol: str, moves: list[tuple[str, str]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    market, positions_are_mute = StillMarket(), Moody("/v1/positions")
    async with an_exchange(market=market, fills=Fills.INSTANT, faults=positions_are_mute) as exchange:
        monkeypatch.setattr(exchange.server.exchange, "moves", lambda: ())
        async with a_trader(exchange, tmp_path, watchlist=(symbol, "XAUUSD")) as trader:
            await trader.is_ready(symbol)
            await trader.learns(await trader.buys("0.50"))
            await trader.presses("4")
            await trader.until(lambda: len(trader.account.store.positions) == 1)
            (ticket,) = trader.account.store.positions
            await trader.until(lambda: trader.position(ticket) is not None)
            servers_word = exchange.engine.positions()[0].price_current
            await trader.until(lambda: trader.account.store.positions[ticket].price_current == servers_word)
            positions_are_mute.down = True
            for bid, ask in moves:
                market.moves(symbol, bid, ask)
                await trader.until(lambda bid=bid: getattr(trader.position(ticket), "now", "") == bid)  # type: ignore[misc]
                line = trader.position(ticket)
                assert line is not None
                shown = Decimal(line.profit.replace(",", ""))
                (held,) = exchange.engine.positions()
                assert held.price_current == Decimal(bid)
                assert abs(shown - held.profit) <= CENT
                assert (shown > 0) == (Decimal(bid) > held.price_open)
                assert trader.account.store.positions[ticket].price_current == servers_word


def since(days: int | None) -> datetime:
    """The midnight, UTC, that a period of so many days back begins at."""
    if days is None:
        return datetime.min.replace(tzinfo=UTC)
    return datetime.combine(datetime.now(UTC).date(), time(), UTC) - timedelta(days=days)


def shows_tickets(trader: Trader, tickets: list[str]) -> bool:
    """Whether the deals on screen are these, from the top."""
    lines = [line.split() for line in trader.text().splitlines()]
    return tickets == [cells[3] for cells in lines if len(cells) >= 10 and cells[3].isdigit()]


async def test_history_by_period_is_the_ledgers_deals(tmp_path: Path) -> None:
    async with (
        an_exchange(fresh=False) as exchange,
        a_trader(exchange, tmp_path, size=(120, 120)) as trader,
    ):
        await trader.is_ready()
        await trader.presses("6", "z")
        deals: list[Frame] = (await trader.ledger())["deals"]
        seen: list[int] = []
        periods = {"today": 0, "last 3 days": 3, "last week": 7, "last month": 30, "last 3 months": 90}
        for words, days in {**periods, "last 6 months": 180, "all": None}.items():
            start = since(days)
            rows = [one for one in deals if datetime.fromisoformat(one["time"]) >= start]
            profit = sum((Decimal(str(one["profit"])) for one in rows), Decimal(0))
            count = f" {len(rows)} deal{'' if len(rows) == 1 else 's'}"
            await trader.sees(words, count)
            assert fmt.signed_money(profit, "USD") in trader.line(count).split()
            newest_first = sorted(rows, key=lambda one: (one["time"], one["ticket"]), reverse=True)
            tickets = [str(one["ticket"]) for one in newest_first]
            await trader.until(partial(shows_tickets, trader, tickets))
            for one in rows:
                line = trader.line(f" {one['ticket']} ")
                digits = trader.account.store.symbols[one["symbol"]].digits
                assert [one["symbol"], one["side"], one["entry"]] == line.split()[4:7]
                assert f" {one['price']:.{digits}f} " in line
                assert f" {one['position']}" in line
            seen.append(len(rows))
            await trader.presses("right_square_bracket")
        assert seen == sorted(seen)
        assert seen[0] < seen[-1] == len(deals)


async def test_a_symbol_that_is_found_is_added_and_quoted_and_one_removed_is_left(tmp_path: Path) -> None:
    async with an_exchange() as exchange, a_trader(exchange, tmp_path) as trader:
        await trader.is_ready()

        def subscribed() -> set[str]:
            return {name for one in exchange.server.hub.clients for name in one.subscriptions}

        assert "ETHUSD" not in subscribed()
        await trader.presses("slash")
        await trader.sees("Find a symbol")
        await trader.presses(*"ethusd")
        await trader.sees("> ETHUSD")
        await trader.presses("enter")
        await trader.until(lambda: "ETHUSD" in subscribed())
        await trader.until(lambda: trader.quote("ETHUSD") is not None)
        await trader.sees("Depth ETHUSD")
        assert trader.saved[-1][-1] == "ETHUSD"
        await trader.presses("delete")
        await trader.until(lambda: "ETHUSD" not in subscribed())
        assert "ETHUSD" not in trader.saved[-1]
