"""A peer at the door sends whatever it likes, cut as it likes: never an exception, never more memory, and
nothing but a whole call of the protocol ever comes out as one.
"""

from itertools import pairwise

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from xbtfx_tui.door.door_frames import CALLS, LONGEST_LINE, LONGEST_WAIT, CallCancelled, Greeting, PeerCall
from xbtfx_tui.door.door_session import BURST, CALLS_A_SECOND, MOST_UNREAD, MOST_WAITING, DoorSession

HELLO = b'{"hello":1,"client":"x"}\n'
_SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12)
_VALUES = st.recursive(_SCALARS, lambda inner: st.lists(inner, max_size=3), max_leaves=6)
_NAMES = st.sampled_from(
    ["hello", "client", "id", "do", "args", "wait", "cancel", "confirm", "unlock", "grant", "line", "why"]
)
_ALMOST = st.dictionaries(_NAMES, _VALUES | st.dictionaries(_NAMES, _VALUES, max_size=3), max_size=5)
_CALLS = st.builds(
    lambda number, do, args: {"id": number, "do": do, "args": args},
    st.integers(0, 50),
    st.sampled_from([*CALLS, "confirm", "unlock", "grant", "yes"]),
    st.dictionaries(_NAMES, _VALUES, max_size=2),
)
_DEEP = b'{"id":1,"do":"account","args":' + b"[" * 30_000 + b"]" * 30_000 + b"}"
_GARBAGE = st.binary(max_size=200) | st.sampled_from(
    [
        _DEEP,
        b"[" * 60_000,
        b'{"a":' * 30_000,
        b"x" * (LONGEST_LINE + 1),
        b"1e400",
        b"NaN",
        b"\xff\xfe",
        b"null",
        b"",
    ]
)
_LINES = st.lists(
    st.one_of(_GARBAGE, _ALMOST.map(msgspec.json.encode), _CALLS.map(msgspec.json.encode)), max_size=12
)


def all_said(session: DoorSession, data: bytes, cuts: list[int]) -> list[object]:
    """What comes out of these bytes, cut there, at one moment."""
    said: list[object] = []
    edges = sorted({0, len(data), *(cut % (len(data) + 1) for cut in cuts)})
    for start, end in pairwise(edges):
        session.receive(data[start:end])
        while (one := session.next(0.0)) is not None:
            said.append(one)
    return said


@given(st.booleans(), _LINES, st.lists(st.integers(0, 10**6), max_size=8))
def test_any_bytes_in_any_cut_come_to_frames_or_to_a_goodbye(
    greeted: bool, lines: list[bytes], cuts: list[int]
) -> None:
    data = (HELLO if greeted else b"") + b"".join(line + b"\n" for line in lines)
    session, other = DoorSession(0.0), DoorSession(0.0)
    said = all_said(session, data, cuts)
    assert said == all_said(other, data, [])  # how it was cut decides nothing
    for one in said:
        match one:
            case PeerCall(id=number, do=do, args=args, wait=wait):
                assert do in CALLS and type(args) is CALLS[do] and number >= 0 and 0 <= wait <= LONGEST_WAIT
            case _:
                assert isinstance(one, Greeting | CallCancelled)
    numbers = [one.id for one in said if isinstance(one, PeerCall)]
    assert numbers == sorted(set(numbers))
    if said:
        assert isinstance(said[0], Greeting)
    for line in session.take_out(MOST_UNREAD).splitlines():
        msgspec.json.decode(line)


@pytest.mark.parametrize("call", ["confirm", "unlock", "grant", "allow", "lock", "yes", "send", "config"])
def test_there_is_no_call_that_confirms_unlocks_or_grants(call: str) -> None:
    assert call not in CALLS
    session = DoorSession(0.0)
    assert all_said(session, HELLO + b'{"id":1,"do":"%s"}\n' % call.encode(), [])[1:] == []
    assert session.ended is None and b'"code":"call"' in session.take_out(10_000)


