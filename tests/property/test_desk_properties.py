"""Whatever the server answers, whatever the trader presses: one intent is one request, journaled before."""

import asyncio
import sqlite3
import tempfile
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.hypothesis_profiles import examples
from tests.unit.order_steps import wrong_steps
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
from xbtfx_tui.domain.intents import Intent
from xbtfx_tui.domain.order_outcomes import Filled, FilledInPart, IntentState, Placed, Rejected
from xbtfx_tui.domain.positions import Position
from xbtfx_tui.domain.sides import Side

RESULTS = st.one_of(
    st.sampled_from(
        [
            Placed(10008),
            Filled(10009),
            Filled(10009, order=5, price=Decimal("1.1")),
            FilledInPart(10010),
            RateLimited(1.0),
            BridgeDown(),
            BridgeTimedOut(),
            GarbledAnswer(200, ""),
            ServerFault(500, ""),
            RuntimeError("a fault"),
        ]
    ),
    st.builds(LineBroke, st.sampled_from(LinePart), st.just(""), st.booleans()),
    st.builds(Rejected, st.one_of(st.none(), st.integers(10_000, 10_050)), st.text(max_size=20)),
    st.builds(
        Refused,
        st.sampled_from([400, 401, 403, 404, 409, 422]),
        st.sampled_from(["rejected", "invalid_volume", "unauthorized", "other"]),
        st.text(max_size=20),
        st.one_of(st.none(), st.integers(10_000, 10_050)),
    ),
)
STEPS = st.one_of(
    st.tuples(st.just("buys"), st.sampled_from(["0.10", "0.20"])),
    st.tuples(st.just("closes"), st.sampled_from(["0.05", "0.10"])),
    st.tuples(st.just("presses enter again"), st.integers(0, 9)),
    st.tuples(st.just("waits"), st.sampled_from([0.1, 1.0, 4.0, 31.0])),
    st.tuples(st.just("sees opened"), st.integers(100, 105)),
    st.tuples(st.just("sees closed"), st.sampled_from([7, 100, 101])),
    st.tuples(st.just("reads the positions"), st.sampled_from(["0.05", "0.10", None])),
    st.tuples(st.just("unlocks"), st.none()),
    st.tuples(st.just("sees a price"), st.none()),
)
FINAL = {
    IntentState.FILLED,
    IntentState.REJECTED,
    IntentState.NOT_SENT,
    IntentState.FOUND_FILLED,
    IntentState.FOUND_NOT_FILLED,
}


def position(volume: str) -> Position:
    return Position(7, "EURUSD", Side.BUY, Decimal(volume), Decimal("1.08"), Decimal("1.08"))


async def takes(trader: Trader, step: tuple[str, Any], drafted: list[Intent]) -> None:
    match step:
        case ("buys", volume):
            drafted.append(trader.drafts_buy(volume))
            trader.desk.submit(drafted[-1])
        case ("closes", volume):
            drafted.append(trader.drafts_close(7, volume, "0.10"))
            trader.desk.submit(drafted[-1])
        case ("presses enter again", which) if drafted:
            trader.desk.submit(drafted[which % len(drafted)])
        case ("waits", seconds):
            await trader.waits(seconds)
            trader.sees_price()
        case ("sees opened", ticket):
            trader.sees_opened(ticket)
        case ("sees closed", ticket):
            trader.sees_closed(ticket)
        case ("reads the positions", volume):
            trader.sees_positions(*([position(volume)] if volume else []))
        case ("unlocks", _):
            trader.desk.unlock()
        case ("sees a price", _):
            trader.sees_price()


def proves_that_nothing_was_done(answer: object, *, begins: bool) -> bool:
    match answer:
        case LineBroke(begun=begun):
            return not (begun or begins)
        case RateLimited() | BridgeDown():
            return True
        case _:
            return False


async def lives_through(
    path: Path, steps: list[tuple[str, Any]], results: list[Any], *, begins: bool
) -> None:
    async with trader_at_desk(path) as trader:
        trader.server.answers = list(results)
        trader.server.begins = begins

        def the_send_is_on_disk(sent: Sent) -> None:
            other = sqlite3.connect(trader.journal.path)
            query = "SELECT state FROM transitions WHERE intent_id = ? ORDER BY seq"
            states = [state for (state,) in other.execute(query, (sent.key,))]
            (body,) = other.execute("SELECT body FROM intents WHERE id = ?", (sent.key,)).fetchone()
            query = "SELECT MAX(attempt) FROM transitions WHERE intent_id = ?"
            other_tries = other.execute(query, (sent.key,)).fetchone()
            other.close()
            assert (states[0], states[-1]) == ("journaled", "sending")
            (tries,) = other_tries
            assert tries == sum(earlier.key == sent.key for earlier in trader.server.sent)
            assert body == sent.request.body

        not_on_disk: list[BaseException] = []

        def check(sent: Sent) -> None:
            try:
                the_send_is_on_disk(sent)
            except BaseException as error:
                not_on_disk.append(error)
                raise

        trader.server.before_answer = check
        trader.sees_positions(position("0.10"))
        drafted: list[Intent] = []
        for step in steps:
            await takes(trader, step, drafted)
        await trader.waits(1.0)

        assert not_on_disk == []
        keys = {sent.key for sent in trader.server.sent}
        for key in keys:
            # Whatever came before the last try had been answered: nothing was done.
            *earlier, _ = [answer for of, answer in trader.server.answered if of == key]
            assert all(proves_that_nothing_was_done(answer, begins=begins) for answer in earlier)
        rows = {row.entry.intent.intent_id: row for row in await trader.journal.rows()}
        assert keys <= set(rows)
        tickets = []
        for intent_id, shown in trader.store.intents.items():
            story = tuple(rows[intent_id].story)
            assert shown.story == story
            assert shown.state is story[-1].state
            assert wrong_steps([shown]) == []
            # once the outcome is known, nothing comes after it but what corrects it aloud
            known = FINAL - {IntentState.FOUND_NOT_FILLED}
            after = [later.text for line, later in pairwise(story) if line.state in known]
            assert all(text.startswith("CORRECTION") for text in after)
            if intent_id in keys:
                assert shown.state is not IntentState.JOURNALED
            if shown.state is IntentState.FOUND_FILLED and shown.ticket is not None:
                tickets.append(shown.ticket)
        assert len(tickets) == len(set(tickets)), "two orders claim one position"
        assert set(rows) == set(trader.store.intents)


@settings(max_examples=examples(60), deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    steps=st.lists(STEPS, min_size=1, max_size=12),
    results=st.lists(RESULTS, max_size=8),
    begins=st.booleans(),
)
def test_one_intent_is_one_request_journaled_before(
    steps: list[tuple[str, Any]], results: list[Any], begins: bool
) -> None:
    with tempfile.TemporaryDirectory() as directory:
        asyncio.run(lives_through(Path(directory), steps, results, begins=begins))
