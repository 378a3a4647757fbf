"""The parts under the sync: clocks compared, tasks watched, turns awaited, subscriptions chosen."""

import asyncio
import logging
import time
from decimal import Decimal

import pytest
from msgspec.structs import replace

from tests.unit.sync_terminal import ACCOUNT, LoopClock, by_leaps, euro_long
from xbtfx_tui.domain.account_currency import ToldByTrader
from xbtfx_tui.domain.clock import Instant
from xbtfx_tui.domain.store_events import (
    AccountRead,
    CurrencyTold,
    PositionsRead,
    SpecRead,
    SymbolsRead,
    TradingChanged,
    TradingLocked,
    TradingReadOnly,
)
from xbtfx_tui.domain.symbol_spec import SymbolRow, SymbolSpec
from xbtfx_tui.store.store import Store
from xbtfx_tui.sync.poll_timer import Wake
from xbtfx_tui.sync.quote_subscriptions import MOST_SUBSCRIPTIONS, wanted_symbols
from xbtfx_tui.sync.sleep_detector import ClockJumped, ClockRanBack, LostTime, Slept, StoodStill, gap_between
from xbtfx_tui.sync.system_clock import SystemClock
from xbtfx_tui.sync.task_supervisor import Supervisor

BEFORE = Instant(100.0, 200.0, 1_700_000_000.0)
KEY_TEXT = "xbtfx_live_0123456789abcdef0123456789abcdef"


class StoppedClock:
    def now(self) -> Instant:
        return BEFORE


# --- time that went on without the program ---


@pytest.mark.parametrize(
    ("monotonic", "boot", "wall", "gap"),
    [
        (1, 1, 1, None),
        (1, 1, 5.9, None),
        (5.9, 5.9, 5.9, None),
        (1, 601, 601, Slept(600)),
        (1, 1, 601, ClockJumped(600)),
        (1, 1, -3599, ClockRanBack(3600)),
        (1, 1, -1, ClockRanBack(2)),
        (11, 11, 11, StoodStill(11)),
        (11, 11, 0, ClockRanBack(11)),
    ],
)
def test_three_clocks_tell_what_happened_to_time(
    monotonic: float, boot: float, wall: float, gap: LostTime | None
) -> None:
    now = Instant(BEFORE.monotonic + monotonic, BEFORE.boot + boot, BEFORE.wall + wall)
    assert gap_between(BEFORE, now) == gap


@pytest.mark.parametrize("gap", [Slept(30), ClockJumped(30), ClockRanBack(30), StoodStill(30)])
def test_a_gap_is_told_as_a_clause_with_its_length(gap: LostTime) -> None:
    assert gap.clause.endswith("30 s")


def test_the_system_clock_reads_all_three() -> None:
    clock = SystemClock()
    now = clock.now()
    assert now.wall == pytest.approx(time.time(), abs=60)
    assert now.monotonic == pytest.approx(time.monotonic(), abs=60)
    assert now.ran_backwards_by(clock.now()) == 0.0


def test_without_a_boot_clock_monotonic_stands_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(time, "CLOCK_BOOTTIME", raising=False)
    now = SystemClock().now()
    assert now.boot == now.monotonic


# --- tasks ---


async def all_tasks_ended() -> None:
    others = asyncio.all_tasks() - {asyncio.current_task()}
    await asyncio.gather(*others, return_exceptions=True)
    await asyncio.sleep(0)


async def test_a_dead_task_is_said_logged_and_locks_trading(caplog: pytest.LogCaptureFixture) -> None:
    store = Store(StoppedClock())
    supervisor = Supervisor(store, StoppedClock())

    async def dies() -> None:
        secret = KEY_TEXT
        raise RuntimeError(secret)

    with caplog.at_level(logging.ERROR):
        supervisor.start("account", dies)
        await all_tasks_ended()
    assert store.trading == TradingLocked("the account task failed; restart the terminal")
    assert "RuntimeError" in caplog.text
    assert "dies" in caplog.text
    assert KEY_TEXT not in caplog.text
    assert KEY_TEXT not in store.messages[-1].text


async def test_a_read_only_run_stays_read_only_when_a_task_dies() -> None:
    store = Store(StoppedClock())
    store.apply(TradingChanged(TradingReadOnly("this key may only read")))
    supervisor = Supervisor(store, StoppedClock())

    async def dies() -> None:
        raise ValueError

    supervisor.start("account", dies)
    await all_tasks_ended()
    assert store.trading == TradingReadOnly("this key may only read")


