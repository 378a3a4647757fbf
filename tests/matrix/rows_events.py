"""Rows 48 and 53: events told twice, again, out of order or untrue; quotes older than the last one."""

import asyncio
from decimal import Decimal

from tests.matrix.kinds import ANY
from tests.matrix.world import Run
from xbtfx_tui.domain.intents import OpenIntent
from xbtfx_tui.paper.faults.fault_types import Fault, Scripted
from xbtfx_tui.store.latest_quotes import Fresh

_FAR = 0.005
_OVER_AND_OVER = (Fault.STREAM_DOUBLE, Fault.STREAM_REORDER, Fault.STREAM_REPLAY, Fault.STREAM_CLOSE)


async def events_again(run: Run) -> None:
    """48: no event hides a position that is open, and none makes an order done that is not."""
    intent = await run.ready(*ANY)
    fault = run.rng.choice(_OVER_AND_OVER)
    # It stays, and the last event of its kind is about it.
    stays = run.elsewhere(volume=run.volume + Decimal("0.03"))
    await run.until(lambda: stays.ticket in run.account.store.positions)
    run.script(Scripted(fault))
    if run.rng.random() < 0.6:
        run.script(
            Scripted(
                run.rng.choice(
                    [Fault.TIMED_OUT, Fault.NO_ANSWER, Fault.DROP_AFTER_EXECUTING, Fault.CUT_SHORT]
                )
            )
        )
    run.submits(intent)
    end = run.loop.time() + 45.0
    while run.loop.time() < end:
        await asyncio.sleep(0.2)
        if not isinstance(intent, OpenIntent) and run.executions(intent):
            continue
        if stays.ticket in {position.ticket for position in run.engine.positions()}:
            assert stays.ticket in run.account.store.positions, "a position that is open was hidden"


async def older_quote(run: Run) -> None:
    """53: after a reconnect the server sends the quote that it has kept: it freshens nothing."""
    await run.opens_the_terminal()
    before = _bid(run)
    by = run.rng.choice([20.0, 60.0, 1_800.0, 90_000.0])
    run.script(Scripted(Fault.STREAM_OLD_QUOTES, "/v1/account", by=by))
    await run.until(lambda: not run.faults.pending)
    end = run.loop.time() + 12.0
    while run.loop.time() < end:
        await asyncio.sleep(0.05)
        is_old = abs(_bid(run) - before) > before * _FAR
        is_fresh = isinstance(run.account.store.freshness(run.symbol, run.clock.now()), Fresh)
        assert not (is_old and is_fresh), f"a quote of {by:.0f} s ago counts as fresh"
    assert await run.until(run.is_ready, within=40.0), "no fresh quote was taken any more"
    run.submits(run.drafts())


def _bid(run: Run) -> float:
    slot = run.account.store.slot(run.symbol)
    assert slot is not None
    return float(slot.quote.bid)


ROWS = {
    48: ("events replayed, doubled, out of order", events_again),
    53: ("quote older than the last one", older_quote),
}
