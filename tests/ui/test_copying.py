"""Keys hand a ticket, a message or a story to the clipboard of the terminal; a setting keeps them from it."""

import pytest

from tests.ui.still_desk import Desk, a_desk
from tests.ui.still_life import still_backend
from tests.ui.test_doubt import BUY, in_doubt
from xbtfx_tui.domain.intents import CloseIntent
from xbtfx_tui.domain.order_outcomes import IntentRecord, IntentState, StoryLine
from xbtfx_tui.domain.store_events import IntentMoved


def copied(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What is handed to the terminal from now on."""
    texts: list[str] = []
    monkeypatch.setattr(desk.app, "copy_to_clipboard", texts.append)
    return texts


async def test_the_focused_rows_number_or_message_is_copied(monkeypatch: pytest.MonkeyPatch) -> None:
    async with a_desk() as desk:
        texts = copied(desk, monkeypatch)
        await desk.presses("C")
        await desk.presses("4", "C")
        await desk.sees("Handed 184741 to the terminal's clipboard.")
        await desk.presses("5", "C")
        await desk.presses("6", "C")
        await desk.presses("7", "C")
        symbol, position, order, deal, message = texts
        assert (symbol, position) == ("EURUSD", "184741")
        assert int(order) in desk.backend.store.orders
        assert desk.screen.history.board.deal is not None
        assert int(deal) == desk.screen.history.board.deal.ticket
        assert message == desk.backend.store.messages[-1].text


async def test_a_setting_keeps_it_from_the_clipboard(monkeypatch: pytest.MonkeyPatch) -> None:
    async with a_desk(copies=False) as desk:
        texts = copied(desk, monkeypatch)
        await desk.presses("4", "C", "ctrl+y")
        assert texts == []
        await desk.sees("Copying is off")


async def test_a_story_is_every_step_of_the_tickets_orders(monkeypatch: pytest.MonkeyPatch) -> None:
    async with a_desk() as desk:
        texts = copied(desk, monkeypatch)
        await desk.presses("4", "ctrl+y")
        assert texts == []
        held = desk.backend.store.positions[184741]
        close = CloseIntent("one", 184741, held.symbol, held.side, held.volume, held.volume)
        steps = (
            StoryLine(0.0, IntentState.SENDING, "Being sent."),
            StoryLine(1.0, IntentState.FILLED, "Closed.", "0.50 of 1.00"),
        )
        desk.backend.store.apply(IntentMoved(IntentRecord(close, IntentState.FILLED, steps)))
        await desk.presses("ctrl+y")
        (story,) = texts
        head, sending, filled = story.splitlines()
        assert head.startswith("one ")
        assert sending == "1970-01-01 00:00:00Z sending: Being sent."
        assert filled == "1970-01-01 00:00:01Z filled: Closed. (0.50 of 1.00)"


async def test_an_unknown_orders_key_and_story_are_copied(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    backend = still_backend()
    in_doubt(backend)
    async with a_desk(backend, keys={"copy.story": "ctrl+t"}) as desk:
        texts = copied(desk, monkeypatch)
        await desk.presses("u", "C")
        await desk.sees("Handed the order's key to the terminal's clipboard.")
        await desk.presses("ctrl+t")
        key, story = texts
        assert key == BUY.intent_id
        assert story.splitlines()[0].startswith(f"{key} ")
        assert "unknown: Unknown: the server did not answer in time." in story
