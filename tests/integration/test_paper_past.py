"""`GET /paper/candles`: the exchange's past, asked as the terminal does and as a script may."""

import asyncio
import time

import pytest

from tests.integration.exchange_client import ExchangeFactory, PaperExchange
from tests.integration.still_market import PushedClock, StillMarket
from xbtfx_tui.domain.api_key import ApiKey
from xbtfx_tui.domain.candles import Candle, Timeframe
from xbtfx_tui.domain.day_clock import UTC_CLOCK, day_clock
from xbtfx_tui.paper.past_client import PaperPast


def asked(exchange: PaperExchange) -> PaperPast:
    return PaperPast(exchange.server.base_url, exchange.key)


@pytest.mark.parametrize("timeframe", Timeframe)
@pytest.mark.parametrize("symbol", ["EURUSD", "EURGBP"])
async def test_the_terminal_has_it_at_every_timeframe(
    exchange: PaperExchange, symbol: str, timeframe: Timeframe
) -> None:
    clock = day_clock("ny17")
    found = await asked(exchange).read(symbol, timeframe, int(time.time()) + 10, 100, clock)
    assert len(found) == 100
    assert [one.start for one in found] == sorted({one.start for one in found})
    assert all(clock.bucket(one.start, timeframe) == (one.start, one.end) for one in found)


async def test_it_ends_at_the_first_quote_and_never_changes(exchange_factory: ExchangeFactory) -> None:
    clock = PushedClock()
    market = StillMarket()
    exchange = await exchange_factory(market=market, clock=clock)
    first = market.quote_of("EURUSD")
    before = await asked(exchange).read("EURUSD", Timeframe.MINUTE, 2**40, 10, UTC_CLOCK)
    clock.push(120)
    market.moves("EURUSD", "1.50000", "1.50010")
    assert await asked(exchange).read("EURUSD", Timeframe.MINUTE, 2**40, 10, UTC_CLOCK) == before
    assert before[-1].price(before[-1].close) == first.bid


async def test_the_market_goes_on_while_it_is_made(exchange: PaperExchange) -> None:
    """Two years of a cross take longest: meanwhile the loop has its turns."""
    running = asyncio.create_task(asked(exchange).read("EURGBP", Timeframe.DAY, 2**40, 800, UTC_CLOCK))
    turns = 0
    while not running.done():
        await asyncio.sleep(0)
        turns += 1
    assert len(await running) > 700
    assert turns > 50, "in slices"


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("symbol=NOTHING&timeframe=60", "There is no symbol 'NOTHING'."),
        ("symbol=EURUSD", "timeframe must be one of 10, 60,"),
        ("symbol=EURUSD&timeframe=7", "timeframe must be one of 10, 60,"),
        ("symbol=EURUSD&timeframe=60&count=0", "count must be 1 to 20000."),
        ("symbol=EURUSD&timeframe=60&before=soon", "before must be a whole number."),
        ("symbol=EURUSD&timeframe=60&clock=moon", "clock: no clock has this name"),
    ],
)
async def test_what_cant_be_asked_is_said(exchange: PaperExchange, query: str, says: str) -> None:
    answer = await exchange.http.get(f"/paper/candles?{query}")
    assert answer.status_code == 400
    assert says in answer.json()["message"]


async def test_it_is_no_part_of_the_api_and_needs_the_key(exchange: PaperExchange) -> None:
    assert (await exchange.http.get("/v1/candles?symbol=EURUSD&timeframe=60")).status_code == 404
    wrong = PaperPast(exchange.server.base_url, ApiKey("xbtfx_live_" + "0" * 32))
    assert await wrong.read("EURUSD", Timeframe.MINUTE, 2**40, 10, UTC_CLOCK) == ()


async def test_an_exchange_that_has_gone_has_no_past(exchange: PaperExchange) -> None:
    past = asked(exchange)
    await exchange.ends()
    assert await past.read("EURUSD", Timeframe.MINUTE, 2**40, 10, UTC_CLOCK) == ()


async def test_the_rows_are_candles(exchange: PaperExchange) -> None:
    answer = await exchange.http.get("/paper/candles?symbol=EURUSD&timeframe=3600&count=3")
    rows = answer.json()["candles"]
    assert [Candle(*row).span for row in rows] == [3600] * 3
