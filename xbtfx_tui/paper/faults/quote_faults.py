"""Quotes of the stream that are told otherwise than they are: old ones after a reconnect, one far off.

Pure but for what it is asked to do once. Times are unix seconds.
"""

import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from xbtfx_tui.paper.faults.fault_types import Fault, Scripted
from xbtfx_tui.paper.service.json_bodies import write_json

_ASIDE = Decimal("0.99")
"""An old quote's price against the one of now, so that it shows when it is taken for one."""


class QuoteFaults:
    """What is still to go wrong with single quotes. Costs nothing while there is nothing."""

    def __init__(self) -> None:
        self._jump: Scripted | None = None
        self._old: Scripted | None = None
        self._no_ask: Scripted | None = None
        self._told: set[str] = set()

    def begin(self, step: Scripted) -> None:
        match step.fault:
            case Fault.STREAM_JUMP:
                self._jump = step
            case Fault.ODD_ASK:
                self._no_ask = step
            case _:
                self._old, self._told = step, set()

    def clear(self) -> None:
        self._jump = self._old = self._no_ask = None

    def told(self, frame: str) -> str:
        """The frame as it goes out."""
        if self._jump is None and self._old is None and self._no_ask is None:
            return frame
        if self._no_ask is not None and (quote := quote_of(frame, self._no_ask.symbol)) is not None:
            return _text({**quote, "ask": 0})
        if self._jump is not None and (quote := quote_of(frame, self._jump.symbol)) is not None:
            share, self._jump = self._jump.part, None
            return _text({**quote, **{name: quote[name] * share for name in ("bid", "ask")}})
        if self._old is not None and (quote := quote_of(frame, self._old.symbol)) is not None:
            symbol = quote["symbol"]
            if symbol not in self._told:
                self._told.add(symbol)
                return _text(_aged(quote, self._old.far))
        return frame


def quote_of(frame: str, symbol: str | None) -> dict[str, Any] | None:
    """The quote that the frame holds, of this symbol or (None) of any; None where it holds none."""
    if '"quote"' not in frame[:32]:
        return None
    quote: dict[str, Any] = json.loads(frame, parse_float=Decimal)
    return quote if symbol in (None, quote["symbol"]) else None


def _aged(quote: dict[str, Any], seconds: float) -> dict[str, Any]:
    """The quote as it may have stood so many seconds before."""
    at = datetime.fromisoformat(quote["time"]).astimezone(UTC) - timedelta(seconds=seconds)
    time = at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    prices = {name: (quote[name] * _ASIDE).quantize(quote[name]) for name in ("bid", "ask")}
    return {**quote, **prices, "time": time}


def _text(quote: dict[str, Any]) -> str:
    return write_json(quote).decode()
