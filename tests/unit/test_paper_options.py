"""What the exchange can be started with, and what it says of what it can't."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from xbtfx_tui.domain.accounts import Permission
from xbtfx_tui.domain.api_key import ApiKey
from xbtfx_tui.paper.exchange_options import ExchangeOptions, OptionError, parse_permissions, parse_replay


@pytest.mark.parametrize(
    ("bad", "says"),
    [
        ({"port": 70_000}, "port must be 0 to 65535"),
        ({"key": ApiKey("no spaces, please")}, "key must be"),
        ({"key": ApiKey("line\nbreak")}, "key must be"),
        ({"currency": "EUR"}, "currency must be one of USD, USDT, BTC, ETH, XRP"),
        ({"balance": Decimal(0)}, "balance must be a number above 0"),
        ({"balance": Decimal("NaN")}, "balance must be"),
        ({"leverage": 0}, "leverage must be 1 to"),
        ({"permissions": frozenset({Permission.TRADE})}, "permissions must hold read"),
        ({"symbols": 1_001}, "symbols must be 8 to 1000"),
        ({"tick_rate": 0.0}, "tick rate must be above 0"),
        ({"speed": -1.0}, "speed must be 0.01 to 1000"),
        ({"login": 0}, "login must be"),
        ({"commission": Decimal(-1)}, "commission must be 0 to 100000 a lot, not -1"),
        ({"commission": Decimal("NaN")}, "commission must be"),
        ({"tier": "gold"}, "tier must be one of"),
        ({"broker_offset": 86_401}, "broker-offset must be -86400 to 86400 seconds, not 86401"),
    ],
)
def test_an_option_that_cannot_be_used_is_named(bad: dict[str, Any], says: str) -> None:
    with pytest.raises(OptionError, match=says) as caught:
        ExchangeOptions(**bad)
    assert "no spaces" not in str(caught.value)


def test_what_was_left_open_is_chosen_at_the_start() -> None:
    first, second = ExchangeOptions(seed=7).settled(), ExchangeOptions(seed=7).settled()
    assert first.login == second.login
    assert len(str(first.login)) == 8
    assert first.key != second.key
    assert first.key.looks_right
    assert first.balance == Decimal(10_000)
    assert ExchangeOptions(currency="BTC").settled().balance == Decimal("0.15")


def test_a_missing_replay_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(OptionError, match=r"replay of EURUSD: there is no file .*nothing.csv"):
        ExchangeOptions(replay={"EURUSD": tmp_path / "nothing.csv"}).settled()


def test_the_command_lines_words_are_read() -> None:
    assert parse_replay("EURUSD=a/b.csv") == ("EURUSD", Path("a/b.csv"))
    assert parse_permissions("trade, read") == frozenset(Permission)
    for bad in ("EURUSD", "=x", "EURUSD="):
        with pytest.raises(OptionError, match="SYMBOL=FILE"):
            parse_replay(bad)
    for bad in ("", "write"):
        with pytest.raises(OptionError, match="trade,read"):
            parse_permissions(bad)
