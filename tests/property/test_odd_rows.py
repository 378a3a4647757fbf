"""One odd row blinds nobody: whatever stands in it, the rows beside it are read, and it is counted itself."""

import json
from collections.abc import Callable, Sequence

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.hypothesis_profiles import examples
from xbtfx_tui.domain.positions import Deal, PendingOrder, Position
from xbtfx_tui.domain.store_events import PositionClosed, PositionsRead
from xbtfx_tui.domain.unreadable_rows import UnreadRow, parted, unread_words
from xbtfx_tui.store.store import Store
from xbtfx_tui.sync.system_clock import SystemClock
from xbtfx_tui.wire.get_responses import read_history, read_orders, read_positions
from xbtfx_tui.wire.stream_frames import AccountFrame, UnknownFrame, UnreadAccountFrame, read_frame
from xbtfx_tui.wire.wire_errors import WireError

_POSITION = {"ticket": 51, "symbol": "EURUSD", "side": "buy", "volume": 0.1, "price_open": 1.07912} | {
    "price_current": 1.0795, "sl": 0, "tp": 1.09, "profit": 3.8, "swap": -0.12,
}  # fmt: skip
_ORDER = {"ticket": 51, "symbol": "EURUSD", "type": "buy_limit", "volume": 0.2} | {
    "price": 1.07, "sl": 0, "tp": 0,
}  # fmt: skip
_DEAL = {"ticket": 51, "symbol": "EURUSD", "side": "sell", "entry": "out", "volume": 0.1, "price": 1.08} | {
    "profit": 8.8, "time": "2026-04-01T10:00:00Z", "order": 6, "position": 51,
}  # fmt: skip
_LISTS: dict[str, tuple[dict[str, object], Callable[[bytes], Sequence[object]]]] = {
    "positions": (_POSITION, read_positions),
    "orders": (_ORDER, read_orders),
    "deals": (_DEAL, read_history),
}
_FIELDS = ("ticket", "symbol", "side", "volume", "price_open", "profit", "sl")

_NOT_JSON = ("NaN", "Infinity", "-Infinity", "9" * 5000, r'"\ud800"')
_ODD_NUMBERS = ("1e999", "-1e999", "0", "-0.1", "-40.00", "9" * 400, "0." + "9" * 400, "1e-300")
_ODD_TEXTS = ('""', '"NaN"', '"0.1"', '"1_000"', '"1,5"', '"buy"', f'"{"x" * 5000}"')
_STEERING = (r'"EUR\u001bUSD"', r'"\u202e"')
_RAW = st.sampled_from([*_NOT_JSON, *_ODD_NUMBERS, *_ODD_TEXTS, *_STEERING, "null", "true", "[]", "{}"])
"""Values as JSON text, and as what only looks like it."""


def _odd(row: dict[str, object], changes: dict[str, str]) -> str:
    """The row with these fields' values put in as they are written; a field that is not there is added."""
    return (
        "{"
        + ", ".join(f"{json.dumps(k)}: {changes.get(k, json.dumps(row.get(k)))}" for k in row | changes)
        + "}"
    )


@st.composite
def _lists(draw: st.DrawFn) -> tuple[str, bytes]:
    kind = draw(st.sampled_from(sorted(_LISTS)))
    row, _ = _LISTS[kind]
    changes = draw(st.dictionaries(st.sampled_from(sorted(row)), _RAW, min_size=1, max_size=4))
    odd = draw(st.sampled_from([_odd({**row, "ticket": 52}, changes), draw(_RAW), "{}"]))
    first, last = (json.dumps({**row, "ticket": ticket}) for ticket in (50, 53))
    return kind, f'{{"{kind}": [{first}, {odd}, {last}], "count": 3}}'.encode()


@settings(max_examples=examples(400), deadline=None)
@given(_lists())
def test_the_rows_beside_an_odd_one_are_read(sent: tuple[str, bytes]) -> None:
    kind, body = sent
    _, reader = _LISTS[kind]
    read = reader(body)
    assert {50, 53} <= {row.ticket for row in read if isinstance(row, Position | PendingOrder | Deal)}
    assert len(read) <= 3
    for row in read:
        if isinstance(row, UnreadRow):
            assert 0 < len(unread_words([row])) < 300


@settings(max_examples=examples(300), deadline=None)
@given(st.dictionaries(st.sampled_from(sorted(_POSITION)), _RAW, min_size=1, max_size=4))
def test_a_position_that_was_held_is_not_hidden_by_its_odd_row(changes: dict[str, str]) -> None:
    store = Store(SystemClock())
    good = json.dumps([_POSITION, {**_POSITION, "ticket": 50}]).encode()
    store.apply(PositionsRead(read_positions(good), store.mark()))
    odd = f"[{_odd(_POSITION, changes)}, {json.dumps({**_POSITION, 'ticket': 50})}]".encode()
    read, unread = parted(read_positions(odd))
    store.apply(PositionsRead((*read, *unread), store.mark()))
    assert 50 in store.positions
    assert store.live_account() is None
    if unread and changes.keys() != {"ticket"}:
        # Whether its ticket is still to be seen or not: nothing says that it is gone.
        assert 51 in store.positions
        assert store.doubt_of(51) is not None or unread[0].ticket is None
    # A row of which nothing can be seen may be the one that the stream tells closed: both are needed.
    store.apply(PositionClosed(50))
    assert 50 in store.positions


_EVENTS: dict[str, dict[str, object]] = {
    "open": {"ticket": 5, "symbol": "EURUSD", "side": "buy", "volume": 0.1, "price_open": 1.1},
    "update": {"ticket": 5, "profit": 3.1, "price_current": 1.2, "volume": 0.1, "sl": 1.0, "tp": 1.3},
    "close": {"ticket": 5, "symbol": "EURUSD", "profit": 3.1},
}


@settings(max_examples=examples(300), deadline=None)
@given(
    st.sampled_from(sorted(_EVENTS)),
    st.dictionaries(st.sampled_from(_FIELDS), _RAW),
)
def test_an_odd_event_of_the_account_is_told_as_one(event: str, changes: dict[str, str]) -> None:
    frame = _odd({"channel": "position", "event": event, **_EVENTS[event]}, changes)
    try:
        incoming = read_frame(frame)
    except WireError:
        return  # no JSON: a frame that made no sense
    assert isinstance(incoming, AccountFrame | UnreadAccountFrame | UnknownFrame)
