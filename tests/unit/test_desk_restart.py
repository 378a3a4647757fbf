"""Startup and crash recovery are one path: what an earlier run left open is found, and nothing is sent."""

from pathlib import Path

from tests.unit.test_desk_reconcile import bought
from tests.unit.trading_desk import LOGIN, Trader, trader_at_desk
from xbtfx_tui.domain.clock import Instant
from xbtfx_tui.domain.events import KeyRead, TradingChanged, TradingReadOnly
from xbtfx_tui.domain.failures import LineBroke, LinePart, ServerFault
from xbtfx_tui.domain.intents import Intent
from xbtfx_tui.domain.outcomes import IntentState, StoryLine
from xbtfx_tui.orders.doubts import NeverAgain
from xbtfx_tui.orders.journal.journal import Entry, Journal, Seen
from xbtfx_tui.orders.reconcile.matching import before_send
from xbtfx_tui.wire.requests import request_for

S = IntentState
CUT = LineBroke(LinePart.READ, "", begun=True)


async def left_behind(trader: Trader, intent: Intent, *states: IntentState, ago: float = 0.0) -> None:
    """What a run that was killed left in the journal."""
    now = trader.clock.now()
    at = Instant(now.monotonic, now.boot, now.wall - ago)
    request = request_for(intent)
    held = before_send(intent, trader.store.positions, trader.store.last_list)
    journal = Journal(trader.journal.directory)
    await journal.claim(LOGIN)
    first, *others = (StoryLine(at.wall, state, state.value) for state in states)
    await journal.begin(Entry(intent, LOGIN, request.path, request.body, at, Seen(held)), first)
    for line in others:
        await journal.move(intent.intent_id, line, attempt=1)
    await journal.close()


def new_trader(tmp_path: Path) -> Trader:
    return Trader(tmp_path / "state" / "journal.sqlite")


async def test_killed_before_sending_is_abandoned(tmp_path: Path) -> None:
    trader = new_trader(tmp_path)
    buy = trader.drafts_buy()
    await left_behind(trader, buy, S.JOURNALED)
    await trader.sits_down()
    assert trader.state(buy) is S.ABANDONED
    assert trader.heard("nothing was sent")
    assert trader.desk.doubts() == ()
    trader.submits(trader.drafts_buy("0.30"))
    await trader.desk.finish(within=1)


async def test_killed_after_sending_is_found_before_trading_opens(tmp_path: Path) -> None:
    trader = new_trader(tmp_path)
    buy = trader.drafts_buy()
    await left_behind(trader, buy, S.JOURNALED, S.SENDING)
    trader.listed = (bought(11),)
    await trader.sits_down()
    assert trader.state(buy) is S.FOUND_FILLED
    assert trader.last_said("At the last run's end") == (
        "At the last run's end 1 order was open. Buy 0.10 EURUSD: found as ticket 11."
    )
    assert trader.server.sent == []
    await trader.desk.finish(within=1)


async def test_what_is_not_found_bars_its_symbol_until_it_is_settled(tmp_path: Path) -> None:
    trader = new_trader(tmp_path)
    buy = trader.drafts_buy()
    await left_behind(trader, buy, S.JOURNALED, S.SENDING, S.PLACED)
    trader.holds = ()
    await trader.sits_down()
    assert trader.state(buy) is S.UNKNOWN
    assert "not found yet" in trader.last_said("At the last run's end")
    assert "is not known yet" in trader.is_stopped(trader.drafts_buy("0.30")).sentence
    (doubt,) = trader.desk.doubts()
    assert doubt.resend == NeverAgain("the terminal was started anew since")
    assert trader.desk.send_again(buy.intent_id) is not None
    await trader.waits(32)
    assert trader.state(buy) is S.FOUND_NOT_FILLED
    assert trader.server.sent == []
    await trader.desk.finish(within=1)


async def test_a_history_that_does_not_answer_holds_up_the_start_for_10_s_at_most(tmp_path: Path) -> None:
    trader = new_trader(tmp_path)
    buy = trader.drafts_buy()
    await left_behind(trader, buy, S.JOURNALED, S.SENDING)
    trader.deals = ServerFault(502, "")
    before = trader.clock.now().monotonic
    await trader.sits_down()
    assert 9 < trader.clock.now().monotonic - before < 12
    assert trader.state(buy) is S.UNKNOWN
    assert trader.is_stopped(trader.drafts_buy("0.30")).about == "symbol"
    await trader.desk.finish(within=1)


async def test_what_was_not_filled_stays_watched_by_the_next_run(tmp_path: Path) -> None:
    async with trader_at_desk(tmp_path) as trader:
        trader.holds = ()
        trader.server.answers = [CUT]
        buy = trader.submits(trader.drafts_buy())
        await trader.waits(32)
        assert trader.state(buy) is S.FOUND_NOT_FILLED
    again = Trader(trader.journal.directory, clock=trader.clock)
    await again.sits_down()
    again.submits(again.drafts_buy("0.05"))
    await again.settles()
    again.sees_opened(11)
    await again.waits(1)
    assert again.state(buy) is S.FOUND_FILLED
    assert again.heard("LATE: ")
    await again.desk.finish(within=1)


async def test_what_the_trader_dismissed_is_not_found_by_the_next_run(tmp_path: Path) -> None:
    async with trader_at_desk(tmp_path) as trader:
        trader.server.answers = [CUT]
        buy = trader.submits(trader.drafts_buy())
        trader.sees_opened(11)
        trader.sees_opened(12)
        await trader.waits(31)
        assert await trader.desk.resolve(buy.intent_id, None) is None
    again = Trader(trader.journal.directory)
    again.listed = (bought(11), bought(12))
    await again.sits_down()
    await again.waits(5)
    assert again.state(buy) is S.FOUND_NOT_FILLED
    await again.desk.finish(within=1)


