"""One intent, one request, and a story that ends with what happened."""

import asyncio
import sqlite3
from decimal import Decimal
from pathlib import Path

import pytest

from tests.unit.trading_desk import Sent, Trader, trader_at_desk
from xbtfx_tui.domain.failures import (
    BridgeDown,
    BridgeTimedOut,
    GarbledAnswer,
    LineBroke,
    LinePart,
    RateLimited,
    Refused,
    ServerFault,
)
from xbtfx_tui.domain.intents import ReverseIntent
from xbtfx_tui.domain.order_outcomes import Filled, FilledInPart, IntentState, Placed, Rejected, Result
from xbtfx_tui.domain.positions import Position
from xbtfx_tui.domain.sides import Side
from xbtfx_tui.domain.store_events import KeyRead, TradingLocked, TradingOpen

S = IntentState
LONG = Position(7, "EURUSD", Side.BUY, Decimal("0.20"), Decimal("1.08"), Decimal("1.08"))


async def test_a_buy_that_is_filled_at_once(tmp_path: Path) -> None:
    async with trader_at_desk(tmp_path) as trader:
        trader.server.answers = [Filled(10009, deal=1, order=184729, price=Decimal("1.08213"))]
        buy = trader.submits(trader.drafts_buy())
        await trader.settles()
        assert trader.story(buy) == [S.JOURNALED, S.SENDING, S.PLACED, S.FILLED]
        assert not trader.heard("being checked"), "borne out at once, it is said once"
        assert trader.last_words == "Bought 0.10 EURUSD at 1.08213, ticket 184729."
        assert trader.store.intents[buy.intent_id].ticket == 184729
        assert len(trader.server.sent) == 1
        await trader.waits(0.2)
        assert trader.reads == 1


async def test_a_placed_buy_is_followed_until_its_position_is_there(tmp_path: Path) -> None:
    async with trader_at_desk(tmp_path) as trader:
        buy = trader.submits(trader.drafts_buy())
        await trader.waits(0.3)
        assert trader.state(buy) is S.PLACED
        trader.sees_opened(184729)
        await trader.waits(0.2)
        assert trader.story(buy) == [S.JOURNALED, S.SENDING, S.PLACED, S.FOUND_FILLED]
        assert trader.heard("Bought 0.10 EURUSD at 1.08213, ticket 184729.")
        assert trader.store.intents[buy.intent_id].ticket == 184729


async def test_a_placed_buy_that_never_comes_is_unknown_after_30_s(tmp_path: Path) -> None:
    async with trader_at_desk(tmp_path) as trader:
        buy = trader.submits(trader.drafts_buy())
        await trader.waits(29.5)
        assert trader.state(buy) is S.PLACED
        assert trader.reads == 6
        await trader.waits(1.0)
        assert trader.state(buy) is S.UNKNOWN
        assert "Do not send it again" in trader.last_words
        # and it is still being watched
        trader.sees_opened(184729)
        await trader.waits(1.0)
        assert trader.state(buy) is S.FOUND_FILLED
        assert len(trader.server.sent) == 1


async def test_the_journal_has_the_send_on_disk_before_the_client_is_called(tmp_path: Path) -> None:
    async with trader_at_desk(tmp_path) as trader:
        states: list[str] = []

        def read_the_file(sent: Sent) -> None:
            with sqlite3.connect(trader.journal.path) as other:
                rows = other.execute("SELECT state FROM transitions WHERE intent_id = ?", (sent.key,))
                states.extend(state for (state,) in rows.fetchall())
                (body,) = other.execute("SELECT body FROM intents WHERE id = ?", (sent.key,)).fetchone()
                assert body == sent.request.body
            other.close()

        trader.server.before_answer = read_the_file
        trader.submits(trader.drafts_buy())
        await trader.settles()
        assert states == ["journaled", "sending"]


async def test_two_enters_are_one_order(tmp_path: Path) -> None:
    async with trader_at_desk(tmp_path) as trader:
        buy = trader.submits(trader.drafts_buy())
        assert trader.is_stopped(buy).sentence.startswith("This order has already been sent")
        await trader.waits(5)
        trader.sees_price()
        assert trader.is_stopped(buy).sentence.startswith("This order has already been sent")
        assert len(trader.server.sent) == 1


TRIED_AGAIN: list[tuple[Result, int]] = [
    (LineBroke(LinePart.NAME_LOOKUP, "", begun=False), 3),
    (LineBroke(LinePart.CONNECT, "", begun=False), 3),
    (LineBroke(LinePart.TLS, "", begun=False), 3),
    (RateLimited(12.0), 1),
    (RateLimited(2.0), 3),
    (BridgeDown(), 2),
]


