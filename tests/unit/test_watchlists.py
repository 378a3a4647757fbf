"""The watchlist's groups by worked examples: what each operation does, and what it refuses in which words."""

import pytest

from xbtfx_tui.domain.watchlists import (
    MOST_GROUPS,
    MOST_SYMBOLS,
    Group,
    WatchlistOutcome,
    WatchlistRefused,
    Watchlists,
    one_group,
    watchlists,
)

THREE = watchlists([("Main", ("EURUSD", "GBPUSD", "XAUUSD")), ("Crypto", ("BTCUSD",)), ("Empty", ())])


def done(outcome: WatchlistOutcome) -> Watchlists:
    assert isinstance(outcome, Watchlists), outcome
    return outcome


def refusal(outcome: WatchlistOutcome) -> str:
    assert isinstance(outcome, WatchlistRefused), outcome
    return outcome.sentence


def test_symbols_come_at_the_end_and_leave_from_the_group_shown_alone() -> None:
    lists = done(THREE.add("BTCUSD", "EURUSD", "BTCUSD"))
    assert lists.shown == Group("Main", ("EURUSD", "GBPUSD", "XAUUSD", "BTCUSD"))
    lists = done(lists.remove("BTCUSD"))
    assert lists == THREE


def test_a_row_moves_as_far_as_the_list_goes() -> None:
    assert done(THREE.move("XAUUSD", -1)).shown.symbols == ("EURUSD", "XAUUSD", "GBPUSD")
    assert done(THREE.move("EURUSD", 9)).shown.symbols == ("GBPUSD", "XAUUSD", "EURUSD")
    assert refusal(THREE.move("EURUSD", -1)) == "EURUSD is the first of Main already."
    assert refusal(THREE.move("XAUUSD", 1)) == "XAUUSD is the last of Main already."


def test_a_new_group_is_shown_and_a_removed_one_leaves_the_others_in_place() -> None:
    lists = done(THREE.add_group("  Metals "))
    assert lists.names == ("Main", "Crypto", "Empty", "Metals")
    assert lists.shown.name == "Metals"
    lists = done(lists.remove_group("main"))
    assert lists.shown.name == "Metals"
    lists = done(lists.remove_group("METALS"))
    assert lists.shown.name == "Empty"
    assert lists.names == ("Crypto", "Empty")


def test_groups_are_switched_by_name_in_any_case_and_round_and_round() -> None:
    assert done(THREE.switch("crypto")).shown.name == "Crypto"
    assert done(THREE.step(-1)).shown.name == "Empty"
    assert done(done(THREE.step(2)).step(1)).shown.name == "Main"


def test_a_group_may_be_renamed_to_its_own_name_in_another_case() -> None:
    assert done(THREE.rename_group("crypto", "CRYPTO")).names == ("Main", "CRYPTO", "Empty")


@pytest.mark.parametrize(
    ("outcome", "sentence"),
    [
        (THREE.add("EURUSD"), "EURUSD is in Main already."),
        (THREE.add("EURUSD", "XAUUSD"), "All of them are in Main already."),
        (THREE.remove("BTCUSD"), "BTCUSD is not in Main, but in Crypto."),
        (THREE.remove("USDJPY"), "USDJPY is not in Main."),
        (THREE.switch("Metals"), 'There is no group "Metals", only Main, Crypto, Empty.'),
        (THREE.add_group(" "), "A group needs a name, like Majors."),
        (THREE.add_group("main"), "There is a group Main already. Take another name."),
        (THREE.add_group("x" * 25), "A group's name has 24 characters at most, like Majors."),
        (
            THREE.add_group("a\x1b[2Jb"),
            "A group's name has no control characters and no \", like Majors or FX crosses.",
        ),
        (THREE.rename_group("Crypto", "Main"), "There is a group Main already. Take another name."),
        (
            one_group(("EURUSD",)).remove_group("Main"),
            "Main is the only group and stays. Remove its symbols instead.",
        ),
        (one_group(()).step(1), "Main is the only group. w makes others."),
    ],
)
def test_what_is_refused_is_said(outcome: WatchlistOutcome, sentence: str) -> None:
    assert refusal(outcome) == sentence


def test_there_are_limits() -> None:
    full = one_group(f"S{number}" for number in range(MOST_SYMBOLS))
    assert refusal(full.add("ONE")).startswith("Main would hold 1001 symbols: 1000 at most.")
    many = watchlists([(f"G{number}", ()) for number in range(MOST_GROUPS)])
    assert refusal(many.add_group("Another")) == "There are 50 groups already, as many as there can be."


def test_what_comes_from_outside_is_made_fit() -> None:
    assert watchlists([]) == one_group(())
    mended = watchlists([("A", ("X", "X")), ("", ("Y",)), ("a", ("Z", "X")), ("B\n", ())], active=2)
    assert mended.groups == (Group("A", ("X", "Z")), Group("Main", ("Y",)), Group("B", ()))
    assert mended.shown.name == "A"
    assert watchlists([("A", ())], active=7).active == 0


def test_the_group_shown_is_subscribed_in_full_and_others_as_far_as_there_is_room() -> None:
    assert THREE.wanted(4) == {"EURUSD", "GBPUSD", "XAUUSD", "BTCUSD"}
    assert done(THREE.switch("Crypto")).wanted(2) == {"BTCUSD", "EURUSD"}
    assert THREE.wanted(1) == {"EURUSD", "GBPUSD", "XAUUSD"}
