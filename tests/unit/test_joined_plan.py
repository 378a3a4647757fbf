"""Several orders as one plan: their sum, the level after all, and what the guard against twins stops."""

from decimal import Decimal

from tests.unit.planning_account import PlanAccount, an_account
from xbtfx_tui.domain.accounts import MarginMode, margin_level_percent
from xbtfx_tui.planning.joined_plan import joined
from xbtfx_tui.planning.plan_types import Plan

D = Decimal


def together(account: PlanAccount, *lines: str) -> Plan:
    made = joined([account.plans(line) for line in lines], account.view())
    assert made is not None
    return made


def test_two_openings_tell_their_sum_and_the_level_after_both() -> None:
    account = an_account([])
    figures = account.store.live_account()
    assert figures is not None
    # 0.10 x 100,000 EUR / 100 at 1.08217, twice; 8 points of 0.10 USD each.
    level = margin_level_percent(figures.equity - D("1.60"), figures.margin + D("216.434"))
    assert together(account, "buy 0.10 EURUSD sl=30p", "buy 0.10 EURUSD").headline == (
        "2 orders, in all buy 0.20 EURUSD: margin 216.43 USD, spread 1.60 USD, at the sl of 1 of them "
        f"-30.00 USD, level after all of them {level:,.2f}%."
    )
    alone = account.plans("buy 0.10 EURUSD").steps[0].words
    assert f"level after {level:,.2f}%" not in alone


def test_opposites_take_at_most_the_margin_of_both() -> None:
    said = together(an_account([]), "buy 0.10 EURUSD", "sell 0.10 EURUSD").headline
    assert said.startswith("2 orders, in all buy 0.10 EURUSD and sell 0.10 EURUSD: margin at most ")
    assert "level after all of them at least " in said


def test_on_a_netting_account_the_second_of_two_opposites_closes_the_first() -> None:
    account = an_account([], mode=MarginMode.NETTING)
    said = together(account, "buy 0.10 EURUSD", "sell 0.10 EURUSD").headline
    figures = account.store.live_account()
    assert figures is not None
    level = margin_level_percent(figures.equity - D("0.80"), figures.margin)
    assert "margin 108.22 USD, spread 0.80 USD," in said
    assert said.endswith(f"level after all of them {'not known' if level is None else f'{level:,.2f}%'}.")


def test_what_the_guard_against_twins_stops_is_said_before() -> None:
    twins = together(an_account([]), "buy 0.10 EURUSD", "sell 0.10 EURUSD", "buy 0.10 EURUSD sl=30p")
    stopped = "Order 3 is the same as order 1: less than 3 s after it, it is refused."
    assert stopped in twins.remarks
    others = together(an_account([]), "buy 0.10 EURUSD", "buy 0.11 EURUSD")
    assert not any("is refused" in one for one in others.remarks)
