"""What comes after a connection: which dialect, how long to wait, or nothing more."""

import pytest

from xbtfx_tui.domain.store_events import Dialect, StreamRefused
from xbtfx_tui.stream.reconnect_policy import (
    DialectRefused,
    Ending,
    KeyRefused,
    Lost,
    Retry,
    SecondLook,
    Unanswered,
    Woken,
)
from xbtfx_tui.stream.stream_timeouts import StreamTimings

CURRENT, OLDER = Dialect.CURRENT, Dialect.OLDER
LOST = Lost("connection refused")
SHUT = Unanswered("closed by the server", closed=True)
SILENT = Unanswered("no answer to the key in 10 s", closed=False)
VAGUE = DialectRefused("unknown action")


def retry_after(*endings: Ending) -> Retry:
    retry = Retry(StreamTimings())
    for ending in endings:
        assert not isinstance(retry.after(ending, 0.0), StreamRefused)
    return retry


def test_the_steps_between_tries() -> None:
    retry = Retry(StreamTimings())
    assert [retry.after(LOST, 0.0) for _ in range(7)] == [1, 2, 5, 10, 30, 30, 30]


def test_a_connection_that_lived_begins_at_the_first_step_again() -> None:
    retry = retry_after(LOST, LOST, LOST)
    assert retry.after(LOST, 4.0) == 10
    assert retry.after(LOST, 59.0) == 5
    assert retry.after(LOST, 60.0) == 1
    assert retry.after(LOST, 0.0) == 2


def test_a_line_that_comes_up_for_a_while_again_and_again_is_not_left_alone_for_long() -> None:
    retry = Retry(StreamTimings())
    assert [retry.after(LOST, 10.0) for _ in range(7)] == [1, 2, 5, 5, 5, 5, 5]


def test_after_sleep_at_once() -> None:
    retry = retry_after(LOST, LOST, LOST)
    assert retry.after(Woken(), 5.0) == 0
    assert retry.after(LOST, 0.0) == 1


def test_a_refused_key_ends_it_for_good() -> None:
    assert Retry(StreamTimings()).after(KeyRefused("revoked"), 100.0) == StreamRefused("revoked")


@pytest.mark.parametrize("ending", [SHUT, VAGUE])
def test_the_older_dialect_is_tried_when_the_current_one_is_refused(ending: Ending) -> None:
    assert retry_after(ending).dialect is OLDER


@pytest.mark.parametrize("ending", [SILENT, SHUT])
def test_once_the_current_dialect_has_worked_no_silence_leads_to_one_without_account_events(
    ending: Ending,
) -> None:
    """A stalled line is silent for minutes, and a server closes on the key that did not come."""
    retry = retry_after()
    retry.after(LOST, 100.0)
    for _ in range(5):
        retry.after(ending, 0.0)
        assert retry.dialect is CURRENT
    assert retry.second_look is None


def test_once_the_current_dialect_has_worked_it_takes_three_refusals_in_a_row_to_leave_it() -> None:
    """A server that restarts says what it likes, and what has no account events would stay all day."""
    retry = retry_after()
    retry.after(LOST, 100.0)
    for _ in range(2):
        retry.after(VAGUE, 0.0)
        assert retry.dialect is CURRENT
    retry.after(LOST, 100.0)
    for _ in range(2):
        retry.after(VAGUE, 0.0)
        assert retry.dialect is CURRENT
    retry.after(VAGUE, 0.0)
    assert retry.dialect is OLDER
    assert retry.second_look == 60
    retry.after(LOST, 10.0)
    assert retry.dialect is CURRENT


@pytest.mark.parametrize("guessed", [(SILENT, SILENT), (SHUT,)])
def test_a_guess_gets_one_second_look(guessed: tuple[Ending, ...]) -> None:
    retry = retry_after(*guessed)
    assert (retry.dialect, retry.second_look) == (OLDER, 60)
    assert retry.after(SecondLook(), 60.0) == 0
    assert (retry.dialect, retry.second_look) == (CURRENT, None)
    retry.after(guessed[-1], 0.0)
    assert (retry.dialect, retry.second_look) == (OLDER, None)


def test_a_second_look_that_the_line_cuts_is_not_over() -> None:
    retry = retry_after(SILENT, SILENT)
    retry.after(SecondLook(), 60.0)
    retry.after(LOST, 0.0)
    assert retry.dialect is CURRENT


def test_a_second_look_that_finds_the_current_dialect_stays_with_it() -> None:
    retry = retry_after(SILENT, SILENT)
    retry.after(SecondLook(), 60.0)
    retry.after(LOST, 5.0)
    for _ in range(5):
        retry.after(SILENT, 0.0)
        assert retry.dialect is CURRENT


def test_a_second_look_after_a_dialect_that_worked_is_refused_at_once() -> None:
    retry = retry_after()
    retry.after(LOST, 100.0)
    for _ in range(3):
        retry.after(VAGUE, 0.0)
    retry.after(SecondLook(), 60.0)
    assert retry.dialect is CURRENT
    retry.after(VAGUE, 0.0)
    assert (retry.dialect, retry.second_look) == (OLDER, None)


def test_what_was_refused_in_words_before_it_ever_worked_gets_none() -> None:
    assert retry_after(VAGUE).second_look is None


def test_a_line_that_breaks_says_nothing_of_the_dialect() -> None:
    assert retry_after(LOST).dialect is CURRENT
    assert retry_after(SHUT, LOST).dialect is OLDER


def test_one_silence_may_be_the_line_and_two_in_a_row_the_dialect() -> None:
    assert retry_after(SILENT).dialect is CURRENT
    assert retry_after(SILENT, LOST).dialect is CURRENT
    assert retry_after(SILENT, SILENT).dialect is OLDER
    retry = retry_after(SILENT)
    retry.after(LOST, 100.0)
    retry.after(SILENT, 0.0)
    assert retry.dialect is CURRENT


def test_after_a_mere_silence_the_current_dialect_gets_its_next_chance() -> None:
    retry = retry_after(SILENT, SILENT)
    retry.after(LOST, 100.0)
    assert retry.dialect is CURRENT
    assert retry_after(SILENT, SILENT, SILENT).dialect is CURRENT
    assert retry_after(SILENT, SILENT, SHUT).dialect is CURRENT


def test_a_server_that_refused_the_current_dialect_is_spoken_to_in_the_older() -> None:
    retry = retry_after(VAGUE)
    retry.after(LOST, 100.0)
    assert retry.dialect is OLDER


@pytest.mark.parametrize("ending", [SHUT, VAGUE])
def test_a_key_refused_in_both_dialects(ending: Ending) -> None:
    assert retry_after(VAGUE).after(ending, 0.0) == StreamRefused("unknown action")


def test_a_restart_of_a_server_that_speaks_the_older_dialect_is_no_refusal() -> None:
    retry = retry_after(VAGUE)
    retry.after(LOST, 100.0)
    assert retry.after(SHUT, 0.0) == 2


@pytest.mark.parametrize("ending", [SHUT, VAGUE])
def test_a_key_that_worked_in_this_run_is_not_given_up_for_a_server_in_maintenance(ending: Ending) -> None:
    retry = Retry(StreamTimings())
    retry.after(LOST, 3600.0)
    for _ in range(3):
        retry.after(DialectRefused("the service is being restarted"), 0.0)
    assert retry.dialect is OLDER
    assert not isinstance(retry.after(ending, 0.0), StreamRefused)
    assert retry.dialect is CURRENT
