"""`xbtfx-tui propose` as a script meets it: each end has its own exit code and its own sentence."""

import asyncio
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.integration.command_runs import CommandLine
from tests.integration.test_door import folder
from tests.unit.alert_terminal import until
from tests.unit.door_account import a_door
from xbtfx_tui.door.door_folder import sockets_in
from xbtfx_tui.door.door_keeper import DoorKeeper

__all__ = ["folder"]

LINE = "close all"
"""What is proposed."""


async def runs(line: CommandLine, folder: Path, *typed: str) -> int:
    found = sockets_in(folder)
    code = await asyncio.to_thread(line.runs_alone, "propose", *typed, "--socket", str(found[0]))
    assert "Traceback" not in line.err
    return code


async def waits(
    line: CommandLine, folder: Path, keeper: DoorKeeper, then: Callable[[], object], *typed: str
) -> int:
    """Propose and wait; once it is in the list, that happens."""
    run = asyncio.create_task(runs(line, folder, LINE, "--wait", "30", *typed))
    await until(lambda: keeper.proposals.pending == 1)
    then()
    return await run


async def test_without_a_wait_it_is_done_once_it_is_in_the_list(line: CommandLine, folder: Path) -> None:
    async with a_door(folder) as (keeper, _):
        assert await runs(line, folder, "CLOSE ALL", "--by", "night.sh", "--why", "done") == 0
        assert line.out == "P1 waits for the trader of PAPER 50012345: close all (10:00 left).\n"
        found = keeper.proposals.known(1)
        assert found is not None and (found.name, found.why) == ("night.sh", "done")
        assert await runs(line, folder, LINE, "--json") == 0
        assert json.loads(line.out)["proposal"] == 1


async def test_each_end_has_its_code(line: CommandLine, folder: Path) -> None:
    async with a_door(folder) as (keeper, account):
        one = keeper.proposals
        assert await waits(line, folder, keeper, lambda: one.decline(1, "not yet")) == 6
        assert line.out.splitlines()[1] == 'P1: Declined by the trader. The trader\'s note: "not yet"'
        account.clock.at += 0
        assert await runs(line, folder, LINE, "--wait", "1") == 6  # the same line again is the same proposal
        assert await runs(line, folder, "close losers", "--wait", "0.2") == 8
        assert "not decided" in line.out
        one.edit(2)
        assert await runs(line, folder, "close winners", "--for", "5", "--json", "--wait", "0.2") == 8
        assert await runs(line, folder, "by 0.1 EURUSD") == 2 and '"by" is no verb' in line.err
        assert await runs(line, folder, "close 99") == 1 and line.out == ""
        assert await runs(line, folder, "unlock", "--json") == 2
        assert json.loads(line.out)["status"] == "mistake"


async def test_confirmed_and_done_is_zero_and_the_end_of_the_terminal_is_told(
    line: CommandLine, folder: Path
) -> None:
    async with a_door(folder) as (keeper, _):
        one = keeper.proposals

        def carried_out() -> None:
            assert one.confirm(1) is None
            one.carried_out(1, "Ticket 184729 trails now.")

        assert await waits(line, folder, keeper, carried_out, "--json") == 0
        assert json.loads(line.out)["sentence"] == "Ticket 184729 trails now."
        run = asyncio.create_task(runs(line, folder, "close losers", "--wait", "30"))
        await until(lambda: one.pending == 1)
    assert await run == 7 and "closed before it was decided" in line.out


def test_where_no_terminal_runs_that_is_said(line: CommandLine, folder: Path, home: Path) -> None:
    assert line.runs_alone("propose", LINE, "--login", "4711") == 4
    assert line.err.startswith("No terminal of 4711 runs here that lets scripts in.") and home.exists()
    assert line.runs_alone("propose", LINE, "--socket", str(folder / "none.sock")) == 4


@pytest.mark.parametrize("typed", [["--wait", "-1"], ["--for", "0"], ["--login", "x"]])
def test_wrong_use_is_two(line: CommandLine, typed: list[str]) -> None:
    assert line.runs_alone("propose", LINE, *typed) == 2
