"""`xbtfx-tui do`: the verbs of the terminal's command line, without a screen."""

import contextlib
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from xbtfx_tui.cli_commands.account_options import account_options, settings_and_key
from xbtfx_tui.cli_commands.exit_codes import exit_words

if TYPE_CHECKING:
    from xbtfx_tui.cli_commands.do_parsing import ParsedCommands
    from xbtfx_tui.cli_commands.do_report import Report, ReportPrinter
    from xbtfx_tui.cli_commands.do_runner import Wants
    from xbtfx_tui.config.settings import Settings
    from xbtfx_tui.domain.api_key import ApiKey

_NO_TERMINAL = (
    "Orders need a yes, and there is no terminal here to ask on: add --yes to send them, or --dry-run to see "
    "what would be sent."
)


@click.command(
    "do",
    short_help="Carry out commands of the terminal's command line.",
    epilog=f"It exits with {exit_words()}.",
)
@click.argument("commands", nargs=-1, required=True, metavar="COMMAND...")
@click.option("--dry-run", is_flag=True, help="Show what would be sent and send nothing, even with --yes.")
@click.option("--yes", is_flag=True, help="Send without asking.")
@click.option("--read-only", is_flag=True, help="Refuse every order for this run.")
@click.option(
    "--timeout",
    "seconds",
    type=click.FloatRange(0.1, 3600),
    default=20.0,
    show_default=True,
    metavar="SECONDS",
    help="How long to wait for the first prices and positions.",
)
@account_options
def do(
    commands: tuple[str, ...],
    dry_run: bool,
    yes: bool,
    read_only: bool,
    seconds: float,
    profile: str | None,
    config: Path | None,
    base_url: str | None,
    ws_url: str | None,
    currency: str | None,
    as_json: bool,
) -> int:
    """Carry out each COMMAND, a line as it is typed at : in the terminal.

    \b
    xbtfx-tui do "close losers EUR*" --dry-run
    xbtfx-tui do "buy 0.10 EURUSD sl=30p tp=2r" "be 20p" --yes
    xbtfx-tui do "pnl last_week"        xbtfx-tui do help

    All are planned at one moment, shown, and confirmed once; then they are sent one after the other, and
    nothing more is begun after an outcome that is not known, but closes of other positions. --yes, or the
    word yes, unlocks trading for this run and these orders alone. The limits of the config hold, and earlier
    orders are looked for first. It refuses while a terminal trades on the account. ctrl+c waits for the order
    in flight and begins no other.

    \b
    JSON: {outcome, sentence, commands, orders: [{id, symbol, words, state, sentence, ticket,
    profit, profit_is_exact}], remarks, profit, currency, sheets: [{title, lines}]}; money as text.
    """
    from xbtfx_tui.cli_commands.do_parsing import needs_account, read_before_connecting
    from xbtfx_tui.cli_commands.do_report import ReportPrinter
    from xbtfx_tui.cli_commands.do_runner import Wants
    from xbtfx_tui.commands.command_facts import sends_orders

    texts = tuple(line for text in commands for line in text.splitlines() if line.strip())
    teller = ReportPrinter(as_json=as_json)
    read = read_before_connecting(texts)
    if not texts or not isinstance(read, tuple):
        return _end(teller, _misread(read), texts)
    only = [asked.command for asked in read]
    if not any(map(needs_account, only)):
        return _end(teller, _helped(teller, read), texts)
    has_orders = any(map(sends_orders, only))
    if has_orders and not dry_run:
        if read_only:
            raise click.ClickException("Orders can't be sent with --read-only; --dry-run shows the plan.")
        if not yes and not _has_terminal():
            raise click.UsageError(_NO_TERMINAL)
    settings, key = settings_and_key(profile, config, base_url, ws_url, currency, read_only=read_only)
    wants = Wants(texts, has_orders, dry_run, yes, seconds)
    return _end(teller, _run(settings, key, wants, teller), texts)


def _end(teller: "ReportPrinter", report: "Report", texts: tuple[str, ...]) -> int:
    teller.end(report, texts)
    return report.outcome.exit_code


def _misread(read: "ParsedCommands") -> "Report":
    """What is wrong with the commands, before anything was connected to."""
    from xbtfx_tui.cli_commands.do_parsing import Mistaken, TerminalOnly, pointed
    from xbtfx_tui.cli_commands.do_report import Report
    from xbtfx_tui.cli_commands.exit_codes import RunOutcome

    match read:
        case Mistaken(text=text, mistake=mistake):
            return Report(RunOutcome.MISTAKE, mistake.sentence, pointed(text, mistake))
        case TerminalOnly(sentence=sentence):
            return Report(RunOutcome.MISTAKE, sentence)
        case _:
            return Report(RunOutcome.MISTAKE, 'There is no command: type one like "close losers EUR*".')


def _helped(teller: "ReportPrinter", read: "ParsedCommands") -> "Report":
    """The help that was asked for, which needs no account."""
    from xbtfx_tui.cli_commands.do_parsing import help_lines
    from xbtfx_tui.cli_commands.do_report import Report
    from xbtfx_tui.cli_commands.exit_codes import RunOutcome
    from xbtfx_tui.commands.command_types import Help
    from xbtfx_tui.planning.plan_types import Sheet

    asked = read if isinstance(read, tuple) else ()
    sheets = tuple(
        Sheet(one.command.verb or "Commands", help_lines(one.command))
        for one in asked
        if isinstance(one.command, Help)
    )
    for sheet in sheets:
        teller.sheet(sheet)
    return Report(RunOutcome.DONE, "", sheets=sheets)


def _run(settings: "Settings", key: "ApiKey", wants: "Wants", teller: "ReportPrinter") -> "Report":
    """Build the account and run; what sends nothing leaves the journal and its lock alone."""
    import asyncio
    import tempfile

    import msgspec

    from xbtfx_tui.account_service import AccountAccess, TradingAccount
    from xbtfx_tui.cli_commands.do_runner import DoRun
    from xbtfx_tui.cli_commands.yes_no_prompt import TerminalQuestion
    from xbtfx_tui.config.currency_file import CurrencyFiles
    from xbtfx_tui.config.file_paths import meeting_dirs
    from xbtfx_tui.log_file import logging_to
    from xbtfx_tui.orders.guards.guard_types import Limits
    from xbtfx_tui.orders.journal.login_lock import MeetingPlaces
    from xbtfx_tui.orders.journal.order_journal import Journal
    from xbtfx_tui.sync.system_clock import SystemClock

    sends = wants.has_orders and not wants.dry_run
    limits = Limits(**msgspec.structs.asdict(settings.limits), day=settings.day_begins)
    with contextlib.ExitStack() as stack:
        stack.enter_context(logging_to(settings.state))
        state = settings.state.root
        if not sends:
            state = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="xbtfx-tui-do-")))
        places = MeetingPlaces(meeting_dirs(os.environ, os.getuid()), settings.base_url)

        async def run() -> "Report":
            ends = AccountAccess(settings.base_url, settings.ws_url, key)
            account = TradingAccount(
                ends,
                SystemClock(),
                Journal(state, places),
                limits,
                read_only=not sends,
                begins_open=False,
                currency=settings.currency,
                currency_shelf=CurrencyFiles(settings.state, settings.base_url),
            )
            return await DoRun(account, limits, wants, teller, TerminalQuestion(teller)).run()

        return asyncio.run(run())


def _has_terminal() -> bool:
    return sys.stdin is not None and sys.stdin.isatty()
