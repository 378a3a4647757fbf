"""What always holds of the watchlist's groups, whatever is done to them in whatever order."""

from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given
from hypothesis import strategies as st

from xbtfx_tui.config.watchlist_file import load_watchlists, save_watchlists
from xbtfx_tui.domain.watchlists import WatchlistOutcome, WatchlistRefused, Watchlists, one_group, watchlists

SYMBOLS = st.sampled_from(["EURUSD", "GBPUSD", "USDJPY", "XAUUSD", "BTCUSD"])
NAMES = st.sampled_from(["Main", "main", "Majors", "Crypto", "", "x" * 30, "a\x00b"])
ROWS = st.integers(-3, 3)
OPERATIONS = st.one_of(
    st.tuples(st.just("add"), SYMBOLS),
    st.tuples(st.just("add"), SYMBOLS, SYMBOLS, SYMBOLS),
    st.tuples(st.just("remove"), SYMBOLS),
    st.tuples(st.just("move"), SYMBOLS, ROWS),
    st.tuples(st.just("add_group"), NAMES),
    st.tuples(st.just("rename_group"), NAMES, NAMES),
    st.tuples(st.just("remove_group"), NAMES),
    st.tuples(st.just("switch"), NAMES),
    st.tuples(st.just("step"), ROWS),
)
ANY_TEXT = st.text(max_size=30)
GROUPS = st.lists(st.tuples(ANY_TEXT, st.lists(ANY_TEXT, max_size=8)), max_size=60)


def is_sound(lists: Watchlists) -> bool:
    names = [name.casefold() for name in lists.names]
    return (
        0 <= lists.active < len(lists.groups)
        and len(set(names)) == len(names)
        and all(name.strip() for name in names)
        and all(len(set(group.symbols)) == len(group.symbols) for group in lists.groups)
    )


def held(lists: Watchlists) -> list[tuple[str, str]]:
    """Every symbol with the group it stands in, in no order."""
    return sorted((group.name, symbol) for group in lists.groups for symbol in group.symbols)


@given(st.lists(OPERATIONS, max_size=40))
def test_no_symbol_is_lost_or_doubled(steps: list[tuple[str, ...]]) -> None:
    lists = one_group(("EURUSD", "GBPUSD"))
    for name, *arguments in steps:
        outcome: WatchlistOutcome = getattr(lists, name)(*arguments)
        if isinstance(outcome, WatchlistRefused):
            assert outcome.sentence.endswith(".")
            continue
        assert is_sound(outcome)
        before, after = held(lists), held(outcome)
        shown = lists.shown.name
        match name:
            case "add":
                assert set(after) == set(before) | {(shown, symbol) for symbol in arguments}
            case "remove":
                assert set(after) == set(before) - {(shown, arguments[0])}
            case "remove_group":
                assert [s for n, s in after] == [s for n, s in before if n in outcome.names]
            case "rename_group":
                assert sorted(s for _, s in after) == sorted(s for _, s in before)
            case _:
                assert after == before
        lists = outcome


@given(st.permutations(["EURUSD", "GBPUSD", "USDJPY", "XAUUSD"]), SYMBOLS, st.integers(1, 3))
def test_moving_down_and_up_again_ends_where_it_began(order: list[str], symbol: str, rows: int) -> None:
    lists = one_group(order)
    moved = lists.move(symbol, rows)
    if isinstance(moved, WatchlistRefused):
        return
    others = [one for one in order if one != symbol]
    assert [one for one in moved.shown.symbols if one != symbol] == others
    there = moved.shown.symbols.index(symbol) - order.index(symbol)
    assert moved.move(symbol, -there) == lists


@given(GROUPS, st.integers(-5, 70))
def test_whatever_comes_from_outside_is_sound_and_the_file_keeps_it(
    groups: list[tuple[str, list[str]]], active: int
) -> None:
    lists = watchlists(groups, active)
    assert is_sound(lists)
    with TemporaryDirectory() as directory:
        path = Path(directory) / "watchlist.json"
        save_watchlists(path, lists, ("EURUSD",))
        assert load_watchlists(path, ("EURUSD",)) == lists