@pytest.mark.parametrize(
    ("lines", "why"),
    [
        (b"x" * (LONGEST_LINE + 1), "64 KiB"),
        (HELLO + b"x" * LONGEST_LINE + b"x\n", "64 KiB"),
        (HELLO + b"{}\n", "one of them"),
        (HELLO + b'{"id":1,"do":"account"}\n{"id":1,"do":"account"}\n', "larger"),
        (HELLO + b'{"id":2,"do":"account"}\n{"id":1,"do":"account"}\n', "larger"),
        (HELLO + b'{"id":-1,"do":"account"}\n', "from 0 on"),
        (HELLO + b'{"id":1,"do":"account","yes":true}\n', "no frame"),
        (HELLO + b'{"id":1,"do":"propose","wait":NaN}\n', "no frame"),
        (HELLO + b"[" * 50_000 + b"\n", "no frame"),
        (HELLO + b'{"id":1,"do":"account","args":' + b"[" * 30_000 + b"]" * 30_000 + b"}\n", "no frame"),
        (HELLO + HELLO, "before"),
        (b'{"id":1,"do":"account"}\n', "hello first"),
        (b'{"hello":2,"client":"x"}\n', "version 1"),
    ],
)
def test_what_ends_a_peer_and_what_it_is_told(lines: bytes, why: str) -> None:
    session = DoorSession(0.0)
    all_said(session, lines, [])
    assert session.ended is not None and why in session.ended
    last = msgspec.json.decode(session.take_out(MOST_UNREAD).splitlines()[-1])
    assert last == {"bye": session.ended}
    session.receive(HELLO)
    assert session.next(0.0) is None and session.take_out(10) == b""


@pytest.mark.parametrize(
    "call",
    [
        b'{"id":1,"do":"propose","args":{"line":"close all","confirm":true}}',
        b'{"id":1,"do":"propose","args":{"line":5}}',
        b'{"id":1,"do":"propose","args":{"line":"close all","lasts":1e400}}',
        b'{"id":1,"do":"status","args":{"proposal":NaN}}',
        b'{"id":1,"do":"account","args":{"x":1}}',
        b'{"id":1,"do":"account","args":[]}',
        b'{"id":1,"do":"account","wait":5}',
        b'{"id":1,"do":"status","args":{"proposal":1},"wait":61}',
        b'{"id":1,"do":"status","args":{"proposal":1},"wait":-1}',
    ],
)
def test_wrong_arguments_are_refused_or_no_frame_and_never_a_call(call: bytes) -> None:
    session = DoorSession(0.0)
    assert all_said(session, HELLO + call + b"\n", [])[1:] == []
    told = session.take_out(10_000)
    assert b'"code":"arguments"' in told or b'"bye"' in told


@given(st.lists(st.floats(0, 0.4), min_size=1, max_size=30))
def test_no_more_lines_are_taken_than_the_rate_allows_and_none_is_lost(waits: list[float]) -> None:
    session, now, taken = DoorSession(0.0), 0.0, 0
    session.receive(HELLO + b"".join(b'{"id":%d,"do":"account"}\n' % number for number in range(300)))
    for wait in [0.0, *waits]:
        now += wait
        while session.next(now) is not None:
            taken += 1
        assert taken <= BURST + now * CALLS_A_SECOND + 1e-6
        if taken < 301:
            assert not session.wants_bytes and session.rest(now) > 0
    assert session.ended is None


def test_a_clock_that_goes_back_gives_no_more() -> None:
    session = DoorSession(100.0)
    session.receive(HELLO + b"".join(b'{"id":%d,"do":"account"}\n' % number for number in range(300)))
    taken = sum(session.next(at) is not None for at in [100.0] * 50 + [50.0] * 50 + [50.5] * 50)
    assert taken == BURST + CALLS_A_SECOND / 2


def test_answers_that_nobody_reads_end_it_and_take_no_more_memory() -> None:
    session = DoorSession(0.0)
    all_said(session, HELLO, [])
    session.greet()
    for number in range(40):
        session.answer(number, "x" * 50_000)
    assert session.ended == "1024 KiB of answers were left unread."
    assert len(session.take_out(10 * MOST_UNREAD)) < MOST_UNREAD + 200


def test_so_many_calls_wait_and_no_more() -> None:
    session = DoorSession(0.0)
    calls = b"".join(
        b'{"id":%d,"do":"status","args":{"proposal":1},"wait":5}\n' % number
        for number in range(MOST_WAITING + 1)
    )
    session.receive(HELLO + calls)
    assert isinstance(session.next(0.0), Greeting)
    for number in range(MOST_WAITING):
        assert isinstance(session.next(0.0), PeerCall)
        session.waiting.add(number)
    assert session.next(0.0) is None
    assert b'"code":"waiting"' in session.take_out(10_000)


@given(st.integers(0, 200))
def test_bytes_that_are_no_line_yet_are_bounded(chunks: int) -> None:
    session = DoorSession(0.0)
    session.receive(HELLO)
    session.next(0.0)
    for _ in range(chunks):
        session.receive(b"x" * 1_000)
    assert len(session._in) <= LONGEST_LINE + 1_000
