"""What leaves the machine: exact bytes, the same for the same intent."""

from decimal import Decimal

import pytest

from xbtfx_tui.domain.intents import (
    CloseAllIntent,
    CloseByIntent,
    CloseIntent,
    CloseSymbolIntent,
    Intent,
    Keep,
    ModifyIntent,
    MoveTo,
    OpenIntent,
    Remove,
    ReverseIntent,
)
from xbtfx_tui.domain.sides import Side
from xbtfx_tui.wire.order_requests import request_for
from xbtfx_tui.wire.wire_errors import WireError

D = Decimal
BUY = OpenIntent("id", "EURUSD", Side.BUY, D("0.10"), D("1.07915"))


def close(volume: str) -> CloseIntent:
    return CloseIntent("id", 51, "EURUSD", Side.BUY, D(volume), D("0.20"))


@pytest.mark.parametrize(
    ("intent", "path", "body", "weight"),
    [
        (BUY, "/v1/trade", b'{"symbol":"EURUSD","side":"buy","volume":0.10,"price":1.07915}', 1),
        (
            OpenIntent("id", "BTCUSD", Side.SELL, D("1E-8"), D("1E+5"), D("1.1E+5"), D("90000.50"), "swing"),
            "/v1/trade",
            b'{"symbol":"BTCUSD","side":"sell","volume":0.00000001,"sl":110000,"tp":90000.50,"price":100000,'
            b'"comment":"swing"}',
            1,
        ),
        (close("0.20"), "/v1/close", b'{"ticket":51}', 1),
        (close("0.05"), "/v1/close", b'{"ticket":51,"volume":0.05}', 1),
        (
            ModifyIntent("id", 51, "EURUSD", MoveTo(D("1.0790")), Keep()),
            "/v1/modify",
            b'{"ticket":51,"sl":1.0790}',
            1,
        ),
        (
            ModifyIntent("id", 51, "EURUSD", Remove(), Remove()),
            "/v1/modify",
            b'{"ticket":51,"sl":0,"tp":0}',
            1,
        ),
        (CloseByIntent("id", 51, 52, "EURUSD"), "/v1/close-by", b'{"position":51,"position_by":52}', 1),
        (ReverseIntent("id", 51, "EURUSD", Side.BUY, D("0.2")), "/v1/reverse", b'{"ticket":51}', 2),
        (CloseSymbolIntent("id", "EURUSD", (51,)), "/v1/close-symbol", b'{"symbol":"EURUSD"}', 10),
        (CloseAllIntent("id", (51, 52)), "/v1/close-all", b"{}", 10),
        (CloseAllIntent("id", (51,), 'end "of" day'), "/v1/close-all", b'{"comment":"end \\"of\\" day"}', 10),
    ],
)
def test_the_request_of_each_intent(intent: Intent, path: str, body: bytes, weight: int) -> None:
    request = request_for(intent)
    assert (request.path, request.body, request.weight) == (path, body, weight)
    assert request_for(intent) == request


@pytest.mark.parametrize("volume", ["NaN", "Infinity", "-Infinity", "sNaN"])
def test_no_volume_that_is_no_number_is_ever_sent(volume: str) -> None:
    with pytest.raises(WireError):
        request_for(OpenIntent("id", "EURUSD", Side.BUY, D(volume), D(1)))


def test_a_modification_that_changes_nothing_is_never_sent() -> None:
    with pytest.raises(WireError):
        request_for(ModifyIntent("id", 51, "EURUSD", Keep(), Keep()))
