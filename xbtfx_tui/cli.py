"""The command line: options to settings, settings to the program. Sends nothing, draws nothing.

Exit codes: 0 fine, 1 failed, 2 wrong use or wrong settings. Whatever happens is said in sentences on stderr.
Nothing heavy is imported before it is known to be needed: `--version` answers at once.
"""

import logging
import os
import sys
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import click

from xbtfx_tui import __version__
from xbtfx_tui.ascii_marks import ask_tmux, never_fail_to_write, shows_unicode, write_marks_in_ascii
from xbtfx_tui.cli_commands.account_commands import account, history, positions
from xbtfx_tui.cli_commands.candles_command import candles
from xbtfx_tui.cli_commands.check_command import check
from xbtfx_tui.cli_commands.do_command import do
from xbtfx_tui.cli_commands.journal_command import journal
from xbtfx_tui.cli_commands.layout_command import layout
from xbtfx_tui.cli_commands.propose_command import propose
from xbtfx_tui.cli_commands.quote_command import quote
from xbtfx_tui.cli_commands.record_command import record
from xbtfx_tui.cli_options import (
    EXCHANGE_NAMES,
    PAPER_KEY_VARIABLE,
    build_exchange_options,
    build_fault_script,
    exchange_options,
    fault_options,
    paper_key,
)
from xbtfx_tui.config.file_paths import home_dir, shown, state_dir
from xbtfx_tui.config.setting_types import SettingsError

if TYPE_CHECKING:
    from xbtfx_tui.config.settings import Settings
    from xbtfx_tui.paper.exchange_options import ExchangeOptions

FINE, FAILED, MISUSED, INTERRUPTED = 0, 1, 2, 130
PROGRAM = "xbtfx-tui"
_NO_CURSOR = ("", "dumb", "unknown")

_ABOUT = """A full-screen trading terminal for XBTFX (MetaTrader 5) accounts.

\b
Try it without an account or a key:
    xbtfx-tui --paper
Trade on your own account (starts locked; ctrl+l unlocks):
    export XBTFX_API_KEY=xbtfx_live_...
    xbtfx-tui
Watch it without being able to trade:
    xbtfx-tui --read-only
"""

_MORE = """\b
More examples:
    xbtfx-tui --paper --currency BTC --leverage 30 --seed 7
    xbtfx-tui --paper --replay EURUSD=ticks.csv --speed 10
    xbtfx-tui --profile demo --theme xbtfx-light
    xbtfx-tui paper-server --port 8080
    xbtfx-tui check --profile demo
    xbtfx-tui journal --since 24h
    xbtfx-tui layout export mine.json
    xbtfx-tui record EURUSD crypto
    xbtfx-tui do "close losers EUR*" --dry-run
    xbtfx-tui propose "buy 0.10 EURUSD sl=30p" --why "breakout" --wait 120
    xbtfx-tui positions --json

\b
In the terminal: ? shows every key, ctrl+p the palette, q quits.

\b
On a live account an order opens 5 lots at most, a symbol holds 20, and 30 orders go in a
minute, unless [limits] in the config file says otherwise ("none" for no limit).
The paper account has no limits but those of [limits].

\b
Files:
    ~/.xbtfx/credentials               a line XBTFX_API_KEY=..., mode 0600
    ~/.config/xbtfx-tui/config.toml    watchlist, fps, theme, default_volume, mouse,
                                       low_bandwidth, notify, ascii, copy, currency, times,
                                       [sounds], [limits], [agents], [keys],
                                       [profiles.NAME]
    ~/.local/state/xbtfx-tui/          order journal, log, watchlist, layouts, alerts
    XDG_CONFIG_HOME and XDG_STATE_HOME move the last two.

\b
Environment:
    XBTFX_API_KEY                      the key; goes before the files
    XBTFX_BASE_URL, XBTFX_WS_URL       other addresses; plain http and ws only to
                                       this machine

\b
Exit codes: 0 fine, 1 failed, 2 wrong use or wrong settings.

Risk: leveraged trading can lose more than you mean to, and fast. Trade only with money you can afford to
lose, and try everything with --paper first.

xbtfx-tui is an independent project; it is not made, checked or endorsed by XBTFX."""


class Wiring(Protocol):
    """What the command line runs, built in xbtfx_tui.wiring; each returns the exit code."""

    def run_terminal(self, settings: "Settings", paper: "ExchangeOptions | None") -> int: ...

    def run_paper_server(self, options: "ExchangeOptions") -> int: ...


class _TerminalGroup(click.Group):
    """The main command: `--help` lists the paper exchange's options apart."""

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        ours: list[tuple[str, str]] = []
        paper: list[tuple[str, str]] = []
        for parameter in self.get_params(ctx):
            record = parameter.get_help_record(ctx)
            if record is not None:
                (paper if parameter.name in EXCHANGE_NAMES else ours).append(record)
        with formatter.section("Options"):
            formatter.write_dl(ours)
        with formatter.section("Paper exchange, with --paper"):
            formatter.write_dl(paper)
        self.format_commands(ctx, formatter)


