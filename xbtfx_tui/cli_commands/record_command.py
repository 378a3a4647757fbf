"""`xbtfx-tui record`: writes the candles of symbols to disk until it is told to stop. It can't trade."""

import os
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from xbtfx_tui.config.credentials import NO_KEY
from xbtfx_tui.config.setting_types import SettingsError

if TYPE_CHECKING:
    from xbtfx_tui.config.settings import Settings
    from xbtfx_tui.recording.symbol_choice import Wish

FINE, FAILED, MISUSED = 0, 1, 2


@click.command("record", short_help="Write candles to disk, without a screen.")
@click.argument("named", nargs=-1, metavar="[SYMBOL|GROUP]...")
@click.option("--all", "is_all", is_flag=True, help="Every symbol of the account, 1,000 at most.")
@click.option("--fine", "is_fine", is_flag=True, help="Candles of 10 seconds, too; of 100 symbols at most.")
@click.option("--unit", "as_unit", is_flag=True, help="Print a systemd user unit of this; run nothing.")
@click.option("--profile", metavar="NAME", help="Use [profiles.NAME] of the config file.")
@click.option("--config", type=click.Path(path_type=Path), metavar="FILE", help="Another config file.")
@click.option("--base-url", metavar="URL", help="Another REST address.")
@click.option("--ws-url", metavar="URL", help="Another stream address; by default the REST host's.")
def record(
    named: tuple[str, ...],
    is_all: bool,
    is_fine: bool,
    as_unit: bool,
    profile: str | None,
    config: Path | None,
    base_url: str | None,
    ws_url: str | None,
) -> int:
    """Write the candles of symbols to disk until ctrl+c or SIGTERM; terminals may run meanwhile.

    A GROUP is one of the watchlist, or a kind of market: forex, metals, crypto. Without any all groups of the
    watchlist are recorded. No order is ever sent: a key that may only read does. It takes one of the ten
    connections of the key.

    Exit codes: 0 stopped as told, 1 failed, 2 wrong use, wrong settings, a refused key or unknown symbols.
    """
    from xbtfx_tui.config.settings import CommandLine, load_settings

    if is_all and named:
        raise click.UsageError("--all records every symbol: name none beside it.")
    settings = load_settings(
        CommandLine(profile=profile, config=config, base_url=base_url, ws_url=ws_url), os.environ
    )
    if as_unit:
        click.echo(_unit(named, is_all=is_all), nl=False)
        return FINE
    if settings.key is None:
        raise SettingsError(NO_KEY)
    return _recorded(settings, _wish(settings, named, is_all=is_all, is_fine=is_fine))


def _wish(settings: "Settings", named: tuple[str, ...], *, is_all: bool, is_fine: bool) -> "Wish":
    from xbtfx_tui.config.watchlist_file import load_watchlists
    from xbtfx_tui.recording.symbol_choice import Wish

    kept = load_watchlists(settings.state.watchlist, settings.watchlist)
    groups = {"Main": settings.watchlist}
    if kept is not None:
        groups = {group.name: group.symbols for group in kept.groups}
    return Wish(named, groups, is_all, is_fine)


def _recorded(settings: "Settings", wish: "Wish") -> int:
    import asyncio
    from contextlib import ExitStack

    from xbtfx_tui.cli_commands.recording_run import run_recording
    from xbtfx_tui.log_file import logging_to

    with ExitStack() as stack:
        try:
            stack.enter_context(logging_to(settings.state))
        except OSError as error:
            click.echo(f"There is no log of this run: {error.strerror} ({error.filename}).", err=True)
        return asyncio.run(run_recording(settings, wish))


def _unit(named: tuple[str, ...], *, is_all: bool) -> str:
    """The unit that runs what was typed, without `--unit`; a relative config file by its whole path."""
    from xbtfx_tui.recording.systemd_unit import unit_text

    what = "all symbols" if is_all else ", ".join(named) or "the watchlist"
    typed = [word for word in sys.argv[1:] if word != "--unit"]
    for place, word in enumerate(typed[:-1]):
        if word == "--config":
            typed[place + 1] = str(Path(typed[place + 1]).absolute())
    return unit_text(what, [*_program(), *typed], os.environ)


def _program() -> list[str]:
    """How this very program is started, whatever the search path of a service is."""
    found = shutil.which(sys.argv[0])
    if found is not None and Path(found).name == "xbtfx-tui":
        return [str(Path(found).absolute())]
    return [sys.executable, "-m", "xbtfx_tui"]
