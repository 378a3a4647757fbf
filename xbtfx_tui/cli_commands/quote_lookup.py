"""What `xbtfx-tui quote` looks up: a symbol's price by REST, by the stream where REST has none, and its book.

It reads; it never trades. A symbol that can't be told of ends as a sentence and stops no other.
"""

import asyncio
import contextlib
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from enum import Enum
from functools import partial
from typing import TypeAlias

import msgspec
from msgspec.structs import replace

from xbtfx_tui.api.rest_client import ReadError, RestClient
from xbtfx_tui.commands.known_names import Known, no_symbol_words
from xbtfx_tui.domain.api_key import ApiKey
from xbtfx_tui.domain.clock import Clock
from xbtfx_tui.domain.failure_messages import read_failure_words
from xbtfx_tui.domain.failures import Refused
from xbtfx_tui.domain.quotes import Depth, Quote, to_decimal
from xbtfx_tui.domain.store_events import Event, QuotesSeen, StreamDown, StreamRefused
from xbtfx_tui.domain.symbol_spec import SymbolRow, SymbolSpec
from xbtfx_tui.domain.text_sanitizer import plain
from xbtfx_tui.domain.trading_sessions import closed_now
from xbtfx_tui.stream.reconnecting_stream import StreamRunner

QUOTE_WITHIN = 10.0
DEPTH_WITHIN = 5.0
_UNKNOWN = frozenset({400, 404})
_UNREAD = "the account's symbols could not be read"


class PriceOrigin(Enum):
    """Where a price is from; the value is its word in the JSON."""

    REST = "rest"
    STREAM = "stream"


class QuotedPrice(msgspec.Struct, frozen=True):
    """A symbol's price at `time` (UTC): the stream's stamp, or when REST answered.

    `is_open` is whether it trades now, by the server's word and its sessions: an old price of a closed market
    is no price to trade on. `depth` is None where it was not asked for or is not to be had.
    """

    spec: SymbolSpec
    bid: Decimal | None
    ask: Decimal | None
    time: datetime
    source: PriceOrigin
    is_open: bool
    depth: Depth | None = None

    @property
    def spread_points(self) -> Decimal | None:
        if self.bid is None or self.ask is None or not self.spec.point:
            return None
        return (self.ask - self.bid) / self.spec.point


class Untold(msgspec.Struct, frozen=True):
    """A symbol that can't be told of: why, as a sentence. `is_mistake`: the account has none of that name."""

    symbol: str
    sentence: str
    is_mistake: bool = False


QuoteAnswer: TypeAlias = QuotedPrice | Untold


class PriceServer(msgspec.Struct, frozen=True):
    """Where prices are asked for, and with what."""

    base_url: str
    ws_url: str
    key: ApiKey


class Quotes(msgspec.Struct, frozen=True):
    """The answers, one for each symbol in the order asked, and sentences on what is missing of them."""

    answers: tuple[QuoteAnswer, ...]
    missing: tuple[str, ...] = ()


async def look_up(place: PriceServer, clock: Clock, names: Sequence[str], *, with_depth: bool) -> Quotes:
    """The prices of the symbols. Half a minute for one symbol at the very most."""
    client = RestClient(place.base_url, place.key, clock, lambda _: None)
    try:
        answers = await _by_rest(client, clock, list(dict.fromkeys(names)))
    finally:
        await client.aclose()
    told = [one for one in answers if isinstance(one, QuotedPrice)]
    without = [one for one in told if one.bid is None or one.ask is None]
    wanted = told if with_depth else without
    if not wanted:
        return Quotes(tuple(answers))
    heard = await _by_stream(place, clock, [one.spec.name for one in wanted], with_depth=with_depth)
    better = {one.spec.name: _with_quote(one, heard.quotes.get(one.spec.name), clock) for one in wanted}
    missing = list(_missing(better.values(), heard.trouble, with_depth=with_depth))
    joined = [better.get(one.spec.name, one) if isinstance(one, QuotedPrice) else one for one in answers]
    return Quotes(tuple(joined), tuple(missing))


async def _by_rest(client: RestClient, clock: Clock, names: Sequence[str]) -> list[QuoteAnswer]:
    found: list[SymbolSpec | ReadError] = await asyncio.gather(*(_spec(client, name) for name in names))
    rows: tuple[SymbolRow, ...] | None = None
    answers: list[QuoteAnswer] = []
    for name, first in zip(names, found, strict=True):
        spec: SymbolSpec | ReadError | Untold = first
        if isinstance(spec, ReadError) and _is_unknown(spec):
            rows = await _rows(client) if rows is None else rows
            spec = await _spelled_right(client, name, rows, spec)
        if isinstance(spec, ReadError):
            answers.append(Untold(name, read_failure_words(spec.failure)))
        elif isinstance(spec, Untold):
            answers.append(spec)
        else:
            answers.append(_told(spec, clock))
    return answers


