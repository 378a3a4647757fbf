"""What `xbtfx-tui check` looks at: key, account, REST, stream, clock, weight. It reads; it never trades.

Every part ends as a `CheckResult` in words; a part that can't be looked at says why and stops no other part
that can.
"""

import asyncio
import contextlib
from collections.abc import Mapping, Sequence
from enum import Enum
from typing import TypeVar

import msgspec

from xbtfx_tui.api.rest_client import ReadError, RestClient
from xbtfx_tui.api.weight_budget import Use
from xbtfx_tui.disk.sqlite_version import Version, can_corrupt_shared_logs
from xbtfx_tui.domain.accounts import KeyStatus
from xbtfx_tui.domain.api_key import ApiKey
from xbtfx_tui.domain.clock import Clock, Instant
from xbtfx_tui.domain.failure_messages import read_failure_words
from xbtfx_tui.domain.failures import Failure, LineBroke, Refused
from xbtfx_tui.domain.store_events import BudgetSeen, Event, QuotesSeen, StreamDown, StreamRefused, StreamUp
from xbtfx_tui.domain.text_sanitizer import plain
from xbtfx_tui.stream.reconnecting_stream import StreamRunner

STREAM_WITHIN = 15.0
QUOTE_WITHIN = 10.0
SKEW_WORTH_SAYING = 5.0
LOW_WEIGHT_SHARE = 0.2
_STAMP_SECONDS = 1.0
"""The Date header counts whole seconds."""

T = TypeVar("T")


class Standing(Enum):
    """How a part stands; the value is its word in the JSON."""

    GOOD = "good"
    WARNING = "warning"
    FAILED = "failed"


class CheckResult(msgspec.Struct, frozen=True):
    """One part: its name, how it stands, a sentence, and the figures of it for scripts."""

    name: str
    standing: Standing
    words: str
    values: Mapping[str, object] = msgspec.field(default_factory=dict)


class Reached(msgspec.Struct, frozen=True):
    """Where to look, and with what."""

    base_url: str
    ws_url: str
    key: ApiKey
    symbols: Sequence[str]


async def check(where: Reached, clock: Clock) -> tuple[CheckResult, ...]:
    """Look at everything once, in order. Takes half a minute at the very most."""
    seen: list[BudgetSeen] = []
    client = RestClient(where.base_url, where.key, clock, seen.append)
    try:
        found = list(await _rest(client, where, clock))
        refused = found[-1].standing is Standing.FAILED and found[-1].name == "key"
        if not refused:
            ear = _Ear(clock)
            found += await _stream(where, await _symbol(client, where), clock, ear)
            if not any(one.name == "clock" for one in found) and ear.stamp_age is not None:
                found.append(_skew_by_quote(ear.stamp_age))
        if seen:
            found.append(_weight(seen[-1]))
        return tuple(found)
    finally:
        await client.aclose()


def storage(version: Version) -> CheckResult:
    """Which SQLite keeps the order journals. One that several writers can corrupt harms none that has one."""
    named = ".".join(map(str, version))
    values: dict[str, object] = {"sqlite": named, "shared_log_fault": can_corrupt_shared_logs(version)}
    words = f"SQLite {named} keeps the order journals"
    if not can_corrupt_shared_logs(version):
        return CheckResult("disk", Standing.GOOD, f"{words}.", values)
    return CheckResult(
        "disk",
        Standing.GOOD,
        f"{words}. It can corrupt a WAL file that several programs write at once (fixed in 3.51.3, 3.50.7 "
        "and 3.44.6); each journal has one writer.",
        values,
    )


# --- REST ---


