"""The stream's socket on a real one: every message, whole, in order, no further ahead than it should read."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed
from websockets.frames import CloseCode, Frame, Opcode

from tests.patience import PATIENCE
from xbtfx_tui.stream.connection import LARGEST_MESSAGE, MOST_FRAGMENTS, READ_AHEAD, StreamConnection, opened
from xbtfx_tui.stream.stream_timeouts import StreamTimings

QUICK = StreamTimings(answer=5.0, closing=0.2)
MANY = 200_000
MANY_PINGS = 400_000
A_CHUNK = 256 * 1024
"""What asyncio reads at once, at the most."""

Behaviour = Callable[[ServerConnection], Awaitable[None]]


@contextlib.asynccontextmanager
async def line_to(behaves: Behaviour) -> AsyncIterator[StreamConnection]:
    async def handler(far_end: ServerConnection) -> None:
        with contextlib.suppress(ConnectionClosed):
            await behaves(far_end)

    async with serve(handler, "127.0.0.1", 0, compression=None, close_timeout=0.2) as listening:
        port = listening.sockets[0].getsockname()[1]
        line = await opened(f"ws://127.0.0.1:{port}/", QUICK, None)
        try:
            yield line
        finally:
            line.transport.abort()
            await line.wait_closed()


async def all_of(line: StreamConnection) -> list[bytes]:
    """Every message until the line is closed."""
    found: list[bytes] = []
    async with asyncio.timeout(PATIENCE):
        with contextlib.suppress(ConnectionClosed):
            while True:
                await line.arrived()
                found += line.messages
                line.messages.clear()
    return found


async def test_messages_come_whole_and_in_order_whatever_their_fragments() -> None:
    async def speaks(far_end: ServerConnection) -> None:
        await far_end.send("one")
        await far_end.send(["t", "", "wo"])
        await (await far_end.ping())
        await far_end.send(b"three")
        await far_end.send([b"fo", b"ur"])
        await far_end.send("")
        await far_end.send("six")

    async with line_to(speaks) as line:
        assert await all_of(line) == [b"one", b"two", b"three", b"four", b"", b"six"]


async def test_what_came_before_the_end_is_taken_before_the_end_is_told() -> None:
    async def says_goodbye(far_end: ServerConnection) -> None:
        await far_end.send("last words")
        await far_end.close(4000, "goodbye")

    async with line_to(says_goodbye) as line:
        await line.wait_closed()
        await line.arrived()
        assert list(line.messages) == [b"last words"]
        line.messages.clear()
        with pytest.raises(ConnectionClosed) as told:
            await line.arrived()
        assert told.value.rcvd is not None
        assert (told.value.rcvd.code, told.value.rcvd.reason) == (4000, "goodbye")


async def test_a_reader_that_falls_behind_slows_the_server_down_and_loses_nothing() -> None:
    message = "x" * 100
    sent = 0

    async def floods(far_end: ServerConnection) -> None:
        nonlocal sent
        for _ in range(MANY):
            await far_end.send(message)
            sent += 1

    async with line_to(floods) as line:
        async with asyncio.timeout(PATIENCE):
            before = -1
            while sent > before:  # until the server is held up
                before = sent
                for _ in range(200):
                    await asyncio.sleep(0)
        assert READ_AHEAD < len(line.messages) < READ_AHEAD + A_CHUNK / len(message)
        assert sent < MANY
        assert len(await all_of(line)) == MANY


async def test_a_message_that_never_ends_ends_the_line() -> None:
    nothing = Frame(Opcode.CONT, b"", False).serialize(mask=False)

    async def goes_on_and_on(far_end: ServerConnection) -> None:
        await far_end.send(["o", *[""] * (MOST_FRAGMENTS - 3), "ne"])
        far_end.transport.write(Frame(Opcode.TEXT, b"", False).serialize(mask=False))
        with contextlib.suppress(ConnectionResetError):
            while not far_end.transport.is_closing():
                far_end.transport.write(nothing * 1000)
                await far_end.drain()

    async with line_to(goes_on_and_on) as line:
        assert await all_of(line) == [b"one"]


async def test_pings_whose_answers_nobody_reads_do_not_pile_up() -> None:
    pings = Frame(Opcode.PING, b"x" * 125, True).serialize(mask=False) * 500
    go_on, heard, sent, far_ends = asyncio.Event(), asyncio.Event(), 0, list[ServerConnection]()

    async def pings_and_reads_nothing(far_end: ServerConnection) -> None:
        nonlocal sent
        far_ends.append(far_end)
        far_end.transport.pause_reading()
        while sent < MANY_PINGS and not go_on.is_set():
            far_end.transport.write(pings)
            await far_end.drain()
            sent += 500
        await far_end.send("still here")
        await heard.wait()  # closed on with its answers unread, the line would be reset

    async with line_to(pings_and_reads_nothing) as line, asyncio.timeout(PATIENCE):
        before = -1
        while sent > before:  # until the server is held up
            before = sent
            for _ in range(200):
                await asyncio.sleep(0)
        assert line.transport.get_write_buffer_size() < 2 * A_CHUNK
        assert sent < MANY_PINGS
        go_on.set()
        far_ends[0].transport.resume_reading()
        await line.arrived()
        assert list(line.messages) == [b"still here"]
        heard.set()


async def test_what_is_taken_as_it_arrives_wakes_nobody_and_a_fault_there_is_told() -> None:
    go_on, both = asyncio.Event(), asyncio.Event()

    async def speaks(far_end: ServerConnection) -> None:
        await far_end.send("one")
        await far_end.send("two")
        await go_on.wait()
        await far_end.send("three")
        await far_end.send("four")

    async with line_to(speaks) as line:
        taken: list[bytes] = []

        def takes() -> None:
            if len(taken) == 2:
                raise ZeroDivisionError
            taken.append(line.messages.popleft())
            if len(taken) == 2:
                both.set()
            elif line.messages:
                takes()

        line.take = takes
        if line.messages:
            takes()
        waiter = asyncio.ensure_future(line.arrived())
        async with asyncio.timeout(PATIENCE):
            await both.wait()
            assert not waiter.done()
            go_on.set()
            with pytest.raises(ZeroDivisionError):
                await waiter
        assert taken == [b"one", b"two"]


async def test_a_message_in_fragments_may_be_no_longer_than_one_in_one_piece() -> None:
    async def swamps(far_end: ServerConnection) -> None:
        await far_end.send("x" * (LARGEST_MESSAGE // 10) for _ in range(11))

    async with line_to(swamps) as line:
        assert await all_of(line) == []
        assert line.protocol.close_sent is not None
        assert line.protocol.close_sent.code == CloseCode.MESSAGE_TOO_BIG
