"""The kinds of orders that a run can draw: what each needs to be there, and how it is drafted."""

from decimal import Decimal
from enum import Enum
from typing import TYPE_CHECKING

from xbtfx_tui.domain.intents import (
    CloseAllIntent,
    CloseByIntent,
    CloseIntent,
    CloseSymbolIntent,
    Intent,
    Keep,
    ModifyIntent,
    MoveTo,
    ReverseIntent,
)
from xbtfx_tui.domain.positions import Position
from xbtfx_tui.domain.sides import Side

if TYPE_CHECKING:
    from tests.matrix.world import Run


class Kind(Enum):
    OPEN = "open"
    OPEN_WITH_STOPS = "open with stops"
    CLOSE = "close"
    CLOSE_PART = "close in part"
    MODIFY = "modify"
    CLOSE_BY = "close by"
    REVERSE = "reverse"
    CLOSE_SYMBOL = "close symbol"
    CLOSE_ALL = "close all"


OPENS = (Kind.OPEN, Kind.OPEN, Kind.OPEN_WITH_STOPS)
CLOSES = (Kind.CLOSE, Kind.CLOSE_PART)
OTHERS = (Kind.MODIFY, Kind.CLOSE_BY, Kind.REVERSE)
BULK = (Kind.CLOSE_SYMBOL, Kind.CLOSE_ALL)
PLAIN = (*OPENS, *CLOSES)
ANY = (*OPENS, *OPENS, *CLOSES, *OTHERS, *BULK)

_PART = Decimal("0.01")
_FAR = 500


def kind_needs(kind: Kind, run: "Run") -> list[tuple[Side, Decimal]]:
    """Positions of the drawn symbol that must be held before."""
    held = run.volume + _PART
    match kind:
        case Kind.OPEN | Kind.OPEN_WITH_STOPS:
            return []
        case Kind.CLOSE_BY:
            return [(run.side, held), (run.side.opposite, held + _PART)]
        case Kind.CLOSE_SYMBOL | Kind.CLOSE_ALL:
            return [(run.side, held)] * run.rng.randrange(2, 5)
        case _:
            return [(run.side, held)]


def draft(kind: Kind, run: "Run") -> Intent:
    """The order itself, on the oldest positions of the drawn symbol."""
    own = run.account.desk.new_intent_id()
    held = sorted(run.engine.positions(run.symbol), key=lambda position: position.ticket)
    match kind:
        case Kind.OPEN:
            return run.drafts()
        case Kind.OPEN_WITH_STOPS:
            return run.drafts(**_stops(run))
        case Kind.CLOSE | Kind.CLOSE_PART:
            first = held[0]
            volume = first.volume if kind is Kind.CLOSE else first.volume - _PART
            return CloseIntent(own, first.ticket, first.symbol, first.side, volume, first.volume)
        case Kind.MODIFY:
            first = held[0]
            return ModifyIntent(own, first.ticket, first.symbol, MoveTo(_far(run, first)), Keep())
        case Kind.CLOSE_BY:
            return CloseByIntent(own, held[0].ticket, held[1].ticket, run.symbol)
        case Kind.REVERSE:
            first = held[0]
            return ReverseIntent(own, first.ticket, first.symbol, first.side, first.volume)
        case Kind.CLOSE_SYMBOL:
            return CloseSymbolIntent(own, run.symbol, tuple(one.ticket for one in held))
        case Kind.CLOSE_ALL:
            everything = tuple(sorted(one.ticket for one in run.engine.positions()))
            return CloseAllIntent(own, everything)


def _stops(run: "Run") -> dict[str, Decimal]:
    bid, _ = run.quote(run.symbol)
    away = run.market.specs[run.symbol].point * _FAR * run.side.sign
    return {"sl": bid - away, "tp": bid + away}


def _far(run: "Run", position: Position) -> Decimal:
    """A stop loss that is far enough from the price."""
    return position.price_open - run.market.specs[run.symbol].point * _FAR * position.side.sign
