"""The exchange's weight budget: 600 in any 60 s, and what it says of itself."""

from hypothesis import given
from hypothesis import strategies as st

from xbtfx_tui.paper.service.rate_limits import WeightBudget, retry_after_seconds


def test_the_budget_is_spent_and_comes_back_after_a_minute() -> None:
    budget = WeightBudget(budget=10)
    assert budget.spend(4, now=0.0) == 0.0
    assert budget.spend(6, now=20.0) == 0.0
    assert budget.spend(1, now=50.0) == 10.0
    assert budget.spend(5, now=50.0) == 30.0
    assert budget.used(now=50.0) == 10
    assert budget.spend(4, now=60.0) == 0.0
    assert budget.used(now=60.0) == 10


def test_a_refused_request_spends_nothing() -> None:
    budget = WeightBudget(budget=2)
    budget.spend(2, now=0.0)
    for second in range(1, 59):
        assert budget.spend(1, now=float(second)) > 0.0
    assert budget.spend(1, now=60.0) == 0.0


def test_headers_name_budget_used_remaining_and_weight() -> None:
    budget = WeightBudget()
    budget.spend(2, now=1.0)
    assert dict(budget.headers(2, now=1.0)) == {
        b"x-ratelimit-budget": b"600",
        b"x-ratelimit-used": b"2",
        b"x-ratelimit-remaining": b"598",
        b"x-ratelimit-weight": b"2",
    }


def test_a_wait_is_told_in_whole_seconds_and_never_too_short() -> None:
    assert retry_after_seconds(0.01) == 1
    assert retry_after_seconds(12.0) == 12
    assert retry_after_seconds(12.2) == 13


@given(st.lists(st.tuples(st.floats(0, 30), st.sampled_from([1, 2, 10])), max_size=80))
def test_no_window_of_a_minute_ever_holds_more_than_the_budget(steps: list[tuple[float, int]]) -> None:
    budget = WeightBudget(budget=25)
    now, taken = 0.0, list[tuple[float, int]]()
    for gap, weight in steps:
        now += gap
        wait = budget.spend(weight, now)
        if wait == 0.0:
            taken.append((now, weight))
        else:
            assert 0.0 < wait <= 60.0
        assert sum(spent for at, spent in taken if at + 60.0 - now > 0) <= 25
