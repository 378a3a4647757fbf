"""Whatever a server sends: a value or the documented error, bounded memory, harmless words, never the key."""

import json
from collections.abc import Callable
from decimal import Decimal
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fuzz.__main__ import plan, tell
from tests.fuzz.corpus import ANSWERS, FRAMES, KEY_TEXT, READS, Document
from tests.fuzz.living import FuzzClock
from tests.fuzz.runner import TARGETS, Report, run
from tests.fuzz.targets import KEY, Case, RestTarget, harmless
from tests.hypothesis_profiles import examples
from xbtfx_tui.domain.lot_steps import parse_lots, stepped, volume_problem, volume_steps
from xbtfx_tui.domain.positions import Position
from xbtfx_tui.domain.quotes import Quote
from xbtfx_tui.domain.sides import Side
from xbtfx_tui.domain.stop_input import BadStopForm, parse_stop_form, stop_price
from xbtfx_tui.domain.stop_rules import StopKind, stop_problem
from xbtfx_tui.domain.store_events import (
    AccountRead,
    Dialect,
    PositionOpened,
    PositionsRead,
    PositionUpdated,
    QuotesSeen,
    SpecRead,
    StreamUp,
)
from xbtfx_tui.domain.symbol_spec import SymbolSpec
from xbtfx_tui.domain.text_sanitizer import plain
from xbtfx_tui.domain.unreadable_rows import UnreadRow, unread_words
from xbtfx_tui.store.snapshot_merge import MOST_OPENED, MOST_TRACKS
from xbtfx_tui.store.store import Store
from xbtfx_tui.wire import get_responses
from xbtfx_tui.wire.stream_frames import read_frame
from xbtfx_tui.wire.wire_errors import WireError, key_cover

# --- the fuzzer, short -----------------------------------------------------------------------------------


@pytest.mark.parametrize("frames", [300, pytest.param(4_000, marks=pytest.mark.long)])
@pytest.mark.parametrize("target", sorted(TARGETS))
def test_mutated_frames_escape_nowhere(target: str, frames: int) -> None:
    report = run(target, frames, seed=7)
    assert report.findings == []
    assert report.frames == frames
    assert report.bounded, report


def test_the_fuzzer_finds_what_is_there_and_makes_it_small(monkeypatch: pytest.MonkeyPatch) -> None:
    def fragile(body: bytes) -> object:
        if b"null" in body:
            raise KeyError("null")
        return None

    monkeypatch.setattr(get_responses, "read_account", fragile)
    report = run("rest", 2_000, seed=7)
    assert report.findings[0].case == Case(b"null", "read_account")
    assert "seed 7" in str(report.findings[0])
    assert tell([report]) == 1


def test_a_store_that_grows_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert tell([Report("store", frames=10, held={"position tracks": 1_000_000})]) == 1
    assert "10 frames, 0 escapes, MEMORY NOT BOUNDED (0 KB growth)" in capsys.readouterr().out
    assert tell([Report("store", frames=10, growth_kb=40)]) == 0
    assert "10 frames, 0 escapes, memory bounded (40 KB growth)" in capsys.readouterr().out


@given(st.integers(1, 10**7), st.none() | st.sampled_from(sorted(TARGETS)))
def test_the_pieces_of_work_add_up_to_what_was_asked_for(frames: int, target: str | None) -> None:
    pieces = plan(frames, 7, target)
    assert sum(size for _, size, _ in pieces) == frames
    assert len({(name, seed) for name, _, seed in pieces}) == len(pieces)


def test_a_seed_draws_the_same_bodies() -> None:
    one, other = RestTarget(Random("7")), RestTarget(Random("7"))
    assert [one.draw() for _ in range(500)] == [other.draw() for _ in range(500)]


# --- any JSON in the shape of the API's ------------------------------------------------------------------

_ACCOUNT = json.loads(json.dumps(READS["read_account"][0]))
_HOSTILE = st.sampled_from(
    ["\x1b[2J", "\x9b31m", "\u202eDSU", "\u200b", "\ud800", "[/x]", "1e999", "NaN", "", "A" * 700, KEY_TEXT]
)
_LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | _HOSTILE
_VALUES = st.recursive(_LEAVES, lambda one: st.lists(one, max_size=3), max_leaves=4)


