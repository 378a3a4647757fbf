"""Whatever order leaves, its request reads back the same, digit for digit, and says no more."""

import json
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from xbtfx_tui.domain.intents import CloseIntent, Keep, ModifyIntent, MoveTo, OpenIntent, Remove, StopChange
from xbtfx_tui.domain.sides import Side
from xbtfx_tui.wire.order_requests import request_for

_LOTS = st.decimals("0.00000001", "100000", places=8)
_PRICES = st.decimals("0.00000001", "10000000", places=8)
_COMMENTS = st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=27)


def _exact(body: bytes) -> dict[str, object]:
    found = json.loads(body, parse_float=Decimal, parse_int=Decimal)
    assert isinstance(found, dict)
    return found


@given(_LOTS, _PRICES, st.none() | _PRICES, st.none() | _PRICES, _COMMENTS, st.sampled_from(Side))
def test_an_order_reads_back_digit_for_digit(
    volume: Decimal, price: Decimal, sl: Decimal | None, tp: Decimal | None, comment: str, side: Side
) -> None:
    intent = OpenIntent("id", "EURUSD", side, volume, price, sl, tp, comment)
    request = request_for(intent)
    expected = {"symbol": "EURUSD", "side": side.value, "volume": volume, "price": price}
    expected |= {name: value for name, value in (("sl", sl), ("tp", tp), ("comment", comment)) if value}
    assert _exact(request.body) == expected
    assert request_for(intent).body == request.body


@given(_LOTS, _LOTS)
def test_a_close_names_its_volume_only_when_it_is_a_part(volume: Decimal, held: Decimal) -> None:
    found = _exact(request_for(CloseIntent("id", 5, "EURUSD", Side.BUY, volume, held)).body)
    assert found.get("volume") == (None if volume == held else volume)


_CHANGES: st.SearchStrategy[StopChange] = st.one_of(st.just(Keep()), st.just(Remove()), _PRICES.map(MoveTo))


@given(_CHANGES, _CHANGES)
def test_a_modification_says_what_changes_and_no_more(sl: StopChange, tp: StopChange) -> None:
    intent = ModifyIntent("id", 5, "EURUSD", sl, tp)
    expected: dict[str, object] = {"ticket": Decimal(5)}
    for name, change in (("sl", sl), ("tp", tp)):
        match change:
            case Keep():
                continue
            case Remove():
                expected[name] = Decimal(0)
            case MoveTo(price):
                expected[name] = price
    if len(expected) > 1:
        assert _exact(request_for(intent).body) == expected
