"""What a POST came to: the fault table of order-safety.md, line by line."""

import json
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from xbtfx_tui.domain.failures import (
    BridgeDown,
    BridgeTimedOut,
    GarbledAnswer,
    RateLimited,
    Refused,
    ServerFault,
)
from xbtfx_tui.domain.order_outcomes import (
    BulkClosed,
    BulkLine,
    Done,
    Filled,
    FilledInPart,
    HalfReversed,
    Placed,
    Rejected,
    Result,
    Reversed,
)
from xbtfx_tui.domain.sides import Side
from xbtfx_tui.wire.order_requests import (
    CLOSE,
    CLOSE_ALL,
    CLOSE_BY,
    CLOSE_SYMBOL,
    MODIFY,
    REVERSE,
    TRADE,
    WEIGHTS,
)
from xbtfx_tui.wire.post_responses import read_answer, read_failure

FILLED = Filled(10009, 71, 70, Decimal("1.0791"))
FILLED_BODY = {"status": "filled", "retcode": 10009, "deal": 71, "order": 70, "price": 1.0791}
CLOSED = {"status": "filled", "deal": 80, "price": 1.08}
OPENED = {"status": "filled", "deal": 81, "order": 82, "volume": 0.2, "price": 1.0799, "side": "sell"}


def answer(path: str, status: int, body: object, **headers: str) -> Result:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return read_answer(path, status, headers, raw)


@pytest.mark.parametrize(
    ("path", "body", "result"),
    [
        (TRADE, FILLED_BODY, FILLED),
        (TRADE, FILLED_BODY | {"status": "success"}, FILLED),
        (TRADE, FILLED_BODY | {"retcode": "10009", "price": "1.0791", "extra": {}}, FILLED),
        (TRADE, {"status": "placed", "retcode": 10008, "volume": 0.1, "comment": "x"}, Placed(10008)),
        (TRADE, {"status": "success", "retcode": 10008}, Placed(10008)),
        # Both codes mean success, with either word.
        (TRADE, FILLED_BODY | {"retcode": 10008}, Filled(10008, 71, 70, Decimal("1.0791"))),
        (TRADE, {"status": "placed", "retcode": 10009}, Placed(10009)),
        (TRADE, {"status": "placed"}, Placed()),
        (TRADE, {"status": "rejected", "retcode": 10019, "message": "No money"}, Rejected(10019, "No money")),
        (TRADE, {"status": "rejected", "retcode": 10012, "message": "?"}, Rejected(10012, "?")),
        (TRADE, {"status": "filled", "retcode": 10010}, FilledInPart(10010)),
        (TRADE, {"status": "rejected", "retcode": 10010, "message": "part"}, FilledInPart(10010, "part")),
        (TRADE, {"status": "partial"}, FilledInPart(10010)),
        (
            CLOSE,
            {"status": "filled", "retcode": 10009, "deal": 90, "price": 1.1},
            Filled(10009, 90, None, Decimal("1.1")),
        ),
        (CLOSE, {"status": "ok", "deal": 0, "price": 0}, Filled()),
        (CLOSE, {"status": "placed", "retcode": 10008}, Placed(10008)),
        (MODIFY, {"status": "ok", "retcode": 10009}, Done(10009)),
        (MODIFY, {"status": "success"}, Done()),
        (CLOSE_BY, {"status": "ok", "retcode": 10009}, Done(10009)),
        (
            REVERSE,
            {"close": CLOSED, "open": OPENED},
            Reversed(80, Decimal("1.08"), 81, 82, Decimal("1.0799"), Decimal("0.2"), Side.SELL),
        ),
        (REVERSE, {"close": {"status": "placed"}, "open": {"status": "placed"}}, Placed(10008)),
        (REVERSE, {"status": "placed", "retcode": 10008}, Placed(10008)),
        (
            REVERSE,
            {"close": CLOSED, "open": {"status": "rejected", "message": "No money"}},
            HalfReversed("No money", 80, Decimal("1.08")),
        ),
        (
            REVERSE,
            {"close": {"status": "rejected", "retcode": 10018, "message": "Closed"}},
            Rejected(10018, "Closed"),
        ),
        (REVERSE, {"status": "rejected", "retcode": 10018}, Rejected(10018, "")),
    ],
)
def test_a_clear_answer(path: str, body: object, result: Result) -> None:
    assert answer(path, 200, body) == result


