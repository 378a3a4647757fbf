"""Where nothing can be kept, paper and a look at a live account go on and say so; no live run begins."""

import os
from pathlib import Path

import pytest

from tests.integration.pty_program import PtyProgram, a_program
from xbtfx_tui.domain.api_key import ApiKey
from xbtfx_tui.paper.child_process import launch
from xbtfx_tui.paper.exchange_options import ExchangeOptions

KEY = ApiKey("xbtfx_live_" + "5ca1ab1e" * 4)
NOWHERE = "/proc/nowhere"
"""Where not even root can make a directory."""


def says(program: PtyProgram, *words: str) -> bool:
    shown = " ".join(program.text().split())
    return all(word in shown for word in words)


def test_the_paper_account_is_open_and_says_what_is_not_kept(tmp_path: Path) -> None:
    with a_program(tmp_path, "--paper", "--seed", "7", HOME=NOWHERE) as program:
        program.sees("PAPER", "● live")
        program.types("7")
        program.until(lambda: says(program, "Nothing is kept of this run: "))
        program.types("q")
        assert program.ends() == 0
        assert program.left_as_it_was() == []


@pytest.mark.parametrize("more", [(), ("--read-only",)], ids=["to trade", "to look"])
async def test_a_live_account_needs_its_journal_unless_one_only_looks(
    more: tuple[str, ...], tmp_path: Path
) -> None:
    exchange = await launch(ExchangeOptions(key=KEY, seed=7))
    ends = {"XBTFX_BASE_URL": exchange.base_url, "XBTFX_WS_URL": exchange.ws_url}
    try:
        with a_program(tmp_path, *more, HOME=NOWHERE, XBTFX_API_KEY=KEY.reveal(), **ends) as program:
            if more:
                program.sees("READ-ONLY", "● live")
                program.types("q")
                assert program.ends() == 0
            else:
                assert program.ends() == 1
                assert says(program, "not traded on without its journal", "XDG_STATE_HOME=")
    finally:
        await exchange.stop()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a directory away")
def test_another_users_directory_is_refused(tmp_path: Path) -> None:
    theirs = tmp_path / ".local/state/xbtfx-tui"
    theirs.mkdir(parents=True)
    os.chown(theirs, 12_345, 12_345)
    with a_program(tmp_path, "--paper", "--seed", "7") as program:
        program.sees("PAPER", "● live")
        program.types("7")
        program.until(lambda: says(program, "it is another user's directory"))
        program.types("q")
        assert program.ends() == 0
    assert list(theirs.iterdir()) == []