@pytest.mark.parametrize(("result", "tries"), TRIED_AGAIN)
async def test_what_was_surely_not_executed_is_tried_again_with_its_key(
    tmp_path: Path, result: Result, tries: int
) -> None:
    async with trader_at_desk(tmp_path) as trader:
        trader.server.begins = not (isinstance(result, LineBroke) and not result.begun)
        trader.server.answers = [result] * 9
        buy = trader.submits(trader.drafts_buy())
        await trader.waits(10)
        assert trader.state(buy) is S.NOT_SENT
        assert len(trader.server.sent) == tries
        assert {(sent.key, sent.request.body) for sent in trader.server.sent} == {
            (buy.intent_id, trader.server.sent[0].request.body)
        }
        (row,) = await trader.journal.rows()
        assert [(one.number, one.begun) for one in row.tries] == [
            (number, trader.server.begins) for number in range(1, tries + 1)
        ]


FAULTS: list[tuple[Result, IntentState]] = [
    (LineBroke(LinePart.WRITE, "", begun=True), S.UNKNOWN),
    (LineBroke(LinePart.READ, "", begun=True), S.UNKNOWN),
    (LineBroke(LinePart.TIME_OUT, "", begun=True), S.UNKNOWN),
    (GarbledAnswer(200, "cut short"), S.UNKNOWN),
    (ServerFault(502, "<html>"), S.UNKNOWN),
    (BridgeTimedOut(), S.UNKNOWN),
    (Refused(400, "invalid_volume", "no"), S.REJECTED),
    (Refused(401, "unauthorized", "no"), S.REJECTED),
    (Refused(403, "forbidden", "no"), S.REJECTED),
    (Refused(404, "position_not_found", "no"), S.REJECTED),
    (Refused(400, "market_closed", "no"), S.REJECTED),
    (Refused(409, "conflict", "no"), S.UNKNOWN),
    (Refused(400, "rejected", "no", retcode=10019), S.REJECTED),
    (Refused(422, "mt5_rejected", "no", retcode=10012), S.UNKNOWN),
    # Done in part by its word, and nothing of it to be seen: it is not known.
    (Refused(400, "rejected", "half", retcode=10010), S.UNKNOWN),
    (FilledInPart(10010), S.UNKNOWN),
    *((Rejected(code, "no"), S.REJECTED) for code in (10004, 10006, 10007, *range(10013, 10020))),
    *((Rejected(code, "no"), S.UNKNOWN) for code in (10011, 10012, 10031, 99999, 10008, None)),
    *((Rejected(code, "no"), S.REJECTED) for code in (10020, 10021, 10025, 10034, 10036, 10040, 10045)),
]


@pytest.mark.parametrize(("result", "state"), FAULTS)
async def test_the_table_of_faults(tmp_path: Path, result: Result, state: IntentState) -> None:
    async with trader_at_desk(tmp_path) as trader:
        trader.server.answers = [result]
        buy = trader.submits(trader.drafts_buy())
        await trader.waits(60)
        assert trader.state(buy) is state
        assert len(trader.server.sent) == 1
        (row,) = await trader.journal.rows()
        assert row.state is state


async def test_a_line_that_broke_after_it_was_begun_is_unknown_whatever_it_calls_itself(
    tmp_path: Path,
) -> None:
    async with trader_at_desk(tmp_path) as trader:
        trader.server.answers = [LineBroke(LinePart.CONNECT, "", begun=False)]
        buy = trader.submits(trader.drafts_buy())
        await trader.settles()
        assert trader.state(buy) is S.UNKNOWN


async def test_a_reverse_that_met_a_dead_bridge_is_unknown(tmp_path: Path) -> None:
    async with trader_at_desk(tmp_path) as trader:
        trader.sees_positions(LONG)
        trader.server.answers = [BridgeDown()]
        reverse = ReverseIntent(trader.desk.new_intent_id(), 7, "EURUSD", Side.BUY, Decimal("0.20"))
        trader.submits(reverse)
        await trader.settles()
        assert trader.state(reverse) is S.UNKNOWN


async def test_the_rejection_is_told_with_the_code_its_meaning_and_the_servers_words(tmp_path: Path) -> None:
    async with trader_at_desk(tmp_path) as trader:
        trader.server.answers = [Rejected(10019, "No money\x1b[31m [/x]")]
        trader.submits(trader.drafts_buy())
        await trader.settles()
        assert trader.last_words == (
            'Buy 0.10 EURUSD - Rejected: 10019 not enough money for the margin. Server says: "No money [/x]".'
        )


async def test_an_unknown_order_stops_new_openings_of_its_symbol_but_no_close(tmp_path: Path) -> None:
    async with trader_at_desk(tmp_path) as trader:
        trader.sees_positions(LONG)
        trader.server.answers = [BridgeTimedOut()]
        buy = trader.submits(trader.drafts_buy())
        await trader.waits(4)
        trader.sees_price()
        assert "is not known yet" in trader.is_stopped(trader.drafts_buy("0.30")).sentence
        close = trader.submits(trader.drafts_close(7, "0.20", "0.20"))
        await trader.settles()
        assert trader.state(close) is S.PLACED
        assert await trader.desk.resolve(buy.intent_id, None) is None
        assert trader.state(buy) is S.FOUND_NOT_FILLED
        assert await trader.desk.resolve(buy.intent_id, None) is not None
        trader.submits(trader.drafts_buy("0.30"))


