"""A judge that never condemns proves nothing: desks broken on purpose are caught, and sides that disagree."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import TypeAlias
from uuid import uuid4

import pytest

from tests.matrix.__main__ import main
from tests.matrix.begin import a_run
from tests.matrix.by_command import by_command
from tests.matrix.kinds import Kind
from tests.matrix.leaps import run_by_leaps
from tests.matrix.oracle import Judgement, Told, Truth, judge
from tests.matrix.runs import run_seed_of, tally
from xbtfx_tui.api.rest_client import RestClient
from xbtfx_tui.domain.failures import LineBroke, Refused
from xbtfx_tui.domain.intents import CloseAllIntent, Intent, OpenIntent
from xbtfx_tui.domain.order_outcomes import Filled, IntentRecord, IntentState, Result
from xbtfx_tui.domain.positions import Position
from xbtfx_tui.domain.sides import Side
from xbtfx_tui.orders.reconcile import order_tracker
from xbtfx_tui.orders.reconcile.outcome_findings import Proven
from xbtfx_tui.orders.reconcile.position_matching import CarriedOut
from xbtfx_tui.paper.account.command_results import Cause, Execution
from xbtfx_tui.paper.faults.fault_injector import ScriptedFaults
from xbtfx_tui.wire.order_requests import Request

Send: TypeAlias = Callable[[RestClient, Request, str, Callable[[], None] | None], Awaitable[Result]]
_true_send = RestClient.send
_EXECUTED_THEN_CLOSED, _CUT_SHORT, _ALL_WELL = 8, 13, 28
_RUNS = 4


async def sends_again_with_a_new_key(
    client: RestClient, request: Request, key: str, on_begun: Callable[[], None] | None = None
) -> Result:
    result = await _true_send(client, request, key, on_begun)
    if isinstance(result, LineBroke):
        result = await _true_send(client, request, str(uuid4()), on_begun)
    return result


async def takes_silence_for_a_refusal(
    client: RestClient, request: Request, key: str, on_begun: Callable[[], None] | None = None
) -> Result:
    result = await _true_send(client, request, key, on_begun)
    return Refused(400, "invalid_volume", "no") if isinstance(result, LineBroke) else result


async def says_filled_and_sends_nothing(
    client: RestClient, request: Request, key: str, on_begun: Callable[[], None] | None = None
) -> Result:
    if on_begun is not None:
        on_begun()
    return Filled(10009)


async def never_comes_back(
    client: RestClient, request: Request, key: str, on_begun: Callable[[], None] | None = None
) -> Result:
    await _true_send(client, request, key, on_begun)
    await asyncio.sleep(1e6)
    raise AssertionError


@pytest.mark.parametrize(
    ("row", "broken", "kind"),
    [
        (_EXECUTED_THEN_CLOSED, sends_again_with_a_new_key, "duplicates"),
        (_EXECUTED_THEN_CLOSED, takes_silence_for_a_refusal, "lost"),
        pytest.param(_ALL_WELL, never_comes_back, "stuck", marks=pytest.mark.long),
    ],
)
def test_a_broken_desk_is_caught(monkeypatch: pytest.MonkeyPatch, row: int, broken: Send, kind: str) -> None:
    seeds = [run_seed_of(7, row, number) for number in range(_RUNS)]
    assert tally(row, seeds).is_good
    monkeypatch.setattr(RestClient, "send", broken)

    found = tally(row, seeds)

    assert getattr(found, kind) > 0, found.sentence()


@pytest.fixture
def credulous(monkeypatch: pytest.MonkeyPatch) -> None:
    """A desk that takes an answer for the outcome, on a line that says filled and sends nothing."""
    monkeypatch.setattr(RestClient, "send", says_filled_and_sends_nothing)
    monkeypatch.setattr(order_tracker, "find", lambda *given: Proven(CarriedOut()))


@pytest.mark.parametrize("kind", ["phantom", "false_words"])
@pytest.mark.usefixtures("credulous")
def test_a_desk_that_believes_what_it_is_told_is_caught(kind: str) -> None:
    found = tally(_ALL_WELL, [run_seed_of(7, _ALL_WELL, number) for number in range(_RUNS)])

    assert getattr(found, kind) > 0, found.sentence()


@pytest.mark.usefixtures("credulous")
def test_an_exit_code_that_is_not_true_is_caught() -> None:
    async def sends() -> list[str]:
        async with a_run(12345, None, ScriptedFaults()) as run:
            await by_command(run, run.prepares(Kind.OPEN))
            return run.false_codes

    (said,) = run_by_leaps(sends)
    assert said.startswith("exit code 0, ")


# --- the oracle's own sentences ---

BUY = OpenIntent("one", "EURUSD", Side.BUY, Decimal("0.10"), Decimal("1.1"))
HELD = Position(7, "EURUSD", Side.BUY, Decimal("0.10"), Decimal("1.1"), Decimal("1.1"))
NOON = datetime(2026, 4, 1, 12, tzinfo=UTC)


def executed(key: str = "one", ticket: int = 7) -> Execution:
    return Execution(NOON, Cause.TRADE, key, (ticket,), (9,))


def judged(
    *executions: Execution,
    state: IntentState | None = IntentState.FILLED,
    journal: IntentState | None = None,
    ticket: int | None = None,
    held: tuple[Position, ...] = (),
    shown: tuple[Position, ...] = (),
    intent: Intent = BUY,
) -> Judgement:
    record = None if state is None else IntentRecord(intent, state, (), ticket=ticket)
    records = {} if record is None else {"one": record}
    states = {"one": journal or state or IntentState.JOURNALED}
    told = Told((intent,), records, states, {one.ticket: one for one in shown})
    return judge(Truth(executions, held), told)


def test_what_agrees_is_good() -> None:
    assert judged(executed(), held=(HELD,), shown=(HELD,), ticket=7).is_good
    assert judged(state=IntentState.NOT_SENT).is_good


@pytest.mark.parametrize(
    ("judgement", "kind"),
    [
        (judged(executed(), executed()), "duplicates"),
        (judged(executed(), executed("another")), "duplicates"),
        (judged(executed(), state=IntentState.REJECTED), "lost"),
        (judged(executed(), state=IntentState.FOUND_NOT_FILLED), "lost"),
        (judged(executed(), state=None), "lost"),
        (judged(executed(), journal=IntentState.SENDING), "lost"),
        (judged(executed(), held=(HELD,)), "lost"),
        (judged(), "phantom"),
        (judged(executed(), ticket=8), "phantom"),
        (judged(executed(), shown=(HELD,)), "phantom"),
        (
            judged(
                executed(),
                state=IntentState.FOUND_FILLED,
                intent=CloseAllIntent("one", (7,)),
                held=(HELD,),
                shown=(HELD,),
            ),
            "phantom",
        ),
        (judged(executed(), state=IntentState.UNKNOWN), "stuck"),
        (judged(state=IntentState.PLACED), "stuck"),
        (judged(state=None), "stuck"),
    ],
)
def test_what_disagrees_is_named(judgement: Judgement, kind: str) -> None:
    assert getattr(judgement, kind), judgement


@pytest.mark.long
def test_the_command_says_what_failed_and_how_to_see_it_again(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    again = ["--row", str(_ALL_WELL), "--run-seed", "12345"]
    assert main(again) == 0
    assert "1 runs, 0 duplicates, 0 lost, 0 phantom, 0 stuck, 0 false words" in capsys.readouterr().out
    monkeypatch.setattr(RestClient, "send", says_filled_and_sends_nothing)
    monkeypatch.setattr(order_tracker, "find", lambda *given: Proven(CarriedOut()))

    assert main(again) == 1

    said = capsys.readouterr().out
    assert "1 phantom" in said
    assert "was not executed and is told as filled" in said


@pytest.mark.long
def test_the_command_runs_rows_by_the_number_and_ends(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--rows", "28-29,31", "--runs", "2", "--jobs", "1", "--seed", "3"]) == 0
    last = capsys.readouterr().out.splitlines()[-1]
    assert last.startswith("all  6 runs, 0 duplicates, 0 lost, 0 phantom, 0 stuck, 0 false words, seed 3, ")
