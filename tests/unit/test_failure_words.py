"""Each way a request can fail, told to a trader: what it means, and what is still possible."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from xbtfx_tui.domain.failure_messages import asked_again_words, failure_words, read_failure_words
from xbtfx_tui.domain.failures import (
    AnswerTooLarge,
    BridgeDown,
    BridgeTimedOut,
    Failure,
    GarbledAnswer,
    LineBroke,
    LinePart,
    RateLimited,
    Refused,
    ServerFault,
)

MONDAY = datetime(2024, 1, 15, 22, 5, tzinfo=UTC)
NASTY = "\x1b[31m[/x]\u202e" + "y" * 1_000_000

FAILURES: list[tuple[Failure, str]] = [
    (LineBroke(LinePart.NAME_LOOKUP, "gai", begun=False), "name could not be looked up"),
    (LineBroke(LinePart.CONNECT, "refused", begun=False), "can't be reached"),
    (LineBroke(LinePart.TLS, "cert", begun=False), "secure connection"),
    (LineBroke(LinePart.TIME_OUT, "", begun=False), "nothing was sent"),
    (LineBroke(LinePart.WRITE, "reset", begun=True), "may have been done or not"),
    (LineBroke(LinePart.READ, "reset", begun=True), "may have been done or not"),
    (LineBroke(LinePart.TIME_OUT, "", begun=True), "did not answer in time"),
    (GarbledAnswer(200, "not JSON"), "HTTP 200"),
    (AnswerTooLarge(200, 8_000_000), "(HTTP 200) is longer than 8 MB"),
    (Refused(400, "market_closed", "closed", next_open=MONDAY), "opens on Monday, 15 January at 22:05 UTC"),
    (Refused(400, "market_closed", "closed"), "The market is closed."),
    (
        Refused(400, "rejected", "No money", retcode=10019),
        "(10019): not enough money for the margin. It says: No",
    ),
    (Refused(401, "unauthorized", ""), "does not know this key"),
    (Refused(403, "forbidden", ""), "lacks the permission"),
    (Refused(404, "position_not_found", ""), "closed already"),
    (Refused(400, "invalid_symbol", "eurusd"), "case-sensitive. It says: eurusd."),
    (Refused(418, "teapot", "short and stout"), "(teapot). It says: short and stout."),
    (Refused(418, "", ""), "(HTTP 418)"),
    (RateLimited(12.4), "in 12 s"),
    (RateLimited(0.0), "in 1 s"),
    (BridgeDown(), "nothing was sent"),
    (BridgeTimedOut(), "may have been done or not"),
    (ServerFault(502, ""), "failed (HTTP 502)."),
    (ServerFault(502, "Bad gateway"), "failed (HTTP 502): Bad gateway."),
]


@pytest.mark.parametrize(("failure", "part"), FAILURES, ids=repr)
def test_every_failure_is_a_sentence_that_says_what_it_means(failure: Failure, part: str) -> None:
    words = failure_words(failure)
    assert part in words
    assert words.endswith(".")
    assert words[0].isupper()


@pytest.mark.parametrize("failure", [failure for failure, _ in FAILURES], ids=repr)
@pytest.mark.parametrize("words_of", [read_failure_words, asked_again_words])
def test_a_failed_read_leaves_nothing_in_doubt(words_of: Callable[[Failure], str], failure: Failure) -> None:
    words = words_of(failure)
    for never in ("done", "carried out", "may have been"):
        assert never not in words
    assert words.endswith(".")


@pytest.mark.parametrize(
    ("failure", "once", "again"),
    [
        (
            LineBroke(LinePart.TIME_OUT, "", begun=True),
            "The server did not answer in time: nothing was read.",
            "The server did not answer in time; it is asked again.",
        ),
        (
            BridgeTimedOut(),
            "MetaTrader did not answer the server in 7 s: nothing was read.",
            "MetaTrader did not answer the server in 7 s; it is asked again.",
        ),
    ],
)
def test_reads_have_words_of_their_own(failure: Failure, once: str, again: str) -> None:
    assert (read_failure_words(failure), asked_again_words(failure)) == (once, again)


@pytest.mark.parametrize(
    "failure",
    [
        Refused(400, NASTY, NASTY),
        Refused(400, "rejected", NASTY, retcode=10006),
        ServerFault(500, NASTY),
        GarbledAnswer(200, NASTY),
    ],
    ids=lambda failure: type(failure).__name__,
)
def test_server_text_is_plain_and_bounded(failure: Failure) -> None:
    words = failure_words(failure)
    assert words.isprintable()
    assert len(words) < 300


@pytest.mark.parametrize("part", list(LinePart))
@pytest.mark.parametrize("begun", [True, False])
def test_a_line_that_broke_before_a_byte_was_written_leaves_no_doubt(part: LinePart, begun: bool) -> None:
    assert ("may have been done" in failure_words(LineBroke(part, "", begun))) is begun
