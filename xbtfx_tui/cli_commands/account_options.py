"""Which account a command without a screen is about: the terminal's own options, keys and addresses."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from xbtfx_tui.config.credentials import NO_KEY

if TYPE_CHECKING:
    from xbtfx_tui.config.settings import Settings
    from xbtfx_tui.domain.api_key import ApiKey

CommandT = TypeVar("CommandT", bound=Callable[..., Any])

_OPTIONS = (
    click.option("--profile", metavar="NAME", help="Use [profiles.NAME] of the config file."),
    click.option("--config", type=click.Path(path_type=Path), metavar="FILE", help="Another config file."),
    click.option("--base-url", metavar="URL", help="Another REST address."),
    click.option("--ws-url", metavar="URL", help="Another stream address; by default the REST host's."),
    click.option(
        "--currency",
        metavar="CODE",
        help="What the account is in, USD, USDT, BTC, ETH or XRP, where the server leaves it unsaid.",
    ),
    click.option("--json", "as_json", is_flag=True, help="Print JSON, for scripts."),
)


def account_options(command: CommandT) -> CommandT:
    """The options that every command takes: which account, what it is in, and `--json`."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def settings_and_key(
    profile: str | None,
    config: Path | None,
    base_url: str | None,
    ws_url: str | None,
    currency: str | None,
    *,
    read_only: bool = False,
) -> "tuple[Settings, ApiKey]":
    """The settings of this run and its key.

    Raises SettingsError for what is set wrong, ClickException where there is no key.
    """
    from xbtfx_tui.config.settings import CommandLine, load_settings
    from xbtfx_tui.key_settings import check_keys

    line = CommandLine(
        profile=profile,
        config=config,
        base_url=base_url,
        ws_url=ws_url,
        currency=currency,
        read_only=read_only,
    )
    settings = load_settings(line, os.environ)
    check_keys(settings)
    if settings.key is None:
        raise click.ClickException(NO_KEY)
    return settings, settings.key
