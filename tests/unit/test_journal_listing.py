"""`xbtfx-tui journal`: what each order came to, in words that are so when it is listed."""

from xbtfx_tui.cli_commands.journal_command import table
from xbtfx_tui.cli_commands.journal_reader import JournaledIntent, JournaledStep
from xbtfx_tui.cli_commands.shell_times import times_in
from xbtfx_tui.domain.order_outcomes import IntentState
from xbtfx_tui.domain.time_zones import TimesIn

UNKNOWN = "Unknown: The connection broke. Do not send it again: the positions are being checked."
NOT_FILLED = "Not filled: The positions show nothing of it. It stays watched for 24 h."
A_DAY = 86_400.0


def listed(now: float, *steps: tuple[IntentState, str]) -> str:
    told = tuple(
        JournaledStep(1_000.0 + at, state.value, text, None, None) for at, (state, text) in enumerate(steps)
    )
    one = JournaledIntent("id", 7, "open", "/v1/trade", 1_000.0, "EURUSD", "Buy 0.10 EURUSD", {}, told)
    return "\n".join(table([one], now, times_in(TimesIn.UTC)))


def test_of_an_order_in_doubt_it_says_who_goes_on() -> None:
    assert "the next run goes on looking for it." in listed(1_010.0, (IntentState.UNKNOWN, UNKNOWN))


def test_of_a_step_that_is_past_it_says_what_was_so() -> None:
    found = (IntentState.FOUND_FILLED, "Bought 0.10 EURUSD at 1.08, ticket 11.")
    text = listed(1_010.0, (IntentState.UNKNOWN, UNKNOWN), found)
    assert "The positions were being checked." in text
    assert "next run" not in text


def test_a_watch_of_24_hours_is_over_after_them() -> None:
    step = (IntentState.FOUND_NOT_FILLED, NOT_FILLED)
    assert "For 24 h the next run goes on looking for it." in listed(1_000.0 + A_DAY / 2, step)
    text = listed(1_000.0 + A_DAY, step)
    assert "It stayed watched." in text
    assert "next run" not in text
