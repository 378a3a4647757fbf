"""Startup and crash recovery are one path: what an earlier run left open is found, and nothing is sent."""

import os
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from tests.unit.test_desk_reconcile import bought
from tests.unit.trading_desk import LOGIN, Trader, trader_at_desk
from xbtfx_tui.domain.clock import Instant
from xbtfx_tui.domain.failures import LineBroke, LinePart, ServerFault
from xbtfx_tui.domain.intents import Intent
from xbtfx_tui.domain.login_state_owner import KeptByAnother, KeptByNoLock, KeptHere
from xbtfx_tui.domain.order_outcomes import Decider, IntentState, StoryLine
from xbtfx_tui.domain.positions import HistoryPeriod
from xbtfx_tui.domain.store_events import KeyRead, TradingChanged, TradingReadOnly
from xbtfx_tui.orders.journal.journal_paths import lock_file, login_file
from xbtfx_tui.orders.journal.order_journal import Entry, Journal, SeenBefore
from xbtfx_tui.orders.reconcile.position_matching import before_send
from xbtfx_tui.orders.unknown_orders import NeverAgain
from xbtfx_tui.wire.order_requests import request_for

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
    await journal.begin(Entry(intent, LOGIN, request.path, request.body, at, SeenBefore(held)), first)
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
        "At the last run's end the outcome of 1 order was not known. Buy 0.10 EURUSD: found as ticket 11."
    )
    assert trader.server.sent == []
    await trader.desk.finish(within=1)


async def test_what_is_near_is_named_at_the_start(tmp_path: Path) -> None:
    trader = new_trader(tmp_path)
    buy = trader.drafts_buy()
    await left_behind(trader, buy, S.JOURNALED, S.SENDING)
    trader.listed = (replace(bought(11), volume=Decimal("0.04")),)
    await trader.sits_down()
    assert trader.last_said("At the last run's end") == (
        "At the last run's end the outcome of 1 order was not known. Buy 0.10 EURUSD: not certain, 0.04 of "
        "0.10 is there (ticket 11), maybe its work, it is being looked for; nothing new is opened in its "
        "symbol."
    )
    assert await trader.desk.resolve(buy.intent_id, 11) is None
    decided = "You decided that Buy 0.10 EURUSD became position 11: 0.04 of 0.10."
    assert trader.heard(decided)
    (row,) = await trader.journal.rows()
    assert row.story[-1].text == decided
    assert (row.story[-1].difference, row.story[-1].decider) == ("0.04 of 0.10", Decider.TRADER)
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


async def test_what_is_found_while_another_order_is_taken_up_is_not_unknown_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trader = new_trader(tmp_path)
    first, second = trader.drafts_buy("0.10"), trader.drafts_buy("0.20")
    await left_behind(trader, first, S.JOURNALED, S.SENDING, S.PLACED)
    await left_behind(trader, second, S.JOURNALED, S.SENDING, S.PLACED)
    trader.listed = (bought(11), replace(bought(12), volume=Decimal("0.20")))
    write = trader.journal.move

    async def looks_while_it_is_written(*given: Any) -> None:
        trader.desk.look()
        await write(*given)

    monkeypatch.setattr(trader.journal, "move", looks_while_it_is_written)
    await trader.sits_down()
    assert (trader.state(first), trader.state(second)) == (S.FOUND_FILLED, S.FOUND_FILLED)
    assert S.UNKNOWN not in trader.story(second)
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


async def test_a_doubt_of_last_week_is_settled_by_the_weeks_deals(tmp_path: Path) -> None:
    trader = new_trader(tmp_path)
    buy = trader.drafts_buy()
    await left_behind(trader, buy, S.JOURNALED, S.SENDING, S.UNKNOWN, ago=3 * 24 * 3600)
    trader.holds = ()
    await trader.sits_down()
    await trader.waits(62)
    assert trader.period_asked is HistoryPeriod.LAST_WEEK
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
        assert (trader.desk.keeping, second.desk.keeping) == (KeptHere(), KeptByAnother(os.getpid()))
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
    assert watcher.desk.keeping == KeptByNoLock("the terminal was started with --read-only")
    async with trader_at_desk(tmp_path) as trader:
        trader.submits(trader.drafts_buy())
    await watcher.desk.finish(within=1)


async def test_whoever_has_the_lock_keeps_what_is_kept_also_without_a_journal(tmp_path: Path) -> None:
    damaged = new_trader(tmp_path)
    damaged.journal.directory.mkdir(parents=True)
    login_file(damaged.journal.directory, LOGIN).mkdir()
    damaged.store.apply(KeyRead(damaged.key))
    await damaged.desk.start()
    assert await damaged.is_ready() is not None
    assert damaged.desk.keeping == KeptHere()
    await damaged.desk.finish(within=1)


async def test_nobody_knows_who_keeps_it_where_the_lock_can_not_be_had(tmp_path: Path) -> None:
    trader = new_trader(tmp_path)
    trader.journal.directory.mkdir(parents=True)
    lock_file(trader.journal.directory, LOGIN).mkdir()
    trader.store.apply(KeyRead(trader.key))
    await trader.desk.start()
    assert await trader.is_ready() is not None
    assert trader.desk.keeping == KeptByNoLock("the lock of this account can't be had")
    await trader.desk.finish(within=1)