@by_leaps
async def test_stopping_does_not_wait_for_ever_for_a_task_that_will_not_end() -> None:
    supervisor = Supervisor(Store(LoopClock()), LoopClock())
    let_go = asyncio.Event()

    async def clings() -> None:
        while not let_go.is_set():
            try:
                await asyncio.sleep(3_600)
            except asyncio.CancelledError:
                continue

    supervisor.start("account", clings)
    await asyncio.sleep(1)
    began = asyncio.get_running_loop().time()
    await supervisor.stop(3)
    assert asyncio.get_running_loop().time() - began == pytest.approx(3)
    let_go.set()


# --- turns ---


@by_leaps
async def test_a_turn_comes_at_the_earliest_time_asked_for() -> None:
    loop = asyncio.get_running_loop()
    wake = Wake()
    wake.ask(9)
    wake.ask(3)
    wake.ask(6)
    await wake.wait(20)
    assert loop.time() == pytest.approx(3)
    await wake.wait(20)
    assert loop.time() == pytest.approx(23)


@by_leaps
async def test_a_turn_asked_for_while_waiting_comes_sooner_but_not_too_soon() -> None:
    loop = asyncio.get_running_loop()
    wake = Wake()
    loop.call_later(1, wake.ask)
    await wake.wait(None)
    assert loop.time() == pytest.approx(1)
    loop.call_later(1, wake.ask)
    await wake.wait(20, at_least=5)
    assert loop.time() == pytest.approx(6)


# --- subscriptions ---


def row(name: str) -> SymbolRow:
    return SymbolRow(name, 5, Decimal(1), Decimal("0.00001"))


def spec(name: str, profit: str, base: str | None = None) -> SpecRead:
    return SpecRead(
        SymbolSpec(name, 5, Decimal("0.00001"), Decimal(1), currency_profit=profit, currency_base=base),
        BEFORE,
    )


def holding(store: Store, *symbols: str) -> None:
    positions = tuple(euro_long(ticket, symbol) for ticket, symbol in enumerate(symbols))
    store.apply(PositionsRead(positions, store.mark()))


def test_what_is_on_screen_and_what_is_held_is_subscribed() -> None:
    store = Store(StoppedClock())
    holding(store, "XAUUSD")
    wanted = wanted_symbols(store, frozenset({"EURUSD", "GBPUSD"}), "USDJPY")
    assert wanted == {"EURUSD", "GBPUSD", "USDJPY", "XAUUSD"}


def test_the_pairs_that_convert_profit_and_margin_are_subscribed_too() -> None:
    store = Store(StoppedClock())
    names = ("EURGBP", "GBPUSD", "EURUSD", "USDJPY", "BTCUSD")
    store.apply(SymbolsRead(tuple(row(name) for name in names)))
    store.apply(spec("EURGBP", "GBP", "EUR"))
    holding(store, "EURGBP")
    store.apply(AccountRead(replace(ACCOUNT, currency=None), BEFORE))
    assert wanted_symbols(store, frozenset(), None) == {"EURGBP"}
    store.apply(CurrencyTold(ToldByTrader("USD", "--currency")))
    assert wanted_symbols(store, frozenset(), None) == {"EURGBP", "GBPUSD", "EURUSD"}
    store.apply(AccountRead(replace(ACCOUNT, currency="BTC"), BEFORE))
    assert wanted_symbols(store, frozenset(), None) == {"EURGBP", "GBPUSD", "EURUSD", "BTCUSD"}


def test_names_the_account_does_not_have_are_left_out() -> None:
    store = Store(StoppedClock())
    store.apply(SymbolsRead((row("EURUSD"),)))
    assert wanted_symbols(store, frozenset({"EURUSD", "NOPE"}), "NOPE") == {"EURUSD"}


def test_a_thousand_at_most_and_the_screen_comes_first() -> None:
    store = Store(StoppedClock())
    holding(store, *(f"HELD{number}" for number in range(200)))
    screen = frozenset(f"SHOWN{number}" for number in range(900))
    wanted = wanted_symbols(store, screen, "DEPTH")
    assert len(wanted) == MOST_SUBSCRIPTIONS
    assert screen | {"DEPTH"} <= wanted