def _bent(document: object) -> st.SearchStrategy[object]:
    """The document, in which any value may be any other."""
    kept: st.SearchStrategy[object]
    if isinstance(document, dict):
        kept = st.fixed_dictionaries({name: _bent(value) for name, value in document.items()})
    elif isinstance(document, list):
        kept = st.tuples(*map(_bent, document)).map(list)
    else:
        kept = st.just(document)
    return st.integers(0, 7).flatmap(lambda luck: _VALUES if luck == 0 else kept)


def _bodies(*documents: Document) -> st.SearchStrategy[bytes]:
    shapes = st.one_of(*map(_bent, documents))
    return shapes.map(lambda one: json.dumps(one).encode("utf-8", "surrogatepass"))


_READ_CASES = st.one_of(*(_bodies(*group).map(lambda b, n=name: Case(b, n)) for name, group in READS.items()))  # type: ignore[misc] # a lambda's default
_ANSWER_CASES = st.one_of(
    *(
        _bodies(*group).map(lambda b, p=path: Case(b, p, 200))  # type: ignore[misc] # a lambda's default
        for path, group in ANSWERS.items()
    )
)
_FRAME_CASES = _bodies(*FRAMES).map(lambda b: Case(b, "frame"))
_SHAPES = {
    "rest": _READ_CASES,
    "answers": _ANSWER_CASES,
    "stream": _FRAME_CASES,
    "session": _FRAME_CASES,
    "store": _FRAME_CASES | _READ_CASES,
}


@pytest.mark.parametrize("target", sorted(_SHAPES))
@settings(max_examples=examples(60), deadline=None)
@given(data=st.data())
def test_anything_in_the_shape_of_the_api_is_taken(target: str, data: st.DataObject) -> None:
    one = TARGETS[target](Random(1))
    for case in data.draw(st.lists(_SHAPES[target], max_size=6)):
        one.take(case)


# --- what was found once ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name", ["EUR\x1b[2JUSD", "E\nURUSD", "EURUSD\u200b", "\u202eDSURUE", "\ud800", "\x9b2J", KEY_TEXT]
)
def test_a_name_that_steers_or_hides_is_no_symbol(name: str) -> None:
    row = {"ticket": 1, "symbol": name, "side": "buy", "volume": 1, "price_open": 1}
    (kept,) = get_responses.read_positions(json.dumps([row]).encode())
    assert isinstance(kept, UnreadRow)
    assert (kept.ticket, kept.symbol) == (1, None)
    assert harmless(unread_words([kept]))
    assert KEY_TEXT not in kept.why


def test_ordinary_names_of_brokers_are_symbols() -> None:
    for name in ("EURUSD.pro", "#AAPL", "BRK.B", "[DJI30]", "US 500", "GER40-2026", "日経225", "ÖL"):
        row = {"ticket": 1, "symbol": name, "side": "buy", "volume": 1, "price_open": 1}
        assert get_responses.read_positions(json.dumps([row]).encode())[0].symbol == name


@pytest.mark.parametrize("price", ["1e300", "1e19", "1e-300", "0", "-1e19", "-1e-300"])
@pytest.mark.parametrize("where", ["bid", "ask", "depth"])
def test_a_quote_out_of_all_proportion_is_none(price: str, where: str) -> None:
    prices = {"bid": "1.1", "ask": "1.2", "depth": "1.3"} | {where: price}
    frame = (
        f'{{"channel":"quote","symbol":"A","bid":{prices["bid"]},"ask":{prices["ask"]},'
        f'"depth":{{"bids":[[{prices["depth"]},1]],"asks":[]}}}}'
    )
    with pytest.raises(WireError):
        read_frame(frame)


def test_the_secret_part_of_a_key_is_covered_without_its_beginning() -> None:
    secret, prefix = key_cover(KEY)
    body = json.dumps({"message": f"bad key {KEY_TEXT} ({KEY_TEXT[11:]})"}).encode()
    assert body.replace(secret, prefix).count(KEY_TEXT[11:].encode()) == 0
    assert b"bad key xbtfx_live_a1b2... (a1b2...)" in body.replace(secret, prefix)


@pytest.mark.parametrize("hidden", ["\u200b", "\x00", "\x1b[0m", "\ufe0f", "\u202e", "\x1b]0;x\x07"])
def test_a_key_with_something_hidden_in_it_is_not_shown(hidden: str) -> None:
    shown = plain(f"unknown key {KEY_TEXT[:17]}{hidden}{KEY_TEXT[17:]}")
    assert shown == "unknown key xbtfx_live_a1b2..."


