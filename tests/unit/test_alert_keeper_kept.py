"""What a trader does with alerts, and what of them is kept between runs."""

import asyncio
from pathlib import Path

import pytest

from tests.ui.still_life import positions
from tests.unit.alert_terminal import (
    ABOVE,
    BELOW,
    FALL,
    LOGIN,
    RISE,
    D,
    MemoryRepository,
    Terminal,
    terminal,
    until,
)
from xbtfx_tui.commands.alert_commands import typed
from xbtfx_tui.commands.command_types import (
    AlertOnFeed,
    AlertOnMargin,
    AlertOnPrice,
    AlertOnProfit,
    AlertOnSpread,
    Comparison,
    RemoveAlert,
)
from xbtfx_tui.commands.grammar import parse
from xbtfx_tui.commands.known_names import Known
from xbtfx_tui.config.alerts_file import AlertFiles, alerts_path, load_alerts
from xbtfx_tui.config.file_paths import StateDir
from xbtfx_tui.domain.accounts import KeyStatus, MarginMode, Permission
from xbtfx_tui.domain.alerts import (
    AlertBook,
    Condition,
    FeedAlert,
    MarginLevelAlert,
    NoAlert,
    PriceAlert,
    ProfitAlert,
    SpreadAlert,
)
from xbtfx_tui.domain.login_state_owner import KeptByAnother, KeptByNoLock, KeptHere, NotDecided
from xbtfx_tui.domain.store_events import (
    KeyRead,
    Severity,
)

# --- what the trader does ---------------------------------------------------------------------------------


async def test_before_the_book_is_read_nothing_is_taken_and_it_is_said() -> None:
    at = Terminal()
    told = "The alerts of the last run are still being read: try again in a moment."
    assert at.alerts.add(RISE) == at.alerts.remove(1) == at.alerts.rearm(1) == told
    assert at.alerts.refusal(RISE) == told


async def test_what_holds_already_is_refused() -> None:
    at = await terminal()
    at.sees(1.0950)
    refusal = at.alerts.refusal(RISE)
    assert refusal is not None
    assert refusal.startswith("EURUSD is at or above 1.0900 already: bid 1.09500.")
    assert at.alerts.add(RISE) == refusal
    assert at.alerts.book.alerts == ()


async def test_removing_says_how_to_have_it_again() -> None:
    at = await terminal()
    at.alerts.add(RISE)
    assert at.alerts.remove(1) == (
        "Alert 1 is gone: EURUSD at or above 1.0900. To have it again: alert EURUSD > 1.0900"
    )
    assert at.alerts.remove(1) == "There is no alert 1: there are none."


async def test_what_was_looked_at_is_not_counted() -> None:
    at = await terminal()
    at.sees(1.0850)
    at.alerts.add(RISE)
    at.alerts.add(FALL)
    at.moves_to(1.1)
    at.moves_to(1.07)
    assert at.alerts.unseen == 2
    at.alerts.remove(1)
    assert at.alerts.unseen == 1
    at.alerts.looked()
    assert at.alerts.unseen == 0


async def test_the_symbols_that_wait_are_asked_for_and_let_go() -> None:
    at = await terminal()
    at.alerts.add(PriceAlert("GBPUSD", ABOVE, D("1.3")))
    at.alerts.add(MarginLevelAlert(BELOW, D(300)))
    assert at.subscribed == [frozenset({"GBPUSD"})]
    at.sees(1.31, symbol="GBPUSD")
    assert at.subscribed == [frozenset({"GBPUSD"}), frozenset()]


ON_EVERYTHING: tuple[tuple[str, Condition], ...] = (
    ("alert EURUSD > 1.0900", RISE),
    ("alert EURUSD < 1.0800", FALL),
    ("alert EURUSD spread > 25", SpreadAlert("EURUSD", ABOVE, D(25))),
    ("alert 184729 profit < -20", ProfitAlert(184729, "EURUSD", BELOW, D(-20), "USD")),
    ("alert margin < 300%", MarginLevelAlert(BELOW, D(300))),
    ("alert feed", FeedAlert()),
)


