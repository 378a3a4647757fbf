"""A stop that is known to stand is not taken for a looser one by a list that may be old."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from xbtfx_tui.automation.confirmed_stop import LIST_LAG, SURE_AFTER, ListedStop, StandingStop
from xbtfx_tui.domain.sides import Side
from xbtfx_tui.domain.trailing_stop import better_stop

stops = st.one_of(st.none(), st.integers(1, 9).map(lambda step: Decimal(step) / 10))
events = st.tuples(st.sampled_from(["ours", "list"]), stops, st.floats(0.0, 40.0))


@given(st.sampled_from(list(Side)), st.lists(events, max_size=30))
def test_only_two_late_lists_in_a_row_loosen_it(
    side: Side, told: list[tuple[str, Decimal | None, float]]
) -> None:
    standing, now, shown = StandingStop(), 1_000.0, list[tuple[Decimal | None, float]]()
    for kind, sl, seconds in told:
        now += seconds
        before, was_known = standing.sl, standing.is_known
        if kind == "ours":
            standing.set(sl, now)
            shown.clear()
            assert standing.sl == sl
            continue
        seen = standing.shown(side, sl, now)
        shown.append((sl, now))
        if not was_known:
            assert standing.sl == sl
        elif seen is ListedStop.ANOTHER_HAND:
            assert now > standing.set_at + LIST_LAG
            assert shown[-2][0] == sl
            assert any(one == sl and now - at >= SURE_AFTER for one, at in shown)
            assert standing.sl == sl
        else:
            assert better_stop(side, before, standing.sl) == standing.sl


@given(st.sampled_from(list(Side)), stops, st.floats(0.0, LIST_LAG))
def test_a_nearer_stop_in_a_list_counts_at_once(side: Side, sl: Decimal | None, after: float) -> None:
    standing = StandingStop()
    standing.set(Decimal("0.5"), 1_000.0)
    standing.shown(side, sl, 1_000.0 + after)
    assert standing.sl == better_stop(side, Decimal("0.5"), sl)