@pytest.mark.parametrize("unseen", "\u034f\u115f\u3164\uffa0\ufe0f\u2800\U000e0101")
def test_what_is_shown_as_nothing_is_dropped(unseen: str) -> None:
    assert plain(f"EUR{unseen}USD") == "EURUSD"


@pytest.mark.parametrize(
    "currency", ["\x1b[2J", "US\nD", "[/x]", "\u202eDSU", "A" * 11, "", 7.5, None, "価格"]
)
def test_a_currency_that_is_no_code_counts_as_not_named(currency: object) -> None:
    body = json.dumps({**_ACCOUNT, "currency": currency}).encode()
    assert get_responses.read_account(body).currency is None


# --- what a server can make the store keep ---------------------------------------------------------------


def _flooded(flood: Callable[[Store, int], None], count: int) -> Store:
    store = Store(FuzzClock())
    for ticket in range(1, count + 1):
        flood(store, ticket)
    return store


def test_a_stream_that_names_tickets_without_end_fills_nothing() -> None:
    store = _flooded(
        lambda store, ticket: store.apply(PositionUpdated(ticket, Decimal(1), Decimal(1))), 3 * MOST_TRACKS
    )
    assert len(store._holdings._positions._tracks) <= MOST_TRACKS


def test_a_stream_that_opens_positions_without_end_waits_for_a_snapshot() -> None:
    def opens(store: Store, ticket: int) -> None:
        store.apply(PositionOpened(ticket, "EURUSD", Side.BUY, Decimal(1), Decimal(1)))

    store = _flooded(opens, 2 * MOST_OPENED)
    assert len(store.positions) == MOST_OPENED
    late = Position(2 * MOST_OPENED, "EURUSD", Side.BUY, Decimal(1), Decimal(1), Decimal(1))
    store.apply(PositionsRead((late,), store.mark()))
    assert late.ticket in store.positions


_EXTREMES = st.sampled_from([Decimal("1e18"), Decimal("1e-29"), Decimal(1), Decimal("3.333333333333333333")])


@given(_EXTREMES, _EXTREMES, _EXTREMES, st.sampled_from([1e-28, 1.1, 9.9e17]), st.sampled_from([0, 5, 12]))
def test_figures_out_of_all_proportion_are_valued_all_the_same(
    volume: Decimal, contract: Decimal, opened: Decimal, bid: float, digits: int
) -> None:
    clock = FuzzClock()
    store = Store(clock)
    store.apply(StreamUp(Dialect.CURRENT))
    account = json.dumps(READS["read_account"][0]).encode()
    store.apply(AccountRead(get_responses.read_account(account), clock.now()))
    store.apply(SpecRead(SymbolSpec("EURUSD", digits, Decimal("1e-29"), contract), clock.now()))
    held = Position(1, "EURUSD", Side.SELL, volume, opened, opened, profit=Decimal("1e18"))
    store.apply(PositionsRead((held,), store.mark()))
    clock.seconds += 1
    store.apply(QuotesSeen((Quote("EURUSD", bid, bid),), clock.now()))
    assert store.live_profit(held).is_finite()
    found = store.live_account()
    assert found is not None
    assert found.equity.is_finite()


@given(
    _EXTREMES,
    _EXTREMES,
    _EXTREMES,
    st.sampled_from(["0.1", "99999999", "30p", "50$", "2r", "x", "0.000001"]),
)
def test_tickets_of_a_senseless_contract_can_be_typed(
    step: Decimal, point: Decimal, price: Decimal, typed: str
) -> None:
    spec = SymbolSpec("EURUSD", 12, point, Decimal(1), volume_min=step, volume_max=None, volume_step=step)
    for side in Side:
        for kind in StopKind:
            form = parse_stop_form(typed)
            if form is None or isinstance(form, BadStopForm):
                continue
            stop = stop_price(form, kind, side, price, spec, lots=step, rate=lambda _: price, sl=None)
            if isinstance(stop, Decimal):
                stop_problem(stop, kind, side, price, price, spec)
        for volume in (parse_lots(typed) or Decimal(1), step):
            volume_problem(volume, volume_steps(spec))
            assert stepped(volume, 10, volume_steps(spec)) > 0
