"""A sentence that is longer than its line keeps what matters most."""

import pytest

from xbtfx_tui.ui.shortened_words import shortened

PART = "✗ Bought 0.04 EURUSD at 1.08213, ticket 184729: 0.04 of 0.10, the rest was NOT filled. It is so."


@pytest.mark.parametrize(
    ("words", "width", "shown"),
    [
        (PART, 60, "✗ Bought 0.04 EURUSD at 1.08213… the rest was NOT filled…"),
        (PART, 44, "✗ Bought 0.04… the rest was NOT filled…"),
        (PART, 90, f"{PART[:89]}…"),
        (PART, 30, "the rest was NOT filled"),
        (
            "Closed 12 of 13, profit +1.00 USD. NOT closed: 8, 9.",
            40,
            "Closed 12 of 13, profit… NOT closed: 8…",
        ),
        ("Nothing in it says a danger, and it is cut as ever.", 20, "Nothing in it says …"),
        ("It was NOT done, and this is what was asked.", 30, "It was NOT done, and this is …"),
    ],
)
def test_what_says_the_danger_is_not_cut_off(words: str, width: int, shown: str) -> None:
    assert shortened(words, width).rstrip() == shown


FILL = "BTCUSD 40000051 closed at its sl 90989.71, set by its trail: buy 0.01 at 90983.41, +26.29 USD"


@pytest.mark.parametrize(
    ("words", "width", "shown"),
    [
        (FILL, 60, "BTCUSD 40000051 closed at… buy 0.01 at 90983.41, +26.29 USD"),
        (FILL, 44, "BTCUSD 40000051 closed at its… +26.29 USD"),
        (FILL, 100, FILL),
        (f"{FILL}; its swap is in it.", 60, "BTCUSD 40000051 closed… buy 0.01 at 90983.41, +26.29 USD…"),
        (
            "Closed 0.10 EURUSD, -3.00 USD, and this is said of it.",
            36,
            "Closed 0.10 EURUSD, -3.00 USD, and …",
        ),
        ("sl of 184729 is 1.0820 now, 12 pips away from the bid", 30, "sl of 184729 is 1.0820 now, 1…"),
    ],
)
def test_the_money_of_a_fill_is_not_cut_off(words: str, width: int, shown: str) -> None:
    assert shortened(words, width).rstrip() == shown
