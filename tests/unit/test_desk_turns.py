"""Changes of one ticket's stops: each goes only once the earlier one is known, and closing never waits."""

import asyncio
import contextlib
import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from msgspec.structs import replace

from tests.unit.changing_stops import CUT, LONG, OTHER, D, changes, holds, sent
from tests.unit.trading_desk import Sent, Trader, trader_at_desk
from xbtfx_tui.domain.failures import BridgeTimedOut, LineBroke, LinePart, Refused
from xbtfx_tui.domain.intents import Keep, ModifyIntent, MoveTo
from xbtfx_tui.domain.order_outcomes import Done, Filled, IntentState, Result
from xbtfx_tui.domain.store_events import Severity

S = IntentState


@pytest.fixture
async def trader(tmp_path: Path) -> AsyncIterator[Trader]:
    async with trader_at_desk(tmp_path) as trader:
        trader.sees_positions(LONG, OTHER)
        yield trader


async def test_a_change_by_hand_goes_once_the_trails_own_is_answered(trader: Trader) -> None:
    trader.server.gate = asyncio.Event()
    trader.server.answers = [Done(10009), Done(10009)]
    trail = changes(trader, "1.0710", by_itself=True)
    hand = changes(trader, "1.0720")
    await trader.waits(1)
    assert sent(trader) == ["7 1.071"]
    assert (trader.state(trail), trader.state(hand)) == (S.SENDING, S.JOURNALED)
    line = trader.store.intents[hand.intent_id].story[-1]
    assert line.text == "Written to the journal. It waits for an earlier change of the same stops."
    trader.server.gate.set()
    await trader.waits(0.3)
    assert sent(trader) == ["7 1.071", "7 1.072"]
    assert (trader.state(trail), trader.state(hand)) == (S.FILLED, S.FILLED)
    assert not trader.heard("Not sent yet")


@pytest.mark.parametrize(
    ("answer", "known"),
    [(Done(10009), "filled"), (BridgeTimedOut(), "reconciled: filled")],
    ids=["answered", "found"],
)
async def test_the_later_one_goes_only_when_the_earlier_outcome_is_on_disk(
    trader: Trader, answer: Result, known: str
) -> None:
    """Killed in between, the next run must not look for the earlier one's stops under the later one's."""
    on_disk: list[list[str]] = []

    def read_the_file(_: Sent) -> None:
        with contextlib.closing(sqlite3.connect(trader.journal.path)) as other:
            rows = other.execute(
                "SELECT (SELECT state FROM transitions WHERE intent_id = id ORDER BY seq DESC LIMIT 1) "
                "FROM intents ORDER BY rowid"
            )
            on_disk.append([state for (state,) in rows.fetchall()])

    trader.server.before_answer = read_the_file
    trader.server.answers = [answer, Done(10009)]
    holds(trader, "1.0710")
    changes(trader, "1.0710")
    changes(trader, "1.0720")
    await trader.waits(3)
    assert on_disk == [["sending", "journaled"], [known, "sending"]]


async def test_three_go_in_the_order_of_the_traders_words(trader: Trader) -> None:
    trader.server.answers = [Refused(400, "rejected", "No", retcode=10016), Done(10009), Done(10009)]
    first, *others = (changes(trader, sl) for sl in ("1.0710", "1.0720", "1.0730"))
    await trader.waits(1)
    assert sent(trader) == ["7 1.071", "7 1.072", "7 1.073"]
    assert trader.state(first) is S.REJECTED
    assert [trader.state(one) for one in others] == [S.FILLED, S.FILLED]


async def test_another_tickets_stops_and_a_close_wait_for_nothing(trader: Trader) -> None:
    trader.server.gate = asyncio.Event()
    trader.server.answers = [Done(10009), Done(10009), Filled(10009, deal=501), Done(10009)]
    changes(trader, "1.0710")
    changes(trader, "1.0720")
    changes(trader, "1.0710", ticket=8)
    trader.submits(trader.drafts_close(7, "0.20", "0.20"))
    await trader.waits(0.5)
    assert sorted(sent(trader)) == ["7 1.071", "8 1.071", "close 7"]
    trader.server.gate.set()
    await trader.waits(0.5)


async def test_while_the_earlier_outcome_is_unknown_it_waits_and_says_so(trader: Trader) -> None:
    trader.server.answers = [BridgeTimedOut(), Done(10009)]
    first = changes(trader, "1.0710")
    second = changes(trader, "1.0720")
    await trader.waits(0.3)
    assert sent(trader) == ["7 1.071"]
    assert (trader.state(first), trader.state(second)) == (S.UNKNOWN, S.JOURNALED)
    (said,) = [one for one in trader.store.messages if "Not sent yet" in one.text]
    assert said.severity is Severity.WARNING
    assert "is not known. This one goes as soon as it is, or as the earlier one can't come" in said.text
    assert "closing waits for nothing" in said.text
    holds(trader, "1.0710")
    await trader.waits(3)
    assert trader.state(first) is S.FOUND_FILLED
    assert sent(trader) == ["7 1.071", "7 1.072"]
    assert trader.state(second) is S.FILLED