async def test_an_id_of_an_earlier_run_is_spent(tmp_path: Path) -> None:
    trader = new_trader(tmp_path)
    settled = trader.drafts_buy()
    long_ago = trader.drafts_buy()
    await left_behind(trader, settled, S.JOURNALED, S.SENDING, S.FILLED)
    await left_behind(trader, long_ago, S.JOURNALED, S.SENDING, S.UNKNOWN, ago=3 * 24 * 3600)
    await trader.sits_down()
    for intent in (settled, long_ago):
        assert trader.is_stopped(intent).sentence.startswith("This order has already been sent")
    await trader.desk.finish(within=1)


async def test_tickets_of_earlier_orders_are_nobody_elses(tmp_path: Path) -> None:
    trader = new_trader(tmp_path)
    first, second = trader.drafts_buy(), trader.drafts_buy()
    await left_behind(trader, first, S.JOURNALED, S.SENDING)
    journal = Journal(trader.journal.directory)
    await journal.claim(LOGIN)
    filled = StoryLine(trader.clock.now().wall, S.FILLED, "Bought.")
    await journal.move(first.intent_id, filled, ticket=11)
    await journal.close()
    await left_behind(trader, second, S.JOURNALED, S.SENDING)
    trader.listed = (bought(11),)
    await trader.sits_down()
    assert trader.state(second) is S.UNKNOWN
    await trader.desk.finish(within=1)


async def test_a_ticket_that_an_answer_named_does_not_hide_the_orders_own_position(tmp_path: Path) -> None:
    """The server had named it before the run was killed; the order was open still, and looked for."""
    trader = new_trader(tmp_path)
    buy = trader.drafts_buy()
    await left_behind(trader, buy, S.JOURNALED, S.SENDING)
    journal = Journal(trader.journal.directory)
    await journal.claim(LOGIN)
    placed = StoryLine(trader.clock.now().wall, S.PLACED, "Accepted.")
    await journal.move(buy.intent_id, placed, ticket=11)
    await journal.close()
    trader.listed = (bought(11),)
    await trader.sits_down()
    await trader.waits(40)
    assert trader.state(buy) is S.FOUND_FILLED
    await trader.desk.finish(within=1)


async def test_orders_alike_are_looked_for_together_at_the_start(tmp_path: Path) -> None:
    trader = new_trader(tmp_path)
    first, second = trader.drafts_buy(), trader.drafts_buy()
    await left_behind(trader, first, S.JOURNALED, S.SENDING, S.PLACED, ago=3)
    await left_behind(trader, second, S.JOURNALED, S.SENDING)
    trader.listed = (bought(11),)
    await trader.sits_down()
    await trader.waits(32)
    assert (trader.state(first), trader.state(second)) == (S.AMBIGUOUS, S.AMBIGUOUS)
    await trader.desk.finish(within=1)


async def test_at_the_start_an_open_order_comes_before_one_that_was_not_filled(tmp_path: Path) -> None:
    trader = new_trader(tmp_path)
    not_filled, still_open = trader.drafts_buy(), trader.drafts_buy()
    await left_behind(trader, not_filled, S.JOURNALED, S.SENDING, S.UNKNOWN, S.FOUND_NOT_FILLED, ago=600)
    await left_behind(trader, still_open, S.JOURNALED, S.SENDING)
    trader.listed = (bought(11),)
    await trader.sits_down()
    await trader.waits(1)
    assert trader.state(not_filled) is S.FOUND_NOT_FILLED
    assert trader.store.intents[still_open.intent_id].ticket == 11
    await trader.desk.finish(within=1)


async def test_a_doubt_older_than_the_history_waits_for_the_trader(tmp_path: Path) -> None:
    trader = new_trader(tmp_path)
    buy = trader.drafts_buy()
    await left_behind(trader, buy, S.JOURNALED, S.SENDING, S.UNKNOWN, ago=3 * 24 * 3600)
    trader.holds = ()
    await trader.sits_down()
    await trader.waits(120)
    assert trader.state(buy) is S.UNKNOWN
    assert await trader.desk.resolve(buy.intent_id, None) is None
    assert trader.state(buy) is S.FOUND_NOT_FILLED
    await trader.desk.finish(within=1)


async def test_a_second_terminal_is_told_and_only_watches(tmp_path: Path) -> None:
    async with trader_at_desk(tmp_path) as trader:
        trader.server.answers = [CUT]
        buy = trader.submits(trader.drafts_buy())
        await trader.settles()
        second = Trader(trader.journal.directory)
        second.store.apply(KeyRead(second.key))
        await second.desk.start()
        why = await second.is_ready()
        assert why is not None
        assert why.startswith("another terminal (pid ")
        assert second.store.trading == TradingReadOnly(why)
        assert second.desk.unlock() is not None
        assert second.is_stopped(second.drafts_buy()).about == "trading"
        # it takes nothing up: that order is the first terminal's
        assert second.state(buy) is None
        await second.desk.finish(within=1)
        assert trader.state(buy) is S.UNKNOWN
    third = Trader(trader.journal.directory)
    await third.sits_down()
    await third.desk.finish(within=1)


async def test_a_terminal_that_only_reads_leaves_the_right_to_trade(tmp_path: Path) -> None:
    watcher = new_trader(tmp_path)
    watcher.store.apply(TradingChanged(TradingReadOnly("the terminal was started with --read-only")))
    watcher.store.apply(KeyRead(watcher.key))
    await watcher.desk.start()
    assert await watcher.is_ready() is None
    async with trader_at_desk(tmp_path) as trader:
        trader.submits(trader.drafts_buy())
    await watcher.desk.finish(within=1)
