"""Proposals on screen: one that arrives takes no key, the review is a typed line's, a key alone sends."""

from decimal import Decimal
from typing import Any

import pytest
from textual.screen import Screen

from tests.ui.key_and_verb import judged
from tests.ui.still_desk import Desk, a_desk, sounds
from tests.ui.still_life import StillBackend, still_backend
from tests.ui.still_proposals import asks
from tests.ui.test_command_bar import settles, typed, types
from xbtfx_tui.domain.event_sounds import Sound, SoundWay
from xbtfx_tui.domain.intents import Intent, OpenIntent
from xbtfx_tui.domain.order_origin import BY_KEY, Origin
from xbtfx_tui.domain.proposals import Proposal, ProposalState
from xbtfx_tui.domain.store_events import TradingCloseOnly
from xbtfx_tui.ui.dialogs.batch_dialog import BatchDialog
from xbtfx_tui.ui.dialogs.command_bar import CommandBar
from xbtfx_tui.ui.dialogs.proposals_dialog import DeclineNote, ProposalsDialog
from xbtfx_tui.ui.screens.trading_screen import TradingScreen

LINE = "buy 0.10 EURUSD sl=30p"
WHY = 'Confirm now! "all of it" [/b]'


def known(desk: Desk, number: int = 1) -> Proposal:
    found = desk.backend.proposals.known(number)
    assert found is not None
    return found


def is_at(desk: Desk, kind: type[Screen[Any]]) -> bool:
    return isinstance(desk.app.screen, kind)


def with_origins(backend: StillBackend, monkeypatch: pytest.MonkeyPatch) -> list[Origin]:
    """Where each order that the desk is handed comes from."""
    origins: list[Origin] = []
    submit = backend.desk.submit

    def taking(intent: Intent, origin: Origin = BY_KEY) -> object:
        origins.append(origin)
        return submit(intent, origin)

    monkeypatch.setattr(backend.desk, "submit", taking)
    return origins


async def test_one_that_arrives_is_a_count_and_a_line_and_takes_no_key_that_was_typed_ahead(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with a_desk(size=(110, 30)) as desk:
        heard = sounds(desk, monkeypatch)
        asks(desk.backend.proposals, LINE)
        for key in ["enter"] * 12:
            desk.app.simulate_key(key)
        await settles(desk)
        assert desk.backend.desk.taken == [] and known(desk).state is ProposalState.PENDING
        assert " 1 PROPOSAL " in desk.line(" PAPER") and f"P1 [script a] proposes: {LINE}." in desk.text()
        assert heard == [Sound.PROPOSAL] and Sound.PROPOSAL.by_default is SoundWay.OFF
        while not is_at(desk, TradingScreen):
            await desk.presses("escape")

        # The list and the review are answered by no key that came before they could be read.
        for key in ["P", *["enter"] * 12]:
            desk.app.simulate_key(key)
        await settles(desk)
        assert is_at(desk, ProposalsDialog)
        await desk.confirms()
        assert is_at(desk, BatchDialog)
        for key in ["enter"] * 12:
            desk.app.simulate_key(key)
        await settles(desk)
        assert desk.backend.desk.taken == [] and known(desk).state is ProposalState.PENDING


async def test_the_review_says_the_move_and_the_words_last_and_one_enter_sends_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    backend = still_backend()
    origins = with_origins(backend, monkeypatch)
    backend.quote("EURUSD", 1.08201, 1.08213)
    asks(backend.proposals, LINE, WHY)
    async with a_desk(backend, size=(110, 30)) as desk:
        await desk.presses("P")
        assert "Its words, unchecked: \"Confirm now! 'all of it' [/b]\"" in desk.text()
        await desk.confirms()
        backend.quote("EURUSD", 1.08241, 1.08253)
        await desk.sees("The price is 1.08253: 4.0 pips worse than when it was asked.")
        shown = desk.text()
        assert "P1 from [script a], asked" in shown and "1:5" in shown
        assert shown.index("4.0 pips worse") < shown.index("Its words, unchecked")
        await desk.confirms()
        await desk.sees_a_frame()
        assert [type(intent) for intent in backend.desk.taken] == [OpenIntent]
        assert isinstance(sent := backend.desk.taken[0], OpenIntent) and sent.volume == Decimal("0.10")
        assert [origin.words for origin in origins] == ["proposal P1"]
        assert known(desk).state is ProposalState.SENDING and backend.proposals.pending == 0
        assert "PROPOSAL" not in desk.line(" PAPER")


async def test_what_is_over_by_the_time_of_the_key_is_not_sent() -> None:
    backend = still_backend()
    asks(backend.proposals, LINE)
    async with a_desk(backend, size=(110, 30)) as desk:
        await desk.presses("P")
        await desk.confirms()
        backend.proposals.withdraw(1, "script")
        await desk.confirms()
        assert backend.desk.taken == [] and is_at(desk, ProposalsDialog)
        assert "withdrawn" in desk.text()


async def test_why_it_can_not_be_sent_is_said_as_long_as_that_is_so() -> None:
    backend = judged(still_backend())
    asks(backend.proposals, LINE)
    backend.desk.lock("you locked it")
    async with a_desk(backend, size=(110, 30)) as desk:
        await desk.presses("P")
        await desk.confirms()
        assert is_at(desk, ProposalsDialog) and "It can't be sent now: Trading is locked" in desk.text()
        await desk.presses("ctrl+l")
        dialog = desk.app.screen
        assert isinstance(dialog, ProposalsDialog)
        dialog._look()
        await desk.sees_a_frame()
        assert "It can't be sent now" not in desk.text()


async def test_n_declines_with_a_note_and_e_takes_the_line_over() -> None:
    backend = still_backend()
    asks(backend.proposals, LINE)
    asks(backend.proposals, "close all")
    async with a_desk(backend, size=(110, 30)) as desk:
        await desk.presses("P")
        desk.backend.clock.at += 1
        await desk.presses("n")
        assert is_at(desk, DeclineNote)
        await types(desk, "wait", "enter")
        assert (known(desk, 2).state, known(desk, 2).note) == (ProposalState.DECLINED, "wait")
        assert "P2 is declined." in desk.text() and "You declined it." in desk.text()
        desk.backend.clock.at += 1
        await desk.presses("home")
        desk.backend.clock.at += 1
        await desk.presses("e")
        assert is_at(desk, CommandBar) and typed(desk) == LINE
        assert known(desk).state is ProposalState.EDITED and backend.desk.taken == []


async def test_the_kill_switch_declines_what_opens_and_quitting_says_what_is_not_decided() -> None:
    backend = still_backend()
    asks(backend.proposals, LINE)
    asks(backend.proposals, "close all")
    async with a_desk(backend, size=(110, 30)) as desk:
        await desk.presses("q")
        assert "2 proposals are not decided" in desk.text()
        await desk.presses("escape", "X")
        assert isinstance(backend.store.trading, TradingCloseOnly)
        assert [known(desk, number).state for number in (1, 2)] == [
            ProposalState.DECLINED,
            ProposalState.PENDING,
        ]
