"""What is tried again with the same key, for how long, and what an answer to a further try proves."""

import asyncio
import sqlite3
from pathlib import Path

import pytest

from tests.patience import PATIENCE
from tests.unit.test_desk import LONG
from tests.unit.trading_desk import Sent, Trader, trader_at_desk
from xbtfx_tui.domain.failures import BridgeDown, Failure, LineBroke, LinePart, RateLimited, Refused
from xbtfx_tui.domain.intents import CloseAllIntent, CloseSymbolIntent, Intent, ReverseIntent
from xbtfx_tui.domain.order_outcomes import Filled, IntentState, Placed, Rejected, Result
from xbtfx_tui.domain.sides import Side
from xbtfx_tui.domain.store_events import Severity

S = IntentState
NO_ROUTE = LineBroke(LinePart.CONNECT, "", begun=False)
NO_SUCH = Refused(404, "position_not_found", "no")
NOT_VALID = Refused(400, "invalid_volume", "no")


def closes(trader: Trader) -> Intent:
    return trader.submits(trader.drafts_close(7, "0.20", "0.20"))


async def test_a_line_that_comes_back_carries_the_order_once(tmp_path: Path) -> None:
    async with trader_at_desk(tmp_path) as trader:
        trader.server.begins = False
        trader.server.answers = [NO_ROUTE, NO_ROUTE, Filled(10009, deal=501, order=11)]
        buy = trader.submits(trader.drafts_buy())
        await trader.waits(3)
        assert trader.state(buy) is S.FILLED
        assert len({(sent.key, sent.request.body) for sent in trader.server.sent}) == 1
        assert trader.heard("Try 1 failed. The server can't be reached")


async def test_an_opening_order_is_not_tried_again_once_its_price_is_old(tmp_path: Path) -> None:
    async with trader_at_desk(tmp_path) as trader:
        trader.server.begins = False

        def slow() -> Result:
            trader.clock.turn(4.9)
            return NO_ROUTE

        trader.server.answers = [slow, Placed()]
        buy = trader.submits(trader.drafts_buy())
        await trader.waits(10)
        assert trader.state(buy) is S.NOT_SENT
        assert len(trader.server.sent) == 1


async def test_a_close_is_tried_for_a_minute(tmp_path: Path) -> None:
    async with trader_at_desk(tmp_path) as trader:
        trader.sees_positions(LONG)
        trader.server.answers = [RateLimited(40.0), RateLimited(15.0), Filled(10009, deal=501)]
        close = closes(trader)
        await trader.waits(57)
        assert trader.state(close) is S.FILLED
        assert len(trader.server.sent) == 3


async def test_a_close_that_does_not_get_out_is_said_loudly_and_stays_to_be_seen(tmp_path: Path) -> None:
    async with trader_at_desk(tmp_path) as trader:
        trader.sees_positions(LONG)
        trader.server.answers = [RateLimited(40.0), RateLimited(40.0)]
        close = closes(trader)
        await trader.waits(50)
        assert trader.state(close) is S.NOT_SENT
        assert len(trader.server.sent) == 2
        assert trader.last_words.endswith("It was NOT closed.")
        assert trader.store.messages[-1].severity is Severity.ERROR


async def test_an_opening_order_that_waited_for_the_budget_has_to_be_confirmed_anew(tmp_path: Path) -> None:
    async with trader_at_desk(tmp_path) as trader:
        trader.server.answers = [RateLimited(5.1)]
        buy = trader.submits(trader.drafts_buy())
        await trader.waits(1)
        assert trader.state(buy) is S.NOT_SENT
        assert "it has to be confirmed anew" in trader.last_words
        assert len(trader.server.sent) == 1


async def test_a_short_wait_for_the_budget_is_waited_out(tmp_path: Path) -> None:
    async with trader_at_desk(tmp_path) as trader:
        trader.server.answers = [RateLimited(2.0), RateLimited(2.0), Placed()]
        buy = trader.submits(trader.drafts_buy())
        await trader.waits(1.5)
        assert len(trader.server.sent) == 1
        await trader.waits(3)
        assert trader.state(buy) is S.PLACED
        assert len(trader.server.sent) == 3


async def test_a_bridge_that_is_down_is_asked_once_more(tmp_path: Path) -> None:
    async with trader_at_desk(tmp_path) as trader:
        trader.server.answers = [BridgeDown(), Placed()]
        buy = trader.submits(trader.drafts_buy())
        await trader.waits(2)
        assert trader.state(buy) is S.PLACED
        assert len(trader.server.sent) == 2


@pytest.mark.parametrize("kind", ["reverse", "symbol", "all"])
async def test_a_bridge_that_is_down_proves_nothing_of_what_takes_more_than_one_step(
    tmp_path: Path, kind: str
) -> None:
    async with trader_at_desk(tmp_path) as trader:
        trader.sees_positions(LONG)
        trader.server.answers = [BridgeDown()]
        intent_id = trader.desk.new_intent_id()
        made: dict[str, Intent] = {
            "reverse": ReverseIntent(intent_id, 7, "EURUSD", Side.BUY, LONG.volume),
            "symbol": CloseSymbolIntent(intent_id, "EURUSD", (7,)),
            "all": CloseAllIntent(intent_id, (7,)),
        }
        intent = trader.submits(made[kind])
        await trader.waits(3)
        assert trader.state(intent) is S.UNKNOWN
        assert len(trader.server.sent) == 1


