"""The command line's options that more than one command takes, and what becomes of them. Runs nothing."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from xbtfx_tui.config import setting_types
from xbtfx_tui.config.file_paths import home_dir
from xbtfx_tui.config.setting_types import SettingsError
from xbtfx_tui.domain.accounts import MarginMode

if TYPE_CHECKING:
    from xbtfx_tui.domain.api_key import ApiKey
    from xbtfx_tui.paper.exchange_options import ApiForm, ExchangeOptions
    from xbtfx_tui.paper.faults.fault_types import FaultScript

CommandT = TypeVar("CommandT", bound=Callable[..., Any])
PAPER_KEY_VARIABLE = "XBTFX_PAPER_KEY"
"""Names the key that `paper-server` accepts."""

_EXCHANGE = (
    click.option("--symbols", type=int, metavar="N", help="How many instruments to run, up to 1000."),
    click.option("--seed", type=int, metavar="N", help="Same seed, same market and same past."),
    click.option("--balance", metavar="AMOUNT", help="What the account starts with. [10000]"),
    click.option(
        "--currency",
        metavar="CODE",
        help="What the account is in, USD, USDT, BTC, ETH or XRP, where the server leaves it unsaid; what a "
        "paper account is in. [USD]",
    ),
    click.option("--leverage", type=int, metavar="N", help="100 means 1:100. [100]"),
    click.option("--margin-mode", type=click.Choice(["hedging", "netting"]), help="[hedging]"),
    click.option(
        "--permissions", metavar="LIST", help="What the key may do: trade,read or read. [trade,read]"
    ),
    click.option("--fresh", is_flag=True, help="An account without a past: no positions, no deals."),
    click.option(
        "--fills",
        type=click.Choice(["placed", "instant"]),
        help="Answer a trade as the live service does, or filled at once. [placed]",
    ),
    click.option(
        "--commission",
        metavar="PER_LOT",
        help="What every deal costs per lot, in the account's currency; a deal's profit is net of it. [none]",
    ),
    click.option(
        "--netting-stops",
        type=click.Choice(["keep", "wipe"]),
        help="What becomes of a netting position's stops when a trade without any adds to it. [keep]",
    ),
    click.option(
        "--form",
        type=click.Choice(["minimal", "rich"]),
        help="Answer with the fields that all of the vendor's documents show, or with all that any does. "
        "[rich with --paper, minimal for paper-server]",
    ),
    click.option(
        "--replay",
        multiple=True,
        metavar="SYMBOL=FILE",
        help="Play recorded ticks (columns time_ms,bid,ask) for a symbol; may be given for several.",
    ),
    click.option("--speed", type=float, metavar="X", help="How much faster than recorded to replay. [1]"),
    click.option(
        "--market-hours", is_flag=True, help="Trade in the real market's hours, not around the clock."
    ),
    click.option(
        "--broker-offset",
        type=int,
        metavar="SECONDS",
        help="How far the broker's clock is ahead in the times of deals and quotes; behind with a minus. [0]",
    ),
)

_FAULTS = (
    click.option(
        "--fault",
        "fault",
        multiple=True,
        metavar="NAME[=SECONDS]",
        help="Let this go wrong with the next order; may be given for several. More of a script's fields "
        "follow after commas: part=60,share=0.4,answer=placed. none = nothing yet, but POST /paper/faults "
        "may. A wrong name lists them all.",
    ),
    click.option(
        "--faults",
        "fault_file",
        type=click.Path(path_type=Path),
        metavar="FILE",
        help="A TOML script of faults: [[next]] fault, path, times, seconds, share, by, answer, read, "
        "symbol, value; [mood] dedupes, caches_errors.",
    ),
)

EXCHANGE_NAMES = (
    "symbols",
    "seed",
    "balance",
    "leverage",
    "margin_mode",
    "permissions",
    "fresh",
    "fills",
    "commission",
    "netting_stops",
    "form",
    "replay",
    "speed",
    "market_hours",
    "broker_offset",
)
"""The parameters that `exchange_options` adds and that mean nothing to a live account."""


def exchange_options(command: CommandT) -> CommandT:
    """Give a command the options of the paper exchange, in their order."""
    for option in reversed(_EXCHANGE):
        command = option(command)
    return command


def fault_options(command: CommandT) -> CommandT:
    """Give a command the options that let things go wrong."""
    for option in reversed(_FAULTS):
        command = option(command)
    return command


def build_fault_script(fault: Sequence[str], fault_file: Path | None) -> "FaultScript | None":
    """What is to go wrong: the file's faults first. None where nothing may. Raises click.UsageError."""
    from xbtfx_tui.paper.exchange_options import OptionError
    from xbtfx_tui.paper.faults.fault_files import load_script, parse_fault
    from xbtfx_tui.paper.faults.fault_types import FaultScript

    if not fault and fault_file is None:
        return None
    try:
        scripted = load_script(fault_file) if fault_file is not None else FaultScript()
        return FaultScript(
            (*scripted.next, *(parse_fault(one) for one in fault if one != "none")), scripted.mood
        )
    except OptionError as error:
        raise click.UsageError(f"--{error}") from None


