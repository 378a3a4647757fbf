"""What may go wrong with reads: lists empty, stale or refused for a time, rows out of shape.

It changes answers alone, never the account. Times are monotonic seconds of the exchange's own clock.
"""

import json
import math
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any, TypeAlias

from xbtfx_tui.paper.faults.fault_types import LISTS, POSITIONS, Fault, Scripted
from xbtfx_tui.paper.service import api_rows
from xbtfx_tui.paper.service.fault_hooks import IncomingCall
from xbtfx_tui.paper.service.http_replies import ApiError, Reply
from xbtfx_tui.paper.service.json_bodies import write_json

if TYPE_CHECKING:
    from xbtfx_tui.paper.paper_exchange import Exchange

_Rows: TypeAlias = Sequence[Mapping[str, Any]]

_, ORDERS, HISTORY, ACCOUNT = LISTS
_NAMES = {POSITIONS: "positions", ORDERS: "orders", HISTORY: "deals"}
_SYMBOLS = "/v1/symbols"
_MOMENTS_KEPT = 4_000
_FIRST_ERROR = 400
_ODD_FIELDS: Mapping[Fault, tuple[str, object]] = {
    Fault.ODD_PRICE: ("price_open", Decimal("-40.00")),
    Fault.ODD_VOLUME: ("volume", 0),
    Fault.ODD_NAME: ("symbol", "EUR\x1bUSD"),
}


class ReadFaults:
    """Stands between what is read and its reader. `exchange` None: there is nothing to be read yet."""

    def __init__(self, exchange: "Exchange | None" = None) -> None:
        self._exchange = exchange
        self._going_on: list[tuple[float, Scripted]] = []
        self._past: deque[tuple[float, Mapping[str, _Rows]]] = deque(maxlen=_MOMENTS_KEPT)
        self.note()

    def note(self) -> None:
        """Remember what the lists hold now, for readers who are to see it later than others."""
        if self._exchange is None:
            return
        engine = self._exchange.engine
        held = [api_rows.position_row(one) for one in engine.positions()]
        orders = [api_rows.order_row(one) for one in engine.orders()]
        self._past.append((self._monotonic(), {POSITIONS: held, ORDERS: orders}))

    def begin(self, step: Scripted) -> None:
        """Let it go wrong from now on."""
        self._going_on.append((self._monotonic() + step.lasts, step))

    def clear(self) -> None:
        self._going_on.clear()

    def answered(self, call: IncomingCall, reply: Reply) -> Reply:
        """The reply as the reader gets it."""
        if not self._going_on or call.method != "GET":
            return reply
        now = self._monotonic()
        self._going_on = [(until, step) for until, step in self._going_on if now < until]
        for _, step in self._going_on:
            reply = self._bent(step, call, reply)
        return reply

    def _monotonic(self) -> float:
        return self._exchange.clock.monotonic() if self._exchange is not None else 0.0

    def _bent(self, step: Scripted, call: IncomingCall, reply: Reply) -> Reply:
        if step.fault is Fault.LIST_FAILS and call.path == step.list_read:
            return ApiError(500, "internal_error", "Something went wrong.").reply()
        if reply.status >= _FIRST_ERROR:
            return reply
        match step.fault:
            case Fault.LIST_EMPTY if call.path == step.list_read:
                return _listed(reply, call.path, lambda rows: [])
            case Fault.LIST_STALE if call.path == step.list_read:
                return self._as_of(step.far, call, reply)
            case Fault.DEALS_OFF if call.path == HISTORY:
                return _listed(reply, HISTORY, lambda rows: [_moved(row, step.far) for row in rows])
            case Fault.STOPS_ULP if call.path == POSITIONS:
                return _listed(reply, POSITIONS, lambda rows: [_with_next_floats(row) for row in rows])
            case Fault.ODD_PRICE | Fault.ODD_VOLUME | Fault.ODD_NAME if call.path == POSITIONS:
                name, value = _ODD_FIELDS[step.fault]
                return _listed(
                    reply, POSITIONS, lambda rows: [*rows[:-1], *({**row, name: value} for row in rows[-1:])]
                )
            case Fault.ODD_LEVERAGE if call.path == ACCOUNT:
                return _changed(reply, {"leverage": _leverage(step.value or "null")})
            case Fault.ODD_ASK if call.path.startswith(_SYMBOLS) and call.params:
                is_meant = step.symbol in (None, call.params["symbol"])
                return _changed(reply, {"ask": 0}) if is_meant else reply
        return reply

    def _as_of(self, seconds: float, call: IncomingCall, reply: Reply) -> Reply:
        """The list as it stood so many seconds ago."""
        assert self._exchange is not None  # noqa: S101 it was, to have answered
        if call.path == HISTORY:
            until = self._exchange.now() - timedelta(seconds=seconds)
            return _listed(reply, HISTORY, lambda rows: [row for row in rows if _time(row) <= until])
        at = self._monotonic() - seconds
        stood: Mapping[str, _Rows] = next((held for noted, held in reversed(self._past) if noted <= at), {})
        symbol = call.query.get("symbol")
        kept = [row for row in stood.get(call.path, ()) if symbol is None or row["symbol"] == symbol]
        return _listed(reply, call.path, lambda rows: kept)


def _listed(reply: Reply, path: str, change: Callable[[_Rows], _Rows]) -> Reply:
    """The list's reply with other rows; one that holds no list is left as it is."""
    name = _NAMES.get(path)
    value = _read(reply)
    if name is None or name not in value:
        return reply
    rows = change(value[name])
    return Reply(reply.status, write_json({**value, name: rows, "count": len(rows)}))


def _changed(reply: Reply, fields: Mapping[str, object]) -> Reply:
    return Reply(reply.status, write_json({**_read(reply), **fields}))


def _read(reply: Reply) -> dict[str, Any]:
    value: dict[str, Any] = json.loads(reply.body, parse_float=Decimal)
    return value


def _time(row: Mapping[str, Any]) -> datetime:
    """A deal's time; where no zone is given it is UTC."""
    at = datetime.fromisoformat(str(row["time"]))
    return at if at.tzinfo is not None else at.replace(tzinfo=UTC)


def _moved(row: Mapping[str, Any], seconds: float) -> Mapping[str, Any]:
    """The deal's row with its time moved, written as it was."""
    text = str(row["time"])
    moved = (_time(row) + timedelta(seconds=seconds)).isoformat()
    has_zone = text.endswith("Z") or "+" in text
    return {**row, "time": moved.replace("+00:00", "Z" if has_zone else "")}


def _with_next_floats(row: Mapping[str, Any]) -> Mapping[str, Any]:
    """The position with its stops as a server tells them that has worked them out in floats."""
    told = {
        name: Decimal(repr(math.nextafter(float(row[name]), math.inf))) for name in ("sl", "tp") if row[name]
    }
    return {**row, **told}


def _leverage(text: str) -> object:
    """`null` and whole numbers as they stand in JSON; anything else as text."""
    if text == "null":
        return None
    return int(text) if text.isdecimal() else text
