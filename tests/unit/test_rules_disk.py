"""Armed orders and their file: no commit, no order; what was said is on disk, what is not is put right."""

import sqlite3
from pathlib import Path

import pytest

from tests.unit.rules_trader import RulesTrader, rules_at_desk
from xbtfx_tui.domain.login_state_owner import KeptByAnother
from xbtfx_tui.orders.journal.journal_paths import login_file
from xbtfx_tui.orders.journal.order_journal import JournalError
from xbtfx_tui.orders.journal.rule_rows import RuleRow, RuleStep, RuleStepKind

LIMIT = "buy 0.10 EURUSD limit=1.0810"
LOGIN = 700123


def full_disk(trader: RulesTrader, monkeypatch: pytest.MonkeyPatch) -> None:
    def is_full(*_: object) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr(trader.journal, "_write_rules", is_full)


def steps_of(trader: RulesTrader, number: int) -> list[str]:
    with sqlite3.connect(trader.journal.path) as other:
        found = other.execute("SELECT state FROM rule_steps WHERE rule = ? ORDER BY seq", (number,))
        return [state for (state,) in found]


async def test_a_full_disk_sends_nothing_and_asks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """R4: the firing can't be written; once there is room again, what the file lacks is put right."""
    async with rules_at_desk(tmp_path) as trader:
        first = await trader.arms(f"{LIMIT} group=a")
        mate = await trader.arms("buy 0.20 EURUSD limit=1.0700 group=a")
        with monkeypatch.context() as full:
            full_disk(trader, full)
            await trader.tick(1.08050)
            assert (trader.opened, trader.stands(first), trader.stands(mate)) == (0, "ASKED", "armed")
            assert trader.heard(
                "nothing was sent, for its firing could not be written down. The disk is full"
            )
            assert trader.rules.carry_out(trader.plans("buy 0.30 EURUSD limit=1.07").command)  # type: ignore[union-attr, arg-type]
            await trader.settles()
            assert trader.heard("It was NOT armed: buy 0.30 EURUSD limit=1.07000. The disk is full")
            assert [one.number for one in trader.rules.orders] == [mate, first]
            assert "fires no more" in trader.rules.disarm(mate)
            await trader.settles()
            assert trader.heard("fires no more in this run, but that is not on disk yet")
        await trader.looks_for(6)
        assert steps_of(trader, mate) == ["armed", "armed", "ended"]
        assert steps_of(trader, first) == ["armed", "armed"]
        await trader.tick(1.06900)
        await trader.tick(1.06900)
        assert trader.opened == 0


async def test_del_on_the_firing_tick_is_before_it_or_after_it(tmp_path: Path) -> None:
    """R10."""
    async with rules_at_desk(tmp_path) as trader:
        number = await trader.arms(LIMIT)
        trader.rules.disarm(number)
        await trader.tick(1.08050)
        assert (trader.opened, trader.stands(number)) == (0, "ended")
        assert trader.heard(
            f"Armed order {number} is gone: buy limit EURUSD 1.08100. To arm it again: {LIMIT}"
        )
        after = await trader.arms("buy 0.10 EURUSD limit=1.0700")
        trader.ticks(1.06900)
        trader.ticks(1.06900)
        assert "has fired or ended" in trader.rules.disarm(after)
        await trader.settles()
        assert (trader.opened, trader.stands(after)) == (1, "fired")


@pytest.mark.parametrize("unlocks_at_once", [False, True])
async def test_the_kill_switch_on_the_firing_tick_lets_nothing_open(
    tmp_path: Path, unlocks_at_once: bool
) -> None:
    """R9: before the tick, and between the tick and the desk, be it unlocked again in the same breath."""
    async with rules_at_desk(tmp_path) as trader:
        first, second = await trader.arms(LIMIT), await trader.arms("buy 0.20 EURUSD limit=1.0700")
        trader.ticks(1.08050)
        trader.desk.kill("you pressed the kill switch")
        if unlocks_at_once:
            assert trader.desk.unlock() is None
        await trader.settles()
        await trader.looks_for(1)
        assert (trader.opened, trader.stands(first), trader.stands(second)) == (0, "ended", "ended")
        assert trader.heard("1 armed order has ended, for the kill switch was pressed")
        assert trader.heard("and its order was NOT sent: The kill switch was pressed.")
        trader.desk.unlock()
        await trader.tick(1.06900)
        await trader.tick(1.06900)
        assert trader.opened == 0
        await trader.looks_for(6)
        assert steps_of(trader, second) == ["armed", "ended"]


