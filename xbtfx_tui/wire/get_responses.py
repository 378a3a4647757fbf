"""What GET requests answer, as domain values. Every form of the API's section 2 is accepted.

A row that can't be read hides no other, and is never left out: it comes as an `UnreadRow`, for a position
left out would look like a closed one. An answer that is no list at all fails as a whole.
"""

import contextlib
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from decimal import Decimal
from typing import TypeVar

from xbtfx_tui.domain.accounts import Account, KeyStatus, MarginMode, Permission, margin_level_percent
from xbtfx_tui.domain.positions import Deal, DealEntry, OrderKind, PendingOrder, Position
from xbtfx_tui.domain.unreadable_rows import RowT, UnreadRow
from xbtfx_tui.wire.json_fields import (
    JsonObject,
    as_decimal,
    decode,
    decode_loosely,
    listed,
    long_values,
    normal,
)
from xbtfx_tui.wire.symbol_responses import read_symbol, read_symbols
from xbtfx_tui.wire.wire_errors import WireError, clip

__all__ = [
    "read_account",
    "read_history",
    "read_key_status",
    "read_orders",
    "read_positions",
    "read_symbol",
    "read_symbols",
]

HeldT = TypeVar("HeldT", Position, PendingOrder)

_LARGEST_LEVERAGE = 100_000
_CURRENCY = re.compile(r"[A-Z0-9]{1,10}", re.ASCII)


def read_key_status(body: bytes) -> KeyStatus:
    """GET /v1/auth/status. Permissions that are not known are left out. Raises WireError."""
    row = JsonObject(decode(body, "The key's status"), "The key's status:")
    return KeyStatus(
        login=row.integer("login"),
        tier=row.text_or_none("tier") or "",
        status=row.text_or_none("status") or "",
        permissions=_permissions(row),
        margin_mode=_margin_mode(row),
        server=row.text_or_none("server"),
    )


def read_account(body: bytes) -> Account:
    """GET /v1/account. The margin level is worked out where the server leaves it out. Raises WireError."""
    row = JsonObject(decode_loosely(body, "The account"), "The account:")
    equity, margin = row.decimal("equity"), row.decimal("margin")
    sent_level = as_decimal(row.raw("margin_level")) if margin > 0 else None
    return Account(
        login=row.integer("login"),
        balance=row.decimal("balance"),
        equity=equity,
        margin=margin,
        margin_free=row.decimal("margin_free", "free_margin"),
        profit=row.decimal_or_zero("profit"),
        leverage=_leverage(row.raw("leverage")),
        margin_mode=_margin_mode(row),
        currency=_currency(row),
        margin_level=sent_level or margin_level_percent(equity, margin),
        server=row.text_or_none("server"),
    )


def read_positions(body: bytes) -> tuple[Position | UnreadRow, ...]:
    """GET /v1/positions, bare or wrapped. Raises WireError where it is no list."""
    return tuple(_once(_each(_values(body, "positions", "The positions"), _position)))


def read_orders(body: bytes) -> tuple[PendingOrder | UnreadRow, ...]:
    """GET /v1/orders, bare or wrapped. A kind that is no pending order is left out. Raises WireError where it
    is no list."""
    return tuple(_once(_each(_values(body, "orders", "The orders"), pending_order)))


def read_history(body: bytes, give_way: Callable[[], None] = lambda: None) -> tuple[Deal | UnreadRow, ...]:
    """GET /v1/history. Deposits and the like (a side that is neither buy nor sell) are left out.

    `give_way` is called now and then: a year of deals takes a tenth of a second. Raises WireError where it is
    no list.
    """
    return tuple(_each(long_values(body, "deals", "The history", give_way), _deal_or_none))


def _values(body: bytes, wrapper: str, what: str) -> Sequence[object]:
    return listed(decode_loosely(body, what), wrapper, what)


def _each(values: Iterable[object], read: Callable[[JsonObject], RowT | None]) -> Iterator[RowT | UnreadRow]:
    """Every row that is meant for us: read, or that it can't be."""
    for value in values:
        try:
            found = read(JsonObject(value, ""))
        except WireError as error:
            yield _unread(value, str(error))
            continue
        if found is not None:
            yield found


