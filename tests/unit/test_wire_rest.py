"""GET answers in every form that xbtfx-api.md lists, as the values that the terminal works with."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from xbtfx_tui.domain.accounts import MarginMode, Permission
from xbtfx_tui.domain.positions import Deal, DealEntry, OrderKind, PendingOrder, Position
from xbtfx_tui.domain.sides import Side
from xbtfx_tui.domain.unreadable_rows import UnreadRow, parted
from xbtfx_tui.wire.get_responses import (
    read_account,
    read_history,
    read_key_status,
    read_orders,
    read_positions,
)
from xbtfx_tui.wire.wire_errors import WireError

KEY = {"login": 700123, "tier": "standard", "status": "active", "permissions": ["trade", "read"]} | {
    "margin_mode": "hedging"
}
ACCOUNT = (
    b'{"login":700123,"balance":10000.10,"equity":10012.35,"margin":250.05,"margin_free":9762.30,'
    b'"profit":12.25,"leverage":100,"margin_mode":"hedging"}'
)
POSITION = {"ticket": 51, "symbol": "EURUSD", "side": "buy", "volume": 0.1, "price_open": 1.07912} | {
    "price_current": 1.0795, "sl": 0, "tp": 1.09, "profit": 3.8, "swap": -0.12,
}  # fmt: skip
ORDER = {"ticket": 9, "symbol": "EURUSD", "type": "buy_limit", "volume": 0.2, "price": 1.07, "sl": 0, "tp": 0}
DEAL = {"ticket": 7, "symbol": "EURUSD", "side": "sell", "entry": "out", "volume": 0.1, "price": 1.08} | {
    "profit": 8.8, "time": "2026-04-01T10:00:00Z", "order": 6, "position": 51,
}  # fmt: skip


def positions(sent: bytes) -> tuple[Position, ...]:
    read, unread = parted(read_positions(sent))
    assert unread == ()
    return read


def orders(sent: bytes) -> tuple[PendingOrder, ...]:
    read, unread = parted(read_orders(sent))
    assert unread == ()
    return read


def deals(sent: bytes) -> tuple[Deal, ...]:
    read, unread = parted(read_history(sent))
    assert unread == ()
    return read


def body(value: object) -> bytes:
    return json.dumps(value).encode()


@pytest.mark.parametrize("permissions", [["trade", "read"], "trade,read", "Trade, Read", "read trade"])
def test_a_key_may_trade_however_its_permissions_are_written(permissions: object) -> None:
    status = read_key_status(body(KEY | {"permissions": permissions}))
    assert status.may_trade
    assert (status.login, status.status, status.margin_mode) == (700123, "active", MarginMode.HEDGING)


def test_a_permission_that_is_not_known_gives_nothing() -> None:
    status = read_key_status(body(KEY | {"permissions": ["read", "withdraw"], "margin_mode": "NETTING"}))
    assert status.permissions == {Permission.READ}
    assert status.margin_mode is MarginMode.NETTING


def test_a_key_without_permissions_is_not_guessed_at() -> None:
    with pytest.raises(WireError, match="permissions is missing"):
        read_key_status(body({name: value for name, value in KEY.items() if name != "permissions"}))


def test_money_is_what_the_text_says_digit_for_digit() -> None:
    account = read_account(ACCOUNT)
    assert str(account.balance) == "10000.10"
    assert str(account.margin_free) == "9762.30"
    assert account.currency is None
    assert account.margin_level == Decimal("10012.35") / Decimal("250.05") * 100


def test_the_older_name_of_the_free_margin_and_figures_as_text() -> None:
    account = read_account(
        ACCOUNT.replace(b"margin_free", b"free_margin").replace(b"10000.10", b'"10000.10"')
    )
    assert str(account.margin_free) == "9762.30"
    assert str(account.balance) == "10000.10"


@pytest.mark.parametrize("nothing", [b"-0.0", b"0.00", b'"-0"', b"0e9", b"0"])
def test_nothing_is_nothing_however_it_is_written(nothing: bytes) -> None:
    assert str(read_account(ACCOUNT.replace(b"12.25", nothing)).profit) == "0"


def test_an_account_in_coins_with_all_that_may_be_named() -> None:
    more = {"currency": "btc", "margin_level": 412.5, "server": "XBTFX-MT5", "new_field": [1]}
    account = read_account(body(json.loads(ACCOUNT) | more))
    assert (account.currency, account.margin_level, account.server) == ("BTC", Decimal("412.5"), "XBTFX-MT5")


def test_an_account_without_positions_has_no_margin_level() -> None:
    assert read_account(body(json.loads(ACCOUNT) | {"margin": 0, "margin_level": 0})).margin_level is None


@pytest.mark.parametrize(
    "bad", [b"NaN", b'"NaN"', b'"Infinity"', b"1e999", b"-1e999", b"true", b'"1_000"', b"[]"]
)
def test_money_that_is_no_amount_is_refused(bad: bytes) -> None:
    with pytest.raises(WireError):
        read_account(ACCOUNT.replace(b"10000.10", bad))


@pytest.mark.parametrize(
    "wrap", [lambda found: found, lambda found: {"positions": found, "count": len(found)}]
)
def test_positions_bare_or_wrapped(wrap: Callable[[object], object]) -> None:
    (position,) = positions(body(wrap([POSITION])))
    assert (position.ticket, position.symbol, position.side) == (51, "EURUSD", Side.BUY)
    assert (str(position.volume), str(position.price_open), position.sl) == ("0.1", "1.07912", None)
    assert (position.tp, position.swap) == (Decimal("1.09"), Decimal("-0.12"))


def test_no_positions() -> None:
    assert read_positions(b"[]") == read_positions(b'{"positions":[],"count":0}') == ()


def test_a_position_with_what_is_optional_left_out() -> None:
    needed = {name: POSITION[name] for name in ("ticket", "symbol", "side", "volume", "price_open")}
    (position,) = positions(body([needed]))
    assert (position.sl, position.tp, position.profit, position.swap) == (None, None, Decimal(0), Decimal(0))
    assert position.price_current == position.price_open


@pytest.mark.parametrize("field", ["ticket", "symbol", "side", "volume", "price_open"])
def test_one_unreadable_position_hides_no_other_and_says_why(field: str) -> None:
    read, unread = parted(read_positions(body([POSITION, POSITION | {"ticket": 52, field: None}])))
    assert [position.ticket for position in read] == [51]
    (row,) = unread
    assert f"{field} is missing" in row.why
    assert row.ticket == (None if field == "ticket" else 52)
    assert row.symbol == (None if field == "symbol" else "EURUSD")


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"volume": 0}, "volume is 0, not a number above 0"),
        ({"volume": -0.1}, "volume is -0.1, not a number above 0"),
        ({"side": "up"}, "side is 'up', not buy or sell"),
        ({"symbol": ""}, "symbol is '', not a name"),
        ({"symbol": "EUR\x1bUSD"}, r"symbol is 'EUR\x1bUSD', not a name"),
        ({"price_open": "n/a"}, "price_open is 'n/a', not a number"),
        ({"sl": "none"}, "sl is 'none', not a number"),
        ({"ticket": 0}, "ticket is 0, not a number above 0"),
        ({"ticket": 1.5}, "ticket is 1.5, not a whole number"),
    ],
)
def test_a_position_that_can_not_be_is_kept_as_a_row(change: dict[str, object], why: str) -> None:
    (row,) = read_positions(body([POSITION | change]))
    assert isinstance(row, UnreadRow)
    assert row.why == why
    assert row.ticket == (None if "ticket" in change else 51)


def test_what_is_no_object_is_a_row_too() -> None:
    assert read_positions(b"[1]") == (UnreadRow(None, None, "is not a JSON object but 1"),)


@pytest.mark.parametrize("field", ["volume", "profit", "price_open"])
@pytest.mark.parametrize("value", ["NaN", "-Infinity", "1e999", "9" * 5000, r'"\ud800"', "0." + "9" * 400])
def test_a_value_that_is_not_json_costs_its_own_row_alone(field: str, value: str) -> None:
    odd = json.dumps(POSITION | {"ticket": 52, field: "@"}).replace('"@"', value)
    read, unread = parted(read_positions(f"[{json.dumps(POSITION)}, {odd}]".encode()))
    assert [position.ticket for position in read] == [51]
    assert [row.ticket for row in unread] == [52]


def test_a_ticket_told_twice_is_one_position_and_in_two_ways_it_is_none_that_is_known() -> None:
    assert len(positions(body([POSITION, POSITION]))) == 1
    (row,) = read_positions(body([POSITION, POSITION | {"volume": 0.2}]))
    assert row == UnreadRow(51, "EURUSD", "it stands there twice, in two ways")


def test_a_price_may_be_below_zero_and_a_volume_may_not() -> None:
    prices = {"price_open": -40.0, "price_current": -37.63, "sl": -45.5, "tp": -20}
    (oil,) = positions(body([POSITION | {"symbol": "XTIUSD"} | prices]))
    assert (oil.price_open, oil.price_current) == (Decimal("-40.0"), Decimal("-37.63"))
    assert (oil.sl, oil.tp) == (Decimal("-45.5"), Decimal(-20))
    (order,) = orders(body([ORDER | {"price": -39.5, "sl": -41}]))
    assert (order.price, order.sl) == (Decimal("-39.5"), Decimal(-41))


def test_one_deal_that_can_not_be_read_hides_no_other() -> None:
    odd = DEAL | {"ticket": 8, "volume": "much"}
    read, unread = parted(read_history(body({"deals": [odd, DEAL], "count": 2})))
    assert [deal.ticket for deal in read] == [7]
    assert unread == (UnreadRow(8, "EURUSD", "volume is 'much', not a number"),)
    assert isinstance(read_history(body([DEAL | {"side": 7}]))[0], UnreadRow)


@pytest.mark.parametrize("wrong", [b"", b"{}", b"null", b"5", b'{"positions":5}', b'{"positions":', b"\xff"])
def test_no_list_of_positions_is_not_an_empty_list(wrong: bytes) -> None:
    with pytest.raises(WireError):
        read_positions(wrong)


@pytest.mark.parametrize("kind", list(OrderKind))
def test_every_kind_of_pending_order(kind: OrderKind) -> None:
    for form in (kind.value, kind.value.upper(), kind.value.replace("_", " ")):
        (order,) = orders(body({"orders": [ORDER | {"type": form}], "count": 1}))
        assert (order.kind, order.price, order.sl, order.tp) == (kind, Decimal("1.07"), None, None)


def test_an_order_that_is_not_pending_is_left_out() -> None:
    found = orders(body([ORDER | {"type": "close_by"}, ORDER]))
    assert [order.ticket for order in found] == [9]


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("2026-04-01T10:00:00Z", datetime(2026, 4, 1, 10, tzinfo=UTC)),
        ("2026-04-01T10:00:00", datetime(2026, 4, 1, 10, tzinfo=UTC)),
        ("2026-04-01 10:00:00.250", datetime(2026, 4, 1, 10, 0, 0, 250_000, tzinfo=UTC)),
        ("2026-04-01T12:00:00.123456789+02:00", datetime(2026, 4, 1, 10, 0, 0, 123_456, tzinfo=UTC)),
        (1775037600, datetime(2026, 4, 1, 10, tzinfo=UTC)),
        (1775037600250, datetime(2026, 4, 1, 10, 0, 0, 250_000, tzinfo=UTC)),
        ("1775037600", datetime(2026, 4, 1, 10, tzinfo=UTC)),
        (1775037600.25, datetime(2026, 4, 1, 10, 0, 0, 250_000, tzinfo=UTC)),
        ("yesterday", None), (0, None), (-5, None), (1e30, None), (True, None), ([], None), (None, None),
        ("2026" * 100, None), ("0001-01-01T00:00:00+14:00", None),
    ],
)  # fmt: skip
def test_when_a_deal_was_done(written: object, read: datetime | None) -> None:
    (deal,) = deals(body({"deals": [DEAL | {"time": written}], "count": 1}))
    assert deal.time == read


def test_a_deal_says_what_it_did_to_which_position() -> None:
    (deal,) = deals(body([DEAL]))
    assert (deal.side, deal.entry, deal.order, deal.position) == (Side.SELL, DealEntry.OUT, 6, 51)
    (bare,) = deals(body([DEAL | {"entry": "sideways", "order": 0, "position": None}]))
    assert (bare.entry, bare.order, bare.position) == (None, None, None)


def test_a_deposit_is_no_deal() -> None:
    (deal,) = deals(body([{"ticket": 1, "side": "balance", "profit": 10000}, DEAL]))
    assert deal.ticket == 7


def test_a_reason_is_short_and_holds_no_key() -> None:
    key = "xbtfx_live_" + "ab12" * 8
    for poison in (key, "x" * 1_000_000, key * 30_000):
        (row,) = read_positions(body([POSITION | {"side": poison}]))
        assert isinstance(row, UnreadRow)
        assert len(row.why) <= 300
        assert key not in row.why