@pytest.mark.parametrize(
    "refusal", [NO_SUCH, NOT_VALID, Refused(401, "unauthorized", ""), Rejected(10019, "")]
)
async def test_a_refusal_of_a_retry_proves_nothing(tmp_path: Path, refusal: Failure | Rejected) -> None:
    async with trader_at_desk(tmp_path) as trader:
        trader.server.answers = [BridgeDown(), refusal]
        buy = trader.submits(trader.drafts_buy())
        await trader.waits(3)
        assert trader.state(buy) is S.UNKNOWN
        assert "After an earlier try that proves nothing" in trader.last_words


async def test_a_refusal_after_tries_of_which_nothing_left_is_a_refusal(tmp_path: Path) -> None:
    async with trader_at_desk(tmp_path) as trader:
        trader.server.begins = False
        trader.server.answers = [NO_ROUTE, NOT_VALID]
        buy = trader.submits(trader.drafts_buy())
        await trader.waits(3)
        assert trader.state(buy) is S.REJECTED


async def test_a_line_that_breaks_while_the_retry_is_written_is_unknown(tmp_path: Path) -> None:
    async with trader_at_desk(tmp_path) as trader:
        trader.server.answers = [BridgeDown(), LineBroke(LinePart.WRITE, "", begun=True)]
        buy = trader.submits(trader.drafts_buy())
        await trader.waits(3)
        assert trader.state(buy) is S.UNKNOWN
        assert len(trader.server.sent) == 2


async def test_every_try_is_on_disk_before_it_is_made(tmp_path: Path) -> None:
    async with trader_at_desk(tmp_path) as trader:
        on_disk: list[list[tuple[str, int | None, int | None]]] = []

        def read_the_file(sent: Sent) -> None:
            other = sqlite3.connect(trader.journal.path)
            query = "SELECT state, attempt, begun FROM transitions WHERE intent_id = ? ORDER BY seq"
            on_disk.append(other.execute(query, (sent.key,)).fetchall())
            other.close()

        trader.server.before_answer = read_the_file
        trader.server.answers = [BridgeDown(), Placed()]
        trader.submits(trader.drafts_buy())
        await trader.waits(2)
        first, second = on_disk
        assert first == [("journaled", None, None), ("sending", 1, None)]
        assert second == [*first, ("sending", 1, 1), ("sending", 2, None)]


async def test_a_lock_stops_the_next_try(tmp_path: Path) -> None:
    async with trader_at_desk(tmp_path) as trader:
        trader.sees_positions(LONG)
        trader.server.answers = [RateLimited(10.0), Filled(10009, deal=501)]
        close = closes(trader)
        await trader.waits(1)
        trader.desk.lock("you locked it")
        await trader.waits(15)
        assert trader.state(close) is S.NOT_SENT
        assert len(trader.server.sent) == 1


async def test_the_kill_switch_stops_openings_and_lets_closes_go(tmp_path: Path) -> None:
    async with trader_at_desk(tmp_path) as trader:
        trader.sees_positions(LONG)
        trader.server.answers = [BridgeDown(), BridgeDown(), Filled(10009, deal=501)]
        buy = trader.submits(trader.drafts_buy())
        await trader.waits(0.2)
        trader.desk.kill("you pressed the kill switch")
        close = closes(trader)
        await trader.waits(5)
        assert trader.state(buy) is S.NOT_SENT
        assert trader.state(close) is S.FILLED
        assert trader.is_stopped(trader.drafts_buy("0.30")).about == "trading"
        assert trader.desk.unlock() is None
        trader.sees_price()
        trader.submits(trader.drafts_buy("0.30"))


@pytest.mark.parametrize("seconds", [30, 119, 121, 600])
async def test_a_machine_that_slept_between_two_tries_sends_no_old_order(
    tmp_path: Path, seconds: float
) -> None:
    async with trader_at_desk(tmp_path) as trader:
        trader.server.answers = [BridgeDown(), Placed()]
        buy = trader.submits(trader.drafts_buy())
        await trader.waits(0.5)
        trader.clock.sleeps_for(seconds)
        await trader.waits(2)
        assert trader.state(buy) is S.NOT_SENT
        assert len(trader.server.sent) == 1


@pytest.mark.parametrize("hours", [1, -1])
async def test_a_clock_that_jumped_between_two_tries_expires_the_key(tmp_path: Path, hours: int) -> None:
    async with trader_at_desk(tmp_path) as trader:
        trader.sees_positions(LONG)
        trader.server.answers = [BridgeDown(), Placed()]
        close = closes(trader)
        await trader.waits(0.5)
        trader.clock.set_wall(trader.clock.now().wall + hours * 3600)
        await trader.waits(2)
        assert trader.state(close) is S.NOT_SENT
        assert len(trader.server.sent) == 1


async def test_closing_the_terminal_ends_the_wait_for_the_next_try(tmp_path: Path) -> None:
    async with trader_at_desk(tmp_path) as trader:
        trader.sees_positions(LONG)
        trader.server.answers = [RateLimited(30.0), Placed()]
        close = closes(trader)
        await trader.waits(1)
        async with asyncio.timeout(PATIENCE):
            await trader.desk.finish(within=60)
        assert trader.state(close) is S.NOT_SENT
        assert len(trader.server.sent) == 1
