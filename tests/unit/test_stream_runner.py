"""The stream on real sockets, its times scaled down: it comes up, stays up, comes back, or says why not."""

import asyncio
import logging

import pytest
from websockets.asyncio.server import ServerConnection

from tests.patience import PATIENCE
from tests.unit.stream_server import (
    KEY,
    Behaviour,
    Trader,
    greets,
    listens,
    says,
    server_that,
    serves,
    speaks_the_older,
)
from xbtfx_tui.domain.store_events import (
    Dialect,
    Event,
    QuotesSeen,
    StreamConnecting,
    StreamDown,
    StreamRefused,
    StreamUp,
)
from xbtfx_tui.stream.stream_session import Session
from xbtfx_tui.stream.stream_timeouts import StreamTimings


async def test_quotes_of_what_is_wanted_arrive() -> None:
    async with server_that(serves) as server:
        trader = Trader(server.url)
        trader.runner.want(frozenset({"EURUSD"}), None)
        async with trader.watching():
            seen = await trader.sees(QuotesSeen)
            assert isinstance(seen, QuotesSeen)
            assert [(quote.symbol, quote.bid) for quote in seen.quotes] == [("EURUSD", 1.1)]
            trader.runner.want(frozenset({"EURUSD", "XAUUSD"}), "XAUUSD")
            await trader.sees(QuotesSeen, 2)
            frames = await server.got(0, 4)
    assert frames == [
        {"action": "auth", "token": KEY.reveal()},
        {"action": "subscribe", "channel": "account"},
        {"action": "subscribe", "channel": "quotes", "symbols": ["EURUSD"]},
        {"action": "subscribe", "channel": "quotes", "symbols": ["XAUUSD"], "depth": True},
    ]
    assert trader.events[:2] == [StreamConnecting(1), StreamUp(Dialect.CURRENT)]


async def test_after_a_drop_it_comes_back_and_subscribes_again() -> None:
    visits: list[ServerConnection] = []

    async def drops_the_first(line: ServerConnection) -> None:
        visits.append(line)
        if len(visits) > 1:
            await serves(line)
        await greets(line)
        await listens(line)
        line.transport.abort()

    async with server_that(drops_the_first) as server:
        trader = Trader(server.url)
        trader.runner.want(frozenset({"EURUSD"}), "EURUSD")
        async with trader.watching():
            await trader.sees(QuotesSeen)
            frames = await server.got(1, 3)
    assert frames[2] == {"action": "subscribe", "channel": "quotes", "symbols": ["EURUSD"], "depth": True}
    states = [event for event in trader.events if not isinstance(event, QuotesSeen)]
    up = StreamUp(Dialect.CURRENT)
    down = StreamDown("the connection was lost", 0.01)
    assert states == [StreamConnecting(1), up, down, StreamConnecting(1), up]


async def test_nobody_listens_and_each_wait_is_longer() -> None:
    async with server_that(serves) as server:
        pass
    trader = Trader(server.url)
    async with trader.watching():
        await trader.sees(StreamDown, 4)
    downs = [event for event in trader.events if isinstance(event, StreamDown)]
    assert downs[:4] == [StreamDown("connection refused", wait) for wait in (0.01, 0.02, 0.05, 0.05)]
    assert StreamConnecting(4) in trader.events


async def test_a_refused_key_ends_the_stream() -> None:
    async def refuses(line: ServerConnection) -> None:
        await listens(line)
        await says(line, action="auth_error", message="Invalid API key")

    async with server_that(refuses) as server:
        trader = Trader(server.url)
        async with asyncio.timeout(PATIENCE):
            await trader.runner.run()
        assert trader.events == [StreamConnecting(1), StreamRefused("Invalid API key")]
        assert len(server.frames) == 1


async def test_a_silent_line_is_given_up() -> None:
    async def falls_silent(line: ServerConnection) -> None:
        await greets(line)
        await line.wait_closed()

    async with server_that(falls_silent) as server:
        trader = Trader(server.url, StreamTimings(silence=0.1, steps=(0.01,), closing=0.1))
        async with trader.watching():
            assert await trader.sees(StreamDown) == StreamDown("no answer for 0.1 s", 0.01)
            await trader.sees(StreamUp, 2)


