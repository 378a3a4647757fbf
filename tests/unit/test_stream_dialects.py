"""Servers of either dialect on real sockets: which one is spoken, and when another is tried."""

from websockets.asyncio.server import ServerConnection

from tests.unit.stream_server import KEY, Trader, listens, says, server_that, speaks_the_older
from xbtfx_tui.domain.store_events import (
    Dialect,
    QuotesSeen,
    StreamDown,
    StreamUp,
)
from xbtfx_tui.stream.stream_timeouts import StreamTimings


async def test_a_server_of_the_older_dialect() -> None:
    async with server_that(speaks_the_older) as server:
        trader = Trader(server.url)
        trader.runner.want(frozenset({"EURUSD"}), "EURUSD")
        async with trader.watching():
            await trader.sees(QuotesSeen)
            assert trader.events[-2] == StreamUp(Dialect.OLDER)
            assert await server.got(1, 2) == [
                {"type": "auth", "api_key": KEY.reveal()},
                {"type": "subscribe", "symbols": ["EURUSD"]},
            ]


async def test_a_server_that_does_not_answer_the_current_dialect() -> None:
    async def is_silent_at_first(line: ServerConnection) -> None:
        if (await listens(line)).get("type") == "auth":
            await says(line, type="auth", status="ok")
        await line.wait_closed()

    async with server_that(is_silent_at_first) as server:
        trader = Trader(server.url, StreamTimings(answer=0.1, steps=(0.01,), closing=0.1))
        async with trader.watching():
            assert await trader.sees(StreamUp) == StreamUp(Dialect.OLDER)
            assert trader.events[1] == StreamDown("no answer to the key in 0.1 s", 0.01)


async def test_a_server_that_did_not_answer_at_first_is_asked_for_account_events_again() -> None:
    silent = 2

    async def answers_later(line: ServerConnection) -> None:
        nonlocal silent
        if (await listens(line)).get("type") == "auth":
            await says(line, type="auth", status="ok")
        elif silent > 0:
            silent -= 1
        else:
            await says(line, action="auth_ok", login=1)
        await line.wait_closed()

    async with server_that(answers_later) as server:
        timings = StreamTimings(answer=0.1, steps=(0.01,), closing=0.1, second_look=0.3)
        trader = Trader(server.url, timings)
        async with trader.watching():
            assert await trader.sees(StreamUp) == StreamUp(Dialect.OLDER)
            assert await trader.sees(StreamUp, 2) == StreamUp(Dialect.CURRENT)
            assert trader.events[-3] == StreamDown("opened anew to ask for account events", 0.0)
