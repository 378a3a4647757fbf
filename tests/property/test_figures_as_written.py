"""Figures as they are written: zero has no sign, one no plural, and a sum with swaps in it says so."""

import re
from decimal import Decimal

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tests.hypothesis_profiles import examples
from xbtfx_tui.domain import money_text
from xbtfx_tui.domain.accounts import Account, MarginMode
from xbtfx_tui.domain.pip_size import in_pips, points_text, signed_pips_text
from xbtfx_tui.domain.profit_and_swap import closing_words, has_swap_in, is_seen
from xbtfx_tui.planning.plan_text import percent
from xbtfx_tui.ui import figure_format as fmt

D = Decimal
CURRENCIES = st.sampled_from(["USD", "BTC", "XRP", "JPY", None])
AMOUNTS = st.one_of(
    st.decimals(-1, 1, places=10),
    st.decimals(allow_nan=False, allow_infinity=False, places=4),
    st.just(D("-0")),
)
SIGNED_ZERO = re.compile(r"[-+]0[.,0]*(?![\d.,])")


@settings(max_examples=examples(300))
@given(AMOUNTS, CURRENCIES)
def test_what_rounds_to_zero_has_no_sign(amount: Decimal, currency: str | None) -> None:
    written = [
        money_text.amount_text(amount, currency),
        money_text.signed_amount_text(amount, currency),
        money_text.money_text(amount, currency),
        money_text.signed_money_text(amount, currency),
        signed_pips_text(amount),
        fmt.signed(amount),
        fmt.percent(amount),
        fmt.percent(amount, 0),
        percent(amount),
        fmt.points(amount) if amount else "0",
    ]
    assert [text for text in written if SIGNED_ZERO.search(text)] == []


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (in_pips("1"), "1 pip"),
        (in_pips("1.0"), "1 pip"),
        (in_pips("-1.0"), "-1 pip"),
        (in_pips("+1.0"), "1 pip"),
        (in_pips("0.0"), "0.0 pips"),
        (in_pips("1.5"), "1.5 pips"),
        (in_pips("1,152,340"), "1,152,340 pips"),
        (points_text(1), "1 point"),
        (points_text(2), "2 points"),
        (points_text(0), "0 points"),
    ],
)
def test_one_is_one_and_all_else_is_many(text: str, words: str) -> None:
    assert text == words


def test_a_swap_is_named_beside_a_profit_where_it_can_be_seen() -> None:
    assert closing_words(D("46.5"), D(0), "USD") == "+46.50 USD"
    assert closing_words(D("46.5"), D("-0.42"), "USD") == "+46.50 USD, swap -0.42 USD"
    assert closing_words(D("46.5"), D("-0.001"), "USD") == "+46.50 USD"
    assert (is_seen(D("-0.0000000042"), "BTC"), is_seen(D("-0.0000042"), "USD")) == (False, False)
    assert is_seen(D("-0.0000042"), "BTC")


def figures(profit: Decimal, equity: Decimal) -> Account:
    return Account(1, D(1000), equity, D(0), equity, profit, 100, MarginMode.HEDGING)


@given(
    st.decimals(-1000, 1000, places=2),
    st.decimals(-50, 50, places=2).filter(bool),
    st.decimals(-30, 30, places=2),
)
def test_an_accounts_profit_says_whether_swaps_are_in_it(
    profit: Decimal, swap: Decimal, late: Decimal
) -> None:
    held = profit + late  # the positions were not read in the same moment
    assume(held != profit + swap)
    assert has_swap_in(figures(profit + swap, 1000 + profit + swap), held, swap)
    assert not has_swap_in(figures(profit, 1000 + profit + swap), held, swap)
    assert not has_swap_in(figures(profit, 1000 + profit), profit, swap)
    assert not has_swap_in(figures(profit + swap, 6000 + profit), held, swap)
    assert not has_swap_in(figures(profit, 1000 + profit), held, D(0))