@pytest.mark.parametrize(("text", "condition"), ON_EVERYTHING)
async def test_commands_become_conditions_and_back(text: str, condition: Condition) -> None:
    at = await terminal()
    at.holds(*positions())
    at.has("926")
    command = parse(text, Known(("EURUSD",)))
    assert isinstance(command, AlertOnPrice | AlertOnSpread | AlertOnProfit | AlertOnMargin | AlertOnFeed)
    assert at.alerts.condition_of(command) == condition
    assert typed(condition) == text
    assert at.alerts.carry_out(command).startswith("Alert 1 is set: ")


async def test_what_no_command_makes_has_no_words_of_one() -> None:
    assert typed(SpreadAlert("EURUSD", BELOW, D(2))) is None


async def test_the_other_commands() -> None:
    at = await terminal()
    at.sees(1.0850)
    at.alerts.add(RISE)
    at.alerts.add(FALL)
    at.moves_to(1.1)
    assert at.alerts.carry_out(RemoveAlert(2)).startswith("Alert 2 is gone")
    gone = AlertOnProfit(5, Comparison.ABOVE, D(1))
    assert isinstance(at.alerts.condition_of(gone), NoAlert)
    assert at.alerts.carry_out(gone) == "Position 5 is not open, so it has no profit to wait for."


# --- kept -------------------------------------------------------------------------------------------------


async def test_a_level_reached_while_away_is_told_after_a_restart(tmp_path: Path) -> None:
    files = AlertFiles(StateDir(tmp_path))
    first = await terminal(files)
    first.sees(1.0850)
    first.alerts.add(RISE)
    first.alerts.add(FALL)
    await first.alerts.stop()

    second = await terminal(files)
    assert len(second.alerts.book.alerts) == 2
    assert second.alerts.symbols == {"EURUSD"}
    second.sees(1.0950)
    assert second.said() == ["Alert 1: EURUSD reached 1.0900 while away: bid 1.09500."]
    second.moves_to(1.0790, 1.0791)
    assert second.said()[-1] == "Alert 2: EURUSD reached 1.0800: ask 1.07910."
    await second.alerts.stop()

    third = await terminal(files)
    third.sees(1.0950)
    third.sees(1.0750)
    third.waits(2)
    assert third.said() == []
    assert third.fired() == [1, 2]


async def test_the_book_is_read_once_the_key_tells_whose_it_is(tmp_path: Path) -> None:
    files = AlertFiles(StateDir(tmp_path))
    files.save(LOGIN, AlertBook())
    at = await terminal(files)
    at.alerts.add(RISE)
    await at.alerts.stop()
    assert len(load_alerts(alerts_path(StateDir(tmp_path), LOGIN)).book.alerts) == 1


async def test_a_file_that_makes_no_sense_is_said(tmp_path: Path) -> None:
    alerts_path(StateDir(tmp_path), LOGIN).write_text("{")
    at = await terminal(AlertFiles(StateDir(tmp_path)))
    assert at.said(Severity.ERROR)[0].startswith("The kept alerts can't be read")


async def test_of_many_changes_the_last_is_written() -> None:
    shelf = MemoryRepository()
    at = await terminal(shelf)
    for step in range(20):
        at.alerts.add(PriceAlert("EURUSD", ABOVE, D("1.2") + step))
    await at.alerts.stop()
    assert shelf.saved[-1] is at.alerts.book
    assert len(shelf.saved) < 5


async def test_a_disk_that_fails_is_said_once_until_it_works_again() -> None:
    shelf = MemoryRepository()
    at = await terminal(shelf)

    async def changes(broken: str | None) -> None:
        shelf.broken = broken
        at.alerts.add(PriceAlert("EURUSD", ABOVE, D("1.2") + len(shelf.saved)))
        count = len(shelf.saved)
        await until(lambda: len(shelf.saved) > count)
        await at.alerts.stop()

    full = "The alerts can't be kept for the next run: No space left on device."
    await changes(full)
    await changes(full)
    assert at.said(Severity.ERROR) == [full]
    await changes(None)
    await changes(full)
    assert at.said(Severity.ERROR) == [full, full]


