"""An order by `xbtfx-tui do` instead of the terminal, in the run's own time: its words and its exit code.

An exit code claims as much as a sentence: 0 that all was done as asked, 5 that all was done and some of it
less or otherwise, 1 that not all was done. 3 and 4 claim no outcome.
"""

from collections.abc import Iterable
from decimal import Decimal

from tests.matrix.timeline import Act
from tests.matrix.world import Run, an_account
from xbtfx_tui.cli_commands import do_runner
from xbtfx_tui.cli_commands.do_report import Report, ReportPrinter
from xbtfx_tui.cli_commands.exit_codes import RunOutcome
from xbtfx_tui.domain.account_currency import ToldByTrader
from xbtfx_tui.domain.intents import (
    CloseAllIntent,
    CloseIntent,
    CloseSymbolIntent,
    Intent,
    ModifyIntent,
    MoveTo,
    OpenIntent,
    ReverseIntent,
)
from xbtfx_tui.domain.positions import DealEntry
from xbtfx_tui.domain.shell_wording import in_shell
from xbtfx_tui.orders.guards.guard_types import NO_LIMITS
from xbtfx_tui.orders.journal.order_journal import Journal

_PATIENCE = 30.0


class _Heard(ReportPrinter):
    """Prints nothing, and takes down each order's end."""

    def __init__(self, run: Run) -> None:
        super().__init__(as_json=False)
        self._run = run

    def step(self, number: int, count: int, sentence: str) -> None:
        sentence = in_shell(sentence)
        said = {text for _, text in self._run.timeline.said}
        if sentence not in said:
            self._run.timeline.said.append((self._run.loop.time(), sentence))

    def _to_stdout(self, lines: Iterable[str]) -> None:
        pass

    def _to_stderr(self, lines: Iterable[str]) -> None:
        pass


def can_be_typed(intent: Intent) -> bool:
    """Whether it is of the kinds that are sent by command here."""
    return isinstance(intent, OpenIntent | CloseIntent | ReverseIntent | ModifyIntent)


async def by_command(run: Run, intent: Intent) -> Report:
    """Carry the same order out by the command line, judge its exit code, and open the terminal after it."""
    journal = Journal(run.directory / "state")
    account = an_account(run.server, run.clock, journal, ToldByTrader("USD", "config.toml"))
    run.timeline.listens(account.store)
    wants = do_runner.Wants((_typed(intent),), True, False, True, _PATIENCE)
    report = await do_runner.DoRun(account, NO_LIMITS, wants, _Heard(run), _asks).run()
    assert report.orders, f"{report.outcome}: {report.sentence}"
    run.earlier |= account.store.intents
    sent = [account.store.intents[one.intent_id].intent for one in report.orders]
    run.intents += sent
    if (why := _is_false(report.outcome, sent, run)) is not None:
        run.false_codes.append(f"exit code {report.outcome.exit_code}, {report.sentence!r}: {why}")
    await run.opens_the_terminal()
    return report


def _typed(intent: Intent) -> str:
    match intent:
        case OpenIntent(symbol=symbol, side=side, volume=volume, sl=sl, tp=tp):
            stops = "".join(
                f" {name}={price}" for name, price in (("sl", sl), ("tp", tp)) if price is not None
            )
            return f"{side.value} {volume} {symbol}{stops}"
        case CloseIntent(ticket=ticket, volume=volume):
            return f"close {ticket}" if intent.is_full else f"close {ticket} {volume}"
        case ReverseIntent(ticket=ticket):
            return f"reverse {ticket}"
        case ModifyIntent(ticket=ticket, sl=MoveTo(price=price)):
            return f"sl {ticket} {price}"
        case _:
            raise AssertionError(intent)


def _is_false(outcome: RunOutcome, sent: list[Intent], run: Run) -> str | None:
    done = [_acts(one, run) for one in sent]
    whole = [_is_whole(one, run) for one in sent]
    match outcome:
        case RunOutcome.DONE if not all(whole):
            return "not all was done as asked"
        case RunOutcome.OTHERWISE if not all(done):
            return "an order was not carried out at all"
        case RunOutcome.OTHERWISE if all(whole):
            return "all was done as asked"
        case RunOutcome.FAILED if all(whole):
            return "all was done as asked"
        case _:
            return None


def _acts(intent: Intent, run: Run) -> list[Act]:
    return [act for act in run.timeline.acts if act.execution.request_id == intent.intent_id]


def _is_whole(intent: Intent, run: Run) -> bool:
    """Whether the order was carried out as it was asked for, by now."""
    acts = _acts(intent, run)
    held = run.timeline.at(run.loop.time())
    opened = _lots(acts, opening=True)
    match intent:
        case OpenIntent(volume=volume, sl=sl, tp=tp):
            stops = [act.changed.get(act.execution.tickets[0]) for act in acts[:1]]
            return opened == volume and all(one in (None, (sl, tp)) for one in stops)
        case CloseIntent(volume=volume):
            return _lots(acts, opening=False) == volume
        case ReverseIntent(held=volume):
            return opened == volume == _lots(acts, opening=False)
        case ModifyIntent():
            return bool(acts)
        case CloseAllIntent(tickets=tickets) | CloseSymbolIntent(tickets=tickets):
            return not set(tickets) & held.keys()
        case _:
            return bool(acts)


def _lots(acts: list[Act], *, opening: bool) -> Decimal:
    deals = [deal for act in acts for deal in act.deals if (deal.entry is DealEntry.IN) is opening]
    return sum((deal.volume for deal in deals), Decimal(0))


async def _asks(question: str) -> str:
    raise AssertionError(question)