def paper_key(key: str | None, key_file: Path | None, environ: Mapping[str, str]) -> "ApiKey | None":
    """The key that the paper exchange is to accept: as it was typed, from a file, or from the environment;
    None where it makes one. Raises SettingsError, and click.UsageError where two are given."""
    from xbtfx_tui.config.credentials import key_from_file, key_from_variable

    if key is not None and key_file is not None:
        raise click.UsageError("--key and --key-file: give one of them.")
    if key is not None:
        return setting_types.read(key, "--key", setting_types.api_key).value
    if key_file is not None:
        found = key_from_file(key_file, home_dir(environ), required=True)
    else:
        found = key_from_variable(environ, PAPER_KEY_VARIABLE)
    return None if found is None else found.value


def build_exchange_options(
    given: Mapping[str, Any],
    form: "ApiForm",
    *,
    port: int = 0,
    key: "ApiKey | None" = None,
    faults: "FaultScript | None" = None,
) -> "ExchangeOptions":
    """The paper exchange's options from a command's parameters; what was not given is left to the exchange.

    `form` is how it answers where none was asked for.

    Raises click.UsageError with a sentence that names the option.
    """
    from xbtfx_tui.paper.account.account_config import NettingStops
    from xbtfx_tui.paper.exchange_options import (
        ApiForm,
        ExchangeOptions,
        Fills,
        OptionError,
        parse_permissions,
        parse_replay,
    )
    from xbtfx_tui.paper.market.market_hours import HoursMode

    plain = ("symbols", "seed", "currency", "leverage", "speed", "broker_offset")
    chosen: dict[str, Any] = {name: given[name] for name in plain if given[name] is not None}
    chosen["form"] = form if given["form"] is None else ApiForm(given["form"])
    try:
        if given["balance"] is not None:
            chosen["balance"] = setting_types.read(given["balance"], "--balance", _amount).value
        if given["commission"] is not None:
            chosen["commission"] = setting_types.read(given["commission"], "--commission", _per_lot).value
        if given["netting_stops"] is not None:
            chosen["netting_stops"] = NettingStops(given["netting_stops"])
        if given["margin_mode"] is not None:
            chosen["margin_mode"] = MarginMode(given["margin_mode"])
        if given["permissions"] is not None:
            chosen["permissions"] = parse_permissions(given["permissions"])
        if given["fills"] is not None:
            chosen["fills"] = Fills(given["fills"])
        if given["market_hours"]:
            chosen["hours"] = HoursMode.REAL
        if key is not None:
            chosen["key"] = key
        replay = dict(map(parse_replay, given["replay"]))
        _check_replay(replay, len(given["replay"]))
        return ExchangeOptions(port=port, fresh=given["fresh"], replay=replay, faults=faults, **chosen)
    except OptionError as error:
        raise click.UsageError(f"--{error}") from None
    except SettingsError as error:
        raise click.UsageError(str(error)) from None


_amount = setting_types.positive_decimal("10000")
_per_lot = setting_types.positive_decimal("3.50")


def _check_replay(replay: Mapping[str, Path], count: int) -> None:
    if len(replay) < count:
        raise click.UsageError("--replay takes each symbol once.")
    for symbol, path in replay.items():
        if not path.is_file():
            raise click.UsageError(f"--replay {symbol}: there is no file {path}.")
