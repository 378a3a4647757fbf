"""Trailing stops: how far behind the price a position's sl is kept, and where it goes next. Pure.

A trail only ever moves a stop in the position's favour. It looks at nothing by itself and sends nothing.

A stop is moved by steps, so that not every tick is an order: a tenth of the distance, one pip at least (on a
symbol whose pip is its point, that is one point).
"""

from collections.abc import Mapping
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_UP, Context, Decimal, localcontext

import msgspec

from xbtfx_tui.domain.lot_steps import parse_lots
from xbtfx_tui.domain.pip_size import NoPip, pip_of, points_text
from xbtfx_tui.domain.positions import Position
from xbtfx_tui.domain.price_grid import on_grid, tick_of
from xbtfx_tui.domain.sides import Side
from xbtfx_tui.domain.stop_rules import is_as_good_sl
from xbtfx_tui.domain.symbol_spec import SymbolSpec
from xbtfx_tui.domain.text_sanitizer import plain

DEFAULT_PIPS = Decimal(15)
"""The distance that is proposed where a pip is ten points."""

LARGEST_PIPS = Decimal(1_000_000_000)
_SHARE_OF_PRICE = Decimal("0.001")
_SPREADS = 10
_PRECISION = 200  # a server's prices and digits may have more than the usual 28 between them
_TWO_DIGITS_UP = Context(prec=2, rounding=ROUND_UP)
_SHOWN = 20


class TrailingStop(msgspec.Struct, frozen=True):
    """A position's sl is kept `distance_pips` pips behind the price it would close at."""

    ticket: int
    symbol: str
    side: Side
    distance_pips: Decimal

    def is_of(self, position: Position) -> bool:
        """Whether this is the position it was made for: on a netting account a ticket may turn its side."""
        return (self.ticket, self.symbol, self.side) == (position.ticket, position.symbol, position.side)


class KnownStop(msgspec.Struct, frozen=True):
    """Where a position's sl was put, or was seen (None: nowhere); known since `known_at`, in unix time."""

    sl: Decimal | None
    known_at: float


class KeptTrails(msgspec.Struct, frozen=True):
    """What is kept of the trailing stops between runs: `stops` is by ticket where the sl of a trail is known
    to have stood, so that a list which lags does not loosen it in the next run."""

    trails: tuple[TrailingStop, ...] = ()
    stops: Mapping[int, KnownStop] = {}


class BadDistance(msgspec.Struct, frozen=True):
    """Why a typed distance is none, as a sentence with an example of what is one."""

    sentence: str


def parse_distance(text: str, example: Decimal = DEFAULT_PIPS) -> Decimal | BadDistance:
    """The pips in `15p` or `15`, decimals with a point or a comma."""
    typed = text.strip().lower()
    pips = parse_lots(typed.removesuffix("p"))
    if pips is None or not 0 < pips <= LARGEST_PIPS:
        shown = f'"{plain(text, _SHOWN)}" is no distance: type' if typed else "Type"
        return BadDistance(f"{shown} pips like {pips_text(example)}.")
    return pips


def pips_text(pips: Decimal) -> str:
    """A distance as it is typed: `15p`, `2.5p`."""
    text = f"{pips:f}"
    return f"{text.rstrip('0').rstrip('.') if '.' in text else text}p"


def distance_problem(pips: Decimal, spec: SymbolSpec) -> str | None:
    """Why no stop can be kept at this distance, as a sentence; None where it can."""
    least = least_distance(spec)
    if isinstance(least, NoPip):
        return f"{least.sentence} A trail counts in pips alone."
    if pips >= least:
        return None
    if (points := max(spec.stops_level, spec.freeze_level)) > 0:
        return f"{spec.name} wants stops {points_text(points)} away at least: try {pips_text(least)}."
    return f"That is less than one point of {spec.name}: try {pips_text(least)}."


def least_distance(spec: SymbolSpec) -> Decimal | NoPip:
    """The least distance in pips at which a stop can be kept, or why pips can't be counted."""
    pip = pip_of(spec)
    return pip if isinstance(pip, NoPip) else _least(spec) / pip


