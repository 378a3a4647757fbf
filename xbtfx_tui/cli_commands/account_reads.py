"""What the reading commands ask the server for, each a few REST reads side by side. It never trades.

Every read ends as a value or as ReadFailedError with a sentence.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
from typing import TypeAlias, TypeVar

import click
import msgspec
from msgspec.structs import replace

from xbtfx_tui.api.rest_client import ReadError, RestClient
from xbtfx_tui.api.weight_budget import Use
from xbtfx_tui.config.currency_file import CurrencyFiles
from xbtfx_tui.config.settings import Settings
from xbtfx_tui.domain.accounts import FIGURES_KEPT_SECONDS, Account, KeyStatus
from xbtfx_tui.domain.api_key import ApiKey
from xbtfx_tui.domain.failure_messages import read_failure_words
from xbtfx_tui.domain.partial_history import PartsSoFar, WhatIsMissing
from xbtfx_tui.domain.positions import Deal, HistoryPeriod, Position
from xbtfx_tui.domain.symbol_spec import SymbolRow
from xbtfx_tui.domain.unreadable_rows import UnreadRow, parted
from xbtfx_tui.sync.history_reader import read_period
from xbtfx_tui.sync.system_clock import SystemClock

_MARGIN_SECONDS = 0.1

T = TypeVar("T")
Pause: TypeAlias = Callable[[float], Awaitable[None]]

ReadT = TypeVar("ReadT", bound="AccountFigures | HeldRead | Dealt")


def run_read(settings: Settings, key: ApiKey, read: Callable[[RestClient], Awaitable[ReadT]]) -> ReadT:
    """Carry a read out with a client of its own, in the currency that the server or the trader named.

    Raises ClickException with what the failure means.
    """

    async def reading() -> ReadT:
        client = RestClient(settings.base_url, key, SystemClock(), lambda _: None)
        try:
            return await read(client)
        except ReadError as error:
            raise click.ClickException(read_failure_words(error.failure)) from None
        finally:
            await client.aclose()

    found = asyncio.run(reading())
    return replace(found, account=_in_told_currency(found.account, settings))


def _in_told_currency(account: Account, settings: Settings) -> Account:
    """The trader's word, by the settings or by an earlier answer, where the server names no currency."""
    if account.currency is not None:
        return account
    if settings.currency is not None:
        return replace(account, currency=settings.currency.currency)
    kept = CurrencyFiles(settings.state, settings.base_url).load(account.login)
    return account if kept is None else replace(account, currency=kept.currency)


class AccountFigures(msgspec.Struct, frozen=True):
    """The account's figures and what its key may do."""

    account: Account
    key: KeyStatus


class HeldRead(msgspec.Struct, frozen=True):
    """The open positions, the account they are of and the symbols' rows by name; `unread` are positions whose
    rows can't be read."""

    positions: tuple[Position, ...]
    unread: tuple[UnreadRow, ...]
    account: Account
    symbols: Mapping[str, SymbolRow]

    @property
    def is_empty_in_doubt(self) -> bool:
        """Whether no position is listed though the account has margin in use."""
        return not self.positions and not self.unread and self.account.margin > 0


class Dealt(msgspec.Struct, frozen=True):
    """The deals of a period, oldest first, the account they are of and the symbols' rows by name; `unread`
    are deals whose rows can't be read, `missing` what was not to be had."""

    deals: tuple[Deal, ...]
    unread: tuple[UnreadRow, ...]
    account: Account
    symbols: Mapping[str, SymbolRow]
    missing: WhatIsMissing


async def read_account(client: RestClient) -> AccountFigures:
    return AccountFigures(*await _both(client.account(Use.ASKED), client.key_status()))


async def read_positions(client: RestClient, sleep: Pause = asyncio.sleep) -> HeldRead:
    """Where no position is listed, the account is read once more when its figures are of after the list: the
    server keeps them for 2 s."""
    (positions, account), symbols = await _both(
        _both(client.positions(Use.ASKED), client.account(Use.ASKED)), _symbols(client)
    )
    if not positions and account.margin <= 0:
        await sleep(FIGURES_KEPT_SECONDS + _MARGIN_SECONDS)
        account = await client.account(Use.ASKED)
    return HeldRead(*parted(positions), account, symbols)


async def read_deals(client: RestClient, period: HistoryPeriod, tell: Callable[[PartsSoFar], None]) -> Dealt:
    """`tell` hears of each part of a history that is too long for one answer."""
    today = datetime.fromtimestamp(SystemClock().now().wall, UTC).date()
    (found, account), symbols = await _both(
        _both(read_period(client, period, today, tell), client.account(Use.ASKED)), _symbols(client)
    )
    # What has no time comes first: the server told nothing of when it was.
    read, unread = parted(found.rows)
    ordered = sorted(read, key=lambda deal: (deal.time.timestamp() if deal.time else 0.0, deal.ticket))
    return Dealt(tuple(ordered), unread, account, symbols, found.missing)


async def _symbols(client: RestClient) -> Mapping[str, SymbolRow]:
    """The symbols' rows; none where they can't be read, since only the digits of prices depend on them."""
    try:
        return {row.name: row for row in await client.symbols()}
    except ReadError:
        return {}


U = TypeVar("U")


async def _both(first: Awaitable[T], second: Awaitable[U]) -> tuple[T, U]:
    """Both side by side. Where one fails the other is waited for, so that no connection is left half read."""
    one, two = await asyncio.gather(first, second, return_exceptions=True)
    if isinstance(one, BaseException):
        raise one
    if isinstance(two, BaseException):
        raise two
    return one, two