@pytest.mark.parametrize(
    ("path", "body"),
    [
        (TRADE, {"status": "filled", "retcode": 10006}),
        (TRADE, {"status": "rejected", "retcode": 10009}),
        (TRADE, {"status": "ok", "retcode": 10019}),
        (TRADE, {"status": "queued"}),
        (TRADE, {"retcode": 10009}),
        (TRADE, {"error": "rejected", "message": "?"}),
        (TRADE, {"status": "filled", "deal": "many"}),
        (TRADE, {"status": "filled", "price": "NaN"}),
        (TRADE, []),
        (TRADE, None),
        (TRADE, b""),
        (TRADE, b'{"status":"filled","deal":7'),
        (TRADE, b"<html>"),
        (REVERSE, {"close": {"status": "rejected"}, "open": OPENED}),
        (REVERSE, {"status": "filled"}),
        (REVERSE, {"close": 5}),
        (CLOSE_ALL, {"closed": -1}),
        (CLOSE_ALL, {"details": []}),
        (CLOSE_ALL, {"closed": 1, "details": {}}),
    ],
)
def test_an_answer_that_makes_no_sense_is_never_taken_for_an_outcome(path: str, body: object) -> None:
    result = answer(path, 200, body)
    assert isinstance(result, GarbledAnswer)
    assert result.http_status == 200
    assert 0 < len(result.detail) <= 300


@pytest.mark.parametrize("path", [CLOSE_ALL, CLOSE_SYMBOL])
def test_a_bulk_close_tells_each_ticket(path: str) -> None:
    details = [
        {"ticket": 51, "status": "filled", "retcode": 10009, "deal": 91, "price": 1.08, "profit": 12.5},
        {"ticket": 52, "status": "rejected", "retcode": 10018, "profit": 0},
    ]
    body = {"closed": 1, "failed": 1, "total_profit": 12.5, "details": details}
    assert answer(path, 200, body) == BulkClosed(
        1,
        1,
        Decimal("12.5"),
        (
            BulkLine(51, "filled", 10009, 91, Decimal("1.08"), Decimal("12.5")),
            BulkLine(52, "rejected", 10018, None, None, Decimal(0)),
        ),
    )
    assert answer(path, 200, {"closed": 0, "failed": 0, "total_profit": 0}) == BulkClosed(
        0, 0, Decimal(0), ()
    )


def test_half_a_reverse() -> None:
    body = {
        "warning": "Closed, but not opened",
        "close": CLOSED,
        "open": {"status": "rejected", "retcode": 10019},
    }
    half = HalfReversed("Closed, but not opened", 80, Decimal("1.08"))
    assert answer(REVERSE, 207, body) == half
    assert answer(REVERSE, 207, {"warning": "Half"}) == HalfReversed("Half")
    assert answer(REVERSE, 207, {"warning": "Half", "close": CLOSED, "open": {}}) == HalfReversed(
        "Half", 80, Decimal("1.08")
    )


@pytest.mark.parametrize(
    "body",
    [
        b"<html>",
        {"close": CLOSED, "open": OPENED},
        {"close": {"status": "rejected"}, "open": {"status": "rejected"}},
    ],
)
def test_a_207_that_denies_itself(body: object) -> None:
    assert isinstance(answer(REVERSE, 207, body), GarbledAnswer)
    assert isinstance(answer(TRADE, 207, {"status": "filled"}), GarbledAnswer)