async def _spec(client: RestClient, name: str) -> SymbolSpec | ReadError:
    try:
        return await client.symbol(name)
    except ReadError as error:
        return error


async def _rows(client: RestClient) -> tuple[SymbolRow, ...]:
    try:
        return await client.symbols()
    except ReadError:
        return ()


def _is_unknown(error: ReadError) -> bool:
    failure = error.failure
    return isinstance(failure, Refused) and failure.http_status in _UNKNOWN


async def _spelled_right(
    client: RestClient, name: str, rows: Sequence[SymbolRow], error: ReadError
) -> SymbolSpec | ReadError | Untold:
    """The symbol that was meant by a name in another case or without the broker's suffix."""
    names = [row.name for row in rows]
    meant = Known(names).symbol(name)
    if meant is not None and meant != name:
        return await _spec(client, meant)
    if not names:
        why = read_failure_words(error.failure)
        return Untold(
            name, f"{why} Whether {plain(name, 40)} is spelled otherwise here is not known: {_UNREAD}."
        )
    return Untold(name, no_symbol_words(name, names), is_mistake=True)


def _told(spec: SymbolSpec, clock: Clock) -> QuotedPrice:
    now = datetime.fromtimestamp(clock.now().wall, UTC)
    bid, ask = (to_decimal(value, spec.digits) if value else None for value in (spec.bid, spec.ask))
    return QuotedPrice(spec, bid, ask, now, PriceOrigin.REST, closed_now(spec, now) is None)


def _with_quote(told: QuotedPrice, quote: Quote | None, clock: Clock) -> QuotedPrice:
    if quote is None:
        return told
    digits = told.spec.digits
    return replace(
        told,
        bid=to_decimal(quote.bid, digits),
        ask=to_decimal(quote.ask, digits),
        time=quote.time or datetime.fromtimestamp(clock.now().wall, UTC),
        source=PriceOrigin.STREAM,
        depth=quote.depth,
    )


def _missing(found: Iterable[QuotedPrice], trouble: str | None, *, with_depth: bool) -> Iterable[str]:
    why = f": {trouble.rstrip('.')}" if trouble else ""
    for one in found:
        name = plain(one.spec.name, 40)
        if one.bid is None or one.ask is None:
            closed = "" if one.is_open or why else ": its market is closed"
            yield f"No price of {name} is to be had{why}{closed}."
        elif with_depth and one.depth is None:
            yield f"No depth of {name} is to be had{why}."


# --- the stream ---


class _Heard:
    """The latest quote of each symbol, and what is wrong with the stream."""

    def __init__(self) -> None:
        self.quotes: dict[str, Quote] = {}
        self.trouble: str | None = None
        self.changed = asyncio.Event()

    def has_price(self, name: str) -> bool:
        return name in self.quotes

    def has_depth(self, name: str) -> bool:
        return name in self.quotes and self.quotes[name].depth is not None

    def hear(self, event: Event) -> None:
        match event:
            case QuotesSeen(quotes=quotes):
                for quote in quotes:
                    last = self.quotes.get(quote.symbol)
                    depth = quote.depth or (last.depth if last is not None else None)
                    self.quotes[quote.symbol] = replace(quote, depth=depth)
            case StreamDown(reason=reason):
                self.trouble = plain(reason)
            case StreamRefused(message=message):
                self.trouble = f"the server refused the key: {plain(message)}"
            case _:
                return
        self.changed.set()


async def _by_stream(place: PriceServer, clock: Clock, names: Sequence[str], *, with_depth: bool) -> _Heard:
    heard = _Heard()
    runner = StreamRunner(place.ws_url, place.key, clock, heard.hear)
    running = asyncio.create_task(runner.run(), name="stream of the quotes")
    try:
        if not with_depth:
            runner.want(frozenset(names), None)
            await _until(lambda: all(map(heard.has_price, names)), heard, running, QUOTE_WITHIN)
            return heard
        for name in names:  # the stream gives the book of one symbol at a time
            runner.want(frozenset({name}), name)
            if await _until(partial(heard.has_price, name), heard, running, QUOTE_WITHIN):
                await _until(partial(heard.has_depth, name), heard, running, DEPTH_WITHIN)
        return heard
    finally:
        running.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await running


async def _until(
    holds: Callable[[], bool], heard: _Heard, running: "asyncio.Task[None]", within: float
) -> bool:
    """Whether it comes to hold before the stream gives up for good or the time is over."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(within):
            while not holds() and not running.done():
                heard.changed.clear()
                waiting = asyncio.create_task(heard.changed.wait())
                try:
                    await asyncio.wait({waiting, running}, return_when=asyncio.FIRST_COMPLETED)
                finally:
                    waiting.cancel()
    return holds()
