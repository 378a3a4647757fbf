"""GET answers in every form that xbtfx-api.md lists, as the values that the terminal works with."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from xbtfx_tui.domain.accounts import MarginMode, Permission
from xbtfx_tui.domain.positions import DealEntry, OrderKind
from xbtfx_tui.domain.sides import Side
from xbtfx_tui.wire.errors import WireError
from xbtfx_tui.wire.rest import (
    read_account,
    read_history,
    read_key_status,
    read_orders,
    read_positions,
)

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
    (position,) = read_positions(body(wrap([POSITION])))
    assert (position.ticket, position.symbol, position.side) == (51, "EURUSD", Side.BUY)
    assert (str(position.volume), str(position.price_open), position.sl) == ("0.1", "1.07912", None)
    assert (position.tp, position.swap) == (Decimal("1.09"), Decimal("-0.12"))


def test_no_positions() -> None:
    assert read_positions(b"[]") == read_positions(b'{"positions":[],"count":0}') == ()


def test_a_position_with_what_is_optional_left_out() -> None:
    needed = {name: POSITION[name] for name in ("ticket", "symbol", "side", "volume", "price_open")}
    (position,) = read_positions(body([needed]))
    assert (position.sl, position.tp, position.profit, position.swap) == (None, None, Decimal(0), Decimal(0))
    assert position.price_current == position.price_open


@pytest.mark.parametrize("field", ["ticket", "symbol", "side", "volume", "price_open"])
def test_one_unreadable_position_fails_the_whole_answer_by_name(field: str) -> None:
    with pytest.raises(WireError, match=rf"row 2, {field} is missing"):
        read_positions(body([POSITION, POSITION | {field: None}]))


@pytest.mark.parametrize(
    "change", [{"ticket": 0}, {"ticket": 1.5}, {"volume": -0.1}, {"side": "up"}, {"symbol": ""}]
)
def test_a_position_that_can_not_be(change: dict[str, object]) -> None:
    with pytest.raises(WireError):
        read_positions(body([POSITION | change]))


@pytest.mark.parametrize(
    "wrong", [b"", b"{}", b"null", b"5", b'{"positions":5}', b'{"positions":', b"[1]", b"\xff"]
)
def test_no_list_of_positions_is_not_an_empty_list(wrong: bytes) -> None:
    with pytest.raises(WireError):
        read_positions(wrong)


@pytest.mark.parametrize("kind", list(OrderKind))
def test_every_kind_of_pending_order(kind: OrderKind) -> None:
    for form in (kind.value, kind.value.upper(), kind.value.replace("_", " ")):
        (order,) = read_orders(body({"orders": [ORDER | {"type": form}], "count": 1}))
        assert (order.kind, order.price, order.sl, order.tp) == (kind, Decimal("1.07"), None, None)


def test_an_order_that_is_not_pending_is_left_out() -> None:
    orders = read_orders(body([ORDER | {"type": "close_by"}, ORDER]))
    assert [order.ticket for order in orders] == [9]


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("2026-04-01T10:00:00Z", datetime(2026, 4, 1, 10, tzinfo=UTC)),
        ("2026-04-01T10:00:00", datetime(2026, 4, 1, 10, tzinfo=UTC)),
        ("2026-04-01 10:00:00.250", datetime(2026, 4, 1, 10, 0, 0, 250_000, tzinfo=UTC)),
        ("2026-04-01T12:00:00.123456789+02:00", datetime(2026, 4, 1, 10, 0, 0, 123_000, tzinfo=UTC)),
        (1775037600, datetime(2026, 4, 1, 10, tzinfo=UTC)),
        (1775037600250, datetime(2026, 4, 1, 10, 0, 0, 250_000, tzinfo=UTC)),
        ("1775037600", datetime(2026, 4, 1, 10, tzinfo=UTC)),
        (1775037600.25, datetime(2026, 4, 1, 10, 0, 0, 250_000, tzinfo=UTC)),
        ("yesterday", None), (0, None), (-5, None), (1e30, None), (True, None), ([], None), (None, None),
        ("2026" * 100, None), ("0001-01-01T00:00:00+14:00", None),
    ],
)  # fmt: skip
def test_when_a_deal_was_done(written: object, read: datetime | None) -> None:
    (deal,) = read_history(body({"deals": [DEAL | {"time": written}], "count": 1}))
    assert deal.time == read


def test_a_deal_says_what_it_did_to_which_position() -> None:
    (deal,) = read_history(body([DEAL]))
    assert (deal.side, deal.entry, deal.order, deal.position) == (Side.SELL, DealEntry.OUT, 6, 51)
    (bare,) = read_history(body([DEAL | {"entry": "sideways", "order": 0, "position": None}]))
    assert (bare.entry, bare.order, bare.position) == (None, None, None)


def test_a_deposit_is_no_deal() -> None:
    assert read_history(body([{"ticket": 1, "side": "balance", "profit": 10000}, DEAL]))[0].ticket == 7


def test_an_error_sentence_is_short_and_holds_no_key() -> None:
    key = "xbtfx_live_" + "ab12" * 8
    for poison in (key, "x" * 1_000_000, key * 30_000):
        with pytest.raises(WireError) as caught:
            read_positions(body([POSITION | {"side": poison}]))
        assert len(str(caught.value)) <= 300
        assert key not in str(caught.value)