def _unread(value: object, sentence: str) -> UnreadRow:
    """What can still be seen of a row."""
    ticket: int | None = None
    symbol: str | None = None
    if isinstance(value, dict):
        row = JsonObject(value, "")
        with contextlib.suppress(WireError):
            ticket = row.ticket("ticket")
        with contextlib.suppress(WireError):
            symbol = row.name("symbol")
    return UnreadRow(ticket, symbol, sentence.strip().rstrip("."))


def _once(rows: Iterable[HeldT | UnreadRow]) -> Iterator[HeldT | UnreadRow]:
    """A ticket that stands there twice is one item; told in two ways it can't be read: neither is taken."""
    found: dict[int, HeldT | UnreadRow] = {}
    for row in rows:
        if row.ticket is None:
            yield row
            continue
        before = found.setdefault(row.ticket, row)
        if before != row and not isinstance(before, UnreadRow):
            found[row.ticket] = UnreadRow(row.ticket, before.symbol, "it stands there twice, in two ways")
    yield from found.values()


def pending_order(row: JsonObject) -> PendingOrder | None:
    """One pending order, from REST or from the stream; None for a kind that is not known."""
    kind = row.raw("type")
    known = _ORDER_KINDS.get(normal(kind)) if isinstance(kind, str) else None
    if known is None:
        return None
    return PendingOrder(
        ticket=row.ticket("ticket"),
        symbol=row.name("symbol"),
        kind=known,
        volume=row.positive("volume"),
        price=row.decimal("price"),
        sl=row.nonzero_or_none("sl"),
        tp=row.nonzero_or_none("tp"),
    )


def deal(row: JsonObject) -> Deal:
    """One deal, from REST or from the stream."""
    return Deal(
        ticket=row.ticket("ticket"),
        symbol=row.name("symbol"),
        side=row.side("side"),
        entry=row.enum_or_none(DealEntry, "entry"),
        volume=row.positive("volume"),
        price=row.decimal("price"),
        profit=row.decimal_or_zero("profit"),
        time=row.moment_or_none("time"),
        order=row.ticket_or_none("order"),
        position=row.ticket_or_none("position"),
    )


_ORDER_KINDS = {normal(kind.value): kind for kind in OrderKind}


def _deal_or_none(row: JsonObject) -> Deal | None:
    """None for what is no trade: a side that is a word, and neither buy nor sell."""
    side = row.raw("side")
    return None if isinstance(side, str) and row.side_or_none("side") is None else deal(row)


def _position(row: JsonObject) -> Position:
    return Position(
        ticket=row.ticket("ticket"),
        symbol=row.name("symbol"),
        side=row.side("side"),
        volume=row.positive("volume"),
        price_open=row.decimal("price_open"),
        price_current=_current_price(row),
        sl=row.nonzero_or_none("sl"),
        tp=row.nonzero_or_none("tp"),
        profit=row.decimal_or_zero("profit"),
        swap=row.decimal_or_zero("swap"),
    )


def _current_price(row: JsonObject) -> Decimal:
    """MetaTrader says 0 while a symbol has no quote yet: the price it was opened at stands in."""
    return row.nonzero_or_none("price_current") or row.decimal("price_open")


def _leverage(value: object) -> int | None:
    """The N of `N` or `1:N`; None where it is none that a broker gives."""
    text = value.strip() if isinstance(value, str) else value
    number = as_decimal(text.removeprefix("1:") if isinstance(text, str) else text)
    if number is None or number != number.to_integral_value() or not 0 < number <= _LARGEST_LEVERAGE:
        return None
    return int(number)


def _currency(row: JsonObject) -> str | None:
    """The account's currency; None where it is missing or no code of letters and digits."""
    code = (row.text_or_none("currency") or "").strip().upper()
    return code if _CURRENCY.fullmatch(code) else None


def _permissions(row: JsonObject) -> frozenset[Permission]:
    value = row.raw("permissions")
    if isinstance(value, str):
        words = re.split(r"[,;|\s]+", clip(value))
    elif isinstance(value, list):
        words = [word for word in value if isinstance(word, str)]
    else:
        raise row.bad(("permissions",), value, "a list or text like trade,read")
    said = {word.strip().lower() for word in words}
    return frozenset(permission for permission in Permission if permission.value in said)


def _margin_mode(row: JsonObject) -> MarginMode:
    value = row.raw("margin_mode")
    word = normal(value) if isinstance(value, str) else ""
    if "hedging" in word:
        return MarginMode.HEDGING
    if "netting" in word:
        return MarginMode.NETTING
    raise row.bad(("margin_mode",), value, "hedging or netting")
