"""`xbtfx-tui do` before the still account: what it prints, and the orders of its plan. Nothing is sent."""

from dataclasses import dataclass
from typing import cast

import pytest
from msgspec.structs import replace

from tests.ui.key_and_verb import Answer, NotPossible, Told
from tests.ui.still_life import StillBackend, StillClock
from xbtfx_tui.account_service import TradingAccount
from xbtfx_tui.cli_commands.do_report import Report, ReportPrinter
from xbtfx_tui.cli_commands.do_runner import DoRun, Wants
from xbtfx_tui.cli_commands.exit_codes import RunOutcome
from xbtfx_tui.domain.positions import HistoryPeriod
from xbtfx_tui.orders.guards.guard_types import NO_LIMITS
from xbtfx_tui.store.store import Store

PATIENCE = 2.0
"""Seconds that `do` waits for what it lacks; nothing comes to a still account."""

DO_SAYS = "xbtfx-tui: "


@dataclass
class AccountForDo:
    """The still account as `do` takes one: started, with nothing left open, and never asked to send."""

    backend: StillBackend
    is_looked_up: bool = True

    @property
    def store(self) -> Store:
        return self.backend.store

    @property
    def clock(self) -> StillClock:
        return self.backend.clock

    @property
    def desk(self) -> "AccountForDo":
        return self

    @property
    def currency(self) -> "AccountForDo":
        return self

    async def ready(self) -> str | None:
        return None

    async def start(self) -> None:
        """Nothing to start."""

    async def stop(self) -> None:
        """Nothing to stop."""

    def look_at(self, symbols: frozenset[str], depth: str | None) -> None:
        """Nothing comes."""

    def need_spec(self, symbol: str) -> None:
        """Nothing comes."""

    def read_history(self, period: HistoryPeriod) -> None:
        """Nothing comes."""


async def by_do(backend: StillBackend, line: str, capsys: pytest.CaptureFixture[str]) -> Answer:
    """What `xbtfx-tui do LINE --dry-run` prints, and the order of its plan."""
    capsys.readouterr()
    teller = ReportPrinter(as_json=False)
    wants = Wants((line,), has_orders=True, dry_run=True, yes=False, seconds=PATIENCE)
    account = cast("TradingAccount", AccountForDo(backend))
    report = await DoRun(account, NO_LIMITS, wants, teller, _asks_nothing).run()
    teller.end(report, (line,))
    return _printed(report, capsys)


async def _asks_nothing(question: str) -> str:
    raise AssertionError(f"a dry run asks nothing: {question}")


def _printed(report: Report, capsys: pytest.CaptureFixture[str]) -> Answer:
    printed = capsys.readouterr()
    if report.outcome is not RunOutcome.PLANNED:
        assert not printed.out
        said = [line.strip() for line in printed.err.splitlines()]
        return NotPossible(frozenset(line.removeprefix(DO_SAYS) for line in said if line.startswith(DO_SAYS)))
    assert report.plan is not None
    lines = [line.strip() for line in printed.out.splitlines()]
    assert lines.pop() == "Nothing was sent: this was a dry run."
    remarks = frozenset(line.removeprefix("!").strip() for line in lines if line.startswith("!"))
    sentence = " ".join(line for line in lines if not line.startswith("!"))
    orders = [replace(step.intent, intent_id="") for step in report.plan.steps]
    return Told(sentence, remarks, orders[0] if len(orders) == 1 else tuple(orders))