async def test_a_keeper_that_runs_reads_and_judges_by_itself(tmp_path: Path) -> None:

    at = Terminal(AlertFiles(StateDir(tmp_path)))
    at.alerts.start()
    status = KeyStatus(LOGIN, "standard", "active", frozenset(Permission), MarginMode.HEDGING)
    at.store.apply(KeyRead(status))
    await until(lambda: at.alerts.refusal(RISE) is None)
    at.has("900")
    at.alerts.add(MarginLevelAlert(BELOW, D(300)))
    at.seconds += 2
    at.has("250")
    await until(lambda: at.fired() == [1])
    await at.alerts.stop()
    assert alerts_path(StateDir(tmp_path), LOGIN).is_file()


async def test_what_a_full_disk_did_not_take_is_written_at_the_end() -> None:
    shelf = MemoryRepository()
    at = await terminal(shelf)
    shelf.broken = "The alerts can't be kept for the next run: No space left on device."
    at.alerts.add(RISE)
    await until(lambda: len(shelf.saved) == 1)
    shelf.broken = None
    await at.alerts.stop()
    assert len(shelf.saved) == 2
    assert shelf.saved[-1] is at.alerts.book


# --- a terminal that does not keep them --------------------------------------------------------------------

ANOTHER = KeptByAnother(8165)
ALONE = "That holds for this run alone: another terminal (pid 8165) was here first, and keeps the alerts."
READS = KeptByNoLock("the terminal was started with --read-only")


async def test_one_that_only_watches_leaves_the_book_of_the_other_alone(tmp_path: Path) -> None:
    files = AlertFiles(StateDir(tmp_path))
    first = await terminal(files)
    first.alerts.add(RISE)
    await first.alerts.stop()
    kept = alerts_path(StateDir(tmp_path), LOGIN).read_bytes()

    second = await terminal(files, ANOTHER)
    assert second.alerts.book == AlertBook()
    second.sees(1.0850)
    assert second.alerts.add(FALL) == f"Alert 1 is set: EURUSD at or below 1.0800. {ALONE}"
    second.moves_to(1.0790, 1.0791)
    assert second.fired() == [1]
    assert second.alerts.rearm(1).endswith(ALONE)
    here = (
        "Alerts here are of this run alone: another terminal (pid 8165) was here first, and keeps the alerts."
    )
    assert second.alerts.elsewhere == here
    assert second.alerts.remove(1) == (
        f"Alert 1 is gone: EURUSD at or below 1.0800. {ALONE} To have it again: alert EURUSD < 1.0800"
    )
    assert second.alerts.remove(1) == f"There is no alert 1: there are none. {here}"
    await second.alerts.stop()
    assert alerts_path(StateDir(tmp_path), LOGIN).read_bytes() == kept


async def test_one_that_only_reads_rings_for_what_is_kept_and_changes_nothing_of_it(tmp_path: Path) -> None:
    files = AlertFiles(StateDir(tmp_path))
    first = await terminal(files)
    first.alerts.add(RISE)
    await first.alerts.stop()
    path = alerts_path(StateDir(tmp_path), LOGIN)
    kept = path.read_bytes()

    reader = await terminal(files, READS)
    reader.sees(1.0950)
    assert reader.fired() == [1]
    assert "this run alone: the terminal was started with --read-only." in reader.alerts.remove(1)
    await reader.alerts.stop()
    assert path.read_bytes() == kept

    path.write_text("{")
    reader = await terminal(files, READS)
    assert reader.said(Severity.ERROR)[0].startswith("The kept alerts can't be read")
    assert path.read_text() == "{"


async def test_nothing_is_read_before_it_is_known_who_keeps_it() -> None:
    at = Terminal(keeping=NotDecided())
    at.alerts.start()
    status = KeyStatus(LOGIN, "standard", "active", frozenset(Permission), MarginMode.HEDGING)
    at.store.apply(KeyRead(status))
    await asyncio.sleep(0)
    assert "still being read" in at.alerts.add(RISE)
    at.keeping = KeptHere()
    await until(lambda: at.alerts.refusal(RISE) is None)
    await at.alerts.stop()