async def test_another_terminals_lock_arms_and_fires_nothing_here(tmp_path: Path) -> None:
    async with rules_at_desk(tmp_path) as trader:
        await trader.arms(LIMIT)
        other = RulesTrader(trader.journal.directory)
        await other.sits_down_beside()
        assert isinstance(other.desk.keeping, KeptByAnother)
        await other.rules.take_up(LOGIN)
        await other.tick(1.08050)
        assert (other.opened, other.rules.orders) == (0, ())
        assert "was here first: orders are armed and watched there." in (other.rules.refusal(None) or "")
        await other.desk.finish(within=0.0)


async def test_a_line_that_means_nothing_any_more_ends_loudly(tmp_path: Path) -> None:
    async with rules_at_desk(tmp_path) as trader:
        number = await trader.arms(LIMIT)
        with sqlite3.connect(trader.journal.path) as other:
            other.execute("UPDATE rules SET line = 'buy 0.10 EURUSD limit=high'")
        await trader.rules.stop()
        await trader.desk.finish(within=0.0)
        later = RulesTrader(trader.journal.directory)
        await later.takes_up(1.08050)
        assert later.heard(
            f"Armed order {number} has ended, for its line can't be read: buy 0.10 EURUSD limit=high."
        )
        assert later.rules.orders == ()
        await later.looks_for(6)
        assert steps_of(later, number) == ["armed", "ended"]
        assert await later.arms("buy 0.10 EURUSD limit=1.0700") == number + 1
        await later.rules.stop()
        await later.desk.finish(within=0.0)


async def test_the_file_itself_takes_a_firing_once(tmp_path: Path) -> None:
    async with rules_at_desk(tmp_path) as trader:
        fired = RuleStep(7, 1.0, RuleStepKind.FIRED, "", 1, "an-id")
        with pytest.raises(JournalError, match="rule 7 is not in it"):
            await trader.journal.write_rules([fired])
        await trader.journal.write_rules([fired], RuleRow(7, LOGIN, 1.0, "EURUSD", LIMIT))
        with pytest.raises(JournalError, match="UNIQUE"):
            await trader.journal.write_rules([fired])


@pytest.mark.parametrize("version", range(1, 6))
async def test_each_earlier_schema_is_brought_up(tmp_path: Path, version: int) -> None:
    """As an earlier version made the file, an order in it."""
    from xbtfx_tui.disk.sqlite_file import Schema, create_database
    from xbtfx_tui.orders.journal.journal_schema import SCHEMA

    def fill(connection: sqlite3.Connection) -> None:
        connection.execute(
            "INSERT INTO intents (id, login, kind, path, body, monotonic, boot, wall, symbol, held, intent) "
            "VALUES ('a', ?, 'close-all', '/v1/close-all', x'7b7d', 1.5, 2.5, 10.0, NULL, '[]', "
            """'{"kind":"close-all","intent_id":"a","tickets":[7],"comment":""}')""",
            (LOGIN,),
        )
        connection.execute(
            "INSERT INTO transitions (intent_id, seq, wall, state, text) VALUES ('a', 1, 10.0, 'filled', '.')"
        )

    state = tmp_path / "state"
    create_database(login_file(state, LOGIN), Schema(SCHEMA.steps[:version], {}), fill)
    trader = RulesTrader(state)
    await trader.takes_up()
    number = await trader.arms(LIMIT)
    assert [row.entry.intent.intent_id for row in await trader.journal.rows()] == ["a"]
    await trader.tick(1.08050)
    assert (trader.opened, trader.stands(number)) == (1, "fired")
    await trader.rules.stop()
    await trader.desk.finish(within=0.0)


async def test_a_fault_at_the_desk_is_told_and_fires_no_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with rules_at_desk(tmp_path) as trader:
        number = await trader.arms(LIMIT)

        def fails(*_: object) -> None:
            raise RuntimeError("a fault")

        monkeypatch.setattr(trader.desk, "submit", fails)
        await trader.tick(1.08050)
        assert (trader.opened, trader.stands(number)) == (0, "ended")
        assert trader.heard("a fault in this program came with it: look at the positions")
        monkeypatch.undo()
        await trader.tick(1.08040)
        assert trader.opened == 0