async def test_one_that_is_drafted_while_the_earlier_is_unknown_is_told_that_it_will_wait(
    trader: Trader,
) -> None:
    trader.server.answers = [BridgeTimedOut()]
    changes(trader, "1.0710")
    await trader.waits(0.3)
    second = ModifyIntent(trader.desk.new_intent_id(), 7, "EURUSD", MoveTo(D("1.0720")), Keep())
    warned = [one.sentence for one in trader.desk.problems(second) if not one.blocks]
    assert any(one.startswith("It will wait until the outcome of the earlier change") for one in warned)
    elsewhere = replace(second, ticket=8)
    assert not any(one.sentence.startswith("It will wait") for one in trader.desk.problems(elsewhere))
    trader.submits(second)
    await trader.waits(1)
    assert sent(trader) == ["7 1.071"]


async def test_it_goes_once_the_earlier_is_found_not_done(trader: Trader) -> None:
    holds(trader, "1.07")
    trader.sees_positions(*(trader.holds or ()))
    trader.server.answers = [BridgeTimedOut(), Done(10009)]
    first = changes(trader, "1.0710")
    second = changes(trader, "1.0720")
    await trader.waits(40)
    assert trader.state(first) is S.FOUND_NOT_FILLED
    assert sent(trader) == ["7 1.071", "7 1.072"]
    assert trader.state(second) is S.FILLED


async def test_after_a_minute_it_is_not_sent_and_the_words_say_why(trader: Trader) -> None:
    """No list is answered: nobody may call the earlier one not done, and its key is known still."""
    trader.server.answers = [BridgeTimedOut()]
    first = changes(trader, "1.0710")
    second = changes(trader, "1.0720")
    await trader.waits(61)
    assert (trader.state(first), trader.state(second)) == (S.UNKNOWN, S.NOT_SENT)
    words = trader.store.intents[second.intent_id].story[-1].text
    assert words.startswith("Not sent: whether the earlier change was done")
    assert "still not known; look at the position. The stops were NOT changed." in words
    assert sent(trader) == ["7 1.071"]


async def test_what_it_waited_counts_for_how_long_it_may_be_tried(trader: Trader) -> None:
    trader.server.answers = [BridgeTimedOut()]
    first = changes(trader, "1.0710")
    second = changes(trader, "1.0720")
    await trader.waits(57)
    trader.server.begins = False
    trader.server.answers = [LineBroke(LinePart.CONNECT, "", begun=False)] * 9
    assert await trader.desk.resolve(first.intent_id, None) is None
    await trader.waits(10)
    assert sent(trader) == ["7 1.071", "7 1.072", "7 1.072"]
    assert trader.state(second) is S.NOT_SENT


async def test_the_traders_word_on_the_earlier_lets_it_go(trader: Trader) -> None:
    holds(trader, "1.07")
    trader.sees_positions(*(trader.holds or ()))
    trader.server.answers = [BridgeTimedOut(), Done(10009)]
    first = changes(trader, "1.0710")
    changes(trader, "1.0720")
    await trader.waits(2)
    assert await trader.desk.resolve(first.intent_id, None) is None
    await trader.waits(0.3)
    assert sent(trader) == ["7 1.071", "7 1.072"]


async def test_trading_locked_while_it_waits_keeps_it_back(trader: Trader) -> None:
    trader.server.answers = [BridgeTimedOut()]
    changes(trader, "1.0710")
    second = changes(trader, "1.0720")
    await trader.waits(0.5)
    trader.desk.lock("you locked it")
    await trader.waits(0.3)
    assert trader.state(second) is S.NOT_SENT
    assert "trading was locked before it could go" in trader.store.intents[second.intent_id].story[-1].text


async def test_a_list_from_before_it_went_proves_nothing_of_it(trader: Trader) -> None:
    """The sl stood where the later one wants it, until the earlier one moved it."""
    trader.server.gate = asyncio.Event()
    trader.server.answers = [Done(10009), CUT]
    changes(trader, "1.0710")
    back = changes(trader, "1.07")
    await trader.waits(1)
    trader.sees_positions(LONG, OTHER)
    await trader.waits(0.2)
    trader.server.gate.set()
    await trader.waits(0.3)
    assert sent(trader) == ["7 1.071", "7 1.07"]
    assert trader.state(back) is S.UNKNOWN


