"""The soak's plan and its bad line: the same by the same seed, and each trouble does what its name says."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from tests.soak.deliveries import Delivered, Listener
from tests.soak.plan import Calm, Cut, CutAtOrder, Refuse, Stall, Trickle, Way, plan
from tests.soak.proxy import LOOPBACK, ChaosProxy

SHORTLY = 0.3
PATIENCE = 10.0


def test_a_seed_makes_its_plan_and_another_one_another() -> None:
    assert plan(1, 600.0) == plan(1, 600.0) != plan(2, 600.0)
    assert plan(1, 1_200.0)[: len(plan(1, 600.0)) - 1] == plan(1, 600.0)[:-1]


@pytest.mark.parametrize("seed", range(20))
def test_a_plan_begins_and_ends_calm_and_has_every_trouble(seed: int) -> None:
    phases = plan(seed, 900.0)
    assert isinstance(phases[0], Calm) and isinstance(phases[-1], Calm)
    assert {type(phase) for phase in phases} == {Calm, Cut, CutAtOrder, Stall, Trickle, Refuse}
    assert 900.0 <= sum(phase.seconds for phase in phases) < 1_000.0


def test_a_squeezed_plan_has_as_many_troubles_in_less_time() -> None:
    squeezed, usual = plan(1, 60.0, 0.1), plan(1, 600.0)
    assert [type(phase) for phase in squeezed] == [type(phase) for phase in usual]
    assert sum(phase.seconds for phase in squeezed) == pytest.approx(sum(p.seconds for p in usual) / 10)


class Ends:
    """A proxy to a server that answers each line with itself, and one connection through it."""

    def __init__(self, proxy: ChaosProxy) -> None:
        self.proxy = proxy
        self.heard: list[bytes] = []
        self.reader: asyncio.StreamReader
        self.writer: asyncio.StreamWriter

    async def connect(self) -> None:
        self.reader, self.writer = await asyncio.open_connection(LOOPBACK, self.proxy.port)

    async def answers(self, line: bytes = b"hello\n", within: float = PATIENCE) -> bool:
        """Whether the line comes back in time; False also where the connection has ended."""
        self.writer.write(line)
        try:
            async with asyncio.timeout(within):
                return await self.reader.readline() == line
        except (TimeoutError, OSError):
            return False


@pytest.fixture
async def ends() -> AsyncIterator[Ends]:
    held: list[Ends] = []

    async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while line := await reader.readline():
                held[0].heard.append(line)
                writer.write(line)
                await writer.drain()
        except OSError:
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(echo, LOOPBACK, 0)
    proxy = ChaosProxy(server.sockets[0].getsockname()[1])
    await proxy.begin()
    held.append(Ends(proxy))
    await held[0].connect()
    yield held[0]
    held[0].writer.close()
    await proxy.end()
    server.close()


async def test_a_calm_line_passes_everything_both_ways(ends: Ends) -> None:
    assert await ends.answers()
    assert await ends.answers(b"x" * 50_000 + b"\n")


@pytest.mark.parametrize(("way", "heard"), [(Way.UP, 0), (Way.DOWN, 1), (Way.BOTH, 0)], ids=str)
async def test_a_stall_holds_its_way_and_lets_go_afterwards(ends: Ends, way: Way, heard: int) -> None:
    await ends.proxy.turn_to(Stall(1.0, way))
    assert not await ends.answers(within=SHORTLY)
    assert len(ends.heard) == heard
    await ends.proxy.turn_to(Calm(1.0))
    assert await ends.reader.readline() == b"hello\n"


async def test_a_cut_ends_connections_and_takes_new_ones(ends: Ends) -> None:
    assert await ends.answers()
    await ends.proxy.turn_to(Cut(1.0, hard=True))
    assert not await ends.answers()
    await ends.connect()
    assert await ends.answers()


async def test_refusing_keeps_out_new_connections_until_the_calm(ends: Ends) -> None:
    assert await ends.answers()
    await ends.proxy.turn_to(Refuse(1.0, cut=False))
    assert await ends.answers()
    with pytest.raises(ConnectionRefusedError):
        await ends.connect()
    await ends.proxy.turn_to(Calm(1.0))
    await ends.connect()
    assert await ends.answers()


async def test_a_thin_line_takes_its_time(ends: Ends) -> None:
    await ends.proxy.turn_to(Trickle(1.0, Way.DOWN, 400.0))
    assert not await ends.answers(b"x" * 999 + b"\n", within=SHORTLY)


@pytest.mark.parametrize("carried", [True, False])
async def test_one_order_is_cut_off_before_or_after_it_was_passed_on(ends: Ends, carried: bool) -> None:
    order = b"POST /v1/trade\n"
    assert await ends.answers(b"GET /v1/account\n")
    await ends.proxy.turn_to(CutAtOrder(1.0, carried))
    assert not await ends.answers(order)
    assert (order in ends.heard) is carried
    await ends.connect()
    assert await ends.answers(order)


# --- what is told of the bytes ---

UPGRADE = b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n"


def frame(payload: bytes) -> bytes:
    size = bytes([len(payload)]) if len(payload) < 126 else b"\x7e" + len(payload).to_bytes(2, "big")
    return b"\x81" + size + payload


def quote(symbol: bytes, lead: bytes = b'"channel"') -> bytes:
    return frame(b"{" + lead + b':"quote","symbol":"' + symbol + b'","time":"2026-01-31T10:15:30.123Z"}')


@pytest.mark.parametrize("piece", [1, 7, 10_000])
def test_quotes_are_seen_however_the_bytes_are_cut(piece: int) -> None:
    delivered = Delivered()
    listener = Listener(delivered)
    pong = frame(b'{"action":"pong"}')
    whole = UPGRADE + quote(b"EURUSD") + pong + quote(b"GBPUSD", b'"type"') + frame(b"y" * 300)
    for at in range(0, len(whole), piece):
        listener.down(whole[at : at + piece])
    assert (delivered.quotes, delivered.older) == (2, 1)
    assert delivered.at.keys() == {"EURUSD", "GBPUSD"}
    assert delivered.lateness > 0


def test_a_quote_counts_only_once_it_is_whole() -> None:
    delivered = Delivered()
    listener = Listener(delivered)
    listener.down((UPGRADE + quote(b"EURUSD"))[:-1])
    assert delivered.at == {}


@pytest.mark.parametrize("piece", [1, 5, 10_000])
def test_a_symbol_read_by_rest_counts_as_its_price(piece: int) -> None:
    delivered = Delivered()
    listener = Listener(delivered)
    listener.up(b"GET /v1/account HTTP/1.1\r\n\r\n")
    listener.down(b"HTTP/1.1 200 OK\r\n\r\n{}")
    assert delivered.at == {}
    request = b"GET /v1/symbols/XAUUSD HTTP/1.1\r\n\r\n"
    for at in range(0, len(request), piece):
        listener.up(request[at : at + piece])
    listener.down(b"HTTP/1.1 200 OK\r\n\r\n{}")
    assert delivered.at.keys() == {"XAUUSD"}
