"""Row 52: two terminals on one login, each with a state directory of its own."""

import asyncio

from tests.matrix.leaps import EXCHANGE
from tests.matrix.world import Run, an_account
from xbtfx_tui.account_service import TradingAccount
from xbtfx_tui.domain.intents import OpenIntent
from xbtfx_tui.domain.store_events import TradingOpen
from xbtfx_tui.orders.foreign_orders import BEGINNING, UNEXPLAINED_FOR
from xbtfx_tui.orders.journal.login_lock import MeetingPlaces
from xbtfx_tui.orders.journal.order_journal import Journal
from xbtfx_tui.paper.faults.fault_types import Fault, Scripted

_SAID = "was not opened by an order of this terminal"
_AND_A_POLL = 30.0


async def two_terminals(run: Run) -> None:
    """52: on one machine the second only watches; on two, what comes from elsewhere is found out and said."""
    same_machine = run.rng.random() < 0.4
    places = MeetingPlaces((run.directory / "meeting",), f"http://{EXCHANGE}") if same_machine else None
    run.places = places
    await run.opens_the_terminal()
    second = an_account(run.server, run.clock, Journal(run.directory / "second", places))
    await second.start()
    second.look_at(frozenset({run.symbol}), None)
    second.need_spec(run.symbol)
    try:
        if same_machine:
            await _only_watches(run, second)
        else:
            await _is_found_out(run, second)
    finally:
        await second.stop()


async def _only_watches(run: Run, second: TradingAccount) -> None:
    assert await second.desk.ready() is not None, "two terminals of one machine trade on one login"
    assert any(one.blocks for one in second.desk.submit(_draft(run, second)))
    run.submits(run.drafts())


async def _is_found_out(run: Run, second: TradingAccount) -> None:
    await asyncio.sleep(BEGINNING + run.rng.uniform(5.0, 40.0))
    assert await run.until(lambda: isinstance(second.store.trading, TradingOpen))
    draft = _draft(run, second)
    run.others.add(draft.intent_id)
    assert not any(one.blocks for one in second.desk.submit(draft))
    if run.rng.random() < 0.5:
        run.script(Scripted(run.rng.choice([Fault.DROP_AFTER_EXECUTING, Fault.CUT_SHORT]), times=1))
    own = run.drafts()
    # A second order of the same symbol and side at one moment may be either one's: the trader decides.
    run.trader_may_decide(own)
    run.submits(own)
    await asyncio.sleep(UNEXPLAINED_FOR + _AND_A_POLL)
    said = [text for _, text in run.timeline.said if _SAID in text]
    assert len(said) <= 1, "it is said once a run"
    if run.state(own) in run.may_end[own.intent_id]:
        return
    assert said, "an order that was not sent from here was told of by nobody"


def _draft(run: Run, second: TradingAccount) -> OpenIntent:
    bid, ask = run.quote(run.symbol)
    price = ask if run.side.sign > 0 else bid
    return OpenIntent(second.desk.new_intent_id(), run.symbol, run.side, run.volume * 3, price)


ROWS = {52: ("two terminals on one login", two_terminals)}
