"""What changes while a batch is asked or on its way: a lock, what is held, how much there is to read."""

from decimal import Decimal

import pytest
from msgspec.structs import replace

from tests.ui.looks import A_LOOK
from tests.ui.still_changes import hold_only
from tests.ui.still_desk import a_desk
from tests.ui.still_life import StillBackend, positions, still_backend
from tests.ui.test_batch_dialog import (
    EURUSD_LONG,
    asks,
    comes_to,
    holds,
    looks_again,
    sent,
    with_many,
)
from tests.ui.test_command_bar import types
from xbtfx_tui.domain.order_outcomes import IntentState
from xbtfx_tui.planning.batch_completion import DEALS_WITHIN
from xbtfx_tui.ui.dialogs.dialog_fields import Field

D = Decimal


async def test_a_lock_ends_what_is_not_sent_yet_and_an_unlock_does_not_go_on_with_it() -> None:
    async with a_desk() as desk:
        await asks(desk, "close all")
        await types(desk, "", "enter")
        await types(desk, "", "escape")
        await types(desk, "", "ctrl+l")
        desk.screen.batches.advance()
        await types(desk, "", "ctrl+l")
        await comes_to(desk, IntentState.FILLED, price="1.08213")
        assert sent(desk) == [EURUSD_LONG]
        desk.backend.clock.at += DEALS_WITHIN
        desk.screen.batches.advance()
        end = desk.backend.store.messages[-1].text
        assert end.startswith("1 of 3 done. Trading was locked: nothing more was begun.")
        assert "under way" not in end


async def test_a_larger_position_under_the_same_ticket_is_another_question() -> None:
    async with a_desk() as desk:
        await asks(desk, f"reverse {EURUSD_LONG}")
        first, *others = desk.backend.store.positions.values()
        assert first.ticket == EURUSD_LONG
        holds(desk, replace(first, volume=D("5.00")), *others)
        await looks_again(desk)
        await types(desk, "", "enter")
        assert desk.backend.desk.taken == []
        desk.backend.clock.at += A_LOOK
        await types(desk, "", "enter")
        assert len(desk.backend.desk.taken) == 1


async def test_a_word_typed_for_another_list_sends_nothing() -> None:
    async with a_desk(with_many(6)) as desk:
        await asks(desk, "close all")
        await types(desk, "close")
        held = tuple(desk.backend.store.positions.values())
        holds(desk, *held, replace(held[0], ticket=300_000))
        await looks_again(desk)
        await types(desk, "", "enter")
        assert desk.backend.desk.taken == []
        assert "Press enter again." in desk.app.screen.query_one("#close", Field).said
        desk.backend.clock.at += A_LOOK
        await types(desk, "", "enter")
        assert len(desk.backend.desk.taken) == 1


async def test_a_word_typed_ahead_of_the_list_sends_nothing() -> None:
    async with a_desk(with_many(6)) as desk:
        await types(desk, ":close all", "enter")
        await types(desk, "close", "enter")
        assert desk.backend.desk.taken == []
        await desk.confirms()
        assert len(desk.backend.desk.taken) == 1


@pytest.mark.parametrize("size", [(60, 20), (80, 24)])
async def test_many_remarks_leave_the_orders_and_the_question_in_sight(size: tuple[int, int]) -> None:
    def fill(backend: StillBackend) -> None:
        one = positions()[0]
        large = [replace(one, ticket=200_000 + number) for number in range(3)]
        small = [replace(one, ticket=300_000 + number, volume=D("0.01")) for number in range(12)]
        hold_only(backend.store, *large, *small)

    async with a_desk(still_backend(fill), size=size) as desk:
        await asks(desk, "close all half")
        await desk.sees("ticket 200000", "Left out 300000", "sends the 3 orders")
        for _ in range(8):
            await types(desk, "", "pagedown")
        await desk.sees("Left out 300011", "sends the 3 orders")