async def _rest(client: RestClient, where: Reached, clock: Clock) -> list[CheckResult]:
    began = clock.now()
    try:
        status = await client.key_status()
    except ReadError as error:
        return [_key_failed(error.failure, where)]
    first = clock.now().monotonic - began.monotonic
    found = [_key(status, where)]
    began = clock.now()
    try:
        account = await client.account(Use.ASKED)
    except ReadError as error:
        return [
            *found,
            CheckResult("account", Standing.FAILED, f"Not read: {read_failure_words(error.failure)}"),
        ]
    ended = clock.now()
    again = ended.monotonic - began.monotonic
    leverage = "not known" if account.leverage is None else f"1:{account.leverage}"
    currency = plain(account.currency, 10) if account.currency else "currency not named"
    found.append(
        CheckResult(
            "account",
            Standing.GOOD,
            f"Login {account.login}, {account.margin_mode.value}, {currency}, leverage {leverage}.",
            {
                "login": account.login,
                "margin_mode": account.margin_mode.value,
                "currency": account.currency,
                "leverage": account.leverage,
            },
        )
    )
    found.append(
        CheckResult(
            "rest",
            Standing.GOOD,
            f"{where.base_url} answers in {_ms(again)} ms; {_ms(first)} ms with connecting.",
            {"url": where.base_url, "round_trip_ms": _ms(again), "first_ms": _ms(first)},
        )
    )
    if (skew := _skew(client.server_time, began, ended)) is not None:
        found.append(skew)
    return found


def _key(status: KeyStatus, where: Reached) -> CheckResult:
    prefix = where.key.prefix
    may = sorted(permission.value for permission in status.permissions)
    values = {"prefix": prefix, "status": plain(status.status, 40), "permissions": may}
    if status.status.lower() != "active":
        words = f"{prefix} is known, but the server calls it {plain(status.status, 40)!r}, not active."
        return CheckResult("key", Standing.WARNING, words, values)
    if not status.may_trade:
        words = f"{prefix} is good, and may only read: orders can't be sent with it."
        return CheckResult("key", Standing.WARNING, words, values)
    return CheckResult("key", Standing.GOOD, f"{prefix} is good; it may {' and '.join(may)}.", values)


def _key_failed(failure: Failure, where: Reached) -> CheckResult:
    name = "rest" if isinstance(failure, LineBroke) else "key"
    place = f"{where.base_url}: " if name == "rest" else f"{where.key.prefix}: "
    values: dict[str, object] = {"url": where.base_url} if name == "rest" else {"prefix": where.key.prefix}
    if isinstance(failure, Refused):
        values["http_status"] = failure.http_status
    return CheckResult(name, Standing.FAILED, place + read_failure_words(failure), values)


def _skew(server_time: float | None, began: Instant, ended: Instant) -> CheckResult | None:
    """How far this machine's clock is from the server's, by the Date header: to a second or so."""
    if server_time is None:
        return None
    ahead = (began.wall + ended.wall) / 2 - (server_time + _STAMP_SECONDS / 2)
    within = _STAMP_SECONDS / 2 + (ended.monotonic - began.monotonic) / 2
    values: dict[str, object] = {"ahead_seconds": round(ahead, 2), "within_seconds": round(within, 2)}
    if abs(ahead) <= within:
        words = f"This machine's clock agrees with the server's to {max(1.0, within):.0f} s."
        return CheckResult("clock", Standing.GOOD, words, values)
    direction = "ahead of" if ahead > 0 else "behind"
    words = f"This machine's clock is {abs(ahead):.1f} s {direction} the server's"
    if abs(ahead) < SKEW_WORTH_SAYING:
        return CheckResult("clock", Standing.GOOD, f"{words}.", values)
    return CheckResult("clock", Standing.WARNING, f"{words}: set it, or times shown will be wrong.", values)


def _skew_by_quote(age: float) -> CheckResult:
    """The same by the first quote's stamp, where there is no Date: the quote may itself be old."""
    values: dict[str, object] = {"ahead_seconds": round(age, 2), "within_seconds": SKEW_WORTH_SAYING}
    if abs(age) <= SKEW_WORTH_SAYING:
        words = f"This machine's clock agrees with the quotes' stamps to {SKEW_WORTH_SAYING:.0f} s."
        return CheckResult("clock", Standing.GOOD, words, values)
    if age < 0:
        words = f"This machine's clock is {-age:.1f} s behind the quotes' stamps: set it."
    else:
        words = f"The first quote's stamp is {age:.1f} s old: the quote is, or this machine's clock is ahead."
    return CheckResult("clock", Standing.WARNING, words, values)