def usual_distance(position: Position, bid: Decimal, ask: Decimal, spec: SymbolSpec) -> Decimal:
    """The distance to propose, in pips: that of the sl that stands behind the price, where one does.

    Else 15 pips where a pip is ten points; elsewhere ten spreads or a thousandth of the price, whichever is
    more, at two digits: 15 points of XAUUSD are less than its spread, and a dollar of BTCUSD is a second's
    move. Never less than the broker's stops level.
    """
    with localcontext() as context:
        context.prec = _PRECISION
        pip = pip_of(spec)
        if isinstance(pip, NoPip):
            return DEFAULT_PIPS  # which `distance_problem` refuses with the reason
        least = _least(spec) / pip
        closing = bid if position.side is Side.BUY else ask
        if position.sl is not None:
            stands = (closing - position.sl) * position.side.sign / pip
            if stands >= least:
                return stands
        if pip > spec.point:
            return max(DEFAULT_PIPS, least)
        spreads = _TWO_DIGITS_UP.plus(max(ask - bid, Decimal(0)) * _SPREADS / pip)
        share = _TWO_DIGITS_UP.plus(abs(closing) * _SHARE_OF_PRICE / pip)
        return max(spreads, share, least, DEFAULT_PIPS)


def step_of(trail: TrailingStop, spec: SymbolSpec) -> Decimal:
    """By how much a stop must get better to be moved, as a price distance of whole ticks."""
    pip = pip_of(spec)
    if isinstance(pip, NoPip):
        return tick_of(spec)
    with localcontext() as context:
        context.prec = _PRECISION
        return on_grid(max(_distance(trail, spec, pip) / 10, pip), spec, ROUND_CEILING)


def stop_behind(trail: TrailingStop, closing_price: Decimal, spec: SymbolSpec) -> Decimal | None:
    """The stop that lies the trail's distance behind this price, whatever stands; as `next_stop` says it."""
    is_long, pip = trail.side is Side.BUY, pip_of(spec)
    if isinstance(pip, NoPip):
        return None
    with localcontext() as context:
        context.prec = _PRECISION
        distance = _distance(trail, spec, pip)
        exact = closing_price - distance if is_long else closing_price + distance
        stop = on_grid(exact, spec, ROUND_FLOOR if is_long else ROUND_CEILING)
    return stop if stop > 0 or stop < 0 > closing_price else None


def next_stop(
    trail: TrailingStop, position: Position, closing_price: Decimal, spec: SymbolSpec
) -> Decimal | None:
    """Where the sl goes now, on the symbol's grid; None where the one that stands is to stay.

    `closing_price` is the bid for a long, the ask for a short. The stop lies the trail's distance behind it,
    or the broker's stops level where that is more, rounded away from the price. None as well where that would
    be at zero, or below it while the price is above, where `position` is not the trail's, and where the
    symbol has no pip that is known.
    """
    if not trail.is_of(position):
        return None
    stop = stop_behind(trail, closing_price, spec)
    if stop is None or position.sl is None:
        return stop
    with localcontext() as context:
        context.prec = _PRECISION
        gained = (stop - position.sl) * position.side.sign
        return stop if gained >= step_of(trail, spec) else None


def _distance(trail: TrailingStop, spec: SymbolSpec, pip: Decimal) -> Decimal:
    """The distance that is kept, as a price distance."""
    return max(trail.distance_pips * pip, _least(spec))


def _least(spec: SymbolSpec) -> Decimal:
    """The least distance that a stop can be kept at: what the broker wants, where it does not freeze the stop
    at once, and one tick."""
    return max(spec.stops_level * spec.point, spec.freeze_level * spec.point, tick_of(spec))


def better_stop(side: Side, one: Decimal | None, other: Decimal | None) -> Decimal | None:
    """The sl of the two that is nearer the price; None where neither is set."""
    return one if is_as_good_sl(side, one, other) else other
