"""`xbtfx-tui check`: is the key good, is the server there, how far away is it? Prints, sends no order."""

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from xbtfx_tui.cli_commands.connection_checks import CheckResult

FINE, FAILED = 0, 1
_MARKS = {"good": "ok", "warning": "!", "failed": "FAILED"}
_NO_KEY = (
    "There is no API key to check. Set XBTFX_API_KEY, or write the line XBTFX_API_KEY=xbtfx_live_... into "
    "~/.xbtfx/credentials and run: chmod 600 ~/.xbtfx/credentials"
)


@click.command("check", short_help="Check the key, the server, the stream and the clock.")
@click.option("--profile", metavar="NAME", help="Use [profiles.NAME] of the config file.")
@click.option("--config", type=click.Path(path_type=Path), metavar="FILE", help="Another config file.")
@click.option("--base-url", metavar="URL", help="Another REST address.")
@click.option("--ws-url", metavar="URL", help="Another stream address; by default the REST host's.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON, for scripts.")
def check(
    profile: str | None, config: Path | None, base_url: str | None, ws_url: str | None, as_json: bool
) -> int:
    """Check that the account can be reached and what the key may do; sends no order.

    It reads the key's permissions, the account's margin mode, the time a request takes, the stream and its
    first quote, this machine's clock against the server's, the weight that is left in this minute, and which
    SQLite keeps the order journals.

    Exit codes: 0 good (warnings may be among it), 1 something failed, 2 wrong use or wrong settings.
    """
    from xbtfx_tui.config.settings import CommandLine, load_settings
    from xbtfx_tui.key_settings import check_keys

    settings = load_settings(
        CommandLine(profile=profile, config=config, base_url=base_url, ws_url=ws_url), os.environ
    )
    check_keys(settings)
    if settings.key is None:
        raise click.ClickException(_NO_KEY)
    import asyncio

    from xbtfx_tui.cli_commands.connection_checks import Reached, Standing, storage
    from xbtfx_tui.cli_commands.connection_checks import check as look
    from xbtfx_tui.disk.sqlite_version import sqlite_version
    from xbtfx_tui.sync.system_clock import SystemClock

    where = Reached(settings.base_url, settings.ws_url, settings.key, settings.watchlist)
    found = (*asyncio.run(look(where, SystemClock())), storage(sqlite_version()))
    good = all(one.standing is not Standing.FAILED for one in found)
    if as_json:
        parts = {one.name: {"state": one.standing.value, "words": one.words, **one.values} for one in found}
        click.echo(json.dumps({"good": good, "parts": parts}, indent=2))
    else:
        for one in found:
            click.echo(line_of(one))
        click.echo("All good." if good else "Not good: see what is marked FAILED.")
    return FINE if good else FAILED


def line_of(finding: "CheckResult") -> str:
    """A finding as a line: `ok      key      xbtfx_live_a1b2... is good; it may read and trade.`"""
    return f"{_MARKS[finding.standing.value]:<6}  {finding.name:<7}  {finding.words}"
