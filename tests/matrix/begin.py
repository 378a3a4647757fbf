"""A run as it begins: an exchange with nothing wrong in it yet, a market, clocks, all from one seed."""

import asyncio
import contextlib
import random
import tempfile
from collections.abc import AsyncIterator
from decimal import Decimal
from pathlib import Path

from tests.matrix.bent_clock import BentClock
from tests.matrix.leaps import leaping_loop
from tests.matrix.quiet_market import SYMBOLS, QuietMarket, ticks
from tests.matrix.timeline import Timeline
from tests.matrix.world import Run, an_account
from xbtfx_tui.domain.accounts import MarginMode
from xbtfx_tui.domain.sides import Side
from xbtfx_tui.orders.journal.order_journal import Journal
from xbtfx_tui.paper.exchange_options import ApiForm, ExchangeOptions, Fills
from xbtfx_tui.paper.faults.fault_injector import ScriptedFaults
from xbtfx_tui.paper.service.idempotency_cache import Dedupes, Mood
from xbtfx_tui.paper.service.paper_server import build_server
from xbtfx_tui.paper.service.rate_limits import ServerLimits

_BEAT = 0.25
# In memory, where there is such a place: three thousand runs are not about this machine's disk.
_MEMORY = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108 a directory of its own is made there


def draw_mood(rng: random.Random) -> Mood:
    return Mood(rng.choice(list(Dedupes)), rng.random() < 0.5)


@contextlib.asynccontextmanager
async def a_run(
    seed: int,
    fills: Fills | None,
    faults: ScriptedFaults,
    form: ApiForm = ApiForm.MINIMAL,
    *,
    mode: MarginMode = MarginMode.HEDGING,
    with_screen: bool = False,
) -> AsyncIterator[Run]:
    """A world drawn from the seed, with nothing wrong in it yet; `fills` None = drawn, too."""
    rng = random.Random(seed)
    loop = leaping_loop()
    slow = rng.choice([0.0, 0.0, 0.004, 0.05])
    loop.disk = lambda: rng.uniform(0.0, slow)
    clock = BentClock(loop)
    market = QuietMarket()
    options = ExchangeOptions(
        seed=rng.randrange(2**31),
        fresh=True,
        fills=fills or rng.choice([Fills.PLACED, Fills.PLACED, Fills.INSTANT]),
        balance=Decimal(1_000_000),
        form=form,
        margin_mode=mode,
    )
    server = build_server(
        options,
        clock=clock,
        market=market,
        faults=faults,
        limits=ServerLimits(beat=_BEAT * rng.uniform(0.5, 1.5), account_cache=0.0),
    )
    server.gate.cache.mood = draw_mood(rng)
    symbol = rng.choice(SYMBOLS)
    side = rng.choice(list(Side))
    volume = Decimal(rng.randrange(1, 30)).scaleb(-2)
    with tempfile.TemporaryDirectory(prefix="matrix-", dir=_MEMORY) as directory:
        await server.start()
        ticking = asyncio.create_task(ticks(market, symbol, clock, rng))
        journal = Journal(Path(directory) / "state")
        account = an_account(server, clock, journal)
        timeline = Timeline(loop.time)
        timeline.follows(server.exchange.engine)
        root = Path(directory)
        run = Run(
            rng, loop, clock, server, faults, market, root, symbol, side, volume, account, journal, timeline
        )
        try:
            async with contextlib.AsyncExitStack() as screens:
                run.screens = screens if with_screen else None
                yield run
        finally:
            ticking.cancel()
            for task in run.tasks:
                task.cancel()
            await run.account.stop()
            await server.stop()
