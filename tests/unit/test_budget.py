"""Who may use the weight budget, and when."""

from xbtfx_tui.api.weight_budget import WINDOW, Budget, Use
from xbtfx_tui.domain.store_events import BudgetSeen


def headers(remaining: int, limit: int = 600) -> dict[str, str]:
    return {
        "x-ratelimit-budget": str(limit),
        "x-ratelimit-used": str(limit - remaining),
        "x-ratelimit-remaining": str(remaining),
        "x-ratelimit-weight": "1",
    }


def with_left(remaining: int, now: float = 0.0) -> Budget:
    budget = Budget()
    budget.heard(headers(remaining), now)
    return budget


def test_a_fresh_budget_makes_nobody_wait() -> None:
    budget = Budget()
    assert budget.remaining(0.0) == 600
    assert budget.wait(2, Use.ASKED, 0.0) == budget.wait(1, Use.POLL, 0.0) == 0.0


def test_what_was_spent_comes_back_after_a_minute() -> None:
    budget = Budget()
    budget.spend(100, 0.0)
    budget.spend(10, 30.0)
    assert budget.remaining(59.9) == 490
    assert budget.remaining(60.0) == 590
    assert budget.remaining(90.0) == 600


def test_the_headers_tell_what_other_programs_use_of_the_same_key() -> None:
    budget = Budget()
    budget.spend(10, 0.0)
    assert budget.heard(headers(200), 1.0) == BudgetSeen(600, 200)
    assert budget.remaining(1.0) == 200
    budget.spend(50, 2.0)
    assert budget.remaining(2.0) == 150
    assert budget.heard(headers(400), 3.0) == BudgetSeen(600, 400)
    assert budget.remaining(3.0) == 400


def test_what_others_used_is_forgotten_after_a_minute_without_news() -> None:
    budget = with_left(0)
    assert budget.remaining(59.0) == 0
    assert budget.remaining(60.0) == 600


def test_another_limit_is_learnt_from_the_headers() -> None:
    budget = Budget()
    assert budget.heard(headers(1100, limit=1200), 0.0) == BudgetSeen(1200, 1100)
    assert budget.remaining(0.0) == 1100


def test_used_alone_is_enough() -> None:
    assert Budget().heard({"x-ratelimit-used": "100"}, 0.0) == BudgetSeen(600, 500)


def test_headers_that_make_no_sense_are_left_aside() -> None:
    for nonsense in (
        {},
        {"x-ratelimit-remaining": "-5"},
        {"x-ratelimit-remaining": "9" * 5000},
        {"x-ratelimit-used": "²"},
    ):
        assert Budget().heard(nonsense, 0.0) is None
    assert Budget().heard({"x-ratelimit-remaining": "900"}, 0.0) == BudgetSeen(600, 600)


def test_polls_slow_down_below_a_fifth() -> None:
    budget = with_left(119)
    assert budget.wait(1, Use.POLL, 0.0) == 0.0
    budget.spend(1, 0.0, Use.POLL)
    assert budget.wait(1, Use.POLL, 1.0) == 5.0
    assert budget.wait(1, Use.POLL, 6.0) == 0.0
    assert budget.wait(2, Use.ASKED, 1.0) == 0.0


def test_polls_at_their_usual_pace_above_a_fifth() -> None:
    budget = with_left(125)
    budget.spend(1, 0.0, Use.POLL)
    assert budget.wait(1, Use.POLL, 0.0) == 0.0


def test_polls_stop_first_then_what_the_trader_asked_for_and_orders_never() -> None:
    assert with_left(60).wait(1, Use.POLL, 0.0) > 0
    assert with_left(60).wait(2, Use.ASKED, 0.0) == 0.0
    assert with_left(30).wait(2, Use.ASKED, 0.0) > 0


def test_a_wait_is_never_long_because_the_headers_may_soon_say_better() -> None:
    budget = with_left(0)
    assert 0 < budget.wait(1, Use.POLL, 0.0) <= 5.0
    budget.heard(headers(600), 2.0)
    assert budget.wait(1, Use.POLL, 2.0) == 0.0


def test_after_a_429_every_read_waits_as_long_as_the_server_said() -> None:
    budget = Budget()
    budget.refused(12.0, 100.0)
    budget.refused(3.0, 101.0)
    assert budget.wait(1, Use.ASKED, 102.0) == budget.wait(1, Use.POLL, 102.0) == 10.0
    assert budget.wait(1, Use.ASKED, 112.0) == 0.0


def test_an_odd_budget_makes_no_read_wait_for_ever() -> None:
    budget = Budget()
    budget.heard({"x-ratelimit-budget": "1", "x-ratelimit-remaining": "1"}, 0.0)
    now = 0.0
    for _ in range(3):
        waited = 0.0
        while (wait := budget.wait(2, Use.ASKED, now)) > 0:
            now, waited = now + wait, waited + wait
            assert waited <= WINDOW
        budget.spend(2, now)


def test_an_odd_weight_makes_no_read_wait() -> None:
    budget = Budget()
    budget.spend(1, 0.0)
    budget.heard({"x-ratelimit-remaining": "590", "x-ratelimit-weight": "999999999"}, 0.0, weight=1)
    assert budget.wait(1, Use.ASKED, 1.0) == 0.0
