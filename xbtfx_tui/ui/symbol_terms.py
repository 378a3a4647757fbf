"""A symbol's swaps and hours in the few characters of a table's cell. Pure; what is not known is a dash."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import lru_cache

from xbtfx_tui.domain.order_estimates import swap_in_points
from xbtfx_tui.domain.sides import Side
from xbtfx_tui.domain.symbol_spec import SymbolRow, SymbolSpec
from xbtfx_tui.domain.trading_sessions import closed_now, next_close
from xbtfx_tui.ui import figure_format as fmt

_A_MINUTE = 60
_A_DAY = timedelta(days=1)


def swap_points(known: SymbolSpec | SymbolRow, side: Side) -> Decimal | None:
    """A night's swap of one side in points; None where it is given in another mode, or the mode is not known:
    the list of symbols does not tell it."""
    return swap_in_points(known, side) if isinstance(known, SymbolSpec) else None


def session_words(spec: SymbolSpec | None, wall: float) -> str:
    """Until when the symbol trades, or from when on it does again, UTC; `wall` is now, unix time."""
    if spec is None:
        return fmt.NOTHING
    return _words_at(spec, int(wall // _A_MINUTE))


@lru_cache(maxsize=1024)
def _words_at(spec: SymbolSpec, minute: int) -> str:
    """Looked at by many rows many times a second, and another one each minute at most."""
    at = datetime.fromtimestamp(minute * _A_MINUTE, UTC)
    if (closed := closed_now(spec, at)) is not None:
        return "closed" if closed.opens is None else f"from {_time(closed.opens, at)}"
    if spec.trade_sessions is None:
        return fmt.NOTHING  # that the server did not call it closed is no word of its hours
    closes = next_close(spec.trade_sessions, at)
    return "open" if closes is None else f"to {_time(closes, at)}"


def _time(moment: datetime, at: datetime) -> str:
    return f"{moment:%H:%M}" if moment - at < _A_DAY else f"{moment:%a}"
