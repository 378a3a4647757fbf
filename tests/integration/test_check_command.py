"""`xbtfx-tui check` against a real exchange: what it finds, in words and for scripts."""

import asyncio
import json
import os
import sqlite3
from typing import Any

import pytest

from tests.integration.exchange_client import ExchangeFactory, PaperExchange
from xbtfx_tui import cli
from xbtfx_tui.cli_commands.connection_checks import Standing, _skew, _skew_by_quote
from xbtfx_tui.domain.accounts import MarginMode, Permission
from xbtfx_tui.domain.clock import Instant
from xbtfx_tui.paper.exchange_options import ApiForm

pytestmark = pytest.mark.usefixtures("home")


async def checks(exchange: PaperExchange, monkeypatch: pytest.MonkeyPatch, *options: str) -> int:
    """Run the command beside the exchange's event loop; its exit code."""
    if "XBTFX_API_KEY" not in os.environ:
        monkeypatch.setenv("XBTFX_API_KEY", exchange.key.reveal())
    monkeypatch.setenv("XBTFX_BASE_URL", exchange.base_url)
    return await asyncio.to_thread(cli.main, ["check", *options])


async def test_a_good_key_is_called_good_in_words(
    exchange: PaperExchange, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert await checks(exchange, monkeypatch) == 0
    shown = capsys.readouterr().out
    lines = {line.split()[1]: line for line in shown.splitlines()}
    assert f"{exchange.key.prefix} is good; it may read and trade." in lines["key"]
    assert "hedging, currency not named, leverage 1:100." in lines["account"]
    assert f"{exchange.base_url} answers in " in lines["rest"]
    assert f"{exchange.ws_url} took the key in " in lines["stream"]
    assert "The first quote of EURUSD came " in lines["quote"]
    assert "of 600 weight a minute is left." in lines["weight"]
    assert f"SQLite {sqlite3.sqlite_version} keeps the order journals" in lines["disk"]
    assert shown.endswith("All good.\n")
    assert exchange.key.reveal() not in shown


async def test_scripts_get_the_figures(
    exchange_factory: ExchangeFactory, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    exchange = await exchange_factory(
        margin_mode=MarginMode.NETTING,
        permissions=frozenset({Permission.READ}),
        currency="BTC",
        form=ApiForm.RICH,
    )
    assert await checks(exchange, monkeypatch, "--json") == 0
    shown = capsys.readouterr().out
    report: dict[str, Any] = json.loads(shown)
    parts = report["parts"]
    assert report["good"] is True
    assert parts["key"]["state"] == "warning", "a key that may only read is worth a word, and is no failure"
    assert parts["key"]["permissions"] == ["read"]
    assert (parts["account"]["margin_mode"], parts["account"]["currency"]) == ("netting", "BTC")
    assert parts["rest"]["round_trip_ms"] >= 0
    assert parts["stream"]["up_ms"] >= 0
    assert exchange.key.reveal() not in shown


async def test_a_key_that_the_server_does_not_know_fails(
    exchange: PaperExchange, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("XBTFX_API_KEY", "xbtfx_live_" + "0" * 32)
    assert await checks(exchange, monkeypatch) == 1
    shown = capsys.readouterr().out
    assert "FAILED  key      xbtfx_live_0000...: The server does not know this key." in shown
    assert "stream" not in shown, "a refused key is not taken to the stream"


async def test_a_server_that_is_not_there_fails_for_each_half(
    exchange_factory: ExchangeFactory, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    exchange = await exchange_factory()
    await exchange.ends()
    monkeypatch.setattr("xbtfx_tui.cli_commands.connection_checks.STREAM_WITHIN", 0.5)
    assert await checks(exchange, monkeypatch) == 1
    shown = capsys.readouterr().out
    assert "FAILED  rest" in shown
    assert "FAILED  stream" in shown


def test_without_a_key_it_says_where_one_goes(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["check"]) == 1
    assert "There is no API key to check. Set XBTFX_API_KEY" in capsys.readouterr().err


def test_wrong_use_is_told_from_a_failure(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["check", "--profile", "demo"]) == 2
    assert "has no [profiles.demo] section" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("local", "standing", "words"),
    [
        (1_000.5, Standing.GOOD, "agrees with the server's to 1 s"),
        (1_003.5, Standing.GOOD, "3.0 s ahead of the server's"),
        (1_060.5, Standing.WARNING, "60.0 s ahead of the server's: set it"),
        (940.5, Standing.WARNING, "60.0 s behind the server's: set it"),
    ],
)
def test_the_clock_is_judged_by_the_servers_date(local: float, standing: Standing, words: str) -> None:
    found = _skew(1_000.0, Instant(0, 0, local - 0.1), Instant(0.2, 0.2, local + 0.1))
    assert found is not None
    assert found.standing is standing
    assert words in found.words


def test_without_a_date_the_quotes_stamp_judges() -> None:
    assert _skew(None, Instant(0, 0, 0), Instant(0, 0, 0)) is None
    assert _skew_by_quote(0.2).standing is Standing.GOOD
    assert "behind" in _skew_by_quote(-30).words
    assert "or this machine's clock is ahead" in _skew_by_quote(30).words