def _weight(budget: BudgetSeen) -> CheckResult:
    low = budget.remaining < budget.limit * LOW_WEIGHT_SHARE
    words = f"{budget.remaining} of {budget.limit} weight a minute is left"
    return CheckResult(
        "weight",
        Standing.WARNING if low else Standing.GOOD,
        f"{words}: something else uses this key heavily." if low else f"{words}.",
        {"remaining": budget.remaining, "limit": budget.limit},
    )


async def _symbol(client: RestClient, where: Reached) -> str | None:
    """A symbol whose quotes to wait for: the first of the watchlist that the account has, else its first."""
    try:
        known = [row.name for row in await client.symbols()]
    except ReadError:
        return next(iter(where.symbols), None)
    return next((name for name in where.symbols if name in known), known[0] if known else None)


# --- the stream ---


class _Ear:
    """Hears the stream's events and remembers when the first of each came."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.up = asyncio.Event()
        self.quoted = asyncio.Event()
        self.up_at = 0.0
        self.quoted_at = 0.0
        self.stamp_age: float | None = None
        self.dialect = ""
        self.trouble: str | None = None

    def hear(self, event: Event) -> None:
        now = self._clock.now().monotonic
        match event:
            case StreamUp(dialect=dialect) if not self.up.is_set():
                self.up_at, self.dialect = now, dialect.value
                self.up.set()
            case QuotesSeen(quotes=(quote, *_)) if not self.quoted.is_set():
                self.quoted_at = now
                if quote.time is not None:
                    self.stamp_age = self._clock.now().wall - quote.time.timestamp()
                self.quoted.set()
            case StreamDown(reason=reason):
                self.trouble = plain(reason) or "no reason given"
            case StreamRefused(message=message):
                self.trouble = f"the server refused the key: {plain(message) or 'no reason given'}"
            case _:
                pass


async def _stream(where: Reached, symbol: str | None, clock: Clock, ear: _Ear) -> list[CheckResult]:
    runner = StreamRunner(where.ws_url, where.key, clock, ear.hear)
    if symbol is not None:
        runner.want(frozenset({symbol}), None)
    began = clock.now().monotonic
    running = asyncio.create_task(runner.run(), name="stream of the check")
    try:
        if not await _comes(ear.up, running, STREAM_WITHIN):
            why = ear.trouble or f"no answer in {STREAM_WITHIN:.0f} s"
            words = f"{where.ws_url} is not to be had: {why.rstrip('.')}."
            return [CheckResult("stream", Standing.FAILED, words, {"url": where.ws_url})]
        took = _ms(ear.up_at - began)
        up = CheckResult(
            "stream",
            Standing.GOOD,
            f"{where.ws_url} took the key in {took} ms.",
            {"url": where.ws_url, "up_ms": took, "dialect": ear.dialect},
        )
        if symbol is None:
            return [up, CheckResult("quote", Standing.WARNING, "The account lists no symbol to wait for.")]
        return [up, await _first_quote(ear, running, plain(symbol, 40))]
    finally:
        running.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await running


async def _first_quote(ear: _Ear, running: "asyncio.Task[None]", symbol: str) -> CheckResult:
    if not await _comes(ear.quoted, running, QUOTE_WITHIN):
        words = f"No quote of {symbol} came in {QUOTE_WITHIN:.0f} s: its market may be closed."
        return CheckResult("quote", Standing.WARNING, words, {"symbol": symbol})
    took = _ms(max(0.0, ear.quoted_at - ear.up_at))
    words = f"The first quote of {symbol} came {took} ms later."
    return CheckResult("quote", Standing.GOOD, words, {"symbol": symbol, "first_ms": took})


async def _comes(event: asyncio.Event, running: "asyncio.Task[None]", within: float) -> bool:
    """Whether the event comes before the stream gives up for good or the time is over."""
    waiting = asyncio.create_task(event.wait())
    await asyncio.wait({waiting, running}, timeout=within, return_when=asyncio.FIRST_COMPLETED)
    waiting.cancel()
    return event.is_set()


def _ms(seconds: float) -> int:
    return round(seconds * 1000)