@pytest.mark.parametrize(
    ("status", "body", "refused"),
    [
        (
            400,
            {"error": "invalid_volume", "message": "Bad volume"},
            Refused(400, "invalid_volume", "Bad volume"),
        ),
        (
            400,
            {"error": "rejected", "retcode": 10019, "message": "No money"},
            Refused(400, "rejected", "No money", 10019),
        ),
        (
            422,
            {"error": "mt5_rejected", "retcode": 10019, "message": "No money"},
            Refused(422, "rejected", "No money", 10019),
        ),
        (400, {"error": "rejected", "retcode": 10012, "message": "?"}, Refused(400, "rejected", "?", 10012)),
        (400, {"error": "rejected", "message": "?"}, Refused(400, "rejected", "?")),
        (401, {"error": "unauthorized", "message": "Bad key"}, Refused(401, "unauthorized", "Bad key")),
        (403, {"error": "forbidden", "message": "Read only"}, Refused(403, "forbidden", "Read only")),
        (404, {"error": "position_not_found", "message": "51"}, Refused(404, "position_not_found", "51")),
        (
            400,
            {"error": "market_closed", "message": "Shut", "next_open": "2026-04-05T22:00:00Z"},
            Refused(400, "market_closed", "Shut", None, datetime(2026, 4, 5, 22, tzinfo=UTC)),
        ),
        (
            400,
            {"error": "market_closed", "next_open": 1775426400},
            Refused(400, "market_closed", "", None, datetime(2026, 4, 5, 22, tzinfo=UTC)),
        ),
    ],
)
def test_a_refusal(status: int, body: object, refused: Refused) -> None:
    assert answer(TRADE, status, body) == refused
    assert read_failure(status, {}, json.dumps(body).encode()) == refused


def test_part_of_the_volume_in_a_refusal() -> None:
    body = {"error": "rejected", "retcode": 10010, "message": "Part"}
    assert answer(TRADE, 400, body) == FilledInPart(10010, "Part")


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (400, b"<html>"),
        (403, b""),
        (404, b"[]"),
        (400, {"message": "no code"}),
        (400, {"error": {"code": "x"}}),
        (400, {"error": "rejected", "retcode": "many"}),
        (400, {"error": "rejected", "retcode": 10009}),
    ],
)
def test_a_refusal_that_is_not_the_apis_own_proves_nothing(status: int, body: object) -> None:
    assert isinstance(answer(TRADE, status, body), GarbledAnswer)


@pytest.mark.parametrize(
    ("body", "headers", "wait"),
    [
        ({"error": "rate_limit_exceeded", "retry_after_sec": 3}, {}, 3.0),
        ({"retry_after_sec": "2.5"}, {"retry-after": "9"}, 2.5),
        ({"error": "rate_limit_exceeded"}, {"Retry-After": "4"}, 4.0),
        (b"<html>", {"retry-after": "Wed, 21 Oct 2026 07:28:00 GMT"}, 1.0),
        (b"", {}, 1.0),
        ({"retry_after_sec": -5}, {}, 1.0),
        ({"retry_after_sec": 0}, {}, 0.1),
        ({"retry_after_sec": 1e9}, {}, 120.0),
        ({"retry_after_sec": "NaN"}, {}, 1.0),
    ],
)
def test_how_long_a_429_asks_to_wait(body: object, headers: dict[str, str], wait: float) -> None:
    result = answer(TRADE, 429, body, **headers)
    assert isinstance(result, RateLimited)
    assert result.retry_after == wait


def test_the_bridge() -> None:
    assert answer(TRADE, 503, {"error": "bridge_unavailable", "message": "Down"}) == BridgeDown("Down")
    assert isinstance(answer(TRADE, 503, {"error": "maintenance"}), ServerFault)
    assert isinstance(answer(TRADE, 503, b"<html>bridge_unavailable"), ServerFault)
    assert answer(TRADE, 504, {"error": "mt5_timeout", "message": "Late"}) == BridgeTimedOut("Late")
    assert answer(TRADE, 504, b"<html>") == BridgeTimedOut()


@pytest.mark.parametrize("status", [201, 202, 204, 301, 307, 402, 408, 409, 500, 502, 520])
def test_a_status_the_api_does_not_list_settles_nothing(status: int) -> None:
    body = {"error": "conflict", "status": "filled", "message": "x" * 1_000_000}
    for result in (answer(TRADE, status, body), read_failure(status, {}, json.dumps(body).encode())):
        assert isinstance(result, ServerFault)
        assert len(result.detail) <= 500


def test_a_read_is_never_filled_in_part() -> None:
    body = json.dumps({"error": "rejected", "retcode": 10010}).encode()
    assert read_failure(400, {}, body) == Refused(400, "rejected", "", 10010)


def test_a_key_in_a_message_is_cut_to_its_prefix() -> None:
    key = "xbtfx_live_" + "ab12" * 8
    for path in WEIGHTS:
        result = answer(path, 401, {"error": "unauthorized", "message": f"{key} is revoked"})
        assert result == Refused(401, "unauthorized", "xbtfx_live_ab12... is revoked")
