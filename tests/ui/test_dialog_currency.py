"""The question for the account's currency on screen: once, not by a slip, and answerable later."""

import pytest

from tests.ui.still_desk import Desk, a_desk
from tests.ui.still_life import StillBackend, still_backend
from xbtfx_tui.domain.account_currency import ToldByTrader
from xbtfx_tui.store.store import Store
from xbtfx_tui.ui.dialogs.currency_dialog import CurrencyDialog

QUESTION = "What is this account in?"


def unnamed() -> StillBackend:
    """An account of the API's least form, which does not name its currency."""
    backend = still_backend(currency=None)
    backend.currency.must_ask = True
    return backend


def currency(store: Store) -> str | None:
    return None if store.account is None else store.account.currency


async def asked(desk: Desk) -> None:
    await desk.sees_a_frame()
    assert isinstance(desk.app.screen, CurrencyDialog)
    assert QUESTION in desk.text()


@pytest.mark.parametrize("size", [(80, 24), (120, 34)])
async def test_it_is_asked_and_left_open_by_escape_and_by_a_blind_enter(size: tuple[int, int]) -> None:
    for key in ("escape", "enter"):
        backend = unnamed()
        async with a_desk(backend, size=size) as desk:
            await asked(desk)
            backend.clock.at += 1
            await desk.presses(key)
            assert desk.app.screen is desk.screen
            assert backend.currency.answers == [None]
            assert currency(backend.store) is None
            await desk.sees_a_frame()
            assert desk.app.screen is desk.screen, "it is asked once"


async def test_an_answer_shows_money_in_its_currency_at_once() -> None:
    backend = unnamed()
    async with a_desk(backend, size=(120, 34)) as desk:
        await asked(desk)
        backend.clock.at += 1
        await desk.presses("down", "enter")
        assert backend.currency.answers == ["USD"]
        assert backend.store.currency == ToldByTrader("USD", "told in the terminal")
        assert "Answered: USD." in desk.text()


async def test_keys_typed_ahead_of_the_question_answer_nothing() -> None:
    backend = unnamed()
    async with a_desk(backend, size=(120, 34)) as desk:
        await asked(desk)
        await desk.presses("down", "enter")
        assert backend.currency.answers == []
        assert isinstance(desk.app.screen, CurrencyDialog)


async def test_it_waits_while_another_dialog_is_open() -> None:
    backend = unnamed()
    backend.currency.must_ask = False
    async with a_desk(backend, size=(120, 34)) as desk:
        await desk.presses("b")
        ticket = desk.app.screen
        backend.currency.must_ask = True
        await desk.sees_a_frame()
        assert desk.app.screen is ticket
        await desk.presses("escape")
        await asked(desk)


async def test_it_can_be_told_later_on_the_command_line() -> None:
    backend = unnamed()
    backend.currency.must_ask = False
    async with a_desk(backend, size=(120, 34)) as desk:
        await desk.presses("colon", *"currency btc", "enter")
        assert backend.currency.answers == ["BTC"]
