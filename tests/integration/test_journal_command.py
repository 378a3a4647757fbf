"""`xbtfx-tui journal`: the orders and what became of them, read beside a running terminal."""
# ruff: noqa: ASYNC240 - a test has no screen to hold up

import contextlib
import json
import sqlite3
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from xbtfx_tui import cli
from xbtfx_tui.cli_commands.journal_command import read_since, table
from xbtfx_tui.cli_commands.journal_reader import JournaledIntent
from xbtfx_tui.cli_commands.shell_times import times_in
from xbtfx_tui.config.file_paths import state_dir
from xbtfx_tui.domain.clock import Instant
from xbtfx_tui.domain.intents import CloseIntent, Intent, OpenIntent
from xbtfx_tui.domain.order_origin import BY_KEY, Origin
from xbtfx_tui.domain.order_outcomes import Decider, IntentState, Rejected, StoryLine
from xbtfx_tui.domain.sides import Side
from xbtfx_tui.orders.journal.order_journal import Entry, Journal, SeenBefore

D = Decimal
NOON = 1_767_268_800.0  # 2026-01-01 12:00 UTC
BUY = OpenIntent("11111111-1111-4111-8111-111111111111", "EURUSD", Side.BUY, D("0.10"), D("1.08213"))
CLOSE = CloseIntent("22222222-2222-4222-8222-222222222222", 184729, "XAUUSD", Side.SELL, D("0.10"), D("0.10"))


@pytest.fixture
def state(home: Path) -> Path:
    return state_dir({"HOME": str(home)}).root


async def ordered(journal: Journal, intent: Intent, wall: float, login: int, origin: Origin | None) -> None:
    entry = Entry(intent, login, "/v1/trade", b"{}", Instant(1.0, 1.0, wall), SeenBefore(()), origin)
    await journal.begin(entry, StoryLine(wall, IntentState.JOURNALED, "Written to the journal."))
    await journal.move(intent.intent_id, StoryLine(wall, IntentState.SENDING, "Being sent."))


@pytest.fixture
async def journal(state: Path) -> Journal:
    """The journals of two logins: a buy that became a position; open, a close that is still not known."""
    first = Journal(state)
    await first.claim(700123)
    await ordered(first, BUY, NOON, 700123, BY_KEY)
    text = "Bought 0.10 EURUSD at 1.08213, ticket 184741."
    await first.move(BUY.intent_id, StoryLine(NOON + 0.25, IntentState.FILLED, text), ticket=184741)
    await first.close()
    journal = Journal(state)
    await journal.claim(9)
    await ordered(journal, CLOSE, NOON + 3600, 9, None)
    unknown = StoryLine(NOON + 3605, IntentState.UNKNOWN, "Unknown: \x1b[31m[/x] no answer.")
    await journal.move(CLOSE.intent_id, unknown, Rejected(10031, "no connection"))
    return journal


async def test_every_order_is_listed_with_its_steps_while_a_terminal_writes(
    journal: Journal, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["journal"]) == 0
    shown = capsys.readouterr().out
    assert "2026-01-01 12:00:00  #700123  Buy 0.10 EURUSD  [FILLED, ticket 184741]  by key\n" in shown
    assert "    12:00:00.250  filled            Bought 0.10 EURUSD at 1.08213" in shown
    assert "#9  Close 0.10 XAUUSD, ticket 184729  [UNKNOWN]\n" in shown
    assert shown.endswith("2 orders. Times are UTC.\n")
    assert "\x1b" not in shown
    await journal.move(CLOSE.intent_id, StoryLine(NOON + 9999, IntentState.FOUND_FILLED, "Closed."))
    assert cli.main(["journal", "--login", "9"]) == 0
    assert "[FOUND DONE]" in capsys.readouterr().out
    await journal.close()


@pytest.mark.parametrize(
    ("intent", "state_now", "difference", "decider", "heading", "step"),
    [
        (BUY, IntentState.FILLED, None, Decider.TERMINAL, "FILLED", "filled"),
        (
            BUY,
            IntentState.FILLED,
            "WITHOUT its sl 1.07",
            Decider.TERMINAL,
            "FILLED, BUT WITHOUT its sl 1.07",
            "filled",
        ),
        (
            BUY,
            IntentState.FOUND_FILLED,
            "0.04 of 0.10",
            Decider.TERMINAL,
            "FOUND FILLED, BUT 0.04 of 0.10",
            "found filled",
        ),
        (
            BUY,
            IntentState.FOUND_FILLED,
            "0.04 of 0.10",
            Decider.TRADER,
            "FILLED, AS YOU DECIDED, BUT 0.04 of 0.10",
            "decided by you",
        ),
        (
            BUY,
            IntentState.FOUND_NOT_FILLED,
            None,
            Decider.TRADER,
            "NOT EXECUTED, AS YOU DECIDED",
            "decided by you",
        ),
        (BUY, IntentState.FOUND_NOT_FILLED, None, Decider.TERMINAL, "FOUND NOT FILLED", "found not filled"),
        (CLOSE, IntentState.FOUND_NOT_FILLED, None, Decider.TERMINAL, "FOUND NOT DONE", "found not done"),
        (
            CLOSE,
            IntentState.FOUND_NOT_FILLED,
            "what it closed is not known",
            Decider.TERMINAL,
            "NOT FOUND DONE: what it closed is not known",
            "not found done",
        ),
    ],
)
async def test_the_heading_says_what_is_known_and_by_whom(
    state: Path,
    capsys: pytest.CaptureFixture[str],
    intent: Intent,
    state_now: IntentState,
    difference: str | None,
    decider: Decider,
    heading: str,
    step: str,
) -> None:
    journal = Journal(state)
    await journal.claim(9)
    line = StoryLine(NOON + 1, state_now, "So it is.", difference, decider)
    await ordered(journal, intent, NOON, 9, BY_KEY)
    await journal.move(intent.intent_id, line)
    await journal.close()
    assert cli.main(["journal"]) == 0
    shown = capsys.readouterr().out
    assert f"[{heading}]  by key\n" in shown
    assert f"    12:00:01.000  {step:<16}  So it is.\n" in shown
    assert cli.main(["journal", "--json"]) == 0
    (one,) = json.loads(capsys.readouterr().out)
    last = one["transitions"][-1]
    assert (one["state"], last["difference"], last["decider"]) == (state_now.value, difference, decider.value)


