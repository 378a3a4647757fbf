"""What the chart's title says, out of its picture: the candle under the crosshair, how far back, what closes.

It draws nothing.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, tzinfo

import msgspec
from msgspec.structs import replace

from xbtfx_tui.domain.candles import Candle, Gap, Timeframe
from xbtfx_tui.domain.day_clock import DayClock
from xbtfx_tui.domain.positions import DealEntry
from xbtfx_tui.domain.symbol_spec import SymbolSpec
from xbtfx_tui.domain.timeframe_words import timeframe_words
from xbtfx_tui.store.latest_quotes import Fresh
from xbtfx_tui.ui import figure_format as fmt
from xbtfx_tui.ui.chart.chart_readout import (
    ChartSaying,
    back_words,
    closes_words,
    figures,
    gap_words,
    moment_words,
    said,
    seen_words,
)
from xbtfx_tui.ui.chart.deal_marks import candle_end, deals_at
from xbtfx_tui.ui.chart.indicator_cells import figures_told
from xbtfx_tui.ui.panes.chart_picture import ChartPicture
from xbtfx_tui.ui.ports import Backend
from xbtfx_tui.ui.screen_times import ScreenTimes
from xbtfx_tui.ui.store_lookup import currency_of

SEEKS_OLDEST = "looking for the oldest candle"
MOST_DEALS = 4
"""Lines of deals above the candles."""


class TitleFacts(msgspec.Struct, frozen=True):
    """`width` is the title's room in columns. `is_live`: the quote is not an old one. `now` is unix seconds.
    `zone` is that of times, None the machine's own; `currency` the account's, `spec` the
    symbol's terms where they are known. `seeks_oldest`: the picture is
    to go to the oldest candle once that is found."""

    name: str
    width: int
    now: float
    zone: tzinfo | None
    clock: DayClock
    is_live: bool
    by_the_minute: bool = False
    seeks_oldest: bool = False
    currency: str | None = None
    spec: SymbolSpec | None = None


def title_facts(
    named: str,
    backend: Backend,
    times: ScreenTimes,
    symbol: str | None,
    timeframe: Timeframe,
    width: int,
    *,
    plain: bool,
    seeks_oldest: bool = False,
) -> TitleFacts:
    """What there is to tell of the symbol's chart now, in a title of this width that begins so; `plain` on a
    slow line."""
    now = backend.clock.now()
    zone = "" if times.word == "UTC" else f", {times.word} time"
    return TitleFacts(
        f"{named} {timeframe_words(timeframe)}{zone}",
        width,
        now.wall,
        times.zone,
        backend.candles.clock,
        symbol is not None and type(backend.store.freshness(symbol, now)) is Fresh,
        by_the_minute=plain,
        seeks_oldest=seeks_oldest,
        currency=currency_of(backend.store),
        spec=None if symbol is None else backend.store.specs.get(symbol),
    )


def chart_saying(picture: ChartPicture, facts: TitleFacts) -> ChartSaying:
    """The title, and what the first row says where the title has no room."""
    pointed = picture.pointed
    readings = () if pointed is None else _readings(pointed, picture, facts)
    order = picture.order
    of_indicators = figures_told(order.overlays, picture.pointed_place, order.digits)
    told = _told(picture, facts)
    saying = said(facts.name, told, readings, facts.width, order.columns, of_indicators)
    # How far back it is, and that it will be, is told even where the title has no room for it.
    is_vital = facts.seeks_oldest or not picture.window.shows_newest
    missing = (one for one in told if is_vital and one not in saying.title)
    return replace(saying, above=(*missing, *saying.above, *_deal_lines(picture, facts)))


def _deal_lines(picture: ChartPicture, facts: TitleFacts) -> Iterator[str]:
    """The deals of the candle under the crosshair, a line each: as many as fit above it."""
    pointed, view = picture.pointed, picture.view
    if not isinstance(pointed, Candle):
        return
    end = candle_end(pointed.start, view.timeframe, facts.clock)
    deals = deals_at(picture.layers.deals, pointed.start, end)
    for deal in deals[:MOST_DEALS]:
        price = fmt.price(deal.price, picture.order.digits)
        made = "" if deal.entry is DealEntry.IN else f" {fmt.signed_money(deal.profit, facts.currency)}"
        yield f"{deal.glyph} {deal.side.value} {fmt.lots(deal.volume)} at {price}{made}"
    if len(deals) > MOST_DEALS:
        yield f"+{len(deals) - MOST_DEALS} deals"


def two_moments(one: int, other: int, timeframe: Timeframe, facts: TitleFacts) -> tuple[str, str]:
    """When two candles began, as they are told beside each other: both with their years, or neither."""
    told = [moment_of(moment, timeframe, facts) for moment in (one, other)]
    whole = [moment_of(moment, timeframe, facts, with_year=True) for moment in (one, other)]
    first, second = whole if any(text in told for text in whole) else told
    return first, second


def moment_of(start: int, timeframe: Timeframe, facts: TitleFacts, *, with_year: bool = False) -> str:
    """When a candle began, as it is told; the year where it is not this one, or is asked for."""
    if timeframe.value >= Timeframe.DAY.value:  # days have a clock of their own
        shift = facts.clock.offset
        at, now = (datetime.fromtimestamp(moment + shift(moment), UTC) for moment in (start, int(facts.now)))
    else:
        at, now = (datetime.fromtimestamp(moment, facts.zone) for moment in (start, facts.now))
    return moment_words(at, None if with_year else now, timeframe)


def _readings(pointed: Candle | Gap, picture: ChartPicture, facts: TitleFacts) -> tuple[tuple[str, ...], ...]:
    """The read-out in lines, the fullest first."""
    if isinstance(pointed, Gap):
        since, until, now = (
            datetime.fromtimestamp(moment, facts.zone) for moment in (pointed.start, pointed.end, facts.now)
        )
        return (gap_words(since, until, now),), ("no record",)
    moment = moment_of(pointed.start, picture.view.timeframe, facts)
    opened, high, low, close, change = figures(pointed, picture.order.digits, facts.spec)
    seen = picture.seen_of(pointed)
    partly = () if seen is None else (seen_words(seen.seen, seen.of),)
    every = " ".join((opened, high, low, close, change))
    return (
        (" ".join((moment, every, *partly)),),
        (" ".join((every, *partly)),),
        (every, *partly),
        (f"{opened} {high}", f"{low} {close}", change, *partly),
        (opened, high, low, close, change, *partly),
        (close, change),
    )


def _told(picture: ChartPicture, facts: TitleFacts) -> tuple[str, ...]:
    if facts.seeks_oldest:
        return (SEEKS_OLDEST,)
    if not picture.window.shows_newest:
        newest = picture.in_sight[-1]
        return (back_words(facts.now - newest.end),)
    if not facts.is_live or picture.forming is None or not picture.is_at_forming:
        return ()
    left = picture.in_sight[-1].end - facts.now
    if left <= 0 or picture.view.timeframe is Timeframe.TEN_SECONDS:
        return ()
    return (closes_words(left, by_the_minute=facts.by_the_minute),)
