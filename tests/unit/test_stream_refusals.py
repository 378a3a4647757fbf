"""What a server that refuses the key, or leaves, may mean: the key, the form that it came in, the line."""

import pytest

from tests.unit.one_connection import Line, at
from xbtfx_tui.domain.store_events import (
    Dialect,
)
from xbtfx_tui.stream.reconnect_policy import DialectRefused, KeyRefused, Lost, Unanswered

REFUSALS: list[dict[str, object]] = [
    {"action": "auth_error", "message": "No auth message came within 10 s."},
    {"action": "auth_error", "message": "Unauthorized"},
    {"action": "error", "code": "auth_error", "message": "Missing key"},
    {"action": "error", "code": "auth_timeout", "message": "Nothing came"},
    {"type": "error", "message": "Nothing came"},
]


@pytest.mark.parametrize("refusal", REFUSALS, ids=str)
@pytest.mark.parametrize("dialect", Dialect)
def test_a_refusal_after_seconds_may_be_for_a_key_that_the_line_held_up(
    dialect: Dialect, refusal: dict[str, object]
) -> None:
    """The opening takes its part of the server's 10 s."""
    prompt, late = (Line(dialect, begun=begun) for begun in (-3.9, -4.0))
    for line in (prompt, late):
        line.passes(4.0)
        line.says(refusal)
    assert late.session.ending is not None
    assert isinstance(late.session.ending, Unanswered)
    assert not late.session.ending.closed
    assert isinstance(prompt.session.ending, DialectRefused | KeyRefused)


def test_a_late_close_in_good_order_is_no_refusal() -> None:
    for begun, closed in ((-3.9, True), (-4.0, False)):
        line = Line(begun=begun)
        line.session.closed("closed by the server", at(4), in_good_order=True)
        assert line.session.ending == Unanswered("closed by the server", closed=closed)


@pytest.mark.parametrize("in_good_order", [True, False])
def test_the_server_leaves(in_good_order: bool) -> None:
    line = Line()
    line.session.closed("closed by the server", at(0), in_good_order=in_good_order)
    assert line.session.ending == Unanswered("closed by the server", closed=in_good_order)
    live = Line().goes_live()
    live.session.closed("closed by the server", at(0), in_good_order=in_good_order)
    assert live.session.ending == Lost("closed by the server")


@pytest.mark.parametrize(
    "message",
    ["Invalid API key", "invalid token", "API key revoked", "Key expired", "unknown key", "Unauthorized",
     "This api_key is disabled", "The account is suspended", "no such key",
     "Missing or unknown API key.", "Invalid or expired api key", "Your credentials were denied"],
)  # fmt: skip
@pytest.mark.parametrize("form", [{"action": "auth_error"}, {"action": "error", "code": "auth_error"}])
def test_a_refusal_that_is_clearly_about_the_key(form: dict[str, str], message: str) -> None:
    line = Line()
    line.says(form | {"message": message})
    assert line.session.ending == KeyRefused(message)


@pytest.mark.parametrize(
    "frame",
    [{"action": "auth_error", "message": "unknown action"},
     {"action": "auth_error", "message": "Missing api_key"},
     {"action": "auth_error", "message": "Invalid message: field token is required"},
     {"action": "error", "code": "bad_request", "message": "What?"},
     {"type": "error", "message": "bad type"},
     {"type": "auth", "status": "error"}, {"action": "auth_error"}],
)  # fmt: skip
def test_a_refusal_that_may_be_about_the_form(frame: dict[str, str]) -> None:
    line = Line()
    line.says(frame)
    assert isinstance(line.session.ending, DialectRefused)
    assert line.session.ending.message


def test_in_the_older_dialect_its_own_refusal_is_the_keys() -> None:
    line = Line(Dialect.OLDER)
    line.says({"type": "auth", "status": "error", "message": "no"})
    assert line.session.ending == KeyRefused("no")


def test_a_key_revoked_while_quotes_flow() -> None:
    line = Line().goes_live()
    line.says({"action": "error", "code": "auth_error", "message": "API key revoked"})
    assert line.session.ending == KeyRefused("API key revoked")
    vague = Line().goes_live()
    vague.says({"action": "error", "code": "auth_error", "message": "bye"})
    assert vague.session.ending == Lost("bye")
