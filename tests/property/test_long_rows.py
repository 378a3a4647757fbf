"""A long list read row by row is the list read whole: the same rows, and refused where that is."""

import json

from hypothesis import given
from hypothesis import strategies as st

from xbtfx_tui.wire.json_fields import decode_loosely, listed, long_values
from xbtfx_tui.wire.wire_errors import WireError

_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(["deals", "a"]), inner),
    max_leaves=12,
)
_ROWS = st.lists(st.dictionaries(st.sampled_from(["ticket", "price"]), _VALUES), max_size=30)
_LISTS = _ROWS | _ROWS.map(lambda found: {"count": len(found), "deals": found})


def _read(body: bytes) -> list[object] | None:
    """The values of its rows; None where it is refused."""
    try:
        return listed(decode_loosely(body, "It"), "deals", "It")
    except WireError:
        return None


def _read_in_parts(body: bytes) -> tuple[list[object] | None, int]:
    """The same, and how often others were let go first."""
    given_way = 0

    def give_way() -> None:
        nonlocal given_way
        given_way += 1

    try:
        return list(long_values(body, "deals", "It", give_way)), given_way
    except WireError:
        return None, given_way


@given(_VALUES)
def test_whatever_comes_is_taken_or_refused_alike(document: object) -> None:
    body = json.dumps(document).encode()
    assert _read_in_parts(body)[0] == _read(body)


@given(_LISTS, st.integers(0, 400), st.binary(max_size=2))
def test_a_list_that_is_cut_or_garbled_is_refused_alike(document: object, at: int, junk: bytes) -> None:
    body = json.dumps(document).encode()
    for sent in (body[:at], body[:at] + junk + body[at:]):
        assert _read_in_parts(sent)[0] == _read(sent)


def test_a_long_list_lets_others_go_first() -> None:
    body = json.dumps({"deals": [{"ticket": number} for number in range(1000)]}).encode()
    found, given_way = _read_in_parts(body)
    assert found == [{"ticket": number} for number in range(1000)]
    assert given_way > 50