async def test_websocket_pings_keep_the_older_dialect_alive(monkeypatch: pytest.MonkeyPatch) -> None:
    async with server_that(speaks_the_older) as server:
        trader = Trader(server.url, StreamTimings(ping=0.02, silence=0.2, steps=(0.01,), closing=0.1))
        ponged = trader.runner._ponged
        pongs = asyncio.Semaphore(0)

        def counts(session: Session, pong: "asyncio.Future[float]") -> None:
            ponged(session, pong)
            pongs.release()

        monkeypatch.setattr(trader.runner, "_ponged", counts)
        async with trader.watching():
            await trader.sees(StreamUp)
            async with asyncio.timeout(PATIENCE):
                for _ in range(15):  # more than the silence that would end it
                    await pongs.acquire()
            assert trader.events[-1] == StreamUp(Dialect.OLDER)


async def test_pings_flow_and_after_sleep_there_is_a_new_connection_at_once() -> None:
    async with server_that(serves) as server:
        trader = Trader(server.url, StreamTimings(ping=0.02, steps=(60.0,), closing=0.1))
        async with trader.watching():
            assert (await server.got(0, 4))[2:4] == [{"action": "ping"}] * 2
            trader.runner.reconnect_now()
            await trader.sees(StreamUp, 2)
            assert StreamDown("opened anew", 0.0) in trader.events


async def test_a_wait_between_two_tries_can_be_ended() -> None:
    async with server_that(serves) as server:
        pass
    trader = Trader(server.url, StreamTimings(steps=(60.0,)))
    async with trader.watching():
        await trader.sees(StreamDown)
        trader.runner.reconnect_now()
        await trader.sees(StreamDown, 2)


async def closes_with_a_word(line: ServerConnection) -> None:
    await greets(line)
    await line.close(1012, "restart")


async def sends_too_much(line: ServerConnection) -> None:
    await greets(line)
    await line.send("x" * 1_100_000)
    await line.wait_closed()


async def says_maintenance(line: ServerConnection) -> None:
    await greets(line)
    await says(line, action="error", code="maintenance", message="Back at nine")


@pytest.mark.parametrize(
    ("behaves", "reason"),
    [
        (closes_with_a_word, "closed by the server: restart"),
        (sends_too_much, "the server sent a frame over 1 MB"),
        (says_maintenance, "Back at nine"),
    ],
)
async def test_why_it_ended(behaves: Behaviour, reason: str) -> None:
    async with server_that(behaves) as server:
        trader = Trader(server.url)
        async with trader.watching():
            assert await trader.sees(StreamDown) == StreamDown(reason, 0.01)


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (
            b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n",
            "the server answered with HTTP status 503",
        ),
        (
            b"HTTP/1.1 302 Found\r\nLocation: ws://127.0.0.1:9/\r\nContent-Length: 0\r\n\r\n",
            "the server answered with HTTP status 302",
        ),
        (b"SSH-2.0-OpenSSH\r\n", "the server does not speak WebSocket"),
        (b"", "the server does not speak WebSocket"),
    ],
)
async def test_a_server_that_is_no_stream(answer: bytes, reason: str) -> None:
    async def answers(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(answer)
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(answers, "127.0.0.1", 0)
    async with server:
        trader = Trader(f"ws://127.0.0.1:{server.sockets[0].getsockname()[1]}")
        async with trader.watching():
            assert await trader.sees(StreamDown) == StreamDown(reason, 0.01)


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("wss://exchange.invalid/v1/ws", "the name exchange.invalid could not be found"),
        ("https://exchange.invalid", "the address is not a ws or wss address"),
    ],
)
async def test_an_address_that_leads_nowhere(url: str, reason: str) -> None:
    trader = Trader(url)
    async with trader.watching():
        assert await trader.sees(StreamDown) == StreamDown(reason, 0.01)


async def test_the_key_reaches_no_log(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    async with server_that(serves) as server:
        trader = Trader(server.url)
        async with trader.watching():
            await trader.sees(StreamUp)
    ours = [record for record in caplog.records if not record.name.startswith("websockets.server")]
    assert not any(KEY.reveal() in record.getMessage() for record in ours)


async def test_a_fault_of_the_listener_is_said_and_survived() -> None:
    async with server_that(serves) as server:
        trader = Trader(server.url)
        hear = trader.runner._emit

        def stumbles(event: Event) -> None:
            if isinstance(event, QuotesSeen) and not any(
                isinstance(told, StreamDown) for told in trader.events
            ):
                raise KeyError("EURUSD")
            hear(event)

        trader.runner._emit = stumbles
        trader.runner.want(frozenset({"EURUSD"}), None)
        async with trader.watching():
            assert await trader.sees(StreamDown) == StreamDown("a fault in this program (KeyError)", 0.01)
            await trader.sees(QuotesSeen)