@click.group(
    cls=_TerminalGroup,
    invoke_without_command=True,
    help=_ABOUT,
    epilog=_MORE,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.option("--paper", is_flag=True, help="Trade on a paper exchange on this machine; needs no key.")
@click.option("--read-only", is_flag=True, help="Refuse every order for this run.")
@click.option("--profile", metavar="NAME", help="Use [profiles.NAME] of the config file.")
@click.option("--config", type=click.Path(path_type=Path), metavar="FILE", help="Another config file.")
@click.option("--fps", type=int, metavar="N", help="Screen updates a second, 1 to 60. [10]")
@click.option("--theme", metavar="NAME", help="Colours; ctrl+p in the terminal shows them all.")
@click.option("--default-volume", metavar="LOTS", help="What a new ticket starts with. [0.10]")
@click.option("--low-bandwidth", is_flag=True, help="For a thin line: 2 updates a second, plain prices.")
@click.option("--ascii", is_flag=True, help="Draw marks and lines in ASCII. [by the locale]")
@click.option("--no-mouse", is_flag=True, help="Leave the mouse to the terminal emulator.")
@click.option("--base-url", metavar="URL", help="Another REST address.")
@click.option("--ws-url", metavar="URL", help="Another stream address; by default the REST host's.")
@exchange_options
@click.version_option(__version__, "--version", prog_name=PROGRAM, message="%(prog)s %(version)s")
@click.pass_context
def terminal(ctx: click.Context, /, **given: Any) -> int:
    """Open the terminal, or hand over to a subcommand."""
    if ctx.invoked_subcommand is not None:
        misplaced = _typed_options(ctx, tuple(given))
        if misplaced:
            raise click.UsageError(f"Put {misplaced[0]} after {ctx.invoked_subcommand}, if it takes it.")
        return FINE
    return _open_terminal(ctx, given)


@terminal.command("paper-server", short_help="Run the paper exchange alone, for scripts and other clients.")
@click.option("--port", type=int, default=8080, show_default=True, metavar="N", help="0 takes any free one.")
@click.option(
    "--key",
    metavar="KEY",
    help="The key it accepts: xbtfx_live_ and 32 hex digits; others on this machine see it here. "
    f"{PAPER_KEY_VARIABLE} in the environment does the same. [made and shown]",
)
@click.option(
    "--key-file",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="A file with a line XBTFX_API_KEY=..., yours alone: the key it accepts.",
)
@exchange_options
@fault_options
def paper_server(
    port: int,
    key: str | None,
    key_file: Path | None,
    fault: tuple[str, ...],
    fault_file: Path | None,
    **given: Any,
) -> int:
    """Run the paper exchange alone, on 127.0.0.1, until ctrl+c.

    \b
    It speaks the whole API. To reach it, set what it prints at the start:
        XBTFX_API_KEY, XBTFX_BASE_URL, XBTFX_WS_URL

    It answers in the minimal form, with what all of the vendor's documents show; --form rich tells more.
    What they do not say (netting stops, commission) was chosen: see docs/paper-exchange.md.

    Once it was asked for faults, POST /paper/faults takes more while it runs: what --faults does, as JSON.
    """
    from xbtfx_tui.log_file import logging_to
    from xbtfx_tui.paper.exchange_options import ApiForm

    faults = build_fault_script(fault, fault_file)
    chosen = paper_key(key, key_file, os.environ)
    options = build_exchange_options(given, ApiForm.MINIMAL, port=port, key=chosen, faults=faults)
    with ExitStack() as stack:
        try:
            stack.enter_context(logging_to(state_dir(os.environ)))
        except OSError as error:
            click.echo(f"There is no log of this run: {error.strerror} ({error.filename}).", err=True)
        return _wiring().run_paper_server(options)


terminal.add_command(check)
terminal.add_command(journal)
terminal.add_command(layout)
terminal.add_command(candles)
terminal.add_command(record)
for _command in (quote, positions, account, history, do, propose):
    terminal.add_command(_command)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return the exit code; never raises what a user can't read."""
    never_fail_to_write(sys.stdout)
    never_fail_to_write(sys.stderr)
    try:
        code = terminal.main(arguments, prog_name=PROGRAM, standalone_mode=False)
    except click.UsageError as error:
        command = PROGRAM if error.ctx is None else error.ctx.command_path
        return _say(f"{error.format_message()}\n{command} --help shows how it is used.", MISUSED)
    except SettingsError as error:
        from xbtfx_tui.key_settings import with_the_screens

        return _say(str(with_the_screens(error)), MISUSED)
    except click.ClickException as error:
        return _say(error.format_message(), FAILED)
    except (KeyboardInterrupt, click.Abort):
        return INTERRUPTED
    except Exception as error:  # the last guard: everything else is a fault of the program's own
        return _say(_fault(error), FAILED)
    return code if isinstance(code, int) else FINE


def _open_terminal(ctx: click.Context, given: dict[str, Any]) -> int:
    from xbtfx_tui.config.settings import CommandLine, load_settings
    from xbtfx_tui.log_file import logging_to
    from xbtfx_tui.temporary_state_run import unkept

    paper = _paper_options(ctx, given)
    settings = load_settings(
        CommandLine(
            paper=paper is not None,
            read_only=given["read_only"],
            config=given["config"],
            profile=given["profile"],
            fps=given["fps"],
            theme=given["theme"],
            default_volume=given["default_volume"],
            currency=given["currency"],
            mouse=False if given["no_mouse"] else None,
            low_bandwidth=given["low_bandwidth"] or None,
            ascii_marks=given["ascii"] or None,
            base_url=given["base_url"],
            ws_url=given["ws_url"],
        ),
        os.environ,
    )
    if not _has_screen():
        raise click.ClickException("The terminal needs a screen and a keyboard: run it outside of a pipe.")
    _check_terminal(os.environ)
    _choose_marks(settings.ascii_marks, os.environ)
    with ExitStack() as stack:
        try:
            stack.enter_context(logging_to(settings.state))
        except OSError as error:
            settings = unkept(settings, error, stack, os.environ)
            stack.enter_context(logging_to(settings.state))
        return _wiring().run_terminal(settings, paper)


def _paper_options(ctx: click.Context, given: dict[str, Any]) -> "ExchangeOptions | None":
    """The paper exchange's options with --paper, None without; live and paper ones don't mix."""
    if given["paper"]:
        from xbtfx_tui.paper.exchange_options import ApiForm

        live = _typed_options(ctx, ("base_url", "ws_url"))
        if live:
            raise click.UsageError(f"{live[0]} is for a live account; it does not go with --paper.")
        return build_exchange_options(given, ApiForm.RICH)
    stray = _typed_options(ctx, EXCHANGE_NAMES)
    if stray:
        raise click.UsageError(f"{stray[0]} is for the paper exchange; add --paper.")
    return None


def _typed_options(ctx: click.Context, names: Sequence[str]) -> list[str]:
    """Those of the parameters that were typed, as they are typed: `--margin-mode`."""
    typed = click.core.ParameterSource.COMMANDLINE
    return [f"--{name.replace('_', '-')}" for name in names if ctx.get_parameter_source(name) is typed]


def _has_screen() -> bool:
    """Whether keys can be read and the screen drawn: on stderr, or on stdout where that goes to a file."""
    return sys.stdin.isatty() and (sys.stderr.isatty() or sys.stdout.isatty())


def _check_terminal(environ: Mapping[str, str]) -> None:
    """Raise ClickException where the terminal takes no cursor: a screen would come out as line noise."""
    term = environ.get("TERM", "")
    if term in _NO_CURSOR:
        what = f'TERM is "{term}"' if term else "TERM is not set"
        raise click.ClickException(
            f"{what}: this terminal can't draw a screen. If yours can, name it: TERM=xterm-256color {PROGRAM}"
        )


def _choose_marks(wanted: bool | None, environ: Mapping[str, str]) -> None:
    """ASCII alone on the screen where it is wanted, or the terminal shows nothing else."""
    has_unicode = not wanted if wanted is not None else shows_unicode(environ, sys.stderr.encoding, ask_tmux)
    if not has_unicode:
        write_marks_in_ascii(sys.stderr)
        write_marks_in_ascii(sys.stdout)


def _wiring() -> Wiring:
    from xbtfx_tui import wiring

    return wiring


def _say(sentence: str, code: int) -> int:
    from xbtfx_tui.domain.api_key import redact

    click.echo(f"{PROGRAM}: {redact(sentence)}", err=True)
    return code


def _fault(error: Exception) -> str:
    """A sentence on what the program did not expect; the traceback goes to the log, if it can be written."""
    from xbtfx_tui.log_file import logging_to

    state = state_dir(os.environ)
    what = f"Stopped by a fault of its own ({type(error).__name__})"
    if isinstance(error, OSError) and error.strerror:
        what = f"Stopped: {error.strerror}" + (f" ({error.filename})" if error.filename else "")
    try:
        with logging_to(state):
            logging.getLogger(PROGRAM).critical("The program stopped.", exc_info=error)
    except OSError as unwritable:
        return f"{what}. Nor can the log {state.log} be written: {unwritable.strerror}."
    return f"{what}. The log has the details: {shown(state.log, home_dir(os.environ))}"
