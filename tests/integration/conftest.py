"""A paper exchange for each test, on a free port, in the test's own event loop; a command line beside it."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.integration.command_runs import CommandLine
from tests.integration.exchange_client import ExchangeFactory, PaperExchange
from xbtfx_tui.paper.exchange_clock import ExchangeClock
from xbtfx_tui.paper.exchange_options import ExchangeOptions
from xbtfx_tui.paper.ports import MarketPort
from xbtfx_tui.paper.service.fault_hooks import Faults
from xbtfx_tui.paper.service.paper_server import build_server
from xbtfx_tui.paper.service.rate_limits import ServerLimits


@pytest.fixture
async def exchange_factory() -> AsyncIterator[ExchangeFactory]:
    """Starts exchanges: `await exchange_factory(fresh=True, fills=Fills.INSTANT, market=StillMarket())`.

    The seed is 7 unless another is given, so that a market and a past are the same each time. It speaks the
    minimal form, which is all that a client may count on, unless the test asks for the rich one.
    """
    started: list[PaperExchange] = []

    async def start(
        *,
        market: MarketPort | None = None,
        clock: ExchangeClock | None = None,
        faults: Faults | None = None,
        limits: ServerLimits | None = None,
        **options: Any,
    ) -> PaperExchange:
        chosen = ExchangeOptions(**{"seed": 7, **options})
        server = build_server(chosen, market=market, clock=clock, faults=faults, limits=limits)
        await server.start()
        exchange = PaperExchange(server)
        started.append(exchange)
        return exchange

    yield start
    for exchange in started:
        await exchange.ends()


@pytest.fixture
async def exchange(exchange_factory: ExchangeFactory) -> PaperExchange:
    """The exchange as a trader meets it first: a moving market, an account that has lived."""
    return await exchange_factory()


@pytest.fixture
def line(home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> CommandLine:
    """The command line of a person with an empty home."""
    return CommandLine(monkeypatch, capsys)