async def test_scripts_get_it_as_json(journal: Journal, capsys: pytest.CaptureFixture[str]) -> None:
    await journal.close()
    assert cli.main(["journal", "--json", "--since", "2026-01-01T13:00"]) == 0
    rows: list[dict[str, Any]] = json.loads(capsys.readouterr().out)
    assert [(row["id"], row["origin"]) for row in rows] == [(CLOSE.intent_id, None)]
    assert rows[0]["taken"] == "2026-01-01T13:00:00.000Z"
    assert rows[0]["intent"]["volume"] == "0.10"
    assert [step["state"] for step in rows[0]["transitions"]] == ["journaled", "sending", "unknown"]
    assert rows[0]["transitions"][2]["result"]["retcode"] == 10031


async def test_reading_it_leaves_it_as_it_was(journal: Journal, state: Path) -> None:
    await journal.close()
    before = {path: path.read_bytes() for path in state.iterdir()}
    assert cli.main(["journal"]) == 0
    after = {path: path.read_bytes() for path in state.iterdir() if not path.name.endswith(("-wal", "-shm"))}
    assert after == before


async def test_nothing_in_the_time_asked_for_is_said(
    journal: Journal, capsys: pytest.CaptureFixture[str]
) -> None:
    await journal.close()
    assert cli.main(["journal", "--since", "2026-01-02", "--login", "9"]) == 0
    assert capsys.readouterr().out == "No order of account 9 since 2026-01-02 is in the journal.\n"


@pytest.mark.parametrize("name", ["journal.sqlite3", "journal-9.sqlite3"])
@pytest.mark.parametrize("content", [b"", b"no database at all, but long enough to be looked at " * 20])
def test_what_is_no_journal_is_said_in_a_sentence(
    state: Path, name: str, content: bytes, capsys: pytest.CaptureFixture[str]
) -> None:
    state.mkdir(parents=True)
    (state / name).write_bytes(content)
    assert cli.main(["journal"]) == 1
    said = capsys.readouterr().err
    assert f"~/.local/state/xbtfx-tui/{name} is damaged, or no order journal" in said
    assert len(said.splitlines()) == 1
    assert (state / name).read_bytes() == content


def test_no_journal_at_all_is_said_in_a_sentence(state: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["journal"]) == 1
    assert "There is no order journal yet (~/.local/state/xbtfx-tui)" in capsys.readouterr().err
    state.mkdir(parents=True)
    assert cli.main(["journal", "--login", "9"]) == 1
    assert "journal yet (~/.local/state/xbtfx-tui/journal-9.sqlite3)" in capsys.readouterr().err


async def test_a_row_or_a_file_that_can_not_be_read_costs_itself_alone(
    journal: Journal, state: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    await journal.close()
    (state / "journal-77.sqlite3").write_bytes(b"")
    with contextlib.closing(sqlite3.connect(state / "journal-9.sqlite3", isolation_level=None)) as other:
        other.execute("INSERT INTO intents SELECT 'no steps', 9, kind, path, body, 0, 0, wall, symbol, held, "
                      "intent, deals, beside, origin FROM intents")  # fmt: skip
    assert cli.main(["journal"]) == 1
    said = capsys.readouterr()
    assert said.out.endswith("2 orders. Times are UTC.\n")
    assert "1 order of ~/.local/state/xbtfx-tui/journal-9.sqlite3 can't be read." in said.err
    assert "journal-77.sqlite3 is damaged" in said.err


@pytest.mark.parametrize(
    ("text", "unix"),
    [
        ("2026-01-01", NOON - 43_200),
        ("2026-01-01T12:00", NOON),
        ("2026-01-01T13:00+01:00", NOON),
        ("24h", NOON - 86_400),
        ("30m", NOON - 1_800),
        ("7d", NOON - 604_800),
    ],
)
def test_since_takes_days_times_and_ages(text: str, unix: float) -> None:
    assert read_since(text, NOON) == unix


def test_times_and_since_are_by_the_clock_of_the_config(
    state: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tokyo = ZoneInfo("Asia/Tokyo")
    assert read_since("2026-01-01T21:00", NOON, tokyo) == NOON
    one = JournaledIntent("id", 7, "open", "/v1/trade", NOON, "EURUSD", "Buy 0.10 EURUSD", {}, ())
    lines = list(table([one], NOON, times_in(tokyo)))
    assert lines[0].startswith("2026-01-01 21:00:00  #7")
    assert lines[-1] == "1 order. Times are Tokyo."
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    (tmp_path / "xbtfx-tui").mkdir()
    (tmp_path / "xbtfx-tui/config.toml").write_text('times = "Nowhere"')
    assert cli.main(["journal"]) == 2
    assert 'times is "Nowhere"; it takes "utc", "local", "broker"' in capsys.readouterr().err


def test_a_since_that_means_nothing_is_wrong_use(state: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["journal", "--since", "yesterday"]) == 2
    assert "--since takes a day like 2026-01-31" in capsys.readouterr().err