async def test_the_work_of_the_later_one_is_no_late_work_of_the_earlier(trader: Trader) -> None:
    """Both want the same; the earlier was not done, and nobody may say that it was."""
    holds(trader, "1.07")
    trader.sees_positions(*(trader.holds or ()))
    trader.server.answers = [BridgeTimedOut(), Done(10009)]
    first = changes(trader, "1.0710")
    await trader.waits(4)
    second = changes(trader, "1.0710")
    await trader.waits(35)
    assert (trader.state(first), trader.state(second)) == (S.FOUND_NOT_FILLED, S.FILLED)
    holds(trader, "1.0710")
    trader.sees_positions(*(trader.holds or ()))
    await trader.waits(1)
    assert trader.state(first) is S.FOUND_NOT_FILLED
    await trader.is_killed()
    again = Trader(trader.journal.directory, clock=trader.clock)
    again.listed = again.holds = trader.holds or ()
    await again.sits_down()
    await again.waits(5)
    (row,) = [row for row in await again.journal.rows() if row.entry.intent == first]
    assert row.state is S.FOUND_NOT_FILLED
    await again.desk.finish(within=1)


async def test_an_earlier_one_that_is_executed_under_the_later_one_is_said_loudly(trader: Trader) -> None:
    """Found not done after half a minute, and delivered after all: what was asked for last is undone."""
    holds(trader, "1.07")
    trader.sees_positions(*(trader.holds or ()))
    trader.server.answers = [BridgeTimedOut(), Done(10009)]
    first, second = changes(trader, "1.0710"), changes(trader, "1.0720")
    await trader.waits(35)
    assert (trader.state(first), trader.state(second)) == (S.FOUND_NOT_FILLED, S.FILLED)
    holds(trader, "1.0720")
    trader.sees_positions(*(trader.holds or ()))
    await trader.waits(1)
    assert trader.state(first) is S.FOUND_NOT_FILLED
    holds(trader, "1.0710")
    for _ in range(2):
        trader.sees_positions(*(trader.holds or ()))
        await trader.waits(1)
    assert trader.state(first) is S.FOUND_FILLED
    assert trader.heard("LATE: an order that was found not done seems to be done after all.")


@pytest.mark.parametrize("done", [True, False], ids=["done", "not done"])
async def test_killed_while_it_waits_the_next_run_sends_nothing_and_finds_the_earlier(
    tmp_path: Path, *, done: bool
) -> None:
    trader = Trader(tmp_path / "journal")
    trader.listed = (LONG,)
    await trader.sits_down()
    trader.server.gate = asyncio.Event()
    first, second = changes(trader, "1.0710"), changes(trader, "1.0720")
    await trader.waits(0.5)
    await trader.is_killed()
    again = Trader(trader.journal.directory, clock=trader.clock)
    again.listed = again.holds = (replace(LONG, sl=D("1.0710")) if done else LONG,)
    await again.sits_down()
    await again.waits(40)
    assert again.server.sent == []
    states = {row.entry.intent.intent_id: row.state for row in await again.journal.rows()}
    assert states[first.intent_id] is (S.FOUND_FILLED if done else S.FOUND_NOT_FILLED)
    # What does not open goes on without a journal that fails: its silence is no proof, and it was looked for.
    assert states[second.intent_id] is S.FOUND_NOT_FILLED
    await again.desk.finish(within=1)


async def test_what_an_earlier_run_left_unknown_is_waited_for_as_well(tmp_path: Path) -> None:
    trader = Trader(tmp_path / "journal")
    trader.listed = (LONG,)
    await trader.sits_down()
    trader.server.answers = [CUT]
    changes(trader, "1.0710")
    await trader.waits(0.3)
    await trader.is_killed()
    again = Trader(trader.journal.directory, clock=trader.clock)
    again.listed = again.holds = (LONG,)
    await again.sits_down()
    again.server.answers = [Done(10009)]
    second = changes(again, "1.0720")
    await again.waits(1)
    assert again.server.sent == []
    again.holds = (replace(LONG, sl=D("1.0710")),)
    await again.waits(5)
    assert again.state(second) is S.FILLED
    await again.desk.finish(within=1)


async def test_closing_the_terminal_lets_none_go_that_waits(tmp_path: Path) -> None:
    trader = Trader(tmp_path / "journal")
    trader.listed = (LONG,)
    await trader.sits_down()
    trader.server.answers = [BridgeTimedOut()]
    changes(trader, "1.0710")
    second = changes(trader, "1.0720")
    await trader.waits(0.5)
    finishing = asyncio.create_task(trader.desk.finish(within=1))
    await finishing
    assert trader.state(second) is S.NOT_SENT
    assert sent(trader) == ["7 1.071"]
