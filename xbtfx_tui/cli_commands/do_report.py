"""What `xbtfx-tui do` tells: the plan, each order as it goes, how all of it ended; for people and as JSON.

People read stdout; with `--json` it holds one document alone, and what people need to know goes to stderr.
A reader that has left stops no order.
"""

import contextlib
import json
from collections.abc import Iterable, Sequence
from decimal import Decimal

import click
import msgspec

from xbtfx_tui.cli_commands.exit_codes import RunOutcome
from xbtfx_tui.cli_commands.table_output import exact, forget_output
from xbtfx_tui.domain.api_key import redact
from xbtfx_tui.domain.intents import (
    CloseByIntent,
    CloseIntent,
    CloseUnreadIntent,
    ModifyIntent,
    ReverseIntent,
    symbol_of,
)
from xbtfx_tui.domain.shell_wording import in_shell
from xbtfx_tui.planning.plan_types import Plan, PlanStep, Sheet

PROGRAM = "xbtfx-tui"


class OrderLine(msgspec.Struct, frozen=True):
    """One order: what it is, where it stands (a word), what was said last, what it led to.

    `ticket` is the position's that it led to, else the one that it is about; `symbol` None is all.
    `profit` is what it would realise (planned) or has realised, in the account's currency; `is_exact` where
    the deals say so.
    """

    intent_id: str
    symbol: str | None
    words: str
    state: str
    sentence: str | None = None
    ticket: int | None = None
    profit: Decimal | None = None
    is_exact: bool = False


def order_line(step: PlanStep, state: str) -> OrderLine:
    """An order of a plan that was not begun; `profit` is what it would realise."""
    match step.intent:
        case CloseIntent() | CloseUnreadIntent() | ModifyIntent() | CloseByIntent() | ReverseIntent():
            ticket: int | None = step.intent.ticket
        case _:
            ticket = None
    symbol = symbol_of(step.intent)
    return OrderLine(step.intent.intent_id, symbol, step.words, state, ticket=ticket, profit=step.profit)


class Report(msgspec.Struct, frozen=True):
    """How a run ended. `sentence` is why, or a summary; `pointed` show a mistake's place."""

    outcome: RunOutcome
    sentence: str
    pointed: tuple[str, ...] = ()
    sheets: tuple[Sheet, ...] = ()
    plan: Plan | None = None
    orders: tuple[OrderLine, ...] = ()
    profit: Decimal | None = None
    currency: str | None = None


def as_json(report: Report, commands: Sequence[str]) -> dict[str, object]:
    """The report as one JSON document."""
    return {
        "outcome": report.outcome.value,
        "sentence": in_shell(report.sentence),
        "commands": list(commands),
        "orders": [
            {
                "id": order.intent_id,
                "symbol": order.symbol,
                "words": order.words,
                "state": order.state,
                "sentence": None if order.sentence is None else in_shell(order.sentence),
                "ticket": order.ticket,
                "profit": exact(order.profit),
                "profit_is_exact": order.is_exact,
            }
            for order in report.orders
        ],
        "remarks": [in_shell(remark) for remark in report.plan.remarks] if report.plan is not None else [],
        "profit": exact(report.profit),
        "currency": report.currency,
        "sheets": [{"title": sheet.title, "lines": list(sheet.lines)} for sheet in report.sheets],
    }


class ReportPrinter:
    """Prints as the run goes on."""

    def __init__(self, *, as_json: bool) -> None:
        self._as_json = as_json

    def sheet(self, sheet: Sheet) -> None:
        if not self._as_json:
            self._print([sheet.title, *sheet.lines, ""])

    def plan(self, plan: Plan, *, is_asked: bool) -> None:
        """The preview; with `--json` only where somebody is asked about it."""
        if self._as_json and not is_asked:
            return
        lines = list(plan.lines)
        lines += [f"  !  {remark}" for remark in plan.remarks]
        self._print(lines)

    def step(self, number: int, count: int, sentence: str) -> None:
        """That an order has come to an end."""
        if not self._as_json:
            self._print([f"{number}/{count}  {sentence}"])

    def note(self, sentence: str) -> None:
        """Something that people have to know at once."""
        self._error([sentence])

    def end(self, report: Report, commands: Sequence[str]) -> None:
        """The last word."""
        is_fine = report.outcome in (RunOutcome.DONE, RunOutcome.PLANNED)
        if self._as_json:
            self._to_stdout([json.dumps(as_json(report, commands), indent=2, ensure_ascii=True)])
        elif is_fine and report.sentence:
            self._print([report.sentence])
        if not is_fine:
            self._error([report.sentence, *report.pointed])

    def question(self, text: str) -> None:
        """A question on the terminal, its answer on the same line."""
        with contextlib.suppress(OSError):
            click.echo(text, nl=False, err=True)

    def _print(self, lines: Iterable[str]) -> None:
        if self._as_json:
            self._to_stderr(lines)
        else:
            self._to_stdout([_clean(line) for line in lines])

    def _error(self, lines: Sequence[str]) -> None:
        self._to_stderr([f"{PROGRAM}: {lines[0]}", *lines[1:]])

    def _to_stdout(self, lines: Iterable[str]) -> None:
        try:
            for line in lines:
                click.echo(line)
        except BrokenPipeError:
            forget_output()
        except OSError:
            pass  # the terminal has gone; the orders go on

    def _to_stderr(self, lines: Iterable[str]) -> None:
        with contextlib.suppress(OSError):
            for line in lines:
                click.echo(_clean(line), err=True)


def _clean(line: str) -> str:
    """A line as it is so in a shell, without API keys and what steers a terminal; runs of spaces stay, for
    tables and carets."""
    return "".join(character for character in redact(in_shell(line)) if character.isprintable())
