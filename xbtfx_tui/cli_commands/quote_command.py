"""`xbtfx-tui quote`: what symbols cost now, and their depth, as a table or as JSON. Sends no order."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

import click

from xbtfx_tui.cli_commands.account_options import account_options, settings_and_key
from xbtfx_tui.cli_commands.table_output import (
    NOTHING,
    aligned,
    clock,
    exact,
    iso,
    price,
    print_json,
    print_lines,
)

if TYPE_CHECKING:
    from xbtfx_tui.cli_commands.quote_lookup import QuotedPrice
    from xbtfx_tui.domain.quotes import Depth, DepthLevel

FINE, FAILED, MISTAKEN = 0, 1, 2


@click.command("quote", short_help="Show the prices of symbols.")
@click.argument("symbols", nargs=-1, required=True, metavar="SYMBOL...")
@click.option("--depth", "with_depth", is_flag=True, help="The book too, up to five levels a side.")
@account_options
def quote(
    symbols: tuple[str, ...],
    with_depth: bool,
    profile: str | None,
    config: Path | None,
    base_url: str | None,
    ws_url: str | None,
    currency: str | None,
    as_json: bool,
) -> int:
    """Show bid, ask and spread (in points) of each SYMBOL; read by REST, the depth from the stream.

    \b
    JSON: {quotes: [{symbol, bid, ask, spread_points, digits, time, source, market, depth: {bids: [[price,
    volume]], asks}}], errors: [sentence]}; prices as text, time UTC, market open or closed, depth if asked.

    Exit codes: 0 good, 1 failed (also for a part: errors say which), 2 wrong use, wrong settings or a symbol
    that the account does not have.
    """
    settings, key = settings_and_key(profile, config, base_url, ws_url, currency)
    import asyncio

    from xbtfx_tui.cli_commands.quote_lookup import PriceServer, QuotedPrice, Untold, look_up
    from xbtfx_tui.sync.system_clock import SystemClock

    place = PriceServer(settings.base_url, settings.ws_url, key)
    found = asyncio.run(look_up(place, SystemClock(), symbols, with_depth=with_depth))
    told = [one for one in found.answers if isinstance(one, QuotedPrice)]
    errors = [one.sentence for one in found.answers if isinstance(one, Untold)] + list(found.missing)
    if as_json:
        print_json({"quotes": [as_values(one, with_depth=with_depth) for one in told], "errors": errors})
    elif told:
        print_lines(_lines(told))
    for sentence in errors:
        click.echo(f"xbtfx-tui: {sentence}", err=True)
    if any(isinstance(one, Untold) and one.is_mistake for one in found.answers):
        return MISTAKEN
    return FAILED if errors else FINE


def _lines(told: "Sequence[QuotedPrice]") -> Iterable[str]:
    from xbtfx_tui.domain.text_sanitizer import plain

    rows = []
    for one in told:
        digits = one.spec.digits
        spread = one.spread_points
        rows.append(
            [
                plain(one.spec.name, 40),
                price(one.bid, digits),
                price(one.ask, digits),
                NOTHING if spread is None else f"{spread:.0f}",
                clock(one.time),
                "open" if one.is_open else "closed",
            ]
        )
    yield from aligned("<symbol bid ask spread <time(UTC) <market", rows)
    for one in told:
        if one.depth is not None:
            yield ""
            yield from _depth_lines(plain(one.spec.name, 40), one.depth, one.spec.digits)


def _depth_lines(name: str, depth: "Depth", digits: int) -> list[str]:
    """The book as a ladder: asks above, the best of both in the middle. Volumes in units."""
    rows = [["ask", f"{level.price:.{digits}f}", f"{level.volume:,.0f}"] for level in reversed(depth.asks)]
    rows += [["bid", f"{level.price:.{digits}f}", f"{level.volume:,.0f}"] for level in depth.bids]
    return [f"{name}, depth in units", *aligned("<side price volume", rows)[1:]]


def as_values(one: "QuotedPrice", *, with_depth: bool) -> dict[str, object]:
    """A price as JSON values."""
    spread = one.spread_points
    values: dict[str, object] = {
        "symbol": one.spec.name,
        "bid": exact(one.bid),
        "ask": exact(one.ask),
        "spread_points": None if spread is None else exact(spread.normalize()),
        "digits": one.spec.digits,
        "time": iso(one.time),
        "source": one.source.value,
        "market": "open" if one.is_open else "closed",
    }
    if with_depth:
        book = one.depth
        values["depth"] = book and {
            "bids": [_level(level, one.spec.digits) for level in book.bids],
            "asks": [_level(level, one.spec.digits) for level in book.asks],
        }
    return values


def _level(level: "DepthLevel", digits: int) -> list[str]:
    return [f"{level.price:.{digits}f}", exact(Decimal(repr(level.volume)).normalize()) or "0"]