async def test_a_refused_key_locks_trading(tmp_path: Path) -> None:
    async with trader_at_desk(tmp_path) as trader:
        trader.server.answers = [Refused(401, "unauthorized", "revoked")]
        trader.submits(trader.drafts_buy())
        await trader.settles()
        assert isinstance(trader.store.trading, TradingLocked)
        assert trader.is_stopped(trader.drafts_buy("0.30")).about == "trading"


async def test_a_fault_in_the_client_before_a_byte_left_is_not_sent_and_locks(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with trader_at_desk(tmp_path) as trader:
        trader.server.begins = False
        trader.server.answers = [RuntimeError("xbtfx_live_0123456789abcdef0123456789abcdef")]
        buy = trader.submits(trader.drafts_buy())
        await trader.settles()
        assert trader.state(buy) is S.NOT_SENT
        assert isinstance(trader.store.trading, TradingLocked)
        assert "RuntimeError" in caplog.text
        assert "xbtfx_live" not in caplog.text


async def test_a_fault_in_the_client_after_a_byte_left_is_unknown(tmp_path: Path) -> None:
    async with trader_at_desk(tmp_path) as trader:
        trader.server.answers = [RuntimeError("boom")]
        buy = trader.submits(trader.drafts_buy())
        await trader.settles()
        assert trader.state(buy) is S.UNKNOWN
        assert isinstance(trader.store.trading, TradingLocked)


async def test_a_journal_that_another_program_holds_stops_the_order(tmp_path: Path) -> None:
    async with trader_at_desk(tmp_path) as trader:
        other = sqlite3.connect(trader.journal.path, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        buy = trader.submits(trader.drafts_buy())
        await trader.settles()
        other.execute("ROLLBACK")
        other.close()
        assert trader.state(buy) is S.NOT_SENT
        assert "held by another program" in trader.last_words
        assert trader.server.sent == []


async def test_an_order_held_up_by_the_machine_is_not_sent(tmp_path: Path) -> None:
    async with trader_at_desk(tmp_path) as trader:
        buy = trader.submits(trader.drafts_buy())
        trader.clock.turn(6)
        await trader.settles()
        assert trader.state(buy) is S.NOT_SENT
        assert trader.server.sent == []


async def test_an_order_whose_clock_ran_back_is_not_sent(tmp_path: Path) -> None:
    async with trader_at_desk(tmp_path) as trader:
        buy = trader.submits(trader.drafts_buy())
        trader.clock.set_wall(trader.clock.now().wall - 3600)
        await trader.settles()
        assert trader.state(buy) is S.NOT_SENT
        assert trader.server.sent == []


async def test_locking_stops_what_has_not_gone_yet(tmp_path: Path) -> None:
    async with trader_at_desk(tmp_path) as trader:
        buy = trader.submits(trader.drafts_buy())
        trader.desk.lock("you locked it")
        await trader.settles()
        assert trader.state(buy) is S.NOT_SENT
        assert trader.server.sent == []
        assert trader.desk.unlock() is None
        assert isinstance(trader.store.trading, TradingOpen)


async def test_closing_the_terminal_waits_for_the_answer(tmp_path: Path) -> None:
    async with trader_at_desk(tmp_path) as trader:
        trader.server.gate = asyncio.Event()
        trader.server.answers = [Placed()]
        buy = trader.submits(trader.drafts_buy())
        await trader.settles()
        asyncio.get_running_loop().call_soon(trader.server.gate.set)
        await trader.desk.finish(within=5)
        assert trader.state(buy) is S.PLACED
        assert trader.is_stopped(trader.drafts_buy("0.30")).about == "trading"


async def test_closing_the_terminal_journals_an_answer_that_does_not_come(tmp_path: Path) -> None:
    async with trader_at_desk(tmp_path) as trader:
        trader.server.gate = asyncio.Event()
        buy = trader.submits(trader.drafts_buy())
        await trader.settles()
        await trader.desk.finish(within=0.01)
        assert trader.state(buy) is S.UNKNOWN

    again = Trader(trader.journal.directory)
    await again.sits_down()
    assert again.state(buy) is S.UNKNOWN
    assert "is not known yet" in again.is_stopped(again.drafts_buy("0.30")).sentence
    again.sees_opened(184729)
    await again.waits(1)
    assert again.state(buy) is S.FOUND_FILLED
    assert again.server.sent == []
    await again.desk.finish(within=0)


async def test_the_desk_takes_nothing_before_its_journal_is_read(tmp_path: Path) -> None:
    trader = Trader(tmp_path / "state")
    assert trader.is_stopped(trader.drafts_buy()).about == "trading"
    (tmp_path / "state").write_text("this is no directory, it is a letter to a friend")
    trader.store.apply(KeyRead(trader.key))
    await trader.desk.start()
    assert await trader.desk.ready() is not None
    assert trader.heard("Nothing new can be opened")
    assert trader.is_stopped(trader.drafts_buy()).about == "trading"
    await trader.desk.finish(within=0)
