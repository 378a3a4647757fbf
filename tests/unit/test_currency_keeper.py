"""What the trader told of the account's currency: asked for once a login, and kept."""

import asyncio
import stat
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.patience import PATIENCE
from tests.unit.trading_desk import ACCOUNT, LOGIN, HandClock
from xbtfx_tui.automation.currency_service import CurrencyKeeper
from xbtfx_tui.config.currency_file import CurrencyFiles, currency_path, load_answer, save_answer
from xbtfx_tui.config.file_paths import StateDir
from xbtfx_tui.domain.account_currency import CurrencyNotKnown, KeptAnswer, NamedByServer, ToldByTrader
from xbtfx_tui.domain.accounts import KeyStatus, MarginMode, Permission
from xbtfx_tui.domain.store_events import AccountRead, KeyRead, PositionsRead
from xbtfx_tui.store.store import Store

URL = "https://interface.xbtfx.com"


class Terminal:
    """A store with a keeper; the account is read when the test says so."""

    def __init__(self, state: StateDir, setting: ToldByTrader | None = None, url: str = URL) -> None:
        self.clock = HandClock()
        self.store = Store(self.clock)
        self.said: list[str] = []
        self.keeper = CurrencyKeeper(
            self.store, CurrencyFiles(state, url), setting, lambda _, words: self.said.append(words)
        )

    async def reads(self, currency: str | None = None) -> None:
        import msgspec

        self.keeper.start()
        status = KeyStatus(LOGIN, "standard", "active", frozenset(Permission), MarginMode.HEDGING)
        self.store.apply(KeyRead(status))
        self.store.apply(AccountRead(msgspec.structs.replace(ACCOUNT, currency=currency), self.clock.now()))
        self.store.apply(PositionsRead((), self.store.mark()))
        async with asyncio.timeout(PATIENCE):
            while not self.keeper.figures_are_in:  # noqa: ASYNC110 the disk tells no loop
                await asyncio.sleep(0.01)

    def asks(self) -> bool:
        return self.keeper.must_ask


@pytest.fixture
def state(tmp_path: Path) -> StateDir:
    return StateDir(tmp_path / "state")


async def test_it_is_asked_for_once_a_login_and_kept(state: StateDir) -> None:
    first = Terminal(state)
    assert not first.asks()
    await first.reads()
    assert first.asks()
    assert first.keeper.answer("BTC") == "The account is in BTC, by your word."
    assert not first.asks()
    await first.keeper.stop()

    again = Terminal(state)
    await again.reads()
    assert not again.asks()
    assert again.store.currency == ToldByTrader("BTC", "told in an earlier run")
    await again.keeper.stop()

    # Another server's login of the same number is another account.
    other = Terminal(state, url="http://127.0.0.1:8080")
    await other.reads()
    assert other.asks()
    await other.keeper.stop()


async def test_left_open_it_is_not_asked_for_again_and_can_be_told_later(state: StateDir) -> None:
    first = Terminal(state)
    await first.reads()
    assert "stays open" in first.keeper.answer(None)
    assert isinstance(first.store.currency, CurrencyNotKnown)
    assert not first.asks()
    await first.keeper.stop()
    again = Terminal(state)
    await again.reads()
    assert not again.asks()
    again.keeper.answer("USD")
    assert again.store.currency == ToldByTrader("USD", "told in the terminal")
    await again.keeper.stop()


async def test_the_setting_goes_before_an_earlier_answer(state: StateDir) -> None:
    save_answer(currency_path(state, URL, LOGIN), "BTC")
    terminal = Terminal(state, ToldByTrader("USDT", "--currency"))
    await terminal.reads()
    assert terminal.store.currency == ToldByTrader("USDT", "--currency")
    assert not terminal.asks()
    await terminal.keeper.stop()


async def test_an_account_that_the_server_names_is_not_asked_for(state: StateDir) -> None:
    terminal = Terminal(state)
    await terminal.reads("USD")
    assert not terminal.asks()
    assert "server says" in terminal.keeper.answer("BTC")
    assert terminal.store.currency == NamedByServer("USD")
    await terminal.keeper.stop()


def test_the_file_is_the_owners_alone(state: StateDir) -> None:
    path = currency_path(state, URL, LOGIN)
    assert save_answer(path, "XRP") is None
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert load_answer(path) == KeptAnswer("XRP")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.binary(max_size=60)
    | st.sampled_from([b"{}", b'{"version":1,"currency":"EUR"}', b'{"version":2,"currency":"USD"}', b"null"])
)
def test_a_file_that_makes_no_sense_is_asked_for_again(state: StateDir, content: bytes) -> None:
    path = currency_path(state, URL, LOGIN)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    assert load_answer(path) is None


async def test_a_full_disk_is_said(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("a file where the directory should be")
    terminal = Terminal(StateDir(tmp_path / "state"))
    await terminal.reads()
    terminal.keeper.answer("BTC")
    await terminal.keeper.stop()
    assert terminal.said
    assert terminal.said[0].startswith("The currency can't be kept for the next run: ")
    assert terminal.store.currency == ToldByTrader("BTC", "told in the terminal")
